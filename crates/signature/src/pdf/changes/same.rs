//! Whether two revisions show the same thing: object graphs compared with all references followed.

use std::collections::HashSet;

use crate::pdf::document::Document;
use crate::pdf::object::{Dictionary, Id, Object, Stream};

/// Steps of one comparison of two revisions. Graphs can be made whose pairs are far more than their objects; what is
/// not compared to its end is not the same.
const MAX_STEPS: usize = 50_000_000;

/// Compares objects of an older and a newer revision.
pub(super) struct Comparison<'a> {
    pub old: &'a Document<'a>,
    pub new: &'a Document<'a>,
    /// Objects a rule of their own judges (pages, fields, the catalog): equal only to themselves, not looked into.
    pub apart: HashSet<Id>,
    /// Pairs found or assumed to be equal: an assumption stands until something speaks against it.
    seen: HashSet<(Id, Id)>,
    steps: usize,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Document<'a>, new: &'a Document<'a>) -> Self {
        Self {
            old,
            new,
            apart: HashSet::new(),
            seen: HashSet::new(),
            steps: 0,
        }
    }

    /// Whether both show the same. References need not be the same, what they lead to must be.
    pub(super) fn same(&mut self, old: &Object, new: &Object) -> bool {
        let mut open = vec![(old.clone(), new.clone())];
        let mut assumed = Vec::new();
        while let Some((old, new)) = open.pop() {
            self.steps += 1;
            if self.steps > MAX_STEPS || !self.step(&old, &new, &mut open, &mut assumed) {
                for pair in assumed {
                    self.seen.remove(&pair);
                }
                return false;
            }
        }
        true
    }

    /// [`Self::same`] for the values of one key.
    pub(super) fn same_value(&mut self, old: &Dictionary, new: &Dictionary, key: &str) -> bool {
        let value = |dictionary: &Dictionary| dictionary.raw(key).cloned().unwrap_or(Object::Null);
        self.same(&value(old), &value(new))
    }

    /// Keys whose values differ, those in `except` left out.
    pub(super) fn differing(&mut self, old: &Dictionary, new: &Dictionary, except: &[&str]) -> Vec<String> {
        let mut keys: Vec<&[u8]> = old.iter().chain(new.iter()).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut differing = Vec::new();
        for key in keys {
            let Ok(key) = core::str::from_utf8(key) else {
                differing.push(String::new());
                continue;
            };
            if !except.contains(&key) && !self.same_value(old, new, key) {
                differing.push(key.to_owned());
            }
        }
        differing
    }

    fn step(
        &mut self,
        old: &Object,
        new: &Object,
        open: &mut Vec<(Object, Object)>,
        assumed: &mut Vec<(Id, Id)>,
    ) -> bool {
        let (old_id, new_id) = (old.as_reference(), new.as_reference());
        let apart = |id: Option<Id>| id.is_some_and(|id| self.apart.contains(&id));
        if apart(old_id) || apart(new_id) {
            return old_id == new_id;
        }
        if let (Some(old_id), Some(new_id)) = (old_id, new_id) {
            if !self.seen.insert((old_id, new_id)) {
                return true;
            }
            assumed.push((old_id, new_id));
        }
        let (old, new) = (self.old.resolve(old), self.new.resolve(new));
        match (&old, &new) {
            (Object::Null, Object::Null) => true,
            (Object::Boolean(old), Object::Boolean(new)) => old == new,
            (Object::Integer(_) | Object::Real(_), Object::Integer(_) | Object::Real(_)) => {
                old.as_integer() == new.as_integer() && old.as_number() == new.as_number()
            }
            (Object::Name(old), Object::Name(new)) => old == new,
            (Object::String(old), Object::String(new)) => old.octets == new.octets,
            (Object::Array(old), Object::Array(new)) => {
                open.extend(old.iter().cloned().zip(new.iter().cloned()));
                old.len() == new.len()
            }
            (Object::Dictionary(old), Object::Dictionary(new)) => pair(old, new, &[], open),
            (Object::Stream(old), Object::Stream(new)) => {
                // Length is compared by what it leads to.
                pair(&old.dictionary, &new.dictionary, &["Length"], open) && self.same_octets(old, new)
            }
            _ => false,
        }
    }

    fn same_octets(&self, old: &Stream, new: &Stream) -> bool {
        match (self.old.raw_stream(old), self.new.raw_stream(new)) {
            (Ok(before), Ok(after)) if old.start == new.start => before.len() == after.len(),
            (Ok(before), Ok(after)) => {
                before == after && self.old.ends_with_its_length(old) && self.new.ends_with_its_length(new)
            }
            // Neither can be cut out of the file: the same as long as both stand at one place.
            (Err(_), Err(_)) => old.start == new.start,
            _ => false,
        }
    }
}

/// Pairs up the values of two dictionaries with the same keys.
fn pair(old: &Dictionary, new: &Dictionary, except: &[&str], open: &mut Vec<(Object, Object)>) -> bool {
    let keys = |dictionary: &Dictionary| -> Vec<Vec<u8>> {
        let keys = dictionary.iter().map(|(key, _)| key.to_vec());
        keys.filter(|key| !except.iter().any(|except| except.as_bytes() == key.as_slice()))
            .collect()
    };
    if keys(old) != keys(new) || old.repeats != new.repeats {
        return false;
    }
    let values = old.iter().zip(new.iter());
    let values = values.filter(|((key, _), _)| !except.iter().any(|except| except.as_bytes() == *key));
    open.extend(values.map(|((_, old), (_, new))| (old.clone(), new.clone())));
    true
}
