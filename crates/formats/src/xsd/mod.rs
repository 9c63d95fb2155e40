//! The schema check: XSD by libxml2, each error as data with a line and a path.

mod assemble;
mod host;
mod message;
pub(crate) mod model;
mod rules;

use kabinet_domain::{Finding, Severity};
use roxmltree::{Document, Node};

pub(crate) use assemble::Assembly;
use model::Model;

use crate::pack::SchemaPack;
use crate::xml::{self, Lines, XmlError};

/// Most findings one check reports; a file with more is broken as a whole.
pub(crate) const MAX_FINDINGS: usize = 500;

/// Where a document stands while it is checked.
pub(crate) struct Subject<'a, 'input> {
    /// File name for findings.
    pub(crate) file: &'a str,
    /// The parsed document.
    pub(crate) document: &'a Document<'input>,
    /// Its lines.
    pub(crate) lines: &'a Lines,
}

impl Subject<'_, '_> {
    /// A finding at an element, or at one of its attributes when it is there.
    pub(crate) fn finding(
        &self,
        code: impl Into<String>,
        severity: Severity,
        node: Node<'_, '_>,
        attribute: Option<&str>,
    ) -> Finding {
        let mut element = xml::path_of(node);
        let mut offset = node.range().start;
        if let Some(name) = attribute {
            element = format!("{element}/@{name}");
            offset = node
                .attribute_node(name)
                .map_or(offset, |attribute| attribute.range().start);
        }
        Finding {
            code: code.into(),
            severity,
            file: self.file.into(),
            line: Some(self.lines.line(offset)),
            element: Some(element),
            params: std::collections::BTreeMap::new(),
        }
    }

    /// A finding that belongs to no place in particular.
    pub(crate) fn general(&self, code: &str, severity: Severity) -> Finding {
        Finding {
            code: code.into(),
            severity,
            file: self.file.into(),
            line: None,
            element: None,
            params: std::collections::BTreeMap::new(),
        }
    }
}

/// Checks a document against the schema `name` of the pack, then the rules written inside the schema.
pub(crate) fn check(subject: &Subject<'_, '_>, pack: &SchemaPack, name: &str) -> Vec<Finding> {
    let assembly = match Assembly::new(pack, name) {
        Ok(assembly) => assembly,
        Err(unusable) => {
            return vec![with(
                subject.general("xsd.unusable", Severity::Warning),
                "schema",
                &unusable.schema,
            )];
        }
    };
    let mut findings = Vec::new();
    if !assembly.missing.is_empty() {
        let warning = subject.general("xsd.incomplete", Severity::Warning);
        findings.push(with(warning, "missing", &assembly.missing.join(", ")));
    }
    let Some(instance) = host::Instance::parse(subject.document.input_text()) else {
        findings.push(
            XmlError::new("xml.malformed", None)
                .with("text", "libxml2")
                .into_finding(subject.file),
        );
        return findings;
    };
    let Ok(errors) = host::validate(&assembly, &instance) else {
        findings.push(with(
            subject.general("xsd.unusable", Severity::Warning),
            "schema",
            name,
        ));
        return findings;
    };
    let documents = assembly.parse();
    let model = Model::new(&documents);
    for error in errors.iter().take(MAX_FINDINGS) {
        let node = element_at(subject.document, &error.element);
        message::push(&mut findings, subject, &model, node, error);
    }
    // The rules presume the structure the schema demands.
    if errors.is_empty() {
        findings.extend(rules::check(subject, &model, &instance));
    }
    findings
}

/// The element a path of child positions leads to; the deepest one that exists, should the parsers ever disagree.
fn element_at<'a, 'input>(document: &'a Document<'input>, path: &[usize]) -> Node<'a, 'input> {
    let mut node = document.root_element();
    for index in path {
        match node.children().filter(Node::is_element).nth(*index) {
            Some(child) => node = child,
            None => break,
        }
    }
    node
}

fn with(mut finding: Finding, name: &str, value: &str) -> Finding {
    finding.params.insert(name.into(), value.into());
    finding
}
