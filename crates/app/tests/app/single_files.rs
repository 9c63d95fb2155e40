//! Signing and verifying files of the user's computer.

use std::path::{Path, PathBuf};

use kabinet_app::verification::protocol;
use kabinet_app::view::{
    FileSigning, Language, SignatureForm, SignatureLevel, SignedFile, Verdict, VerificationReport,
};
use kabinet_app::{App, AppError};
use kabinet_testkit::{OpenSsl, WRONG_PIN};
use kabinet_texts::Texts;

use crate::desk::{Desk, TOKEN, code};

/// How any file is signed unless somebody chooses otherwise.
fn stamped(form: SignatureForm) -> FileSigning {
    raised(form, SignatureLevel::Timestamped)
}

fn raised(form: SignatureForm, level: SignatureLevel) -> FileSigning {
    FileSigning {
        profile: "file".to_owned(),
        form,
        level,
        visible: false,
    }
}

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
    let written = desk.app.sign_file(path, certificate, options, co_sign).await?;
    assert!(written.signed.report.material.is_empty() && !written.report.material.is_empty());
    // Verified again, it is judged as it was: what is inside of the result is not looked for beside it.
    let again = desk.app.verify_files(&written.files, false).await?;
    assert_eq!(again.verdict, written.report.verdict, "{:?}", written.files);
    Ok(written.signed)
}

