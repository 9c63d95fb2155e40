//! The service catalogue of API ЕПГУ, from `assets/services.json`.

use std::sync::OnceLock;

use kabinet_domain::Environment;
use serde::{Deserialize, Serialize};

const SOURCE: &str = include_str!("../../../assets/services.json");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    #[serde(rename = "note")]
    _note: String,
    services: Vec<Service>,
}

/// A service orders can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Service {
    /// `serviceCode`.
    pub code: String,
    /// Title in Russian, as the specification of the service has it.
    pub title: String,
    /// How an order is sent.
    pub mode: Mode,
    /// Where the order number must stand before sending.
    pub order_number_in: Option<OrderNumberPlace>,
    /// What is signed.
    pub signed: Signed,
    /// Pattern of the main file's name: `*` for anything, `{guid}` for a UUID.
    pub main: String,
    /// Patterns of the names of what travels along.
    pub companions: Vec<String>,
    /// Formats the main file may have.
    pub formats: Vec<String>,
    /// Formats of what travels along; `*` for any.
    pub companion_formats: Vec<String>,
    /// What it takes at most.
    pub limits: crate::Limits,
    /// Where the service exists.
    pub environments: Vec<Environment>,
    /// Origin of these facts.
    pub note: String,
}

/// How an order is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One request; an archive above 50 000 000 bytes is reserved and sent in parts all the same.
    Push,
    /// Order number first, then the content.
    Reserve,
}

/// Where the order number must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderNumberPlace {
    /// In the transport file; see [`crate::sfr::with_order_number`].
    Transport,
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signed {
    /// Nothing.
    None,
    /// Every file, each by a detached signature `name.ext.sig`.
    All,
}

impl Service {
    /// `targetCode`.
    pub fn target_code(&self) -> String {
        format!("-{}", self.code)
    }

    /// Whether it takes the answers to a form the portal gives (`urn:kabinet:application:1`).
    pub fn takes_application(&self) -> bool {
        self.formats
            .iter()
            .any(|format| crate::application::base(format) == crate::application::FORMAT)
    }

    /// Whether `name` is a name the main file may have.
    pub fn accepts_main(&self, name: &str) -> bool {
        matches(&self.main, name)
    }

    /// Whether `name` is a name something that travels along may have.
    pub fn accepts_companion(&self, name: &str) -> bool {
        self.companions.iter().any(|pattern| matches(pattern, name))
    }
}

/// `*` stands for anything, `{guid}` for a UUID with hyphens.
fn matches(pattern: &str, name: &str) -> bool {
    if let Some((before, after)) = pattern.split_once("{guid}") {
        let Some(middle) = name
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
        else {
            return false;
        };
        let groups: Vec<&str> = middle.split('-').collect();
        return groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
            && groups
                .iter()
                .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    match pattern.split_once('*') {
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
        None => pattern == name,
    }
}

/// All services.
// The file is part of the program and a test reads it: a mistake in it cannot reach a user.
#[allow(clippy::expect_used)]
pub fn services() -> &'static [Service] {
    static SERVICES: OnceLock<Vec<Service>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        serde_json::from_str::<File>(SOURCE)
            .expect("assets/services.json is well-formed")
            .services
    })
}

impl Service {
    /// A portal at addresses of one's own offers what the test contour does.
    fn is_offered(&self, environment: Environment) -> bool {
        let as_listed = match environment {
            Environment::Custom => Environment::Test,
            listed => listed,
        };
        self.environments.contains(&as_listed)
    }
}

/// Every service of `environment`.
pub fn services_in(environment: Environment) -> Vec<&'static Service> {
    let offered = services()
        .iter()
        .filter(|service| service.is_offered(environment));
    offered.collect()
}

/// The service with this code, if it exists in `environment`.
pub fn service(code: &str, environment: Environment) -> Option<&'static Service> {
    services()
        .iter()
        .find(|service| service.code == code && service.is_offered(environment))
}

/// Services of `environment` that take a main file of `format`.
///
/// Any XML file fits a service that asks for `xml`: its own schema is not published, so nothing better is known.
pub fn services_for(format: &str, environment: Environment) -> Vec<&'static Service> {
    services()
        .iter()
        .filter(|service| service.is_offered(environment))
        .filter(|service| service.formats.iter().any(|accepted| accepted == format))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn the_training_service_never_leaves_the_demo() {
        for environment in [Environment::Production, Environment::Test] {
            assert!(service("99000000001", environment).is_none());
            assert!(services_for("fns.on_aktsverotp", environment).is_empty());
        }
        assert_eq!(
            services_for("fns.on_aktsverotp", Environment::Demo)[0].code,
            "99000000001"
        );
    }

    #[test]
    fn services_name_known_formats_only() {
        for service in services() {
            for format in service.formats.iter().chain(&service.companion_formats) {
                assert!(
                    format == "*" || Catalogue::embedded().format(format).is_some(),
                    "{format}"
                );
            }
        }
    }

    #[test]
    fn the_pension_service_reserves_first_and_signs_nothing() {
        let found = services_for("sfr.10000000109", Environment::Production);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].mode, found[0].signed), (Mode::Reserve, Signed::None));
        assert_eq!(found[0].order_number_in, Some(OrderNumberPlace::Transport));
        assert_eq!(found[0].target_code(), "-10000000109");
        assert!(found[0].accepts_main("trans_8f8b7e4b-dec8-4dac-8a02-3dcde44d4fb2.xml"));
        assert!(!found[0].accepts_main("trans_8f8b7e4b.xml"));
        assert!(found[0].accepts_companion("req_8f8b7e4b-dec8-4dac-8a02-3dcde44d4fb2.xml"));
    }

    #[test]
    fn patterns_match_whole_names() {
        assert!(matches("*.pdf", "a.pdf") && matches("*", "x") && matches("req.xml", "req.xml"));
        assert!(!matches("*.pdf", "a.pdf.sig") && !matches("req.xml", "req.xml.sig") && !matches("a*a", "a"));
    }
}
