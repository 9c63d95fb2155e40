//! Why somebody may not act, judged with what is known here and what the registry said.

use kabinet_domain::poa::{
    Joint, Notary, PoaNumber, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
};
use kabinet_testkit::Stand;
use serde_json::json;
use time::macros::date;

use super::super::deed::{Deed, POWER, by, day, limited, new_number, organisation, person, power, private};
use super::super::{judged, registered, until};
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
        deed.import(desk).await;
        self.judge(desk, one(what, deed, codes, names)).await;
    }

    /// The representative is asked about one the registry has.
    async fn registered(
        &mut self,
        desk: &Desk,
        what: &'static str,
        deed: &Deed,
        codes: &[&str],
        names: &str,
    ) {
        registered(desk, deed).await;
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
            &["poa.certificate-not-qualified", "poa.signer-not-head"],
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
    registered(desk, &good).await;
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
            "DEMO_BANK",
        ),
        of_good(
            "for nobody knows what",
            "representative",
            &[],
            &["poa.power-not-named"],
            "какое полномочие нужно",
        ),
    ] {
        table.judge(desk, asked).await;
    }
    let words = Deed::with(stand, |poa| {
        poa.powers = Powers::Text("Подписывать всё".to_owned())
    });
    table
        .registered(desk, "powers in words", &words, &["poa.text-powers"], "словами")
        .await;
    let bound = Deed::with(stand, |poa| poa.powers = Powers::Machine(vec![limited(POWER)]));
    table
        .registered(
            desk,
            "a limit nobody knows to be kept",
            &bound,
            &["poa.restriction-unknown"],
            "Сумма",
        )
        .await;
    let together = Deed::with(stand, |poa| {
        poa.representatives
            .push(Representative::Person(person(stand, "accountant")));
        poa.joint = Joint::Together;
    });
    table
        .registered(
            desk,
            "joint, and one signs alone",
            &together,
            &["poa.joint-needs-others"],
            "не хватает: 1",
        )
        .await;
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
    let later = Deed::with(stand, |poa| poa.issued = day(2));
    let names = day(2).to_string();
    table
        .registered(
            desk,
            "begins the day after tomorrow",
            &later,
            &["poa.not-yet"],
            &names,
        )
        .await;
    let over = Deed::with(stand, |poa| poa.expires = day(-1));
    let names = day(-1).to_string();
    table
        .taken_in(desk, "was over yesterday", &over, &["poa.expired"], &names)
        .await;
    let backwards = Deed::with(stand, |poa| poa.expires = date!(2026 - 01 - 09));
    table
        .taken_in(
            desk,
            "ends before it begins",
            &backwards,
            &["poa.term"],
            "2026-01-09",
        )
        .await;
    let good = || Deed::good(stand);
    table
        .taken_in(
            desk,
            "the registry was never asked",
            &good(),
            &[UNASKED],
            "ещё не спрашивали",
        )
        .await;
    let unknown = good();
    unknown.import(desk).await;
    desk.app.refresh_poa(&unknown.number()).await.unwrap();
    table
        .judge(
            desk,
            one(
                "the registry does not know it",
                &unknown,
                &["poa.never-registered"],
                "не знает",
            ),
        )
        .await;
    let waits = good();
    waits.import(desk).await;
    desk.app.register_poa(&waits.number()).await.unwrap();
    table
        .judge(
            desk,
            one(
                "on its way to the registry",
                &waits,
                &["poa.not-registered-yet"],
                "не зарегистрирована",
            ),
        )
        .await;
    until(desk, &waits.number(), "registered", |row| row.state == "active").await;

    let elsewhere = good();
    registered(desk, &elsewhere).await;
    revoke_elsewhere(desk, &elsewhere.number());
    desk.app.refresh_poa(&elsewhere.number()).await.unwrap();
    table
        .judge(
            desk,
            one("revoked elsewhere", &elsewhere, &["poa.revoked"], "отозвана"),
        )
        .await;
    let between = good();
    registered(desk, &between).await;
    let before = judged(desk, &between.number(), "representative", &[POWER]).await;
    assert_eq!(before.verdict, "allowed");
    revoke_elsewhere(desk, &between.number());
    // The registry's list tells it at the next exchange, before anything is signed.
    desk.app.sync_poas().await.unwrap();
    table
        .judge(
            desk,
            one(
                "revoked between the check and the signing",
                &between,
                &["poa.revoked"],
                "По данным реестра",
            ),
        )
        .await;
    let here = good();
    registered(desk, &here).await;
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
    let refused = Deed::with(stand, |poa| {
        poa.powers = Powers::Machine(vec![power(POWER), power("придумано")]);
    });
    refused.import(desk).await;
    desk.app.register_poa(&refused.number()).await.unwrap();
    until(desk, &refused.number(), "refused", |row| row.state == "refused").await;
    table
        .judge(
            desk,
            one("refused by the registry", &refused, &["poa.refused"], "отказал"),
        )
        .await;
    clock(desk, table).await;
}

