//! Rules of one's own (NOTE-03): kept with the organisation, asked after each exchange and by the clock, each thing told once.

use kabinet_domain::own_rule::{Filed, OwnRule};
use kabinet_store::{OrderFilter, OrderRow, Page, Period};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};
use uuid::Uuid;

use super::notices::{Notice, NoticeKind};
use crate::calendar::local_now;
use crate::orders::OrderError;
use crate::quiet_hours::is_quiet;
use crate::state::Current;
use crate::view::{CalendarEntry, DeadlineKind, NewOwnRule, OwnRuleView, OwnRuleWhen};
use crate::{App, AppError, Event};

/// Setting of the organisation.
const OWN_RULES: &str = "own-notice-rules";
/// More than anybody can keep in mind.
const MOST: usize = 50;
/// Days a rule looks back or ahead at most.
const LONGEST: u16 = 365;
/// What was told is remembered so far back, for each rule.
const TOLD: usize = 2000;
/// Rows looked at in one go, and goes.
const ROWS: u64 = 500;
const GOES: u64 = 20;
/// Details of an order may come this long after its line.
const OVERLAP: Duration = Duration::days(2);

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    rules: Vec<KeptRule>,
    /// The newest change that statuses were looked at for.
    #[serde(with = "time::serde::rfc3339::option")]
    seen: Option<OffsetDateTime>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptRule {
    id: Uuid,
    rule: OwnRule,
    /// Changes up to then were there before the rule.
    #[serde(with = "time::serde::rfc3339::option")]
    after: Option<OffsetDateTime>,
    told: Vec<String>,
}

/// Something to tell.
enum Told {
    Order(Notice),
    Silence(Notice, u16),
    Term { title: String, days_left: i32 },
}

