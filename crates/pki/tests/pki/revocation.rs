//! Revocation lists, OCSP and fetching.

use std::cell::RefCell;

use kabinet_pki::ocsp::{CertId, CertStatus, OcspError, OcspRequest, OcspResponse};
use kabinet_pki::{
    Certificate, Crl, DigestAlgorithm, Evidence, Fetch, FetchError, Purpose, Revocation, RevocationReason,
    RevocationSource, Status, Trust, UnknownRevocation, gather, validate,
};
use time::Duration;

use crate::authority::{Authority, now};

fn revocation(certificate: &Certificate, authority: &Authority, evidence: &Evidence) -> Revocation {
    validate(
        certificate,
        &authority.trust(),
        evidence,
        now(),
        Purpose::Signature,
    )
    .revocation
}

fn lists(crls: Vec<Crl>) -> Evidence {
    Evidence {
        crls,
        ..Evidence::default()
    }
}

fn unknown(why: UnknownRevocation) -> Revocation {
    Revocation::Unknown { why }
}

#[test]
fn a_revoked_certificate_is_invalid_from_then_on() {
    let authority = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let before = now();
    std::thread::sleep(std::time::Duration::from_millis(1100)); // revocation dates have whole seconds
    authority.revoke("leaf.crt", "keyCompromise");
    let evidence = authority.evidence();
    let revoked = revocation(&leaf, &authority, &evidence);
    assert!(
        matches!(
            revoked,
            Revocation::Revoked {
                reason: RevocationReason::KeyCompromise,
                ..
            }
        ),
        "{revoked:?}"
    );
    let earlier = validate(&leaf, &authority.trust(), &evidence, before, Purpose::Signature);
    assert_eq!(
        earlier.status,
        Status::Valid,
        "a later revocation does not reach back"
    );
}

#[test]
fn a_list_of_someone_else_proves_nothing() {
    let authority = Authority::new("gost512-a");
    let stranger = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let found = revocation(&leaf, &authority, &lists(vec![stranger.crl()]));
    assert_eq!(found, unknown(UnknownRevocation::Untrusted));
    let other_name = Authority::named("gost512-a", "/CN=Другой УЦ");
    let found = revocation(&leaf, &authority, &lists(vec![other_name.crl()]));
    assert_eq!(found, unknown(UnknownRevocation::NoEvidence));
}

#[test]
fn one_changed_bit_in_a_list_is_never_good() {
    let authority = Authority::new("gost256-cryptopro-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    authority.leaf("bad", "gost256-cryptopro-a");
    authority.revoke("bad.crt", "superseded");
    let crl = authority.crl();
    assert!(matches!(
        revocation(&leaf, &authority, &lists(vec![crl.clone()])),
        Revocation::Good { .. }
    ));
    for bit in (0..crl.der().len() * 8).step_by(3) {
        let mut changed = crl.der().to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = Crl::from_der(&changed) else {
            continue;
        };
        let found = revocation(&leaf, &authority, &lists(vec![changed]));
        assert!(!matches!(found, Revocation::Good { .. }), "bit {bit}: {found:?}");
    }
}

#[test]
fn an_outdated_list_is_stale_but_still_revokes() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    let bad = authority.leaf("bad", "rsa");
    authority.revoke("bad.crt", "superseded");
    let evidence = authority.evidence();
    let later = now() + Duration::days(8);
    let at = |certificate| {
        validate(
            certificate,
            &authority.trust(),
            &evidence,
            later,
            Purpose::Signature,
        )
        .revocation
    };
    assert!(matches!(
        at(&leaf),
        Revocation::Unknown {
            why: UnknownRevocation::Stale { .. }
        }
    ));
    assert!(matches!(at(&bad), Revocation::Revoked { .. }));
}

#[test]
fn the_scope_of_a_list_is_respected() {
    let authority = Authority::new("p256");
    let leaf = authority.leaf("leaf", "p256");
    let with = |section| lists(vec![authority.crl_with(&["-crlexts", section])]);
    let found = |section| revocation(&leaf, &authority, &with(section));
    assert_eq!(found("crl_foreign_point"), unknown(UnknownRevocation::NoEvidence));
    assert_eq!(
        found("crl_only_authorities"),
        unknown(UnknownRevocation::NoEvidence)
    );
    assert_eq!(
        found("crl_unknown_critical"),
        unknown(UnknownRevocation::Unsupported)
    );
    assert!(matches!(found("crl_same_point"), Revocation::Good { .. }));
}

