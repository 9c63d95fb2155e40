//! Object identifiers of attributes, extensions, algorithms and content types met on this path.

use const_oid::ObjectIdentifier as Oid;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Oid = Oid::new_unwrap($text);)*
    };
}

/// Subject attributes (X.520; приказ ФСБ № 795 for 1.2.643.*).
pub mod attribute {
    use super::Oid;
    oids! {
        /// commonName
        COMMON_NAME = "2.5.4.3";
        /// surname
        SURNAME = "2.5.4.4";
        /// countryName
        COUNTRY = "2.5.4.6";
        /// localityName
        LOCALITY = "2.5.4.7";
        /// stateOrProvinceName
        STATE = "2.5.4.8";
        /// streetAddress
        STREET = "2.5.4.9";
        /// organizationName
        ORGANISATION = "2.5.4.10";
        /// organizationalUnitName
        UNIT = "2.5.4.11";
        /// title
        TITLE = "2.5.4.12";
        /// givenName
        GIVEN_NAME = "2.5.4.42";
        /// emailAddress (PKCS #9)
        EMAIL = "1.2.840.113549.1.9.1";
        /// ОГРН
        OGRN = "1.2.643.100.1";
        /// СНИЛС
        SNILS = "1.2.643.100.3";
        /// ИНН юридического лица
        INN_LE = "1.2.643.100.4";
        /// ОГРНИП
        OGRNIP = "1.2.643.100.5";
        /// ИНН
        INN = "1.2.643.3.131.1.1";
    }
}

/// Certificate and CRL extensions (RFC 5280 §4.2, §5.2, §5.3).
pub mod extension {
    use super::Oid;
    oids! {
        /// subjectKeyIdentifier
        SUBJECT_KEY_ID = "2.5.29.14";
        /// keyUsage
        KEY_USAGE = "2.5.29.15";
        /// privateKeyUsagePeriod
        PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16";
        /// subjectAltName
        SUBJECT_ALT_NAME = "2.5.29.17";
        /// issuerAltName
        ISSUER_ALT_NAME = "2.5.29.18";
        /// basicConstraints
        BASIC_CONSTRAINTS = "2.5.29.19";
        /// cRLNumber
        CRL_NUMBER = "2.5.29.20";
        /// reasonCode
        REASON_CODE = "2.5.29.21";
        /// invalidityDate
        INVALIDITY_DATE = "2.5.29.24";
        /// deltaCRLIndicator
        DELTA_CRL = "2.5.29.27";
        /// issuingDistributionPoint
        ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
        /// certificateIssuer
        CERTIFICATE_ISSUER = "2.5.29.29";
        /// nameConstraints
        NAME_CONSTRAINTS = "2.5.29.30";
        /// cRLDistributionPoints
        CRL_DISTRIBUTION_POINTS = "2.5.29.31";
        /// certificatePolicies
        CERTIFICATE_POLICIES = "2.5.29.32";
        /// policyMappings
        POLICY_MAPPINGS = "2.5.29.33";
        /// authorityKeyIdentifier
        AUTHORITY_KEY_ID = "2.5.29.35";
        /// policyConstraints
        POLICY_CONSTRAINTS = "2.5.29.36";
        /// extKeyUsage
        EXTENDED_KEY_USAGE = "2.5.29.37";
        /// freshestCRL
        FRESHEST_CRL = "2.5.29.46";
        /// inhibitAnyPolicy
        INHIBIT_ANY_POLICY = "2.5.29.54";
        /// authorityInfoAccess
        AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
        /// anyPolicy
        ANY_POLICY = "2.5.29.32.0";
        /// expiredCertsOnCRL (X.509 §9.5.2.8)
        EXPIRED_CERTS_ON_CRL = "2.5.29.60";
        /// id-ad-ocsp
        ACCESS_OCSP = "1.3.6.1.5.5.7.48.1";
        /// id-ad-caIssuers
        ACCESS_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
        /// id-pkix-ocsp-basic
        OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
        /// id-pkix-ocsp-nonce
        OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
        /// id-pkix-ocsp-archive-cutoff
        OCSP_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6";
        /// id-pkix-ocsp-nocheck
        OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
        /// subjectSignTool (приказ ФСБ № 795)
        SUBJECT_SIGN_TOOL = "1.2.643.100.111";
        /// issuerSignTool (приказ ФСБ № 795)
        ISSUER_SIGN_TOOL = "1.2.643.100.112";
        /// identificationKind (приказ ФСБ № 795)
        IDENTIFICATION_KIND = "1.2.643.100.114";
    }
}

