//! What numbers mean: days, sums, digits in groups.

use super::token::{Piece, Token};

/// Marks a value in hundredths.
const HUNDREDTHS: char = '¤';
/// Most groups of one number, and most digits of it: an account has twenty.
const MOST_GROUPS: usize = 8;
const MOST_DIGITS: usize = 24;
const MONTHS: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let real = (1..=12).contains(&month) && (1..=31).contains(&day) && (1900..=2199).contains(&year);
        real.then_some(Self { year, month, day })
    }

    /// Both orders, so that a date is found as it is being typed.
    pub(super) fn terms(self) -> [String; 2] {
        let Self { year, month, day } = self;
        [
            format!("{year}{month:02}{day:02}"),
            format!("{day:02}{month:02}{year}"),
        ]
    }
}

/// A number that is a day: `03.04.2025`, `3.4.25`, `2025-04-03`, the last also with a time behind it.
pub(super) fn date(token: &Token) -> Option<Date> {
    let [first, second, third, rest @ ..] = token.pieces.as_slice() else {
        return None;
    };
    let at_end = rest.first().is_none_or(|piece| piece.text == "t");
    if !at_end || second.sign != third.sign || second.sign.is_none() {
        return None;
    }
    match (first.text.len(), second.text.len(), third.text.len()) {
        (4, 1..=2, 1..=2) => Date::new(digits(first)?, digits(second)?, digits(third)?),
        (1..=2, 1..=2, 4) => Date::new(digits(third)?, digits(second)?, digits(first)?),
        (1..=2, 1..=2, 2) if second.sign == Some('.') => {
            Date::new(2000 + digits(third)?, digits(second)?, digits(first)?)
        }
        _ => None,
    }
}

/// A number that is a month: `04.2025`, `2025-04`; the beginning of its days.
pub(super) fn month(token: &Token) -> Option<String> {
    let [first, second] = token.pieces.as_slice() else {
        return None;
    };
    second.sign?;
    let (year, month) = match (first.text.len(), second.text.len()) {
        (4, 2) => (first, second),
        (2, 4) => (second, first),
        _ => return None,
    };
    Date::new(digits(year)?, digits(month)?, 1).map(|day| format!("{}{:02}", day.year, day.month))
}

fn digits(piece: &Piece) -> Option<u32> {
    piece.text.parse().ok()
}

/// The value of `1234,5` and `1234.50`.
pub(super) fn sum(token: &Token) -> Option<String> {
    let [whole, part] = token.pieces.as_slice() else {
        return None;
    };
    let is_sum = whole.is_digits() && part.is_digits() && matches!(part.sign, Some(',' | '.'));
    (is_sum && part.text.len() <= 2).then(|| value(&whole.text, &part.text))
}

fn value(whole: &str, part: &str) -> String {
    format!("{HUNDREDTHS}{whole}{part:0<2}")
}

/// The whole of a sum that has no hundredths: it may be written without them.
pub(super) fn round(token: &Token) -> Option<String> {
    let [whole, part] = token.pieces.as_slice() else {
        return None;
    };
    (sum(token).is_some() && part.text.bytes().all(|digit| digit == b'0')).then(|| whole.text.clone())
}

/// What several words make together.
pub(super) struct Joined {
    /// How many tokens.
    pub tokens: usize,
    /// What it is found by.
    pub terms: Vec<String>,
    /// A sum without its hundredths: who looks for that finds it too.
    pub whole: Option<String>,
}

/// What begins with the first of `tokens`.
pub(super) fn joined(tokens: &[&Token]) -> Vec<Joined> {
    [written_date(tokens), thousands(tokens), groups(tokens)]
        .into_iter()
        .flatten()
        .collect()
}

/// `3 апреля 2025`.
fn written_date(tokens: &[&Token]) -> Option<Joined> {
    let [day, month, year, ..] = tokens else {
        return None;
    };
    let single = |token: &Token| match token.pieces.as_slice() {
        [piece] => digits(piece),
        _ => None,
    };
    let name = &month.pieces.first()?.text;
    let month = (1..).zip(MONTHS).find(|(_, known)| known == name)?.0;
    let date = Date::new(single(year)?, month, single(day)?)?;
    Some(Joined {
        tokens: 3,
        terms: date.terms().into(),
        whole: None,
    })
}

/// `1 234 567,50`.
fn thousands(tokens: &[&Token]) -> Option<Joined> {
    let first = tokens.first()?;
    let starts = matches!(first.pieces.as_slice(), [piece] if piece.is_digits() && piece.text.len() <= 3);
    if !starts {
        return None;
    }
    let mut whole = first.pieces[0].text.clone();
    let mut part = None;
    let mut count = 1;
    for token in tokens[1..].iter().take_while(|token| token.continues) {
        let thousand = &token.pieces[0];
        if part.is_some() || count == MOST_GROUPS || !thousand.is_digits() || thousand.text.len() != 3 {
            break;
        }
        match token.pieces.as_slice() {
            [_] => {}
            [_, hundredths] if sum(token).is_some() => part = Some(hundredths.text.as_str()),
            _ => break,
        }
        whole.push_str(&thousand.text);
        count += 1;
    }
    if count == 1 {
        return None;
    }
    let terms = match part {
        None => vec![whole.clone()],
        Some(part) => {
            let mut terms = vec![format!("{whole}{part}"), value(&whole, part)];
            // A round sum may stand without its hundredths.
            if part.bytes().all(|digit| digit == b'0') {
                terms.push(whole.clone());
            }
            terms
        }
    };
    Some(Joined {
        tokens: count,
        terms,
        whole: part.map(|_| whole),
    })
}

/// `4070 2810 0000 1234 5678`, `112-233-445 95`.
fn groups(tokens: &[&Token]) -> Option<Joined> {
    let first = tokens.first()?;
    if first.continues || !first.is_digits() {
        return None;
    }
    let count = 1 + tokens[1..]
        .iter()
        .take_while(|token| token.continues && token.is_digits())
        .count();
    let whole: String = tokens[..count].iter().map(|token| token.whole()).collect();
    let fits = (2..=MOST_GROUPS).contains(&count) && whole.len() <= MOST_DIGITS;
    fits.then(|| Joined {
        tokens: count,
        terms: vec![whole],
        whole: None,
    })
}
