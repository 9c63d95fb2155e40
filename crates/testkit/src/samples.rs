//! The sample documents of `assets/samples`.

use std::path::{Path, PathBuf};

/// A right «акт сверки».
pub const AKT: &str = "ON_AKTSVEROTP_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c01.xml";
/// The same form with seven mistakes.
pub const AKT_INVALID: &str = "ON_AKTSVEROTP_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c02.xml";
/// A right УПД.
pub const UPD: &str = "ON_NSCHFDOPPR_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250316_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c03_0_0_0_0_0_00.xml";

/// Path of a sample.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets/samples")
        .join(name)
        .canonicalize()
        .unwrap()
}

/// `trans` and `req` of the СФР sample, in this order.
pub fn sfr_pair() -> [PathBuf; 2] {
    ["trans", "req"].map(|part| sample(&format!("{part}_8f8b7e4b-dec8-4dac-8a02-3dcde44d4fb2.xml")))
}
