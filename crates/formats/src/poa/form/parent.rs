//! Passing powers on: what a draft begins with, and whether it stays within what its parent gives.
//!
//! The parent's file travels with the draft (`from.file`), so the answer is the same on every computer and without a network.

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::judge::{Finding, beyond};
use kabinet_domain::poa::{
    DelegatedFrom, Joint, Person, PoaNumber, PowerOfAttorney, Principal, Redelegation, Representative,
};
use time::Date;

use super::super::document::number;
use super::model;
use super::problems::Judge;
use super::{PREVIOUS, answers};

/// The field that holds the power of attorney whose powers are passed on.
pub const PARENT: &str = "from.file";

/// With what a draft begins that passes `parent` on from `today`: everything the parent gives, as long as it lasts. `file` is the
/// parent's own. Nothing when nobody can pass it on: it went to a branch of a foreign organisation without ИНН.
#[must_use]
pub fn passing_on(parent: &PowerOfAttorney, file: &str, today: Date) -> Option<Fields> {
    let mut principals: Vec<Principal> = parent.representatives.iter().filter_map(giver).collect();
    if parent.joint == Joint::Each {
        principals.truncate(1);
    }
    if principals.is_empty() {
        return None;
    }
    let child = PowerOfAttorney {
        internal_number: None,
        internally_registered: None,
        issued: today.max(parent.issued),
        expires: parent.expires,
        irrevocable: None,
        redelegation: Redelegation::Forbidden,
        principals,
        representatives: vec![Representative::Person(Person::default())],
        joint: Joint::Each,
        lost_on_redelegation: false,
        notary: None,
        systems: None,
        delegated_from: Some(from(parent)),
        ..parent.clone()
    };
    let mut fields = answers::of(&child);
    fields.remove(PREVIOUS);
    fields.remove("systems");
    fields.insert(PARENT.to_owned(), file.to_owned());
    Some(fields)
}

fn from(parent: &PowerOfAttorney) -> DelegatedFrom {
    match &parent.delegated_from {
        Some(from) => DelegatedFrom {
            parent: parent.number,
            parent_issued: Some(parent.issued),
            parent_expires: Some(parent.expires),
            ..from.clone()
        },
        None => {
            let principal = parent.principals.first();
            let inn = principal.and_then(Principal::inn).filter(|inn| !inn.is_empty());
            DelegatedFrom {
                first: parent.number,
                parent: parent.number,
                first_issued: Some(parent.issued),
                first_expires: Some(parent.expires),
                first_notarial: parent.notary.is_some(),
                // Named by both or not at all.
                first_principal_inn: inn.map(str::to_owned),
                first_principal_name: inn.and(principal.map(Principal::name)),
                parent_issued: None,
                parent_expires: None,
            }
        }
    }
}

/// Who received powers, as who passes them on.
fn giver(one: &Representative) -> Option<Principal> {
    let russian = |organisation: &kabinet_domain::poa::LegalEntity| Principal::Russian {
        organisation: organisation.clone(),
        heads: Vec::new(),
        managed_by: None,
        managing_proprietor: None,
        heads_together: false,
    };
    Some(match one {
        Representative::Organisation(organisation) | Representative::Branch { organisation } => {
            russian(organisation)
        }
        Representative::ForeignBranch { organisation } if organisation.inn.is_some() => Principal::Foreign {
            organisation: organisation.clone(),
            head: None,
        },
        Representative::ForeignBranch { .. } => return None,
        Representative::SoleProprietor(one) => Principal::SoleProprietor(one.clone()),
        Representative::Person(person) => Principal::Person(Person {
            position: None,
            authority: None,
            ..person.clone()
        }),
    })
}

/// Number of the power of attorney that these answers pass on, and the field that names it.
#[must_use]
pub fn parent_of(fields: &Fields) -> Option<(&'static str, PoaNumber)> {
    let names = ["from.parent", "from.first"].into_iter();
    let mut named = names.filter_map(|name| Some((name, fields.get(name).map(|text| text.trim())?)));
    let (name, text) = named.find(|(_, text)| !text.is_empty())?;
    Some((name, number(text)?))
}

/// Tells at their fields what goes beyond the parent, as far as its file came with the draft and is the one that is named.
pub(super) fn within(judge: &mut Judge<'_>, fields: &Fields) {
    let Some(file) = fields.get(PARENT) else { return };
    let Ok(read) = super::super::read("", file.as_bytes()) else {
        return;
    };
    let parent = read.poa;
    let named = match parent_of(fields) {
        Some((named, number)) if number == parent.number => named,
        _ => return,
    };
    if parent.redelegation == Redelegation::Once && !judge.answers.is("redelegation", "forbidden") {
        judge.tell("redelegation", "poa.passes-on-further");
    }
    let Some(child) = model::of(fields, parent.number, true) else {
        return;
    };
    for finding in beyond(&child, &parent) {
        tell(judge, named, &parent, &finding);
    }
}

fn tell(judge: &mut Judge<'_>, named: &str, parent: &PowerOfAttorney, finding: &Finding) {
    let row = |judge: &Judge<'_>, code: &str| {
        let rows = judge.answers.rows("powers").into_iter();
        let mut fields = rows.map(|row| format!("powers/{row}/code"));
        fields
            .find(|field| judge.answers.is(field, code))
            .unwrap_or_else(|| "powers".to_owned())
    };
    match finding {
        Finding::ChainForbidden { .. } => judge.tell(named, "poa.parent-forbids"),
        Finding::ChainEarlier { .. } => judge.tell("issued", "poa.before-parent"),
        Finding::ChainLonger { .. } => judge.tell("expires", "poa.longer-than-parent"),
        Finding::ChainText => judge.tell("powers.kind", "poa.text-not-passed-on"),
        Finding::ChainWider { power } => judge.tell(row(judge, power), "poa.wider-than-parent"),
        Finding::ChainLooser { power, restriction } => {
            let params = [("restriction".to_owned(), restriction.clone())].into();
            judge.tell_with(row(judge, power), "poa.looser-than-parent", params);
        }
        Finding::ChainNotRepresentative => {
            let field = match judge.answers.text("principal.kind").as_deref() {
                Some("organisation") => "principal.inn",
                Some("foreign") => "foreign.inn",
                _ => "head.inn",
            };
            let names: Vec<String> = parent.representatives.iter().map(Representative::name).collect();
            let params = [("names".to_owned(), names.join("; "))].into();
            judge.tell_with(field, "poa.not-representative", params);
        }
        Finding::ChainJoint => judge.tell("principals", "poa.all-pass-on"),
        _ => {}
    }
}
