//! What a document is found by: its words in every form, its numbers, dates and sums in every usual spelling.
//!
//! Text becomes *terms*, here and not in SQLite: the index is an ordinary FTS5 table to which terms are written instead
//! of text. A tokenizer of our own inside FTS5 would do the same through the C interface of a library that must not
//! fail; terms can be looked at, tested and compared without a database.
//!
//! * **Word forms**: a word is written as it stands and as its stem (Snowball, snowballstem.org, Russian for Cyrillic
//!   words and English for Latin ones). A word that is asked for is looked up by its stem; the last one, which may be
//!   half typed, also as the beginning of a word. `ё` is `е`, capitals do not matter.
//! * **Numbers**: `12/34-А` is written as every unbroken part of it without separators (`1234а`, `1234`, `34а`, `12`…),
//!   with Latin letters that look like Cyrillic ones turned into those. `1 234,50` is one number, and its value in
//!   hundredths stands beside it, so that `1234.5` finds it. Digits in groups (`112-233-445 95`) are one number too.
//! * **Dates**: `03.04.2025`, `2025-04-03`, `3 апреля 2025` are written as `20250403` and `03042025`.
//! * **Parts of words**, for the title and the names of files only: every three letters in a row. An unbroken run of
//!   them is a part of the title, in the middle of a word or across words.

mod find;
mod number;
mod query;
mod stem;
#[cfg(test)]
mod tests;
mod token;

use std::collections::HashSet;

pub use find::{find_in_text, find_in_title};
pub(crate) use query::{expression, number as exact_number};
pub(crate) use token::folded;

use token::{Token, tokens};

/// Longest term, characters: what is longer is no word of any language but encoded data.
const LONGEST: usize = 64;
/// Most different terms of one document.
const MOST: usize = 50_000;
/// A beginning of a word up to this long, characters, is a term of its own: the index answers at once.
const BEGINNING: usize = 5;
/// Marks such a beginning.
const BEGINS: char = '…';
/// Marks letters in a row of a title.
const PART: char = '‹';

/// The terms of a document, as its row in the index: `title` is the title and the names of files, line by line.
pub(crate) fn terms(title: &str, text: &str) -> String {
    let mut row = Row::default();
    for part in parts(&folded(title)) {
        row.write(&part);
    }
    for source in [title, text] {
        row.take(source);
    }
    row.terms
}

/// A row of the index in the making; every term once.
#[derive(Default)]
struct Row {
    seen: HashSet<String>,
    terms: String,
}

impl Row {
    fn take(&mut self, text: &str) {
        let tokens = tokens(text);
        let tokens: Vec<&Token> = tokens.iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            for term in token.spellings() {
                for beginning in beginnings(&term) {
                    self.add(beginning);
                }
                self.add(term);
            }
            token.stems().into_iter().for_each(|stem| self.add(stem));
            for value in token.values() {
                self.add(value);
            }
            for joined in number::joined(&tokens[index..]) {
                joined
                    .terms
                    .into_iter()
                    .chain(joined.whole)
                    .for_each(|term| self.add(term));
            }
        }
    }

    fn add(&mut self, term: String) {
        if self.seen.len() < MOST && term.chars().count() <= LONGEST && !self.seen.contains(&term) {
            self.write(&term);
            self.seen.insert(term);
        }
    }

    fn write(&mut self, term: &str) {
        if !self.terms.is_empty() {
            self.terms.push(' ');
        }
        self.terms.push_str(term);
    }
}

fn beginnings(term: &str) -> Vec<String> {
    let mut found = Vec::with_capacity(BEGINNING);
    let mut beginning = String::new();
    for letter in term.chars().take(BEGINNING) {
        beginning.push(letter);
        found.push(format!("{beginning}{BEGINS}"));
    }
    found
}

/// Every three characters in a row, and the last two and the last one, in order.
fn parts(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().map(unspaced).collect();
    (0..letters.len())
        .map(|at| {
            let end = letters.len().min(at + 3);
            std::iter::once(PART)
                .chain(letters[at..end].iter().copied())
                .collect()
        })
        .collect()
}

/// FTS5's `ascii` tokenizer divides words at ASCII signs and spaces; their pictures (U+2400 and on) it takes for letters.
fn unspaced(letter: char) -> char {
    match letter {
        letter if letter.is_ascii_alphanumeric() || !letter.is_ascii() => letter,
        sign => char::from_u32(0x2400 + u32::from(sign)).unwrap_or(sign),
    }
}