impl App {
    /// The rules, in the order in which they were made.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn own_rules(&self) -> Result<Vec<OwnRuleView>, AppError> {
        self.with_store(|store| {
            let kept: Kept = store.setting(OWN_RULES)?.unwrap_or_default();
            let services = store.order_services()?;
            let title = |code: &str| services.iter().find(|(known, _)| known == code);
            let views = kept.rules.iter().map(|kept| {
                let view = view(kept);
                let known = view.service.as_deref().and_then(title);
                OwnRuleView {
                    service_title: known.map(|(_, title)| title.clone()),
                    ..view
                }
            });
            Ok(views.collect())
        })
        .await
    }

    /// Makes a rule. What was so already is not told.
    ///
    /// # Errors
    /// [`OrderError::OwnRule`] for one that says nothing, and for one too many; failures of the vault.
    pub async fn add_own_rule(&self, new: NewOwnRule) -> Result<Vec<OwnRuleView>, AppError> {
        let rule = rule_of(new)?;
        let (answer, is_added) = tokio::sync::oneshot::channel();
        self.change_own_rules(move |kept, last_change| {
            let has_place = kept.rules.len() < MOST;
            if has_place && !kept.rules.iter().any(|known| known.rule == rule) {
                kept.rules.push(KeptRule {
                    id: Uuid::new_v4(),
                    rule,
                    after: last_change,
                    told: Vec::new(),
                });
            }
            // Nobody waits any more only if the program ends.
            let _ = answer.send(has_place);
        })
        .await?;
        if !is_added.await.unwrap_or_default() {
            return Err(OrderError::OwnRule.into());
        }
        self.own_rules().await
    }

    /// Takes a rule away.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn remove_own_rule(&self, id: &str) -> Result<Vec<OwnRuleView>, AppError> {
        let id = Uuid::parse_str(id).map_err(|_| AppError::NotFound)?;
        self.change_own_rules(move |kept, _| kept.rules.retain(|rule| rule.id != id))
            .await?;
        self.own_rules().await
    }

    /// Tells of statuses that were reached since the last time.
    pub(super) async fn tell_statuses_by_rules(&self, current: &Current) {
        let told = self.statuses_by_rules().await;
        self.tell_all(current, told).await;
    }

    /// Tells of silence and of terms at this moment of the local clock; at quiet hours it waits.
    pub(crate) async fn tell_by_rules(&self, now: PrimitiveDateTime) {
        let (Ok(current), Ok(rules)) = (self.current().await, self.notice_rules().await) else {
            return;
        };
        if is_quiet(rules.quiet_from, rules.quiet_to, now.hour()) {
            return;
        }
        let told = self.moments_by_rules(now).await;
        self.tell_all(&current, told).await;
    }

    async fn tell_all(&self, current: &Current, told: Result<Vec<Told>, AppError>) {
        let told = match told {
            Ok(told) => told,
            Err(error) => {
                tracing::warn!(code = error.code(), "own rules were not asked");
                return;
            }
        };
        for one in told {
            let outcome = match one {
                Told::Order(notice) => self.tell_status(current, notice).await,
                Told::Silence(mut notice, days) => {
                    notice.status = self
                        .texts()
                        .text("ui.notices.silence", [("count", days.to_string())]);
                    self.tell_status(current, notice).await
                }
                Told::Term { title, days_left } => {
                    self.keep_reminders("rule", vec![title.clone()]).await;
                    self.tell(Event::DeadlinesNear {
                        titles: vec![title],
                        days_left,
                    });
                    Ok(())
                }
            };
            if let Err(error) = outcome {
                tracing::warn!(code = error.code(), "a rule has spoken and was not heard");
            }
        }
    }

    /// Written down before it is told: rather missed than repeated.
    async fn statuses_by_rules(&self) -> Result<Vec<Told>, AppError> {
        let kept = self.kept_own_rules().await?;
        let after = kept
            .rules
            .iter()
            .filter(|kept| matches!(kept.rule, OwnRule::Status { .. }))
            .map(|kept| kept.after)
            .min();
        let Some(after) = after else {
            return Ok(Vec::new());
        };
        let from = after.max(kept.seen.map(|seen| seen - OVERLAP));
        let filter = OrderFilter {
            period: Period { from, until: None },
            ..OrderFilter::default()
        };
        let rows = self.order_rows(filter).await?;
        let (answer, told) = tokio::sync::oneshot::channel();
        self.change_own_rules(move |kept, last_change| {
            let mut told = Vec::new();
            for kept in &mut kept.rules {
                for row in &rows {
                    for (status, at) in reached(row) {
                        let is_new = kept.after.is_none_or(|after| at > after);
                        let key = is_new.then(|| kept.rule.on_change(&filed(row, status))).flatten();
                        if key.is_some_and(|key| kept.note(key)) {
                            told.push(Told::Order(notice(row, status)));
                        }
                    }
                }
            }
            kept.seen = last_change.max(kept.seen);
            let _ = answer.send(told);
        })
        .await?;
        Ok(told.await.unwrap_or_default())
    }

    async fn moments_by_rules(&self, now: PrimitiveDateTime) -> Result<Vec<Told>, AppError> {
        let kept = self.kept_own_rules().await?;
        let shortest_silence = kept
            .rules
            .iter()
            .filter(|kept| matches!(kept.rule, OwnRule::Silence { .. }))
            .filter_map(|kept| kept.rule.days())
            .min();
        let farthest_term = kept
            .rules
            .iter()
            .filter(|kept| matches!(kept.rule, OwnRule::Deadline { .. }))
            .filter_map(|kept| kept.rule.days())
            .max();
        // The same moment by the clock of the portal's times.
        let moment = OffsetDateTime::now_utc() + (now - local_now());
        let rows = match shortest_silence {
            None => Vec::new(),
            Some(days) => {
                let until = Some(moment - Duration::days(i64::from(days)) + Duration::SECOND);
                let filter = OrderFilter {
                    period: Period { from: None, until },
                    open: true,
                    ..OrderFilter::default()
                };
                self.order_rows(filter).await?
            }
        };
        let today = now.date();
        let terms = match farthest_term {
            None => Vec::new(),
            Some(days) => {
                let view = self
                    .calendar_as_of(today, today, today + Duration::days(i64::from(days)))
                    .await?;
                let chosen = view.profile.chosen;
                // Terms of the law only once the person has said what the organisation is, as with reminders.
                let is_sure = |entry: &CalendarEntry| entry.kind != DeadlineKind::Law || chosen;
                let entries = view.entries.into_iter();
                entries.filter(|entry| !entry.done && is_sure(entry)).collect()
            }
        };
        if rows.is_empty() && terms.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, told) = tokio::sync::oneshot::channel();
        self.change_own_rules(move |kept, _| {
            let mut told = Vec::new();
            for kept in &mut kept.rules {
                let days = kept.rule.days().unwrap_or_default();
                for row in &rows {
                    let key = kept.rule.on_silence(&filed(row, &row.line.status), moment);
                    if key.is_some_and(|key| kept.note(key)) {
                        told.push(Told::Silence(notice(row, ""), days));
                    }
                }
                for term in &terms {
                    let due = today + Duration::days(i64::from(term.days_left));
                    if kept.rule.on_term(due, today) && kept.note(term.id.clone()) {
                        told.push(Told::Term {
                            title: term.title.clone(),
                            days_left: term.days_left,
                        });
                    }
                }
            }
            let _ = answer.send(told);
        })
        .await?;
        Ok(told.await.unwrap_or_default())
    }

    async fn kept_own_rules(&self) -> Result<Kept, AppError> {
        self.with_store(|store| Ok(store.setting(OWN_RULES)?.unwrap_or_default()))
            .await
    }

    async fn order_rows(&self, filter: OrderFilter) -> Result<Vec<OrderRow>, AppError> {
        self.with_store(move |store| {
            let mut all = Vec::new();
            for go in 0..GOES {
                let page = Page {
                    offset: go * ROWS,
                    limit: ROWS,
                };
                let rows = store.orders(&filter, page)?;
                let is_last = (rows.len() as u64) < ROWS;
                all.extend(rows);
                if is_last {
                    break;
                }
            }
            Ok(all)
        })
        .await
    }

    /// `change` is told when the last change of any order was.
    async fn change_own_rules(
        &self,
        change: impl FnOnce(&mut Kept, Option<OffsetDateTime>) + Send + 'static,
    ) -> Result<(), AppError> {
        // One writer at a time, reminders among them.
        let _turn = self.calendar_turn().lock().await;
        self.with_store(move |store| {
            let before: Kept = store.setting(OWN_RULES)?.unwrap_or_default();
            let mut kept = before.clone();
            let (_, last_change) = store.open_orders()?;
            change(&mut kept, last_change);
            if kept != before {
                store.set_setting(OWN_RULES, &kept)?;
            }
            Ok(())
        })
        .await
    }
}

