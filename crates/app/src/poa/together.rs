//! Several who give powers together: whose signatures are still missing, and who may add one to what others have signed.

use kabinet_domain::poa::judge::{Identity, PrincipalSignature, SignatureStanding, Signer, is_same_person};
use kabinet_domain::poa::{Person, PowerOfAttorney, Principal};
use kabinet_domain::{Document, DocumentStage, FileRole};
use kabinet_pki::Certificate;
use kabinet_signature::merge_detached;
use kabinet_store::OrganisationStore;

use super::{register, signatures};
use crate::{AppError, send};

/// Those whose signature is still needed under it, given these, where more than one is. Of heads who act each for themselves one is
/// enough; whether who signed alone was the right one is the registry's to say.
pub(super) fn missing<'a>(poa: &'a PowerOfAttorney, found: &[PrincipalSignature]) -> Vec<&'a Person> {
    let sound: Vec<&Signer> = found
        .iter()
        .filter(|one| one.standing != SignatureStanding::Broken)
        .map(|one| &one.signer)
        .collect();
    // Whom the file names without a number nobody can be told from.
    let has_signed = |person: &&Person| {
        let is_named = person.inn.is_some() || person.snils.is_some();
        sound.iter().any(|one| !is_named || is_by(person, one))
    };
    let mut missing = Vec::new();
    for principal in &poa.principals {
        let signers = principal.signers();
        let together = signers.len() > 1 && needs_all(principal);
        if !together && poa.principals.len() == 1 {
            continue;
        }
        let signed = signers.iter().filter(|one| has_signed(one)).count();
        if !together && signed > 0 {
            continue;
        }
        missing.extend(signers.into_iter().filter(|one| !has_signed(one)));
    }
    missing
}

fn needs_all(principal: &Principal) -> bool {
    matches!(
        principal,
        Principal::Russian {
            heads_together: true,
            ..
        }
    )
}

fn is_by(person: &Person, signer: &Signer) -> bool {
    is_same_person(person, signer.inn.as_deref(), signer.snils.as_deref()) == Identity::Same
}

/// Names of those without whose signatures the registry will refuse it. Nobody, where nobody has signed yet: then it is simply not
/// signed. Blocks.
pub(crate) fn awaited(
    store: &OrganisationStore,
    document: &Document,
    found: &[PrincipalSignature],
) -> Result<Vec<String>, AppError> {
    let Some(poa) = register::content(store, document)? else {
        return Ok(Vec::new());
    };
    Ok(missing(&poa, found).into_iter().map(Person::full_name).collect())
}

/// Whether a document that others have signed waits for the owner of this certificate, too; without one, for anybody. Blocks.
pub(crate) fn waits_for_another(
    store: &OrganisationStore,
    document: &Document,
    certificate: Option<&Certificate>,
) -> Result<bool, AppError> {
    if document.stage != DocumentStage::Signed {
        return Ok(false);
    }
    let Some(poa) = register::content(store, document)? else {
        return Ok(false);
    };
    // What the register knows was verified when the signatures came.
    let found = match store.poa_of_document(document.id)? {
        Some(record) if record.document == document.id => record.signatures,
        _ => return Ok(false),
    };
    let missing = missing(&poa, &found);
    let Some(certificate) = certificate else {
        return Ok(!missing.is_empty());
    };
    let signer = signatures::signer_of(certificate);
    Ok(missing.into_iter().any(|one| is_by(one, &signer)))
}

/// What the registry takes as the signature of a document: one CMS with everybody who signed. A file that is no signature of it is
/// left out as long as another is one. Blocks.
///
/// # Errors
/// [`AppError::NotFound`] without any; failures of the vault.
pub(super) fn one_signature(
    store: &OrganisationStore,
    document: &Document,
    main: &str,
    content: &[u8],
) -> Result<Vec<u8>, AppError> {
    let mut files = Vec::new();
    for file in &document.files {
        if matches!(&file.role, FileRole::Signature { of } if of == main) {
            files.push(send::read_all(store, file)?);
        }
    }
    let (sound, other): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| merge_detached(content, std::slice::from_ref(file)).is_ok());
    match &sound[..] {
        [] => other.into_iter().next().ok_or(AppError::NotFound),
        // As it was made: another program may have written it otherwise than this one does.
        [one] => Ok(one.clone()),
        several => Ok(merge_detached(content, several)?),
    }
}

#[cfg(test)]
mod tests {
    use kabinet_domain::poa::{Joint, LegalEntity, PoaNumber, Powers, Redelegation};
    use time::macros::date;

    use super::*;

    fn head(inn: &str) -> Person {
        Person {
            surname: inn.to_owned(),
            inn: Some(inn.to_owned()),
            snils: Some(inn[..11].to_owned()),
            ..Person::default()
        }
    }

    fn signed(inn: &str, standing: SignatureStanding) -> PrincipalSignature {
        PrincipalSignature {
            standing,
            signer: Signer {
                inn: Some(inn.to_owned()),
                snils: Some(inn[..11].to_owned()),
                ..Signer::default()
            },
            made: None,
        }
    }

    fn given(heads_together: bool) -> PowerOfAttorney {
        PowerOfAttorney {
            number: PoaNumber(uuid::Uuid::nil()),
            internal_number: None,
            internally_registered: None,
            issued: date!(2026 - 12 - 01),
            expires: date!(2027 - 12 - 31),
            flags: Default::default(),
            tax_office: None,
            tax_offices: Vec::new(),
            systems: None,
            irrevocable: None,
            redelegation: Redelegation::Forbidden,
            principals: vec![Principal::Russian {
                organisation: LegalEntity::default(),
                heads: vec![head("111111111111"), head("222222222222")],
                managed_by: None,
                managing_proprietor: None,
                heads_together,
            }],
            representatives: Vec::new(),
            joint: Joint::Each,
            lost_on_redelegation: false,
            powers: Powers::Text(String::new()),
            notary: None,
            delegated_from: None,
        }
    }

    fn names(poa: &PowerOfAttorney, found: &[PrincipalSignature]) -> Vec<String> {
        missing(poa, found).into_iter().map(Person::full_name).collect()
    }

    #[test]
    fn a_broken_signature_is_none_and_only_heads_who_act_together_wait_for_each_other() {
        let first = signed("111111111111", SignatureStanding::Unknown);
        let broken = signed("222222222222", SignatureStanding::Broken);
        let both = ["111111111111", "222222222222"].map(str::to_owned);
        assert_eq!(names(&given(true), &[]), both);
        assert_eq!(names(&given(true), &[first.clone(), broken.clone()]), both[1..]);
        assert_eq!(names(&given(false), std::slice::from_ref(&first)), [""; 0]);
        let two = PowerOfAttorney {
            principals: [
                given(false).principals,
                vec![Principal::Person(head("333333333333"))],
            ]
            .concat(),
            ..given(false)
        };
        assert_eq!(names(&two, &[first.clone(), broken]), ["333333333333"]);
        let second = signed("222222222222", SignatureStanding::Valid);
        assert_eq!(names(&given(true), &[first, second]), [""; 0]);
    }
}
