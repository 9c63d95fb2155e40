//! A ZIP reader that refuses every file two readers could understand differently (APPNOTE.TXT 6.3.10).
//!
//! Libraries are written to open whatever can be opened: the last of two files of one name, data before the first
//! entry, sizes that differ between directory and file. Here each of these is a way to show something else than
//! what was signed.

mod name;

use std::collections::HashSet;
use std::ops::Range;

use miniz_oxide::inflate::decompress_to_vec_with_limit;
use thiserror::Error;

/// Files of one container.
const MAX_FILES: usize = 4096;
/// Octets of all files together, decompressed.
const MAX_TOTAL: usize = 512 << 20;

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const CENTRAL_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;

/// Why a container is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ContainerError {
    /// Cut off, or not a ZIP archive.
    #[error("not a ZIP archive")]
    Unreadable,
    /// Encrypted, in several volumes, of more than 4 GiB, or compressed by a method other than Deflate.
    #[error("an archive of a kind that is not read")]
    Unsupported,
    /// Two files of one name.
    #[error("two files have the same name")]
    DuplicateName,
    /// A name that leads out of the container.
    #[error("a file has an impossible name")]
    BadName,
    /// Directory and files contradict each other, overlap, or leave octets that belong to nothing.
    #[error("the directory and the files contradict each other")]
    Inconsistent,
    /// More files or octets than any honest container.
    #[error("the container is too large")]
    TooLarge,
    /// A file does not decompress to what the directory promises.
    #[error("a file is damaged")]
    Damaged,
}

impl ContainerError {
    /// Stable code for texts and logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable | Self::Damaged => "signature.container-unreadable",
            Self::Unsupported => "signature.container-unsupported",
            Self::DuplicateName | Self::BadName | Self::Inconsistent => "signature.container-ambiguous",
            Self::TooLarge => "signature.too-large",
        }
    }
}

/// A file of the container, decompressed.
#[derive(Debug)]
pub(crate) struct Entry {
    pub name: String,
    pub content: Vec<u8>,
}

/// Whether octets are meant as a ZIP archive.
pub(crate) fn looks_like(octets: &[u8]) -> bool {
    octets.starts_with(&LOCAL)
}

/// Reads every file, in the order of the archive.
pub(crate) fn read(archive: &[u8]) -> Result<Vec<Entry>, ContainerError> {
    let directory = directory(archive)?;
    let mut listed = Vec::new();
    let mut at = directory.start;
    while at < directory.end {
        let (entry, next) = Listed::read(archive, at)?;
        listed.push(entry);
        if listed.len() > MAX_FILES {
            return Err(ContainerError::TooLarge);
        }
        at = next;
    }
    if at != directory.end {
        return Err(ContainerError::Inconsistent);
    }
    let mut names = HashSet::new();
    for entry in &listed {
        check_name(&entry.name)?;
        // Some systems do not tell upper and lower case apart.
        if !names.insert(entry.name.to_lowercase()) {
            return Err(ContainerError::DuplicateName);
        }
    }
    listed.sort_by_key(|entry| entry.offset);
    let mut expected = 0;
    let mut budget = MAX_TOTAL;
    let mut entries = Vec::new();
    for entry in listed {
        if entry.offset != expected {
            return Err(ContainerError::Inconsistent);
        }
        let (data, next) = entry.locate(archive, directory.start)?;
        expected = next;
        if entry.name.ends_with('/') {
            continue;
        }
        let content = entry.unpack(&archive[data], budget)?;
        budget -= content.len();
        entries.push(Entry {
            name: entry.name,
            content,
        });
    }
    if expected != directory.start {
        return Err(ContainerError::Inconsistent);
    }
    Ok(entries)
}

