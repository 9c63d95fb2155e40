//! From BES to T, X Long Type 1, LT and LTA; counter-signatures, policies and stamps over content.

use std::io::Cursor;

use kabinet_pki::cms::SignedData;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Tlv, tag, write};
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Oid, Status};
use kabinet_signature::{
    CadesFile, Content, ContentDigest, Indication, Policy, Prepare, Properties, Report, SignError,
    SignaturePolicy, StampKind, SubIndication, signature_values, verify,
};
use time::{Duration, OffsetDateTime};

use crate::authority::Authority;
use crate::{CONTENT, codes, judge, raw, sign};

struct Stage {
    authority: Authority,
    leaf: Certificate,
    digest: DigestAlgorithm,
}

impl Stage {
    /// A signer and a time stamp authority whose certificates end in two days, another that lasts.
    fn new(key: &str, digest: DigestAlgorithm) -> Self {
        let authority = Authority::new(key);
        let now = OffsetDateTime::now_utc();
        let soon = now + Duration::days(2);
        authority.issue_between("tsa", key, "/CN=TSA", "v3_tsa", now - Duration::days(2), soon);
        authority.issue("late", key, "/CN=Late TSA", "v3_tsa");
        let leaf = authority.issue_between("leaf", key, "/CN=Leaf", "v3_leaf", now - Duration::days(2), soon);
        Self {
            authority,
            leaf,
            digest,
        }
    }

    fn signed(&self) -> Vec<u8> {
        sign(&self.authority, "leaf", false)
    }

    fn upgrade(&self, file: &[u8], change: impl FnOnce(&mut CadesFile)) -> Vec<u8> {
        let mut source = Cursor::new(file);
        let mut cades = CadesFile::read(&mut source).expect("ours");
        change(&mut cades);
        let mut out = Vec::new();
        cades.write(&mut source, &mut out).expect("into memory");
        self.require_openssl_accepts(&out);
        out
    }

    fn stamped(&self, file: &[u8]) -> Vec<u8> {
        let value = signature_values(file).expect("ours").remove(0);
        let token = self.authority.stamp("tsa", self.digest, &value);
        self.upgrade(file, |cades| {
            cades.add_time_stamp(0, &token).expect("of this signature")
        })
    }

    /// Whatever is added, the signature must stay one.
    fn require_openssl_accepts(&self, file: &[u8]) {
        self.authority.write("f", CONTENT);
        self.authority.write("f.sig", file);
        self.authority.openssl(&[
            "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "f.sig", "-content", "f",
            "-CAfile", "ca.crt", "-purpose", "any", "-out", "f.out",
        ]);
    }

    /// By the root alone: everything else must be in the file.
    fn judge_alone(&self, file: &[u8], at: OffsetDateTime) -> Report {
        let trust = self.authority.trust();
        let policy = Policy {
            trust: &trust,
            evidence: &Evidence::default(),
            at,
        };
        verify(file, Some(&mut &CONTENT[..]), &policy).expect("readable")
    }

    fn values(&self) -> Evidence {
        Evidence {
            certificates: vec![self.authority.root()],
            crls: vec![self.authority.crl()],
            ..Evidence::default()
        }
    }

    fn archived(&self, file: &[u8]) -> Vec<u8> {
        self.upgrade(file, |cades| {
            let content = self.digest.digest(CONTENT);
            let request = cades
                .archive_request(0, self.digest, &content)
                .expect("one signer");
            let token = self.authority.stamp("late", self.digest, &request.octets);
            cades
                .add_archive_time_stamp(0, &request, &token)
                .expect("of this request");
        })
    }
}

fn stages() -> [Stage; 2] {
    [
        Stage::new("gost256-cryptopro-a", DigestAlgorithm::Streebog256),
        Stage::new("rsa", DigestAlgorithm::Sha256),
    ]
}

