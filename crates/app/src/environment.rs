//! What an environment is: hosts, roots, and the name one shows.

use std::path::{Path, PathBuf};

use kabinet_domain::Environment;
use kabinet_portal::Endpoints;
use serde::Deserialize;

use crate::view::ConnectionSettings;
use crate::{AppError, Config, connection};

/// The part of the demo portal's index that a client needs.
#[derive(Deserialize)]
struct DemoIndex {
    urls: DemoUrls,
    tls: DemoTls,
    certificates: Vec<DemoCertificate>,
    /// Demo data of older versions have none.
    trust_list: Option<DemoList>,
    /// Systems registered at the demo's ЕСИА; demo data of older versions have none.
    #[serde(default)]
    systems: Vec<DemoSystem>,
    /// Certificates that verify its ID tokens.
    #[serde(default)]
    esia_certificates: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct DemoSystem {
    client_id: String,
    #[serde(default)]
    public: bool,
}

/// In whose name one signs in at the demo's ЕСИА in the browser.
pub(crate) struct DemoEsia {
    /// Mnemonic of the public system.
    pub(crate) client_id: String,
    /// Certificates that verify ID tokens, inside the demo's folder.
    pub(crate) certificates: Vec<PathBuf>,
}

/// Nothing if the demo's ЕСИА has no login in the browser.
///
/// # Errors
/// [`AppError::NoDemo`] when the demo data were never made.
pub(crate) fn demo_esia(config: &Config) -> Result<Option<DemoEsia>, AppError> {
    let demo = demo_index(config)?;
    let public = demo.systems.into_iter().find(|system| system.public);
    Ok(public
        .filter(|_| !demo.esia_certificates.is_empty())
        .map(|system| DemoEsia {
            client_id: system.client_id,
            certificates: demo.esia_certificates,
        }))
}

#[derive(Deserialize)]
struct DemoList {
    file: PathBuf,
    url: String,
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

/// Folder of the administrator's own TLS roots, inside that of own roots: trusted besides those of the system.
const TLS_ROOTS: &str = "tls";

/// Hosts of the environment, and the way there.
///
/// # Errors
/// [`AppError::NoDemo`] when the demo data were never made; [`AppError::Setup`] when an address or a root cannot be used.
pub(crate) fn endpoints(
    environment: Environment,
    config: &Config,
    connection: &ConnectionSettings,
) -> Result<Endpoints, AppError> {
    let mut endpoints = match environment {
        Environment::Production | Environment::Test => {
            Endpoints::published(environment).ok_or(AppError::Background)?
        }
        Environment::Custom => Endpoints::custom(&connection.own_esia, &connection.own_epgu)?,
        Environment::Demo => {
            let demo = demo_index(config)?;
            let root = std::fs::read(config.demo_dir.join(&demo.tls.ca))?;
            Endpoints::custom(&demo.urls.esia, &demo.urls.epgu)?.with_roots(&root)?
        }
    };
    for file in files_of(&config.trust_dir.join(TLS_ROOTS)) {
        endpoints = endpoints.with_roots(&std::fs::read(file)?)?;
    }
    Ok(endpoints.by(connection::route(connection)?))
}

/// Files of the demo environment that trust is read from.
pub(crate) struct DemoTrust {
    /// The demo root, and the authority below it.
    pub(crate) roots: Vec<PathBuf>,
    /// The first list of accredited authorities.
    pub(crate) list: Option<PathBuf>,
    /// Where the newest one is published.
    pub(crate) url: Option<String>,
}

/// What the demo environment trusts: nothing real.
///
/// # Errors
/// [`AppError::NoDemo`] when the demo data were never made.
pub(crate) fn demo_trust(config: &Config) -> Result<DemoTrust, AppError> {
    let demo = demo_index(config)?;
    let of_authorities = |one: &DemoCertificate| matches!(one.role.as_str(), "root" | "authority");
    let roots = demo.certificates.into_iter().filter(of_authorities);
    let (list, url) = demo.trust_list.map(|list| (list.file, list.url)).unzip();
    Ok(DemoTrust {
        roots: roots.map(|one| config.demo_dir.join(one.der)).collect(),
        list: list.map(|file| config.demo_dir.join(file)),
        url,
    })
}

/// Address of the environment's time stamp service. None is published for the portal's own.
pub(crate) fn time_stamp_service(environment: Environment, config: &Config) -> Option<String> {
    match environment {
        Environment::Production | Environment::Test | Environment::Custom => None,
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
