//! Keys, certificates and PINs that our client brings about, as other programs see them.

use kabinet_token::key_file::KeyAlgorithm;
use kabinet_token::{KeyOrder, KeySeen, SignMechanism, TokenError};

use super::hsm::{PIN, SO_PIN, SoftHsm};
use crate::support::*;

/// `<folder>/issued.{der,pub}` for a request in `request.der`, from an authority made for it.
fn issue(hsm: &SoftHsm) -> Vec<u8> {
    make_certificate(hsm.path(), "authority", P256);
    let file = |name: &str| text(&hsm.path().join(name)).to_owned();
    let [request, authority, key, issued, public] = [
        "request.der",
        "authority.der",
        "authority.key",
        "issued.der",
        "issued.pub",
    ]
    .map(file);
    let sign = [
        "x509",
        "-req",
        "-inform",
        "DER",
        "-in",
        &request,
        "-CA",
        &authority,
        "-CAform",
        "DER",
        "-CAkey",
        &key,
        "-set_serial",
        "7",
        "-outform",
        "DER",
        "-out",
        &issued,
    ];
    run("openssl", &sign, &[], b"");
    run(
        "openssl",
        &[
            "x509", "-inform", "DER", "-in", &issued, "-noout", "-pubkey", "-out", &public,
        ],
        &[],
        b"",
    );
    std::fs::read(issued).expect("read")
}

#[tokio::test]
async fn a_key_made_by_our_client_and_its_certificate_serve_openssl_and_pkcs11_tool() {
    for (algorithm, mechanism, tool) in [
        (KeyAlgorithm::P256, SignMechanism::EcdsaP256, "ECDSA"),
        (KeyAlgorithm::Rsa(2048), SignMechanism::RsaPkcs1, "RSA-PKCS"),
    ] {
        let hsm = SoftHsm::new();
        let tokens = hsm.tokens();
        let token = token_labelled(&tokens, "kabinet").await;
        assert!(token.key_pairs.contains(&mechanism));
        let order = KeyOrder {
            algorithm,
            label: "Новый ключ".into(),
            // CN=new, UTF8String.
            subject: hex::decode("300e310c300a06035504030c036e6577").expect("hex"),
            extensions: Vec::new(),
        };
        let request = tokens
            .make_key(&token.address, order, pin(PIN), false)
            .await
            .expect("made");
        std::fs::write(hsm.path().join("request.der"), &request).expect("written");
        let path = hsm.file("request", "der");
        run(
            "openssl",
            &["req", "-inform", "DER", "-in", &path, "-verify", "-noout"],
            &[],
            b"",
        );
        let certificate = issue(&hsm);
        let import = |der: &[u8]| tokens.import_certificate(&token.address, der.to_vec(), pin(PIN), false);
        import(&certificate).await.expect("imported");
        let stranger = std::fs::read(hsm.file("authority", "der")).expect("read");
        assert_eq!(import(&stranger).await, Err(TokenError::CertificateForeign));

        let scan = tokens.scan().await;
        let written = labelled(&scan, "new");
        assert_eq!((&written.der, written.key), (&certificate, KeySeen::ById));
        let message = b"report";
        let input = match mechanism {
            SignMechanism::RsaPkcs1 => digest_info(message),
            _ => sha256(message),
        };
        let signature = tokens
            .sign(job(written, mechanism, vec![input.clone()]), pin(PIN))
            .await
            .expect("signed")
            .remove(0);
        let signature = match mechanism {
            SignMechanism::RsaPkcs1 => signature,
            _ => ecdsa_der(&signature),
        };
        assert!(verified_by_openssl(hsm.path(), "issued", message, &signature));

        // Another program finds the key by the certificate's ID, and the certificate as it was written.
        let id = hex::encode(&written.id);
        let [file, signed, read] =
            ["input", "signed", "read.der"].map(|name| text(&hsm.path().join(name)).to_owned());
        std::fs::write(&file, input).expect("written");
        hsm.tool(&[
            "--sign",
            "--id",
            &id,
            "--mechanism",
            tool,
            "--signature-format",
            "openssl",
            "--input-file",
            &file,
            "--output-file",
            &signed,
        ]);
        let signed = std::fs::read(signed).expect("read");
        assert!(verified_by_openssl(hsm.path(), "issued", message, &signed));
        hsm.tool(&[
            "--read-object",
            "--type",
            "cert",
            "--id",
            &id,
            "--output-file",
            &read,
        ]);
        assert_eq!(std::fs::read(read).expect("read"), certificate);
        let keys = hsm.tool(&["--list-objects", "--type", "privkey"]);
        assert!(
            keys.contains("Новый ключ") && keys.contains("never extractable"),
            "{keys}"
        );
    }
}

#[tokio::test]
async fn a_changed_and_a_reset_pin_are_what_pkcs11_tool_logs_in_with() {
    let hsm = SoftHsm::new();
    let tokens = hsm.tokens();
    let token = token_labelled(&tokens, "kabinet").await.address;
    let refused = tokens
        .change_pin(&token, pin("00000000"), pin("13572468"), false)
        .await
        .expect_err("a wrong old PIN");
    assert_eq!(refused.code(), "token.pin-incorrect");
    tokens
        .change_pin(&token, pin(PIN), pin("13572468"), false)
        .await
        .expect("changed");
    assert!(hsm.takes("13572468") && !hsm.takes(PIN));

    let refused = tokens
        .unblock(&token, pin("00000000"), pin("24681357"), false)
        .await
        .expect_err("a wrong PUK");
    assert_eq!(refused.code(), "token.puk-incorrect");
    tokens
        .unblock(&token, pin(SO_PIN), pin("24681357"), false)
        .await
        .expect("unblocked");
    assert!(hsm.takes("24681357") && !hsm.takes("13572468"));
}
