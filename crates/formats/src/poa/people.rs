//! Organisations and people, as they stand in a power of attorney (`СвРосОрг`, `СвФЛ`, `СведФЛ` and their like).

use kabinet_domain::poa::{
    Address, ForeignOrganisation, IdentityDocument, LegalEntity, Person, Principal, Representative,
    SoleProprietor,
};

use super::codec::Codec;

/// Digits of a СНИЛС, written with its signs.
pub(super) fn snils(codec: &mut Codec<'_>, slot: &mut Option<String>) {
    codec.value(
        "СНИЛС",
        slot,
        |text| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let is_spelt = text
                .chars()
                .all(|one| one.is_ascii_digit() || matches!(one, '-' | ' '));
            (digits.len() == 11 && is_spelt).then_some(digits)
        },
        |digits| match (
            digits.get(..3),
            digits.get(3..6),
            digits.get(6..9),
            digits.get(9..),
        ) {
            (Some(first), Some(second), Some(third), Some(check)) => {
                format!("{first}-{second}-{third} {check}")
            }
            _ => digits.clone(),
        },
    );
}

fn small(codec: &mut Codec<'_>, name: &str, slot: &mut Option<u8>, most: u8) {
    codec.value(
        name,
        slot,
        |text| text.parse().ok().filter(|one| (1..=most).contains(one)),
        u8::to_string,
    );
}

fn address(codec: &mut Codec<'_>, address: &mut Address) {
    codec.text_value("Регион", &mut address.region);
    codec.text_value("ИдФИАС", &mut address.fias);
    // Both hold the same line; it is written as the first.
    let name = if codec.reading && codec.has("ФИАСАдрРФ") {
        "ФИАСАдрРФ"
    } else {
        "АдрРФ"
    };
    let wanted = !address.text.is_empty();
    codec.inside(name, wanted, |inside| inside.text(&mut address.text));
}

fn document(codec: &mut Codec<'_>, document: &mut IdentityDocument) {
    codec.plain("КодВидДок", &mut document.kind);
    codec.plain("СерНомДок", &mut document.number);
    codec.day("ДатаДок", &mut document.issued);
    codec.text_value("ВыдДок", &mut document.issuer);
    codec.text_value("КодВыдДок", &mut document.issuer_code);
}

/// `СведФЛ`.
fn details(codec: &mut Codec<'_>, person: &mut Person) {
    small(codec, "Пол", &mut person.sex, 2);
    small(codec, "ПрГражд", &mut person.citizenship, 3);
    codec.day("ДатаРожд", &mut person.born);
    codec.text_value("МестоРожд", &mut person.birthplace);
    codec.text_value("Гражданство", &mut person.country);
    codec.text_value("КонтактТлф", &mut person.phone);
    codec.text_value("АдрЭлПочт", &mut person.email);
    codec.must("ФИО", |name| full_name(name, person));
    codec.optional("АдрМЖ", &mut person.address, address);
    codec.optional("УдЛичнФЛ", &mut person.document, document);
}

/// `ФИО`.
pub(super) fn full_name(codec: &mut Codec<'_>, person: &mut Person) {
    let keep = |text: &str| Some(text.to_owned());
    codec.needed("Фамилия", &mut person.surname, keep, String::clone);
    codec.needed("Имя", &mut person.given_name, keep, String::clone);
    codec.text_value("Отчество", &mut person.patronymic);
}

fn numbers(codec: &mut Codec<'_>, person: &mut Person) {
    codec.text_value("ИННФЛ", &mut person.inn);
    snils(codec, &mut person.snils);
}

/// `СвФЛ`, `СведФизЛ`, `СвРукОП`.
pub(super) fn person(codec: &mut Codec<'_>, person: &mut Person) {
    numbers(codec, person);
    codec.text_value("Должность", &mut person.position);
    authority(codec, &mut person.authority);
    codec.must("СведФЛ", |inside| details(inside, person));
}

/// `ФЛДовер`, `ФЛПерПолн`: no post, no proof of one.
fn private_person(codec: &mut Codec<'_>, person: &mut Person) {
    numbers(codec, person);
    codec.must("СведФЛ", |inside| details(inside, person));
}

fn authority(codec: &mut Codec<'_>, slot: &mut Option<String>) {
    let wanted = slot.is_some();
    codec.inside("ДокПдтв", wanted, |inside| {
        inside.text_value("НаимДокПдтв", slot)
    });
}

