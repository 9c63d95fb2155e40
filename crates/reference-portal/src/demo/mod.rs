//! The demo world: an invented organisation, its people, their certificates and the portal's own, made on the spot.

mod accounts;
mod index;
mod make;
mod people;
mod tls;

use std::io;
use std::path::Path;

pub(crate) use accounts::NEXT_TOKEN_SIGNER;
pub(crate) use make::{ACCREDITED_SINCE, PHONE_PREFIX};
pub(crate) use people::birth_date;

pub use index::{
    AccountEntry, ApiKeyEntry, CertificateEntry, CertificateRole, DemoIndex, Employee, Membership,
    Organisation, Ports, SecondFactor, SystemEntry, TlsFiles, TrustListEntry, Urls,
};
use thiserror::Error;

use crate::authority::{AuthorityError, KeyFileError};

/// Folder of keys and certificates inside the demo directory.
pub(crate) const PKI_FOLDER: &str = "pki";
/// Name of the accredited demo authority.
pub(crate) const AUTHORITY: &str = "Учебный удостоверяющий центр";
/// Its ИНН.
pub(crate) const AUTHORITY_INN: &str = "9900000200";
/// Its ОГРН.
pub(crate) const AUTHORITY_OGRN: &str = "1209900000200";
/// Name of the index inside the demo directory.
const INDEX_FILE: &str = "demo.json";

/// Why the demo world could not be made or read.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The file system refused.
    #[error("demo directory")]
    Io(#[from] io::Error),
    /// A key or certificate file is damaged.
    #[error("demo key or certificate")]
    KeyFile(#[from] KeyFileError),
    /// The authority cannot sign.
    #[error("demo authority")]
    Authority(#[from] AuthorityError),
    /// The TLS certificate could not be made.
    #[error("TLS certificate")]
    Tls(#[from] rcgen::Error),
    /// The index does not decode.
    #[error("demo.json")]
    Index(#[from] serde_json::Error),
    /// The directory holds a demo world whose certificates name another port.
    #[error("certificates in the directory name port {made} for revocation lists, and {asked} is asked for")]
    OtherPort {
        /// PKI port in the certificates.
        made: u16,
        /// PKI port asked for now.
        asked: u16,
    },
}

/// Makes the demo world in `dir`, or returns the one that is there: a second call changes nothing but the ports that
/// stand in no certificate.
///
/// # Errors
/// [`DemoError::OtherPort`] when the certificates name another PKI port; otherwise files and keys.
pub fn init(dir: &Path, ports: Ports) -> Result<DemoIndex, DemoError> {
    match DemoIndex::load(dir) {
        Ok(index) if index.ports == ports => Ok(index),
        Ok(index) if index.ports.pki == ports.pki => {
            let index = index.moved_to(ports);
            index.save(dir)?;
            Ok(index)
        }
        Ok(index) => Err(DemoError::OtherPort {
            made: index.ports.pki,
            asked: ports.pki,
        }),
        Err(DemoError::Io(error)) if error.kind() == io::ErrorKind::NotFound => make::make(dir, ports),
        Err(error) => Err(error),
    }
}
