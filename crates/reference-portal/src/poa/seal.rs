//! Who signed a file of the registry, and whether that is who had to.

use kabinet_pki::{Certificate, QualificationStatus, Subject, qualification};

use super::deed::{Party, Person};
use super::fault::{Fault, FaultCode};
use crate::cabinet::OrganisationState;
use crate::world::{World, WorldError};

/// Subjects of the qualified certificates a file was signed with.
pub(super) fn signers(
    world: &World,
    content: &[u8],
    signature: &[u8],
) -> Result<Result<Vec<Subject>, Fault>, WorldError> {
    if world.settings().signing_service_down {
        return Ok(Err(Fault::unavailable()));
    }
    let now = world.now();
    let certificates = match world.judge.signers(signature, content, world.crls()?, now) {
        Ok(certificates) => certificates,
        Err(why) => return Ok(Err(Fault::of_signature(why))),
    };
    let issuer = Certificate::from_der(world.authority.certificate()).ok();
    let is_qualified = |certificate: &Certificate| {
        // Without a list only the form is judged; whether the authority is accredited the portal knows itself.
        let of_form = qualification(certificate, issuer.as_ref(), None, now).status;
        of_form != QualificationStatus::NotQualified && world.is_accredited(now)
    };
    if !certificates.iter().all(is_qualified) {
        let text = "Сертификат подписи не является квалифицированным";
        return Ok(Err(Fault::new(FaultCode::CertificateNotQualified, text)));
    }
    Ok(Ok(certificates.iter().map(Certificate::subject).collect()))
}

/// Whether a certificate names this person: ИНН and СНИЛС, as the registry demands.
pub(super) fn is_of(subject: &Subject, person: &Person) -> bool {
    subject.person_inn() == Some(&person.inn) && subject.snils.as_deref() == Some(&person.snils)
}

/// Whether the signers are who must sign for this party; `path` is the party's element.
pub(super) fn gives(world: &World, party: &Party, signers: &[Subject], path: &str) -> Result<(), Fault> {
    let other = |text: &str| Err(Fault::at(FaultCode::OtherOrganisation, path, text));
    let not_theirs = |text: &str| Err(Fault::at(FaultCode::NotTheHead, path, text));
    match party {
        Party::Foreign { .. } => other("Иностранных организаций в реестре этого портала нет"),
        Party::Person(person) => match signers.iter().any(|one| is_of(one, person)) {
            true => Ok(()),
            false => not_theirs("ИНН и СНИЛС сертификата не совпадают с данными доверителя"),
        },
        Party::Proprietor { ogrnip, person } => {
            let entry = world.registry.by_inn(&person.inn);
            if entry.is_none_or(|entry| entry.ogrn != *ogrnip) {
                return other("ОГРНИП не совпадает с реестром");
            }
            match signers.iter().any(|one| is_of(one, person)) {
                true => Ok(()),
                false => not_theirs("ИНН и СНИЛС сертификата не совпадают с данными предпринимателя"),
            }
        }
        Party::Organisation {
            inn,
            kpp,
            ogrn,
            heads,
            together,
            managed_by,
            ..
        } => {
            let entry = match world.registry.by_inn(inn) {
                None => return other("Организации с таким ИНН нет в реестре"),
                Some(entry) if ogrn.as_ref().is_some_and(|ogrn| *ogrn != entry.ogrn) => {
                    return other("ОГРН не совпадает с реестром организаций");
                }
                Some(entry) if kpp.is_some() && entry.kpp.is_some() && *kpp != entry.kpp => {
                    return other("КПП не совпадает с реестром организаций");
                }
                Some(entry) if entry.state == OrganisationState::Liquidated => {
                    return other("Организация прекратила деятельность");
                }
                Some(entry) => entry,
            };
            // A managing company signs by its own head's certificate.
            let acting = managed_by.as_deref().unwrap_or(inn);
            let certificates: Vec<&Subject> = signers
                .iter()
                .filter(|one| one.organisation_inn() == Some(acting))
                .collect();
            if certificates.is_empty() {
                return other("Сертификат подписи выдан не этой организации");
            }
            let has_signed = |head: &&Person| certificates.iter().any(|one| is_of(one, head));
            let signed = heads.iter().filter(has_signed).count();
            if (heads.is_empty() || signed > 0) && (!*together || signed == heads.len()) {
                return match acting_head(world, managed_by.as_deref(), &entry.inn, &certificates) {
                    true => Ok(()),
                    false => not_theirs("По данным реестра организаций руководитель — другой человек"),
                };
            }
            not_theirs(if signed > 0 {
                "Подписать должны все, кто действует совместно"
            } else {
                "ИНН и СНИЛС сертификата не совпадают с лицом, действующим без доверенности"
            })
        }
    }
}

/// Whether the registry's head of the organisation (or of its managing company) is among the signers.
fn acting_head(world: &World, managed_by: Option<&str>, inn: &str, signers: &[&Subject]) -> bool {
    let entry = world.registry.by_inn(managed_by.unwrap_or(inn));
    entry.is_some_and(|entry| {
        signers
            .iter()
            .any(|one| one.person_inn() == Some(&entry.head.inn))
    })
}
