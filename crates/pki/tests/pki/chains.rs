//! Path building and validation.

use kabinet_pki::{
    Certificate, Evidence, Purpose, Revocation, RevocationSource, Status, Trust, Verdict, validate,
};
use time::Duration;

use crate::authority::{Authority, KEYS, now};

fn judge(certificate: &Certificate, trust: &Trust, evidence: &Evidence) -> Verdict {
    validate(certificate, trust, evidence, now(), Purpose::Signature)
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict.problems.iter().map(kabinet_pki::Problem::code).collect()
}

#[test]
fn without_revocation_evidence_nothing_is_valid() {
    let authority = Authority::new("gost512-a");
    let verdict = judge(
        &authority.leaf("leaf", "gost256-cryptopro-a"),
        &authority.trust(),
        &Evidence::default(),
    );
    assert_eq!(verdict.status, Status::Unknown);
    assert_eq!(codes(&verdict), ["pki.revocation-no-evidence"]);
}

#[test]
fn without_the_issuer_nothing_is_valid() {
    let authority = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let verdict = judge(&leaf, &Trust::default(), &authority.evidence());
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (Status::Unknown, vec!["pki.issuer-not-found"])
    );
    let known = Trust {
        anchors: Vec::new(),
        intermediates: vec![authority.root()],
    };
    let verdict = judge(&leaf, &known, &authority.evidence());
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (Status::Unknown, vec!["pki.untrusted-root"])
    );
}

#[test]
fn a_stranger_of_the_same_name_is_no_issuer() {
    let real = Authority::new("gost512-a");
    let stranger = Authority::new("gost512-a");
    let leaf = real.leaf("leaf", "gost256-cryptopro-a");
    assert_ne!(
        judge(&leaf, &stranger.trust(), &real.evidence()).status,
        Status::Valid
    );
    let both = Trust {
        anchors: vec![stranger.root(), real.root()],
        intermediates: Vec::new(),
    };
    let verdict = judge(&leaf, &both, &real.evidence());
    assert_eq!(verdict.status, Status::Valid, "{verdict:?}");
    assert_eq!(verdict.chain[1], real.root());
}

#[test]
fn leaves_of_every_key_are_valid_under_every_root() {
    for root in ["gost512-a", "gost256-tc26-a", "rsa", "p256"] {
        let authority = Authority::new(root);
        let leaves: Vec<_> = KEYS.iter().map(|(key, ..)| authority.leaf(key, key)).collect();
        let evidence = authority.evidence();
        for leaf in leaves {
            let verdict = judge(&leaf, &authority.trust(), &evidence);
            assert_eq!(verdict.status, Status::Valid, "{root}: {verdict:?}");
            assert!(matches!(
                verdict.revocation,
                Revocation::Good {
                    by: RevocationSource::Crl,
                    ..
                }
            ));
        }
    }
}

#[test]
fn times_outside_validity_are_invalid() {
    let authority = Authority::new("gost256-cryptopro-a");
    let past = now() - Duration::days(10);
    let old = authority.issue_between(
        "old",
        "gost256-cryptopro-a",
        "/CN=old",
        "v3_leaf",
        past,
        past + Duration::days(5),
    );
    let verdict = judge(&old, &authority.trust(), &authority.evidence());
    assert_eq!(verdict.status, Status::Invalid);
    assert!(codes(&verdict).contains(&"pki.expired"));

    let young = authority.leaf("young", "gost256-cryptopro-a");
    let early = validate(
        &young,
        &authority.trust(),
        &authority.evidence(),
        past,
        Purpose::Signature,
    );
    assert_eq!(early.status, Status::Invalid);
    assert!(codes(&early).contains(&"pki.not-yet-valid"));
}

#[test]
fn other_purposes_are_invalid() {
    let authority = Authority::new("rsa");
    let server = authority.issue("server", "rsa", "/CN=server", "v3_server");
    let encipher = authority.issue("encipher", "rsa", "/CN=encipher", "v3_encipher");
    let leaf = authority.leaf("leaf", "rsa");
    let tsa = authority.issue("tsa", "rsa", "/CN=tsa", "v3_tsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for (certificate, purpose, code) in [
        (&server, Purpose::Signature, "pki.purpose"),
        (&encipher, Purpose::Signature, "pki.key-usage"),
        (&tsa, Purpose::Signature, "pki.purpose"),
        (&leaf, Purpose::TimeStamping, "pki.purpose"),
        (&leaf, Purpose::CrlSigning, "pki.key-usage"),
    ] {
        let verdict = validate(certificate, &trust, &evidence, now(), purpose);
        assert_eq!((verdict.status, codes(&verdict)), (Status::Invalid, vec![code]));
    }
    assert!(validate(&tsa, &trust, &evidence, now(), Purpose::TimeStamping).is_valid());
    assert!(validate(&server, &trust, &evidence, now(), Purpose::Any).is_valid());
}

