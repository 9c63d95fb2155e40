//! Why somebody may not act, judged with what is known here and what the registry said.

use kabinet_domain::poa::{
    Joint, Notary, PoaNumber, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
};
use serde_json::json;
use time::macros::date;

use super::super::deed::{Deed, POWER, by, day, limited, new_number, organisation, person, power, private};
use super::super::{all_registered, is_allowed, judged, registered, until};
use super::Table;
use crate::desk::Desk;

/// Not asked yet: what every file says that was only taken in.
const UNASKED: &str = "poa.registry-never-asked";

/// Who acts with which power, and what is to be found.
struct Asked<'a> {
    what: &'static str,
    number: String,
    acting: &'a str,
    powers: &'a [&'a str],
    codes: &'a [&'a str],
    names: &'a str,
}

impl Table {
    /// All bars have to be these; where there are none, all doubts. What hangs on nobody having asked the registry is left out.
    async fn judge(&mut self, desk: &Desk, asked: Asked<'_>) {
        let judgement = judged(desk, &asked.number, asked.acting, asked.powers).await;
        let of = |weight: &str| -> Vec<String> {
            let all = judgement.reasons.iter().filter(|one| one.weight == weight);
            all.map(|one| one.code.clone()).collect()
        };
        let (bars, mut doubts) = (of("bar"), of("doubt"));
        if !asked.codes.contains(&UNASKED) {
            doubts.retain(|code| code != UNASKED);
        }
        let verdict = if bars.is_empty() {
            "cannot-tell"
        } else {
            "not-allowed"
        };
        if judgement.verdict != verdict {
            self.amiss.push(format!("{}: {}", asked.what, judgement.verdict));
        }
        let mut found = if bars.is_empty() { doubts } else { bars };
        found.dedup();
        let reason = judgement.reasons.iter().find(|one| one.code == asked.codes[0]);
        let params = reason.map(|one| one.params.clone()).unwrap_or_default();
        let key = asked.codes[0].strip_prefix("poa.").unwrap_or_default();
        let key = format!("poa.reasons.{key}");
        self.add(asked.what, (asked.codes, &found), (key, &params), asked.names);
    }

    /// The representative is asked about one that was only taken in.
    async fn taken_in(&mut self, desk: &Desk, what: &'static str, deed: &Deed, codes: &[&str], names: &str) {
        let paths = deed.write(desk);
        desk.import(&paths).await;
        if let [content, signature] = &paths[..] {
            // What proves the certificate is fetched as the window does it; of a broken signature nothing is.
            let _ = desk.app.verify_file(signature, Some(content.clone()), true).await;
        }
        self.judge(desk, one(what, deed, codes, names)).await;
    }
}

fn one<'a>(what: &'static str, deed: &Deed, codes: &'a [&'a str], names: &'a str) -> Asked<'a> {
    Asked {
        what,
        number: deed.number(),
        acting: "representative",
        powers: &[POWER],
        codes,
        names,
    }
}

pub async fn rows(desk: &Desk, table: &mut Table) {
    signatures(desk, table).await;
    people_and_powers(desk, table).await;
    terms_and_registry(desk, table).await;
    chain_by_itself(desk, table).await;
    chain_and_its_parent(desk, table).await;
}

