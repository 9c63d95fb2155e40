//! The register of powers of attorney and what the registry is to be told.

use kabinet_domain::DocumentId;
use kabinet_domain::poa::judge::{PoaKind, PrincipalSignature, RegistryWord, SignatureStanding, Signer};
use kabinet_domain::poa::{PoaNumber, PoaState, RegistryState};
use kabinet_store::{
    Errand, ErrandKind, ErrandStep, Missing, NewEntry, Obstacle, OrganisationStore, Page, PoaFilter,
    PoaOrder, PoaOrderBy, PoaRecord, PoaRepresentative, StoreError,
};
use time::macros::date;
use time::{Date, Duration};
use uuid::Uuid;

use crate::support::{Bench, NOW, add, entry, later};

fn number(number: u128) -> PoaNumber {
    PoaNumber(Uuid::from_u128(number))
}

fn record(document: DocumentId, at: u128, name: &str) -> PoaRecord {
    PoaRecord {
        number: number(at),
        document,
        kind: PoaKind::Electronic,
        state: PoaState::Signed,
        issued: date!(2023 - 01 - 01) + Duration::days(at as i64),
        expires: date!(2024 - 01 - 01) + Duration::days(at as i64),
        principal_inn: "7707083893".to_owned(),
        principal_name: "ООО «Ромашка»".to_owned(),
        representatives: vec![
            PoaRepresentative {
                name: name.to_owned(),
                inn: Some(format!("50010000{at:04}")),
                snils: Some(format!("112233{at:05}")),
            },
            PoaRepresentative {
                name: "АО «Сбыт»".to_owned(),
                inn: Some("5001000001".to_owned()),
                snils: None,
            },
        ],
        powers: vec![(format!("POWER_{}", at % 2), "Подписание отчётности".to_owned())],
        parent: None,
        supersedes: None,
        signatures: Vec::new(),
        registry: None,
        revocation: None,
        error: None,
        added: NOW,
    }
}

fn put(store: &OrganisationStore, record: &PoaRecord) {
    store
        .change(entry("poa-added"), |change| change.add_poa(record))
        .unwrap();
}

fn register(store: &OrganisationStore, at: u128, name: &str) -> PoaRecord {
    let document = add(
        store,
        &format!("Доверенность {at}"),
        format!("доверенность {at}").as_bytes(),
    );
    let record = record(document.id, at, name);
    put(store, &record);
    record
}

fn queue(store: &OrganisationStore, number: PoaNumber, kind: ErrandKind) -> Result<(), StoreError> {
    store.change(entry("poa-queued"), |change| change.queue_errand(number, kind))
}

fn step(store: &OrganisationStore, seen: &Errand, step: ErrandStep) -> Result<Errand, StoreError> {
    let next = Errand { step, ..seen.clone() };
    store.change(entry("poa-step"), |change| change.advance_errand(seen, &next))
}

#[test]
fn what_was_taken_in_comes_back_whole_and_a_number_is_taken_once() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let document = add(&store, "Доверенность", b"poa");
    let mut taken = record(document.id, 2, "Иванова Анна");
    taken.parent = Some(number(1));
    taken.supersedes = Some(number(9));
    taken.error = Some("poa.registry.term".to_owned());
    taken.signatures = vec![PrincipalSignature {
        standing: SignatureStanding::Valid,
        signer: Signer {
            inn: Some("500100000001".to_owned()),
            ..Signer::default()
        },
        made: Some(NOW),
    }];
    taken.registry = Some(RegistryWord {
        state: RegistryState::Revoked,
        at: NOW,
        revoked_at: Some(later(-5)),
    });
    put(&store, &taken);
    assert_eq!(store.poa(number(2)).unwrap(), taken);
    assert_eq!(store.poa_of_document(document.id).unwrap(), Some(taken.clone()));
    assert_eq!(store.poas_passing_on(number(1)).unwrap(), [taken.clone()]);
    let again = store.change(entry("poa-added"), |change| change.add_poa(&taken));
    assert!(matches!(again, Err(StoreError::AlreadyExists)));
    assert!(matches!(
        store.poa(number(3)),
        Err(StoreError::NotFound(Missing::PowerOfAttorney))
    ));
    store.check().unwrap();
}

