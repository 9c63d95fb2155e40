//! БИК and the control key of an account: Порядок ЦБ РФ of 08.09.1997 № 515.

use super::{Kind, Normalised, Reason, clean, digits};

/// Letters that may stand for the sixth digit (clearing currencies), by the digit they count as. People type
/// either alphabet.
const CYRILLIC: [char; 10] = ['А', 'В', 'С', 'Е', 'Н', 'К', 'М', 'Р', 'Т', 'Х'];
const LATIN: [char; 10] = ['A', 'B', 'C', 'E', 'H', 'K', 'M', 'P', 'T', 'X'];

const KEY: usize = 8;
const CURRENCY_LETTER: usize = 5;

pub(super) fn bik(value: &str) -> Result<Normalised, Reason> {
    let value = clean(value, &[]);
    let digits = digits(&value, &[9])?;
    if digits.iter().all(|digit| *digit == 0) {
        return Err(Reason::NeverIssued);
    }
    Ok(Normalised::plain(Kind::Bik, value))
}

pub(super) fn account(value: &str, bik: Option<&str>) -> Result<Normalised, Reason> {
    let value = clean(value, &[]);
    let account = account_digits(&value)?;
    let bik = clean(bik.unwrap_or_default(), &[]);
    let bik = digits(&bik, &[9]).map_err(|_| Reason::BikNeeded)?;
    // Treasury accounts (since 2021) have no key that this rule could check.
    if value.starts_with("03") || value.starts_with("40102") {
        return Ok(Normalised::plain(Kind::Account, value));
    }
    let client = [bik[6], bik[7], bik[8]];
    let settlement = [0, bik[4], bik[5]];
    let prefix = if value.starts_with("301") {
        settlement
    } else {
        client
    };
    let fits = |prefix| weighted(prefix, &account).is_multiple_of(10);
    // Settlement centres (`00` before the last digit) keep accounts of both sorts.
    let either = bik[6..8] == [0, 0];
    if fits(prefix) || (either && (fits(client) || fits(settlement))) {
        return Ok(Normalised::plain(Kind::Account, value));
    }
    let mut without_key = account;
    without_key[KEY] = 0;
    // A remainder modulo 10.
    #[allow(clippy::cast_possible_truncation)]
    let expected = (weighted(prefix, &without_key) % 10 * 3 % 10) as u8;
    Err(Reason::ControlDigit {
        position: KEY + 1,
        expected,
    })
}

fn account_digits(value: &str) -> Result<[u8; 20], Reason> {
    if value.is_empty() {
        return Err(Reason::Empty);
    }
    let mut account = Vec::with_capacity(20);
    for (index, c) in value.chars().enumerate() {
        let digit = match c.to_digit(10) {
            Some(digit) => Some(digit as usize),
            None if index == CURRENCY_LETTER => CYRILLIC
                .iter()
                .position(|l| *l == c)
                .or_else(|| LATIN.iter().position(|l| *l == c)),
            None => None,
        };
        match digit.map(u8::try_from) {
            Some(Ok(digit)) => account.push(digit),
            _ => return Err(Reason::Character { position: index + 1 }),
        }
    }
    let actual = account.len();
    account.try_into().map_err(|_| Reason::Length {
        actual,
        allowed: &[20],
    })
}

/// Sum of the last digits of the products with the weights 7, 1, 3.
fn weighted(prefix: [u8; 3], account: &[u8; 20]) -> u32 {
    prefix
        .iter()
        .chain(account)
        .zip([7, 1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight % 10)
        .sum()
}
