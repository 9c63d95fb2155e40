//! Backups of the vault: made, listed, checked, put back.

use std::path::Path;
use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::view::BackupView;
use serde_json::json;

use crate::arguments::{Arguments, Backup, BackupAction};
use crate::local::app;
use crate::output::{DONE, Output};
use crate::vault::{closed, given, opened_alone};

type Done = Result<ExitCode, AppError>;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Backup) -> Done {
    match &asked.action {
        None => make(arguments, output, asked).await,
        Some(BackupAction::List { folder }) => list(arguments, output, folder.as_deref()).await,
        Some(BackupAction::Verify { backup }) => verify(arguments, output, backup).await,
    }
}

async fn make(arguments: &Arguments, output: &Output, asked: &Backup) -> Done {
    let app = opened_alone(arguments).await?;
    let keep = asked.keep.map(|keep| keep as usize);
    let backup = app.back_up_to(asked.to.clone(), keep).await?;
    let params = [("path".to_owned(), backup.path.clone())].into();
    Ok(output.result(&backup, || vec![output.text("cli.backup.made", &params)], DONE))
}

async fn list(arguments: &Arguments, output: &Output, folder: Option<&Path>) -> Done {
    let app = closed(arguments)?;
    let backups = match folder {
        Some(folder) => app.backups_in(folder.to_owned()).await?,
        None => app.backups().await?.backups,
    };
    let lines = || backups.iter().map(|backup| line(output, backup)).collect();
    Ok(output.result(&json!({ "backups": backups }), lines, DONE))
}

async fn verify(arguments: &Arguments, output: &Output, backup: &Path) -> Done {
    let app = opened_alone(arguments).await?;
    let (backup, contents) = app.verify_backup_at(backup).await?;
    let params = [
        ("taken", backup.taken.clone()),
        ("documents", contents.documents.to_string()),
        ("contents", contents.contents.to_string()),
        ("entries", contents.entries.to_string()),
    ];
    let params = params.map(|(name, value)| (name.to_owned(), value)).into();
    let value = json!({ "backup": backup, "contents": contents });
    Ok(output.result(&value, || vec![output.text("cli.backup.sound", &params)], DONE))
}

pub async fn restore(
    arguments: &Arguments,
    output: &Output,
    backup: &Path,
    new_passphrase: Option<&Path>,
) -> Done {
    let given = given(arguments, false)?.with_new_passphrase(new_passphrase)?;
    let app = app(arguments, &[], given)?;
    let restored = app.restore_from(backup).await?;
    let params = [
        ("taken".to_owned(), restored.taken.clone()),
        ("replaced".to_owned(), restored.replaced.clone()),
    ];
    Ok(output.result(
        &restored,
        || vec![output.text("cli.backup.restored", &params.into())],
        DONE,
    ))
}

fn line(output: &Output, backup: &BackupView) -> String {
    let key = match (backup.foreign, backup.sound) {
        (true, _) => "foreign",
        (false, Some(true)) => "sound",
        (false, Some(false)) => "broken",
        (false, None) => "unchecked",
    };
    let params = [
        ("taken", backup.taken.clone()),
        ("kilobytes", backup.size_kb.to_string()),
        ("state", output.texts().plain(&format!("ui.backups.state.{key}"))),
        ("path", backup.path.clone()),
    ];
    let params = params.map(|(name, value)| (name.to_owned(), value)).into();
    output.text("cli.backup.line", &params)
}
