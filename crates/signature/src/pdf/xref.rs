//! Cross-reference sections: where each object of a revision stands (ISO 32000-2 §7.5.4, §7.5.8).

use std::collections::{BTreeMap, HashSet};

use super::error::PdfError;
use super::filter;
use super::lexer::Lexer;
use super::object::{Dictionary, Id, Object};

/// Sections in one file, several for each update; files signed hundreds of times have fewer.
const MAX_SECTIONS: usize = 4096;
/// Largest object number (§C.2).
const MAX_NUMBER: u64 = 8_388_607;

/// Entries of all sections together: some times the objects of the largest documents.
const MAX_ENTRIES: usize = 4_000_000;
/// Octets all cross-reference streams together may decode to.
const MAX_DECODED: usize = 128 << 20;

/// What reading all sections may still cost. Sections that overlap would multiply the work.
struct Budget {
    lexed: usize,
    decoded: usize,
    entries: usize,
}

fn spend(budget: &mut usize, cost: usize) -> Result<(), PdfError> {
    *budget = budget.checked_sub(cost).ok_or(PdfError::Limit)?;
    Ok(())
}

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It does not exist.
    Free,
    /// At this offset, with this generation.
    At { offset: usize, generation: u16 },
    /// In the object stream with this number, at this index.
    In { stream: u32, index: u32 },
}

/// One cross-reference section with its trailer.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    /// Offset of `xref` or of the cross-reference stream.
    pub start: usize,
    pub entries: BTreeMap<u32, Place>,
    pub trailer: Dictionary,
    /// Number of the cross-reference stream, if it is one.
    pub stream: Option<Id>,
    /// Whether readers of PDF 1.4 see other objects than later ones (§7.5.8.4).
    pub hybrid: bool,
}

impl core::fmt::Debug for Dictionary {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("dictionary")
    }
}

/// The last `startxref` of the file (§7.5.5).
pub(crate) fn last_start(data: &[u8]) -> Result<usize, PdfError> {
    const WORD: &[u8] = b"startxref";
    let at = memchr::memmem::rfind(data, WORD).ok_or(PdfError::CrossReference { at: data.len() })?;
    let mut lexer = Lexer::of_file(data, at + WORD.len());
    let offset = lexer
        .unsigned()
        .ok()
        .and_then(|offset| usize::try_from(offset).ok());
    offset
        .filter(|&offset| offset < at)
        .map(|offset| nearby(data, offset))
        .ok_or(PdfError::CrossReference { at })
}

/// The beginning of a section next to `offset`: writers miscount line ends, and every reader forgives it.
fn nearby(data: &[u8], offset: usize) -> usize {
    const NEAR: usize = 8;
    let begins = |&at: &usize| {
        let first = at == 0
            || data
                .get(at - 1)
                .is_some_and(|&before| super::lexer::is_space(before));
        let rest = data.get(at..).unwrap_or_default();
        let object = || Lexer::of_file(data, at).is_object();
        first && (rest.starts_with(b"xref") || rest.first().is_some_and(u8::is_ascii_digit) && object())
    };
    let around = (1..=NEAR).flat_map(|distance| [offset.saturating_sub(distance), offset + distance]);
    std::iter::once(offset)
        .chain(around)
        .find(begins)
        .unwrap_or(offset)
}

/// The chain of sections from `start` back through Prev, the newest first.
pub(crate) fn chain(data: &[u8], start: usize) -> Result<Vec<Section>, PdfError> {
    let mut sections = Vec::new();
    let mut seen = HashSet::new();
    let mut next = Some(start);
    let mut budget = Budget {
        lexed: data.len() * 2 + 65_536,
        decoded: MAX_DECODED,
        entries: MAX_ENTRIES,
    };
    while let Some(at) = next {
        if !seen.insert(at) {
            return Err(PdfError::CrossReference { at });
        }
        if sections.len() == MAX_SECTIONS {
            return Err(PdfError::Limit);
        }
        let section = read(data, at, &mut budget)?;
        // A section cannot stand before the header: writers put 0 where there is none.
        next = offset(&section.trailer, "Prev", at)?
            .filter(|&offset| offset > 0)
            .map(|offset| nearby(data, offset));
        sections.push(section);
    }
    Ok(sections)
}

fn offset(trailer: &Dictionary, key: &str, at: usize) -> Result<Option<usize>, PdfError> {
    match trailer.raw(key) {
        None => Ok(None),
        Some(value) => value
            .as_integer()
            .and_then(|offset| usize::try_from(offset).ok())
            .map(Some)
            .ok_or(PdfError::CrossReference { at }),
    }
}

fn read(data: &[u8], start: usize, budget: &mut Budget) -> Result<Section, PdfError> {
    let mut lexer = Lexer::of_file(data, start);
    if !lexer.keyword("xref") {
        return read_stream(data, start, budget);
    }
    let mut entries = read_table(&mut lexer, start, budget)?;
    let trailer = lexer.object()?;
    spend(&mut budget.lexed, lexer.at.saturating_sub(start))?;
    let Object::Dictionary(trailer) = trailer else {
        return Err(PdfError::CrossReference { at: start });
    };
    let beside = offset(&trailer, "XRefStm", start)?;
    if let Some(at) = beside {
        // §7.5.8.4: what the table calls free may stand in the stream.
        for (number, place) in read_stream(data, at, budget)?.entries {
            let known = entries.entry(number).or_insert(Place::Free);
            if *known == Place::Free {
                *known = place;
            }
        }
    }
    Ok(Section {
        start,
        entries,
        trailer,
        stream: None,
        hybrid: beside.is_some(),
    })
}

