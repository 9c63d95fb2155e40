//! What a new version of a power of attorney changes, in the words of the model.

use std::collections::BTreeSet;
use std::fmt::Debug;

use kabinet_domain::poa::{Power, PowerOfAttorney, Powers, Restriction, RestrictionValue};
use serde::Serialize;

/// One difference. Text is looked up by [`What`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What differs.
    pub what: What,
    /// Whom or which power it is about.
    pub name: Option<String>,
    /// What the old one says: a day as dd.mm.yyyy, a code, a text.
    pub before: Option<String>,
    /// What the new one says.
    pub after: Option<String>,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the words say it")]
pub enum What {
    PowerAdded,
    PowerRemoved,
    /// Its name differs.
    PowerRenamed,
    LimitAdded,
    LimitRemoved,
    /// In words: the whole text.
    PowersText,
    RepresentativeAdded,
    RepresentativeRemoved,
    /// Data of the same representative differ.
    RepresentativeChanged,
    PrincipalAdded,
    PrincipalRemoved,
    PrincipalChanged,
    Issued,
    Expires,
    Redelegation,
    Joint,
    LostOnRedelegation,
    Irrevocable,
    TaxOffices,
    InternalNumber,
    Purpose,
    Systems,
    Notary,
    Parent,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::PowerAdded,
        Self::PowerRemoved,
        Self::PowerRenamed,
        Self::LimitAdded,
        Self::LimitRemoved,
        Self::PowersText,
        Self::RepresentativeAdded,
        Self::RepresentativeRemoved,
        Self::RepresentativeChanged,
        Self::PrincipalAdded,
        Self::PrincipalRemoved,
        Self::PrincipalChanged,
        Self::Issued,
        Self::Expires,
        Self::Redelegation,
        Self::Joint,
        Self::LostOnRedelegation,
        Self::Irrevocable,
        Self::TaxOffices,
        Self::InternalNumber,
        Self::Purpose,
        Self::Systems,
        Self::Notary,
        Self::Parent,
    ];

    /// Key of its text below `changes.poa`.
    pub fn key(self) -> &'static str {
        match self {
            Self::PowerAdded => "power-added",
            Self::PowerRemoved => "power-removed",
            Self::PowerRenamed => "power-renamed",
            Self::LimitAdded => "limit-added",
            Self::LimitRemoved => "limit-removed",
            Self::PowersText => "powers-text",
            Self::RepresentativeAdded => "representative-added",
            Self::RepresentativeRemoved => "representative-removed",
            Self::RepresentativeChanged => "representative-changed",
            Self::PrincipalAdded => "principal-added",
            Self::PrincipalRemoved => "principal-removed",
            Self::PrincipalChanged => "principal-changed",
            Self::Issued => "issued",
            Self::Expires => "expires",
            Self::Redelegation => "redelegation",
            Self::Joint => "joint",
            Self::LostOnRedelegation => "lost-on-redelegation",
            Self::Irrevocable => "irrevocable",
            Self::TaxOffices => "tax-offices",
            Self::InternalNumber => "internal-number",
            Self::Purpose => "purpose",
            Self::Systems => "systems",
            Self::Notary => "notary",
            Self::Parent => "parent",
        }
    }
}

/// What differs between two versions; nothing when they say the same under another number.
#[must_use]
pub fn changes(old: &PowerOfAttorney, new: &PowerOfAttorney) -> Vec<Change> {
    let mut found = Vec::new();
    powers(&old.powers, &new.powers, &mut found);
    parties(
        (&old.representatives, &new.representatives),
        |one| (one.name(), one.inn().unwrap_or_default().to_owned()),
        [
            What::RepresentativeAdded,
            What::RepresentativeRemoved,
            What::RepresentativeChanged,
        ],
        &mut found,
    );
    parties(
        (&old.principals, &new.principals),
        |one| (one.name(), one.inn().unwrap_or_default().to_owned()),
        [
            What::PrincipalAdded,
            What::PrincipalRemoved,
            What::PrincipalChanged,
        ],
        &mut found,
    );
    let day = |day: time::Date| super::view::day(day);
    let offices = |poa: &PowerOfAttorney| {
        let all: Vec<&str> = poa
            .tax_office
            .iter()
            .chain(&poa.tax_offices)
            .map(String::as_str)
            .collect();
        all.join(", ")
    };
    let systems = |poa: &PowerOfAttorney| {
        // The address of the check names the number, which every version has anew.
        let text = poa.systems.clone().unwrap_or_default();
        text.replace(&poa.number.to_string(), "")
    };
    let word = |value: &dyn Debug| format!("{value:?}").to_lowercase();
    let condition = |poa: &PowerOfAttorney| {
        poa.irrevocable.as_ref().map(|one| {
            let passed = if one.may_be_passed_on { "2" } else { "1" };
            let description = one.description.as_deref().unwrap_or_default();
            format!("{}/{passed} {description}", one.condition)
        })
    };
    let pairs = [
        (What::Issued, day(old.issued), day(new.issued)),
        (What::Expires, day(old.expires), day(new.expires)),
        (
            What::Redelegation,
            word(&old.redelegation),
            word(&new.redelegation),
        ),
        (What::Joint, word(&old.joint), word(&new.joint)),
        (
            What::LostOnRedelegation,
            old.lost_on_redelegation.to_string(),
            new.lost_on_redelegation.to_string(),
        ),
        (
            What::Irrevocable,
            condition(old).unwrap_or_default(),
            condition(new).unwrap_or_default(),
        ),
        (What::TaxOffices, offices(old), offices(new)),
        (
            What::InternalNumber,
            old.internal_number.clone().unwrap_or_default(),
            new.internal_number.clone().unwrap_or_default(),
        ),
        (What::Purpose, purpose(old), purpose(new)),
        (What::Systems, systems(old), systems(new)),
    ];
    for (what, before, after) in pairs {
        if before != after {
            found.push(change(what, None, some(before), some(after)));
        }
    }
    if old.notary != new.notary {
        let name = |poa: &PowerOfAttorney| poa.notary.as_ref().map(|notary| notary.name.clone());
        found.push(change(What::Notary, None, name(old), name(new)));
    }
    if old.delegated_from != new.delegated_from {
        let parent = |poa: &PowerOfAttorney| poa.delegated_from.as_ref().map(|from| from.parent.to_string());
        found.push(change(What::Parent, None, parent(old), parent(new)));
    }
    found
}

