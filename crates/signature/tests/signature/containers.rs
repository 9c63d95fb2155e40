//! ASiC containers: what is signed in them, and the tricks of ZIP.

use std::io::{Cursor, Write as _};

use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Status, Trust};
use kabinet_signature::{Content, ContentDigest, Format, Prepare, Properties, ReadError, Report};
use time::OffsetDateTime;
use zip::CompressionMethod::{Deflated, Stored};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::authority::Authority;
use crate::{codes, judge, raw};

pub const MANIFEST: &str = "META-INF/ASiCManifest1.xml";
pub const CADES: &str = "META-INF/signature1.p7s";

pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let method = if *name == "mimetype" { Stored } else { Deflated };
        writer
            .start_file(*name, SimpleFileOptions::default().compression_method(method))
            .expect("a new file");
        writer.write_all(content).expect("into memory");
    }
    writer.finish().expect("into memory").into_inner()
}

pub struct Stage {
    pub authority: Authority,
    leaf: Certificate,
    trust: Trust,
    evidence: Evidence,
}

impl Stage {
    pub fn new(key: &str) -> Self {
        let authority = Authority::new(key);
        let leaf = authority.leaf("leaf", key);
        let (trust, evidence) = (authority.trust(), authority.evidence());
        Self {
            authority,
            leaf,
            trust,
            evidence,
        }
    }

    pub fn cades(&self, content: &[u8]) -> Vec<u8> {
        let mut digest = ContentDigest::for_certificate(&self.leaf).expect("a key we sign with");
        digest.update(content);
        let to_be_signed = Prepare {
            certificate: self.leaf.clone(),
            chain: Vec::new(),
            signing_time: Some(OffsetDateTime::now_utc()),
            content: Content::Detached(digest.finish()),
            properties: Properties::default(),
        }
        .to_be_signed()
        .expect("a key we sign with");
        to_be_signed
            .complete(&raw(&self.authority, "leaf", &to_be_signed))
            .expect("by this key")
    }

    pub fn judge(&self, archive: &[u8]) -> Result<Report, ReadError> {
        judge(archive, None, &self.trust, &self.evidence)
    }
}

pub fn manifest(files: &[(&str, &[u8])]) -> Vec<u8> {
    use base64ct::{Base64, Encoding as _};
    let references: String = files
        .iter()
        .map(|(name, content)| {
            let digest = Base64::encode_string(&DigestAlgorithm::Sha256.digest(content));
            format!(
                r#"<asic:DataObjectReference URI="{name}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>"#
            )
        })
        .collect();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><asic:SigReference URI="{CADES}" MimeType="application/pkcs7-signature"/>{references}</asic:ASiCManifest>"#
    )
    .into_bytes()
}

#[test]
fn a_simple_container_is_signed_by_cades_over_its_only_file() {
    for key in ["gost256-cryptopro-a", "rsa"] {
        let stage = Stage::new(key);
        let signature = stage.cades(b"the file");
        let good = archive(&[
            ("mimetype", b"application/vnd.etsi.asic-s+zip"),
            ("file.txt", b"the file"),
            ("META-INF/signature.p7s", &signature),
        ]);
        let report = stage.judge(&good).expect("readable");
        assert_eq!(
            (report.format, report.verdict, report.signatures[0].profile()),
            (Format::Asic, Status::Valid, "cades-bes"),
            "{:?}",
            codes(&report)
        );
        assert_eq!(report.signatures[0].parts[0].name, "file.txt");

        let other = archive(&[("file.txt", b"another"), ("META-INF/signature.p7s", &signature)]);
        let report = stage.judge(&other).expect("readable");
        assert_eq!(
            (report.verdict, codes(&report)),
            (Status::Invalid, vec!["signature.content-differs"])
        );
        assert!(!report.signatures[0].parts[0].intact);

        let two = archive(&[
            ("file.txt", b"the file"),
            ("second.txt", b"not signed"),
            ("META-INF/signature.p7s", &signature),
        ]);
        let report = stage.judge(&two).expect("readable");
        assert_eq!(
            (report.verdict, codes(&report)),
            (Status::Unknown, vec!["signature.content-missing"])
        );
    }
}

