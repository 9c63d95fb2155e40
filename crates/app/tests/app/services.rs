//! The catalogue of services offline, and applications made of the portal's forms.

use std::collections::BTreeMap;

use kabinet_app::view::{
    DraftView, ServiceCatalogue, ServiceFee, ServiceListing, ServiceOrder, ServiceQuery, ServiceSource,
    ServiceWay, Stage,
};

use crate::desk::{Desk, code};

/// Takes no signature and no files.
const EXTRACT: &str = "99000000012";
/// Takes both.
const LICENCE: &str = "99000000010";

async fn all(desk: &Desk, query: ServiceQuery) -> ServiceCatalogue {
    desk.app.services(query, 200, false).await.unwrap()
}

fn words(text: &str) -> ServiceQuery {
    ServiceQuery {
        text: text.to_owned(),
        ..ServiceQuery::default()
    }
}

async fn told(desk: &Desk) -> ServiceCatalogue {
    let told = desk
        .app
        .services(ServiceQuery::default(), 200, true)
        .await
        .unwrap();
    assert_eq!(told.error, None);
    told
}

async fn save(desk: &Desk, draft: &DraftView, changes: &[(&str, &str)]) -> DraftView {
    let mut fields: BTreeMap<String, String> = draft.fields.clone();
    for (name, value) in changes {
        fields.insert((*name).to_owned(), (*value).to_owned());
    }
    desk.app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_searched_offline_after_one_exchange() {
    let desk = Desk::signed_in().await;
    let before = all(&desk, ServiceQuery::default()).await;
    assert_eq!((before.source, before.all), (ServiceSource::Nothing, 0));
    let first = told(&desk).await;
    assert_eq!(
        (first.source, first.all, first.total),
        (ServiceSource::Portal, 30, 30)
    );
    desk.app.lock().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    // Nobody is signed in: what was kept is there, with its age and the reason.
    let kept = desk
        .app
        .services(ServiceQuery::default(), 10, true)
        .await
        .unwrap();
    assert_eq!(
        kept.error.map(|error| error.code).as_deref(),
        Some("app.not-signed-in")
    );
    assert_eq!((kept.at, kept.rows.len(), kept.total), (first.at.clone(), 10, 30));

    let found = all(&desk, words("учетный ЛИЦЕНЗИИ продление")).await;
    assert_eq!(found.total, 0);
    let found = all(&desk, words("лицензии продление")).await;
    assert_eq!(
        found.rows.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(),
        [LICENCE]
    );
    // ё is е, and a part of the code is enough.
    let by_yo = all(&desk, words("расчёт учёт")).await.total;
    assert_eq!(by_yo, all(&desk, words("расчет учет")).await.total);
    assert!(all(&desk, words("прием заявлений")).await.total > 0);
    assert_eq!(all(&desk, words("0000012")).await.rows[0].code, EXTRACT);
    let paid = ServiceQuery {
        fee: Some(ServiceFee::Paid),
        ..ServiceQuery::default()
    };
    assert!(all(&desk, paid).await.rows.iter().all(|one| one.fee.is_some()));
    let fitting = ServiceQuery {
        fitting: true,
        ..ServiceQuery::default()
    };
    let fitting = all(&desk, fitting).await;
    assert!(
        fitting.total < 30
            && fitting
                .rows
                .iter()
                .all(|one| one.audience.iter().any(|who| who == "legal"))
    );
    let quick = ServiceQuery {
        max_days: Some(5),
        ..ServiceQuery::default()
    };
    assert!(
        all(&desk, quick)
            .await
            .rows
            .iter()
            .all(|one| one.term_days.unwrap() <= 5)
    );
    // Filling in is promised only where a form is known and the answers are taken.
    let way = |code: &str| kept_way(&first, code);
    assert_eq!(way(EXTRACT), ServiceWay::Form);
    assert_eq!(way("10000000109"), ServiceWay::File);
    assert_eq!(way("60013730"), ServiceWay::Elsewhere);
    assert_eq!(
        code(desk.app.begin_application("10000000109").await),
        "app.no-form"
    );
}

fn kept_way(told: &ServiceCatalogue, code: &str) -> ServiceWay {
    told.rows.iter().find(|one| one.code == code).unwrap().way
}

#[tokio::test(flavor = "multi_thread")]
async fn favourites_searches_order_and_what_is_begun_often_are_remembered() {
    let desk = Desk::signed_in().await;
    told(&desk).await;
    desk.app.mark_service(EXTRACT, true).await.unwrap();
    assert_eq!(code(desk.app.mark_service("1", true).await), "app.not-found");
    assert_eq!(
        code(desk.app.save_service_search("  ", words("x")).await),
        "app.search-name"
    );
    desk.app
        .save_service_search("Лицензии", words("лицензии"))
        .await
        .unwrap();
    desk.app
        .save_service_search("Лицензии", words("лицензия"))
        .await
        .unwrap();
    let listing = ServiceListing {
        order: ServiceOrder::Title,
        rows: 100_000,
    };
    desk.app.list_services_so(listing).await.unwrap();
    desk.app.begin_application(LICENCE).await.unwrap();
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    let told = all(&desk, ServiceQuery::default()).await;
    assert_eq!(told.favourites[0].code, EXTRACT);
    assert_eq!(told.frequent[0].code, LICENCE);
    assert_eq!(told.searches.len(), 1);
    assert_eq!(told.searches[0].query, words("лицензия"));
    assert_eq!(
        (told.listing.order, told.listing.rows),
        (ServiceOrder::Title, 200)
    );
    assert!(
        told.rows
            .is_sorted_by_key(|one| one.title.to_lowercase().replace('ё', "е"))
    );
    let favourites = ServiceQuery {
        favourites: true,
        ..ServiceQuery::default()
    };
    assert_eq!(all(&desk, favourites).await.total, 1);
    desk.app.mark_service(EXTRACT, false).await.unwrap();
    assert_eq!(all(&desk, ServiceQuery::default()).await.favourites, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_the_portal_is_filled_in_offline_signed_filed_and_accepted() {
    let desk = Desk::signed_in().await;
    told(&desk).await;
    desk.app.lock().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();

    let draft = desk.app.begin_application(LICENCE).await.unwrap();
    assert_eq!(draft.fields["org-inn"], desk.owner().inn);
    let form = desk.app.draft_form(&draft.form).await.unwrap();
    assert!(
        form.sections
            .iter()
            .flat_map(|section| &section.fields)
            .any(|field| field.required)
    );
    let early = desk.app.file_draft(&draft.id).await.unwrap();
    assert!(
        early
            .problems
            .iter()
            .any(|one| one.field.as_deref() == Some("files"))
    );
    let page = desk.app.dictionary("OKVED", "", 0, 1).await.unwrap();
    assert!(page.more, "a dictionary is searched by pages");
    let activity = format!("{} {}", page.rows[0].code, page.rows[0].title);
    let region = desk
        .app
        .dictionary("OKATO", "", 0, 1)
        .await
        .unwrap()
        .rows
        .remove(0)
        .code;

    // Files are judged before they are taken.
    let wrong = desk.path("устав.exe");
    std::fs::write(&wrong, b"MZ").unwrap();
    let refused = desk
        .app
        .attach_files(&draft.id, draft.revision, "files".to_owned(), vec![wrong])
        .await;
    assert_eq!(code(refused), "app.attachment-kind");
    let renamed = desk.path("план.pdf");
    std::fs::write(&renamed, b"MZ").unwrap();
    let refused = desk
        .app
        .attach_files(&draft.id, draft.revision, "files".to_owned(), vec![renamed])
        .await;
    assert_eq!(code(refused), "app.attachment-content");
    let good = desk.path("устав.pdf");
    std::fs::write(&good, b"%PDF-1.4\n%%EOF\n").unwrap();
    let draft = desk
        .app
        .attach_files(&draft.id, draft.revision, "files".to_owned(), vec![good.clone()])
        .await
        .unwrap();
    // The vault has its own copy.
    std::fs::remove_file(good).unwrap();

    let mut answers = vec![("region", region), ("activity", activity)];
    for problem in &draft.problems {
        let name = problem.field.as_deref().unwrap();
        let field = form
            .sections
            .iter()
            .flat_map(|section| &section.fields)
            .find(|field| field.name == name);
        let field = field.unwrap();
        let value = match (field.choices.first(), name) {
            (Some(choice), _) => choice.value.clone(),
            (None, "contact-phone") => "+7 495 000-00-00".to_owned(),
            (None, "region" | "activity") => continue,
            (None, _) => "12".to_owned(),
        };
        answers.push((name, value));
    }
    let answers: Vec<(&str, &str)> = answers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let draft = save(&desk, &draft, &answers).await;
    assert_eq!(draft.problems, []);
    let document = desk.app.file_draft(&draft.id).await.unwrap().document_id.unwrap();
    let page = desk.page(&document).await;
    assert_eq!(page.row.stage, Stage::Ready);
    assert_eq!(
        page.services
            .iter()
            .map(|one| one.code.as_str())
            .collect::<Vec<_>>(),
        [LICENCE]
    );
    let readable = serde_json::to_string(&page.readable).unwrap();
    assert!(
        readable.contains("устав.pdf") && readable.contains("ИНН организации"),
        "{readable}"
    );

    desk.sign_in().await.unwrap();
    desk.sign(std::slice::from_ref(&document)).await.unwrap();
    desk.app.send_document(&document, LICENCE).await.unwrap();
    desk.work_to_the_end().await;
    let page = desk.page(&document).await;
    assert_eq!(page.row.stage, Stage::Accepted);
    // The attached file went along with a signature of its own; the receipt came, and the licence.
    let kinds: Vec<String> = page.files.iter().map(|file| format!("{:?}", file.kind)).collect();
    assert_eq!(
        kinds,
        [
            "Main",
            "Companion",
            "Signature",
            "Signature",
            "Result",
            "ResultSignature",
            "Result",
            "ResultSignature"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_the_field_and_nothing_is_lost() {
    let desk = Desk::signed_in().await;
    told(&desk).await;
    // Made elsewhere, with a question left out: nothing here knows that it was asked.
    let path = desk.path("req.xml");
    let text = format!(
        r#"<application xmlns="urn:kabinet:application:1" service="{EXTRACT}" title="Выписка"><section heading="Организация"><field name="org-inn" label="ИНН" kind="inn"><value>{}</value></field></section></application>"#,
        desk.owner().inn
    );
    std::fs::write(&path, &text).unwrap();
    let document = desk.import(&[path]).await;
    desk.app.send_document(&document, EXTRACT).await.unwrap();
    desk.work_to_the_end().await;
    let page = desk.page(&document).await;
    assert_eq!(page.row.stage, Stage::Failed);
    let said = serde_json::to_string(&page.history).unwrap();
    assert!(
        said.contains("(org-name)") && said.contains("не заполнено"),
        "{said}"
    );
    assert_eq!(page.raw.as_deref(), Some(text.as_str()));
}
