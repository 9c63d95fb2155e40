//! In whose name the program asks ЕСИА: data, never part of the program (docs/adr/0024).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kabinet_domain::Environment;
use kabinet_gost::{Digest as _, SecretKey, Streebog256};
use kabinet_pki::Certificate;
use kabinet_portal::esia::{Redirect, SystemKey, SystemKeyError, SystemSettings, VerificationKeys};
use serde::Deserialize;

use crate::environment::demo_esia;
use crate::esia::SignInError;
use crate::{AppError, Config};

/// `esia.json` beside the settings: the administrator of the organisation writes down what was registered at ЕСИА.
/// Names of files are relative to it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    production: Option<WrittenSystem>,
    test: Option<WrittenSystem>,
    custom: Option<WrittenSystem>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenSystem {
    client_id: String,
    redirect: String,
    /// Where the program listens when `redirect` is a page of the organisation.
    port: Option<u16>,
    certificates: Vec<PathBuf>,
    issuer: Option<String>,
    /// `false` where ЕСИА leaves `nonce` out of ID tokens.
    nonce: Option<bool>,
    /// Key of a confidential system, PKCS#8 in PEM or DER without a passphrase, and its certificate.
    key: Option<PathBuf>,
    certificate: Option<PathBuf>,
}

/// The system of the environment; nothing where none was set up.
///
/// # Errors
/// [`SignInError::Settings`] when something was and cannot be used.
pub(super) fn of(environment: Environment, config: &Config) -> Result<Option<SystemSettings>, AppError> {
    if environment == Environment::Demo {
        return demo(config);
    }
    let file = config.esia_file();
    let Ok(text) = std::fs::read(&file) else {
        return Ok(None);
    };
    let unusable = || {
        AppError::SignIn(SignInError::Settings {
            file: file.display().to_string(),
        })
    };
    let written: Written = serde_json::from_slice(&text).map_err(|_| unusable())?;
    let system = match environment {
        Environment::Production => written.production,
        Environment::Test => written.test,
        Environment::Custom => written.custom,
        Environment::Demo => None,
    };
    let Some(system) = system else { return Ok(None) };
    read(system, file.parent().unwrap_or(Path::new("")))
        .map(Some)
        .ok_or_else(unusable)
}

fn demo(config: &Config) -> Result<Option<SystemSettings>, AppError> {
    // Demo data of older versions have no certificates of ЕСИА: then the way is not offered.
    let Some(demo) = demo_esia(config)? else {
        return Ok(None);
    };
    let system = WrittenSystem {
        client_id: demo.client_id,
        redirect: "http://127.0.0.1/esia".to_owned(),
        port: None,
        certificates: demo.certificates,
        issuer: None,
        nonce: None,
        key: None,
        certificate: None,
    };
    Ok(read(system, &config.demo_dir))
}

fn read(system: WrittenSystem, folder: &Path) -> Option<SystemSettings> {
    let files: Vec<Vec<u8>> = system
        .certificates
        .iter()
        .map(|file| std::fs::read(folder.join(file)).ok())
        .collect::<Option<_>>()?;
    let key = match (system.key, system.certificate) {
        (None, None) => None,
        (Some(key), Some(certificate)) => {
            let key: Arc<dyn SystemKey> =
                Arc::new(FileKey::read(&folder.join(key), &folder.join(certificate))?);
            Some(key)
        }
        _ => return None,
    };
    (!system.client_id.trim().is_empty()).then_some(())?;
    Some(SystemSettings {
        client_id: system.client_id,
        redirect: Redirect::new(&system.redirect, system.port).ok()?,
        key,
        verification: VerificationKeys::read(files.iter().map(Vec::as_slice)).ok()?,
        issuer: system.issuer.unwrap_or_else(|| SystemSettings::ISSUER.to_owned()),
        returns_nonce: system.nonce.unwrap_or(true),
    })
}

/// The key of the organisation's own system in a file of its administrator.
struct FileKey {
    secret: SecretKey,
    certificate: Certificate,
}

