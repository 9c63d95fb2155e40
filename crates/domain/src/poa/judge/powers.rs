//! Is the power given, without a limit that stands against it?

use super::super::{Power, PowerOfAttorney, Powers, Restriction, RestrictionValue};
use super::{Finding, Found, KnownPoa, Question, day};

pub(super) fn given(asked: &Question<'_>, known: &KnownPoa<'_>, found: &mut Found) {
    found.about(known.poa.number);
    let given = match &known.poa.powers {
        Powers::Text(text) if text.trim().is_empty() => return found.add(Finding::NoPowers),
        Powers::Text(_) => return found.add(Finding::TextPowers),
        Powers::Machine(given) if given.is_empty() => return found.add(Finding::NoPowers),
        Powers::Machine(given) => given,
    };
    if asked.powers.is_empty() {
        return found.add(Finding::PowerNotNamed);
    }
    // Any of them is enough, so the one with the least against it counts.
    let least = given
        .iter()
        .filter(|power| asked.powers.contains(&power.code.as_str()))
        .map(|power| against(asked, known, power))
        .min_by_key(|findings| findings.iter().map(Finding::weight).max());
    match least {
        Some(findings) => findings.into_iter().for_each(|finding| found.add(finding)),
        None => found.add(Finding::PowerMissing {
            powers: asked.powers.join(", "),
        }),
    }
}

fn against(asked: &Question<'_>, known: &KnownPoa<'_>, power: &Power) -> Vec<Finding> {
    let mut findings: Vec<Finding> = power
        .restrictions
        .iter()
        .filter_map(|one| limit(asked, power, one))
        .collect();
    let is_lost = known.poa.lost_on_redelegation
        && known
            .passed_on
            .iter()
            .any(|child| passes_on(child, known.poa, &power.code) && child.issued <= day(asked.at));
    if is_lost {
        findings.push(Finding::PowerPassedOn {
            power: power.code.clone(),
        });
    }
    findings
}

fn passes_on(child: &PowerOfAttorney, parent: &PowerOfAttorney, code: &str) -> bool {
    let is_child = child
        .delegated_from
        .as_ref()
        .is_some_and(|from| from.parent == parent.number);
    is_child
        && match &child.powers {
            // Whatever stands in the words, it may be this.
            Powers::Text(_) => true,
            Powers::Machine(powers) => powers.iter().any(|power| power.code == code),
        }
}

fn limit(asked: &Question<'_>, power: &Power, restriction: &Restriction) -> Option<Finding> {
    let (power, name) = (power.code.clone(), restriction.name.clone());
    let unknown = Finding::RestrictionUnknown {
        power: power.clone(),
        restriction: name.clone(),
    };
    let known: Vec<&str> = asked
        .matter
        .iter()
        .filter(|(code, _)| *code == restriction.code)
        .map(|(_, value)| *value)
        .collect();
    match &restriction.value {
        RestrictionValue::Text(_) => Some(unknown),
        RestrictionValue::Code(_) if known.is_empty() => Some(unknown),
        RestrictionValue::Code(code) => (!known.contains(&code.as_str())).then_some(Finding::Restricted {
            power,
            restriction: name,
        }),
    }
}

/// What `child` gives that `parent` does not.
pub(super) fn wider(child: &Powers, parent: &Powers) -> Vec<Finding> {
    let (Powers::Machine(child), Powers::Machine(parent)) = (child, parent) else {
        return vec![Finding::ChainText];
    };
    child.iter().filter_map(|power| excess(power, parent)).collect()
}

fn excess(power: &Power, parent: &[Power]) -> Option<Finding> {
    let missing = |given: &Power| {
        given
            .restrictions
            .iter()
            .find(|limit| {
                !power
                    .restrictions
                    .iter()
                    .any(|own| own.code == limit.code && own.value == limit.value)
            })
            .cloned()
    };
    let mut same = parent.iter().filter(|given| given.code == power.code).peekable();
    let code = power.code.clone();
    if same.peek().is_none() {
        return Some(Finding::ChainWider { power: code });
    }
    let mut first = None;
    for given in same {
        match missing(given) {
            None => return None,
            Some(limit) => first = first.or(Some(limit)),
        }
    }
    first.map(|limit| Finding::ChainLooser {
        power: code,
        restriction: limit.name,
    })
}
