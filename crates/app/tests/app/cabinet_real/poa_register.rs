//! A power of attorney at the reference portal itself: whoever received it is told, and finds it in the register (POA-08, POA-09).

use kabinet_app::view::{CreateVault, Environment, PoaQuery, PoaRow, Protection};
use time::OffsetDateTime;

use super::*;

const NUMBER: &str = "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";

fn day(after: i64) -> String {
    let today = OffsetDateTime::now_utc()
        .to_offset(time::macros::offset!(+3))
        .date();
    (today + time::Duration::days(after)).to_string()
}

fn person(desk: &Desk, id: &str) -> String {
    let one = desk.stand.demo.employees.iter().find(|one| one.id == id).unwrap();
    let (given, patronymic) = one.given_name.split_once(' ').unwrap();
    format!(
        r#"ИННФЛ="{}" СНИЛС="{}" Должность="{}"><СведФЛ ПрГражд="1" ДатаРожд="1980-01-01"><ФИО Фамилия="{}" Имя="{given}" Отчество="{patronymic}"/></СведФЛ>"#,
        one.inn, one.snils, one.title, one.surname
    )
}

/// From the organisation by its director to the accountant.
fn file(desk: &Desk) -> std::path::PathBuf {
    let owner = &desk.stand.demo.organisations[0];
    let name = format!("ON_EMCHD_{}_{NUMBER}", day(0).replace('-', ""));
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000" ИдФайл="{name}"><Документ КНД="1110310"><Довер><СвДов ВидДовер="1" ПрПередов="1" ВнНомДовер="7" НомДовер="{NUMBER}" ДатаВыдДовер="{}" СрокДейст="{}"><СведСист>ЕПГУ</СведСист></СвДов><СвДоверит ТипДоверит="1"><Доверит><РосОргДовер ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0"><СвРосОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"><АдрРег Регион="77"><АдрРФ>Москва</АдрРФ></АдрРег></СвРосОрг><ЛицоБезДов ПолнЮЛ="1"><СвФЛ {}</СвФЛ></ЛицоБезДов></РосОргДовер></Доверит></СвДоверит><СвУпПред ТипПред="3"><Пред><СведФизЛ {}</СведФизЛ></Пред></СвУпПред><СвПолн ТипПолн="1" ПрСовмПолн="1"><МашПолн КодПолн="DEMO_SRCDOC_ALL" НаимПолн="Подписание первичных документов"/></СвПолн></Довер></Документ></Доверенность>"#,
        day(0),
        day(20),
        owner.short_name.replace('"', "&quot;"),
        owner.inn,
        owner.kpp,
        owner.ogrn,
        person(desk, "director"),
        person(desk, "accountant"),
    );
    let path = desk.path(&format!("{name}.xml"));
    std::fs::write(&path, xml).unwrap();
    path
}

async fn registered(desk: &Desk) -> PoaRow {
    let id = desk.import(&[file(desk)]).await;
    desk.sign_as("director", &[id]).await.unwrap();
    desk.app.register_poa(NUMBER).await.unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        desk.app.work_poas().await;
        let row = desk.app.poa(NUMBER).await.unwrap();
        if row.state == "active" {
            return row;
        }
        assert!(Instant::now() < end, "never registered: {row:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_received_one_is_told_and_has_it_in_the_register_with_its_signature() {
    let desk = director().await;
    let given = registered(&desk).await;
    assert_eq!(given.registry.as_deref(), Some("active"));
    // The same portal, another person at another computer.
    let (other, _home) = desk.another();
    let vault = CreateVault {
        environment: Environment::Demo,
        protection: Protection::Keychain,
    };
    other.create_vault(vault).await.unwrap();
    other.add_organisation(desk.owner()).await.unwrap();
    other.sign_in(desk.stand.fingerprint("accountant")).await.unwrap();
    let feed = other.notifications(true).await.unwrap();
    let notice = feed
        .items
        .iter()
        .find(|one| one.section.as_deref() == Some("poa"))
        .unwrap_or_else(|| panic!("{:#?}", feed.items));
    assert_eq!(notice.target.as_deref(), Some(NUMBER));
    assert_eq!(code(other.poa_card(NUMBER).await), "store.no-power-of-attorney");
    // Fetched with what every exchange after a sign-in asks for.
    other.sync_now().await.unwrap();
    let card = other.poa_card(NUMBER).await.unwrap();
    assert_eq!(
        (
            card.row.state.as_str(),
            card.row.days_left,
            card.row.registry.as_deref()
        ),
        ("active", 20, Some("active"))
    );
    let states: Vec<&str> = card.steps.iter().map(|step| step.state.as_str()).collect();
    assert_eq!(states, ["made", "signed", "active"]);
    assert!(
        card.steps.iter().all(|step| step.at.is_some()),
        "{:#?}",
        card.steps
    );
    assert_eq!(other.poa_counts().await.unwrap().ending, 1);
    let list = other.poas(PoaQuery::default()).await.unwrap();
    assert_eq!(list.total, 1.0);
}
