//! PDF is read back with programs we did not write.

use std::path::Path;

use kabinet_texts::{Language, Texts};

use super::{Format, REPORT_NAME, content, html, json, octets, pdf};
use crate::print::Block;
use crate::print::printed::{Printed, asked, squeezed};
use crate::view::{
    CertificateView, ChainLink, ChangeView, FieldProblem, FileFacts, MaterialView, PartView,
    QualificationView, RevocationView, SignerView, StampView, TrustBasis, VERIFICATION_SCHEMA, Verdict,
    VerificationReport,
};

const DIGEST: &str = "8f0e8c1f2b7a4d5c9e3f6a1b0c2d4e5f8f0e8c1f2b7a4d5c9e3f6a1b0c2d4e5f";
const AT: &str = "2026-03-05T07:08:09Z";

fn facts(name: &str) -> FileFacts {
    FileFacts {
        name: name.to_owned(),
        size: 348_160.0,
        streebog256: DIGEST.to_owned(),
        sha256: DIGEST.to_owned(),
    }
}

fn report(verdict: Verdict, signers: Vec<SignerView>) -> VerificationReport {
    VerificationReport {
        schema: VERIFICATION_SCHEMA.to_owned(),
        purpose: None,
        format: "cms".to_owned(),
        file: facts("Акт сверки № 17.pdf.sig"),
        content: Some(facts("Акт сверки № 17.pdf")),
        verdict,
        indication: "indeterminate".to_owned(),
        attached: false,
        checked_at: AT.to_owned(),
        asked_at: AT.to_owned(),
        online: false,
        signers,
        trust: TrustBasis {
            list_version: Some(42.0),
            list_issued: Some(AT.to_owned()),
            list_age_days: Some(3),
            list_origin: None,
            list_refused: None,
        },
        missing: vec!["http://crl.example.ru/ca.crl".to_owned()],
        material: (0..4)
            .map(|number| MaterialView {
                kind: ["certificate", "crl", "ocsp", "stamp"][number].to_owned(),
                sha256: DIGEST.to_owned(),
                base64: "MIIB".repeat(20),
            })
            .collect(),
    }
}

fn signer(verdict: Verdict, name: &str) -> SignerView {
    let link = |subject: &str, problems: &[&str]| ChainLink {
        id: DIGEST.to_owned(),
        subject: subject.to_owned(),
        serial: "01d9a3c47e5b2f80000000120d3c0001".to_owned(),
        not_after: AT.to_owned(),
        problems: problems.iter().map(|&one| one.to_owned()).collect(),
    };
    SignerView {
        id: "1".to_owned(),
        verdict,
        indication: "indeterminate".to_owned(),
        sub_indication: Some("TRY_LATER".to_owned()),
        sentences: vec![
            FieldProblem::new("who.officer")
                .with("name", name)
                .with("title", "главный бухгалтер")
                .with("organisation", "ООО «Ромашка»")
                .with("inn", "7707083893"),
            FieldProblem::new("what.whole").with("file", "Акт сверки № 17.pdf"),
            FieldProblem::new("when.claimed").with("time", "05.03.2026 10:08:09"),
            FieldProblem::new("allowed.revocation-unknown"),
        ],
        reasons: vec!["pki.revocation-no-evidence".to_owned()],
        notes: vec!["signature.allowed-changes".to_owned()],
        content_ok: true,
        signature_ok: true,
        profile: "cades-t".to_owned(),
        policy: Some("1.2.643.7.1".to_owned()),
        digest_algorithm: Some("streebog256".to_owned()),
        signing_time: Some(AT.to_owned()),
        proven_at: Some(AT.to_owned()),
        judged_at: AT.to_owned(),
        certificate: Some(CertificateView {
            id: DIGEST.to_owned(),
            holder: name.to_owned(),
            organisation: Some("ООО «Ромашка»".to_owned()),
            position: Some("главный бухгалтер".to_owned()),
            inn: Some("770708389312".to_owned()),
            organisation_inn: Some("7707083893".to_owned()),
            ogrn: Some("1027700132195".to_owned()),
            issuer: "УЦ ФНС России".to_owned(),
            serial: "01d9a3c47e5b2f80000000120d3c0001".to_owned(),
            not_before: AT.to_owned(),
            not_after: AT.to_owned(),
            days_left: 100,
            algorithm: "gost2012-256".to_owned(),
            token: None,
            unfit: Vec::new(),
            uses: Vec::new(),
            also: Vec::new(),
        }),
        chain: vec![
            link(name, &[]),
            link("УЦ ФНС России", &["pki.expired"]),
            link("Минцифры России", &[]),
        ],
        anchor: Some("list".to_owned()),
        authority: None,
        qualification: Some(QualificationView {
            status: "not-qualified".to_owned(),
            at: AT.to_owned(),
            proven: true,
            sentences: vec![FieldProblem::new("qualified.form")],
            problems: vec![FieldProblem::new("pki.qualified-tool-class")],
            centre: Some("УЦ ФНС России".to_owned()),
            registry_number: Some("17".to_owned()),
            tool_class: Some("КС1".to_owned()),
            subject_tool: Some("КриптоПро CSP".to_owned()),
            identification: Some("personal".to_owned()),
        }),
        revocation: Some(RevocationView {
            status: "good".to_owned(),
            source: Some("crl".to_owned()),
            as_of: Some(AT.to_owned()),
            code: None,
        }),
        parts: vec![PartView {
            name: String::new(),
            whole: true,
            intact: true,
            digest: Some(DIGEST.to_owned()),
        }],
        changes: vec![ChangeView {
            code: "pdf.change.form-fill".to_owned(),
            what: "Поле 3".to_owned(),
            allowed: true,
        }],
        stamps: vec![StampView {
            kind: "signature".to_owned(),
            time: Some(AT.to_owned()),
            trusted: false,
            authority: Some("Служба штампов времени".to_owned()),
            reasons: vec!["pki.untrusted-root".to_owned()],
        }],
        counter_signatures: Vec::new(),
    }
}

