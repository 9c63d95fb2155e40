//! XML signatures made by `xmlsec1`: every canonicalisation, digest, reference and transform we read.

use std::process::Command;

use kabinet_pki::{Evidence, Status, Trust};
use kabinet_signature::Reason;

use crate::authority::Authority;
use crate::xml_own::reports;

pub const C14N: [&str; 6] = [
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
];

pub const DIGESTS: [&str; 5] = [
    "http://www.w3.org/2000/09/xmldsig#sha1",
    "http://www.w3.org/2001/04/xmldsig-more#sha224",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

pub const ENVELOPED: &str = "<Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>";

/// A document around a Signature template; `@` is where the signature stands.
const DOCUMENT: &str = "<?xml version='1.0'?><!-- top --><r xmlns='urn:r' xmlns:p='urn:p' xml:lang='ru' \
    xml:base='http://x.example/a/'><p:a Id='part' xml:base='b/' p:k='v'><!-- in --> text &amp; <b xmlns=''/></p:a>\
    <c>&#13;YWJj</c>@</r><?end?>";

pub fn reference(uri: &str, transforms: &str, digest: &str) -> String {
    let transforms = match transforms {
        "" => String::new(),
        all => format!("<Transforms>{all}</Transforms>"),
    };
    format!(
        "<Reference URI=\"{uri}\">{transforms}<DigestMethod Algorithm='{digest}'/><DigestValue/></Reference>"
    )
}

pub fn template(c14n: &str, method: &str, references: &str, objects: &str) -> String {
    let signature = format!(
        "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo>\n<!-- why not -->\
         <CanonicalizationMethod Algorithm='{c14n}'/><SignatureMethod Algorithm='{method}'/>{references}</SignedInfo>\
         <SignatureValue/><KeyInfo><X509Data/></KeyInfo>{objects}</Signature>"
    );
    DOCUMENT.replace('@', &signature)
}

fn sign(authority: &Authority, template: &str) -> String {
    sign_by(authority, "leaf", template)
}

/// Signs a template by `<name>.key`.
pub fn sign_by(authority: &Authority, name: &str, template: &str) -> String {
    authority.write("template.xml", template.as_bytes());
    let key = format!("{name}.key,{name}.crt");
    let output = Command::new("xmlsec1")
        .args(["--sign", "--privkey-pem", &key, "--output", "signed.xml"])
        .args(["--id-attr:Id", "urn:p:a", "template.xml"])
        .current_dir(authority.path(""))
        .output()
        .expect("these tests need xmlsec1 (Debian: xmlsec1)");
    let says = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{says}\n{template}");
    String::from_utf8(authority.read("signed.xml")).expect("UTF-8")
}

/// A document signed with one reference and these transforms.
pub fn sign_reference(authority: &Authority, uri: &str, transforms: &str) -> String {
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let references = reference(uri, transforms, DIGESTS[2]);
    sign(authority, &template(C14N[0], method, &references, ""))
}

/// Signs the template and holds our verdict beside it; returns the signed document.
fn check(authority: &Authority, trust: &Trust, evidence: &Evidence, template: &str) -> String {
    let signed = sign(authority, template);
    let report = &reports(signed.as_bytes(), None, trust, evidence)[0];
    let weak = template.contains("sha1");
    let expected = if weak { Status::Unknown } else { Status::Valid };
    assert!(
        report.digest_ok && report.signature_ok,
        "{:?}\n{signed}",
        report.reasons
    );
    assert_eq!(report.verdict(), expected, "{:?}\n{signed}", report.reasons);
    let altered = signed.replace("text &amp;", "test &amp;");
    if report.parts.iter().any(|part| part.name != "/r/Signature/Object") {
        let report = &reports(altered.as_bytes(), None, trust, evidence)[0];
        assert!(report.reasons.contains(&Reason::ContentDiffers), "{signed}");
        assert_eq!((report.digest_ok, report.verdict()), (false, Status::Invalid));
    }
    signed
}

#[test]
fn every_algorithm_of_xmlsec_holds() {
    for (key, methods) in [
        (
            "rsa",
            &["rsa-sha224", "rsa-sha256", "rsa-sha384", "rsa-sha512"][..],
        ),
        (
            "p256",
            &[
                "ecdsa-sha1",
                "ecdsa-sha224",
                "ecdsa-sha256",
                "ecdsa-sha384",
                "ecdsa-sha512",
            ],
        ),
    ] {
        let authority = Authority::new("rsa");
        authority.leaf("leaf", key);
        let (trust, evidence) = (authority.trust(), authority.evidence());
        for (number, method) in methods.iter().enumerate() {
            let method = format!("http://www.w3.org/2001/04/xmldsig-more#{method}");
            let references = reference("", ENVELOPED, DIGESTS[number]);
            check(
                &authority,
                &trust,
                &evidence,
                &template(C14N[number], &method, &references, ""),
            );
        }
    }
}

#[test]
fn every_reference_and_transform_of_xmlsec_holds() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let xpath = |expression: &str| {
        format!(
            "<Transform Algorithm='http://www.w3.org/TR/1999/REC-xpath-19991116'>\
             <XPath xmlns:ds='http://www.w3.org/2000/09/xmldsig#' xmlns:p='urn:p'>{expression}</XPath></Transform>"
        )
    };
    let filter = |operation: &str, expression: &str| {
        format!(
            "<Transform Algorithm='http://www.w3.org/2002/06/xmldsig-filter2'>\
             <XPath xmlns='http://www.w3.org/2002/06/xmldsig-filter2' xmlns:p='urn:p' \
             xmlns:ds='http://www.w3.org/2000/09/xmldsig#' Filter='{operation}'>{expression}</XPath></Transform>"
        )
    };
    let mut cases: Vec<(&str, String, bool)> = vec![
        ("", ENVELOPED.to_owned(), true),
        ("#part", String::new(), false),
        ("#xpointer(/)", ENVELOPED.to_owned(), true),
        ("#xpointer(id('part'))", String::new(), false),
        ("", xpath("not(ancestor-or-self::ds:Signature)"), true),
        ("", xpath("ancestor-or-self::p:a and not(self::comment())"), false),
        ("", filter("subtract", "//ds:Signature"), true),
        ("", filter("intersect", "//p:a"), false),
    ];
    for c14n in C14N {
        let transform = format!("<Transform Algorithm='{c14n}'/>");
        cases.push(("#part", transform.clone(), false));
        cases.push(("#xpointer(id('part'))", transform.clone(), false));
        cases.push(("#xpointer(/)", format!("{ENVELOPED}{transform}"), true));
    }
    let prefixes = "<Transform Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'><InclusiveNamespaces \
        xmlns='http://www.w3.org/2001/10/xml-exc-c14n#' PrefixList='#default p'/></Transform>";
    cases.push(("#part", prefixes.to_owned(), false));
    for (number, (uri, transforms, whole)) in cases.iter().enumerate() {
        let references = reference(uri, transforms, DIGESTS[2]);
        let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
        let template = template(C14N[number % C14N.len()], method, &references, "");
        let signed = check(&authority, &trust, &evidence, &template);
        let report = &reports(signed.as_bytes(), None, &trust, &evidence)[0];
        assert_eq!(report.parts[0].whole, *whole, "{uri} {transforms}");
    }
}

