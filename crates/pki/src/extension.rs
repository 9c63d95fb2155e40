//! Certificate extensions this path understands, read once when the certificate is read.

use const_oid::ObjectIdentifier as Oid;

use crate::distribution_point::DistributionPoint;
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::name_constraints::NameConstraints;
use crate::oid::{extension as id, usage};
use crate::policy::{self, PolicyConstraints};
use crate::tlv::{Malformed, Tlv, tag};

/// One extension as encoded (RFC 5280 §4.1.2.9).
#[derive(Clone, Debug)]
pub struct Extension {
    /// Kind.
    pub oid: Oid,
    /// Whether a reader that does not understand it must refuse the certificate.
    pub critical: bool,
    /// Content of extnValue.
    pub value: Vec<u8>,
}

/// Extensions ::= SEQUENCE OF SEQUENCE { extnID, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
pub fn read_extensions(extensions: Tlv<'_>) -> Result<Vec<Extension>, Malformed> {
    extensions
        .require(tag::SEQUENCE)?
        .reader()
        .map(|extension| {
            let mut reader = extension?.require(tag::SEQUENCE)?.reader();
            let oid = reader.any()?.oid()?;
            let critical = reader.optional(tag::BOOLEAN)?.map_or(Ok(false), Tlv::boolean)?;
            let value = reader.any()?.octet_string()?.to_vec();
            reader.finish()?;
            Ok(Extension { oid, critical, value })
        })
        .collect()
}

/// Bits of keyUsage (RFC 5280 §4.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature
    pub const DIGITAL_SIGNATURE: Self = Self(1);
    /// nonRepudiation (contentCommitment)
    pub const NON_REPUDIATION: Self = Self(1 << 1);
    /// keyEncipherment
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 2);
    /// dataEncipherment
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 3);
    /// keyAgreement
    pub const KEY_AGREEMENT: Self = Self(1 << 4);
    /// keyCertSign
    pub const KEY_CERT_SIGN: Self = Self(1 << 5);
    /// cRLSign
    pub const CRL_SIGN: Self = Self(1 << 6);

    /// Whether any bit of `other` is set here.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Bits of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Bit `n` of the BIT STRING is bit `n` of the result.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    fn read(value: Tlv<'_>) -> Result<Self, Malformed> {
        Ok(Self(read_named_bits(value.require(tag::BIT_STRING)?.value)?))
    }
}

/// Named bits of a BIT STRING's content, the first bit lowest; bits beyond 16 are dropped.
pub(crate) fn read_named_bits(content: &[u8]) -> Result<u16, Malformed> {
    let (&unused, octets) = content.split_first().ok_or(Malformed::Value("BIT STRING"))?;
    if unused > 7 || (unused > 0 && octets.is_empty()) {
        return Err(Malformed::Value("BIT STRING"));
    }
    Ok(octets.iter().take(2).enumerate().fold(0, |bits, (index, octet)| {
        bits | u16::from(octet.reverse_bits()) << (8 * index)
    }))
}

/// basicConstraints (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is an authority.
    pub ca: bool,
    /// How many intermediate authorities may follow.
    pub path_len: Option<u32>,
}

impl BasicConstraints {
    fn read(value: Tlv<'_>) -> Result<Self, Malformed> {
        let mut reader = value.require(tag::SEQUENCE)?.reader();
        let ca = reader.optional(tag::BOOLEAN)?.map_or(Ok(false), Tlv::boolean)?;
        let path_len = reader
            .optional(tag::INTEGER)?
            .map(Tlv::small_integer)
            .transpose()?;
        reader.finish()?;
        Ok(Self { ca, path_len })
    }
}

/// What the key may be used for.
#[derive(Clone, Debug, Default)]
pub struct Usages {
    /// keyUsage; `None` when absent, which means no restriction.
    pub key: Option<KeyUsage>,
    /// extKeyUsage; `None` when absent.
    pub extended: Option<Vec<Oid>>,
    /// Whether extKeyUsage is critical.
    pub extended_critical: bool,
}

impl Usages {
    /// Whether keyUsage is absent or allows any of `wanted`.
    #[must_use]
    pub fn allows(&self, wanted: KeyUsage) -> bool {
        self.key.is_none_or(|usage| usage.intersects(wanted))
    }

    /// Whether extKeyUsage names `oid` itself.
    #[must_use]
    pub fn names(&self, oid: &Oid) -> bool {
        self.extended.as_ref().is_some_and(|list| list.contains(oid))
    }

    /// Whether extKeyUsage leaves signing documents open: absent, or not only other, narrower purposes.
    /// Russian authorities list clientAuth, emailProtection and identifiers of their own.
    #[must_use]
    pub fn allows_documents(&self) -> bool {
        const OTHER: [Oid; 4] = [
            usage::SERVER_AUTH,
            usage::CODE_SIGNING,
            usage::TIME_STAMPING,
            usage::OCSP_SIGNING,
        ];
        self.extended
            .as_ref()
            .is_none_or(|list| list.iter().any(|oid| !OTHER.contains(oid)))
    }
}

