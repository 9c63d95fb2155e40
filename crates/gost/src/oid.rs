//! Object identifiers of keys, digests and signatures (RFC 9215, R 1323565.1.023).

use der::asn1::ObjectIdentifier;

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// id-tc26-gost3410-12-256: a 256-bit key.
pub const KEY_256: ObjectIdentifier = oid("1.2.643.7.1.1.1.1");
/// id-tc26-gost3410-12-512: a 512-bit key.
pub const KEY_512: ObjectIdentifier = oid("1.2.643.7.1.1.1.2");
/// id-GostR3410-2001: a key of the older standard (RFC 4357).
pub const KEY_2001: ObjectIdentifier = oid("1.2.643.2.2.19");
/// id-GostR3411-94: GOST R 34.11-94.
pub const GOST_94: ObjectIdentifier = oid("1.2.643.2.2.9");
/// id-GostR3411-94-CryptoProParamSet: its parameters in keys.
pub const GOST_94_CRYPTO_PRO: ObjectIdentifier = oid("1.2.643.2.2.30.1");
/// id-GostR3411-94-with-GostR3410-2001.
pub const SIGN_WITH_GOST_94: ObjectIdentifier = oid("1.2.643.2.2.3");
/// id-tc26-gost3411-12-256: Streebog-256.
pub const STREEBOG_256: ObjectIdentifier = oid("1.2.643.7.1.1.2.2");
/// id-tc26-gost3411-12-512: Streebog-512.
pub const STREEBOG_512: ObjectIdentifier = oid("1.2.643.7.1.1.2.3");
/// id-tc26-signwithdigest-gost3410-12-256.
pub const SIGN_WITH_DIGEST_256: ObjectIdentifier = oid("1.2.643.7.1.1.3.2");
/// id-tc26-signwithdigest-gost3410-12-512.
pub const SIGN_WITH_DIGEST_512: ObjectIdentifier = oid("1.2.643.7.1.1.3.3");
/// id-tc26-hmac-gost-3411-12-256.
pub const HMAC_STREEBOG_256: ObjectIdentifier = oid("1.2.643.7.1.1.4.1");
/// id-tc26-hmac-gost-3411-12-512.
pub const HMAC_STREEBOG_512: ObjectIdentifier = oid("1.2.643.7.1.1.4.2");

/// id-GostR3410-2001-CryptoPro-A-ParamSet (RFC 4357).
pub const CRYPTO_PRO_A: ObjectIdentifier = oid("1.2.643.2.2.35.1");
/// id-GostR3410-2001-CryptoPro-B-ParamSet.
pub const CRYPTO_PRO_B: ObjectIdentifier = oid("1.2.643.2.2.35.2");
/// id-GostR3410-2001-CryptoPro-C-ParamSet.
pub const CRYPTO_PRO_C: ObjectIdentifier = oid("1.2.643.2.2.35.3");
/// id-GostR3410-2001-CryptoPro-XchA-ParamSet: the curve of A.
pub const CRYPTO_PRO_XCH_A: ObjectIdentifier = oid("1.2.643.2.2.36.0");
/// id-GostR3410-2001-CryptoPro-XchB-ParamSet: the curve of C.
pub const CRYPTO_PRO_XCH_B: ObjectIdentifier = oid("1.2.643.2.2.36.1");
/// id-tc26-gost-3410-2012-256-paramSetA (RFC 7836).
pub const TC26_256_A: ObjectIdentifier = oid("1.2.643.7.1.2.1.1.1");
/// id-tc26-gost-3410-2012-256-paramSetB: the curve of CryptoPro-A (RFC 9215).
pub const TC26_256_B: ObjectIdentifier = oid("1.2.643.7.1.2.1.1.2");
/// id-tc26-gost-3410-2012-256-paramSetC: the curve of CryptoPro-B.
pub const TC26_256_C: ObjectIdentifier = oid("1.2.643.7.1.2.1.1.3");
/// id-tc26-gost-3410-2012-256-paramSetD: the curve of CryptoPro-C.
pub const TC26_256_D: ObjectIdentifier = oid("1.2.643.7.1.2.1.1.4");
/// id-tc26-gost-3410-12-512-paramSetA (RFC 7836).
pub const TC26_512_A: ObjectIdentifier = oid("1.2.643.7.1.2.1.2.1");
/// id-tc26-gost-3410-12-512-paramSetB.
pub const TC26_512_B: ObjectIdentifier = oid("1.2.643.7.1.2.1.2.2");
/// id-tc26-gost-3410-2012-512-paramSetC.
pub const TC26_512_C: ObjectIdentifier = oid("1.2.643.7.1.2.1.2.3");
