//! Recognises what a file is by its content, reads it once and judges it as often as wanted.

use std::io::{self, Cursor, Read};

use kabinet_pki::tlv::Malformed;
use thiserror::Error;

use crate::asic::{self, ContainerError};
use crate::cms::{self, Source};
use crate::judge::Policy;
use crate::pdf::{self, PdfError};
use crate::report::{Format, Report};
use crate::xml::{self, XmlError};

/// Why there is no report.
#[derive(Debug, Error)]
pub enum ReadError {
    /// None of the formats read here.
    #[error("not a signature file")]
    NotASignature,
    /// Not a CMS SignedData.
    #[error("not a CMS SignedData: {0}")]
    Malformed(#[from] Malformed),
    /// Not an XML document that is read here.
    #[error("not a readable XML document: {0}")]
    Xml(#[from] XmlError),
    /// Not a readable PDF file.
    #[error("not a readable PDF file: {0}")]
    Pdf(#[from] PdfError),
    /// Not a container that can be understood in one way only.
    #[error("not a readable container: {0}")]
    Container(#[from] ContainerError),
    /// Nobody has signed.
    #[error("nobody has signed")]
    NoSigners,
    /// The signature is detached and no content was given.
    #[error("the signed content is needed")]
    ContentRequired,
    /// More than is read into memory.
    #[error("the file is too large")]
    TooLarge,
    /// The file or the content cannot be read.
    #[error("the content cannot be read")]
    Content(#[from] io::Error),
}

impl ReadError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotASignature | Self::Malformed(_) => "signature.unreadable",
            Self::Xml(error) => error.code(),
            Self::Pdf(error) => error.code(),
            Self::Container(error) => error.code(),
            Self::NoSigners => "signature.no-signers",
            Self::ContentRequired => "signature.content-required",
            Self::TooLarge => "signature.too-large",
            Self::Content(_) => "signature.content-unreadable",
        }
    }
}

/// Most octets read of a file that is not binary CMS: those formats are read whole.
const LIMIT: u64 = 512 << 20;

/// A file that has been read; judging it needs neither the file nor its content any more.
#[derive(Debug)]
pub struct Examined(Kind);

#[derive(Debug)]
enum Kind {
    Cms(cms::Examined),
    Xml(xml::Examined),
    Pdf(pdf::Examined),
    Asic(asic::Examined),
}

/// Reads a signed file, recognised by its content: CMS (DER, BER, PEM, Base64 or url-safe Base64), XML, PDF, ASiC.
///
/// `content` is required for a detached signature; beside an attached one it must be the same content. Binary CMS
/// and `content` are read in constant memory, whatever their size.
///
/// # Errors
/// [`ReadError`] when there is nothing to judge.
pub fn examine(file: &mut dyn Source, content: Option<&mut dyn Read>) -> Result<Examined, ReadError> {
    let mut first = [0];
    file.rewind()?;
    let count = file.read(&mut first)?;
    if count == 1 && first[0] == DER {
        return Ok(Examined(Kind::Cms(cms::examine(file, content)?)));
    }
    file.rewind()?;
    let mut octets = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut octets)?;
    if octets.len() as u64 > LIMIT {
        return Err(ReadError::TooLarge);
    }
    Ok(Examined(match format_of(&octets) {
        Format::Xml => Kind::Xml(xml::examine(octets, content)?),
        Format::Asic => Kind::Asic(asic::examine(&octets)?),
        Format::Pdf => Kind::Pdf(pdf::examine(&octets)?),
        Format::Cms => {
            let opened = cms::open(&octets)?;
            Kind::Cms(cms::examine(&mut Cursor::new(opened), content)?)
        }
    }))
}

/// Tag of SEQUENCE, which every binary CMS begins with.
const DER: u8 = 0x30;
/// Octets from the beginning of a file that are enough for [`format_of`].
pub const RECOGNISED_BY: u64 = 4096;

/// What a file is by its first octets; what is nothing else can only be CMS.
#[must_use]
pub fn format_of(beginning: &[u8]) -> Format {
    if beginning.first() == Some(&DER) {
        Format::Cms
    } else if xml::looks_like(beginning) {
        Format::Xml
    } else if asic::looks_like(beginning) {
        Format::Asic
    } else if pdf::is_pdf(beginning) {
        Format::Pdf
    } else {
        Format::Cms
    }
}

impl Examined {
    /// What the file is.
    #[must_use]
    pub fn format(&self) -> Format {
        match &self.0 {
            Kind::Cms(_) => Format::Cms,
            Kind::Xml(_) => Format::Xml,
            Kind::Pdf(_) => Format::Pdf,
            Kind::Asic(_) => Format::Asic,
        }
    }

    /// Judges every signature of the file.
    ///
    /// # Errors
    /// [`ReadError`] when there is nothing to judge.
    pub fn judge(&self, policy: &Policy<'_>) -> Result<Report, ReadError> {
        match &self.0 {
            Kind::Cms(examined) => examined.judge(policy),
            Kind::Xml(examined) => examined.judge(policy),
            Kind::Pdf(examined) => examined.judge(policy),
            Kind::Asic(examined) => examined.judge(policy),
        }
    }
}

/// [`examine`] and [`Examined::judge`] of a file in memory.
///
/// # Errors
/// [`ReadError`] when there is nothing to judge.
pub fn verify(file: &[u8], content: Option<&mut dyn Read>, policy: &Policy<'_>) -> Result<Report, ReadError> {
    examine(&mut Cursor::new(file), content)?.judge(policy)
}
