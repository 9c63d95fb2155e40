//! What the form of a power of attorney offers: powers of the classifier, roles, people, and what is known beforehand.

mod begin;
mod people;

pub(crate) use begin::add_parent;

use kabinet_formats::poa::{Classifier, KnownPower, KnownRestriction};

use crate::App;
use crate::poa::list::word;
use crate::view::{FormChoice, PoaPower, PoaPowerQuery, PoaPowers, PoaRestriction, PoaTemplate, UiError};

/// As many powers as a list is read through; more words narrow it.
const SHOWN: usize = 200;

impl App {
    /// Powers of the classifier.
    #[must_use]
    pub fn poa_powers(&self, query: &PoaPowerQuery) -> PoaPowers {
        let (classifier, problem) = self.classifier();
        let is_wanted = |power: &&KnownPower| {
            query.group.as_ref().is_none_or(|group| *group == power.group)
                && (query.codes.is_empty() || query.codes.contains(&power.code))
        };
        let found: Vec<&KnownPower> = classifier
            .search(&query.text)
            .into_iter()
            .filter(is_wanted)
            .collect();
        let mut groups: Vec<String> = Vec::new();
        for power in classifier.powers() {
            if !groups.contains(&power.group) {
                groups.push(power.group.clone());
            }
        }
        PoaPowers {
            total: u32::try_from(found.len()).unwrap_or(u32::MAX),
            items: found.into_iter().take(SHOWN).map(power).collect(),
            groups,
            problem,
        }
    }

    /// Roles with their powers. A role whose powers the classifier lacks is left out.
    #[must_use]
    pub fn poa_templates(&self) -> Vec<PoaTemplate> {
        let (classifier, _) = self.classifier();
        let roles = classifier.templates().iter().map(|role| PoaTemplate {
            code: role.code.clone(),
            name: role.name.clone(),
            explanation: role.explanation.clone(),
            powers: role
                .powers
                .iter()
                .filter_map(|code| classifier.power(code).map(power))
                .collect(),
        });
        roles.filter(|role| !role.powers.is_empty()).collect()
    }

    /// That of the folder, else that of the program with why the folder's is not taken.
    fn classifier(&self) -> (Classifier, Option<UiError>) {
        match Classifier::with_folder(&self.config().poa_dir) {
            Ok(classifier) => (classifier, None),
            Err(error) => (
                Classifier::embedded().clone(),
                Some(UiError {
                    code: error.code().to_owned(),
                    params: std::collections::BTreeMap::new(),
                    retriable: false,
                }),
            ),
        }
    }
}

fn power(power: &KnownPower) -> PoaPower {
    PoaPower {
        code: power.code.clone(),
        mnemonic: power.mnemonic.clone(),
        name: power.name.clone(),
        group: power.group.clone(),
        explanation: power.explanation.clone(),
        restrictions: power.restrictions.iter().map(restriction).collect(),
    }
}

fn restriction(one: &KnownRestriction) -> PoaRestriction {
    let values = one.values.iter().map(|(value, label)| FormChoice {
        value: value.clone(),
        label: label.clone(),
    });
    PoaRestriction {
        code: one.code.clone(),
        name: one.name.clone(),
        kind: word(one.kind),
        values: values.collect(),
    }
}
