//! Makes PAdES signatures (ETSI EN 319 142-1) in two steps, each in an incremental update of its own: what was there
//! stays octet for octet.

use std::ops::Range;

use kabinet_pki::{Certificate, DigestAlgorithm};
use thiserror::Error;
use time::OffsetDateTime;

use super::document::Document;
use super::error::PdfError;
use super::form::{Field, Form, Kind, Pages};
use super::object::{Dictionary, Id, Object};
use super::permission::{DocMdp, Permissions};
use super::stamp::VisibleStamp;
use super::update::Update;
use crate::cms::prepare::{Content, Prepare, Properties, SignError, ToBeSigned};
use crate::content::{ContentDigest, Digest};

/// Room for a signature value: a chain of three certificates and a time stamp take some 10 KiB.
pub const DEFAULT_ROOM: usize = 24 * 1024;
/// Most room there can be, so that a wrong number cannot fill the memory.
pub const MAX_ROOM: usize = 4 << 20;
/// Digits that stand for a number of ByteRange until it is known.
const NUMBER_WIDTH: usize = 10;

/// Why a PDF file is not signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PdfSignError {
    /// The file cannot be read.
    #[error("the PDF file cannot be read: {0}")]
    Pdf(#[from] PdfError),
    /// The value cannot be made.
    #[error("the signature cannot be made: {0}")]
    Sign(#[from] SignError),
    /// An existing signature allows no further one, or locks the field.
    #[error("an existing signature does not allow it")]
    NotAllowed,
    /// Only the first signature of a document can certify it.
    #[error("the document is signed already and cannot be certified")]
    NotFirst,
    /// A field of this name is signed already, or is no signature field.
    #[error("the field cannot take a signature")]
    FieldTaken,
    /// The page of the visible stamp does not exist.
    #[error("there is no such page")]
    NoSuchPage,
    /// The value does not fit into the room reserved for it.
    #[error("the signature needs {needed} octets, {room} are reserved")]
    TooLarge {
        /// Octets of the value.
        needed: usize,
        /// Octets reserved.
        room: usize,
    },
}

impl PdfSignError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pdf(error) => error.code(),
            Self::Sign(error) => error.code(),
            Self::NotAllowed => "pdf.signing-not-allowed",
            Self::NotFirst => "pdf.certifying-not-first",
            Self::FieldTaken => "pdf.field-taken",
            Self::NoSuchPage => "pdf.no-such-page",
            Self::TooLarge { .. } => "pdf.value-too-large",
        }
    }
}

/// Everything a PDF signature is made from, except the key.
#[derive(Clone, Debug)]
pub struct PdfPrepare {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Its issuers, to be sent along; may be empty.
    pub chain: Vec<Certificate>,
    /// The time to claim, to the second.
    pub signing_time: OffsetDateTime,
    /// The signature field by its full name: an empty one is filled, otherwise a new one made. `None` chooses a
    /// name that is free.
    pub field: Option<String>,
    /// Certifies the document and allows no more than this.
    pub certify: Option<DocMdp>,
    /// What is shown on a page.
    pub stamp: Option<VisibleStamp>,
    /// Octets to reserve for the signature value with everything inside it: [`DEFAULT_ROOM`].
    pub room: usize,
}

/// A file with room for a value that is not there yet.
#[derive(Clone, Debug)]
struct Placeholder {
    file: Vec<u8>,
    /// Contents from `<` to `>`.
    hole: Range<usize>,
}

impl Placeholder {
    fn digest(&self, algorithm: DigestAlgorithm) -> Digest {
        let mut digest = ContentDigest::new(algorithm);
        digest.update(&self.file[..self.hole.start]);
        digest.update(&self.file[self.hole.end..]);
        digest.finish()
    }

    fn embed(&self, value: &[u8]) -> Result<Vec<u8>, PdfSignError> {
        let room = (self.hole.len() - 2) / 2;
        if value.len() > room {
            return Err(PdfSignError::TooLarge {
                needed: value.len(),
                room,
            });
        }
        let mut file = self.file.clone();
        for (pair, octet) in file[self.hole.start + 1..].chunks_exact_mut(2).zip(value) {
            pair.copy_from_slice(format!("{octet:02x}").as_bytes());
        }
        Ok(file)
    }
}

/// A PDF signature lacking only its value.
#[derive(Clone, Debug)]
pub struct PdfToBeSigned {
    placeholder: Placeholder,
    value: ToBeSigned,
}

