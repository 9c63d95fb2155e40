//! One thing wrong at a time, each with its own code.

pub mod case;

use std::collections::BTreeSet;

use time::Duration;
use time::macros::{date, datetime};

use super::{CODES, PoaKind, SignatureStanding, Signer, Verdict, Weight};
use crate::poa::{
    DelegatedFrom, ForeignOrganisation, Joint, Notary, Person, PoaState, Powers, Principal, Redelegation,
    RegistryState, Representative, RestrictionValue, SoleProprietor,
};
use case::{
    Case, Held, INN, KPP, NOON, POWER, entity, head, limit, number, person, power, russian, signature,
    signer, word,
};

type Spoil = fn(&mut Case);

/// Of what one person got from the head.
const PLAIN: &[(&str, Spoil)] = &[
    ("poa.no-principal", |c| c.held.poa.principals.clear()),
    ("poa.no-representative", |c| c.held.poa.representatives.clear()),
    ("poa.no-powers", |c| c.held.machine().clear()),
    ("poa.no-powers", |c| {
        c.held.poa.powers = Powers::Text("  ".to_owned())
    }),
    ("poa.term", |c| c.held.poa.expires = date!(2026 - 01 - 09)),
    ("poa.not-yet", |c| c.held.poa.issued = date!(2026 - 11 - 21)),
    ("poa.not-yet", |c| {
        c.held.poa.issued = date!(2026 - 11 - 21);
        c.held.registry = word(RegistryState::Created);
    }),
    ("poa.expired", |c| c.held.poa.expires = date!(2026 - 11 - 19)),
    // In Moscow the next day has begun.
    ("poa.expired", |c| {
        c.held.poa.expires = date!(2026 - 11 - 20);
        c.at = datetime!(2026-11-20 21:00 UTC);
    }),
    ("poa.unsigned", |c| c.held.signatures.clear()),
    ("poa.signature-broken", |c| {
        c.held.signatures[0].standing = SignatureStanding::Broken
    }),
    ("poa.signature-unknown", |c| {
        c.held.signatures[0].standing = SignatureStanding::Unknown
    }),
    ("poa.signed-later", |c| {
        c.held.signatures[0].made = Some(NOON + Duration::SECOND)
    }),
    ("poa.certificate-expired", |c| {
        c.held.signatures[0].standing = SignatureStanding::CertificateExpired;
    }),
    ("poa.certificate-revoked", |c| {
        c.held.signatures[0].standing = SignatureStanding::CertificateRevoked;
    }),
    ("poa.certificate-untrusted", |c| {
        c.held.signatures[0].standing = SignatureStanding::CertificateUntrusted;
    }),
    ("poa.certificate-not-qualified", |c| {
        c.held.signatures[0].standing = SignatureStanding::CertificateNotQualified;
    }),
    ("poa.signer-not-head", |c| {
        c.held.signatures[0].signer = Signer {
            organisation_inn: Some(INN.to_owned()),
            ..signer(9)
        };
    }),
    // The ИНН is the head's, the СНИЛС is not: two people.
    ("poa.signer-not-head", |c| {
        c.held.signatures[0].signer.snils = signer(9).snils
    }),
    // Whoever is given the powers cannot give them to himself.
    ("poa.signer-not-head", |c| {
        c.held.signatures[0].signer = Signer {
            organisation_inn: Some(INN.to_owned()),
            ..signer(2)
        };
    }),
    ("poa.signer-not-principal", |c| {
        c.held.poa.principals = vec![Principal::SoleProprietor(SoleProprietor {
            person: Person {
                inn: Some(INN.to_owned()),
                snils: None,
                ..person(7)
            },
            ..SoleProprietor::default()
        })];
    }),
    ("poa.signer-other-organisation", |c| {
        c.held.signatures[0].signer.organisation_inn = Some("5001000001".to_owned());
    }),
    ("poa.signer-without-organisation", |c| {
        c.held.signatures[0].signer = signer(1)
    }),
    ("poa.signer-unknown", |c| {
        c.held.signatures[0].signer = Signer {
            organisation_inn: Some(INN.to_owned()),
            ..Signer::default()
        };
    }),
    ("poa.head-unknown", |c| {
        *c.held.organisation() = russian(Vec::new())
    }),
    ("poa.head-unknown", |c| {
        *c.held.organisation() = Principal::Foreign {
            organisation: ForeignOrganisation {
                inn: Some(INN.to_owned()),
                ..ForeignOrganisation::default()
            },
            head: None,
        };
    }),
    ("poa.heads-together", |c| {
        *c.held.organisation() = Principal::Russian {
            organisation: entity(INN),
            heads: vec![person(1), person(5)],
            managed_by: None,
            managing_proprietor: None,
            heads_together: true,
        };
    }),
    ("poa.principal-unsigned", |c| {
        let mut other = entity("5001000001");
        other.name = "ООО «Второе»".to_owned();
        c.held.poa.principals.push(Principal::Russian {
            organisation: other,
            heads: vec![person(8)],
            managed_by: None,
            managing_proprietor: None,
            heads_together: false,
        });
    }),
    ("poa.notary-signature", |c| {
        c.held.poa.notary = Some(Notary::default());
        c.held.signatures[0].signer = signer(9);
    }),
    ("poa.revoked-here", |c| c.held.revoked_here = Some(NOON)),
    ("poa.revoked-here", |c| {
        c.held.revoked_here = Some(NOON - Duration::DAY);
        c.held.state = PoaState::Revoked;
        c.held.registry = None;
    }),
    // An irrevocable one, too: what was declared taken back is not used.
    ("poa.revoked-here", |c| {
        c.held.poa.irrevocable = Some(crate::poa::Irrevocable {
            may_be_passed_on: false,
            condition: "1".to_owned(),
            description: None,
        });
        c.held.revoked_here = Some(NOON - Duration::DAY);
    }),
    ("poa.revoked", |c| {
        c.held.registry = word(RegistryState::Revoked);
        c.held.registry.as_mut().expect("a word").revoked_at = Some(NOON);
    }),
    ("poa.revoked", |c| c.held.registry = word(RegistryState::Revoked)),
    // A revocation does not grow old.
    ("poa.revoked", |c| {
        let mut said = word(RegistryState::Revoked).expect("a word");
        said.at = NOON - Duration::days(200);
        c.held.registry = Some(said);
    }),
    ("poa.revoked-when-unknown", |c| {
        let mut said = word(RegistryState::Revoked).expect("a word");
        said.at = NOON + Duration::DAY;
        c.held.registry = Some(said);
    }),
    ("poa.revoked-when-unknown", |c| {
        c.held.state = PoaState::Revoked;
        c.held.registry = None;
    }),
    ("poa.refused", |c| {
        c.held.state = PoaState::Refused;
        c.held.registry = None;
    }),
    ("poa.not-registered-yet", |c| {
        c.held.state = PoaState::Queued;
        c.held.registry = None;
    }),
    ("poa.not-registered-yet", |c| {
        c.held.state = PoaState::Processing;
        c.held.registry = word(RegistryState::Absent);
    }),
    ("poa.not-registered-yet", |c| {
        c.held.state = PoaState::OutcomeUnknown;
        c.held.registry = None;
    }),
    ("poa.never-registered", |c| {
        c.held.registry = word(RegistryState::Absent)
    }),
    ("poa.registry-never-asked", |c| c.held.registry = None),
    ("poa.registry-never-asked", |c| {
        c.held.state = PoaState::Signed;
        c.held.registry = None;
    }),
    ("poa.registry-stale", |c| {
        c.held.registry.as_mut().expect("a word").at = NOON - Duration::hours(25);
    }),
    // «Unknown» that long ago says nothing today.
    ("poa.registry-stale", |c| {
        c.held.registry = word(RegistryState::Absent);
        c.held.registry.as_mut().expect("a word").at = NOON - Duration::days(3);
    }),
    ("poa.not-active", |c| {
        c.held.registry = word(RegistryState::Created)
    }),
    ("poa.registry-contradicts", |c| {
        c.held.registry = word(RegistryState::Expired)
    }),
    ("poa.paper-scan", |c| c.held.kind = PoaKind::PaperScan),
    ("poa.notary-scan", |c| c.held.kind = PoaKind::NotarialScan),
    ("poa.other-person", |c| c.acting = signer(9)),
    ("poa.other-person", |c| c.acting.snils = signer(9).snils),
    ("poa.other-person", |c| {
        c.held.poa.representatives.push(Representative::Person(person(6)));
        c.acting = signer(9);
    }),
    ("poa.person-unknown", |c| c.acting = Signer::default()),
    ("poa.other-representative", |c| {
        c.held.poa.representatives = vec![Representative::Organisation(entity("5001000001"))];
    }),
    ("poa.other-branch", |c| {
        c.held.poa.representatives = vec![Representative::Branch {
            organisation: entity("5001000001"),
        }];
        c.acting.organisation_inn = Some("5001000001".to_owned());
        c.acting.organisation_kpp = Some("500145001".to_owned());
    }),
    ("poa.branch-unknown", |c| {
        c.held.poa.representatives = vec![Representative::Branch {
            organisation: entity("5001000001"),
        }];
        c.acting.organisation_inn = Some("5001000001".to_owned());
    }),
    ("poa.joint-needs-others", |c| {
        c.held.poa.representatives.push(Representative::Person(person(6)));
        c.held.poa.joint = Joint::Together;
    }),
    ("poa.joint-needs-others", |c| {
        c.held.poa.representatives.push(Representative::Person(person(6)));
        c.held.poa.joint = Joint::Together;
        c.together_with = vec![signer(7), signer(2)];
    }),
    ("poa.other-organisation", |c| c.inn = "5001000001"),
    ("poa.power-missing", |c| c.powers = vec!["FAS_EIAS_MA0001"]),
    // Codes are opaque: another case is another code.
    ("poa.power-missing", |c| c.powers = vec!["bbdocs_docs_dcsall"]),
    ("poa.power-not-named", |c| c.powers.clear()),
    ("poa.power-passed-on", |c| {
        c.held.poa.lost_on_redelegation = true;
        c.held.passed_on = vec![Held::passing_on(2, 1, 2, 3).poa];
    }),
    ("poa.text-powers", |c| {
        c.held.poa.powers = Powers::Text("Всё".to_owned())
    }),
    ("poa.restricted", |c| {
        c.held.machine()[0].restrictions = vec![limit("SUM", "1")];
        c.matter = vec![("SUM", "2")];
    }),
    ("poa.restriction-unknown", |c| {
        c.held.machine()[0].restrictions = vec![limit("SUM", "1")]
    }),
    ("poa.restriction-unknown", |c| {
        let mut worded = limit("SUM", "");
        worded.value = RestrictionValue::Text("не более ста".to_owned());
        c.held.machine()[0].restrictions = vec![worded];
        c.matter = vec![("SUM", "1")];
    }),
    ("poa.other-tax-office", |c| {
        c.held.poa.tax_offices = vec!["7736".to_owned()];
        c.tax_office = Some("5001");
    }),
];

