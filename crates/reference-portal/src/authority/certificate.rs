//! Certificates of the demo authority: profiles and extensions (RFC 5280, RFC 9215, приказ ФСБ № 795).

use der::asn1::ObjectIdentifier;
use kabinet_gost::{PublicKey, SecretKey};
use time::OffsetDateTime;

use super::oids;
use super::signatory::{AuthorityError, Signatory, key_id, seal, signature_algorithm};
use crate::asn1::{self, Der};

/// What the certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Self-signed anchor.
    Root,
    /// Authority that issues to people and services.
    Authority,
    /// Qualified certificate of a person or an organisation.
    Qualified,
    /// Answers OCSP requests.
    OcspResponder,
    /// Issues RFC 3161 time stamps.
    TimeStamping,
    /// Signs results and access tokens of the portal.
    Service,
    /// Signs the list of accredited authorities; the root itself issues it.
    Ministry,
}

impl Profile {
    /// Whether the root issues it, not the issuing authority.
    fn is_of_root(self) -> bool {
        matches!(self, Self::Authority | Self::Ministry)
    }
}

/// Everything but the signature of a certificate to be.
pub(crate) struct CertificatePlan<'a> {
    pub(crate) profile: Profile,
    pub(crate) serial: &'a [u8],
    /// X.501 Name, DER.
    pub(crate) subject: &'a [u8],
    pub(crate) public_key: &'a PublicKey,
    pub(crate) not_before: OffsetDateTime,
    pub(crate) not_after: OffsetDateTime,
    /// `http://127.0.0.1:<pki port>`: where CRL, OCSP and the issuer's certificate are found.
    pub(crate) pki_url: &'a str,
}

/// What a certificate says of its issuer.
struct Issuer<'a> {
    name: &'a [u8],
    key_id: [u8; 20],
    signature_algorithm: Der,
}

/// A certificate signed by its own key.
pub(crate) fn self_signed(plan: &CertificatePlan<'_>, key: &SecretKey) -> Result<Der, AuthorityError> {
    let issuer = Issuer {
        name: plan.subject,
        key_id: key_id(plan.public_key),
        signature_algorithm: signature_algorithm(key),
    };
    seal(key, to_be_signed(plan, &issuer)?)
}

impl Signatory {
    /// A certificate issued by this authority.
    pub(crate) fn issue(&self, plan: &CertificatePlan<'_>) -> Result<Der, AuthorityError> {
        let issuer = Issuer {
            name: self.subject(),
            key_id: self.key_id(),
            signature_algorithm: self.signature_algorithm(),
        };
        self.seal(to_be_signed(plan, &issuer)?)
    }
}

/// TBSCertificate.
fn to_be_signed(plan: &CertificatePlan<'_>, issuer: &Issuer<'_>) -> Result<Der, AuthorityError> {
    Ok(asn1::sequence(&[
        asn1::context(0, &asn1::integer(2)),
        asn1::unsigned(plan.serial),
        issuer.signature_algorithm.clone(),
        issuer.name.to_vec(),
        asn1::sequence(&[asn1::time(plan.not_before), asn1::time(plan.not_after)]),
        plan.subject.to_vec(),
        plan.public_key.to_spki_der()?,
        asn1::context(3, &asn1::sequence(&extensions(plan, issuer))),
    ]))
}

fn extensions(plan: &CertificatePlan<'_>, issuer: &Issuer<'_>) -> Vec<Der> {
    let mut all = vec![
        extension(
            oids::SUBJECT_KEY_ID,
            false,
            &asn1::octets(&key_id(plan.public_key)),
        ),
        extension(
            oids::AUTHORITY_KEY_ID,
            false,
            &asn1::sequence(&[asn1::context_primitive(0, &issuer.key_id)]),
        ),
        basic_constraints(plan.profile),
        key_usage(plan.profile),
    ];
    if plan.profile != Profile::Root {
        let list = if plan.profile.is_of_root() { "root" } else { "ca" };
        all.push(crl_distribution(&format!("{}/{list}.crl", plan.pki_url)));
        all.push(information_access(plan, list));
    }
    match plan.profile {
        Profile::Root => {}
        Profile::Authority => all.push(policies(&[oids::POLICY_KC1, oids::POLICY_KC2])),
        Profile::Qualified => {
            all.push(purposes(false, &[oids::PURPOSE_CLIENT_AUTH, oids::PURPOSE_EMAIL]));
            all.push(policies(&[oids::POLICY_KC1]));
            all.push(extension(
                oids::SUBJECT_SIGN_TOOL,
                false,
                &asn1::utf8("Учебное средство подписи"),
            ));
            all.push(issuer_sign_tool());
            // 0: the subject came in person.
            all.push(extension(oids::IDENTIFICATION_KIND, false, &asn1::integer(0)));
        }
        Profile::OcspResponder => {
            all.push(purposes(false, &[oids::PURPOSE_OCSP_SIGNING]));
            all.push(extension(oids::OCSP_NO_CHECK, false, &asn1::null()));
        }
        Profile::TimeStamping => all.push(purposes(true, &[oids::PURPOSE_TIME_STAMPING])),
        Profile::Service | Profile::Ministry => all.push(policies(&[oids::POLICY_KC1])),
    }
    all
}