/// Where the central directory lies: it must end where its end record begins, and that record end the file.
fn directory(archive: &[u8]) -> Result<Range<usize>, ContainerError> {
    let from = archive.len().saturating_sub(END_LENGTH + usize::from(u16::MAX));
    let tail = archive.get(from..).unwrap_or_default();
    let found: Vec<usize> = tail
        .windows(END.len())
        .enumerate()
        .filter(|(_, window)| *window == END)
        .map(|(index, _)| from + index)
        .collect();
    let ends_file = |&&at: &&usize| {
        number(archive, at + 20, 2).is_ok_and(|comment| at + END_LENGTH + comment == archive.len())
    };
    let &at = found.last().ok_or(ContainerError::Unreadable)?;
    // A second end record within the comment of the first would be another archive; one inside a stored file is not.
    if !found.iter().filter(ends_file).eq([&at]) {
        return Err(ContainerError::Inconsistent);
    }
    let disk = number(archive, at + 4, 2)?;
    let start_disk = number(archive, at + 6, 2)?;
    let here = number(archive, at + 8, 2)?;
    let total = number(archive, at + 10, 2)?;
    let size = number(archive, at + 12, 4)?;
    let start = number(archive, at + 16, 4)?;
    if disk != 0 || start_disk != 0 || total == 0xffff || size == 0xffff_ffff || start == 0xffff_ffff {
        return Err(ContainerError::Unsupported);
    }
    if here != total || start.checked_add(size) != Some(at) {
        return Err(ContainerError::Inconsistent);
    }
    Ok(start..at)
}

/// One entry of the central directory (§4.3.12).
struct Listed {
    name: String,
    raw_name: Vec<u8>,
    flags: usize,
    method: usize,
    crc: usize,
    packed: usize,
    size: usize,
    offset: usize,
}

impl Listed {
    fn read(archive: &[u8], at: usize) -> Result<(Self, usize), ContainerError> {
        if archive.get(at..at + 4) != Some(&CENTRAL) {
            return Err(ContainerError::Inconsistent);
        }
        let field = |offset, length| number(archive, at + offset, length);
        let (name, extra, comment) = (field(28, 2)?, field(30, 2)?, field(32, 2)?);
        let name_at = at + CENTRAL_LENGTH;
        let extra_at = name_at + name;
        let raw_name = archive
            .get(name_at..extra_at)
            .ok_or(ContainerError::Unreadable)?
            .to_vec();
        let [size, packed, offset] = wide(
            archive,
            extra_at..extra_at + extra,
            [field(24, 4)?, field(20, 4)?, field(42, 4)?],
        )?;
        let entry = Self {
            name: name::decode(&raw_name),
            raw_name,
            flags: field(8, 2)?,
            method: field(10, 2)?,
            crc: field(16, 4)?,
            packed,
            size,
            offset,
        };
        const ENCRYPTED: usize = 1 | 1 << 6 | 1 << 13;
        if entry.flags & ENCRYPTED != 0 || !matches!(entry.method, 0 | 8) {
            return Err(ContainerError::Unsupported);
        }
        Ok((entry, extra_at + extra + comment))
    }

