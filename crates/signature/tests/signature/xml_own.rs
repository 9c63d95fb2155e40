//! XML signatures made here, judged by us, by `xmlsec1`, and by libxml2 with `openssl`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding as _};
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Status, Trust};
use kabinet_signature::xml::{
    BuildError, Content, Prepare, ToBeSigned, XmlError, add_time_stamp, add_values, judge, stamped_octets,
};
use kabinet_signature::{
    ContentDigest, Digest, Form, Level, Mechanism, Note, Policy, Reason, SignError, SignatureReport,
};
use time::OffsetDateTime;

use crate::authority::{Authority, KEYS};

/// A document with what canonicalisation must not lose.
pub const DOCUMENT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- до -->\r\n<д:Документ \
    xmlns:д=\"urn:doc\" xmlns=\"urn:default\" Ид = '1'>\r\n  <Файл Id=\"part\" имя='a&#9;b'><![CDATA[<&>]]></Файл>\r\n\
    <!-- внутри --><пусто/>\r\n</д:Документ>\r\n<?после всё?>\r\n";

pub fn reports(
    document: &[u8],
    content: Option<&[u8]>,
    trust: &Trust,
    evidence: &Evidence,
) -> Vec<SignatureReport> {
    let policy = Policy {
        trust,
        evidence,
        at: OffsetDateTime::now_utc(),
    };
    judge(document, &|_| content.map(<[u8]>::to_vec), &policy).expect("readable")
}

pub fn prepare(certificate: &Certificate, xades: bool, content: Content) -> ToBeSigned {
    Prepare {
        certificate: certificate.clone(),
        chain: Vec::new(),
        signing_time: xades.then(OffsetDateTime::now_utc),
        content,
    }
    .to_be_signed()
    .expect("a key we sign with")
}

/// Signs as a token would; ECDSA as r ‖ s.
pub fn raw(authority: &Authority, name: &str, to_be_signed: &ToBeSigned) -> Vec<u8> {
    let raw = authority.sign_raw(name, &to_be_signed.digest());
    if to_be_signed.mechanism() != Mechanism::Ecdsa {
        return raw;
    }
    let mut halves = kabinet_pki::tlv::Tlv::from_der(&raw)
        .expect("Ecdsa-Sig-Value")
        .reader();
    let mut half = || {
        let octets = halves
            .any()
            .and_then(|half| half.integer_octets())
            .expect("INTEGER");
        [vec![0; 32 - octets.len()], octets.to_vec()].concat()
    };
    [half(), half()].concat()
}

pub fn enveloped(document: &[u8]) -> Content {
    Content::Enveloped {
        document: document.to_vec(),
        element: None,
    }
}

pub fn sign(authority: &Authority, name: &str, xades: bool, content: Content) -> Vec<u8> {
    let to_be_signed = prepare(&authority.certificate(&format!("{name}.crt")), xades, content);
    to_be_signed
        .complete(&raw(authority, name, &to_be_signed))
        .expect("the key fits the certificate")
}

fn detached(certificate: &Certificate, content: &[u8]) -> Content {
    let mut digest = ContentDigest::for_certificate(certificate).expect("a key we sign with");
    digest.update(content);
    Content::Detached {
        uri: "файл & co.txt".to_owned(),
        digest: digest.finish(),
    }
}

