//! The document itself: `Доверенность` with `Довер` or `Передов`.

use kabinet_domain::poa::{
    DelegatedFrom, Flags, Irrevocable, Joint, Notary, Person, PoaNumber, Power, PowerOfAttorney, Powers,
    Redelegation, Restriction, RestrictionValue,
};
use uuid::Uuid;

use super::codec::Codec;
use super::people::{full_name, principals, representatives};
use super::tree::Element;

pub(super) const VERSION: &str = "EMCHD_1";

/// A GUID in its 36 characters.
pub(super) fn number(text: &str) -> Option<PoaNumber> {
    (text.len() == 36)
        .then(|| Uuid::try_parse(text).ok().map(PoaNumber))
        .flatten()
}

fn shown_number(number: &PoaNumber) -> String {
    number.to_string()
}

/// `Доверенность`.
pub(super) fn visit(codec: &mut Codec<'_>, poa: &mut PowerOfAttorney, identifier: &mut String) {
    codec.derived("ВерсФорм", VERSION);
    flags(codec, &mut poa.flags);
    codec.plain("ИдФайл", identifier);
    codec.must("Документ", |document| {
        document.derived("КНД", "1110310");
        if document.reading && document.has("Передов") {
            poa.delegated_from = Some(blank_parent());
        }
        if poa.delegated_from.is_some() {
            document.must("Передов", |inside| passed_on(inside, poa));
        } else {
            document.must("Довер", |inside| {
                inside.must("СвДов", |card_| card(card_, poa));
                principals(inside, &mut poa.principals, false);
                representatives(inside, &mut poa.representatives, false);
                rest(inside, poa);
            });
        }
    });
}

fn rest(codec: &mut Codec<'_>, poa: &mut PowerOfAttorney) {
    if poa.principals.is_empty() {
        codec.fault("poa.missing", "СвДоверит", "", true);
    }
    if poa.representatives.is_empty() {
        codec.fault("poa.missing", "СвУпПред", "", true);
    }
    codec.must("СвПолн", |inside| powers(inside, poa));
    // The number in the register of acts stands in the card of the document.
    let has_certificate = poa.notary.as_ref().is_some_and(|notary| {
        let without_act = Notary {
            act: None,
            ..notary.clone()
        };
        without_act != Notary::default()
    });
    let mut notary = poa.notary.take().unwrap_or_default();
    codec.inside("СвНотУд", has_certificate, |inside| {
        certificate(inside, &mut notary)
    });
    poa.notary = (notary != Notary::default()).then_some(notary);
}

/// `ПрЭлФорм`.
fn flags(codec: &mut Codec<'_>, flags: &mut Flags) {
    codec.needed(
        "ПрЭлФорм",
        flags,
        |text| {
            let signs: Vec<bool> = text
                .chars()
                .filter_map(|one| Some(one.to_digit(2)? == 1))
                .collect();
            if signs.len() != 8 || text.chars().count() != 8 {
                return None;
            }
            let others = [0, 4, 5, 6, 7].map(|place: usize| signs[place]);
            Some(Flags {
                esia: signs[1],
                notary: signs[2],
                tax: signs[3],
                other: others.iter().fold(0, |bits, sign| bits << 1 | u8::from(*sign)),
            })
        },
        |flags| {
            let other = |place: u8| flags.other >> (4 - place) & 1 == 1;
            let signs = [
                other(0),
                flags.esia,
                flags.notary,
                flags.tax,
                other(1),
                other(2),
                other(3),
                other(4),
            ];
            signs.iter().map(|sign| if *sign { '1' } else { '0' }).collect()
        },
    );
}

/// `СвДов`, `СвПереДовер`.
fn card(codec: &mut Codec<'_>, poa: &mut PowerOfAttorney) {
    let mut is_irrevocable = poa.irrevocable.is_some();
    codec.needed_code("ВидДовер", &mut is_irrevocable, &[("1", false), ("2", true)]);
    let codes = [
        ("1", Redelegation::Forbidden),
        ("2", Redelegation::Once),
        ("3", Redelegation::Further),
    ];
    codec.needed_code("ПрПередов", &mut poa.redelegation, &codes);
    codec.text_value("ВнНомДовер", &mut poa.internal_number);
    codec.needed("НомДовер", &mut poa.number, number, shown_number);
    let mut act = poa.notary.as_ref().and_then(|notary| notary.act.clone());
    codec.text_value("НомРНДДовер", &mut act);
    if codec.reading && act.is_some() {
        poa.notary.get_or_insert_default().act = act;
    }
    codec.day("ДатаВнРегДовер", &mut poa.internally_registered);
    codec.needed_day("ДатаВыдДовер", &mut poa.issued);
    codec.needed_day("СрокДейст", &mut poa.expires);
    codec.text_value("КодНО", &mut poa.tax_office);
    codec.each(
        "КодНОДейст",
        &mut poa.tax_offices,
        |_| Some(String::new()),
        |inside, text| {
            inside.text(text);
        },
    );
    codec.optional_text("СведСист", &mut poa.systems);
    irrevocability(codec, &mut poa.irrevocable, is_irrevocable);
}

