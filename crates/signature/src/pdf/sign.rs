//! Makes PAdES signatures (ETSI EN 319 142-1) in two steps, each in an incremental update of its own: what was there
//! stays octet for octet.

use std::ops::Range;

use kabinet_pki::{Certificate, DigestAlgorithm};
use thiserror::Error;
use time::OffsetDateTime;

use super::document::Document;
use super::error::PdfError;
use super::object::{Dictionary, Object};
use super::permission::DocMdp;
use super::signing::Signing;
use super::stamp::VisibleStamp;
use crate::cms::prepare::{Content, Prepare, Properties, SignError, ToBeSigned};
use crate::content::{ContentDigest, Digest};

/// Room for a signature value: a chain of three certificates and a time stamp take some 10 KiB.
pub const DEFAULT_ROOM: usize = 24 * 1024;
/// Most room there can be, so that a wrong number cannot fill the memory.
pub const MAX_ROOM: usize = 4 << 20;

/// Why a PDF file is not signed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PdfSignError {
    /// The file cannot be read.
    #[error("the PDF file cannot be read: {0}")]
    Pdf(#[from] PdfError),
    /// The value cannot be made.
    #[error("the signature cannot be made: {0}")]
    Sign(#[from] SignError),
    /// An existing signature allows no further one, or locks the field.
    #[error("an existing signature does not allow it")]
    NotAllowed,
    /// Only the first signature of a document can certify it.
    #[error("the document is signed already and cannot be certified")]
    NotFirst,
    /// A field of this name is signed already, or is no signature field.
    #[error("the field cannot take a signature")]
    FieldTaken,
    /// The page of the visible stamp does not exist.
    #[error("there is no such page")]
    NoSuchPage,
    /// The value does not fit into the room reserved for it.
    #[error("the signature needs {needed} octets, {room} are reserved")]
    TooLarge {
        /// Octets of the value.
        needed: usize,
        /// Octets reserved.
        room: usize,
    },
}

impl PdfSignError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pdf(error) => error.code(),
            Self::Sign(error) => error.code(),
            Self::NotAllowed => "pdf.signing-not-allowed",
            Self::NotFirst => "pdf.certifying-not-first",
            Self::FieldTaken => "pdf.field-taken",
            Self::NoSuchPage => "pdf.no-such-page",
            Self::TooLarge { .. } => "pdf.value-too-large",
        }
    }
}

/// Everything a PDF signature is made from, except the key.
#[derive(Clone, Debug)]
pub struct PdfPrepare {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Its issuers, to be sent along; may be empty.
    pub chain: Vec<Certificate>,
    /// The time to claim, to the second.
    pub signing_time: OffsetDateTime,
    /// The signature field by its full name: an empty one is filled, otherwise a new one made. `None` chooses a
    /// name that is free.
    pub field: Option<String>,
    /// Certifies the document and allows no more than this.
    pub certify: Option<DocMdp>,
    /// What is shown on a page.
    pub stamp: Option<VisibleStamp>,
    /// Octets to reserve for the signature value with everything inside it: [`DEFAULT_ROOM`].
    pub room: usize,
}

/// A file with room for a value that is not there yet.
#[derive(Clone, Debug)]
pub(super) struct Placeholder {
    pub file: Vec<u8>,
    /// Contents from `<` to `>`.
    pub hole: Range<usize>,
}

impl Placeholder {
    fn digest(&self, algorithm: DigestAlgorithm) -> Digest {
        let mut digest = ContentDigest::new(algorithm);
        digest.update(&self.file[..self.hole.start]);
        digest.update(&self.file[self.hole.end..]);
        digest.finish()
    }

    fn embed(&self, value: &[u8]) -> Result<Vec<u8>, PdfSignError> {
        let room = (self.hole.len() - 2) / 2;
        if value.len() > room {
            return Err(PdfSignError::TooLarge {
                needed: value.len(),
                room,
            });
        }
        let mut file = self.file.clone();
        for (pair, octet) in file[self.hole.start + 1..].chunks_exact_mut(2).zip(value) {
            pair.copy_from_slice(format!("{octet:02x}").as_bytes());
        }
        Ok(file)
    }
}

/// A PDF signature lacking only its value.
#[derive(Clone, Debug)]
pub struct PdfToBeSigned {
    placeholder: Placeholder,
    value: ToBeSigned,
}

impl PdfToBeSigned {
    /// What the token shall sign; [`ToBeSigned::complete`] gives the value for [`Self::embed`], which may be raised
    /// by [`crate::add_time_stamp`] to level B-T before.
    #[must_use]
    pub fn value(&self) -> &ToBeSigned {
        &self.value
    }

    /// The signed file.
    pub fn embed(&self, value: &[u8]) -> Result<Vec<u8>, PdfSignError> {
        self.placeholder.embed(value)
    }
}

/// A document time stamp lacking only the token (§5.4.3).
#[derive(Clone, Debug)]
pub struct PdfToBeStamped(Placeholder);

impl PdfToBeStamped {
    /// The imprint to ask an authority for.
    #[must_use]
    pub fn digest(&self, algorithm: DigestAlgorithm) -> Digest {
        self.0.digest(algorithm)
    }

    /// The stamped file; `token` is a ContentInfo out of `kabinet_pki::tsp::read_response`.
    pub fn embed(&self, token: &[u8]) -> Result<Vec<u8>, PdfSignError> {
        self.0.embed(token)
    }
}

/// Prepares a document time stamp over the whole file in an invisible field.
pub fn prepare_time_stamp(file: &[u8], room: usize) -> Result<PdfToBeStamped, PdfSignError> {
    let document = Document::open(file)?;
    let signing = Signing::new(&document)?;
    let dictionary = Dictionary::default()
        .with("Type", Object::name("DocTimeStamp"))
        .with("Filter", Object::name("Adobe.PPKLite"))
        .with("SubFilter", Object::name("ETSI.RFC3161"));
    Ok(PdfToBeStamped(signing.finish(dictionary, None, None, room)?))
}

impl PdfPrepare {
    /// Fixes what is signed: `file` and an update with the field.
    pub fn to_be_signed(self, file: &[u8]) -> Result<PdfToBeSigned, PdfSignError> {
        let document = Document::open(file)?;
        let mut signing = Signing::new(&document)?;
        signing.permit(self.field.as_deref())?;
        let mut dictionary = Dictionary::default()
            .with("Type", Object::name("Sig"))
            .with("Filter", Object::name("Adobe.PPKLite"))
            .with("SubFilter", Object::name("ETSI.CAdES.detached"))
            .with("M", Object::text(date(self.signing_time).into_bytes()));
        if let Some(level) = self.certify {
            signing.certify(&mut dictionary, level)?;
        }
        if let Some(lock) = signing.lock(self.field.as_deref()) {
            signing.transform(&mut dictionary, "FieldMDP", lock);
        }
        let placeholder =
            signing.finish(dictionary, self.field.as_deref(), self.stamp.as_ref(), self.room)?;
        let algorithm = self
            .certificate
            .public_key()
            .signing_digest()
            .ok_or(SignError::UnsupportedKey)?;
        let value = Prepare {
            content: Content::Detached(placeholder.digest(algorithm)),
            certificate: self.certificate,
            chain: self.chain,
            // PAdES has it in the signature dictionary instead (EN 319 142-1 §6.3).
            signing_time: None,
            properties: Properties::default(),
        }
        .to_be_signed()?;
        Ok(PdfToBeSigned { placeholder, value })
    }
}

/// §7.9.4, in UTC.
pub(super) fn date(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}
