//! One prepares, another signs, and no network lies between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::desk::{Desk, code};
use kabinet_app::view::{Colleague, DraftView, HandOver, ImportOutcome, SecretPurpose};

const FORM: &str = "fns.on_aktsverotp";

/// The accountant's desk and the director's: two computers of the same organisation.
async fn two_desks() -> (Desk, Desk) {
    (Desk::new().await, Desk::new().await)
}

fn with(draft: &DraftView, changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut fields = draft.fields.clone();
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    fields
}

async fn save(desk: &Desk, draft: &DraftView, changes: &[(&str, &str)]) -> DraftView {
    let fields = with(draft, changes);
    desk.app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap()
}

async fn to(desk: &Desk) -> HandOver {
    HandOver {
        name: "Анна Ромашкина".to_owned(),
        address: Some(desk.app.colleagues().await.unwrap().own_address),
    }
}

async fn take_over(desk: &Desk, file: &Path) -> ImportOutcome {
    let mut outcomes = desk.app.import(vec![file.to_owned()]).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.remove(0)
}

async fn hand_over(from: &Desk, draft: &str, how: HandOver) -> PathBuf {
    let name = from.app.hand_over_name(draft).await.unwrap();
    let file = from.path(&name);
    from.app.hand_over(draft, how, &file).await.unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_to_a_colleague_and_comes_back_merged() {
    let (accountant, director) = two_desks().await;
    let begun = accountant.app.new_draft(FORM).await.unwrap();
    let draft = save(&accountant, &begun, &[("number", "5"), ("from", "01.01.2025")]).await;
    let file = hand_over(&accountant, &draft.id, to(&director).await).await;
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(10).any(|part| part == b"01.01.2025"));

    let outcome = take_over(&director, &file).await;
    assert_eq!(
        outcome.draft_id.as_deref(),
        Some(draft.id.as_str()),
        "{outcome:?}"
    );
    let arrived = director.app.draft(&draft.id).await.unwrap();
    assert_eq!(arrived.fields, draft.fields);
    let history = director.app.draft_history(&draft.id, 0, 10).await.unwrap();
    assert_eq!(history[0].author, "Анна Ромашкина");

    // Both go on: one field each alone, one field both.
    save(&director, &arrived, &[("to", "31.03.2025"), ("number", "7")]).await;
    save(
        &accountant,
        &draft,
        &[("signer.surname", "Ромашкина"), ("number", "6")],
    )
    .await;
    let back = hand_over(&director, &draft.id, to(&accountant).await).await;
    take_over(&accountant, &back).await;
    let merged = accountant.app.draft(&draft.id).await.unwrap();
    assert_eq!(merged.fields["to"], "31.03.2025");
    assert_eq!(merged.fields["signer.surname"], "Ромашкина");
    assert_eq!(merged.fields["number"], "6");
    assert_eq!(merged.conflicts.len(), 1);
    assert_eq!(merged.conflicts[0].theirs.as_deref(), Some("7"));
    // The same file once more says nothing new.
    take_over(&accountant, &back).await;
    let again = accountant.app.draft(&draft.id).await.unwrap();
    assert_eq!(
        (again.fields, again.conflicts.len()),
        (merged.fields, merged.conflicts.len())
    );
    let actions = accountant.actions().await;
    for action in ["draft-handed-over", "draft-merged", "address-made"] {
        assert!(actions.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_passphrase_it_opens_for_whoever_knows_it() {
    let (accountant, director) = two_desks().await;
    let draft = accountant.app.new_draft(FORM).await.unwrap();
    let how = HandOver {
        name: "Анна".to_owned(),
        address: None,
    };
    accountant.person.was_asked();
    let file = hand_over(&accountant, &draft.id, how.clone()).await;
    assert_eq!(accountant.person.was_asked()[0].purpose, SecretPurpose::HandOver);
    director.person.was_asked();
    assert!(take_over(&director, &file).await.draft_id.is_some());
    let asked = director.person.was_asked();
    assert_eq!((asked.len(), asked[0].purpose), (1, SecretPurpose::TakeOver));
    // The name is remembered for the next time.
    assert_eq!(accountant.app.colleagues().await.unwrap().own_name, "Анна");

    director.person.types_passphrase(Some("не та фраза"));
    let refused = take_over(&director, &file).await;
    assert_eq!(refused.error.unwrap().code, "age.wrong-passphrase");
    // Cancelling is no failure, and nothing is written when the writer cancels.
    director.person.types_passphrase(None);
    assert_eq!(director.app.import(vec![file]).await.unwrap(), []);
    accountant.person.types_passphrase(None);
    let nowhere = accountant.path("never.kabinet");
    assert_eq!(
        code(accountant.app.hand_over(&draft.id, how, &nowhere).await),
        "app.cancelled"
    );
    assert!(!nowhere.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_for_this_archive_is_refused_and_changes_nothing() {
    let (accountant, director) = two_desks().await;
    let draft = accountant.app.new_draft(FORM).await.unwrap();
    // To its own address: not for the director.
    let file = hand_over(&accountant, &draft.id, to(&accountant).await).await;
    let refused = take_over(&director, &file).await;
    assert_eq!(refused.error.unwrap().code, "age.no-match");

    // Damaged on the way.
    let file = hand_over(&accountant, &draft.id, to(&director).await).await;
    let mut bytes = std::fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let refused = take_over(&director, &file).await;
    assert_eq!(refused.error.unwrap().code, "age.damaged");

    // Encrypted to the director by another program, with something else inside.
    let address = director.app.colleagues().await.unwrap().own_address;
    for (text, expected) in [
        ("привет".to_owned(), "app.hand-over-foreign"),
        (
            r#"{"format":"kabinet-hand-over","version":3}"#.to_owned(),
            "app.hand-over-newer",
        ),
        (
            r#"{"format":"kabinet-hand-over","version":1}"#.to_owned(),
            "app.hand-over-foreign",
        ),
        (
            r#"{"format":"kabinet-hand-over","version":1,"from":"X","environment":"demo","inn":"7707083893","kpp":"773601001","drafts":[]}"#
                .to_owned(),
            "app.hand-over-of-other",
        ),
    ] {
        let foreign = director.path("foreign.age");
        encrypt_by_age(&address, &text, &foreign);
        let refused = take_over(&director, &foreign).await;
        assert_eq!(refused.error.unwrap().code, expected, "{text}");
    }
    let shelf = kabinet_app::view::DraftShelf::Open;
    assert_eq!(director.app.drafts(shelf, 0, 10).await.unwrap().rows, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_are_kept_by_address() {
    let (accountant, director) = two_desks().await;
    let address = director.app.colleagues().await.unwrap().own_address;
    let named = |name: &str| Colleague {
        name: name.to_owned(),
        address: format!(" {address}\n"),
    };
    accountant.app.add_colleague(named("Вера")).await.unwrap();
    let known = accountant.app.add_colleague(named("Вера Полевая")).await.unwrap();
    assert_eq!(known.colleagues.len(), 1);
    assert_eq!(known.colleagues[0].name, "Вера Полевая");
    assert_ne!(known.own_address, known.colleagues[0].address);
    let wrong = Colleague {
        name: "Кто-то".to_owned(),
        address: "age1nonsense".to_owned(),
    };
    assert_eq!(
        code(accountant.app.add_colleague(wrong).await),
        "age.not-recipient"
    );
    let left = accountant.app.remove_colleague(address).await.unwrap();
    assert_eq!(left.colleagues, []);
}

/// By the program `age`, so that the address is proved to be one.
fn encrypt_by_age(address: &str, text: &str, target: &Path) {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut age = Command::new("age")
        .args(["-r", address, "-o"])
        .arg(target)
        .stdin(Stdio::piped())
        .spawn()
        .expect("age is installed");
    age.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(age.wait().unwrap().success());
}
