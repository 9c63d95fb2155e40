//! XML signatures under attack: wrapping, confusion, bombs.

use base64ct::{Base64, Encoding as _};
use kabinet_pki::{Evidence, Status, Trust};
use kabinet_signature::xml::{Content, XmlError};
use kabinet_signature::{Note, Policy, ReadError, Reason, SignatureReport, verify};
use time::OffsetDateTime;

use crate::authority::Authority;
use crate::xml_foreign;
use crate::xml_own::{enveloped, reports, sign};

struct Scene {
    authority: Authority,
    trust: Trust,
    evidence: Evidence,
}

impl Scene {
    fn new(key: &str) -> Self {
        let authority = Authority::new("rsa");
        authority.leaf("leaf", key);
        let (trust, evidence) = (authority.trust(), authority.evidence());
        Self {
            authority,
            trust,
            evidence,
        }
    }

    fn sign(&self, xades: bool, content: Content) -> String {
        String::from_utf8(sign(&self.authority, "leaf", xades, content)).expect("UTF-8")
    }

    fn all(&self, document: &str) -> Vec<SignatureReport> {
        reports(document.as_bytes(), None, &self.trust, &self.evidence)
    }

    fn judge(&self, document: &str) -> SignatureReport {
        self.all(document).remove(0)
    }

    /// The reason why there is no report.
    fn refusal(&self, document: &[u8]) -> Option<&'static str> {
        let policy = Policy {
            trust: &self.trust,
            evidence: &self.evidence,
            at: OffsetDateTime::now_utc(),
        };
        verify(document, None, &policy).err().map(|error| error.code())
    }
}

/// A message whose body is signed by identifier.
const MESSAGE: &str = "<Envelope><Header/><Body Id=\"b\"><Pay>1</Pay></Body></Envelope>";

fn body() -> Content {
    Content::Enveloped {
        document: MESSAGE.into(),
        element: Some("b".to_owned()),
    }
}

fn cut<'a>(text: &'a str, start: &str, end: &str) -> (usize, &'a str) {
    let from = text.find(start).expect("start");
    let length = text[from..].find(end).expect("end") + end.len();
    (from, &text[from..from + length])
}

#[test]
fn no_octet_of_what_is_signed_can_change() {
    let scene = Scene::new("rsa");
    let document = "<r a='x'>text <b xmlns:p='urn:p' p:c='d'/>ж</r>";
    let signed = scene.sign(true, enveloped(document.as_bytes()));
    assert_eq!(scene.judge(&signed).verdict(), Status::Valid);
    let mut tried = 0;
    for (start, end) in [
        ("<r ", "<ds:Signature"),
        ("<ds:SignedInfo", "</ds:SignedInfo>"),
        ("-value\">", "</ds:SignatureValue>"),
        ("<xades:SignedProperties", "</xades:SignedProperties>"),
    ] {
        let (from, region) = cut(&signed, start, end);
        // The attribute before the value is not signed.
        let (from, region) = match region.strip_prefix("-value\">") {
            Some(value) => (from + region.len() - value.len(), value),
            None => (from, region),
        };
        for at in from..from + region.len() {
            let mut octets = signed.clone().into_bytes();
            octets[at] ^= 1;
            let policy = Policy {
                trust: &scene.trust,
                evidence: &scene.evidence,
                at: OffsetDateTime::now_utc(),
            };
            let valid = verify(&octets, None, &policy).is_ok_and(|report| report.verdict == Status::Valid);
            assert!(!valid, "{}", String::from_utf8_lossy(&octets));
            tried += 1;
        }
    }
    assert!(tried > 1500, "{tried}");
}

#[test]
fn a_moved_body_is_shown_where_it_is() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, body());
    let report = scene.judge(&signed);
    assert_eq!(
        (report.verdict(), report.parts[0].name.as_str(), &report.notes[..]),
        (Status::Valid, "/Envelope/Body", &[Note::OnlyParts][..])
    );
    let (_, original) = cut(&signed, "<Body", "</Body>");
    let forged = "<Body Id=\"fake\"><Pay>1000000</Pay></Body>";
    for (document, name) in [
        // Into a wrapper in the header, behind the forged body, into the signature itself.
        (
            signed.replace(original, forged).replace(
                "<Header/>",
                &format!("<Header><Wrapper>{original}</Wrapper></Header>"),
            ),
            "/Envelope/Header/Wrapper/Body",
        ),
        (
            signed.replace(original, &format!("{forged}{original}")),
            "/Envelope/Body[2]",
        ),
        (
            signed.replace(original, forged).replace(
                "</ds:KeyInfo>",
                &format!("</ds:KeyInfo><ds:Object>{original}</ds:Object>"),
            ),
            "/Envelope/ds:Signature/ds:Object[1]/Body",
        ),
        // The forged body around the original one.
        (
            signed.replace(
                original,
                &format!("<Body Id=\"fake\"><Pay>9</Pay>{original}</Body>"),
            ),
            "/Envelope/Body/Body",
        ),
    ] {
        let report = scene.judge(&document);
        assert_eq!(report.parts[0].name, name, "{document}");
        assert!(!report.parts[0].whole && report.notes.contains(&Note::OnlyParts));
    }
}

