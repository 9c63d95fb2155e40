//! A PDF file as its last cross-reference section shows it. What a signer saw is the [`Document`] of the octets up to
//! the end of the signed revision.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::error::PdfError;
use super::filter;
use super::lexer::Lexer;
use super::object::{Dictionary, Id, Object, Stream};
use super::xref::{self, Place, Section};

/// References that lead to references; the standard allows none.
const MAX_HOPS: usize = 8;
/// The header may follow other octets (§7.5.2, Annex I).
const HEADER_WITHIN: usize = 1024;
/// Most octets all object streams together may decode to; bounds what a small file can take.
const MAX_DECODED: usize = 256 << 20;

/// A view of a file; borrows its octets, reads objects when they are asked for.
pub(crate) struct Document<'a> {
    pub data: &'a [u8],
    /// The newest first.
    pub sections: Vec<Section>,
    places: HashMap<u32, Place>,
    objects: RefCell<HashMap<u32, Result<Object, PdfError>>>,
    containers: RefCell<HashMap<u32, Option<Rc<Container>>>>,
    /// Whether an object stream is being read; none needs another to be read.
    in_container: Cell<bool>,
    decoded: Cell<usize>,
    lexed: Cell<usize>,
    unreadable: Cell<bool>,
    exhausted: Cell<bool>,
}

/// A decoded object stream (§7.5.7): numbers and offsets of its objects.
struct Container {
    data: Vec<u8>,
    objects: Vec<(u32, usize)>,
}

/// Whether the octets claim to be a PDF file.
pub(crate) fn is_pdf(data: &[u8]) -> bool {
    memchr::memmem::find(&data[..data.len().min(HEADER_WITHIN)], b"%PDF-").is_some()
}

impl<'a> Document<'a> {
    /// Reads the cross-reference data only.
    pub(crate) fn open(data: &'a [u8]) -> Result<Self, PdfError> {
        if !is_pdf(data) {
            return Err(PdfError::NotPdf);
        }
        let sections = xref::chain(data, xref::last_start(data)?)?;
        let mut places = HashMap::new();
        for section in &sections {
            for (&number, &place) in &section.entries {
                places.entry(number).or_insert(place);
            }
        }
        Ok(Self {
            data,
            sections,
            places,
            objects: RefCell::default(),
            containers: RefCell::default(),
            in_container: Cell::new(false),
            decoded: Cell::new(0),
            lexed: Cell::new(0),
            unreadable: Cell::new(false),
            exhausted: Cell::new(false),
        })
    }

    /// The trailer of the newest section.
    pub(crate) fn trailer(&self) -> &Dictionary {
        &self.sections[0].trailer // there is at least one
    }

