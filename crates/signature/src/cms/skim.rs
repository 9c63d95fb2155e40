//! Takes a SignedData of any size apart in one pass: everything but the content is read, the content is only found.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};

use crate::verify::ReadError;

/// Something that can be read more than once: a file, or octets in memory.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Most octets read of a signature beside its content: chains and whole revocation lists, but no flood.
const LIMIT: u64 = 256 << 20;
/// Deepest nesting of the pieces of one OCTET STRING.
const MAX_DEPTH: usize = 8;

/// A SignedData without its content.
#[derive(Debug)]
pub(crate) struct Skimmed {
    /// ContentInfo whose encapContentInfo names the type only; everything else octet for octet.
    pub hollow: Vec<u8>,
    /// Where the eContent OCTET STRING starts; `None` when the signature is detached.
    pub content_at: Option<u64>,
}

/// How far a constructed value goes.
#[derive(Clone, Copy)]
enum End {
    At(u64),
    Mark,
}

struct Header {
    tag: u8,
    length: Option<u64>,
}

/// Reads all of a ContentInfo (RFC 5652 §3) but the eContent.
pub(crate) fn skim(source: &mut dyn Source) -> Result<Skimmed, ReadError> {
    source.rewind()?;
    let mut walker = Walker {
        input: BufReader::new(source),
        at: 0,
    };
    let info = walker.enter(tag::SEQUENCE)?;
    let content_type = walker.whole()?;
    if Tlv::from_der(&content_type)?.oid()? != id::SIGNED_DATA {
        return Err(Malformed::Value("SignedData").into());
    }
    let explicit = walker.enter(tag::context_constructed(0))?;
    let signed_data = walker.enter(tag::SEQUENCE)?;
    let mut parts = vec![walker.whole()?, walker.whole()?];
    let encapsulated = walker.enter(tag::SEQUENCE)?;
    parts.push(write::sequence(&[walker.whole()?]));
    let content_at = if walker.is_at(encapsulated)? {
        None
    } else {
        let explicit = walker.enter(tag::context_constructed(0))?;
        let at = walker.at;
        walker.pieces(0, &mut |walker, length| walker.skip(length))?;
        walker.leave(explicit)?;
        Some(at)
    };
    walker.leave(encapsulated)?;

    let mut tail = Vec::new();
    walker.input.by_ref().take(LIMIT + 1).read_to_end(&mut tail)?;
    if tail.len() as u64 > LIMIT {
        return Err(Malformed::Header.into());
    }
    let start = walker.at;
    let mut rest = &tail[..];
    match signed_data {
        End::At(end) => {
            let length = end.checked_sub(start).ok_or(Malformed::Truncated)?;
            let inside = usize::try_from(length)
                .ok()
                .and_then(|length| tail.get(..length))
                .ok_or(Malformed::Truncated)?;
            parts.push(inside.to_vec());
            rest = &tail[inside.len()..];
        }
        End::Mark => loop {
            if let Some(after) = rest.strip_prefix(&[0, 0]) {
                rest = after;
                break;
            }
            let (value, after) = Tlv::split_ber(rest)?;
            parts.push(value.whole.to_vec());
            rest = after;
        },
    }
    for end in [explicit, info] {
        let closed = match end {
            End::At(end) => end == start + (tail.len() - rest.len()) as u64,
            End::Mark => rest.strip_prefix(&[0, 0]).inspect(|after| rest = after).is_some(),
        };
        if !closed {
            return Err(Malformed::TrailingData.into());
        }
    }
    // Zeros are what a buffer of fixed size was filled up with; anything else is another message.
    if rest.iter().any(|&octet| octet != 0) {
        return Err(Malformed::TrailingData.into());
    }
    let hollow = write::sequence(&[
        content_type,
        write::context_constructed(0, &write::sequence(&parts)),
    ]);
    Ok(Skimmed { hollow, content_at })
}

/// Gives the octets of the OCTET STRING at `at`, which BER may have split, to `take` in order.
pub(crate) fn content(
    source: &mut dyn Source,
    at: u64,
    take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> Result<(), ReadError> {
    source.seek(SeekFrom::Start(at))?;
    let mut walker = Walker {
        input: BufReader::with_capacity(1 << 18, source),
        at,
    };
    walker.pieces(0, &mut |walker, mut left| {
        while left > 0 {
            let buffer = walker.input.fill_buf()?;
            let count = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(Malformed::Truncated.into());
            }
            take(&buffer[..count])?;
            walker.input.consume(count);
            walker.at += count as u64;
            left -= count as u64;
        }
        Ok(())
    })
}

