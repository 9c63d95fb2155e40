//! Where in a text stands what was looked for: the places to highlight.

use std::ops::Range;

use super::number;
use super::query::{Wanted, wanted};
use super::token::{Letter, Token, letters, tokens};

/// Places in a title or a file name where `query` is found, in bytes, in order: words, and parts of words.
pub fn find_in_title(query: &str, title: &str) -> Vec<Range<usize>> {
    find(query, title, true)
}

/// Places in the text of a document where `query` is found, in bytes, in order: whole words, and the beginning of one.
pub fn find_in_text(query: &str, text: &str) -> Vec<Range<usize>> {
    find(query, text, false)
}

/// The conditions on single terms.
#[derive(Default)]
struct Marks {
    terms: Vec<String>,
    beginnings: Vec<String>,
    parts: Vec<String>,
}

impl Marks {
    fn take(&mut self, wanted: Wanted) {
        match wanted {
            Wanted::Term(term) => self.terms.push(term),
            Wanted::Beginning(term) => self.beginnings.push(term),
            Wanted::Part(part) => self.parts.push(part),
            Wanted::All(all) | Wanted::Any(all) => all.into_iter().for_each(|wanted| self.take(wanted)),
        }
    }

    fn hit(&self, term: &str) -> bool {
        self.terms.iter().any(|wanted| wanted == term)
    }

    fn hit_token(&self, token: &Token) -> bool {
        let begins = |term: &str| {
            self.beginnings
                .iter()
                .any(|beginning| term.starts_with(beginning.as_str()))
        };
        token
            .spellings()
            .iter()
            .chain(&token.values())
            .any(|term| self.hit(term) || begins(term))
            || token.stems().iter().any(|stem| self.hit(stem))
    }
}

fn find(query: &str, text: &str, with_parts: bool) -> Vec<Range<usize>> {
    let Some(wanted) = wanted(query) else {
        return Vec::new();
    };
    let mut marks = Marks::default();
    marks.take(wanted);
    let tokens = tokens(text);
    let tokens: Vec<&Token> = tokens.iter().collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if marks.hit_token(token) {
            found.push(token.range.clone());
        }
        for joined in number::joined(&tokens[at..]) {
            if joined
                .terms
                .iter()
                .chain(&joined.whole)
                .any(|term| marks.hit(term))
            {
                found.push(token.range.start..tokens[at + joined.tokens - 1].range.end);
            }
        }
    }
    if with_parts {
        let letters = letters(text);
        found.extend(marks.parts.iter().flat_map(|part| places(part, &letters)));
    }
    merged(found)
}

fn places(part: &str, letters: &[Letter]) -> Vec<Range<usize>> {
    let part: Vec<char> = part.chars().collect();
    letters
        .windows(part.len().max(1))
        .filter(|window| window.iter().map(|letter| letter.letter).eq(part.iter().copied()))
        .map(|window| window[0].at..window[window.len() - 1].end)
        .collect()
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