impl FileKey {
    fn read(key: &Path, certificate: &Path) -> Option<Self> {
        let octets = zeroize::Zeroizing::new(std::fs::read(key).ok()?);
        let der = match std::str::from_utf8(&octets) {
            Ok(text) => zeroize::Zeroizing::new(kabinet_pki::pem_blocks(text, "PRIVATE KEY").next()?),
            Err(_) => octets,
        };
        let secret = SecretKey::from_pkcs8_der(&der).ok()?;
        let certificate = Certificate::from_pem_or_der(&std::fs::read(certificate).ok()?).ok()?;
        let public = secret.public_key().to_spki_der().ok()?;
        let own = kabinet_gost::PublicKey::from_spki_der(certificate.spki_der()).ok()?;
        // A certificate of another key would be told by ЕСИА only, and not clearly.
        (own.to_spki_der().ok()? == public).then_some(Self { secret, certificate })
    }
}

impl SystemKey for FileKey {
    fn sign(&self, text: &[u8]) -> Result<[u8; 64], SystemKeyError> {
        let digest = Streebog256::digest(text);
        let signature = self.secret.sign_digest(&digest).map_err(|_| SystemKeyError)?;
        signature.octets().try_into().map_err(|_| SystemKeyError)
    }

    fn certificate_der(&self) -> &[u8] {
        self.certificate.der()
    }
}

#[cfg(test)]
mod tests {
    use kabinet_testkit::Authority;
    use serde_json::json;

    use super::*;

    fn home() -> (tempfile::TempDir, Config, Authority) {
        let home = tempfile::tempdir().unwrap();
        let config = Config::at(home.path()).unwrap();
        let authority = Authority::new();
        for name in ["esia", "system", "other"] {
            authority.issue(name, "gost2012_256:paramset:A");
            for extension in ["crt", "key"] {
                let file = format!("{name}.{extension}");
                std::fs::copy(authority.path(&file), home.path().join(&file)).unwrap();
            }
        }
        (home, config, authority)
    }

    fn good() -> serde_json::Value {
        json!({ "production": {
            "clientId": "ROMASHKA01", "redirect": "https://gate.example.ru/esia", "port": 8899, "certificates": ["esia.crt"],
            "key": "system.key", "certificate": "system.crt",
        }})
    }

    fn read_of(config: &Config, written: &serde_json::Value) -> Result<Option<SystemSettings>, AppError> {
        std::fs::write(config.esia_file(), written.to_string()).unwrap();
        of(Environment::Production, config)
    }

    #[test]
    fn without_a_file_the_way_is_not_there() {
        let home = tempfile::tempdir().unwrap();
        let config = Config::at(home.path()).unwrap();
        assert!(of(Environment::Production, &config).unwrap().is_none());
    }

    #[test]
    fn what_the_administrator_wrote_is_read() {
        let (_home, config, _authority) = home();
        let system = read_of(&config, &good()).unwrap().unwrap();
        assert_eq!(system.client_id, "ROMASHKA01");
        assert!(system.is_confidential() && system.returns_nonce);
        assert!(of(Environment::Test, &config).unwrap().is_none());
        let signature = system.key.unwrap().sign(b"text").unwrap();
        assert_ne!(signature, [0; 64]);
    }

    #[test]
    fn a_mistake_is_told_and_not_passed_over() {
        let (_home, config, _authority) = home();
        for (name, value) in [
            ("clientId", json!(" ")),
            ("redirect", json!("http://gate.example.ru/esia")),
            ("port", json!(null)),
            ("certificates", json!([])),
            ("certificates", json!(["none.crt"])),
            ("key", json!(null)),
            // The key of another certificate.
            ("key", json!("other.key")),
            ("clientSecret", json!("x")),
        ] {
            let mut written = good();
            written["production"][name] = value.clone();
            let error = read_of(&config, &written).unwrap_err();
            assert_eq!(error.code(), "app.esia-settings", "{name}: {value}");
        }
        std::fs::write(config.esia_file(), "{").unwrap();
        assert!(of(Environment::Production, &config).is_err());
    }
}