fn purpose(poa: &PowerOfAttorney) -> String {
    let flags = poa.flags;
    let names = [("esia", flags.esia), ("notary", flags.notary), ("tax", flags.tax)];
    let set: Vec<&str> = names
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| name)
        .collect();
    match flags.other {
        0 => set.join(", "),
        other => format!("{} {other:05b}", set.join(", ")),
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn change(what: What, name: Option<String>, before: Option<String>, after: Option<String>) -> Change {
    Change {
        what,
        name,
        before,
        after,
    }
}

/// The same party is one with the same ИНН, or without one the same name.
fn parties<T: PartialEq>(
    (old, new): (&[T], &[T]),
    who: impl Fn(&T) -> (String, String),
    [added, removed, changed]: [What; 3],
    found: &mut Vec<Change>,
) {
    let same = |one: &T, other: &T| {
        let ((name, inn), (other_name, other_inn)) = (who(one), who(other));
        if inn.is_empty() || other_inn.is_empty() {
            name == other_name
        } else {
            inn == other_inn
        }
    };
    let mut left: Vec<&T> = new.iter().collect();
    for one in old {
        let exact = left.iter().position(|other| *other == one);
        match exact.or_else(|| left.iter().position(|other| same(one, other))) {
            Some(place) => {
                let other = left.remove(place);
                if other != one {
                    found.push(change(
                        changed,
                        Some(who(other).0),
                        some(who(one).0),
                        some(who(other).0),
                    ));
                }
            }
            None => found.push(change(removed, Some(who(one).0), some(who(one).1), None)),
        }
    }
    for one in left {
        found.push(change(added, Some(who(one).0), None, some(who(one).1)));
    }
}

fn powers(old: &Powers, new: &Powers, found: &mut Vec<Change>) {
    let (old_all, new_all) = match (old, new) {
        (Powers::Machine(old), Powers::Machine(new)) => (old.as_slice(), new.as_slice()),
        (Powers::Text(old), Powers::Text(new)) if old == new => return,
        _ => {
            let text = |powers: &Powers| match powers {
                Powers::Text(text) => Some(text.clone()),
                Powers::Machine(_) => None,
            };
            found.push(change(What::PowersText, None, text(old), text(new)));
            (machine(old), machine(new))
        }
    };
    let mut left: Vec<&Power> = new_all.iter().collect();
    let mut pairs = Vec::new();
    for one in old_all {
        let exact = left.iter().position(|other| *other == one);
        match exact.or_else(|| left.iter().position(|other| other.code == one.code)) {
            Some(place) => pairs.push((one, left.remove(place))),
            None => found.push(change(
                What::PowerRemoved,
                Some(one.name.clone()),
                Some(one.code.clone()),
                None,
            )),
        }
    }
    for one in left {
        found.push(change(
            What::PowerAdded,
            Some(one.name.clone()),
            None,
            Some(one.code.clone()),
        ));
    }
    for (one, other) in pairs {
        if one.name != other.name {
            found.push(change(
                What::PowerRenamed,
                Some(other.code.clone()),
                Some(one.name.clone()),
                Some(other.name.clone()),
            ));
        }
        let limits = |power: &Power| {
            let all = power.restrictions.iter();
            all.map(|one| (limit(one), one.code.clone()))
                .collect::<BTreeSet<_>>()
        };
        let (before, after) = (limits(one), limits(other));
        for (gone, _) in before.difference(&after) {
            found.push(change(
                What::LimitRemoved,
                Some(other.name.clone()),
                Some(gone.clone()),
                None,
            ));
        }
        for (fresh, _) in after.difference(&before) {
            found.push(change(
                What::LimitAdded,
                Some(other.name.clone()),
                None,
                Some(fresh.clone()),
            ));
        }
    }
}

fn machine(powers: &Powers) -> &[Power] {
    match powers {
        Powers::Machine(all) => all,
        Powers::Text(_) => &[],
    }
}

/// A limit in one line. Its identifier inside the document says nothing.
#[must_use]
pub fn limit(one: &Restriction) -> String {
    let value = match &one.value {
        RestrictionValue::Code(value) | RestrictionValue::Text(value) => value,
    };
    match &one.value_name {
        Some(name) if name != value => format!("{}: {name} ({value})", one.name),
        _ => format!("{}: {value}", one.name),
    }
}
