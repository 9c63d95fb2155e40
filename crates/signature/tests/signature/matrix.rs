//! Every change to a CMS signature, made by OpenSSL or by us, with our verdict and that of `openssl cms -verify`.

mod pieces;
mod resigned;

use kabinet_pki::{DigestAlgorithm, Evidence, Status, Trust};

use crate::authority::{Authority, KEYS};
use crate::{CONTENT, judge, sign};
use pieces::{Pieces, message_digest, reversed, without};

/// Our verdicts that a change may have.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ours {
    Valid,
    Invalid,
    Unknown,
    /// No report at all.
    Refused,
}

impl Ours {
    fn of(file: &[u8], content: Option<&[u8]>, trust: &Trust, evidence: &Evidence) -> Self {
        match judge(file, content, trust, evidence).map(|report| report.verdict) {
            Ok(Status::Valid) => Self::Valid,
            Ok(Status::Invalid) => Self::Invalid,
            Ok(Status::Unknown) => Self::Unknown,
            Err(_) => Self::Refused,
        }
    }
}

/// How a file says who signed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Profile {
    /// Signed attributes with a reference to the certificate.
    Cades,
    /// Signed attributes without one.
    Plain,
    /// No signed attributes.
    Bare,
}

/// A signature, its content beside it, and another one by somebody else.
struct Case<'a> {
    pieces: Pieces,
    content: Option<Vec<u8>>,
    other: &'a Pieces,
    /// Octets after the signature, or how many of it are cut off.
    tail: Result<Vec<u8>, usize>,
}

impl Case<'_> {
    fn file(&self) -> Vec<u8> {
        let mut file = self.pieces.file();
        match &self.tail {
            Ok(more) => file.extend_from_slice(more),
            Err(less) => file.truncate(file.len() - less),
        }
        file
    }

    fn change_content(&mut self) {
        let content = self.content.as_mut().or(self.pieces.content.as_mut());
        content.expect("inside or beside")[3] ^= 0x20;
    }
}

type Change = (&'static str, fn(&mut Case<'_>), Ours, bool);

/// What happens to files of every profile, our verdict, and whether OpenSSL accepts.
const CHANGES: [Change; 16] = [
    ("nothing", |_| {}, Ours::Valid, true),
    ("content", |case| case.change_content(), Ours::Invalid, false),
    (
        "value",
        |case| flip(&mut case.pieces.signers[0].value, 9),
        Ours::Invalid,
        false,
    ),
    (
        "first octet of the value",
        |case| flip(&mut case.pieces.signers[0].value, 0),
        Ours::Invalid,
        false,
    ),
    (
        "no certificates",
        |case| case.pieces.certificates.clear(),
        Ours::Unknown,
        false,
    ),
    (
        "a stranger's certificate before",
        |case| {
            let stranger = case.other.certificates[0].clone();
            case.pieces.certificates.insert(0, stranger);
        },
        Ours::Valid,
        true,
    ),
    (
        "a stranger's certificate instead",
        |case| {
            case.pieces.certificates.clone_from(&case.other.certificates);
        },
        Ours::Unknown,
        false,
    ),
    (
        "a stranger's name",
        |case| {
            case.pieces.certificates.extend(case.other.certificates.clone());
            case.pieces.signers[0].id.clone_from(&case.other.signers[0].id);
        },
        Ours::Invalid,
        false,
    ),
    (
        "a stranger's signature",
        |case| {
            case.pieces.certificates.extend(case.other.certificates.clone());
            case.pieces.signers.clone_from(&case.other.signers);
        },
        Ours::Invalid,
        false,
    ),
    (
        "another digest algorithm",
        |case| {
            case.pieces.signers[0].digest = pieces::other_digest(&case.pieces.signers[0].digest);
        },
        Ours::Invalid,
        false,
    ),
    (
        "an unsigned attribute",
        |case| {
            case.pieces.signers[0].unsigned.push(pieces::junk());
        },
        Ours::Valid,
        true,
    ),
    (
        "the signer twice",
        |case| {
            let signer = case.pieces.signers[0].clone();
            case.pieces.signers.push(signer);
        },
        Ours::Valid,
        true,
    ),
    // RFC 5652 §5.1: the list of digests is a hint and may be empty; OpenSSL computes those listed only.
    (
        "no list of digests",
        |case| case.pieces.algorithms.clear(),
        Ours::Valid,
        false,
    ),
    (
        "zeros after the end",
        |case| case.tail = Ok(vec![0; 100]),
        Ours::Valid,
        true,
    ),
    // OpenSSL reads one value and does not look further.
    (
        "a message after the end",
        |case| case.tail = Ok(b"more".to_vec()),
        Ours::Refused,
        true,
    ),
    ("the last octet", |case| case.tail = Err(1), Ours::Refused, false),
];

