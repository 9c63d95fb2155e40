//! Who becomes able to do what until when by a power of attorney: facts, no sentence.

use kabinet_domain::poa::{Joint, Power, PowerOfAttorney, Powers, Redelegation, RestrictionValue};

use crate::view::Grant;

/// One for each who receives powers.
pub(super) fn of(poa: &PowerOfAttorney) -> Vec<Grant> {
    let may: Vec<String> = match &poa.powers {
        Powers::Text(text) => vec![text.trim().to_owned()],
        Powers::Machine(powers) => powers.iter().map(named).collect(),
    };
    let joint = poa.joint == Joint::Together && poa.representatives.len() > 1;
    poa.representatives
        .iter()
        .map(|one| Grant {
            who: one.name(),
            may: may.clone(),
            from: poa.issued.to_string(),
            until: poa.expires.to_string(),
            redelegate: poa.redelegation != Redelegation::Forbidden,
            revocable: poa.irrevocable.is_none(),
            joint,
        })
        .collect()
}

/// A power with its limits, in the words of the file: without them it would look like more than it is.
fn named(power: &Power) -> String {
    let name = if power.name.trim().is_empty() {
        &power.code
    } else {
        &power.name
    };
    if power.restrictions.is_empty() {
        return name.trim().to_owned();
    }
    let limits: Vec<String> = power
        .restrictions
        .iter()
        .map(|one| {
            let value = match (&one.value_name, &one.value) {
                (Some(name), _) => name,
                (None, RestrictionValue::Code(value) | RestrictionValue::Text(value)) => value,
            };
            format!("{}: {value}", one.name)
        })
        .collect();
    format!("{} ({})", name.trim(), limits.join("; "))
}

#[cfg(test)]
mod tests {
    use kabinet_domain::poa::{Person, Representative, Restriction};
    use time::macros::date;

    use super::*;

    fn person(surname: &str) -> Representative {
        Representative::Person(Person {
            surname: surname.to_owned(),
            given_name: "Анна".to_owned(),
            ..Person::default()
        })
    }

    fn given() -> PowerOfAttorney {
        let power = Power {
            code: "A".to_owned(),
            mnemonic: None,
            name: "Подписывать накладные".to_owned(),
            restrictions: vec![Restriction {
                id: None,
                code: "R".to_owned(),
                name: "Сумма, не больше".to_owned(),
                value_name: None,
                value: RestrictionValue::Text("100 000".to_owned()),
            }],
        };
        PowerOfAttorney {
            number: kabinet_domain::poa::PoaNumber(uuid::Uuid::nil()),
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
            principals: Vec::new(),
            representatives: vec![person("Иванова"), person("Полевая")],
            joint: Joint::Together,
            lost_on_redelegation: false,
            powers: Powers::Machine(vec![power]),
            notary: None,
            delegated_from: None,
        }
    }

    #[test]
    fn a_limited_power_never_looks_like_the_whole_one_and_who_acts_alone_is_told() {
        let mut poa = given();
        let grants = of(&poa);
        assert_eq!(grants.len(), 2);
        assert_eq!(
            grants[0],
            Grant {
                who: "Иванова Анна".to_owned(),
                may: vec!["Подписывать накладные (Сумма, не больше: 100 000)".to_owned()],
                from: "2026-12-01".to_owned(),
                until: "2027-12-31".to_owned(),
                redelegate: false,
                revocable: true,
                joint: true,
            }
        );
        poa.representatives.pop();
        poa.redelegation = Redelegation::Once;
        let alone = of(&poa);
        assert_eq!(
            (alone.len(), alone[0].joint, alone[0].redelegate),
            (1, false, true)
        );
    }
}