#[test]
fn long_term_values_make_a_file_that_needs_nothing_but_the_root() {
    for stage in stages() {
        let now = OffsetDateTime::now_utc();
        let stamped = stage.stamped(&stage.signed());
        let report = stage.judge_alone(&stamped, now);
        assert_eq!(
            report.signatures[0].sub_indication(),
            Some(SubIndication::TryLater),
            "{:?}",
            codes(&report)
        );
        let long = stage.upgrade(&stamped, |cades| cades.add_values(&stage.values()));
        let report = stage.judge_alone(&long, now);
        assert_eq!(
            (report.verdict, report.signatures[0].profile()),
            (Status::Valid, "cades-lt"),
            "{:?}",
            codes(&report)
        );
    }
}

#[test]
fn an_archive_stamp_outlives_the_time_stamp_authority() {
    for stage in stages() {
        let long = stage.upgrade(&stage.stamped(&stage.signed()), |cades| {
            cades.add_values(&stage.values())
        });
        let archived = stage.archived(&long);
        let report = stage.judge_alone(&archived, OffsetDateTime::now_utc());
        assert_eq!(
            (report.verdict, report.signatures[0].profile()),
            (Status::Valid, "cades-lta"),
            "{:?} {:?}",
            codes(&report),
            report.signatures[0].stamps
        );

        // The signer and the first authority have expired, the list of revocations and the second have not.
        let later = OffsetDateTime::now_utc() + Duration::days(3);
        let report = stage.judge_alone(&long, later);
        assert_eq!(
            report.signatures[0].sub_indication(),
            Some(SubIndication::OutOfBoundsNoPoe)
        );
        let report = stage.judge_alone(&archived, later);
        assert_eq!(report.verdict, Status::Valid, "{:?}", codes(&report));
    }
}

#[test]
fn an_archive_stamp_holds_what_was_there_and_lets_more_be_added() {
    let [_, stage] = stages();
    let long = stage.upgrade(&stage.stamped(&stage.signed()), |cades| {
        cades.add_values(&stage.values())
    });
    let archived = stage.archived(&long);
    let twice = stage.archived(&archived);
    let report = stage.judge_alone(&twice, OffsetDateTime::now_utc());
    let trusted = report.signatures[0]
        .stamps
        .iter()
        .filter(|stamp| stamp.kind == StampKind::Archive && stamp.is_trusted());
    assert_eq!(trusted.count(), 2);

    // Another content with the same archive stamp.
    let trust = stage.authority.trust();
    let policy = Policy {
        trust: &trust,
        evidence: &Evidence::default(),
        at: OffsetDateTime::now_utc(),
    };
    let report = verify(&archived, Some(&mut &b"other"[..]), &policy).expect("readable");
    let archive = report.signatures[0]
        .stamps
        .iter()
        .find(|stamp| stamp.kind == StampKind::Archive)
        .expect("there is one");
    assert_eq!(
        archive.outcome.as_ref().err().map(|error| error.code()),
        Some("pki.stamp-of-other-data")
    );
    assert_eq!(report.signatures[0].indication(), Indication::TotalFailed);
}

#[test]
fn extended_long_type_1_carries_references_and_values() {
    for stage in stages() {
        let chain = [stage.leaf.clone(), stage.authority.root()];
        let stamped = stage.stamped(&stage.signed());
        let complete = stage.upgrade(&stamped, |cades| {
            cades
                .add_references(0, &chain, &stage.values())
                .expect("one signer");
        });
        let typed = stage.upgrade(&complete, |cades| {
            let octets = cades.octets_of_references(0).expect("one signer");
            let wrong = stage
                .authority
                .stamp("late", stage.digest, &[&octets[..], b"x"].concat());
            assert_eq!(
                cades.add_reference_time_stamp(0, &wrong),
                Err(SignError::StampOfOtherSignature)
            );
            let token = stage.authority.stamp("late", stage.digest, &octets);
            cades
                .add_reference_time_stamp(0, &token)
                .expect("of these references");
        });
        let report = stage.judge_alone(&typed, OffsetDateTime::now_utc());
        assert_eq!(
            (report.verdict, report.signatures[0].profile()),
            (Status::Valid, "cades-xlt1"),
            "{:?}",
            codes(&report)
        );
    }
}