/// `Безотзыв`, which is read only of one that says it is irrevocable (`ВидДовер`).
fn irrevocability(codec: &mut Codec<'_>, slot: &mut Option<Irrevocable>, is_irrevocable: bool) {
    if !is_irrevocable {
        if codec.reading && codec.has("Безотзыв") {
            codec.fault("poa.revocability", "Безотзыв", "", false);
        }
        return;
    }
    let mut one = slot.take().unwrap_or_else(|| Irrevocable {
        may_be_passed_on: false,
        condition: String::new(),
        description: None,
    });
    let is_there = codec.inside("Безотзыв", true, |inside| {
        let mut passed_on = Some(one.may_be_passed_on);
        inside.code("ПрПерБезДов", &mut passed_on, &[("1", false), ("2", true)]);
        one.may_be_passed_on = passed_on.unwrap_or_default();
        inside.plain("УслОтзыва", &mut one.condition);
        inside.optional_text("ОписУслОт", &mut one.description);
    });
    if !is_there {
        codec.fault("poa.revocability", "@ВидДовер", "2", false);
    }
    *slot = Some(one);
}

/// `СвПолн`.
fn powers(codec: &mut Codec<'_>, poa: &mut PowerOfAttorney) {
    let by_codes = matches!(poa.powers, Powers::Machine(_));
    codec.derived("ТипПолн", if by_codes { "1" } else { "0" });
    let codes = [("1", Joint::Each), ("2", Joint::Together)];
    codec.needed_code("ПрСовмПолн", &mut poa.joint, &codes);
    let mut lost = (poa.lost_on_redelegation || poa.redelegation != Redelegation::Forbidden)
        .then_some(poa.lost_on_redelegation);
    codec.code("ПрУтрПолн", &mut lost, &[("1", true), ("2", false)]);
    poa.lost_on_redelegation = lost.unwrap_or_default();
    if codec.reading && codec.has("МашПолн") {
        // Beside codes a text has no weight for a machine: it stays, and is shown with what else the file says.
        if codec.has("ТекстПолн") {
            codec.fault("poa.text-beside-codes", "ТекстПолн", "", false);
        }
        poa.powers = Powers::Machine(Vec::new());
    }
    match &mut poa.powers {
        Powers::Text(text) => codec.must("ТекстПолн", |inside| inside.text(text)),
        Powers::Machine(all) => codec.each("МашПолн", all, |_| Some(blank_power()), power),
    }
}

fn blank_power() -> Power {
    Power {
        code: String::new(),
        mnemonic: None,
        name: String::new(),
        restrictions: Vec::new(),
    }
}

fn power(codec: &mut Codec<'_>, power: &mut Power) {
    let keep = |text: &str| Some(text.to_owned());
    codec.text_value("МнПолн", &mut power.mnemonic);
    codec.needed("КодПолн", &mut power.code, keep, String::clone);
    codec.plain("НаимПолн", &mut power.name);
    let blank = |_: &Element| {
        Some(Restriction {
            id: None,
            code: String::new(),
            name: String::new(),
            value_name: None,
            value: RestrictionValue::Text(String::new()),
        })
    };
    codec.each(
        "ОгрСвПолн",
        &mut power.restrictions,
        blank,
        |inside, one| {
            inside.text_value("ИдОгр", &mut one.id);
            inside.needed("КодОгр", &mut one.code, keep, String::clone);
            inside.plain("НаимОгр", &mut one.name);
            inside.text_value("НаимЗначОгр", &mut one.value_name);
            if inside.reading && inside.has("КодЗначОгр") {
                one.value = RestrictionValue::Code(String::new());
            }
            match &mut one.value {
                RestrictionValue::Code(value) => {
                    inside.must("КодЗначОгр", |inside| inside.text(value))
                }
                RestrictionValue::Text(value) => {
                    inside.must("ТексЗначОгр", |inside| inside.text(value))
                }
            }
        },
    );
}

