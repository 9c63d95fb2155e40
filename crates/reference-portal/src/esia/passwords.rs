//! Passwords: argon2id, and the rule for new ones.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};

use crate::world::WorldError;

/// Characters a password has at least (contradiction C-01 of the inventory: the strictest of the published rules).
pub(super) const MIN_LENGTH: usize = 12;
/// Longer ones only cost time.
const MAX_LENGTH: usize = 128;

/// Why a new password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyFault {
    Short,
    Long,
    NoLower,
    NoUpper,
    NoDigit,
    NoSpecial,
    Same,
    Different,
}

impl PolicyFault {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Short => "Не меньше 12 символов",
            Self::Long => "Не больше 128 символов",
            Self::NoLower => "Нужна строчная буква",
            Self::NoUpper => "Нужна заглавная буква",
            Self::NoDigit => "Нужна цифра",
            Self::NoSpecial => "Нужен знак: например ! или -",
            Self::Same => "Новый пароль совпадает с прежним",
            Self::Different => "Пароли не совпадают",
        }
    }
}

/// Everything that is wrong with a new password.
pub(super) fn check_policy(password: &str) -> Vec<PolicyFault> {
    let length = password.chars().count();
    let has = |fits: fn(char) -> bool| password.chars().any(fits);
    [
        (length < MIN_LENGTH, PolicyFault::Short),
        (length > MAX_LENGTH, PolicyFault::Long),
        (!has(char::is_lowercase), PolicyFault::NoLower),
        (!has(char::is_uppercase), PolicyFault::NoUpper),
        (!has(|c| c.is_ascii_digit()), PolicyFault::NoDigit),
        (
            !has(|c| !c.is_alphanumeric() && !c.is_whitespace()),
            PolicyFault::NoSpecial,
        ),
    ]
    .into_iter()
    .filter_map(|(wrong, fault)| wrong.then_some(fault))
    .collect()
}

/// The digest under which a password is kept, with a salt of its own.
pub(super) fn hash(password: &str) -> Result<String, WorldError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| WorldError::Password)?.to_string())
}

/// Whether it is the password. Without a digest the same work is done for nothing.
pub(super) fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let known = hash.is_some();
    let hash = hash.unwrap_or_else(|| NOBODY.get_or_init(|| self::hash("").unwrap_or_default()));
    // An overlong password is wrong, and is not worth the time.
    let given: String = password.chars().take(MAX_LENGTH + 1).collect();
    let fits = PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(given.as_bytes(), &hash).is_ok());
    fits && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_classes_and_twelve_characters_are_wanted() {
        assert_eq!(check_policy("Ромашка-Лютик-201!"), []);
        assert_eq!(
            check_policy("ромашка"),
            [
                PolicyFault::Short,
                PolicyFault::NoUpper,
                PolicyFault::NoDigit,
                PolicyFault::NoSpecial
            ]
        );
        assert_eq!(check_policy("РОМАШКА-201-РОМАШКА"), [PolicyFault::NoLower]);
        assert_eq!(check_policy(&"Аб1!".repeat(40)), [PolicyFault::Long]);
    }

    #[test]
    fn nobodys_password_is_never_right() {
        let kept = hash("Ромашка-Лютик-201!").unwrap();
        assert!(kept.starts_with("$argon2id$"));
        assert!(verify("Ромашка-Лютик-201!", Some(&kept)));
        assert!(!verify("ромашка-лютик-201!", Some(&kept)));
        assert!(!verify("", None));
    }
}
