//! The signed reference to the signer's certificate (RFC 5035, RFC 2634), against substitution.

use crate::algorithm::DigestAlgorithm;
use crate::certificate::Certificate;
use crate::name::DistinguishedName;
use crate::oid::cms as id;
use crate::tlv::{Malformed, Tlv, tag, write};

use super::attributes::{AttributeFault, Attributes};

/// First ESSCertID or ESSCertIDv2 of the attribute, the one that names the signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningCertificate {
    /// Digest of the certificate; `None` for an algorithm unknown here.
    pub digest: Option<DigestAlgorithm>,
    /// Digest value.
    pub hash: Vec<u8>,
    /// Issuer and serial number without leading zeros, if written.
    pub issuer_serial: Option<(DistinguishedName, Vec<u8>)>,
}

impl SigningCertificate {
    /// Reads signingCertificateV2, or signingCertificate; `None` when there is neither.
    pub fn find(attributes: &Attributes<'_>) -> Result<Option<Self>, AttributeFault> {
        if let Some(value) = attributes.single(&id::SIGNING_CERTIFICATE_V2)? {
            return Ok(Some(Self::read(value, true)?));
        }
        match attributes.single(&id::SIGNING_CERTIFICATE)? {
            Some(value) => Ok(Some(Self::read(value, false)?)),
            None => Ok(None),
        }
    }

    /// SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies OPTIONAL }
    /// ESSCertIDv2 ::= SEQUENCE { hashAlgorithm DEFAULT sha256, certHash OCTET STRING, issuerSerial OPTIONAL }
    fn read(value: Tlv<'_>, second: bool) -> Result<Self, Malformed> {
        let certs = value.require(tag::SEQUENCE)?.reader().expect(tag::SEQUENCE)?;
        let mut reader = certs.reader().expect(tag::SEQUENCE)?.reader();
        let digest = match reader.optional(tag::SEQUENCE)? {
            Some(identifier) if second => DigestAlgorithm::from_identifier(identifier)?.ok(),
            Some(_) => return Err(Malformed::Value("ESSCertID")),
            None if second => Some(DigestAlgorithm::Sha256),
            None => Some(DigestAlgorithm::Sha1),
        };
        let hash = reader.any()?.octet_string()?.to_vec();
        let issuer_serial = reader
            .optional(tag::SEQUENCE)?
            .map(read_issuer_serial)
            .transpose()?;
        reader.finish()?;
        Ok(Self {
            digest,
            hash,
            issuer_serial: issuer_serial.flatten(),
        })
    }

    /// Whether this names `certificate`.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        self.digest
            .is_some_and(|digest| digest.digest(certificate.der()) == self.hash)
            && self.issuer_serial.as_ref().is_none_or(|(issuer, serial)| {
                issuer == certificate.issuer_name() && serial == certificate.serial()
            })
    }

    /// DER of a SigningCertificateV2 for `certificate`. hashAlgorithm is always written, even SHA-256, which DER
    /// would leave out: readers differ on the default, none on a written one. issuerSerial as RFC 5126 §5.7.3.2.
    #[must_use]
    pub fn encode(digest: DigestAlgorithm, certificate: &Certificate) -> Vec<u8> {
        let name = write::context_constructed(4, certificate.issuer_name().der());
        let issuer_serial =
            write::sequence(&[write::sequence(&[name]), write::integer(certificate.serial())]);
        let mut parts = vec![
            write::octet_string(&digest.digest(certificate.der())),
            issuer_serial,
        ];
        parts.insert(0, digest.identifier());
        write::sequence(&[write::sequence(&[write::sequence(&parts)])])
    }
}

/// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber }; issuers other than one directoryName are
/// not compared.
fn read_issuer_serial(value: Tlv<'_>) -> Result<Option<(DistinguishedName, Vec<u8>)>, Malformed> {
    let mut reader = value.reader();
    let names = reader.expect(tag::SEQUENCE)?;
    let serial = reader.any()?.integer_octets()?.to_vec();
    let Some(directory) = names.reader().optional(tag::context_constructed(4))? else {
        return Ok(None);
    };
    let name = DistinguishedName::read(directory.reader().any()?)?;
    Ok(Some((name, serial)))
}