#[test]
fn the_register_is_narrowed_by_words_people_powers_states_and_last_days() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for (at, name) in [(1, "Иванова Анна"), (2, "Петров Пётр"), (3, "Сидорова Вера")]
    {
        register(&store, at, name);
    }
    store
        .change(entry("poa-active"), |change| {
            change.advance_poa(number(3), PoaState::Signed, PoaState::Active, None)
        })
        .unwrap();
    let found = |filter: PoaFilter| -> Vec<u128> {
        let found = store.poas(&filter, Page::first(9)).unwrap();
        assert_eq!(store.count_poas(&filter).unwrap(), found.len() as u64);
        found.iter().map(|one| one.number.0.as_u128()).collect()
    };
    let any = PoaFilter::default;
    let text = |text: &str| PoaFilter {
        text: Some(text.to_owned()),
        ..any()
    };
    assert_eq!(found(any()), [3, 2, 1]);
    assert_eq!(found(text("ПЕТР петров")), [2]);
    assert_eq!(found(text("петров анна")), [0u128; 0]);
    assert_eq!(found(text("ромашка отчетности")), [3, 2, 1]);
    assert_eq!(found(text("500100000003")), [3]);
    assert_eq!(found(text(&number(2).to_string())), [2]);
    let by = |inn: &str| PoaFilter {
        representative_inn: Some(inn.to_owned()),
        ..any()
    };
    assert_eq!(found(by("500100000001")), [1]);
    assert_eq!(found(by("5001000001")), [3, 2, 1]);
    assert_eq!(
        found(PoaFilter {
            representative_snils: Some("11223300002".to_owned()),
            ..any()
        }),
        [2]
    );
    let power = Some("POWER_1".to_owned());
    assert_eq!(found(PoaFilter { power, ..any() }), [3, 1]);
    let states = vec![PoaState::Active, PoaState::Revoked];
    assert_eq!(found(PoaFilter { states, ..any() }), [3]);
    let expires_by = Some(date!(2024 - 01 - 03));
    assert_eq!(found(PoaFilter { expires_by, ..any() }), [1, 2]);
    let principal_inn = Some("5001000001".to_owned());
    assert_eq!(
        found(PoaFilter {
            principal_inn,
            ..any()
        }),
        [0u128; 0]
    );
    assert_eq!(
        store.poas_over(date!(2024 - 01 - 04)).unwrap(),
        [(number(1), PoaState::Signed), (number(2), PoaState::Signed)]
    );
    assert_eq!(store.poas_over(Date::MIN).unwrap(), []);
}

#[test]
fn the_register_is_sorted_as_asked_and_says_what_there_is_to_choose_from() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for (at, name) in [(1, "Сидорова Вера"), (2, "Иванова Анна"), (3, "Петров Пётр")]
    {
        register(&store, at, name);
    }
    let sorted = |by: PoaOrderBy, descending: bool| -> Vec<u128> {
        let filter = PoaFilter {
            order: Some(PoaOrder { by, descending }),
            ..PoaFilter::default()
        };
        let found = store.poas(&filter, Page::first(9)).unwrap();
        found.iter().map(|one| one.number.0.as_u128()).collect()
    };
    assert_eq!(sorted(PoaOrderBy::Representative, false), [2, 3, 1]);
    assert_eq!(sorted(PoaOrderBy::Representative, true), [1, 3, 2]);
    assert_eq!(sorted(PoaOrderBy::Issued, false), [1, 2, 3]);
    assert_eq!(sorted(PoaOrderBy::Expires, true), [3, 2, 1]);
    let late = PoaFilter {
        expires_from: Some(date!(2024 - 01 - 03)),
        ..PoaFilter::default()
    };
    assert_eq!(store.count_poas(&late).unwrap(), 2);
    let facets = store.poa_facets().unwrap();
    assert_eq!(
        facets.representatives[0],
        ("5001000001".to_owned(), "АО «Сбыт»".to_owned(), 3)
    );
    assert_eq!(facets.representatives.len(), 4);
    let powers: Vec<(&str, u64)> = facets
        .powers
        .iter()
        .map(|(code, _, count)| (code.as_str(), *count))
        .collect();
    assert_eq!(powers, [("POWER_1", 2), ("POWER_0", 1)]);
}

