//! Signing under a power of attorney: every reason against it is said before a PIN is asked for.

use std::collections::BTreeMap;
use std::time::Instant;

use kabinet_app::view::{CheckState, PoaRow, Preflight, SigningRequest};
use kabinet_domain::poa::{
    Joint, PoaNumber, PowerOfAttorney, Powers, Principal, Redelegation, Representative, Restriction,
    RestrictionValue,
};
use kabinet_testkit::UPD;
use time::Duration;

use super::*;
use crate::deed::{deed, file, given, passed_on, person, power, today, variant};

/// What the registry says of each number; nothing said is that it cannot be asked.
type Said = Arc<Mutex<BTreeMap<String, (u16, Value)>>>;

/// A desk with the tokens of the director, who gives, and of the representative, who acts.
async fn desk() -> (Desk, Said) {
    let said = Said::default();
    let told = said.clone();
    let (desk, _portal) = Portal::signed_in(move |seen| {
        let number = seen.line.strip_prefix("GET /poa/")?.split('?').next()?;
        let answer = told.lock().unwrap().get(number).cloned();
        Some(answer.unwrap_or((503, json!({}))))
    })
    .await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    desk.drawer.add(&desk.stand, "0003", &["representative"]);
    (desk, said)
}

fn told(said: &Said, poa: &PowerOfAttorney, state: &str) {
    let body = json!({
        "number": poa.number.to_string(), "state": state, "issued": poa.issued.to_string(), "expires": poa.expires.to_string(),
    });
    said.lock().unwrap().insert(poa.number.to_string(), (200, body));
}

fn unknown(said: &Said, poa: &PowerOfAttorney) {
    said.lock()
        .unwrap()
        .insert(poa.number.to_string(), (404, json!({"code": "poa-not-found"})));
}

async fn checked(desk: &Desk, documents: &[String], poa: PoaNumber) -> Preflight {
    let certificate = desk.stand.fingerprint("representative");
    desk.app
        .preflight_under(documents, Some(certificate), Some(&poa.to_string()))
        .await
        .unwrap()
}

fn state(preflight: &Preflight, code: &str) -> Option<CheckState> {
    let mut checks = preflight.checks.iter();
    checks.find(|one| one.code == code).map(|one| one.state)
}

fn request(desk: &Desk, preflight: &Preflight) -> SigningRequest {
    SigningRequest::of(preflight, desk.stand.fingerprint("representative"))
}

