//! Invents organisations and people from a seed.

use time::{Date, Duration, Month};

use super::digits::{complete_account, complete_inn, complete_ogrn};
use super::{Entry, Head, Kind, State};
use crate::demo::{Employee, Organisation};

const LEGAL: u64 = 320;
const PROPRIETORS: u64 = 120;
/// Where account numbers of the invented begin.
const FIRST_OID: i64 = 1_000_010_000;

const FIRST_WORDS: [&str; 20] = [
    "Полевой",
    "Луговой",
    "Лесной",
    "Речной",
    "Озёрный",
    "Степной",
    "Горный",
    "Морской",
    "Садовый",
    "Родниковый",
    "Утренний",
    "Вечерний",
    "Весенний",
    "Летний",
    "Осенний",
    "Зимний",
    "Северный",
    "Южный",
    "Дальний",
    "Тихий",
];
const SECOND_WORDS: [&str; 16] = [
    "клевер",
    "василёк",
    "подорожник",
    "ландыш",
    "одуванчик",
    "колокольчик",
    "папоротник",
    "можжевельник",
    "шиповник",
    "боярышник",
    "тысячелистник",
    "лютик",
    "ирис",
    "нарцисс",
    "тюльпан",
    "гиацинт",
];
const SURNAMES: [&str; 24] = [
    "Клеверов",
    "Подорожников",
    "Ландышев",
    "Одуванчиков",
    "Колокольцев",
    "Папоротников",
    "Можжевелов",
    "Шиповников",
    "Боярышников",
    "Ирисов",
    "Нарциссов",
    "Тюльпанов",
    "Гиацинтов",
    "Осокин",
    "Камышов",
    "Рогозов",
    "Вересков",
    "Багульников",
    "Чабрецов",
    "Мятликов",
    "Пижмин",
    "Полынин",
    "Люпинов",
    "Дельфиниумов",
];
const NAMES: [&str; 12] = [
    "Алексей Иванович",
    "Борис Павлович",
    "Виктор Сергеевич",
    "Глеб Андреевич",
    "Денис Олегович",
    "Егор Ильич",
    "Захар Петрович",
    "Игорь Львович",
    "Кирилл Юрьевич",
    "Лев Антонович",
    "Максим Романович",
    "Никита Фёдорович",
];
const STREETS: [&str; 10] = [
    "Полевая",
    "Луговая",
    "Овражная",
    "Родниковая",
    "Садовая",
    "Цветочная",
    "Травяная",
    "Рощинская",
    "Опушечная",
    "Берёзовая",
];
const ACTIVITIES: [&str; 5] = ["01.19.2", "46.22", "47.76", "41.20", "62.01"];
const BANKS: [(&str, &str); 2] = [
    ("049999101", "АО «УЧЕБНЫЙ БАНК»"),
    ("049999202", "ПАО «ПОЛЕВОЙ БАНК» (УЧЕБНЫЙ)"),
];

/// SplitMix64: small, and the same everywhere.
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

pub(super) fn everybody() -> Vec<Entry> {
    let mut seed = Seed(0x6B61_6269_6E65_7431);
    let legal = (0..LEGAL).map(|number| (number, Kind::Legal));
    let proprietors = (0..PROPRIETORS).map(|number| (number, Kind::SoleProprietor));
    legal
        .chain(proprietors)
        .map(|(number, kind)| invented(&mut seed, number, kind))
        .collect()
}

fn invented(seed: &mut Seed, number: u64, kind: Kind) -> Entry {
    let (surname, given_name) = (*seed.one(&SURNAMES), *seed.one(&NAMES));
    // Shares nothing with its neighbours: 20 first words, then the next second word.
    let first = FIRST_WORDS[(number % 20) as usize];
    let second = SECOND_WORDS[(number / 20 % 16) as usize];
    let registered = day(2005 + seed.below(20) as i32, seed.below(365));
    let name = format!("«{first} {second}»");
    let person = complete_inn(&format!("9902{number:06}"));
    let (short_name, full_name, inn, title) = match kind {
        Kind::Legal => (
            format!("ООО {name}"),
            format!("Общество с ограниченной ответственностью {name}"),
            complete_inn(&format!("9901{number:05}")),
            "Генеральный директор",
        ),
        Kind::SoleProprietor => (
            format!("ИП {surname} {}", initials(given_name)),
            format!("Индивидуальный предприниматель {surname} {given_name}"),
            complete_inn(&format!("9903{number:06}")),
            "Индивидуальный предприниматель",
        ),
    };
    let of_head = if kind == Kind::Legal { person } else { inn.clone() };
    let place = if kind == Kind::Legal { 0 } else { LEGAL };
    let appointed = registered + Duration::days(seed.below(1000) as i64);
    Entry {
        state: match number % 17 {
            5 => State::Liquidated,
            11 => State::InLiquidation,
            _ => State::Active,
        },
        held_elsewhere: number % 5 == 3,
        head: head(surname, given_name, title, &of_head, appointed),
        activity: (*seed.one(&ACTIVITIES)).into(),
        ..entry(seed, place + number, kind, short_name, full_name, inn, registered)
    }
}

