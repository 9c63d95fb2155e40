//! The update that adds a signature or a document time stamp: the dictionary with room for the value, the field and its
//! widget, the form and the catalog (ISO 32000-2 §12.7.5.5, §12.8).

use super::document::Document;
use super::error::PdfError;
use super::form::{Field, Form, Kind, Pages};
use super::object::{Dictionary, Id, Object};
use super::permission::{DocMdp, Permissions};
use super::sign::{MAX_ROOM, PdfSignError, Placeholder};
use super::stamp::VisibleStamp;
use super::update::Update;

/// Digits that stand for a number of ByteRange until it is known.
const NUMBER_WIDTH: usize = 10;

/// An update that adds one signature.
pub(super) struct Signing<'a> {
    update: Update<'a>,
    document: &'a Document<'a>,
    form: Form,
    catalog: (Id, Dictionary),
    catalog_changed: bool,
    /// The signature dictionary.
    signature: Id,
}

impl<'a> Signing<'a> {
    pub(super) fn new(document: &'a Document<'a>) -> Result<Self, PdfSignError> {
        if document.is_encrypted() {
            return Err(PdfError::Encrypted.into());
        }
        let mut update = Update::new(document);
        Ok(Self {
            form: Form::read(document)?,
            catalog: document.catalog()?,
            catalog_changed: false,
            signature: update.reserve(),
            update,
            document,
        })
    }

    fn signed(&self) -> impl Iterator<Item = (&Field, Dictionary)> {
        let fields = self.form.order.iter().map(|id| &self.form.fields[id]);
        fields
            .filter(|field| field.kind == Kind::Signature)
            .filter_map(|field| Some((field, self.document.dictionary(&field.dictionary, "V")?)))
    }

    /// Whether the signatures there are leave room for another one.
    pub(super) fn permit(&self, name: Option<&str>) -> Result<(), PdfSignError> {
        for (field, value) in self.signed() {
            let permissions = Permissions::read(self.document, &value, Some(&field.dictionary));
            let locked = match name {
                Some(name) => permissions.locks(name),
                None => permissions.locks(&self.free_name()),
            };
            if permissions.document == Some(DocMdp::NoChanges) || locked {
                return Err(PdfSignError::NotAllowed);
            }
        }
        Ok(())
    }

    /// §12.8.2.2, §12.8.6: the transform in the signature, and its name in the catalog.
    pub(super) fn certify(&mut self, dictionary: &mut Dictionary, level: DocMdp) -> Result<(), PdfSignError> {
        if self.signed().next().is_some() {
            return Err(PdfSignError::NotFirst);
        }
        let parameters = Dictionary::default().with("P", Object::Integer(level as i64 + 1));
        self.transform(dictionary, "DocMDP", parameters);
        let permissions = Dictionary::default().with("DocMDP", Object::Reference(self.signature));
        self.catalog.1.set("Perms", permissions.into());
        self.catalog_changed = true;
        Ok(())
    }

    /// What the field to be signed locks (§12.7.5.5), as parameters of FieldMDP (§12.8.2.4).
    pub(super) fn lock(&self, name: Option<&str>) -> Option<Dictionary> {
        let lock = self
            .document
            .dictionary(&self.form.fields[&self.named(name?)?].dictionary, "Lock")?;
        let mut parameters = Dictionary::default();
        for key in ["Action", "Fields"] {
            parameters.set(key, self.document.value(&lock, key));
        }
        Some(parameters)
    }

    /// Adds a signature reference dictionary (§12.8.1, table 256).
    pub(super) fn transform(&self, dictionary: &mut Dictionary, method: &str, parameters: Dictionary) {
        let parameters = parameters
            .with("Type", Object::name("TransformParams"))
            .with("V", Object::name("1.2"));
        let reference = Dictionary::default()
            .with("Type", Object::name("SigRef"))
            .with("TransformMethod", Object::name(method))
            .with("TransformParams", parameters.into())
            .with("Data", Object::Reference(self.catalog.0));
        let mut references = match dictionary.raw("Reference") {
            Some(Object::Array(items)) => items.to_vec(),
            _ => Vec::new(),
        };
        references.push(reference.into());
        dictionary.set("Reference", Object::array(references));
    }

    /// The field with this full name.
    fn named(&self, name: &str) -> Option<Id> {
        let mut ids = self.form.order.iter().copied();
        ids.find(|id| self.form.fields[id].own_name.is_some() && self.form.name(*id) == name)
    }

    pub(super) fn finish(
        mut self,
        dictionary: Dictionary,
        name: Option<&str>,
        stamp: Option<&VisibleStamp>,
        room: usize,
    ) -> Result<Placeholder, PdfSignError> {
        if room > MAX_ROOM {
            return Err(PdfError::Limit.into());
        }
        self.field(name, stamp)?;
        if self.catalog_changed {
            let (id, catalog) = self.catalog.clone();
            self.update.put(id, &catalog.into());
        }

        // Contents and ByteRange are patched in place, so they are written here and not by the writer of objects.
        let mut body = Vec::new();
        super::update::write(&mut body, &dictionary.into());
        body.truncate(body.len() - b">>".len());
        body.extend(b"/ByteRange [0");
        let numbers = body.len() + 1;
        for _ in 0..3 {
            body.push(b' ');
            body.extend([b'0'; NUMBER_WIDTH]);
        }
        body.extend(b"] /Contents ");
        let start = body.len();
        body.push(b'<');
        body.extend(std::iter::repeat_n(b'0', room * 2));
        body.push(b'>');
        let end = body.len();
        body.extend(b" >>");
        self.update.put_raw(self.signature, body);
        let (mut file, bodies) = self.update.finish();
        let at = bodies[&self.signature];
        let hole = at + start..at + end;
        let values = [hole.start, hole.end, file.len() - hole.end];
        for (index, value) in values.into_iter().enumerate() {
            let place = at + numbers + index * (NUMBER_WIDTH + 1);
            // Padded on the right: a number may not begin with zeros everywhere.
            let text = format!("{value:<NUMBER_WIDTH$}");
            file[place..place + NUMBER_WIDTH].copy_from_slice(text.as_bytes());
        }
        Ok(Placeholder { file, hole })
    }

