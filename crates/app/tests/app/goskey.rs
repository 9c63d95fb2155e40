//! An employee without a token signs on their phone; what comes back joins the document, or is kept away from it.

use kabinet_app::view::{
    CheckState, DocumentPage, FileKind, GoskeyAsk, GoskeyFileState, GoskeyKind, GoskeyRequest, GoskeyState,
    Stage, Verdict,
};
use kabinet_testkit::{OpenSsl, sample};
use serde_json::json;

use crate::desk::{Desk, code};

/// The director's.
const SNILS: &str = "900-000-002 83";
const CONTENT: &[u8] = b"%PDF-1.4\nlabour contract\n";

fn ask() -> GoskeyAsk {
    GoskeyAsk {
        kind: GoskeyKind::Simple,
        name: "Васильков И. С.".to_owned(),
        snils: SNILS.to_owned(),
        oid: String::new(),
        hours: 24,
    }
}

async fn contract(desk: &Desk) -> String {
    let path = desk.path("Трудовой договор № 7.pdf");
    std::fs::write(&path, CONTENT).unwrap();
    desk.import(&[path]).await
}

/// A request for this document, signed and in the outbox.
async fn sent(desk: &Desk, document: &str, ask: GoskeyAsk) -> String {
    let request = desk.app.ask_goskey(&[document.to_owned()], ask).await.unwrap();
    desk.sign(std::slice::from_ref(&request)).await.unwrap();
    let service = desk.page(&request).await.services[0].code.clone();
    desk.app.send_document(&request, &service).await.unwrap();
    request
}

fn only(page: &DocumentPage) -> &GoskeyRequest {
    assert_eq!(page.goskey.len(), 1, "{:#?}", page.goskey);
    &page.goskey[0]
}

