//! Keys in files: making them, looking at them, converting them, requesting certificates for them.

mod inspect;
mod subject;

use std::path::Path;

use kabinet_pki::{Certificate, KeyUsage, issue};
use kabinet_token::Passphrase;
use kabinet_token::key_file::{
    self, CertificationRequest, KeyAlgorithm, KeyFile, KeyFileError, PrivateKey, Scheme, Target,
};
use zeroize::Zeroizing;

use crate::AppError;

pub use inspect::{Inspection, KeyView, ParameterSetView, ProtectionView, RequestView, inspect};
pub use subject::{Requisites, SubjectError};
pub(crate) use subject::{name as subject_name, of_attributes};

/// A file to be written.
pub struct KeyDocument {
    /// Its content.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether it holds a private key, encrypted or not: nobody else should read it.
    pub secret: bool,
    /// The key it is about.
    pub key: KeyView,
}

/// As what a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A private key, not encrypted.
    Pkcs8,
    /// An encrypted private key.
    Pkcs8Encrypted,
    /// The key with its certificates under a password.
    Pkcs12,
    /// The public key.
    PublicKey,
}

/// How a key is written.
#[derive(Clone, Copy)]
pub struct Output<'a> {
    /// As what.
    pub form: Form,
    /// Encryption; that of [`Scheme::for_key`] by default.
    pub scheme: Option<Scheme>,
    /// What to encrypt with.
    pub passphrase: Option<&'a Passphrase>,
    /// PEM instead of DER; PKCS#12 is DER always.
    pub pem: bool,
}

/// Makes a key.
///
/// # Errors
/// [`KeyFileError::PassphraseMissing`] and [`KeyFileError::PassphraseUnsuitable`] when it is to be encrypted.
pub fn generate(algorithm: KeyAlgorithm, output: Output<'_>) -> Result<KeyDocument, AppError> {
    output.passphrase()?;
    document(&PrivateKey::generate(algorithm)?, &[], output)
}

/// Writes the key of a file in another form. The first key with a certificate is taken. `certificates`, DER, join those of
/// the file.
///
/// # Errors
/// What is wrong with the file, its passphrase or the new one; [`KeyFileError::CertificateMissing`] for PKCS#12.
pub fn convert(
    file: &[u8],
    passphrase: Option<&Passphrase>,
    certificates: Vec<Vec<u8>>,
    output: Output<'_>,
) -> Result<KeyDocument, AppError> {
    let contents = KeyFile::read(file)?.open(passphrase)?;
    let mut all = contents.certificates.clone();
    all.extend(
        certificates
            .into_iter()
            .filter(|der| !contents.certificates.contains(der)),
    );
    let own = |key: &&PrivateKey| all.iter().any(|der| key.belongs_to(der));
    let key = contents.keys.iter().find(own).or(contents.keys.first());
    document(key.ok_or(KeyFileError::KeyMissing)?, &all, output)
}

/// Requests a certificate for the key of a file, PKCS#10 with digitalSignature and nonRepudiation.
///
/// # Errors
/// What is wrong with the file or its passphrase; [`AppError::Subject`].
pub fn request(
    file: &[u8],
    passphrase: Option<&Passphrase>,
    subject: &str,
    requisites: &Requisites,
    pem: bool,
) -> Result<KeyDocument, AppError> {
    let subject = subject::name(subject, requisites)?;
    let contents = KeyFile::read(file)?.open(passphrase)?;
    let key = contents.key()?;
    let usage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION);
    let der = CertificationRequest::make(key, &subject, &[issue::key_usage(usage)])?;
    Ok(KeyDocument {
        bytes: Zeroizing::new(if pem { key_file::request_pem(&der)? } else { der }),
        secret: false,
        key: view(key)?,
    })
}

/// Every certificate of a file, DER.
///
/// # Errors
/// [`AppError::File`].
pub fn read_certificates(path: &Path) -> Result<Vec<Vec<u8>>, AppError> {
    let failed = |source| AppError::File {
        path: path.display().to_string(),
        source,
    };
    let bytes = std::fs::read(path).map_err(failed)?;
    let certificates =
        Certificate::read_all(&bytes).map_err(|_| failed(std::io::ErrorKind::InvalidData.into()))?;
    Ok(certificates.iter().map(|one| one.der().to_vec()).collect())
}

impl Output<'_> {
    /// The passphrase to encrypt with; `None` when nothing is encrypted.
    fn passphrase(&self) -> Result<Option<&Passphrase>, KeyFileError> {
        match self.form {
            Form::Pkcs8 | Form::PublicKey => Ok(None),
            Form::Pkcs8Encrypted | Form::Pkcs12 => match self.passphrase {
                None => Err(KeyFileError::PassphraseMissing),
                Some(passphrase) if passphrase.is_empty() => Err(KeyFileError::PassphraseUnsuitable),
                some => Ok(some),
            },
        }
    }
}

fn document(key: &PrivateKey, certificates: &[Vec<u8>], output: Output<'_>) -> Result<KeyDocument, AppError> {
    let scheme = output.scheme.unwrap_or(Scheme::for_key(key.algorithm()));
    let target = match (output.form, output.passphrase()?) {
        (Form::Pkcs8Encrypted, Some(passphrase)) => Target::Pkcs8Encrypted(passphrase, scheme),
        (Form::Pkcs12, Some(passphrase)) => Target::Pkcs12(passphrase, scheme, certificates),
        (Form::PublicKey, _) => Target::PublicKey,
        (Form::Pkcs8, _) => Target::Pkcs8,
        (_, None) => return Err(KeyFileError::PassphraseMissing.into()),
    };
    Ok(KeyDocument {
        bytes: key_file::write(key, &target, output.pem)?,
        secret: output.form != Form::PublicKey,
        key: view(key)?,
    })
}

fn view(key: &PrivateKey) -> Result<KeyView, KeyFileError> {
    inspect::key_view(&key.to_spki_der()?).ok_or(KeyFileError::KeyUnusable)
}
