//! Numbers given by the tax service. Patterns are those of its published schemas (`ИННЮЛТип`, `ИННФЛТип`, `КППТип`).

use super::{Kind, Normalised, Reason, clean, digits};

const INN_10: [u32; 9] = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_11: [u32; 10] = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_12: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

pub(super) fn inn(value: &str) -> Result<Normalised, Reason> {
    let value = clean(value, &[]);
    let digits = digits(&value, &[10, 12])?;
    if digits[..2] == [0, 0] {
        return Err(Reason::NeverIssued);
    }
    if digits.len() == 10 {
        control(&digits, &INN_10)?;
    } else {
        control(&digits, &INN_11)?;
        control(&digits, &INN_12)?;
    }
    Ok(Normalised::plain(Kind::Inn, value))
}

/// The digit after the weighted ones is their sum modulo 11 modulo 10.
fn control(digits: &[u8], weights: &[u32]) -> Result<(), Reason> {
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    expect(digits, weights.len(), u64::from(sum) % 11 % 10)
}

pub(super) fn ogrn(value: &str) -> Result<Normalised, Reason> {
    registration(Kind::Ogrn, value, &[13], 11)
}

pub(super) fn ogrnip(value: &str) -> Result<Normalised, Reason> {
    registration(Kind::Ogrnip, value, &[15], 13)
}

/// The last digit is the number before it modulo 11 (ОГРН) or 13 (ОГРНИП), modulo 10.
fn registration(
    kind: Kind,
    value: &str,
    allowed: &'static [usize],
    modulus: u64,
) -> Result<Normalised, Reason> {
    let value = clean(value, &[]);
    let digits = digits(&value, allowed)?;
    if digits[0] == 0 {
        return Err(Reason::NeverIssued);
    }
    let last = digits.len() - 1;
    let number = digits[..last]
        .iter()
        .fold(0u64, |number, digit| number * 10 + u64::from(*digit));
    expect(&digits, last, number % modulus % 10)?;
    Ok(Normalised::plain(kind, value))
}

fn expect(digits: &[u8], index: usize, expected: u64) -> Result<(), Reason> {
    if u64::from(digits[index]) == expected {
        return Ok(());
    }
    // `expected` is a remainder modulo 10.
    #[allow(clippy::cast_possible_truncation)]
    Err(Reason::ControlDigit {
        position: index + 1,
        expected: expected as u8,
    })
}

pub(super) fn kpp(value: &str) -> Result<Normalised, Reason> {
    let value = clean(value, &[]);
    if value.is_empty() {
        return Err(Reason::Empty);
    }
    let allowed =
        |index: usize, c: char| c.is_ascii_digit() || ((index == 4 || index == 5) && c.is_ascii_uppercase());
    if let Some(index) = value
        .chars()
        .enumerate()
        .position(|(index, c)| !allowed(index, c))
    {
        return Err(Reason::Character { position: index + 1 });
    }
    if value.len() != 9 {
        return Err(Reason::Length {
            actual: value.len(),
            allowed: &[9],
        });
    }
    if value.starts_with("00") {
        return Err(Reason::NeverIssued);
    }
    Ok(Normalised::plain(Kind::Kpp, value))
}
