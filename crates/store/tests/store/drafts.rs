use std::collections::BTreeMap;

use kabinet_domain::draft::{Conflict, Fields};
use kabinet_domain::{DocumentId, Draft, DraftId};
use kabinet_store::{ATTACHMENT, DraftSave, DraftShelf, Missing, OrganisationStore, Page, StoreError};
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::{Bench, NOW, entry, later};

fn fields(text: &str) -> Fields {
    text.split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn new(text: &str) -> Draft {
    Draft {
        id: DraftId(Uuid::new_v4()),
        form: "fns.on_aktsverotp".to_owned(),
        title: "Акт сверки".to_owned(),
        is_template: false,
        revision: 0,
        fields: fields(text),
        conflicts: Vec::new(),
        document: None,
        created: NOW,
        updated: NOW,
        removed: None,
    }
}

fn begin(store: &OrganisationStore, text: &str) -> Draft {
    let draft = new(text);
    store
        .change(entry("draft-begun"), |change| change.add_draft(&draft, "Анна"))
        .unwrap();
    store.draft(draft.id).unwrap()
}

fn save(store: &OrganisationStore, draft: &Draft, text: &str, author: &str) -> Draft {
    let save = DraftSave {
        seen: draft.revision,
        fields: fields(text),
        title: draft.title.clone(),
        author: author.to_owned(),
        at: later(60),
    };
    store.save_draft(draft.id, &save).unwrap()
}

#[test]
fn a_draft_comes_back_as_it_was_typed() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let begun = begin(&store, "number=15 t/1-a/sum=1,00");
    assert_eq!(begun.fields, fields("number=15 t/1-a/sum=1,00"));
    let saved = save(&store, &begun, "number=16 t/1-a/sum=1,00 note=да", "Анна");
    assert_eq!(saved, store.draft(begun.id).unwrap());
    assert_eq!(saved.revision, begun.revision + 1);
    assert_eq!(saved.updated, later(60));
    // Nothing new is no new revision.
    assert_eq!(
        save(&store, &saved, "number=16 t/1-a/sum=1,00 note=да", "Анна"),
        saved
    );
    // Typing is not journalled, beginning is.
    assert_eq!(store.journal().count().unwrap(), 1);
}

#[test]
fn an_attached_file_stays_as_long_as_a_draft_names_it_and_then_leaves_no_copy() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let (kept, dropped) = (
        format!("{ATTACHMENT}{}", "a".repeat(64)),
        format!("{ATTACHMENT}{}", "b".repeat(64)),
    );
    for address in [&kept, &dropped, &"urn:kabinet:services".to_owned()] {
        store.cache(address, b"content", NOW).unwrap();
    }
    let erase = |draft: &Draft| {
        store
            .change(entry("draft-erased"), |change| change.erase_draft(draft.id))
            .unwrap()
    };
    let is_kept = |address: &str| store.cached(address).unwrap().is_some();
    let names = |address: &str| format!("files={}", address.strip_prefix(ATTACHMENT).unwrap());

    let first = begin(&store, &names(&kept));
    let second = begin(&store, &names(&dropped));
    let copy = begin(&store, &names(&kept));
    // An earlier version may be put back.
    save(&store, &copy, "files=", "Анна");
    erase(&second);
    assert!(!is_kept(&dropped) && is_kept(&kept));
    erase(&first);
    assert!(is_kept(&kept), "a version of the copy names it");
    erase(&copy);
    assert!(!is_kept(&kept) && is_kept("urn:kabinet:services"));
}

#[test]
fn a_file_that_waits_in_a_conflict_alone_stays() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let theirs = format!("{ATTACHMENT}{}", "c".repeat(64));
    store.cache(&theirs, b"content", NOW).unwrap();
    let merge = |draft: &Draft, base: &str, fields_of_theirs: &str| {
        store
            .change(entry("draft-merged"), |change| {
                change.merge_draft(draft.id, &fields(base), &fields(fields_of_theirs), "Вера")
            })
            .unwrap()
    };
    let draft = begin(&store, "files=mine");
    let other = begin(&store, "a=1");
    let named = format!("files={}", "c".repeat(64));
    merge(&draft, "", &named);
    // They went on with another file, which is what is here: their first one stands in the conflict only.
    merge(&draft, "files=mine", "files=mine");
    store
        .change(entry("draft-erased"), |change| change.erase_draft(other.id))
        .unwrap();
    let conflicts = store.draft(draft.id).unwrap().conflicts;
    assert_eq!(conflicts[0].theirs, fields(&named).remove("files"));
    assert!(store.cached(&theirs).unwrap().is_some());
}

