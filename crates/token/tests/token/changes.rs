//! What our client changes on tokens: PINs, new keys with their requests, issued certificates. Requests are judged, and
//! certificates issued, by OpenSSL.

use kabinet_token::key_file::KeyAlgorithm;
use kabinet_token::{KeyOrder, KeySeen, PinState, PukState, SignMechanism, Token, TokenError, Tokens};

use crate::softtoken::{Drawer, PIN, PUK, WRONG, rutoken};
use crate::support::*;

const NEW: &str = "13572468";

async fn only_token(tokens: &Tokens) -> Token {
    let mut scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    assert_eq!(scan.tokens.len(), 1);
    scan.tokens.remove(0)
}

async fn pin_state(tokens: &Tokens) -> PinState {
    only_token(tokens).await.pin
}

/// Whether the token takes this PIN; spends an attempt if it does not.
async fn takes(tokens: &Tokens, digits: &str) -> bool {
    let token = only_token(tokens).await.address;
    tokens
        .change_pin(&token, pin(digits), pin(digits), false)
        .await
        .is_ok()
}

fn order(algorithm: KeyAlgorithm) -> KeyOrder {
    KeyOrder {
        algorithm,
        label: "Новый ключ".into(),
        // CN=Иванова, UTF8String.
        subject: hex::decode("30193117301506035504030c0ed098d0b2d0b0d0bdd0bed0b2d0b0").expect("hex"),
        extensions: Vec::new(),
    }
}

fn gost(size: kabinet_token::key_file::KeySize, set: &str) -> KeyAlgorithm {
    KeyAlgorithm::gost(size, set).expect("a known set")
}

#[tokio::test]
async fn a_pin_is_changed_by_its_owner_and_a_wrong_old_one_costs_one_attempt() {
    let drawer = Drawer::new(rutoken(), &[]);
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    let refused = tokens
        .change_pin(&token, pin(WRONG), pin(NEW), false)
        .await
        .expect_err("a wrong old PIN");
    assert!(matches!(&refused, TokenError::PinIncorrect { state } if state.count_low && !state.final_try));
    assert_eq!(
        tokens.change_pin(&token, pin(PIN), pin("1"), false).await,
        Err(TokenError::PinLength { min: 6, max: 249 }),
        "refused before the token saw it"
    );
    assert!(pin_state(&tokens).await.count_low, "nothing was spent on it");
    tokens
        .change_pin(&token, pin(PIN), pin(NEW), false)
        .await
        .expect("changed");
    assert!(!pin_state(&tokens).await.count_low);
    assert!(takes(&tokens, NEW).await);
    assert!(!takes(&tokens, PIN).await);
}

#[tokio::test]
async fn the_last_attempt_is_not_spent_on_a_change_unless_the_person_knows() {
    let drawer = Drawer::new(rutoken(), &[]);
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    for _ in 0..2 {
        let _ = tokens.change_pin(&token, pin(WRONG), pin(NEW), false).await;
    }
    assert!(pin_state(&tokens).await.final_try);
    assert_eq!(
        tokens.change_pin(&token, pin(PIN), pin(NEW), false).await,
        Err(TokenError::PinFinalTry)
    );
    assert!(pin_state(&tokens).await.final_try);
    assert_eq!(tokens.change_pin(&token, pin(PIN), pin(NEW), true).await, Ok(()));
}

