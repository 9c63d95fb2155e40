//! One description of the format for both directions: it takes values out of a tree, or puts them into a new one.

use time::Date;
use time::macros::format_description;

use super::tree::{Attribute, Content, Element};

/// What keeps a document from being read, or is worth a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) value: String,
    /// The document cannot be understood without it.
    pub(super) grave: bool,
}

/// An element that is read or written.
pub(super) struct Codec<'t> {
    element: &'t mut Element,
    faults: &'t mut Vec<Fault>,
    path: String,
    pub(super) reading: bool,
}

impl<'t> Codec<'t> {
    pub(super) fn new(element: &'t mut Element, faults: &'t mut Vec<Fault>, reading: bool) -> Self {
        element.known = true;
        let path = element.name.clone();
        Self {
            element,
            faults,
            path,
            reading,
        }
    }

    pub(super) fn fault(&mut self, code: &'static str, name: &str, value: &str, grave: bool) {
        self.faults.push(Fault {
            code,
            path: if name.is_empty() {
                self.path.clone()
            } else {
                format!("{}/{name}", self.path)
            },
            line: self.element.line,
            name: name.trim_start_matches('@').to_owned(),
            value: value.to_owned(),
            grave,
        });
    }

    /// A value that may be absent. What cannot be understood stays where it is.
    pub(super) fn value<T>(
        &mut self,
        name: &str,
        slot: &mut Option<T>,
        parse: impl Fn(&str) -> Option<T>,
        show: impl Fn(&T) -> String,
    ) {
        if !self.reading {
            if let Some(value) = slot.as_ref().map(show).filter(|value| !value.is_empty()) {
                self.put(name, value);
            }
            return;
        }
        let Some(text) = self
            .element
            .attribute(name)
            .filter(|text| !text.trim().is_empty())
        else {
            return;
        };
        match parse(text.trim()) {
            Some(value) => {
                *slot = Some(value);
                self.drop(name);
            }
            None => {
                let text = text.to_owned();
                self.fault("poa.value", &format!("@{name}"), &text, false);
            }
        }
    }

    /// A value a document cannot be understood without.
    pub(super) fn needed<T: Clone>(
        &mut self,
        name: &str,
        slot: &mut T,
        parse: impl Fn(&str) -> Option<T>,
        show: impl Fn(&T) -> String,
    ) {
        let mut found = (!self.reading).then(|| slot.clone());
        let before = self.faults.len();
        self.value(name, &mut found, parse, show);
        match found {
            Some(value) => *slot = value,
            None if self.faults.len() > before => self.faults[before].grave = true,
            None => self.fault("poa.missing", &format!("@{name}"), "", true),
        }
    }

    pub(super) fn text_value(&mut self, name: &str, slot: &mut Option<String>) {
        self.value(name, slot, |text| Some(text.to_owned()), Clone::clone);
    }

    /// A text that is empty when it is absent.
    pub(super) fn plain(&mut self, name: &str, slot: &mut String) {
        let mut found = (!slot.is_empty()).then(|| slot.clone());
        self.text_value(name, &mut found);
        *slot = found.unwrap_or_default();
    }

    pub(super) fn day(&mut self, name: &str, slot: &mut Option<Date>) {
        self.value(name, slot, day, shown_day);
    }

    pub(super) fn needed_day(&mut self, name: &str, slot: &mut Date) {
        self.needed(name, slot, day, shown_day);
    }

    /// One of the codes, each with its meaning.
    pub(super) fn code<T: Copy + PartialEq>(
        &mut self,
        name: &str,
        slot: &mut Option<T>,
        codes: &[(&str, T)],
    ) {
        self.value(
            name,
            slot,
            |text| codes.iter().find(|(code, _)| *code == text).map(|(_, one)| *one),
            |value| {
                let code = codes.iter().find(|(_, one)| one == value);
                code.map(|(code, _)| (*code).to_owned()).unwrap_or_default()
            },
        );
    }

    /// One of the codes, which must be there.
    pub(super) fn needed_code<T: Copy + PartialEq>(&mut self, name: &str, slot: &mut T, codes: &[(&str, T)]) {
        self.needed(
            name,
            slot,
            |text| codes.iter().find(|(code, _)| *code == text).map(|(_, one)| *one),
            |value| {
                let code = codes.iter().find(|(_, one)| one == value);
                code.map(|(code, _)| (*code).to_owned()).unwrap_or_default()
            },
        );
    }

    /// What follows from the rest: written, and when read only taken.
    pub(super) fn derived(&mut self, name: &str, value: &str) {
        if self.reading {
            self.drop(name);
        } else {
            self.put(name, value.to_owned());
        }
    }

