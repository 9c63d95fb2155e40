//! Powers of attorney and the registry of the reference portal: registered once whatever becomes of the answer, taken back, heard of
//! elsewhere, refused.

mod deed;
mod wrong;

use std::time::{Duration, Instant};

use deed::{Deed, POWER};
use kabinet_app::view::{PoaJudgement, PoaRow};
use kabinet_domain::poa::Irrevocable;
use kabinet_testkit::Stand;
use serde_json::{Value, json};

use super::director_at;
use crate::desk::{Desk, code};

/// Serial number of the token of who acts.
const ACTING: &str = "0003";

/// The director at a registry that decides at once; the tokens of those who act are there, too.
async fn at_registry(stand: Stand) -> Desk {
    stand.set(&json!({"poa": {"queue_s": 0, "processing_s": 0, "unavailable": false}}));
    let desk = director_at(stand).await;
    desk.drawer.add(&desk.stand, ACTING, &["representative"]);
    desk
}

/// Works at its own pace until this one is as wanted.
async fn until(desk: &Desk, number: &str, what: &str, wanted: impl Fn(&PoaRow) -> bool) -> PoaRow {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        desk.app.work_poas().await;
        let row = desk.app.poa(number).await.unwrap();
        if wanted(&row) {
            return row;
        }
        assert!(Instant::now() < end, "never came: {what}: {row:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn registered(desk: &Desk, deed: &Deed) -> PoaRow {
    all_registered(desk, &[deed]).await;
    desk.app.poa(&deed.number()).await.unwrap()
}

/// Handed in together: the program looks at each after the same pause.
async fn all_registered(desk: &Desk, deeds: &[&Deed]) {
    for deed in deeds {
        deed.import(desk).await;
        desk.app.register_poa(&deed.number()).await.unwrap();
    }
    for deed in deeds {
        until(desk, &deed.number(), "registered", |row| row.state == "active").await;
    }
}

async fn judged(desk: &Desk, number: &str, acting: &str, powers: &[&str]) -> PoaJudgement {
    let powers: Vec<String> = powers.iter().map(|one| (*one).to_owned()).collect();
    let fingerprint = desk.stand.fingerprint(acting);
    desk.app.judge_poa(number, fingerprint, &powers).await.unwrap()
}

/// The representative may act, and nothing but for which systems it was given is worth knowing.
async fn is_allowed(desk: &Desk, number: &str) {
    let allowed = judged(desk, number, "representative", &[POWER]).await;
    let codes: Vec<&str> = allowed.reasons.iter().map(|one| one.code.as_str()).collect();
    let are_notes = codes.iter().all(|code| *code == "poa.systems");
    assert!(allowed.verdict == "allowed" && are_notes, "{allowed:#?}");
}

/// What the registry holds under a number.
fn held(desk: &Desk, number: &str) -> Option<Value> {
    let all = desk.stand.registered_poas();
    all.into_iter().find(|one| one["number"] == number)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_registered_here_is_fetched_elsewhere_and_its_revocation_heard_of_by_the_cursor() {
    let desk = at_registry(Stand::start()).await;
    let deed = Deed::good(&desk.stand);
    let row = registered(&desk, &deed).await;
    assert_eq!((row.registry.as_deref(), row.error), (Some("active"), None));
    assert_eq!(held(&desk, &deed.number()).unwrap()["name"], deed.file_name());
    is_allowed(&desk, &deed.number()).await;

    // Another computer of the organisation.
    let other = at_registry(desk.stand).await;
    assert_eq!(
        code(other.app.poa(&deed.number()).await),
        "store.no-power-of-attorney"
    );
    assert_eq!(other.app.sync_poas().await.unwrap(), 1);
    let row = other.app.poa(&deed.number()).await.unwrap();
    assert_eq!(row.state, "active");
    let page = other.page(&row.document_id).await;
    assert_eq!(page.files.len(), 2, "{:#?}", page.files);
    is_allowed(&other, &deed.number()).await;
    assert_eq!(other.app.sync_poas().await.unwrap(), 0);
    let files = format!("/api/cabinet/v1/poa/{}/file", deed.number());
    assert_eq!(other.stand.requests_to("GET", &files), 1);

    other.stand.operate(
        &format!("poa/{}/revoke", deed.number()),
        &json!({"reason": "Уволена"}),
    );
    assert_eq!(other.app.sync_poas().await.unwrap(), 0);
    assert_eq!(other.app.poa(&deed.number()).await.unwrap().state, "revoked");
    let refused = judged(&other, &deed.number(), "representative", &[POWER]).await;
    assert_eq!(
        (refused.verdict.as_str(), refused.reasons[0].code.as_str()),
        ("not-allowed", "poa.revoked")
    );
    assert_eq!(other.stand.requests_to("GET", &files), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_and_a_registry_that_is_away_leave_one_registration() {
    let desk = at_registry(Stand::start()).await;
    let lost = Deed::good(&desk.stand);
    lost.import(&desk).await;
    desk.stand.operate("poa/lose-next-answer", &Value::Null);
    desk.app.register_poa(&lost.number()).await.unwrap();
    let unknown = until(&desk, &lost.number(), "the answer is lost", |row| {
        row.state != "queued"
    })
    .await;
    assert_eq!(unknown.state, "outcome-unknown");
    until(&desk, &lost.number(), "registered", |row| row.state == "active").await;
    assert_eq!(desk.stand.poa_tasks().len(), 1);

    desk.stand.set(&json!({"poa": {"unavailable": true}}));
    let away = Deed::good(&desk.stand);
    away.import(&desk).await;
    desk.app.register_poa(&away.number()).await.unwrap();
    let waits = until(&desk, &away.number(), "told to wait", |row| row.error.is_some()).await;
    assert_eq!(waits.error.as_deref(), Some("poa.refused.system-unavailable"));
    assert_eq!(held(&desk, &away.number()), None);
    desk.stand.set(&json!({"poa": {"unavailable": false}}));
    let row = until(&desk, &away.number(), "registered", |row| row.state == "active").await;
    assert_eq!(row.error, None);

    let actions = desk.actions().await;
    for action in ["poa-outcome-unknown", "poa-not-sent", "poa-registered"] {
        assert!(actions.contains(&action.to_owned()), "{action}: {actions:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_reaches_the_registry_once_and_its_refusals_are_told() {
    let desk = at_registry(Stand::start()).await;
    let deed = Deed::good(&desk.stand);
    registered(&desk, &deed).await;
    let number = deed.number();
    let document = desk.app.draft_revocation(&number, "Уволена").await.unwrap();
    assert_eq!(desk.app.poa(&number).await.unwrap().state, "active");
    desk.stand.operate("poa/lose-next-answer", &Value::Null);
    desk.sign_as("director", &[document]).await.unwrap();
    let here = desk.app.poa(&number).await.unwrap();
    assert_eq!(
        (here.state.as_str(), here.revocation_confirmed),
        ("revoked", None)
    );
    let row = until(&desk, &number, "confirmed", |row| {
        row.revocation_confirmed.is_some()
    })
    .await;
    assert_eq!(row.state, "revoked");
    let of_kind = |kind: &str| {
        desk.stand
            .poa_tasks()
            .iter()
            .filter(|one| one["kind"] == kind)
            .count()
    };
    assert_eq!((of_kind("registration"), of_kind("revocation")), (1, 1));
    assert_eq!(held(&desk, &number).unwrap()["state"], "revoked");

    // Revoked elsewhere meanwhile: the registry refuses, and nothing more is to be done.
    let second = Deed::good(&desk.stand);
    registered(&desk, &second).await;
    desk.stand
        .operate(&format!("poa/{}/revoke", second.number()), &json!({}));
    let document = desk
        .app
        .draft_revocation(&second.number(), "Уволена")
        .await
        .unwrap();
    desk.sign_as("director", &[document]).await.unwrap();
    until(&desk, &second.number(), "confirmed", |row| {
        row.revocation_confirmed.is_some()
    })
    .await;

    // Irrevocable: the file comes from elsewhere, and the registry refuses it.
    let bound = Deed::with(&desk.stand, |poa| {
        poa.irrevocable = Some(Irrevocable {
            may_be_passed_on: false,
            condition: "1".to_owned(),
            description: Some("расторжение договора № 5".to_owned()),
        });
    });
    registered(&desk, &bound).await;
    let file = foreign_revocation(&desk, &bound);
    let document = desk.import(&[file]).await;
    desk.sign_as("director", &[document]).await.unwrap();
    let row = until(&desk, &bound.number(), "refused", |row| row.error.is_some()).await;
    assert_eq!(row.error.as_deref(), Some("poa.refused.irrevocable"));
    // What somebody has signed off is not used here, whatever the registry thinks of it.
    assert_eq!((row.state.as_str(), row.revocation_confirmed), ("revoked", None));
    assert_eq!(held(&desk, &bound.number()).unwrap()["state"], "active");
}

/// A revocation another program wrote.
fn foreign_revocation(desk: &Desk, deed: &Deed) -> std::path::PathBuf {
    let owner = deed::organisation(&desk.stand, 0);
    let withdrawal = kabinet_domain::poa::Withdrawal {
        number: deed.poa.number,
        reason: "Уволена".to_owned(),
        declared: deed::day(0),
        declarant: owner.name,
        declarant_inn: owner.inn,
        declarant_kpp: owner.kpp,
        declarant_ogrn: owner.ogrn,
        signer: deed::person(&desk.stand, "director"),
    };
    let written = kabinet_formats::poa::write_withdrawal(&withdrawal, uuid::Uuid::new_v4());
    let path = desk.path(&written.name);
    std::fs::write(&path, written.bytes).unwrap();
    path
}
