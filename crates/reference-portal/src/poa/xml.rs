//! Reading files of the registry with suspicion: one encoding, no DTD, paths of names in what is said about them.

use roxmltree::{Document, Node, ParsingOptions};
use time::Date;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use uuid::Uuid;

use super::fault::{Fault, FaultCode};
use crate::cabinet::is_inn;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
/// Elements of the largest file anybody sends.
const MOST_NODES: u32 = 100_000;

/// The text of a file: UTF-8, and its declaration says nothing else.
pub(super) fn text(content: &[u8]) -> Result<&str, Fault> {
    let text = std::str::from_utf8(content)
        .map_err(|_| Fault::new(FaultCode::Format, "Файл должен быть в кодировке UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let declaration = text.split("?>").next().unwrap_or_default().to_lowercase();
    if text.starts_with("<?xml") && declaration.contains("encoding") && !declaration.contains("utf-8") {
        return Err(Fault::new(
            FaultCode::Format,
            "Файл должен быть в кодировке UTF-8",
        ));
    }
    Ok(text)
}

pub(super) fn parse(text: &str) -> Result<Document<'_>, Fault> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MOST_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options)
        .map_err(|error| Fault::new(FaultCode::Format, format!("XML не разобран: {error}")))
}

/// The GUID at the end of `PREFIX_YYYYMMDD_{guid}.xml`.
pub(super) fn number_of_name(name: &str, prefix: &str) -> Option<Uuid> {
    let rest = name.strip_prefix(prefix)?.strip_suffix(".xml")?;
    let (day, guid) = rest.split_once('_')?;
    let is_day = day.len() == 8 && Date::parse(day, format_description!("[year][month][day]")).is_ok();
    (is_day && guid.len() == 36)
        .then(|| Uuid::parse_str(guid).ok())
        .flatten()
}

/// Child elements of this name.
pub(super) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

/// The child element of this name.
pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The first element below of this name.
pub(super) fn below<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.descendants().find(|one| one.tag_name().name() == name)
}

/// A filled attribute.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name)
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// Takes requisites out of elements and remembers what is wrong with them.
pub(super) struct Reading {
    pub(super) faults: Vec<Fault>,
}

impl Reading {
    /// An attribute that must be filled; empty when it is not.
    pub(super) fn required(&mut self, node: Node<'_, '_>, path: &str, name: &str) -> String {
        match attribute(node, name) {
            Some(value) => value.to_owned(),
            None => {
                self.faults.push(Fault::missing(format!("{path}/@{name}")));
                String::new()
            }
        }
    }

    /// A day `YYYY-MM-DD` that must be there.
    pub(super) fn day(&mut self, node: Node<'_, '_>, path: &str, name: &str) -> Date {
        let value = self.required(node, path, name);
        let day = Date::parse(&value, DAY);
        if !value.is_empty() && day.is_err() {
            self.wrong(format!("{path}/@{name}"), "Дата записывается ГГГГ-ММ-ДД");
        }
        day.unwrap_or(Date::MIN)
    }

    /// A GUID that must be there.
    pub(super) fn guid(&mut self, node: Node<'_, '_>, path: &str, name: &str) -> Uuid {
        let value = self.required(node, path, name);
        let guid = Uuid::parse_str(&value).ok().filter(|_| value.len() == 36);
        if !value.is_empty() && guid.is_none() {
            self.wrong(
                format!("{path}/@{name}"),
                "Номер доверенности — GUID из 36 знаков",
            );
        }
        guid.unwrap_or_default()
    }

    /// ИНН with right control digits.
    pub(super) fn inn(&mut self, node: Node<'_, '_>, path: &str, name: &str) -> String {
        let inn = self.required(node, path, name);
        if !inn.is_empty() && !is_inn(&inn) {
            self.wrong(format!("{path}/@{name}"), "Неверный ИНН");
        }
        inn
    }

    /// СНИЛС as 11 digits.
    pub(super) fn snils(&mut self, node: Node<'_, '_>, path: &str) -> String {
        let written = self.required(node, path, "СНИЛС");
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        if !written.is_empty() && digits.len() != 11 {
            self.wrong(format!("{path}/@СНИЛС"), "СНИЛС состоит из 11 цифр");
        }
        digits
    }

    pub(super) fn wrong(&mut self, element: impl Into<String>, text: &str) {
        self.faults.push(Fault::at(FaultCode::Schema, element, text));
    }

    pub(super) fn missing(&mut self, element: impl Into<String>) {
        self.faults.push(Fault::missing(element));
    }
}
