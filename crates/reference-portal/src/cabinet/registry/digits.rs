//! Control digits of Russian requisites.

/// Digits of a text, or `None` if it holds anything else.
fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|c| c.to_digit(10)).collect()
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11 % 10
}

const INN_10: [u32; 9] = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_11: [u32; 10] = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const INN_12: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/// ИНН of an organisation from its first nine digits, or of a person from the first ten.
pub(crate) fn complete_inn(body: &str) -> String {
    let number = digits(body).unwrap_or_default();
    if number.len() == 9 {
        return format!("{body}{}", weighted(&number, &INN_10));
    }
    let first = weighted(&number, &INN_11);
    let longer = [number.as_slice(), &[first]].concat();
    format!("{body}{first}{}", weighted(&longer, &INN_12))
}

/// ОГРН from its first 12 digits, or ОГРНИП from the first 14.
pub(crate) fn complete_ogrn(body: &str) -> String {
    let number: u64 = body.parse().unwrap_or_default();
    let modulus = if body.len() == 12 { 11 } else { 13 };
    format!("{body}{}", number % modulus % 10)
}

/// Whether an ИНН has a right length and right control digits.
pub(crate) fn is_inn(text: &str) -> bool {
    digits(text).is_some()
        && match text.len() {
            10 => complete_inn(&text[..9]) == text,
            12 => complete_inn(&text[..10]) == text,
            _ => false,
        }
}

/// Whether an ОГРН or ОГРНИП has a right length and a right control digit.
pub(crate) fn is_ogrn(text: &str) -> bool {
    digits(text).is_some()
        && match text.len() {
            13 => complete_ogrn(&text[..12]) == text,
            15 => complete_ogrn(&text[..14]) == text,
            _ => false,
        }
}

/// The sum that must end in 0 (Банк России, приказ от 08.09.1997 № 02-515).
fn account_sum(bic: &str, account: &str) -> Option<u32> {
    let number = digits(&format!("{}{account}", bic.get(6..9)?))?;
    let weights = [7, 1, 3].into_iter().cycle();
    (number.len() == 23).then(|| number.iter().zip(weights).map(|(d, w)| d * w % 10).sum::<u32>() % 10)
}

/// Whether the control digit of an account fits the bank.
pub(crate) fn is_account(bic: &str, account: &str) -> bool {
    account_sum(bic, account) == Some(0)
}

/// The account with its control digit, the ninth, set right.
pub(super) fn complete_account(bic: &str, account: &str) -> String {
    (0..10)
        .map(|digit| format!("{}{digit}{}", &account[..8], &account[9..]))
        .find(|candidate| is_account(bic, candidate))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_numbers_are_told_from_wrong_ones() {
        assert!(is_inn("9900000017") && is_inn("770000000156"));
        assert!(
            !is_inn("9900000018") && !is_inn("770000000157") && !is_inn("99000000") && !is_inn("99000000 7")
        );
        assert!(is_ogrn("1209900000012"));
        assert!(!is_ogrn("1209900000013") && !is_ogrn("120990000001"));
    }

    #[test]
    fn an_account_is_completed_so_that_it_fits_its_bank() {
        let account = complete_account("049999101", "40702810000000000017");
        assert!(is_account("049999101", &account));
        assert!(!is_account("049999102", &account));
        assert!(!is_account("04", &account) && !is_account("049999101", "4070281"));
    }
}
