//! The recovery code: the key on paper that opens the vault when the passphrase is forgotten and the keychain is gone.
//!
//! Seven groups of five characters in the alphabet of Crockford's base32 (crockford.com/base32.html), which has no look-alikes.
//! The first four characters of a group are random, 20 bits; the fifth checks them, so that a group that was miscopied is
//! named and the paper need not be read again from the start. Together 140 bits of the system's randomness.
//!
//! A passphrase is guessed from what people think of, so each guess is made costly (Argon2id). Of this code there is
//! nothing to guess from: 2¹⁴⁰ tries are out of reach however cheap each is, and a slow derivation would only keep the person
//! waiting. HKDF-SHA-256 (RFC 5869) makes the wrapping key: salt is the vault's identity (16 bytes), info
//! `kabinet/recovery/v1`, the input the 35 characters in capitals without separators. So the code of one vault means
//! nothing to another, and no other key of the vault can come out the same.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::secret::Key;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 7;
/// Characters of a group, the check character among them.
const GROUP: usize = 5;
const LENGTH: usize = GROUPS * GROUP;

/// A recovery code, right in itself. Wiped when dropped; neither printed nor cloned.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// A new code. It opens nothing before [`Vault::set_recovery_code`](crate::Vault::set_recovery_code).
    ///
    /// # Errors
    /// [`StoreError::Random`].
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; GROUPS * (GROUP - 1)]);
        getrandom::fill(&mut *bytes).map_err(|_| StoreError::Random)?;
        let mut symbols = Zeroizing::new(Vec::with_capacity(LENGTH));
        for (group, random) in bytes.chunks(GROUP - 1).enumerate() {
            // 256 is a multiple of 32: every character is as likely as another.
            symbols.extend(random.iter().map(|byte| byte & 31));
            let check = check_of(group, &symbols[group * GROUP..]);
            symbols.push(check);
        }
        Ok(Self::of(&symbols))
    }

    /// Reads a code as a person wrote it: capital or small letters, any spaces and dashes, letters that look like those of
    /// the code (О for 0, I and l for 1, Cyrillic В, С, Н for Latin). The text is wiped.
    ///
    /// # Errors
    /// [`StoreError::RecoveryCodeMistyped`] names the groups that cannot be right, [`StoreError::RecoveryCodeLength`] when
    /// there are too few or too many characters to tell the groups apart.
    pub fn parse(text: String) -> Result<Self, StoreError> {
        let text = Zeroizing::new(text);
        if let Some(groups) = misshapen(&text) {
            return Err(StoreError::RecoveryCodeMistyped { groups });
        }
        let found = text.chars().filter(|letter| !is_separator(*letter)).count();
        if found != LENGTH {
            return Err(StoreError::RecoveryCodeLength {
                found,
                expected: LENGTH,
            });
        }
        let letters = text.chars().filter(|letter| !is_separator(*letter));
        let mut symbols = Zeroizing::new(Vec::with_capacity(LENGTH));
        // What stands for no character spoils the check of its group.
        let mut groups = Vec::new();
        for (at, letter) in letters.enumerate() {
            let symbol = symbol(letter);
            if symbol.is_none() && groups.last() != Some(&(at / GROUP + 1)) {
                groups.push(at / GROUP + 1);
            }
            symbols.push(symbol.unwrap_or_default());
        }
        for (group, written) in symbols.chunks(GROUP).enumerate() {
            let (data, check) = written.split_at(GROUP - 1);
            if check[0] != check_of(group, data) && !groups.contains(&(group + 1)) {
                groups.push(group + 1);
            }
        }
        if groups.is_empty() {
            return Ok(Self::of(&symbols));
        }
        groups.sort_unstable();
        Err(StoreError::RecoveryCodeMistyped { groups })
    }

    fn of(symbols: &[u8]) -> Self {
        // As large as it will be: a string that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(LENGTH));
        text.extend(
            symbols
                .iter()
                .map(|symbol| char::from(ALPHABET[usize::from(*symbol)])),
        );
        Self(text)
    }

    /// The code as it is written down, `XXXXX-XXXXX-…`, for the one place that shows it.
    pub fn expose(&self) -> Zeroizing<String> {
        let mut written = Zeroizing::new(String::with_capacity(LENGTH + GROUPS - 1));
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at.is_multiple_of(GROUP) {
                written.push('-');
            }
            written.push(letter);
        }
        written
    }

    /// The key that wraps the data key of this vault.
    pub(crate) fn wrapping_key(&self, vault: Uuid) -> Result<Key, StoreError> {
        Key::from_material(self.0.as_bytes(), vault, "kabinet/recovery/v1")
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

/// Check character of a group: d₁α⁴ + d₂α³ + d₃α² + d₄α + n over GF(2⁵) = GF(2)[α]/(α⁵ + α² + 1), n the number of the group
/// from 1. The factors differ and none is 0 or 1, so that one wrong character and two exchanged neighbours are always
/// found; n finds groups in another's place.
fn check_of(group: usize, data: &[u8]) -> u8 {
    let sum = data.iter().fold(0, |sum, symbol| {
        let doubled = (sum ^ symbol) << 1;
        // The lowest 5 bits of α⁵ + α² + 1 are 00101.
        (doubled & 31) ^ if doubled > 31 { 0b00101 } else { 0 }
    });
    sum ^ (group as u8 + 1)
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '‐'..='―' | '−' | '_' | '.')
}

