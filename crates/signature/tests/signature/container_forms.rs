//! Containers as other programs write them, and what is missing in them.

use std::io::Write as _;

use kabinet_pki::{DigestAlgorithm, Status};
use kabinet_signature::{Indication, ReadError, Report, SubIndication};
use zip::CompressionMethod::Stored;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::codes;
use crate::containers::{CADES, MANIFEST, Stage, archive, manifest, positions};

fn verdict(report: Result<Report, ReadError>) -> (Status, Vec<&'static str>) {
    let report = report.expect("readable");
    (report.verdict, codes(&report))
}

const VALID: (Status, Vec<&str>) = (Status::Valid, Vec::new());

/// An archive written with no way back: sizes follow the files (APPNOTE.TXT §4.3.9).
fn streamed(files: &[(&str, &[u8])], large: bool) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, content) in files {
        let options = SimpleFileOptions::default().large_file(large);
        writer.start_file(*name, options).expect("a new file");
        writer.write_all(content).expect("into memory");
    }
    writer.finish().expect("into memory").into_inner()
}

#[test]
fn sizes_may_follow_the_file_or_stand_in_the_extra_field() {
    let stage = Stage::new("p256");
    let signature = stage.cades(b"the file");
    let files: [(&str, &[u8]); 2] = [("file.txt", b"the file"), ("META-INF/signature.p7s", &signature)];
    let stream = streamed(&files, false);
    assert_eq!(verdict(stage.judge(&stream)), VALID);
    assert_eq!(verdict(stage.judge(&streamed(&files, true))), VALID);

    // A writer that knows the size but not yet the checksum.
    let size_at = positions(&stream, "file.txt")[0] - 8;
    let mut known = stream.clone();
    known[size_at..size_at + 4].copy_from_slice(&8_u32.to_le_bytes());
    assert_eq!(verdict(stage.judge(&known)), VALID);
    known[size_at] = 9;
    let contradiction = stage.judge(&known).expect_err("two sizes");
    assert_eq!(contradiction.code(), "signature.container-ambiguous");
}

#[test]
fn sizes_of_eight_octets_must_be_where_they_are_promised() {
    let stage = Stage::new("p256");
    let signature = stage.cades(b"the file");
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("file.txt", &b"the file"[..]),
        ("META-INF/signature.p7s", &signature),
    ] {
        let options = SimpleFileOptions::default()
            .compression_method(Stored)
            .large_file(true);
        writer.start_file(name, options).expect("a new file");
        writer.write_all(content).expect("into memory");
    }
    let good = writer.finish().expect("into memory").into_inner();
    assert_eq!(verdict(stage.judge(&good)), VALID);

    let extra_at = positions(&good, "file.txt")[0] + 8;
    assert_eq!(good[extra_at..extra_at + 4], [1, 0, 16, 0], "ZIP64, 16 octets");
    for (what, at, value, code) in [
        ("another field", 0, 2, "signature.container-unsupported"),
        ("too short a field", 2, 4, "signature.container-ambiguous"),
        ("another size", 4, 9, "signature.container-ambiguous"),
        ("an absurd size", 11, 0xff, "signature.container-ambiguous"),
    ] {
        let mut changed = good.clone();
        changed[extra_at + at] = value;
        assert_eq!(stage.judge(&changed).expect_err(what).code(), code, "{what}");
    }
}

#[test]
fn an_archive_stored_inside_is_no_second_container() {
    let stage = Stage::new("p256");
    let inner = archive(&[("inside.txt", b"inside")]);
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("META-INF/signature.p7s", &stage.cades(&inner)),
        ("data.zip", &inner),
    ] {
        let options = SimpleFileOptions::default().compression_method(Stored);
        writer.start_file(name, options).expect("a new file");
        writer.write_all(content).expect("into memory");
    }
    let container = writer.finish().expect("into memory").into_inner();
    assert_eq!(verdict(stage.judge(&container)), VALID);
}

