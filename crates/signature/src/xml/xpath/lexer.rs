//! Tokens of XPath 1.0 (§3.7).

use super::XPathError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Punctuation and operators, the names `and`, `or`, `mod`, `div` and `*` for multiplication among them.
    Symbol(&'static str),
    /// A name without its prefix, and the prefix.
    Name(Option<String>, String),
    /// `*` or `prefix:*`.
    Any(Option<String>),
    Literal(String),
    Number(f64),
}

const SYMBOLS: [&str; 21] = [
    "::", "..", "//", "!=", "<=", ">=", "(", ")", "[", "]", ".", "@", ",", "/", "|", "+", "-", "=", "<", ">",
    "$",
];

/// Longer expressions are refused.
const MAX_LENGTH: usize = 8192;

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, XPathError> {
    if text.len() > MAX_LENGTH {
        return Err(XPathError::Syntax);
    }
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '"' || first == '\'' {
            let (literal, after) = rest[1..].split_once(first).ok_or(XPathError::Syntax)?;
            (Token::Literal(literal.to_owned()), after)
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let end = rest
                .find(|c: char| !c.is_ascii_digit() && c != '.')
                .unwrap_or(rest.len());
            let number = rest[..end].parse().map_err(|_| XPathError::Syntax)?;
            (Token::Number(number), &rest[end..])
        } else if first == '*' {
            let token = if after_operand(&tokens) {
                Token::Symbol("*")
            } else {
                Token::Any(None)
            };
            (token, &rest[1..])
        } else if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
            (Token::Symbol(symbol), &rest[symbol.len()..])
        } else {
            name(rest, after_operand(&tokens))?
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// Whether the next `*` or name is an operator (§3.7: there is a token before it that is none).
fn after_operand(tokens: &[Token]) -> bool {
    match tokens.last() {
        None => false,
        Some(Token::Symbol(symbol)) => matches!(*symbol, ")" | "]" | "." | ".."),
        Some(_) => true,
    }
}

fn name(rest: &str, operator: bool) -> Result<(Token, &str), XPathError> {
    let end = |text: &str| {
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
            .unwrap_or(text.len())
    };
    let (first, after) = rest.split_at(end(rest));
    if first.is_empty() || first.starts_with(['-', '.']) {
        return Err(XPathError::Syntax);
    }
    if operator {
        let known = ["and", "or", "mod", "div"]
            .into_iter()
            .find(|known| *known == first);
        return Ok((Token::Symbol(known.ok_or(XPathError::Syntax)?), after));
    }
    let Some(local) = after.strip_prefix(':').filter(|local| !local.starts_with(':')) else {
        return Ok((Token::Name(None, first.to_owned()), after));
    };
    if let Some(after) = local.strip_prefix('*') {
        return Ok((Token::Any(Some(first.to_owned())), after));
    }
    let (local, after) = local.split_at(end(local));
    if local.is_empty() {
        return Err(XPathError::Syntax);
    }
    Ok((Token::Name(Some(first.to_owned()), local.to_owned()), after))
}