async fn signatures(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let headed = |head: &str| Deed::with(stand, |poa| poa.principals = vec![by(stand, 0, &[head])]);
    let cases = [
        (
            "nobody has signed",
            good().signed_by(""),
            &["poa.unsigned"][..],
            "никем не подписана",
        ),
        (
            "altered after it was signed",
            good().alter("ВнНомДовер=\"7-д\"", "ВнНомДовер=\"8-д\""),
            &["poa.signature-broken"],
            "не соответствует файлу",
        ),
        (
            "signed by an employee",
            good().signed_by("accountant"),
            &["poa.signer-not-head"],
            "не руководитель",
        ),
        (
            "signed in the head's own name",
            good().signed_by("phone-director"),
            &["poa.signer-without-organisation"],
            "нет организации",
        ),
        (
            "signed as the head of another organisation",
            headed("stranger").signed_by("stranger"),
            &["poa.signer-other-organisation"],
            "другой организации",
        ),
        (
            "signed when the certificate was over",
            headed("accountant").signed_by("accountant-expired"),
            &["poa.certificate-expired"],
            "по сроку",
        ),
        (
            "signed with a revoked certificate",
            headed("accountant").signed_by("accountant-revoked"),
            &["poa.certificate-revoked"],
            "отозван",
        ),
        (
            "signed with a certificate of nobody's authority",
            good().signed_by("director-untrusted"),
            &["poa.signature-unknown"],
            "проверить не удалось",
        ),
        (
            "signed with a certificate of a machine",
            good().signed_by("system"),
            &["poa.certificate-not-qualified"],
            "не квалифицированный",
        ),
        (
            "heads who act only together, one signed",
            Deed::with(stand, |poa| {
                poa.principals = vec![Principal::Russian {
                    organisation: organisation(stand, 0),
                    heads: vec![person(stand, "director"), person(stand, "accountant")],
                    managed_by: None,
                    managing_proprietor: None,
                    heads_together: true,
                }];
            }),
            &["poa.heads-together"],
            "не хватает подписей: 1",
        ),
        (
            "two principals, one signed",
            Deed::with(stand, |poa| poa.principals.push(by(stand, 1, &["stranger"]))),
            &["poa.principal-unsigned"],
            "Лопух",
        ),
    ];
    for (what, deed, codes, names) in &cases {
        table.taken_in(desk, what, deed, codes, names).await;
    }
    let notary = Deed::with(stand, |poa| {
        poa.notary = Some(Notary {
            name: "Нотариусова Нина Николаевна".to_owned(),
            position: Some("Нотариус".to_owned()),
            registration: Some("77/1-н/77".to_owned()),
            act: Some("77/1-н/77-2026-1-1".to_owned()),
            place: Some("Демоград".to_owned()),
            fee: None,
        });
        poa.flags.notary = true;
    });
    table
        .taken_in(
            desk,
            "certified by a notary whose signature it carries",
            &notary.signed_by("accountant"),
            &["poa.notary-signature"],
            "нотариус",
        )
        .await;
}

async fn people_and_powers(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let good = Deed::good(stand);
    let words = Deed::with(stand, |poa| {
        poa.powers = Powers::Text("Подписывать всё".to_owned())
    });
    let bound = Deed::with(stand, |poa| poa.powers = Powers::Machine(vec![limited(POWER)]));
    let together = Deed::with(stand, |poa| {
        poa.representatives
            .push(Representative::Person(person(stand, "accountant")));
        poa.joint = Joint::Together;
    });
    all_registered(desk, &[&good, &words, &bound, &together]).await;
    let of_good = |what, acting, powers, codes, names| Asked {
        what,
        number: good.number(),
        acting,
        powers,
        codes,
        names,
    };
    for asked in [
        of_good(
            "somebody else acts",
            "director",
            &[POWER],
            &["poa.other-person"],
            "другому человеку",
        ),
        of_good(
            "for something it does not allow",
            "representative",
            &["DEMO_BANK"],
            &["poa.power-missing"],
            "Подписывать платёжные документы",
        ),
        of_good(
            "for nobody knows what",
            "representative",
            &[],
            &["poa.power-not-named"],
            "какое полномочие нужно",
        ),
        one("powers in words", &words, &["poa.text-powers"], "словами"),
        one(
            "a limit nobody knows to be kept",
            &bound,
            &["poa.restriction-unknown"],
            "Сумма",
        ),
        one(
            "joint, and one signs alone",
            &together,
            &["poa.joint-needs-others"],
            "не хватает: 1",
        ),
    ] {
        table.judge(desk, asked).await;
    }
    let foreign = Deed::with(stand, |poa| poa.principals = vec![by(stand, 1, &["stranger"])]);
    table
        .taken_in(
            desk,
            "given by another organisation",
            &foreign.signed_by("stranger"),
            &["poa.other-organisation"],
            "другой организацией",
        )
        .await;
    let to_firm = Deed::with(stand, |poa| {
        poa.representatives = vec![Representative::Organisation(organisation(stand, 1))];
    });
    table
        .taken_in(
            desk,
            "given to an organisation, a person acts",
            &to_firm,
            &["poa.other-representative"],
            "Лопух",
        )
        .await;
    let to_branch = Deed::with(stand, |poa| {
        poa.representatives = vec![Representative::Branch {
            organisation: organisation(stand, 0),
        }];
    });
    to_branch.import(desk).await;
    let asked = Asked {
        acting: "director",
        ..one(
            "given to a branch nobody knows the signer to be of",
            &to_branch,
            &["poa.branch-unknown"],
            "филиал",
        )
    };
    table.judge(desk, asked).await;
    let by_person = Deed::with(stand, |poa| {
        poa.principals = vec![Principal::Person(private(stand, "accountant"))];
    });
    table
        .taken_in(
            desk,
            "given by a person, signed by another",
            &by_person,
            &["poa.signer-not-principal", "poa.other-organisation"],
            "не доверитель",
        )
        .await;
}

