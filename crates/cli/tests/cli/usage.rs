//! The command line itself.

use crate::kabinetctl;

#[test]
fn a_wrong_command_line_ends_with_64_and_one_json_object() {
    let ctl = kabinetctl();
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["sign"],
        &["sign", "file", "--cert", "00", "--out", "x"],
        &["hash", "--alg", "md5", "file"],
        &["verify", "file", "--at", "yesterday"],
        &["vault", "create", "--environment", "moon"],
        &["backup", "--keep", "0"],
        &["backup", "--keep", "3", "list"],
        &["archive", "list", "--limit", "0"],
        &["archive", "export", "--out", "x"],
        &["restore"],
    ] {
        let run = ctl.run(arguments, b"").expect(64);
        assert_eq!(run.error(), "cli.usage", "{arguments:?}");
    }
}

#[test]
fn without_json_the_complaint_goes_to_standard_error() {
    let run = kabinetctl().say("ru_RU.UTF-8", &["frobnicate"]).expect(64);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("frobnicate"),
        "{}",
        run.stderr
    );
}

#[test]
fn help_and_version_are_answers() {
    for argument in ["--help", "--version"] {
        let run = kabinetctl().say("ru_RU.UTF-8", &[argument]).expect(0);
        assert!(run.text().contains("kabinetctl"));
    }
}

#[test]
fn a_secret_can_only_come_from_standard_input_or_a_file() {
    let help = kabinetctl()
        .say("en_US.UTF-8", &["sign", "--help"])
        .expect(0)
        .text();
    assert!(help.contains("--pin-stdin"));
    for name in ["--pin ", "--pin=", "--passphrase ", "--password"] {
        assert!(!help.contains(name), "{name}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let program = env!("CARGO_BIN_EXE_kabinetctl");
    let script = format!("'{program}' check inn $(seq 20000) | head -n 1; exit ${{PIPESTATUS[0]}}");
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