/// What happens to files with signed attributes.
const ATTRIBUTE_CHANGES: [Change; 8] = [
    (
        "the digest in the attributes",
        |case| {
            let attributes = case.pieces.signers[0].attributes.as_mut().expect("signed");
            let at = message_digest(attributes);
            let last = attributes[at].len() - 1;
            flip(&mut attributes[at], last);
        },
        Ours::Invalid,
        false,
    ),
    (
        "digest attribute dropped",
        |case| drop_attribute(case, &kabinet_pki::oid::cms::MESSAGE_DIGEST),
        Ours::Invalid,
        false,
    ),
    (
        "type attribute dropped",
        |case| drop_attribute(case, &kabinet_pki::oid::cms::CONTENT_TYPE),
        Ours::Invalid,
        false,
    ),
    (
        "time attribute dropped",
        |case| drop_attribute(case, &kabinet_pki::oid::cms::SIGNING_TIME),
        Ours::Invalid,
        false,
    ),
    (
        "digest attribute twice",
        |case| {
            let attributes = case.pieces.signers[0].attributes.as_mut().expect("signed");
            let twin = attributes[message_digest(attributes)].clone();
            attributes.push(twin);
        },
        Ours::Invalid,
        false,
    ),
    // RFC 5652 §5.4: the DER encoding is signed, whatever the order in the file; OpenSSL takes it as it stands.
    (
        "attributes in another order",
        |case| {
            let attributes = case.pieces.signers[0].attributes.take().expect("signed");
            case.pieces.signers[0].attributes = Some(reversed(attributes));
        },
        Ours::Valid,
        false,
    ),
    (
        "attributes dropped",
        |case| case.pieces.signers[0].attributes = None,
        Ours::Invalid,
        false,
    ),
    (
        "attributes of the stranger",
        |case| {
            case.pieces.signers[0]
                .attributes
                .clone_from(&case.other.signers[0].attributes);
        },
        Ours::Invalid,
        false,
    ),
];

fn flip(octets: &mut [u8], at: usize) {
    octets[at] ^= 1;
}

fn drop_attribute(case: &mut Case<'_>, oid: &kabinet_pki::Oid) {
    let attributes = case.pieces.signers[0].attributes.take().expect("signed");
    case.pieces.signers[0].attributes = Some(without(attributes, oid));
}

struct Stage {
    authority: Authority,
    trust: Trust,
    evidence: Evidence,
    digest: &'static str,
    is_rsa: bool,
}

impl Stage {
    fn new(key: &str) -> Self {
        let authority = Authority::new(key);
        authority.leaf("leaf", key);
        authority.leaf("other", key);
        let (trust, evidence) = (authority.trust(), authority.evidence());
        authority.write("content", CONTENT);
        authority.write("elsewhere", b"quite another content");
        let digest = KEYS.iter().find(|(name, ..)| *name == key).expect("known").2;
        Self {
            authority,
            trust,
            evidence,
            digest,
            is_rsa: key == "rsa",
        }
    }

    fn digest_algorithm(&self) -> DigestAlgorithm {
        match self.digest {
            "md_gost12_256" => DigestAlgorithm::Streebog256,
            "md_gost12_512" => DigestAlgorithm::Streebog512,
            _ => DigestAlgorithm::Sha256,
        }
    }

