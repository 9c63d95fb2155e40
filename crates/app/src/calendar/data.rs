//! Days off and rules: those of the program, and the user's files in their place (`assets/calendar/README.md`).

use std::path::Path;

use kabinet_domain::deadlines::{Rule, WorkCalendar, Year};
use serde::Deserialize;

use crate::calendar::CalendarError;
use crate::{AppError, environment, tools};

const YEARS: [&str; 3] = [
    include_str!("../../../../assets/calendar/ru-2025.json"),
    include_str!("../../../../assets/calendar/ru-2026.json"),
    include_str!("../../../../assets/calendar/ru-2027.json"),
];
const RULES: &str = include_str!("../../../../assets/calendar/deadlines.json");
/// Name of the user's file with rules; every other file is a year.
const RULES_FILE: &str = "deadlines.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    /// For people who read the file.
    #[serde(default, rename = "note")]
    _note: String,
    rules: Vec<Rule>,
}

pub(super) struct Data {
    pub(super) calendar: WorkCalendar,
    pub(super) rules: Vec<Rule>,
}

/// # Errors
/// [`CalendarError::Data`] names a file that is not understood.
pub(super) fn load(folder: &Path) -> Result<Data, AppError> {
    let mut years = Vec::new();
    for text in YEARS {
        years.push(read::<Year>("", text.as_bytes())?);
    }
    let mut rules = read::<Rules>("", RULES.as_bytes())?.rules;
    for path in environment::files_of(folder) {
        let (name, bytes) = (tools::name(&path), tools::read(&path)?);
        if name == RULES_FILE {
            for rule in read::<Rules>(&name, &bytes)?.rules {
                match rules.iter_mut().find(|known| known.code == rule.code) {
                    Some(known) => *known = rule,
                    None => rules.push(rule),
                }
            }
        } else if name.ends_with(".json") {
            years.push(read(&name, &bytes)?);
        }
    }
    Ok(Data {
        calendar: WorkCalendar::new(years),
        rules,
    })
}

fn read<T: for<'a> Deserialize<'a>>(file: &str, json: &[u8]) -> Result<T, AppError> {
    serde_json::from_slice(json).map_err(|_| {
        AppError::Calendar(CalendarError::Data {
            file: file.to_owned(),
        })
    })
}
