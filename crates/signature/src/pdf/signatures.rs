//! Finds the signatures of a document and what each of them covers.

use std::collections::HashSet;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::changes::{self, Changes};
use super::document::Document;
use super::error::PdfError;
use super::form::{Form, Kind};
use super::object::{Dictionary, Id, Object};
use super::permission::{DocMdp, Permissions};
use super::range::{self, Covered, RangeFault};
use super::xref::Place;

/// Signatures in one document; each is compared with the whole file.
const MAX_SIGNATURES: usize = 256;

/// How the value of a signature is encoded (ISO 32000-2 table 260, ETSI EN 319 142-1 §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubFilter {
    /// `adbe.pkcs7.detached`: CMS over the ranges.
    Cms,
    /// `adbe.pkcs7.sha1`: CMS over the SHA-1 of the ranges.
    CmsOfSha1,
    /// `ETSI.CAdES.detached`: CAdES over the ranges.
    Cades,
    /// `ETSI.RFC3161`: a document time stamp.
    TimeStamp,
    /// `adbe.x509.rsa_sha1`: a bare RSA value, deprecated.
    BareRsa,
    /// None of these, or none at all.
    Unknown,
}

/// How much of the file a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Everything.
    WholeFile,
    /// A revision; later ones follow.
    Revision,
    /// Neither: see the faults.
    Broken,
}

/// A signature as found in a document; its value is not judged here.
#[derive(Clone, Debug)]
pub struct PdfSignature {
    /// Fully qualified name of its field; `None` if no field has it.
    pub field: Option<String>,
    /// How the value is encoded.
    pub sub_filter: SubFilter,
    /// M: the time the signer claims.
    pub claimed_time: Option<OffsetDateTime>,
    /// What a certification signature allows.
    pub certifies: Option<DocMdp>,
    /// How much it covers.
    pub coverage: Coverage,
    /// What is wrong with what it covers.
    pub faults: Vec<RangeFault>,
    /// What happened to the document after it; `None` if that cannot be told.
    pub changes: Option<Changes>,
    /// Contents, filled to no more than its length.
    pub(super) value: Option<Vec<u8>>,
    pub(super) covered: Option<Covered>,
    /// The name under which the document security store keeps what belongs to it (ISO 32000-2 table 262): of
    /// Contents, zeros included.
    pub(super) vri_key: Option<String>,
}

impl PdfSignature {
    /// Where what it covers ends.
    pub(super) fn end(&self) -> Option<usize> {
        self.covered.as_ref().map(|covered| covered.second.end)
    }
}

/// All signatures of a file, the oldest first.
pub(super) fn find(document: &Document<'_>) -> Result<Vec<PdfSignature>, PdfError> {
    let form = Form::read(document)?;
    let mut seen = HashSet::new();
    let mut found: Vec<(Option<Id>, Option<Id>, Dictionary)> = Vec::new();
    for &id in &form.order {
        let field = &form.fields[&id];
        let own = field.dictionary.raw("V").and_then(Object::as_reference);
        let Object::Dictionary(value) = document.value(&field.dictionary, "V") else {
            continue;
        };
        // A signature counts as one whatever the field says it is.
        let signs = field.kind == Kind::Signature || value.raw("ByteRange").is_some();
        if signs && own.is_none_or(|own| seen.insert(own)) {
            found.push((Some(id), own, value));
        }
    }
    seen.extend(usage_rights(document));
    let mut outside: Vec<Id> = document
        .numbers()
        .map(|number| Id {
            number,
            generation: match document.place(number) {
                Place::At { generation, .. } => generation,
                _ => 0,
            },
        })
        .filter(|id| !seen.contains(id))
        .collect();
    outside.sort_unstable();
    for id in outside {
        if let Object::Dictionary(value) = document.get(id)
            && value.raw("ByteRange").is_some()
            && value.raw("Contents").is_some()
        {
            found.push((None, Some(id), value));
        }
    }
    if found.len() > MAX_SIGNATURES {
        return Err(PdfError::Limit);
    }
    let mut signatures: Vec<PdfSignature> = found
        .into_iter()
        .map(|(field, own, value)| examine(document, &form, field, own, &value))
        .collect();
    document.within_limits()?;
    signatures.sort_by_key(PdfSignature::end);
    Ok(signatures)
}

/// Signatures that enable functions of one viewer (§12.8.2.3, deprecated): nobody's signature, and in no field.
fn usage_rights(document: &Document<'_>) -> Vec<Id> {
    let catalog = document.catalog().map(|(_, catalog)| catalog);
    let permissions = catalog
        .ok()
        .and_then(|catalog| document.dictionary(&catalog, "Perms"));
    let permissions = permissions.unwrap_or_default();
    let named = ["UR", "UR3"]
        .into_iter()
        .filter_map(|key| permissions.raw(key)?.as_reference());
    named.collect()
}

