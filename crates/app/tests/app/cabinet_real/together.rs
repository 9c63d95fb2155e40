//! A power of attorney two heads give together: read, signed by one after the other in vaults of their own, and registered once with
//! both signatures.

use kabinet_app::view::{CheckState, HandOver, HandOverWhat, ItemState, ToSignItem};
use kabinet_testkit::OpenSsl;

use super::*;
use crate::neighbour::Neighbour;

const NUMBER: &str = "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";

fn person(desk: &Desk, element: &str, id: &str) -> String {
    let one = desk.stand.demo.employee(id).unwrap();
    let (given, patronymic) = one.given_name.split_once(' ').unwrap();
    format!(
        r#"<{element} СНИЛС="{}" ИННФЛ="{}" Должность="{}"><СведФЛ ПрГражд="1" ДатаРожд="1980-01-02"><ФИО Имя="{given}" Отчество="{patronymic}" Фамилия="{}"/></СведФЛ></{element}>"#,
        one.snils, one.inn, one.title, one.surname
    )
}

/// By both heads, who act only together, to an employee.
fn file(desk: &Desk) -> std::path::PathBuf {
    let owner = &desk.stand.demo.organisations[0];
    let heads: String = ["director", "accountant"]
        .map(|head| {
            let one = person(desk, "СвФЛ", head);
            format!(r#"<ЛицоБезДов ПолнЮЛ="2">{one}</ЛицоБезДов>"#)
        })
        .concat();
    let identifier = format!("ON_EMCHD_20261101_{NUMBER}");
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000" ИдФайл="{identifier}"><Документ КНД="1110310"><Довер>
<СвДов ВидДовер="1" ПрПередов="1" ВнНомДовер="7" НомДовер="{NUMBER}" ДатаВыдДовер="2026-11-01" СрокДейст="2027-12-31"><СведСист>ЕПГУ</СведСист></СвДов>
<СвДоверит ТипДоверит="1"><Доверит><РосОргДовер ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0"><СвРосОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"><АдрРег Регион="77"><АдрРФ>Москва</АдрРФ></АдрРег></СвРосОрг>
{heads}</РосОргДовер></Доверит></СвДоверит>
<СвУпПред ТипПред="3"><Пред>{}</Пред></СвУпПред>
<СвПолн ТипПолн="1" ПрСовмПолн="1"><МашПолн КодПолн="DEMO_SRCDOC_ALL" НаимПолн="Подписывать первичные учётные документы"/></СвПолн>
</Довер></Документ></Доверенность>"#,
        owner.short_name.replace('"', "&quot;"),
        owner.inn,
        owner.kpp,
        owner.ogrn,
        person(desk, "СведФизЛ", "accountant"),
    );
    let path = desk.path(&format!("{identifier}.xml"));
    std::fs::write(&path, xml).unwrap();
    path
}

async fn only(app: &kabinet_app::App, desk: &Desk, certificates: &[&str]) -> ToSignItem {
    let ids: Vec<String> = certificates
        .iter()
        .map(|one| desk.stand.fingerprint(one).to_owned())
        .collect();
    let mut groups = app.to_sign(&ids).await.unwrap().groups;
    assert_eq!((groups.len(), groups[0].kind.as_str()), (1, "poa"), "{groups:#?}");
    assert_eq!(groups[0].items.len(), 1);
    groups.remove(0).items.remove(0)
}

/// The file of this name, however deep it lies.
fn below(folder: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    let mut entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.find_map(|path| match path.is_dir() {
        true => below(&path, name),
        false => path.ends_with(name).then_some(path),
    })
}

