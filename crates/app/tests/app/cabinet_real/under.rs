//! Documents signed under powers of attorney, as the program and the portal judge them: the same reasons on both sides.

use kabinet_app::view::{CheckState, PoaRow, SigningRequest};
use kabinet_domain::poa::{PoaNumber, PowerOfAttorney, Powers, Representative};
use kabinet_formats::poa::attach::{Requisites, attach};
use kabinet_testkit::{AKT, OpenSsl, UPD, sample};
use time::Duration as Days;

use super::*;
use crate::deed::{deed, given, person, power, today};
use crate::desk::TAX;

async fn desk() -> Desk {
    let desk = director().await;
    desk.drawer.add(&desk.stand, "0003", &["representative"]);
    desk
}

async fn until(desk: &Desk, number: PoaNumber, state: &str) -> PoaRow {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        desk.app.work_poas().await;
        let row = desk.app.poa(&number.to_string()).await.unwrap();
        if row.state == state {
            return row;
        }
        assert!(Instant::now() < end, "never {state}: {row:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Signed by the director and registered.
async fn registered(desk: &Desk, poa: &PowerOfAttorney) {
    given(desk, poa, "director").await;
    desk.app.register_poa(&poa.number.to_string()).await.unwrap();
    until(desk, poa.number, "active").await;
}

async fn sign_under(desk: &Desk, id: &str, poa: PoaNumber) {
    let certificate = desk.stand.fingerprint("representative");
    let ids = [id.to_owned()];
    let preflight = desk
        .app
        .preflight_under(&ids, Some(certificate), Some(&poa.to_string()))
        .await
        .unwrap();
    assert!(preflight.can_sign, "{:#?}", preflight.checks);
    let request = SigningRequest::of(&preflight, certificate);
    let run = desk.app.start_signing(request).await.unwrap();
    assert!(run.error().is_none(), "{run:#?}");
}

/// What the portal's answer to the only order was: outcome, and its last words.
async fn sent(desk: &Desk, id: &str) -> (String, String) {
    desk.app.send_document(id, TAX).await.unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        desk.app.work_outbox().await;
        let rows = desk.app.outbox().await.unwrap();
        let row = rows.into_iter().find(|row| row.document_id == id).unwrap();
        if let Some(outcome) = row
            .outcome
            .filter(|_| row.state == kabinet_app::view::OutboxState::Finished)
        {
            let history = desk.page(id).await.history;
            let comments = history.into_iter().filter_map(|status| status.comment);
            return (outcome, comments.collect::<Vec<_>>().join("\n"));
        }
        assert!(Instant::now() < end, "never over");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_signed_under_a_good_one_is_accepted() {
    let desk = desk().await;
    let poa = deed(&desk, 1);
    registered(&desk, &poa).await;
    let upd = desk.import(&[sample(UPD)]).await;
    let certificate = desk.stand.fingerprint("representative");
    let copy = desk
        .app
        .attach_poa(&upd, &poa.number.to_string(), certificate)
        .await
        .unwrap();
    sign_under(&desk, &copy, poa.number).await;
    // OpenSSL agrees with the signature of what was changed.
    let package = desk.path("signed");
    desk.app
        .export_folder(std::slice::from_ref(&copy), &package)
        .await
        .unwrap();
    let mut files: Vec<_> = walk(&package);
    files.sort();
    let ending = |end: &str, start: &str| {
        let mut all = files.iter();
        let wanted = |path: &&std::path::PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with(start) && name.ends_with(end)
        };
        std::fs::read(
            all.find(wanted)
                .unwrap_or_else(|| panic!("{start}…{end}: {files:?}")),
        )
        .unwrap()
    };
    let content = ending(".xml", "ON_NSCHFDOPPR");
    OpenSsl::new().accepts(
        &ending(".xml.sig", "ON_NSCHFDOPPR"),
        Some(&content),
        &desk.stand.roots(),
    );
    // Whoever gets the package gets the power of attorney with it.
    OpenSsl::new().accepts(
        &ending(".xml.sig", "ON_EMCHD"),
        Some(&ending(".xml", "ON_EMCHD")),
        &desk.stand.roots(),
    );
    let (outcome, said) = sent(&desk, &copy).await;
    assert_eq!(outcome, "accepted", "{said}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_document_without_a_place_for_it_the_file_and_its_signature_travel() {
    let desk = desk().await;
    let poa = deed(&desk, 1);
    registered(&desk, &poa).await;
    let akt = desk.import(&[sample(AKT)]).await;
    sign_under(&desk, &akt, poa.number).await;
    let (outcome, said) = sent(&desk, &akt).await;
    assert_eq!(outcome, "accepted", "{said}");
}

/// УПД that names the power of attorney and is signed elsewhere, by a program that asks nobody.
async fn signed_elsewhere(desk: &Desk, poa: &PowerOfAttorney, at: usize) -> String {
    let requisites = Requisites {
        number: poa.number,
        issued: poa.issued,
        internal_number: None,
        system: "реестр".to_owned(),
        signer: person(desk, "representative"),
    };
    let mut content = std::fs::read(sample(UPD)).unwrap();
    content.extend(vec![b'\n'; at]);
    let content = attach("fns.on_nschfdoppr", &content, &requisites).unwrap();
    let (key, certificate) = (
        desk.stand.pki("representative.key"),
        desk.stand.pki("representative.crt"),
    );
    let signature = OpenSsl::new().sign(&key, &certificate, &content, &[]);
    let folder = desk.path(&format!("elsewhere-{at}"));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join(UPD);
    let beside = folder.join(format!("{UPD}.sig"));
    std::fs::write(&path, content).unwrap();
    std::fs::write(&beside, signature).unwrap();
    desk.import(&[path, beside]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_one_is_refused_by_both_for_the_same_reason() {
    let desk = desk().await;
    let weak = PowerOfAttorney {
        powers: Powers::Machine(vec![power("DEMO_TAX_REPORT")]),
        ..deed(&desk, 1)
    };
    let later = PowerOfAttorney {
        issued: today() + Days::days(2),
        ..deed(&desk, 2)
    };
    let other = PowerOfAttorney {
        representatives: vec![Representative::Person(person(&desk, "storekeeper"))],
        ..deed(&desk, 3)
    };
    let revoked = deed(&desk, 4);
    for poa in [&weak, &later, &other, &revoked] {
        registered(&desk, poa).await;
    }
    desk.stand
        .operate(&format!("poa/{}/revoke", revoked.number), &json!({}));
    desk.app.refresh_poa(&revoked.number.to_string()).await.unwrap();
    // The revocation is before the signature by more than a second.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let certificate = desk.stand.fingerprint("representative");
    let akt = desk.import(&[sample(AKT)]).await;
    for (at, (poa, reason)) in [
        (&weak, "power-missing"),
        (&later, "not-yet"),
        (&other, "other-person"),
        (&revoked, "revoked"),
    ]
    .into_iter()
    .enumerate()
    {
        let upd = signed_elsewhere(&desk, poa, at + 1).await;
        let page = desk.page(&upd).await;
        let authority = page.signatures[0].authority.as_ref().unwrap();
        assert_eq!(authority.by, "named");
        let judged = authority.judgement.as_ref().unwrap();
        assert_eq!(judged.verdict, "not-allowed", "{reason}");
        let codes: Vec<&str> = judged.reasons.iter().map(|one| one.code.as_str()).collect();
        assert!(codes.contains(&format!("poa.{reason}").as_str()), "{codes:?}");
        // Here it would not have been signed.
        let number = poa.number.to_string();
        let preflight = desk
            .app
            .preflight_under(std::slice::from_ref(&akt), Some(certificate), Some(&number))
            .await
            .unwrap();
        let line = preflight
            .checks
            .iter()
            .find(|check| check.code == format!("poa-{reason}"));
        assert_eq!(line.map(|line| line.state), Some(CheckState::Failed), "{reason}");

        let (outcome, said) = sent(&desk, &upd).await;
        assert_ne!(outcome, "accepted", "{reason}");
        assert!(said.contains(&format!("poa-{reason}")), "{reason}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_somebody_elses_making_is_verified_against_the_register() {
    let desk = desk().await;
    let poa = deed(&desk, 1);
    registered(&desk, &poa).await;
    let upd = signed_elsewhere(&desk, &poa, 1).await;
    assert_eq!(desk.page(&upd).await.signatures.len(), 1);
    let path = desk.path("elsewhere-1").join(UPD);
    let report = desk.app.verify_file(&path, None, false).await.unwrap();
    let authority = report.signers[0].authority.as_ref().unwrap();
    assert_eq!(
        (
            authority.by.as_str(),
            authority.number.clone(),
            authority.basis.as_str()
        ),
        ("named", Some(poa.number.to_string()), "now")
    );
    assert_eq!(authority.judgement.as_ref().unwrap().verdict, "allowed");
    // A signature of the organisation raises no such question.
    let own = desk.path("own.txt");
    std::fs::write(&own, "текст").unwrap();
    let (key, certificate) = (desk.stand.pki("director.key"), desk.stand.pki("director.crt"));
    let signature = OpenSsl::new().sign(&key, &certificate, "текст".as_bytes(), &[]);
    std::fs::write(desk.path("own.txt.sig"), signature).unwrap();
    let report = desk.app.verify_file(&own, None, false).await.unwrap();
    assert_eq!(report.signers[0].authority, None);
    // A person's signature that names none is not confirmed by anything.
    let (key, certificate) = (
        desk.stand.pki("storekeeper.key"),
        desk.stand.pki("storekeeper.crt"),
    );
    let signature = OpenSsl::new().sign(&key, &certificate, "текст".as_bytes(), &[]);
    std::fs::write(desk.path("own.txt.sig"), signature).unwrap();
    let report = desk.app.verify_file(&own, None, false).await.unwrap();
    let authority = report.signers[0].authority.as_ref().unwrap();
    assert_eq!((authority.by.as_str(), &authority.judgement), ("none", &None));
}