#[test]
fn every_earlier_version_can_be_seen_and_put_back() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let begun = begin(&store, "");
    assert_eq!(begun.revision, 0);
    let versions = ["a=1", "a=1 b=2", "b=3", "", "c=4"];
    let mut head = begun.clone();
    for text in versions {
        head = save(&store, &head, text, "Анна");
    }
    for (revision, text) in (1..).zip(versions) {
        assert_eq!(
            store.draft_version(head.id, revision).unwrap(),
            fields(text),
            "revision {revision}"
        );
    }
    assert!(store.draft_version(head.id, 0).unwrap().is_empty());
    let history = store.draft_history(head.id, Page::first(2)).unwrap();
    assert_eq!(history.iter().map(|one| one.revision).collect::<Vec<_>>(), [5, 4]);
    assert_eq!(history[0].changes[0].field, "c");
    assert_eq!(history[1].changes[0].from.as_deref(), Some("3"));

    // Putting an old version back is one more change: nothing that came after is lost.
    let back = DraftSave {
        seen: head.revision,
        fields: store.draft_version(head.id, 2).unwrap(),
        title: head.title.clone(),
        author: "Анна".to_owned(),
        at: later(90),
    };
    let back = store.save_draft(head.id, &back).unwrap();
    assert_eq!(back.fields, fields("a=1 b=2"));
    assert_eq!(store.draft_version(head.id, 5).unwrap(), fields("c=4"));
}

#[test]
fn a_save_that_began_earlier_is_merged_and_never_overwrites() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let begun = begin(&store, "number=1 date=2 note=3");
    save(&store, &begun, "number=10 date=2 note=30 more=5", "Вера");
    // Saved by somebody who saw the first version.
    let merged = save(&store, &begun, "number=11 date=20 note=3", "Анна");
    assert_eq!(merged.fields, fields("number=11 date=20 note=30 more=5"));
    assert_eq!(
        merged.conflicts,
        [Conflict {
            field: "number".to_owned(),
            base: Some("1".to_owned()),
            mine: Some("11".to_owned()),
            theirs: Some("10".to_owned()),
        }]
    );
    // It waits until somebody chooses, also over further typing and closing of the vault.
    let typed = save(&store, &merged, "number=12 date=20 note=30 more=5", "Анна");
    assert_eq!(typed.conflicts[0].mine.as_deref(), Some("12"));
    let settled = store
        .settle_draft(typed.id, "number", Some("10"), "Анна", later(120))
        .unwrap();
    assert!(settled.conflicts.is_empty());
    assert_eq!(settled.fields["number"], "10");
    let history = store.draft_history(typed.id, Page::first(10)).unwrap();
    assert_eq!(history[0].changes[0].to.as_deref(), Some("10"));
}

#[test]
fn what_comes_back_from_a_colleague_is_merged_with_what_both_had() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let begun = begin(&store, "number=1 date=2");
    assert_eq!(store.draft_shared(begun.id).unwrap(), None);
    store
        .change(entry("draft-handed-over"), |change| {
            change.share_draft(begun.id, &begun.fields)
        })
        .unwrap();
    save(&store, &begun, "number=1 date=3", "Анна");
    let base = store.draft_shared(begun.id).unwrap().unwrap();
    let theirs = fields("number=7 date=2 note=подписать");
    let merged = store
        .change(entry("draft-merged"), |change| {
            change.merge_draft(begun.id, &base, &theirs, "Вера")
        })
        .unwrap();
    assert_eq!(merged.fields, fields("number=7 date=3 note=подписать"));
    assert!(merged.conflicts.is_empty());
    assert_eq!(store.draft_shared(begun.id).unwrap(), Some(theirs));
    assert_eq!(
        store.draft_history(begun.id, Page::first(1)).unwrap()[0].author,
        "Вера"
    );
}

