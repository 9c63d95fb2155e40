//! Textual encoding (RFC 7468): any number of blocks, with whatever stands between them.

use der::pem::{Decoder, LineEnding, encode_string};
use zeroize::Zeroizing;

use super::error::KeyFileError;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// One block.
pub(super) struct Block<'a> {
    pub(super) label: &'a str,
    pub(super) der: Zeroizing<Vec<u8>>,
}

/// Whether the octets are text with at least one block.
pub(super) fn is_pem(input: &[u8]) -> bool {
    std::str::from_utf8(input).is_ok_and(|text| text.contains(BEGIN))
}

/// Every block of a text.
pub(super) fn read(input: &[u8]) -> Result<Vec<Block<'_>>, KeyFileError> {
    let mut rest = std::str::from_utf8(input).map_err(|_| KeyFileError::Malformed)?;
    let mut blocks = Vec::new();
    while let Some(start) = rest.find(BEGIN) {
        let block = &rest[start..];
        let end = block.find(END).ok_or(KeyFileError::Malformed)?;
        let line = block[end..].find('\n').map_or(block.len(), |length| end + length);
        blocks.push(decode(&block[..line])?);
        rest = &block[line..];
    }
    Ok(blocks)
}

fn decode(text: &str) -> Result<Block<'_>, KeyFileError> {
    let malformed = |_| KeyFileError::Malformed;
    let mut decoder = Decoder::new_detect_wrap(text.trim_end().as_bytes()).map_err(malformed)?;
    // As long as it gets: growing would leave copies behind.
    let mut der = Zeroizing::new(Vec::with_capacity(decoder.remaining_len()));
    decoder.decode_to_end(&mut der).map_err(malformed)?;
    Ok(Block {
        label: decoder.type_label(),
        der,
    })
}

/// Writes one block, with a line end behind it.
pub(super) fn write(label: &str, der: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let text = encode_string(label, LineEnding::LF, der).map_err(|_| KeyFileError::Malformed)?;
    Ok(Zeroizing::new(text.into_bytes()))
}
