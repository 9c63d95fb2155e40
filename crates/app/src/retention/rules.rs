//! The rules: those of the program (`assets/retention.json`), and the administrator's file in their place.

use std::path::Path;

use serde::Deserialize;
use time::{Date, Month, OffsetDateTime};

use crate::retention::RetentionError;
use crate::send::MOSCOW;
use crate::{AppError, tools};

const RULES: &str = include_str!("../../../../assets/retention.json");

/// Documents of one kind.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub(super) code: String,
    pub(super) title: Title,
    /// Formats of `assets/formats.json`; a last `*` stands for anything.
    formats: Vec<String>,
    /// Nothing where no term can be counted from the day of arrival.
    pub(super) years: Option<u8>,
    pub(super) source: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Title {
    pub(super) ru: String,
    pub(super) en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// For people who read the file.
    #[serde(default, rename = "note")]
    _note: String,
    /// The rule by which terms are counted, for people as well.
    #[serde(default, rename = "counted")]
    _counted: String,
    classes: Vec<Class>,
}

/// Every class, those first that are asked first.
pub(crate) struct Rules(pub(super) Vec<Class>);

impl Rules {
    /// # Errors
    /// [`RetentionError::Data`] when `file` is there and not understood.
    pub(crate) fn load(file: &Path) -> Result<Self, AppError> {
        let own = if file.exists() {
            read(&tools::name(file), &tools::read(file)?)?
        } else {
            Vec::new()
        };
        let mut classes = read("", RULES.as_bytes())?;
        let mut added = Vec::new();
        for class in own {
            match classes.iter_mut().find(|known| known.code == class.code) {
                Some(known) => *known = class,
                None => added.push(class),
            }
        }
        // Before those of the program, the last of which takes everything.
        classes.splice(0..0, added);
        Ok(Self(classes))
    }

    /// The class with this code, or the one the format belongs to.
    pub(super) fn class(&self, chosen: Option<&str>, format: &str) -> Option<&Class> {
        let named = chosen.and_then(|code| self.named(code));
        named.or_else(|| self.0.iter().find(|class| class.takes(format)))
    }

    pub(super) fn named(&self, code: &str) -> Option<&Class> {
        self.0.iter().find(|class| class.code == code)
    }
}

fn read(file: &str, json: &[u8]) -> Result<Vec<Class>, AppError> {
    let broken = || {
        AppError::Retention(RetentionError::Data {
            file: file.to_owned(),
        })
    };
    let file: File = serde_json::from_slice(json).map_err(|_| broken())?;
    let named =
        |class: &Class| !class.code.is_empty() && !class.title.ru.is_empty() && !class.source.is_empty();
    if !file.classes.iter().all(named) {
        return Err(broken());
    }
    Ok(file.classes)
}

impl Class {
    fn takes(&self, format: &str) -> bool {
        self.formats
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(beginning) => format.starts_with(beginning),
                None => pattern == format,
            })
    }

    /// The first day a document that came at this moment may be gone.
    pub(super) fn ends(&self, added: OffsetDateTime) -> Option<Date> {
        first_of_january(year(added) + 1 + i32::from(self.years?))
    }

    /// What came before this moment has come to its end now.
    pub(super) fn ended_before(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let day = first_of_january(year(now) - i32::from(self.years?))?;
        Some(day.midnight().assume_offset(MOSCOW))
    }
}

fn first_of_january(year: i32) -> Option<Date> {
    Date::from_calendar_date(year, Month::January, 1).ok()
}

/// Today's date where the law's years begin.
pub(super) fn today(now: OffsetDateTime) -> Date {
    now.to_offset(MOSCOW).date()
}

fn year(at: OffsetDateTime) -> i32 {
    today(at).year()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn rules() -> Rules {
        Rules::load(Path::new("")).unwrap()
    }

    #[test]
    fn every_format_has_its_class_and_the_last_class_takes_the_rest() {
        let rules = rules();
        let of = |format: &str| rules.class(None, format).map(|class| class.code.as_str());
        assert_eq!(
            [
                "fns.on_nschfdoppr",
                "fns.dp_izvpol",
                "fns.on_aktsverotp",
                "fns.report",
                "emchd",
                "pdf",
                "what?"
            ]
            .map(of),
            [
                "invoices", "invoices", "primary", "tax", "powers", "other", "other"
            ]
            .map(Some)
        );
        assert_eq!(rules.class(Some("staff"), "pdf").unwrap().years, Some(50));
        // A class that is gone from the administrator's file: the format decides again.
        assert_eq!(rules.class(Some("gone"), "fns.report").unwrap().code, "tax");
        for class in &rules.0 {
            assert!(!class.title.ru.is_empty() && !class.title.en.is_empty());
        }
    }

    #[test]
    fn a_term_ends_on_the_first_of_january_in_moscow() {
        let rules = rules();
        let class = rules.named("primary").unwrap();
        for (added, ends) in [
            (datetime!(2020-01-01 00:00 +3), "2026-01-01"),
            (datetime!(2020-12-31 23:59:59 +3), "2026-01-01"),
            (datetime!(2020-12-31 20:59:59 UTC), "2026-01-01"),
            (datetime!(2020-12-31 21:00 UTC), "2027-01-01"),
        ] {
            assert_eq!(class.ends(added).unwrap().to_string(), ends, "{added}");
            let last_second =
                class.ends(added).unwrap().midnight().assume_offset(MOSCOW) - time::Duration::SECOND;
            assert!(added >= class.ended_before(last_second).unwrap(), "{added}");
            assert!(
                added < class.ended_before(last_second + time::Duration::SECOND).unwrap(),
                "{added}"
            );
        }
        assert_eq!(
            rules
                .named("other")
                .unwrap()
                .ends(datetime!(1990-01-01 00:00 UTC)),
            None
        );
    }

    #[test]
    fn the_administrators_file_adds_and_replaces_and_a_broken_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("retention.json");
        let text = |code: &str| {
            format!(
                r#"{{"classes":[{{"code":"{code}","title":{{"ru":"Договоры","en":"Contracts"}},"formats":["pdf","fns.report"],
                    "years":10,"source":"приказ № 1"}}]}}"#
            )
        };
        std::fs::write(&file, text("contracts")).unwrap();
        let rules = Rules::load(&file).unwrap();
        assert_eq!(rules.class(None, "pdf").unwrap().years, Some(10));
        assert_eq!(rules.class(None, "fns.report").unwrap().code, "contracts");
        std::fs::write(&file, text("other")).unwrap();
        let rules = Rules::load(&file).unwrap();
        assert_eq!(rules.class(None, "pdf").unwrap().years, Some(10));
        assert_eq!(rules.class(None, "fns.report").unwrap().code, "tax");
        for broken in [
            "",
            "{}",
            &text(""),
            &text("x").replace("source", "sauce"),
            &text("x").replace("10", "-1"),
        ] {
            std::fs::write(&file, broken).unwrap();
            let error = Rules::load(&file).err().unwrap();
            assert_eq!(
                (error.code(), error.params()["file"].as_str()),
                ("app.retention-data", "retention.json")
            );
        }
    }
}
