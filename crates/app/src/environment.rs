//! What an environment is: hosts, roots, and the name one shows.

use std::path::{Path, PathBuf};

use kabinet_domain::Environment;
use kabinet_pki::{Certificate, Trust};
use kabinet_portal::Endpoints;
use serde::Deserialize;

use crate::{AppError, Config};

/// The part of the demo portal's index that a client needs.
#[derive(Deserialize)]
struct DemoIndex {
    urls: DemoUrls,
    tls: DemoTls,
    certificates: Vec<DemoCertificate>,
}

#[derive(Deserialize)]
struct DemoUrls {
    esia: String,
    epgu: String,
    /// Time stamp service; demo data of older versions have none.
    tsa: Option<String>,
}

#[derive(Deserialize)]
struct DemoTls {
    ca: PathBuf,
}

#[derive(Deserialize)]
struct DemoCertificate {
    role: String,
    der: PathBuf,
}

/// Hosts of the environment.
///
/// # Errors
/// [`AppError::NoDemo`] when the demo data were never made.
pub(crate) fn endpoints(environment: Environment, config: &Config) -> Result<Endpoints, AppError> {
    Ok(match environment {
        Environment::Production | Environment::Test => {
            Endpoints::published(environment).ok_or(AppError::Background)?
        }
        Environment::Demo => {
            let demo = demo_index(config)?;
            let root = std::fs::read(config.demo_dir.join(&demo.tls.ca))?;
            Endpoints::custom(&demo.urls.esia, &demo.urls.epgu)?.with_roots(&root)?
        }
    })
}

/// Root certificates of the environment: the demo portal's own, or those of the administrator's folder.
pub(crate) fn trust(environment: Environment, config: &Config) -> Result<Trust, AppError> {
    let mut files: Vec<PathBuf> = match environment {
        Environment::Demo => demo_index(config)?
            .certificates
            .into_iter()
            .filter(|certificate| matches!(certificate.role.as_str(), "root" | "authority"))
            .map(|certificate| config.demo_dir.join(certificate.der))
            .collect(),
        Environment::Production | Environment::Test => files_of(&config.trust_dir),
    };
    files.sort();
    let certificates = files
        .iter()
        .filter_map(|file| Certificate::read_all(&std::fs::read(file).ok()?).ok())
        .flatten();
    let (anchors, intermediates) = certificates.partition(Certificate::is_self_issued);
    Ok(Trust {
        anchors,
        intermediates,
    })
}

/// Address of the environment's time stamp service. None is published for the portal's own.
pub(crate) fn time_stamp_service(environment: Environment, config: &Config) -> Option<String> {
    match environment {
        Environment::Production | Environment::Test => None,
        Environment::Demo => demo_index(config).ok()?.urls.tsa,
    }
}

pub(crate) fn files_of(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect()
}

fn demo_index(config: &Config) -> Result<DemoIndex, AppError> {
    let bytes = std::fs::read(config.demo_dir.join("demo.json")).map_err(|_| AppError::NoDemo)?;
    serde_json::from_slice(&bytes).map_err(|_| AppError::NoDemo)
}