#[test]
fn a_revocation_nobody_confirmed_is_found_and_so_is_what_takes_a_place() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for at in [1, 2] {
        register(&store, at, "Иванова Анна");
        let revocation = add(&store, &format!("Отзыв {at}"), format!("отзыв {at}").as_bytes());
        store
            .change(entry("poa-revoked"), |change| {
                change.revoke_poa(number(at), revocation.id)
            })
            .unwrap();
    }
    let unconfirmed = || {
        let filter = PoaFilter {
            unconfirmed: true,
            ..PoaFilter::default()
        };
        let found = store.poas(&filter, Page::first(9)).unwrap();
        assert_eq!(store.count_poas(&filter).unwrap(), found.len() as u64);
        found.iter().map(|one| one.number.0.as_u128()).collect::<Vec<_>>()
    };
    // The registry never knew the second: there is nothing to confirm.
    queue(&store, number(1), ErrandKind::Revoke).unwrap();
    assert_eq!(unconfirmed(), [1]);
    // Refused is not confirmed.
    let errand = store.errands_due(NOW).unwrap().remove(0);
    step(&store, &errand, ErrandStep::Ended).unwrap();
    assert_eq!(unconfirmed(), [1]);
    store
        .change(entry("poa-revocation-confirmed"), |change| {
            change.confirm_poa_revocation(number(1))
        })
        .unwrap();
    assert_eq!(unconfirmed(), [0u128; 0]);

    assert_eq!(store.poa_superseding(number(1)).unwrap(), None);
    let document = add(&store, "Новая", "новая".as_bytes());
    let mut newer = record(document.id, 3, "Иванова Анна");
    newer.supersedes = Some(number(1));
    put(&store, &newer);
    assert_eq!(store.poa_superseding(number(1)).unwrap(), Some(newer));
}

#[test]
fn nothing_is_told_twice_and_what_was_leaving_is_found_so_after_a_crash() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let id = store.id();
    register(&store, 1, "Иванова Анна");
    queue(&store, number(1), ErrandKind::Register).unwrap();
    assert!(matches!(
        queue(&store, number(1), ErrandKind::Register),
        Err(StoreError::AlreadyQueued)
    ));
    let waiting = store.errands_due(NOW).unwrap().remove(0);
    assert_eq!(
        (waiting.kind, &waiting.step),
        (ErrandKind::Register, &ErrandStep::Waiting)
    );
    assert_eq!(store.next_errand().unwrap(), Some(NOW));
    step(&store, &waiting, ErrandStep::Leaving).unwrap();
    // Whoever saw it waiting, too, must not send it.
    assert!(matches!(
        step(&store, &waiting, ErrandStep::Leaving),
        Err(StoreError::Conflict)
    ));
    drop(store);
    drop(vault);
    let locked = kabinet_store::Vault::open(&bench.dir(), bench.keychain.clone()).unwrap();
    let vault = locked.unlock(kabinet_store::Unlock::Keychain).unwrap();
    let store = vault.organisation(id).unwrap();
    let leaving = store.errands_due(NOW).unwrap().remove(0);
    assert_eq!(leaving.step, ErrandStep::Leaving);
    let put_off = store
        .postpone_errand(&leaving, 1, later(60), Some("portal.unreachable".to_owned()))
        .unwrap();
    assert!(store.errands_due(NOW).unwrap().is_empty());
    assert_eq!(
        store.errands_due(later(60)).unwrap(),
        std::slice::from_ref(&put_off)
    );
    // A clock that was put back makes nothing wait for ever.
    assert_eq!(store.errands_due(later(-2 * 86_400)).unwrap().len(), 1);
    let taken = step(&store, &put_off, ErrandStep::Taken("t-1".to_owned())).unwrap();
    step(&store, &taken, ErrandStep::Done).unwrap();
    assert_eq!(store.next_errand().unwrap(), None);
    assert!(matches!(
        step(&store, &taken, ErrandStep::Waiting),
        Err(StoreError::Conflict)
    ));
    queue(&store, number(1), ErrandKind::Register).unwrap();
    assert_eq!(store.errands_of(number(1)).unwrap().len(), 2);
}

