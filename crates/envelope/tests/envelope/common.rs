//! Recipients and small helpers.

use base64ct::{Base64, Encoding};
use kabinet_gost::{ParameterSet, SecretKey};
use kabinet_pki::Oid;
use kabinet_pki::tlv::{Tlv, write};

/// Octets of the one block of a PEM text.
pub fn pem(text: &str) -> Vec<u8> {
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&body).expect("base64")
}

/// Octets without a visible pattern, the same each time.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .collect()
}

/// A holder of a key and of a certificate nobody signed.
pub struct Holder {
    pub certificate: Vec<u8>,
    pub secret: SecretKey,
}

impl Holder {
    pub fn new(set: ParameterSet) -> Self {
        let name = write::sequence(&[write::set_of(vec![write::sequence(&[
            write::oid(&Oid::new_unwrap("2.5.4.3")),
            write::utf8_string("Получатель"),
        ])])]);
        Self::with_name(SecretKey::generate(set).unwrap(), &name, &[7])
    }

    /// With an issuer's name in DER and a serial number.
    pub fn with_name(secret: SecretKey, issuer: &[u8], serial: &[u8]) -> Self {
        let spki = secret.public_key().to_spki_der().unwrap();
        let algorithm = write::sequence(&[write::oid(&Oid::new_unwrap("1.2.643.7.1.1.3.2"))]);
        let time = write::value(kabinet_pki::tlv::tag::UTC_TIME, b"260101000000Z");
        let body = write::sequence(&[
            write::integer(serial),
            algorithm.clone(),
            issuer.to_vec(),
            write::sequence(&[time.clone(), time]),
            issuer.to_vec(),
            spki,
        ]);
        let certificate = write::sequence(&[body, algorithm, write::bit_string(&[0; 64])]);
        assert!(Tlv::from_der(&certificate).is_ok());
        Self { certificate, secret }
    }
}
