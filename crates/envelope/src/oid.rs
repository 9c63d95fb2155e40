//! Object identifiers of envelopes.

use kabinet_pki::Oid;

const fn oid(text: &str) -> Oid {
    Oid::new_unwrap(text)
}

/// id-envelopedData (RFC 5652 §6.1).
pub(crate) const ENVELOPED_DATA: Oid = oid("1.2.840.113549.1.7.3");

/// id-Gost28147-89 (RFC 4357 §8.1).
pub(crate) const GOST_28147: Oid = oid("1.2.643.2.2.21");
/// id-gostr3412-2015-magma-ctracpkm (R 1323565.1.025-2019).
pub(crate) const MAGMA_CTR_ACPKM: Oid = oid("1.2.643.7.1.1.5.1.1");
/// id-gostr3412-2015-magma-ctracpkm-omac.
pub(crate) const MAGMA_CTR_ACPKM_OMAC: Oid = oid("1.2.643.7.1.1.5.1.2");
/// id-gostr3412-2015-kuznyechik-ctracpkm.
pub(crate) const KUZNYECHIK_CTR_ACPKM: Oid = oid("1.2.643.7.1.1.5.2.1");
/// id-gostr3412-2015-kuznyechik-ctracpkm-omac.
pub(crate) const KUZNYECHIK_CTR_ACPKM_OMAC: Oid = oid("1.2.643.7.1.1.5.2.2");
/// The unprotected attribute with the code of the content.
pub(crate) const CONTENT_MAC: Oid = oid("1.2.643.7.1.0.6.1.1");

/// id-tc26-agreement-gost-3410-2012-256.
pub(crate) const AGREEMENT_256: Oid = oid("1.2.643.7.1.1.6.1");
/// id-tc26-agreement-gost-3410-2012-512.
pub(crate) const AGREEMENT_512: Oid = oid("1.2.643.7.1.1.6.2");
/// id-gostr3412-2015-magma-wrap-kexp15.
pub(crate) const MAGMA_KEXP15: Oid = oid("1.2.643.7.1.1.7.1.1");
/// id-gostr3412-2015-kuznyechik-wrap-kexp15.
pub(crate) const KUZNYECHIK_KEXP15: Oid = oid("1.2.643.7.1.1.7.2.1");
/// id-Gost28147-89-None-KeyWrap (RFC 4357 §10.2).
pub(crate) const NONE_KEY_WRAP: Oid = oid("1.2.643.2.2.13.0");
/// id-Gost28147-89-CryptoPro-KeyWrap.
pub(crate) const CRYPTO_PRO_KEY_WRAP: Oid = oid("1.2.643.2.2.13.1");
