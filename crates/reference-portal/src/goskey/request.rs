//! Examines `req.xml` and the files beside it.

use roxmltree::{Document, Node};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::archive::Entry;
use crate::demo::Employee;

/// Namespaces of УНЭП and УКЭП.
const SIMPLE: &str = "urn://mpkey.gosuslugi.ru/sign_document/1.0.0";
const QUALIFIED: &str = "urn://mpkey.gosuslugi.ru/sign_document_ukep/1.0.0";
/// The only service of the former.
const OF_PEOPLE: &str = "10000000374";
const MOST_DOCUMENTS: usize = 15;
const MOST_BYTES: usize = 100_000_000;
const LONGEST_NAME: usize = 50;
const LONGEST_DESCRIPTION: usize = 250;
const MOST_TIME: Duration = Duration::hours(24);
/// Clocks differ.
const TOLERANCE: Duration = Duration::minutes(5);
const ENDINGS: [&str; 4] = ["pdf", "tif", "xml", "txt"];

/// Code of the agency and message of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    pub(super) message: String,
}

/// A request that can be put on a phone.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) employee: String,
    pub(super) organisation: String,
    pub(super) expires: OffsetDateTime,
    /// Names in the archive and descriptions.
    pub(super) documents: Vec<(String, String)>,
}

fn fault(message: impl Into<String>) -> Fault {
    Fault {
        code: "request_error",
        message: message.into(),
    }
}

/// Examines the request of an order of `service`.
pub(super) fn examine(
    entries: &[Entry],
    service: &str,
    people: &[Employee],
    now: OffsetDateTime,
) -> Result<Examined, Fault> {
    let request = entries.iter().find(|entry| entry.name == "req.xml");
    let request = request.ok_or_else(|| fault("В архиве нет req.xml"))?;
    let text = std::str::from_utf8(&request.content).map_err(|_| fault("req.xml: нужна кодировка UTF-8"))?;
    let document = Document::parse(text).map_err(|_| fault("req.xml: XML не разобран"))?;
    let root = document.root_element();
    let namespace = root.tag_name().namespace().unwrap_or_default();
    let is_known = match service {
        OF_PEOPLE => [SIMPLE, QUALIFIED].contains(&namespace),
        _ => namespace == QUALIFIED,
    };
    if root.tag_name().name() != "SignRequest" || !is_known {
        return Err(fault("req.xml: нужен SignRequest услуги"));
    }
    let files = files(entries)?;
    // The order of the elements is that of the schema or that of the example, so it is not looked at.
    let asked: Vec<Node<'_, '_>> = children(root, "Document").collect();
    let documents = documents(&asked, &files)?;
    Ok(Examined {
        employee: person(root, people)?,
        organisation: asked
            .first()
            .and_then(|one| attribute(*one, "orgName"))
            .unwrap_or_default(),
        expires: expires(&asked, now)?,
        documents,
    })
}

/// Names of what is to be signed.
fn files(entries: &[Entry]) -> Result<Vec<&str>, Fault> {
    let all: Vec<&Entry> = entries
        .iter()
        .filter(|entry| {
            entry.name != "req.xml" && entry.name != "sign_config.xml" && !entry.name.ends_with(".sig")
        })
        .collect();
    if all.is_empty() || all.len() > MOST_DOCUMENTS {
        return Err(fault(format!(
            "Документов {}, нужно от 1 до {MOST_DOCUMENTS}",
            all.len()
        )));
    }
    if entries.iter().map(|entry| entry.content.len()).sum::<usize>() > MOST_BYTES {
        return Err(fault("Файлы больше 100 МБ"));
    }
    for entry in &all {
        let (stem, ending) = entry.name.rsplit_once('.').unwrap_or((&entry.name, ""));
        if !ENDINGS.contains(&ending) {
            return Err(fault(format!("{}: принимаются pdf, tif, xml, txt", entry.name)));
        }
        let is_latin = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | ' ');
        if entry.name.chars().count() > LONGEST_NAME || !stem.chars().all(is_latin) {
            let message = format!(
                "{}: имя до 50 знаков из латинских букв, подчёркиваний и пробелов",
                entry.name
            );
            return Err(fault(message));
        }
    }
    Ok(all.into_iter().map(|entry| entry.name.as_str()).collect())
}

/// Each file with what the person reads: found by `DocumentId`, or by its place where those are no names.
fn documents(asked: &[Node<'_, '_>], files: &[&str]) -> Result<Vec<(String, String)>, Fault> {
    if asked.len() != files.len() {
        let message = format!("Document: {}, файлов: {}", asked.len(), files.len());
        return Err(fault(message));
    }
    let mut found = Vec::new();
    for (place, one) in asked.iter().enumerate() {
        let id = value(*one, "DocumentId").ok_or_else(|| fault("DocumentId: отсутствует"))?;
        value(*one, "MimeType").ok_or_else(|| fault("MimeType: отсутствует"))?;
        let description = value(*one, "Description").unwrap_or_default();
        if id.chars().count() > LONGEST_NAME || description.chars().count() > LONGEST_DESCRIPTION {
            return Err(fault("DocumentId до 50 знаков, Description до 250"));
        }
        let name = files.iter().find(|name| **name == id).unwrap_or(&files[place]);
        if found.iter().any(|(other, _)| other == name) {
            return Err(fault(format!("{name}: назван дважды")));
        }
        found.push(((*name).to_owned(), description));
    }
    Ok(found)
}

fn expires(asked: &[Node<'_, '_>], now: OffsetDateTime) -> Result<OffsetDateTime, Fault> {
    let mut first = now + MOST_TIME;
    for text in asked.iter().filter_map(|one| value(*one, "SignExpiration")) {
        let at =
            OffsetDateTime::parse(&text, &Rfc3339).map_err(|_| fault("SignExpiration: не дата и время"))?;
        if at <= now || at > now + MOST_TIME + TOLERANCE {
            return Err(fault("SignExpiration: нужен срок не больше 24 часов вперёд"));
        }
        first = first.min(at);
    }
    Ok(first)
}

/// Either identifier is enough; both must be of one person.
fn person(root: Node<'_, '_>, people: &[Employee]) -> Result<String, Fault> {
    let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (snils, oid) = (value(root, "Snils").map(digits), value(root, "OID"));
    if snils.is_none() && oid.is_none() {
        return Err(fault("Нужен Snils или OID"));
    }
    let is_theirs = |one: &&Employee| {
        snils.as_ref().is_none_or(|snils| *snils == one.snils)
            && oid.as_ref().is_none_or(|oid| *oid == one.oid.to_string())
    };
    let found = people.iter().find(is_theirs).map(|one| one.id.clone());
    found.ok_or_else(|| Fault {
        code: "snils_not_found",
        message: "Пользователь Госключа с таким СНИЛС не найден".into(),
    })
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn value(node: Node<'_, '_>, name: &'static str) -> Option<String> {
    let text = children(node, name).next()?.text()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn attribute(document: Node<'_, '_>, name: &str) -> Option<String> {
    let wanted = |one: &Node<'_, '_>| value(*one, "AttributeName").as_deref() == Some(name);
    value(children(document, "Attribute").find(wanted)?, "AttributeValue")
}
