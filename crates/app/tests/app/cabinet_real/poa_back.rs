//! A power of attorney given, replaced and taken back at the reference portal itself.

use kabinet_app::view::PoaRow;

use super::*;

const CLOCK: Duration = Duration::from_secs(60);

/// A draft from the director to the accountant, filed: document and number.
async fn given(desk: &Desk) -> (String, String) {
    let people = &desk.stand.demo.employees;
    let of = |id: &str| people.iter().find(|one| one.id == id).unwrap();
    let (head, receiver) = (of("director"), of("accountant"));
    let draft = desk.app.new_draft("emchd").await.unwrap();
    let mut fields = draft.fields.clone();
    let names = |text: &str| {
        let (given, patronymic) = text.split_once(' ').unwrap_or((text, ""));
        (given.to_owned(), patronymic.to_owned())
    };
    let today = time::OffsetDateTime::now_utc()
        .to_offset(time::macros::offset!(+3))
        .date();
    let shown = |day: time::Date| format!("{:02}.{:02}.{}", day.day(), u8::from(day.month()), day.year());
    for (prefix, one) in [("head", head), ("representative", receiver)] {
        let (given, patronymic) = names(&one.given_name);
        for (name, value) in [
            ("surname", one.surname.clone()),
            ("given-name", given),
            ("patronymic", patronymic),
            ("inn", one.inn.clone()),
            ("snils", one.snils.clone()),
            ("position", one.title.clone()),
        ] {
            fields.insert(format!("{prefix}.{name}"), value);
        }
    }
    for (name, value) in [
        ("number.internal", "17/26"),
        ("issued", shown(today).as_str()),
        ("expires", shown(today + time::Duration::days(30)).as_str()),
        ("principal.through", "head"),
        ("principal.region", "99"),
        ("principal.address", "г. Демоград, ул. Полевая, 1"),
        ("representative.who", "person"),
        ("representative.born", "03.04.1990"),
        ("representative.passport.number", "99 00 123456"),
        ("representative.passport.issued", "05.06.2010"),
        ("representative.passport.issuer", "Отделом № 1 г. Демограда"),
        ("joint", "each"),
        ("powers.kind", "codes"),
        ("powers/00000100/code", "DEMO_SRCDOC_ALL"),
        ("powers/00000100/name", "Подписывать первичные учётные документы"),
        ("redelegation", "forbidden"),
        ("revocability", "revocable"),
        ("notary", "no"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    desk.app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap();
    filed(desk, &draft.id).await
}

async fn filed(desk: &Desk, draft: &str) -> (String, String) {
    let filed = desk.app.file_draft(draft).await.unwrap();
    let id = filed
        .document_id
        .unwrap_or_else(|| panic!("{:?}", filed.problems));
    let name = desk.page(&id).await.files[0].name.clone();
    (
        id,
        name.trim_end_matches(".xml")
            .rsplit('_')
            .next()
            .unwrap()
            .to_owned(),
    )
}

async fn until(desk: &Desk, number: &str, wanted: impl Fn(&PoaRow) -> bool) -> PoaRow {
    let end = Instant::now() + CLOCK;
    loop {
        desk.app.work_poas().await;
        let row = desk.app.poa(number).await.unwrap();
        if wanted(&row) {
            return row;
        }
        assert!(Instant::now() < end, "never came: {row:#?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_of_attorney_is_replaced_and_the_new_one_taken_back_at_the_registry() {
    let desk = director().await;
    let (id, old) = given(&desk).await;
    desk.sign_as("director", &[id]).await.unwrap();
    desk.app.register_poa(&old).await.unwrap();
    until(&desk, &old, |row| row.state == "active").await;

    let draft = desk.app.extend_poa(&old).await.unwrap();
    let view = desk.app.draft(&draft).await.unwrap();
    let mut fields = view.fields.clone();
    fields.insert("number.internal".to_owned(), "18/26".to_owned());
    desk.app.save_draft(&draft, view.revision, fields).await.unwrap();
    let (id, new) = filed(&desk, &draft).await;
    desk.person.was_asked();
    desk.sign_as("director", &[id]).await.unwrap();
    assert_eq!(desk.person.was_asked().len(), 1);
    let confirmed = until(&desk, &old, |row| row.revocation_confirmed.is_some()).await;
    assert_eq!(confirmed.error, None);
    let row = desk.app.refresh_poa(&old).await.unwrap();
    assert_eq!(
        (row.state.as_str(), row.registry.as_deref()),
        ("revoked", Some("revoked"))
    );
    let row = desk.app.refresh_poa(&new).await.unwrap();
    assert_eq!(
        (row.state.as_str(), row.registry.as_deref()),
        ("active", Some("active"))
    );

    let told = desk.app.poa_consequences(&new).await.unwrap();
    let head = desk
        .stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == "director")
        .unwrap();
    assert!(told.signer.unwrap().starts_with(&head.surname));
    let revocation = desk
        .app
        .draft_revocation(&new, "Уволена с 1 декабря")
        .await
        .unwrap();
    desk.sign_as("director", &[revocation]).await.unwrap();
    let row = until(&desk, &new, |row| row.revocation_confirmed.is_some()).await;
    assert_eq!((row.state.as_str(), row.error), ("revoked", None));
    let row = desk.app.refresh_poa(&new).await.unwrap();
    assert_eq!(row.registry.as_deref(), Some("revoked"));
    let certificate = desk.stand.fingerprint("director");
    let judged = desk
        .app
        .judge_poa(&new, certificate, &["DEMO_SRCDOC_ALL".to_owned()])
        .await
        .unwrap();
    let codes: Vec<String> = judged.reasons.into_iter().map(|one| one.code).collect();
    assert!(codes.contains(&"poa.revoked-here".to_owned()), "{codes:?}");
}
