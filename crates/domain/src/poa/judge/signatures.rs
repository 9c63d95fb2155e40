//! Has everybody signed who gives the powers?

use super::super::{Person, Principal};
use super::identity::is_signer;
use super::{Finding, Found, Identity, KnownPoa, PoaKind, PrincipalSignature, Question, SignatureStanding};

pub(super) fn examine(asked: &Question<'_>, known: &KnownPoa<'_>, found: &mut Found) {
    match known.kind {
        PoaKind::Electronic => {}
        PoaKind::PaperScan => return found.add(Finding::PaperScan),
        PoaKind::NotarialScan => return found.add(Finding::NotaryScan),
    }
    if known.signatures.is_empty() {
        return found.add(Finding::Unsigned);
    }
    for signature in known.signatures {
        if let Some(finding) = standing(signature.standing) {
            found.add(finding);
        }
        if let Some(made) = signature.made.filter(|made| *made > asked.at) {
            found.add(Finding::SignedLater { made });
        }
    }
    let several = known.poa.principals.len() > 1;
    for principal in &known.poa.principals {
        if let Some(finding) = by(principal, known, several) {
            found.add(finding);
        }
    }
}

fn standing(standing: SignatureStanding) -> Option<Finding> {
    Some(match standing {
        SignatureStanding::Valid => return None,
        SignatureStanding::Broken => Finding::SignatureBroken,
        SignatureStanding::CertificateRevoked => Finding::CertificateRevoked,
        SignatureStanding::CertificateExpired => Finding::CertificateExpired,
        SignatureStanding::CertificateUntrusted => Finding::CertificateUntrusted,
        SignatureStanding::CertificateNotQualified => Finding::CertificateNotQualified,
        SignatureStanding::Unknown => Finding::SignatureUnknown,
    })
}

/// What is wrong with the signature of this principal; nothing if it is there.
fn by(principal: &Principal, known: &KnownPoa<'_>, several: bool) -> Option<Finding> {
    match principal {
        Principal::Russian {
            organisation,
            heads,
            managed_by,
            managing_proprietor,
            heads_together,
        } => {
            // Their certificate names no organisation, only themselves.
            if let Some(one) = managing_proprietor {
                return person(&one.person, known, several);
            }
            let signed: Vec<&PrincipalSignature> = match signatures_of(heads, known) {
                Ok(signed) => signed,
                Err(absence) => {
                    return Some(absence.finding(Finding::SignerNotHead, &organisation.name, known, several));
                }
            };
            let missing = heads.len() - heads_of(heads, &signed);
            if *heads_together && missing > 0 {
                let missing = missing as i64;
                return Some(Finding::HeadsTogether { missing });
            }
            let is_its = |inn: &str| {
                inn == organisation.inn || managed_by.as_ref().is_some_and(|managing| managing.inn == inn)
            };
            // One of the signatures has to be the organisation's; a head may have signed twice.
            let organisations = signed.iter().map(|one| one.signer.organisation_inn.as_deref());
            if organisations.clone().flatten().any(is_its) {
                return None;
            }
            Some(if organisations.flatten().next().is_some() {
                Finding::SignerOtherOrganisation
            } else {
                Finding::SignerWithoutOrganisation
            })
        }
        Principal::Foreign { head, .. } | Principal::Branch { head, .. } => {
            let absence = signatures_of(head.as_slice(), known).err()?;
            Some(absence.finding(Finding::SignerNotHead, &principal.name(), known, several))
        }
        Principal::SoleProprietor(one) => person(&one.person, known, several),
        Principal::Person(one) => person(one, known, several),
    }
}

fn person(person: &Person, known: &KnownPoa<'_>, several: bool) -> Option<Finding> {
    let absence = signatures_of(std::slice::from_ref(person), known).err()?;
    let name = format!("{} {}", person.surname, person.given_name);
    Some(absence.finding(Finding::SignerNotPrincipal, name.trim(), known, several))
}

/// Why no signature is that of somebody.
enum Absence {
    /// Nobody is named who could have signed.
    NobodyNamed,
    /// A certificate says nothing that could be compared.
    Unknown,
    /// Others have signed.
    Others,
}

impl Absence {
    fn finding(self, others: Finding, name: &str, known: &KnownPoa<'_>, several: bool) -> Finding {
        let name = name.to_owned();
        match self {
            Self::NobodyNamed => Finding::HeadUnknown,
            Self::Unknown => Finding::SignerUnknown,
            Self::Others if known.poa.notary.is_some() => Finding::NotarySignature,
            Self::Others if several => Finding::PrincipalUnsigned { name },
            Self::Others => others,
        }
    }
}

fn signatures_of<'a>(
    people: &[Person],
    known: &KnownPoa<'a>,
) -> Result<Vec<&'a PrincipalSignature>, Absence> {
    if people.is_empty() {
        return Err(Absence::NobodyNamed);
    }
    let is = |signature: &PrincipalSignature, wanted| {
        people
            .iter()
            .any(|person| is_signer(person, &signature.signer) == wanted)
    };
    let signatures = known.signatures.iter();
    let signed: Vec<_> = signatures.filter(|one| is(one, Identity::Same)).collect();
    if !signed.is_empty() {
        return Ok(signed);
    }
    let is_unknown = known.signatures.iter().any(|one| is(one, Identity::Unknown));
    Err(if is_unknown {
        Absence::Unknown
    } else {
        Absence::Others
    })
}

fn heads_of(heads: &[Person], signed: &[&PrincipalSignature]) -> usize {
    heads
        .iter()
        .filter(|head| {
            signed
                .iter()
                .any(|one| is_signer(head, &one.signer) == Identity::Same)
        })
        .count()
}
