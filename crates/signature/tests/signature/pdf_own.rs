//! PDF signatures made here and judged by pyHanko, pdfsig, qpdf and OpenSSL, and the other way round.

use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Status};
use kabinet_signature::pdf::{
    DEFAULT_ROOM, DocMdp, PdfError, PdfPrepare, PdfSignError, VisibleStamp, add_evidence, prepare_time_stamp,
};
use kabinet_signature::{Mechanism, Report, add_time_stamp, signature_values};
use serde_json::Value;
use time::OffsetDateTime;

use crate::authority::Authority;
use crate::pdf_peers::{pdfsig, pyhanko, pyhanko_signs, qpdf_checks};
use crate::{codes, judge, raw};

/// A foreign file to sign.
pub fn sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/pdf");
    std::fs::read(path.join(name)).expect("tests/data/pdf")
}

pub fn prepare(certificate: &Certificate) -> PdfPrepare {
    PdfPrepare {
        certificate: certificate.clone(),
        chain: Vec::new(),
        signing_time: OffsetDateTime::now_utc(),
        field: None,
        certify: None,
        stamp: None,
        room: DEFAULT_ROOM,
    }
}

/// Signs with `<name>.key`.
pub fn sign_with(authority: &Authority, name: &str, file: &[u8], prepare: PdfPrepare) -> Vec<u8> {
    let to_be_signed = prepare.to_be_signed(file).expect("prepared");
    let raw = raw(authority, name, to_be_signed.value());
    let value = to_be_signed.value().complete(&raw).expect("the key fits");
    to_be_signed.embed(&value).expect("room enough")
}

pub fn sign(authority: &Authority, name: &str, file: &[u8]) -> Vec<u8> {
    let certificate = authority.certificate(&format!("{name}.crt"));
    sign_with(authority, name, file, prepare(&certificate))
}

fn judged(authority: &Authority, file: &[u8]) -> Report {
    judge(file, None, &authority.trust(), &authority.evidence()).expect("readable")
}

fn profiles(report: &Report) -> Vec<&'static str> {
    report.signatures.iter().map(|one| one.profile()).collect()
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let authority = Authority::new("rsa");
    let certificate = authority.leaf("leaf", "rsa");
    let refused =
        |prepare: PdfPrepare, file: &[u8]| prepare.to_be_signed(file).map(|_| ()).expect_err("refused");
    let plain = prepare(&certificate);
    assert_eq!(
        refused(plain.clone(), b"hello"),
        PdfSignError::Pdf(PdfError::NotPdf)
    );
    assert_eq!(
        refused(plain.clone(), &sample("minimal-aes256.pdf")),
        PdfSignError::Pdf(PdfError::Encrypted)
    );
    let huge = PdfPrepare {
        room: usize::MAX / 4,
        ..plain.clone()
    };
    assert_eq!(
        refused(huge, &sample("minimal.pdf")),
        PdfSignError::Pdf(PdfError::Limit)
    );
    let stamp = VisibleStamp {
        page: 1,
        rectangle: [0.0, 0.0, 100.0, 50.0],
        lines: Vec::new(),
    };
    let elsewhere = PdfPrepare {
        stamp: Some(stamp),
        ..plain.clone()
    };
    assert_eq!(
        refused(elsewhere, &sample("minimal.pdf")),
        PdfSignError::NoSuchPage
    );
    let text_field = PdfPrepare {
        field: Some("TextField1".to_owned()),
        ..plain.clone()
    };
    assert_eq!(
        refused(text_field, &sample("minimal-with-simple-form.pdf")),
        PdfSignError::FieldTaken
    );

    let small = PdfPrepare {
        room: 500,
        ..plain.clone()
    };
    let small = small.to_be_signed(&sample("minimal.pdf")).expect("prepared");
    let value = small
        .value()
        .complete(&raw(&authority, "leaf", small.value()))
        .expect("complete");
    assert_eq!(
        small.embed(&value),
        Err(PdfSignError::TooLarge {
            needed: value.len(),
            room: 500
        })
    );

    let signed = sign(&authority, "leaf", &sample("minimal.pdf"));
    let again = PdfPrepare {
        field: Some("Signature1".to_owned()),
        ..plain.clone()
    };
    assert_eq!(refused(again, &signed), PdfSignError::FieldTaken);
    let late = PdfPrepare {
        certify: Some(DocMdp::FillIn),
        ..plain.clone()
    };
    assert_eq!(refused(late, &signed), PdfSignError::NotFirst);
    let closed = PdfPrepare {
        certify: Some(DocMdp::NoChanges),
        ..plain.clone()
    };
    let closed = sign_with(&authority, "leaf", &sample("minimal.pdf"), closed);
    assert_eq!(refused(plain, &closed), PdfSignError::NotAllowed);
}

