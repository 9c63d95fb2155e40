//! Was somebody allowed to sign for an organisation under a power of attorney?
//!
//! Judged from what is known and at the moment that is asked about; nothing here reads a clock. What cannot be checked is
//! not valid: without evidence the answer is [`Verdict::CannotTell`].

mod chain;
mod facts;
mod identity;
mod powers;
#[cfg(test)]
mod properties;
mod reason;
mod registry;
mod signatures;
#[cfg(test)]
mod tests;

use time::{Date, OffsetDateTime, UtcOffset};

use super::{PoaNumber, PowerOfAttorney};

pub use facts::{
    FRESH, KnownPoa, PoaKind, PrincipalSignature, Question, RegistryWord, SignatureStanding, Signer,
};
pub use identity::{Identity, is_same_person};
pub use reason::{CODES, Finding, Reason, Weight};

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was checked, and it holds.
    Allowed,
    /// Something stands against it.
    NotAllowed,
    /// Nothing stands against it, but not everything could be checked.
    CannotTell,
}

/// The answer with every reason, the most serious first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The answer.
    pub verdict: Verdict,
    /// Everything that was found.
    pub reasons: Vec<Reason>,
}

/// Judges whether `asked.acting` may sign under `known`. `parents` holds what it descends from, where it is a redelegation, in
/// any order; others among them do no harm.
pub fn judge(asked: &Question<'_>, known: &KnownPoa<'_>, parents: &[KnownPoa<'_>]) -> Judgement {
    let mut found = Found::default();
    examine(asked, known, &mut found);
    identity::acting(asked, known.poa, &mut found);
    powers::given(asked, known, &mut found);
    chain::follow(asked, known, parents, &mut found);
    found.judgement()
}

/// What of `child` goes beyond `parent`, which it passes on: powers, limits, term, the right itself, and who passes on.
#[must_use]
pub fn beyond(child: &PowerOfAttorney, parent: &PowerOfAttorney) -> Vec<Finding> {
    let mut found = Found::default();
    found.about(child.number);
    chain::step(child, parent, false, &mut found);
    let reasons = found.judgement().reasons.into_iter();
    reasons.map(|reason| reason.what).collect()
}

/// What makes one power of attorney of the chain good or bad by itself.
fn examine(asked: &Question<'_>, known: &KnownPoa<'_>, found: &mut Found) {
    let poa = known.poa;
    found.about(poa.number);
    found.when(poa.principals.is_empty(), || Finding::NoPrincipal);
    found.when(poa.representatives.is_empty(), || Finding::NoRepresentative);
    let (issued, expires) = (poa.issued, poa.expires);
    let today = day(asked.at);
    if expires < issued {
        found.add(Finding::Term { issued, expires });
    } else {
        found.when(today < issued, || Finding::NotYet { issued });
        found.when(today > expires, || Finding::Expired { expires });
    }
    signatures::examine(asked, known, found);
    registry::examine(asked, known, found);
    if let Some(systems) = &poa.systems {
        found.add(Finding::Systems {
            systems: systems.clone(),
        });
    }
    let office = asked.tax_office.filter(|_| !poa.tax_offices.is_empty());
    if office.is_some_and(|office| poa.tax_offices.iter().all(|one| one != office)) {
        let offices = poa.tax_offices.join(", ");
        found.add(Finding::OtherTaxOffice { offices });
    }
}

/// The day of Moscow.
fn day(at: OffsetDateTime) -> Date {
    at.to_offset(MOSCOW).date()
}

const MOSCOW: UtcOffset = time::macros::offset!(+3);

/// Reasons in the making.
#[derive(Default)]
struct Found {
    of: Option<PoaNumber>,
    reasons: Vec<Reason>,
}

impl Found {
    /// What is added from here on is found in this one.
    fn about(&mut self, number: PoaNumber) {
        self.of = Some(number);
    }

    fn add(&mut self, what: Finding) {
        let Some(of) = self.of else { return };
        let reason = Reason { of, what };
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    fn when(&mut self, is_so: bool, what: impl FnOnce() -> Finding) {
        if is_so {
            self.add(what());
        }
    }

    fn judgement(mut self) -> Judgement {
        self.reasons
            .sort_by_key(|reason| std::cmp::Reverse(reason.what.weight()));
        let verdict = match self.reasons.first().map(|reason| reason.what.weight()) {
            Some(Weight::Bar) => Verdict::NotAllowed,
            Some(Weight::Doubt) => Verdict::CannotTell,
            Some(Weight::Note) | None => Verdict::Allowed,
        };
        Judgement {
            verdict,
            reasons: self.reasons,
        }
    }
}
