//! What ЕСИА knows of a person beside the name: contacts, factors, whether the identity is confirmed.

use crate::demo::{Employee, SecondFactor};
use crate::esia::for_cabinet;
use crate::world::World;

/// A person's account.
pub(crate) struct Account {
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) confirmed: bool,
    /// Factors that can be asked for: `sms`, `email`, `app`, `password`, `token`, `signature`.
    pub(crate) factors: Vec<&'static str>,
    /// Whether a sign-in asks for more than the password.
    pub(crate) has_second_factor: bool,
    pub(crate) password_expires_ms: i64,
    pub(crate) lock: Option<for_cabinet::KnownLock>,
}

/// How long a password is good for.
const PASSWORD_AGE_MS: i64 = 90 * 24 * 60 * 60 * 1000;

impl Account {
    pub(crate) fn of(world: &World, employee: &Employee) -> Self {
        let Some(known) = for_cabinet::account(world, employee) else {
            // Demo data of older versions have no accounts: what they say is enough to try the cabinet.
            return Self {
                phone: format!("+7999{:07}", employee.oid % 10_000_000),
                email: format!("{}@example.ru", employee.id),
                confirmed: true,
                factors: vec!["sms", "email", "signature"],
                has_second_factor: true,
                password_expires_ms: crate::clock::now_ms() + PASSWORD_AGE_MS,
                lock: None,
            };
        };
        let mut factors = vec!["sms", "email", "password", "token", "signature"];
        if known.has_app {
            factors.push("app");
        }
        let set_ms = known.password_set_ms.unwrap_or_else(crate::clock::now_ms);
        Self {
            phone: known.phone,
            email: known.email,
            confirmed: known.confirmed,
            factors,
            has_second_factor: known.second_factor != SecondFactor::None,
            password_expires_ms: set_ms + PASSWORD_AGE_MS,
            lock: known.lock,
        }
    }
}

/// `+79990000182` as `+7 ••• •••-01-82`.
pub(crate) fn masked_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.as_slice() {
        [.., a, b, c, d] => format!("+7 ••• •••-{a}{b}-{c}{d}"),
        _ => "•••".into(),
    }
}

/// `ivan@example.ru` as `i•••@example.ru`.
pub(crate) fn masked_email(email: &str) -> String {
    match email.split_once('@') {
        Some((name, host)) => format!("{}•••@{host}", name.chars().take(1).collect::<String>()),
        None => "•••".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_told_apart_but_not_told() {
        assert_eq!(masked_phone("+79990000182"), "+7 ••• •••-01-82");
        assert_eq!(masked_email("ivan@example.ru"), "i•••@example.ru");
        assert_eq!(masked_phone("1"), "•••");
        assert_eq!(masked_email("ivan"), "•••");
    }
}
