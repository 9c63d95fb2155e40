//! What happened to a document after a signature (ISO 32000-2 §12.8.2, ETSI EN 319 142-1 §5.5).
//!
//! The signed revision and the last one are walked side by side from the trailer. Everything a reader can reach must
//! be the same, but for what the rules here name. So a replaced object counts wherever it is used, an object hidden in
//! the signed revision counts once something leads to it, and what nothing leads to does not count.

mod field;
mod finding;
mod same;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use finding::{Change, Doubt, Violation};

use self::same::Comparison;
use super::document::Document;
use super::error::PdfError;
use super::form::{Form, Pages};
use super::object::{Dictionary, Id, Object};
use super::permission::{DocMdp, Permissions};
use super::xref::Place;

/// Everything found out about the changes after one signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Allowed ones, each kind once.
    pub allowed: BTreeSet<Change>,
    /// Forbidden ones, each kind once.
    pub violations: BTreeSet<Violation>,
    /// What could not be judged.
    pub doubts: BTreeSet<Doubt>,
}

/// Annotations that mark or comment and bring no content of their own; what else DocMDP 3 would allow may cover or
/// replace what was signed.
const COMMENTS: [&str; 10] = [
    "Text",
    "Popup",
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Caret",
    "Ink",
    "Line",
    "PolyLine",
];

/// Compares the revision that a signature covers with the whole file.
pub(super) fn since<'a>(
    signed: &'a Document<'a>,
    last: &'a Document<'a>,
    permissions: &Permissions,
) -> Result<Changes, PdfError> {
    let mut examination = Examination {
        comparison: Comparison::new(signed, last),
        old_form: Form::read(signed)?,
        new_form: Form::read(last)?,
        permissions,
        changes: Changes::default(),
        accepted: HashSet::new(),
        filled: HashMap::new(),
        references: None,
    };
    examination.updates();
    if permissions.unknown {
        examination.doubt(Doubt::Permissions);
    }
    let signed_pages = Pages::read(signed)?;
    match Pages::read(last) {
        Ok(pages) => examination.catalog(&signed_pages, &pages)?,
        Err(_) => examination.violation(Violation::PageTree),
    }
    if signed.is_unreadable() {
        examination.doubt(Doubt::Unreadable);
    }
    signed.within_limits()?;
    last.within_limits()?;
    if last.is_encrypted() {
        // What is encrypted anew is written differently and may say the same.
        examination.doubt(Doubt::Encrypted);
        examination.changes.violations.retain(Violation::is_structural);
    }
    Ok(examination.changes)
}

struct Examination<'a> {
    comparison: Comparison<'a>,
    old_form: Form,
    new_form: Form,
    permissions: &'a Permissions,
    changes: Changes,
    /// New fields and widgets that the rules of forms let pass.
    accepted: HashSet<Id>,
    /// Whether the value of a field or of one above it changed.
    filled: HashMap<Id, bool>,
    /// How often each object of the signed revision is referred to; counted when first needed.
    references: Option<HashMap<Id, usize>>,
}