/// `xmlsec1` with the authority as the only root.
pub fn xmlsec(authority: &Authority, file: &[u8]) -> (bool, String) {
    authority.write("x.xml", file);
    let output = Command::new("xmlsec1")
        .args(["--verify", "--trusted-pem", "ca.crt", "--verification-gmt-time"])
        .arg(
            (OffsetDateTime::now_utc() + time::Duration::minutes(1))
                .format(&time::macros::format_description!(
                    "[year]-[month]-[day] [hour]:[minute]:[second]"
                ))
                .expect("a time"),
        )
        .args([
            "--id-attr:Id",
            "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
        ])
        .args(["--id-attr:Id", "urn:default:Файл"])
        .arg("x.xml")
        .current_dir(authority.path(""))
        .output()
        .expect("these tests need xmlsec1 (Debian: xmlsec1)");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The exclusive canonical form of the subtree that `apex` selects, by libxml2.
fn libxml2(document: &[u8], apex: &str) -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/libxml2_c14n.py");
    let mut child = Command::new("/usr/bin/python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs Python 3 and libxml2 (Debian: python3, libxml2)");
    let nodes = format!(
        "{apex}/descendant-or-self::node() | {apex}/descendant-or-self::*/@* | \
         {apex}/descendant-or-self::*/namespace::*"
    );
    let job = format!(
        "{{\"document\": \"{}\", \"nodes\": \"{nodes}\", \"namespaces\": \
         {{\"ds\": \"http://www.w3.org/2000/09/xmldsig#\"}}, \"mode\": 1, \"prefixes\": [], \"comments\": false}}\n",
        Base64::encode_string(document)
    );
    let mut input = child.stdin.take().expect("piped");
    input.write_all(job.as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it runs").stdout;
    let line = String::from_utf8(output).expect("ASCII");
    let encoded = line
        .trim()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .expect("a form");
    Base64::decode_vec(encoded).expect("Base64")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect("start");
    rest.split_once(end).expect("end").0
}

#[test]
fn every_key_and_form_holds_for_us_and_for_others() {
    let authority = Authority::new("rsa");
    let certificates: Vec<_> = KEYS.iter().map(|(key, ..)| authority.leaf(key, key)).collect();
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let content = b"some \0 content\r\n";
    authority.write("файл & co.txt", content);
    for (certificate, (key, _, digest)) in certificates.iter().zip(KEYS) {
        for xades in [false, true] {
            let part = Content::Enveloped {
                document: DOCUMENT.into(),
                element: Some("part".to_owned()),
            };
            for (what, whole) in [
                (enveloped(DOCUMENT.as_bytes()), true),
                (part, false),
                (Content::Enveloping(content.to_vec()), false),
                (detached(certificate, content), true),
            ] {
                let is_detached = matches!(what, Content::Detached { .. });
                let to_be_signed = prepare(certificate, xades, what);
                let file = to_be_signed
                    .complete(&raw(&authority, key, &to_be_signed))
                    .expect("complete");
                let reports = reports(&file, is_detached.then_some(content), &trust, &evidence);
                let [report] = &reports[..] else {
                    panic!("one signature")
                };
                assert_eq!(report.verdict(), Status::Valid, "{key}: {:?}", report.reasons);
                assert_eq!(
                    (report.digest_ok, report.signature_ok, report.certificate.as_ref()),
                    (true, true, Some(certificate))
                );
                let form = if xades {
                    (Form::Xades, Level::Basic)
                } else {
                    (Form::XmlDsig, Level::None)
                };
                assert_eq!((report.form, report.level), form);
                assert_eq!(report.signing_time.is_some(), xades);
                assert_eq!(report.parts[0].whole, whole, "{:?}", report.parts);

                let text = String::from_utf8(file.clone()).expect("UTF-8");
                if digest.starts_with("md_gost") {
                    assert_eq!(libxml2(&file, "//ds:SignedInfo"), to_be_signed.octets());
                    authority.write("si.bin", to_be_signed.octets());
                    let value = between(&text, "-value\">", "</ds:SignatureValue>");
                    authority.write("sv.bin", &Base64::decode_vec(value).expect("Base64"));
                    let (crt, digest) = (format!("{key}.crt"), format!("-{digest}"));
                    let public = authority.openssl(&["x509", "-in", &crt, "-noout", "-pubkey"]);
                    authority.write("leaf.pub", &public);
                    let check = [
                        "dgst",
                        &digest,
                        "-verify",
                        "leaf.pub",
                        "-signature",
                        "sv.bin",
                        "si.bin",
                    ];
                    authority.openssl(&check);
                } else if !is_detached {
                    // The name of the detached file is not a URI, so xmlsec1 does not look for it.
                    let (good, says) = xmlsec(&authority, &file);
                    assert!(good, "{key} {xades}: {says}\n{text}");
                }
            }
        }
    }
}

#[test]
fn the_document_keeps_its_octets_in_every_encoding() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(|unit| {
                if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                }
            })
            .collect()
    };
    // Cyrillic letters of the two single-byte encodings, by hand: the document says «Ж».
    let single = |name: &str, zhe: u8| -> Vec<u8> {
        let text = format!("<?xml version='1.0' encoding='{name}'?>\r\n<a b='@'>\r\n@</a>\r\n");
        text.bytes()
            .map(|octet| if octet == b'@' { zhe } else { octet })
            .collect()
    };
    for document in [
        DOCUMENT.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", DOCUMENT.as_bytes()].concat(),
        single("windows-1251", 0xc6),
        single("KOI8-R", 0xf6),
        utf16(&DOCUMENT.replace("UTF-8", "UTF-16"), true),
        utf16(&DOCUMENT.replace("UTF-8", "UTF-16"), false),
        b"<a></a>".to_vec(),
        b"<a>>x</a>".to_vec(),
    ] {
        let file = sign(&authority, "leaf", true, enveloped(&document));
        let start = document
            .iter()
            .zip(&file)
            .take_while(|(one, other)| one == other)
            .count();
        assert_eq!(file[file.len() - (document.len() - start)..], document[start..]);
        let report = &reports(&file, None, &trust, &evidence)[0];
        assert_eq!(report.verdict(), Status::Valid, "{:?}", report.reasons);
        assert!(report.parts[0].whole);
        let (good, says) = xmlsec(&authority, &file);
        assert!(good, "{says}");
    }
    let file = sign(&authority, "leaf", true, enveloped(b"<a b='c' />"));
    assert!(file.starts_with(b"<a b='c' ><ds:Signature ") && file.ends_with(b"</ds:Signature></a>"));
    assert_eq!(
        reports(&file, None, &trust, &evidence)[0].verdict(),
        Status::Valid
    );
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let authority = Authority::new("gost512-a");
    let certificate = authority.leaf("leaf", "gost256-tc26-a");
    let build = |content: Content| {
        Prepare {
            certificate: certificate.clone(),
            chain: Vec::new(),
            signing_time: None,
            content,
        }
        .to_be_signed()
        .map(|_| ())
    };
    let document = |text: &str| enveloped(text.as_bytes());
    assert_eq!(
        build(document("<!DOCTYPE a><a/>")),
        Err(BuildError::Document(XmlError::Doctype))
    );
    assert_eq!(
        build(document("<a>")),
        Err(BuildError::Document(XmlError::NotWellFormed))
    );
    assert_eq!(build(document("<a xmlns='x'/>")), Err(BuildError::NotCanonical));
    for text in ["<a/>", "<a><b Id='x'/><c Id='x'/></a>"] {
        let content = Content::Enveloped {
            document: text.into(),
            element: Some("x".to_owned()),
        };
        assert_eq!(build(content), Err(BuildError::NoSuchElement));
    }
    let wrong = Content::Detached {
        uri: "f".to_owned(),
        digest: Digest {
            algorithm: kabinet_pki::DigestAlgorithm::Sha256,
            value: vec![0; 32],
        },
    };
    assert_eq!(
        build(wrong),
        Err(BuildError::Sign(SignError::WrongDigestAlgorithm))
    );
    let to_be_signed = prepare(&certificate, true, document("<a/>"));
    let mut value = raw(&authority, "leaf", &to_be_signed);
    value[5] ^= 1;
    assert_eq!(
        to_be_signed.complete(&value),
        Err(BuildError::Sign(SignError::RawSignatureWrong))
    );
}

