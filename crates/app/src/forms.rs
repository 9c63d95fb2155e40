//! The forms a signature of one file can take: what is given to the token, and what becomes of its answer.

use std::io::{Read, Write};

use kabinet_pki::Certificate;
use kabinet_signature::pdf::{DEFAULT_ROOM, PdfPrepare, PdfSignError, PdfToBeSigned, VisibleStamp};
use kabinet_signature::{AttachedFile, Content, Mechanism, Prepare, Properties, ToBeSigned, xml};
use kabinet_texts::{Language, Texts};
use time::OffsetDateTime;

use crate::view::{SignatureForm, day};
use crate::{AppError, sign, tokens};

/// Attached content above this is written while it is read.
const LARGE: u64 = 16 << 20;
/// Octets read at once: few calls of the system, and still inside the processor's cache.
const CHUNK: usize = 1 << 18;
/// Largest document the signature is put inside of, octets: it is held in memory.
const INSIDE_LIMIT: u64 = 256 << 20;

/// A file to be signed, and where the result goes.
pub struct Signing<R, W> {
    /// The content, read once.
    pub content: R,
    /// Its length, where it is known; attached content of unknown length is held in memory.
    pub length: Option<u64>,
    /// Form.
    pub form: SignatureForm,
    /// Show the signature on the last page of a PDF document, in this language.
    pub visible: Option<Language>,
    /// The CMS file of somebody else that the signature is added to.
    pub existing: Option<Vec<u8>>,
    /// Where the result goes. After a failure something unfinished may be there.
    pub out: W,
}

/// What only the signature value is missing from.
pub(crate) enum Prepared {
    Cms(ToBeSigned),
    /// The content is in the file already.
    Written(ToBeSigned),
    Pdf(PdfToBeSigned),
    Xml(xml::ToBeSigned),
}

/// What a token is given.
pub(crate) struct ToSign {
    pub(crate) mechanism: Mechanism,
    pub(crate) input: Vec<u8>,
}

impl From<&ToBeSigned> for ToSign {
    fn from(prepared: &ToBeSigned) -> Self {
        Self {
            mechanism: prepared.mechanism(),
            input: prepared.digest(),
        }
    }
}

impl Prepared {
    pub(crate) fn to_sign(&self) -> ToSign {
        match self {
            Self::Cms(prepared) | Self::Written(prepared) => prepared.into(),
            Self::Pdf(prepared) => prepared.value().into(),
            Self::Xml(prepared) => ToSign {
                mechanism: prepared.mechanism(),
                input: prepared.digest(),
            },
        }
    }
}

impl<R: Read, W: Write> Signing<R, W> {
    /// Reads the content and fixes what is signed.
    pub(crate) fn prepare(
        &mut self,
        certificate: Certificate,
        chain: Vec<Certificate>,
    ) -> Result<Prepared, AppError> {
        let now = OffsetDateTime::now_utc();
        let form = match &self.existing {
            // The content is that of the file it is added to.
            Some(_) => SignatureForm::Detached,
            None => self.form,
        };
        let content = match form {
            SignatureForm::Detached => Content::Detached(sign::digest(&certificate, &mut self.content)?),
            SignatureForm::Attached => match self.length {
                Some(length) if length > LARGE => self.write_content(&certificate, length)?,
                _ => Content::Attached(self.whole(u64::MAX)?),
            },
            SignatureForm::Pdf => {
                let file = self.whole(INSIDE_LIMIT)?;
                let stamp = self
                    .visible
                    .map(|language| VisibleStamp::at_foot(&file, stamp_lines(&certificate, language)))
                    .transpose()
                    .map_err(PdfSignError::from)?;
                let prepare = PdfPrepare {
                    certificate,
                    chain,
                    signing_time: now,
                    field: None,
                    certify: None,
                    stamp,
                    room: DEFAULT_ROOM,
                };
                return Ok(Prepared::Pdf(prepare.to_be_signed(&file)?));
            }
            SignatureForm::Xml => {
                let document = self.whole(INSIDE_LIMIT)?;
                let prepare = xml::Prepare {
                    certificate,
                    chain,
                    signing_time: Some(now),
                    content: xml::Content::Enveloped {
                        document,
                        element: None,
                    },
                };
                return Ok(Prepared::Xml(prepare.to_be_signed()?));
            }
        };
        let is_written = matches!(content, Content::Written(_));
        let prepared = Prepare {
            certificate,
            chain,
            signing_time: Some(now),
            content,
            properties: Properties::default(),
        }
        .to_be_signed()?;
        Ok(if is_written {
            Prepared::Written(prepared)
        } else {
            Prepared::Cms(prepared)
        })
    }

    fn write_content(&mut self, certificate: &Certificate, length: u64) -> Result<Content, AppError> {
        let mut file = AttachedFile::begin(certificate, length, &mut self.out)??;
        let mut buffer = vec![0; CHUNK];
        loop {
            match self.content.read(&mut buffer)? {
                0 => break,
                count => file.write_all(&buffer[..count])?,
            }
        }
        Ok(Content::Written(file.finish()?.0))
    }

    fn whole(&mut self, limit: u64) -> Result<Vec<u8>, AppError> {
        let mut content = Vec::new();
        Read::by_ref(&mut self.content)
            .take(limit.saturating_add(1))
            .read_to_end(&mut content)?;
        if content.len() as u64 > limit {
            return Err(AppError::TooLarge { limit });
        }
        Ok(content)
    }

    /// Checks what the token returned and writes the result. `raise` may add a time stamp to the value of a PDF
    /// signature, which cannot be added later.
    pub(crate) fn finish(
        &mut self,
        prepared: &Prepared,
        raw: &[u8],
        raise: impl FnOnce(Vec<u8>) -> Vec<u8>,
    ) -> Result<(), AppError> {
        let octets = match (prepared, &self.existing) {
            (Prepared::Cms(prepared), Some(existing)) => prepared.complete_beside(existing, raw)?,
            (Prepared::Cms(prepared), None) => prepared.complete(raw)?,
            (Prepared::Written(prepared), _) => prepared.complete_written(raw)?,
            (Prepared::Pdf(prepared), _) => prepared.embed(&raise(prepared.value().complete(raw)?))?,
            (Prepared::Xml(prepared), _) => prepared.complete(raw)?,
        };
        self.out.write_all(&octets)?;
        Ok(self.out.flush()?)
    }
}

/// What is shown on the page (ГОСТ Р 7.0.97-2016, 5.23).
fn stamp_lines(certificate: &Certificate, language: Language) -> Vec<String> {
    let texts = Texts::new(language);
    let serial = hex::encode_upper(certificate.serial());
    let (from, until) = (day(certificate.not_before()), day(certificate.not_after()));
    let holder = tokens::certificate_view(certificate, OffsetDateTime::now_utc()).holder;
    vec![
        texts.plain("signature.stamp.title"),
        texts.text("signature.stamp.certificate", [("serial", serial.as_str())]),
        texts.text("signature.stamp.holder", [("holder", holder.as_str())]),
        texts.text(
            "signature.stamp.valid",
            [("from", from.as_str()), ("until", until.as_str())],
        ),
    ]
}