#[test]
fn two_elements_with_one_identifier_are_refused() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, body());
    let (_, original) = cut(&signed, "<Body", "</Body>");
    for attribute in ["Id", "ID", "id", "xml:id"] {
        let forged = format!("<Body {attribute}=\"b\"><Pay>1000000</Pay></Body>");
        for document in [
            signed.replace(original, &format!("{forged}{original}")),
            signed.replace("<Header/>", &format!("<Header>{forged}</Header>")),
            signed.replace(original, &forged).replace(
                "</ds:KeyInfo>",
                &format!("</ds:KeyInfo><ds:Object>{original}</ds:Object>"),
            ),
        ] {
            let report = scene.judge(&document);
            assert_eq!(report.verdict(), Status::Invalid);
            assert_eq!(
                report.reasons[0].code(),
                "signature.xml-ambiguous-id",
                "{document}"
            );
        }
    }
}

#[test]
fn a_signed_document_inside_another_is_not_that_other() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, enveloped(MESSAGE.as_bytes()));
    for document in [
        format!("<Outer><Pay>9</Pay>{signed}</Outer>"),
        signed.replace("<Header/>", "<Header><Evil/></Header>"),
        signed.replace("</Envelope>", "<Body><Pay>9</Pay></Body></Envelope>"),
    ] {
        let report = scene.judge(&document);
        assert_eq!(
            (report.verdict(), report.digest_ok),
            (Status::Invalid, false),
            "{document}"
        );
    }
    // An enveloping signature over one object says nothing of another.
    let enveloping = scene.sign(true, Content::Enveloping(b"one".to_vec()));
    let (_, object) = cut(&enveloping, "<ds:Object Id", "</ds:Object>");
    let wrapped = enveloping.replace(
        object,
        &format!(
            "<ds:Object Id=\"x\">{}</ds:Object><ds:Object><w>{object}</w></ds:Object>",
            "ZXZpbA=="
        ),
    );
    let report = scene.judge(&wrapped);
    assert_eq!(report.verdict(), Status::Unknown);
    assert!(matches!(&report.reasons[..], [Reason::ContentMissing { .. }]));
}

#[test]
fn unsigned_properties_do_not_speak_for_the_signer() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, enveloped(MESSAGE.as_bytes()));
    let honest = scene.judge(&signed).signing_time;
    let (_, object) = cut(&signed, "<ds:Object><xades", "</ds:Object>");
    let (_, time) = cut(&signed, "<xades:SigningTime>", "</xades:SigningTime>");
    let forged = object
        .replace(
            time,
            "<xades:SigningTime>2001-01-01T00:00:00Z</xades:SigningTime>",
        )
        .replace("-properties\"", "-forged\"");
    for document in [
        signed.replace(object, &format!("{forged}{object}")),
        signed.replace(object, &format!("{object}{forged}")),
    ] {
        let report = scene.judge(&document);
        assert_eq!((report.verdict(), report.signing_time), (Status::Valid, honest));
    }
    let moved = signed.replace(object, &format!("{forged}<ds:Object><w>{object}</w></ds:Object>"));
    let report = scene.judge(&moved);
    assert_eq!(report.signing_time, None);
    assert!(report.notes.contains(&Note::CertificateReferenceMissing));
}

#[test]
fn the_parts_of_a_signature_stand_in_their_order_once() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, enveloped(MESSAGE.as_bytes()));
    let (_, info) = cut(&signed, "<ds:SignedInfo", "</ds:SignedInfo>");
    let (_, value) = cut(&signed, "<ds:SignatureValue", "</ds:SignatureValue>");
    let (_, key) = cut(&signed, "<ds:KeyInfo", "</ds:KeyInfo>");
    for document in [
        signed.replace(info, &format!("{info}{info}")),
        signed.replace(value, &format!("{value}{value}")),
        signed.replace(key, &format!("{key}{key}")),
        signed.replace(info, &format!("{key}{info}")),
        signed.replace(info, ""),
        signed.replace(value, ""),
        signed.replace(info, &format!("<evil/>{info}")),
        signed.replace("<ds:DigestMethod", "<ds:Evil/><ds:DigestMethod"),
    ] {
        let report = scene.judge(&document);
        assert_eq!(report.verdict(), Status::Invalid);
        assert_eq!(
            report.reasons[0].code(),
            "signature.attribute-broken",
            "{document}"
        );
        assert!(!report.signature_ok && !report.digest_ok);
    }
}