#[test]
fn an_extended_container_is_signed_through_its_manifest() {
    let stage = Stage::new("gost512-a");
    let files: [(&str, &[u8]); 2] = [("договор.txt", b"one"), ("b.txt", b"two")];
    let listed = manifest(&[
        ("%D0%B4%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.txt", b"one"),
        ("b.txt", b"two"),
    ]);
    let signature = stage.cades(&listed);
    let good = archive(&[files[0], files[1], (MANIFEST, &listed), (CADES, &signature)]);
    let report = stage.judge(&good).expect("readable");
    assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
    let names: Vec<_> = report.signatures[0]
        .parts
        .iter()
        .map(|part| &part.name[..])
        .collect();
    assert_eq!(names, ["договор.txt", "b.txt"]);
    assert_eq!(report.signatures[0].notes, []);

    let changed = archive(&[
        files[0],
        ("b.txt", b"changed"),
        (MANIFEST, &listed),
        (CADES, &signature),
    ]);
    let report = stage.judge(&changed).expect("readable");
    assert_eq!(
        (report.verdict, codes(&report)),
        (Status::Invalid, vec!["signature.content-differs"])
    );
    let intact: Vec<_> = report.signatures[0]
        .parts
        .iter()
        .map(|part| part.intact)
        .collect();
    assert_eq!(intact, [true, false]);

    // A manifest exchanged for one that agrees with the changed file.
    let forged = manifest(&[("b.txt", b"changed")]);
    let exchanged = archive(&[("b.txt", b"changed"), (MANIFEST, &forged), (CADES, &signature)]);
    assert_eq!(
        stage.judge(&exchanged).expect("readable").verdict,
        Status::Invalid
    );

    // A file nobody listed rides along, and the report says so.
    let more = archive(&[
        files[0],
        files[1],
        ("c.txt", b"more"),
        (MANIFEST, &listed),
        (CADES, &signature),
    ]);
    let report = stage.judge(&more).expect("readable");
    let notes: Vec<_> = report.signatures[0]
        .notes
        .iter()
        .map(|note| note.code())
        .collect();
    assert_eq!(
        (report.verdict, &notes[..]),
        (Status::Valid, &["signature.only-parts"][..])
    );

    // Two manifests claim the same signature.
    let twice = archive(&[
        files[0],
        files[1],
        (MANIFEST, &listed),
        ("META-INF/ASiCManifest2.xml", &forged),
        (CADES, &signature),
    ]);
    let report = stage.judge(&twice).expect("readable");
    assert_eq!(codes(&report), ["signature.container-manifests"]);

    // A document type declaration in the manifest could change what it says.
    let doctype = [&b"<!DOCTYPE x [<!ENTITY e 'b'>]>"[..], &listed].concat();
    let with_doctype = archive(&[
        files[0],
        files[1],
        (MANIFEST, &doctype),
        (CADES, &stage.cades(&doctype)),
    ]);
    assert_ne!(
        stage.judge(&with_doctype).expect("readable").verdict,
        Status::Valid
    );
}

/// Where the local header and the directory entry of a file name it.
pub fn positions(archive: &[u8], name: &str) -> Vec<usize> {
    let found = archive.windows(name.len()).enumerate();
    found
        .filter(|(_, window)| *window == name.as_bytes())
        .map(|(index, _)| index)
        .collect()
}

#[test]
fn archives_that_two_readers_could_understand_differently_are_refused() {
    let stage = Stage::new("rsa");
    let signature = stage.cades(b"the file");
    let files: [(&str, &[u8]); 3] = [
        ("file.txt", b"the file"),
        ("fake.txt", b"the fake"),
        ("META-INF/signature.p7s", &signature),
    ];
    let good = archive(&files);
    let refused = |what: &str, archive: &[u8], code: &str| {
        let error = stage.judge(archive).expect_err(what);
        assert_eq!(error.code(), code, "{what}");
    };

    // The same name twice: which one is shown, and which one is checked?
    let mut twice = good.clone();
    for at in positions(&good, "fake.txt") {
        twice[at..at + 8].copy_from_slice(b"file.txt");
    }
    refused("two files of one name", &twice, "signature.container-ambiguous");
    let mut nearly = good.clone();
    for at in positions(&good, "fake.txt") {
        nearly[at..at + 8].copy_from_slice(b"FILE.txt");
    }
    refused(
        "two names alike but for case",
        &nearly,
        "signature.container-ambiguous",
    );

    // The file itself is called otherwise than the directory says.
    let mut renamed = good.clone();
    let at = positions(&good, "file.txt")[0];
    renamed[at..at + 8].copy_from_slice(b"evil.txt");
    refused(
        "another name in the file",
        &renamed,
        "signature.container-ambiguous",
    );

    for (name, what) in [
        ("../a.txt", "a way out"),
        ("a\\b.txtt", "a backslash"),
        ("C:/a.txt", "a drive"),
    ] {
        let mut changed = good.clone();
        for at in positions(&good, "file.txt") {
            changed[at..at + 8].copy_from_slice(name.as_bytes());
        }
        refused(what, &changed, "signature.container-ambiguous");
    }

    refused(
        "octets before the first file",
        &[&good[..4], b"hidden", &good[4..]].concat(),
        "signature.container-ambiguous",
    );
    refused(
        "octets after the end",
        &[&good[..], b"x"].concat(),
        "signature.container-ambiguous",
    );
    refused(
        "cut off",
        &good[..good.len() - 30],
        "signature.container-unreadable",
    );

    // Another archive in the comment of this one.
    let mut comment = good.clone();
    let length = good.len();
    comment[length - 2..].copy_from_slice(&(good.len() as u16).to_le_bytes());
    comment.extend_from_slice(&good);
    refused(
        "an archive in the comment",
        &comment,
        "signature.container-ambiguous",
    );

    // A checksum that is not that of the content.
    let mut damaged = good.clone();
    let data = positions(&good, "file.txt")[0] + 8;
    damaged[data + 1] ^= 1;
    refused("damaged data", &damaged, "signature.container-unreadable");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let stage = Stage::new("rsa");
    let zeros = vec![0; 1 << 20];
    let mut bomb = archive(&[
        ("file.txt", &zeros),
        ("META-INF/signature.p7s", &stage.cades(b"")),
    ]);
    // The directory and the file promise little.
    for at in positions(&bomb, "file.txt") {
        let size_at = if bomb[at - 30..].starts_with(b"PK\x03\x04") {
            at - 8
        } else {
            at - 22
        };
        bomb[size_at..size_at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    let error = stage.judge(&bomb).expect_err("a broken promise");
    assert_eq!(error.code(), "signature.container-unreadable");
    // They promise more than anyone may ask for.
    for at in positions(&bomb, "file.txt") {
        let size_at = if bomb[at - 30..].starts_with(b"PK\x03\x04") {
            at - 8
        } else {
            at - 22
        };
        bomb[size_at..size_at + 4].copy_from_slice(&0x7fff_ffff_u32.to_le_bytes());
    }
    let error = stage.judge(&bomb).expect_err("too large");
    assert_eq!(error.code(), "signature.too-large");
}
