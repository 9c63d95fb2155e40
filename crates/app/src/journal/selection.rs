//! Which entries are asked for, and what an entry says in words: that is what is searched.

use kabinet_store::{JournalEntry, JournalFilter};
use kabinet_texts::Texts;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use crate::view::{JournalForm, JournalQuery, moment};
use crate::{AppError, documents};

/// Entries by what the journal knows of them and by the words they are shown in; an empty one means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalSelection {
    /// Actions, person and period.
    pub filter: JournalFilter,
    /// Every word of it stands somewhere in what is shown or kept of the entry; capitals and `ё` do not matter.
    pub text: String,
}

impl JournalSelection {
    /// What the window asks for.
    ///
    /// # Errors
    /// [`AppError::NotADay`].
    pub fn of(query: &JournalQuery) -> Result<Self, AppError> {
        let period = documents::period(&query.period)?;
        Ok(Self {
            filter: JournalFilter {
                actions: query.topic.map(|topic| topic.actions()).unwrap_or_default(),
                actor: query.actor.clone(),
                from: period.from,
                until: period.until,
                subject: None,
            },
            text: query.text.clone(),
        })
    }

    /// What the window writes out: what it shows, but as JSON everything, because nobody could verify a part.
    ///
    /// # Errors
    /// [`AppError::NotADay`].
    pub fn to_export(query: &JournalQuery, form: JournalForm) -> Result<Self, AppError> {
        match form {
            JournalForm::Json => Ok(Self::default()),
            JournalForm::Csv | JournalForm::Pdf => Self::of(query),
        }
    }

    /// Whether it means all.
    pub fn is_everything(&self) -> bool {
        self.filter == JournalFilter::default() && !self.has_words()
    }

    pub(super) fn has_words(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Whether an entry has the words.
    pub(super) fn judge<'a>(&self, texts: &'a Texts) -> impl Fn(&JournalEntry) -> bool + use<'a> {
        let words: Vec<String> = self.text.split_whitespace().map(folded).collect();
        move |entry| {
            let said = folded(&said(entry, texts));
            words.iter().all(|word| said.contains(word))
        }
    }
}

/// All an entry says: its number, the sentence, who, about what, and the values the sentence does not mention.
fn said(entry: &JournalEntry, texts: &Texts) -> String {
    let mut said = format!("{} {} {}", entry.seq, sentence(entry, texts), who(entry, texts));
    let values = entry.params.values().map(String::as_str);
    for value in entry.subject.as_deref().into_iter().chain(values) {
        said.push(' ');
        said.push_str(value);
    }
    said
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// What happened, as the window says it.
pub(super) fn sentence(entry: &JournalEntry, texts: &Texts) -> String {
    let key = format!("journal.{}", entry.action);
    if texts.has(&key) {
        let params = entry
            .params
            .iter()
            .map(|(name, value)| (name.as_str(), spoken(value)));
        texts.text(&key, params)
    } else {
        texts.text("ui.unknownCode", [("code", entry.action.as_str())])
    }
}

/// A person by name; what the program did by itself has none.
pub(super) fn who(entry: &JournalEntry, texts: &Texts) -> String {
    if entry.actor.is_empty() {
        texts.plain("ui.journal.program")
    } else {
        entry.actor.clone()
    }
}

/// Days and moments are kept as ISO 8601 has them and said as people write them.
fn spoken(value: &str) -> String {
    let days = time::macros::format_description!("[year]-[month]-[day]");
    if let Ok(day) = Date::parse(value, &days) {
        return format!("{:02}.{:02}.{}", day.day(), u8::from(day.month()), day.year());
    }
    OffsetDateTime::parse(value, &Rfc3339).map_or_else(|_| value.to_owned(), moment)
}

#[cfg(test)]
mod tests {
    use kabinet_texts::Language;

    use super::*;

    fn entry(action: &str, params: &[(&str, &str)]) -> JournalEntry {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        JournalEntry {
            seq: 977,
            at: OffsetDateTime::UNIX_EPOCH,
            actor: String::new(),
            action: action.to_owned(),
            subject: Some("5d0c0a3e".to_owned()),
            params: params.iter().map(owned).collect(),
            previous: [0; 32],
            hash: [0; 32],
        }
    }

    #[test]
    fn an_entry_is_found_by_what_is_shown_of_it() {
        let texts = Texts::new(Language::Russian);
        let order = entry("order-pushed", &[("order", "5201334849"), ("by", "Чернышёва")]);
        for (text, found) in [
            ("", true),
            ("ПОРТАЛУ  передан", true),
            ("заявление 5201334849", true),
            ("01334", true),
            ("программа", true),
            ("977", true),
            ("5D0C", true),
            ("чернышева", true),
            ("передан коллеге", false),
            ("order-pushed", false),
        ] {
            let selection = JournalSelection {
                text: text.to_owned(),
                ..JournalSelection::default()
            };
            assert_eq!(selection.judge(&texts)(&order), found, "{text}");
        }
    }

    #[test]
    fn days_moments_and_unknown_actions_are_said_in_words() {
        let texts = Texts::new(Language::Russian);
        for (value, said) in [
            ("2026-11-28", "28.11.2026"),
            ("2026-11-28T21:30:00Z", "29.11.2026 00:30"),
        ] {
            let sentence = sentence(&entry("backup-restored", &[("taken", value)]), &texts);
            assert!(sentence.ends_with(said), "{sentence}");
        }
        assert!(sentence(&entry("of-tomorrow", &[]), &texts).contains("of-tomorrow"));
    }
}
