//! Incremental updates (ISO 32000-2 §7.5.6): new and replaced objects after the octets there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::document::Document;
use super::object::{Dictionary, Id, Object};

/// An update being put together.
pub(super) struct Update<'a> {
    document: &'a Document<'a>,
    objects: BTreeMap<Id, Vec<u8>>,
    next: u32,
}

impl<'a> Update<'a> {
    pub(super) fn new(document: &'a Document<'a>) -> Self {
        let size = document.trailer().raw("Size").and_then(Object::as_integer);
        let size = size.and_then(|size| u32::try_from(size).ok()).unwrap_or(0);
        let last = document.highest_number();
        Self {
            document,
            objects: BTreeMap::new(),
            next: size.max(last + 1),
        }
    }

    /// A name for a new object.
    pub(super) fn reserve(&mut self) -> Id {
        let id = Id {
            number: self.next,
            generation: 0,
        };
        self.next += 1;
        id
    }

    /// Adds or replaces an object.
    pub(super) fn put(&mut self, id: Id, object: &Object) {
        let mut body = Vec::new();
        write(&mut body, object);
        self.put_raw(id, body);
    }

    /// As [`Self::put`], with the octets of the object.
    pub(super) fn put_raw(&mut self, id: Id, body: Vec<u8>) {
        self.objects.insert(id, body);
    }

    /// Adds a new object.
    pub(super) fn add(&mut self, object: &Object) -> Object {
        let id = self.reserve();
        self.put(id, object);
        Object::Reference(id)
    }

    /// Adds a new stream with these octets, compressed.
    pub(super) fn add_stream(&mut self, dictionary: Dictionary, octets: &[u8]) -> Object {
        let id = self.reserve();
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(octets, 6);
        let dictionary = dictionary.with("Filter", Object::name("FlateDecode"));
        self.put_raw(id, stream(dictionary, &packed));
        Object::Reference(id)
    }

    /// The whole file, and where in it each object of the update begins (the octets given to [`Self::put_raw`]).
    /// The cross-reference data have the form that those before have (§7.5.8.4 wants it so).
    pub(super) fn finish(mut self) -> (Vec<u8>, BTreeMap<Id, usize>) {
        let before = &self.document.sections[0];
        let stream_id = before.stream.map(|_| self.reserve());
        let mut file = self.document.data.to_vec();
        if file.last().is_some_and(|&octet| octet != b'\n' && octet != b'\r') {
            file.push(b'\n');
        }
        let mut bodies = BTreeMap::new();
        let mut entries = BTreeMap::new();
        for (id, body) in &self.objects {
            entries.insert(*id, file.len());
            file.extend(format!("{} {} obj\n", id.number, id.generation).bytes());
            bodies.insert(*id, file.len());
            file.extend(body);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        let trailer = self.trailer(&file);
        match stream_id {
            Some(id) => {
                entries.insert(id, start);
                file.extend(format!("{} 0 obj\n", id.number).bytes());
                file.extend(cross_reference_stream(trailer, &entries));
                file.extend(b"\nendobj\n");
            }
            None => {
                file.extend(cross_reference_table(&entries).bytes());
                file.extend(b"trailer\n");
                write(&mut file, &trailer.into());
                file.push(b'\n');
            }
        }
        file.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
        (file, bodies)
    }

    /// §7.5.5: what the last trailer says, with a new second identifier (§14.4).
    fn trailer(&self, file: &[u8]) -> Dictionary {
        let last = self.document.trailer();
        let mut trailer = Dictionary::default();
        for key in ["Root", "Info", "Encrypt"] {
            trailer.set(key, last.raw(key).cloned().unwrap_or(Object::Null));
        }
        if let Some(first) = self
            .document
            .value(last, "ID")
            .as_array()
            .and_then(<[Object]>::first)
        {
            // It names the content and protects nothing.
            let digest = kabinet_pki::DigestAlgorithm::Sha256.digest(file);
            let second = Object::text(&digest[..16]);
            trailer.set("ID", Object::array(vec![self.document.resolve(first), second]));
        }
        trailer.set("Size", Object::Integer(self.next.into()));
        let previous = i64::try_from(self.document.sections[0].start).unwrap_or(i64::MAX);
        trailer.with("Prev", Object::Integer(previous))
    }
}

impl Document<'_> {
    fn highest_number(&self) -> u32 {
        self.sections
            .iter()
            .filter_map(|section| section.entries.keys().next_back())
            .max()
            .copied()
            .unwrap_or(0)
    }
}

