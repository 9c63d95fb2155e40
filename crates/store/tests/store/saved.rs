use kabinet_store::{Missing, SavedSearch, StoreError};
use uuid::Uuid;

use crate::support::Bench;

fn search(name: &str) -> SavedSearch {
    SavedSearch {
        id: Uuid::new_v4(),
        name: name.to_owned(),
        query: "{\"text\":\"акт\"}".to_owned(),
    }
}

fn names(store: &kabinet_store::OrganisationStore) -> Vec<String> {
    let saved = store.saved_searches().unwrap();
    saved.into_iter().map(|search| search.name).collect()
}

#[test]
fn searches_are_kept_by_name_changed_and_deleted() {
    let bench = Bench::new();
    let (vault, store) = bench.store();
    let (bills, acts) = (search("Счета «Ёлки»"), search("Акты"));
    for one in [&bills, &acts] {
        store.save_search(one).unwrap();
    }
    assert_eq!(store.saved_searches().unwrap(), [acts.clone(), bills.clone()]);

    let renamed = SavedSearch {
        name: "Ёлка".to_owned(),
        query: "{}".to_owned(),
        ..bills.clone()
    };
    store.save_search(&renamed).unwrap();
    assert_eq!(store.saved_searches().unwrap(), [acts.clone(), renamed]);

    store.delete_search(acts.id).unwrap();
    let refused = store.delete_search(acts.id).unwrap_err();
    assert!(matches!(refused, StoreError::NotFound(Missing::SavedSearch)));
    assert_eq!(refused.code(), "store.no-saved-search");
    assert_eq!(names(&store), ["Ёлка"]);

    let other = crate::support::organisation("7736207543");
    vault.save_organisation(&other).unwrap();
    assert_eq!(names(&vault.organisation(other.id).unwrap()), [""; 0]);
}

#[test]
fn a_name_is_taken_once_whatever_its_capitals() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let first = search("Отчёты");
    store.save_search(&first).unwrap();
    for name in ["Отчёты", "ОТЧЕТЫ"] {
        assert!(
            matches!(store.save_search(&search(name)), Err(StoreError::AlreadyExists)),
            "{name}"
        );
    }
    // Its own name is nobody else's.
    store
        .save_search(&SavedSearch {
            name: "ОТЧЁТЫ".to_owned(),
            ..first
        })
        .unwrap();
    assert_eq!(names(&store), ["ОТЧЁТЫ"]);
}