#[tokio::test]
async fn a_locked_pin_is_unblocked_with_the_puk_and_the_keys_stay() {
    let drawer = Drawer::new(rutoken(), &[("director", "gost2012_256", "A")]);
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    for _ in 0..3 {
        let _ = tokens.change_pin(&token, pin(WRONG), pin(NEW), true).await;
    }
    assert!(pin_state(&tokens).await.locked);
    assert_eq!(
        tokens.change_pin(&token, pin(PIN), pin(NEW), true).await,
        Err(TokenError::PinLocked)
    );
    let refused = tokens.unblock(&token, pin(WRONG), pin(NEW), false).await;
    assert_eq!(refused.expect_err("a wrong PUK").code(), "token.puk-incorrect");
    let puk = only_token(&tokens).await.puk;
    assert_eq!(
        puk,
        PukState {
            count_low: true,
            ..PukState::default()
        }
    );
    tokens
        .unblock(&token, pin(PUK), pin(NEW), false)
        .await
        .expect("unblocked");
    assert_eq!(only_token(&tokens).await.puk, PukState::default());
    let scan = tokens.scan().await;
    let digest = vec![1; 32];
    let job = job(labelled(&scan, "director"), SignMechanism::Gost256, vec![digest]);
    assert!(tokens.sign(job, pin(NEW)).await.is_ok());
}

#[tokio::test]
async fn the_last_puk_is_not_spent_unless_the_person_knows_and_a_locked_one_says_what_it_means() {
    let drawer = Drawer::new(rutoken(), &[]);
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    for _ in 0..2 {
        let _ = tokens.unblock(&token, pin(WRONG), pin(NEW), false).await;
    }
    assert!(only_token(&tokens).await.puk.final_try);
    assert_eq!(
        tokens.unblock(&token, pin(WRONG), pin(NEW), false).await,
        Err(TokenError::PukFinalTry)
    );
    assert_eq!(
        tokens.unblock(&token, pin(WRONG), pin(NEW), true).await,
        Err(TokenError::PukLocked)
    );
    assert_eq!(
        tokens.unblock(&token, pin(PUK), pin(NEW), true).await,
        Err(TokenError::PukLocked)
    );
}

#[tokio::test]
async fn a_key_is_made_on_the_token_and_its_issued_certificate_comes_back_to_it() {
    use kabinet_token::key_file::KeySize::{Bits256, Bits512};
    for (algorithm, mechanism, digest) in [
        (gost(Bits256, "tc26-b"), SignMechanism::Gost256, "-md_gost12_256"),
        (gost(Bits512, "tc26-a"), SignMechanism::Gost512, "-md_gost12_512"),
    ] {
        let drawer = Drawer::new(rutoken(), &[]);
        let tokens = drawer.tokens();
        let token = only_token(&tokens).await;
        assert!(token.key_pairs.contains(&mechanism));
        let request = tokens
            .make_key(&token.address, order(algorithm), pin(PIN), false)
            .await
            .expect("made");
        std::fs::write(drawer.file("request.der"), &request).expect("written");
        let file = |name: &str| text(&drawer.file(name)).to_owned();
        let request = file("request.der");
        drawer.openssl(
            &["req", "-inform", "DER", "-in", &request, "-verify", "-noout"],
            b"",
        );
        let lone = tokens.scan().await.lone_keys;
        assert_eq!(lone.len(), 1, "the key waits for its certificate: {lone:?}");
        assert_eq!(lone[0].label, "Новый ключ");

        let certificate = issue(&drawer, &request);
        tokens
            .import_certificate(&token.address, certificate.clone(), pin(PIN), false)
            .await
            .expect("imported");
        tokens
            .import_certificate(&token.address, certificate.clone(), pin(PIN), false)
            .await
            .expect("a second time changes nothing");
        let scan = tokens.scan().await;
        assert_eq!(scan.lone_keys, []);
        assert_eq!(scan.certificates.len(), 1);
        assert_eq!(scan.certificates[0].der, certificate);
        assert_eq!(scan.certificates[0].key, KeySeen::ById);

        let message = b"report";
        let hash = drawer.openssl(&["dgst", digest, "-binary"], message);
        let job = job(&scan.certificates[0], mechanism, vec![hash]);
        let signature = tokens.sign(job, pin(PIN)).await.expect("signed").remove(0);
        let (public, issued) = (file("issued.pub"), file("issued.crt"));
        drawer.openssl(
            &[
                "x509", "-in", &issued, "-inform", "DER", "-noout", "-pubkey", "-out", &public,
            ],
            b"",
        );
        assert!(drawer.verified("issued", digest, message, &signature));
    }
}

