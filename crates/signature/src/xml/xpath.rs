//! XPath 1.0 as signatures use it: every axis and operator, the core functions, `here()`; no variables.
//!
//! Expressions come with the document and cost time: every node an expression looks at is counted, and what
//! takes too long is refused.

mod evaluate;
mod lexer;
mod parser;
mod value;

use roxmltree::{Document, Node};
use thiserror::Error;

use super::node_set::Item;
use evaluate::{Budget, Context};
use parser::Expression;
use value::Value;

/// Why an expression has no value here.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum XPathError {
    /// Not XPath 1.0, or longer or deeper than any honest expression.
    #[error("not an XPath expression")]
    Syntax,
    /// A function, variable or prefix unknown here.
    #[error("the XPath expression uses what is not supported")]
    Unsupported,
    /// More nodes were looked at than any honest expression needs.
    #[error("the XPath expression takes too long")]
    TooLong,
}

/// An expression ready to be evaluated for the nodes of one document.
pub(crate) struct XPath<'a, 'input> {
    document: &'a Document<'input>,
    expression: Expression,
    here: Option<Node<'a, 'input>>,
    budget: Budget,
}

impl<'a, 'input> XPath<'a, 'input> {
    /// Compiles the text of `element`, whose namespaces give prefixes their meaning (XMLDSig §6.6.3). It is what
    /// `here()` returns if it lies in `document`.
    pub(crate) fn compile(
        document: &'a Document<'input>,
        text: &str,
        element: Node<'_, '_>,
        here: Option<Node<'a, 'input>>,
    ) -> Result<Self, XPathError> {
        let resolve = |prefix: &str| element.lookup_namespace_uri(Some(prefix)).map(str::to_owned);
        Ok(Self {
            document,
            expression: parser::parse(text, &resolve)?,
            here,
            budget: Budget::new(),
        })
    }

    /// The boolean value of the expression at a node.
    pub(crate) fn holds(&mut self, item: Item) -> Result<bool, XPathError> {
        Ok(self.value(item)?.boolean())
    }

    /// The nodes the expression selects from the document's root, in document order.
    pub(crate) fn select(&mut self) -> Result<Vec<Item>, XPathError> {
        match self.value(Item::of(self.document.root()))? {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err(XPathError::Syntax),
        }
    }

    fn value(&mut self, item: Item) -> Result<Value, XPathError> {
        let mut context = Context {
            document: self.document,
            here: self.here,
            budget: &mut self.budget,
        };
        context.evaluate(&self.expression, item, 1, 1)
    }
}

#[cfg(test)]
mod tests;
