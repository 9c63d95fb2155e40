//! The documents of a request travel with their bytes: each once, before it, and after a break only what is missing.

use kabinet_app::view::{FormDocument, ScanForm, ScanPerson, ScanPrincipal};
use sha2::{Digest as _, Sha256};

use super::*;

/// A scan and a photo, as they come from a scanner and a phone.
const CHARTER: &[u8] = b"%PDF-1.7\n% scan of the charter\n%%EOF\n";
const REGISTRATION: &[u8] = b"\xff\xd8\xff\xe0 photo of the certificate \xff\xd9";

async fn paper(desk: &Desk, kind: &str, name: &str, content: &[u8]) -> FormDocument {
    let path = desk.path(name);
    std::fs::write(&path, content).unwrap();
    FormDocument {
        kind: kind.to_owned(),
        document_id: desk.import(&[path]).await,
    }
}

/// A complete form with both papers, in another order than the portal's.
async fn form_with_papers(desk: &Desk) -> LinkForm {
    LinkForm {
        documents: vec![
            paper(desk, "registration", "Свидетельство.jpg", REGISTRATION).await,
            paper(desk, "charter", "Устав.pdf", CHARTER).await,
        ],
        ..form(&own_second(desk), "code")
    }
}

fn path_of(content: &[u8]) -> String {
    format!("/api/cabinet/v1/files/{}", hex::encode(Sha256::digest(content)))
}