struct Walker<'a> {
    input: BufReader<&'a mut dyn Source>,
    at: u64,
}

type Visit<'v, 'a> = &'v mut dyn FnMut(&mut Walker<'a>, u64) -> Result<(), ReadError>;

impl<'a> Walker<'a> {
    fn octet(&mut self) -> Result<u8, ReadError> {
        let mut octet = [0];
        self.input.read_exact(&mut octet).map_err(truncated)?;
        self.at += 1;
        Ok(octet[0])
    }

    fn header(&mut self) -> Result<Header, ReadError> {
        let tag = self.octet()?;
        let first = self.octet()?;
        let length = match first {
            0x80 => None,
            0..0x80 => Some(first.into()),
            _ => {
                let count = first & 0x7f;
                if count > 8 {
                    return Err(Malformed::Header.into());
                }
                let mut length = 0_u64;
                for _ in 0..count {
                    length = length << 8 | u64::from(self.octet()?);
                }
                Some(length)
            }
        };
        if tag & 0x1f == 0x1f || (length.is_none() && tag & 0x20 == 0) {
            return Err(Malformed::Header.into());
        }
        Ok(Header { tag, length })
    }

    /// Enters a constructed value with this tag.
    fn enter(&mut self, expected: u8) -> Result<End, ReadError> {
        let header = self.header()?;
        if header.tag != expected {
            return Err(Malformed::Tag {
                expected,
                found: header.tag,
            }
            .into());
        }
        self.end(header.length)
    }

    fn end(&self, length: Option<u64>) -> Result<End, ReadError> {
        Ok(match length {
            Some(length) => End::At(self.at.checked_add(length).ok_or(Malformed::Header)?),
            None => End::Mark,
        })
    }

    fn is_at(&mut self, end: End) -> Result<bool, ReadError> {
        Ok(match end {
            End::At(end) => self.at >= end,
            // No value has tag 0, so one octet tells.
            End::Mark => self.input.fill_buf()?.first() == Some(&0),
        })
    }

    fn leave(&mut self, end: End) -> Result<(), ReadError> {
        match end {
            End::At(end) if end == self.at => Ok(()),
            End::At(_) => Err(Malformed::TrailingData.into()),
            End::Mark => match (self.octet()?, self.octet()?) {
                (0, 0) => Ok(()),
                _ => Err(Malformed::Header.into()),
            },
        }
    }

    /// The next value, which must be small.
    fn whole(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut value = Vec::new();
        self.copy(&mut value, 0)?;
        Ok(value)
    }

    fn copy(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<(), ReadError> {
        const SMALL: u64 = 1 << 16;
        let header = self.header()?;
        let mut value = Vec::new();
        match header.length {
            Some(length) if length <= SMALL => {
                self.input.by_ref().take(length).read_to_end(&mut value)?;
                if value.len() as u64 != length {
                    return Err(Malformed::Truncated.into());
                }
                self.at += length;
            }
            None if depth < MAX_DEPTH => {
                while !self.is_at(End::Mark)? {
                    if value.len() as u64 > SMALL {
                        return Err(Malformed::Header.into());
                    }
                    self.copy(&mut value, depth + 1)?;
                }
                self.leave(End::Mark)?;
            }
            _ => return Err(Malformed::Header.into()),
        }
        out.extend(write::value(header.tag, &value));
        Ok(())
    }

    fn skip(&mut self, length: u64) -> Result<(), ReadError> {
        let step = i64::try_from(length).map_err(|_| Malformed::Header)?;
        self.input.seek_relative(step)?;
        self.at = self.at.checked_add(length).ok_or(Malformed::Header)?;
        Ok(())
    }

    /// Visits the primitive pieces of an OCTET STRING (X.690 §8.7.3).
    fn pieces(&mut self, depth: usize, visit: Visit<'_, 'a>) -> Result<(), ReadError> {
        let header = self.header()?;
        match (header.tag, header.length) {
            (tag::OCTET_STRING, Some(length)) => visit(self, length),
            (tag::OCTET_STRING_CONSTRUCTED, _) if depth < MAX_DEPTH => {
                let end = self.end(header.length)?;
                while !self.is_at(end)? {
                    self.pieces(depth + 1, visit)?;
                }
                self.leave(end)
            }
            (tag::OCTET_STRING_CONSTRUCTED, _) => Err(Malformed::TooDeep.into()),
            (found, _) => Err(Malformed::Tag {
                expected: tag::OCTET_STRING,
                found,
            }
            .into()),
        }
    }
}

fn truncated(error: io::Error) -> ReadError {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        Malformed::Truncated.into()
    } else {
        error.into()
    }
}
