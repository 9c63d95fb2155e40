//! The accounts of the demo directory: who has a login, and where a person works.

use crate::demo::{AccountEntry, Employee, Organisation};
use crate::world::World;

/// A place in an organisation.
pub(super) struct Role<'w> {
    pub(super) organisation: &'w Organisation,
    pub(super) chief: bool,
    pub(super) active: bool,
}

/// The account of this employee.
pub(super) fn account<'w>(world: &'w World, employee: &str) -> Option<&'w AccountEntry> {
    world
        .index
        .accounts
        .iter()
        .find(|account| account.employee == employee)
}

/// The account with this phone or e-mail. Phones may be written in any usual way; e-mails in any case.
pub(super) fn by_login<'w>(world: &'w World, login: &str) -> Option<&'w AccountEntry> {
    let login = normal(login);
    world
        .index
        .accounts
        .iter()
        .find(|account| account.phone == login || account.email.to_lowercase() == login)
}

/// A login in the one way it is compared.
pub(super) fn normal(login: &str) -> String {
    let login = login.trim();
    if login.contains('@') {
        return login.to_lowercase();
    }
    let digits: String = login.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        // 8 stands for +7 inside the country.
        11 if digits.starts_with(['7', '8']) => format!("+7{}", &digits[1..]),
        10 => format!("+7{digits}"),
        _ => login.to_lowercase(),
    }
}

/// Every organisation of a person, the first their own.
pub(super) fn roles<'w>(world: &'w World, employee: &'w Employee) -> Vec<Role<'w>> {
    let own = world
        .index
        .organisation(&employee.organisation)
        .map(|organisation| Role {
            organisation,
            chief: employee.title == "Генеральный директор",
            active: true,
        });
    let others = account(world, &employee.id)
        .into_iter()
        .flat_map(|account| &account.also_in);
    let others = others.filter_map(|membership| {
        Some(Role {
            organisation: world.index.organisation(&membership.organisation)?,
            chief: false,
            active: membership.active,
        })
    });
    own.into_iter().chain(others).collect()
}

/// Whether the person works there and is not blocked.
pub(super) fn may_act_for(world: &World, employee: &Employee, org_oid: u64) -> bool {
    roles(world, employee)
        .iter()
        .any(|role| role.active && role.organisation.oid == org_oid)
}

/// `+7 000 ***-**-01`, `l***@romashka.example`: where a code went, for the page.
pub(super) fn masked(address: &str) -> String {
    match address.split_once('@') {
        Some((name, host)) => format!("{}***@{host}", name.chars().next().unwrap_or('*')),
        None => {
            let end: String = address
                .chars()
                .skip(address.chars().count().saturating_sub(2))
                .collect();
            format!("+7 *** ***-**-{end}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_the_same_in_every_usual_spelling() {
        for spelling in [
            "+7 000 000-02-01",
            "8(000)0000201",
            "0000000201",
            " +70000000201 ",
        ] {
            assert_eq!(normal(spelling), "+70000000201", "{spelling}");
        }
        assert_eq!(normal("Name@Example.RU "), "name@example.ru");
        assert_eq!(masked("+70000000201"), "+7 *** ***-**-01");
        assert_eq!(masked("name@example.ru"), "n***@example.ru");
    }
}
