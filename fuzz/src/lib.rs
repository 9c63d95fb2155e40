//! What the fuzz targets share: the fixed surroundings in which input is judged.
//!
//! A target is one file in `src/bin` and a folder of the same name in `corpus`. It may refuse its input, it may not
//! panic, hang or change its mind; what is decoded and encoded again must stay the same.

use kabinet_pki::{Certificate, Evidence, Trust};
use kabinet_token::Passphrase;
use time::OffsetDateTime;
use time::macros::datetime;

/// What the seeds of `signature` and `time_stamp` are about.
pub const CONTENT: &[u8] = include_bytes!("../data/content");

/// When the certificates of the seeds are good.
pub const NOW: OffsetDateTime = datetime!(2027-01-01 00:00 UTC);

/// The authorities that issued the seeds, so that judging goes all the way.
#[must_use]
pub fn trust() -> Trust {
    let read = |der: &[u8]| Certificate::from_der(der).ok();
    Trust {
        anchors: [
            read(include_bytes!("../data/openssl-ca.crt")),
            read(include_bytes!("../data/kabinet-root.crt")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        intermediates: read(include_bytes!("../data/kabinet-ca.crt"))
            .into_iter()
            .collect(),
    }
}

/// Opens the seeds of `pkcs12`, `pkcs12_inside` and `key_file`.
pub const PASSPHRASE: &str = "Пароль 1234";

/// [`PASSPHRASE`] as it is typed in.
#[must_use]
pub fn passphrase() -> Passphrase {
    Passphrase::from_bytes(PASSPHRASE.as_bytes().to_vec())
}

/// Whether no number in a DER input asks for more rounds of a derivation than 65537, which is also an exponent of RSA:
/// up to their limit they are lawful and only slow.
#[must_use]
pub fn is_cheap(input: &[u8]) -> bool {
    let costly = |window: &[u8]| match *window {
        [2, 3, a, b, c, ..] => u32::from_be_bytes([0, a, b, c]) > 65_537,
        [2, 4, a, ..] => a < 0x80,
        _ => false,
    };
    !input.windows(6).any(costly)
}

/// No more than what comes with the input.
#[must_use]
pub fn no_evidence() -> Evidence {
    Evidence::default()
}
