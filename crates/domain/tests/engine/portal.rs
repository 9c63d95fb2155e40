//! The portal as far as the engine can notice it: numbers, content, statuses, and requests that arrive late or twice.

use std::collections::BTreeMap;

use kabinet_domain::engine::{OrderNews, Said};
use kabinet_domain::{OrderId, Outcome};

/// How long a request may be under way, seconds.
pub const LONGEST_FLIGHT: i64 = 300;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    Reserve,
    Push { order: u64, content: u32 },
    Cancel { order: u64 },
}

/// Why the portal did not do it; it says so at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    Conflict,
    NotFound,
    TooLate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Draft,
    Processing,
    AtPortal,
}

#[derive(Clone, Copy, Debug)]
pub struct Status {
    pub id: u64,
    pub kind: i64,
    pub is_final: bool,
    pub cancel_allowed: bool,
}

#[derive(Clone, Debug)]
pub struct Order {
    pub place: Place,
    /// Everything that was taken in under the number: the application, then answers to questions.
    pub contents: Vec<u32>,
    pub failed_code: bool,
    pub history: Vec<Status>,
    touched: i64,
}

impl Order {
    pub fn last(&self) -> Option<Status> {
        self.history.last().copied()
    }

    pub fn question(&self) -> Option<u64> {
        let open = self.last().filter(|last| last.kind == 15 && !last.is_final)?;
        (self.place == Place::AtPortal).then_some(open.id)
    }

    pub fn is_over(&self) -> bool {
        self.failed_code || self.last().is_some_and(|last| last.is_final)
    }

    /// What a person who looks at the portal would say.
    pub fn truth(&self) -> Option<Outcome> {
        if self.failed_code {
            return Some(Outcome::Failed);
        }
        let last = self.last().filter(|last| last.is_final)?;
        Some(match last.kind {
            3 => Outcome::Accepted,
            4 => Outcome::Refused,
            5 | 24 => Outcome::Failed,
            10 => Outcome::Cancelled,
            _ => Outcome::Other,
        })
    }

    pub fn news(&self, has_news: bool) -> OrderNews {
        OrderNews {
            is_draft: self.place == Place::Draft,
            question: self.question(),
            is_over: self.is_over(),
            outcome: self.truth().filter(|outcome| *outcome != Outcome::Other),
            cancel_allowed: self.last().is_some_and(|last| last.cancel_allowed),
            has_news,
        }
    }
}

/// What the authority decides next about an order.
#[derive(Clone, Copy, Debug)]
pub enum Move {
    On,
    FailCode,
    Question,
    /// A status with the number of a final one that is not final.
    FalseEnd,
    End(i64),
}

#[derive(Clone, Debug, Default)]
pub struct Portal {
    pub now: i64,
    pub orders: BTreeMap<u64, Order>,
    /// Requests under way, and until when they can arrive.
    pub flying: Vec<(i64, Request)>,
    history_ids: u64,
}

impl Portal {
    /// An application the authority has had for long.
    pub fn with_order_at_authority(&mut self, content: u32) -> u64 {
        let id = 1 + self.orders.len() as u64;
        let order = Order {
            place: Place::AtPortal,
            contents: vec![content],
            failed_code: false,
            history: Vec::new(),
            touched: self.now - 2 * LONGEST_FLIGHT,
        };
        self.orders.insert(id, order);
        for kind in [17, 21, 2] {
            self.add_status(id, kind, false);
        }
        id
    }

    pub fn handle(&mut self, request: Request) -> Result<Said, No> {
        match request {
            Request::Reserve => {
                let id = 1 + self.orders.len() as u64;
                let draft = Order {
                    place: Place::Draft,
                    contents: Vec::new(),
                    failed_code: false,
                    history: Vec::new(),
                    touched: self.now,
                };
                self.orders.insert(id, draft);
                Ok(Said::Number(OrderId(id)))
            }
            Request::Push { order, content } => {
                let now = self.now;
                let found = self.orders.get_mut(&order).ok_or(No::NotFound)?;
                if found.place != Place::Draft && found.question().is_none() {
                    return Err(No::Conflict);
                }
                found.place = Place::Processing;
                found.contents.push(content);
                found.touched = now;
                Ok(Said::Received)
            }
            Request::Cancel { order } => {
                let found = self.orders.get(&order).ok_or(No::NotFound)?;
                if !found.last().is_some_and(|last| last.cancel_allowed) {
                    return Err(No::TooLate);
                }
                self.add_status(order, 9, false);
                Ok(Said::CancelTaken)
            }
        }
    }

    fn add_status(&mut self, order: u64, kind: i64, is_final: bool) {
        self.history_ids += 1;
        let id = 1000 + self.history_ids;
        if let Some(order) = self.orders.get_mut(&order) {
            order.history.push(Status {
                id,
                kind,
                is_final,
                cancel_allowed: !is_final && matches!(kind, 17 | 21 | 2),
            });
        }
    }

    pub fn step(&mut self, order: u64, step: Move) {
        let now = self.now;
        let Some(found) = self.orders.get_mut(&order) else {
            return;
        };
        if found.place == Place::Draft || found.is_over() {
            return;
        }
        if found.place == Place::Processing {
            if matches!(step, Move::FailCode) {
                found.failed_code = true;
                return;
            }
            found.place = Place::AtPortal;
            self.add_status(order, 17, false);
            return;
        }
        let last = found.last().map_or(17, |last| last.kind);
        match (step, last) {
            // Who asked for it back gets it back, and who was asked has the word.
            (_, 9) => self.add_status(order, 10, true),
            (_, 15) => {}
            // The authority takes longer than any request.
            (Move::Question, 2) if now > found.touched + LONGEST_FLIGHT => self.add_status(order, 15, false),
            (Move::FalseEnd, 17 | 21 | 2) => self.add_status(order, 3, false),
            (Move::End(kind), 2 | 3) => self.add_status(order, kind, true),
            (_, 17) => self.add_status(order, 21, false),
            (_, 21) => self.add_status(order, 2, false),
            (Move::On, 2 | 3) => self.add_status(order, 3, true),
            _ => {}
        }
    }

    pub fn pass(&mut self, seconds: i64) {
        self.now += seconds;
        let now = self.now;
        self.flying.retain(|(until, _)| *until >= now);
    }

    /// One of the requests under way arrives; whoever sent it has stopped listening.
    pub fn deliver(&mut self, index: usize) {
        if !self.flying.is_empty() {
            let (_, request) = self.flying.remove(index % self.flying.len());
            let _ = self.handle(request);
        }
    }
}