fn revoke_elsewhere(desk: &Desk, number: &str) {
    desk.stand.operate(&format!("poa/{number}/revoke"), &json!({}));
}

/// The registry's clock is two days behind: what it says is as old as it says it is.
async fn clock(desk: &Desk, table: &mut Table) {
    let good = Deed::good(&desk.stand);
    registered(desk, &good).await;
    desk.stand.set(&json!({"clock_skew_s": -2 * 24 * 3600}));
    let heard = desk.app.refresh_poa(&good.number()).await;
    desk.stand.set(&json!({"clock_skew_s": 0}));
    if let Err(error) = heard {
        table.amiss.push(format!("the clock of the registry: {error:?}"));
    }
    table
        .judge(
            desk,
            one("the clock was changed", &good, &["poa.registry-stale"], "48 ч"),
        )
        .await;
}

/// A child whose parent the registry has.
async fn child(desk: &Desk, change: impl FnOnce(&mut PowerOfAttorney)) -> (Deed, Deed) {
    let parent = Deed::with(&desk.stand, |poa| {
        *poa = Deed::to_pass_on(&desk.stand).poa;
        change(poa);
    });
    registered(desk, &parent).await;
    let child = Deed::passed_on(&desk.stand, &parent.poa);
    (parent, child)
}

/// Wrong by what the child itself says.
async fn chain_by_itself(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let (parent, good) = child(desk, |_| {}).await;
    let anew = |change: &dyn Fn(&mut Deed)| {
        let mut deed = good.clone();
        deed.poa.number = new_number();
        change(&mut deed);
        deed
    };
    let first = parent.number();
    let issued = parent.poa.issued;
    let from = |poa: &mut PowerOfAttorney, change: &dyn Fn(&mut kabinet_domain::poa::DelegatedFrom)| {
        change(poa.delegated_from.as_mut().unwrap());
    };
    let absent = new_number();
    let cases: Vec<(&'static str, Deed, &[&str], String)> = vec![
        (
            "passes on what is not here",
            anew(&|deed| {
                from(&mut deed.poa, &|from| {
                    (from.first, from.parent) = (absent, absent);
                });
            }),
            &["poa.chain-parent-missing"],
            absent.to_string(),
        ),
        (
            "passes on more than it got",
            anew(&|deed| deed.poa.powers = Powers::Machine(vec![power(POWER), power("DEMO_BANK")])),
            &["poa.chain-wider"],
            "DEMO_BANK".to_owned(),
        ),
        (
            "passes on in words what was given by codes",
            anew(&|deed| deed.poa.powers = Powers::Text("Подписывать всё".to_owned())),
            &["poa.text-powers", "poa.chain-text"],
            "словами".to_owned(),
        ),
        (
            "begins before what it passes on",
            anew(&|deed| deed.poa.issued = issued.previous_day().unwrap()),
            &["poa.chain-earlier"],
            issued.to_string(),
        ),
        (
            "passed on by somebody who did not receive it",
            anew(&|deed| deed.poa.principals = vec![Principal::Person(private(stand, "accountant"))])
                .signed_by("accountant"),
            &["poa.chain-not-representative"],
            "не получал".to_owned(),
        ),
        (
            "says another last day of the first",
            anew(&|deed| {
                from(&mut deed.poa, &|from| {
                    from.first_expires = Some(date!(2098 - 12 - 31))
                })
            }),
            &["poa.chain-first-differs"],
            "первой доверенности".to_owned(),
        ),
        (
            "passes itself on",
            anew(&|deed| {
                let own: PoaNumber = deed.poa.number;
                from(&mut deed.poa, &|from| {
                    (from.first, from.parent) = (own, own);
                });
            }),
            &["poa.chain-cycle"],
            "в круг".to_owned(),
        ),
    ];
    assert_ne!(first, absent.to_string());
    for (what, deed, codes, names) in &cases {
        table.taken_in(desk, what, deed, codes, names).await;
    }
}

