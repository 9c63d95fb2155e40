//! The list of known formats, from `assets/formats.json`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::application;

const SOURCE: &str = include_str!("../../../assets/formats.json");

/// Everything `assets/formats.json` says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Catalogue {
    /// For people who read the file.
    #[serde(rename = "note")]
    _note: String,
    /// Pieces of the one-line title; a piece whose value is absent is left out.
    pub(crate) title_line: Vec<String>,
    /// Formats in the order in which they are tried.
    pub(crate) formats: Vec<Format>,
}

/// One format.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Format {
    pub(crate) code: String,
    /// Name of the form, used when the document itself has none.
    #[serde(default)]
    name: String,
    /// Names by КНД, for a format that covers many forms.
    #[serde(default)]
    names: BTreeMap<String, String>,
    /// Local name of the root element, `*` for any; absent for what is not XML.
    pub(crate) root: Option<String>,
    /// Namespace of the root element; absent means it does not matter.
    pub(crate) namespace: Option<String>,
    /// Code of the form, `Файл/Документ/@КНД`.
    pub(crate) knd: Option<String>,
    /// First parts of `Файл/@ИдФайл`.
    #[serde(default)]
    pub(crate) prefix: Option<String>,
    /// A path that must lead somewhere.
    pub(crate) requires: Option<String>,
    /// How bytes that are no XML are known.
    pub(crate) content: Option<Content>,
    /// Nobody has published a schema: its absence is no news.
    #[serde(default)]
    pub(crate) free: bool,
    /// Schema files inside the pack; the first is the one to start from.
    pub(crate) schemas: Vec<String>,
    /// What the name of the official schema begins with, where the one here is not it: such a file in the user's folder
    /// takes over.
    pub(crate) official: Option<String>,
    /// Rule of the file name, for formats that have one.
    pub(crate) file_name: Option<FileNameRule>,
    /// Where the parts of the title stand.
    pub(crate) title: TitlePaths,
}

impl Format {
    /// Name of the form.
    pub(crate) fn name(&self, knd: Option<&str>) -> &str {
        knd.and_then(|knd| self.names.get(knd)).unwrap_or(&self.name)
    }
}

/// How bytes that are no XML are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    BankExchange,
    Pdf,
    Zip,
    Signature,
    Image,
    Office,
    Anything,
}

/// Rule of the file name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FileNameRule {
    pub(crate) direction: Direction,
    /// Where the content names the recipient; empty when it does not.
    #[serde(default)]
    pub(crate) recipient: Vec<String>,
    /// Where the content names the sender.
    #[serde(default)]
    pub(crate) sender: Vec<String>,
    /// Where the content names the number a name of [`Direction::Numbered`] ends with.
    pub(crate) number: Option<String>,
}

/// Order of the parties inside the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Direction {
    /// `R_T_A_O_GGGGMMDD_N…`: exchange between organisations.
    RecipientSender,
    /// `R_T_A_K_O_GGGGMMDD_N`: reports to the tax service.
    TransitFinalSender,
    /// `P_GGGGMMDD_GUID`: powers of attorney.
    Numbered,
}

/// Where the parts of the title stand.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TitlePaths {
    #[serde(default)]
    pub(crate) form: Vec<String>,
    #[serde(default)]
    pub(crate) number: Vec<String>,
    #[serde(default)]
    pub(crate) date: Vec<String>,
    #[serde(default)]
    pub(crate) period: Vec<String>,
    #[serde(default)]
    pub(crate) counterparty: Vec<String>,
}

impl Catalogue {
    /// The embedded list.
    // The file is part of the program and a test reads it: a mistake in it cannot reach a user.
    #[allow(clippy::expect_used)]
    pub(crate) fn embedded() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| serde_json::from_str(SOURCE).expect("assets/formats.json is well-formed"))
    }

    /// The format with this code.
    pub(crate) fn format(&self, code: &str) -> Option<&Format> {
        let code = application::base(code);
        self.formats.iter().find(|format| format.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::SchemaPack;

    #[test]
    fn every_schema_of_the_list_is_in_the_pack_and_every_code_is_unique() {
        let pack = SchemaPack::embedded();
        let catalogue = Catalogue::embedded();
        for format in &catalogue.formats {
            for schema in &format.schemas {
                assert!(pack.file(schema).is_some(), "{schema}");
            }
            assert_eq!(
                catalogue
                    .formats
                    .iter()
                    .filter(|other| other.code == format.code)
                    .count(),
                1
            );
        }
        assert_eq!(
            catalogue.formats.last().and_then(|format| format.content),
            Some(Content::Anything)
        );
    }
}
