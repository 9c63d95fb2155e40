//! Rules for the form: filling in, signing, new signature fields.

use super::{Change, Doubt, Examination, Violation};
use crate::pdf::form::{Field, Kind};
use crate::pdf::object::{Dictionary, Id, Object};
use crate::pdf::permission::DocMdp;

/// Flags of an annotation that take it out of sight (ISO 32000-2 §12.5.3): Invisible, Hidden, NoView, ToggleNoView.
const OUT_OF_SIGHT: i64 = 1 | 2 | 1 << 5 | 1 << 8;

/// What changes with a value, with what everything of a field must stay the same but for these keys (§12.7.4,
/// §12.5.2). Ff is set freely by common software and only guides input; M is a date.
const FIELD_KEYS: [&str; 13] = [
    "V", "RV", "I", "TI", "AS", "AP", "DA", "Q", "F", "Ff", "Type", "M", "Kids",
];

impl Examination<'_> {
    pub(super) fn form(&mut self) {
        let (old, new) = (self.old_form.dictionary.clone(), self.new_form.dictionary.clone());
        let fixed = ["Fields", "SigFlags", "DR", "DA", "Q", "NeedAppearances"];
        if !self.comparison.differing(&old, &new, &fixed).is_empty() || !self.resources_kept(&old, &new) {
            self.violation(Violation::Form);
        }
        for key in ["DA", "Q"] {
            // Fields that had none of their own would be drawn differently.
            if old.raw(key).is_some() && !self.comparison.same_value(&old, &new, key) {
                self.violation(Violation::Form);
            }
        }
        let (before, after) = (self.comparison.old, self.comparison.new);
        let needed = after.value(&new, "NeedAppearances");
        if matches!(needed, Object::Boolean(true))
            && !self.comparison.same_value(&old, &new, "NeedAppearances")
        {
            self.doubt(Doubt::NeedAppearances);
        }
        let flags = |flags: Object| flags.as_integer().unwrap_or(0);
        let (old_flags, new_flags) = (
            flags(before.value(&old, "SigFlags")),
            flags(after.value(&new, "SigFlags")),
        );
        if old_flags & !new_flags != 0 {
            self.violation(Violation::Form);
        }
        self.kids_kept(&old, &new, "Fields");

        // A field comes before what is below it, and values are inherited.
        for id in self.old_form.order.clone() {
            let before = self.old_form.fields[&id].clone();
            match self.new_form.fields.get(&id).cloned() {
                Some(after) => self.kept_field(id, &before, &after),
                None => self.violation(Violation::FieldRemoved),
            }
        }
        for id in self.new_form.order.clone() {
            if !self.old_form.fields.contains_key(&id) {
                let field = self.new_form.fields[&id].clone();
                self.added_field(id, &field);
            }
        }
    }

    /// Default resources may be added to, those there were stay.
    fn resources_kept(&mut self, old: &Dictionary, new: &Dictionary) -> bool {
        let resources = |document: &crate::pdf::document::Document<'_>, form: &Dictionary| {
            document.dictionary(form, "DR").unwrap_or_default()
        };
        let (before, after) = (self.comparison.old, self.comparison.new);
        let (old, new) = (resources(before, old), resources(after, new));
        let mut kept = true;
        for (category, _) in old.iter() {
            let Ok(category) = core::str::from_utf8(category) else {
                return false;
            };
            kept &= match (
                before.dictionary(&old, category),
                after.dictionary(&new, category),
            ) {
                (Some(old), Some(new)) => old.iter().all(|(name, value)| {
                    let found = core::str::from_utf8(name).ok().and_then(|name| new.raw(name));
                    found.is_some_and(|found| self.comparison.same(value, found))
                }),
                _ => self.comparison.same_value(&old, &new, category),
            };
        }
        kept
    }

    /// Kids there were stay in their order; new ones are judged as fields.
    fn kids_kept(&mut self, old: &Dictionary, new: &Dictionary, key: &str) {
        let kids = |list: Object| -> Vec<Id> {
            let items = list.as_array().unwrap_or_default().iter();
            items.filter_map(Object::as_reference).collect()
        };
        let before = kids(self.comparison.old.value(old, key));
        let mut after = kids(self.comparison.new.value(new, key)).into_iter();
        if !before.iter().all(|kid| after.any(|other| other == *kid)) {
            self.violation(Violation::FieldRemoved);
        }
    }

    fn kept_field(&mut self, id: Id, before: &Field, after: &Field) {
        let (old, new) = (&before.dictionary, &after.dictionary);
        if before.kind != after.kind || !self.comparison.differing(old, new, &FIELD_KEYS).is_empty() {
            self.violation(Violation::FieldChanged);
        }
        self.kids_kept(old, new, "Kids");
        if before.kind == Kind::Signature {
            self.kept_signature(id, before, old, new);
        } else {
            self.kept_value(id, before, after);
        }
    }

    fn kept_value(&mut self, id: Id, before: &Field, after: &Field) {
        let (old, new) = (&before.dictionary, &after.dictionary);
        let above = before.parent.and_then(|parent| self.filled.get(&parent)).copied();
        let own = ["V", "RV", "I", "TI", "AS"]
            .into_iter()
            .any(|key| !self.comparison.same_value(old, new, key));
        let filled = own || above == Some(true);
        self.filled.insert(id, filled);
        if own {
            if self.level() == DocMdp::NoChanges || self.permissions.locks(&self.new_form.name(id)) {
                self.violation(Violation::FieldLocked);
            } else {
                self.allow(Change::FormFill);
            }
        }
        // Buttons have an appearance for each state; filling in chooses one.
        let redrawn = filled && before.kind == Kind::Value;
        let looks = |this: &mut Self, key| this.comparison.same_value(old, new, key);
        let changed = ["AP", "DA", "Q"].into_iter().any(|key| !looks(self, key));
        if changed && !redrawn || self.sight(old, new) {
            self.violation(Violation::Appearance);
        } else if changed {
            self.redrawn(old, new);
        }
    }

    /// The looks of a field may change, but not through an appearance dictionary that something else uses too.
    fn redrawn(&mut self, old: &Dictionary, new: &Dictionary) {
        let Some(appearance) = old.raw("AP").and_then(Object::as_reference) else {
            return;
        };
        if self.comparison.same_value(old, new, "AP") {
            return;
        }
        let document = self.comparison.old;
        let references = self.references.get_or_insert_with(|| document.references());
        if references.get(&appearance).is_some_and(|&count| count > 1) {
            self.violation(Violation::Appearance);
        }
    }

    /// Whether a widget was hidden or shown.
    fn sight(&self, old: &Dictionary, new: &Dictionary) -> bool {
        let flags = |flags: Object| flags.as_integer().unwrap_or(0) & OUT_OF_SIGHT;
        let (before, after) = (self.comparison.old, self.comparison.new);
        flags(before.value(old, "F")) != flags(after.value(new, "F"))
    }

    fn kept_signature(&mut self, id: Id, field: &Field, old: &Dictionary, new: &Dictionary) {
        let signed = |value: Object| value.as_dictionary().is_some();
        let before = signed(self.comparison.old.value(old, "V"));
        let after = signed(self.comparison.new.value(new, "V"));
        let looks_same = ["AP", "AS", "DA", "Q"]
            .into_iter()
            .all(|key| self.comparison.same_value(old, new, key));
        // A widget of its own gets its looks when the field above it is signed.
        let above = field.parent.and_then(|parent| self.filled.get(&parent)).copied();
        let signing = !before && after;
        self.filled.insert(id, signing || above == Some(true) && !before);
        if signing {
            self.signing(id, new);
        }
        if signing || above == Some(true) && !before {
            self.redrawn(old, new);
            return;
        }
        let value = |dictionary: &Dictionary| dictionary.raw("V").and_then(Object::as_reference);
        if before && (value(old) != value(new) || !self.comparison.same_value(old, new, "V")) {
            self.violation(Violation::SignatureChanged);
        }
        if !looks_same || self.sight(old, new) {
            self.violation(Violation::Appearance);
        }
    }

    /// A field that was empty or did not exist has a signature now.
    fn signing(&mut self, id: Id, field: &Dictionary) {
        let new = self.comparison.new;
        let own = field.raw("V").and_then(Object::as_reference);
        if own.is_none_or(|id| self.existed(id)) {
            self.violation(Violation::SignatureMisplaced);
        }
        let value = new.dictionary(field, "V").unwrap_or_default();
        let stamp = new.value(&value, "Type").is_name("DocTimeStamp")
            && new.value(&value, "SubFilter").is_name("ETSI.RFC3161");
        if stamp && !self.is_visible(field) {
            self.allow(Change::DocumentTimeStamp);
        } else if self.level() == DocMdp::NoChanges || self.permissions.locks(&self.new_form.name(id)) {
            self.violation(Violation::FieldLocked);
        } else {
            self.allow(Change::Signature);
        }
    }

    /// Only signature fields may be added, and nodes that hold them together.
    fn added_field(&mut self, id: Id, field: &Field) {
        let new = self.comparison.new;
        let dictionary = &field.dictionary;
        let of_old_field = field.own_name.is_none()
            && field
                .parent
                .is_some_and(|parent| self.old_form.fields.contains_key(&parent));
        let holds_only_signatures = field.kind == Kind::Unknown
            && dictionary.raw("V").is_none()
            && !new.value(dictionary, "Subtype").is_name("Widget");
        let suitable = field.kind == Kind::Signature || holds_only_signatures;
        let acts = dictionary.raw("A").is_some() || dictionary.raw("AA").is_some();
        if self.existed(id) || of_old_field || !suitable || acts {
            self.violation(Violation::FieldAdded);
            return;
        }
        self.accepted.insert(id);
        let visible = self.is_visible(dictionary);
        let signed = self.is_signed(field);
        if visible && (self.permissions.document.is_some() || !signed) {
            self.violation(Violation::SignatureVisible);
        }
        if new.dictionary(dictionary, "V").is_some() {
            self.signing(id, dictionary);
        } else if !signed && field.kind == Kind::Signature {
            if self.level() == DocMdp::NoChanges {
                self.violation(Violation::FieldLocked);
            } else {
                self.allow(Change::SignatureField);
            }
        }
    }

    /// Whether the field, or the one this is a widget of, has a signature.
    fn is_signed(&self, field: &Field) -> bool {
        let new = self.comparison.new;
        let above = field.parent.and_then(|parent| self.new_form.fields.get(&parent));
        let above = above.filter(|_| field.own_name.is_none());
        [Some(field), above]
            .into_iter()
            .flatten()
            .any(|field| new.dictionary(&field.dictionary, "V").is_some())
    }

    /// Whether a widget shows anything: it has an appearance, an area, and is not hidden.
    fn is_visible(&self, widget: &Dictionary) -> bool {
        let new = self.comparison.new;
        let rectangle = new.value(widget, "Rect");
        let sides: Vec<f64> = rectangle
            .as_array()
            .unwrap_or_default()
            .iter()
            .filter_map(|side| new.resolve(side).as_number())
            .collect();
        let area = matches!(sides[..], [left, bottom, right, top] if left != right && bottom != top);
        let flags = new.value(widget, "F").as_integer().unwrap_or(0);
        // Printing shows what only NoView hides.
        let hidden = flags & 2 != 0;
        area && !hidden && (widget.raw("AP").is_some() || widget.raw("MK").is_some())
    }
}