async fn verify(app: &App, path: &Path) -> Result<VerificationReport, AppError> {
    app.verify_file(path, None, false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_lies_beside_the_file_is_stamped_and_found_from_either_half() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт сверки.pdf", b"%PDF-1.7 content");
    let signed = sign(&desk, &path, stamped(SignatureForm::Detached), None)
        .await
        .unwrap();
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
    sign(&desk, &path, stamped(SignatureForm::Detached), None)
        .await
        .unwrap();
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
        sign(&desk, &path, stamped(SignatureForm::Detached), None)
            .await
            .unwrap()
            .name,
        sign(&desk, &path, stamped(SignatureForm::Attached), None)
            .await
            .unwrap()
            .name,
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
    sign(&desk, &path, stamped(SignatureForm::Detached), None)
        .await
        .unwrap();
    let first = desk.path("договор.txt.sig");
    let before = std::fs::read(&first).unwrap();
    assert_eq!(
        code(
            sign(
                &desk,
                &path,
                stamped(SignatureForm::Detached),
                Some(first.clone())
            )
            .await
        ),
        "signature.already-signed"
    );
    let signed = desk
        .app
        .sign_file(
            &path,
            desk.stand.fingerprint("director"),
            stamped(SignatureForm::Detached),
            Some(first.clone()),
        )
        .await
        .unwrap()
        .signed;
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
    let signed = sign(&desk, &path, stamped(SignatureForm::Detached), None)
        .await
        .unwrap();
    assert_eq!(signed.no_stamp.unwrap().code, "app.time-stamp");
    assert_eq!(signed.report.signers[0].profile, "cades-bes");
    assert_eq!(signed.report.verdict, Verdict::Unknown, "nobody was there to ask");
    assert!(signed.queued);

    // It waits, also while nobody answers, and is stamped in its place as soon as somebody does.
    let waiting = desk.app.stamp_now().await.unwrap();
    assert_eq!(
        (waiting[0].name.as_str(), waiting[0].level),
        ("акт.txt.sig", SignatureLevel::Timestamped)
    );
    assert_eq!(waiting[0].error.as_ref().unwrap().code, "app.time-stamp");
    desk.stand.restart();
    assert_eq!(desk.app.stamp_now().await.unwrap(), []);
    let report = desk.app.verify_file(&path, None, true).await.unwrap();
    assert_eq!(
        (report.verdict, report.signers[0].profile.as_str()),
        (Verdict::Valid, "cades-t")
    );
    assert_eq!(desk.actions().await.last().unwrap(), "file-stamped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_waits_can_be_forgotten_and_one_that_is_gone_says_so() {
    let mut desk = Desk::new().await;
    desk.stand.stop();
    for name in ["один.txt", "два.txt"] {
        let path = file(&desk, name, b"text");
        assert!(
            sign(&desk, &path, stamped(SignatureForm::Detached), None)
                .await
                .unwrap()
                .queued
        );
    }
    desk.stand.restart();
    let waiting = desk.app.waiting_files().await.unwrap();
    let left = desk.app.forget_waiting(&waiting[0].id).await.unwrap();
    assert_eq!(left[..], waiting[1..]);
    let before = std::fs::read(desk.path("один.txt.sig")).unwrap();
    std::fs::remove_file(desk.path("два.txt.sig")).unwrap();
    let left = desk.app.stamp_now().await.unwrap();
    assert_eq!(left[0].error.as_ref().unwrap().code, "app.file-not-found");
    assert_eq!(
        std::fs::read(desk.path("один.txt.sig")).unwrap(),
        before,
        "it stays as it is"
    );

    // Signed anew under the same name, it waits no more.
    let again = sign(
        &desk,
        &desk.path("два.txt"),
        stamped(SignatureForm::Detached),
        None,
    )
    .await
    .unwrap();
    assert_eq!((again.name.as_str(), again.queued), ("два.txt.sig", false));
    // No draft stays behind, whatever went wrong.
    let names: Vec<_> = std::fs::read_dir(desk.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".kabinet-"))
        .collect();
    assert_eq!(names, [""; 0]);
}

/// A page without anything on it.
const PDF: &[u8] = include_bytes!("../../../../tests/data/pdf/empty-a4.pdf");

#[tokio::test(flavor = "multi_thread")]
async fn every_form_reaches_every_level_it_has_and_is_proven_offline() {
    use SignatureLevel::{Archive, Basic, ExtendedLong, LongTerm, Timestamped};
    let desk = Desk::new().await;
    let xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Договор><Сумма>100</Сумма></Договор>\n".as_bytes();
    for (name, content, form, written, profiles) in [
        (
            "a.txt",
            b"text".as_slice(),
            SignatureForm::Detached,
            "a.txt.sig",
            [
                (Basic, "cades-bes"),
                (Timestamped, "cades-t"),
                (ExtendedLong, "cades-xlt1"),
                (LongTerm, "cades-lt"),
                (Archive, "cades-lta"),
            ]
            .as_slice(),
        ),
        (
            "b.txt",
            b"text",
            SignatureForm::Attached,
            "b.txt.sig",
            &[(ExtendedLong, "cades-xlt1"), (Archive, "cades-lta")],
        ),
        (
            "Договор.pdf",
            PDF,
            SignatureForm::Pdf,
            "Договор (подписан).pdf",
            &[
                (Basic, "pades-b"),
                (Timestamped, "pades-t"),
                (LongTerm, "pades-lt"),
                (Archive, "pades-lta"),
            ],
        ),
        (
            "договор.xml",
            xml,
            SignatureForm::Xml,
            "договор (подписан).xml",
            &[
                (Basic, "xades-bes"),
                (Timestamped, "xades-t"),
                (LongTerm, "xades-lt"),
            ],
        ),
    ] {
        let path = file(&desk, name, content);
        for (level, profile) in profiles {
            let signed = sign(&desk, &path, raised(form, *level), None).await.unwrap();
            assert_eq!(
                (signed.name.as_str(), &signed.no_stamp),
                (written, &None),
                "{profile}"
            );
            let of_person: Vec<_> = signed
                .report
                .signers
                .iter()
                .filter(|signer| signer.profile != "time-stamp")
                .collect();
            let [signer] = &of_person[..] else {
                panic!("{profile}: {:#?}", signed.report)
            };
            assert_eq!(
                (signer.profile.as_str(), signed.report.verdict),
                (*profile, Verdict::Valid),
                "{signer:#?}"
            );
            assert_eq!(
                std::fs::read(&path).unwrap(),
                content,
                "the document stays as it is"
            );
            std::fs::remove_file(desk.path(written)).unwrap();
        }
        let refused = sign(&desk, &path, raised(SignatureForm::Xml, Archive), None).await;
        assert_eq!(code(refused), "app.level-not-for-form");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_file_is_raised_step_by_step_beside_itself() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"text");
    sign(&desk, &path, FileSigning::default(), None).await.unwrap();
    let signature = desk.path("акт.txt.sig");
    let before = std::fs::read(&signature).unwrap();
    for (level, name, profile) in [
        (SignatureLevel::Timestamped, "акт.txt (2).sig", "cades-t"),
        (SignatureLevel::LongTerm, "акт.txt (3).sig", "cades-lt"),
        (SignatureLevel::Archive, "акт.txt (4).sig", "cades-lta"),
    ] {
        // Whichever half was dropped first.
        let written = desk
            .app
            .upgrade_files(&[path.clone(), signature.clone()], level)
            .await
            .unwrap();
        assert_eq!(written.files, [desk.path(name), path.clone()]);
        let raised = written.signed;
        assert_eq!(
            (raised.name.as_str(), raised.report.signers[0].profile.as_str()),
            (name, profile)
        );
        assert_eq!(raised.report.verdict, Verdict::Valid);
    }
    assert_eq!(std::fs::read(&signature).unwrap(), before);
    let text = file(&desk, "не подпись.txt", b"text");
    let refused = desk.app.upgrade_files(&[text], SignatureLevel::Timestamped).await;
    assert_eq!(code(refused), "signature.existing-unreadable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_finds_its_rules_and_a_visible_signature_names_the_holder() {
    let desk = Desk::new().await;
    let choices = desk
        .app
        .signing_choices(&kabinet_testkit::sample(kabinet_testkit::AKT))
        .await
        .unwrap();
    assert!(choices.stamps);
    let codes: Vec<&str> = choices.profiles.iter().map(|one| one.code.as_str()).collect();
    assert_eq!((codes[0], codes.contains(&"file")), ("fns", true));
    assert_eq!(choices.profiles[0].title, "Документ для ФНС или ЭДО");
    assert_eq!(choices.profiles[0].forms.len(), 1, "{choices:?}");

    let path = file(&desk, "Договор.pdf", PDF);
    let choices = desk.app.signing_choices(&path).await.unwrap();
    let contract = choices
        .profiles
        .iter()
        .find(|one| one.code == "contract")
        .unwrap();
    assert_eq!(
        (
            choices.profiles[0].code.as_str(),
            contract.forms[0].form,
            contract.level
        ),
        ("file", SignatureForm::Pdf, SignatureLevel::LongTerm)
    );
    let options = FileSigning {
        visible: true,
        ..stamped(SignatureForm::Pdf)
    };
    let signed = sign(&desk, &path, options, None).await.unwrap();
    let text = std::process::Command::new("pdftotext")
        .arg(desk.path(&signed.name))
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    for line in ["ДОКУМЕНТ ПОДПИСАН", "Владелец", "Действителен с"] {
        assert!(text.contains(line), "{text}");
    }
    let wrong = file(&desk, "не PDF.pdf", b"text");
    assert_eq!(
        code(sign(&desk, &wrong, stamped(SignatureForm::Pdf), None).await),
        "pdf.not-pdf"
    );
    assert!(
        desk.person.was_asked().len() == 1,
        "no PIN for what cannot be done"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_writes_nothing() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"text");
    desk.person.types_pin(Some(WRONG_PIN));
    assert_eq!(
        code(sign(&desk, &path, stamped(SignatureForm::Detached), None).await),
        "token.pin-incorrect"
    );
    desk.person.types_pin(None);
    assert_eq!(
        code(sign(&desk, &path, stamped(SignatureForm::Detached), None).await),
        "app.cancelled"
    );
    let other = file(&desk, "не подпись.sig", b"text");
    desk.person.was_asked();
    assert_eq!(
        code(sign(&desk, &path, stamped(SignatureForm::Detached), Some(other)).await),
        "signature.existing-unreadable"
    );
    assert!(
        desk.person.was_asked().is_empty(),
        "no PIN for what cannot be done"
    );
    let missing = desk.path("нет такого.txt");
    assert_eq!(
        code(sign(&desk, &missing, stamped(SignatureForm::Detached), None).await),
        "app.file-not-found"
    );
    assert!(!desk.path("акт.txt.sig").exists());
    assert_eq!(desk.drawer.tries_left(TOKEN), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_vault_verifies_too_and_trusts_only_the_administrators_folder() {
    let desk = Desk::new().await;
    let path = file(&desk, "акт.txt", b"text");
    sign(&desk, &path, stamped(SignatureForm::Detached), None)
        .await
        .unwrap();
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
    sign(&desk, &path, stamped(SignatureForm::Detached), None)
        .await
        .unwrap();
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
    let target = desk.path("протокол.pdf");
    desk.app.save_protocol(&report, &target).await.unwrap();
    assert!(std::fs::read(&target).unwrap().starts_with(b"%PDF-1.7"));
    assert!(desk.app.protocol_name(&report).ends_with(".pdf"));
    assert_eq!(desk.app.language(), Language::Ru);
}
