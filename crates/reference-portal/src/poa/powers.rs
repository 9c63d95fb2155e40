//! Codes of powers and what they are good for: `data/powers.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::deed::{Deed, Powers};
use super::fault::{Fault, FaultCode};

#[derive(Default, Deserialize)]
struct Catalogue {
    powers: Vec<Known>,
    kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Known {
    code: String,
    permissions: Vec<String>,
}

/// A kind of document and the powers any of which suffices to sign it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kind {
    pub(super) title: String,
    knd: Vec<String>,
    names: Vec<String>,
    pub(super) any_of: Vec<String>,
}

/// Its shape is checked by a test, so a broken one gives nothing.
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/powers.json")).unwrap_or_default());

/// What the classifier cannot hold: its codes are words of capital letters and digits joined by underscores.
pub(super) fn unknown(powers: &Powers) -> Vec<Fault> {
    let Powers::Machine(powers) = powers else {
        return vec![];
    };
    let is_code = |code: &str| {
        code.len() <= 100
            && code.contains('_')
            && code
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let wrong = powers
        .iter()
        .enumerate()
        .filter(|(_, power)| !is_code(&power.code));
    wrong
        .map(|(index, power)| {
            let element = format!("СвПолн/МашПолн[{}]/@КодПолн", index + 1);
            let text = format!("Полномочия {} нет в классификаторе", power.code);
            Fault::at(FaultCode::PowerUnknown, element, text)
        })
        .collect()
}

/// Whether a power of attorney opens a permission of the cabinet.
pub(crate) fn permits(deed: &Deed, permission: &str) -> bool {
    let Powers::Machine(powers) = &deed.powers else {
        return false;
    };
    let opens = |code: &str| {
        let known = CATALOGUE.powers.iter().find(|known| known.code == code);
        known.is_some_and(|known| known.permissions.iter().any(|one| one == permission))
    };
    powers.iter().any(|power| opens(&power.code))
}

/// The kind of a document, by its КНД and its name.
pub(super) fn kind_of(knd: Option<&str>, name: &str) -> Option<&'static Kind> {
    let by_knd = |kind: &&Kind| knd.is_some_and(|knd| kind.knd.iter().any(|start| knd.starts_with(start)));
    let by_name = |kind: &&Kind| kind.names.iter().any(|start| name.starts_with(start.as_str()));
    let kinds = &CATALOGUE.kinds;
    kinds.iter().find(by_knd).or_else(|| kinds.iter().find(by_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cabinet::permissions;

    #[test]
    fn powers_open_permissions_that_exist_and_every_document_has_a_kind() {
        assert!(CATALOGUE.powers.len() >= 5);
        for known in &CATALOGUE.powers {
            assert!(
                known
                    .permissions
                    .iter()
                    .all(|code| permissions().iter().any(|one| one.code == *code)),
                "{}",
                known.code
            );
        }
        let title = |knd, name| kind_of(knd, name).unwrap().title.clone();
        assert!(title(Some("1115131"), "x.xml").contains("УПД продавца"));
        assert_eq!(title(Some("1151001"), "x.xml"), "отчётность");
        assert_eq!(title(None, "NO_NDS_1.xml"), "отчётность");
        assert!(title(None, "req.xml").starts_with("заявление"));
        assert!(CATALOGUE.kinds.iter().all(|kind| !kind.any_of.is_empty()));
    }
}
