//! Who is who: the people and organisations of a file against those a certificate names.

use super::super::{Joint, Person, PowerOfAttorney, Representative};
use super::{Finding, Found, Question, Signer};

/// Whether two descriptions are of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Everything both say is equal, and that is at least one number.
    Same,
    /// Something both say differs.
    Other,
    /// Both say nothing that could be compared.
    Unknown,
}

/// Compares ИНН and СНИЛС; names are not compared, people marry.
pub fn is_same_person(person: &Person, inn: Option<&str>, snils: Option<&str>) -> Identity {
    let pairs = [(person.inn.as_deref(), inn), (person.snils.as_deref(), snils)];
    let mut is_same = false;
    for (one, other) in pairs {
        let (Some(one), Some(other)) = (one.map(digits), other.map(digits)) else {
            continue;
        };
        if one.is_empty() || other.is_empty() {
            continue;
        }
        if one != other {
            return Identity::Other;
        }
        is_same = true;
    }
    if is_same {
        Identity::Same
    } else {
        Identity::Unknown
    }
}

pub(super) fn is_signer(person: &Person, signer: &Signer) -> Identity {
    is_same_person(person, signer.inn.as_deref(), signer.snils.as_deref())
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Is the one who acts a representative, and are all there who act only together?
pub(super) fn acting(asked: &Question<'_>, poa: &PowerOfAttorney, found: &mut Found) {
    found.about(poa.number);
    let fits: Vec<_> = poa
        .representatives
        .iter()
        .map(|one| fit(one, asked.acting))
        .collect();
    if fits.is_empty() {
        return;
    }
    if !fits.iter().any(Option::is_none) {
        let doubt = fits
            .iter()
            .flatten()
            .find(|finding| matches!(finding, Finding::BranchUnknown { .. } | Finding::PersonUnknown));
        match (doubt, &fits[..]) {
            (Some(doubt), _) => found.add(doubt.clone()),
            (None, [Some(only)]) => found.add(only.clone()),
            (None, _) => found.add(Finding::OtherPerson),
        }
        return;
    }
    if poa.joint == Joint::Together {
        let everybody = || std::iter::once(asked.acting).chain(asked.together_with);
        let missing = poa
            .representatives
            .iter()
            .filter(|one| !everybody().any(|signer| fit(one, signer).is_none()))
            .count() as i64;
        found.when(missing > 0, || Finding::JointNeedsOthers { missing });
    }
}

/// What keeps a signer from being this representative; nothing if he is.
fn fit(representative: &Representative, signer: &Signer) -> Option<Finding> {
    let person = |person: &Person| match is_signer(person, signer) {
        Identity::Same => None,
        Identity::Other => Some(Finding::OtherPerson),
        Identity::Unknown => Some(Finding::PersonUnknown),
    };
    let is_of = |inn: &str| signer.organisation_inn.as_deref() == Some(inn);
    match representative {
        Representative::Person(one) => person(one),
        Representative::SoleProprietor(one) => person(&one.person),
        Representative::Organisation(one) => (!is_of(&one.inn)).then(|| Finding::OtherRepresentative {
            name: one.name.clone(),
        }),
        Representative::Branch { organisation } => {
            let name = organisation.name.clone();
            match (&organisation.kpp, &signer.organisation_kpp) {
                _ if !is_of(&organisation.inn) => Some(Finding::OtherRepresentative { name }),
                (Some(wanted), Some(there)) if wanted == there => None,
                (Some(_), Some(_)) => Some(Finding::OtherBranch { name }),
                _ => Some(Finding::BranchUnknown { name }),
            }
        }
        Representative::ForeignBranch { organisation } => {
            let name = organisation.name.clone();
            match &organisation.inn {
                Some(inn) if is_of(inn) => None,
                Some(_) => Some(Finding::OtherRepresentative { name }),
                None => Some(Finding::BranchUnknown { name }),
            }
        }
    }
}
