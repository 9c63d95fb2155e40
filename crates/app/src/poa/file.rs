//! What of a file the register and the judgement need. The one place that knows how a power of attorney stands in its XML.

use kabinet_domain::poa::{
    DelegatedFrom, Flags, Joint, LegalEntity, Person, PoaNumber, Power, PowerOfAttorney, Powers, Principal,
    Redelegation, Representative, Restriction, RestrictionValue, SoleProprietor,
};
use roxmltree::{Document, Node};
use time::Date;
use time::macros::format_description;
use uuid::Uuid;

/// What the file says; nothing when it cannot be understood without guessing.
pub(super) fn read(bytes: &[u8]) -> Option<PowerOfAttorney> {
    let text = std::str::from_utf8(bytes).ok()?;
    let tree = Document::parse(text).ok()?;
    let document = child(tree.root_element(), "Документ")?;
    let (body, is_passed_on) = match (child(document, "Довер"), child(document, "Передов")) {
        (Some(body), None) => (body, false),
        (None, Some(body)) => (body, true),
        _ => return None,
    };
    let about = child(
        body,
        if is_passed_on {
            "СвПереДовер"
        } else {
            "СвДов"
        },
    )?;
    let rights = child(body, "СвПолн")?;
    let (givers, receivers) = if is_passed_on {
        ("СвПередПолн", "СвПолучПолн")
    } else {
        ("СвДоверит", "СвУпПред")
    };
    Some(PowerOfAttorney {
        number: number(about.attribute("НомДовер")?)?,
        internal_number: owned(about, "ВнНомДовер"),
        internally_registered: day(about, "ДатаВнРегДовер"),
        issued: day(about, "ДатаВыдДовер")?,
        expires: day(about, "СрокДейст")?,
        flags: Flags::default(),
        tax_office: owned(about, "КодНО"),
        tax_offices: children(about, "КодНОДейст")
            .filter_map(|one| one.text().map(str::to_owned))
            .collect(),
        systems: child(about, "СведСист").and_then(|one| one.text().map(str::to_owned)),
        irrevocable: None,
        redelegation: match about.attribute("ПрПередов")? {
            "1" => Redelegation::Forbidden,
            "2" => Redelegation::Once,
            "3" => Redelegation::Further,
            _ => return None,
        },
        principals: children(body, givers).map(principal).collect::<Option<_>>()?,
        representatives: children(body, receivers)
            .map(representative)
            .collect::<Option<_>>()?,
        joint: if rights.attribute("ПрСовмПолн") == Some("2") {
            Joint::Together
        } else {
            Joint::Each
        },
        lost_on_redelegation: rights.attribute("ПрУтрПолн") == Some("1"),
        powers: powers(rights)?,
        notary: child(body, "СвНотУд").map(|_| kabinet_domain::poa::Notary::default()),
        delegated_from: child(body, "СвПервДовер").map(|first| {
            let number_of = |name| first.attribute(name).and_then(number);
            let origin = number_of("НомДоверПерв").unwrap_or(PoaNumber(Uuid::nil()));
            DelegatedFrom {
                first: origin,
                parent: child(body, "СвПередов")
                    .and_then(|one| one.attribute("НомДоверN").and_then(number))
                    .or_else(|| number_of("НомДоверN"))
                    .unwrap_or(origin),
                first_issued: day(first, "ДатаВыдДовер"),
                first_expires: day(first, "СрокДейст"),
                first_principal_inn: None,
            }
        }),
    })
}

/// The number a revocation names.
pub(super) fn revoked(bytes: &[u8]) -> Option<PoaNumber> {
    let text = std::str::from_utf8(bytes).ok()?;
    let tree = Document::parse(text).ok()?;
    let root = tree.root_element();
    if root.tag_name().name() != "ОтзывДоверенности" {
        return None;
    }
    let named = child(child(root, "Документ")?, "СвДов")?;
    number(named.attribute("НомДовер")?)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

fn children<'a, 'i: 'a>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |one| one.tag_name().name() == name)
}

fn inside<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.descendants().find(|one| one.tag_name().name() == name)
}