fn russian() -> Texts {
    Texts::new(Language::Russian)
}

fn printed(report: &VerificationReport, texts: &Texts) -> Printed {
    Printed::of(&pdf(report, texts).unwrap())
}

/// Every text of the blocks.
fn said(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Verdict { text, .. } | Block::Paragraph(text) => {
                out.push(text.clone());
            }
            Block::Facts { facts, .. } => {
                out.extend(
                    facts
                        .iter()
                        .flat_map(|(label, value)| [label.clone(), value.clone()]),
                );
            }
            Block::Remarks { label, remarks } => {
                out.push(label.clone());
                out.extend(
                    remarks
                        .iter()
                        .flat_map(|(text, code)| [text.clone(), code.clone()]),
                );
            }
            Block::Table { caption, heads, rows } => {
                out.push(caption.clone());
                out.extend(heads.iter().chain(rows.iter().flatten()).cloned());
            }
            Block::Section(blocks) => said(blocks, out),
        }
    }
}

#[test]
fn pdf_says_all_that_html_says_in_both_languages() {
    let mut one = signer(Verdict::Unknown, "Иванова Мария Петровна");
    one.counter_signatures = vec![signer(Verdict::Invalid, "Петров Пётр")];
    let report = report(
        Verdict::Invalid,
        vec![one, signer(Verdict::Valid, "Łukasz Żółć, Ñandú & Ærø")],
    );
    for language in Language::ALL {
        let texts = Texts::new(language);
        let printed = printed(&report, &texts);
        let text = printed.squeezed();
        let page = html(&report, &texts).replace("&amp;", "&");
        let mut words = Vec::new();
        said(
            &content::blocks(&report, &texts, "verification.protocol.attachment"),
            &mut words,
        );
        assert!(words.len() > 150, "{}", words.len());
        for words in words {
            assert!(text.contains(&squeezed(&words)), "{words}\n{text}");
            let carrier = words == texts.plain("verification.protocol.attachment");
            assert!(carrier || page.contains(&words), "{words}");
        }
        let last = texts.text(
            "print.page",
            [("page", printed.pages.len()), ("pages", printed.pages.len())]
                .map(|(name, value)| (name, value.to_string())),
        );
        assert!(printed.pages.last().unwrap().contains(&last), "{last}");
        assert!(!text.contains('□') && !text.contains("verification."), "{text}");
    }
}

#[test]
fn the_attachment_is_the_report() {
    let report = report(
        Verdict::Valid,
        vec![signer(Verdict::Valid, "Иванова Мария Петровна")],
    );
    let printed = printed(&report, &russian());
    let listed = asked("pdfdetach", &["-list"], &printed.path());
    assert!(
        listed.contains("1 embedded files") && listed.contains(REPORT_NAME),
        "{listed}"
    );
    let target = printed.folder().join(REPORT_NAME);
    asked(
        "pdfdetach",
        &["-save", "1", "-o", target.to_str().unwrap()],
        &printed.path(),
    );
    let attached = std::fs::read(target).unwrap();
    assert_eq!(attached, octets(&report, &russian(), Format::Json).unwrap());
    assert_eq!(attached, json(&report));
    let value: serde_json::Value = serde_json::from_slice(&attached).unwrap();
    assert_eq!(value, serde_json::to_value(&report).unwrap());
    // How it belongs to the document, which PDF/A-3 asks for (ISO 19005-3, 6.8).
    let objects = asked("qpdf", &["--json"], &printed.path());
    for wanted in [
        "\"/AFRelationship\": \"/Source\"",
        "\"/AF\": [",
        "\"/Lang\": \"u:ru\"",
        "\"/Marked\": true",
    ] {
        assert!(objects.contains(wanted), "{wanted}");
    }
}