/// Tables, streams, hybrid files, lists that are objects of their own, files with a form.
const SAMPLES: [&str; 8] = [
    "minimal.pdf",
    "minimal-xref.pdf",
    "minimal-two-pages.pdf",
    "minimal-with-field.pdf",
    "minimal-one-field-indir-annots.pdf",
    "minimal-with-simple-form.pdf",
    "minimal-pdf-ua-and-a.pdf",
    "uncompressed-objstream-sample.pdf",
];

#[test]
fn pyhanko_pdfsig_and_qpdf_accept_every_kind_of_file() {
    let authority = Authority::new("rsa");
    let mut files = Vec::new();
    for key in ["rsa", "p256"] {
        authority.leaf(key, key);
        for name in SAMPLES {
            let original = sample(name);
            let signed = sign(&authority, key, &original);
            assert!(signed.starts_with(&original), "{name}: what was there stays");
            let file = format!("{key}-{name}");
            authority.write(&file, &signed);
            qpdf_checks(&authority, &file);
            let text = pdfsig(&authority, &file);
            assert!(text.contains("Signature is Valid."), "{name}: {text}");
            assert!(text.contains("Total document signed"), "{name}: {text}");
            files.push(file);
            let report = judged(&authority, &signed);
            assert_eq!(report.verdict, Status::Valid, "{name}: {:?}", codes(&report));
            assert_eq!(profiles(&report), ["pades-b"]);
        }
    }
    for theirs in pyhanko(&authority, &files) {
        let [one] = &theirs[..] else {
            panic!("one signature");
        };
        assert_eq!(
            (&one["coverage"], &one["intact"]),
            (&Value::from("ENTIRE_FILE"), &Value::from(true))
        );
    }
}

fn pyhanko_one(authority: &Authority, name: &str) -> Vec<Value> {
    pyhanko(authority, &[name.to_owned()]).remove(0)
}