/// The groups that are too short or too long, where the person kept all of them apart.
fn misshapen(text: &str) -> Option<Vec<usize>> {
    let groups = text.split(is_separator).filter(|group| !group.is_empty());
    let counts: Vec<usize> = groups.map(|group| group.chars().count()).collect();
    let wrong: Vec<usize> = (1..=counts.len())
        .filter(|group| counts[group - 1] != GROUP)
        .collect();
    (counts.len() == GROUPS && !wrong.is_empty()).then_some(wrong)
}

/// What a character stands for, 0 to 31.
fn symbol(letter: char) -> Option<u8> {
    let letter = match letter.to_uppercase().next()? {
        'O' | 'О' => '0',
        'I' | 'L' | 'І' => '1',
        'З' => '3',
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' => 'E',
        'Н' => 'H',
        'К' => 'K',
        'М' => 'M',
        'Р' => 'P',
        'Т' => 'T',
        'Х' => 'X',
        'У' => 'Y',
        other => other,
    };
    let at = ALPHABET.iter().position(|symbol| char::from(*symbol) == letter)?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All characters of the alphabet but four; `tests/open_by_code.py` computes the same check characters.
    const CODE: &str = "01237-4567K-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW";

    fn parse(text: &str) -> Result<String, StoreError> {
        RecoveryCode::parse(text.to_owned()).map(|code| code.expose().to_string())
    }

    fn mistyped(text: &str) -> Vec<usize> {
        match parse(text) {
            Err(StoreError::RecoveryCodeMistyped { groups }) => groups,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_code_is_read_back_however_it_is_written() {
        let code = RecoveryCode::random().unwrap().expose().to_string();
        assert_eq!(code.len(), 41);
        for written in [
            code.clone(),
            code.to_lowercase(),
            code.replace('-', ""),
            code.replace('-', " — \n"),
            format!("  {} ", code.replace('-', " ")),
            code.replace('0', "О").replace('1', "l").replace('B', "в"),
            code.replace('0', "o").replace('C', "С").replace('3', "з"),
            code.replace('A', "А")
                .replace('E', "Е")
                .replace('H', "н")
                .replace('K', "к"),
            code.replace('M', "М")
                .replace('P', "р")
                .replace('T', "Т")
                .replace('X', "Х")
                .replace('Y', "у"),
        ] {
            assert_eq!(parse(&written).unwrap(), code, "{written}");
        }
    }

    #[test]
    fn codes_differ_and_do_not_print() {
        let (one, other) = (RecoveryCode::random().unwrap(), RecoveryCode::random().unwrap());
        assert_ne!(*one.expose(), *other.expose());
        assert_eq!(format!("{one:?}"), "RecoveryCode(…)");
    }

    #[test]
    fn every_wrong_character_names_its_group_and_no_other() {
        assert_eq!(parse(CODE).unwrap(), CODE);
        for (at, right) in CODE.char_indices().filter(|(_, letter)| *letter != '-') {
            for wrong in ALPHABET.iter().map(|symbol| char::from(*symbol)) {
                if wrong == right {
                    continue;
                }
                let mut letters: Vec<char> = CODE.chars().collect();
                letters[at] = wrong;
                let text: String = letters.into_iter().collect();
                assert_eq!(mistyped(&text), [at / 6 + 1], "{text}");
            }
        }
        assert_eq!(mistyped(&CODE.replace('E', "Ж")), [3, 4]);
        assert_eq!(mistyped(&CODE.replace('E', "U")), [3, 4]);
    }

    #[test]
    fn exchanged_characters_and_groups_are_named() {
        for at in (0..CODE.len() - 1).filter(|at| at % 6 < 4) {
            let mut letters: Vec<char> = CODE.chars().collect();
            letters.swap(at, at + 1);
            let text: String = letters.into_iter().collect();
            assert_eq!(mistyped(&text), [at / 6 + 1], "{text}");
        }
        let mut groups: Vec<&str> = CODE.split('-').collect();
        groups.swap(1, 4);
        assert_eq!(mistyped(&groups.join("-")), [2, 5]);
    }

    #[test]
    fn a_character_too_few_or_too_many_names_the_group_where_they_are_apart() {
        assert_eq!(mistyped(&CODE.replace("9A", "9")), [3]);
        assert_eq!(
            mistyped(&CODE.replace("-89ABE", "-889ABE").replace("Q", "")),
            [3, 6]
        );
        for (text, count) in [(CODE.replace('-', "").replace("9A", "9"), 34), (String::new(), 0)] {
            assert!(matches!(
                parse(&text),
                Err(StoreError::RecoveryCodeLength { found, expected: 35 }) if found == count
            ));
        }
    }
}
