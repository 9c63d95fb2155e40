//! What the file itself says against it, found while it is taken in.

use kabinet_app::view::{CheckState, Params};
use kabinet_domain::poa::{Flags, Irrevocable, Powers};
use serde_json::json;

use super::super::deed::{Deed, day, new_number};
use super::Table;
use crate::desk::Desk;

/// One file with what is to be found in it.
struct Case {
    what: &'static str,
    deed: Deed,
    codes: &'static [&'static str],
    names: String,
}

fn case(what: &'static str, deed: Deed, codes: &'static [&'static str], names: &str) -> Case {
    Case {
        what,
        deed,
        codes,
        names: names.to_owned(),
    }
}

pub async fn rows(desk: &Desk, table: &mut Table) {
    for case in mandatory(desk).into_iter().chain(shapes(desk)).chain(files(desk)) {
        let document = case.deed.import(desk).await;
        let page = desk.page(&document).await;
        let found: Vec<String> = page.findings.iter().map(|one| one.code.clone()).collect();
        let first = page
            .findings
            .iter()
            .find(|one| case.codes.contains(&one.code.as_str()));
        let params = first.map(|one| one.params.clone()).unwrap_or_default();
        let code = first.map_or(case.codes[0], |one| one.code.as_str());
        let key = format!("findings.{code}");
        table.add(case.what, (case.codes, &found), (key, &params), &case.names);
    }
    twice(desk, table).await;
    not_the_head(desk, table).await;
    clock(desk, table).await;
}

/// Each mandatory field left out.
fn mandatory(desk: &Desk) -> Vec<Case> {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let without = |what, part: String, codes, names| case(what, good().edit(&part, ""), codes, names);
    let to = stand
        .demo
        .employees
        .iter()
        .find(|one| one.id == "representative")
        .unwrap();
    let mut cases = Vec::new();
    let number = good();
    let part = format!(" НомДовер=\"{}\"", number.number());
    cases.push(case(
        "no number",
        number.edit(&part, ""),
        &["xsd.missing-attribute"],
        "Номер доверенности",
    ));
    cases.extend([
        without(
            "no internal number",
            " ВнНомДовер=\"7-д\"".into(),
            &["xsd.missing-attribute"],
            "Внутренний номер",
        ),
        without(
            "no first day",
            " ДатаВыдДовер=\"2026-01-10\"".into(),
            &["xsd.missing-attribute"],
            "Дата выдачи",
        ),
        without(
            "no last day",
            " СрокДейст=\"2099-12-31\"".into(),
            &["xsd.missing-attribute"],
            "Действует по",
        ),
        without(
            "no word of redelegation",
            " ПрПередов=\"1\"".into(),
            &["xsd.missing-attribute"],
            "Передоверие",
        ),
        without(
            "no kind",
            " ВидДовер=\"1\"".into(),
            &["xsd.missing-attribute"],
            "Вид: 1 - отзывная",
        ),
        without(
            "representative without a surname",
            format!(" Фамилия=\"{}\"", to.surname),
            &["xsd.missing-attribute"],
            "Фамилия",
        ),
        without(
            "power without a code",
            " КодПолн=\"DEMO_SRCDOC_ALL\"".into(),
            &["xsd.missing-attribute"],
            "Код полномочия",
        ),
        without(
            "power without a name",
            " НаимПолн=\"Подписывать первичные документы\"".into(),
            &["xsd.missing-attribute"],
            "Полномочие",
        ),
    ]);
    let nobody = Deed::with(stand, |poa| poa.representatives.clear());
    cases.push(case(
        "nobody receives",
        nobody,
        &["xsd.unexpected-element"],
        "СвУпПред",
    ));
    let nothing = Deed::with(stand, |poa| poa.powers = Powers::Machine(Vec::new()));
    cases.push(case("no powers", nothing, &["poa.missing"], "ТекстПолн"));
    cases
}

/// Everything is there, and not as it has to be.
fn shapes(desk: &Desk) -> Vec<Case> {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let owner = &stand.demo.organisations[0];
    let wrong_digit = {
        let mut digits = owner.inn.clone();
        let last = digits.pop().unwrap().to_digit(10).unwrap();
        format!("{digits}{}", (last + 1) % 10)
    };
    vec![
        case(
            "last day before the first",
            Deed::with(stand, |poa| poa.expires = time::macros::date!(2026 - 01 - 09)),
            &["poa.term-order"],
            "раньше первого дня",
        ),
        case(
            "a Russian date",
            good().edit("СрокДейст=\"2099-12-31\"", "СрокДейст=\"31.12.2099\""),
            &["xsd.type"],
            "31.12.2099",
        ),
        case(
            "a kind nobody knows",
            good().edit("ВидДовер=\"1\"", "ВидДовер=\"3\""),
            &["xsd.enumeration"],
            "3",
        ),
        case(
            "a short ИНН",
            good().edit(&format!("ИННЮЛ=\"{}\"", owner.inn), "ИННЮЛ=\"990000001\""),
            &["xsd.pattern"],
            "990000001",
        ),
        case(
            "ИНН with a wrong digit",
            good().edit(
                &format!("ИННЮЛ=\"{}\"", owner.inn),
                &format!("ИННЮЛ=\"{wrong_digit}\""),
            ),
            &["requisite.control-digit"],
            &wrong_digit,
        ),
        case(
            "words beside codes",
            good().edit("<МашПолн", "<ТекстПолн>И всё прочее</ТекстПолн><МашПолн"),
            &["poa.text-beside-codes"],
            "текст полномочий",
        ),
        case(
            "irrevocable by one word and not by the other",
            Deed::with(stand, |poa| {
                poa.irrevocable = Some(Irrevocable {
                    may_be_passed_on: false,
                    condition: "2".to_owned(),
                    description: None,
                });
            })
            .edit("ВидДовер=\"2\"", "ВидДовер=\"1\""),
            &["poa.revocability"],
            "Безотзывная",
        ),
        case(
            "for the tax service and for no office",
            Deed::with(stand, |poa| {
                poa.flags = Flags {
                    tax: true,
                    ..Flags::default()
                };
            }),
            &["poa.tax-office-missing"],
            "налогового органа",
        ),
    ]
}

/// Name, encoding, markup, version.
fn files(desk: &Desk) -> Vec<Case> {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let today = day(0).to_string().replace('-', "");
    let other = new_number();
    let renamed = |name: String| good().named(name);
    let named_inside = {
        let deed = good();
        let stem = deed.file_name().trim_end_matches(".xml").to_owned();
        deed.edit(&stem, &format!("ON_EMCHD_{today}_{other}"))
            .named(format!("ON_EMCHD_{today}_{other}.xml"))
    };
    vec![
        case(
            "the file is named after another number",
            renamed(format!("ON_EMCHD_{today}_{other}.xml")),
            &["file-name.mismatch"],
            &other.to_string(),
        ),
        case(
            "name and identifier of another number",
            named_inside,
            &["file-name.number"],
            &other.to_string(),
        ),
        case(
            "written in another encoding",
            good().edit("encoding=\"UTF-8\"", "encoding=\"windows-1251\""),
            &["xml.undecodable"],
            "windows-1251",
        ),
        case(
            "broken off",
            good().edit("</Доверенность>", ""),
            &["xml.malformed"],
            "оборван",
        ),
        case(
            "with a DTD",
            good().edit("<Доверенность", "<!DOCTYPE x [<!ENTITY e \"e\">]><Доверенность"),
            &["xml.dtd"],
            "DTD",
        ),
        case(
            "of an older version",
            good().edit("ВерсФорм=\"EMCHD_1\"", "ВерсФорм=\"5.03\""),
            &["xsd.enumeration"],
            "5.03",
        ),
    ]
}

/// The number again: with another content, and the very same.
async fn twice(desk: &Desk, table: &mut Table) {
    let first = Deed::good(&desk.stand);
    first.import(desk).await;
    let mut second = first.clone();
    second.poa.internal_number = Some("8-д".to_owned());
    let outcomes = desk.app.import(second.write(desk)).await.unwrap();
    let problems = &outcomes[0].problems;
    let found: Vec<String> = problems.iter().map(|one| one.code.clone()).collect();
    let params = problems.first().map(|one| one.params.clone()).unwrap_or_default();
    table.add(
        "a number that is known with another content",
        (&["poa.number-known"], &found),
        ("errors.poa.number-known".to_owned(), &params),
        &first.number(),
    );
    // The very same is no mistake: nothing comes of it, and nobody is alarmed.
    let again = desk.app.import(first.write(desk)).await.unwrap();
    assert!(
        again
            .iter()
            .all(|one| one.document_id.is_none() && one.error.is_none())
    );
    assert!(again.iter().any(|one| one.duplicate_of.is_some()), "{again:#?}");
}

/// The portal's clock and this computer's differ by an hour when somebody is about to sign.
async fn clock(desk: &Desk, table: &mut Table) {
    let deed = Deed::good(&desk.stand).signed_by("");
    let document = deed.import(desk).await;
    let ask = async || {
        // Refused or not, the answer says what time it is there.
        let _ = desk.app.refresh_poa(&deed.number()).await;
        let documents = [document.clone()];
        let preflight = desk.app.preflight(&documents, None).await.unwrap();
        preflight
            .checks
            .into_iter()
            .find(|one| one.code == "clock")
            .unwrap()
    };
    assert_eq!(ask().await.state, CheckState::Ok);
    desk.stand.set(&json!({"clock_skew_s": 3630}));
    let check = ask().await;
    desk.stand.set(&json!({"clock_skew_s": 0}));
    let is_told = check.state != CheckState::Ok;
    let found: Vec<String> = is_told.then_some(check.code).into_iter().collect();
    table.add(
        "the clock was changed before signing",
        (&["clock"], &found),
        ("preflight.clock.warning".to_owned(), &check.params),
        "60 мин",
    );
    desk.sign_in_as("director").await.unwrap();
    desk.person.was_asked();
}

/// Somebody it does not name is about to sign: told before a PIN is asked for.
async fn not_the_head(desk: &Desk, table: &mut Table) {
    let deed = Deed::good(&desk.stand).signed_by("");
    let document = deed.import(desk).await;
    let title = desk.page(&document).await.row.title;
    desk.person.was_asked();
    let fingerprint = desk.stand.fingerprint("representative");
    let preflight = desk.app.preflight(&[document], Some(fingerprint)).await.unwrap();
    let check = preflight.checks.iter().find(|one| one.code == "poa-not-the-head");
    let found: Vec<String> = check.iter().map(|one| one.code.clone()).collect();
    let params: Params = check.map(|one| one.params.clone()).unwrap_or_default();
    table.add(
        "about to be signed by somebody it does not name",
        (&["poa-not-the-head"], &found),
        ("preflight.poa-not-the-head.failed".to_owned(), &params),
        &title,
    );
    assert!(desk.person.was_asked().is_empty());
}
