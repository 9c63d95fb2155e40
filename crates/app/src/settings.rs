//! Settings of this computer: a small file beside the vault, since the lock screen needs it too.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::environment::time_stamp_service;
use crate::upgrade::LevelError;
use crate::view::{AppState, Language, ModuleView, Settings};
use crate::{App, AppError, Event, connection};

/// Reads the file; what cannot be read, or is not there since an older version wrote it, is as the defaults are, and the
/// next save mends it.
pub(crate) fn load(file: &Path) -> Settings {
    let read = || {
        let kept = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
        let mut all = serde_json::to_value(Settings::default()).ok()?;
        lay_over(&mut all, kept);
        serde_json::from_value(all).ok()
    };
    read().unwrap_or_default()
}

fn lay_over(base: &mut Value, kept: Value) {
    match (base, kept) {
        (Value::Object(base), Value::Object(kept)) => {
            for (name, value) in kept {
                lay_over(base.entry(name).or_insert(Value::Null), value);
            }
        }
        (base, kept) => *base = kept,
    }
}

fn save(file: &Path, settings: &Settings) -> Result<(), AppError> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let new = file.with_extension("json.new");
    std::fs::write(
        &new,
        serde_json::to_vec_pretty(settings).map_err(std::io::Error::other)?,
    )?;
    std::fs::rename(&new, file)?;
    Ok(())
}

/// Whether the file is a library this program can load.
fn check(module: &Path) -> Result<(), AppError> {
    kabinet_token::check_module_file(module).map_err(kabinet_token::TokenError::from)?;
    Ok(())
}

impl App {
    /// Stores the settings. The list of modules stays as it is: a library to load is chosen in the system's own
    /// dialog ([`add_module`](Self::add_module)), never named by the window.
    ///
    /// # Errors
    /// [`LevelError::StampServiceAddress`], [`AppError::Setup`] for an address of the connection that cannot be used; [`AppError::Io`] when the file cannot be written; the settings stay as they were.
    pub async fn save_settings(&self, settings: Settings) -> Result<AppState, AppError> {
        for address in &settings.time_stamp_services {
            let url = reqwest::Url::parse(address).ok();
            if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
                return Err(AppError::Level(LevelError::StampServiceAddress(address.clone())));
            }
        }
        connection::route(&settings.connection)?;
        let before = self.settings();
        let moved = before.connection != settings.connection;
        let state = self
            .store_settings(Settings {
                modules: before.modules,
                ..settings
            })
            .await?;
        if !moved {
            return Ok(state);
        }
        self.reconnect().await?;
        Ok(self.state().await)
    }

    async fn store_settings(&self, settings: Settings) -> Result<AppState, AppError> {
        save(&self.config().settings_file, &settings)?;
        self.replace_settings(settings);
        self.tell(Event::StateChanged);
        Ok(self.state().await)
    }

    /// Time stamp services: that of the demo portal, then those of the user. None is published for the real portal.
    pub(crate) async fn time_stamp_services(&self) -> Vec<String> {
        let environment = self.current().await.ok().map(|current| current.environment());
        let own = environment.and_then(|environment| time_stamp_service(environment, self.config()));
        own.into_iter()
            .chain(self.settings().time_stamp_services)
            .collect()
    }

    /// Language of the interface.
    pub fn language(&self) -> Language {
        self.settings().language
    }

    /// PKCS#11 modules the program would load: those the catalogue finds and the user's own.
    ///
    /// # Errors
    /// None of its own; a module that cannot be used carries its error.
    pub async fn modules(&self) -> Result<Vec<ModuleView>, AppError> {
        let own = self.settings().modules;
        Ok(self
            .token_modules()
            .into_iter()
            .map(|module| ModuleView {
                own: own.iter().any(|path| Path::new(path) == module.path),
                error: check(&module.path).err().map(Into::into),
                name: module.name,
                path: module.path.display().to_string(),
            })
            .collect())
    }

    /// Adds a module by path.
    ///
    /// # Errors
    /// A [`kabinet_token::TokenError`] when the file is no library for this computer.
    pub async fn add_module(&self, path: PathBuf) -> Result<(), AppError> {
        check(&path)?;
        let mut settings = self.settings();
        let path = path.display().to_string();
        if !settings.modules.contains(&path) {
            settings.modules.push(path);
        }
        self.store_settings(settings).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_an_older_version_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.json");
        for (text, expected) in [
            (r#"{"language":"en","theme":"dark"}"#, Language::En),
            (
                r#"{"language":"en","connection":{"onlyTls13":true}}"#,
                Language::En,
            ),
            (r#"{"language":"elvish"}"#, Language::Ru),
            ("[]", Language::Ru),
            ("", Language::Ru),
        ] {
            std::fs::write(&file, text).unwrap();
            let settings = load(&file);
            assert_eq!(
                (settings.language, settings.lock_after_minutes),
                (expected, 15),
                "{text}"
            );
        }
    }
}