/// §7.5.4: runs of consecutive numbers, twenty octets an entry.
fn cross_reference_table(entries: &BTreeMap<Id, usize>) -> String {
    let mut table = String::from("xref\n");
    for run in runs(entries) {
        let _ = writeln!(table, "{} {}", run[0].0.number, run.len());
        for (id, offset) in run {
            let _ = write!(table, "{offset:010} {:05} n\r\n", id.generation);
        }
    }
    table
}

fn runs(entries: &BTreeMap<Id, usize>) -> Vec<Vec<(Id, usize)>> {
    let mut runs: Vec<Vec<(Id, usize)>> = Vec::new();
    for (&id, &offset) in entries {
        match runs.last_mut() {
            Some(run) if run[run.len() - 1].0.number + 1 == id.number => run.push((id, offset)),
            _ => runs.push(vec![(id, offset)]),
        }
    }
    runs
}

/// §7.5.8
fn cross_reference_stream(trailer: Dictionary, entries: &BTreeMap<Id, usize>) -> Vec<u8> {
    let number = |number: usize| Object::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut index = Vec::new();
    let mut table = Vec::new();
    for run in runs(entries) {
        index.extend([number(run[0].0.number as usize), number(run.len())]);
        for (id, offset) in run {
            table.push(1);
            table.extend((offset as u64).to_be_bytes());
            table.extend(id.generation.to_be_bytes());
        }
    }
    let widths = [1, 8, 2].map(Object::Integer).to_vec();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&table, 6);
    let dictionary = trailer
        .with("Type", Object::name("XRef"))
        .with("W", Object::array(widths))
        .with("Index", Object::array(index))
        .with("Filter", Object::name("FlateDecode"));
    stream(dictionary, &packed)
}

fn stream(dictionary: Dictionary, octets: &[u8]) -> Vec<u8> {
    let length = Object::Integer(i64::try_from(octets.len()).unwrap_or(i64::MAX));
    let mut body = Vec::new();
    write(&mut body, &dictionary.with("Length", length).into());
    body.extend(b"\nstream\n");
    body.extend(octets);
    body.extend(b"\nendstream");
    body
}

/// Writes an object; strings in hexadecimal, which needs no escapes. Streams are written by [`stream`] only.
pub(super) fn write(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null | Object::Stream(_) => out.extend(b"null"),
        Object::Boolean(truth) => out.extend(truth.to_string().bytes()),
        Object::Integer(number) => out.extend(number.to_string().bytes()),
        Object::Real(number) => out.extend(number.to_string().bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(text) => {
            out.push(b'<');
            text.octets
                .iter()
                .for_each(|octet| out.extend(format!("{octet:02x}").bytes()));
            out.push(b'>');
        }
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                write(out, item);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => {
            out.extend(b"<<");
            for (key, value) in dictionary.iter() {
                write_name(out, key);
                out.push(b' ');
                write(out, value);
                out.push(b' ');
            }
            out.extend(b">>");
        }
        Object::Reference(id) => out.extend(format!("{} {} R", id.number, id.generation).bytes()),
    }
}

/// §7.3.5
fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for &octet in name {
        match octet {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' | b'+' | b':' => out.push(octet),
            other => out.extend(format!("#{other:02x}").bytes()),
        }
    }
}