/// The standards list what this stamp covers and do not say that the order of the list is that of the octets.
#[test]
fn a_stamp_over_references_may_take_them_as_they_stand() {
    let [_, stage] = stages();
    let chain = [stage.leaf.clone(), stage.authority.root()];
    let complete = stage.upgrade(&stage.stamped(&stage.signed()), |cades| {
        cades
            .add_references(0, &chain, &stage.values())
            .expect("one signer");
    });
    let mut data = SignedData::parse(&complete).expect("ours");
    let signer = data.signers[0].clone();
    let mut turned: Vec<&[u8]> = signer.unsigned.iter().map(|one| one.whole).collect();
    turned.reverse();
    let values = [id::CERTIFICATE_VALUES, id::REVOCATION_VALUES].map(|oid| write::oid(&oid));
    let inner = turned.iter().map(|one| Tlv::from_der(one).expect("DER").value);
    let inner = inner.filter(|one| !values.iter().any(|oid| one.starts_with(oid)));
    let octets = [&signer.signature[..], &inner.collect::<Vec<_>>().concat()].concat();
    assert_ne!(octets, {
        let cades = CadesFile::read(&mut Cursor::new(&complete)).expect("ours");
        cades.octets_of_references(0).expect("one signer")
    });
    let token = stage.authority.stamp("late", stage.digest, &octets);
    let attribute = write::sequence(&[write::oid(&id::ESC_TIME_STAMP), write::value(tag::SET, &token)]);
    let fields: Vec<&[u8]> = Tlv::from_der(signer.whole)
        .expect("DER")
        .reader()
        .map(|field| field.expect("DER").whole)
        .collect();
    let unsigned = write::context_constructed(1, &[turned.concat(), attribute].concat());
    let changed = write::sequence(&[&fields[..fields.len() - 1].concat(), &unsigned]);
    data.signers[0].whole = &changed;
    let certificates = data.raw_certificates.clone();
    let file = crate::attacks::rebuilt(&data, &certificates);
    let (trust, evidence) = (stage.authority.trust(), stage.authority.evidence());
    let report = judge(&file, Some(CONTENT), &trust, &evidence).expect("readable");
    let stamp = report.signatures[0]
        .stamps
        .iter()
        .find(|stamp| stamp.kind == StampKind::References)
        .expect("there is one");
    assert!(stamp.is_trusted(), "{:?}", stamp.outcome);
}

#[test]
fn a_counter_signature_is_over_the_signature_and_judged_apart() {
    let authority = Authority::new("gost512-a");
    authority.leaf("one", "gost256-cryptopro-a");
    let two = authority.leaf("two", "gost512-c");
    let file = sign(&authority, "one", false);
    let value = signature_values(&file).expect("ours").remove(0);
    let prepare = |value: &[u8]| {
        Prepare {
            certificate: two.clone(),
            chain: Vec::new(),
            signing_time: Some(OffsetDateTime::now_utc()),
            content: Content::Signature(value.to_vec()),
            properties: Properties::default(),
        }
        .to_be_signed()
        .expect("a key we sign with")
    };
    let counter = prepare(&value);
    let made = raw(&authority, "two", &counter);
    assert_eq!(counter.complete(&made), Err(SignError::NotByItself));
    let countered = counter
        .complete_counter(&file, 0, &made)
        .expect("over this value");
    assert_eq!(
        counter.complete_counter(&file, 1, &made),
        Err(SignError::NoSuchSigner)
    );
    let other = prepare(b"another value");
    assert_eq!(
        other.complete_counter(&file, 0, &raw(&authority, "two", &other)),
        Err(SignError::ExistingOfOtherContent)
    );

    let (trust, evidence) = (authority.trust(), authority.evidence());
    let report = judge(&countered, Some(CONTENT), &trust, &evidence).expect("readable");
    assert_eq!(report.verdict, Status::Valid);
    let [counter] = &report.signatures[0].counter_signatures[..] else {
        panic!("one counter-signature");
    };
    assert_eq!(
        (counter.verdict(), counter.certificate.as_ref()),
        (Status::Valid, Some(&two)),
        "{:?}",
        counter.reasons
    );

    // Moved under the signature of someone else, it confirms nothing.
    let one = judge(&file, Some(CONTENT), &trust, &evidence).expect("readable");
    assert_eq!(one.signatures[0].counter_signatures.len(), 0);
    let position = countered
        .windows(value.len())
        .position(|window| window == value)
        .expect("in it");
    let mut changed = countered;
    changed[position] ^= 1;
    let report = judge(&changed, Some(CONTENT), &trust, &evidence).expect("readable");
    assert_eq!(
        report.signatures[0].counter_signatures[0].indication(),
        Indication::TotalFailed
    );
}

