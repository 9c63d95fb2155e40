//! The services this portal takes orders for: `data/services.json`, with what each wants in the archive.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use crate::cabinet::Fee;

/// What the archive of a service must hold (API ЕПГУ, service specifications).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Family {
    /// СФР: `trans_{guid}.xml` that names `req_{guid}.xml`.
    Pension,
    /// ФССП: `req.xml` and `piev_epgu.xml`.
    Enforcement,
    /// МВД: `trans_{guid}.xml` and `attach.xml`.
    Vehicle,
    /// МВД: `attach.xml`.
    Attachment,
    /// `req.xml` and any documents.
    Request,
    /// Any files; only this training portal has it.
    Documents,
}

/// One service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Service {
    /// `eServiceCode`.
    pub(crate) code: String,
    /// Always `-` and the code.
    pub(crate) target_code: String,
    #[serde(rename = "title")]
    pub(crate) name: String,
    pub(crate) summary: String,
    pub(crate) category: String,
    /// Who gets the order.
    #[serde(rename = "agency")]
    pub(crate) authority: String,
    pub(crate) audience: Vec<String>,
    pub(crate) term_days: u32,
    pub(crate) fee: Option<Fee>,
    pub(crate) documents: Vec<String>,
    /// Whether every file needs `.sig` beside it.
    pub(crate) signed: bool,
    #[serde(rename = "files")]
    pub(crate) family: Family,
    /// 0…100.
    pub(crate) popularity: u32,
    /// When its description changed, `YYYY-MM-DD`.
    pub(crate) updated: String,
    /// Whether the code exists on this portal only.
    pub(crate) demo: bool,
    /// Sections of fields; the note of the data file tells their shape.
    pub(crate) form: Option<Value>,
}

/// Number of the demo-only service: no ФНС report service is published for API ЕПГУ.
pub const TAX_DOCUMENTS: &str = "99000000001";

#[derive(Deserialize)]
struct Catalogue {
    services: Vec<Service>,
}

/// The data file is ours and its shape is checked by a test, so a broken one is an empty catalogue.
static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    serde_json::from_str::<Catalogue>(include_str!("../data/services.json"))
        .map(|catalogue| catalogue.services)
        .unwrap_or_default()
});

/// Every service.
pub(crate) fn all() -> &'static [Service] {
    &SERVICES
}

/// The service of this code.
pub(crate) fn by_code(code: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|s| s.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn thirty_services_have_codes_of_their_own_and_say_which_are_not_published() {
        assert_eq!(all().len(), 30);
        let codes: HashSet<&str> = all().iter().map(|s| s.code.as_str()).collect();
        assert_eq!(codes.len(), 30);
        for service in all() {
            assert_eq!(service.demo, service.code.starts_with("99"), "{}", service.code);
            assert_eq!(service.target_code, format!("-{}", service.code));
            assert!(service.popularity <= 100);
        }
        assert!(by_code(TAX_DOCUMENTS).is_some_and(|s| s.signed));
    }

    #[test]
    fn every_field_of_a_form_is_of_a_known_kind_and_says_what_the_kind_needs() {
        const KINDS: [&str; 15] = [
            "text",
            "prose",
            "number",
            "date",
            "flag",
            "choice",
            "dictionary",
            "inn",
            "ogrn",
            "kpp",
            "snils",
            "account",
            "phone",
            "email",
            "file",
        ];
        let with_forms: Vec<&Service> = all().iter().filter(|s| s.form.is_some()).collect();
        assert!(with_forms.len() >= 6);
        for form in with_forms.iter().filter_map(|s| s.form.as_ref()) {
            let sections = form["sections"].as_array().unwrap();
            let fields: Vec<&Value> = sections
                .iter()
                .flat_map(|section| section["fields"].as_array().unwrap())
                .collect();
            let names: HashSet<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
            assert_eq!(names.len(), fields.len());
            for field in fields {
                let kind = field["kind"].as_str().unwrap();
                assert!(KINDS.contains(&kind), "{kind}");
                assert!(field["label"].is_string());
                assert_eq!(kind == "choice", field["options"].is_array());
                assert_eq!(kind == "dictionary", field["dictionary"].is_string());
                assert_eq!(kind == "file", field["maxBytes"].is_number());
                if let Some(other) = field["showIf"]["field"].as_str() {
                    assert!(names.contains(other), "{other}");
                }
            }
        }
    }
}
