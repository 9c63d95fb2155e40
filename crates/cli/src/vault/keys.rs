//! `vault recovery-code|passphrase|keychain`: what opens the vault.

use std::process::ExitCode;
use std::sync::PoisonError;

use kabinet_app::App;
use kabinet_app::view::{self, AppState, Proof, ProtectionChange};
use serde_json::json;

use super::{Done, given};
use crate::arguments::{Arguments, Keychain, Passphrase, RecoveryCode};
use crate::local::app;
use crate::output::{DONE, Output};
use crate::secrets::{Given, Outcome};

pub async fn recovery_code(arguments: &Arguments, output: &Output, asked: &RecoveryCode) -> Done {
    let Some(target) = &asked.out else {
        let given = given(arguments, false)?;
        return change(arguments, output, given, ProtectionChange::RemoveRecoveryCode).await;
    };
    let outcome = Outcome::default();
    let given = given(arguments, false)?.with_new_code(target.clone(), outcome.clone());
    let done = change(arguments, output, given, ProtectionChange::MakeRecoveryCode).await;
    let written = outcome.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (done, written) {
        // The core knows only that nobody kept the code.
        (Err(_), Some(Err(failure))) => Err(failure),
        (Err(error), Some(Ok(()))) => {
            // It opens nothing.
            std::fs::remove_file(target)?;
            Err(error)
        }
        (done, _) => done,
    }
}

pub async fn passphrase(arguments: &Arguments, output: &Output, asked: &Passphrase) -> Done {
    let new = asked.new_passphrase_file.as_deref();
    let given = given(arguments, false)?.with_new_passphrase(new)?;
    let wanted = match new {
        Some(_) => ProtectionChange::SetPassphrase,
        None => ProtectionChange::RemovePassphrase,
    };
    change(arguments, output, given, wanted).await
}

pub async fn keychain(arguments: &Arguments, output: &Output, asked: &Keychain) -> Done {
    let wanted = match asked.add {
        true => ProtectionChange::AddKeychain,
        false => ProtectionChange::RemoveKeychain,
    };
    change(arguments, output, given(arguments, false)?, wanted).await
}

async fn change(arguments: &Arguments, output: &Output, given: Given, wanted: ProtectionChange) -> Done {
    let app: App = app(arguments, &[], given)?;
    app.unlock_alone().await?;
    // By the passphrase: who gave a recovery code instead is asked for that.
    let state = app.change_protection(wanted, Proof::Passphrase).await?;
    Ok(told(output, &state))
}

fn told(output: &Output, state: &AppState) -> ExitCode {
    let value = json!({ "protection": state.protection, "recoveryCode": state.recovery_code });
    let lines = || {
        let protection = state.protection.map(|protection| words(output, protection));
        let params = [("protection".to_owned(), protection.unwrap_or_default())].into();
        vec![
            output.text("cli.vault.protection", &params),
            about_code(output, state.recovery_code.as_deref()),
        ]
    };
    output.result(&value, lines, DONE)
}

/// What opens the vault every day.
pub fn words(output: &Output, protection: view::Protection) -> String {
    let name = match protection {
        view::Protection::Keychain => "keychain",
        view::Protection::Passphrase => "passphrase",
        view::Protection::Both => "both",
    };
    output.texts().plain(&format!("ui.settings.protections.{name}"))
}

/// Whether there is a recovery code, and of when.
pub fn about_code(output: &Output, made: Option<&str>) -> String {
    match made {
        Some(made) => output.text(
            "cli.vault.recovery-code",
            &[("made".to_owned(), made.to_owned())].into(),
        ),
        None => output.texts().plain("cli.vault.no-recovery-code"),
    }
}