fn examine(
    document: &Document<'_>,
    form: &Form,
    field: Option<Id>,
    own: Option<Id>,
    signature: &Dictionary,
) -> PdfSignature {
    let mut faults = Vec::new();
    let covered = Covered::read(document, signature, &mut faults);
    let value = range::value(signature, &mut faults);
    let field_dictionary = field
        .and_then(|id| form.fields.get(&id))
        .map(|field| &field.dictionary);
    let permissions = Permissions::read(document, signature, field_dictionary);
    let whole = covered.as_ref().is_some_and(|covered| {
        let rest = &document.data[covered.second.end..];
        rest.iter().all(|&octet| super::lexer::is_space(octet))
    });
    let changes = covered
        .as_ref()
        .filter(|_| faults.is_empty())
        .and_then(|covered| revision(document, covered, field, own, &permissions, whole, &mut faults));
    PdfSignature {
        field: field.map(|id| form.name(id)),
        sub_filter: sub_filter(document, signature),
        claimed_time: document
            .value(signature, "M")
            .as_text()
            .and_then(|text| date(&text.octets)),
        certifies: certifies(document, own, &permissions),
        coverage: match (&changes, whole) {
            (None, _) => Coverage::Broken,
            (Some(_), true) => Coverage::WholeFile,
            (Some(_), false) => Coverage::Revision,
        },
        faults,
        changes,
        value,
        covered,
        vri_key: document
            .value(signature, "Contents")
            .as_text()
            .map(|contents| super::archive::vri_key(&contents.octets)),
    }
}

/// Reads the signed octets as the document the signer saw and compares it with the last one.
fn revision(
    document: &Document<'_>,
    covered: &Covered,
    field: Option<Id>,
    own: Option<Id>,
    permissions: &Permissions,
    whole: bool,
    faults: &mut Vec<RangeFault>,
) -> Option<Changes> {
    let octets = &document.data[..covered.second.end];
    let signed = Document::open(octets)
        .ok()
        .filter(|_| range::ends_revision(octets));
    let Some(signed) = signed else {
        faults.push(RangeFault::NotARevision);
        return None;
    };
    let there = match (own, field) {
        (Some(own), _) => signed.place(own.number) == document.place(own.number),
        (None, Some(field)) => signed.place(field.number) == document.place(field.number),
        (None, None) => false,
    };
    if !there {
        faults.push(RangeFault::NotInRevision);
        return None;
    }
    if whole {
        return Some(Changes::default());
    }
    changes::since(&signed, document, permissions).ok()
}

fn sub_filter(document: &Document<'_>, signature: &Dictionary) -> SubFilter {
    match document.value(signature, "SubFilter").as_name() {
        Some(b"adbe.pkcs7.detached") => SubFilter::Cms,
        Some(b"adbe.pkcs7.sha1") => SubFilter::CmsOfSha1,
        Some(b"ETSI.CAdES.detached") => SubFilter::Cades,
        Some(b"ETSI.RFC3161") => SubFilter::TimeStamp,
        Some(b"adbe.x509.rsa_sha1") => SubFilter::BareRsa,
        _ => SubFilter::Unknown,
    }
}

/// Only the signature the catalog names certifies the document (§12.8.2.2.1).
fn certifies(document: &Document<'_>, own: Option<Id>, permissions: &Permissions) -> Option<DocMdp> {
    let (_, catalog) = document.catalog().ok()?;
    let named = document.dictionary(&catalog, "Perms")?;
    let named = named.raw("DocMDP")?.as_reference();
    permissions.document.filter(|_| own.is_some() && named == own)
}

/// `D:YYYYMMDDHHmmSSOHH'mm'` (§7.9.4); everything after the year may be missing, without an offset the time is
/// taken for UTC.
fn date(octets: &[u8]) -> Option<OffsetDateTime> {
    let text = super::form::text(octets);
    let digits: String = text.trim_start_matches("D:").replace('\'', "");
    let (local, offset) = match digits.find(['+', '-', 'Z']) {
        Some(at) => digits.split_at(at),
        None => (digits.as_str(), "Z"),
    };
    let part = |range: std::ops::Range<usize>, default: u8| match local.get(range.clone()) {
        Some(part) => part.parse::<u8>().ok(),
        None if local.len() <= range.start => Some(default),
        None => None,
    };
    let year = local.get(..4)?.parse().ok()?;
    let month = Month::try_from(part(4..6, 1)?).ok()?;
    let day = Date::from_calendar_date(year, month, part(6..8, 1)?).ok()?;
    let time = Time::from_hms(part(8..10, 0)?, part(10..12, 0)?, part(12..14, 0)?).ok()?;
    let sign: i8 = if offset.starts_with('-') { -1 } else { 1 };
    let number = |range: std::ops::Range<usize>| match offset.get(range) {
        Some(part) => part.parse::<i8>().ok(),
        None => Some(0),
    };
    let offset = UtcOffset::from_hms(sign * number(1..3)?, sign * number(3..5)?, 0).ok()?;
    Some(PrimitiveDateTime::new(day, time).assume_offset(offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn dates_are_read_as_far_as_they_go() {
        for (text, expected) in [
            (
                "D:20240229123456+03'30'",
                Some(datetime!(2024-02-29 12:34:56 +3:30)),
            ),
            ("D:20240229123456-0500", Some(datetime!(2024-02-29 12:34:56 -5))),
            (
                "D:20240229123456Z00'00'",
                Some(datetime!(2024-02-29 12:34:56 UTC)),
            ),
            ("D:2024", Some(datetime!(2024-01-01 0:00 UTC))),
            ("20240229", Some(datetime!(2024-02-29 0:00 UTC))),
            ("D:20230229", None),
            ("D:202", None),
            ("D:20240229123456+99'00'", None),
            ("D:2024é1", None),
            ("", None),
        ] {
            assert_eq!(date(text.as_bytes()), expected, "{text}");
        }
    }
}
