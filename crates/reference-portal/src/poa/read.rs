//! The portal's own reader of EMCHD_1, written apart from the client's.
//!
//! It refuses what the registry needs and cannot find, and leaves alone what is only known from one source.

use roxmltree::Node;
use uuid::Uuid;

use super::deed::{Deed, Parent, Power, Powers, Redelegation};
use super::fault::{Fault, FaultCode};
use super::xml::{self, Reading, attribute, child, children};
use super::{MOST_CONTENT, party};

/// Beginning of the file's name.
pub(super) const PREFIX: &str = "ON_EMCHD_";
const VERSION: &str = "EMCHD_1";

/// Reads a file of this name; what is wrong with it is told at once.
pub(super) fn read(name: &str, content: &[u8]) -> Result<Deed, Vec<Fault>> {
    let named = xml::number_of_name(name, PREFIX).ok_or_else(|| {
        let text = "Файл называется ON_EMCHD_ГГГГММДД_{номер доверенности}.xml";
        vec![Fault::new(FaultCode::FileName, text)]
    })?;
    let (deed, file_id) = parsed(content)?;
    let stem = name.strip_suffix(".xml").unwrap_or(name);
    let mut faults = vec![];
    if deed.number != named {
        let text = "Номер доверенности не совпадает с именем файла";
        faults.push(Fault::at(FaultCode::FileName, "СвДов/@НомДовер", text));
    }
    if file_id != stem {
        let text = "Идентификатор файла не совпадает с его именем";
        faults.push(Fault::at(FaultCode::FileName, "Доверенность/@ИдФайл", text));
    }
    if faults.is_empty() { Ok(deed) } else { Err(faults) }
}

/// Reads a file whose name does not matter.
pub(super) fn read_content(content: &[u8]) -> Result<Deed, Vec<Fault>> {
    parsed(content).map(|(deed, _)| deed)
}

/// The deed, and what the file calls itself.
fn parsed(content: &[u8]) -> Result<(Deed, String), Vec<Fault>> {
    if content.len() > MOST_CONTENT {
        return Err(vec![Fault::new(FaultCode::Format, "Файл слишком велик")]);
    }
    let text = xml::text(content).map_err(|fault| vec![fault])?;
    let document = xml::parse(text).map_err(|fault| vec![fault])?;
    let root = document.root_element();
    let schema = |element: &str, text: &str| vec![Fault::at(FaultCode::Schema, element, text)];
    if root.tag_name().name() != "Доверенность" {
        return Err(schema(root.tag_name().name(), "Файл не является доверенностью"));
    }
    if attribute(root, "ВерсФорм") != Some(VERSION) {
        return Err(schema(
            "Доверенность/@ВерсФорм",
            "Принимается только формат EMCHD_1",
        ));
    }
    let bodies: Vec<Node<'_, '_>> = children(root, "Документ").collect();
    let [body] = bodies[..] else {
        return Err(schema("Доверенность/Документ", "Нужен один элемент «Документ»"));
    };
    let mut reading = Reading { faults: vec![] };
    let flags = reading.required(root, "Доверенность", "ПрЭлФорм");
    if !flags.is_empty() && (flags.len() != 8 || !flags.chars().all(|flag| matches!(flag, '0' | '1'))) {
        reading.wrong("Доверенность/@ПрЭлФорм", "Восемь знаков 0 или 1");
    }
    let file_id = reading.required(root, "Доверенность", "ИдФайл");
    let deed = match (child(body, "Довер"), child(body, "Передов")) {
        (Some(given), None) => first(&mut reading, given),
        (None, Some(passed)) => passed_on(&mut reading, passed),
        _ => return Err(schema("Документ", "Нужен либо «Довер», либо «Передов»")),
    };
    match deed {
        Some(deed) if reading.faults.is_empty() => Ok((deed, file_id)),
        _ => Err(reading.faults),
    }
}

fn first(reading: &mut Reading, node: Node<'_, '_>) -> Option<Deed> {
    let Some(about) = child(node, "СвДов") else {
        reading.missing("Довер/СвДов");
        return None;
    };
    deed(reading, node, about, ("СвДов", "СвДоверит", "СвУпПред"), None)
}

fn passed_on(reading: &mut Reading, node: Node<'_, '_>) -> Option<Deed> {
    let Some(about) = xml::below(node, "СвПереДовер") else {
        reading.missing("Передов/СвПереДовер");
        return None;
    };
    let Some(origin) = child(node, "СвПервДовер") else {
        reading.missing("Передов/СвПервДовер");
        return None;
    };
    let first = reading.guid(origin, "СвПервДовер", "НомДоверПерв");
    // The name of the attribute of the direct parent is not known for certain.
    let further = child(node, "СвПередов");
    let direct = [further, Some(origin)]
        .into_iter()
        .flatten()
        .flat_map(|one| one.attributes())
        .find(|one| one.name().starts_with("НомДовер") && one.name() != "НомДоверПерв")
        .and_then(|one| Uuid::parse_str(one.value().trim()).ok());
    let parent = Parent {
        first,
        direct: direct.unwrap_or(first),
    };
    deed(
        reading,
        node,
        about,
        ("СвПереДовер", "СвПередПолн", "СвПолучПолн"),
        Some(parent),
    )
}

