//! Certificate revocation lists (RFC 5280 §5) that stay encoded: a million entries cost no memory of their own.

mod entries;

pub use entries::CrlEntry;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use const_oid::ObjectIdentifier as Oid;
use time::OffsetDateTime;

use crate::algorithm::SignatureAlgorithm;
use crate::certificate::{Certificate, pem_blocks, range_in};
use crate::distribution_point::{DistributionPoint, Scope};
use crate::extension::read_extensions;
use crate::instant;
use crate::key::PublicKey;
use crate::name::DistinguishedName;
use crate::oid::extension as id;
use crate::tlv::{Malformed, Tlv, tag};

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
    /// Extension issuingDistributionPoint as encoded, empty when absent.
    encoded_scope: Vec<u8>,
    number: Option<Vec<u8>>,
    delta_base: Option<Vec<u8>>,
    freshest: Vec<String>,
    keeps_expired_since: Option<OffsetDateTime>,
    /// Signatures over large lists are slow and one list serves many certificates.
    checked: Mutex<Vec<([u8; 32], bool)>>,
}

impl Crl {
    /// Reads DER.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(Arc::new(read(der)?)))
    }

    /// Reads every list of DER, PEM (any number of blocks) or a PKCS#7 message.
    pub fn read_all(input: &[u8]) -> Result<Vec<Self>, Malformed> {
        if input.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(input).map(|one| vec![one]).or_else(|error| {
                crate::cms::SignedData::parse(input)
                    .map(|data| data.crls)
                    .map_err(|_| error)
            });
        }
        let text = core::str::from_utf8(input).map_err(|_| Malformed::Value("PEM"))?;
        let mut all = pem_blocks(text, "X509 CRL")
            .map(|der| Self::from_der(&der))
            .collect::<Result<Vec<_>, _>>()?;
        for der in pem_blocks(text, "PKCS7").chain(pem_blocks(text, "CMS")) {
            all.extend(crate::cms::SignedData::parse(&der)?.crls);
        }
        if all.is_empty() {
            Err(Malformed::Value("PEM"))
        } else {
            Ok(all)
        }
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

    /// BaseCRLNumber of deltaCRLIndicator, big-endian: this list holds only what changed since that one.
    #[must_use]
    pub fn delta_base(&self) -> Option<&[u8]> {
        self.0.delta_base.as_deref()
    }

    /// Where deltas to this list are published, `http` and `https` only.
    #[must_use]
    pub fn freshest_urls(&self) -> &[String] {
        &self.0.freshest
    }

    /// Certificates that expired at or after this moment are still listed (X.509 expiredCertsOnCRL).
    #[must_use]
    pub fn keeps_expired_since(&self) -> Option<OffsetDateTime> {
        self.0.keeps_expired_since
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.0.scope
    }

    /// Whether this is a delta to `base`: same issuer and scope, made after it and over a list not newer than it
    /// (RFC 5280 §5.2.4).
    pub(crate) fn is_delta_to(&self, base: &Self) -> bool {
        let (own, of) = (&self.0, &base.0);
        let (Some(from), Some(number), Some(complete)) = (&own.delta_base, &own.number, &of.number) else {
            return false;
        };
        let order = |one: &[u8]| (one.len(), one.to_vec());
        own.issuer == of.issuer
            && own.encoded_scope == of.encoded_scope
            && own.authority_key_id == of.authority_key_id
            && order(from) <= order(complete)
            && order(complete) < order(number)
    }

    /// Whether the signature is by an algorithm that is no longer safe.
    pub(crate) fn has_weak_signature(&self) -> bool {
        self.0.signature_algorithm.is_ok_and(SignatureAlgorithm::is_weak)
    }

    /// Whether `issuer`'s key signed this list; nothing else is checked.
    #[must_use]
    pub fn is_signed_by(&self, issuer: &Certificate) -> bool {
        let fields = &self.0;
        let verify = || {
            let tbs = &fields.der[fields.tbs.clone()];
            fields.signature_algorithm.is_ok_and(|algorithm| {
                issuer
                    .public_key()
                    .verify(algorithm, tbs, &fields.signature)
                    .is_ok()
            })
        };
        if matches!(issuer.public_key(), PublicKey::Dsa(_)) {
            return verify(); // inherited parameters make one certificate two keys
        }
        let key = issuer.fingerprint();
        // A poisoned lock only means that another thread panicked between two whole states.
        let mut checked = fields
            .checked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, outcome)) = checked.iter().find(|(known, _)| *known == key) {
            return *outcome;
        }
        let outcome = verify();
        checked.push((key, outcome));
        outcome
    }

    pub(super) fn encoded_entries(&self) -> &[u8] {
        &self.0.der[self.0.entries.clone()]
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
    let signature = outer.any()?.signature_octets()?.to_vec();
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
        encoded_scope: Vec::new(),
        number: None,
        delta_base: None,
        freshest: Vec::new(),
        keeps_expired_since: None,
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
            id::ISSUING_DISTRIBUTION_POINT => {
                fields.scope.read(value()?, &fields.issuer)?;
                fields.encoded_scope = extension.value;
            }
            id::DELTA_CRL => fields.delta_base = Some(value()?.integer_octets()?.to_vec()),
            id::FRESHEST_CRL => {
                fields.freshest = DistributionPoint::read_all(value()?, &fields.issuer)?
                    .iter()
                    .flat_map(DistributionPoint::urls)
                    .collect();
            }
            id::EXPIRED_CERTS_ON_CRL => fields.keeps_expired_since = Some(instant::read(value()?)?),
            _ => fields.scope.unsupported |= extension.critical,
        }
    }
    Ok(())
}