#[test]
fn hostile_names_stay_in_their_place_and_nothing_vanishes() {
    let long: String = "Щ".repeat(10_000);
    for (name, shown) in [
        ("\u{202e}fdp.exe", "⟨U+202E⟩fdp.exe"),
        (
            "</script><script>alert(1)</script>",
            "</script><script>alert(1)</script>",
        ),
        (
            "a\u{0}b\u{1b}[31m\u{200b}c\u{7f}",
            "a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+200B⟩c⟨U+007F⟩",
        ),
        ("Ива\u{301}н и\u{306} e\u{301}", "Ива\u{301}нйé"),
        ("王小明 שלום", "□□□□□□□"),
        ("(\\) Tj ET %PDF endobj", "(\\)TjET%PDFendobj"),
        (long.as_str(), long.as_str()),
    ] {
        let report = report(Verdict::Valid, vec![signer(Verdict::Valid, name)]);
        let printed = printed(&report, &russian());
        let text = printed.squeezed();
        if name.len() < 1000 {
            assert!(text.contains(&squeezed(shown)), "{name:?}: {text}");
        } else {
            // The foot of a page stands between its parts.
            assert!(text.matches('Щ').count() >= 20_000 && printed.pages.len() > 2);
        }
        let told = text.contains(&squeezed(&russian().plain("verification.protocol.boxes")));
        assert_eq!(told, shown.contains('□'), "{name:?}");
    }
}

#[test]
fn a_hundred_signers_fill_pages_and_no_heading_stands_alone() {
    let signers = (1..=100)
        .map(|number| {
            signer(
                Verdict::Unknown,
                &format!("Подписант {number} {}", "Длинный ".repeat(number)),
            )
        })
        .collect();
    let report = report(Verdict::Unknown, signers);
    let printed = printed(&report, &russian());
    let pages = printed.pages.len();
    assert!(pages > 60, "{pages}");
    let texts = russian();
    let mut verdicts = 0;
    for (index, page) in printed.pages.iter().enumerate() {
        let number = format!("Страница {} из {pages}", index + 1);
        assert!(page.contains(&number), "{number}: {page}");
        let lines: Vec<&str> = page.lines().filter(|line| !line.is_empty()).collect();
        for (place, line) in lines.iter().enumerate() {
            let heading = line
                .strip_prefix("Подпись ")
                .is_some_and(|rest| rest.trim().parse::<usize>().is_ok());
            if heading {
                verdicts += 1;
                assert_eq!(lines[place + 1].trim(), texts.plain("signature.verdict.unknown"));
                let next: String = lines[place + 2..].concat();
                assert!(next.contains("Подписал"), "the first sentence: {lines:?}");
            }
        }
    }
    assert_eq!(verdicts, 100);
}

#[test]
fn a_table_goes_on_under_its_heads_and_long_rows_are_cut() {
    let mut one = signer(Verdict::Valid, "Иванова");
    one.parts = (0..300)
        .map(|number| PartView {
            name: format!("папка/файл-{number}.xml"),
            whole: true,
            intact: true,
            digest: Some(DIGEST.to_owned()),
        })
        .collect();
    one.parts[7].name = "х".repeat(9_000);
    let printed = printed(&report(Verdict::Valid, vec![one]), &russian());
    let head = russian().plain("verification.label.state");
    let with_parts = printed.pages.iter().filter(|page| page.contains("файл-"));
    assert!(with_parts.clone().count() > 5);
    for page in with_parts {
        assert!(page.contains(&head), "{page}");
    }
    assert!(printed.squeezed().contains("файл-299.xml"));
}

#[test]
fn the_same_check_gives_the_same_file() {
    let report = report(Verdict::Valid, vec![signer(Verdict::Valid, "Иванова")]);
    assert_eq!(
        pdf(&report, &russian()).unwrap(),
        pdf(&report, &russian()).unwrap()
    );
}

#[test]
fn the_ending_chooses_the_format() {
    for (name, format) in [
        ("протокол.pdf", Format::Pdf),
        ("П.PDF", Format::Pdf),
        ("a.json", Format::Json),
        ("a.html", Format::Html),
        ("a", Format::Html),
        ("-", Format::Html),
    ] {
        assert_eq!(Format::of(Path::new(name)), format, "{name}");
    }
    let report = report(Verdict::Valid, Vec::new());
    assert!(
        octets(&report, &russian(), Format::Pdf)
            .unwrap()
            .starts_with(b"%PDF-1.7")
    );
    assert!(
        octets(&report, &russian(), Format::Html)
            .unwrap()
            .starts_with(b"<!DOCTYPE html>")
    );
}
