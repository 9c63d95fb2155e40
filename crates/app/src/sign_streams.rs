//! Signing files on the command line: many under one PIN entry, each with a result of its own.

use std::io::{Read, Write};
use std::path::PathBuf;

use kabinet_pki::Certificate;
use kabinet_token::{KeyFile, Passphrase, SignEvent};
use tokio::sync::{Notify, mpsc};

use crate::forms::{Prepared, Signing};
use crate::sign::{self, Request, job};
use crate::verification::{Signed, Verification, verify};
use crate::view::SecretPurpose;
use crate::{App, AppError};

/// What a signed file is written to.
pub trait Place: Write {
    /// Puts what was written where it belongs: it is whole and verified.
    ///
    /// # Errors
    /// [`AppError::File`].
    fn keep(&mut self) -> Result<(), AppError>;
}

/// A file to sign.
pub struct Stream<R, W> {
    /// Its name, for whoever is asked for the PIN.
    pub name: String,
    /// Where it comes from and goes to.
    pub signing: Signing<R, W>,
    /// What became of it; nothing while its turn has not come.
    pub outcome: Option<Result<(), AppError>>,
}

impl<R: Read, W: Place> Stream<R, W> {
    /// A file whose turn has not come.
    pub fn new(name: String, signing: Signing<R, W>) -> Self {
        Self {
            name,
            signing,
            outcome: None,
        }
    }

    /// Reads the file; one that cannot be signed has its outcome.
    fn prepare(&mut self, certificate: &Certificate, chain: &[Certificate]) -> Option<Prepared> {
        match self.signing.prepare(certificate.clone(), chain.to_vec()) {
            Ok(prepared) => Some(prepared),
            Err(error) => {
                self.outcome = Some(Err(error));
                None
            }
        }
    }

    /// Verifies and writes what the key made, at once into its place: the end of the program loses no signature.
    fn finish(&mut self, prepared: &Prepared, raw: &[u8]) {
        let written = self.signing.finish(prepared, raw, |value| value);
        self.outcome = Some(written.and_then(|()| self.signing.out.keep()));
    }

    /// Whether the signature was not the key's: the next would be no better.
    fn is_wrong(&self) -> bool {
        matches!(
            self.outcome,
            Some(Err(AppError::Sign(_)
                | AppError::PdfSign(_)
                | AppError::XmlSign(_)))
        )
    }
}

impl App {
    /// Signs with a token, at the basic level. The PIN is asked for once, after every file was read; what is wrong with one
    /// file is in its outcome and stops no other.
    ///
    /// # Errors
    /// What stopped the token. Files without an outcome were not reached then.
    pub async fn sign_streams<R: Read, W: Place>(
        &self,
        certificate: &str,
        streams: &mut [Stream<R, W>],
    ) -> Result<(), AppError> {
        let found = self.find_certificate(certificate).await?;
        let mut ready: Vec<(&mut Stream<R, W>, Prepared)> = streams
            .iter_mut()
            .filter(|stream| stream.outcome.is_none())
            .filter_map(|stream| {
                let prepared = stream.prepare(&found.certificate, &[])?;
                Some((stream, prepared))
            })
            .collect();
        let to_sign = ready.iter().map(|(_, prepared)| prepared.to_sign()).collect();
        let Some(job) = job(&found, to_sign) else {
            return Ok(());
        };
        let request = Request {
            purpose: SecretPurpose::Sign,
            documents: ready.iter().map(|(stream, _)| stream.name.clone()).collect(),
            organisation: found.certificate.subject().organisation.unwrap_or_default(),
            host: None,
            revocation: None,
        };
        let pin = self.ask_pin(&found, &request).await?;
        let (made, mut raw) = mpsc::unbounded_channel();
        let broken = Notify::new();
        let tokens = self.tokens();
        let each = move |event| {
            if let SignEvent::Signed { signature, .. } = event {
                // Nobody listens any more after a wrong signature; the token is stopped then.
                let _ = made.send(signature);
            }
        };
        let token = async {
            tokio::select! {
                done = tokens.sign_each(job, pin, each) => done,
                () = broken.notified() => Ok(()),
            }
        };
        let write = async {
            for (stream, prepared) in &mut ready {
                let Some(raw) = raw.recv().await else { return };
                stream.finish(prepared, &raw);
                if stream.is_wrong() {
                    broken.notify_one();
                    return;
                }
            }
        };
        let (token, ()) = tokio::join!(token, write);
        Ok(token?)
    }

    /// Whether the signature at `target` is one of this file by a certificate whose SHA-256 begins so, and whole.
    ///
    /// # Errors
    /// [`AppError::File`]; [`AppError::ReadSignature`] when it is no signature.
    pub async fn is_signed_by(
        &self,
        target: PathBuf,
        content: Option<PathBuf>,
        certificate: &str,
    ) -> Result<bool, AppError> {
        let by = Verification {
            offline: true,
            ..Verification::default()
        };
        let report = verify(Signed::open(&target)?, content, by).await?;
        let beginning = certificate.to_ascii_lowercase();
        Ok(report.signers.iter().any(|signer| {
            let own = signer.certificate.as_ref();
            signer.signature_ok && signer.content_ok && own.is_some_and(|own| own.id.starts_with(&beginning))
        }))
    }
}

/// Signs with a key of a key file, at the basic level; what is wrong with one file is in its outcome.
///
/// # Errors
/// [`AppError::NoCertificate`] when no key has a certificate that begins with `certificate`;
/// [`AppError::AmbiguousCertificate`] when several have; what opening the key file gives. Nothing is signed then.
pub fn sign_with_key_file<R: Read, W: Place>(
    file: &[u8],
    passphrase: &Passphrase,
    certificate: Option<&str>,
    streams: &mut [Stream<R, W>],
) -> Result<(), AppError> {
    let contents = KeyFile::read(file)?.open(Some(passphrase))?;
    let beginning = certificate.unwrap_or_default().to_ascii_lowercase();
    let mut fitting = Vec::new();
    for identity in contents.identities()? {
        let own = Certificate::from_der(identity.certificate).map_err(|_| AppError::NoCertificate)?;
        if hex::encode(own.fingerprint()).starts_with(&beginning) {
            fitting.push((identity.key, own));
        }
    }
    let (key, own) = fitting.pop().ok_or(AppError::NoCertificate)?;
    if !fitting.is_empty() {
        return Err(AppError::AmbiguousCertificate);
    }
    let chain: Vec<Certificate> = contents
        .certificates
        .iter()
        .filter(|der| der.as_slice() != own.der())
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect();
    for stream in streams.iter_mut().filter(|stream| stream.outcome.is_none()) {
        if let Some(prepared) = stream.prepare(&own, &chain) {
            let to_sign = prepared.to_sign();
            match key.sign(sign::mechanism(to_sign.mechanism), &to_sign.input) {
                Ok(raw) => stream.finish(&prepared, &raw),
                Err(error) => stream.outcome = Some(Err(error.into())),
            }
        }
    }
    Ok(())
}
