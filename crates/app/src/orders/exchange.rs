//! Asking for everything that changed (`getUpdatedAfter`): what it costs follows from how much did, not from how much there is.

use kabinet_domain::engine::{Interest, after_failure, sync_after};
use kabinet_portal::PortalError;
use kabinet_store::{OrderChange, OrderLine};
use time::{Duration, OffsetDateTime};

use super::keep::{line_of, to_keep};
use super::{Notice, NoticeKind};
use crate::blocking::blocking;
use crate::outbox::jittered;
use crate::state::{Current, Session};
use crate::view::Network;
use crate::{App, AppError, Event};

/// Changes that were written down late at the portal, or by a clock beside the one that answers, are not missed.
const OVERLAP: Duration = Duration::minutes(2);
/// Entries asked for at a time.
const PAGE: usize = 500;
/// Orders nobody filed from here whose details are asked for in one exchange. The others are when somebody opens them.
const DETAILS: usize = 3;
/// The portal has nothing older.
const BEGINNING: OffsetDateTime = time::macros::datetime!(2000-01-01 0:00 +3);

/// How the exchanges with the portal go.
#[derive(Debug, Default)]
pub(crate) struct Exchanges {
    last: Option<OffsetDateTime>,
    failures: u32,
    not_before: Option<OffsetDateTime>,
}

impl App {
    /// Exchanges if it is time to; answers when the next is due.
    pub(crate) async fn exchange_orders_if_due(&self, current: &Current) -> Option<OffsetDateTime> {
        current.session()?;
        let now = OffsetDateTime::now_utc();
        let due = self.next_exchange(current, now).await?;
        if due > now {
            return Some(due);
        }
        self.exchange_orders(current).await;
        self.next_exchange(current, OffsetDateTime::now_utc()).await
    }

    async fn next_exchange(&self, current: &Current, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let store = current.store.clone();
        let (open, last_change, waits, begun) = blocking(move || {
            let (open, last) = store.open_orders()?;
            let waits = !store.outbox(0)?.is_empty();
            Ok((open, last, waits, store.orders_cursor()?.is_some()))
        })
        .await
        .ok()?;
        let (last, not_before) = {
            let live = current.live();
            (live.exchanges.last, live.exchanges.not_before)
        };
        let interest = Interest {
            looked_at: self.looks_at_orders(),
            watched: false,
        };
        let quiet = last_change.map_or(Duration::ZERO, |change| now - change);
        // Nobody has asked yet: what was filed elsewhere is open as well.
        let open = open + u64::from(waits) + u64::from(!begun);
        let pause = sync_after(open, quiet, interest)?;
        let due = match last {
            None => now,
            // A clock that was set back must not silence it.
            Some(last) if last > now => now,
            Some(last) => last + jittered(pause),
        };
        Some(due.max(not_before.unwrap_or(due)))
    }

    /// Asks for everything that changed since the last time. What goes wrong stands in the state.
    pub(crate) async fn exchange_orders(&self, current: &Current) {
        let Some(session) = current.session() else { return };
        let outcome = self.fetch_changes(current, &session).await;
        let now = OffsetDateTime::now_utc();
        note_outcome(current, &outcome, now);
        match outcome {
            Ok(()) => {
                self.network_is(current, Network::Online);
                self.keep_last_sync(current, Some(now)).await;
                self.tell_statuses_by_rules(current).await;
            }
            Err(AppError::Portal(PortalError::Unauthorized)) => self.forget_session(current, &session),
            Err(AppError::Portal(PortalError::Unreachable { .. })) => {
                self.network_is(current, Network::Offline);
            }
            Err(error) => tracing::warn!(code = error.code(), "an exchange stopped"),
        }
        self.tell(Event::StateChanged);
    }

    async fn fetch_changes(&self, current: &Current, session: &Session) -> Result<(), AppError> {
        let store = current.store.clone();
        let cursor = blocking(move || Ok(store.orders_cursor()?)).await?;
        let is_first = cursor.is_none();
        let mut place = Place {
            after: cursor.map_or(BEGINNING, |cursor| cursor - OVERLAP),
            number: 0,
        };
        let mut highest = cursor;
        let mut changes: Vec<OrderChange> = Vec::new();
        let mut before: Vec<OrderLine> = Vec::new();
        loop {
            let page = current
                .portal
                .updated_page(&session.token, place.after, place.number, PAGE)
                .await?;
            let lines: Vec<OrderLine> = page.entries.into_iter().filter_map(line_of).collect();
            highest = highest.max(lines.iter().map(|line| line.updated).max());
            let next = place.behind(&lines, &before, page.is_last);
            let goes_by_time = lines.is_sorted_by_key(|line| line.updated);
            let (store, cursor) = (
                current.store.clone(),
                highest.filter(|_| next.is_none() || goes_by_time),
            );
            let kept = lines.clone();
            changes.extend(blocking(move || Ok(store.keep_order_lines(&kept, cursor)?)).await?);
            let Some(next) = next else { break };
            (place, before) = (next, lines);
        }
        if !changes.is_empty() {
            self.tell(Event::OrdersChanged);
        }
        if !is_first {
            self.follow_up(current, session, changes).await?;
        }
        Ok(())
    }