/// Asks `openssl ocsp` in file mode, with the responder's certificate `<signer>.crt`.
fn respond(authority: &Authority, signer: &str, request: &OcspRequest, more: &[&str]) -> Vec<u8> {
    authority.write("request.der", &request.to_der());
    let (certificate, key) = (format!("{signer}.crt"), format!("{signer}.key"));
    let mut all = vec![
        "ocsp",
        "-index",
        "index.txt",
        "-CA",
        "ca.crt",
        "-rsigner",
        &certificate,
        "-rkey",
        &key,
    ];
    all.extend(["-reqin", "request.der", "-respout", "response.der"]);
    all.extend(more);
    authority.openssl(&all);
    authority.read("response.der")
}

fn request_for(digest: DigestAlgorithm, certificate: &Certificate, issuer: &Certificate) -> OcspRequest {
    OcspRequest {
        certificates: vec![CertId::new(digest, certificate, issuer)],
        nonce: Some(vec![7; 16]),
    }
}

fn answers(response: OcspResponse) -> Evidence {
    Evidence {
        ocsp: vec![response],
        ..Evidence::default()
    }
}

#[test]
fn ocsp_answers_good_revoked_and_unknown() {
    const MD: [&str; 4] = ["-rmd", "md_gost12_256", "-ndays", "1"];
    let authority = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let bad = authority.leaf("bad", "gost256-cryptopro-a");
    authority.issue("ocsp", "gost256-cryptopro-a", "/CN=OCSP", "v3_ocsp");
    authority.revoke("bad.crt", "cessationOfOperation");
    let root = authority.root();
    for digest in [
        DigestAlgorithm::Sha1,
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Streebog256,
    ] {
        let ask = |certificate: &Certificate| {
            let der = respond(&authority, "ocsp", &request_for(digest, certificate, &root), &MD);
            let response = OcspResponse::from_der(&der).expect("readable");
            assert_eq!(response.nonce.as_deref(), Some(&[7; 16][..]));
            response
        };
        let good = revocation(&leaf, &authority, &answers(ask(&leaf)));
        assert!(
            matches!(
                good,
                Revocation::Good {
                    by: RevocationSource::Ocsp,
                    ..
                }
            ),
            "{digest:?}: {good:?}"
        );
        let revoked = revocation(&bad, &authority, &answers(ask(&bad)));
        assert!(
            matches!(
                revoked,
                Revocation::Revoked {
                    reason: RevocationReason::CessationOfOperation,
                    ..
                }
            ),
            "{revoked:?}"
        );
        assert_eq!(
            revocation(&bad, &authority, &answers(ask(&leaf))),
            unknown(UnknownRevocation::NoEvidence),
            "an answer about another certificate"
        );
    }
    let evidence = {
        authority.write("index.txt", b"");
        let der = respond(
            &authority,
            "ocsp",
            &request_for(DigestAlgorithm::Sha1, &leaf, &root),
            &MD,
        );
        answers(OcspResponse::from_der(&der).expect("readable"))
    };
    assert!(matches!(
        evidence.ocsp[0].responses[0].status,
        CertStatus::Unknown
    ));
    assert_eq!(
        revocation(&leaf, &authority, &evidence),
        unknown(UnknownRevocation::ResponderUnknown)
    );
}

#[test]
fn ocsp_answers_of_the_issuer_itself_are_good_and_of_others_untrusted() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    authority.leaf("other", "rsa");
    let request = request_for(DigestAlgorithm::Sha1, &leaf, &authority.root());
    let by = |signer| {
        let der = respond(&authority, signer, &request, &["-ndays", "1"]);
        revocation(
            &leaf,
            &authority,
            &answers(OcspResponse::from_der(&der).expect("readable")),
        )
    };
    assert!(matches!(by("ca"), Revocation::Good { .. }));
    assert_eq!(
        by("other"),
        unknown(UnknownRevocation::Untrusted),
        "no id-kp-OCSPSigning"
    );
}

#[test]
fn a_revoked_responder_is_untrusted() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    authority.issue("ocsp", "rsa", "/CN=OCSP", "v3_ocsp");
    let request = request_for(DigestAlgorithm::Sha1, &leaf, &authority.root());
    let der = respond(&authority, "ocsp", &request, &["-ndays", "1"]);
    let mut evidence = answers(OcspResponse::from_der(&der).expect("readable"));
    assert!(matches!(
        revocation(&leaf, &authority, &evidence),
        Revocation::Good { .. }
    ));
    authority.revoke("ocsp.crt", "keyCompromise");
    // This list covers the responder's certificate and not the leaf.
    evidence
        .crls
        .push(authority.crl_with(&["-crlexts", "crl_foreign_point"]));
    assert_eq!(
        revocation(&leaf, &authority, &evidence),
        unknown(UnknownRevocation::Untrusted)
    );
}