/// Of what was passed on once.
const CHAIN: &[(&str, Spoil)] = &[
    ("poa.chain-parent-missing", |c| c.parents.clear()),
    ("poa.other-organisation", |c| {
        c.parents.clear();
        c.held.from().first_principal_inn = Some("5001000001".to_owned());
    }),
    ("poa.chain-cycle", |c| c.held.from().parent = number(2)),
    ("poa.chain-cycle", |c| {
        c.parents[0].poa.delegated_from = Some(DelegatedFrom {
            parent: number(2),
            ..c.held.from().clone()
        });
    }),
    ("poa.chain-forbidden", |c| {
        c.parents[0].poa.redelegation = Redelegation::Forbidden
    }),
    ("poa.chain-wider", |c| c.held.machine().push(power("MORE"))),
    ("poa.chain-looser", |c| {
        c.parents[0].machine()[0].restrictions = vec![limit("SUM", "1")];
    }),
    ("poa.chain-looser", |c| {
        c.parents[0].machine()[0].restrictions = vec![limit("SUM", "1")];
        c.held.machine()[0].restrictions = vec![limit("SUM", "2")];
        c.matter = vec![("SUM", "2")];
    }),
    ("poa.chain-text", |c| {
        c.parents[0].poa.powers = Powers::Text("Всё".to_owned())
    }),
    ("poa.chain-longer", |c| {
        c.parents[0].poa.expires = date!(2026 - 12 - 30);
        c.held.from().first_expires = Some(date!(2026 - 12 - 30));
    }),
    ("poa.chain-earlier", |c| {
        c.parents[0].poa.issued = date!(2026 - 01 - 11);
        c.held.from().first_issued = Some(date!(2026 - 01 - 11));
    }),
    ("poa.chain-not-representative", |c| {
        c.parents[0].poa.representatives = vec![Representative::Person(person(8))];
    }),
    ("poa.chain-joint", |c| {
        c.parents[0]
            .poa
            .representatives
            .push(Representative::Person(person(8)));
        c.parents[0].poa.joint = Joint::Together;
    }),
    ("poa.chain-first-differs", |c| c.held.from().first = number(77)),
    ("poa.chain-first-differs", |c| {
        c.held.from().first_expires = Some(date!(2027 - 12 - 31))
    }),
    ("poa.chain-first-differs", |c| {
        c.held.from().first_principal_inn = Some("5001000001".to_owned())
    }),
    // What is wrong with the first is wrong with all that follows.
    ("poa.revoked-here", |c| c.parents[0].revoked_here = Some(NOON)),
    ("poa.never-registered", |c| {
        c.parents[0].registry = word(RegistryState::Absent)
    }),
    ("poa.registry-stale", |c| {
        c.parents[0].registry.as_mut().expect("a word").at = NOON - Duration::days(2);
    }),
    ("poa.signature-broken", |c| {
        c.parents[0].signatures[0].standing = SignatureStanding::Broken
    }),
    ("poa.signer-not-head", |c| {
        c.parents[0].signatures[0].signer.inn = signer(9).inn
    }),
    ("poa.signer-not-principal", |c| {
        c.held.signatures[0].signer = signer(1)
    }),
    ("poa.other-organisation", |c| {
        if let Principal::Russian { organisation, .. } = c.parents[0].organisation() {
            organisation.inn = "5001000001".to_owned();
        }
        c.parents[0].signatures[0].signer.organisation_inn = Some("5001000001".to_owned());
        c.held.from().first_principal_inn = None;
    }),
    ("poa.other-person", |c| c.acting = signer(2)),
];

