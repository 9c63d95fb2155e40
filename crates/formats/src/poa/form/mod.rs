//! The form of a power of attorney: answers → model → file, and back.
//!
//! Its questions are data (`assets/forms/emchd.json`); what an answer means stands here, as the format has too many kinds of
//! people for paths. Fields without a question: `original` is the file a draft began with, when it says what the form has
//! no place for (that is put back), `previous` the number of the document it began with, `from.file` the power of attorney that
//! is passed on, and `purpose.other` the signs of `ПрЭлФорм` without a published meaning.

mod answers;
mod model;
mod parent;
mod problems;

pub use answers::{contact_facts, person_facts};
pub use parent::{PARENT, parent_of, passing_on};

use kabinet_domain::Severity;
use kabinet_domain::draft::Fields;
use kabinet_domain::poa::PowerOfAttorney;

use super::{Change, FORMAT, Kept, REDELEGATION_FORM};
use crate::Formats;
use crate::decode::DecodeError;
use crate::form::{FieldProblem, Form, FormDocument, Moment, ReadError};

const MAIN: &str = include_str!("../../../../../assets/forms/emchd.json");
const REDELEGATION: &str = include_str!("../../../../../assets/forms/emchd.redelegation.json");
/// The field that holds the file a draft began with.
pub(super) const ORIGINAL: &str = "original";
/// The field that holds the number of the document a draft began with.
pub const PREVIOUS: &str = "previous";

/// Whether documents of this form are powers of attorney.
pub(crate) fn is_one(form: &Form) -> bool {
    form.code == FORMAT || form.code == REDELEGATION_FORM
}

/// Both forms as JSON.
// The files are part of the program and a test reads them: a mistake in one cannot reach a user.
#[allow(clippy::expect_used)]
pub(crate) fn sources() -> [String; 2] {
    let mut form: serde_json::Value = serde_json::from_str(MAIN).expect("a form");
    let mut further: serde_json::Value = serde_json::from_str(REDELEGATION).expect("what differs");
    for key in ["code", "name", "note", "draftTitle"] {
        form[key] = further[key].take();
    }
    if let Some(sections) = form["sections"].as_array_mut() {
        sections.insert(1, further["section"].take());
    }
    [MAIN.to_owned(), form.to_string()]
}

/// What is wrong with the answers beyond what each question says of itself; `found` is that.
pub(crate) fn problems(form: &Form, fields: &Fields, found: Vec<FieldProblem>) -> Vec<FieldProblem> {
    problems::all(form.code == REDELEGATION_FORM, fields, found)
}

/// The document. The answers were judged before.
pub(crate) fn document(
    formats: &Formats,
    form: &Form,
    fields: &Fields,
    moment: &Moment,
) -> Result<FormDocument, Vec<FieldProblem>> {
    let problem = |field: &str, code: &str| FieldProblem {
        field: Some(field.to_owned()),
        code: code.to_owned(),
        params: std::collections::BTreeMap::new(),
    };
    let number = super::document::number(&moment.guid);
    let model = number.and_then(|number| model::of(fields, number, form.code == REDELEGATION_FORM));
    let Some(poa) = model else {
        return Err(vec![problem("number.internal", "poa.value")]);
    };
    if poa.expires < moment.date {
        return Err(vec![problem("expires", "poa.over")]);
    }
    let kept = kept(fields);
    let written = super::write(&poa, moment.date, kept.as_ref());
    let check = formats.check(&written.name, &written.bytes);
    let complaints: Vec<FieldProblem> = check
        .findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| FieldProblem {
            field: None,
            code: finding.code,
            params: finding.params,
        })
        .collect();
    if complaints.is_empty() {
        Ok(FormDocument {
            name: written.name,
            bytes: written.bytes,
        })
    } else {
        Err(complaints)
    }
}

/// What a draft changes of the version it began with; nothing while its days cannot be read.
#[must_use]
pub fn draft_changes(form: &Form, fields: &Fields, old: &PowerOfAttorney) -> Vec<Change> {
    let new = model::of(fields, old.number, form.code == REDELEGATION_FORM);
    new.map(|new| super::changes(old, &new)).unwrap_or_default()
}

/// What the draft's own file says beyond the form.
fn kept(fields: &Fields) -> Option<Kept> {
    let text = fields.get(ORIGINAL)?;
    super::read("", text.as_bytes()).ok().map(|read| read.kept)
}

/// The answers a file holds. The number stays behind: what is made of them is another document.
pub(crate) fn read(form: &Form, bytes: &[u8]) -> Result<Fields, ReadError> {
    let read = super::read("", bytes).map_err(|error| match error {
        super::ReadError::Decode(error) => ReadError::Decode(error),
        _ => ReadError::Foreign,
    })?;
    let passes_on = form.code == REDELEGATION_FORM;
    if read.poa.delegated_from.is_some() != passes_on {
        let place = if passes_on { "Довер" } else { "Передов" };
        return Err(ReadError::NoPlace {
            place: format!("Доверенность/Документ/{place}"),
        });
    }
    let mut fields = answers::of(&read.poa);
    if !read.kept.is_empty() {
        fields.insert(ORIGINAL.to_owned(), as_text(bytes)?);
    }
    let again = model::of(&fields, read.poa.number, passes_on);
    match again.map(|again| first_difference(&read.poa, again)) {
        Some(None) => {
            fields.insert(PREVIOUS.to_owned(), read.poa.number.to_string());
            Ok(fields)
        }
        Some(Some(place)) => Err(ReadError::NoPlace {
            place: place.to_owned(),
        }),
        None => Err(ReadError::Foreign),
    }
}

/// A file as a field holds it: its lines are those of the file, and without a declaration it is what is true again, UTF-8.
///
/// # Errors
/// It is not readable as text.
pub fn as_text(bytes: &[u8]) -> Result<String, DecodeError> {
    let text = crate::decode::decode(bytes)?.content;
    Ok(crate::decode::without_declaration(&text).trim().to_owned())
}

/// Where the form would lose something of a document.
fn first_difference(whole: &PowerOfAttorney, mut again: PowerOfAttorney) -> Option<&'static str> {
    // These are made anew with every document.
    again.systems.clone_from(&whole.systems);
    let parts = [
        ("СвДоверит", again.principals == whole.principals),
        ("СвУпПред", again.representatives == whole.representatives),
        ("СвПолн", model::same_powers(&again.powers, &whole.powers)),
        ("СвНотУд", again.notary == whole.notary),
        ("СвПервДовер", again.delegated_from == whole.delegated_from),
    ];
    if let Some((place, _)) = parts.iter().find(|(_, same)| !same) {
        return Some(place);
    }
    again.powers = whole.powers.clone();
    (again != *whole).then_some("СвДов")
}