#[test]
fn openssl_accepts_gost_signatures_over_the_two_ranges() {
    let authority = Authority::new("gost512-a");
    for key in ["gost256-tc26-a", "gost256-cryptopro-a", "gost512-c"] {
        authority.leaf(key, key);
        let signed = sign(&authority, key, &sample("minimal-xref.pdf"));
        authority.write("signed.pdf", &signed);
        qpdf_checks(&authority, "signed.pdf");
        assert!(pdfsig(&authority, "signed.pdf").contains("Total document signed"));
        // Cut by a search of its own: the longest run between angle brackets is Contents.
        let start = (0..signed.len())
            .filter(|&at| signed[at] == b'<')
            .max_by_key(|&at| signed[at..].iter().position(|&octet| octet == b'>').unwrap_or(0))
            .expect("Contents");
        let end = start
            + signed[start..]
                .iter()
                .position(|&octet| octet == b'>')
                .expect("its end")
            + 1;
        let value: Vec<u8> = signed[start + 1..end - 1]
            .chunks(2)
            .map(|pair| {
                u8::from_str_radix(core::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
            })
            .collect();
        authority.write("content", &[&signed[..start], &signed[end..]].concat());
        authority.write("value.der", &value);
        authority.openssl(&[
            "cms",
            "-verify",
            "-cades",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "value.der",
            "-content",
            "content",
            "-CAfile",
            "ca.crt",
            "-purpose",
            "any",
            "-out",
            "out",
        ]);
        let report = judged(&authority, &signed);
        assert_eq!(report.verdict, Status::Valid, "{key}: {:?}", codes(&report));
    }
}

#[test]
fn further_signatures_leave_the_first_one_valid() {
    let authority = Authority::new("rsa");
    let one = authority.leaf("one", "rsa");
    authority.leaf("two", "p256");
    for certify in [None, Some(DocMdp::FillIn), Some(DocMdp::Annotate)] {
        let first = PdfPrepare {
            certify,
            field: Some("Подпись".to_owned()),
            ..prepare(&one)
        };
        let mut file = sign_with(&authority, "one", &sample("minimal-xref.pdf"), first);
        for _ in 0..2 {
            file = sign(&authority, "two", &file);
        }
        authority.write("signed.pdf", &file);
        qpdf_checks(&authority, "signed.pdf");
        for theirs in pyhanko_one(&authority, "signed.pdf") {
            assert_eq!(
                (&theirs["docmdp_ok"], &theirs["intact"]),
                (&Value::from(true), &Value::from(true)),
                "{theirs}"
            );
        }
        let report = judged(&authority, &file);
        assert_eq!(report.verdict, Status::Valid, "{certify:?}: {:?}", codes(&report));
        let names: Vec<_> = report.signatures.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(names, ["Подпись", "Signature1", "Signature2"]);
        let changes: Vec<_> = report.signatures[0]
            .changes
            .iter()
            .map(|change| (change.code, change.allowed))
            .collect();
        assert_eq!(changes, [("pdf.change.signature", true)]);
        assert_eq!(report.signatures[2].changes, []);
    }
}

#[test]
fn an_empty_field_is_filled() {
    let authority = Authority::new("rsa");
    let certificate = authority.leaf("leaf", "rsa");
    let original = sample("minimal-two-fields.pdf");
    let fill = |field: &str| PdfPrepare {
        field: Some(field.to_owned()),
        ..prepare(&certificate)
    };
    let once = sign_with(&authority, "leaf", &original, fill("Sig1"));
    let twice = sign_with(&authority, "leaf", &once, fill("Sig2"));
    authority.write("signed.pdf", &twice);
    qpdf_checks(&authority, "signed.pdf");
    let fields: Vec<_> = pyhanko_one(&authority, "signed.pdf")
        .iter()
        .map(|one| one["field"].clone())
        .collect();
    assert_eq!(fields, ["Sig1", "Sig2"]);
    assert_eq!(judged(&authority, &twice).verdict, Status::Valid);
}

#[test]
fn a_visible_stamp_can_be_read() {
    let authority = Authority::new("rsa");
    let certificate = authority.leaf("leaf", "rsa");
    let lines = [
        "Документ подписан электронной подписью",
        "Иванов И. И. — № 12",
        "語",
    ];
    let stamp = VisibleStamp {
        page: 0,
        rectangle: [20.0, 20.0, 220.0, 80.0],
        lines: lines.map(str::to_owned).to_vec(),
    };
    let visible = PdfPrepare {
        stamp: Some(stamp),
        ..prepare(&certificate)
    };
    let file = sign_with(&authority, "leaf", &sample("minimal-two-pages.pdf"), visible);
    authority.write("signed.pdf", &file);
    qpdf_checks(&authority, "signed.pdf");
    assert_eq!(judged(&authority, &file).verdict, Status::Valid);
    let text = std::process::Command::new("pdftotext")
        .args(["-f", "1", "-l", "1", "signed.pdf", "-"])
        .current_dir(authority.path(""))
        .output()
        .expect("pdftotext (Debian: poppler-utils)");
    assert_eq!(String::from_utf8_lossy(&text.stderr), "");
    let text = String::from_utf8(text.stdout).expect("UTF-8");
    for line in [lines[0], lines[1], "?"] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn every_level_is_reached_with_gost_and_rsa() {
    let authority = Authority::new("gost512-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    for key in ["gost256-tc26-a", "rsa"] {
        let certificate = authority.leaf(key, key);
        let to_be_signed = prepare(&certificate)
            .to_be_signed(&sample("minimal.pdf"))
            .expect("prepared");
        let value = to_be_signed.value();
        let value = value.complete(&raw(&authority, key, value)).expect("complete");
        let algorithm = DigestAlgorithm::Sha256;
        let token = authority.stamp("tsa", algorithm, &signature_values(&value).expect("ours")[0]);
        let stamped = add_time_stamp(&value, 0, &token).expect("of this signature");
        let timed = to_be_signed.embed(&stamped).expect("room enough");
        assert_eq!(profiles(&judged(&authority, &timed)), ["pades-t"]);

        let evidence = Evidence {
            crls: vec![authority.crl()],
            certificates: vec![
                authority.root(),
                certificate.clone(),
                authority.certificate("tsa.crt"),
            ],
            ..Evidence::default()
        };
        let long = add_evidence(&timed, &evidence, OffsetDateTime::now_utc()).expect("added");
        let none = Evidence::default();
        let report = judge(&long, None, &authority.trust(), &none).expect("readable");
        assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
        assert_eq!(profiles(&report), ["pades-lt"]);
        // A second time everything is there already.
        let again = add_evidence(&long, &evidence, OffsetDateTime::now_utc()).expect("added");
        assert!(again.len() - long.len() < 2000);

        let mut archived = long;
        for _ in 0..2 {
            let to_be_stamped = prepare_time_stamp(&archived, DEFAULT_ROOM).expect("prepared");
            let digest = to_be_stamped.digest(algorithm);
            let token = authority.stamp_digest("tsa", algorithm, digest.value);
            archived = to_be_stamped.embed(&token).expect("room enough");
        }
        let report = judge(&archived, None, &authority.trust(), &none).expect("readable");
        assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
        assert_eq!(profiles(&report), ["pades-lta", "time-stamp", "time-stamp"]);
        let codes: Vec<_> = report.signatures[0]
            .changes
            .iter()
            .map(|change| change.code)
            .collect();
        assert_eq!(codes, ["pdf.change.evidence", "pdf.change.time-stamp"]);

        authority.write("archived.pdf", &archived);
        qpdf_checks(&authority, "archived.pdf");
        if key == "rsa" {
            for theirs in pyhanko_one(&authority, "archived.pdf") {
                assert_eq!(
                    (&theirs["docmdp_ok"], &theirs["intact"]),
                    (&Value::from(true), &Value::from(true))
                );
            }
        }
    }
}

#[test]
fn what_pyhanko_signs_is_valid() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    authority.issue("tsa", "rsa", "/CN=TSA", "v3_tsa");
    authority.crl();
    authority.write("in.pdf", &sample("minimal-two-pages.pdf"));
    pyhanko_signs(&authority);
    for (name, expected) in [
        ("b.pdf", &["pades-b"][..]),
        ("t.pdf", &["pades-t"]),
        ("lt.pdf", &["pades-lt"]),
        ("lta.pdf", &["pades-lta", "time-stamp"]),
        ("certified.pdf", &["pades-b"]),
        ("twice.pdf", &["pades-b", "pades-b"]),
        ("adobe.pdf", &["pdf-cms"]),
    ] {
        let report = judged(&authority, &authority.read(name));
        assert_eq!(report.verdict, Status::Valid, "{name}: {:?}", codes(&report));
        assert_eq!(profiles(&report), expected, "{name}");
    }
    // These carry what they are judged by.
    for name in ["lt.pdf", "lta.pdf", "adobe.pdf"] {
        let report = judge(
            &authority.read(name),
            None,
            &authority.trust(),
            &Evidence::default(),
        )
        .expect("readable");
        assert_eq!(report.verdict, Status::Valid, "{name}: {:?}", codes(&report));
    }
}

#[test]
fn the_claimed_time_stands_in_the_dictionary_only() {
    let authority = Authority::new("p256");
    let certificate = authority.leaf("leaf", "p256");
    let signing_time = time::macros::datetime!(2026-03-04 05:06:07 UTC);
    let dated = PdfPrepare {
        signing_time,
        ..prepare(&certificate)
    };
    let to_be_signed = dated.to_be_signed(&sample("minimal.pdf")).expect("prepared");
    assert_eq!(to_be_signed.value().mechanism(), Mechanism::Ecdsa);
    let oid = kabinet_pki::tlv::write::oid(&kabinet_pki::oid::cms::SIGNING_TIME);
    assert!(
        !to_be_signed
            .value()
            .octets()
            .windows(oid.len())
            .any(|window| window == oid)
    );
    let value = to_be_signed.value();
    let value = value.complete(&raw(&authority, "leaf", value)).expect("complete");
    let report = judged(&authority, &to_be_signed.embed(&value).expect("room enough"));
    assert_eq!(report.signatures[0].signing_time, Some(signing_time));
}
