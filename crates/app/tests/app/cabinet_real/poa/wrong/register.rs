//! What the registry of the reference portal refuses, and what the row says then.

use kabinet_app::view::Params;
use kabinet_domain::poa::{PowerOfAttorney, Powers, Redelegation, Representative};
use serde_json::json;
use time::macros::date;

use super::super::deed::{Deed, POWER, by, day, limited, new_number, person, power};
use super::super::{all_registered, at_registry, registered, until};
use super::Table;
use crate::desk::Desk;

/// One deed with the registry's code and a word of the text.
type Case = (&'static str, Deed, &'static str, &'static str);

/// All of it; the vault that was the second computer's.
pub async fn rows(desk: Desk, table: &mut Table) -> Desk {
    let mut cases = signatures(&desk);
    cases.extend(contents(&desk));
    cases.extend(chains(&desk).await);
    refused(&desk, table, cases).await;
    unavailable(&desk, table).await;
    elsewhere(desk, table).await
}

/// Every deed is refused for what it is made for.
async fn refused(desk: &Desk, table: &mut Table, cases: Vec<Case>) {
    for (_, deed, _, _) in &cases {
        deed.import(desk).await;
        desk.app.register_poa(&deed.number()).await.unwrap();
    }
    for (what, deed, code, names) in &cases {
        let is_over = |row: &kabinet_app::view::PoaRow| matches!(&*row.state, "refused" | "active");
        let row = until(desk, &deed.number(), what, is_over).await;
        let found: Vec<String> = row.error.into_iter().collect();
        let expected = format!("poa.refused.{code}");
        let key = format!("errors.{expected}");
        table.add(what, (&[&expected], &found), (key, &Params::new()), names);
    }
}

fn signatures(desk: &Desk) -> Vec<Case> {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let headed = |head: &str| Deed::with(stand, |poa| poa.principals = vec![by(stand, 0, &[head])]);
    vec![
        (
            "registry: signed by an employee",
            good().signed_by("accountant"),
            "not-the-head",
            "не руководитель",
        ),
        (
            "registry: an employee calls himself the head",
            headed("accountant").signed_by("accountant"),
            "not-the-head",
            "ИНН и СНИЛС",
        ),
        (
            "registry: signed by another organisation",
            good().signed_by("stranger"),
            "other-organisation",
            "другой организации",
        ),
        (
            "registry: altered after it was signed",
            good().alter("ВнНомДовер=\"7-д\"", "ВнНомДовер=\"8-д\""),
            "signature-broken",
            "изменён после подписания",
        ),
        (
            "registry: the certificate was over",
            good().signed_by("accountant-expired"),
            "certificate-expired",
            "срок закончился",
        ),
        (
            "registry: the certificate was revoked",
            good().signed_by("accountant-revoked"),
            "certificate-revoked",
            "отозвал сертификат",
        ),
        (
            "registry: the authority is nobody's",
            good().signed_by("director-untrusted"),
            "certificate-chain",
            "не аккредитованным",
        ),
        (
            "registry: signed by a machine",
            good().signed_by("system"),
            "certificate-not-qualified",
            "квалифицированные",
        ),
    ]
}

fn contents(desk: &Desk) -> Vec<Case> {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let owner = &stand.demo.organisations[0];
    let head = person(stand, "director").snils.unwrap();
    let without_inn = |id: &str| format!(" ИННФЛ=\"{}\"", person(stand, id).inn.unwrap());
    let spelt = format!("{}-{}-{} {}", &head[..3], &head[3..6], &head[6..9], &head[9..]);
    vec![
        (
            "registry: given by another organisation",
            Deed::with(stand, |poa| poa.principals = vec![by(stand, 1, &["stranger"])]).signed_by("stranger"),
            "other-organisation",
            "не та организация",
        ),
        (
            "registry: another ОГРН",
            good().edit(&owner.ogrn, &stand.demo.organisations[1].ogrn),
            "other-organisation",
            "другой организации",
        ),
        (
            "registry: another КПП",
            good().edit(&owner.kpp, "990001002"),
            "other-organisation",
            "Доверителем указана не та",
        ),
        (
            "registry: no КПП",
            good().edit(&format!(" КПП=\"{}\"", owner.kpp), ""),
            "incomplete",
            "не хватает сведений",
        ),
        (
            "registry: no ИНН of the organisation",
            good().edit(&format!(" ИННЮЛ=\"{}\"", owner.inn), ""),
            "incomplete",
            "не хватает сведений",
        ),
        (
            "registry: no ОГРН",
            good().edit(&format!(" ОГРН=\"{}\"", owner.ogrn), ""),
            "incomplete",
            "не хватает сведений",
        ),
        (
            "registry: head without ИНН",
            good().edit(&without_inn("director"), ""),
            "incomplete",
            "Обязательное поле",
        ),
        (
            "registry: representative without ИНН",
            good().edit(&without_inn("representative"), ""),
            "incomplete",
            "Обязательное поле",
        ),
        (
            "registry: head without СНИЛС",
            good().edit(&format!(" СНИЛС=\"{spelt}\""), ""),
            "incomplete",
            "Обязательное поле",
        ),
        (
            "registry: a person without a date of birth",
            Deed::with(stand, |poa| {
                let mut to = person(stand, "representative");
                to.born = None;
                poa.representatives = vec![Representative::Person(to)];
            }),
            "incomplete",
            "не заполнено",
        ),
        (
            "registry: over already",
            Deed::with(stand, |poa| poa.expires = day(-1)),
            "term",
            "уже прошёл",
        ),
        (
            "registry: a power nobody knows",
            Deed::with(stand, |poa| {
                poa.powers = Powers::Machine(vec![power("подписывать всё")])
            }),
            "power-unknown",
            "не знает одного из полномочий",
        ),
        (
            "registry: the file is named after another number",
            good().named(format!(
                "ON_EMCHD_{}_{}.xml",
                day(0).to_string().replace('-', ""),
                new_number()
            )),
            "file-name",
            "имя файла",
        ),
    ]
}

async fn chains(desk: &Desk) -> Vec<Case> {
    let stand = &desk.stand;
    let parent = |change: &dyn Fn(&mut PowerOfAttorney)| {
        let mut deed = Deed::to_pass_on(stand);
        change(&mut deed.poa);
        deed
    };
    let open = parent(&|_| {});
    let closed = parent(&|poa| poa.redelegation = Redelegation::Forbidden);
    let bound = parent(&|poa| poa.powers = Powers::Machine(vec![limited(POWER)]));
    let short = parent(&|poa| poa.expires = date!(2090 - 12 - 31));
    let gone = parent(&|_| {});
    let mut others = parent(&|_| {});
    others.poa.representatives = vec![Representative::Person(person(stand, "accountant"))];
    all_registered(desk, &[&open, &closed, &bound, &short, &gone, &others]).await;
    desk.stand
        .operate(&format!("poa/{}/revoke", gone.number()), &json!({}));
    let of = |parent: &Deed, change: &dyn Fn(&mut PowerOfAttorney)| {
        let mut deed = Deed::passed_on(stand, &parent.poa);
        change(&mut deed.poa);
        deed
    };
    let missing = new_number();
    vec![
        (
            "registry: passes on what it does not have",
            of(&open, &|poa| {
                let from = poa.delegated_from.as_mut().unwrap();
                (from.first, from.parent) = (missing, missing);
            }),
            "parent-not-found",
            "нет в реестре",
        ),
        (
            "registry: what it passes on is revoked",
            of(&gone, &|_| {}),
            "parent-not-active",
            "не действует",
        ),
        (
            "registry: what may not be passed on",
            of(&closed, &|_| {}),
            "redelegation-forbidden",
            "Передоверие запрещено",
        ),
        (
            "registry: once, and again",
            of(&open, &|poa| poa.redelegation = Redelegation::Once),
            "redelegation-forbidden",
            "уже передавалась",
        ),
        (
            "registry: more than was given",
            of(&open, &|poa| {
                poa.powers = Powers::Machine(vec![power(POWER), power("DEMO_BANK")]);
            }),
            "wider-than-parent",
            "больше, чем исходная",
        ),
        (
            "registry: a limit is lost",
            of(&bound, &|poa| poa.powers = Powers::Machine(vec![power(POWER)])),
            "wider-than-parent",
            "с их ограничениями",
        ),
        (
            "registry: longer than was given",
            of(&short, &|poa| poa.expires = date!(2099 - 12 - 31)),
            "longer-than-parent",
            "дольше исходной",
        ),
        (
            "registry: back to who gave it",
            of(&open, &|poa| {
                poa.representatives = vec![Representative::Organisation(super::super::deed::organisation(
                    stand, 0,
                ))];
            }),
            "cycle",
            "в круг",
        ),
        (
            "registry: passed on by who did not receive it",
            of(&others, &|_| {}),
            "not-yours",
            "не вы",
        ),
    ]
}

/// The registry is away: told, and tried again by itself.
async fn unavailable(desk: &Desk, table: &mut Table) {
    desk.stand.set(&json!({"poa": {"unavailable": true}}));
    let deed = Deed::good(&desk.stand);
    deed.import(desk).await;
    desk.app.register_poa(&deed.number()).await.unwrap();
    let row = until(desk, &deed.number(), "told to wait", |row| row.error.is_some()).await;
    table.add(
        "registry: away",
        (&["poa.refused.system-unavailable"], &[row.error.unwrap()]),
        ("errors.poa.refused.system-unavailable".to_owned(), &Params::new()),
        "временно недоступен",
    );
    desk.stand.set(&json!({"poa": {"unavailable": false}}));
    until(desk, &deed.number(), "registered", |row| row.state == "active").await;
}

/// Another computer of the organisation, which knows nothing of these numbers.
async fn elsewhere(desk: Desk, table: &mut Table) -> Desk {
    let known = Deed::good(&desk.stand);
    let parent = Deed::to_pass_on(&desk.stand);
    all_registered(&desk, &[&known, &parent]).await;
    let by_person = Deed::passed_on(&desk.stand, &parent.poa);
    registered(&desk, &by_person).await;

    let desk = at_registry(desk.stand).await;
    let mut other = known.clone();
    other.poa.internal_number = Some("8-д".to_owned());
    let mut taken = Deed::good(&desk.stand);
    taken.poa.number = by_person.poa.number;
    let cases: Vec<Case> = vec![
        (
            "registry: its number with another content",
            other,
            "different-signature",
            "Номер можно использовать только один раз",
        ),
        (
            "registry: a number of somebody else",
            taken,
            "number-taken",
            "уже занят",
        ),
    ];
    refused(&desk, table, cases).await;
    desk
}