fn deed(
    reading: &mut Reading,
    node: Node<'_, '_>,
    about: Node<'_, '_>,
    (about_name, givers, receivers): (&'static str, &'static str, &'static str),
    parent: Option<Parent>,
) -> Option<Deed> {
    let number = reading.guid(about, about_name, "НомДовер");
    let issued = reading.day(about, about_name, "ДатаВыдДовер");
    let expires = reading.day(about, about_name, "СрокДейст");
    let irrevocable = match reading.required(about, about_name, "ВидДовер").as_str() {
        "2" => irrevocable(reading, about, about_name),
        "1" | "" => None,
        _ => {
            reading.wrong(format!("{about_name}/@ВидДовер"), "1 или 2");
            None
        }
    };
    let redelegation = match reading.required(about, about_name, "ПрПередов").as_str() {
        "1" | "" => Redelegation::Forbidden,
        "2" => Redelegation::Once,
        "3" => Redelegation::Further,
        _ => {
            reading.wrong(format!("{about_name}/@ПрПередов"), "1, 2 или 3");
            Redelegation::Forbidden
        }
    };
    let mut parties = |name: &'static str, gives: bool| {
        let found: Vec<_> = children(node, name).collect();
        if found.is_empty() {
            reading.missing(name);
        }
        let several = found.len() > 1;
        let read = found.into_iter().enumerate().filter_map(|(index, one)| {
            let path = if several {
                format!("{name}[{}]", index + 1)
            } else {
                name.to_owned()
            };
            party::read(reading, one, &path, gives)
        });
        read.collect::<Vec<_>>()
    };
    let principals = parties(givers, true);
    let representatives = parties(receivers, false);
    let (powers, joint) = powers(reading, node)?;
    Some(Deed {
        number,
        issued,
        expires,
        irrevocable,
        redelegation,
        principals,
        representatives,
        joint,
        powers,
        parent,
    })
}

fn irrevocable(reading: &mut Reading, about: Node<'_, '_>, path: &str) -> Option<String> {
    let Some(node) = child(about, "Безотзыв") else {
        reading.missing(format!("{path}/Безотзыв"));
        return Some(String::new());
    };
    reading.required(node, &format!("{path}/Безотзыв"), "УслОтзыва");
    let described = child(node, "ОписУслОт")
        .and_then(|one| one.text())
        .or_else(|| attribute(node, "ОписУслОт"));
    Some(described.unwrap_or_default().trim().to_owned())
}

fn powers(reading: &mut Reading, node: Node<'_, '_>) -> Option<(Powers, bool)> {
    let Some(about) = child(node, "СвПолн") else {
        reading.missing("СвПолн");
        return None;
    };
    let joint = attribute(about, "ПрСовмПолн") == Some("2");
    let kind = reading.required(about, "СвПолн", "ТипПолн");
    if kind == "0" {
        let words = child(about, "ТекстПолн")
            .and_then(|one| one.text())
            .unwrap_or_default()
            .trim();
        if words.is_empty() {
            reading.missing("СвПолн/ТекстПолн");
        }
        return Some((Powers::Text(words.to_owned()), joint));
    }
    if !matches!(kind.as_str(), "1" | "") {
        reading.wrong("СвПолн/@ТипПолн", "0 или 1");
    }
    let found: Vec<_> = children(about, "МашПолн").collect();
    if found.is_empty() {
        reading.missing("СвПолн/МашПолн");
    }
    let powers = found.into_iter().enumerate().map(|(index, one)| {
        let path = format!("СвПолн/МашПолн[{}]", index + 1);
        Power {
            code: reading.required(one, &path, "КодПолн"),
            name: reading.required(one, &path, "НаимПолн"),
            limits: children(one, "ОгрСвПолн").map(limit).collect(),
        }
    });
    Some((Powers::Machine(powers.collect()), joint))
}

/// Code and value of a limit.
fn limit(node: Node<'_, '_>) -> (String, String) {
    let value = ["КодЗначОгр", "ТексЗначОгр"].into_iter().find_map(|name| {
        let inside = child(node, name).and_then(|one| one.text());
        inside
            .or_else(|| attribute(node, name))
            .map(|text| text.trim().to_owned())
    });
    let code = attribute(node, "КодОгр").unwrap_or_default().to_owned();
    (code, value.unwrap_or_default())
}
