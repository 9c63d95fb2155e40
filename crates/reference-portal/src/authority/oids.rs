//! Object identifiers by the documents that define them.

use der::asn1::ObjectIdentifier as Oid;

const fn oid(text: &str) -> Oid {
    Oid::new_unwrap(text)
}

// X.520 attributes.
pub(crate) const COMMON_NAME: Oid = oid("2.5.4.3");
pub(crate) const SURNAME: Oid = oid("2.5.4.4");
pub(crate) const COUNTRY: Oid = oid("2.5.4.6");
pub(crate) const LOCALITY: Oid = oid("2.5.4.7");
pub(crate) const STATE: Oid = oid("2.5.4.8");
pub(crate) const STREET: Oid = oid("2.5.4.9");
pub(crate) const ORGANISATION: Oid = oid("2.5.4.10");
pub(crate) const TITLE: Oid = oid("2.5.4.12");
pub(crate) const GIVEN_NAME: Oid = oid("2.5.4.42");
pub(crate) const EMAIL: Oid = oid("1.2.840.113549.1.9.1");

// Приказ ФСБ № 795: attributes of a qualified certificate.
pub(crate) const OGRN: Oid = oid("1.2.643.100.1");
pub(crate) const SNILS: Oid = oid("1.2.643.100.3");
pub(crate) const INN_LE: Oid = oid("1.2.643.100.4");
pub(crate) const INN: Oid = oid("1.2.643.3.131.1.1");
pub(crate) const SUBJECT_SIGN_TOOL: Oid = oid("1.2.643.100.111");
pub(crate) const ISSUER_SIGN_TOOL: Oid = oid("1.2.643.100.112");
pub(crate) const IDENTIFICATION_KIND: Oid = oid("1.2.643.100.114");
pub(crate) const POLICY_KC1: Oid = oid("1.2.643.100.113.1");
pub(crate) const POLICY_KC2: Oid = oid("1.2.643.100.113.2");

// RFC 5280 extensions.
pub(crate) const SUBJECT_KEY_ID: Oid = oid("2.5.29.14");
pub(crate) const KEY_USAGE: Oid = oid("2.5.29.15");
pub(crate) const BASIC_CONSTRAINTS: Oid = oid("2.5.29.19");
pub(crate) const CRL_NUMBER: Oid = oid("2.5.29.20");
pub(crate) const CRL_REASON: Oid = oid("2.5.29.21");
pub(crate) const CRL_DISTRIBUTION_POINTS: Oid = oid("2.5.29.31");
pub(crate) const CERTIFICATE_POLICIES: Oid = oid("2.5.29.32");
pub(crate) const AUTHORITY_KEY_ID: Oid = oid("2.5.29.35");
pub(crate) const EXTENDED_KEY_USAGE: Oid = oid("2.5.29.37");
pub(crate) const AUTHORITY_INFO_ACCESS: Oid = oid("1.3.6.1.5.5.7.1.1");
pub(crate) const ACCESS_OCSP: Oid = oid("1.3.6.1.5.5.7.48.1");
pub(crate) const ACCESS_CA_ISSUERS: Oid = oid("1.3.6.1.5.5.7.48.2");
pub(crate) const PURPOSE_CLIENT_AUTH: Oid = oid("1.3.6.1.5.5.7.3.2");
pub(crate) const PURPOSE_EMAIL: Oid = oid("1.3.6.1.5.5.7.3.4");
pub(crate) const PURPOSE_TIME_STAMPING: Oid = oid("1.3.6.1.5.5.7.3.8");
pub(crate) const PURPOSE_OCSP_SIGNING: Oid = oid("1.3.6.1.5.5.7.3.9");

// RFC 6960.
pub(crate) const OCSP_BASIC: Oid = oid("1.3.6.1.5.5.7.48.1.1");
pub(crate) const OCSP_NONCE: Oid = oid("1.3.6.1.5.5.7.48.1.2");
pub(crate) const OCSP_NO_CHECK: Oid = oid("1.3.6.1.5.5.7.48.1.5");

// RFC 5652, 5035, 3161.
pub(crate) const DATA: Oid = oid("1.2.840.113549.1.7.1");
pub(crate) const SIGNED_DATA: Oid = oid("1.2.840.113549.1.7.2");
pub(crate) const CONTENT_TYPE: Oid = oid("1.2.840.113549.1.9.3");
pub(crate) const MESSAGE_DIGEST: Oid = oid("1.2.840.113549.1.9.4");
pub(crate) const SIGNING_TIME: Oid = oid("1.2.840.113549.1.9.5");
pub(crate) const SIGNING_CERTIFICATE_V2: Oid = oid("1.2.840.113549.1.9.16.2.47");
pub(crate) const TST_INFO: Oid = oid("1.2.840.113549.1.9.16.1.4");
/// Policy named in our time stamps: the one the Russian test service uses.
pub(crate) const TSA_POLICY: Oid = oid("1.2.643.2.2.38.4");

// Digests (RFC 9215, NIST, RFC 3370).
pub(crate) const STREEBOG_256: Oid = oid("1.2.643.7.1.1.2.2");
pub(crate) const STREEBOG_512: Oid = oid("1.2.643.7.1.1.2.3");
pub(crate) const SHA_256: Oid = oid("2.16.840.1.101.3.4.2.1");
pub(crate) const SHA_1: Oid = oid("1.3.14.3.2.26");
