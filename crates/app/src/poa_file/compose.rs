//! Answers → the file of a power of attorney.

use kabinet_domain::draft::Fields;
use kabinet_formats::form::{self, FieldProblem, Form, Moment};
use kabinet_formats::poa::{Classifier, FORMAT, REDELEGATION_FORM};
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::answers::{Answers, row_name};
use crate::blocking::blocking;
use crate::import::{NamedFile, take_in_made};
use crate::send::MOSCOW;
use crate::view::Params;
use crate::{App, AppError, Event, PoaError, drafts};

/// What a power of attorney is made of.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Description of the answers, JSON or TOML: the fields of the form `emchd`, or of `emchd.redelegation` when there are some
    /// that begin with `from.`.
    pub answers: String,
    /// Code of a template: its powers are given, too.
    pub template: Option<String>,
    /// Who of the description's `people` receives the powers: ИНН, СНИЛС or the beginning of the name.
    pub person: Option<String>,
}

/// What became of a recipe.
#[derive(Clone, Debug)]
pub enum Composed {
    /// A file that obeys the format.
    Made {
        /// Its number.
        number: String,
        /// Its name by the rule of the format.
        name: String,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// Something is missing or wrong.
    Incomplete(Vec<AnswerProblem>),
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerProblem {
    /// Name of the field; none when it is about the whole.
    pub field: Option<String>,
    /// What the form asks there.
    pub label: Option<String>,
    /// Stable code; text under `findings.<code>`.
    pub code: String,
    /// Values for the text.
    pub params: Params,
}

/// Makes the file, here and now.
///
/// # Errors
/// [`PoaError::AnswersUnreadable`], [`PoaError::TemplateUnknown`], [`PoaError::PersonUnclear`]; what is wrong with single answers
/// is in the result.
pub fn compose(recipe: &Recipe) -> Result<Composed, AppError> {
    made(recipe, |_| None)
}

impl App {
    /// [`compose`] with what the vault knows of the organisation; the file is a document of the archive then, the second answer, and stands
    /// in the register.
    ///
    /// # Errors
    /// As there; failures of the vault.
    pub async fn new_poa(&self, recipe: &Recipe) -> Result<(Composed, Option<String>), AppError> {
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let composed = made(recipe, |what| drafts::known(&current, what))?;
        let Composed::Made { name, bytes, .. } = &composed else {
            return Ok((composed, None));
        };
        let file = NamedFile {
            name: name.clone(),
            bytes: bytes.clone(),
        };
        let formats = self.formats();
        let document = blocking(move || {
            let document = take_in_made(&formats, &current, file, Vec::new())?;
            crate::poa::note(&current, document)?;
            Ok(document)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok((composed, Some(document.0.to_string())))
    }
}

fn made(recipe: &Recipe, known: impl Fn(&str) -> Option<String>) -> Result<Composed, AppError> {
    let mut answers = Answers::read(&recipe.answers)?;
    if let Some(person) = &recipe.person {
        answers.give_to(person)?;
    }
    let passes_on = answers.fields.keys().any(|name| name.starts_with("from."));
    let code = if passes_on { REDELEGATION_FORM } else { FORMAT };
    let form = form::form(code).ok_or(drafts::FormError::NoForm)?;
    let unknown = unknown(form, &answers.fields);
    let mut fields = form.blank(known);
    fields.extend(answers.fields);
    if let Some(template) = &recipe.template {
        add_template(&mut fields, template)?;
    }
    name_powers(&mut fields);
    let now = OffsetDateTime::now_utc().to_offset(MOSCOW);
    let moment = Moment {
        date: now.date(),
        time: now.time(),
        guid: Uuid::new_v4().to_string(),
        program: String::new(),
    };
    let mut problems = unknown;
    match kabinet_formats::Formats::embedded().fill_in(form, &fields, &moment) {
        Ok(made) if problems.is_empty() => {
            return Ok(Composed::Made {
                number: moment.guid,
                name: made.name,
                bytes: made.bytes,
            });
        }
        Ok(_) => {}
        Err(more) => problems.extend(more),
    }
    let problems = problems.into_iter().map(|problem| told(form, problem));
    Ok(Composed::Incomplete(problems.collect()))
}

/// Answers to what is not asked: most likely misspelt, and never silently left out.
fn unknown(form: &Form, fields: &Fields) -> Vec<FieldProblem> {
    let is_asked = |name: &str| label(form, name).is_some() || name == "purpose.other";
    let strange = fields.keys().filter(|name| !is_asked(name));
    strange
        .map(|name| FieldProblem {
            field: Some(name.clone()),
            code: "poa.answer-unknown".to_owned(),
            params: Params::from([("name".to_owned(), name.clone())]),
        })
        .collect()
}

/// What the form asks at a field, of a column or outside tables.
fn label(form: &Form, name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('/').collect();
    if let [table, _, column] = parts[..] {
        let table = form.tables().find(|one| one.name == table)?;
        let column = table.columns.iter().find(|one| one.name == column)?;
        return Some(column.label.clone());
    }
    let field = form.fields().find(|field| field.name == name);
    field.map(|field| field.label.clone())
}

fn told(form: &Form, problem: FieldProblem) -> AnswerProblem {
    AnswerProblem {
        label: problem.field.as_deref().and_then(|name| label(form, name)),
        field: problem.field,
        code: problem.code,
        params: problem.params,
    }
}

fn rows(fields: &Fields, table: &str) -> Vec<String> {
    let prefix = format!("{table}/");
    let names = fields.keys().filter_map(|name| name.strip_prefix(&prefix));
    let mut rows: Vec<String> = names
        .filter_map(|rest| rest.split_once('/').map(|(row, _)| row.to_owned()))
        .collect();
    rows.dedup();
    rows
}

fn add_template(fields: &mut Fields, code: &str) -> Result<(), PoaError> {
    let classifier = Classifier::embedded();
    let templates = classifier.templates();
    let template = templates.iter().find(|one| one.code == code);
    let template = template.ok_or_else(|| PoaError::TemplateUnknown {
        template: code.to_owned(),
        known: templates
            .iter()
            .map(|one| one.code.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    })?;
    let given: Vec<String> = rows(fields, "powers")
        .iter()
        .filter_map(|row| fields.get(&format!("powers/{row}/code")).cloned())
        .collect();
    let mut next = rows(fields, "powers").len();
    for power in classifier.powers_of(template) {
        if !given.contains(&power.code) {
            fields.insert(format!("powers/{}/code", row_name(next)), power.code);
            next += 1;
        }
    }
    Ok(())
}

/// Names and mnemonics of powers and limits that were given by their codes alone.
fn name_powers(fields: &mut Fields) {
    let classifier = Classifier::embedded();
    let known = |fields: &Fields, name: &str| classifier.power(fields.get(name)?);
    for row in rows(fields, "powers") {
        let at = |name: &str| format!("powers/{row}/{name}");
        let Some(power) = known(fields, &at("code")) else {
            continue;
        };
        fields.entry(at("name")).or_insert_with(|| power.name.clone());
        if let Some(mnemonic) = &power.mnemonic {
            fields.entry(at("mnemonic")).or_insert_with(|| mnemonic.clone());
        }
    }
    for row in rows(fields, "limits") {
        let at = |name: &str| format!("limits/{row}/{name}");
        let limit = known(fields, &at("power"))
            .zip(fields.get(&at("code")))
            .and_then(|(power, code)| power.restrictions.iter().find(|one| one.code == *code));
        if let Some(limit) = limit {
            fields.entry(at("name")).or_insert_with(|| limit.name.clone());
        }
    }
}