#[test]
fn comments_do_not_cut_text_short() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, enveloped(MESSAGE.as_bytes()));
    // Exclusive canonicalisation without comments: they are not signed, and must not change what is read.
    for text in ["<ds:DigestValue>", "<ds:X509Certificate>", "-value\">"] {
        let at = signed.find(text).expect("there") + text.len() + 5;
        let mut document = signed.clone();
        document.insert_str(at, "<!-- evil -->");
        assert_eq!(scene.judge(&document).verdict(), Status::Valid, "{text}");
        let mut element = signed.clone();
        element.insert_str(at, "<evil/>");
        assert_ne!(scene.judge(&element).verdict(), Status::Valid, "{text}");
    }
}

#[test]
fn another_key_or_certificate_does_not_pass_for_the_signers() {
    let scene = Scene::new("rsa");
    let other = scene.authority.leaf("other", "rsa");
    let same_key = scene.authority.certify(
        "leaf.csr",
        "again.crt",
        "v3_leaf",
        OffsetDateTime::now_utc() - time::Duration::days(1),
        OffsetDateTime::now_utc() + time::Duration::days(30),
    );
    for xades in [false, true] {
        let signed = scene.sign(xades, enveloped(MESSAGE.as_bytes()));
        let (_, certificate) = cut(&signed, "<ds:X509Certificate>", "</ds:X509Certificate>");
        let with = |one: &kabinet_pki::Certificate| {
            let der = Base64::encode_string(one.der());
            signed.replace(
                certificate,
                &format!("<ds:X509Certificate>{der}</ds:X509Certificate>"),
            )
        };
        let report = scene.judge(&with(&other));
        assert!(!report.signature_ok);
        let expected = if xades { Status::Unknown } else { Status::Invalid };
        assert_eq!(report.verdict(), expected, "{:?}", report.reasons);
        let report = scene.judge(&with(&same_key));
        assert!(report.signature_ok);
        if xades {
            assert_eq!(report.reasons, [Reason::CertificateSubstituted]);
        } else {
            assert_eq!(report.certificate.as_ref(), Some(&same_key));
            assert!(report.notes.contains(&Note::CertificateReferenceMissing));
        }
    }
    // A bare key of somebody beside the victim's certificate.
    let victim = Base64::encode_string(other.der());
    let signed = scene.sign(false, enveloped(MESSAGE.as_bytes()));
    let (_, data) = cut(&signed, "<ds:X509Data>", "</ds:X509Data>");
    let key = Base64::encode_string(scene.authority.certificate("leaf.crt").spki_der());
    let bare = format!(
        "<k:DEREncodedKeyValue xmlns:k=\"http://www.w3.org/2009/xmldsig11#\">{key}</k:DEREncodedKeyValue>"
    );
    let report = scene.judge(&signed.replace(data, &bare));
    assert!(report.signature_ok && report.certificate.is_none());
    assert_eq!(
        (report.verdict(), &report.reasons[..]),
        (Status::Unknown, &[Reason::CertificateMissing][..])
    );
    let confused =
        format!("{bare}<ds:X509Data><ds:X509Certificate>{victim}</ds:X509Certificate></ds:X509Data>");
    let report = scene.judge(&signed.replace(data, &confused));
    assert_eq!(report.reasons, [Reason::ValueWrong]);
}

#[test]
fn methods_that_do_not_fit_are_no_signatures() {
    let scene = Scene::new("p256");
    let signed = scene.sign(false, enveloped(MESSAGE.as_bytes()));
    let method = "xmldsig-more#ecdsa-sha256\"/>";
    let with =
        |other: &str| scene.judge(&signed.replace(&format!("http://www.w3.org/2001/04/{method}"), other));
    assert_eq!(
        with("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>").reasons,
        [Reason::AlgorithmMismatch]
    );
    assert_eq!(
        with("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384\"/>").reasons,
        [Reason::ValueWrong]
    );
    // The public key as a shared secret: an HMAC is nobody's.
    let hmac = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256\"/>";
    let report = with(hmac);
    assert_eq!((report.verdict(), report.signature_ok), (Status::Unknown, false));
    for length in ["0", "1", "79", "127", "-1", "x", ""] {
        let short = format!(
            "{}<ds:HMACOutputLength>{length}</ds:HMACOutputLength></ds:SignatureMethod>",
            hmac.replace("/>", ">")
        );
        assert_eq!(with(&short).verdict(), Status::Invalid, "{length}");
    }
    assert!(matches!(
        with("urn:none\"/>").reasons[..],
        [Reason::Unsupported { .. }]
    ));
    // Zeros, nothing, DER.
    let (_, value) = cut(&signed, "-value\">", "</ds:SignatureValue>");
    for other in [
        Base64::encode_string(&[0; 64]),
        Base64::encode_string(&[1; 64]),
        String::new(),
    ] {
        let report = scene.judge(&signed.replace(value, &format!("-value\">{other}</ds:SignatureValue>")));
        assert_eq!((report.verdict(), report.signature_ok), (Status::Invalid, false));
    }
}

