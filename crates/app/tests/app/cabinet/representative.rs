//! Confirming the representative at the reference portal itself.

use std::time::{Duration, Instant};

use kabinet_app::view::{IdentityForm, RepresentativeView};

use super::*;

/// Signed in as the accountant, whom the portal has not confirmed.
async fn waiting() -> Desk {
    let stand = Stand::start();
    set(&stand, "not-confirmed", Value::Null);
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    desk
}

fn set(stand: &Stand, status: &str, finding: Value) {
    let oid = stand.demo.organisations[0].oid;
    stand.set_representative(
        &json!({"employee": "accountant", "organisation": oid, "status": status, "finding": finding}),
    );
}

fn refused(desk_state: &kabinet_app::view::AppState, permission: &str) -> bool {
    let standing = desk_state.standing.as_ref().unwrap();
    standing.refused.iter().any(|one| one.code == permission)
}

/// Looks until the check is over; the portal is a hundred times faster than life.
async fn settled(desk: &Desk) -> RepresentativeView {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let view = desk.app.representative(true).await.unwrap().unwrap();
        if view.status != "in-review" {
            return view;
        }
        assert!(Instant::now() < end, "{view:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn form(document: &str) -> IdentityForm {
    IdentityForm {
        kind: "poa".to_owned(),
        document_id: document.to_owned(),
        phone: "8 (999) 000-01-82".to_owned(),
        email: "m@example.ru".to_owned(),
    }
}

async fn authority(desk: &Desk, name: &str) -> String {
    let path = desk.path(name);
    std::fs::write(&path, "Доверенность № 1\n").unwrap();
    desk.import(&[path]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn until_then_functions_are_closed_with_the_portals_reason() {
    let desk = waiting().await;
    let akt = desk.import(&[sample(AKT)]).await;
    assert_eq!(code(desk.sign(&[akt]).await), "app.not-permitted");
    let state = desk.app.state().await;
    for permission in ["applications.submit", "signing.sign", "services.enable"] {
        assert!(refused(&state, permission), "{permission}");
    }
    assert!(!refused(&state, "applications.track"));
    let standing = state.standing.unwrap();
    let reason = standing
        .refused
        .iter()
        .find(|one| one.code == "signing.sign")
        .unwrap();
    assert_eq!(reason.error.params["reason"], "Представитель не подтверждён");
    let view = desk.app.representative(true).await.unwrap().unwrap();
    assert_eq!((view.status.as_str(), view.documents.len()), ("not-confirmed", 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_fails_says_why_and_keeps_what_was_filled_in() {
    let desk = waiting().await;
    desk.app.representative(true).await.unwrap();
    assert_eq!(
        code(
            desk.app
                .begin_representative("code", IdentityForm::default())
                .await
        ),
        "app.requisite"
    );
    let text = authority(&desk, "poa.txt").await;
    let view = desk
        .app
        .begin_representative("code", form(&text))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (view.status.as_str(), view.reasons[0].code.as_str()),
        ("refused", "file-format")
    );
    assert!(view.reasons[0].correction.as_ref().unwrap().contains("PDF"));
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let kept = desk.app.representative(false).await.unwrap().unwrap();
    assert_eq!(kept.form, form(&text));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_and_a_code_confirm_and_open_the_functions_at_once() {
    let desk = waiting().await;
    desk.app.representative(true).await.unwrap();
    let document = authority(&desk, "poa.pdf").await;
    let view = desk
        .app
        .begin_representative("code", form(&document))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(view.status, "awaiting-code");
    assert!(view.sent_to.as_ref().unwrap().ends_with("01-82"), "{view:?}");
    desk.person.was_asked();
    desk.person.confirms_with(&["нет", "!"]);
    assert_eq!(code(desk.app.confirm_representative().await), "app.cancelled");
    let asked = desk.person.was_asked();
    assert_eq!(asked[1].step_up.as_ref().unwrap().attempts_left, Some(2));
    assert_eq!(asked[2].error.as_ref().unwrap().code, "portal.rate-limited");

    set(&desk.stand, "awaiting-code", json!("document-invalid"));
    let right = desk.stand.last_code();
    desk.person.confirms_with(&[&right]);
    let view = desk.app.confirm_representative().await.unwrap().unwrap();
    assert_eq!(view.status, "in-review");
    assert_eq!(settled(&desk).await.reasons[0].code, "document-invalid");
    desk.app
        .begin_representative("code", form(&document))
        .await
        .unwrap();
    let right = desk.stand.last_code();
    desk.person.confirms_with(&[&right]);
    desk.app.confirm_representative().await.unwrap();
    assert_eq!(settled(&desk).await.status, "confirmed");
    let state = desk.app.state().await;
    assert!(!refused(&state, "applications.submit") && !refused(&state, "signing.sign"));
    let actions = desk.actions().await;
    let confirmed = actions
        .iter()
        .filter(|action| *action == "representative-confirmed");
    assert_eq!(confirmed.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_confirms_what_was_shown() {
    let desk = waiting().await;
    desk.app.representative(true).await.unwrap();
    assert_eq!(code(desk.app.sign_representative().await), "app.nothing-to-show");
    let begun = desk
        .app
        .begin_representative("signature", IdentityForm::default())
        .await
        .unwrap();
    assert_eq!(begun.unwrap().status, "awaiting-signature");
    desk.person.was_asked();
    let view = desk.app.sign_representative().await.unwrap().unwrap();
    assert_eq!(
        (view.status.as_str(), view.method.as_deref()),
        ("confirmed", Some("signature"))
    );
    let shown = desk.person.was_asked()[0].documents.clone();
    assert!(shown[0].contains("ООО «Ромашка», ИНН 9900000017"), "{shown:?}");
    assert!(!refused(&desk.app.state().await, "signing.sign"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_smev_the_portal_advises_a_signature_and_with_it_the_answer_takes_a_while() {
    let desk = waiting().await;
    desk.stand.set(&json!({"cabinet": {"smev_available": false}}));
    assert!(
        !desk
            .app
            .representative(true)
            .await
            .unwrap()
            .unwrap()
            .smev_available
    );
    let by_smev = || desk.app.begin_representative("smev", IdentityForm::default());
    assert_eq!(code(by_smev().await), "cabinet.refused.smev-unavailable");
    desk.stand.set(&json!({"cabinet": {"smev_available": true}}));
    let view = by_smev().await.unwrap().unwrap();
    assert_eq!(
        (view.status.as_str(), view.expected.is_some()),
        ("in-review", true)
    );
    assert_eq!(settled(&desk).await.status, "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_qr_code_reads_as_the_address_of_the_page_that_confirms() {
    let desk = waiting().await;
    let view = desk
        .app
        .begin_representative("qr", IdentityForm::default())
        .await
        .unwrap()
        .unwrap();
    let qr = view.qr.unwrap();
    assert!(qr.text.contains("/representative/") && qr.expires.is_some());
    assert_eq!(read(qr.size as usize, &qr.path), qr.text);
    set(&desk.stand, "confirmed", Value::Null);
    let view = desk.app.representative(true).await.unwrap().unwrap();
    assert_eq!((view.status.as_str(), view.qr), ("confirmed", None));
    assert!(!refused(&desk.app.state().await, "applications.submit"));
}

/// Draws the path and has it read by a reader of others.
fn read(size: usize, path: &str) -> String {
    const SCALE: usize = 4;
    const QUIET: usize = 4;
    let mut dark = vec![false; size * size];
    for run in path.split('M').skip(1) {
        let (place, rest) = run.split_once('h').unwrap();
        let (column, row) = place.split_once(' ').unwrap();
        let (column, row): (usize, usize) = (column.parse().unwrap(), row.parse().unwrap());
        let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
        dark[row * size + column..row * size + column + length].fill(true);
    }
    let side = (size + 2 * QUIET) * SCALE;
    let module = |at: usize| (at / SCALE).checked_sub(QUIET).filter(|at| *at < size);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| match (module(x), module(y)) {
            (Some(x), Some(y)) if dark[y * size + x] => 0,
            _ => 255,
        });
    let found = image.detect_grids();
    found[0].decode().unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_taken_into_use_by_who_may_after_accepting_the_terms() {
    let stand = Stand::start();
    let oid = stand.demo.organisations[0].oid;
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    let wanted = || vec!["extracts".to_owned(), "licences".to_owned()];
    assert_eq!(
        code(desk.app.enable_services(wanted(), false).await),
        "app.terms-not-accepted"
    );
    assert_eq!(
        code(desk.app.enable_services(wanted(), true).await),
        "app.not-permitted"
    );
    desk.stand
        .set_membership(&json!({"employee": "accountant", "organisation": oid, "role": "administrator"}));
    desk.sign_in().await.unwrap();
    let view = desk.app.representative(true).await.unwrap().unwrap();
    assert_eq!(view.services.len(), 4);
    let view = desk.app.enable_services(wanted(), true).await.unwrap().unwrap();
    let on: Vec<&str> = view
        .services
        .iter()
        .filter(|one| one.enabled)
        .map(|one| one.code.as_str())
        .collect();
    assert_eq!(on, ["extracts", "licences"]);
    assert!(view.services[1].by.as_ref().unwrap().contains("Лютикова"));
    assert!(desk.actions().await.contains(&"services-enabled".to_owned()));
}
