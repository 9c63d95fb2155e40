//! What a person typed, as a condition on terms.

use super::number::{self, Joined, joined};
use super::token::{Token, folded, tokens};
use super::{BEGINNING, BEGINS, parts};

/// Letters that are looked at: a long line. Of a page that was pasted the beginning finds the document as well.
const MOST_LETTERS: usize = 256;
/// Numbers that reach further into each other than this many words are looked for word by word.
const MOST_JOINED: usize = 8;

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
/// may be half typed. `beginning` tells the terms of the index that begin so, or none when they are too many to be named.
pub(crate) fn expression<E>(
    text: &str,
    beginning: impl Fn(&str) -> Result<Vec<String>, E>,
) -> Result<Option<String>, E> {
    wanted(text).map(|wanted| wanted.fts5(&beginning)).transpose()
}

/// The condition that this number stands in a document, all of it; none for what has no digits.
pub(crate) fn number(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| quoted(&digits))
}

pub(super) fn wanted(text: &str) -> Option<Wanted> {
    let end = text.char_indices().nth(MOST_LETTERS);
    let text = end.map_or(text, |(end, _)| &text[..end]);
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

/// Words that may make numbers or dates together, and how many: each way to read them is a way to be found.
fn several(words: &[&Word], typing: bool) -> Option<(usize, Wanted)> {
    let single = words.iter().take_while(|word| word.tokens.len() == 1).count();
    let tokens: Vec<&Token> = words[..single].iter().flat_map(|word| &word.tokens).collect();
    let mut readings = Vec::new();
    let mut end = 0;
    // As far as one number reaches into the next.
    while readings.is_empty() || readings.len() < end {
        let at = readings.len();
        let found = joined(tokens.get(at..).unwrap_or_default());
        end = found
            .iter()
            .map(|joined| at + joined.tokens)
            .max()
            .unwrap_or(0)
            .max(end);
        readings.push(found);
    }
    if end == 0 {
        return None;
    }
    let is_end = typing && end == words.len();
    let ways = Ways {
        words: &words[..end],
        readings: if end <= MOST_JOINED { readings } else { Vec::new() },
        is_end,
    };
    Some((end, ways.from(0)))
}

/// The ways to read a row of words.
struct Ways<'a> {
    words: &'a [&'a Word],
    /// What begins with each word.
    readings: Vec<Vec<Joined>>,
    is_end: bool,
}

impl Ways<'_> {
    fn from(&self, at: usize) -> Wanted {
        let with_rest = |wanted: Wanted, next: usize| {
            let rest = (next < self.words.len()).then(|| self.from(next));
            of(std::iter::once(wanted).chain(rest).collect(), Wanted::All)
        };
        let mut any: Vec<Wanted> = self
            .readings
            .get(at)
            .into_iter()
            .flatten()
            .map(|joined| {
                let terms = joined.terms.iter().cloned().map(Wanted::Term).collect();
                with_rest(of(terms, Wanted::Any), at + joined.tokens)
            })
            .collect();
        let last = self.is_end && at + 1 == self.words.len();
        any.push(with_rest(one(self.words[at], last), at + 1));
        of(any, Wanted::Any)
    }
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

fn quoted(term: &str) -> String {
    format!("\"{term}\"")
}

impl Wanted {
    fn fts5<E>(&self, beginning: &impl Fn(&str) -> Result<Vec<String>, E>) -> Result<String, E> {
        let joined = |conditions: &[Self], by: &str| {
            let conditions: Result<Vec<String>, E> = conditions
                .iter()
                .map(|condition| condition.fts5(beginning))
                .collect();
            Ok(format!("({})", conditions?.join(by)))
        };
        Ok(match self {
            Self::Term(term) => quoted(term),
            Self::Beginning(term) if term.chars().count() <= BEGINNING => quoted(&format!("{term}{BEGINS}")),
            Self::Beginning(term) => {
                let terms: Vec<String> = beginning(term)?.iter().map(|term| quoted(term)).collect();
                match terms.is_empty() {
                    true => format!("\"{term}\"*"),
                    false => format!("({})", terms.join(" OR ")),
                }
            }
            Self::Part(part) => {
                let mut parts = parts(part);
                // What is shorter than three signs begins a part.
                let short = parts.len() < 3;
                parts.truncate(parts.len().saturating_sub(2).max(1));
                format!("{}{}", quoted(&parts.join(" ")), if short { "*" } else { "" })
            }
            Self::All(conditions) => joined(conditions, " AND ")?,
            Self::Any(conditions) => joined(conditions, " OR ")?,
        })
    }
}
