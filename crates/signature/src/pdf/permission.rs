//! What a signature lets happen to the document after it: DocMDP and FieldMDP (ISO 32000-2 §12.8.2).

use super::document::Document;
use super::form::text;
use super::object::{Dictionary, Object};

/// The P of DocMDP (§12.8.2.2, table 257). Revocation material and document time stamps are always allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocMdp {
    /// 1: nothing else.
    NoChanges,
    /// 2: filling in forms and signing.
    FillIn,
    /// 3: annotations besides.
    Annotate,
}

/// Which fields FieldMDP locks (§12.8.2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Locked {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Locked {
    /// Whether the field with this fully qualified name, or one above it, is locked.
    pub(crate) fn covers(&self, name: &str) -> bool {
        let listed = |list: &[String]| {
            list.iter().any(|listed| {
                let below = name.strip_prefix(listed.as_str());
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            Self::All => true,
            Self::Include(list) => listed(list),
            Self::Exclude(list) => !listed(list),
        }
    }
}

/// What one signature dictionary asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Permissions {
    /// `Some` if the signature restricts changes of the whole document.
    pub document: Option<DocMdp>,
    pub locked: Vec<Locked>,
    /// A transform or a value this program does not know: what it forbids is not known.
    pub unknown: bool,
}

impl Permissions {
    /// Reads Reference of the signature, and Lock of its field (§12.7.5.5), which may restrict too.
    pub(crate) fn read(document: &Document<'_>, signature: &Dictionary, field: Option<&Dictionary>) -> Self {
        let mut permissions = Self::default();
        let references = document.value(signature, "Reference");
        for reference in references.as_array().unwrap_or_default() {
            let Object::Dictionary(reference) = document.resolve(reference) else {
                permissions.unknown = true;
                continue;
            };
            let parameters = document
                .dictionary(&reference, "TransformParams")
                .unwrap_or_default();
            match document.value(&reference, "TransformMethod").as_name() {
                Some(b"DocMDP") => permissions.restrict(&document.value(&parameters, "P"), true),
                Some(b"FieldMDP") => permissions.lock(document, &parameters),
                // UR and UR3 enable what a viewer would not do; they forbid nothing.
                Some(b"UR" | b"UR3" | b"Identity") => {}
                _ => permissions.unknown = true,
            }
        }
        if let Some(lock) = field.and_then(|field| document.dictionary(field, "Lock")) {
            permissions.lock(document, &lock);
            permissions.restrict(&document.value(&lock, "P"), false);
        }
        permissions
    }

    fn restrict(&mut self, level: &Object, default: bool) {
        let level = match level.as_integer() {
            Some(1) => DocMdp::NoChanges,
            Some(2) => DocMdp::FillIn,
            Some(3) => DocMdp::Annotate,
            None if level.is_null() && !default => return,
            None if level.is_null() => DocMdp::FillIn, // table 257: the default
            _ => {
                self.unknown = true;
                DocMdp::NoChanges
            }
        };
        self.document = Some(self.document.map_or(level, |known| known.min(level)));
    }

    fn lock(&mut self, document: &Document<'_>, parameters: &Dictionary) {
        let fields = document.value(parameters, "Fields");
        let names = || {
            let fields = fields.as_array().unwrap_or_default().iter();
            fields
                .filter_map(|name| Some(text(&document.resolve(name).as_text()?.octets)))
                .collect()
        };
        match document.value(parameters, "Action").as_name() {
            Some(b"All") => self.locked.push(Locked::All),
            Some(b"Include") => self.locked.push(Locked::Include(names())),
            Some(b"Exclude") => self.locked.push(Locked::Exclude(names())),
            _ => self.unknown = true,
        }
    }

    pub(crate) fn locks(&self, name: &str) -> bool {
        self.locked.iter().any(|locked| locked.covers(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_covers_what_is_below_a_listed_field() {
        let list = || vec!["a.b".to_owned()];
        for (name, listed) in [("a.b", true), ("a.b.c", true), ("a.bc", false), ("a", false)] {
            assert_eq!(Locked::Include(list()).covers(name), listed, "{name}");
            assert_eq!(Locked::Exclude(list()).covers(name), !listed, "{name}");
            assert!(Locked::All.covers(name));
        }
    }
}