/// `СвНотУд`.
fn certificate(codec: &mut Codec<'_>, notary: &mut Notary) {
    codec.text_value("МестоДовер", &mut notary.place);
    codec.text_value("УплНотДейст", &mut notary.fee);
    codec.inside("СвНотДейств", true, |inside| {
        inside.text_value("Должность", &mut notary.position);
        inside.text_value("РегНомНот", &mut notary.registration);
        let mut person = split_name(&notary.name);
        if inside.inside("ФИОНотДейств", true, |name| {
            full_name(name, &mut person)
        }) {
            notary.name = person.full_name();
        }
    });
}

/// Фамилия, имя and the rest.
pub(super) fn split_name(name: &str) -> Person {
    let mut words = name.split_whitespace();
    let mut next = || words.next().unwrap_or_default().to_owned();
    let (surname, given_name) = (next(), next());
    let rest = words.collect::<Vec<_>>().join(" ");
    Person {
        surname,
        given_name,
        patronymic: (!rest.is_empty()).then_some(rest),
        ..Person::default()
    }
}

fn blank_parent() -> DelegatedFrom {
    DelegatedFrom {
        first: PoaNumber(Uuid::nil()),
        parent: PoaNumber(Uuid::nil()),
        first_issued: None,
        first_expires: None,
        first_notarial: false,
        first_principal_inn: None,
        first_principal_name: None,
        parent_issued: None,
        parent_expires: None,
    }
}

/// `Передов`.
fn passed_on(codec: &mut Codec<'_>, poa: &mut PowerOfAttorney) {
    let Some(mut from) = poa.delegated_from.take() else {
        return;
    };
    let has_parent = from.parent != from.first;
    codec.derived("ПрНалПередов", if has_parent { "1" } else { "0" });
    let mut parent = None;
    codec.must("СвПервДовер", |inside| {
        let is_person = from
            .first_principal_inn
            .as_ref()
            .is_some_and(|inn| inn.len() == 12);
        inside.derived("ПрДовер", if is_person { "2" } else { "1" });
        let mut notarial = Some(from.first_notarial);
        inside.code("ФормДовер", &mut notarial, &[("1", false), ("2", true)]);
        from.first_notarial = notarial.unwrap_or_default();
        inside.day("ДатаВыдДовер", &mut from.first_issued);
        inside.day("СрокДейст", &mut from.first_expires);
        inside.needed("НомДоверПерв", &mut from.first, number, shown_number);
        if inside.reading {
            inside.value("НомДоверN", &mut parent, number, shown_number);
        }
        first_principal(inside, &mut from);
    });
    codec.inside("СвПередов", has_parent, |inside| {
        inside.derived("ПрДовер", "1");
        inside.derived("ФормДовер", "1");
        inside.day("ДатаВыдДовер", &mut from.parent_issued);
        inside.day("СрокДейст", &mut from.parent_expires);
        inside.derived("НомДоверПерв", &from.first.to_string());
        if !inside.reading {
            parent = Some(from.parent);
        }
        inside.value("НомДоверN", &mut parent, number, shown_number);
    });
    if codec.reading {
        from.parent = parent.unwrap_or(from.first);
    }
    poa.delegated_from = Some(from);
    codec.must("СвПереДовер", |inside| card(inside, poa));
    principals(codec, &mut poa.principals, true);
    representatives(codec, &mut poa.representatives, true);
    rest(codec, poa);
}

/// `СвДоверПерв`: an organisation or a person, with no more than name and ИНН; others stay unread.
fn first_principal(codec: &mut Codec<'_>, from: &mut DelegatedFrom) {
    let kinds = codec.kinds(&["СвДоверПерв", "ДоверитПерв"]);
    let is_person = match kinds.first().map(String::as_str) {
        Some("РосОргДовер") => false,
        Some("ФЛДовер") => true,
        Some(_) => return,
        None => from
            .first_principal_inn
            .as_ref()
            .is_some_and(|inn| inn.len() == 12),
    };
    let wanted = from.first_principal_name.is_some() || from.first_principal_inn.is_some();
    codec.inside("СвДоверПерв", wanted, |inside| {
        inside.derived("ТипДоверит", if is_person { "4" } else { "1" });
        inside.must("ДоверитПерв", |inside| {
            if is_person {
                inside.must("ФЛДовер", |inside| {
                    inside.text_value("ИННФЛ", &mut from.first_principal_inn);
                    let name = from.first_principal_name.take().unwrap_or_default();
                    let mut person = split_name(&name);
                    inside.must("СведФЛ", |inside| {
                        inside.must("ФИО", |inside| full_name(inside, &mut person));
                    });
                    from.first_principal_name = Some(person.full_name());
                });
            } else {
                inside.must("РосОргДовер", |inside| {
                    inside.text_value("НаимОрг", &mut from.first_principal_name);
                    inside.text_value("ИННЮЛ", &mut from.first_principal_inn);
                });
            }
        });
    });
}
