//! Reads fields of JSON whose names and types the published texts do not agree on.

use serde_json::{Map, Value};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::moscow;

/// One JSON value. A field is found whatever its letter case, surrounding spaces and underscores
/// (`messageId`, `message_id`, `" orderId"`, `Count`); a missing field and `null` are the same.
#[derive(Clone, Copy)]
pub(crate) struct Loose<'a>(&'a Value);

impl<'a> Loose<'a> {
    pub(crate) fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// The field, when this is an object that has it.
    pub(crate) fn field(self, name: &str) -> Option<Loose<'a>> {
        let fields = self.0.as_object()?;
        let value = fields.get(name).or_else(|| find_by_similar_name(fields, name))?;
        (!value.is_null()).then_some(Self(value))
    }

    /// Text of a non-empty string; numbers are taken as written.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        match self.field(name)?.0 {
            Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A whole number, also from digits in a string and from `1.0`.
    pub(crate) fn number(self, name: &str) -> Option<i128> {
        self.field(name)?.as_number()
    }

    /// An identifier: a whole number from 1.
    pub(crate) fn id(self, name: &str) -> Option<u64> {
        self.number(name)
            .and_then(|number| u64::try_from(number).ok())
            .filter(|id| *id > 0)
    }

    /// `true`, `"true"`, `"Y"` and numbers but 0 are true; whatever else is false.
    pub(crate) fn flag(self, name: &str) -> bool {
        match self.field(name).map(|field| field.0) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.trim(), "Y" | "y" | "true" | "TRUE" | "True" | "1"),
            Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number != 0.0),
            _ => false,
        }
    }

    /// A date and time; without a zone it is Moscow time.
    pub(crate) fn time(self, name: &str) -> Option<OffsetDateTime> {
        let field = self.field(name)?;
        match field.0 {
            Value::String(text) => moscow::parse(text),
            // Milliseconds since 1970, as ЕСИА writes times elsewhere.
            Value::Number(_) => field
                .as_number()
                .and_then(|milliseconds| milliseconds.checked_mul(1_000_000))
                .and_then(|nanoseconds| OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()),
            _ => None,
        }
    }

    /// A day: `YYYY-MM-DD`, `DD.MM.YYYY`, or that of Moscow of a date and time.
    pub(crate) fn day(self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        let text = text.trim();
        Date::parse(text, format_description!("[year]-[month]-[day]"))
            .or_else(|_| Date::parse(text, format_description!("[day].[month].[year]")))
            .ok()
            .or_else(|| Some(self.time(name)?.to_offset(moscow::ZONE).date()))
    }

    /// Whether the field is an array.
    pub(crate) fn is_list(self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.0.is_array())
    }

    /// Elements of an array; a missing field has none.
    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = Loose<'a>> {
        self.field(name)
            .and_then(|field| field.0.as_array())
            .into_iter()
            .flatten()
            .map(Loose)
    }

    /// The value itself, when it is a string.
    pub(crate) fn as_text(self) -> Option<&'a str> {
        self.0.as_str()
    }

    /// A copy of the value.
    pub(crate) fn to_value(self) -> Value {
        self.0.clone()
    }

    /// Name and value of each field of an object.
    pub(crate) fn fields(self) -> impl Iterator<Item = (&'a String, Loose<'a>)> {
        self.0
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name, Self(value)))
    }

    /// The value as text: strings as they are, `null` as nothing, the rest as JSON.
    pub(crate) fn to_text(self) -> Option<String> {
        match self.0 {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn as_number(self) -> Option<i128> {
        match self.0 {
            Value::Number(number) => number
                .as_i64()
                .map(i128::from)
                .or_else(|| number.as_u64().map(i128::from))
                // Beyond 2^53 a fraction is no whole number any more.
                .or_else(|| {
                    number
                        .as_f64()
                        .filter(|n| n.fract() == 0.0 && n.abs() < 9.0e15)
                        .map(|n| n as i128)
                }),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

fn find_by_similar_name<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let bare = |name: &str| name.trim().replace('_', "").to_lowercase();
    let wanted = bare(name);
    fields
        .iter()
        .find(|(name, _)| bare(name) == wanted)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_found_under_all_published_spellings() {
        for value in [
            json!({"messageId": "m"}),
            json!({"message_id": "m"}),
            json!({" MessageID ": "m"}),
            json!({"MESSAGEID": "m"}),
        ] {
            assert_eq!(
                Loose::new(&value).text("messageId").as_deref(),
                Some("m"),
                "{value}"
            );
        }
    }

    #[test]
    fn an_exact_name_wins_over_a_similar_one() {
        let value = json!({"ID": 1, "id": 2});
        assert_eq!(Loose::new(&value).id("id"), Some(2));
    }

    #[test]
    fn numbers_survive_strings_and_fractions_but_nonsense_does_not() {
        for (value, expected) in [
            (json!(7), Some(7)),
            (json!("7"), Some(7)),
            (json!(7.0), Some(7)),
            (json!(7.5), None),
            (json!(1e300), None),
            (json!("seven"), None),
            (json!(-7), None),
            (json!(0), None),
            (json!(null), None),
            (json!([7]), None),
        ] {
            let object = json!({"id": value});
            assert_eq!(Loose::new(&object).id("id"), expected, "{object}");
        }
    }

    #[test]
    fn only_yes_is_true() {
        for (value, expected) in [
            (json!(true), true),
            (json!("Y"), true),
            (json!("true"), true),
            (json!(1), true),
            (json!(false), false),
            (json!("N"), false),
            (json!(""), false),
            (json!(0), false),
            (json!(null), false),
            (json!({}), false),
        ] {
            let object = json!({"finalStatus": value});
            assert_eq!(Loose::new(&object).flag("finalStatus"), expected, "{object}");
        }
    }

    #[test]
    fn a_day_is_read_in_every_usual_spelling() {
        let day = Some(time::macros::date!(2026 - 11 - 20));
        for (text, expected) in [
            ("2026-11-20", day),
            (" 20.11.2026 ", day),
            ("2026-11-19T21:00:00Z", day),
            ("2026-11-20T00:00:00", day),
            ("2026-13-20", None),
            ("today", None),
        ] {
            let object = json!({ "issued": text });
            assert_eq!(Loose::new(&object).day("issued"), expected, "{text}");
        }
    }

    #[test]
    fn a_scalar_has_no_fields() {
        let value = json!("text");
        assert!(Loose::new(&value).field("id").is_none());
        assert_eq!(Loose::new(&value).list("items").count(), 0);
    }
}