    fn openssl_signs(&self, profile: Profile, attached: bool, who: &str, content: &str) -> Vec<u8> {
        let (certificate, key) = (format!("{who}.crt"), format!("{who}.key"));
        let mut all = vec![
            "cms",
            "-sign",
            "-binary",
            "-in",
            content,
            "-signer",
            &certificate,
            "-inkey",
            &key,
        ];
        all.extend(["-md", self.digest, "-outform", "DER", "-out", "made"]);
        all.extend(match profile {
            Profile::Cades => Some("-cades"),
            Profile::Plain => None,
            Profile::Bare => Some("-noattr"),
        });
        all.extend(attached.then_some("-nodetach"));
        self.authority.openssl(&all);
        self.authority.read("made")
    }

    fn openssl_accepts(&self, profile: Profile, case: &Case<'_>) -> bool {
        self.authority.write("judged", &case.file());
        let mut all = vec![
            "cms", "-verify", "-binary", "-inform", "DER", "-in", "judged", "-CAfile", "ca.crt",
        ];
        all.extend(["-purpose", "any", "-out", "out"]);
        if let Some(content) = &case.content {
            self.authority.write("beside", content);
            all.extend(["-content", "beside"]);
        }
        all.extend((profile == Profile::Cades).then_some("-cades"));
        self.authority.try_openssl(&all).status.success()
    }

    /// Both verdicts on the changed file against those wanted; a line for each that differs.
    fn check(
        &self,
        profile: Profile,
        what: &str,
        case: &Case<'_>,
        wanted: (Ours, bool),
        wrong: &mut Vec<String>,
    ) {
        let ours = Ours::of(&case.file(), case.content.as_deref(), &self.trust, &self.evidence);
        let theirs = self.openssl_accepts(profile, case);
        if (ours, theirs) != wanted {
            wrong.push(format!(
                "{profile:?} {what}: {ours:?}, OpenSSL {theirs}; wanted {wanted:?}"
            ));
        }
    }

    fn run(&self) -> usize {
        let (mut wrong, mut count) = (Vec::new(), 0);
        for attached in [true, false] {
            for (profile, by_us) in [
                (Profile::Cades, false),
                (Profile::Plain, false),
                (Profile::Bare, false),
                (Profile::Cades, true),
            ] {
                let file = match by_us {
                    true => sign(&self.authority, "leaf", attached),
                    false => self.openssl_signs(profile, attached, "leaf", "content"),
                };
                let other = Pieces::read(&self.openssl_signs(profile, attached, "other", "elsewhere"));
                let attributes = (profile != Profile::Bare).then_some(ATTRIBUTE_CHANGES);
                for (what, change, ours, theirs) in
                    CHANGES.into_iter().chain(attributes.into_iter().flatten())
                {
                    let mut case = Case {
                        pieces: Pieces::read(&file),
                        content: (!attached).then(|| CONTENT.to_vec()),
                        other: &other,
                        tail: Ok(Vec::new()),
                    };
                    change(&mut case);
                    let what = format!(
                        "{}, {}, {what}",
                        if by_us { "ours" } else { "OpenSSL's" },
                        if attached { "attached" } else { "detached" }
                    );
                    self.check(profile, &what, &case, (ours, theirs), &mut wrong);
                    count += 1;
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        count
    }
}

#[test]
fn changes_with_a_gost_key_of_256_bits() {
    assert_eq!(Stage::new("gost256-tc26-a").run(), 176);
}

#[test]
fn changes_with_a_gost_key_of_512_bits() {
    assert_eq!(Stage::new("gost512-c").run(), 176);
}

#[test]
fn changes_with_an_rsa_key() {
    assert_eq!(Stage::new("rsa").run(), 176);
}

#[test]
fn changes_with_a_key_on_p_256() {
    assert_eq!(Stage::new("p256").run(), 176);
}
