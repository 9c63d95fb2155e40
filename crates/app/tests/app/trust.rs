//! What is trusted: the published list, its updates, and what an administrator adds; and what a verdict says of it.

use std::path::PathBuf;

use kabinet_app::view::{
    FileSigning, ListOrigin, QualificationView, SignatureForm, SignatureLevel, Verdict, VerificationReport,
};
use kabinet_domain::Environment::{Demo, Production};
use serde_json::json;

use crate::desk::{Desk, code};

/// A file signed by the accountant, with a time stamp or without.
async fn signed(desk: &Desk, name: &str, level: SignatureLevel) -> PathBuf {
    let path = desk.path(name);
    std::fs::write(&path, b"content").unwrap();
    let options = FileSigning {
        profile: "file".to_owned(),
        form: SignatureForm::Detached,
        level,
        visible: false,
    };
    let certificate = desk.stand.fingerprint("accountant");
    desk.app
        .sign_file(&path, certificate, options, None)
        .await
        .unwrap();
    path
}

async fn verified(desk: &Desk, path: &std::path::Path) -> VerificationReport {
    let report = desk.app.verify_file(path, None, true).await.unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "{:#?}", report.signers);
    report
}

fn qualification(report: &VerificationReport) -> &QualificationView {
    report.signers[0].qualification.as_ref().unwrap()
}

fn answer(report: &VerificationReport) -> (&str, &str) {
    let qualification = qualification(report);
    (&qualification.status, &qualification.sentences[0].code)
}

