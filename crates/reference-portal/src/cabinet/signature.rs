//! Judges signatures that confirm something in the cabinet.

use base64ct::{Base64, Encoding as _};
use kabinet_pki::Certificate;
use serde::Deserialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::refusal::{Code, Refusal};
use super::registry::Entry;
use crate::demo::Employee;
use crate::judge::Rejection;
use crate::world::World;

/// A signature that confirms something.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignatureRequest {
    /// Base64 of a detached CAdES-BES over `bytesToSign`.
    pub(crate) cms: String,
}

/// Certificates of all who signed `content`; `cms` is detached CAdES-BES in Base64.
pub(crate) fn signers(world: &World, cms: &str, content: &[u8]) -> Result<Vec<Certificate>, Refusal> {
    if world.settings().signing_service_down {
        return Err(Code::SignatureServiceDown.into());
    }
    let crls = world.crls()?;
    world
        .judge
        .signers(cms.as_bytes(), content, crls, OffsetDateTime::now_utc())
        .map_err(|why| match why {
            Rejection::RevocationUnknown => Refusal::new(Code::SignatureServiceDown),
            _ => Refusal::new(Code::SignatureInvalid).because(why.message()),
        })
}

/// Whether a certificate was issued to this organisation.
pub(crate) fn is_of_organisation(certificate: &Certificate, entry: &Entry) -> bool {
    let subject = certificate.subject();
    // A sole proprietor's certificate has the ИНН of the person, in the attribute of persons.
    let inn = subject.organisation_inn().or(subject.inn.as_deref());
    inn == Some(entry.inn.as_str())
}

/// Whether a certificate names this person, or nobody at all («обезличенный»).
pub(crate) fn may_be_used_by(certificate: &Certificate, person: &Employee) -> bool {
    certificate
        .subject()
        .snils
        .as_ref()
        .is_none_or(|snils| *snils == person.snils)
}

/// Whether a certificate names this person.
pub(crate) fn is_of_person(certificate: &Certificate, person: &Employee) -> bool {
    certificate.subject().snils.as_ref() == Some(&person.snils)
}

/// Base64 of the text to sign.
pub(crate) fn encoded(text: &str) -> String {
    Base64::encode_string(text.as_bytes())
}
