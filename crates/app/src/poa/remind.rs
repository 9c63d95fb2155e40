//! Powers of attorney that end: told of 30, 7 and 1 days before, once each, never in quiet hours (POA-21).

use std::collections::BTreeMap;

use kabinet_domain::poa::PoaState;
use kabinet_store::{OrganisationStore, Page, PoaFilter, PoaRecord};
use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use super::list::{SOON, days_left, today};
use crate::quiet_hours::is_quiet;
use crate::thresholds::reached;
use crate::{App, AppError, Event};

/// Setting of the organisation: the nearest threshold told of each.
const TOLD: &str = "poas-told";
/// Days before the last one, the farthest first.
const THRESHOLDS: [u8; 3] = [30, 7, 1];
/// More are not told of or shown at once.
const MOST: u64 = 2000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Told {
    /// By number.
    of: BTreeMap<String, u8>,
}

/// In force, and over between these days, both included; the first that ends first. Blocks.
pub(crate) fn ending(store: &OrganisationStore, from: Date, to: Date) -> Result<Vec<PoaRecord>, AppError> {
    let filter = PoaFilter {
        states: vec![PoaState::Active],
        expires_from: Some(from),
        expires_by: Some(to),
        ..PoaFilter::default()
    };
    Ok(store.poas(&filter, Page::first(MOST))?)
}

/// Whom it is given to.
pub(crate) fn holders(record: &PoaRecord) -> String {
    let names: Vec<&str> = record
        .representatives
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    names.join(", ")
}

/// Another in force takes its place: its end asks for nothing.
fn is_replaced(store: &OrganisationStore, record: &PoaRecord) -> Result<bool, AppError> {
    let other = store.poa_superseding(record.number)?;
    Ok(other.is_some_and(|other| other.state == PoaState::Active && other.expires > record.expires))
}

impl App {
    /// Warns of powers of attorney that end. `now` is the moment of the local clock.
    pub async fn remind_of_poas(&self, now: PrimitiveDateTime) {
        let Ok(hours) = self.reminding().await else {
            return;
        };
        if !hours.remind || is_quiet(hours.quiet_from, hours.quiet_to, now.hour()) {
            return;
        }
        let _turn = self.calendar_turn().lock().await;
        // Written down before it is told: a warning is rather missed than repeated.
        let due = self
            .with_store(|store| {
                let before: Told = store.setting(TOLD)?.unwrap_or_default();
                let mut told = Told::default();
                let mut due = Vec::new();
                for one in ending(store, today(), today() + SOON)? {
                    let (number, left) = (one.number.to_string(), days_left(one.expires));
                    let known = before.of.get(&number).copied();
                    let Some(days) = reached(&THRESHOLDS, left) else {
                        continue;
                    };
                    if known.is_none_or(|known| known > days) && !is_replaced(store, &one)? {
                        due.push((holders(&one), left));
                    }
                    told.of
                        .insert(number, known.map_or(days, |known| known.min(days)));
                }
                // Those that are over or taken back are forgotten.
                if told != before {
                    store.set_setting(TOLD, &told)?;
                }
                Ok(due)
            })
            .await
            .unwrap_or_default();
        let nearest = due.iter().map(|(_, left)| *left).min();
        if let Some(days_left) = nearest {
            let count = u32::try_from(due.len()).unwrap_or(u32::MAX);
            self.keep_reminders("poa", due.into_iter().map(|(whose, _)| whose).collect())
                .await;
            self.tell(Event::PoasEnding { count, days_left });
        }
    }
}