#[test]
fn a_second_signature_beside_the_first_breaks_it_only_if_it_signs_everything() {
    // An enveloped-signature transform takes out its own signature only.
    let authority = Authority::new("rsa");
    authority.leaf("one", "rsa");
    authority.leaf("two", "p256");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let part = |document: &[u8]| Content::Enveloped {
        document: document.to_vec(),
        element: Some("part".to_owned()),
    };
    let first = sign(&authority, "one", true, part(DOCUMENT.as_bytes()));
    let second = sign(&authority, "two", true, enveloped(&first));
    let both = reports(&second, None, &trust, &evidence);
    let verdicts: Vec<Status> = both.iter().map(SignatureReport::verdict).collect();
    assert_eq!(verdicts, [Status::Valid, Status::Valid]);
    assert_eq!(both[0].notes, [Note::OnlyParts]);
    assert!(both[1].notes.is_empty());
    let third = sign(&authority, "one", true, part(&second));
    let all = reports(&third, None, &trust, &evidence);
    let verdicts: Vec<Status> = all.iter().map(SignatureReport::verdict).collect();
    assert_eq!(verdicts, [Status::Valid, Status::Invalid, Status::Valid]);
    assert_eq!(all[1].reasons, [Reason::ContentDiffers]);
}

#[test]
fn time_stamps_and_values_raise_the_level() {
    let authority = Authority::new("gost512-a");
    authority.leaf("leaf", "gost256-tc26-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let file = sign(&authority, "leaf", true, enveloped(DOCUMENT.as_bytes()));
    let octets = stamped_octets(&file, 0).expect("there");
    let token = authority.stamp("tsa", DigestAlgorithm::Streebog256, &octets);
    let stamped = add_time_stamp(&file, 0, &token).expect("over this signature");
    let report = &reports(&stamped, None, &trust, &evidence)[0];
    assert_eq!(
        (report.verdict(), report.level),
        (Status::Valid, Level::Timestamped),
        "{:?}",
        report.stamps
    );
    assert!(report.proven_at.is_some());

    let long = add_values(&stamped, 0, &evidence).expect("there");
    let inside = &reports(&long, None, &trust, &Evidence::default())[0];
    assert_eq!(
        (inside.verdict(), inside.level),
        (Status::Valid, Level::LongTerm),
        "{:?}",
        inside.reasons
    );

    let other = sign(&authority, "leaf", true, enveloped(b"<other/>"));
    assert_eq!(
        add_time_stamp(&other, 0, &token),
        Err(BuildError::Sign(SignError::StampOfOtherSignature))
    );
    assert_eq!(
        add_time_stamp(&file, 1, &token),
        Err(BuildError::Sign(SignError::NoSuchSigner))
    );
    let plain = sign(&authority, "leaf", false, enveloped(b"<other/>"));
    assert_eq!(
        add_values(&plain, 0, &evidence),
        Err(BuildError::Sign(SignError::ExistingUnreadable))
    );
    // A stamp moved from another signature proves nothing.
    let text = String::from_utf8(stamped).expect("UTF-8");
    let stolen = between(&text, "<xades:UnsignedProperties", "</xades:UnsignedProperties>");
    let other = String::from_utf8(other).expect("UTF-8").replace(
        "</xades:SignedProperties>",
        &format!("</xades:SignedProperties><xades:UnsignedProperties{stolen}</xades:UnsignedProperties>"),
    );
    let report = &reports(other.as_bytes(), None, &trust, &evidence)[0];
    assert_eq!(
        (report.verdict(), report.level, report.stamps.len()),
        (Status::Valid, Level::Basic, 1)
    );
    assert!(!report.stamps[0].is_trusted() && report.proven_at.is_none());
}
