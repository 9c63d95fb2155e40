//! The languages of the program and their plural rules.

/// A language of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Русский.
    #[default]
    Russian,
    /// English.
    English,
}

impl Language {
    /// All languages, the default first.
    pub const ALL: [Self; 2] = [Self::Russian, Self::English];

    /// ISO 639-1 code: `ru`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Russian => "ru",
            Self::English => "en",
        }
    }

    /// The language of a code or of a locale name such as `ru_RU.UTF-8`, `en-GB`.
    pub fn from_code(code: &str) -> Option<Self> {
        let language = code.split(['-', '_', '.']).next()?;
        Self::ALL
            .into_iter()
            .find(|known| known.code().eq_ignore_ascii_case(language))
    }

    /// Plural category of `count` (Unicode CLDR, cardinal numbers): `one`, `few`, `many` or `other`.
    /// What is not a whole number is `other`.
    pub(crate) fn plural(self, count: &str) -> &'static str {
        let Ok(count) = count.trim().parse::<i128>() else {
            return "other";
        };
        let count = count.unsigned_abs();
        match (self, count % 10, count % 100) {
            (Self::English, ..) if count == 1 => "one",
            (Self::English, ..) => "other",
            (Self::Russian, _, 11..=14) => "many",
            (Self::Russian, 1, _) => "one",
            (Self::Russian, 2..=4, _) => "few",
            (Self::Russian, ..) => "many",
        }
    }
}