async fn terms_and_registry(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let good = || Deed::good(stand);
    let (today_over, after) = (day(-1).to_string(), day(2).to_string());
    let over = Deed::with(stand, |poa| poa.expires = day(-1));
    let backwards = Deed::with(stand, |poa| poa.expires = date!(2026 - 01 - 09));
    for (what, deed, code, names) in [
        ("was over yesterday", over, "poa.expired", today_over.as_str()),
        ("ends before it begins", backwards, "poa.term", "2026-01-09"),
        (
            "the registry was never asked",
            good(),
            UNASKED,
            "ещё не спрашивали",
        ),
    ] {
        table.taken_in(desk, what, &deed, &[code], names).await;
    }
    let unknown = good();
    unknown.import(desk).await;
    desk.app.refresh_poa(&unknown.number()).await.unwrap();
    let asked = one(
        "the registry does not know it",
        &unknown,
        &["poa.never-registered"],
        "не знает",
    );
    table.judge(desk, asked).await;
    let waits = good();
    waits.import(desk).await;
    desk.app.register_poa(&waits.number()).await.unwrap();
    let asked = one(
        "on its way to the registry",
        &waits,
        &["poa.not-registered-yet"],
        "не зарегистрирована",
    );
    table.judge(desk, asked).await;
    let refused = Deed::with(stand, |poa| {
        poa.powers = Powers::Machine(vec![power(POWER), power("придумано")]);
    });
    refused.import(desk).await;
    desk.app.register_poa(&refused.number()).await.unwrap();

    let later = Deed::with(stand, |poa| poa.issued = day(2));
    let (elsewhere, between, here) = (good(), good(), good());
    all_registered(desk, &[&later, &elsewhere, &between, &here]).await;
    until(desk, &refused.number(), "refused", |row| row.state == "refused").await;
    table
        .judge(
            desk,
            one("refused by the registry", &refused, &["poa.refused"], "отказал"),
        )
        .await;
    table
        .judge(
            desk,
            one("begins the day after tomorrow", &later, &["poa.not-yet"], &after),
        )
        .await;
    revoke_elsewhere(desk, &elsewhere.number());
    desk.app.refresh_poa(&elsewhere.number()).await.unwrap();
    table
        .judge(
            desk,
            one("revoked elsewhere", &elsewhere, &["poa.revoked"], "отозвана"),
        )
        .await;
    is_allowed(desk, &between.number()).await;
    revoke_elsewhere(desk, &between.number());
    // The registry's list tells it at the next exchange, before anything is signed.
    desk.app.sync_poas().await.unwrap();
    let asked = one(
        "revoked between the check and the signing",
        &between,
        &["poa.revoked"],
        "По данным реестра",
    );
    table.judge(desk, asked).await;
    let document = desk
        .app
        .draft_revocation(&here.number(), "Уволена")
        .await
        .unwrap();
    desk.sign_as("director", &[document]).await.unwrap();
    table
        .judge(
            desk,
            one(
                "revoked here, not confirmed",
                &here,
                &["poa.revoked-here"],
                "отозвана",
            ),
        )
        .await;
}

fn revoke_elsewhere(desk: &Desk, number: &str) {
    desk.stand.operate(&format!("poa/{number}/revoke"), &json!({}));
}

/// One that may be passed on, changed, and what is passed on of it.
fn family(desk: &Desk, change: impl FnOnce(&mut PowerOfAttorney)) -> (Deed, Deed) {
    let mut parent = Deed::to_pass_on(&desk.stand);
    change(&mut parent.poa);
    let child = Deed::passed_on(&desk.stand, &parent.poa);
    (parent, child)
}

