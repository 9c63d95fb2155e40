//! Mechanism numbers by name, for display only: nothing is decided by a name.

use cryptoki_sys as ck;

/// Names of `CKM_…` numbers. Those of TC26's vendor range (0xD4321000 and above) are the ones on which the headers of Rutoken,
/// JaCarta and OpenSC agree: from 0xD4321028 on vendors give one number different meanings.
const NAMES: &[(ck::CK_MECHANISM_TYPE, &str)] = &[
    (ck::CKM_GOSTR3410_KEY_PAIR_GEN, "CKM_GOSTR3410_KEY_PAIR_GEN"),
    (ck::CKM_GOSTR3410, "CKM_GOSTR3410"),
    (ck::CKM_GOSTR3410_WITH_GOSTR3411, "CKM_GOSTR3410_WITH_GOSTR3411"),
    (ck::CKM_GOSTR3410_KEY_WRAP, "CKM_GOSTR3410_KEY_WRAP"),
    (ck::CKM_GOSTR3410_DERIVE, "CKM_GOSTR3410_DERIVE"),
    (ck::CKM_GOSTR3411, "CKM_GOSTR3411"),
    (ck::CKM_GOSTR3411_HMAC, "CKM_GOSTR3411_HMAC"),
    (ck::CKM_GOST28147_KEY_GEN, "CKM_GOST28147_KEY_GEN"),
    (ck::CKM_GOST28147_ECB, "CKM_GOST28147_ECB"),
    (ck::CKM_GOST28147, "CKM_GOST28147"),
    (ck::CKM_GOST28147_MAC, "CKM_GOST28147_MAC"),
    (ck::CKM_GOST28147_KEY_WRAP, "CKM_GOST28147_KEY_WRAP"),
    (0xD432_1005, "CKM_GOSTR3410_512_KEY_PAIR_GEN"),
    (0xD432_1006, "CKM_GOSTR3410_512"),
    (0xD432_1007, "CKM_GOSTR3410_12_DERIVE"),
    (0xD432_1008, "CKM_GOSTR3410_WITH_GOSTR3411_12_256"),
    (0xD432_1009, "CKM_GOSTR3410_WITH_GOSTR3411_12_512"),
    (0xD432_100A, "CKM_GOSTR3410_PUBLIC_KEY_DERIVE"),
    (0xD432_1012, "CKM_GOSTR3411_12_256"),
    (0xD432_1013, "CKM_GOSTR3411_12_512"),
    (0xD432_1014, "CKM_GOSTR3411_12_256_HMAC"),
    (0xD432_1015, "CKM_GOSTR3411_12_512_HMAC"),
    (0xD432_1025, "CKM_KDF_4357"),
    (0xD432_1026, "CKM_KDF_GOSTR3411_2012_256"),
    (ck::CKM_RSA_PKCS_KEY_PAIR_GEN, "CKM_RSA_PKCS_KEY_PAIR_GEN"),
    (ck::CKM_RSA_PKCS, "CKM_RSA_PKCS"),
    (ck::CKM_SHA256_RSA_PKCS, "CKM_SHA256_RSA_PKCS"),
    (ck::CKM_RSA_PKCS_PSS, "CKM_RSA_PKCS_PSS"),
    (ck::CKM_EC_KEY_PAIR_GEN, "CKM_EC_KEY_PAIR_GEN"),
    (ck::CKM_ECDSA, "CKM_ECDSA"),
];

/// The name of a mechanism, such as `CKM_GOSTR3410_512` for 0xD4321006; `None` where the number has none, or several.
pub fn mechanism_name(number: u64) -> Option<&'static str> {
    let number = ck::CK_MECHANISM_TYPE::try_from(number).ok()?;
    NAMES
        .iter()
        .find(|(known, _)| *known == number)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_russian_tokens_have_names_and_the_disputed_ones_none() {
        assert_eq!(mechanism_name(0x1201), Some("CKM_GOSTR3410"));
        assert_eq!(mechanism_name(0xD432_1006), Some("CKM_GOSTR3410_512"));
        assert_eq!(
            mechanism_name(0xD432_1008),
            Some("CKM_GOSTR3410_WITH_GOSTR3411_12_256")
        );
        // TLS functions on JaCarta, block ciphers on Rutoken.
        assert_eq!(mechanism_name(0xD432_1030), None);
        assert_eq!(mechanism_name(u64::MAX), None);
    }

    #[test]
    fn every_number_and_every_name_stands_once() {
        for (position, (number, name)) in NAMES.iter().enumerate() {
            let rest = &NAMES[position + 1..];
            assert!(!rest.iter().any(|(other, _)| other == number), "{number:#x}");
            assert!(!rest.iter().any(|(_, other)| other == name), "{name}");
        }
    }
}