async fn until_active(app: &kabinet_app::App) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        app.work_poas().await;
        let row = app.poa(NUMBER).await.unwrap();
        if row.state == "active" {
            return;
        }
        assert!(Instant::now() < end, "never registered: {row:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_heads_sign_one_after_the_other_and_the_registry_gets_both() {
    let desk = Desk::signed_in().await;
    let director = Neighbour::of(&desk, "director", DIRECTORS_TOKEN).await;
    let id = desk.import(&[file(&desk)]).await;
    let ids = std::slice::from_ref(&id);

    let waits = only(&desk.app, &desk, &["accountant"]).await;
    assert!(waits.together && waits.document.opened.is_none());
    assert_eq!((waits.heads.len(), waits.signers.len()), (2, 1));
    let grant = &waits.grants[0];
    assert!(grant.who.starts_with("Лютикова"), "{grant:#?}");
    assert_eq!(
        (grant.may.as_slice(), grant.until.as_str(), grant.redelegate),
        (
            &["Подписывать первичные учётные документы".to_owned()][..],
            "2027-12-31",
            false
        )
    );
    // Somebody it does not name, and a token that is not there, are told before any PIN.
    assert!(
        only(&desk.app, &desk, &["director-untrusted"])
            .await
            .signers
            .is_empty()
    );
    desk.app.note_opened(&id, &waits.document.shown).await.unwrap();
    assert!(only(&desk.app, &desk, &[]).await.document.opened.is_some());

    desk.sign(ids).await.unwrap();
    // One of two: the registry would refuse it for good.
    assert_eq!(code(desk.app.register_poa(NUMBER).await), "poa.others-must-sign");
    let left = desk.app.to_sign(&[]).await.unwrap();
    assert_eq!(left.unregistered[0].awaited.len(), 1, "{left:#?}");
    let refused = desk.app.register_signed(&[NUMBER.to_owned()]).await.unwrap();
    assert_eq!(refused[0].error.as_ref().unwrap().code, "poa.others-must-sign");
    // Nobody signs twice.
    let waits = only(&desk.app, &desk, &["accountant"]).await;
    assert!(waits.joins && waits.signers.is_empty());
    let again = desk
        .app
        .preflight(ids, Some(desk.stand.fingerprint("accountant")))
        .await
        .unwrap();
    let check = again.checks.iter().find(|check| check.code == "not-signed-yet");
    assert_eq!(check.map(|check| check.state), Some(CheckState::Failed));

    let oid = desk.stand.demo.employee("director").unwrap().oid.to_string();
    let to = desk.app.portal_colleagues().await.unwrap();
    let to = to.into_iter().find(|one| one.id == oid).unwrap();
    let how = HandOver {
        name: "Мария".to_owned(),
        address: Some(director.app.colleagues().await.unwrap().own_address),
    };
    desk.app
        .hand_over_by_portal(HandOverWhat::Documents(ids.to_vec()), how, String::new(), to)
        .await
        .unwrap();
    director.take_only().await;
    let joins = only(&director.app, &desk, &["director"]).await;
    assert!(joins.joins);
    assert_eq!(joins.signers, [desk.stand.fingerprint("director")]);
    assert_eq!(director.app.count_to_sign().await.unwrap(), 1);
    let run = director.sign(&desk, "director", ids).await;
    assert_eq!(run.count(ItemState::Signed), 1, "{run:#?}");
    assert!(director.app.to_sign(&[]).await.unwrap().groups.is_empty());

    // Back with the accountant nothing is missing any more.
    let oid = desk.stand.demo.employee("accountant").unwrap().oid.to_string();
    let to = director.app.portal_colleagues().await.unwrap();
    let to = to.into_iter().find(|one| one.id == oid).unwrap();
    let how = HandOver {
        name: "Вера".to_owned(),
        address: Some(desk.app.colleagues().await.unwrap().own_address),
    };
    director
        .app
        .hand_over_by_portal(HandOverWhat::Documents(ids.to_vec()), how, String::new(), to)
        .await
        .unwrap();
    let waiting = desk.app.incoming().await.unwrap();
    assert!(desk.app.take_incoming(&waiting[0].id).await.unwrap().taken);
    let left = desk.app.to_sign(&[]).await.unwrap();
    assert!(
        left.groups.is_empty() && left.unregistered[0].awaited.is_empty(),
        "{left:#?}"
    );

    let registered = director.app.register_signed(&[NUMBER.to_owned()]).await.unwrap();
    assert_eq!(registered[0].error, None);
    until_active(&director.app).await;
    assert!(director.app.to_sign(&[]).await.unwrap().unregistered.is_empty());

    // What the registry holds now, as somebody else reads it, has both signers, and OpenSSL accepts it.
    let third = Neighbour::of(&desk, "director", "0003").await;
    assert_eq!(third.app.sync_poas().await.unwrap(), 1);
    let row = third.app.poa(NUMBER).await.unwrap();
    let page = third.app.document(&row.document_id).await.unwrap();
    assert_eq!(page.signatures.len(), 2, "{page:#?}");
    let signature = page.files.iter().find(|file| file.signs.is_some()).unwrap();
    let folder = third.path("out");
    std::fs::create_dir(&folder).unwrap();
    third
        .app
        .export_folder(std::slice::from_ref(&row.document_id), &folder)
        .await
        .unwrap();
    let octets = std::fs::read(below(&folder, &signature.name).unwrap()).unwrap();
    let content = std::fs::read(file(&desk)).unwrap();
    OpenSsl::new().accepts(&octets, Some(&content), &desk.stand.roots());
}
