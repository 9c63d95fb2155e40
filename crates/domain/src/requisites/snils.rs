//! СНИЛС: nine digits and a control number of two.

use super::{Kind, Normalised, Reason, clean, digits};

/// Numbers up to 001-001-998 were issued before the control number existed.
const LAST_WITHOUT_CONTROL: u32 = 1_001_998;

pub(super) fn check(value: &str, test_contour: bool) -> Result<Normalised, Reason> {
    let value = clean(value, &['-', '\u{2010}', '\u{2011}', '\u{2013}']);
    let digits = digits(&value, &[11])?;
    if digits.iter().all(|digit| *digit == 0) {
        return Err(Reason::NeverIssued);
    }
    let number = digits[..9]
        .iter()
        .fold(0u32, |number, digit| number * 10 + u32::from(*digit));
    if !test_contour && number > LAST_WITHOUT_CONTROL {
        let sum: u32 = digits[..9]
            .iter()
            .zip((1..=9).rev())
            .map(|(digit, weight)| u32::from(*digit) * weight)
            .sum();
        let [tens, units] = match sum % 101 {
            100 => [0, 0],
            // Below 100, so both halves are digits.
            #[allow(clippy::cast_possible_truncation)]
            control => [(control / 10) as u8, (control % 10) as u8],
        };
        if digits[9] != tens {
            return Err(Reason::ControlDigit {
                position: 10,
                expected: tens,
            });
        }
        if digits[10] != units {
            return Err(Reason::ControlDigit {
                position: 11,
                expected: units,
            });
        }
    }
    let shown = format!(
        "{}-{}-{} {}",
        &value[..3],
        &value[3..6],
        &value[6..9],
        &value[9..]
    );
    Ok(Normalised {
        kind: Kind::Snils,
        value,
        shown,
    })
}
