//! A case that is in order, to be spoilt.

use time::macros::{date, datetime};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::poa::judge::{
    FRESH, Judgement, KnownPoa, PoaKind, PrincipalSignature, Question, RegistryWord, SignatureStanding,
    Signer, judge,
};
use crate::poa::{
    DelegatedFrom, Flags, Joint, LegalEntity, Person, PoaNumber, PoaState, Power, PowerOfAttorney, Powers,
    Principal, Redelegation, RegistryState, Representative, Restriction, RestrictionValue,
};

pub const INN: &str = "7707083893";
pub const KPP: &str = "773601001";
pub const POWER: &str = "BBDOCS_DOCS_DCSALL";
pub const NOON: OffsetDateTime = datetime!(2026-11-20 09:00 UTC);

/// A power of attorney with all that is known of it, owned.
#[derive(Clone, Debug)]
pub struct Held {
    pub poa: PowerOfAttorney,
    pub kind: PoaKind,
    pub state: PoaState,
    pub signatures: Vec<PrincipalSignature>,
    pub registry: Option<RegistryWord>,
    pub revoked_here: Option<OffsetDateTime>,
    pub passed_on: Vec<PowerOfAttorney>,
}

/// A question about one.
#[derive(Clone, Debug)]
pub struct Case {
    pub held: Held,
    pub parents: Vec<Held>,
    pub acting: Signer,
    pub together_with: Vec<Signer>,
    pub inn: &'static str,
    pub kpp: Option<&'static str>,
    pub at: OffsetDateTime,
    pub powers: Vec<&'static str>,
    pub matter: Vec<(&'static str, &'static str)>,
    pub tax_office: Option<&'static str>,
}

pub fn number(number: u128) -> PoaNumber {
    PoaNumber(Uuid::from_u128(number))
}

pub fn person(seed: u8) -> Person {
    Person {
        surname: "Иванова".to_owned(),
        given_name: "Анна".to_owned(),
        inn: Some(format!("50010000{seed:04}")),
        snils: Some(format!("112233{seed:05}")),
        ..Person::default()
    }
}

pub fn signer(seed: u8) -> Signer {
    let person = person(seed);
    Signer {
        inn: person.inn,
        snils: person.snils,
        ..Signer::default()
    }
}

/// The head: person 1 with a certificate of the organisation.
pub fn head() -> Signer {
    Signer {
        organisation_inn: Some(INN.to_owned()),
        ..signer(1)
    }
}

pub fn entity(inn: &str) -> LegalEntity {
    LegalEntity {
        name: format!("ООО «{inn}»"),
        inn: inn.to_owned(),
        kpp: Some(KPP.to_owned()),
        ..LegalEntity::default()
    }
}

pub fn russian(heads: Vec<Person>) -> Principal {
    Principal::Russian {
        organisation: entity(INN),
        heads,
        managed_by: None,
        managing_proprietor: None,
        heads_together: false,
    }
}

pub fn power(code: &str) -> Power {
    Power {
        code: code.to_owned(),
        mnemonic: None,
        name: code.to_owned(),
        restrictions: Vec::new(),
    }
}

pub fn limit(code: &str, value: &str) -> Restriction {
    Restriction {
        id: None,
        code: code.to_owned(),
        name: format!("Предел {code}"),
        value_name: None,
        value: RestrictionValue::Code(value.to_owned()),
    }
}

pub fn signature(signer: Signer) -> PrincipalSignature {
    PrincipalSignature {
        standing: SignatureStanding::Valid,
        signer,
        made: Some(datetime!(2026-01-10 09:00 UTC)),
    }
}

pub fn word(state: RegistryState) -> Option<RegistryWord> {
    Some(RegistryWord {
        state,
        at: NOON - Duration::HOUR,
        revoked_at: None,
    })
}

