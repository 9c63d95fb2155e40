//! Time stamps of `openssl ts`.

use kabinet_pki::tsp::{
    self, MessageImprint, ResponseError, TimeStampRequest, TokenError, TstInfo, verify_token,
};
use kabinet_pki::{DigestAlgorithm, Evidence, Oid, Status};
use time::Duration;
use time::macros::datetime;

use crate::authority::{Authority, now};

const STAMPED: &[u8] = b"signature value";

fn stamp(authority: &Authority, digest: DigestAlgorithm) -> Vec<u8> {
    let request = TimeStampRequest {
        imprint: MessageImprint::new(digest, digest.digest(STAMPED)),
        policy: None,
        nonce: Some(vec![0x80, 1, 2, 3]),
        certificate_wanted: true,
    };
    assert_eq!(TimeStampRequest::from_der(&request.to_der()), Ok(request.clone()));
    authority.answer("tsa", &request)
}

#[test]
fn a_stamp_is_good_for_what_it_stamps_and_nothing_else() {
    let authority = Authority::new("gost512-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    for digest in [
        DigestAlgorithm::Streebog256,
        DigestAlgorithm::Streebog512,
        DigestAlgorithm::Sha256,
    ] {
        let token = stamp(&authority, digest);
        let stamp = verify_token(&token, STAMPED, &trust, &evidence, now()).expect("genuine");
        assert_eq!(stamp.chain.status, Status::Valid, "{:?}", stamp.chain);
        assert_eq!(stamp.nonce.as_deref(), Some(&[0x80, 1, 2, 3][..]));
        assert_eq!(stamp.accuracy, Some(Duration::seconds(1)));
        assert!((now() - stamp.time).abs() < Duration::minutes(1));
        let other = verify_token(&token, b"something else", &trust, &evidence, now());
        assert_eq!(other.map(|_| ()), Err(TokenError::ImprintDiffers));
        let unknown = verify_token(&token, STAMPED, &Default::default(), &Evidence::default(), now());
        assert_ne!(unknown.expect("still a token").chain.status, Status::Valid);
    }
}

#[test]
fn one_changed_bit_in_a_token_is_never_genuine() {
    let authority = Authority::new("gost512-a");
    authority.issue("tsa", "gost256-cryptopro-a", "/CN=TSA", "v3_tsa");
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let token = stamp(&authority, DigestAlgorithm::Streebog256);
    let genuine = verify_token(&token, STAMPED, &trust, &evidence, now()).expect("genuine");
    let (mut refused, mut accepted) = (0, 0);
    for bit in (0..token.len() * 8).step_by(3) {
        let mut changed = token.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        match verify_token(&changed, STAMPED, &trust, &evidence, now()) {
            // Versions, digestAlgorithms and spare certificates are not signed: what is said must not change.
            Ok(stamp) if stamp.chain.is_valid() => {
                assert_eq!(
                    (stamp.time, &stamp.serial),
                    (genuine.time, &genuine.serial),
                    "bit {bit}"
                );
                accepted += 1;
            }
            _ => refused += 1,
        }
    }
    assert!(refused > accepted, "{refused} refused, {accepted} accepted");
}

#[test]
fn answers_are_written_as_they_are_read() {
    let info = TstInfo {
        policy: Oid::new_unwrap("1.2.643.2.2.38.4"),
        imprint: MessageImprint::new(DigestAlgorithm::Streebog256, vec![1; 32]),
        serial: vec![0xff, 1],
        time: datetime!(2026-11-22 20:10:40 UTC),
        accuracy: Some(Duration::milliseconds(1500)),
        ordering: true,
        nonce: Some(vec![0x81]),
        unsupported: false,
    };
    assert_eq!(TstInfo::from_der(&info.to_der()), Ok(info.clone()));
    let refusal = tsp::read_response(&tsp::refused(15));
    assert_eq!(
        refusal,
        Err(ResponseError::Refused {
            status: 2,
            text: Vec::new(),
            failure: 1 << 15
        })
    );
    assert_eq!(tsp::read_response(&tsp::granted(&[0x30, 0])), Ok(vec![0x30, 0]));
}