/// `ИПДовер`, `СведИП`, `СвИП`.
fn proprietor(codec: &mut Codec<'_>, one: &mut SoleProprietor) {
    codec.text_value("НаимИП", &mut one.name);
    codec.plain("ОГРНИП", &mut one.ogrnip);
    numbers(codec, &mut one.person);
    authority(codec, &mut one.person.authority);
    codec.must("СведФЛ", |inside| details(inside, &mut one.person));
}

/// `СвРосОрг`, `СведОрг`, `СвЮЛЕИО`, `СвФил`.
pub(super) fn organisation(codec: &mut Codec<'_>, one: &mut LegalEntity) {
    let keep = |text: &str| Some(text.to_owned());
    codec.needed("НаимОрг", &mut one.name, keep, String::clone);
    codec.plain("ИННЮЛ", &mut one.inn);
    codec.text_value("КПП", &mut one.kpp);
    codec.text_value("ОГРН", &mut one.ogrn);
    codec.text_value("КонтактТлф", &mut one.phone);
    codec.text_value("АдрЭлПочт", &mut one.email);
    codec.optional("АдрРег", &mut one.address, address);
}

/// `СвИнОрг`, `СведИО`.
fn foreign(codec: &mut Codec<'_>, one: &mut ForeignOrganisation) {
    let keep = |text: &str| Some(text.to_owned());
    codec.needed("НаимИО", &mut one.name, keep, String::clone);
    codec.text_value("ИННЮЛ", &mut one.inn);
    codec.text_value("КПП", &mut one.kpp);
    codec.text_value("НЗА", &mut one.accreditation);
    codec.text_value("СтрРег", &mut one.country);
    codec.text_value("РегНомер", &mut one.registration_number);
    codec.optional("АдрМНФакт", &mut one.address, address);
}

/// A principal and the name of its element in `Доверит`, or in `ПередПолн` of a redelegation.
const PRINCIPALS: [(&str, &str); 5] = [
    ("РосОргДовер", "РосОргПерПолн"),
    ("ИнОргДовер", "ИнПерПолн"),
    ("ИПДовер", "ИППерПолн"),
    ("ФЛДовер", "ФЛПерПолн"),
    ("", "ФилПерПолн"),
];

fn blank_principal(names: &[String]) -> Option<Principal> {
    let place = PRINCIPALS
        .iter()
        .position(|(first, passed)| names.iter().any(|name| name == first || name == passed))?;
    Some(match place {
        0 => Principal::Russian {
            organisation: LegalEntity::default(),
            heads: Vec::new(),
            managed_by: None,
            managing_proprietor: None,
            heads_together: false,
        },
        1 => Principal::Foreign {
            organisation: ForeignOrganisation::default(),
            head: None,
        },
        2 => Principal::SoleProprietor(SoleProprietor::default()),
        3 => Principal::Person(Person::default()),
        _ => Principal::Branch {
            organisation: LegalEntity::default(),
            head: None,
        },
    })
}

/// `СвДоверит`+, or `СвПередПолн`+.
pub(super) fn principals(codec: &mut Codec<'_>, principals: &mut Vec<Principal>, passed_on: bool) {
    let (outer, middle) = if passed_on {
        ("СвПередПолн", "ПередПолн")
    } else {
        ("СвДоверит", "Доверит")
    };
    codec.each(
        outer,
        principals,
        |element| blank_principal(&element.kinds(&[middle])),
        |inside, one| {
            let (place, kind, kind_passed_on) = match one {
                Principal::Russian { .. } => (0, "1", "1"),
                Principal::Foreign { .. } => (1, "2", "5"),
                Principal::SoleProprietor(_) => (2, "3", "2"),
                Principal::Person(_) => (3, "4", "3"),
                Principal::Branch { .. } => (4, "1", "4"),
            };
            if passed_on {
                inside.derived("ТипПерПолн", kind_passed_on);
            } else {
                inside.derived("ТипДоверит", kind);
            }
            let (first, passed) = PRINCIPALS[place];
            // Outside a redelegation a branch is its organisation.
            let name = match (passed_on, first) {
                (true, _) => passed,
                (false, "") => "РосОргДовер",
                (false, first) => first,
            };
            inside.must(middle, |inside| {
                inside.must(name, |inside| principal(inside, one))
            });
        },
    );
}