/// §7.5.4, up to and including `trailer`.
fn read_table(
    lexer: &mut Lexer<'_>,
    start: usize,
    budget: &mut Budget,
) -> Result<BTreeMap<u32, Place>, PdfError> {
    let broken = PdfError::CrossReference { at: start };
    let mut entries = BTreeMap::new();
    while !lexer.keyword("trailer") {
        let first = lexer.unsigned().map_err(|_| broken)?;
        let count = lexer.unsigned().map_err(|_| broken)?;
        for index in 0..count {
            spend(&mut budget.entries, 1)?;
            let offset = lexer.unsigned().map_err(|_| broken)?;
            let generation = lexer.unsigned().map_err(|_| broken)?;
            let in_use = lexer.keyword("n");
            if !in_use && !lexer.keyword("f") {
                return Err(broken);
            }
            let number = number(first + index)?;
            let place = match (usize::try_from(offset), u16::try_from(generation)) {
                (Ok(offset), Ok(generation)) if in_use && offset > 0 => Place::At { offset, generation },
                _ => Place::Free,
            };
            entries.insert(number, place);
        }
    }
    Ok(entries)
}

fn number(number: u64) -> Result<u32, PdfError> {
    u32::try_from(number)
        .ok()
        .filter(|_| number <= MAX_NUMBER)
        .ok_or(PdfError::Limit)
}

/// §7.5.8
fn read_stream(data: &[u8], start: usize, budget: &mut Budget) -> Result<Section, PdfError> {
    let broken = PdfError::CrossReference { at: start };
    let mut lexer = Lexer::of_file(data, start);
    let (id, object) = lexer.indirect().map_err(|_| broken)?;
    spend(&mut budget.lexed, lexer.at.saturating_sub(start))?;
    let stream = object.as_stream().ok_or(broken)?;
    let dictionary = &stream.dictionary;
    if !dictionary.raw("Type").is_some_and(|kind| kind.is_name("XRef")) {
        return Err(broken);
    }
    // No reference can be followed yet (§7.5.8.2).
    let direct = |object: &Object| object.clone();
    let integers = |key: &str| -> Option<Vec<u64>> {
        let items = dictionary.raw(key)?.as_array()?;
        items
            .iter()
            .map(|item| u64::try_from(item.as_integer()?).ok())
            .collect()
    };
    let length = dictionary.raw("Length").and_then(Object::as_integer);
    let length = length
        .and_then(|length| usize::try_from(length).ok())
        .ok_or(broken)?;
    let end = stream.start.checked_add(length).ok_or(broken)?;
    let raw = data.get(stream.start..end).ok_or(broken)?;
    let table = filter::decode(raw, dictionary, &direct)?;
    spend(&mut budget.decoded, table.len())?;

    let widths = integers("W").ok_or(broken)?;
    let [kind, second, third] = widths[..] else {
        return Err(broken);
    };
    if widths.iter().any(|&width| width > 8) || second == 0 {
        return Err(broken);
    }
    let size = dictionary.raw("Size").and_then(Object::as_integer);
    let size = size.and_then(|size| u64::try_from(size).ok()).ok_or(broken)?;
    let index = match dictionary.raw("Index") {
        None => vec![0, size],
        Some(_) => integers("Index")
            .filter(|index| index.len() % 2 == 0)
            .ok_or(broken)?,
    };
    #[allow(clippy::cast_possible_truncation, reason = "widths are at most 8")]
    let mut rows = table.chunks_exact((kind + second + third) as usize);
    let mut entries = BTreeMap::new();
    for range in index.chunks_exact(2) {
        for position in 0..range[1] {
            let row = rows.next().ok_or(broken)?;
            spend(&mut budget.entries, 1)?;
            let number = number(range[0].checked_add(position).ok_or(broken)?)?;
            entries.insert(number, place(row, kind, second));
        }
    }
    Ok(Section {
        start,
        entries,
        trailer: dictionary.clone(),
        stream: Some(id),
        hybrid: false,
    })
}

/// §7.5.8.3; unknown kinds are references to null.
#[allow(clippy::cast_possible_truncation, reason = "widths are at most 8")]
fn place(row: &[u8], kind: u64, second: u64) -> Place {
    let number = |octets: &[u8]| {
        octets
            .iter()
            .fold(0_u64, |sum, &octet| sum << 8 | u64::from(octet))
    };
    let (kind, rest) = row.split_at(kind as usize);
    let (second, third) = rest.split_at(second as usize);
    let kind = if kind.is_empty() { 1 } else { number(kind) };
    let (second, third) = (number(second), number(third));
    match kind {
        1 => match (usize::try_from(second), u16::try_from(third)) {
            (Ok(offset), Ok(generation)) => Place::At { offset, generation },
            _ => Place::Free,
        },
        2 => match (u32::try_from(second), u32::try_from(third)) {
            (Ok(stream), Ok(index)) => Place::In { stream, index },
            _ => Place::Free,
        },
        _ => Place::Free,
    }
}