    /// Where the data lie and where the next entry must begin (§4.3.7, §4.3.9).
    fn locate(&self, archive: &[u8], limit: usize) -> Result<(Range<usize>, usize), ContainerError> {
        const DESCRIBED: usize = 1 << 3;
        const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
        let at = self.offset;
        if archive.get(at..at + 4) != Some(&LOCAL) {
            return Err(ContainerError::Inconsistent);
        }
        let field = |offset, length| number(archive, at + offset, length);
        let (name, extra) = (field(26, 2)?, field(28, 2)?);
        let name_at = at + LOCAL_LENGTH;
        let extra_at = name_at + name;
        let same_name = archive.get(name_at..extra_at) == Some(&self.raw_name[..]);
        let [size, packed] = wide(
            archive,
            extra_at..extra_at + extra,
            [field(22, 4)?, field(18, 4)?],
        )?;
        let numbers = [field(14, 4)?, packed, size];
        let listed = [self.crc, self.packed, self.size];
        let described = self.flags & DESCRIBED != 0;
        // Where a descriptor follows, what was not known yet is zero; some writers know the size.
        let same_numbers = numbers
            .iter()
            .zip(&listed)
            .all(|(here, listed)| here == listed || (described && *here == 0));
        if !same_name || field(8, 2)? != self.method || field(6, 2)? != self.flags || !same_numbers {
            return Err(ContainerError::Inconsistent);
        }
        let data = extra_at + extra;
        let end = data.checked_add(self.packed).filter(|end| *end <= limit);
        let end = end.ok_or(ContainerError::Inconsistent)?;
        let mut next = end;
        if described {
            if archive.get(end..end + 4) == Some(&DESCRIPTOR) {
                next += 4;
            }
            // §4.3.9.2: sizes of eight octets in the descriptor of a file with the extra field.
            let short = [(0, 4), (4, 4), (8, 4)];
            let long = [(0, 4), (4, 8), (12, 8)];
            let length = [(short, 12), (long, 20)].into_iter().find(|(fields, _)| {
                fields.map(|(offset, length)| number(archive, next + offset, length)) == listed.map(Ok)
            });
            next += length.ok_or(ContainerError::Inconsistent)?.1;
        }
        Ok((data..end, next))
    }

    fn unpack(&self, packed: &[u8], budget: usize) -> Result<Vec<u8>, ContainerError> {
        if self.size > budget {
            return Err(ContainerError::TooLarge);
        }
        let content = if self.method == 0 {
            packed.to_vec()
        } else {
            // One octet more than promised is enough to know that the promise is broken.
            decompress_to_vec_with_limit(packed, self.size + 1).map_err(|_| ContainerError::Damaged)?
        };
        if content.len() != self.size || crc32fast::hash(&content) as usize != self.crc {
            return Err(ContainerError::Damaged);
        }
        Ok(content)
    }
}

fn check_name(name: &str) -> Result<(), ContainerError> {
    let inside = name
        .trim_end_matches('/')
        .split('/')
        .all(|part| !matches!(part, "" | "." | ".."));
    let plain = !name.contains(['\\', '\0']) && !name.chars().any(char::is_control);
    let drive = name.as_bytes().get(1) == Some(&b':');
    if inside && plain && !drive {
        Ok(())
    } else {
        Err(ContainerError::BadName)
    }
}

/// Sizes and offset with those that say «see the extra field» (§4.5.3) taken from there, in their fixed order.
fn wide<const N: usize>(
    archive: &[u8],
    extra: Range<usize>,
    mut fields: [usize; N],
) -> Result<[usize; N], ContainerError> {
    const ELSEWHERE: usize = 0xffff_ffff;
    const ZIP64: usize = 1;
    if !fields.contains(&ELSEWHERE) {
        return Ok(fields);
    }
    let mut at = extra.start;
    while at + 4 <= extra.end {
        let length = number(archive, at + 2, 2)?;
        let end = at + 4 + length;
        if number(archive, at, 2)? == ZIP64 && end <= extra.end {
            let mut value = at + 4;
            for field in fields.iter_mut().filter(|field| **field == ELSEWHERE) {
                if value + 8 > end {
                    return Err(ContainerError::Inconsistent);
                }
                *field = number(archive, value, 8)?;
                value += 8;
            }
            return Ok(fields);
        }
        at = end;
    }
    // Without the field the number means itself: a file that is not read here.
    Err(ContainerError::Unsupported)
}

/// Little-endian number of at most eight octets.
fn number(archive: &[u8], at: usize, length: usize) -> Result<usize, ContainerError> {
    let octets = archive.get(at..at + length).ok_or(ContainerError::Unreadable)?;
    let value = octets
        .iter()
        .rev()
        .fold(0_u64, |sum, &octet| sum << 8 | u64::from(octet));
    usize::try_from(value).map_err(|_| ContainerError::Unsupported)
}