#[test]
fn old_ocsp_answers_are_stale() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    let request = request_for(DigestAlgorithm::Sha1, &leaf, &authority.root());
    for (more, age) in [
        (&["-ndays", "1"][..], Duration::hours(25)),
        (&[], Duration::hours(25)),
    ] {
        let evidence =
            answers(OcspResponse::from_der(&respond(&authority, "ca", &request, more)).expect("readable"));
        let judge = |at| validate(&leaf, &authority.trust(), &evidence, at, Purpose::Signature).revocation;
        assert!(matches!(judge(now()), Revocation::Good { .. }));
        assert!(matches!(
            judge(now() + age),
            Revocation::Unknown {
                why: UnknownRevocation::Stale { .. }
            }
        ));
    }
}

#[test]
fn one_changed_bit_in_an_ocsp_answer_is_never_good() {
    let authority = Authority::new("gost256-cryptopro-a");
    let leaf = authority.leaf("leaf", "gost256-cryptopro-a");
    let request = request_for(DigestAlgorithm::Streebog256, &leaf, &authority.root());
    let der = respond(
        &authority,
        "ca",
        &request,
        &["-rmd", "md_gost12_256", "-ndays", "1", "-resp_no_certs"],
    );
    let genuine = OcspResponse::from_der(&der).expect("readable");
    for bit in (0..der.len() * 8).step_by(3) {
        let mut changed = der.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let Ok(changed) = OcspResponse::from_der(&changed) else {
            continue;
        };
        // Parameters of the signature algorithm are not signed: what is said must not change with them.
        let same = changed.responses == genuine.responses && changed.produced_at == genuine.produced_at;
        let found = revocation(&leaf, &authority, &answers(changed));
        assert!(
            same || !matches!(found, Revocation::Good { .. }),
            "bit {bit}: {found:?}"
        );
        if (der.len() - 64) * 8 <= bit {
            assert_eq!(
                found,
                unknown(UnknownRevocation::Untrusted),
                "bit {bit} of the signature"
            );
        }
    }
}

#[test]
fn a_refusing_responder_is_no_answer() {
    assert_eq!(
        OcspResponse::from_der(&kabinet_pki::ocsp::refusal(6)).map(|_| ()),
        Err(OcspError::Refused(6))
    );
}

/// Serves files and OCSP from the authority's directory, and remembers what was asked.
struct Network<'a> {
    authority: &'a Authority,
    ocsp_works: bool,
    asked: RefCell<Vec<String>>,
}

impl Fetch for Network<'_> {
    fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        self.asked.borrow_mut().push(url.to_owned());
        let name = url
            .strip_prefix("http://pki.test/")
            .ok_or(FetchError::Unreachable)?;
        std::fs::read(self.authority.path(name)).map_err(|_| FetchError::Status(404))
    }

    fn post(&self, url: &str, media_type: &str, body: &[u8]) -> Result<Vec<u8>, FetchError> {
        self.asked.borrow_mut().push(url.to_owned());
        assert_eq!(media_type, "application/ocsp-request");
        if !self.ocsp_works {
            return Err(FetchError::Status(503));
        }
        let request = OcspRequest::from_der(body).expect("our own request");
        assert_eq!(request.to_der(), body);
        Ok(respond(self.authority, "ca", &request, &["-ndays", "1"]))
    }
}

#[test]
fn what_is_missing_is_fetched() {
    let root = Authority::new("rsa");
    let below = root.subordinate("rsa", "/CN=УЦ 1", "v3_sub");
    let leaf = below.leaf("leaf", "rsa");
    below.openssl(&[
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "ca.crt",
        "-outform",
        "DER",
        "-out",
        "ca.p7b",
    ]);
    below.crl();
    let trust = root.trust();
    let known = lists(vec![root.crl()]); // the intermediate names no addresses of its own
    assert_eq!(
        validate(&leaf, &trust, &known, now(), Purpose::Signature).status,
        Status::Unknown
    );

    for (ocsp_works, by, failures) in [
        (true, RevocationSource::Ocsp, 0),
        (false, RevocationSource::Crl, 1),
    ] {
        let network = Network {
            authority: &below,
            ocsp_works,
            asked: RefCell::default(),
        };
        let gathered = gather(&leaf, &trust, &known, &network, now(), &[5; 16]);
        assert_eq!(gathered.failures.len(), failures);
        let mut evidence = known.clone();
        evidence.extend(gathered.evidence);
        let verdict = validate(&leaf, &trust, &evidence, now(), Purpose::Signature);
        assert_eq!(verdict.status, Status::Valid, "{verdict:?}");
        assert!(matches!(verdict.revocation, Revocation::Good { by: source, .. } if source == by));
        let wanted = [
            "http://pki.test/ca.p7b",
            "http://pki.test/ocsp",
            "http://pki.test/ca.crl",
        ];
        assert_eq!(*network.asked.borrow(), wanted[..2 + failures]);
    }
}

