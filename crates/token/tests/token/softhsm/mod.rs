//! SoftHSM, Debian's build: RSA and P-256, judged by OpenSSL and pkcs11-tool.

mod hsm;
mod keys;

use kabinet_token::{KeySeen, SignEvent, SignMechanism, TokenError};

use crate::support::*;
pub(crate) use hsm::MODULE;
use hsm::{PIN, SoftHsm};

#[tokio::test]
async fn a_scan_shows_certificates_with_their_keys_and_the_pin_state() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    let token = scan
        .tokens
        .iter()
        .find(|token| token.label == "kabinet")
        .expect("the token");
    assert!(!token.passive && token.pin.login_required && !token.pin.locked && !token.pin.on_device);
    assert_eq!((token.pin.min_len, token.pin.max_len), (4, 255));
    assert_eq!(
        token.mechanisms,
        [SignMechanism::RsaPkcs1, SignMechanism::EcdsaP256]
    );
    assert!(
        scan.tokens.iter().any(|token| token.passive),
        "SoftHSM's empty slot cannot sign"
    );
    let seen = |label| {
        let certificate = labelled(&scan, label);
        (certificate.mechanism, certificate.key)
    };
    assert_eq!(seen("rsa"), (Some(SignMechanism::RsaPkcs1), KeySeen::ById));
    assert_eq!(seen("ec"), (Some(SignMechanism::EcdsaP256), KeySeen::ById));
    assert_eq!(
        seen("moved"),
        (Some(SignMechanism::EcdsaP256), KeySeen::ByPublicKey)
    );
    assert_eq!(seen("bare"), (Some(SignMechanism::EcdsaP256), KeySeen::No));
    assert_eq!(
        labelled(&scan, "rsa").der,
        std::fs::read(hsm.file("rsa", "der")).expect("read")
    );
    assert_eq!(
        labelled(&scan, "rsa").fingerprint.to_vec(),
        sha256(&labelled(&scan, "rsa").der)
    );
    let (_, info) = tokens.introduce().await.pop().expect("one module");
    assert_eq!(info.expect("it introduces itself").manufacturer, "SoftHSM");
}

#[tokio::test]
async fn signatures_of_a_batch_verify_and_come_one_by_one() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let messages: Vec<Vec<u8>> = (0..3)
        .map(|number| format!("report {number}").into_bytes())
        .collect();
    let inputs = messages.iter().map(|message| digest_info(message)).collect();
    let signatures = tokens
        .sign(
            job(labelled(&scan, "rsa"), SignMechanism::RsaPkcs1, inputs),
            pin(PIN),
        )
        .await;
    for (message, signature) in messages.iter().zip(signatures.expect("signed")) {
        assert!(verified_by_openssl(hsm.path(), "rsa", message, &signature));
        assert!(!verified_by_openssl(hsm.path(), "rsa", b"another", &signature));
    }
    for name in ["ec", "moved"] {
        let inputs: Vec<_> = messages.iter().map(|message| sha256(message)).collect();
        let mut events = Vec::new();
        let job = job(labelled(&scan, name), SignMechanism::EcdsaP256, inputs);
        tokens
            .sign_each(job, pin(PIN), |event| events.push(event))
            .await
            .expect("signed");
        assert_eq!(events[0], SignEvent::LoggedIn);
        assert_eq!(events.len(), 4);
        for (event, (number, message)) in events[1..].iter().zip(messages.iter().enumerate()) {
            let SignEvent::Signed { index, signature } = event else {
                panic!("{event:?}")
            };
            assert_eq!(*index, number);
            assert!(verified_by_openssl(
                hsm.path(),
                name,
                message,
                &ecdsa_der(signature)
            ));
        }
    }
}

#[tokio::test]
async fn a_wrong_pin_is_told_with_the_state_after_it_and_the_right_one_still_works() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let job = job(
        labelled(&scan, "ec"),
        SignMechanism::EcdsaP256,
        vec![sha256(b"x")],
    );
    let error = tokens
        .sign(job.clone(), pin("87654321"))
        .await
        .expect_err("wrong");
    let TokenError::PinIncorrect { state } = &error else {
        panic!("{error:?}")
    };
    assert!(state.count_low && !state.locked);
    assert!(error.is_retriable());
    assert_eq!(error.code(), "token.pin-incorrect");
    tokens.sign(job.clone(), pin(PIN)).await.expect("the right PIN");
    assert_eq!(tokens.sign(job, None).await, Err(TokenError::PinRequired));
}

#[tokio::test]
async fn what_can_be_refused_early_never_spends_an_attempt() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let ec = labelled(&scan, "ec");
    let good = job(ec, SignMechanism::EcdsaP256, vec![sha256(b"x")]);
    let wrong = || pin("00000000");
    for short in ["", "123"] {
        let answer = tokens.sign(good.clone(), pin(short)).await;
        assert_eq!(answer, Err(TokenError::PinLength { min: 4, max: 255 }));
    }
    let long = "1".repeat(256);
    assert_eq!(
        tokens.sign(good.clone(), pin(&long)).await,
        Err(TokenError::PinLength { min: 4, max: 255 })
    );

    let mut odd = good.clone();
    odd.inputs = vec![vec![1; 31]];
    assert_eq!(tokens.sign(odd, wrong()).await, Err(TokenError::InputUnsuitable));

    let mut other_key = good.clone();
    other_key.mechanism = SignMechanism::Gost256;
    assert_eq!(
        tokens.sign(other_key, wrong()).await,
        Err(TokenError::MechanismUnsupported)
    );

    let mut elsewhere = good.clone();
    elsewhere.token.serial = "no such token".into();
    assert_eq!(
        tokens.sign(elsewhere, wrong()).await,
        Err(TokenError::TokenNotFound)
    );

    let mut stranger = good.clone();
    stranger.token.module = "/nowhere/module.so".into();
    assert_eq!(
        tokens.sign(stranger, wrong()).await,
        Err(TokenError::ModuleUnknown)
    );

    tokens.close().await;
    hsm.tool(&["--delete-object", "--type", "cert", "--id", "02"]);
    assert_eq!(
        tokens.sign(good, wrong()).await,
        Err(TokenError::CertificateNotFound)
    );

    let after = tokens.scan().await;
    let token = after
        .tokens
        .iter()
        .find(|token| token.label == "kabinet")
        .expect("the token");
    assert!(
        !token.pin.count_low,
        "SoftHSM sets the flag after any wrong attempt"
    );
}

#[tokio::test]
async fn a_certificate_without_a_key_is_found_out_after_the_login() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let scan = tokens.scan().await;
    let job = job(
        labelled(&scan, "bare"),
        SignMechanism::EcdsaP256,
        vec![sha256(b"x")],
    );
    assert_eq!(tokens.sign(job, pin(PIN)).await, Err(TokenError::KeyNotFound));
}
