//! How the demo people sign in at ЕСИА, the information systems it knows, and the certificates of its tokens.

use std::fs;
use std::path::{Path, PathBuf};

use super::index::{AccountEntry, Membership, SecondFactor, SystemEntry};
use super::{DemoError, PKI_FOLDER};
use crate::esia::rs256;

/// Stem of the files of the system with a key of its own.
pub(super) const SYSTEM: &str = "system";
/// Stem of the files of the key that signs tokens after a rotation.
pub(crate) const NEXT_TOKEN_SIGNER: &str = "token-signer-next";

/// The program itself, which can keep no secret, and a system of an organisation, which has a key.
pub(super) fn systems() -> Vec<SystemEntry> {
    vec![
        SystemEntry {
            client_id: "KABINET_DEMO".into(),
            redirects: vec!["http://127.0.0.1:*/esia".into()],
            public: true,
            certificate: None,
        },
        SystemEntry {
            client_id: "KABINET_SYSTEM".into(),
            redirects: vec![
                "http://127.0.0.1:*/esia".into(),
                "https://system.example/esia".into(),
            ],
            public: false,
            certificate: Some(Path::new(PKI_FOLDER).join(format!("{SYSTEM}.cer"))),
        },
    ]
}

/// One account for each way of confirming a sign-in. The numbers are of no operator.
pub(super) fn accounts() -> Vec<AccountEntry> {
    let account = |employee: &str, phone: &str, email: &str, password: &str| AccountEntry {
        employee: employee.into(),
        phone: phone.into(),
        email: email.into(),
        password: password.into(),
        second_factor: SecondFactor::Sms,
        totp_secret: None,
        confirmed: true,
        also_in: vec![],
    };
    let in_another = |active| Membership {
        organisation: "lopukh".into(),
        active,
    };
    vec![
        AccountEntry {
            also_in: vec![in_another(false)],
            ..account(
                "accountant",
                "+70000000201",
                "lyutikova@romashka.example",
                "Ромашка-Лютик-201!",
            )
        },
        AccountEntry {
            second_factor: SecondFactor::App,
            totp_secret: Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into()),
            also_in: vec![in_another(true)],
            ..account(
                "director",
                "+70000000202",
                "vasilkov@romashka.example",
                "Ромашка-Василёк-202!",
            )
        },
        AccountEntry {
            second_factor: SecondFactor::None,
            confirmed: false,
            ..account(
                "stranger",
                "+70000000203",
                "repeynikov@lopukh.example",
                "Лопух-Репейник-203!",
            )
        },
        account(
            "beekeeper",
            "+70000000204",
            "pchelnikova@klever.example",
            "Клевер-Пчела-204!",
        ),
        account(
            "representative",
            "+70000000205",
            "landysheva@romashka.example",
            "Ромашка-Ландыш-205!",
        ),
        account(
            "storekeeper",
            "+70000000206",
            "klyonov@romashka.example",
            "Ромашка-Клён-206!",
        ),
    ]
}

/// The certificate of now, the next one, and that of RS256; the last is written down here.
pub(super) fn esia_certificates(dir: &Path) -> Result<Vec<PathBuf>, DemoError> {
    let folder = Path::new(PKI_FOLDER);
    let rs256 = folder.join(rs256::CERTIFICATE_FILE);
    fs::write(dir.join(&rs256), rs256::certificate()?)?;
    Ok(vec![
        folder.join("token-signer.cer"),
        folder.join(format!("{NEXT_TOKEN_SIGNER}.cer")),
        rs256,
    ])
}
