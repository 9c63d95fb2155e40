//! Certificate revocation lists (RFC 5280 §5) that stay encoded: a million entries cost no memory of their own.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use const_oid::ObjectIdentifier as Oid;
use time::OffsetDateTime;

use crate::algorithm::SignatureAlgorithm;
use crate::certificate::{Certificate, pem_blocks, range_in};
use crate::extension::{full_names, read_extensions};
use crate::instant;
use crate::name::DistinguishedName;
use crate::oid::extension as id;
use crate::problem::RevocationReason;
use crate::tlv::{Malformed, Reader, Tlv, tag};

/// A certificate revocation list. Cloning is cheap.
#[derive(Clone)]
pub struct Crl(Arc<Fields>);

struct Fields {
    der: Vec<u8>,
    tbs: Range<usize>,
    entries: Range<usize>,
    signature_algorithm: Result<SignatureAlgorithm, Oid>,
    signature: Vec<u8>,
    issuer: DistinguishedName,
    this_update: OffsetDateTime,
    next_update: Option<OffsetDateTime>,
    authority_key_id: Option<Vec<u8>>,
    scope: Scope,
    number: Option<Vec<u8>>,
    /// Signatures over large lists are slow and one list serves many certificates.
    checked: Mutex<Vec<([u8; 32], bool)>>,
}

/// What the list covers, out of its extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// A critical extension not handled here, a delta, an indirect list, or one of attribute certificates only.
    pub unsupported: bool,
    /// Names of issuingDistributionPoint, as GeneralName DER.
    pub points: Vec<Vec<u8>>,
    pub only_user: bool,
    pub only_authority: bool,
    pub only_some_reasons: bool,
}

/// An entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrlEntry {
    /// revocationDate.
    pub at: OffsetDateTime,
    /// reasonCode.
    pub reason: RevocationReason,
    /// The entry says the suspension is over.
    pub removed: bool,
    /// The entry has a critical extension not handled here.
    pub unsupported: bool,
}

impl Crl {
    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(Arc::new(read(der)?)))
    }

    /// Reads DER, or the first list of a PEM text.
    pub fn from_pem_or_der(input: &[u8]) -> Result<Self, Malformed> {
        if input.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(input);
        }
        let text = core::str::from_utf8(input).map_err(|_| Malformed::Value("PEM"))?;
        let der = pem_blocks(text, "X509 CRL")
            .next()
            .ok_or(Malformed::Value("PEM"))?;
        Self::from_der(&der)
    }

    /// The octets as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer_name(&self) -> &DistinguishedName {
        &self.0.issuer
    }

    /// When the list was made.
    #[must_use]
    pub fn this_update(&self) -> OffsetDateTime {
        self.0.this_update
    }

    /// When the next one will be there at the latest.
    #[must_use]
    pub fn next_update(&self) -> Option<OffsetDateTime> {
        self.0.next_update
    }

    /// cRLNumber, big-endian.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        self.0.number.as_deref()
    }

    /// keyIdentifier of authorityKeyIdentifier.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.0.authority_key_id.as_deref()
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// Whether `issuer`'s key signed this list, and not with SHA-1; nothing else is checked.
    #[must_use]
    pub fn is_signed_by(&self, issuer: &Certificate) -> bool {
        let fields = &self.0;
        let key = issuer.fingerprint();
        // A poisoned lock only means that another thread panicked between two whole states.
        let mut checked = fields
            .checked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, outcome)) = checked.iter().find(|(known, _)| *known == key) {
            return *outcome;
        }
        let tbs = &fields.der[fields.tbs.clone()];
        let outcome = fields.signature_algorithm.is_ok_and(|algorithm| {
            !algorithm.is_weak()
                && issuer
                    .public_key()
                    .verify(algorithm, tbs, &fields.signature)
                    .is_ok()
        });
        checked.push((key, outcome));
        outcome
    }

    /// The entry of a serial number given without leading zeros. Errors when the list is broken before it.
    pub fn find(&self, serial: &[u8]) -> Result<Option<CrlEntry>, Malformed> {
        let mut found = None;
        for entry in self.entries() {
            let (entry_serial, mut rest) = entry?;
            if entry_serial == serial {
                found = Some(read_entry(&mut rest)?);
            }
        }
        Ok(found)
    }

    /// Number of entries.
    #[must_use]
    pub fn entry_count(&self) -> usize {
        self.entries().filter(Result::is_ok).count()
    }

    fn entries(&self) -> impl Iterator<Item = Result<(&[u8], Reader<'_>), Malformed>> {
        let content = &self.0.der[self.0.entries.clone()];
        let list = if content.is_empty() {
            None
        } else {
            Tlv::from_der(content).ok()
        };
        list.into_iter().flat_map(|list| list.reader()).map(|entry| {
            let mut reader = entry?.require(tag::SEQUENCE)?.reader();
            Ok((reader.any()?.integer_octets()?, reader))
        })
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl")
            .field("this_update", &self.0.this_update)
            .finish_non_exhaustive()
    }
}

/// CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING } (RFC 5280 §5.1)
fn read(der: &[u8]) -> Result<Fields, Malformed> {
    let mut outer = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
    let tbs = outer.expect(tag::SEQUENCE)?;
    let outer_algorithm = outer.expect(tag::SEQUENCE)?;
    let signature = outer.any()?.bit_string_octets()?.to_vec();
    outer.finish()?;

    let mut reader = tbs.reader();
    reader.optional(tag::INTEGER)?;
    let inner_algorithm = reader.expect(tag::SEQUENCE)?;
    if inner_algorithm.whole != outer_algorithm.whole {
        return Err(Malformed::Value("CertificateList"));
    }
    let issuer = DistinguishedName::read(reader.any()?)?;
    let this_update = instant::read(reader.any()?)?;
    let next_update = reader
        .optional_of(&[tag::UTC_TIME, tag::GENERALIZED_TIME])?
        .map(instant::read)
        .transpose()?;
    let entries = reader.optional(tag::SEQUENCE)?;
    let extensions = reader.optional(tag::context_constructed(0))?;
    reader.finish()?;

    let mut fields = Fields {
        tbs: range_in(der, tbs.whole),
        entries: entries.map_or(0..0, |entries| range_in(der, entries.whole)),
        signature_algorithm: SignatureAlgorithm::from_identifier(outer_algorithm)?,
        signature,
        issuer,
        this_update,
        next_update,
        authority_key_id: None,
        scope: Scope::default(),
        number: None,
        checked: Mutex::default(),
        der: der.to_vec(),
    };
    if let Some(extensions) = extensions {
        take_extensions(&mut fields, Tlv::from_der(extensions.value)?)?;
    }
    Ok(fields)
}

fn take_extensions(fields: &mut Fields, extensions: Tlv<'_>) -> Result<(), Malformed> {
    for extension in read_extensions(extensions)? {
        let value = || Tlv::from_der(&extension.value);
        match extension.oid {
            id::AUTHORITY_KEY_ID => {
                let mut reader = value()?.require(tag::SEQUENCE)?.reader();
                fields.authority_key_id = reader.optional(tag::context(0))?.map(|id| id.value.to_vec());
            }
            id::CRL_NUMBER => fields.number = Some(value()?.integer_octets()?.to_vec()),
            id::ISSUING_DISTRIBUTION_POINT => read_scope(&mut fields.scope, value()?)?,
            id::DELTA_CRL => fields.scope.unsupported = true,
            _ => fields.scope.unsupported |= extension.critical,
        }
    }
    Ok(())
}

/// IssuingDistributionPoint ::= SEQUENCE { distributionPoint \[0\], onlyContainsUserCerts \[1\],
/// onlyContainsCACerts \[2\], onlySomeReasons \[3\], indirectCRL \[4\], onlyContainsAttributeCerts \[5\] } (§5.2.5)
fn read_scope(scope: &mut Scope, point: Tlv<'_>) -> Result<(), Malformed> {
    for field in point.require(tag::SEQUENCE)?.reader() {
        let field = field?;
        let truth = || field.value.first().is_some_and(|&octet| octet != 0);
        const NAME: u8 = tag::context_constructed(0);
        const ONLY_USER: u8 = tag::context(1);
        const ONLY_AUTHORITY: u8 = tag::context(2);
        const SOME_REASONS: u8 = tag::context(3);
        match field.tag {
            NAME => {
                let names = full_names(field)?;
                // A name relative to the issuer is not evaluated.
                scope.unsupported |= names.is_empty();
                scope.points = names.into_iter().map(|name| name.whole.to_vec()).collect();
            }
            ONLY_USER => scope.only_user = truth(),
            ONLY_AUTHORITY => scope.only_authority = truth(),
            SOME_REASONS => scope.only_some_reasons = true,
            _ => scope.unsupported |= truth(), // indirect, attribute certificates, unknown
        }
    }
    Ok(())
}

fn read_entry(rest: &mut Reader<'_>) -> Result<CrlEntry, Malformed> {
    let at = instant::read(rest.any()?)?;
    let mut entry = CrlEntry {
        at,
        reason: RevocationReason::Unspecified,
        removed: false,
        unsupported: false,
    };
    let Some(extensions) = rest.optional(tag::SEQUENCE)? else {
        return Ok(entry);
    };
    for extension in read_extensions(extensions)? {
        match extension.oid {
            id::REASON_CODE => {
                let number = Tlv::from_der(&extension.value)?.enumerated()?;
                entry.removed = number == 8; // removeFromCRL
                entry.reason = RevocationReason::from_number(number);
            }
            id::INVALIDITY_DATE => {}
            _ => entry.unsupported |= extension.critical,
        }
    }
    Ok(entry)
}