/// Every power of attorney here is signed by the director unless it says so.
#[tokio::test(flavor = "multi_thread")]
async fn each_reason_against_it_has_its_line_and_nobody_is_asked_for_a_pin() {
    let (desk, said) = desk().await;
    let akt = desk.import(&[sample(AKT)]).await;
    let ids = std::slice::from_ref(&akt);
    let mut at = 0;
    let mut make = |change: &dyn Fn(&mut PowerOfAttorney)| {
        at += 1;
        let mut poa = deed(&desk, at);
        change(&mut poa);
        poa
    };
    let active = |poa: &PowerOfAttorney| told(&said, poa, "active");

    let over = make(&|poa| {
        poa.issued = today() - Duration::days(30);
        poa.expires = today() - Duration::days(1);
    });
    let later = make(&|poa| poa.issued = today() + Duration::days(1));
    let weak = make(&|poa| poa.powers = Powers::Machine(vec![power("DEMO_TAX_REPORT")]));
    let other_person =
        make(&|poa| poa.representatives = vec![Representative::Person(person(&desk, "storekeeper"))]);
    let nameless = make(&|poa| {
        let mut person = person(&desk, "representative");
        (person.inn, person.snils) = (None, None);
        poa.representatives = vec![Representative::Person(person)];
    });
    let joint = make(&|poa| {
        poa.joint = Joint::Together;
        poa.representatives
            .push(Representative::Person(person(&desk, "storekeeper")));
    });
    let other_organisation = make(&|poa| {
        if let Some(Principal::Russian { organisation, .. }) = poa.principals.first_mut() {
            organisation.inn = desk.stand.demo.organisations[1].inn.clone();
        }
    });
    let revoked = make(&|_| {});
    let unheard_of = make(&|_| {});
    let contradicted = make(&|_| {});
    let sleeping = make(&|_| {});
    let chief = make(&|poa| poa.representatives = vec![Representative::Person(person(&desk, "accountant"))]);
    let forbidden = passed_on(&desk, 101, &chief);
    let generous = {
        let mut poa = make(&|_| {});
        poa.redelegation = Redelegation::Once;
        poa.representatives = vec![Representative::Person(person(&desk, "accountant"))];
        poa.expires = today() + Duration::days(30);
        poa
    };
    let wider = {
        let mut poa = passed_on(&desk, 102, &generous);
        poa.expires = generous.expires;
        poa.powers = Powers::Machine(vec![power("DEMO_SRCDOC_ALL"), power("DEMO_TAX_REPORT")]);
        poa
    };
    let longer = passed_on(&desk, 103, &generous);
    let not_received = {
        let mut poa = passed_on(&desk, 104, &generous);
        poa.expires = generous.expires;
        poa.principals = vec![Principal::Person(person(&desk, "director"))];
        poa
    };
    for poa in [
        &over,
        &later,
        &weak,
        &other_person,
        &nameless,
        &joint,
        &other_organisation,
        &revoked,
        &unheard_of,
        &contradicted,
        &sleeping,
        &chief,
        &generous,
        &not_received,
    ] {
        given(&desk, poa, "director").await;
        active(poa);
    }
    for poa in [&forbidden, &wider, &longer] {
        given(&desk, poa, "accountant").await;
        active(poa);
    }
    told(&said, &revoked, "revoked");
    told(&said, &contradicted, "expired");
    told(&said, &sleeping, "created");
    unknown(&said, &unheard_of);
    let unsigned = make(&|_| {});
    desk.import(&[file(&desk, &unsigned)]).await;
    active(&unsigned);
    let broken = make(&|_| {});
    let path = file(&desk, &broken);
    let beside = desk.path(&format!("{}.sig", path.file_name().unwrap().to_string_lossy()));
    std::fs::write(&beside, b"no signature at all").unwrap();
    desk.import(&[path, beside]).await;
    active(&broken);

    desk.person.was_asked();
    for (poa, expected) in [
        (&over, "poa-expired"),
        (&later, "poa-not-yet"),
        (&weak, "poa-power-missing"),
        (&other_person, "poa-other-person"),
        (&nameless, "poa-person-unknown"),
        (&joint, "poa-joint-needs-others"),
        (&other_organisation, "poa-other-organisation"),
        (&revoked, "poa-revoked"),
        (&unheard_of, "poa-never-registered"),
        (&contradicted, "poa-registry-contradicts"),
        (&sleeping, "poa-not-active"),
        (&forbidden, "poa-chain-forbidden"),
        (&wider, "poa-chain-wider"),
        (&longer, "poa-chain-longer"),
        (&not_received, "poa-chain-not-representative"),
        (&unsigned, "poa-unsigned"),
        (&broken, "poa-signature-broken"),
    ] {
        let preflight = checked(&desk, ids, poa.number).await;
        assert_eq!(
            state(&preflight, expected),
            Some(CheckState::Failed),
            "{expected}: {:#?}",
            preflight.checks
        );
        assert_eq!(
            state(&preflight, "person-may-sign"),
            Some(CheckState::Failed),
            "{expected}"
        );
        assert!(!preflight.can_sign, "{expected}");
        // What the person says changes nothing about it.
        let mut request = request(&desk, &preflight);
        request.poa_word = true;
        let refused = desk.app.start_signing(request).await.unwrap_err();
        assert_eq!(refused.code(), "poa.not-allowed", "{expected}");
        assert!(refused.params().contains_key("reason"), "{expected}");
    }
    assert!(desk.person.was_asked().is_empty());
    assert_eq!(desk.page(&akt).await.files.len(), 1);

    // The missing power is named in words.
    let preflight = checked(&desk, ids, weak.number).await;
    let missing = preflight
        .checks
        .iter()
        .find(|one| one.code == "poa-power-missing");
    let named = &missing.unwrap().params["powers"];
    assert!(named.contains(' ') && !named.starts_with("DEMO_"), "{named}");
    // None of those that name the representative fits, and each says why not.
    let choice = preflight.poa.unwrap();
    assert!(choice.usable.is_empty(), "{:#?}", choice.usable);
    assert!(choice.others.len() >= 12);
    let is_said = |row: &PoaRow| choice.judgements[&row.number].verdict == "not-allowed";
    let doubted = |row: &PoaRow| row.number == nameless.number.to_string();
    assert!(choice.others.iter().all(|row| is_said(row) || doubted(row)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_checked_takes_a_word_that_is_written_down() {
    let (desk, said) = desk().await;
    let unheard = deed(&desk, 1);
    let words = PowerOfAttorney {
        powers: Powers::Text("Подписывать всё".to_owned()),
        ..deed(&desk, 2)
    };
    let limited = {
        let mut power = power("DEMO_SRCDOC_ALL");
        power.restrictions.push(Restriction {
            id: Some("1".to_owned()),
            code: "SUM".to_owned(),
            name: "Предельная сумма".to_owned(),
            value_name: None,
            value: RestrictionValue::Text("100000".to_owned()),
        });
        PowerOfAttorney {
            powers: Powers::Machine(vec![power]),
            ..deed(&desk, 3)
        }
    };
    let orphan = PowerOfAttorney {
        expires: today() + Duration::days(10),
        ..passed_on(&desk, 4, &deed(&desk, 99))
    };
    for poa in [&unheard, &words, &limited] {
        given(&desk, poa, "director").await;
    }
    given(&desk, &orphan, "accountant").await;
    for poa in [&words, &limited, &orphan] {
        told(&said, poa, "active");
    }
    let ids = [desk.import(&[sample(AKT)]).await];
    desk.person.was_asked();
    for (poa, expected) in [
        (&unheard, "poa-registry-never-asked"),
        (&words, "poa-text-powers"),
        (&limited, "poa-restriction-unknown"),
        (&orphan, "poa-chain-parent-missing"),
    ] {
        let preflight = checked(&desk, &ids, poa.number).await;
        assert_eq!(
            state(&preflight, expected),
            Some(CheckState::Warning),
            "{expected}: {:#?}",
            preflight.checks
        );
        let choice = preflight.poa.as_ref().unwrap();
        assert!(choice.word_needed, "{expected}");
        let refused = desk
            .app
            .start_signing(request(&desk, &preflight))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "poa.word-needed", "{expected}");
    }
    assert!(desk.person.was_asked().is_empty());

    let preflight = checked(&desk, &ids, words.number).await;
    let mut given = request(&desk, &preflight);
    given.poa_word = true;
    let run = desk.app.start_signing(given).await.unwrap();
    assert!(run.error().is_none(), "{run:#?}");
    let page = desk.page(&ids[0]).await;
    let under = &page.signed_under[0];
    assert_eq!(under.number, words.number.to_string());
    assert_eq!(under.judgement.verdict, "cannot-tell");
    assert!(under.word.is_some());
    let entry = desk
        .journal()
        .await
        .into_iter()
        .find(|row| row.action == "signed-under-poa");
    let entry = entry.unwrap();
    assert_eq!(entry.params["verdict"], "cannot-tell");
    assert!(entry.params.contains_key("word"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_revoked_between_the_check_and_the_pin_signs_nothing() {
    let (desk, said) = desk().await;
    let poa = deed(&desk, 1);
    given(&desk, &poa, "director").await;
    told(&said, &poa, "active");
    let ids = [desk.import(&[sample(AKT)]).await];
    let preflight = checked(&desk, &ids, poa.number).await;
    assert!(preflight.can_sign, "{:#?}", preflight.checks);
    told(&said, &poa, "revoked");
    let app = desk.app.clone();
    desk.person.was_asked();
    desk.person.meanwhile(async move {
        app.refresh_poa(&poa.number.to_string()).await.unwrap();
    });
    let refused = desk
        .app
        .start_signing(request(&desk, &preflight))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), refused.params()["reason"].as_str()),
        ("poa.not-allowed", "revoked")
    );
    assert_eq!(desk.person.was_asked().len(), 1);
    let page = desk.page(&ids[0]).await;
    assert_eq!((page.files.len(), page.signed_under.len()), (1, 0));
    assert!(desk.app.signing_runs().await.unwrap().is_empty());
    let actions = desk.actions().await;
    // The only run there was signed the power of attorney itself.
    let runs = actions.iter().filter(|action| *action == "signing-started");
    assert_eq!(runs.count(), 1, "{actions:?}");
    assert!(!actions.contains(&"poa-chosen".to_owned()), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_one_that_names_the_signer_the_certificate_is_refused() {
    let (desk, _said) = desk().await;
    let ids = [desk.import(&[sample(AKT)]).await];
    let certificate = desk.stand.fingerprint("representative");
    let preflight = desk.app.preflight(&ids, Some(certificate)).await.unwrap();
    for code in ["organisation-match", "person-may-sign", "poa-none"] {
        assert_eq!(state(&preflight, code), Some(CheckState::Failed), "{code}");
    }
    assert!(preflight.poa.unwrap().needed);
    assert_eq!(code(desk.sign_as("representative", &ids).await), "app.preflight");
    // The organisation's own certificate needs none.
    let own = desk
        .app
        .preflight(&ids, Some(desk.stand.fingerprint("accountant")))
        .await
        .unwrap();
    assert!(own.can_sign && own.poa.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_is_offered_and_the_last_choice_is_remembered() {
    let (desk, said) = desk().await;
    let (short, long) = (
        PowerOfAttorney {
            expires: today() + Duration::days(20),
            ..deed(&desk, 1)
        },
        deed(&desk, 2),
    );
    for poa in [&short, &long] {
        given(&desk, poa, "director").await;
        told(&said, poa, "active");
        desk.app.refresh_poa(&poa.number.to_string()).await.unwrap();
    }
    let ids = [desk.import(&[sample(AKT)]).await];
    let certificate = desk.stand.fingerprint("representative");
    let preflight = desk.app.preflight(&ids, Some(certificate)).await.unwrap();
    let choice = preflight.poa.as_ref().unwrap();
    let usable: Vec<&str> = choice.usable.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(usable, [long.number.to_string(), short.number.to_string()]);
    assert_eq!(choice.chosen, Some(long.number.to_string()));
    assert_eq!(state(&preflight, "poa-allowed"), Some(CheckState::Ok));
    assert_eq!(state(&preflight, "organisation-match"), Some(CheckState::Skipped));

    let preflight = checked(&desk, &ids, short.number).await;
    let run = desk.app.start_signing(request(&desk, &preflight)).await.unwrap();
    assert!(run.error().is_none(), "{run:#?}");
    let under = desk.page(&ids[0]).await.signed_under;
    assert_eq!(
        (under.len(), under[0].judgement.verdict.as_str(), &under[0].word),
        (1, "allowed", &None)
    );
    let card = desk.app.poa_card(&short.number.to_string()).await.unwrap();
    assert_eq!(card.chosen_for, ["fns.on_aktsverotp"]);
    let next = [desk.import(&[variant(&desk, AKT, 1)]).await];
    let preflight = desk.app.preflight(&next, Some(certificate)).await.unwrap();
    assert_eq!(preflight.poa.unwrap().chosen, Some(short.number.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_carries_it_has_to_name_it_before_it_is_signed() {
    let (desk, said) = desk().await;
    let (poa, other) = (deed(&desk, 1), deed(&desk, 2));
    for poa in [&poa, &other] {
        given(&desk, poa, "director").await;
        told(&said, poa, "active");
        desk.app.refresh_poa(&poa.number.to_string()).await.unwrap();
    }
    let ids = [desk.import(&[sample(UPD)]).await];
    let preflight = checked(&desk, &ids, poa.number).await;
    assert_eq!(state(&preflight, "poa-not-inside"), Some(CheckState::Failed));
    let choice = preflight.poa.as_ref().unwrap();
    assert_eq!(choice.to_attach, ids);
    assert_eq!(
        code(desk.app.start_signing(request(&desk, &preflight)).await),
        "app.preflight"
    );

    let certificate = desk.stand.fingerprint("representative");
    let number = poa.number.to_string();
    let copy = desk.app.attach_poa(&ids[0], &number, certificate).await.unwrap();
    assert_ne!(copy, ids[0]);
    // Once more it is the same one.
    assert_eq!(
        desk.app.attach_poa(&ids[0], &number, certificate).await.unwrap(),
        copy
    );
    assert_eq!(
        desk.app.attach_poa(&copy, &number, certificate).await.unwrap(),
        copy
    );
    let page = desk.page(&copy).await;
    assert!(page.findings.is_empty(), "{:#?}", page.findings);
    let raw = page.raw.unwrap();
    assert!(raw.contains(&number) && raw.contains("Ландышева"), "{raw}");
    let akt = desk.import(&[sample(AKT)]).await;
    let refused = desk.app.attach_poa(&akt, &number, certificate).await;
    assert_eq!(code(refused), "poa.attach.no-place");
    let refused = desk
        .app
        .attach_poa(&copy, &other.number.to_string(), certificate)
        .await;
    assert_eq!(code(refused), "poa.attach.names-another");

    let copies = [copy];
    let preflight = checked(&desk, &copies, other.number).await;
    assert_eq!(state(&preflight, "poa-names-another"), Some(CheckState::Failed));
    // What the document names is taken without being chosen.
    let preflight = desk.app.preflight(&copies, Some(certificate)).await.unwrap();
    assert_eq!(preflight.poa.as_ref().unwrap().chosen, Some(number.clone()));
    assert!(preflight.can_sign, "{:#?}", preflight.checks);
    let run = desk.app.start_signing(request(&desk, &preflight)).await.unwrap();
    assert!(run.error().is_none(), "{run:#?}");
    let page = desk.page(&copies[0]).await;
    let authority = page.signatures[0].authority.as_ref().unwrap();
    assert_eq!(
        (
            authority.by.as_str(),
            authority.basis.as_str(),
            authority.number.as_deref()
        ),
        ("recorded", "now", Some(number.as_str()))
    );
    assert_eq!(authority.judgement.as_ref().unwrap().verdict, "allowed");
    // Revoked later it is judged as of now, for nothing proves when it was signed.
    told(&said, &poa, "revoked");
    desk.app.refresh_poa(&number).await.unwrap();
    let page = desk.page(&copies[0]).await;
    let authority = page.signatures[0].authority.as_ref().unwrap();
    assert_eq!(authority.judgement.as_ref().unwrap().verdict, "not-allowed");
    assert_eq!(page.signed_under[0].judgement.verdict, "allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_under_the_same_one_or_not_at_all() {
    let (desk, said) = desk().await;
    let poa = deed(&desk, 1);
    given(&desk, &poa, "director").await;
    told(&said, &poa, "active");
    desk.app.refresh_poa(&poa.number.to_string()).await.unwrap();
    let mut ids = Vec::new();
    for at in 1..=3 {
        ids.push(desk.import(&[variant(&desk, AKT, at)]).await);
    }
    let preflight = checked(&desk, &ids, poa.number).await;
    let request = request(&desk, &preflight);
    let started = desk.app.clone();
    let signing = tokio::spawn(async move { started.start_signing(request).await });
    let end = Instant::now() + std::time::Duration::from_secs(30);
    while desk.page(&ids[0]).await.signed_under.is_empty() {
        assert!(Instant::now() < end, "nothing was signed");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    desk.app.stop_signing();
    let left = signing.await.unwrap().unwrap();
    if left.stopped.is_none() {
        // It was quicker than the word to stop.
        return;
    }
    told(&said, &poa, "revoked");
    desk.app.refresh_poa(&poa.number.to_string()).await.unwrap();
    desk.person.was_asked();
    let refused = desk.app.continue_signing(&left.id, true).await.unwrap_err();
    assert_eq!(refused.code(), "poa.not-allowed");
    assert!(desk.person.was_asked().is_empty());
}