#[test]
fn a_policy_and_a_stamp_over_the_content_are_signed() {
    let stage = Stage::new("gost256-cryptopro-a", DigestAlgorithm::Streebog256);
    let id = Oid::new_unwrap("1.2.643.7.1.9.9");
    let mut digest = ContentDigest::for_certificate(&stage.leaf).expect("a key we sign with");
    digest.update(CONTENT);
    let to_be_signed = Prepare {
        certificate: stage.leaf.clone(),
        chain: Vec::new(),
        signing_time: None,
        content: Content::Detached(digest.finish()),
        properties: Properties {
            policy: Some(SignaturePolicy {
                id,
                digest: kabinet_signature::Digest {
                    algorithm: stage.digest,
                    value: stage.digest.digest(b"the policy"),
                },
            }),
            content_time_stamp: Some(stage.authority.stamp("tsa", stage.digest, CONTENT)),
        },
    }
    .to_be_signed()
    .expect("a key we sign with");
    let file = to_be_signed
        .complete(&raw(&stage.authority, "leaf", &to_be_signed))
        .expect("by this key");
    stage.require_openssl_accepts(&file);
    let (trust, evidence) = (stage.authority.trust(), stage.authority.evidence());
    let report = judge(&file, Some(CONTENT), &trust, &evidence).expect("readable");
    let signature = &report.signatures[0];
    assert_eq!(
        (report.verdict, signature.profile(), signature.policy.as_deref()),
        (Status::Valid, "cades-epes", Some("1.2.643.7.1.9.9"))
    );
    assert!(signature.stamps[0].is_trusted() && signature.stamps[0].kind == StampKind::Content);
    assert_eq!(
        signature.proven_at, None,
        "it proves that the signature is younger, not older"
    );
}

#[test]
fn a_signature_proven_younger_than_the_revocation_has_failed() {
    let stage = Stage::new("rsa", DigestAlgorithm::Sha256);
    stage.authority.revoke("leaf.crt", "keyCompromise");
    std::thread::sleep(std::time::Duration::from_millis(2100)); // both times have whole seconds
    let mut digest = ContentDigest::for_certificate(&stage.leaf).expect("a key we sign with");
    digest.update(CONTENT);
    let to_be_signed = Prepare {
        certificate: stage.leaf.clone(),
        chain: Vec::new(),
        signing_time: None,
        content: Content::Detached(digest.finish()),
        properties: Properties {
            policy: None,
            content_time_stamp: Some(stage.authority.stamp("tsa", stage.digest, CONTENT)),
        },
    }
    .to_be_signed()
    .expect("a key we sign with");
    let file = to_be_signed
        .complete(&raw(&stage.authority, "leaf", &to_be_signed))
        .expect("by this key");
    let (trust, evidence) = (stage.authority.trust(), stage.authority.evidence());
    let report = judge(&file, Some(CONTENT), &trust, &evidence).expect("readable");
    assert_eq!(
        (report.verdict, report.signatures[0].sub_indication()),
        (Status::Invalid, Some(SubIndication::Revoked))
    );
}