    fn field(&mut self, name: Option<&str>, stamp: Option<&VisibleStamp>) -> Result<(), PdfSignError> {
        let Some(id) = name.and_then(|name| self.named(name)) else {
            let name = name.map_or_else(|| self.free_name(), str::to_owned);
            return self.new_field(&name, stamp);
        };
        let field = &self.form.fields[&id];
        let value = self.document.value(&field.dictionary, "V");
        if field.kind != Kind::Signature || !value.is_null() {
            return Err(PdfSignError::FieldTaken);
        }
        let mut dictionary = field.dictionary.clone();
        dictionary.set("V", Object::Reference(self.signature));
        if let Some(stamp) = stamp {
            let rectangle = super::stamp::rectangle(self.document, &dictionary).unwrap_or(stamp.rectangle);
            let appearance = stamp.draw(&mut self.update, rectangle);
            dictionary.set("AP", Dictionary::default().with("N", appearance).into());
        }
        self.update.put(id, &dictionary.into());
        self.sign_flags(None);
        Ok(())
    }

    fn free_name(&self) -> String {
        let taken: std::collections::HashSet<String> =
            self.form.order.iter().map(|&id| self.form.name(id)).collect();
        let mut number = 1;
        loop {
            let name = format!("Signature{number}");
            if !taken.contains(&name) {
                return name;
            }
            number += 1;
        }
    }

    /// A field merged with its widget (§12.7.5.5). Without a stamp it has no area and no appearance.
    fn new_field(&mut self, name: &str, stamp: Option<&VisibleStamp>) -> Result<(), PdfSignError> {
        const PRINT_AND_LOCKED: i64 = 4 | 128;
        let pages = Pages::read(self.document)?;
        let number = stamp.map_or(0, |stamp| stamp.page);
        let (page_id, mut page) = pages.pages.get(number).cloned().ok_or(PdfSignError::NoSuchPage)?;
        let rectangle = stamp.map_or([0.0; 4], |stamp| stamp.rectangle);
        let mut field = Dictionary::default()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Widget"))
            .with("FT", Object::name("Sig"))
            .with("T", text_string(name))
            .with("V", Object::Reference(self.signature))
            .with("F", Object::Integer(PRINT_AND_LOCKED))
            .with("P", Object::Reference(page_id))
            .with("Rect", Object::array(rectangle.map(Object::Real).to_vec()));
        if let Some(stamp) = stamp {
            let appearance = stamp.draw(&mut self.update, rectangle);
            field.set("AP", Dictionary::default().with("N", appearance).into());
        }
        let field = self.update.add(&field.into());
        if let Some(annotations) = self.extended(page.raw("Annots"), &field)? {
            page.set("Annots", annotations);
            self.update.put(page_id, &page.into());
        }
        self.sign_flags(Some(&field));
        Ok(())
    }

    /// The list with one more item; `None` if it is an object of its own, which is replaced.
    fn extended(&mut self, list: Option<&Object>, item: &Object) -> Result<Option<Object>, PdfSignError> {
        let mut items = match list.map(|list| self.document.resolve(list)) {
            None | Some(Object::Null) => Vec::new(),
            Some(Object::Array(items)) => items.to_vec(),
            Some(_) => return Err(PdfError::Structure.into()),
        };
        items.push(item.clone());
        let items = Object::array(items);
        match list.and_then(Object::as_reference) {
            Some(id) => {
                self.update.put(id, &items);
                Ok(None)
            }
            None => Ok(Some(items)),
        }
    }

    /// The form with SigFlags (§12.7.3: signatures exist, append only) and perhaps a new field.
    fn sign_flags(&mut self, field: Option<&Object>) {
        let mut form = self.form.dictionary.clone();
        let flags = self.document.value(&form, "SigFlags").as_integer().unwrap_or(0);
        form.set("SigFlags", Object::Integer(flags | 3));
        if let Some(field) = field {
            // The form has been read: its list is one.
            if let Ok(Some(fields)) = self.extended(form.raw("Fields").cloned().as_ref(), field) {
                form.set("Fields", fields);
            }
        }
        match self.form.id {
            Some(id) => self.update.put(id, &form.into()),
            None => {
                self.catalog.1.set("AcroForm", form.into());
                self.catalog_changed = true;
            }
        }
    }
}

/// A text string (§7.9.2.2) in UTF-16BE unless it is ASCII.
fn text_string(text: &str) -> Object {
    if text.is_ascii() {
        return Object::text(text.as_bytes());
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::text([0xfe, 0xff].into_iter().chain(units).collect::<Vec<u8>>())
}
