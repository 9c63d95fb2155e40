//! Certificates an administrator trusts beside the list, one file each in a folder of their own: no list touches them.

use std::path::Path;

use kabinet_domain::Environment;
use kabinet_pki::Certificate;

use super::certificates;
use crate::blocking::blocking;
use crate::environment::files_of;
use crate::trust::TrustError;
use crate::view::TrustView;
use crate::{App, AppError, Event, tools};

/// Largest file certificates are taken from, octets: a certificate has one or two thousand.
const LIMIT: u64 = 1 << 20;

impl App {
    /// Trusts the authorities in a file (DER, PEM or PKCS#7).
    ///
    /// # Errors
    /// [`AppError::File`]; [`TrustError::NotAnAuthority`] when a certificate in it is none of an authority.
    pub async fn add_trusted(&self, environment: Environment, file: &Path) -> Result<TrustView, AppError> {
        let octets = tools::limited(file, LIMIT)?;
        let found = Certificate::read_all(&octets).map_err(|_| tools::unreadable(file))?;
        let is_authority = |one: &Certificate| one.basic_constraints().is_some_and(|basic| basic.ca);
        if found.is_empty() || !found.iter().all(is_authority) {
            return Err(TrustError::NotAnAuthority.into());
        }
        let folder = self.config().trust_dir.clone();
        blocking(move || {
            let known = certificates(&files_of(&folder));
            for certificate in found.iter().filter(|one| !known.contains(one)) {
                keep(&folder, certificate)?;
            }
            Ok(())
        })
        .await?;
        self.tell(Event::StateChanged);
        self.trust_view(environment).await
    }

    /// Trusts a certificate an administrator added no more.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none with this SHA-256 (hex).
    pub async fn remove_trusted(&self, environment: Environment, id: &str) -> Result<TrustView, AppError> {
        let folder = self.config().trust_dir.clone();
        let id = id.to_ascii_lowercase();
        blocking(move || {
            let is_it = |one: &Certificate| hex::encode(one.fingerprint()) == id;
            let mut found = false;
            for file in files_of(&folder) {
                let all = certificates(std::slice::from_ref(&file));
                if !all.iter().any(is_it) {
                    continue;
                }
                found = true;
                // A file of several gives up the one only.
                for other in all.iter().filter(|one| !is_it(one)) {
                    keep(&folder, other)?;
                }
                std::fs::remove_file(&file)?;
            }
            if found { Ok(()) } else { Err(AppError::NotFound) }
        })
        .await?;
        self.tell(Event::StateChanged);
        self.trust_view(environment).await
    }
}

fn keep(folder: &Path, certificate: &Certificate) -> Result<(), AppError> {
    std::fs::create_dir_all(folder)?;
    let name = format!("{}.cer", hex::encode(certificate.fingerprint()));
    std::fs::write(folder.join(name), certificate.der())?;
    Ok(())
}
