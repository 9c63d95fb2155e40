//! Text divided into words and numbers.

use std::ops::Range;

use super::number;
use super::stem::stem;

/// A number with more pieces than this (an identifier in hexadecimal) is taken as a whole and by its groups.
const MOST_PIECES: usize = 8;

/// A folded letter and where it stands, in bytes.
pub(super) struct Letter {
    pub at: usize,
    pub end: usize,
    pub letter: char,
}

/// The letters of a text in one spelling: no capitals, `ё` as `е`, and a letter whose mark was written apart (names of
/// files from macOS) with it.
pub(super) fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        match (letter, letters.last_mut()) {
            ('\u{306}', Some(before)) if before.letter == 'и' => (before.letter, before.end) = ('й', end),
            ('\u{308}', Some(before)) => before.end = end,
            ('\u{ad}', _) => {}
            _ => {
                let letter = match letter.to_lowercase().next().unwrap_or(letter) {
                    'ё' => 'е',
                    letter => letter,
                };
                letters.push(Letter { at, end, letter });
            }
        }
    }
    letters
}

/// One spelling for what people take for the same.
pub(crate) fn folded(text: &str) -> String {
    letters(text).into_iter().map(|letter| letter.letter).collect()
}

/// Letters, or digits.
pub(super) struct Piece {
    pub text: String,
    /// The sign before it; none at the start and where letters and digits touch.
    pub sign: Option<char>,
}

impl Piece {
    pub(super) fn is_digits(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// A word: one piece of letters; or a number: digits, and letters and signs between them.
pub(super) struct Token {
    pub range: Range<usize>,
    pub pieces: Vec<Piece>,
    /// One space stands between it and digits before it, whose number may go on here.
    pub continues: bool,
}

impl Token {
    /// As it stands, and every unbroken part of a number, without signs.
    pub(super) fn spellings(&self) -> Vec<String> {
        let pieces = self.pieces.len();
        if pieces > MOST_PIECES {
            let mut found: Vec<String> = self.groups().map(|group| self.spelled(group)).collect();
            found.push(self.spelled(0..pieces));
            return found;
        }
        (0..pieces)
            .flat_map(|from| (from + 1..=pieces).map(move |to| from..to))
            .map(|part| self.spelled(part))
            .collect()
    }

    /// The stems of its words.
    pub(super) fn stems(&self) -> Vec<String> {
        let words = self.pieces.iter().filter(|piece| !piece.is_digits());
        words.map(|piece| stem(&piece.text)).collect()
    }

    /// What the number means: a day, a sum.
    pub(super) fn values(&self) -> Vec<String> {
        number::date(self)
            .map(number::Date::terms)
            .into_iter()
            .flatten()
            .chain(number::sum(self))
            .collect()
    }

    /// All of it without signs.
    pub(super) fn whole(&self) -> String {
        self.spelled(0..self.pieces.len())
    }

    pub(super) fn is_word(&self) -> bool {
        self.pieces.len() == 1 && !self.pieces[0].is_digits()
    }

    /// Digits, and signs between them.
    pub(super) fn is_digits(&self) -> bool {
        self.pieces.iter().all(Piece::is_digits)
    }

    fn spelled(&self, part: Range<usize>) -> String {
        let letters = self.pieces[part.clone()]
            .iter()
            .flat_map(|piece| piece.text.chars());
        if part.len() == 1 {
            letters.collect()
        } else {
            letters.map(cyrillic).collect()
        }
    }

    fn groups(&self) -> impl Iterator<Item = Range<usize>> {
        let starts: Vec<usize> = (0..self.pieces.len())
            .filter(|at| *at == 0 || self.pieces[*at].sign.is_some())
            .chain([self.pieces.len()])
            .collect();
        (1..starts.len()).map(move |at| starts[at - 1]..starts[at])
    }
}

/// In numbers a Latin letter is often typed for the Cyrillic one that looks the same.
fn cyrillic(letter: char) -> char {
    const ALIKE: [(char, char); 11] = [
        ('a', 'а'),
        ('b', 'в'),
        ('c', 'с'),
        ('e', 'е'),
        ('h', 'н'),
        ('k', 'к'),
        ('m', 'м'),
        ('o', 'о'),
        ('p', 'р'),
        ('t', 'т'),
        ('x', 'х'),
    ];
    ALIKE
        .iter()
        .find(|(latin, _)| *latin == letter)
        .map_or(letter, |(_, cyrillic)| *cyrillic)
}

/// The words and numbers of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let letters = letters(text);
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].letter.is_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        let mut pieces = Vec::new();
        let mut sign = None;
        loop {
            let end = run_end(&letters, at);
            divide(&letters[at..end], sign, &mut pieces);
            at = end;
            match goes_on(&letters[at..], pieces.last()) {
                Some(found) => {
                    sign = Some(found);
                    at += 1;
                }
                None => break,
            }
        }
        let continues = tokens.last().is_some_and(|before| {
            before.is_digits()
                && is_space(letters[start - 1].letter)
                && before.range.end == letters[start - 1].at
        });
        tokens.push(Token {
            range: letters[start].at..letters[at - 1].end,
            pieces,
            continues,
        });
    }
    tokens
}

fn run_end(letters: &[Letter], from: usize) -> usize {
    let length = letters[from..]
        .iter()
        .take_while(|letter| letter.letter.is_alphanumeric())
        .count();
    from + length
}

/// Letters alone are one piece; otherwise digits part from letters.
fn divide(run: &[Letter], mut sign: Option<char>, pieces: &mut Vec<Piece>) {
    let digits = run.iter().any(|letter| letter.letter.is_ascii_digit());
    let kind = |letter: &Letter| digits && letter.letter.is_ascii_digit();
    for group in run.chunk_by(|a, b| kind(a) == kind(b)) {
        pieces.push(Piece {
            text: group.iter().map(|letter| letter.letter).collect(),
            sign: sign.take(),
        });
    }
}

/// The sign by which a number goes on.
fn goes_on(rest: &[Letter], before: Option<&Piece>) -> Option<char> {
    let [sign, next, ..] = rest else { return None };
    let (before, after) = (before?.is_digits(), next.letter.is_ascii_digit());
    let goes_on = match sign.letter {
        '/' | '\\' | '-' | '–' | '‑' => next.letter.is_alphanumeric() && (before || after),
        '.' | ',' => before && after,
        _ => false,
    };
    goes_on.then_some(sign.letter)
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}