/// Wrong by what the parent allows, or by what became of it.
async fn chain_and_its_parent(desk: &Desk, table: &mut Table) {
    let stand = &desk.stand;
    let (parent, closed) = child(desk, |poa| poa.redelegation = Redelegation::Forbidden).await;
    table
        .taken_in(
            desk,
            "what may not be passed on",
            &closed,
            &["poa.chain-forbidden"],
            &parent.number(),
        )
        .await;
    let (_, looser) = child(desk, |poa| poa.powers = Powers::Machine(vec![limited(POWER)])).await;
    let mut looser = looser;
    looser.poa.powers = Powers::Machine(vec![power(POWER)]);
    table
        .taken_in(desk, "a limit is lost", &looser, &["poa.chain-looser"], "Сумма")
        .await;
    let (_, mut longer) = child(desk, |poa| poa.expires = date!(2090 - 12 - 31)).await;
    longer.poa.expires = date!(2099 - 12 - 31);
    table
        .taken_in(
            desk,
            "holds longer than what it passes on",
            &longer,
            &["poa.chain-longer"],
            "2090-12-31",
        )
        .await;
    let (_, joint) = child(desk, |poa| {
        poa.representatives
            .push(Representative::Person(person(stand, "accountant")));
        poa.joint = Joint::Together;
    })
    .await;
    table
        .taken_in(
            desk,
            "one of two passes on alone",
            &joint,
            &["poa.chain-joint"],
            "вместе",
        )
        .await;
    let (revoked, orphan) = child(desk, |_| {}).await;
    orphan.import(desk).await;
    revoke_elsewhere(desk, &revoked.number());
    desk.app.refresh_poa(&revoked.number()).await.unwrap();
    table
        .judge(
            desk,
            one(
                "what it passes on is revoked",
                &orphan,
                &["poa.revoked"],
                "отозвана",
            ),
        )
        .await;
    // Who passed on loses what was passed on.
    let (lost, taken) = child(desk, |poa| poa.lost_on_redelegation = true).await;
    registered(desk, &taken).await;
    let asked = Asked {
        acting: "director",
        ..one(
            "passed on, and lost by that",
            &lost,
            &["poa.power-passed-on"],
            POWER,
        )
    };
    table.judge(desk, asked).await;
    once(stand, desk, table).await;
}

/// The grandchild of one that may be passed on once.
async fn once(stand: &Stand, desk: &Desk, table: &mut Table) {
    let (parent, mut middle) = child(desk, |_| {}).await;
    middle.poa.redelegation = Redelegation::Once;
    middle.poa.representatives = vec![Representative::Person(person(stand, "accountant"))];
    middle.import(desk).await;
    let mut last = Deed::passed_on(stand, &middle.poa).signed_by("accountant");
    last.poa.principals = vec![Principal::Person(private(stand, "accountant"))];
    table
        .taken_in(
            desk,
            "passed on a second time",
            &last,
            &["poa.chain-once"],
            &parent.number(),
        )
        .await;
}