#[test]
fn a_revocation_counts_at_once_and_takes_back_what_had_not_left() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    for at in [1, 2] {
        register(&store, at, "Иванова Анна");
        queue(&store, number(at), ErrandKind::Register).unwrap();
        store
            .change(entry("poa-default"), |change| {
                change.set_default_poa(&format!("format-{at}"), Some(number(at)))
            })
            .unwrap();
    }
    assert_eq!(store.default_poa("format-2").unwrap(), Some(number(2)));
    let leaving = store.errands_of(number(2)).unwrap().remove(0);
    step(&store, &leaving, ErrandStep::Leaving).unwrap();
    let revocation = add(&store, "Отзыв", b"revocation");
    let revoke = |at| {
        store.change(
            NewEntry {
                at: later(7),
                ..entry("poa-revoked")
            },
            |change| change.revoke_poa(number(at), revocation.id),
        )
    };
    revoke(1).unwrap();
    revoke(2).unwrap();
    assert!(matches!(revoke(2), Err(StoreError::Conflict)));
    assert!(matches!(
        revoke(3),
        Err(StoreError::NotFound(Missing::PowerOfAttorney))
    ));
    let revoked = store.poa(number(1)).unwrap();
    assert_eq!(revoked.state, PoaState::Revoked);
    assert_eq!(revoked.revocation.unwrap().declared, later(7));
    assert_eq!(store.default_poas().unwrap(), []);
    let left: Vec<_> = store.errands_due(NOW).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].number, &left[0].step), (number(2), &ErrandStep::Leaving));

    let before = store.journal().verify().unwrap();
    let confirm = || {
        store
            .change(
                NewEntry {
                    at: later(9),
                    ..entry("poa-revocation-confirmed")
                },
                |change| change.confirm_poa_revocation(number(1)),
            )
            .unwrap();
    };
    confirm();
    let after = store.journal().verify().unwrap();
    assert_ne!(before, after);
    confirm();
    assert_eq!(store.journal().verify().unwrap(), after);
    assert_eq!(
        store.poa(number(1)).unwrap().revocation.unwrap().confirmed,
        Some(later(9))
    );
}

#[test]
fn what_is_on_its_way_cannot_be_deleted_and_a_deleted_revocation_leaves_what_it_revoked() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let record = register(&store, 1, "Иванова Анна");
    queue(&store, number(1), ErrandKind::Register).unwrap();
    let erase = |document| {
        store.change(entry("document-deleted"), |change| {
            change.erase_document(document)
        })
    };
    assert!(matches!(
        erase(record.document),
        Err(StoreError::Kept(Obstacle::Outbox))
    ));
    let revocation = add(&store, "Отзыв", b"revocation");
    store
        .change(entry("poa-revoked"), |change| {
            change.revoke_poa(number(1), revocation.id)
        })
        .unwrap();
    assert_eq!(
        store.poa_of_document(revocation.id).unwrap().unwrap().number,
        number(1)
    );
    erase(revocation.id).unwrap();
    let left = store.poa(number(1)).unwrap();
    assert_eq!(
        (left.state, left.revocation.unwrap().document),
        (PoaState::Revoked, None)
    );
    erase(record.document).unwrap();
    assert_eq!(store.count_poas(&PoaFilter::default()).unwrap(), 0);
    store.check().unwrap();
}

#[test]
fn an_older_word_of_the_registry_never_takes_the_place_of_a_newer_one() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    register(&store, 1, "Иванова Анна");
    let word = |state, at, revoked_at| RegistryWord {
        state,
        at,
        revoked_at,
    };
    let revoked = word(RegistryState::Revoked, later(10), Some(later(3)));
    store.keep_poa_word(number(1), &revoked).unwrap();
    store
        .keep_poa_word(number(1), &word(RegistryState::Active, later(5), None))
        .unwrap();
    assert_eq!(store.poa(number(1)).unwrap().registry, Some(revoked));
    store
        .change(entry("poa-active"), |change| {
            change.advance_poa(number(1), PoaState::Signed, PoaState::Active, None)
        })
        .unwrap();
    assert_eq!(store.poas_unheard_since(later(10), 9).unwrap(), []);
    assert_eq!(store.poas_unheard_since(later(11), 9).unwrap(), [number(1)]);
    let stale = store.change(entry("poa-active"), |change| {
        change.advance_poa(number(1), PoaState::Signed, PoaState::Queued, None)
    });
    assert!(matches!(stale, Err(StoreError::Conflict)));
}
