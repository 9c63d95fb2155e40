//! Signed attributes that break the rules although the key has signed them: the value holds, the form does not.

use kabinet_pki::DigestAlgorithm;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{tag, write};

use super::pieces::{Pieces, attribute, junk, message_digest, without};
use super::{Case, Ours, Profile, Stage};
use crate::CONTENT;

/// How the attributes are changed before they are signed, our verdict, and whether OpenSSL accepts.
type Change = (&'static str, fn(Vec<Vec<u8>>) -> Vec<Vec<u8>>, Ours, bool);

const CHANGES: [Change; 16] = [
    ("nothing", |all| all, Ours::Valid, true),
    (
        "an unknown attribute more",
        |all| and(all, junk()),
        Ours::Valid,
        true,
    ),
    (
        "no type",
        |all| without(all, &id::CONTENT_TYPE),
        Ours::Invalid,
        false,
    ),
    (
        "no digest",
        |all| without(all, &id::MESSAGE_DIGEST),
        Ours::Invalid,
        false,
    ),
    (
        "no time",
        |all| without(all, &id::SIGNING_TIME),
        Ours::Valid,
        true,
    ),
    (
        "two digests",
        |all| {
            let twin = all[message_digest(&all)].clone();
            and(all, twin)
        },
        Ours::Invalid,
        false,
    ),
    (
        "a digest with two values",
        |all| digest(all, &[&octets(CONTENT), &octets(b"other")]),
        Ours::Invalid,
        false,
    ),
    (
        "a digest without a value",
        |all| digest(all, &[]),
        Ours::Invalid,
        false,
    ),
    (
        "an empty digest",
        |all| digest(all, &[&write::octet_string(b"")]),
        Ours::Invalid,
        false,
    ),
    (
        "a digest that is a number",
        |all| digest(all, &[&write::integer(&[7])]),
        Ours::Invalid,
        false,
    ),
    (
        "two times",
        |all| {
            let time = write::value(tag::UTC_TIME, b"200101000000Z");
            and(all, attribute(&id::SIGNING_TIME, &[&time]))
        },
        Ours::Invalid,
        false,
    ),
    (
        // OpenSSL does not read the time.
        "a time that is none",
        |all| {
            let all = without(all, &id::SIGNING_TIME);
            and(
                all,
                attribute(
                    &id::SIGNING_TIME,
                    &[&write::value(tag::UTC_TIME, b"991399999999Z")],
                ),
            )
        },
        Ours::Invalid,
        true,
    ),
    // RFC 5652 §11.1: it is that of the content; OpenSSL does not compare them.
    (
        "another type",
        |all| {
            let all = without(all, &id::CONTENT_TYPE);
            and(all, attribute(&id::CONTENT_TYPE, &[&write::oid(&id::TST_INFO)]))
        },
        Ours::Invalid,
        true,
    ),
    (
        "another certificate",
        |all| {
            let all = without(all, &id::SIGNING_CERTIFICATE_V2);
            let wrong = write::sequence(&[write::sequence(&[write::sequence(&[write::octet_string(
                &[7; 32],
            )])])]);
            and(all, attribute(&id::SIGNING_CERTIFICATE_V2, &[&wrong]))
        },
        Ours::Invalid,
        false,
    ),
    // Without the reference it is CMS and no CAdES: valid with a note here, refused there.
    (
        "no certificate",
        |all| without(all, &id::SIGNING_CERTIFICATE_V2),
        Ours::Valid,
        false,
    ),
    // RFC 5035 §3: the certificate is referred to once.
    (
        "the certificate twice",
        |all| {
            let oid = write::oid(&id::SIGNING_CERTIFICATE_V2);
            let found = all
                .iter()
                .find(|one| one.windows(oid.len()).any(|window| window == oid));
            let twin = found.expect("there is one").clone();
            and(all, twin)
        },
        Ours::Invalid,
        false,
    ),
];

fn and(mut attributes: Vec<Vec<u8>>, more: Vec<u8>) -> Vec<Vec<u8>> {
    attributes.push(more);
    attributes
}

fn octets(content: &[u8]) -> Vec<u8> {
    write::octet_string(&DigestAlgorithm::Sha256.digest(content))
}

fn digest(attributes: Vec<Vec<u8>>, values: &[&[u8]]) -> Vec<Vec<u8>> {
    and(
        without(attributes, &id::MESSAGE_DIGEST),
        attribute(&id::MESSAGE_DIGEST, values),
    )
}

/// Signs the attributes as they are.
fn sign_again(stage: &Stage, pieces: &mut Pieces) {
    let signer = &mut pieces.signers[0];
    let attributes = signer.attributes.take().expect("signed");
    let set = write::set_of(attributes);
    let algorithm = stage.digest_algorithm();
    let digest = algorithm.digest(&set);
    let input = match algorithm {
        DigestAlgorithm::Sha256 if stage.is_rsa => algorithm.digest_info(&digest),
        _ => digest,
    };
    signer.value = stage.authority.sign_raw("leaf", &input);
    let set = kabinet_pki::tlv::Tlv::from_der(&set).expect("ours");
    let each = set.reader().map(|one| one.expect("ours").whole.to_vec());
    signer.attributes = Some(each.collect());
}

#[test]
fn signed_attributes_against_the_rules() {
    let mut count = 0;
    for key in ["gost256-cryptopro-a", "gost512-a", "rsa", "p256"] {
        let stage = Stage::new(key);
        let mut wrong = Vec::new();
        for attached in [true, false] {
            let file = stage.openssl_signs(Profile::Cades, attached, "leaf", "content");
            for (what, change, ours, theirs) in CHANGES {
                let mut pieces = Pieces::read(&file);
                let attributes = pieces.signers[0].attributes.take().expect("signed");
                pieces.signers[0].attributes = Some(change(attributes));
                sign_again(&stage, &mut pieces);
                let other = Pieces::read(&file);
                let case = Case {
                    pieces,
                    content: (!attached).then(|| CONTENT.to_vec()),
                    other: &other,
                    tail: Ok(Vec::new()),
                };
                stage.check(Profile::Cades, what, &case, (ours, theirs), &mut wrong);
                count += 1;
            }
        }
        assert!(wrong.is_empty(), "{key}\n{}", wrong.join("\n"));
    }
    assert_eq!(count, 128);
}