#[test]
fn an_expression_that_selects_nothing_signs_nothing() {
    let scene = Scene::new("rsa");
    let xpath =
        "<Transform Algorithm='http://www.w3.org/TR/1999/REC-xpath-19991116'><XPath>@@</XPath></Transform>";
    for expression in ["false()", "ancestor-or-self::*[local-name()='c']"] {
        let signed = xml_foreign::sign_reference(&scene.authority, "", &xpath.replace("@@", expression));
        let report = scene.judge(&signed);
        assert_eq!(
            (report.verdict(), report.parts[0].whole),
            (Status::Valid, false),
            "{expression} {:?}\n{signed}",
            report.reasons
        );
        assert_eq!(report.notes[0], Note::OnlyParts);
    }
}

#[test]
fn bombs_are_refused() {
    let scene = Scene::new("rsa");
    let entities: String = (1..30)
        .map(|level| format!("<!ENTITY e{level} \"&e{};&e{};\">", level - 1, level - 1))
        .collect();
    for (document, code) in [
        (
            format!("<!DOCTYPE r [<!ENTITY e0 \"x\">{entities}]><r>&e29;</r>"),
            XmlError::Doctype.code(),
        ),
        (
            "<!DOCTYPE r SYSTEM \"http://x.example/evil.dtd\"><r/>".to_owned(),
            XmlError::Doctype.code(),
        ),
        (
            format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000)),
            XmlError::TooDeep.code(),
        ),
        (
            format!(
                "<r{}/>",
                (0..100_000)
                    .map(|number| format!(" a{number}=''"))
                    .collect::<String>()
            ),
            XmlError::TooLarge.code(),
        ),
        (
            format!(
                "<r{}/>",
                (0..10_000)
                    .map(|number| format!(" xmlns:p{number}='urn:p'"))
                    .collect::<String>()
            ),
            XmlError::TooLarge.code(),
        ),
        (
            format!(
                "<r>{}</r>",
                "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>".repeat(300)
            ),
            XmlError::TooLarge.code(),
        ),
        ("<r/>".to_owned(), ReadError::NoSigners.code()),
    ] {
        assert_eq!(scene.refusal(document.as_bytes()), Some(code), "{:.80}", document);
    }

    // References and transforms without end.
    let signed = scene.sign(false, enveloped(MESSAGE.as_bytes()));
    let (_, reference) = cut(&signed, "<ds:Reference ", "</ds:Reference>");
    let (_, transform) = cut(&signed, "<ds:Transform ", "/>");
    let padding = format!("<Header>{}</Header>", "<x/>".repeat(2_000));
    for document in [
        signed.replace(reference, &reference.repeat(5000)),
        signed.replace(transform, &transform.repeat(100)),
        signed
            .replace(reference, &reference.repeat(1000))
            .replace("<Header/>", &padding),
    ] {
        let report = scene.judge(&document);
        assert_ne!(report.verdict(), Status::Valid);
        assert!(
            report
                .reasons
                .iter()
                .any(|reason| matches!(reason, Reason::Unsupported { name } if name == "size"))
        );
    }
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>\
        //*[//*[//*[//*]]]</ds:XPath></ds:Transform>";
    let document = signed.replace(transform, xpath).replace("<Header/>", &padding);
    assert_ne!(scene.judge(&document).verdict(), Status::Valid);
}

/// Properties of a XAdES signature moved out of their place: what qualifies the signature is not signed any more.
#[test]
fn signed_properties_elsewhere_qualify_nothing() {
    let scene = Scene::new("rsa");
    let signed = scene.sign(true, body());
    let open = signed.find("<xades:SignedProperties").expect("there");
    let end = "</xades:SignedProperties>";
    let close = signed.find(end).expect("there") + end.len();
    let genuine = &signed[open..close];
    let forged = genuine.replacen("Id=\"", "Id=\"forged-", 1);
    let moved = signed.replacen(genuine, &forged, 1).replacen(
        "</ds:Object></ds:Signature>",
        &format!(
            "</ds:Object><ds:Object>{}</ds:Object></ds:Signature>",
            genuine.replacen(
                "<xades:SignedProperties",
                "<xades:SignedProperties xmlns:xades=\"http://uri.etsi.org/01903/v1.3.2#\"",
                1
            )
        ),
        1,
    );
    assert_ne!(moved, signed);
    let report = scene.judge(&moved);
    assert_ne!(report.verdict(), Status::Valid);
    assert!(report.reasons.contains(&Reason::ContentMissing {
        name: "SignedProperties".to_owned()
    }));
}
