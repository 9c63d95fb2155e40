//! The interactive form: its tree of fields (ISO 32000-2 §12.7), and the pages with their annotations (§7.7.3).

use std::collections::{BTreeMap, HashSet};

use super::document::Document;
use super::error::PdfError;
use super::object::{Dictionary, Id, Object};

/// Nodes of a tree; the largest forms and documents have some ten thousand.
const MAX_NODES: usize = 1_000_000;
/// Depth of a tree.
const MAX_DEPTH: usize = 64;

/// What a field is for (§12.7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Signature,
    Button,
    /// Text and choice fields.
    Value,
    /// A node above fields of several kinds.
    Unknown,
}

/// A node of the tree of fields: a field, or a widget of one.
#[derive(Clone)]
pub(crate) struct Field {
    pub dictionary: Dictionary,
    /// Its own part of the name; widgets have none.
    pub own_name: Option<String>,
    /// By FT, inherited if need be.
    pub kind: Kind,
    pub parent: Option<Id>,
}

/// The form of a document.
#[derive(Default)]
pub(crate) struct Form {
    /// The form dictionary, empty if there is none, and its name if it is an object of its own.
    pub dictionary: Dictionary,
    pub id: Option<Id>,
    pub fields: BTreeMap<Id, Field>,
    /// Fields and kids in the order of the document.
    pub order: Vec<Id>,
}

impl Form {
    /// Reads the whole tree. A field that is not an object of its own is refused: nothing could be said about it.
    pub(crate) fn read(document: &Document<'_>) -> Result<Self, PdfError> {
        let (_, catalog) = document.catalog()?;
        let Some(raw) = catalog.raw("AcroForm") else {
            return Ok(Self::default());
        };
        let dictionary = document.resolve(raw);
        let dictionary = match dictionary {
            Object::Null => return Ok(Self::default()),
            Object::Dictionary(dictionary) => dictionary,
            _ => return Err(PdfError::Structure),
        };
        let mut form = Self {
            id: raw.as_reference(),
            dictionary,
            ..Self::default()
        };
        let mut open: Vec<(Id, Option<Id>, usize)> = Vec::new();
        let push = |open: &mut Vec<_>, list: &Object, parent, depth| -> Result<(), PdfError> {
            let Some(items) = list.as_array() else {
                return if list.is_null() {
                    Ok(())
                } else {
                    Err(PdfError::Structure)
                };
            };
            for item in items.iter().rev() {
                match item {
                    Object::Reference(id) => open.push((*id, parent, depth)),
                    Object::Null => {}
                    _ => return Err(PdfError::Structure),
                }
            }
            Ok(())
        };
        push(&mut open, &document.value(&form.dictionary, "Fields"), None, 0)?;
        while let Some((id, parent, depth)) = open.pop() {
            if form.fields.contains_key(&id) {
                continue;
            }
            if depth > MAX_DEPTH || form.order.len() == MAX_NODES {
                return Err(PdfError::Limit);
            }
            let object = document.get(id);
            let Object::Dictionary(dictionary) = object else {
                continue;
            };
            let above = parent.and_then(|parent| form.fields.get(&parent));
            let kind = match document.value(&dictionary, "FT").as_name() {
                Some(b"Sig") => Kind::Signature,
                Some(b"Btn") => Kind::Button,
                Some(b"Tx" | b"Ch") => Kind::Value,
                Some(_) => Kind::Unknown,
                None => above.map_or(Kind::Unknown, |above| above.kind),
            };
            let own = document.value(&dictionary, "T");
            let field = Field {
                // Of an encrypted name nothing is known but that there is one.
                own_name: own.as_text().map(|own| match document.is_encrypted() {
                    true => String::new(),
                    false => text(&own.octets),
                }),
                kind,
                parent,
                dictionary,
            };
            push(
                &mut open,
                &document.value(&field.dictionary, "Kids"),
                Some(id),
                depth + 1,
            )?;
            form.order.push(id);
            form.fields.insert(id, field);
        }
        Ok(form)
    }

    /// Fully qualified name (§12.7.4.2); that of its field for a widget.
    pub(crate) fn name(&self, id: Id) -> String {
        let mut parts = Vec::new();
        let mut next = Some(id);
        while let Some(field) = next.and_then(|id| self.fields.get(&id)) {
            parts.extend(field.own_name.as_deref());
            next = field.parent;
        }
        parts.reverse();
        parts.join(".")
    }
}

/// A text string (§7.9.2.2): UTF-16BE or UTF-8 by its mark, else Latin, which PDFDocEncoding nearly is.
pub(crate) fn text(octets: &[u8]) -> String {
    match octets {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => other.iter().copied().map(char::from).collect(),
    }
}

/// The nodes of the page tree (§7.7.3), intermediate ones and pages.
#[derive(Default)]
pub(crate) struct Pages {
    pub nodes: HashSet<Id>,
    /// In the order of the document.
    pub pages: Vec<(Id, Dictionary)>,
}

impl Pages {
    pub(crate) fn read(document: &Document<'_>) -> Result<Self, PdfError> {
        let (_, catalog) = document.catalog()?;
        let root = catalog.raw("Pages").and_then(Object::as_reference);
        let mut open = vec![(root.ok_or(PdfError::Structure)?, 0)];
        let mut seen = HashSet::new();
        let mut pages = Self::default();
        while let Some((id, depth)) = open.pop() {
            if !seen.insert(id) {
                return Err(PdfError::Structure);
            }
            if depth > MAX_DEPTH || seen.len() > MAX_NODES {
                return Err(PdfError::Limit);
            }
            let Object::Dictionary(node) = document.get(id) else {
                continue;
            };
            let kids = document.value(&node, "Kids");
            match kids.as_array() {
                Some(kids) => {
                    pages.nodes.insert(id);
                    let kids = kids.iter().rev().filter_map(Object::as_reference);
                    open.extend(kids.map(|kid| (kid, depth + 1)));
                }
                None => pages.pages.push((id, node)),
            }
        }
        Ok(pages)
    }
}