    /// Whether strings and streams are encrypted (§7.6); the values of signatures are not.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.sections
            .iter()
            .any(|section| section.trailer.raw("Encrypt").is_some())
    }

    /// How often each object is referred to, by all objects and the trailer.
    pub(crate) fn references(&self) -> HashMap<Id, usize> {
        let mut counts = HashMap::new();
        let mut open: Vec<Object> = vec![self.trailer().clone().into()];
        open.extend(self.numbers().map(|number| {
            let generation = match self.place(number) {
                Place::At { generation, .. } => generation,
                _ => 0,
            };
            self.get(Id { number, generation })
        }));
        while let Some(object) = open.pop() {
            match &object {
                Object::Reference(id) => *counts.entry(*id).or_default() += 1,
                Object::Array(items) => open.extend(items.iter().cloned()),
                _ => {
                    let dictionary = object.as_dictionary().into_iter();
                    open.extend(
                        dictionary
                            .flat_map(Dictionary::iter)
                            .map(|(_, value)| value.clone()),
                    );
                }
            }
        }
        counts
    }

    /// Where the object with this number stands.
    pub(crate) fn place(&self, number: u32) -> Place {
        self.places.get(&number).copied().unwrap_or(Place::Free)
    }

    /// Numbers of all objects that exist.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        let exists = |(_, place): &(&u32, &Place)| **place != Place::Free;
        self.places.iter().filter(exists).map(|(number, _)| *number)
    }

    /// The object; null if it does not exist or cannot be read (§7.3.10).
    pub(crate) fn get(&self, id: Id) -> Object {
        self.read(id).unwrap_or(Object::Null)
    }

    /// The object; null if it does not exist, an error if it stands nowhere or is broken.
    pub(crate) fn read(&self, id: Id) -> Result<Object, PdfError> {
        let generation = match self.place(id.number) {
            Place::Free => return Ok(Object::Null),
            Place::At { generation, .. } => generation,
            Place::In { .. } => 0,
        };
        if generation != id.generation {
            return Ok(Object::Null);
        }
        if let Some(known) = self.objects.borrow().get(&id.number) {
            return known.clone();
        }
        let object = self.parse(id);
        self.unreadable.set(self.unreadable.get() || object.is_err());
        self.objects.borrow_mut().insert(id.number, object.clone());
        object
    }

    fn parse(&self, id: Id) -> Result<Object, PdfError> {
        match self.place(id.number) {
            Place::Free => Ok(Object::Null),
            Place::At { offset, .. } => {
                let mut lexer = Lexer::of_file(self.data, offset);
                let read = lexer.indirect();
                self.spend(lexer.at.saturating_sub(offset))?;
                let (found, object) = read?;
                if found != id {
                    return Err(PdfError::CrossReference { at: offset });
                }
                Ok(object)
            }
            Place::In { stream, index } => self.compressed(id.number, stream, index),
        }
    }

    /// Objects that overlap would multiply the work: all together may cost what the file and its object streams
    /// have, and as much again.
    fn spend(&self, octets: usize) -> Result<(), PdfError> {
        let lexed = self.lexed.get().saturating_add(octets);
        self.lexed.set(lexed);
        if lexed > 65_536 + 2 * (self.data.len() + self.decoded.get()) {
            self.exhausted.set(true);
            return Err(PdfError::Limit);
        }
        Ok(())
    }

    /// Whether some object that was asked for could not be read. What it refers to has not been seen.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.unreadable.get()
    }

    /// An error if reading was cut off because the whole costs too much: what was found is not all there is.
    pub(crate) fn within_limits(&self) -> Result<(), PdfError> {
        if self.exhausted.get() {
            Err(PdfError::Limit)
        } else {
            Ok(())
        }
    }

    /// Follows references.
    pub(crate) fn resolve(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..MAX_HOPS {
            match object {
                Object::Reference(id) => object = self.get(id),
                other => return other,
            }
        }
        Object::Null
    }

    /// The value of a key, references followed; null if there is none.
    pub(crate) fn value(&self, dictionary: &Dictionary, key: &str) -> Object {
        dictionary
            .raw(key)
            .map_or(Object::Null, |value| self.resolve(value))
    }

    /// The value of a key if it is a dictionary or a stream.
    pub(crate) fn dictionary(&self, dictionary: &Dictionary, key: &str) -> Option<Dictionary> {
        self.value(dictionary, key).as_dictionary().cloned()
    }

    /// The catalog and its name (§7.7.2).
    pub(crate) fn catalog(&self) -> Result<(Id, Dictionary), PdfError> {
        let id = self.trailer().raw("Root").and_then(Object::as_reference);
        let id = id.ok_or(PdfError::Structure)?;
        match self.read(id)? {
            Object::Dictionary(catalog) => Ok((id, catalog)),
            _ => Err(PdfError::Structure),
        }
    }

    /// The octets of a stream as they stand in the file (§7.3.8).
    pub(crate) fn raw_stream(&self, stream: &Stream) -> Result<&'a [u8], PdfError> {
        let length = self.value(&stream.dictionary, "Length").as_integer();
        let length = length.and_then(|length| usize::try_from(length).ok());
        let length = length.ok_or(PdfError::Stream)?;
        let end = stream.start.checked_add(length).ok_or(PdfError::Stream)?;
        self.data.get(stream.start..end).ok_or(PdfError::Stream)
    }

    /// Whether `endstream` follows where the stream's length says. If not, readers differ about what the stream is.
    pub(crate) fn ends_with_its_length(&self, stream: &Stream) -> bool {
        let Ok(octets) = self.raw_stream(stream) else {
            return false;
        };
        let mut after = Lexer::of_file(self.data, stream.start + octets.len());
        after.keyword("endstream")
    }

    /// The octets of a stream, its filters undone.
    pub(crate) fn decoded_stream(&self, stream: &Stream) -> Result<Vec<u8>, PdfError> {
        if self.is_encrypted() {
            return Err(PdfError::Encrypted);
        }
        let raw = self.raw_stream(stream)?;
        let data = filter::decode(raw, &stream.dictionary, &|object| self.resolve(object))?;
        let total = self.decoded.get().saturating_add(data.len());
        self.decoded.set(total);
        if total > MAX_DECODED {
            self.exhausted.set(true);
            return Err(PdfError::Limit);
        }
        Ok(data)
    }

    fn compressed(&self, number: u32, stream: u32, index: u32) -> Result<Object, PdfError> {
        let container = self.container(stream)?;
        let at = container.objects.get(index as usize);
        match at {
            Some(&(found, at)) if found == number => {
                let mut lexer = Lexer::of_stream(&container.data, at);
                let object = lexer.object();
                self.spend(lexer.at.saturating_sub(at))?;
                object
            }
            _ => Err(PdfError::Structure),
        }
    }

    fn container(&self, number: u32) -> Result<Rc<Container>, PdfError> {
        if let Some(known) = self.containers.borrow().get(&number) {
            return known.clone().ok_or(PdfError::Stream);
        }
        if self.in_container.replace(true) {
            return Err(PdfError::Structure);
        }
        let container = self.read_container(number).map(Rc::new);
        self.in_container.set(false);
        let known = container.as_ref().ok().cloned();
        self.containers.borrow_mut().insert(number, known);
        container
    }

    fn read_container(&self, number: u32) -> Result<Container, PdfError> {
        let Place::At { generation, .. } = self.place(number) else {
            return Err(PdfError::Structure); // §7.5.7: never inside another
        };
        let object = self.read(Id { number, generation })?;
        let stream = object.as_stream().ok_or(PdfError::Structure)?;
        let integer = |key: &str| {
            let value = self.value(&stream.dictionary, key).as_integer();
            value
                .and_then(|value| usize::try_from(value).ok())
                .ok_or(PdfError::Structure)
        };
        let (count, first) = (integer("N")?, integer("First")?);
        let data = self.decoded_stream(stream)?;
        let mut header = Lexer::of_stream(&data, 0);
        let mut objects = Vec::new();
        for _ in 0..count {
            let number = u32::try_from(header.unsigned()?).map_err(|_| PdfError::Structure)?;
            let offset = usize::try_from(header.unsigned()?).map_err(|_| PdfError::Structure)?;
            objects.push((number, first.checked_add(offset).ok_or(PdfError::Structure)?));
        }
        Ok(Container { data, objects })
    }
}
