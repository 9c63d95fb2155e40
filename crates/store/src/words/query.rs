//! What a person typed, as a condition on terms.

use super::number::{self, joined};
use super::token::{Token, folded, tokens};
use super::{BEGINNING, BEGINS, parts};

/// A condition on the terms of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// This term.
    Term(String),
    /// A term that begins so.
    Beginning(String),
    /// These signs in a row in the title.
    Part(String),
    All(Vec<Wanted>),
    Any(Vec<Wanted>),
}

/// The condition every word of `text` sets, in the language of FTS5 (sqlite.org/fts5.html §3); none when there is
/// nothing to look for. Every term is quoted, so no text is an error. A space behind the last word ends it; without one it
/// may be half typed.
pub(crate) fn expression(text: &str) -> Option<String> {
    wanted(text).map(|wanted| wanted.fts5())
}

/// The condition that this number stands in a document, all of it; none for what has no digits.
pub(crate) fn number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| Wanted::Term(digits).fts5())
}

pub(super) fn wanted(text: &str) -> Option<Wanted> {
    let typing = !text.ends_with(char::is_whitespace);
    let words = words(text);
    // «№» alone is looked for; beside a word it only says what kind of word that is.
    let some_sound = words.iter().any(Word::sounds);
    let before_number = |at: usize| {
        words
            .get(at + 1)
            .is_some_and(|next| next.text.starts_with(|sign: char| sign.is_ascii_digit()))
    };
    let only_says = |at: usize, word: &Word| match word.text.as_str() {
        "n" | "no" => before_number(at),
        _ => some_sound && !word.sounds() && word.letters() <= 2,
    };
    let words: Vec<&Word> = words
        .iter()
        .enumerate()
        .filter(|(at, word)| !only_says(*at, word))
        .map(|(_, word)| word)
        .collect();
    let mut all = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let (count, wanted) = several(&words[at..], typing)
            .unwrap_or_else(|| (1, one(words[at], typing && at + 1 == words.len())));
        all.push(wanted);
        at += count;
    }
    (!all.is_empty()).then(|| of(all, Wanted::All))
}

/// What stands between spaces.
struct Word {
    text: String,
    tokens: Vec<Token>,
}

impl Word {
    fn sounds(&self) -> bool {
        !self.tokens.is_empty()
    }

    fn letters(&self) -> usize {
        self.text.chars().count()
    }
}

fn words(text: &str) -> Vec<Word> {
    let folded = folded(text);
    let mut rest = tokens(&folded).into_iter().peekable();
    let mut words = Vec::new();
    for word in folded.split_whitespace() {
        let end = word.as_ptr() as usize - folded.as_ptr() as usize + word.len();
        let mut tokens = Vec::new();
        while let Some(token) = rest.next_if(|token| token.range.start < end) {
            tokens.push(token);
        }
        words.push(Word {
            text: word.to_owned(),
            tokens,
        });
    }
    words
}

/// Words that make one number or date together, and how many; each of them alone is another way to be found.
fn several(words: &[&Word], typing: bool) -> Option<(usize, Wanted)> {
    let single = words.iter().take_while(|word| word.tokens.len() == 1).count();
    let tokens: Vec<&Token> = words[..single].iter().flat_map(|word| &word.tokens).collect();
    let together = joined(&tokens);
    let count = together.iter().map(|joined| joined.tokens).max()?;
    let mut any: Vec<Wanted> = together
        .into_iter()
        .filter(|joined| joined.tokens == count)
        .flat_map(|joined| joined.terms)
        .map(Wanted::Term)
        .collect();
    let is_end = typing && count == words.len();
    let apart = words[..count].iter().enumerate();
    any.push(Wanted::All(
        apart
            .map(|(at, word)| one(word, is_end && at + 1 == count))
            .collect(),
    ));
    Some((count, Wanted::Any(any)))
}

/// One word; `last`: it may be half typed.
fn one(word: &Word, last: bool) -> Wanted {
    let mut any = Vec::new();
    let tokens: Vec<Wanted> = word
        .tokens
        .iter()
        .enumerate()
        .map(|(at, found)| token(found, last && at + 1 == word.tokens.len()))
        .collect();
    if !tokens.is_empty() {
        any.push(of(tokens, Wanted::All));
    }
    if word.letters() > 2 || any.is_empty() {
        any.push(Wanted::Part(word.text.clone()));
    }
    of(any, Wanted::Any)
}

fn token(token: &Token, last: bool) -> Wanted {
    let whole = token.whole();
    let mut any = match (token.is_word(), last) {
        (true, true) => token
            .stems()
            .into_iter()
            .map(Wanted::Term)
            .chain([Wanted::Beginning(whole)])
            .collect(),
        (true, false) => token.stems().into_iter().map(Wanted::Term).collect(),
        (false, true) => vec![Wanted::Beginning(whole)],
        (false, false) => vec![Wanted::Term(whole)],
    };
    // The first spelling of a day is the one of the index that all others share.
    any.extend(number::date(token).map(|date| Wanted::Term(date.terms()[0].clone())));
    any.extend(number::sum(token).map(Wanted::Term));
    any.extend(number::round(token).map(Wanted::Term));
    any.extend(number::month(token).map(Wanted::Beginning));
    of(any, Wanted::Any)
}

/// One condition stands for itself.
fn of(mut conditions: Vec<Wanted>, many: impl FnOnce(Vec<Wanted>) -> Wanted) -> Wanted {
    match (conditions.len(), conditions.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            conditions.push(last);
            many(conditions)
        }
        (_, None) => many(conditions),
    }
}

impl Wanted {
    fn fts5(&self) -> String {
        let joined = |conditions: &[Self], by: &str| {
            let conditions: Vec<String> = conditions.iter().map(Self::fts5).collect();
            format!("({})", conditions.join(by))
        };
        match self {
            Self::Term(term) => format!("\"{term}\""),
            Self::Beginning(term) if term.chars().count() <= BEGINNING => format!("\"{term}{BEGINS}\""),
            Self::Beginning(term) => format!("\"{term}\"*"),
            Self::Part(part) => {
                let mut parts = parts(part);
                // What is shorter than three signs begins a part.
                let short = parts.len() < 3;
                parts.truncate(parts.len().saturating_sub(2).max(1));
                format!("\"{}\"{}", parts.join(" "), if short { "*" } else { "" })
            }
            Self::All(conditions) => joined(conditions, " AND "),
            Self::Any(conditions) => joined(conditions, " OR "),
        }
    }
}