/// Wrong by what the child itself says.
async fn chain_by_itself(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let (parent, good) = family(desk, |_| {});
    registered(desk, &parent).await;
    let anew = |change: &dyn Fn(&mut PowerOfAttorney)| {
        let mut deed = good.clone();
        deed.poa.number = new_number();
        change(&mut deed.poa);
        deed
    };
    let from = |poa: &mut PowerOfAttorney, number: PoaNumber| {
        let from = poa.delegated_from.as_mut().unwrap();
        (from.first, from.parent) = (number, number);
    };
    let (absent, issued) = (new_number(), parent.poa.issued);
    let cases: Vec<(&'static str, Deed, &[&str], String)> = vec![
        (
            "passes on what is not here",
            anew(&|poa| from(poa, absent)),
            &["poa.chain-parent-missing"],
            absent.to_string(),
        ),
        (
            "passes on more than it got",
            anew(&|poa| poa.powers = Powers::Machine(vec![power(POWER), power("DEMO_BANK")])),
            &["poa.chain-wider"],
            "Подписывать платёжные документы".to_owned(),
        ),
        (
            "passes on in words what was given by codes",
            anew(&|poa| poa.powers = Powers::Text("Подписывать всё".to_owned())),
            &["poa.chain-text", "poa.text-powers"],
            "словами".to_owned(),
        ),
        (
            "begins before what it passes on",
            anew(&|poa| poa.issued = issued.previous_day().unwrap()),
            &["poa.chain-earlier"],
            issued.to_string(),
        ),
        (
            "passed on by somebody who did not receive it",
            anew(&|poa| poa.principals = vec![Principal::Person(private(stand, "accountant"))])
                .signed_by("accountant"),
            &["poa.chain-not-representative"],
            "не получал".to_owned(),
        ),
        (
            "says another last day of the first",
            anew(&|poa| {
                let from = poa.delegated_from.as_mut().unwrap();
                from.first_expires = Some(date!(2098 - 12 - 31));
            }),
            &["poa.chain-first-differs"],
            "первой доверенности".to_owned(),
        ),
        (
            "passes itself on",
            anew(&|poa| from(poa, poa.number)),
            &["poa.chain-cycle"],
            "в круг".to_owned(),
        ),
    ];
    for (what, deed, codes, names) in &cases {
        table.taken_in(desk, what, deed, codes, names).await;
    }
}

/// Wrong by what the parent allows, or by what became of it.
async fn chain_and_its_parent(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let closed = family(desk, |poa| poa.redelegation = Redelegation::Forbidden);
    let mut looser = family(desk, |poa| poa.powers = Powers::Machine(vec![limited(POWER)]));
    looser.1.poa.powers = Powers::Machine(vec![power(POWER)]);
    let mut longer = family(desk, |poa| poa.expires = date!(2090 - 12 - 31));
    longer.1.poa.expires = date!(2099 - 12 - 31);
    let joint = family(desk, |poa| {
        poa.representatives
            .push(Representative::Person(person(stand, "accountant")));
        poa.joint = Joint::Together;
    });
    let revoked = family(desk, |_| {});
    let lost = family(desk, |poa| poa.lost_on_redelegation = true);
    let mut once = family(desk, |_| {});
    once.1.poa.redelegation = Redelegation::Once;
    once.1.poa.representatives = vec![Representative::Person(person(stand, "accountant"))];
    let parents = [
        &closed.0, &looser.0, &longer.0, &joint.0, &revoked.0, &lost.0, &once.0,
    ];
    all_registered(desk, &parents).await;
    let number = closed.0.number();
    for (what, deed, code, names) in [
        (
            "what may not be passed on",
            &closed.1,
            "poa.chain-forbidden",
            number.as_str(),
        ),
        ("a limit is lost", &looser.1, "poa.chain-looser", "Сумма"),
        (
            "holds longer than what it passes on",
            &longer.1,
            "poa.chain-longer",
            "2090-12-31",
        ),
        (
            "one of two passes on alone",
            &joint.1,
            "poa.chain-joint",
            "вместе",
        ),
    ] {
        table.taken_in(desk, what, deed, &[code], names).await;
    }
    revoked.1.import(desk).await;
    revoke_elsewhere(desk, &revoked.0.number());
    desk.app.refresh_poa(&revoked.0.number()).await.unwrap();
    table
        .judge(
            desk,
            one(
                "what it passes on is revoked",
                &revoked.1,
                &["poa.revoked"],
                "отозвана",
            ),
        )
        .await;
    // Who passed on loses what was passed on.
    lost.1.import(desk).await;
    let asked = Asked {
        acting: "director",
        ..one(
            "passed on, and lost by that",
            &lost.0,
            &["poa.power-passed-on"],
            "Подписывать первичные учётные документы",
        )
    };
    table.judge(desk, asked).await;
    // The grandchild of one that may be passed on once.
    once.1.import(desk).await;
    let mut last = Deed::passed_on(stand, &once.1.poa).signed_by("accountant");
    last.poa.principals = vec![Principal::Person(private(stand, "accountant"))];
    let number = once.0.number();
    table
        .taken_in(
            desk,
            "passed on a second time",
            &last,
            &["poa.chain-once"],
            &number,
        )
        .await;
}