/// A certificate for the request from an authority made for it, DER, also in `issued.crt`.
fn issue(drawer: &Drawer, request: &str) -> Vec<u8> {
    let file = |name: &str| text(&drawer.file(name)).to_owned();
    let (key, authority, issued) = (file("ca.key"), file("ca.crt"), file("issued.crt"));
    drawer.openssl(
        &[
            "req",
            "-x509",
            "-new",
            "-newkey",
            "gost2012_256",
            "-pkeyopt",
            "paramset:A",
            "-nodes",
            "-keyout",
            &key,
            "-subj",
            "/CN=authority",
            "-out",
            &authority,
        ],
        b"",
    );
    drawer.openssl(
        &[
            "x509",
            "-req",
            "-in",
            request,
            "-inform",
            "DER",
            "-CA",
            &authority,
            "-CAkey",
            &key,
            "-set_serial",
            "77",
            "-days",
            "30",
            "-outform",
            "DER",
            "-out",
            &issued,
        ],
        b"",
    );
    std::fs::read(issued).expect("read")
}

#[tokio::test]
async fn a_certificate_of_another_key_is_not_written() {
    let drawer = Drawer::new(rutoken(), &[("own", "gost2012_256", "A")]);
    let other = Drawer::new(rutoken(), &[("other", "gost2012_256", "A")]);
    let der = other.tokens().scan().await.certificates.remove(0).der;
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    for foreign in [der, b"not a certificate".to_vec()] {
        assert_eq!(
            tokens.import_certificate(&token, foreign, pin(PIN), false).await,
            Err(TokenError::CertificateForeign)
        );
    }
    assert_eq!(tokens.scan().await.certificates.len(), 1);
}

#[tokio::test]
async fn a_key_whose_request_cannot_be_signed_does_not_stay_on_the_token() {
    let drawer = Drawer::new(rutoken(), &[]);
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    drawer.control("C_Sign.rv = 0x6\n");
    let algorithm = gost(kabinet_token::key_file::KeySize::Bits256, "tc26-b");
    let failed = tokens
        .make_key(&token, order(algorithm), pin(PIN), false)
        .await
        .expect_err("not signed");
    assert_eq!(failed.code(), "token.device");
    drawer.control("");
    assert_eq!(tokens.scan().await.lone_keys, []);
}

#[tokio::test]
async fn keys_the_token_does_not_make_are_refused_before_the_pin() {
    let drawer = Drawer::new(
        kabinet_softtoken::Profile::of_model("JaCarta GOST 2.0", "0A1B2C3D", "Бухгалтер"),
        &[],
    );
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    let algorithm = gost(kabinet_token::key_file::KeySize::Bits512, "tc26-a");
    assert_eq!(
        tokens.make_key(&token, order(algorithm), pin(WRONG), false).await,
        Err(TokenError::KeyNotMade)
    );
    assert!(!pin_state(&tokens).await.count_low, "no attempt was spent");
}

#[tokio::test]
async fn a_module_without_these_functions_says_so() {
    let drawer = Drawer::new(rutoken(), &[]);
    let tokens = drawer.tokens();
    let token = only_token(&tokens).await.address;
    drawer.control("C_SetPIN.rv = 0x54\nC_InitPIN.rv = 0x54\nC_GenerateKeyPair.rv = 0x31\n");
    assert_eq!(
        tokens.change_pin(&token, pin(PIN), pin(NEW), false).await,
        Err(TokenError::NotOffered)
    );
    assert_eq!(
        tokens.unblock(&token, pin(PUK), pin(NEW), false).await,
        Err(TokenError::NotOffered)
    );
    let algorithm = gost(kabinet_token::key_file::KeySize::Bits256, "tc26-b");
    assert_eq!(
        tokens.make_key(&token, order(algorithm), pin(PIN), false).await,
        Err(TokenError::TokenFull)
    );
}
