//! What is known of a file of the older format, as the judgement wants to know it.

use kabinet_domain::poa::{
    Flags, Joint, LegalEntity, Person, PoaNumber, Power, PowerOfAttorney, Powers, Principal, Redelegation,
    Representative,
};
use kabinet_formats::poa::older::{Older, Party};
use uuid::Uuid;

/// The same as far as it is known; a number that is none of the registry becomes the empty one.
pub(super) fn as_new(older: &Older) -> PowerOfAttorney {
    let (with_code, in_words): (Vec<_>, Vec<_>) = older.powers.iter().partition(|(code, _)| code.is_some());
    let codes = with_code.into_iter().filter_map(|(code, name)| {
        Some(Power {
            code: code.clone()?,
            mnemonic: None,
            name: name.clone(),
            restrictions: Vec::new(),
        })
    });
    let codes: Vec<Power> = codes.collect();
    PowerOfAttorney {
        number: PoaNumber(Uuid::parse_str(&older.number).unwrap_or_default()),
        internal_number: older.internal_number.clone(),
        internally_registered: None,
        issued: older.issued,
        expires: older.expires,
        flags: Flags::default(),
        tax_office: None,
        tax_offices: Vec::new(),
        systems: None,
        irrevocable: None,
        redelegation: Redelegation::Forbidden,
        principals: older.principals.iter().map(principal).collect(),
        representatives: older.representatives.iter().map(representative).collect(),
        joint: Joint::Each,
        lost_on_redelegation: false,
        powers: if codes.is_empty() {
            let words: Vec<&str> = in_words.iter().map(|(_, text)| text.as_str()).collect();
            Powers::Text(words.join("; "))
        } else {
            Powers::Machine(codes)
        },
        notary: None,
        delegated_from: None,
    }
}

fn is_organisation(party: &Party) -> bool {
    party.inn.as_ref().is_some_and(|inn| inn.len() == 10)
}

fn organisation(party: &Party) -> LegalEntity {
    LegalEntity {
        name: party.name.clone(),
        inn: party.inn.clone().unwrap_or_default(),
        ..LegalEntity::default()
    }
}

fn person(party: &Party) -> Person {
    let mut words = party.name.split_whitespace().map(str::to_owned);
    Person {
        surname: words.next().unwrap_or_default(),
        given_name: words.next().unwrap_or_default(),
        patronymic: words.next(),
        inn: party.inn.clone(),
        snils: party.snils.clone(),
        ..Person::default()
    }
}

fn principal(party: &Party) -> Principal {
    if is_organisation(party) {
        Principal::Russian {
            organisation: organisation(party),
            heads: Vec::new(),
            managed_by: None,
            managing_proprietor: None,
            heads_together: false,
        }
    } else {
        Principal::Person(person(party))
    }
}

fn representative(party: &Party) -> Representative {
    if is_organisation(party) {
        Representative::Organisation(organisation(party))
    } else {
        Representative::Person(person(party))
    }
}