impl KeptRule {
    /// Writes down what is going to be told; whether it is new.
    fn note(&mut self, key: String) -> bool {
        if self.told.contains(&key) {
            return false;
        }
        self.told.push(key);
        let surplus = self.told.len().saturating_sub(TOLD);
        self.told.drain(..surplus);
        true
    }
}

/// Every status an order is known to have reached, and when.
fn reached(row: &OrderRow) -> Vec<(&str, OffsetDateTime)> {
    let history = row.details.iter().flat_map(|details| &details.statuses);
    let mut all: Vec<(&str, OffsetDateTime)> = history
        .filter(|status| !status.title.is_empty())
        .map(|status| (status.title.as_str(), status.at))
        .collect();
    if !all.iter().any(|(title, _)| *title == row.line.status) {
        all.push((&row.line.status, row.line.updated));
    }
    all
}

fn filed<'a>(row: &'a OrderRow, status: &'a str) -> Filed<'a> {
    Filed {
        order: row.line.order,
        service: row.service.as_deref(),
        status,
        updated: row.line.updated,
        is_final: row.is_final,
    }
}

fn notice(row: &OrderRow, status: &str) -> Notice {
    let title = row
        .details
        .as_ref()
        .and_then(|details| details.service_title.clone());
    Notice {
        kind: NoticeKind::Rule,
        title: title.unwrap_or_default(),
        status: status.to_owned(),
        document: row.document,
        order: row.line.order,
    }
}

fn rule_of(new: NewOwnRule) -> Result<OwnRule, AppError> {
    let service = new.service.filter(|code| !code.trim().is_empty());
    let days = new.days.clamp(1, LONGEST);
    let status = new.status.trim().to_owned();
    match new.when {
        OwnRuleWhen::Status if status.is_empty() => Err(AppError::Order(OrderError::OwnRule)),
        OwnRuleWhen::Status => Ok(OwnRule::Status { service, status }),
        OwnRuleWhen::Silence => Ok(OwnRule::Silence { service, days }),
        OwnRuleWhen::Deadline => Ok(OwnRule::Deadline { days }),
    }
}

fn view(kept: &KeptRule) -> OwnRuleView {
    let (when, service, status) = match &kept.rule {
        OwnRule::Status { service, status } => (OwnRuleWhen::Status, service.clone(), status.clone()),
        OwnRule::Silence { service, .. } => (OwnRuleWhen::Silence, service.clone(), String::new()),
        OwnRule::Deadline { .. } => (OwnRuleWhen::Deadline, None, String::new()),
    };
    OwnRuleView {
        id: kept.id.to_string(),
        when,
        service,
        service_title: None,
        status,
        days: kept.rule.days().unwrap_or_default(),
    }
}