/// Extended key usages.
pub mod usage {
    use super::Oid;
    oids! {
        /// anyExtendedKeyUsage
        ANY = "2.5.29.37.0";
        /// id-kp-serverAuth
        SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
        /// id-kp-clientAuth
        CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
        /// id-kp-codeSigning
        CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
        /// id-kp-emailProtection
        EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
        /// id-kp-timeStamping
        TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
        /// id-kp-OCSPSigning
        OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    }
}

/// CMS content types and attributes (RFC 5652, RFC 5035, RFC 5126, RFC 3161).
pub mod cms {
    use super::Oid;
    oids! {
        /// id-data
        DATA = "1.2.840.113549.1.7.1";
        /// id-signedData
        SIGNED_DATA = "1.2.840.113549.1.7.2";
        /// id-ct-TSTInfo
        TST_INFO = "1.2.840.113549.1.9.16.1.4";
        /// contentType
        CONTENT_TYPE = "1.2.840.113549.1.9.3";
        /// messageDigest
        MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
        /// signingTime
        SIGNING_TIME = "1.2.840.113549.1.9.5";
        /// signingCertificate
        SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
        /// signingCertificateV2
        SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
        /// signatureTimeStampToken
        SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14";
        /// counterSignature
        COUNTER_SIGNATURE = "1.2.840.113549.1.9.6";
        /// CMSAlgorithmProtection (RFC 6211)
        ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52";
        /// signature-policy-identifier (RFC 5126 §5.8.1)
        SIGNATURE_POLICY = "1.2.840.113549.1.9.16.2.15";
        /// content-time-stamp
        CONTENT_TIME_STAMP = "1.2.840.113549.1.9.16.2.20";
        /// complete-certificate-references
        CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21";
        /// complete-revocation-references
        REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22";
        /// certificate-values
        CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23";
        /// revocation-values
        REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24";
        /// CAdES-C-time-stamp
        ESC_TIME_STAMP = "1.2.840.113549.1.9.16.2.25";
        /// time-stamped-certs-crls-references
        CERTS_CRLS_TIME_STAMP = "1.2.840.113549.1.9.16.2.26";
        /// archive-time-stamp of RFC 5126 §6.4.1
        ARCHIVE_TIME_STAMP_V2 = "1.2.840.113549.1.9.16.2.48";
        /// archive-time-stamp-v3 (ETSI EN 319 122-1 §5.5.3)
        ARCHIVE_TIME_STAMP_V3 = "0.4.0.1733.2.4";
        /// ats-hash-index (ETSI TS 101 733 §6.4.2)
        HASH_INDEX = "0.4.0.1733.2.5";
        /// ats-hash-index-v3 (ETSI EN 319 122-1 §5.5.2)
        HASH_INDEX_V3 = "0.4.0.19122.1.5";
        /// id-ri-ocsp-response (RFC 5940 §2)
        OTHER_REVOCATION_OCSP = "1.3.6.1.5.5.7.16.2";
    }
}