/// A desk whose people wait for the operator, with a contract whose request is on the phone: contract, request, order.
async fn on_the_phone() -> (Desk, String, String, String) {
    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({"goskey": {"answer": "wait"}}));
    let contract = contract(&desk).await;
    let request = sent(&desk, &contract, ask()).await;
    desk.work_until("the phone has it", |_| !desk.stand.on_phones().is_empty())
        .await;
    let order = desk.stand.on_phones()[0]["order"].to_string();
    (desk, contract, request, order)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_time_is_over_is_not_signed() {
    let desk = Desk::signed_in().await;
    let contract = desk.path("Contract.pdf");
    std::fs::write(&contract, b"%PDF-1.4\nold contract\n").unwrap();
    // The published example is of 2022.
    let request = desk.import(&[sample("goskey/req.xml"), contract]).await;
    let fingerprint = desk.stand.fingerprint("accountant");
    let ids = std::slice::from_ref(&request);
    let preflight = desk.app.preflight(ids, Some(fingerprint)).await.unwrap();
    let late = preflight.checks.iter().find(|check| check.code == "goskey-time");
    assert_eq!(late.map(|check| check.state), Some(CheckState::Failed));
    assert!(!preflight.can_sign);
    desk.person.was_asked();
    assert_eq!(code(desk.sign(ids).await), "app.preflight");
    assert!(desk.person.was_asked().is_empty(), "no PIN is asked for it");

    let open = desk
        .app
        .ask_goskey(&[self::contract(&desk).await], ask())
        .await
        .unwrap();
    let preflight = desk.app.preflight(&[open], Some(fingerprint)).await.unwrap();
    assert!(preflight.can_sign && preflight.checks.iter().all(|check| check.code != "goskey-time"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_on_the_phone_and_the_signature_joins_the_document() {
    let desk = Desk::signed_in().await;
    let contract = contract(&desk).await;
    let offer = desk
        .app
        .goskey_offer(std::slice::from_ref(&contract))
        .await
        .unwrap();
    assert_eq!(
        offer.documents[0].sent_as.as_deref(),
        Some("Trudovoi_dogovor_7.pdf")
    );
    assert_eq!((offer.problem, offer.people.len()), (None, 0));

    let request = sent(&desk, &contract, ask()).await;
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("accepted"));
    let page = desk.page(&request).await;
    let seen = only(&page);
    assert_eq!(
        (seen.state, seen.person.as_deref()),
        (GoskeyState::Signed, Some("Васильков И. С."))
    );
    assert_eq!(seen.files[0].state, GoskeyFileState::Joined);
    assert_eq!(seen.files[0].file, "Трудовой договор № 7.pdf");
    assert_eq!(seen.files[0].document_id.as_ref(), Some(&contract));

    let page = desk.page(&contract).await;
    assert_eq!((page.row.stage, page.signatures.len()), (Stage::Signed, 1));
    assert_eq!(
        page.signatures[0].verdict,
        Verdict::Valid,
        "{:#?}",
        page.signatures
    );
    assert!(page.signatures[0].signer.starts_with("Васильков"));
    for action in ["goskey-asked", "goskey-joined"] {
        assert!(page.journal.iter().any(|row| row.action == action), "{action}");
    }
    let file = page
        .files
        .iter()
        .find(|file| file.kind == FileKind::Signature)
        .unwrap();
    assert_eq!(file.signs.as_deref(), Some("Трудовой договор № 7.pdf"));

    // OpenSSL accepts what was joined as a signature of the octets that were sent.
    let package = desk.path("signed.zip");
    desk.app
        .export_package(std::slice::from_ref(&contract), &package)
        .await
        .unwrap();
    let signature = std::process::Command::new("unzip")
        .arg("-p")
        .arg(&package)
        .arg(&file.name)
        .output()
        .unwrap()
        .stdout;
    OpenSsl::new().accepts(&signature, Some(CONTENT), &desk.stand.roots());

    // The person is known from now on.
    let offer = desk
        .app
        .goskey_offer(std::slice::from_ref(&contract))
        .await
        .unwrap();
    assert_eq!(offer.people[0].snils.as_deref(), Some(SNILS));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_an_own_signature_and_one_of_goskey_is_filed_with_both() {
    let desk = Desk::signed_in().await;
    let contract = contract(&desk).await;
    desk.sign(std::slice::from_ref(&contract)).await.unwrap();
    sent(&desk, &contract, ask()).await;
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("accepted"));
    let page = desk.page(&contract).await;
    assert_eq!(page.signatures.len(), 2, "{:#?}", page.signatures);

    desk.app.send_document(&contract, "99000000001").await.unwrap();
    // The portal looks for both signatures where sign_config.xml says they are.
    desk.wait_for_stage_working(&contract, Stage::Accepted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_says_for_whom_and_until_when_and_a_refusal_joins_nothing() {
    let (desk, contract, request, order) = on_the_phone().await;
    let page = desk.page(&contract).await;
    let seen = only(&page);
    assert_eq!((seen.state, &seen.document_id), (GoskeyState::Waiting, &request));
    assert_eq!(seen.files[0].state, GoskeyFileState::Waiting);
    assert!(seen.expires.is_some() && seen.snils.as_deref() == Some(SNILS));

    desk.stand.answer_on_phone(&order, "reject", &json!({}));
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("refused"));
    let page = desk.page(&contract).await;
    assert_eq!(
        (only(&page).state, page.row.stage),
        (GoskeyState::Rejected, Stage::Ready)
    );
    assert_eq!(
        (page.signatures.len(), only(&page).files[0].state),
        (0, GoskeyFileState::Waiting)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn time_that_ran_out_is_told_apart_from_a_refusal() {
    let (desk, contract, request, order) = on_the_phone().await;
    desk.stand.answer_on_phone(&order, "expire", &json!({}));
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("refused"));
    assert_eq!(only(&desk.page(&contract).await).state, GoskeyState::Expired);
    assert_eq!(only(&desk.page(&request).await).state, GoskeyState::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_goskey_and_a_sender_whose_signature_nobody_checked_are_told() {
    let desk = Desk::signed_in().await;
    let contract = contract(&desk).await;
    let unknown = GoskeyAsk {
        snils: "112-233-445 95".to_owned(),
        ..ask()
    };
    let request = sent(&desk, &contract, unknown).await;
    assert_eq!(desk.work_to_the_end().await.outcome.as_deref(), Some("failed"));
    assert_eq!(
        only(&desk.page(&request).await).state,
        GoskeyState::PersonNotFound
    );

    let desk = Desk::signed_in().await;
    desk.stand.set(&json!({"outcome": "fail-delivery"}));
    let contract = self::contract(&desk).await;
    let request = sent(&desk, &contract, ask()).await;
    desk.work_to_the_end().await;
    assert_eq!(
        only(&desk.page(&request).await).state,
        GoskeyState::SenderNotChecked
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_portal_altered_or_somebody_else_signed_is_never_joined() {
    for (flaw, state) in [
        ("content", GoskeyFileState::Differs),
        ("signature", GoskeyFileState::Unfit),
        ("person", GoskeyFileState::OtherPerson),
    ] {
        let (desk, contract, request, order) = on_the_phone().await;
        desk.stand.answer_on_phone(&order, "sign", &json!({"flaw": flaw}));
        desk.work_to_the_end().await;
        let page = desk.page(&contract).await;
        assert_eq!(
            (page.row.stage, page.signatures.len()),
            (Stage::Ready, 0),
            "{flaw}"
        );
        assert_eq!(only(&page).files[0].state, state, "{flaw}");
        assert!(
            page.journal.iter().any(|row| row.action == "goskey-not-joined"),
            "{flaw}"
        );
        assert_eq!(only(&desk.page(&request).await).files[0].state, state, "{flaw}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn qualified_signatures_go_to_the_service_of_their_kind() {
    for (kind, service) in [
        (GoskeyKind::Qualified, "10000000374"),
        (GoskeyKind::Organisation, "60025907"),
    ] {
        let desk = Desk::signed_in().await;
        let contract = contract(&desk).await;
        let request = sent(&desk, &contract, GoskeyAsk { kind, ..ask() }).await;
        desk.work_to_the_end().await;
        assert_eq!(desk.stand.only_order()["service"], service);
        let page = desk.page(&contract).await;
        assert_eq!(page.signatures.len(), 1, "{kind:?}");
        assert_eq!(
            page.signatures[0].organisation.is_some(),
            kind == GoskeyKind::Organisation
        );
        assert_eq!(only(&desk.page(&request).await).kind, kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_request_is_refused_before_anything_is_made() {
    let desk = Desk::new().await;
    let contract = contract(&desk).await;
    let ids = std::slice::from_ref(&contract);
    let with = |change: fn(&mut GoskeyAsk)| {
        let mut asked = ask();
        change(&mut asked);
        asked
    };
    for (asked, expected) in [
        (
            with(|ask| ask.snils = "900-000-002 84".to_owned()),
            "goskey.snils",
        ),
        (with(|ask| ask.snils.clear()), "goskey.nobody"),
        (with(|ask| ask.oid = "12a".to_owned()), "goskey.oid"),
        (with(|ask| ask.hours = 25), "goskey.hours"),
        (with(|ask| ask.hours = 0), "goskey.hours"),
    ] {
        assert_eq!(code(desk.app.ask_goskey(ids, asked).await), expected);
    }
    let word = desk.path("Договор.docx");
    std::fs::write(&word, "x").unwrap();
    let word = desk.import(&[word]).await;
    let offer = desk
        .app
        .goskey_offer(&[contract.clone(), word.clone()])
        .await
        .unwrap();
    assert_eq!(offer.problem.unwrap().code, "goskey.file-kind");
    assert_eq!(
        code(desk.app.ask_goskey(&[word], ask()).await),
        "goskey.file-kind"
    );
    let many = desk.import_letters(16).await;
    assert_eq!(code(desk.app.ask_goskey(&many, ask()).await), "goskey.too-many");
    let page = desk.page(&contract).await;
    assert!(page.goskey.is_empty() && page.journal.iter().all(|row| row.action != "goskey-asked"));

    // A request is not signed in Госключ itself.
    let request = desk.app.ask_goskey(ids, ask()).await.unwrap();
    assert_eq!(
        code(desk.app.ask_goskey(&[request], ask()).await),
        "goskey.file-kind"
    );
}
