//! The Schematron-like rules ФНС writes inside its schemas (`sch:assert` with `usch:error`), which a plain XSD
//! validator passes over: conditional presence, "at least one of".

use std::collections::HashMap;
use std::rc::Rc;

use kabinet_domain::{Finding, Severity};
use libxml::readonly::RoNode;
use libxml::xpath::Expression;
use roxmltree::{Document, Node};

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
            rules: HashMap::new(),
            findings: &mut findings,
        };
        walk.element(root, twin, decl);
    }
    findings
}

/// A rule ready to be evaluated.
struct Rule<'s> {
    expression: Expression,
    error: Decl<'s>,
}

struct Walk<'a, 'i, 's> {
    subject: &'a Subject<'a, 'i>,
    model: &'a Model<'s>,
    evaluator: Evaluator,
    /// Rules of each declaration, by its place.
    rules: HashMap<(*const Document<'s>, u32), Rc<[Rule<'s>]>>,
    findings: &'a mut Vec<Finding>,
}

impl<'s> Walk<'_, '_, 's> {
    /// `twin` is the same element in libxml2's tree.
    fn element(&mut self, element: Node<'_, '_>, twin: RoNode, decl: Decl<'s>) {
        for rule in self.rules(decl, element.tag_name().name()).iter() {
            self.evaluate(rule, element, twin);
        }
        let children = element.children().filter(Node::is_element);
        for (child, twin) in children.zip(twin.get_child_elements()) {
            if let Some(decl) = self.model.child(decl, child.tag_name().name()) {
                self.element(child, twin, decl);
            }
        }
    }

    /// Rules annotated to a declaration or its type, for elements called `name`.
    fn rules(&mut self, decl: Decl<'s>, name: &str) -> Rc<[Rule<'s>]> {
        let key = (std::ptr::from_ref(decl.document()), decl.id().get());
        let model = self.model;
        let collect = || {
            [Some(decl), model.type_of(decl)]
                .into_iter()
                .flatten()
                .flat_map(rules_at)
                .filter(|rule| rule.attribute("context") == Some(name))
                .flat_map(|rule| {
                    rule.children()
                        .filter(|node| node.has_tag_name((SCHEMATRON, "assert")))
                })
                .filter_map(Rule::new)
                .collect()
        };
        Rc::clone(self.rules.entry(key).or_insert_with(collect))
    }

    fn evaluate(&mut self, rule: &Rule<'s>, element: Node<'_, '_>, twin: RoNode) {
        if self.findings.len() >= MAX_FINDINGS || self.evaluator.holds(&rule.expression, twin) != Some(false)
        {
            return;
        }
        let mut finding = self.subject.finding("fns.rule", Severity::Error, element, None);
        finding.params.insert(
            "code".into(),
            rule.error.attribute("code").unwrap_or_default().into(),
        );
        finding.params.insert("text".into(), self.text(rule.error, twin));
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

impl<'s> Rule<'s> {
    /// `None` for what is not understood, and for the name of the file, which is checked apart with findings of its own.
    fn new(assert: Decl<'s>) -> Option<Self> {
        let test = assert
            .attribute("test")
            .filter(|test| !test.contains("usch:getFileName"))?;
        let error = assert
            .children()
            .find(|node| node.has_tag_name((EXTENSIONS, "error")))?;
        Some(Self {
            expression: Expression::compile(&format!("string(boolean({}))", to_xpath(test)?)).ok()?,
            error,
        })
    }
}

/// `sch:rule` elements annotated to a declaration.
fn rules_at(decl: Decl<'_>) -> impl Iterator<Item = Decl<'_>> {
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
