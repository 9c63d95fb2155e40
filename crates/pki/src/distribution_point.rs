//! Where revocation lists are published and for which reasons (RFC 5280 §4.2.1.13, §5.2.5).

use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::problem::RevocationReason;
use crate::tlv::{Malformed, Tlv, tag};

/// ReasonFlags (§4.2.1.13): bit `n` of the BIT STRING is bit `n` here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

impl Reasons {
    pub(crate) const NONE: Self = Self(0);
    /// Every reason a list can be partitioned by: bits 1 to 8; `unused` is none.
    pub(crate) const ALL: Self = Self(0x1fe);
    pub(crate) const HOLD: Self = Self(1 << 6);

    pub(crate) fn read(content: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(crate::extension::read_named_bits(content)? & Self::ALL.0))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of `self` that are not in `other`.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// DistributionPoint ::= SEQUENCE { distributionPoint \[0\] OPTIONAL, reasons \[1\], cRLIssuer \[2\] } (§4.2.1.13)
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DistributionPoint {
    /// Names of the point, one relative to the issuer already put together.
    pub names: Vec<GeneralName>,
    pub reasons: Option<Reasons>,
    /// Who signs the lists, if not the issuer of the certificate.
    pub crl_issuer: Vec<GeneralName>,
}

impl DistributionPoint {
    /// CRLDistributionPoints and FreshestCRL of a certificate of `issuer`.
    pub(crate) fn read_all(points: Tlv<'_>, issuer: &DistinguishedName) -> Result<Vec<Self>, Malformed> {
        points
            .require(tag::SEQUENCE)?
            .reader()
            .map(|point| Self::read(point?, issuer))
            .collect()
    }

    fn read(point: Tlv<'_>, issuer: &DistinguishedName) -> Result<Self, Malformed> {
        let mut reader = point.require(tag::SEQUENCE)?.reader();
        let name = reader.optional(tag::context_constructed(0))?;
        let reasons = reader
            .optional(tag::context(1))?
            .map(|bits| Reasons::read(bits.value))
            .transpose()?;
        let crl_issuer = match reader.optional(tag::context_constructed(2))? {
            Some(names) => GeneralName::read_all(names)?,
            None => Vec::new(),
        };
        reader.finish()?;
        let base = crl_issuer.iter().find_map(|name| match name {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        });
        let names = match name {
            Some(name) => read_point_name(name, base.unwrap_or(issuer))?,
            None => Vec::new(),
        };
        Ok(Self {
            names,
            reasons,
            crl_issuer,
        })
    }

    /// The point assumed for lists that no point names (§6.3.3, last paragraph).
    pub(crate) fn implied(issuer: &DistinguishedName) -> Self {
        Self {
            names: vec![GeneralName::Directory(issuer.clone())],
            reasons: None,
            crl_issuer: Vec::new(),
        }
    }

    pub(crate) fn urls(&self) -> impl Iterator<Item = String> + '_ {
        self.names
            .iter()
            .filter_map(|name| name.http_url().map(str::to_owned))
    }
}

/// DistributionPointName ::= CHOICE { fullName \[0\] GeneralNames, nameRelativeToCRLIssuer \[1\]
/// RelativeDistinguishedName }, under an EXPLICIT tag.
pub(crate) fn read_point_name(
    explicit: Tlv<'_>,
    base: &DistinguishedName,
) -> Result<Vec<GeneralName>, Malformed> {
    const FULL: u8 = tag::context_constructed(0);
    const RELATIVE: u8 = tag::context_constructed(1);
    let name = Tlv::from_der(explicit.value)?;
    match name.tag {
        FULL => GeneralName::read_all(name),
        RELATIVE => Ok(vec![GeneralName::Directory(base.with_relative(name.value)?)]),
        found => Err(Malformed::Tag {
            expected: FULL,
            found,
        }),
    }
}

/// IssuingDistributionPoint and what else says which certificates and reasons a list covers (§5.2.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Names of the point; `None` when it has none.
    pub names: Option<Vec<GeneralName>>,
    pub only_user: bool,
    pub only_authority: bool,
    pub only_attribute: bool,
    pub reasons: Option<Reasons>,
    /// Entries may be of certificates of other issuers.
    pub indirect: bool,
    /// A critical extension or field not handled here.
    pub unsupported: bool,
}

impl Scope {
    /// IssuingDistributionPoint ::= SEQUENCE { distributionPoint \[0\], onlyContainsUserCerts \[1\],
    /// onlyContainsCACerts \[2\], onlySomeReasons \[3\], indirectCRL \[4\], onlyContainsAttributeCerts \[5\] }
    pub(crate) fn read(&mut self, point: Tlv<'_>, issuer: &DistinguishedName) -> Result<(), Malformed> {
        const NAME: u8 = tag::context_constructed(0);
        const ONLY_USER: u8 = tag::context(1);
        const ONLY_AUTHORITY: u8 = tag::context(2);
        const SOME_REASONS: u8 = tag::context(3);
        const INDIRECT: u8 = tag::context(4);
        const ONLY_ATTRIBUTE: u8 = tag::context(5);
        for field in point.require(tag::SEQUENCE)?.reader() {
            let field = field?;
            let truth = || field.value.first().is_some_and(|&octet| octet != 0);
            match field.tag {
                NAME => self.names = Some(read_point_name(field, issuer)?),
                ONLY_USER => self.only_user = truth(),
                ONLY_AUTHORITY => self.only_authority = truth(),
                SOME_REASONS => self.reasons = Some(Reasons::read(field.value)?),
                INDIRECT => self.indirect = truth(),
                ONLY_ATTRIBUTE => self.only_attribute = truth(),
                _ => self.unsupported = true,
            }
        }
        Ok(())
    }

    /// Reasons for which this list speaks about a certificate that names `point` (§6.3.3 (b), (d)); none if the
    /// list is of another scope. `own` tells whether the list is by the issuer of the certificate.
    pub(crate) fn covered(
        &self,
        point: &DistributionPoint,
        list_issuer: &DistinguishedName,
        own: bool,
    ) -> Reasons {
        let by_right_issuer = if point.crl_issuer.is_empty() {
            own
        } else {
            let named = point
                .crl_issuer
                .iter()
                .any(|name| matches!(name, GeneralName::Directory(name) if name == list_issuer));
            named && (self.indirect || own)
        };
        let of_right_point = self.names.as_ref().is_none_or(|names| {
            let wanted = if point.names.is_empty() {
                &point.crl_issuer
            } else {
                &point.names
            };
            names.iter().any(|name| wanted.contains(name))
        });
        if !by_right_issuer || !of_right_point {
            return Reasons::NONE;
        }
        let of_point = point.reasons.unwrap_or(Reasons::ALL);
        of_point.and(self.reasons.unwrap_or(Reasons::ALL))
    }
}

/// Bit of a reason in a mask; a reason that no list can be partitioned by stands for all.
pub(crate) const fn reason_bit(reason: RevocationReason) -> Reasons {
    match reason {
        RevocationReason::CertificateHold => Reasons::HOLD,
        _ => Reasons::ALL,
    }
}
