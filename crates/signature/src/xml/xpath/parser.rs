//! The grammar of XPath 1.0 (§2, §3).

use super::XPathError;
use super::lexer::{Token, tokens};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Union,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Node,
    Text,
    Comment,
    Instruction(Option<String>),
    /// Any node of the axis's own kind, in a namespace if one is given.
    Any(Option<String>),
    /// Namespace (empty for none) and local name.
    Name(String, String),
}

#[derive(Clone, Debug)]
pub(super) struct Step {
    pub axis: Axis,
    pub test: Test,
    pub predicates: Vec<Expression>,
}

#[derive(Clone, Debug)]
pub(super) enum Expression {
    Binary(Operator, Box<Self>, Box<Self>),
    Negative(Box<Self>),
    Literal(String),
    Number(f64),
    Call(String, Vec<Self>),
    /// Steps from the root (true) or the context node.
    Path(bool, Vec<Step>),
    /// An expression, its predicates, and steps from what it selects.
    Filter(Box<Self>, Vec<Self>, Vec<Step>),
}

/// Operators that share a precedence, the loosest first (§3.5).
const LEVELS: [&[(&str, Operator)]; 6] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("=", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[
        ("*", Operator::Multiply),
        ("div", Operator::Divide),
        ("mod", Operator::Modulo),
    ],
];

/// Nesting of brackets; each level costs stack.
const MAX_DEPTH: usize = 32;

pub(super) fn parse(text: &str, resolve: &dyn Fn(&str) -> Option<String>) -> Result<Expression, XPathError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        position: 0,
        depth: 0,
        resolve,
    };
    let expression = parser.expression()?;
    if parser.position < parser.tokens.len() {
        return Err(XPathError::Syntax);
    }
    Ok(expression)
}

