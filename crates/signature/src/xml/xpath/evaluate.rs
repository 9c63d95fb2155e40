//! Evaluation (XPath 1.0 §2–4).

use roxmltree::{Document, Node};

use super::XPathError;
use super::parser::{Axis, Expression, Operator, Step, Test};
use super::value::{Value, expanded_name, node, number, qualified_name, text};
use crate::xml::node_set::{Item, Part, attributes, namespaces};
use crate::xml::tree::{Ids, Target};

/// How many nodes all evaluations of one expression may look at: some seconds at most.
const MAX_LOOKS: u64 = 10_000_000;

pub(super) struct Budget(u64);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(MAX_LOOKS)
    }

    fn spend(&mut self, looks: usize) -> Result<(), XPathError> {
        self.0 = self.0.checked_sub(looks as u64 + 1).ok_or(XPathError::TooLong)?;
        Ok(())
    }
}

pub(super) struct Context<'c, 'a, 'input> {
    pub document: &'a Document<'input>,
    pub here: Option<Node<'a, 'input>>,
    pub budget: &'c mut Budget,
}

impl Context<'_, '_, '_> {
    pub(super) fn evaluate(
        &mut self,
        expression: &Expression,
        item: Item,
        position: usize,
        size: usize,
    ) -> Result<Value, XPathError> {
        self.budget.spend(1)?;
        match expression {
            Expression::Literal(text) => Ok(Value::Text(text.clone())),
            Expression::Number(number) => Ok(Value::Number(*number)),
            Expression::Negative(inner) => {
                let value = self.evaluate(inner, item, position, size)?;
                Ok(Value::Number(-value.number(self.document)))
            }
            Expression::Binary(operator, left, right) => {
                let left = self.evaluate(left, item, position, size)?;
                match operator {
                    Operator::Or if left.boolean() => return Ok(Value::Boolean(true)),
                    Operator::And if !left.boolean() => return Ok(Value::Boolean(false)),
                    _ => {}
                }
                let right = self.evaluate(right, item, position, size)?;
                self.operate(*operator, left, right)
            }
            Expression::Path(absolute, steps) => {
                let start = if *absolute {
                    Item::of(self.document.root())
                } else {
                    item
                };
                self.walk(vec![start], steps).map(Value::Nodes)
            }
            Expression::Filter(primary, predicates, steps) => {
                let Value::Nodes(mut nodes) = self.evaluate(primary, item, position, size)? else {
                    return Err(XPathError::Syntax);
                };
                for predicate in predicates {
                    nodes = self.keep(predicate, nodes)?;
                }
                self.walk(nodes, steps).map(Value::Nodes)
            }
            Expression::Call(name, arguments) => {
                let values = arguments
                    .iter()
                    .map(|argument| self.evaluate(argument, item, position, size))
                    .collect::<Result<Vec<Value>, _>>()?;
                self.call(name, &values, item, position, size)
            }
        }
    }

    fn walk(&mut self, mut nodes: Vec<Item>, steps: &[Step]) -> Result<Vec<Item>, XPathError> {
        for step in steps {
            let mut found = Vec::new();
            for start in nodes {
                let mut reached = self.axis(step.axis, start)?;
                self.budget.spend(reached.len())?;
                reached.retain(|item| self.passes(step, *item));
                for predicate in &step.predicates {
                    reached = self.keep(predicate, reached)?;
                }
                found.extend(reached);
            }
            found.sort_unstable();
            found.dedup();
            nodes = found;
        }
        Ok(nodes)
    }

    /// The nodes for which the predicate holds; a number is a position in the order given (§2.4).
    fn keep(&mut self, predicate: &Expression, nodes: Vec<Item>) -> Result<Vec<Item>, XPathError> {
        let size = nodes.len();
        let mut kept = Vec::new();
        for (index, item) in nodes.into_iter().enumerate() {
            let holds = match self.evaluate(predicate, item, index + 1, size)? {
                Value::Number(number) => number == (index + 1) as f64,
                value => value.boolean(),
            };
            if holds {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    /// Nodes of an axis in its own order: reverse axes from the nearest (§2.2, §2.4).
    fn axis(&mut self, axis: Axis, item: Item) -> Result<Vec<Item>, XPathError> {
        let Some(node) = node(self.document, item) else {
            return Ok(Vec::new());
        };
        let inside = item.part == Part::Node;
        let items = |nodes: &mut dyn Iterator<Item = Node<'_, '_>>| nodes.map(Item::of).collect::<Vec<_>>();
        Ok(match axis {
            Axis::Itself => vec![item],
            Axis::Parent if inside => items(&mut node.parent().into_iter()),
            Axis::Parent => vec![Item::of(node)],
            Axis::Ancestor if inside => items(&mut node.ancestors().skip(1)),
            Axis::Ancestor => items(&mut node.ancestors()),
            Axis::AncestorOrSelf if inside => items(&mut node.ancestors()),
            Axis::AncestorOrSelf => {
                let mut all = vec![item];
                all.extend(node.ancestors().map(Item::of));
                all
            }
            Axis::Attribute if inside => attributes(node).map(|(item, _)| item).collect(),
            Axis::Namespace if inside => namespaces(node).map(|(item, _)| item).collect(),
            Axis::Child if inside => items(&mut node.children()),
            Axis::Descendant if inside => items(&mut node.descendants().skip(1)),
            Axis::DescendantOrSelf if inside => items(&mut node.descendants()),
            Axis::DescendantOrSelf => vec![item],
            Axis::FollowingSibling if inside => items(&mut node.next_siblings().skip(1)),
            Axis::PrecedingSibling if inside => items(&mut node.prev_siblings().skip(1)),
            Axis::Following => {
                let end = item.node as usize + if inside { node.descendants().count() } else { 1 };
                items(&mut self.document.descendants().skip(end))
            }
            Axis::Preceding => {
                let mut before = items(
                    &mut self
                        .document
                        .descendants()
                        .take(item.node as usize)
                        .filter(|one| !node.ancestors().any(|ancestor| ancestor == *one)),
                );
                before.reverse();
                before
            }
            _ => Vec::new(),
        })
    }

    fn passes(&self, step: &Step, item: Item) -> bool {
        let Some(node) = node(self.document, item) else {
            return false;
        };
        let tree = item.part == Part::Node;
        let principal = match step.axis {
            Axis::Attribute => matches!(item.part, Part::Attribute(_)),
            Axis::Namespace => matches!(item.part, Part::Namespace(_)),
            _ => tree && node.is_element(),
        };
        match &step.test {
            Test::Node => true,
            Test::Text => tree && node.is_text(),
            Test::Comment => tree && node.is_comment(),
            Test::Instruction(target) => {
                tree && node
                    .pi()
                    .is_some_and(|pi| target.as_deref().is_none_or(|target| target == pi.target))
            }
            Test::Any(None) => principal,
            Test::Any(Some(namespace)) => principal && expanded_name(self.document, item).0 == *namespace,
            Test::Name(namespace, local) => {
                principal
                    && if tree {
                        node.tag_name().name() == local
                            && node.tag_name().namespace().unwrap_or_default() == namespace
                    } else {
                        expanded_name(self.document, item) == (namespace.clone(), local.clone())
                    }
            }
        }
    }

    fn operate(&mut self, operator: Operator, left: Value, right: Value) -> Result<Value, XPathError> {
        let numbers = |apply: fn(f64, f64) -> f64| {
            Value::Number(apply(left.number(self.document), right.number(self.document)))
        };
        Ok(match operator {
            Operator::Or | Operator::And => Value::Boolean(right.boolean()),
            Operator::Add => numbers(|one, other| one + other),
            Operator::Subtract => numbers(|one, other| one - other),
            Operator::Multiply => numbers(|one, other| one * other),
            Operator::Divide => numbers(|one, other| one / other),
            Operator::Modulo => numbers(|one, other| one % other),
            Operator::Union => {
                let (Value::Nodes(mut all), Value::Nodes(more)) = (left, right) else {
                    return Err(XPathError::Syntax);
                };
                all.extend(more);
                all.sort_unstable();
                all.dedup();
                Value::Nodes(all)
            }
            _ => Value::Boolean(self.compare(operator, &left, &right)?),
        })
    }

    /// §3.4: a node-set compares if any of its nodes does.
    fn compare(&mut self, operator: Operator, left: &Value, right: &Value) -> Result<bool, XPathError> {
        if let (Value::Nodes(nodes), Value::Boolean(_)) | (Value::Boolean(_), Value::Nodes(nodes)) =
            (left, right)
        {
            self.budget.spend(nodes.len())?;
            return Ok(self.compare_simple(
                operator,
                &Value::Boolean(left.boolean()),
                &Value::Boolean(right.boolean()),
            ));
        }
        let spread = |value: &Value| match value {
            Value::Nodes(nodes) => nodes
                .iter()
                .map(|item| Value::Text(text(self.document, *item)))
                .collect(),
            other => vec![other.clone()],
        };
        let (lefts, rights) = (spread(left), spread(right));
        let length = |values: &[Value]| -> usize {
            values
                .iter()
                .map(|value| match value {
                    Value::Text(text) => text.len() + 1,
                    _ => 1,
                })
                .sum()
        };
        self.budget
            .spend(length(&lefts).saturating_mul(rights.len()) + length(&rights))?;
        Ok(lefts.iter().any(|one| {
            rights
                .iter()
                .any(|other| self.compare_simple(operator, one, other))
        }))
    }

    fn compare_simple(&self, operator: Operator, left: &Value, right: &Value) -> bool {
        let (one, other) = (left.number(self.document), right.number(self.document));
        let equal = || match (left, right) {
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) => left.boolean() == right.boolean(),
            (Value::Number(_), _) | (_, Value::Number(_)) => one == other,
            _ => left.text(self.document) == right.text(self.document),
        };
        match operator {
            Operator::Equal => equal(),
            Operator::NotEqual => !equal(),
            Operator::Less => one < other,
            Operator::LessOrEqual => one <= other,
            Operator::Greater => one > other,
            _ => one >= other,
        }
    }

    /// The core functions (§4) and XMLDSig's `here()` (§6.6.3).
    fn call(
        &mut self,
        name: &str,
        arguments: &[Value],
        item: Item,
        position: usize,
        size: usize,
    ) -> Result<Value, XPathError> {
        let document = self.document;
        if arguments
            .iter()
            .any(|argument| matches!(argument, Value::Nodes(_)))
        {
            self.budget.spend(document.input_text().len() / 1024)?;
        }
        let own = || text(document, item);
        let text_of = |value: &Value| value.text(document);
        let named = |of: fn(&Document<'_>, Item) -> String| match arguments {
            [] => Ok(Value::Text(of(document, item))),
            [Value::Nodes(nodes)] => Ok(Value::Text(
                nodes
                    .first()
                    .map_or_else(String::new, |first| of(document, *first)),
            )),
            _ => Err(XPathError::Syntax),
        };
        Ok(match (name, arguments) {
            ("last", []) => Value::Number(size as f64),
            ("position", []) => Value::Number(position as f64),
            ("count", [Value::Nodes(nodes)]) => Value::Number(nodes.len() as f64),
            ("id", [Value::Nodes(nodes)]) => {
                let ids: Vec<String> = nodes.iter().map(|item| text(document, *item)).collect();
                self.by_ids(&ids.join(" "))?
            }
            ("id", [value]) => self.by_ids(&text_of(value))?,
            ("here", []) => {
                let here = self.here.ok_or(XPathError::Unsupported)?;
                Value::Nodes(vec![Item::of(here)])
            }
            ("local-name", _) => named(|document, item| expanded_name(document, item).1)?,
            ("namespace-uri", _) => named(|document, item| expanded_name(document, item).0)?,
            ("name", _) => named(qualified_name)?,
            ("string", []) => Value::Text(own()),
            ("string", [value]) => Value::Text(text_of(value)),
            ("concat", [_, _, ..]) => Value::Text(arguments.iter().map(text_of).collect()),
            ("starts-with", [one, other]) => Value::Boolean(text_of(one).starts_with(&text_of(other))),
            ("contains", [one, other]) => Value::Boolean(text_of(one).contains(&text_of(other))),
            ("string-length", []) => Value::Number(own().chars().count() as f64),
            ("string-length", [value]) => Value::Number(text_of(value).chars().count() as f64),
            ("normalize-space", []) => Value::Text(normalize(&own())),
            ("normalize-space", [value]) => Value::Text(normalize(&text_of(value))),
            ("not", [value]) => Value::Boolean(!value.boolean()),
            ("true", []) => Value::Boolean(true),
            ("false", []) => Value::Boolean(false),
            ("boolean", [value]) => Value::Boolean(value.boolean()),
            ("number", []) => Value::Number(number(&own())),
            ("number", [value]) => Value::Number(value.number(document)),
            _ => return Err(XPathError::Unsupported),
        })
    }

    fn by_ids(&mut self, ids: &str) -> Result<Value, XPathError> {
        let mut found = Vec::new();
        self.budget.spend(self.document.input_text().len() / 16)?;
        let known = Ids::of(self.document);
        for id in ids.split_ascii_whitespace() {
            match known.find(id) {
                Target::Element(node) => found.push(Item::of(node)),
                Target::Missing => {}
                Target::Ambiguous => return Err(XPathError::Unsupported),
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(Value::Nodes(found))
    }
}

fn normalize(text: &str) -> String {
    let words: Vec<&str> = text
        .split([' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
