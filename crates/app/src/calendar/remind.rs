//! Reminders: 14, 3 and 1 days before and on the day, once each; never in quiet hours, and none while the vault is closed, which
//! knows no organisation then.

use std::time::Duration as Pause;

use time::{Duration, PrimitiveDateTime};

use super::local_now;
use crate::quiet_hours::is_quiet;
use crate::thresholds::reached;
use crate::view::{CalendarEntry, DeadlineKind};
use crate::{App, Event};

/// Days before, the farthest first.
const THRESHOLDS: [u8; 4] = [14, 3, 1, 0];
const PAUSE: Pause = Pause::from_secs(60);

impl App {
    /// Reminds until the program ends.
    pub async fn remind_forever(&self) {
        loop {
            let now = local_now();
            self.remind(now).await;
            self.remind_of_licences(now).await;
            self.remind_of_inspections(now).await;
            self.remind_of_poas(now).await;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Tells what is near at this moment of the local clock and was not told yet.
    pub async fn remind(&self, now: PrimitiveDateTime) {
        self.tell_by_rules(now).await;
        let today = now.date();
        let Ok(view) = self
            .calendar_as_of(today, today, today + Duration::days(THRESHOLDS[0].into()))
            .await
        else {
            return;
        };
        if !view.profile.remind || is_quiet(view.profile.quiet_from, view.profile.quiet_to, now.hour()) {
            return;
        }
        let due: Vec<(CalendarEntry, u8)> = view
            .entries
            .into_iter()
            // Terms of the law only once the person has said what the organisation is; certificates and powers of attorney have
            // reminders of their own.
            .filter(|entry| match entry.kind {
                DeadlineKind::Law => view.profile.chosen,
                DeadlineKind::Own | DeadlineKind::Question | DeadlineKind::Review => true,
                DeadlineKind::Certificate | DeadlineKind::PowerOfAttorney => false,
            })
            .filter(|entry| !entry.done)
            .filter_map(|entry| reached(&THRESHOLDS, entry.days_left).map(|days| (entry, days)))
            .collect();
        let told = self
            .note_told(
                due.iter()
                    .map(|(entry, days)| (entry.id.clone(), *days))
                    .collect(),
            )
            .await;
        for days in THRESHOLDS {
            let titles: Vec<String> = due
                .iter()
                .filter(|(entry, threshold)| *threshold == days && told.contains(&entry.id))
                .map(|(entry, _)| entry.title.clone())
                .collect();
            let nearest = due
                .iter()
                .filter(|(_, threshold)| *threshold == days)
                .map(|(entry, _)| entry.days_left)
                .min();
            if let (false, Some(days_left)) = (titles.is_empty(), nearest) {
                self.keep_reminders("deadline", titles.clone()).await;
                self.tell(Event::DeadlinesNear { titles, days_left });
            }
        }
    }

    /// Writes down what is going to be told, before it is: a reminder is rather missed than repeated. Answers what is new.
    async fn note_told(&self, near: Vec<(String, u8)>) -> Vec<String> {
        if near.is_empty() {
            return Vec::new();
        }
        let (answer, new) = tokio::sync::oneshot::channel();
        let noted = self.change_calendar(move |kept| {
            let mut new = Vec::new();
            for (id, days) in near {
                if kept.told.get(&id).is_none_or(|told| *told > days) {
                    kept.told.insert(id.clone(), days);
                    new.push(id);
                }
            }
            // Nobody waits any more only if the program ends.
            let _ = answer.send(new);
        });
        match noted.await {
            Ok(()) => new.await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }
}