impl PdfToBeSigned {
    /// What the token shall sign; [`ToBeSigned::complete`] gives the value for [`Self::embed`], which may be raised
    /// by [`crate::add_time_stamp`] to level B-T before.
    #[must_use]
    pub fn value(&self) -> &ToBeSigned {
        &self.value
    }

    /// The signed file.
    pub fn embed(&self, value: &[u8]) -> Result<Vec<u8>, PdfSignError> {
        self.placeholder.embed(value)
    }
}

/// A document time stamp lacking only the token (§5.4.3).
#[derive(Clone, Debug)]
pub struct PdfToBeStamped(Placeholder);

impl PdfToBeStamped {
    /// The imprint to ask an authority for.
    #[must_use]
    pub fn digest(&self, algorithm: DigestAlgorithm) -> Digest {
        self.0.digest(algorithm)
    }

    /// The stamped file; `token` is a ContentInfo out of `kabinet_pki::tsp::read_response`.
    pub fn embed(&self, token: &[u8]) -> Result<Vec<u8>, PdfSignError> {
        self.0.embed(token)
    }
}

/// Prepares a document time stamp over the whole file in an invisible field.
pub fn prepare_time_stamp(file: &[u8], room: usize) -> Result<PdfToBeStamped, PdfSignError> {
    let document = Document::open(file)?;
    let signing = Signing::new(&document)?;
    let dictionary = Dictionary::default()
        .with("Type", Object::name("DocTimeStamp"))
        .with("Filter", Object::name("Adobe.PPKLite"))
        .with("SubFilter", Object::name("ETSI.RFC3161"));
    Ok(PdfToBeStamped(signing.finish(dictionary, None, None, room)?))
}

impl PdfPrepare {
    /// Fixes what is signed: `file` and an update with the field.
    pub fn to_be_signed(self, file: &[u8]) -> Result<PdfToBeSigned, PdfSignError> {
        let document = Document::open(file)?;
        let mut signing = Signing::new(&document)?;
        signing.permit(self.field.as_deref())?;
        let mut dictionary = Dictionary::default()
            .with("Type", Object::name("Sig"))
            .with("Filter", Object::name("Adobe.PPKLite"))
            .with("SubFilter", Object::name("ETSI.CAdES.detached"))
            .with("M", Object::text(date(self.signing_time).into_bytes()));
        if let Some(level) = self.certify {
            signing.certify(&mut dictionary, level)?;
        }
        if let Some(lock) = signing.lock(self.field.as_deref()) {
            signing.transform(&mut dictionary, "FieldMDP", lock);
        }
        let placeholder =
            signing.finish(dictionary, self.field.as_deref(), self.stamp.as_ref(), self.room)?;
        let algorithm = self
            .certificate
            .public_key()
            .signing_digest()
            .ok_or(SignError::UnsupportedKey)?;
        let value = Prepare {
            content: Content::Detached(placeholder.digest(algorithm)),
            certificate: self.certificate,
            chain: self.chain,
            // PAdES has it in the signature dictionary instead (EN 319 142-1 §6.3).
            signing_time: None,
            properties: Properties::default(),
        }
        .to_be_signed()?;
        Ok(PdfToBeSigned { placeholder, value })
    }
}

/// An update that adds one signature.
struct Signing<'a> {
    update: Update<'a>,
    document: &'a Document<'a>,
    form: Form,
    catalog: (Id, Dictionary),
    catalog_changed: bool,
    /// The signature dictionary.
    signature: Id,
}

impl<'a> Signing<'a> {
    fn new(document: &'a Document<'a>) -> Result<Self, PdfSignError> {
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
    fn permit(&self, name: Option<&str>) -> Result<(), PdfSignError> {
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
    fn certify(&mut self, dictionary: &mut Dictionary, level: DocMdp) -> Result<(), PdfSignError> {
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
    fn lock(&self, name: Option<&str>) -> Option<Dictionary> {
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
    fn transform(&self, dictionary: &mut Dictionary, method: &str, parameters: Dictionary) {
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

    fn finish(
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
pub(super) fn text_string(text: &str) -> Object {
    if text.is_ascii() {
        return Object::text(text.as_bytes());
    }
    let units = text.encode_utf16().flat_map(u16::to_be_bytes);
    Object::text([0xfe, 0xff].into_iter().chain(units).collect::<Vec<u8>>())
}

/// §7.9.4, in UTC.
pub(super) fn date(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}