#[test]
fn an_unknown_critical_extension_is_refused() {
    let root = Authority::new("p256");
    let odd = root.issue("odd", "p256", "/CN=odd", "v3_unknown_critical");
    let verdict = judge(&odd, &root.trust(), &root.evidence());
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (Status::Invalid, vec!["pki.unknown-critical-extension"])
    );
}

#[test]
fn a_constrained_authority_certifies_only_the_names_it_may() {
    let root = Authority::new("p256");
    let constrained = root.subordinate("p256", "/CN=Ограниченный УЦ", "v3_sub_constrained");
    let trust = Trust {
        anchors: vec![root.root()],
        intermediates: vec![constrained.root()],
    };
    let evidence = Evidence {
        crls: vec![root.crl(), constrained.crl()],
        ..Evidence::default()
    };
    for (subject, status, problems) in [
        ("/CN=без почты", Status::Valid, vec![]),
        ("/CN=свой/emailAddress=a@example.org", Status::Valid, vec![]),
        (
            "/CN=чужой/emailAddress=a@example.com",
            Status::Invalid,
            vec!["pki.name-constraint"],
        ),
        (
            "/CN=глубже/emailAddress=a@mail.example.org",
            Status::Invalid,
            vec!["pki.name-constraint"],
        ),
    ] {
        let leaf = constrained.issue("leaf", "p256", subject, "v3_leaf");
        let verdict = judge(&leaf, &trust, &evidence);
        assert_eq!((verdict.status, codes(&verdict)), (status, problems), "{subject}");
    }
}

#[test]
fn only_authorities_issue_and_only_as_deep_as_allowed() {
    let root = Authority::new("gost512-a");
    let impostor = root.subordinate("gost256-cryptopro-a", "/CN=Иванов", "v3_leaf");
    let victim = impostor.leaf("victim", "gost256-cryptopro-a");
    let trust = Trust {
        anchors: vec![root.root()],
        intermediates: vec![impostor.root()],
    };
    let evidence = Evidence {
        crls: vec![root.crl(), impostor.crl()],
        ..Evidence::default()
    };
    let verdict = judge(&victim, &trust, &evidence);
    assert_eq!(verdict.status, Status::Invalid);
    assert!(codes(&verdict).contains(&"pki.not-an-authority"));
    assert!(codes(&verdict).contains(&"pki.key-usage"));

    let first = root.subordinate("gost256-cryptopro-a", "/CN=УЦ 1", "v3_sub_pathlen0");
    let second = first.subordinate("gost256-cryptopro-a", "/CN=УЦ 2", "v3_sub");
    let shallow = first.leaf("shallow", "gost256-cryptopro-a");
    let deep = second.leaf("deep", "gost256-cryptopro-a");
    let trust = Trust {
        anchors: vec![root.root()],
        intermediates: vec![second.root(), first.root()],
    };
    let evidence = Evidence {
        crls: vec![root.crl(), first.crl(), second.crl()],
        ..Evidence::default()
    };
    assert!(judge(&shallow, &trust, &evidence).is_valid());
    let verdict = judge(&deep, &trust, &evidence);
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (Status::Invalid, vec!["pki.path-too-long"])
    );
    assert_eq!(verdict.chain.len(), 4);
}

#[test]
fn a_revoked_authority_takes_its_leaves_along() {
    let root = Authority::new("rsa");
    let below = root.subordinate("rsa", "/CN=УЦ 1", "v3_sub");
    let leaf = below.leaf("leaf", "rsa");
    let trust = Trust {
        anchors: vec![root.root()],
        intermediates: vec![below.root()],
    };
    let with = |crl| Evidence {
        crls: vec![crl, below.crl()],
        ..Evidence::default()
    };
    assert!(judge(&leaf, &trust, &with(root.crl())).is_valid());
    root.revoke("below.crt", "CACompromise");
    let verdict = judge(&leaf, &trust, &with(root.crl()));
    assert_eq!(
        (verdict.status, codes(&verdict)),
        (Status::Invalid, vec!["pki.revoked"])
    );
    assert_eq!(verdict.problems[0].position, 1);
}

#[test]
fn one_changed_bit_anywhere_is_never_valid() {
    for key in ["gost256-cryptopro-a", "rsa", "p256"] {
        let authority = Authority::new(key);
        let leaf = authority.leaf("leaf", key);
        let (trust, evidence) = (authority.trust(), authority.evidence());
        assert!(judge(&leaf, &trust, &evidence).is_valid());
        for bit in (0..leaf.der().len() * 8).step_by(5) {
            let mut changed = leaf.der().to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            let Ok(changed) = Certificate::from_der(&changed) else {
                continue;
            };
            assert_ne!(
                judge(&changed, &trust, &evidence).status,
                Status::Valid,
                "{key}: bit {bit}"
            );
        }
    }
}