/// Where to look for the issuer and for revocation; `http` and `https` only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Urls {
    /// Certificate revocation lists.
    pub crl: Vec<String>,
    /// Deltas to these lists.
    pub freshest: Vec<String>,
    /// OCSP responders.
    pub ocsp: Vec<String>,
    /// The issuer's certificate.
    pub ca_issuers: Vec<String>,
}

/// Everything the validation reads out of the extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub basic: Option<BasicConstraints>,
    pub usages: Usages,
    pub subject_key_id: Option<Vec<u8>>,
    pub authority_key_id: Option<Vec<u8>>,
    pub urls: Urls,
    pub distribution_points: Vec<DistributionPoint>,
    pub alternative_names: Vec<GeneralName>,
    pub policies: Option<Vec<Oid>>,
    pub mappings: Vec<(Oid, Oid)>,
    pub policy_constraints: PolicyConstraints,
    pub name_constraints: Option<NameConstraints>,
    pub ocsp_no_check: bool,
    /// Understood kinds whose value is not readable, or that occur twice.
    pub broken: Vec<Oid>,
}

impl Known {
    pub(crate) fn read(extensions: &[Extension], issuer: &DistinguishedName) -> Self {
        let mut known = Self::default();
        for (index, extension) in extensions.iter().enumerate() {
            let twice = extensions[..index]
                .iter()
                .any(|earlier| earlier.oid == extension.oid);
            if twice || known.take(extension, issuer).is_err() {
                known.broken.push(extension.oid);
            }
        }
        known
    }

    fn take(&mut self, extension: &Extension, issuer: &DistinguishedName) -> Result<(), Malformed> {
        let value = || Tlv::from_der(&extension.value);
        match extension.oid {
            id::BASIC_CONSTRAINTS => self.basic = Some(BasicConstraints::read(value()?)?),
            id::KEY_USAGE => self.usages.key = Some(KeyUsage::read(value()?)?),
            id::EXTENDED_KEY_USAGE => {
                let list: Result<Vec<Oid>, _> = value()?
                    .require(tag::SEQUENCE)?
                    .reader()
                    .map(|oid| oid?.oid())
                    .collect();
                self.usages.extended = Some(list?);
                self.usages.extended_critical = extension.critical;
            }
            id::SUBJECT_KEY_ID => self.subject_key_id = Some(value()?.octet_string()?.to_vec()),
            id::AUTHORITY_KEY_ID => {
                let mut reader = value()?.require(tag::SEQUENCE)?.reader();
                self.authority_key_id = reader.optional(tag::context(0))?.map(|id| id.value.to_vec());
            }
            id::CRL_DISTRIBUTION_POINTS => {
                self.distribution_points = DistributionPoint::read_all(value()?, issuer)?;
                let points = self.distribution_points.iter();
                self.urls.crl = points.flat_map(DistributionPoint::urls).collect();
            }
            id::FRESHEST_CRL => {
                let points = DistributionPoint::read_all(value()?, issuer)?;
                self.urls.freshest = points.iter().flat_map(DistributionPoint::urls).collect();
            }
            id::SUBJECT_ALT_NAME => {
                self.alternative_names = GeneralName::read_all(value()?.require(tag::SEQUENCE)?)?;
            }
            id::CERTIFICATE_POLICIES => self.policies = Some(policy::read_policies(value()?)?),
            id::POLICY_MAPPINGS => self.mappings = policy::read_mappings(value()?)?,
            id::POLICY_CONSTRAINTS => self.policy_constraints.take(value()?)?,
            id::INHIBIT_ANY_POLICY => {
                self.policy_constraints.inhibit_any = Some(value()?.small_integer()?);
            }
            id::NAME_CONSTRAINTS => self.name_constraints = Some(NameConstraints::read(value()?)?),
            id::AUTHORITY_INFO_ACCESS => self.take_access(value()?)?,
            id::OCSP_NO_CHECK => self.ocsp_no_check = true,
            _ => {}
        }
        Ok(())
    }

    /// AccessDescription ::= SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName } (§4.2.2.1)
    fn take_access(&mut self, list: Tlv<'_>) -> Result<(), Malformed> {
        for access in list.require(tag::SEQUENCE)?.reader() {
            let mut reader = access?.require(tag::SEQUENCE)?.reader();
            let method = reader.any()?.oid()?;
            let location = GeneralName::read(reader.any()?);
            let Some(url) = location.http_url().map(str::to_owned) else {
                continue;
            };
            match method {
                id::ACCESS_OCSP => self.urls.ocsp.push(url),
                id::ACCESS_CA_ISSUERS => self.urls.ca_issuers.push(url),
                _ => {}
            }
        }
        Ok(())
    }
}
