//! User-facing text by key, in Russian and English, from the locale files the window uses.
//!
//! The files `assets/locales/{ru,en}.json` are i18next JSON v4: nested objects, `{{param}}` gaps, plural forms
//! as `key_one`, `key_few`, `key_many`, `key_other` chosen by the parameter `count`. A key joins the names with
//! dots, so the error code `portal.unreachable` has its texts at `errors.portal.unreachable.what`, `.why`, `.todo`.

mod interpolate;
mod language;

use serde_json::Value;

pub use language::Language;

/// The texts of one language.
#[derive(Clone, Debug)]
pub struct Texts {
    language: Language,
    root: Value,
}

/// What an error tells the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened.
    pub what: String,
    /// Why, and what became of the user's data.
    pub why: String,
    /// What to do.
    pub todo: String,
}

impl Texts {
    /// The texts of `language`, which are part of the program.
    pub fn new(language: Language) -> Self {
        let file = match language {
            Language::Russian => include_str!("../../../assets/locales/ru.json"),
            Language::English => include_str!("../../../assets/locales/en.json"),
        };
        Self::parse(language, file)
    }

    /// A file that is no JSON has no texts; tests hold the two we ship to more than that.
    fn parse(language: Language, file: &str) -> Self {
        Self {
            language,
            root: serde_json::from_str(file).unwrap_or_default(),
        }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text at `key` with its gaps filled from `params`, or the key itself when there is none. With a
    /// parameter `count` the fitting plural form is taken. A gap without a value stays empty.
    pub fn text<K: AsRef<str>, V: AsRef<str>>(
        &self,
        key: &str,
        params: impl IntoIterator<Item = (K, V)>,
    ) -> String {
        let params: Vec<(K, V)> = params.into_iter().collect();
        let params: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_ref(), v.as_ref())).collect();
        match self.template(key, &params) {
            Some(template) => interpolate::fill(template, &params),
            None => key.to_owned(),
        }
    }

    /// The text at `key`, which has no gaps, or the key itself.
    pub fn plain(&self, key: &str) -> String {
        self.text::<&str, &str>(key, [])
    }

    /// The three texts of an error code. An unknown code gets the general ones, which name it.
    pub fn error<K: AsRef<str> + Clone, V: AsRef<str> + Clone>(
        &self,
        code: &str,
        params: impl IntoIterator<Item = (K, V)>,
    ) -> ErrorText {
        let params: Vec<(K, V)> = params.into_iter().collect();
        if !self.has(&format!("errors.{code}.what")) {
            let part = |name: &str| self.text(&format!("errors.unknown.{name}"), [("code", code)]);
            return ErrorText {
                what: part("what"),
                why: part("why"),
                todo: part("todo"),
            };
        }
        let part = |name: &str| self.text(&format!("errors.{code}.{name}"), params.iter().cloned());
        ErrorText {
            what: part("what"),
            why: part("why"),
            todo: part("todo"),
        }
    }

    /// Whether there is a text at `key`, in one form or several.
    pub fn has(&self, key: &str) -> bool {
        self.leaf(key).is_some() || self.leaf(&format!("{key}_other")).is_some()
    }

    fn template(&self, key: &str, params: &[(&str, &str)]) -> Option<&str> {
        let count = params
            .iter()
            .find(|(name, _)| *name == "count")
            .map(|(_, value)| *value);
        count
            .and_then(|count| self.leaf(&format!("{key}_{}", self.language.plural(count))))
            .or_else(|| self.leaf(key))
    }

    fn leaf(&self, key: &str) -> Option<&str> {
        key.split('.')
            .try_fold(&self.root, |value, name| value.get(name))?
            .as_str()
    }
}

#[cfg(test)]
mod tests;