fn owned(node: Node<'_, '_>, name: &str) -> Option<String> {
    node.attribute(name)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn day(node: Node<'_, '_>, name: &str) -> Option<Date> {
    Date::parse(node.attribute(name)?, format_description!("[year]-[month]-[day]")).ok()
}

fn number(text: &str) -> Option<PoaNumber> {
    Uuid::parse_str(text.trim()).ok().map(PoaNumber)
}

fn principal(node: Node<'_, '_>) -> Option<Principal> {
    if let Some(organisation) = inside(node, "СвРосОрг") {
        let heads = node
            .descendants()
            .filter(|one| one.tag_name().name() == "ЛицоБезДов");
        return Some(Principal::Russian {
            organisation: entity(organisation)?,
            heads: heads.clone().filter_map(person_inside).collect(),
            managed_by: None,
            heads_together: heads.clone().any(|one| one.attribute("ПолнЮЛ") == Some("2")),
        });
    }
    if let Some(one) = inside(node, "ИПДовер").or_else(|| inside(node, "ИППерПолн")) {
        return Some(Principal::SoleProprietor(sole_proprietor(one)?));
    }
    person_inside(node).map(Principal::Person)
}

fn representative(node: Node<'_, '_>) -> Option<Representative> {
    if let Some(one) = inside(node, "СведОрг") {
        return entity(one).map(Representative::Organisation);
    }
    if let Some(one) = inside(node, "СведИП") {
        return sole_proprietor(one).map(Representative::SoleProprietor);
    }
    person_inside(node).map(Representative::Person)
}

fn entity(node: Node<'_, '_>) -> Option<LegalEntity> {
    Some(LegalEntity {
        name: owned(node, "НаимОрг")?,
        inn: owned(node, "ИННЮЛ")?,
        kpp: owned(node, "КПП"),
        ogrn: owned(node, "ОГРН"),
        ..LegalEntity::default()
    })
}

fn sole_proprietor(node: Node<'_, '_>) -> Option<SoleProprietor> {
    Some(SoleProprietor {
        name: owned(node, "НаимИП"),
        ogrnip: owned(node, "ОГРНИП")?,
        person: person(node)?,
    })
}

/// The first element that has a person's numbers.
fn person_inside(node: Node<'_, '_>) -> Option<Person> {
    let numbers = |one: &Node<'_, '_>| one.attribute("СНИЛС").is_some() || one.attribute("ИННФЛ").is_some();
    node.descendants().find(numbers).and_then(person)
}

fn person(node: Node<'_, '_>) -> Option<Person> {
    let name = inside(node, "ФИО")?;
    let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect();
    Some(Person {
        surname: owned(name, "Фамилия")?,
        given_name: owned(name, "Имя").unwrap_or_default(),
        patronymic: owned(name, "Отчество"),
        inn: owned(node, "ИННФЛ"),
        snils: owned(node, "СНИЛС").map(digits),
        position: owned(node, "Должность"),
        ..Person::default()
    })
}

fn powers(node: Node<'_, '_>) -> Option<Powers> {
    if node.attribute("ТипПолн") == Some("0") {
        let text = child(node, "ТекстПолн")?;
        return Some(Powers::Text(text.text().unwrap_or_default().to_owned()));
    }
    let all = children(node, "МашПолн").map(|one| {
        Some(Power {
            code: owned(one, "КодПолн")?,
            mnemonic: owned(one, "МнПолн"),
            name: owned(one, "НаимПолн").unwrap_or_default(),
            restrictions: children(one, "ОгрСвПолн")
                .map(restriction)
                .collect::<Option<_>>()?,
        })
    });
    all.collect::<Option<_>>().map(Powers::Machine)
}

fn restriction(node: Node<'_, '_>) -> Option<Restriction> {
    let value =
        |name| owned(node, name).or_else(|| inside(node, name).and_then(|one| one.text().map(str::to_owned)));
    Some(Restriction {
        id: owned(node, "ИдОгр"),
        code: owned(node, "КодОгр")?,
        name: owned(node, "НаимОгр").unwrap_or_default(),
        value_name: owned(node, "НаимЗначОгр"),
        value: match value("КодЗначОгр") {
            Some(code) => RestrictionValue::Code(code),
            None => RestrictionValue::Text(value("ТексЗначОгр").unwrap_or_default()),
        },
    })
}
