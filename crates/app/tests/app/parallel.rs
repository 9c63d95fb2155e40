//! Cases of several organisations at once, a sole proprietor among them: each goes its own way and none sees another (ORG-43).

use kabinet_app::view::{
    DocumentQuery, DraftShelf, NewOrganisation, OrderQuery, OutboxState, SigningRequest, Stage,
};
use kabinet_testkit::Authority;
use serde_json::json;

use crate::desk::Desk;

/// ИНН and ОГРНИП of the sole proprietor.
const INN: &str = "770000000156";
const OGRNIP: &str = "304999900000012";
const FORM: &str = "fns.on_aktsverotp";
const TOKEN: &str = "0009";

/// A token with a sole proprietor's certificate, which names no organisation but an ОГРНИП, and a private one of the same person.
fn proprietors_token(desk: &Desk) {
    let authority = Authority::new();
    let person = "/CN=Мятлик Вера Павловна/SN=Мятлик/GN=Вера Павловна";
    authority.issue_to("proprietor", &format!("{person}/INN={INN}/OGRNIP={OGRNIP}"));
    authority.issue_to("private", &format!("{person}/INN={INN}"));
    desk.drawer.add(&desk.stand, TOKEN, &[]);
    for (id, name) in [(1, "proprietor"), (2, "private")] {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        desk.drawer
            .import(TOKEN, &authority.path(&key), &authority.path(&certificate), id);
    }
}

/// What of the chosen organisation is in its lists: documents, those with this word, drafts, applications, submissions.
async fn lists(desk: &Desk, word: &str) -> (u32, u32, usize, u32, usize) {
    let all = desk.app.documents(DocumentQuery::default()).await.unwrap().total;
    let wanted = DocumentQuery {
        text: word.to_owned(),
        ..DocumentQuery::default()
    };
    let found = desk.app.documents(wanted).await.unwrap().total;
    let drafts = desk.app.drafts(DraftShelf::Open, 0, 50).await.unwrap();
    let query = OrderQuery {
        limit: 50,
        ..OrderQuery::default()
    };
    let orders = desk.app.orders(query).await.unwrap().total;
    let outbox = desk.app.outbox().await.unwrap().len();
    (all, found, drafts.rows.len(), orders, outbox)
}

async fn text(desk: &Desk, name: &str, content: &str) -> String {
    let path = desk.path(name);
    std::fs::write(&path, content).unwrap();
    desk.import(&[path]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_company_and_a_sole_proprietor_run_their_cases_side_by_side() {
    let desk = Desk::signed_in().await;
    proprietors_token(&desk);
    let company = desk.app.state().await.organisation.unwrap().id;
    // The company: an application with the authority, another document signed, a draft, a deadline of its own.
    desk.stand.set(&json!({"outcome": "hold"}));
    let filed = desk.queued_akt().await;
    desk.work_until("it is with the authority", |row| {
        row.state == OutboxState::Following
    })
    .await;
    desk.app.sync_now().await.unwrap();
    let letter = text(&desk, "letter.txt", "Письмо о подсолнухах\n").await;
    desk.sign(std::slice::from_ref(&letter)).await.unwrap();
    let draft = desk.app.new_draft(FORM).await.unwrap();
    desk.app
        .add_deadline("Сверка с поставщиком", "2027-01-15")
        .await
        .unwrap();
    let of_company = lists(&desk, "подсолнухах").await;
    assert_eq!(
        (of_company.0, of_company.1, of_company.2, of_company.3),
        (2, 1, 1, 1)
    );

    let proprietor = NewOrganisation {
        name: "ИП Мятлик В. П.".to_owned(),
        inn: INN.to_owned(),
        ogrn: OGRNIP.to_owned(),
        kpp: None,
        region: "45000000000".to_owned(),
        api_key: None,
    };
    desk.app.add_organisation(proprietor).await.unwrap();
    let own = desk.app.state().await.organisation.unwrap();
    assert_eq!(own.inn, INN);
    assert_eq!(lists(&desk, "подсолнухах").await, (0, 0, 0, 0, 0));
    let calendar = desk.app.calendar("2027-01-01", "2027-01-31").await.unwrap();
    assert!(
        calendar
            .entries
            .iter()
            .all(|entry| entry.title != "Сверка с поставщиком")
    );
    assert!(
        desk.actions()
            .await
            .iter()
            .all(|action| action != "document-signed")
    );
    // Only the certificate that names the sole proprietor is fit.
    let scan = desk.app.scan_tokens().await.unwrap();
    let fit: Vec<_> = scan
        .certificates
        .iter()
        .filter(|one| one.unfit.is_empty())
        .collect();
    assert_eq!(fit.len(), 1, "{fit:#?}");
    assert_eq!(
        (fit[0].organisation_inn.as_deref(), fit[0].ogrn.as_deref()),
        (Some(INN), Some(OGRNIP))
    );
    let why = |holder: &str| {
        let line = scan
            .certificates
            .iter()
            .find(|one| one.holder.starts_with(holder) && !one.unfit.is_empty());
        line.unwrap().unfit[0].code.clone()
    };
    assert_eq!(
        (why("Мятлик").as_str(), why("Лютикова").as_str()),
        ("no-organisation", "other-organisation")
    );
    // The same content is a document of its own here, and is signed with the proprietor's key.
    let same = text(&desk, "letter.txt", "Письмо о подсолнухах\n").await;
    let preflight = desk
        .app
        .preflight(std::slice::from_ref(&same), None)
        .await
        .unwrap();
    desk.app
        .start_signing(SigningRequest::of(&preflight, &fit[0].id))
        .await
        .unwrap();
    let page = desk.page(&same).await;
    assert_eq!(page.row.stage, Stage::Signed);
    assert_eq!(page.signatures.len(), 1);
    let begun = desk.app.new_draft(FORM).await.unwrap();
    assert_ne!(begun.id, draft.id);
    assert!(
        desk.app.draft(&draft.id).await.is_err(),
        "the company's stays the company's"
    );
    let of_proprietor = lists(&desk, "подсолнухах").await;
    assert_eq!(of_proprietor, (1, 1, 1, 0, 0));

    // Back at the company everything is as it was, and goes on to its end.
    desk.app.select_organisation(&company).await.unwrap();
    assert_eq!(lists(&desk, "подсолнухах").await, of_company);
    assert!(desk.app.draft(&begun.id).await.is_err());
    desk.sign_in().await.unwrap();
    desk.stand.set(&json!({"outcome": "accept"}));
    desk.stand.operate(
        &format!("orders/{}/advance", desk.stand.only_order()["id"]),
        &json!({}),
    );
    desk.wait_for_stage_working(&filed, Stage::Accepted).await;
    // And the proprietor's has heard of none of it.
    desk.app.select_organisation(&own.id).await.unwrap();
    assert_eq!(lists(&desk, "подсолнухах").await, of_proprietor);
    assert_eq!(desk.page(&same).await.row.stage, Stage::Signed);
}