/// Of what was passed on twice.
const LONG_CHAIN: &[(&str, Spoil)] = &[
    ("poa.chain-once", |c| {
        c.parents[1].poa.redelegation = Redelegation::Once
    }),
    ("poa.chain-forbidden", |c| {
        c.parents[0].poa.redelegation = Redelegation::Forbidden
    }),
    ("poa.chain-parent-missing", |c| drop(c.parents.pop())),
    ("poa.chain-wider", |c| c.parents[1].machine().truncate(1)),
    ("poa.revoked", |c| {
        c.parents[1].registry = word(RegistryState::Revoked);
    }),
    ("poa.expired", |c| {
        c.parents[0].poa.expires = date!(2026 - 11 - 19)
    }),
];

#[test]
fn what_is_wrong_is_named_and_never_allowed() {
    let mut seen = BTreeSet::new();
    for (start, spoilt) in [
        (Case::plain as fn() -> Case, PLAIN),
        (Case::redelegated, CHAIN),
        (Case::redelegated_twice, LONG_CHAIN),
    ] {
        for (index, (code, spoil)) in spoilt.iter().enumerate() {
            let mut case = start();
            assert_eq!(case.judge().verdict, Verdict::Allowed, "{:?}", case.codes());
            spoil(&mut case);
            let judged = case.judge();
            let codes = case.codes();
            assert!(codes.contains(code), "{index}: {code} is not among {codes:?}");
            let reason = judged
                .reasons
                .iter()
                .find(|one| one.what.code() == *code)
                .expect("found");
            let expected = match reason.what.weight() {
                Weight::Bar => Verdict::NotAllowed,
                _ => judged.verdict,
            };
            assert_eq!(judged.verdict, expected, "{index}: {codes:?}");
            assert_ne!(judged.verdict, Verdict::Allowed, "{index}: {codes:?}");
            seen.insert(*code);
        }
    }
    let count = PLAIN.len() + CHAIN.len() + LONG_CHAIN.len();
    assert!(count >= 60, "{count}");
    let notes = ["poa.revoked-after", "poa.other-kpp", "poa.systems"];
    let unseen: Vec<_> = CODES
        .iter()
        .filter(|code| !seen.contains(*code) && !notes.contains(code))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn what_is_worth_knowing_stands_in_nobodys_way() {
    let allowed = |code: &str, change: Spoil| {
        let mut case = Case::plain();
        change(&mut case);
        assert_eq!(
            case.judge().verdict,
            Verdict::Allowed,
            "{code}: {:?}",
            case.codes()
        );
        assert_eq!(case.codes().first().copied().unwrap_or_default(), code);
    };
    allowed("poa.revoked-after", |c| {
        c.held.revoked_here = Some(NOON + Duration::SECOND)
    });
    allowed("poa.revoked-after", |c| {
        let mut said = word(RegistryState::Revoked).expect("a word");
        (said.at, said.revoked_at) = (NOON + Duration::DAY, Some(NOON + Duration::HOUR));
        c.held.registry = Some(said);
    });
    allowed("poa.other-kpp", |c| c.kpp = Some("500145001"));
    allowed("poa.systems", |c| c.held.poa.systems = Some("СБИС".to_owned()));
    // The last moment of the last day, in Moscow.
    allowed("", |c| {
        c.held.poa.expires = date!(2026 - 11 - 20);
        c.at = datetime!(2026-11-20 20:59:59 UTC);
    });
    allowed("", |c| c.held.poa.tax_offices = vec!["7736".to_owned()]);
}

#[test]
fn whoever_fits_is_allowed_whatever_kind_they_are_of() {
    let allowed = |change: Spoil| {
        let mut case = Case::plain();
        change(&mut case);
        assert_eq!(case.judge().verdict, Verdict::Allowed, "{:?}", case.codes());
    };
    allowed(|c| {
        c.held.poa.representatives = vec![Representative::Organisation(entity("5001000001"))];
        c.acting = Signer {
            organisation_inn: Some("5001000001".to_owned()),
            ..signer(7)
        };
    });
    allowed(|c| {
        let person = person(2);
        c.held.poa.representatives = vec![Representative::SoleProprietor(SoleProprietor {
            person,
            ..SoleProprietor::default()
        })];
    });
    allowed(|c| {
        *c.held.organisation() = Principal::Russian {
            organisation: entity(INN),
            heads: Vec::new(),
            managed_by: None,
            managing_proprietor: Some(SoleProprietor {
                person: person(3),
                ..SoleProprietor::default()
            }),
            heads_together: false,
        };
        let mut proprietor = signer(3);
        proprietor.organisation_inn = None;
        c.held.signatures[0].signer = proprietor;
    });
    allowed(|c| {
        c.held.poa.representatives = vec![Representative::Branch {
            organisation: entity("5001000001"),
        }];
        c.acting.organisation_inn = Some("5001000001".to_owned());
        c.acting.organisation_kpp = Some(KPP.to_owned());
    });
    allowed(|c| {
        c.held.poa.representatives.push(Representative::Person(person(6)));
        c.held.poa.joint = Joint::Together;
        c.together_with = vec![signer(6)];
    });
    // СНИЛС with the usual signs, and a certificate without ИНН.
    allowed(|c| {
        c.acting = Signer {
            snils: Some("112-233-000 02".to_owned()),
            ..Signer::default()
        }
    });
    allowed(|c| {
        *c.held.organisation() = Principal::Russian {
            organisation: entity(INN),
            heads: vec![person(1), person(5)],
            managed_by: Some(entity("5001000001")),
            managing_proprietor: None,
            heads_together: true,
        };
        let managing = Signer {
            organisation_inn: Some("5001000001".to_owned()),
            ..signer(5)
        };
        c.held.signatures = vec![signature(head()), signature(managing)];
    });
    allowed(|c| {
        c.held.machine()[0].restrictions = vec![limit("SUM", "1")];
        c.powers.push("OTHER");
    });
    allowed(|c| {
        c.held.machine()[0].restrictions = vec![limit("SUM", "1")];
        c.matter = vec![("SUM", "1")];
    });
    allowed(|c| {
        c.held.poa.lost_on_redelegation = true;
        let mut child = Held::passing_on(2, 1, 2, 3);
        *child.machine() = vec![power("OTHER")];
        c.held.passed_on = vec![child.poa];
    });
    allowed(|c| c.powers = vec!["FAS", POWER]);
}

#[test]
fn a_chain_is_followed_to_its_beginning() {
    for case in [Case::redelegated(), Case::redelegated_twice()] {
        assert_eq!(case.codes(), Vec::<&str>::new());
    }
    let mut once = Case::redelegated();
    once.parents[0].poa.redelegation = Redelegation::Once;
    assert_eq!(once.judge().verdict, Verdict::Allowed);
    let mut broken = Case::redelegated_twice();
    broken.parents[1].revoked_here = Some(NOON);
    assert_eq!(broken.judge().reasons[0].of, number(1));
}

#[test]
fn the_gravest_reason_comes_first_and_carries_what_its_text_needs() {
    let mut case = Case::plain();
    case.held.registry = None;
    case.held.poa.expires = date!(2026 - 11 - 19);
    case.held.poa.systems = Some("СБИС".to_owned());
    assert_eq!(
        case.codes(),
        ["poa.expired", "poa.registry-never-asked", "poa.systems"]
    );
    let judged = case.judge();
    assert_eq!(judged.reasons[0].what.params()["expires"], "2026-11-19");
    assert_eq!(judged.reasons[2].what.params()["systems"], "СБИС");
}
