//! Is this a qualified certificate? 63-ФЗ ст. 14 and 17, приказ ФСБ № 795.
//!
//! The form of the certificate and the accreditation of its issuer at the moment asked about; whether the certificate
//! holds at all is [`crate::validate`]'s question.

mod problem;

pub use problem::{QualificationProblem, Requisite};

use time::OffsetDateTime;
use time::macros::datetime;

use crate::certificate::Certificate;
use crate::extension::KeyUsage;
use crate::name::{ActsFor, Subject};
use crate::oid::extension as id;
use crate::tlv::{Malformed, Tlv, tag};
use crate::trust_list::{Accreditation, TOOL_CLASSES, TrustList};

/// From when on certificates say how the owner was identified and carry ИННЮЛ and the person's ИНН: those issued
/// before follow the order as it was.
const NEW_FORM_SINCE: OffsetDateTime = datetime!(2022-01-01 00:00 +3);

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QualificationStatus {
    /// Of the form, and of an issuer that was accredited.
    Qualified,
    /// Of the form, but of its issuer too little is known.
    Unknown,
    /// Not qualified.
    NotQualified,
}

/// The answer with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualification {
    /// The sum.
    pub status: QualificationStatus,
    /// Everything found.
    pub problems: Vec<QualificationProblem>,
    /// Class of the owner's signature tools, the strongest named: `КС1` to `КА1`.
    pub tool_class: Option<&'static str>,
    /// The owner's signature tool, as subjectSignTool names it.
    pub subject_tool: Option<String>,
    /// How the owner was identified.
    pub identification: Option<Identification>,
}

/// identificationKind (приказ ФСБ № 795).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identification {
    /// In person.
    Personal,
    /// By a qualified signature.
    RemoteByCertificate,
    /// By a biometric passport.
    RemoteByPassport,
    /// By the state's biometric system.
    RemoteBySystem,
}

/// Judges `certificate` of `issuer` by the list at `at`, the proven or claimed moment of signing.
#[must_use]
pub fn qualification(
    certificate: &Certificate,
    issuer: Option<&Certificate>,
    list: Option<&TrustList>,
    at: OffsetDateTime,
) -> Qualification {
    let new_form = certificate.not_before() >= NEW_FORM_SINCE;
    let mut problems: Vec<QualificationProblem> = missing_of_owner(&certificate.subject(), new_form)
        .into_iter()
        .map(QualificationProblem::Subject)
        .chain(
            missing_of_authority(&certificate.issuer())
                .into_iter()
                .map(QualificationProblem::Issuer),
        )
        .collect();

    let policies = certificate.known().policies.as_deref().unwrap_or_default();
    let mut classes = TOOL_CLASSES.iter().rev();
    let tool_class = classes
        .find(|(oid, _)| policies.contains(oid))
        .map(|(_, class)| *class);
    let subject_tool = value_of(certificate, id::SUBJECT_SIGN_TOOL).and_then(|value| read_text(value).ok());
    let issuer_tool = value_of(certificate, id::ISSUER_SIGN_TOOL).map(read_issuer_tool);
    let identification =
        value_of(certificate, id::IDENTIFICATION_KIND).and_then(|value| read_identification(value).ok());
    let signing = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION);
    let may_sign = certificate
        .usages()
        .key
        .is_some_and(|usage| usage.intersects(signing));
    for (right, problem) in [
        (tool_class.is_some(), QualificationProblem::ToolClass),
        (subject_tool.is_some(), QualificationProblem::SubjectSignTool),
        (
            matches!(issuer_tool, Some(Ok(()))),
            QualificationProblem::IssuerSignTool,
        ),
        (
            identification.is_some() || !new_form,
            QualificationProblem::IdentificationKind,
        ),
        (may_sign, QualificationProblem::KeyUsage),
    ] {
        problems.extend((!right).then_some(problem));
    }
    problems.extend(accreditation_problem(issuer, list, at));

    let status = if problems.is_empty() {
        QualificationStatus::Qualified
    } else if problems.iter().all(QualificationProblem::is_open) {
        QualificationStatus::Unknown
    } else {
        QualificationStatus::NotQualified
    };
    Qualification {
        status,
        problems,
        tool_class,
        subject_tool,
        identification,
    }
}

fn accreditation_problem(
    issuer: Option<&Certificate>,
    list: Option<&TrustList>,
    at: OffsetDateTime,
) -> Option<QualificationProblem> {
    let (Some(issuer), Some(list)) = (issuer, list) else {
        return Some(QualificationProblem::NoList);
    };
    match list.accredited(issuer, at) {
        Accreditation::Yes => None,
        Accreditation::No { since } => Some(QualificationProblem::AccreditationEnded { since }),
        Accreditation::Suspended { since } => Some(QualificationProblem::AccreditationSuspended { since }),
        Accreditation::NotListed => Some(QualificationProblem::IssuerNotListed),
    }
}