/// Takes the newest list in.
async fn updated(desk: &Desk) {
    desk.app.update_trust(Demo).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_says_by_which_list_the_certificate_is_qualified() {
    let desk = Desk::new().await;
    let path = signed(&desk, "договор.txt", SignatureLevel::Timestamped).await;
    let report = verified(&desk, &path).await;
    assert_eq!(answer(&report), ("qualified", "qualified.yes"));
    let found = qualification(&report);
    assert_eq!(found.problems, [], "of the form of the order");
    assert_eq!(
        (found.centre.as_deref(), found.registry_number.as_deref()),
        (Some("Учебный удостоверяющий центр"), Some("1"))
    );
    assert_eq!(
        (
            found.tool_class.as_deref(),
            found.identification.as_deref(),
            found.proven
        ),
        (Some("КС1"), Some("personal"), true)
    );
    let acts_for = &found.sentences[1];
    assert_eq!(
        (acts_for.code.as_str(), acts_for.params["inn"].as_str()),
        ("acts-for.organisation", "9900000017")
    );
    assert_eq!(report.signers[0].anchor.as_deref(), Some("program"));
    assert_eq!(
        (
            report.trust.list_version,
            report.trust.list_age_days,
            report.trust.list_origin
        ),
        (Some(1.0), Some(0), Some(ListOrigin::Shipped))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_accreditation_leaves_the_signature_valid_and_what_was_signed_before_qualified() {
    let desk = Desk::new().await;
    let before = signed(&desk, "до.txt", SignatureLevel::Timestamped).await;
    let claimed = signed(&desk, "без отметки.txt", SignatureLevel::Basic).await;
    assert_eq!(
        answer(&verified(&desk, &claimed).await),
        ("qualified", "qualified.yes-claimed")
    );
    std::thread::sleep(std::time::Duration::from_secs(2));
    desk.stand.publish_list(&json!({"status": "suspended"}));
    updated(&desk).await;
    let after = signed(&desk, "после.txt", SignatureLevel::Timestamped).await;
    assert_eq!(
        answer(&verified(&desk, &before).await),
        ("qualified", "qualified.yes")
    );
    assert_eq!(
        answer(&verified(&desk, &claimed).await),
        ("unknown", "qualified.claimed"),
        "who claims an earlier time proves nothing"
    );
    let report = verified(&desk, &after).await;
    assert_eq!(answer(&report), ("not-qualified", "qualified.suspended"));
    assert_eq!(
        (report.trust.list_version, report.trust.list_origin),
        (Some(2.0), Some(ListOrigin::Fetched))
    );
    desk.stand.publish_list(&json!({"status": "ended"}));
    updated(&desk).await;
    let later = signed(&desk, "потом.txt", SignatureLevel::Timestamped).await;
    let report = verified(&desk, &later).await;
    assert_eq!(answer(&report), ("not-qualified", "qualified.ended"));
    assert_eq!(
        qualification(&report).problems[0].code,
        "pki.qualified-accreditation-ended"
    );
    assert_eq!(report.indication, "total-passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_old_changed_foreign_or_unsigned_is_refused_and_the_kept_one_stays() {
    let desk = Desk::new().await;
    desk.stand.publish_list(&json!({}));
    updated(&desk).await;
    for (request, expected) in [
        (json!({"version": 1}), "pki.trust-list-rolled-back"),
        (
            json!({"version": 9, "flaw": "tampered"}),
            "app.trust-list-tampered",
        ),
        (json!({"version": 9, "flaw": "foreign"}), "app.trust-list-foreign"),
        (
            json!({"version": 9, "flaw": "unsigned"}),
            "app.trust-list-unsigned",
        ),
    ] {
        desk.stand.publish_list(&request);
        assert_eq!(code(desk.app.update_trust(Demo).await), expected);
        let list = desk.app.trust_view(Demo).await.unwrap().list.unwrap();
        assert_eq!((list.version, list.centres), (2.0, 1), "{expected}");
    }
    desk.stand.publish_list(&json!({"version": 10}));
    updated(&desk).await;
    desk.stand.revoke("ministry");
    desk.stand.publish_list(&json!({}));
    assert_eq!(
        code(desk.app.update_trust(Demo).await),
        "app.trust-list-untrusted",
        "the signer's certificate was revoked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_list_somebody_changed_is_left_aside_and_said_so() {
    let desk = Desk::new().await;
    desk.stand.publish_list(&json!({}));
    updated(&desk).await;
    let kept = desk.path("trust-list/demo.xml");
    let text = std::fs::read_to_string(&kept).unwrap();
    std::fs::write(&kept, text.replacen("<Версия>2", "<Версия>3", 1)).unwrap();
    let view = desk.app.trust_view(Demo).await.unwrap();
    let list = view.list.unwrap();
    assert_eq!(view.refused.as_deref(), Some("app.trust-list-tampered"));
    assert_eq!((list.version, list.origin), (1.0, Some(ListOrigin::Shipped)));
    updated(&desk).await;
    let view = desk.app.trust_view(Demo).await.unwrap();
    assert_eq!((view.refused, view.list.unwrap().version), (None, 2.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_list_is_not_sent_again_and_a_silent_server_keeps_the_old_one() {
    let mut desk = Desk::new().await;
    updated(&desk).await;
    let kept = desk.path("trust-list/demo.xml");
    let written = std::fs::metadata(&kept).unwrap().modified().unwrap();
    updated(&desk).await;
    assert_eq!(std::fs::metadata(&kept).unwrap().modified().unwrap(), written);
    let path = signed(&desk, "письмо.txt", SignatureLevel::Timestamped).await;
    verified(&desk, &path).await;
    desk.stand.stop();
    assert_eq!(code(desk.app.update_trust(Demo).await), "app.trust-list-fetch");
    let report = desk.app.verify_file(&path, None, false).await.unwrap();
    assert_eq!(
        (report.verdict, report.trust.list_age_days),
        (Verdict::Valid, Some(0))
    );
    assert_eq!(answer(&report), ("qualified", "qualified.yes"));
}

#[tokio::test(flavor = "multi_thread")]
async fn own_roots_are_added_outlive_an_update_and_are_removed() {
    let desk = Desk::new().await;
    let root = desk.stand.pki("untrusted-root.crt");
    let id = desk.stand.fingerprint("untrusted-root").to_owned();
    let own = |view: &kabinet_app::view::TrustView| -> Vec<String> {
        let all = view.certificates.iter();
        all.filter(|one| one.source == "administrator")
            .map(|one| one.id.clone())
            .collect()
    };
    let added = desk.app.add_trusted(Demo, &root).await.unwrap();
    assert_eq!(own(&added), [id.as_str()]);
    assert_eq!(
        own(&desk.app.add_trusted(Demo, &root).await.unwrap()),
        [id.as_str()]
    );
    desk.stand.publish_list(&json!({}));
    assert_eq!(own(&desk.app.update_trust(Demo).await.unwrap()), [id.as_str()]);

    let content = desk.path("чужое.txt");
    std::fs::write(&content, b"content").unwrap();
    let openssl = kabinet_testkit::OpenSsl::new();
    let pki = |file: &str| desk.stand.pki(&format!("director-untrusted.{file}"));
    let signature = openssl.sign(&pki("key"), &pki("crt"), b"content", &["-cades"]);
    let path = desk.path("чужое.txt.sig");
    std::fs::write(&path, signature).unwrap();
    let report = desk.app.verify_file(&path, None, false).await.unwrap();
    let signer = &report.signers[0];
    assert_eq!(signer.anchor.as_deref(), Some("administrator"));
    assert_eq!(
        answer(&report).0,
        "not-qualified",
        "its issuer has no requisites, whoever trusts it"
    );
    let refused = desk
        .app
        .add_trusted(Demo, &desk.stand.pki("accountant.crt"))
        .await;
    assert_eq!(code(refused), "app.not-an-authority");
    let view = desk.app.remove_trusted(Demo, &id).await.unwrap();
    assert!(own(&view).is_empty());
    assert_eq!(code(desk.app.remove_trusted(Demo, &id).await), "app.not-found");
    let report = desk.app.verify_file(&path, None, false).await.unwrap();
    assert_eq!(report.signers[0].anchor, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_demo_is_trusted_outside_it() {
    let desk = Desk::new().await;
    let view = desk.app.trust_view(Production).await.unwrap();
    assert_eq!((view.list, view.certificates), (None, Vec::new()));
    let list = desk.stand.dir().join("trust-list.xml");
    assert_eq!(
        code(desk.app.take_trust_list(Production, list.clone()).await),
        "app.trust-list-untrusted"
    );
    let taken = desk.app.take_trust_list(Demo, list).await.unwrap();
    assert_eq!(taken.list.unwrap().version, 1.0);
}
