//! «Сообщение о представительстве» of ФНС (`ON_DOVEL`, ВерсФорм 5.01 to 5.03): tax matters only, still met, read only.
//!
//! Its schema was not to be had. Read is what its readers agree on: `СвДов` with number and days, names and ИНН of those
//! under `СвДоверит` and `СвУпПред`, powers with `КодПолн` or as text. Nothing else of it is understood, so it is never
//! written, and [`Older::whole`] is always false: who relies on it looks at the whole file.

use time::Date;
use time::macros::format_description;

use super::codec::day;
use super::document::number;
use super::tree::Element;
use super::{ReadError, tree_of};

/// What is known of such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Older {
    /// `ВерсФорм`.
    pub version: String,
    /// `НомДовер`, as written: a GUID, or a number the principal gave.
    pub number: String,
    /// Whether [`Self::number`] is one of the registry.
    pub is_registry_number: bool,
    /// `ВнНомДовер`.
    pub internal_number: Option<String>,
    /// First day.
    pub issued: Date,
    /// Last day.
    pub expires: Date,
    /// Who gives the powers.
    pub principals: Vec<Party>,
    /// Who receives them.
    pub representatives: Vec<Party>,
    /// Codes and names of powers, or texts without a code.
    pub powers: Vec<(Option<String>, String)>,
    /// Always false: not everything such a file can say is known.
    pub whole: bool,
}

/// An organisation or a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Name.
    pub name: String,
    /// ИНН.
    pub inn: Option<String>,
    /// СНИЛС, digits.
    pub snils: Option<String>,
}

/// Reads what is known of a file of the older format.
///
/// # Errors
/// [`ReadError`]; [`ReadError::Version`] for versions other than 5.01 to 5.03.
pub fn read(bytes: &[u8]) -> Result<Older, ReadError> {
    let root = tree_of(bytes, "Файл")?;
    let identifier = root.attribute("ИдФайл").unwrap_or_default();
    if !identifier.starts_with("ON_DOVEL") {
        return Err(ReadError::Foreign);
    }
    let version = root.attribute("ВерсФорм").unwrap_or_default().to_owned();
    if !matches!(version.as_str(), "5.01" | "5.02" | "5.03") {
        return Err(ReadError::Version(version));
    }
    let card = first(&root, "СвДов").ok_or(ReadError::Foreign)?;
    let missing = |name: &str| {
        ReadError::Broken(vec![kabinet_domain::Finding {
            code: "poa.missing".to_owned(),
            severity: kabinet_domain::Severity::Error,
            file: String::new(),
            line: Some(card.line),
            element: Some(format!("СвДов/@{name}")),
            params: [("name".to_owned(), name.to_owned())].into(),
        }])
    };
    let some_day = |names: &[&str]| names.iter().find_map(|name| any_day(card.attribute(name)?));
    let named = card.attribute("НомДовер").ok_or_else(|| missing("НомДовер"))?;
    let mut powers = Vec::new();
    if let Some(all) = first(&root, "СвПолн") {
        collect_powers(all, &mut powers);
    }
    Ok(Older {
        version,
        number: named.to_owned(),
        is_registry_number: number(named).is_some(),
        internal_number: card.attribute("ВнНомДовер").map(str::to_owned),
        issued: some_day(&["ДатаВыдДовер", "ДатаНач"]).ok_or_else(|| missing("ДатаВыдДовер"))?,
        expires: some_day(&["СрокДейст", "ДатаКонДовер"]).ok_or_else(|| missing("СрокДейст"))?,
        principals: parties(&root, "СвДоверит"),
        representatives: parties(&root, "СвУпПред"),
        powers,
        whole: false,
    })
}

/// 31.03.2025 or 2025-03-31.
fn any_day(text: &str) -> Option<Date> {
    day(text).or_else(|| Date::parse(text, format_description!("[day].[month].[year]")).ok())
}

/// The first element of this name, however deep.
fn first<'e>(element: &'e Element, name: &str) -> Option<&'e Element> {
    element.elements().find_map(|child| {
        if child.name == name {
            Some(child)
        } else {
            first(child, name)
        }
    })
}

fn all<'e>(element: &'e Element, name: &str, found: &mut Vec<&'e Element>) {
    for child in element.elements() {
        if child.name == name {
            found.push(child);
        } else {
            all(child, name, found);
        }
    }
}

/// One party of each element of this name: the organisation named in it, else the person.
fn parties(root: &Element, name: &str) -> Vec<Party> {
    let mut places = Vec::new();
    all(root, name, &mut places);
    places.into_iter().map(party).collect()
}

fn party(place: &Element) -> Party {
    let organisation = attribute(place, &["НаимОрг"]);
    let name = organisation.clone().or_else(|| {
        let person = first(place, "ФИО")?;
        let parts = ["Фамилия", "Имя", "Отчество"].map(|name| person.attribute(name).unwrap_or_default());
        Some(parts.join(" ").trim().to_owned())
    });
    let inn = if organisation.is_some() {
        "ИННЮЛ"
    } else {
        "ИННФЛ"
    };
    let snils = attribute(place, &["СНИЛС"]).filter(|_| organisation.is_none());
    Party {
        name: name.unwrap_or_default(),
        inn: attribute(place, &[inn]),
        snils: snils.map(|text| text.chars().filter(char::is_ascii_digit).collect()),
    }
}

/// The first attribute of these names, in the element or however deep in it.
fn attribute(element: &Element, names: &[&str]) -> Option<String> {
    let own = names.iter().find_map(|name| element.attribute(name));
    own.map(str::to_owned)
        .or_else(|| element.elements().find_map(|child| attribute(child, names)))
}

fn collect_powers(element: &Element, found: &mut Vec<(Option<String>, String)>) {
    let code = element.attribute("КодПолн").map(str::to_owned);
    let text = element
        .attribute("НаимПолн")
        .map_or_else(|| element.text(), str::to_owned);
    if code.is_some() || !text.is_empty() {
        found.push((code, text));
    }
    for child in element.elements() {
        collect_powers(child, found);
    }
}