fn principal(codec: &mut Codec<'_>, one: &mut Principal) {
    match one {
        Principal::Russian {
            organisation: own,
            heads,
            managed_by,
            managing_proprietor,
            heads_together,
        } => {
            let flag = |is: bool| if is { "1" } else { "0" };
            codec.derived("ЕИОУК", flag(managed_by.is_some()));
            codec.derived(
                "ЕИОФЛ",
                flag(managed_by.is_none() && managing_proprietor.is_none()),
            );
            codec.derived("ЕИОИП", flag(managing_proprietor.is_some()));
            codec.must("СвРосОрг", |inside| organisation(inside, own));
            self_acting(codec, heads, managed_by, managing_proprietor, heads_together);
        }
        Principal::Foreign { organisation, head } => {
            codec.must("СвИнОрг", |inside| foreign(inside, organisation));
            codec.optional("СвРукОП", head, person);
        }
        Principal::SoleProprietor(one) => proprietor(codec, one),
        Principal::Person(person) => private_person(codec, person),
        Principal::Branch {
            organisation: branch,
            head,
        } => {
            codec.must("СвФил", |inside| organisation(inside, branch));
            codec.optional("СвРукФил", head, person);
        }
    }
}

/// `ЛицоБезДов`+. Where those who act are of several kinds, the ones of another kind than the first stay unread.
fn self_acting(
    codec: &mut Codec<'_>,
    heads: &mut Vec<Person>,
    managed_by: &mut Option<LegalEntity>,
    managing_proprietor: &mut Option<SoleProprietor>,
    together: &mut bool,
) {
    const NAME: &str = "ЛицоБезДов";
    let how = |codec: &mut Codec<'_>, together: &mut bool| {
        let mut code = Some(*together);
        codec.code("ПолнЮЛ", &mut code, &[("1", false), ("2", true)]);
        *together = code.unwrap_or_default();
    };
    if codec.reading {
        match codec.kinds(&[NAME]).first().map(String::as_str) {
            Some("СВЮЛ") => *managed_by = Some(LegalEntity::default()),
            Some("СвИП") => *managing_proprietor = Some(SoleProprietor::default()),
            _ => {}
        }
    }
    if let Some(company) = managed_by {
        codec.must(NAME, |inside| {
            how(inside, together);
            inside.must("СВЮЛ", |inside| {
                inside.must("СвЮЛЕИО", |inside| organisation(inside, company));
                inside.each("СвФЛ", heads, |_| Some(Person::default()), person);
            });
        });
        return;
    }
    if let Some(one) = managing_proprietor {
        codec.must(NAME, |inside| {
            how(inside, together);
            inside.must("СвИП", |inside| proprietor(inside, one));
        });
        return;
    }
    codec.each(
        NAME,
        heads,
        |element| (element.kinds(&[]).first().map(String::as_str) == Some("СвФЛ")).then(Person::default),
        |inside, head| {
            how(inside, together);
            inside.must("СвФЛ", |inside| person(inside, head));
        },
    );
    if heads.is_empty() {
        codec.fault("poa.missing", NAME, "", true);
    }
}

fn blank_representative(names: &[String]) -> Option<Representative> {
    names.iter().find_map(|name| {
        Some(match name.as_str() {
            "СведОрг" => Representative::Organisation(LegalEntity::default()),
            "СведИП" => Representative::SoleProprietor(SoleProprietor::default()),
            "СведФизЛ" => Representative::Person(Person::default()),
            "СведФилиал" => Representative::Branch {
                organisation: LegalEntity::default(),
            },
            "СведИО" => Representative::ForeignBranch {
                organisation: ForeignOrganisation::default(),
            },
            _ => return None,
        })
    })
}

/// `СвУпПред`+, or `СвПолучПолн`+. Which kind it is says the element inside: `ТипПред` is seen with other meanings.
pub(super) fn representatives(codec: &mut Codec<'_>, all: &mut Vec<Representative>, passed_on: bool) {
    let outer = if passed_on {
        "СвПолучПолн"
    } else {
        "СвУпПред"
    };
    codec.each(
        outer,
        all,
        |element| blank_representative(&element.kinds(&["Пред"])),
        |inside, one| {
            let kind = match one {
                Representative::Organisation(_) => "1",
                Representative::SoleProprietor(_) => "2",
                Representative::Person(_) => "3",
                Representative::Branch { .. } => "4",
                Representative::ForeignBranch { .. } => "5",
            };
            inside.derived("ТипПред", kind);
            inside.must("Пред", |inside| match one {
                Representative::Organisation(own) => {
                    inside.must("СведОрг", |one| organisation(one, own))
                }
                Representative::SoleProprietor(own) => {
                    inside.must("СведИП", |one| proprietor(one, own))
                }
                Representative::Person(own) => inside.must("СведФизЛ", |one| person(one, own)),
                Representative::Branch { organisation: own } => {
                    inside.must("СведФилиал", |one| organisation(one, own));
                }
                Representative::ForeignBranch { organisation: own } => {
                    inside.must("СведИО", |one| foreign(one, own));
                }
            });
        },
    );
}