fn extension(oid: ObjectIdentifier, critical: bool, value: &Der) -> Der {
    let mut parts = vec![asn1::oid(oid)];
    if critical {
        parts.push(asn1::yes());
    }
    parts.push(asn1::octets(value));
    asn1::sequence(&parts)
}

fn basic_constraints(profile: Profile) -> Der {
    let content = match profile {
        Profile::Root => asn1::sequence(&[asn1::yes()]),
        Profile::Authority => asn1::sequence(&[asn1::yes(), asn1::integer(0)]),
        _ => asn1::sequence(&[]),
    };
    extension(oids::BASIC_CONSTRAINTS, true, &content)
}

fn key_usage(profile: Profile) -> Der {
    const DIGITAL_SIGNATURE: u8 = 0;
    const NON_REPUDIATION: u8 = 1;
    const KEY_CERT_SIGN: u8 = 5;
    const CRL_SIGN: u8 = 6;
    let named: &[u8] = match profile {
        Profile::Root | Profile::Authority => &[DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN],
        Profile::Qualified | Profile::Service | Profile::Ministry => &[DIGITAL_SIGNATURE, NON_REPUDIATION],
        Profile::OcspResponder | Profile::TimeStamping => &[DIGITAL_SIGNATURE],
    };
    extension(oids::KEY_USAGE, true, &asn1::named_bits(named))
}

fn purposes(critical: bool, purposes: &[ObjectIdentifier]) -> Der {
    let list: Vec<Der> = purposes.iter().map(|p| asn1::oid(*p)).collect();
    extension(oids::EXTENDED_KEY_USAGE, critical, &asn1::sequence(&list))
}

fn policies(policies: &[ObjectIdentifier]) -> Der {
    let list: Vec<Der> = policies
        .iter()
        .map(|p| asn1::sequence(&[asn1::oid(*p)]))
        .collect();
    extension(oids::CERTIFICATE_POLICIES, false, &asn1::sequence(&list))
}

fn uri(address: &str) -> Der {
    asn1::context_primitive(6, address.as_bytes())
}

fn crl_distribution(address: &str) -> Der {
    // DistributionPoint [0] distributionPoint, [0] fullName, GeneralNames.
    let point = asn1::sequence(&[asn1::context(0, &asn1::context(0, &uri(address)))]);
    extension(oids::CRL_DISTRIBUTION_POINTS, false, &asn1::sequence(&[point]))
}

fn information_access(plan: &CertificatePlan<'_>, issuer: &str) -> Der {
    let entry = |method, address: String| asn1::sequence(&[asn1::oid(method), uri(&address)]);
    let mut list = vec![];
    // The responder answers for what the issuing authority signed, so only there is it named.
    if !plan.profile.is_of_root() {
        list.push(entry(oids::ACCESS_OCSP, format!("{}/ocsp", plan.pki_url)));
    }
    list.push(entry(
        oids::ACCESS_CA_ISSUERS,
        format!("{}/{issuer}.crt", plan.pki_url),
    ));
    extension(oids::AUTHORITY_INFO_ACCESS, false, &asn1::sequence(&list))
}

fn issuer_sign_tool() -> Der {
    let texts = [
        "Учебное средство подписи",
        "Учебный УЦ",
        "Заключение не выдавалось",
        "Заключение не выдавалось",
    ];
    extension(
        oids::ISSUER_SIGN_TOOL,
        false,
        &asn1::sequence(&texts.map(asn1::utf8)),
    )
}
