//! Every change to an XML signature, made by xmlsec1 or by us, with our verdict and that of xmlsec1.

use kabinet_pki::{Evidence, Status, Trust};
use kabinet_signature::{Policy, verify};
use time::OffsetDateTime;

use crate::authority::Authority;
use crate::xml_foreign::{C14N, DIGESTS, ENVELOPED, reference, template};
use crate::{xml_foreign, xml_own};

/// Our verdicts that a change may have; `None`: no report at all.
type Ours = Option<Status>;
const VALID: Ours = Some(Status::Valid);
const INVALID: Ours = Some(Status::Invalid);
const UNKNOWN: Ours = Some(Status::Unknown);

/// What happens to a document of [`DOCUMENT`]'s shape, our verdict, and whether xmlsec1 accepts. `other` is a
/// document of the same shape with another text by somebody else.
type Change = (&'static str, fn(&str, other: &str) -> String, Ours, bool);

const DOCUMENT: &str = "<r xmlns=\"urn:r\" a=\"1\" b=\"2\"><p:a xmlns:p=\"urn:p\">text &amp; more</p:a></r>";

const CHANGES: [Change; 24] = [
    ("nothing", |text, _| text.to_owned(), VALID, true),
    (
        "the text",
        |text, _| once(text, "text &amp;", "test &amp;"),
        INVALID,
        false,
    ),
    (
        "white space in the text",
        |text, _| once(text, "text &amp;", "text  &amp;"),
        INVALID,
        false,
    ),
    (
        "an attribute",
        |text, _| once(text, "a=\"1\"", "a=\"3\""),
        INVALID,
        false,
    ),
    (
        "a new attribute",
        |text, _| once(text, "a=\"1\"", "a=\"1\" c=\"\""),
        INVALID,
        false,
    ),
    (
        "another prefix",
        |text, _| text.replace("p:a", "q:a").replace("xmlns:p", "xmlns:q"),
        INVALID,
        false,
    ),
    // What canonicalisation levels out.
    (
        "another order of attributes",
        |text, _| once(text, "a=\"1\" b=\"2\"", "b = '2'  a='1'"),
        VALID,
        true,
    ),
    (
        "the text in a section",
        |text, _| once(text, "text &amp; more", "<![CDATA[text & more]]>"),
        VALID,
        true,
    ),
    (
        "a comment in the text",
        |text, _| once(text, "text &amp;", "te<!-- -->xt &amp;"),
        VALID,
        true,
    ),
    (
        "a comment before",
        |text, _| once(text, "<r ", "<!-- before --><r "),
        VALID,
        true,
    ),
    (
        "an instruction in the text",
        |text, _| once(text, "text &amp;", "<?a b?>text &amp;"),
        INVALID,
        false,
    ),
    // An entity that a declaration names could be anything to other readers.
    (
        "a declaration",
        |text, _| once(text, "<r ", "<!DOCTYPE r><r "),
        None,
        true,
    ),
    (
        "the digest",
        |text, other| with(text, other, "DigestValue"),
        INVALID,
        false,
    ),
    (
        "the value",
        |text, other| with(text, other, "SignatureValue"),
        INVALID,
        false,
    ),
    (
        "white space in the value",
        |text, _| {
            let value = inner(text, "SignatureValue");
            once(text, value, &format!(" \n {value}"))
        },
        VALID,
        true,
    ),
    (
        "the certificate",
        |text, other| with(text, other, "X509Certificate"),
        INVALID,
        false,
    ),
    (
        "no certificate",
        |text, _| once(text, &between(text, "<", "X509Data", "X509Data>"), ""),
        UNKNOWN,
        false,
    ),
    (
        "the signature of another document",
        |text, other| {
            let signature = |text: &str| between(text, "<", "Signature ", "Signature>");
            once(text, &signature(text), &signature(other))
        },
        INVALID,
        false,
    ),
    (
        "the method of the digest",
        |text, _| text.replacen("xmlenc#sha256", "xmlenc#sha512", 1),
        INVALID,
        false,
    ),
    (
        "the method of the signature",
        |text, _| once(text, "-sha256\"", "-sha512\""),
        INVALID,
        false,
    ),
    (
        "the canonical form",
        |text, _| {
            let (from, to) = ("xml-exc-c14n#\"", "xml-exc-c14n#WithComments\"");
            text.replacen(from, to, 1)
        },
        INVALID,
        false,
    ),
    (
        "no transform",
        |text, _| {
            let transform = between(
                text,
                "<",
                "Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped",
                "/>",
            );
            once(text, &transform, "")
        },
        INVALID,
        false,
    ),
    (
        "no reference",
        |text, _| {
            let reference = between(text, "<", "Reference ", "Reference>");
            once(text, &reference, "")
        },
        INVALID,
        false,
    ),
    (
        "an object more",
        |text, _| {
            let object = "<o:Object xmlns:o=\"http://www.w3.org/2000/09/xmldsig#\">new</o:Object>";
            let at = text
                .rfind("</")
                .and_then(|end| text[..end].rfind("</"))
                .expect("a signature");
            format!("{}{object}{}", &text[..at], &text[at..])
        },
        VALID,
        true,
    ),
];

fn once(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}\n{text}");
    text.replacen(from, to, 1)
}