#[test]
fn objects_and_manifests_of_xmlsec_hold() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let base64 = "<Transform Algorithm='http://www.w3.org/2000/09/xmldsig#base64'/>";
    let object = "<Object Id='o'>YWJj\nZGVm</Object>";
    check(
        &authority,
        &trust,
        &evidence,
        &template(C14N[0], method, &reference("#o", base64, DIGESTS[2]), object),
    );

    let manifest = format!(
        "<Object><Manifest Id='m'>{}</Manifest></Object>",
        reference("#part", "", DIGESTS[2])
    );
    let typed = reference("#m", "", DIGESTS[2]).replace(
        "<Reference ",
        "<Reference Type='http://www.w3.org/2000/09/xmldsig#Manifest' ",
    );
    let signed = sign(&authority, &template(C14N[0], method, &typed, &manifest));
    let report = &reports(signed.as_bytes(), None, &trust, &evidence)[0];
    assert_eq!(report.verdict(), Status::Valid, "{:?}", report.reasons);
    let parts: Vec<_> = report
        .parts
        .iter()
        .map(|part| (part.name.as_str(), part.intact))
        .collect();
    assert_eq!(parts, [("/r/Signature/Object/Manifest", true), ("/r/p:a", true)]);
    let altered = signed.replace("text &amp;", "test &amp;");
    let report = &reports(altered.as_bytes(), None, &trust, &evidence)[0];
    assert_eq!(
        (report.verdict(), report.parts[1].intact),
        (Status::Invalid, false)
    );
    assert_eq!(report.reasons, [Reason::ContentDiffers]);
}

#[test]
fn a_manifest_entry_that_is_not_at_hand_leaves_the_truth_unknown() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    authority.write("extra.bin", b"beside");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let manifest = format!(
        "<Object><Manifest Id='m'>{}</Manifest></Object>",
        reference("extra.bin", "", DIGESTS[2])
    );
    let typed = reference("#m", "", DIGESTS[2]).replace(
        "<Reference ",
        "<Reference Type='http://www.w3.org/2000/09/xmldsig#Manifest' ",
    );
    let signed = sign(&authority, &template(C14N[0], method, &typed, &manifest));
    for (content, verdict, reasons) in [
        (Some(&b"beside"[..]), Status::Valid, vec![]),
        (Some(b"another"), Status::Invalid, vec![Reason::ContentDiffers]),
        (
            None,
            Status::Unknown,
            vec![Reason::ContentMissing {
                name: "extra.bin".to_owned(),
            }],
        ),
    ] {
        let report = &reports(signed.as_bytes(), content, &trust, &evidence)[0];
        assert_eq!((report.verdict(), &report.reasons), (verdict, &reasons));
    }
}

#[test]
fn a_signature_of_its_own_key_alone_vouches_for_nothing() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    let template = template(C14N[0], method, &reference("#k", "", DIGESTS[2]), "")
        .replace("<KeyInfo>", "<KeyInfo Id='k'>");
    let signed = sign(&authority, &template);
    let report = &reports(signed.as_bytes(), None, &authority.trust(), &authority.evidence())[0];
    assert!(report.digest_ok && report.signature_ok, "{:?}", report.reasons);
    let codes: Vec<_> = report.reasons.iter().map(Reason::code).collect();
    assert_eq!(
        (report.verdict(), &codes[..]),
        (Status::Unknown, &["signature.nothing-signed"][..])
    );
}
