//! Programs that judge PDF files besides us: pyHanko, pdfsig, qpdf.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::authority::Authority;

/// Interpreter with pyHanko. `./dev test` makes it and sets the variable.
pub fn python() -> PathBuf {
    let folder = std::env::var_os("KABINET_PEERS").expect(
        "KABINET_PEERS must name a Python environment with tests/peers/requirements.txt; `./dev test` makes one",
    );
    Path::new(&folder).join("bin/python")
}

/// A script of tests/peers.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/peers")
        .join(name)
}

/// Runs a program in the authority's folder and insists on success.
fn run(authority: &Authority, command: &mut Command) -> String {
    let output = command
        .current_dir(authority.path(""))
        .env_remove("OPENSSL_CONF")
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error} (Debian: poppler-utils, qpdf)"));
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

/// Structure: qpdf finds no fault in the file.
pub fn qpdf_checks(authority: &Authority, name: &str) {
    let text = run(authority, Command::new("qpdf").args(["--check", name]));
    assert!(
        text.contains("No syntax or stream encoding errors found"),
        "{text}"
    );
}

/// What pdfsig says, certificates aside.
pub fn pdfsig(authority: &Authority, name: &str) -> String {
    run(authority, Command::new("pdfsig").args(["-nocert", name]))
}

/// What pyHanko says about the integrity of each signature of each file; `None` for one that it does not read.
pub fn pyhanko_reads(authority: &Authority, names: &[String]) -> Vec<Option<Vec<serde_json::Value>>> {
    let text = run(
        authority,
        Command::new(python()).arg(script("pdf_verdict.py")).args(names),
    );
    let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    names.iter().map(|name| all[name].as_array().cloned()).collect()
}

/// [`pyhanko_reads`] of files that it must read.
pub fn pyhanko(authority: &Authority, names: &[String]) -> Vec<Vec<serde_json::Value>> {
    let all = pyhanko_reads(authority, names).into_iter();
    all.map(|one| one.expect("pyHanko reads the file")).collect()
}

/// Signs `in.pdf` with pyHanko in every way.
pub fn pyhanko_signs(authority: &Authority) {
    run(
        authority,
        Command::new(python()).arg(script("pdf_sign.py")).arg("."),
    );
}
