//! Two installations, the portal between them, and what must hold.

use kabinet_domain::engine::{
    Circumstances, Failure, FailureKind, Interest, OrderNews, Patience, Said, Wish, hear, next,
};
use kabinet_domain::{
    DocumentId, OrderId, Outcome, Submission, SubmissionEvent, SubmissionId, SubmissionState as S,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::machine::{Crash, Fault, Transition};
use crate::portal::{LONGEST_FLIGHT, Move, No, Place, Portal, Request};

const PATIENCE: Patience = Patience(Duration::seconds(LONGEST_FLIGHT + 1));

#[derive(Clone, Debug)]
struct Row {
    submission: Submission,
    content: u32,
    /// The portal said no for good.
    rejected: bool,
    withdrawn: bool,
    /// What it knows of the portal's history.
    known: usize,
}

#[derive(Clone, Debug, Default)]
struct Installation {
    rows: Vec<Row>,
    signed_in: bool,
    /// How far its clock is wrong, seconds.
    clock: i64,
}

#[derive(Clone, Debug, Default)]
pub struct World {
    portal: Portal,
    installations: [Installation; 2],
    contents: u32,
}

fn moment(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::seconds(seconds)
}

impl World {
    pub fn new() -> Self {
        let mut world = Self::default();
        for installation in &mut world.installations {
            installation.signed_in = true;
        }
        world
    }

    pub fn apply(&mut self, transition: &Transition) {
        match *transition {
            Transition::Submit(who) => self.submit(who, S::Queued),
            Transition::Step {
                who,
                row,
                faults,
                crash,
            } => self.step(who, row, faults, crash),
            Transition::Move { order, step } => {
                if !self.portal.orders.is_empty() {
                    self.portal
                        .step(1 + order as u64 % self.portal.orders.len() as u64, step);
                }
            }
            Transition::Deliver(index) => self.portal.deliver(index),
            Transition::Pass(seconds) => self.portal.pass(seconds),
            Transition::Jump { who, seconds } => self.installations[who].clock += seconds,
            Transition::SignIn(who) => self.installations[who].signed_in = true,
            Transition::Withdraw { who, row } => self.person(who, row, SubmissionEvent::Withdrawn),
            Transition::Cancel { who, row } => self.person(who, row, SubmissionEvent::CancelWanted),
            Transition::Answer { who, row } => self.answer(who, row),
        }
    }

    /// An application filed long ago, which the authority may ask about.
    pub fn with_one_at_the_authority(mut self, who: usize) -> Self {
        self.submit(who, S::Queued);
        let order = OrderId(self.portal.with_order_at_authority(self.contents));
        if let Some(row) = self.installations[who].rows.last_mut() {
            row.submission.state = S::Following { order };
        }
        self
    }

    fn now(&self, who: usize) -> OffsetDateTime {
        moment(self.portal.now + self.installations[who].clock)
    }

    fn submit(&mut self, who: usize, state: S) {
        self.contents += 1;
        let now = self.now(who);
        let number = u128::from(self.contents);
        self.installations[who].rows.push(Row {
            submission: Submission {
                id: SubmissionId(Uuid::from_u128(number)),
                document: DocumentId(Uuid::from_u128(number)),
                service: "10000000109".to_owned(),
                state,
                attempts: 0,
                due: now,
                last_error: None,
                created: now,
            },
            content: self.contents,
            rejected: false,
            withdrawn: false,
            known: 0,
        });
    }

    fn row_index(&self, who: usize, row: usize) -> Option<usize> {
        let count = self.installations[who].rows.len();
        (count > 0).then(|| row % count)
    }

    fn person(&mut self, who: usize, row: usize, event: SubmissionEvent) {
        let Some(row) = self.row_index(who, row) else {
            return;
        };
        let row = &mut self.installations[who].rows[row];
        if let Ok(state) = row.submission.state.after(event) {
            row.submission.state = state;
            row.withdrawn |= event == SubmissionEvent::Withdrawn;
        }
    }

    /// Somebody answers the question they have seen.
    fn answer(&mut self, who: usize, row: usize) {
        let Some(row) = self.row_index(who, row) else {
            return;
        };
        let S::Following { order } = self.installations[who].rows[row].submission.state else {
            return;
        };
        let Some(question) = self.portal.orders[&order.0].question() else {
            return;
        };
        let is_answered = self.installations[who].rows.iter().any(
            |row| matches!(row.submission.state, S::Amending { question: asked, .. } if asked == question),
        );
        if !is_answered {
            self.submit(
                who,
                S::Amending {
                    order,
                    question,
                    since: None,
                },
            );
        }
    }

    fn step(&mut self, who: usize, row: usize, faults: [Fault; 2], crash: Crash) {
        let Some(row) = self.row_index(who, row) else {
            return;
        };
        let around = self.around(who);
        let installed = &mut self.installations[who].rows[row];
        let next = next(&installed.submission, &around);
        if let Some(event) = next.note {
            installed.submission.state = installed.submission.state.after(event).unwrap();
        }
        if crash == Crash::BeforeTheRequest {
            return self.starts_again(who);
        }
        let mut wish = next.wish;
        for fault in faults {
            if matches!(wish, Wish::Again | Wish::Nothing) {
                return;
            }
            let said = self.send(who, row, wish, fault);
            if crash == Crash::BeforeTheAnswer {
                return self.starts_again(who);
            }
            let Some(then) = self.hear(who, row, wish, &said) else {
                return;
            };
            wish = then;
        }
    }

    fn around(&self, who: usize) -> Circumstances {
        Circumstances {
            now: self.now(who),
            signed_in: self.installations[who].signed_in,
            order_limit: None,
            interest: Interest::default(),
        }
    }

    fn starts_again(&mut self, who: usize) {
        self.installations[who].signed_in = false;
    }

    fn hear(&mut self, who: usize, row: usize, wish: Wish, said: &Said) -> Option<Wish> {
        let around = self.around(who);
        let portal_now = Some(moment(self.portal.now));
        let installation = &mut self.installations[who];
        let row = &mut installation.rows[row];
        let heard = hear(&row.submission, wish, said, &around, portal_now, PATIENCE);
        if let Some(event) = heard.event {
            row.submission.state = row.submission.state.after(event).unwrap();
            row.rejected |= event == SubmissionEvent::Rejected;
        }
        row.submission.attempts = heard.attempts;
        row.submission.due = heard.due;
        row.submission.last_error = heard.error.map(str::to_owned);
        installation.signed_in &= !heard.session_lost;
        heard.then
    }

    fn send(&mut self, who: usize, row: usize, wish: Wish, fault: Fault) -> Said {
        let content = self.installations[who].rows[row].content;
        let failed = |kind| {
            Said::Failure(Failure {
                kind,
                code: "portal.unavailable",
                retry_after: None,
            })
        };
        let request = match wish {
            Wish::Reserve => Request::Reserve,
            Wish::Push { order, .. } => Request::Push {
                order: order.0,
                content,
            },
            Wish::Cancel(order) => Request::Cancel { order: order.0 },
            Wish::Look(order) if fault == Fault::None => return self.look(who, row, order),
            Wish::Collect(..) if fault == Fault::None => return Said::Collected,
            Wish::Look(_) | Wish::Collect(..) => {
                return failed(match fault {
                    Fault::Unauthorized => FailureKind::Unauthorized,
                    _ => FailureKind::NotDone,
                });
            }
            _ => return failed(FailureKind::NotDone),
        };
        let answer = match fault {
            Fault::None => self.portal.handle(request),
            Fault::Twice => {
                let first = self.portal.handle(request);
                let _ = self.portal.handle(request);
                first
            }
            Fault::TwiceSecondAnswer => {
                let _ = self.portal.handle(request);
                self.portal.handle(request)
            }
            Fault::NeverSent | Fault::TooMany => return failed(FailureKind::NotDone),
            Fault::Unauthorized => return failed(FailureKind::Unauthorized),
            Fault::Conflict => Err(No::Conflict),
            Fault::LostRequest => return failed(FailureKind::Unknown),
            Fault::LostAnswer => {
                let _ = self.portal.handle(request);
                return failed(FailureKind::Unknown);
            }
            Fault::Late => {
                let until = self.portal.now + LONGEST_FLIGHT;
                self.portal.flying.push((until, request));
                return failed(FailureKind::Unknown);
            }
        };
        answer.unwrap_or_else(|no| {
            failed(match no {
                No::Conflict | No::NotFound => FailureKind::Conflict,
                No::TooLate => FailureKind::TooLate,
            })
        })
    }

    fn look(&mut self, who: usize, row: usize, order: OrderId) -> Said {
        match self.portal.orders.get(&order.0) {
            None => Said::NoSuchOrder,
            Some(found) => {
                let row = &mut self.installations[who].rows[row];
                let news: OrderNews = found.news(found.history.len() > row.known);
                row.known = found.history.len();
                Said::Order(news)
            }
        }
    }

    /// What holds at every moment.
    pub fn check(&self) {
        let mut filed: Vec<u32> = self
            .portal
            .orders
            .values()
            .flat_map(|order| order.contents.clone())
            .collect();
        filed.sort_unstable();
        let twice = filed.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(twice, None, "filed twice: {:#?}", self.portal.orders);
        for row in self.rows() {
            let filed = |content| filed.binary_search(&content).is_ok();
            let holds = |order: OrderId| self.portal.orders[&order.0].contents.contains(&row.content);
            match row.submission.state {
                S::Finished { .. } if row.withdrawn || row.rejected => {
                    assert!(!filed(row.content), "filed though it was called off: {row:#?}");
                }
                S::Following { order } | S::Cancelling { order, .. } => {
                    assert!(holds(order), "not filed though it is called so: {row:#?}");
                }
                S::Collecting { order, outcome }
                | S::Finished {
                    order: Some(order),
                    outcome,
                } => {
                    assert!(holds(order), "not filed though it is called so: {row:#?}");
                    let truth = self.portal.orders[&order.0].truth();
                    assert_eq!(Some(outcome), truth, "reported wrongly: {row:#?}");
                }
                _ => {}
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.installations
            .iter()
            .flat_map(|installation| &installation.rows)
    }

    /// Nothing goes wrong any more: everything ends, or waits for a person.
    pub fn heal(mut self) {
        for round in 0.. {
            let all_done = self.rows().all(|row| match row.submission.state {
                S::Finished { .. } => true,
                S::Following { order } => self.portal.orders[&order.0].question().is_some(),
                _ => false,
            });
            if all_done {
                break;
            }
            assert!(round < 100, "it never ends: {self:#?}");
            for who in 0..2 {
                self.installations[who].signed_in = true;
                for row in 0..self.installations[who].rows.len() {
                    self.step(who, row, [Fault::None; 2], Crash::Never);
                }
            }
            self.check();
            // What is still under way may arrive in the middle of it.
            if round == 3 {
                while !self.portal.flying.is_empty() {
                    self.portal.deliver(0);
                }
                self.check();
            }
            for order in self.portal.orders.keys().copied().collect::<Vec<_>>() {
                self.portal.step(order, Move::On);
            }
            self.portal.pass(60);
        }
        for row in self.rows().filter(|row| !row.withdrawn && !row.rejected) {
            let filed = self.portal.orders.values();
            let count = filed
                .filter(|order| order.contents.contains(&row.content))
                .count();
            assert_eq!(count, 1, "lost: {row:#?}");
        }
        let empty = |order: &&crate::portal::Order| order.place == Place::Draft;
        assert!(
            self.portal
                .orders
                .values()
                .filter(empty)
                .all(|order| order.contents.is_empty())
        );
        let unclear = |row: &&Row| {
            matches!(
                row.submission.state,
                S::Finished {
                    outcome: Outcome::Other,
                    ..
                }
            )
        };
        assert!(
            self.rows()
                .filter(unclear)
                .all(|row| row.submission.state.order().is_some())
        );
    }
}