/// Digest, key and signature algorithms. GOST: RFC 9215, RFC 4491; RSA: RFC 8017; ECDSA and DSA: RFC 5480,
/// RFC 5758, RFC 3279.
pub mod algorithm {
    use super::Oid;
    oids! {
        /// SHA-1
        SHA1 = "1.3.14.3.2.26";
        /// SHA-224
        SHA224 = "2.16.840.1.101.3.4.2.4";
        /// SHA-256
        SHA256 = "2.16.840.1.101.3.4.2.1";
        /// SHA-384
        SHA384 = "2.16.840.1.101.3.4.2.2";
        /// SHA-512
        SHA512 = "2.16.840.1.101.3.4.2.3";
        /// SHA3-224 (RFC 8702 §2.1 and NIST's register)
        SHA3_224 = "2.16.840.1.101.3.4.2.7";
        /// SHA3-256
        SHA3_256 = "2.16.840.1.101.3.4.2.8";
        /// SHA3-384
        SHA3_384 = "2.16.840.1.101.3.4.2.9";
        /// SHA3-512
        SHA3_512 = "2.16.840.1.101.3.4.2.10";
        /// Streebog-256
        STREEBOG256 = "1.2.643.7.1.1.2.2";
        /// Streebog-512
        STREEBOG512 = "1.2.643.7.1.1.2.3";
        /// GOST R 34.11-94 with the CryptoPro parameters (RFC 4357)
        GOST94 = "1.2.643.2.2.9";
        /// GOST R 34.10-2001 (RFC 4491)
        GOST2001 = "1.2.643.2.2.19";
        /// GOST R 34.10-2001 with GOST R 34.11-94
        GOST2001_WITH_GOST94 = "1.2.643.2.2.3";
        /// GOST R 34.10-2012, 256 bits
        GOST256 = "1.2.643.7.1.1.1.1";
        /// GOST R 34.10-2012, 512 bits
        GOST512 = "1.2.643.7.1.1.1.2";
        /// GOST R 34.10-2012 (256) with Streebog-256
        GOST256_WITH_STREEBOG256 = "1.2.643.7.1.1.3.2";
        /// GOST R 34.10-2012 (512) with Streebog-512
        GOST512_WITH_STREEBOG512 = "1.2.643.7.1.1.3.3";
        /// rsaEncryption
        RSA = "1.2.840.113549.1.1.1";
        /// sha1WithRSAEncryption
        SHA1_WITH_RSA = "1.2.840.113549.1.1.5";
        /// id-RSASSA-PSS
        RSA_PSS = "1.2.840.113549.1.1.10";
        /// id-mgf1
        MGF1 = "1.2.840.113549.1.1.8";
        /// sha224WithRSAEncryption
        SHA224_WITH_RSA = "1.2.840.113549.1.1.14";
        /// sha256WithRSAEncryption
        SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
        /// sha384WithRSAEncryption
        SHA384_WITH_RSA = "1.2.840.113549.1.1.12";
        /// sha512WithRSAEncryption
        SHA512_WITH_RSA = "1.2.840.113549.1.1.13";
        /// id-rsassa-pkcs1-v1-5-with-sha3-224 (RFC 9688 §3.1.1)
        SHA3_224_WITH_RSA = "2.16.840.1.101.3.4.3.13";
        /// id-rsassa-pkcs1-v1-5-with-sha3-256 (RFC 9688 §3.1.1)
        SHA3_256_WITH_RSA = "2.16.840.1.101.3.4.3.14";
        /// id-rsassa-pkcs1-v1-5-with-sha3-384 (RFC 9688 §3.1.1)
        SHA3_384_WITH_RSA = "2.16.840.1.101.3.4.3.15";
        /// id-rsassa-pkcs1-v1-5-with-sha3-512 (RFC 9688 §3.1.1)
        SHA3_512_WITH_RSA = "2.16.840.1.101.3.4.3.16";
        /// id-ecPublicKey
        EC = "1.2.840.10045.2.1";
        /// prime256v1
        P256 = "1.2.840.10045.3.1.7";
        /// secp384r1
        P384 = "1.3.132.0.34";
        /// secp521r1
        P521 = "1.3.132.0.35";
        /// brainpoolP256r1 (RFC 5639)
        BRAINPOOL_P256 = "1.3.36.3.3.2.8.1.1.7";
        /// brainpoolP384r1
        BRAINPOOL_P384 = "1.3.36.3.3.2.8.1.1.11";
        /// ecdsa-with-SHA1
        ECDSA_WITH_SHA1 = "1.2.840.10045.4.1";
        /// ecdsa-with-SHA224
        ECDSA_WITH_SHA224 = "1.2.840.10045.4.3.1";
        /// ecdsa-with-SHA256
        ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
        /// ecdsa-with-SHA384
        ECDSA_WITH_SHA384 = "1.2.840.10045.4.3.3";
        /// ecdsa-with-SHA512
        ECDSA_WITH_SHA512 = "1.2.840.10045.4.3.4";
        /// id-ecdsa-with-sha3-224 (RFC 9688 §3.2.1)
        ECDSA_WITH_SHA3_224 = "2.16.840.1.101.3.4.3.9";
        /// id-ecdsa-with-sha3-256 (RFC 9688 §3.2.1)
        ECDSA_WITH_SHA3_256 = "2.16.840.1.101.3.4.3.10";
        /// id-ecdsa-with-sha3-384 (RFC 9688 §3.2.1)
        ECDSA_WITH_SHA3_384 = "2.16.840.1.101.3.4.3.11";
        /// id-ecdsa-with-sha3-512 (RFC 9688 §3.2.1)
        ECDSA_WITH_SHA3_512 = "2.16.840.1.101.3.4.3.12";
        /// id-dsa (RFC 3279 §2.3.2)
        DSA = "1.2.840.10040.4.1";
        /// id-dsa-with-sha1
        DSA_WITH_SHA1 = "1.2.840.10040.4.3";
        /// id-dsa-with-sha224 (RFC 5758 §3.1)
        DSA_WITH_SHA224 = "2.16.840.1.101.3.4.3.1";
        /// id-dsa-with-sha256
        DSA_WITH_SHA256 = "2.16.840.1.101.3.4.3.2";
    }
}