impl Examination<'_> {
    fn violation(&mut self, violation: Violation) {
        self.changes.violations.insert(violation);
    }

    fn allow(&mut self, change: Change) {
        self.changes.allowed.insert(change);
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.changes.doubts.insert(doubt);
    }

    /// What the signature allows; one that says nothing allows what DocMDP 2 does.
    fn level(&self) -> DocMdp {
        self.permissions.document.unwrap_or(DocMdp::FillIn)
    }

    /// Whether an object with this name existed in the signed revision.
    fn existed(&self, id: Id) -> bool {
        self.comparison.old.place(id.number) != Place::Free
    }

    /// The chain of updates from the signed revision to the last one.
    fn updates(&mut self) {
        let (old, new) = (self.comparison.old, self.comparison.new);
        let later = new.sections.len().saturating_sub(old.sections.len());
        let starts = |sections: &[super::xref::Section]| -> Vec<usize> {
            sections.iter().map(|section| section.start).collect()
        };
        let continues = starts(&new.sections[later..]) == starts(&old.sections);
        let later = &new.sections[..later];
        // Octets that belong to no revision are found by readers that mend files.
        if later.is_empty() || !super::range::ends_revision(new.data) {
            self.violation(Violation::Update);
        }
        if !continues || later.iter().any(|section| section.start < old.data.len()) {
            self.violation(Violation::History);
        }
        let mut containers: HashSet<u32> = HashSet::new();
        for number in old.numbers() {
            if let Place::In { stream, .. } = old.place(number) {
                containers.insert(stream);
            }
        }
        for section in later {
            if section.hybrid {
                self.violation(Violation::Hybrid);
            }
            for (&number, &place) in &section.entries {
                if containers.contains(&number) && place != old.place(number) {
                    self.violation(Violation::Container);
                }
                let generation = match place {
                    Place::Free => continue,
                    Place::At { generation, .. } => generation,
                    Place::In { .. } => 0,
                };
                // What a later update replaced again is nobody's concern.
                if new.place(number) == place && new.read(Id { number, generation }).is_err() {
                    self.violation(Violation::Update);
                }
            }
        }
    }

    fn catalog(&mut self, old_pages: &Pages, new_pages: &Pages) -> Result<(), PdfError> {
        let (old, new) = (self.comparison.old, self.comparison.new);
        let ((old_id, old_catalog), (new_id, new_catalog)) = (old.catalog()?, new.catalog()?);
        if old_id != new_id
            || !self
                .comparison
                .same_value(old.trailer(), new.trailer(), "Encrypt")
        {
            self.violation(Violation::Catalog);
        }
        let apart = &mut self.comparison.apart;
        apart.extend([old_id, new_id]);
        for (form, pages) in [(&self.old_form, old_pages), (&self.new_form, new_pages)] {
            apart.extend(form.id);
            apart.extend(&form.order);
            apart.extend(&pages.nodes);
            apart.extend(pages.pages.iter().map(|(id, _)| *id));
        }

        const OWN_RULES: [&str; 7] = [
            "AcroForm",
            "DSS",
            "Metadata",
            "Extensions",
            "Version",
            "MarkInfo",
            "StructTreeRoot",
        ];
        if !self
            .comparison
            .differing(&old_catalog, &new_catalog, &OWN_RULES)
            .is_empty()
        {
            self.violation(Violation::Catalog);
        }
        if !self.comparison.same_value(&old_catalog, &new_catalog, "DSS") {
            self.allow(Change::Evidence);
        }
        let info = self.comparison.same_value(old.trailer(), new.trailer(), "Info");
        if !info || !self.comparison.same_value(&old_catalog, &new_catalog, "Metadata") {
            self.allow(Change::Metadata);
        }
        if !self
            .comparison
            .same_value(&old_catalog, &new_catalog, "StructTreeRoot")
        {
            self.doubt(Doubt::Structure);
        }
        self.form();
        self.pages(old_pages, new_pages);
        Ok(())
    }

    fn pages(&mut self, old_pages: &Pages, new_pages: &Pages) {
        let (old, new) = (self.comparison.old, self.comparison.new);
        let ids = |pages: &Pages| -> Vec<Id> { pages.pages.iter().map(|(id, _)| *id).collect() };
        if ids(old_pages) != ids(new_pages) || old_pages.nodes != new_pages.nodes {
            self.violation(Violation::PageTree);
            return;
        }
        for &node in &old_pages.nodes {
            let (before, after) = (old.get(node), new.get(node));
            let same = match (before.as_dictionary(), after.as_dictionary()) {
                (Some(before), Some(after)) => self.comparison.differing(before, after, &[]).is_empty(),
                _ => false,
            };
            if !same {
                self.violation(Violation::PageTree);
            }
        }
        for ((_, before), (_, after)) in old_pages.pages.iter().zip(&new_pages.pages) {
            if !self.comparison.differing(before, after, &["Annots"]).is_empty() {
                self.violation(Violation::PageContent);
            }
            self.annotations(before, after);
        }
    }

    fn annotations(&mut self, old_page: &Dictionary, new_page: &Dictionary) {
        let (old, new) = (self.comparison.old, self.comparison.new);
        let list = |document: &Document<'_>, page: &Dictionary| -> Option<Vec<Object>> {
            match document.value(page, "Annots") {
                Object::Null => Some(Vec::new()),
                Object::Array(items) => Some(items.to_vec()),
                _ => None,
            }
        };
        let (Some(before), Some(after)) = (list(old, old_page), list(new, new_page)) else {
            if !self.comparison.same_value(old_page, new_page, "Annots") {
                self.violation(Violation::Annotation);
            }
            return;
        };
        let references =
            |items: &[Object]| -> HashSet<Id> { items.iter().filter_map(Object::as_reference).collect() };
        let (known, kept) = (references(&before), references(&after));
        // Comments may go where comments may change; everything else stays, in its order.
        let mut remaining = Vec::new();
        for item in &before {
            match item.as_reference() {
                Some(id)
                    if !kept.contains(&id)
                        && self.is_comment(old, id)
                        && self.level() == DocMdp::Annotate =>
                {
                    self.allow(Change::Annotation);
                }
                _ => remaining.push(item),
            }
        }
        let mut remaining = remaining.into_iter();
        for item in &after {
            match item.as_reference() {
                Some(id) if !known.contains(&id) => self.added_annotation(id),
                _ => match remaining.next() {
                    Some(before) => self.kept_annotation(before, item),
                    None => self.violation(Violation::Annotation),
                },
            }
        }
        if remaining.next().is_some() {
            self.violation(Violation::Annotation);
        }
    }

    fn is_comment(&self, document: &Document<'_>, id: Id) -> bool {
        let annotation = document.get(id);
        let subtype = annotation
            .as_dictionary()
            .map(|annotation| document.value(annotation, "Subtype"));
        subtype.is_some_and(|subtype| COMMENTS.iter().any(|comment| subtype.is_name(comment)))
    }

    fn added_annotation(&mut self, id: Id) {
        if self.accepted.contains(&id) {
            return;
        }
        let allowed =
            self.level() == DocMdp::Annotate && !self.existed(id) && self.is_comment(self.comparison.new, id);
        if allowed {
            self.allow(Change::Annotation);
        } else {
            self.violation(Violation::Annotation);
        }
    }

    fn kept_annotation(&mut self, before: &Object, after: &Object) {
        let (old_id, new_id) = (before.as_reference(), after.as_reference());
        let field = old_id.is_some_and(|id| self.old_form.fields.contains_key(&id));
        if field && old_id == new_id || !field && self.comparison.same(before, after) {
            return;
        }
        let comment = old_id == new_id
            && old_id.is_some_and(|id| {
                self.is_comment(self.comparison.old, id) && self.is_comment(self.comparison.new, id)
            });
        if comment && self.level() == DocMdp::Annotate {
            self.allow(Change::Annotation);
        } else {
            self.violation(Violation::Annotation);
        }
    }
}