impl Held {
    /// Given by the head to person 2 for the year.
    pub fn new() -> Self {
        Self {
            poa: PowerOfAttorney {
                number: number(1),
                internal_number: None,
                internally_registered: None,
                issued: date!(2026 - 01 - 10),
                expires: date!(2026 - 12 - 31),
                flags: Flags::default(),
                tax_office: None,
                tax_offices: Vec::new(),
                systems: None,
                irrevocable: None,
                redelegation: Redelegation::Further,
                principals: vec![russian(vec![person(1)])],
                representatives: vec![Representative::Person(person(2))],
                joint: Joint::Each,
                lost_on_redelegation: false,
                powers: Powers::Machine(vec![power(POWER), power("OTHER")]),
                notary: None,
                delegated_from: None,
            },
            kind: PoaKind::Electronic,
            state: PoaState::Active,
            signatures: vec![signature(head())],
            registry: word(RegistryState::Active),
            revoked_here: None,
            passed_on: Vec::new(),
        }
    }

    /// Number `child`, by which person `from` passes `parent` on to person `to`.
    pub fn passing_on(child: u128, parent: u128, from: u8, to: u8) -> Self {
        let mut held = Self::new();
        held.poa.number = number(child);
        held.poa.principals = vec![Principal::Person(person(from))];
        held.poa.representatives = vec![Representative::Person(person(to))];
        held.poa.delegated_from = Some(DelegatedFrom {
            first: number(1),
            parent: number(parent),
            first_issued: Some(date!(2026 - 01 - 10)),
            first_expires: Some(date!(2026 - 12 - 31)),
            first_principal_inn: Some(INN.to_owned()),
            first_notarial: false,
            first_principal_name: None,
            parent_issued: None,
            parent_expires: None,
        });
        held.signatures = vec![signature(signer(from))];
        held
    }

    pub fn machine(&mut self) -> &mut Vec<Power> {
        if !matches!(self.poa.powers, Powers::Machine(_)) {
            self.poa.powers = Powers::Machine(Vec::new());
        }
        match &mut self.poa.powers {
            Powers::Machine(powers) => powers,
            Powers::Text(_) => unreachable!("was just made"),
        }
    }

    pub fn from(&mut self) -> &mut DelegatedFrom {
        self.poa.delegated_from.as_mut().expect("a redelegation")
    }

    pub fn organisation(&mut self) -> &mut Principal {
        &mut self.poa.principals[0]
    }
}

impl Case {
    /// Person 2 signs under what the head gave.
    pub fn plain() -> Self {
        Self {
            held: Held::new(),
            parents: Vec::new(),
            acting: signer(2),
            together_with: Vec::new(),
            inn: INN,
            kpp: Some(KPP),
            at: NOON,
            powers: vec![POWER],
            matter: Vec::new(),
            tax_office: None,
        }
    }

    /// Person 3 signs under what person 2 passed on.
    pub fn redelegated() -> Self {
        Self {
            held: Held::passing_on(2, 1, 2, 3),
            parents: vec![Held::new()],
            acting: signer(3),
            ..Self::plain()
        }
    }

    /// Person 4 signs under what went from person 2 to 3 to 4. The parents: the middle, the first.
    pub fn redelegated_twice() -> Self {
        Self {
            held: Held::passing_on(3, 2, 3, 4),
            parents: vec![Held::passing_on(2, 1, 2, 3), Held::new()],
            acting: signer(4),
            ..Self::plain()
        }
    }

    pub fn judge(&self) -> Judgement {
        let own: Vec<_> = self.held.passed_on.iter().collect();
        let theirs: Vec<Vec<_>> = self
            .parents
            .iter()
            .map(|held| held.passed_on.iter().collect())
            .collect();
        let parents: Vec<KnownPoa<'_>> = self
            .parents
            .iter()
            .zip(&theirs)
            .map(|(held, children)| known(held, children))
            .collect();
        let asked = Question {
            acting: &self.acting,
            together_with: &self.together_with,
            inn: self.inn,
            kpp: self.kpp,
            at: self.at,
            powers: &self.powers,
            matter: &self.matter,
            tax_office: self.tax_office,
            fresh: FRESH,
        };
        judge(&asked, &known(&self.held, &own), &parents)
    }

    pub fn codes(&self) -> Vec<&'static str> {
        self.judge()
            .reasons
            .iter()
            .map(|reason| reason.what.code())
            .collect()
    }
}

fn known<'a>(held: &'a Held, passed_on: &'a [&'a PowerOfAttorney]) -> KnownPoa<'a> {
    KnownPoa {
        poa: &held.poa,
        kind: held.kind,
        state: held.state,
        signatures: &held.signatures,
        registry: held.registry,
        revoked_here: held.revoked_here,
        passed_on,
    }
}