/// An organisation of the demo index, with what the index does not say.
pub(super) fn known(organisation: &Organisation, director: Option<&Employee>) -> Entry {
    let mut seed = Seed(organisation.oid);
    let registered = day(2020, 40);
    let (short_name, full_name) = (organisation.short_name.clone(), organisation.full_name.clone());
    let inn = organisation.inn.clone();
    let kind = if inn.len() == 12 {
        Kind::SoleProprietor
    } else {
        Kind::Legal
    };
    let number = 5000 + organisation.oid % 1000;
    let made = entry(&mut seed, number, kind, short_name, full_name, inn, registered);
    Entry {
        oid: super::oid_of(organisation),
        ogrn: organisation.ogrn.clone(),
        kpp: Some(organisation.kpp.clone()).filter(|kpp| !kpp.is_empty()),
        legal_address: organisation.address.clone(),
        email: format!("{}@example.ru", organisation.id),
        head: director.map_or_else(
            || made.head.clone(),
            |d| head(&d.surname, &d.given_name, &d.title, &d.inn, day(2020, 50)),
        ),
        ..made
    }
}

/// One more organisation of the demo director, which is not linked to anybody yet.
pub(super) fn second_organisation(director: &Employee) -> Entry {
    let mut seed = Seed(7);
    let (short, full) = (
        "ООО «Василёк»",
        "Общество с ограниченной ответственностью «Василёк»",
    );
    let inn = complete_inn("990400001");
    let made = entry(
        &mut seed,
        6001,
        Kind::Legal,
        short.into(),
        full.into(),
        inn,
        day(2022, 100),
    );
    Entry {
        head: head(
            &director.surname,
            &director.given_name,
            "Генеральный директор",
            &director.inn,
            day(2022, 101),
        ),
        ..made
    }
}

/// The demo accountant as a sole proprietor.
pub(super) fn proprietor(person: &Employee) -> Entry {
    let mut seed = Seed(8);
    let short = format!("ИП {} {}", person.surname, initials(&person.given_name));
    let full = format!(
        "Индивидуальный предприниматель {} {}",
        person.surname, person.given_name
    );
    let kind = Kind::SoleProprietor;
    let made = entry(
        &mut seed,
        6002,
        kind,
        short,
        full,
        person.inn.clone(),
        day(2023, 10),
    );
    Entry {
        head: head(
            &person.surname,
            &person.given_name,
            "Индивидуальный предприниматель",
            &person.inn,
            day(2023, 10),
        ),
        ..made
    }
}

fn head(surname: &str, given_name: &str, title: &str, inn: &str, appointed: Date) -> Head {
    Head {
        surname: surname.into(),
        given_name: given_name.into(),
        title: title.into(),
        inn: inn.into(),
        appointed,
    }
}

/// An active entry whose head is still to be named.
fn entry(
    seed: &mut Seed,
    number: u64,
    kind: Kind,
    short_name: String,
    full_name: String,
    inn: String,
    registered: Date,
) -> Entry {
    let (bic, bank) = *seed.one(&BANKS);
    let year = registered.year() % 100;
    let (ogrn, kpp, account) = match kind {
        Kind::Legal => (
            complete_ogrn(&format!("1{year:02}99{number:07}")),
            Some(format!("{}01001", &inn[..4])),
            format!("407028100000{number:08}"),
        ),
        Kind::SoleProprietor => (
            complete_ogrn(&format!("3{year:02}99{number:09}")),
            None,
            format!("408028100000{number:08}"),
        ),
    };
    Entry {
        oid: FIRST_OID + i64::try_from(number).unwrap_or_default(),
        kind,
        state: State::Active,
        short_name,
        full_name,
        ogrn,
        kpp,
        registered,
        legal_address: format!(
            "г. Учебный, ул. {}, д. {}",
            seed.one(&STREETS),
            1 + seed.below(90)
        ),
        activity: ACTIVITIES[0].into(),
        head: head("", "", "", &inn, registered),
        bic: bic.into(),
        bank_name: bank.into(),
        bank_account: complete_account(bic, &account),
        phone: format!("+7999{:07}", 1_000_000 + number),
        email: format!("office{number}@example.ru"),
        held_elsewhere: false,
        inn,
    }
}

/// `Иван Сергеевич` as `И. С.`
fn initials(given_name: &str) -> String {
    let letters = given_name.split(' ').filter_map(|part| part.chars().next());
    letters
        .map(|letter| format!("{letter}."))
        .collect::<Vec<_>>()
        .join(" ")
}

fn day(year: i32, after_new_year: u64) -> Date {
    Date::from_calendar_date(year, Month::January, 1).unwrap_or(Date::MIN)
        + Duration::days(i64::try_from(after_new_year).unwrap_or_default())
}