#[test]
fn nothing_is_fetched_when_nothing_is_missing() {
    let authority = Authority::new("rsa");
    let leaf = authority.leaf("leaf", "rsa");
    let network = Network {
        authority: &authority,
        ocsp_works: true,
        asked: RefCell::default(),
    };
    let trust: Trust = authority.trust();
    let gathered = gather(&leaf, &trust, &authority.evidence(), &network, now(), &[]);
    assert!(network.asked.borrow().is_empty());
    assert!(gathered.failures.is_empty());
}

/// Answers every address with the same certificate, which names ever new addresses.
struct Maze {
    body: Vec<u8>,
    asked: RefCell<Vec<String>>,
}

impl Fetch for Maze {
    fn get(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        self.asked.borrow_mut().push(url.to_owned());
        Ok(self.body.clone())
    }

    fn post(&self, url: &str, _: &str, _: &[u8]) -> Result<Vec<u8>, FetchError> {
        self.get(url)
    }
}

#[test]
fn addresses_that_lead_in_a_circle_are_asked_once_and_not_for_ever() {
    use kabinet_pki::issue::authority_info_access;
    use kabinet_pki::oid::extension as id;
    use kabinet_pki::tlv::write;

    use crate::made::{Made, Plan, extension};

    let point = |number: usize| {
        let url = write::context(6, format!("http://pki.test/{number}").as_bytes());
        write::sequence(&[write::context_constructed(
            0,
            &write::context_constructed(0, &url),
        )])
    };
    let points: Vec<_> = (0..100).map(point).collect();
    let plan = |name: &str| {
        Plan::authority(name)
            .with(authority_info_access(
                Some("http://pki.test/ocsp"),
                Some("http://pki.test/circle"),
            ))
            .with(extension(
                id::CRL_DISTRIBUTION_POINTS,
                false,
                write::sequence(&points),
            ))
    };
    // Two authorities that certify each other, and no anchor.
    let one = Made::root(plan("один"));
    let two = one.issue(plan("два"));
    let leaf = two.issue(plan("лист"));
    let maze = Maze {
        body: two.certificate.der().to_vec(),
        asked: RefCell::default(),
    };
    let known = Evidence {
        certificates: vec![one.certificate.clone()],
        ..Evidence::default()
    };
    gather(&leaf.certificate, &Trust::default(), &known, &maze, now(), &[]);
    let asked = maze.asked.borrow();
    assert_eq!(asked.len(), kabinet_pki::MAX_FETCHES, "stopped by the limit");
    let circle = asked.iter().filter(|url| url.ends_with("circle")).count();
    assert_eq!(circle, 1);
}

#[test]
fn deltas_are_fetched_after_the_list_and_in_any_form() {
    use kabinet_pki::oid::extension as id;
    use kabinet_pki::tlv::write;

    use crate::made::{Made, Plan, extension};

    let points = |url: &str| {
        let url = write::context(6, url.as_bytes());
        let name = write::context_constructed(0, &write::context_constructed(0, &url));
        write::sequence(&[write::sequence(&[name])])
    };
    let root = Made::root(Plan::authority("корень"));
    let leaf = root.issue(
        Plan::named("лист")
            .with(extension(
                id::CRL_DISTRIBUTION_POINTS,
                false,
                points("http://pki.test/list"),
            ))
            .with(extension(
                id::FRESHEST_CRL,
                false,
                points("http://pki.test/delta"),
            )),
    );
    let authority = Authority::new("p256"); // only for its directory
    authority.write("list.der", root.crl().der());
    authority.openssl(&["crl", "-inform", "DER", "-in", "list.der", "-out", "list.pem"]);
    let maze = Maze {
        body: authority.read("list.pem"),
        asked: RefCell::default(),
    };
    let trust = Trust {
        anchors: vec![root.certificate.clone()],
        intermediates: Vec::new(),
    };
    let judged = |evidence: &Evidence| validate(&leaf.certificate, &trust, evidence, now(), Purpose::Any);
    let before = judged(&Evidence::default());
    assert_eq!(
        before.to_fetch(),
        ["http://pki.test/list", "http://pki.test/delta"]
    );
    let gathered = gather(&leaf.certificate, &trust, &Evidence::default(), &maze, now(), &[]);
    assert_eq!(
        *maze.asked.borrow(),
        ["http://pki.test/list", "http://pki.test/delta"]
    );
    let after = judged(&gathered.evidence);
    assert!(after.is_valid() && after.to_fetch().is_empty(), "{after:?}");
}
