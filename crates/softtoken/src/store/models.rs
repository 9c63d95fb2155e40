//! Tokens of Russian vendors as their own modules describe them: vendors' headers and documents, and published
//! traces of devices. Of their mechanisms those are listed that this token has.

use super::profile::Offer;

/// A kind of token.
pub(crate) struct Model {
    /// Ours, for the command line.
    pub(crate) name: &'static str,
    pub(crate) manufacturer: &'static str,
    /// `model`; several kinds may report the same.
    pub(crate) model: &'static str,
    pub(crate) mechanisms: &'static [Offer],
    /// Shortest and longest PIN, octets.
    pub(crate) pin: (usize, usize),
    /// Wrong PINs until the lock, of the user and of the administrator.
    pub(crate) tries: (u32, u32),
    pub(crate) fixed_key_template: bool,
    pub(crate) marks_factory_pin: bool,
}

/// Without a key size: digests.
const fn digest(mechanism: u64) -> Offer {
    keys(mechanism, 0, 0)
}

const fn keys(mechanism: u64, min: u64, max: u64) -> Offer {
    Offer { mechanism, min, max }
}

/// CKM_GOSTR3410_KEY_PAIR_GEN, CKM_GOSTR3410, CKM_GOSTR3410_WITH_GOSTR3411_12_256, CKM_GOSTR3411_12_256.
const GOST_256: [Offer; 4] = [
    keys(0x1200, 256, 256),
    keys(0x1201, 256, 256),
    keys(0xD432_1008, 256, 256),
    digest(0xD432_1012),
];
/// The same with 512 bits.
const GOST_512: [Offer; 4] = [
    keys(0xD432_1005, 512, 512),
    keys(0xD432_1006, 512, 512),
    keys(0xD432_1009, 512, 512),
    digest(0xD432_1013),
];
/// CKM_EC_KEY_PAIR_GEN, CKM_ECDSA: P-256 only.
const P256: [Offer; 2] = [keys(0x1040, 256, 256), keys(0x1041, 256, 256)];

/// CKM_RSA_PKCS_KEY_PAIR_GEN, CKM_RSA_PKCS. Devices also take 512 bits, which nobody should make today.
const fn rsa(max: u64) -> [Offer; 2] {
    [keys(0x0, 1024, max), keys(0x1, 1024, max)]
}

/// Рутокен ЭЦП 3.0.
pub(crate) const RUTOKEN_ECP_3: Model = Model {
    name: "rutoken-ecp-3",
    manufacturer: "Aktiv Co.",
    model: "Rutoken ECP",
    mechanisms: {
        let ([r0, r1], [e0, e1]) = (rsa(4096), P256);
        let ([a, b, c, d], [e, f, g, h]) = (GOST_256, GOST_512);
        &[r0, r1, e0, e1, a, b, c, d, e, f, g, h]
    },
    pin: (6, 249),
    tries: (10, 10),
    fixed_key_template: false,
    marks_factory_pin: true,
};

/// Every known kind; of those that report the same model, the newest comes first.
pub(crate) const ALL: &[Model] = &[
    RUTOKEN_ECP_3,
    Model {
        name: "rutoken-ecp-2",
        mechanisms: {
            let [r0, r1] = rsa(2048);
            let ([a, b, c, d], [e, f, g, h]) = (GOST_256, GOST_512);
            &[r0, r1, a, b, c, d, e, f, g, h]
        },
        pin: (6, 32),
        ..RUTOKEN_ECP_3
    },
    Model {
        name: "rutoken-lite",
        model: "Rutoken lite",
        mechanisms: &[],
        pin: (6, 32),
        ..RUTOKEN_ECP_3
    },
    Model {
        name: "jacarta-2-gost",
        model: "JaCarta GOST 2.0",
        mechanisms: &GOST_256,
        ..JACARTA
    },
    Model {
        name: "jacarta-laser",
        model: "JaCarta Laser",
        mechanisms: {
            let ([r0, r1], [e0, e1]) = (rsa(2048), P256);
            &[r0, r1, e0, e1]
        },
        ..JACARTA
    },
    Model {
        name: "etoken-gost",
        model: "eToken GOST",
        mechanisms: {
            // No signature with Streebog on the token: the raw mechanism is all there is.
            let [generate, raw, ..] = GOST_256;
            &[generate, raw]
        },
        ..JACARTA
    },
];

/// What the applets of Aladdin have in common.
const JACARTA: Model = Model {
    name: "",
    manufacturer: "Aladdin R.D.",
    model: "",
    mechanisms: &[],
    pin: (6, 32),
    tries: (10, 10),
    fixed_key_template: true,
    marks_factory_pin: false,
};
