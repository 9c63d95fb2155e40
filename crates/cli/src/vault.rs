//! The vault as a whole: made, looked at, checked, and the organisations in it.

mod keys;

use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use kabinet_app::view::{self, NewOrganisation, OrganisationCheck, VaultInfo};
use kabinet_app::{App, AppError};
use serde_json::json;

use crate::arguments::{Arguments, CreateVault, Organisation, Protection, Vault};
use crate::files;
use crate::journal::verdict;
use crate::local::app;
use crate::output::{DONE, INVALID, Output};
use crate::secrets::{Given, first_line};

type Done = Result<ExitCode, AppError>;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Vault) -> Done {
    match asked {
        Vault::Create(create) => self::create(arguments, output, create).await,
        Vault::Info => info(arguments, output).await,
        Vault::Verify => verify(arguments, output).await,
        Vault::RecoveryCode(asked) => keys::recovery_code(arguments, output, asked).await,
        Vault::Passphrase(asked) => keys::passphrase(arguments, output, asked).await,
        Vault::Keychain(asked) => keys::keychain(arguments, output, asked).await,
    }
}

/// What opens the vault, as the command line says, and the PIN.
pub fn given(arguments: &Arguments, pin_stdin: bool) -> Result<Given, AppError> {
    let given = Given::new(pin_stdin, arguments.passphrase_file.clone())?;
    Ok(given.with_recovery_code(arguments.recovery_code_file.clone()))
}

/// The core with its vault still closed.
pub fn closed(arguments: &Arguments) -> Result<App, AppError> {
    app(arguments, &[], given(arguments, false)?)
}

/// The core with its vault open and the organisation last chosen entered.
pub async fn opened(arguments: &Arguments, modules: &[PathBuf], pin_stdin: bool) -> Result<App, AppError> {
    let app = app(arguments, modules, given(arguments, pin_stdin)?)?;
    app.unlock().await?;
    Ok(app)
}

/// The core with its vault open and no organisation entered.
pub async fn opened_alone(arguments: &Arguments) -> Result<App, AppError> {
    let app = closed(arguments)?;
    app.unlock_alone().await?;
    Ok(app)
}

async fn create(arguments: &Arguments, output: &Output, create: &CreateVault) -> Done {
    let app = closed(arguments)?;
    let request = view::CreateVault {
        environment: create.environment.into(),
        protection: match create.protection {
            Protection::Keychain => view::Protection::Keychain,
            Protection::Passphrase => view::Protection::Passphrase,
            Protection::Both => view::Protection::Both,
        },
    };
    let state = app.create_vault(request).await?;
    Ok(output.result(
        &state,
        || vec![output.text("cli.vault-created", &Default::default())],
        DONE,
    ))
}

async fn info(arguments: &Arguments, output: &Output) -> Done {
    let app = closed(arguments)?;
    // Asked first: it says whether there is a vault at all.
    let closed = app.vault_info().await?;
    let info = match app.unlock_alone().await {
        Ok(()) => app.vault_info().await?,
        // Nobody gave a passphrase or a code, so nobody expects what takes one.
        Err(_) if arguments.passphrase_file.is_none() && arguments.recovery_code_file.is_none() => closed,
        Err(error) => return Err(error),
    };
    Ok(output.result(&info, || info_lines(output, &info), DONE))
}

fn info_lines(output: &Output, info: &VaultInfo) -> Vec<String> {
    let params = [
        ("path", info.path.clone()),
        ("id", info.id.clone()),
        ("program", info.program.clone()),
        ("version", info.database_version.to_string()),
        ("protection", keys::words(output, info.protection)),
        ("kilobytes", info.size.div_ceil(1024).to_string()),
    ];
    let params = params.map(|(name, value)| (name.to_owned(), value)).into();
    let mut lines: Vec<String> = ["place", "versions", "size"]
        .map(|key| output.text(&format!("cli.vault.{key}"), &params))
        .into();
    lines.push(keys::about_code(output, info.recovery_code.as_deref()));
    lines.push(match &info.last_backup {
        Some(backup) => output.text(
            "cli.vault.last-backup",
            &[("taken".to_owned(), backup.taken.clone())].into(),
        ),
        None => output.texts().plain("cli.vault.no-backup"),
    });
    let Some(organisations) = &info.organisations else {
        lines.push(output.texts().plain("cli.vault.closed"));
        return lines;
    };
    lines.extend(organisations.iter().map(|organisation| {
        let params = [
            ("name", organisation.name.clone()),
            ("inn", organisation.inn.clone()),
            ("documents", organisation.documents.to_string()),
            ("entries", organisation.entries.to_string()),
        ];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into();
        output.text("cli.vault.organisation", &params)
    }));
    lines
}

async fn verify(arguments: &Arguments, output: &Output) -> Done {
    let app = opened_alone(arguments).await?;
    let check = app.verify_vault().await?;
    let code = if check.is_whole() { DONE } else { INVALID };
    let value = json!({ "whole": check.is_whole(), "organisations": check.organisations });
    let lines = || {
        let verdict = if check.is_whole() {
            "cli.whole"
        } else {
            "cli.damaged"
        };
        std::iter::once(output.texts().plain(verdict))
            .chain(
                check
                    .organisations
                    .iter()
                    .flat_map(|one| check_lines(output, one)),
            )
            .collect()
    };
    Ok(output.result(&value, lines, code))
}

fn check_lines(output: &Output, check: &OrganisationCheck) -> Vec<String> {
    let mut lines = vec![format!("{}  {}", check.inn, check.name)];
    if let Some(error) = &check.error {
        lines.extend(output.error_lines(error));
    }
    let Some(integrity) = &check.integrity else {
        return lines;
    };
    let params = [
        ("documents", integrity.documents.to_string()),
        ("contents", integrity.contents.to_string()),
        ("kilobytes", integrity.bytes.div_ceil(1024).to_string()),
        ("entries", integrity.journal.entries.to_string()),
    ];
    let params = params.map(|(name, value)| (name.to_owned(), value)).into();
    lines.push(output.text("cli.vault.checked", &params));
    if integrity.journal.broken_at.is_some() {
        lines.extend(verdict(output, &integrity.journal));
    }
    let damaged = integrity.damaged.iter();
    lines.extend(damaged.map(|file| format!("{}  {}", file.document_id, file.name)));
    lines
}

pub async fn add_organisation(arguments: &Arguments, output: &Output, new: &Organisation) -> Done {
    let app = opened(arguments, &[], false).await?;
    let api_key = match &new.api_key_file {
        Some(path) => Some(first_line(&mut BufReader::new(files::open(path)?))?.to_string()),
        None => None,
    };
    let state = app
        .add_organisation(NewOrganisation {
            name: new.name.clone(),
            inn: new.inn.clone(),
            ogrn: new.ogrn.clone(),
            kpp: new.kpp.clone(),
            region: new.region.clone(),
            api_key,
        })
        .await?;
    Ok(output.result(&state, || vec![new.name.clone()], DONE))
}
