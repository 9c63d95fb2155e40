//! Everything that can be said about one file before it is signed.

use kabinet_domain::requisites::{self, Context, Kind, Reason};
use kabinet_domain::{Finding, Severity};
use roxmltree::Node;
use serde::Serialize;

use crate::catalogue::Format;
use crate::pack::SchemaPack;
use crate::poa;
use crate::recognise::{self, Recognition};
use crate::xml::{self, Lines, XmlError};
use crate::xsd::{self, Subject};
use crate::{bank, decode, file_name};

/// What a file is and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What it is.
    pub recognition: Recognition,
    /// Findings in the order of the file, general ones first.
    pub findings: Vec<Finding>,
}

impl Check {
    /// Whether something must be mended before signing.
    pub fn has_errors(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }
}

/// Recognises and checks. Of files that are no XML only bank exchanges have findings: the others are archived and signed as
/// they are.
pub(crate) fn check(pack: &SchemaPack, name: &str, bytes: &[u8]) -> Check {
    if !decode::looks_like_xml(bytes) {
        return Check {
            recognition: recognise::of_bytes(name, bytes).into_recognition(),
            findings: of_bank(name, bytes),
        };
    }
    let unreadable = |error: XmlError| Check {
        recognition: recognise::of_bytes(name, bytes).into_recognition(),
        findings: vec![error.into_finding(name)],
    };
    let text = match decode::decode(bytes) {
        Ok(text) => text.content,
        Err(error) => return unreadable(error.into()),
    };
    let lines = Lines::new(&text);
    let document = match xml::parse(&text, &lines) {
        Ok(document) => document,
        Err(error) => return unreadable(error),
    };
    let recognised = recognise::of_xml(name, &document);
    let subject = Subject {
        file: name,
        document: &document,
        lines: &lines,
    };
    let mut findings = match schema(pack, recognised.format, &subject) {
        Schema::Name(schema) => {
            let mut findings = xsd::check(&subject, pack, &schema);
            if schema.ends_with(RECONSTRUCTED) {
                findings.iter_mut().for_each(doubt);
            }
            findings
        }
        Schema::Absent => vec![subject.general("xsd.absent", Severity::Warning)],
        Schema::NotNeeded => Vec::new(),
    };
    findings.extend(file_name::check(&subject, recognised.format));
    findings.extend(requisites(&subject));
    if recognised.format.code == poa::FORMAT && !findings.iter().any(|one| one.severity == Severity::Error) {
        findings.extend(poa::findings(name, bytes));
    }
    findings.truncate(xsd::MAX_FINDINGS);
    findings.sort_by_key(|finding| finding.line);
    Check {
        recognition: recognised.into_recognition(),
        findings,
    }
}

/// How the names of schemas end that were not published, but put together from what is known of a format.
const RECONSTRUCTED: &str = ".reconstructed.xsd";

/// What such a schema does not know may be right: it is no more than a warning.
fn doubt(finding: &mut Finding) {
    let is_unknown = matches!(
        finding.code.as_str(),
        "xsd.unexpected-attribute" | "xsd.extra-element"
    ) || finding.code == "xsd.unexpected-element"
        && finding.params.get("label") == finding.params.get("name");
    if is_unknown {
        finding.severity = Severity::Warning;
    }
}

/// What is wrong with a bank exchange; nothing for other files.
fn of_bank(name: &str, bytes: &[u8]) -> Vec<Finding> {
    if !bank::is_bank_exchange(bytes) {
        return Vec::new();
    }
    match bank::read(name, bytes) {
        Ok((_, findings)) => findings,
        Err(error) => vec![XmlError::from(error).into_finding(name)],
    }
}

/// The schema a document has to obey.
pub(crate) enum Schema {
    /// This file of the pack.
    Name(String),
    /// There is one, but it is not published openly and the user has not added it.
    Absent,
    /// Plain XML nobody has promised anything about.
    NotNeeded,
}

/// Which schema applies.
pub(crate) fn schema(pack: &SchemaPack, format: &Format, subject: &Subject<'_, '_>) -> Schema {
    if let Some(official) = format.official.as_deref().and_then(|start| pack.own_named(start)) {
        return Schema::Name(official.to_owned());
    }
    if let Some(schema) = format.schemas.first() {
        return Schema::Name(schema.clone());
    }
    if format.free {
        return Schema::NotNeeded;
    }
    let root = subject.document.root_element();
    let knd = xml::first_value(subject.document, &["Файл/Документ/@КНД".to_owned()]);
    let found = root
        .attribute("ИдФайл")
        .and_then(file_name::prefix)
        .zip(knd)
        .zip(root.attribute("ВерсФорм"))
        .and_then(|((prefix, knd), version)| pack.report_schema(prefix, &knd, version));
    found.map_or(Schema::Absent, |schema| Schema::Name(schema.to_owned()))
}

/// Control digits of ИНН, ОГРН and ОГРНИП in ФНС documents. Schemas look at the pattern only, and a wrong digit is
/// nearly always a typing mistake; still a warning, as no rule of the format forbids it.
fn requisites(subject: &Subject<'_, '_>) -> Vec<Finding> {
    let root = subject.document.root_element();
    if !matches!(
        root.tag_name().name(),
        "Файл" | "Доверенность" | "ОтзывДоверенности"
    ) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for node in root.descendants().filter(Node::is_element) {
        for attribute in node.attributes() {
            let kind = match attribute.name() {
                name if name.starts_with("ИНН") => Kind::Inn,
                "ОГРН" => Kind::Ogrn,
                "ОГРНИП" => Kind::Ogrnip,
                "СНИЛС" if root.tag_name().name() != "Файл" => Kind::Snils,
                _ => continue,
            };
            let Err(error) = requisites::check(kind, attribute.value(), Context::default()) else {
                continue;
            };
            // Lengths and characters are the schema's business.
            if let Reason::ControlDigit { position, expected } = error.reason {
                let mut finding =
                    subject.finding(error.code(), Severity::Warning, node, Some(attribute.name()));
                finding.params.insert("name".into(), attribute.name().into());
                finding.params.insert("value".into(), attribute.value().into());
                finding.params.insert("position".into(), position.to_string());
                finding.params.insert("expected".into(), expected.to_string());
                findings.push(finding);
            }
        }
    }
    findings
}
