//! What this crate issues, judged by `openssl`.

use std::convert::Infallible;

use kabinet_gost::{ParameterSet, SecretKey};
use kabinet_pki::issue::{self, CertificateRequest, CrlRequest};
use kabinet_pki::ocsp::{CertId, CertStatus, OcspAnswer, SingleResponse};
use kabinet_pki::oid::{algorithm, attribute, usage};
use kabinet_pki::{
    BasicConstraints, Certificate, Crl, DigestAlgorithm, DistinguishedName, Evidence, KeyUsage, Purpose,
    RevocationReason, Trust, validate,
};
use time::Duration;

use crate::authority::{Authority, now};

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    use base64ct::{Base64, Encoding as _};
    let body = Base64::encode_string(der);
    let lines: Vec<&str> = body
        .as_bytes()
        .chunks(64)
        .filter_map(|line| std::str::from_utf8(line).ok())
        .collect();
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    )
    .into_bytes()
}

fn signer(key: &SecretKey) -> impl Fn(&[u8]) -> Result<Vec<u8>, Infallible> + '_ {
    |tbs| {
        Ok(key
            .sign_digest(&DigestAlgorithm::Streebog512.digest(tbs))
            .expect("a digest of the right length")
            .octets()
            .to_vec())
    }
}

#[test]
fn openssl_accepts_certificates_lists_and_answers_issued_here() {
    let shell = Authority::new("rsa"); // only for its directory
    let set = ParameterSet::ALL
        .into_iter()
        .find(|set| set.size() == kabinet_gost::KeySize::Bits512);
    let key = SecretKey::generate(set.expect("there are 512-bit sets")).expect("random");
    let spki = key.public_key().to_spki_der().expect("encodable");
    let name = DistinguishedName::from_attributes(&[
        (attribute::COUNTRY, "RU"),
        (attribute::COMMON_NAME, "Учебный УЦ"),
        (attribute::INN_LE, "7707083893"),
    ]);
    let with = |algorithm| {
        move |request: CertificateRequest, key: &SecretKey| {
            let Ok(der) = request.sign(&algorithm, signer(key));
            Certificate::from_der(&der).expect("readable")
        }
    };
    let issue = with(algorithm::GOST512_WITH_STREEBOG512);
    let root = issue(
        CertificateRequest {
            serial: vec![1],
            issuer: name.clone(),
            subject: name.clone(),
            not_before: now() - Duration::days(1),
            not_after: now() + Duration::days(3650),
            spki: spki.clone(),
            extensions: vec![
                issue::basic_constraints(BasicConstraints {
                    ca: true,
                    path_len: Some(0),
                }),
                issue::key_usage(KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN)),
                issue::subject_key_id(&issue::key_id(&spki)),
            ],
        },
        &key,
    );
    let leaf = issue(
        CertificateRequest {
            serial: vec![0x80, 2],
            issuer: name.clone(),
            subject: DistinguishedName::from_attributes(&[(attribute::COMMON_NAME, "Иванов")]),
            not_before: now() - Duration::days(1),
            not_after: now() + Duration::days(365),
            spki: spki.clone(),
            extensions: vec![
                issue::key_usage(KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION)),
                issue::extended_key_usage(&[usage::CLIENT_AUTH, usage::EMAIL_PROTECTION], false),
                issue::authority_key_id_of(&root).expect("written above"),
                issue::crl_distribution_point("http://pki.test/ca.crl"),
                issue::authority_info_access(Some("http://pki.test/ocsp"), Some("http://pki.test/ca.crt")),
            ],
        },
        &key,
    );
    let list = |revoked| {
        let request = CrlRequest {
            issuer: name.clone(),
            authority_key_id: root.subject_key_id().map(<[u8]>::to_vec),
            number: 300,
            this_update: now() - Duration::minutes(5),
            next_update: now() + Duration::days(7),
            revoked,
        };
        let Ok(der) = request.sign(&algorithm::GOST512_WITH_STREEBOG512, signer(&key));
        Crl::from_der(&der).expect("readable")
    };
    shell.write("root.pem", &pem("CERTIFICATE", root.der()));
    shell.write("leaf.pem", &pem("CERTIFICATE", leaf.der()));
    let verify = [
        "verify",
        "-x509_strict",
        "-CAfile",
        "root.pem",
        "-CRLfile",
        "list.pem",
        "-crl_check",
        "leaf.pem",
    ];

    let empty = list(Vec::new());
    shell.write("list.pem", &pem("X509 CRL", empty.der()));
    shell.openssl(&verify);
    let trust = Trust {
        anchors: vec![root.clone()],
        intermediates: Vec::new(),
    };
    let judge = |crl: Crl| {
        validate(
            &leaf,
            &trust,
            &Evidence {
                crls: vec![crl],
                ..Evidence::default()
            },
            now(),
            Purpose::Signature,
        )
    };
    assert!(judge(empty).is_valid());

    let revoked_at = now() - Duration::minutes(10);
    let revoking = list(vec![(
        leaf.serial().to_vec(),
        revoked_at,
        RevocationReason::KeyCompromise,
    )]);
    shell.write("list.pem", &pem("X509 CRL", revoking.der()));
    let output = shell.try_openssl(&verify);
    assert!(String::from_utf8_lossy(&output.stderr).contains("certificate revoked"));
    assert!(!judge(revoking).is_valid());

    for (status, told) in [
        (CertStatus::Good, "leaf.pem: good"),
        (
            CertStatus::Revoked {
                at: revoked_at,
                reason: RevocationReason::Superseded,
            },
            "leaf.pem: revoked",
        ),
    ] {
        let answer = OcspAnswer {
            produced_at: now(),
            responses: vec![SingleResponse {
                cert_id: CertId::new(DigestAlgorithm::Sha1, &leaf, &root),
                status,
                this_update: now(),
                next_update: Some(now() + Duration::hours(1)),
                archive_cutoff: None,
                unsupported: false,
            }],
            nonce: Some(vec![9; 16]),
        };
        let Ok(der) = answer.sign(&root, &algorithm::GOST512_WITH_STREEBOG512, signer(&key));
        shell.write("answer.der", &der);
        let said = shell.openssl(&[
            "ocsp",
            "-respin",
            "answer.der",
            "-issuer",
            "root.pem",
            "-cert",
            "leaf.pem",
            "-CAfile",
            "root.pem",
            "-no_nonce",
        ]);
        assert!(String::from_utf8_lossy(&said).contains(told));
    }
}