#[test]
fn names_that_are_not_utf_8_are_read_by_the_old_code_page() {
    let stage = Stage::new("p256");
    let mut container = archive(&[
        ("file.txt", b"the file"),
        ("META-INF/signature.p7s", &stage.cades(b"the file")),
    ]);
    for at in positions(&container, "file.txt") {
        container[at + 1] = 0x8c;
    }
    let report = stage.judge(&container).expect("readable");
    assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
    assert_eq!(report.signatures[0].parts[0].name, "fîle.txt");

    let listed = manifest(&[("100% ready: a..b.txt", b"one")]);
    let plain = archive(&[
        ("100% ready: a..b.txt", b"one"),
        (MANIFEST, &listed),
        (CADES, &stage.cades(&listed)),
    ]);
    assert_eq!(verdict(stage.judge(&plain)), VALID);
}

#[test]
fn a_file_that_is_missing_is_not_a_file_that_was_changed() {
    let stage = Stage::new("p256");
    let listed = manifest(&[("a.txt", b"one"), ("b.txt", b"two")]);
    let signature = stage.cades(&listed);
    let without = archive(&[("a.txt", b"one"), (MANIFEST, &listed), (CADES, &signature)]);
    let report = stage.judge(&without).expect("readable");
    assert_eq!(codes(&report), ["signature.content-missing"]);
    assert_eq!(
        (
            report.signatures[0].indication(),
            report.signatures[0].sub_indication()
        ),
        (Indication::Indeterminate, Some(SubIndication::SignedDataNotFound))
    );
    assert!(!report.signatures[0].digest_ok);
}

#[test]
fn content_inside_the_signature_must_be_that_of_the_container() {
    let stage = Stage::new("p256");
    let inside = |content: &[u8]| {
        let certificate = stage.authority.certificate("leaf.crt");
        let to_be_signed = kabinet_signature::Prepare {
            certificate,
            chain: Vec::new(),
            signing_time: None,
            content: kabinet_signature::Content::Attached(content.to_vec()),
            properties: Default::default(),
        }
        .to_be_signed()
        .expect("a key we sign with");
        to_be_signed
            .complete(&crate::raw(&stage.authority, "leaf", &to_be_signed))
            .expect("by this key")
    };
    let container =
        |signature: &[u8]| archive(&[("file.txt", b"the file"), ("META-INF/signature.p7s", signature)]);
    assert_eq!(verdict(stage.judge(&container(&inside(b"the file")))), VALID);
    assert_eq!(
        verdict(stage.judge(&container(&inside(b"another one")))),
        (
            Status::Invalid,
            vec!["signature.content-differs", "signature.attached-differs"]
        )
    );
}

#[test]
fn a_stamp_of_a_container_says_why_it_proves_nothing() {
    let stage = Stage::new("rsa");
    stage.authority.issue("tsa", "rsa", "/CN=TSA", "v3_tsa");
    let token = |octets: &[u8]| stage.authority.stamp("tsa", DigestAlgorithm::Sha256, octets);
    let container = |token: &[u8]| archive(&[("file.txt", b"the file"), ("META-INF/timestamp.tst", token)]);
    let good = token(b"the file");
    let report = stage.judge(&container(&good)).expect("readable");
    assert_eq!(
        (report.verdict, report.signatures[0].profile()),
        (Status::Valid, "time-stamp"),
        "{:?}",
        codes(&report)
    );
    assert_eq!(
        verdict(stage.judge(&container(&token(b"another")))),
        (Status::Invalid, vec!["signature.content-differs"])
    );
    assert_eq!(
        verdict(stage.judge(&container(b"junk"))),
        (Status::Invalid, vec!["signature.unreadable"])
    );
    let mut forged = good.clone();
    *forged.last_mut().expect("not empty") ^= 1;
    assert_eq!(
        verdict(stage.judge(&container(&forged))),
        (Status::Invalid, vec!["signature.value-wrong"])
    );

    // Without the certificates of the authority nothing is known.
    let data = kabinet_pki::cms::SignedData::parse(&good).expect("a token");
    let bare = crate::attacks::rebuilt(&data, &[]);
    assert_eq!(
        verdict(stage.judge(&container(&bare))),
        (Status::Unknown, vec!["signature.certificate-missing"])
    );
}
