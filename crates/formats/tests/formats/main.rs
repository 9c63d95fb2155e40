//! The crate from outside: samples, foreign judges, refused input.

#![allow(clippy::unwrap_used)] // clippy counts only the test functions themselves as tests

mod bank;
mod checking;
mod decoding;
mod forms;
mod goskey;
mod poa;
mod recognising;
mod sfr;
mod verdicts;
mod viewing;

use std::path::PathBuf;
use std::process::Command;

pub(crate) const AKT: &str = "ON_AKTSVEROTP_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c01.xml";
pub(crate) const BAD_AKT: &str = "ON_AKTSVEROTP_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250403_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c02.xml";
pub(crate) const UPD: &str = "ON_NSCHFDOPPR_DEMO-9900000024-990001001_DEMO-9900000017-990001001_20250316_7f3c2a10-5b1d-4e0a-9c55-2f6f0a1b3c03_0_0_0_0_0_00.xml";
pub(crate) const TRANS: &str = "trans_8f8b7e4b-dec8-4dac-8a02-3dcde44d4fb2.xml";
pub(crate) const REQ: &str = "req_8f8b7e4b-dec8-4dac-8a02-3dcde44d4fb2.xml";

pub(crate) fn assets() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

pub(crate) fn sample(name: &str) -> Vec<u8> {
    std::fs::read(assets().join("samples").join(name)).expect("the sample is in assets/samples")
}

/// A sample of ФНС (windows-1251) with a piece of text replaced.
pub(crate) fn altered(name: &str, from: &str, to: &str) -> Vec<u8> {
    let text = encoding_rs::WINDOWS_1251.decode(&sample(name)).0.into_owned();
    assert!(text.contains(from), "{from}");
    encode(&text.replacen(from, to, 1))
}

pub(crate) fn encode(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

/// What xmllint has against a file by a schema of `assets/schemas`; nothing if it obeys.
pub(crate) fn xmllint(schema: &str, bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file.xml");
    std::fs::write(&path, bytes).expect("the file is written");
    let judged = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(assets().join("schemas").join(schema))
        .arg(&path)
        .output()
        .expect("xmllint judges what is written");
    (!judged.status.success()).then(|| String::from_utf8_lossy(&judged.stderr).into_owned())
}
