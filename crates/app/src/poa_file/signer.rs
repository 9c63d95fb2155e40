//! Whether the owner of a certificate may sign a power of attorney or a revocation.

use std::path::Path;

use kabinet_domain::FileRole;
use kabinet_domain::poa::judge::{Identity, is_same_person};
use kabinet_domain::poa::{Person, Principal};
use kabinet_formats::poa;
use kabinet_pki::Certificate;

use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::{App, AppError, PoaError, send, tools};

impl App {
    /// The number of the file, if the owner of the certificate is among those who may sign it. Asks for no PIN.
    ///
    /// # Errors
    /// [`PoaError::NotTheHead`], [`PoaError::Unreadable`]; [`AppError::File`], [`AppError::NoCertificate`].
    pub async fn check_poa_signer(&self, file: &Path, certificate: &str) -> Result<String, AppError> {
        let (name, bytes) = (tools::name(file), tools::limited(file, poa::MAX_SIZE as u64)?);
        let found = self.find_certificate(certificate).await?;
        Ok(may_sign(&name, &bytes, &found.certificate)?)
    }

    /// [`Self::check_poa_signer`] of a document of the archive.
    ///
    /// # Errors
    /// As there; [`AppError::NotFound`]; failures of the vault.
    pub async fn check_poa_document_signer(
        &self,
        document: &str,
        certificate: &str,
    ) -> Result<String, AppError> {
        let id = parse_document(document)?;
        let current = self.current().await?;
        let found = self.find_certificate(certificate).await?;
        blocking(move || {
            let document = current.store.document(id)?;
            let main = document.files.iter().find(|file| file.role == FileRole::Main);
            let main = main.ok_or(AppError::NotFound)?;
            let bytes = send::read_all(&current.store, main)?;
            Ok(may_sign(&main.name, &bytes, &found.certificate)?)
        })
        .await
    }
}

fn may_sign(name: &str, bytes: &[u8], certificate: &Certificate) -> Result<String, PoaError> {
    let (number, people) = match poa::read_withdrawal(name, bytes) {
        Ok(withdrawal) => (withdrawal.number, vec![withdrawal.signer]),
        Err(_) => {
            let read = poa::read(name, bytes)?.poa;
            let signers = read.principals.iter().flat_map(Principal::signers);
            (read.number, signers.cloned().collect())
        }
    };
    let signer = crate::poa::signer_of(certificate);
    let is = |person: &Person| {
        is_same_person(person, signer.inn.as_deref(), signer.snils.as_deref()) == Identity::Same
    };
    // A file that names nobody is the matter of its checks.
    if !people.is_empty() && !people.iter().any(is) {
        let heads: Vec<String> = people.iter().map(Person::full_name).collect();
        return Err(PoaError::NotTheHead {
            heads: heads.join(", "),
        });
    }
    Ok(number.to_string())
}