struct Parser<'a> {
    tokens: Vec<Token>,
    position: usize,
    depth: usize,
    resolve: &'a dyn Fn(&str) -> Option<String>,
}

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.position + ahead)
    }

    fn is(&self, ahead: usize, symbol: &str) -> bool {
        matches!(self.peek(ahead), Some(Token::Symbol(found)) if *found == symbol)
    }

    fn accept(&mut self, symbol: &str) -> bool {
        let found = self.is(0, symbol);
        self.position += usize::from(found);
        found
    }

    fn require(&mut self, symbol: &str) -> Result<(), XPathError> {
        if self.accept(symbol) {
            Ok(())
        } else {
            Err(XPathError::Syntax)
        }
    }

    fn expression(&mut self) -> Result<Expression, XPathError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(XPathError::Syntax);
        }
        let expression = self.binary(0);
        self.depth -= 1;
        expression
    }

    fn binary(&mut self, level: usize) -> Result<Expression, XPathError> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(symbol, _)| self.is(0, symbol)) {
            self.position += 1;
            let right = self.binary(level + 1)?;
            left = Expression::Binary(*operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, XPathError> {
        let mut negative = false;
        while self.accept("-") {
            negative = !negative;
        }
        let mut left = self.path()?;
        while self.accept("|") {
            left = Expression::Binary(Operator::Union, Box::new(left), Box::new(self.path()?));
        }
        Ok(if negative {
            Expression::Negative(Box::new(left))
        } else {
            left
        })
    }

    fn path(&mut self) -> Result<Expression, XPathError> {
        let called = self.is(1, "(")
            && matches!(self.peek(0), Some(Token::Name(prefix, name))
                if prefix.is_some() || !is_node_type(name));
        let primary = match self.peek(0) {
            Some(Token::Symbol("$")) => return Err(XPathError::Unsupported),
            Some(Token::Symbol("(")) => {
                self.position += 1;
                let inner = self.expression()?;
                self.require(")")?;
                inner
            }
            Some(Token::Literal(text)) => {
                let literal = Expression::Literal(text.clone());
                self.position += 1;
                literal
            }
            Some(Token::Number(number)) => {
                let number = Expression::Number(*number);
                self.position += 1;
                number
            }
            Some(Token::Name(prefix, name)) if called => {
                if prefix.is_some() {
                    return Err(XPathError::Unsupported);
                }
                let name = name.clone();
                self.position += 2;
                self.call(name)?
            }
            _ => return self.location(),
        };
        let predicates = self.predicates()?;
        let mut steps = Vec::new();
        if self.accept("//") {
            steps.push(any_descendant());
            self.steps(&mut steps)?;
        } else if self.accept("/") {
            self.steps(&mut steps)?;
        }
        Ok(if predicates.is_empty() && steps.is_empty() {
            primary
        } else {
            Expression::Filter(Box::new(primary), predicates, steps)
        })
    }

    fn call(&mut self, name: String) -> Result<Expression, XPathError> {
        let mut arguments = Vec::new();
        if !self.accept(")") {
            loop {
                arguments.push(self.expression()?);
                if !self.accept(",") {
                    break;
                }
            }
            self.require(")")?;
        }
        Ok(Expression::Call(name, arguments))
    }

    fn location(&mut self) -> Result<Expression, XPathError> {
        let mut steps = Vec::new();
        if self.accept("//") {
            steps.push(any_descendant());
            self.steps(&mut steps)?;
            return Ok(Expression::Path(true, steps));
        }
        let absolute = self.accept("/");
        let more = match self.peek(0) {
            Some(Token::Name(..) | Token::Any(_)) => true,
            Some(Token::Symbol(symbol)) => matches!(*symbol, "." | ".." | "@"),
            _ => false,
        };
        if more {
            self.steps(&mut steps)?;
        } else if !absolute {
            return Err(XPathError::Syntax);
        }
        Ok(Expression::Path(absolute, steps))
    }

    fn steps(&mut self, steps: &mut Vec<Step>) -> Result<(), XPathError> {
        loop {
            steps.push(self.step()?);
            if self.accept("//") {
                steps.push(any_descendant());
            } else if !self.accept("/") {
                return Ok(());
            }
        }
    }

    fn step(&mut self) -> Result<Step, XPathError> {
        for (symbol, axis) in [(".", Axis::Itself), ("..", Axis::Parent)] {
            if self.accept(symbol) {
                return Ok(Step {
                    axis,
                    test: Test::Node,
                    predicates: Vec::new(),
                });
            }
        }
        let axis = if self.accept("@") {
            Axis::Attribute
        } else if self.is(1, "::") {
            let axis = match self.peek(0) {
                Some(Token::Name(None, name)) => axis(name)?,
                _ => return Err(XPathError::Syntax),
            };
            self.position += 2;
            axis
        } else {
            Axis::Child
        };
        let test = self.test()?;
        let predicates = self.predicates()?;
        Ok(Step {
            axis,
            test,
            predicates,
        })
    }

    fn test(&mut self) -> Result<Test, XPathError> {
        let token = self.peek(0).cloned().ok_or(XPathError::Syntax)?;
        self.position += 1;
        let resolved = |prefix: Option<String>| match prefix {
            Some(prefix) => (self.resolve)(&prefix).map(Some).ok_or(XPathError::Unsupported),
            None => Ok(None),
        };
        match token {
            Token::Any(prefix) => Ok(Test::Any(resolved(prefix)?)),
            Token::Name(None, name) if is_node_type(&name) && self.accept("(") => {
                let test = match name.as_str() {
                    "node" => Test::Node,
                    "text" => Test::Text,
                    "comment" => Test::Comment,
                    _ => match self.peek(0).cloned() {
                        Some(Token::Literal(target)) => {
                            self.position += 1;
                            Test::Instruction(Some(target))
                        }
                        _ => Test::Instruction(None),
                    },
                };
                self.require(")")?;
                Ok(test)
            }
            Token::Name(prefix, name) => Ok(Test::Name(resolved(prefix)?.unwrap_or_default(), name)),
            _ => Err(XPathError::Syntax),
        }
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, XPathError> {
        let mut predicates = Vec::new();
        while self.accept("[") {
            predicates.push(self.expression()?);
            self.require("]")?;
        }
        Ok(predicates)
    }
}

fn is_node_type(name: &str) -> bool {
    matches!(name, "node" | "text" | "comment" | "processing-instruction")
}

/// What `//` stands for (§2.5).
fn any_descendant() -> Step {
    Step {
        axis: Axis::DescendantOrSelf,
        test: Test::Node,
        predicates: Vec::new(),
    }
}

fn axis(name: &str) -> Result<Axis, XPathError> {
    Ok(match name {
        "ancestor" => Axis::Ancestor,
        "ancestor-or-self" => Axis::AncestorOrSelf,
        "attribute" => Axis::Attribute,
        "child" => Axis::Child,
        "descendant" => Axis::Descendant,
        "descendant-or-self" => Axis::DescendantOrSelf,
        "following" => Axis::Following,
        "following-sibling" => Axis::FollowingSibling,
        "namespace" => Axis::Namespace,
        "parent" => Axis::Parent,
        "preceding" => Axis::Preceding,
        "preceding-sibling" => Axis::PrecedingSibling,
        "self" => Axis::Itself,
        _ => return Err(XPathError::Syntax),
    })
}