/// Requisites by the kind of owner: a legal entity with the person who acts for it or (ст. 14 ч. 3, automatic signing)
/// without, a sole proprietor, a person.
fn missing_of_owner(subject: &Subject, new_form: bool) -> Vec<Requisite> {
    use Requisite as R;
    let has_person = subject.surname.is_some() || subject.given_name.is_some();
    let mut required = vec![
        (R::CommonName, subject.common_name.is_some()),
        (R::Country, is_country(subject)),
    ];
    let snils = subject.snils.as_deref().is_some_and(|text| is_number(text, 11));
    let person = [
        (R::Surname, subject.surname.is_some()),
        (R::GivenName, subject.given_name.is_some()),
        (R::Snils, snils),
    ];
    match subject.acts_for() {
        ActsFor::Organisation { .. } => {
            required.extend([
                (R::Organisation, subject.organisation.is_some()),
                (R::State, subject.state.is_some()),
                (R::Locality, subject.locality.is_some()),
                (R::Street, subject.street.is_some()),
                (
                    R::Ogrn,
                    subject.ogrn.as_deref().is_some_and(|text| is_number(text, 13)),
                ),
                (R::InnLe, subject.organisation_inn().is_some()),
            ]);
            if has_person {
                required.extend(person);
                required.push((R::Title, subject.title.is_some()));
                required.push((R::Inn, subject.person_inn().is_some() || !new_form));
            }
        }
        ActsFor::Entrepreneur { ogrnip, .. } => {
            required.extend(person);
            required.push((R::Ogrnip, is_number(&ogrnip, 15)));
            required.push((R::Inn, subject.person_inn().is_some()));
        }
        ActsFor::Person { .. } => {
            required.extend(person);
            required.push((R::Inn, subject.person_inn().is_some()));
        }
    }
    missing(required)
}

fn missing_of_authority(issuer: &Subject) -> Vec<Requisite> {
    use Requisite as R;
    missing(vec![
        (R::CommonName, issuer.common_name.is_some()),
        (R::Country, is_country(issuer)),
        (R::State, issuer.state.is_some()),
        (R::Locality, issuer.locality.is_some()),
        (R::Street, issuer.street.is_some()),
        (R::Organisation, issuer.organisation.is_some()),
        (
            R::Ogrn,
            issuer.ogrn.as_deref().is_some_and(|text| is_number(text, 13)),
        ),
        (R::InnLe, issuer.organisation_inn().is_some()),
    ])
}

fn missing(required: Vec<(Requisite, bool)>) -> Vec<Requisite> {
    required
        .into_iter()
        .filter(|(_, right)| !right)
        .map(|(requisite, _)| requisite)
        .collect()
}

fn is_country(subject: &Subject) -> bool {
    subject
        .country
        .as_deref()
        .is_some_and(|text| text.eq_ignore_ascii_case("RU"))
}

fn is_number(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|octet| octet.is_ascii_digit())
}

fn value_of(certificate: &Certificate, oid: crate::Oid) -> Option<Tlv<'_>> {
    let extension = certificate.extensions().iter().find(|one| one.oid == oid)?;
    Tlv::from_der(&extension.value).ok()
}

/// SubjectSignTool ::= UTF8String (SIZE(1..200))
fn read_text(value: Tlv<'_>) -> Result<String, Malformed> {
    const WRONG: Malformed = Malformed::Value("UTF8String");
    let text = core::str::from_utf8(value.require(tag::UTF8_STRING)?.value).map_err(|_| WRONG)?;
    if text.trim().is_empty() {
        return Err(WRONG);
    }
    Ok(text.to_owned())
}

/// IssuerSignTool ::= SEQUENCE { signTool, cATool, signToolCert, cAToolCert UTF8String }
fn read_issuer_tool(value: Tlv<'_>) -> Result<(), Malformed> {
    let mut reader = value.require(tag::SEQUENCE)?.reader();
    for _ in 0..4 {
        read_text(reader.any()?)?;
    }
    reader.finish()
}

/// IdentificationKind ::= INTEGER { personal(0), remote-cert(1), remote-passport(2), remote-system(3) }
fn read_identification(value: Tlv<'_>) -> Result<Identification, Malformed> {
    match value.small_integer()? {
        0 => Ok(Identification::Personal),
        1 => Ok(Identification::RemoteByCertificate),
        2 => Ok(Identification::RemoteByPassport),
        3 => Ok(Identification::RemoteBySystem),
        _ => Err(Malformed::Value("IdentificationKind")),
    }
}
