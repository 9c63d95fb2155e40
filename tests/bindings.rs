//! The commands and types the window is built against are those of the program.

use std::path::Path;

use specta_typescript::Typescript;

/// Writes the bindings and compares them with those committed. `KABINET_WRITE_BINDINGS=1` renews the committed ones.
#[test]
fn the_window_is_built_against_the_commands_of_this_program() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings/index.ts");
    let folder = tempfile::tempdir().unwrap();
    let fresh = folder.path().join("index.ts");
    kabinet_shell::builder()
        .export(
            Typescript::default().header("// Generated from the commands of the program; do not edit."),
            &fresh,
        )
        .unwrap();
    let fresh = std::fs::read_to_string(fresh).unwrap();
    if std::env::var_os("KABINET_WRITE_BINDINGS").is_some() {
        std::fs::write(&committed, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(committed).unwrap();
    assert!(
        fresh == committed,
        "ui/src/bindings/index.ts is stale: run `./dev bindings`"
    );
}

/// The list the build script reads is the list of commands.
#[test]
fn every_command_is_declared_and_only_the_secret_window_may_take_a_secret() {
    let declared: Vec<&str> = include_str!("../src-tauri/commands.txt").lines().collect();
    let bindings =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings/index.ts"))
            .unwrap();
    for command in &declared {
        assert!(
            bindings.contains(&format!("\"{command}\"")),
            "{command} is declared but does not exist"
        );
    }
    let invoked = bindings.matches("__TAURI_INVOKE").count();
    assert!(invoked > declared.len(), "a command is not declared");
    let config: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let capabilities = config["app"]["security"]["capabilities"].as_array().unwrap();
    let permissions = |window: &str| -> Vec<String> {
        capabilities
            .iter()
            .filter(|capability| {
                capability["windows"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|name| name == window)
            })
            .flat_map(|capability| capability["permissions"].as_array().unwrap().iter())
            .map(|permission| permission.as_str().unwrap().to_owned())
            .collect()
    };
    let secret = permissions("secret");
    // One takes a secret; the others take none: a file is chosen, a way of confirming, or a code is sent again.
    assert_eq!(
        secret,
        [
            "allow-submit-secret",
            "allow-save-code",
            "allow-choose-factor",
            "allow-resend-code"
        ]
    );
    let main = permissions("main");
    for command in declared {
        let permission = format!("allow-{}", command.replace('_', "-"));
        assert_ne!(
            main.contains(&permission),
            secret.contains(&permission),
            "{command} is for one window"
        );
    }
}
