//! Who gives and who receives powers, whichever of the format's elements says so.
//!
//! The inside of several of them is known from one source only (§3.3 of our notes), so requisites are found by the names of
//! their attributes wherever they stand inside the party.

use roxmltree::Node;

use super::deed::{Party, Person};
use super::fault::{Fault, FaultCode};
use super::xml::{Reading, attribute, below};

/// The element of people who act without a power of attorney.
const HEAD: &str = "ЛицоБезДов";

/// Reads a party of `path`; `gives` says whether heads must be named.
pub(super) fn read(reading: &mut Reading, node: Node<'_, '_>, path: &str, gives: bool) -> Option<Party> {
    // The wrapper (`Доверит`, `Пред`, `ПередПолн`) may be left out.
    let element = node
        .descendants()
        .find(|one| KINDS.iter().any(|(name, _)| *name == one.tag_name().name()));
    let Some(element) = element else {
        reading.missing(path);
        return None;
    };
    let name = element.tag_name().name();
    let kind = KINDS.iter().find(|(known, _)| *known == name)?.1;
    let path = format!("{path}/{name}");
    Some(match kind {
        Kind::Organisation => organisation(reading, element, &path, gives),
        Kind::Foreign => Party::Foreign {
            name: element
                .descendants()
                .find_map(|one| attribute(one, "НаимОрг"))
                .unwrap_or_default()
                .to_owned(),
        },
        Kind::Proprietor => Party::Proprietor {
            ogrnip: reading.required(holder(element, "ОГРНИП"), &path, "ОГРНИП"),
            person: person(reading, element, &path),
        },
        Kind::Person => {
            let person = person(reading, element, &path);
            let born = below(element, "СведФЛ").unwrap_or(element);
            if !gives {
                reading.day(born, &format!("{path}/СведФЛ"), "ДатаРожд");
            }
            Party::Person(person)
        }
    })
}

#[derive(Clone, Copy)]
enum Kind {
    Organisation,
    Foreign,
    Proprietor,
    Person,
}

const KINDS: [(&str, Kind); 14] = [
    ("РосОргДовер", Kind::Organisation),
    ("ИнОргДовер", Kind::Foreign),
    ("ИПДовер", Kind::Proprietor),
    ("ФЛДовер", Kind::Person),
    ("РосОргПерПолн", Kind::Organisation),
    ("ФилПерПолн", Kind::Organisation),
    ("ИнПерПолн", Kind::Foreign),
    ("ИППерПолн", Kind::Proprietor),
    ("ФЛПерПолн", Kind::Person),
    ("СведОрг", Kind::Organisation),
    ("СведФилиал", Kind::Organisation),
    ("СведИО", Kind::Foreign),
    ("СведИП", Kind::Proprietor),
    ("СведФизЛ", Kind::Person),
];

/// The element at or below `node` that has this attribute; `node` itself when none has.
fn holder<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Node<'a, 'i> {
    node.descendants()
        .find(|one| one.has_attribute(name))
        .unwrap_or(node)
}

fn is_in_head(node: Node<'_, '_>) -> bool {
    node.ancestors().any(|one| one.tag_name().name() == HEAD)
}

fn organisation(reading: &mut Reading, node: Node<'_, '_>, path: &str, gives: bool) -> Party {
    let own = node
        .descendants()
        .find(|one| one.has_attribute("ИННЮЛ") && !is_in_head(*one));
    let own = own.or_else(|| below(node, "СвРосОрг")).unwrap_or(node);
    let at = match own.tag_name().name() {
        name if own != node => format!("{path}/{name}"),
        _ => path.to_owned(),
    };
    let mut heads = vec![];
    let mut together = false;
    let mut managed_by = None;
    for (index, head) in node
        .descendants()
        .filter(|one| one.tag_name().name() == HEAD)
        .enumerate()
    {
        let path = format!("{path}/{HEAD}[{}]", index + 1);
        together |= attribute(head, "ПолнЮЛ") == Some("2");
        let company = head.descendants().find_map(|one| attribute(one, "ИННЮЛ"));
        managed_by = managed_by.or_else(|| company.map(str::to_owned));
        let people = head.descendants().filter(|one| is_person(*one));
        let before = heads.len();
        heads.extend(people.map(|one| person(reading, one, &path)));
        if heads.len() == before && company.is_none() {
            reading.missing(format!("{path}/СвФЛ"));
        }
    }
    if gives && heads.is_empty() && managed_by.is_none() {
        reading.missing(format!("{path}/{HEAD}"));
    }
    let inn = reading.inn(own, &at, "ИННЮЛ");
    if gives && inn.len() == 12 {
        reading.faults.push(Fault::at(
            FaultCode::Schema,
            format!("{at}/@ИННЮЛ"),
            "ИНН организации состоит из 10 цифр",
        ));
    }
    Party::Organisation {
        name: reading.required(own, &at, "НаимОрг"),
        inn,
        kpp: if gives {
            Some(reading.required(own, &at, "КПП"))
        } else {
            attribute(own, "КПП").map(str::to_owned)
        },
        ogrn: Some(reading.required(own, &at, "ОГРН")),
        heads,
        together,
        managed_by,
    }
}

/// An element that stands for a person of a head: `СвФЛ`, `СвИП`.
fn is_person(node: Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "СвФЛ" | "СвИП" | "СведФизЛ")
}

fn person(reading: &mut Reading, node: Node<'_, '_>, path: &str) -> Person {
    let person = Person {
        inn: reading.inn(holder(node, "ИННФЛ"), path, "ИННФЛ"),
        snils: reading.snils(holder(node, "СНИЛС"), path),
        ..Person::default()
    };
    let path = format!("{path}/ФИО");
    let Some(name) = below(node, "ФИО") else {
        reading.missing(path);
        return person;
    };
    Person {
        surname: reading.required(name, &path, "Фамилия"),
        given_name: reading.required(name, &path, "Имя"),
        patronymic: attribute(name, "Отчество").map(str::to_owned),
        ..person
    }
}