/// From the last `open` before `start` to the end of the first `end` after it.
fn between(text: &str, open: &str, start: &str, end: &str) -> String {
    let found = text.find(start).unwrap_or_else(|| panic!("{start}\n{text}"));
    let from = text[..found].rfind(open).expect("it opens");
    let until = found + start.len() + text[found + start.len()..].find(end).expect("it ends") + end.len();
    text[from..until].to_owned()
}

/// The text of the first element with this local name.
fn inner<'t>(text: &'t str, name: &str) -> &'t str {
    let rest = text
        .split_once(name)
        .unwrap_or_else(|| panic!("{name}\n{text}"))
        .1;
    let content = rest.split_once('>').expect("a tag").1;
    content.split_once('<').expect("it ends").0
}

fn with(text: &str, other: &str, name: &str) -> String {
    let (from, to) = (inner(text, name), inner(other, name));
    assert_ne!(from, to, "{name}");
    once(text, from, to)
}

fn ours(text: &str, trust: &Trust, evidence: &Evidence) -> Ours {
    let at = OffsetDateTime::now_utc();
    let policy = Policy { trust, evidence, at };
    verify(text.as_bytes(), None, &policy)
        .ok()
        .map(|report| report.verdict)
}

/// Three makers of the same document, signed by this name.
fn signed(authority: &Authority, key: &str, name: &str, document: &str) -> [String; 3] {
    let by_us = |xades| {
        let file = xml_own::sign(authority, name, xades, xml_own::enveloped(document.as_bytes()));
        String::from_utf8(file).expect("UTF-8")
    };
    let method = match key {
        "rsa" => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        _ => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    };
    let template = template(C14N[4], method, &reference("", ENVELOPED, DIGESTS[2]), "");
    let start = template.find("<Signature").expect("a template");
    let end = template.find("</Signature>").expect("a template") + "</Signature>".len();
    let template = document.replace("</r>", &format!("{}</r>", &template[start..end]));
    [
        by_us(false),
        by_us(true),
        xml_foreign::sign_by(authority, name, &template),
    ]
}

fn run(key: &str) -> usize {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", key);
    authority.leaf("other", key);
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let files = signed(&authority, key, "leaf", DOCUMENT);
    let others = signed(&authority, key, "other", &DOCUMENT.replace("more", "less"));
    let (mut wrong, mut count) = (Vec::new(), 0);
    for ((file, other), maker) in files
        .iter()
        .zip(&others)
        .zip(["ours", "ours, XAdES", "xmlsec1's"])
    {
        for (what, change, wanted, accepted) in CHANGES {
            let changed = change(file, other);
            assert!(what == "nothing" || changed != *file, "{maker}: {what}");
            // The signed reference says that the certificate is not the signer's: his is missing.
            let missing = maker.ends_with("XAdES") && what == "the certificate";
            let wanted = if missing { UNKNOWN } else { wanted };
            let found = (
                ours(&changed, &trust, &evidence),
                xml_own::xmlsec(&authority, changed.as_bytes()).0,
            );
            if found != (wanted, accepted) {
                wrong.push(format!(
                    "{maker}, {what}: {found:?}, wanted {:?}",
                    (wanted, accepted)
                ));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[test]
fn changes_with_an_rsa_key() {
    assert_eq!(run("rsa"), 72);
}

#[test]
fn changes_with_a_key_on_p_256() {
    assert_eq!(run("p256"), 72);
}
