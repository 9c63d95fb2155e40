//! A key file as a source of keys: it signs in this process under its passphrase.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use zeroize::Zeroizing;

use super::source::{KeySource, Later};
use crate::certificate::public_key;
use crate::error::TokenError;
use crate::key_file::{KeyFile, KeyFileError};
use crate::model::{
    Holder, KeySeen, Module, PinState, PukState, Scan, ScanProblem, SignEvent, SignJob, SignMechanism, Token,
    TokenAddress, TokenCertificate,
};
use crate::secret::{Passphrase, Pin};

/// More octets than any key file has.
const LONGEST_FILE: u64 = 1 << 20;
/// Octets of the path's digest that stand for a serial number.
const SERIAL_OCTETS: usize = 8;

/// A key file somebody added. Its certificates are known from then, since the file itself shows them only under its
/// passphrase.
pub struct KeyFileSource {
    module: Module,
    certificates: Vec<Vec<u8>>,
}

impl KeyFileSource {
    /// A file, by its absolute path, with the certificates that [`KeyFileSource::identities`] found in it.
    pub fn new(path: PathBuf, certificates: Vec<Vec<u8>>) -> Self {
        let module = Module {
            name: file_name(&path),
            path,
            generic: false,
            network: false,
        };
        Self { module, certificates }
    }

    /// The certificates, DER, whose keys are in the file too.
    ///
    /// # Errors
    /// [`KeyFileError::Malformed`] also for a file that cannot be read; what is wrong with it or its passphrase.
    pub fn identities(path: &Path, passphrase: Passphrase) -> Result<Vec<Vec<u8>>, KeyFileError> {
        let contents = KeyFile::read(&read(path).map_err(|_| KeyFileError::Malformed)?)?;
        let contents = contents.open(Some(&passphrase))?;
        let identities = contents.identities()?;
        Ok(identities
            .iter()
            .map(|identity| identity.certificate.to_vec())
            .collect())
    }

    /// How its keys are named in jobs.
    pub fn address(&self) -> TokenAddress {
        let digest = Sha256::digest(self.module.path.as_os_str().as_encoded_bytes());
        TokenAddress {
            module: self.module.path.clone(),
            serial: hex::encode(&digest[..SERIAL_OCTETS]),
            model: String::new(),
        }
    }

    fn seen(&self) -> Scan {
        let address = self.address();
        let certificate = |der: &Vec<u8>| TokenCertificate {
            token: address.clone(),
            fingerprint: Sha256::digest(der).into(),
            id: Vec::new(),
            label: String::new(),
            mechanism: public_key(der).map(|key| key.mechanism),
            key: KeySeen::ByPublicKey,
            der: der.clone(),
        };
        let certificates: Vec<_> = self.certificates.iter().map(certificate).collect();
        let mechanisms = SignMechanism::ALL.into_iter();
        let mechanisms = mechanisms
            .filter(|known| certificates.iter().any(|one| one.mechanism == Some(*known)))
            .collect();
        let token = Token {
            address,
            holder: Holder::KeyFile,
            label: self.module.name.clone(),
            manufacturer: String::new(),
            reader: String::new(),
            hardware: (0, 0),
            firmware: (0, 0),
            pin: PinState {
                login_required: true,
                ..PinState::default()
            },
            puk: PukState::default(),
            mechanisms,
            key_pairs: Vec::new(),
            offered: Vec::new(),
            blank: false,
            passive: false,
        };
        // A file that is gone is still one that was added; nothing can be signed with it.
        if !self.module.path.is_file() {
            return Scan {
                problems: vec![ScanProblem {
                    module: self.module.path.clone(),
                    reader: None,
                    error: TokenError::KeyFileUnreadable,
                }],
                tokens: vec![token],
                ..Scan::default()
            };
        }
        Scan {
            tokens: vec![token],
            certificates,
            ..Scan::default()
        }
    }

    async fn sign_all(
        &self,
        job: SignJob,
        secret: Option<Pin>,
        on_event: &mut (dyn FnMut(SignEvent) + Send),
    ) -> Result<(), TokenError> {
        let passphrase = Passphrase::from(secret.ok_or(TokenError::PinRequired)?);
        let known = self.certificates.iter();
        let mut known = known.filter(|der| <[u8; 32]>::from(Sha256::digest(der)) == job.certificate);
        let certificate = known.next().ok_or(TokenError::CertificateNotFound)?.clone();
        let path = self.module.path.clone();
        let (events, mut made) = unbounded_channel();
        let work = tokio::task::spawn_blocking(move || sign(&path, &passphrase, &certificate, &job, &events));
        while let Some(event) = made.recv().await {
            on_event(event);
        }
        work.await.unwrap_or(Err(TokenError::WorkerUnavailable))
    }
}

/// Stops when nobody listens any more.
fn sign(
    path: &Path,
    passphrase: &Passphrase,
    certificate: &[u8],
    job: &SignJob,
    events: &UnboundedSender<SignEvent>,
) -> Result<(), TokenError> {
    let file = KeyFile::read(&read(path)?).map_err(of_file)?;
    let contents = file.open(Some(passphrase)).map_err(of_file)?;
    let key = contents.keys.iter().find(|key| key.belongs_to(certificate));
    let key = key.ok_or(TokenError::KeyNotFound)?;
    if key.mechanism() != job.mechanism {
        return Err(TokenError::MechanismUnsupported);
    }
    let _ = events.send(SignEvent::LoggedIn);
    for (index, input) in job.inputs.iter().enumerate() {
        let signature = key.sign(job.mechanism, input).map_err(of_file)?;
        if events.send(SignEvent::Signed { index, signature }).is_err() {
            break;
        }
    }
    Ok(())
}

fn of_file(error: KeyFileError) -> TokenError {
    match error {
        KeyFileError::PassphraseIncorrect | KeyFileError::PassphraseMissing => {
            TokenError::PassphraseIncorrect
        }
        KeyFileError::InputUnsuitable => TokenError::InputUnsuitable,
        KeyFileError::MechanismUnsupported => TokenError::MechanismUnsupported,
        KeyFileError::KeyMissing => TokenError::KeyNotFound,
        _ => TokenError::KeyFileUnreadable,
    }
}

/// Into memory that is wiped: a file without a passphrase is the key itself.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, TokenError> {
    let unreadable = |_| TokenError::KeyFileUnreadable;
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > LONGEST_FILE {
        return Err(TokenError::KeyFileUnreadable);
    }
    std::fs::read(path).map(Zeroizing::new).map_err(unreadable)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

impl KeySource for KeyFileSource {
    fn module(&self) -> &Module {
        &self.module
    }

    fn scan(&self) -> Later<'_, Result<Scan, TokenError>> {
        Box::pin(async { Ok(self.seen()) })
    }

    fn sign<'a>(
        &'a self,
        job: SignJob,
        secret: Option<Pin>,
        on_event: &'a mut (dyn FnMut(SignEvent) + Send),
    ) -> Later<'a, Result<(), TokenError>> {
        Box::pin(self.sign_all(job, secret, on_event))
    }
}
