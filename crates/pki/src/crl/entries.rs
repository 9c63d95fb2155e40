//! Entries of a list, walked without copying or allocating.

use time::OffsetDateTime;

use super::Crl;
use crate::certificate::Certificate;
use crate::extension::read_extensions;
use crate::general_name::GeneralName;
use crate::instant;
use crate::oid::extension as id;
use crate::problem::RevocationReason;
use crate::tlv::{Malformed, Reader, Tlv, tag};

/// An entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrlEntry {
    /// revocationDate.
    pub at: OffsetDateTime,
    /// reasonCode.
    pub reason: RevocationReason,
    /// removeFromCRL, in a delta: the suspension is over or the certificate expired.
    pub removed: bool,
}

/// What every entry says of itself, still encoded.
struct Entry<'a> {
    serial: &'a [u8],
    rest: Reader<'a>,
    /// certificateIssuer, content of the OCTET STRING.
    issuer: Option<&'a [u8]>,
}

impl Crl {
    /// The entry of `certificate`, the last if there are several. An entry names the issuer it is of, or is of
    /// that of the entry before (RFC 5280 §5.3.3).
    ///
    /// Errors when the list is broken, or any entry has a critical extension not handled here: such a list tells
    /// nothing about any certificate (§5.3).
    pub fn find(&self, certificate: &Certificate) -> Result<Option<CrlEntry>, Malformed> {
        let own = self.issuer_name() == certificate.issuer_name();
        let mut current: Option<&[u8]> = None;
        let mut found = None;
        for entry in self.entries() {
            let mut entry = read_entry(entry?)?;
            current = entry.issuer.or(current);
            if entry.serial != certificate.serial_content() {
                continue;
            }
            let of_same_issuer = match current {
                None => own,
                Some(names) => names_issuer(names, certificate)?,
            };
            if of_same_issuer {
                found = Some(read_details(&mut entry.rest)?);
            }
        }
        Ok(found)
    }

    /// Number of entries.
    #[must_use]
    pub fn entry_count(&self) -> usize {
        self.entries().filter(Result::is_ok).count()
    }

    fn entries(&self) -> impl Iterator<Item = Result<Tlv<'_>, Malformed>> {
        let content = self.encoded_entries();
        let list = if content.is_empty() {
            None
        } else {
            Tlv::from_der(content).ok()
        };
        list.into_iter().flat_map(|list| list.reader())
    }
}

/// SEQUENCE { userCertificate, revocationDate, crlEntryExtensions OPTIONAL } (§5.1)
fn read_entry(entry: Tlv<'_>) -> Result<Entry<'_>, Malformed> {
    let mut reader = entry.require(tag::SEQUENCE)?.reader();
    let serial = reader.any()?.integer_content()?;
    let rest = reader.clone();
    reader.any()?;
    let mut issuer = None;
    if let Some(extensions) = reader.optional(tag::SEQUENCE)? {
        for extension in extensions.reader() {
            let mut fields = extension?.require(tag::SEQUENCE)?.reader();
            let oid = fields.expect(tag::OID)?.value;
            let critical = fields.optional(tag::BOOLEAN)?.map_or(Ok(false), Tlv::boolean)?;
            if oid == id::CERTIFICATE_ISSUER.as_bytes() {
                issuer = Some(fields.expect(tag::OCTET_STRING)?.value);
            } else if critical && oid != id::REASON_CODE.as_bytes() && oid != id::INVALIDITY_DATE.as_bytes() {
                return Err(Malformed::Value("critical CRL entry extension"));
            }
        }
    }
    Ok(Entry { serial, rest, issuer })
}

fn names_issuer(names: &[u8], certificate: &Certificate) -> Result<bool, Malformed> {
    let names = GeneralName::read_all(Tlv::from_der(names)?.require(tag::SEQUENCE)?)?;
    Ok(names
        .iter()
        .any(|name| matches!(name, GeneralName::Directory(name) if name == certificate.issuer_name())))
}

fn read_details(rest: &mut Reader<'_>) -> Result<CrlEntry, Malformed> {
    let mut entry = CrlEntry {
        at: instant::read(rest.any()?)?,
        reason: RevocationReason::Unspecified,
        removed: false,
    };
    let Some(extensions) = rest.optional(tag::SEQUENCE)? else {
        return Ok(entry);
    };
    for extension in read_extensions(extensions)? {
        if extension.oid == id::REASON_CODE {
            let number = Tlv::from_der(&extension.value)?.enumerated()?;
            entry.removed = number == 8;
            entry.reason = RevocationReason::from_number(number);
        }
    }
    Ok(entry)
}