    /// What was filed from here is asked about by the outbox at once; of the rest, what somebody follows.
    async fn follow_up(
        &self,
        current: &Current,
        session: &Session,
        changes: Vec<OrderChange>,
    ) -> Result<(), AppError> {
        let store = current.store.clone();
        let (elsewhere, wake) = blocking(move || {
            let (mut elsewhere, mut wake) = (Vec::new(), false);
            for change in changes {
                match store.submission_of_order(change.line.order)? {
                    Some(own) if own.state.is_finished() => {}
                    Some(own) => {
                        let now = OffsetDateTime::now_utc();
                        // One that failed keeps its pause.
                        if own.last_error.is_none() && own.due > now {
                            store.postpone(&own, own.attempts, now, None)?;
                            wake = true;
                        }
                    }
                    None => elsewhere.push(change),
                }
            }
            Ok((elsewhere, wake))
        })
        .await?;
        if wake {
            self.wake().notify_one();
        }
        let followed = elsewhere
            .iter()
            .filter(|change| change.watched || change.followed);
        for change in followed.clone().take(DETAILS) {
            if let Some(details) = current.portal.order(&session.token, change.line.order).await? {
                let (store, kept) = (
                    current.store.clone(),
                    to_keep(&details, OffsetDateTime::now_utc()),
                );
                blocking(move || kept.keep(&store)).await?;
            }
        }
        let watched = elsewhere.iter().filter(|change| change.watched);
        for change in watched.filter(|change| change.before.as_ref() != Some(&change.line.status)) {
            let notice = Notice {
                kind: NoticeKind::Watched,
                title: String::new(),
                status: change.line.status.clone(),
                document: None,
                order: change.line.order,
            };
            self.tell_status(current, notice).await?;
        }
        Ok(())
    }
}

/// Remembers how an exchange came out, and until when none is to follow.
fn note_outcome(current: &Current, outcome: &Result<(), AppError>, now: OffsetDateTime) {
    let mut live = current.live();
    let Err(error) = outcome else {
        live.exchanges = Exchanges {
            last: Some(now),
            ..Exchanges::default()
        };
        live.last_sync = Some(now);
        live.failing = None;
        return;
    };
    let exchanges = &mut live.exchanges;
    exchanges.failures = exchanges.failures.saturating_add(1);
    exchanges.last = Some(now);
    if let AppError::Portal(error) = error {
        exchanges.not_before = Some(now + jittered(after_failure(exchanges.failures, error.retry_after())));
        live.failing = Some(error.clone());
    } else {
        exchanges.not_before = Some(now + jittered(after_failure(exchanges.failures, None)));
    }
}

/// Where a page of changes is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    after: OffsetDateTime,
    number: u64,
}

impl Place {
    /// Where the page behind this one is; `None` if there is none.
    ///
    /// Orders that change meanwhile move to the end, and those behind them move up over the edge of a page: the next page is asked
    /// for from where this one ends rather than by its number, as long as pages go by time.
    fn behind(self, lines: &[OrderLine], before: &[OrderLine], is_last: bool) -> Option<Self> {
        // A portal that repeats itself must not be asked for ever.
        if is_last || lines == before {
            return None;
        }
        match (lines.first(), lines.last()) {
            (Some(first), Some(last))
                if first.updated != last.updated && lines.is_sorted_by_key(|line| line.updated) =>
            {
                Some(Self {
                    after: last.updated - Duration::milliseconds(1),
                    number: 0,
                })
            }
            _ => Some(Self {
                number: self.number + 1,
                ..self
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use kabinet_domain::OrderId;

    use super::*;

    const START: Place = Place {
        after: BEGINNING,
        number: 3,
    };

    fn line(order: u64, second: i64) -> OrderLine {
        OrderLine {
            order: OrderId(order),
            status_id: Some(2),
            status: "Получено".to_owned(),
            updated: BEGINNING + Duration::seconds(second),
        }
    }

    #[test]
    fn pages_that_go_by_time_are_followed_from_where_they_end() {
        let next = START.behind(&[line(1, 5), line(2, 9)], &[], false);
        let after = BEGINNING + Duration::seconds(9) - Duration::milliseconds(1);
        assert_eq!(next, Some(Place { after, number: 0 }));
    }

    #[test]
    fn others_are_followed_by_their_number() {
        let number = 4;
        for page in [[line(1, 9), line(2, 5)], [line(1, 5), line(2, 5)]] {
            assert_eq!(START.behind(&page, &[], false), Some(Place { number, ..START }));
        }
    }

    #[test]
    fn the_last_page_ends_it_and_so_does_a_portal_that_repeats_itself() {
        let page = [line(1, 5), line(2, 9)];
        assert_eq!(START.behind(&page, &[], true), None);
        assert_eq!(START.behind(&page, &page, false), None);
        assert_eq!(START.behind(&[], &[], false), None);
    }
}
