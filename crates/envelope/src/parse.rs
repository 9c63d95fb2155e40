//! EnvelopedData read from DER or BER without copying (RFC 5652 §6.1).

use kabinet_pki::Oid;
use kabinet_pki::tlv::{Malformed, Tlv, tag};

use crate::content::read_code;
use crate::error::DecryptError;
use crate::oid;

/// An envelope as far as it concerns a reader.
pub(crate) struct EnvelopedData<'a> {
    /// Certificates of originatorInfo, as encoded.
    pub(crate) originators: Vec<&'a [u8]>,
    pub(crate) recipients: Vec<Tlv<'a>>,
    pub(crate) algorithm: Tlv<'a>,
    /// Pieces of the encrypted content; `None` when it is kept apart.
    pub(crate) content: Option<Vec<&'a [u8]>>,
    /// The code of the content.
    pub(crate) code: Option<&'a [u8]>,
}

impl<'a> EnvelopedData<'a> {
    /// ContentInfo ::= SEQUENCE { contentType, content \[0\] EXPLICIT ANY } (§3)
    pub(crate) fn parse(input: &'a [u8]) -> Result<Self, DecryptError> {
        let mut info = Tlv::from_ber(input)?.require(tag::SEQUENCE)?.reader();
        let content_type: Oid = info.any()?.oid()?;
        if content_type != oid::ENVELOPED_DATA {
            return Err(DecryptError::ContentType(content_type));
        }
        let mut explicit = info.expect(tag::context_constructed(0))?.reader();
        info.finish()?;
        let data = explicit.expect(tag::SEQUENCE)?;
        explicit.finish()?;
        Ok(Self::read(data)?)
    }

    /// EnvelopedData ::= SEQUENCE { version, originatorInfo \[0\] OPTIONAL, recipientInfos SET,
    /// encryptedContentInfo, unprotectedAttrs \[1\] OPTIONAL }
    fn read(data: Tlv<'a>) -> Result<Self, Malformed> {
        let mut reader = data.reader();
        reader.expect(tag::INTEGER)?;
        let originators = match reader.optional(tag::context_constructed(0))? {
            Some(info) => read_originators(info)?,
            None => Vec::new(),
        };
        let recipients = reader.expect(tag::SET)?.reader().collect::<Result<_, _>>()?;
        let mut info = reader.expect(tag::SEQUENCE)?.reader();
        let code = match reader.optional(tag::context_constructed(1))? {
            Some(attributes) => read_code(attributes)?,
            None => None,
        };
        reader.finish()?;
        info.expect(tag::OID)?;
        let algorithm = info.expect(tag::SEQUENCE)?;
        let content = match info.optional_of(&[tag::context(0), tag::context_constructed(0)])? {
            Some(content) => Some(read_pieces(content)?),
            None => None,
        };
        info.finish()?;
        Ok(Self {
            originators,
            recipients,
            algorithm,
            content,
            code,
        })
    }
}

/// OriginatorInfo ::= SEQUENCE { certs \[0\] OPTIONAL, crls \[1\] OPTIONAL }
fn read_originators(info: Tlv<'_>) -> Result<Vec<&[u8]>, Malformed> {
    let mut reader = info.reader();
    let certificates = reader.optional(tag::context_constructed(0))?;
    reader.optional(tag::context_constructed(1))?;
    reader.finish()?;
    certificates
        .into_iter()
        .flat_map(|set| set.reader())
        .map(|one| Ok(one?.whole))
        .collect()
}

/// \[0\] IMPLICIT OCTET STRING, which BER may split.
fn read_pieces(content: Tlv<'_>) -> Result<Vec<&[u8]>, Malformed> {
    if content.tag == tag::context(0) {
        return Ok(vec![content.value]);
    }
    let mut pieces = Vec::new();
    for piece in content.reader() {
        pieces.extend(piece?.octet_string_chunks()?);
    }
    Ok(pieces)
}
