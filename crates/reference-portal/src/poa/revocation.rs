//! Revocations: the file, reconstructed (its element names are not published), and what may be revoked.

use time::Date;
use uuid::Uuid;

use super::fault::{Fault, FaultCode};
use super::record::{Registered, State};
use super::xml::{self, Reading, attribute, child};
use super::{MOST_CONTENT, deed};

/// Beginning of the file's name.
pub(super) const PREFIX: &str = "ON_OTZMCHD_";
const VERSION: &str = "EMCHD_OTZ_1";
/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// What a revocation says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Revocation {
    pub(super) number: Uuid,
    pub(super) declared: Date,
    pub(super) reason: String,
    pub(super) declarant_inn: String,
    pub(super) signer: deed::Person,
}

pub(super) fn read(name: &str, content: &[u8]) -> Result<Revocation, Vec<Fault>> {
    if xml::number_of_name(name, PREFIX).is_none() {
        let text = "Файл называется ON_OTZMCHD_ГГГГММДД_{guid}.xml";
        return Err(vec![Fault::new(FaultCode::FileName, text)]);
    }
    if content.len() > MOST_CONTENT {
        return Err(vec![Fault::new(FaultCode::Format, "Файл слишком велик")]);
    }
    let text = xml::text(content).map_err(|fault| vec![fault])?;
    let document = xml::parse(text).map_err(|fault| vec![fault])?;
    let root = document.root_element();
    let schema = |element: &str, text: &str| vec![Fault::at(FaultCode::Schema, element, text)];
    if root.tag_name().name() != "ОтзывДоверенности" {
        return Err(schema(
            root.tag_name().name(),
            "Файл не является отзывом доверенности",
        ));
    }
    if attribute(root, "ВерсФорм") != Some(VERSION) {
        return Err(schema(
            "ОтзывДоверенности/@ВерсФорм",
            "Принимается только формат EMCHD_OTZ_1",
        ));
    }
    if attribute(root, "ИдФайл") != name.strip_suffix(".xml") {
        let text = "Идентификатор файла не совпадает с его именем";
        return Err(vec![Fault::at(
            FaultCode::FileName,
            "ОтзывДоверенности/@ИдФайл",
            text,
        )]);
    }
    let Some(body) = child(root, "Документ") else {
        return Err(vec![Fault::missing("Документ")]);
    };
    let mut reading = Reading { faults: vec![] };
    let part = |reading: &mut Reading, name: &'static str| {
        let found = child(body, name);
        if found.is_none() {
            reading.missing(name);
        }
        found
    };
    let declared = reading.day(body, "Документ", "ДатаОтз");
    let number = part(&mut reading, "СвДов").map(|node| reading.guid(node, "СвДов", "НомДовер"));
    let reason = part(&mut reading, "Причина")
        .and_then(|node| node.text())
        .unwrap_or_default()
        .trim();
    if reason.is_empty() && child(body, "Причина").is_some() {
        reading.missing("Причина");
    }
    if reason.chars().count() > LONGEST_REASON {
        reading.wrong("Причина", "Не более 500 знаков");
    }
    let declarant_inn = part(&mut reading, "Заявитель").map(|node| {
        reading.required(node, "Заявитель", "Наим");
        reading.inn(node, "Заявитель", "ИНН")
    });
    let signer = part(&mut reading, "Подписант").map(|node| {
        let mut person = deed::Person {
            inn: reading.inn(node, "Подписант", "ИННФЛ"),
            snils: reading.snils(node, "Подписант"),
            ..deed::Person::default()
        };
        match child(node, "ФИО") {
            Some(name) => {
                person.surname = reading.required(name, "Подписант/ФИО", "Фамилия");
                person.given_name = reading.required(name, "Подписант/ФИО", "Имя");
            }
            None => reading.missing("Подписант/ФИО"),
        }
        person
    });
    match (number, declarant_inn, signer) {
        (Some(number), Some(declarant_inn), Some(signer)) if reading.faults.is_empty() => Ok(Revocation {
            number,
            declared,
            reason: reason.to_owned(),
            declarant_inn,
            signer,
        }),
        _ => Err(reading.faults),
    }
}

/// Why this one cannot be revoked now, if it cannot.
///
/// An irrevocable one can when the reason names the condition it was given with (`ОписУслОт`), word for word.
pub(super) fn refusal(registered: &Registered, revocation: &Revocation, now_ms: i64) -> Option<Fault> {
    let today = deed::day_of(crate::clock::from_ms(now_ms));
    match registered.state(now_ms) {
        State::Revoked => return Some(Fault::new(FaultCode::AlreadyRevoked, "Доверенность уже отозвана")),
        State::Expired => {
            let text = "Срок доверенности истёк: отзывать нечего";
            return Some(Fault::at(FaultCode::Term, "СвДов/@НомДовер", text));
        }
        State::Created | State::Active => {}
    }
    if revocation.declared > today {
        let text = "Дата отзыва ещё не наступила";
        return Some(Fault::at(FaultCode::Term, "Документ/@ДатаОтз", text));
    }
    if revocation.declared < registered.deed.issued {
        let text = "Дата отзыва раньше даты выдачи доверенности";
        return Some(Fault::at(FaultCode::Term, "Документ/@ДатаОтз", text));
    }
    let condition = registered.deed.irrevocable.as_ref()?;
    let plain = |text: &str| {
        text.to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let is_met = !condition.is_empty() && plain(&revocation.reason).contains(&plain(condition));
    let text = match condition.is_empty() {
        true => "Доверенность безотзывная".to_owned(),
        false => format!("Доверенность безотзывная. Отзыв возможен при условии: {condition}"),
    };
    (!is_met).then(|| Fault::at(FaultCode::Irrevocable, "Причина", text))
}
