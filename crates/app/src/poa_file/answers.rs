//! A description of answers, JSON or TOML, as the fields of the form.

use kabinet_domain::draft::Fields;
use serde_json::{Map, Value};

use crate::PoaError;

/// The list people are chosen from with `--for`.
const PEOPLE: &str = "people";

/// What a description says.
pub(super) struct Answers {
    pub(super) fields: Fields,
    people: Vec<Value>,
}

impl Answers {
    /// Reads objects as names joined by dots, lists as rows of tables: `{"principal": {"inn": "…"}, "powers": [{"code": "…"}]}`. A
    /// plain text in the list `powers` is a code.
    ///
    /// # Errors
    /// [`PoaError::AnswersUnreadable`].
    pub(super) fn read(text: &str) -> Result<Self, PoaError> {
        let mut root = object(text)?;
        let people = match root.remove(PEOPLE) {
            None => Vec::new(),
            Some(Value::Array(people)) => people,
            Some(_) => return Err(unreadable(format!("{PEOPLE} is no list"))),
        };
        let mut fields = Fields::new();
        put(&mut fields, "", &Value::Object(root));
        Ok(Self { fields, people })
    }

    /// Makes one of the people of the description the representative: by ИНН, СНИЛС, or the beginning of the full name.
    ///
    /// # Errors
    /// [`PoaError::PersonUnclear`] unless exactly one fits.
    pub(super) fn give_to(&mut self, asked: &str) -> Result<(), PoaError> {
        let fits: Vec<&Value> = self.people.iter().filter(|one| is_one(one, asked)).collect();
        let [person] = fits[..] else {
            return Err(PoaError::PersonUnclear {
                person: asked.to_owned(),
                found: fits.len(),
            });
        };
        let mut given = Fields::new();
        put(&mut given, "representative", person);
        let is_organisation = given.contains_key("representative.org-inn");
        let who = if is_organisation { "organisation" } else { "person" };
        given
            .entry("representative.who".to_owned())
            .or_insert_with(|| who.to_owned());
        self.fields.retain(|name, _| !name.starts_with("representative."));
        self.fields.extend(given);
        Ok(())
    }
}

fn unreadable(reason: String) -> PoaError {
    PoaError::AnswersUnreadable { reason }
}

fn object(text: &str) -> Result<Map<String, Value>, PoaError> {
    let text = text.trim_start_matches('\u{feff}');
    let value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?
    } else {
        let read: Result<toml::Table, _> = toml::from_str(text);
        plain(toml::Value::Table(read.map_err(|error| {
            unreadable(error.to_string().trim().replace('\n', " "))
        })?))
    };
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(unreadable("no object".to_owned())),
    }
}

/// TOML as JSON has it; days and times as they are written.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(all) => all.into_iter().map(plain).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(key, value)| (key, plain(value)))
            .collect(),
    }
}

fn put(fields: &mut Fields, name: &str, value: &Value) {
    let text = match value {
        Value::Object(object) => {
            for (key, value) in object {
                let is_outermost = name.is_empty() || name.ends_with('/');
                let dot = if is_outermost { "" } else { "." };
                put(fields, &format!("{name}{dot}{key}"), value);
            }
            return;
        }
        Value::Array(rows) => {
            for (index, row) in rows.iter().enumerate() {
                let place = format!("{name}/{}/", row_name(index));
                match row {
                    Value::Object(_) => put(fields, &place, row),
                    plain => put(fields, &format!("{place}code"), plain),
                }
            }
            return;
        }
        Value::Null => return,
        Value::Bool(is) => if *is { "true" } else { "" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
    };
    if !text.is_empty() {
        fields.insert(name.to_owned(), text);
    }
}

/// Far enough apart that rows can be put between them.
pub(super) fn row_name(index: usize) -> String {
    format!("{:08}", (index + 1) * 100)
}

fn is_one(person: &Value, asked: &str) -> bool {
    let text = |name: &str| person[name].as_str().unwrap_or_default().trim().to_lowercase();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (number, asked) = (digits(asked), asked.trim().to_lowercase());
    let has = |name: &str| digits(&text(name)) == number;
    if !number.is_empty() {
        return ["inn", "snils", "org-inn"].into_iter().any(has);
    }
    let name = ["surname", "given-name", "patronymic"].map(text).join(" ");
    let named = [name.trim().to_owned(), text("name")];
    !asked.is_empty() && named.iter().any(|name| name.starts_with(&asked))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

    use super::*;

    const TOML: &str = r#"
issued = 2026-12-01
heads-together = false
powers = ["DEMO_BANK"]
[principal]
inn = "7707083893"
[[people]]
surname = "Ландышева"
given-name = "Ольга"
inn = "770000000555"
passport = { number = "4500 000001" }
[[people]]
surname = "Ландышев"
given-name = "Олег"
snils = "900-000-001 82"
"#;

    #[test]
    fn toml_and_json_say_the_same() {
        let toml = Answers::read(TOML).unwrap();
        let json = Answers::read(
            r#"{"issued": "2026-12-01", "heads-together": false, "powers": [{"code": "DEMO_BANK"}], "principal": {"inn": "7707083893"}}"#,
        );
        assert_eq!(toml.fields, json.unwrap().fields);
        assert_eq!(toml.fields["powers/00000100/code"], "DEMO_BANK");
        assert_eq!(toml.fields["principal.inn"], "7707083893");
    }

    #[test]
    fn a_person_is_chosen_by_number_or_name_and_never_guessed() {
        for (asked, surname) in [
            ("770000000555", "Ландышева"),
            ("ландышева", "Ландышева"),
            ("90000000182", "Ландышев"),
        ] {
            let mut answers = Answers::read(TOML).unwrap();
            answers.give_to(asked).unwrap();
            assert_eq!(answers.fields["representative.surname"], surname);
            assert_eq!(answers.fields["representative.who"], "person");
        }
        let mut answers = Answers::read(TOML).unwrap();
        answers.give_to("770000000555").unwrap();
        assert_eq!(answers.fields["representative.passport.number"], "4500 000001");
        for (asked, found) in [("Ландыш", 2), ("Ромашкин", 0), ("", 0), ("12", 0)] {
            let refused = Answers::read(TOML).unwrap().give_to(asked).unwrap_err();
            assert!(
                matches!(refused, PoaError::PersonUnclear { found: how_many, .. } if how_many == found),
                "{asked}"
            );
        }
    }

    #[test]
    fn what_is_neither_is_told_where() {
        for text in ["[principal", "{\"a\": }", "people = 3", "a = 1\na = 2"] {
            assert!(matches!(
                Answers::read(text),
                Err(PoaError::AnswersUnreadable { .. })
            ));
        }
    }
}
