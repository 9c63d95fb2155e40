//! Signing and verifying files of the user's computer.

use std::path::{Path, PathBuf};

use kabinet_app::verification::protocol;
use kabinet_app::view::{FileSigning, Language, SignedFile, Verdict, VerificationReport};
use kabinet_app::{App, AppError};
use kabinet_testkit::{OpenSsl, WRONG_PIN};
use kabinet_texts::Texts;

use crate::desk::{Desk, TOKEN, code};

const ATTACHED: FileSigning = FileSigning { attached: true };

fn file(desk: &Desk, name: &str, content: &[u8]) -> PathBuf {
    let path = desk.path(name);
    std::fs::write(&path, content).unwrap();
    path
}

async fn sign(
    desk: &Desk,
    path: &Path,
    options: FileSigning,
    co_sign: Option<PathBuf>,
) -> Result<SignedFile, AppError> {
    let certificate = desk.stand.fingerprint("accountant");
    let (signed, report) = desk.app.sign_file(path, certificate, options, co_sign).await?;
    assert!(signed.report.material.is_empty() && !report.material.is_empty());
    Ok(signed)
}

async fn verify(app: &App, path: &Path) -> Result<VerificationReport, AppError> {
    app.verify_file(path, None, false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_lies_beside_the_file_is_stamped_and_found_from_either_half() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт сверки.pdf", b"%PDF-1.7 content");
    let signed = sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    assert_eq!(
        (signed.name.as_str(), &signed.no_stamp),
        ("акт сверки.pdf.sig", &None)
    );
    let [signer] = &signed.report.signers[..] else {
        panic!("{:#?}", signed.report)
    };
    assert_eq!(
        (signed.report.verdict, signer.profile.as_str()),
        (Verdict::Valid, "cades-t"),
        "{signer:#?}"
    );
    assert!(signer.proven_at.is_some());
    let signature = desk.path("акт сверки.pdf.sig");
    OpenSsl::new().accepts(
        &std::fs::read(&signature).unwrap(),
        Some(b"%PDF-1.7 content"),
        &desk.stand.roots(),
    );
    for half in [&path, &signature] {
        let report = verify(&desk.app, half).await.unwrap();
        assert_eq!(
            (report.file.name.as_str(), report.content.unwrap().name.as_str()),
            ("акт сверки.pdf.sig", "акт сверки.pdf")
        );
        assert_eq!(report.verdict, Verdict::Valid, "with what the vault keeps");
    }
    assert_eq!(desk.actions().await.last().unwrap(), "file-signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_is_told_and_a_missing_one_asked_for() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"one hundred");
    sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    std::fs::write(&path, b"nine hundred").unwrap();
    let report = verify(&desk.app, &path).await.unwrap();
    assert_eq!(report.verdict, Verdict::Invalid);
    assert_eq!(report.signers[0].sentences[1].code, "what.changed");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(
        code(verify(&desk.app, &desk.path("акт.txt.sig")).await),
        "signature.content-required"
    );
    let elsewhere = file(&desk, "переименован.txt", b"one hundred");
    let report = desk
        .app
        .verify_files(&[elsewhere, desk.path("акт.txt.sig")], false)
        .await
        .unwrap();
    assert_eq!(report.verdict, Verdict::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_overwritten_and_an_attached_signature_needs_no_file() {
    let desk = Desk::new().await;
    let path = file(&desk, "письмо.txt", b"text");
    let names = [
        sign(&desk, &path, FileSigning::default(), None)
            .await
            .unwrap()
            .name,
        sign(&desk, &path, ATTACHED, None).await.unwrap().name,
    ];
    assert_eq!(names, ["письмо.txt.sig", "письмо.txt (2).sig"]);
    std::fs::remove_file(&path).unwrap();
    let report = verify(&desk.app, &desk.path(&names[1])).await.unwrap();
    assert!(report.attached && report.verdict == Verdict::Valid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signature_is_added_to_the_first_and_stamped_itself() {
    let desk = Desk::new().await;
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    let path = file(&desk, "договор.txt", b"text");
    sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    let first = desk.path("договор.txt.sig");
    let before = std::fs::read(&first).unwrap();
    assert_eq!(
        code(sign(&desk, &path, FileSigning::default(), Some(first.clone())).await),
        "signature.already-signed"
    );
    let (signed, _) = desk
        .app
        .sign_file(
            &path,
            desk.stand.fingerprint("director"),
            FileSigning::default(),
            Some(first.clone()),
        )
        .await
        .unwrap();
    assert_eq!(signed.name, "договор.txt (2).sig");
    let profiles: Vec<_> = signed
        .report
        .signers
        .iter()
        .map(|one| one.profile.as_str())
        .collect();
    assert_eq!(profiles, ["cades-t", "cades-t"]);
    assert_eq!(signed.report.verdict, Verdict::Valid);
    assert_eq!(std::fs::read(&first).unwrap(), before, "the first file stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_time_stamp_service_the_file_is_signed_all_the_same() {
    let mut desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"text");
    desk.stand.stop();
    let signed = sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    assert_eq!(signed.no_stamp.unwrap().code, "app.no-time-stamp");
    assert_eq!(signed.report.signers[0].profile, "cades-bes");
    assert_eq!(signed.report.verdict, Verdict::Unknown, "nobody was there to ask");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_writes_nothing() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"text");
    desk.person.types_pin(Some(WRONG_PIN));
    assert_eq!(
        code(sign(&desk, &path, FileSigning::default(), None).await),
        "token.pin-incorrect"
    );
    desk.person.types_pin(None);
    assert_eq!(
        code(sign(&desk, &path, FileSigning::default(), None).await),
        "app.cancelled"
    );
    let other = file(&desk, "не подпись.sig", b"text");
    desk.person.was_asked();
    assert_eq!(
        code(sign(&desk, &path, FileSigning::default(), Some(other)).await),
        "signature.existing-unreadable"
    );
    assert!(
        desk.person.was_asked().is_empty(),
        "no PIN for what cannot be done"
    );
    let missing = desk.path("нет такого.txt");
    assert_eq!(
        code(sign(&desk, &missing, FileSigning::default(), None).await),
        "app.file-not-found"
    );
    assert!(!desk.path("акт.txt.sig").exists());
    assert_eq!(desk.drawer.tries_left(TOKEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_vault_verifies_too_and_trusts_only_the_administrators_folder() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"text");
    sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    desk.app.lock().await;
    let report = verify(&desk.app, &path).await.unwrap();
    assert_eq!(report.verdict, Verdict::Unknown);
    assert!(report.signers[0].signature_ok && report.signers[0].content_ok);
    assert!(
        report.signers[0]
            .reasons
            .contains(&"pki.issuer-not-found".to_owned()),
        "{:?}",
        report.signers[0].reasons
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_protocol_holds_everything_and_lets_no_name_out_of_its_place() {
    let desk = Desk::new().await;
    let hostile = "<script>alert(1)</script>&\"'.txt";
    let path = file(&desk, &hostile.replace('/', "∕"), b"text");
    sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    let mut report = desk.app.verify_file(&path, None, true).await.unwrap();
    report.file.name = hostile.to_owned();
    if let Some(one) = report.signers[0].certificate.as_mut() {
        one.holder = "</script><img src=x onerror=alert(1)>\u{202e}".to_owned();
    }
    for language in [kabinet_texts::Language::Russian, kabinet_texts::Language::English] {
        let page = protocol::html(&report, &Texts::new(language));
        assert!(!page.contains("verification."), "a text is missing: {page}");
        for hostile in ["<script>", "<img", "\u{202e}</"] {
            assert!(!page.contains(hostile), "{hostile}");
        }
        assert_eq!(
            page.matches("</script>").count(),
            1,
            "only the data block's own end"
        );
        for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            for reaching_out in [" src=", " href=", " on", "\"refresh\""] {
                assert!(!tag.contains(reaching_out), "{tag}");
            }
        }
        for known in [&report.file.sha256, &report.file.streebog256, &report.schema] {
            assert!(page.contains(known.as_str()));
        }
        let data = page
            .split("id=\"report\">")
            .nth(1)
            .unwrap()
            .split("</script>")
            .next()
            .unwrap();
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data, serde_json::to_value(&report).unwrap());
    }
    let kinds: Vec<&str> = report.material.iter().map(|one| one.kind.as_str()).collect();
    for kind in ["certificate", "crl", "stamp"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let target = desk.path("протокол.html");
    desk.app.save_protocol(&report, &target).await.unwrap();
    assert!(
        std::fs::read_to_string(&target)
            .unwrap()
            .contains("<html lang=\"ru\">")
    );
    assert_eq!(desk.app.language(), Language::Ru);
}