    fn put(&mut self, name: &str, value: String) {
        self.element.attributes.push(Attribute {
            namespace: None,
            name: name.to_owned(),
            value,
        });
    }

    fn drop(&mut self, name: &str) {
        self.element
            .attributes
            .retain(|one| one.namespace.is_some() || one.name != name);
    }

    /// The text between the tags.
    pub(super) fn text(&mut self, slot: &mut String) {
        if self.reading {
            *slot = self.element.text();
            self.element
                .content
                .retain(|one| !matches!(one, Content::Text(_)));
        } else {
            self.element.content.push(Content::Text(slot.clone()));
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.unread(name).is_some()
    }

    fn unread(&self, name: &str) -> Option<&Element> {
        let namespace = &self.element.namespace;
        self.element
            .elements()
            .find(|one| !one.known && one.name == name && one.namespace == *namespace)
    }

    /// Names inside the element a path of names leads to: by them a reader knows which kind it is.
    pub(super) fn kinds(&self, path: &[&str]) -> Vec<String> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        self.unread(first).map(|one| one.kinds(rest)).unwrap_or_default()
    }

    /// The element inside, read if it is there, written if `wanted`. Tells whether it was there.
    pub(super) fn inside(&mut self, name: &str, wanted: bool, work: impl FnOnce(&mut Codec<'_>)) -> bool {
        let namespace = self.element.namespace.clone();
        let place = if self.reading {
            let unread = |one: &Content| matches!(one, Content::Element(one) if !one.known && one.name == name && one.namespace == namespace);
            self.element.content.iter().position(unread)
        } else if wanted {
            let fresh = Element::new(name, namespace.as_deref());
            self.element.content.push(Content::Element(fresh));
            Some(self.element.content.len() - 1)
        } else {
            None
        };
        let Some(place) = place else { return false };
        self.at(place, name.to_owned(), work);
        true
    }

    /// Works on the element at a place of the content.
    fn at(&mut self, place: usize, step: String, work: impl FnOnce(&mut Codec<'_>)) {
        let Some(Content::Element(element)) = self.element.content.get_mut(place) else {
            return;
        };
        element.known = true;
        work(&mut Codec {
            element,
            faults: self.faults,
            path: format!("{}/{step}", self.path),
            reading: self.reading,
        });
    }

    /// An element a document cannot be understood without.
    pub(super) fn must(&mut self, name: &str, work: impl FnOnce(&mut Codec<'_>)) {
        if !self.inside(name, true, work) {
            self.fault("poa.missing", name, "", true);
        }
    }

    pub(super) fn optional<T: Default>(
        &mut self,
        name: &str,
        slot: &mut Option<T>,
        visit: impl FnOnce(&mut Codec<'_>, &mut T),
    ) {
        let wanted = slot.is_some();
        let mut value = slot.take().unwrap_or_default();
        if self.inside(name, wanted, |inside| visit(inside, &mut value)) {
            *slot = Some(value);
        }
    }

    /// An element that holds a text only.
    pub(super) fn optional_text(&mut self, name: &str, slot: &mut Option<String>) {
        self.optional(name, slot, |inside, text| inside.text(text));
    }

    /// Elements one after another. `blank` begins one; what it does not know stays.
    pub(super) fn each<T>(
        &mut self,
        name: &str,
        slot: &mut Vec<T>,
        blank: impl Fn(&Element) -> Option<T>,
        mut visit: impl FnMut(&mut Codec<'_>, &mut T),
    ) {
        if !self.reading {
            for value in slot {
                self.inside(name, true, |inside| visit(inside, value));
            }
            return;
        }
        let count = self.element.elements().filter(|one| one.name == name).count();
        let mut number = 0;
        for place in 0..self.element.content.len() {
            let Content::Element(element) = &self.element.content[place] else {
                continue;
            };
            if element.name != name || element.namespace != self.element.namespace {
                continue;
            }
            number += 1;
            if element.known {
                continue;
            }
            let Some(mut value) = blank(element) else { continue };
            let step = if count > 1 {
                format!("{name}[{number}]")
            } else {
                name.to_owned()
            };
            self.at(place, step, |inside| visit(inside, &mut value));
            slot.push(value);
        }
    }
}

const DAY: &[time::format_description::BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

pub(super) fn day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| Date::parse(text, DAY).ok()).flatten()
}

pub(super) fn shown_day(day: &Date) -> String {
    day.format(DAY).unwrap_or_default()
}
