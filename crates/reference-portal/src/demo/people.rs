//! The invented organisations and people; every control digit is right.

use super::index::{Employee, Organisation};

/// The demo organisation first, then the one whose people must not get in, then a third that shares the portal.
pub(super) fn organisations() -> Vec<Organisation> {
    vec![
        Organisation {
            id: "romashka".into(),
            oid: 1_000_000_101,
            short_name: "ООО «Ромашка»".into(),
            full_name: "Общество с ограниченной ответственностью «Ромашка»".into(),
            inn: "9900000017".into(),
            kpp: "990001001".into(),
            ogrn: "1209900000012".into(),
            region: "45000000000".into(),
            address: "г. Москва, ул. Полевая, д. 1".into(),
        },
        Organisation {
            id: "lopukh".into(),
            oid: 1_000_000_102,
            short_name: "ООО «Лопух»".into(),
            full_name: "Общество с ограниченной ответственностью «Лопух»".into(),
            inn: "7700000023".into(),
            kpp: "770001001".into(),
            ogrn: "1267700000028".into(),
            region: "45000000000".into(),
            address: "г. Москва, ул. Овражная, д. 2".into(),
        },
        Organisation {
            id: "klever".into(),
            oid: 1_000_000_103,
            short_name: "ООО «Клевер»".into(),
            full_name: "Общество с ограниченной ответственностью «Клевер»".into(),
            inn: "9900000031".into(),
            kpp: "990001001".into(),
            ogrn: "1219900000033".into(),
            region: "40000000000".into(),
            address: "г. Санкт-Петербург, Луговая линия, д. 3".into(),
        },
    ]
}

/// Employees of all.
pub(super) fn employees() -> Vec<Employee> {
    let person = |id: &str, oid, organisation: &str, name: [&str; 3], snils: &str, inn: &str| Employee {
        id: id.into(),
        oid,
        organisation: organisation.into(),
        surname: name[0].into(),
        given_name: name[1].into(),
        title: name[2].into(),
        snils: snils.into(),
        inn: inn.into(),
    };
    vec![
        person(
            "accountant",
            1_000_000_201,
            "romashka",
            ["Лютикова", "Мария Петровна", "Главный бухгалтер"],
            "90000000182",
            "770000000156",
        ),
        person(
            "director",
            1_000_000_202,
            "romashka",
            ["Васильков", "Иван Сергеевич", "Генеральный директор"],
            "90000000283",
            "770000000220",
        ),
        person(
            "stranger",
            1_000_000_203,
            "lopukh",
            ["Репейников", "Пётр Ильич", "Генеральный директор"],
            "90000000384",
            "770000000300",
        ),
        person(
            "beekeeper",
            1_000_000_204,
            "klever",
            ["Пчельникова", "Анна Олеговна", "Генеральный директор"],
            "90000000485",
            "770000000477",
        ),
        person(
            "representative",
            1_000_000_205,
            "romashka",
            ["Ландышева", "Ольга Николаевна", "Юрист, доверенное лицо"],
            "90000000586",
            "770000000540",
        ),
        person(
            "storekeeper",
            1_000_000_206,
            "romashka",
            ["Клёнов", "Сергей Андреевич", "Кладовщик"],
            "90000000687",
            "770000000614",
        ),
    ]
}

/// When a demo person was born, `YYYY-MM-DD`.
pub(crate) fn birth_date(id: &str) -> Option<&'static str> {
    Some(match id {
        "accountant" => "1985-04-12",
        "director" => "1978-09-30",
        "stranger" => "1981-01-21",
        "beekeeper" => "1990-06-05",
        "representative" => "1987-11-17",
        "storekeeper" => "1993-02-08",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digit(number: &str, weights: &[u32]) -> u32 {
        number
            .chars()
            .zip(weights)
            .map(|(c, w)| c.to_digit(10).unwrap() * w)
            .sum::<u32>()
            % 11
            % 10
    }

    fn ends_with(number: &str, control: u32) -> bool {
        number.ends_with(char::from_digit(control, 10).unwrap())
    }

    #[test]
    fn requisites_of_organisations_have_right_control_digits() {
        for organisation in organisations() {
            assert!(ends_with(
                &organisation.inn,
                digit(&organisation.inn, &[2, 4, 10, 3, 5, 9, 4, 6, 8])
            ));
            let body: u64 = organisation.ogrn[..12].parse().unwrap();
            assert_eq!(u64::from(organisation.ogrn.as_bytes()[12] - b'0'), body % 11 % 10);
        }
    }

    #[test]
    fn requisites_of_people_have_right_control_digits() {
        for person in employees() {
            let first = digit(&person.inn, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]);
            assert!(ends_with(&person.inn[..11], first));
            assert!(ends_with(
                &person.inn,
                digit(&person.inn, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
            ));
            let sum: u32 = person.snils[..9]
                .chars()
                .zip((1..=9).rev())
                .map(|(c, w)| c.to_digit(10).unwrap() * w)
                .sum();
            assert_eq!(person.snils[9..].parse::<u32>().unwrap(), sum % 101 % 100);
        }
    }
}