/// What the operator of the portal reads of a paper, by the link on the page.
fn at_the_operator(desk: &Desk, name: &str) -> Vec<u8> {
    let page = String::from_utf8(desk.stand.console("/papers").body).unwrap();
    let before = page.split(name).next().unwrap();
    let link = before.rsplit("href=\"").next().unwrap();
    let reply = desk.stand.console(link.split('"').next().unwrap());
    assert_eq!(reply.status, 200);
    reply.body
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_arrive_with_the_request_byte_for_byte_and_only_once() {
    let desk = director().await;
    let form = form_with_papers(&desk).await;
    let mine = desk.app.request_link(form.clone()).await.unwrap();
    assert_eq!(only(&mine).status, "awaiting-code");
    assert_eq!(at_the_operator(&desk, "Устав.pdf"), CHARTER);
    assert_eq!(at_the_operator(&desk, "Свидетельство.jpg"), REGISTRATION);
    let puts = |content| desk.stand.requests_to("PUT", &path_of(content));
    assert_eq!((puts(CHARTER), puts(REGISTRATION)), (1, 1));
    // The next request names the same papers: they are there.
    let id = only(&mine).id.clone();
    desk.app.withdraw_link(&id).await.unwrap();
    desk.app.request_link(form).await.unwrap();
    assert_eq!((puts(CHARTER), puts(REGISTRATION)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_of_attorney_on_paper_goes_along_as_the_document_of_authority() {
    let desk = director().await;
    let scan = desk.path("Доверенность.png");
    let picture = image::DynamicImage::new_luma8(900, 1200);
    picture.save_with_format(&scan, image::ImageFormat::Png).unwrap();
    let content = std::fs::read(&scan).unwrap();
    let person = |surname: &str| ScanPerson {
        surname: surname.to_owned(),
        given_name: "Анна".to_owned(),
        passport: Some("99 00 123456".to_owned()),
        passport_issued: Some("2010-05-01".to_owned()),
        passport_issuer: Some("Отделом № 1".to_owned()),
        ..ScanPerson::default()
    };
    let paper = ScanForm {
        kind: "paper".to_owned(),
        issued: "2026-01-10".to_owned(),
        expires: "2099-12-31".to_owned(),
        principal: ScanPrincipal {
            name: "ООО «Ромашка»".to_owned(),
            inn: desk.stand.demo.organisations[0].inn.clone(),
            signer: person("Ромашкина"),
        },
        representative: person("Васильков"),
        text: "Представлять интересы на портале".to_owned(),
        declared: ["no-corrections", "signed-by-hand", "seal", "whole", "lawful"]
            .map(str::to_owned)
            .to_vec(),
        ..ScanForm::default()
    };
    let added = desk.app.add_poa_scan(paper, &scan).await.unwrap();
    assert_eq!(added.problems, []);
    let authority = FormDocument {
        kind: "authority".to_owned(),
        document_id: added.row.unwrap().document_id,
    };
    let form = LinkForm {
        documents: vec![authority],
        ..form(&own_second(&desk), "code")
    };
    let mine = desk.app.request_link(form).await.unwrap();
    assert_eq!(only(&mine).status, "awaiting-code");
    // The picture, and not what was typed beside it.
    assert_eq!(at_the_operator(&desk, "Доверенность.png"), content);
    assert_eq!(desk.stand.requests_to("PUT", "/api/cabinet/v1/files/*"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_upload_asks_for_nothing_and_goes_on_with_what_is_missing() {
    let desk = director().await;
    let form = form_with_papers(&desk).await;
    desk.stand.fault(
        &json!({"path": "/api/cabinet/v1/files/*", "method": "PUT", "skip": 1, "kind": "drop-before"}),
    );
    assert_eq!(
        code(desk.app.request_link(form.clone()).await),
        "portal.unavailable"
    );
    assert!(desk.stand.all_faults_struck());
    assert_eq!(desk.stand.requests_to("POST", "/api/cabinet/v1/links"), 0);
    assert!(desk.app.my_organisations(true).await.unwrap().links.is_empty());
    // An answer that is lost is no file that is lost.
    desk.stand
        .fault(&json!({"path": "/api/cabinet/v1/files/*", "method": "PUT", "kind": "drop-after"}));
    assert!(desk.app.request_link(form.clone()).await.is_err());
    let mine = desk.app.request_link(form).await.unwrap();
    assert_eq!(only(&mine).status, "awaiting-code");
    assert_eq!(desk.stand.requests_to("PUT", &path_of(CHARTER)), 1);
    assert_eq!(at_the_operator(&desk, "Устав.pdf"), CHARTER);
    assert_eq!(at_the_operator(&desk, "Свидетельство.jpg"), REGISTRATION);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_of_the_pen_or_a_file_too_large_uploads_nothing() {
    let desk = director().await;
    let right = form_with_papers(&desk).await;
    let slip = LinkForm {
        bik: "1".to_owned(),
        ..right.clone()
    };
    assert_eq!(code(desk.app.request_link(slip).await), "app.requisite");
    let large = paper(&desk, "authority", "Приказ.pdf", &vec![b'%'; 20_000_001]).await;
    let mut form = right;
    form.documents.push(large);
    let error = desk.app.request_link(form).await.unwrap_err();
    assert_eq!(error.code(), "app.too-large");
    assert_eq!(desk.stand.requests_to("PUT", "/api/cabinet/v1/files/*"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_acts_and_the_requisites_not_everybody_has_reach_the_portals_officer() {
    let desk = director().await;
    let entry = own_second(&desk);
    let form = LinkForm {
        role: "owner".to_owned(),
        representative_name: "Полевой Остап Ильич".to_owned(),
        representative_passport: "4500 000001".to_owned(),
        tax_account: "7701-25".to_owned(),
        director_passport: "4500 000002".to_owned(),
        branch_code: "770143002".to_owned(),
        branch_address: "г. Учебный, ул. Овражная, д. 7".to_owned(),
        ..form(&entry, "code")
    };
    desk.app.request_link(form.clone()).await.unwrap();
    let page = String::from_utf8(desk.stand.console("/papers").body).unwrap();
    assert!(page.contains("Роль: Владелец"), "{page}");
    for told in [
        &form.representative_name,
        &form.representative_passport,
        &form.tax_account,
        &form.director_passport,
        &form.branch_code,
        &form.branch_address,
    ] {
        assert!(page.contains(told.as_str()), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_of_a_registration_and_of_an_answer_arrive_too() {
    let desk = director().await;
    let charter = paper(&desk, "charter", "Устав.pdf", CHARTER).await;
    let application = LinkForm {
        name: "ООО «Мать-и-мачеха»".to_owned(),
        inn: "9900000200".to_owned(),
        ownership_form: "Частная собственность".to_owned(),
        organisation_type: "12300".to_owned(),
        activity_aims: "Цветоводство".to_owned(),
        legal_address: "г. Учебный, ул. Полевая, д. 5".to_owned(),
        phone: "+7 999 000-00-05".to_owned(),
        email: "office@example.ru".to_owned(),
        documents: vec![charter],
        accept_terms: true,
        ..LinkForm::default()
    };
    let filed = desk.app.register_organisation(application).await.unwrap();
    assert_eq!(at_the_operator(&desk, "Устав.pdf"), CHARTER);
    let end = Instant::now() + Duration::from_secs(30);
    let question = loop {
        let seen = desk.app.refresh_registration(&filed[0].id).await.unwrap();
        if let Some(question) = seen[0].clarifications.first() {
            break question.id.clone();
        }
        assert!(Instant::now() < end);
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let decision = paper(&desk, "", "Решение.jpg", REGISTRATION).await;
    desk.app
        .clarify_registration(&filed[0].id, &question, "Вот оно", Some(&decision.document_id))
        .await
        .unwrap();
    assert_eq!(at_the_operator(&desk, "Решение.jpg"), REGISTRATION);
}
