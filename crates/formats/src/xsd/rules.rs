//! The Schematron-like rules ФНС writes inside its schemas (`sch:assert` with `usch:error`), which a plain XSD
//! validator passes over: conditional presence, "at least one of".

use kabinet_domain::{Finding, Severity};
use libxml::readonly::RoNode;
use roxmltree::Node;

use super::host::{Evaluator, Instance};
use super::model::{Decl, Model, inner};
use super::{MAX_FINDINGS, Subject};
use crate::file_name;

const SCHEMATRON: &str = "http://purl.oclc.org/dsdl/schematron";
const EXTENSIONS: &str = "http://www.unisoftware.ru/schematron-extensions";

/// Evaluates all rules of the schema on a document that is valid against it.
pub(super) fn check(subject: &Subject<'_, '_>, model: &Model<'_>, instance: &Instance) -> Vec<Finding> {
    let root = subject.document.root_element();
    let mut findings = Vec::new();
    if let (Some(evaluator), Some(twin), Some(decl)) =
        (instance.evaluator(), instance.root(), model.root(root))
    {
        let mut walk = Walk {
            subject,
            model,
            evaluator,
            findings: &mut findings,
        };
        walk.element(root, twin, decl);
    }
    findings
}

struct Walk<'a, 'i, 's> {
    subject: &'a Subject<'a, 'i>,
    model: &'a Model<'s>,
    evaluator: Evaluator,
    findings: &'a mut Vec<Finding>,
}

impl<'s> Walk<'_, '_, 's> {
    /// `twin` is the same element in libxml2's tree.
    fn element(&mut self, element: Node<'_, '_>, twin: RoNode, decl: Decl<'s>) {
        let places = [Some(decl), self.model.type_of(decl)];
        for rule in places.into_iter().flatten().flat_map(rules) {
            if rule.attribute("context") == Some(element.tag_name().name()) {
                for assert in rule
                    .children()
                    .filter(|node| node.has_tag_name((SCHEMATRON, "assert")))
                {
                    self.assert(assert, element, twin);
                }
            }
        }
        let children = element.children().filter(Node::is_element);
        for (child, twin) in children.zip(twin.get_child_elements()) {
            if let Some(decl) = self.model.child(decl, child.tag_name().name()) {
                self.element(child, twin, decl);
            }
        }
    }

    fn assert(&mut self, assert: Decl<'s>, element: Node<'_, '_>, twin: RoNode) {
        let Some(test) = assert.attribute("test") else {
            return;
        };
        // The name of the file is checked apart, with findings of its own.
        if test.contains("usch:getFileName") || self.findings.len() >= MAX_FINDINGS {
            return;
        }
        let Some(expression) = to_xpath(test) else { return };
        if self.evaluator.holds(&expression, twin) != Some(false) {
            return;
        }
        let Some(error) = assert
            .children()
            .find(|node| node.has_tag_name((EXTENSIONS, "error")))
        else {
            return;
        };
        let mut finding = self.subject.finding("fns.rule", Severity::Error, element, None);
        finding
            .params
            .insert("code".into(), error.attribute("code").unwrap_or_default().into());
        finding.params.insert("text".into(), self.text(error, twin));
        self.findings.push(finding);
    }

    /// The rule's own words, with the values it asks for filled in.
    fn text(&self, error: Decl<'s>, twin: RoNode) -> String {
        let pieces = error.children().map(|node| {
            if node.is_text() {
                return node.text().unwrap_or_default().to_owned();
            }
            let select = node.attribute("select").unwrap_or_default();
            if select.contains("usch:getFileName") {
                return file_name::stem(self.subject.file).to_owned();
            }
            to_xpath(select)
                .and_then(|select| self.evaluator.text(&select, twin))
                .unwrap_or_default()
        });
        pieces
            .collect::<String>()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Rules annotated to a declaration.
fn rules(decl: Decl<'_>) -> impl Iterator<Item = Decl<'_>> {
    inner(decl, "annotation")
        .into_iter()
        .flat_map(|annotation| annotation.descendants())
        .filter(|node| node.has_tag_name((SCHEMATRON, "rule")))
}

/// XPath 1.0 for an expression with `usch:iif(condition, then, else)`; `None` when it is not balanced or uses
/// another extension.
fn to_xpath(expression: &str) -> Option<String> {
    const IIF: &str = "usch:iif";
    let Some(start) = expression.find(IIF) else {
        return (!expression.contains("usch:")).then(|| expression.to_owned());
    };
    let open = start + IIF.len() + expression[start + IIF.len()..].find('(')?;
    let (arguments, end) = arguments(expression, open)?;
    let [condition, then, otherwise] = arguments.as_slice() else {
        return None;
    };
    let [condition, then, otherwise] = [to_xpath(condition)?, to_xpath(then)?, to_xpath(otherwise)?];
    let replaced = format!("((({condition}) and ({then})) or (not({condition}) and ({otherwise})))");
    to_xpath(&format!(
        "{}{replaced}{}",
        &expression[..start],
        &expression[end + 1..]
    ))
}

/// Arguments between the parenthesis at `open` and its partner, and where that stands.
fn arguments(expression: &str, open: usize) -> Option<(Vec<&str>, usize)> {
    let mut found = Vec::new();
    let (mut depth, mut quote, mut begin) = (0usize, None, open + 1);
    for (index, c) in expression.char_indices().skip_while(|(index, _)| *index < open) {
        match (quote, c) {
            (Some(mark), c) if mark == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth == 0 {
                    found.push(&expression[begin..index]);
                    return Some((found, index));
                }
            }
            (None, ',') if depth == 1 => {
                found.push(&expression[begin..index]);
                begin = index + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conditional_becomes_plain_xpath() {
        assert_eq!(
            to_xpath("usch:iif ( @А='(,', count(Б)!=0 , true() )").unwrap(),
            "((( @А='(,') and ( count(Б)!=0 )) or (not( @А='(,') and ( true() )))"
        );
        assert_eq!(to_xpath("count(@А)=0").as_deref(), Some("count(@А)=0"));
    }

    #[test]
    fn what_is_not_understood_is_not_evaluated() {
        for expression in ["usch:iif(a, b", "usch:iif(a, b)", "usch:other(a)"] {
            assert_eq!(to_xpath(expression), None, "{expression}");
        }
    }

    #[test]
    fn every_rule_of_the_embedded_schemas_is_understood() {
        let pack = crate::pack::SchemaPack::embedded();
        let mut count = 0;
        for format in &crate::catalogue::Catalogue::embedded().formats {
            for name in &format.schemas {
                let assembly = super::super::Assembly::new(&pack, name).unwrap();
                for document in assembly.parse() {
                    for assert in document
                        .descendants()
                        .filter(|node| node.has_tag_name((SCHEMATRON, "assert")))
                    {
                        let test = assert.attribute("test").unwrap();
                        assert!(
                            test.contains("usch:getFileName") || to_xpath(test).is_some(),
                            "{test}"
                        );
                        count += 1;
                    }
                }
            }
        }
        assert!(count > 70, "{count}");
    }
}