#[test]
fn shelves_removal_and_erasing() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let draft = begin(&store, "a=1");
    let template = Draft {
        is_template: true,
        ..new("a=2")
    };
    store
        .change(entry("draft-begun"), |change| change.add_draft(&template, "Анна"))
        .unwrap();
    let on = |shelf| -> Vec<DraftId> {
        let page = Page::first(10);
        let drafts = store.drafts(shelf, page).unwrap();
        drafts.iter().map(|draft| draft.id).collect()
    };
    assert_eq!(on(DraftShelf::Open), [draft.id]);
    assert_eq!(on(DraftShelf::Templates), [template.id]);
    store
        .change(entry("draft-removed"), |change| change.remove_draft(draft.id))
        .unwrap();
    assert!(on(DraftShelf::Open).is_empty());
    assert_eq!(on(DraftShelf::Removed), [draft.id]);
    assert_eq!(store.draft(draft.id).unwrap().removed, Some(NOW));
    store
        .change(entry("draft-taken-back"), |change| {
            change.take_draft_back(draft.id)
        })
        .unwrap();
    assert_eq!(on(DraftShelf::Open), [draft.id]);
    store
        .change(entry("draft-erased"), |change| change.erase_draft(draft.id))
        .unwrap();
    assert!(matches!(
        store.draft(draft.id),
        Err(StoreError::NotFound(Missing::Draft))
    ));
    assert!(matches!(
        store.draft_history(draft.id, Page::first(1)),
        Err(StoreError::NotFound(Missing::Draft))
    ));
    // The same identity cannot be begun twice.
    let again = store.change(entry("draft-begun"), |change| change.add_draft(&template, "Анна"));
    assert!(matches!(again, Err(StoreError::AlreadyExists)));
}

#[test]
fn a_draft_that_is_not_there_and_a_version_that_is_yet_to_come() {
    let bench = Bench::new();
    let (_vault, store) = bench.store();
    let draft = begin(&store, "a=1");
    let save = DraftSave {
        seen: draft.revision + 1,
        fields: Fields::new(),
        title: String::new(),
        author: String::new(),
        at: NOW,
    };
    assert!(matches!(
        store.save_draft(draft.id, &save),
        Err(StoreError::Conflict)
    ));
    let nowhere = DraftId(Uuid::new_v4());
    assert!(matches!(
        store.save_draft(nowhere, &save),
        Err(StoreError::NotFound(Missing::Draft))
    ));
    let document = DocumentId(Uuid::new_v4());
    let noted = store.change(entry("draft-filed"), |change| {
        change.set_draft_document(nowhere, document)
    });
    assert!(matches!(noted, Err(StoreError::NotFound(Missing::Draft))));
    assert_eq!(store.draft(draft.id).unwrap().fields, fields("a=1"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Two people save in any order, each from the version they last saw; the model keeps every version whole.
    #[test]
    fn any_order_of_saves_keeps_every_version_and_every_change(
        saves in prop::collection::vec(
            (any::<bool>(), prop::collection::btree_map("[a-d]", "[0-3]", 0..4)), 1..12)
    ) {
        let bench = Bench::new();
        let (_vault, store) = bench.store();
        let begun = begin(&store, "");
        let mut versions: Vec<Fields> = vec![Fields::new()];
        let mut seen: BTreeMap<bool, (u64, Fields)> =
            [(true, (0, Fields::new())), (false, (0, Fields::new()))].into();
        for (who, typed) in saves {
            let (revision, _) = seen[&who].clone();
            let save = DraftSave {
                seen: revision,
                fields: typed.clone(),
                title: begun.title.clone(),
                author: who.to_string(),
                at: NOW,
            };
            let head = store.save_draft(begun.id, &save).unwrap();
            let base = &versions[usize::try_from(revision).unwrap()];
            let before = versions.last().unwrap().clone();
            // What the saver changed is there.
            for name in base.keys().chain(typed.keys()) {
                if base.get(name) != typed.get(name) {
                    prop_assert_eq!(head.fields.get(name), typed.get(name));
                }
            }
            // What the other one changed is there too, or waits as a conflict.
            for name in base.keys().chain(before.keys()) {
                if base.get(name) != before.get(name) && head.fields.get(name) != before.get(name) {
                    let waits = head.conflicts.iter().any(|one| &one.field == name
                        && one.theirs.as_ref() == before.get(name));
                    prop_assert!(waits, "{} was overwritten", name);
                }
            }
            if head.revision == versions.len() as u64 {
                versions.push(head.fields.clone());
            }
            seen.insert(who, (head.revision, head.fields.clone()));
            prop_assert_eq!(head.revision + 1, versions.len() as u64);
        }
        for (revision, version) in (0..).zip(&versions) {
            prop_assert_eq!(&store.draft_version(begun.id, revision).unwrap(), version);
        }
    }
}
