//! Answers of an application (`urn:kabinet:application:1`) checked against the form the catalogue gives.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use thiserror::Error;

use crate::archive::Entry;
use crate::services::Service;

const NAMESPACE: &str = "urn:kabinet:application:1";

/// What is wrong with an application, in the words the applicant reads.
#[derive(Debug, Error)]
pub(crate) enum ApplicationFault {
    #[error("req.xml: заявление на другую услугу")]
    OtherService,
    #[error("req.xml: у услуги нет формы")]
    NoForm,
    #[error("Поле «{label}» ({name}): {fault}")]
    Answer {
        label: String,
        name: String,
        fault: AnswerFault,
    },
    #[error("Поля {0} нет в форме услуги")]
    UnknownField(String),
}

/// What is wrong with one answer.
#[derive(Debug, Error)]
pub(crate) enum AnswerFault {
    #[error("не заполнено")]
    Missing,
    #[error("пустое значение")]
    Empty,
    #[error("слишком длинное значение")]
    TooLong,
    #[error("{0}: неверное число цифр")]
    Digits(String),
    #[error("{0}: нет такого варианта")]
    NotOffered(String),
    #[error("{0}: не число")]
    NotANumber(String),
    #[error("{0}: меньше допустимого")]
    TooSmall(String),
    #[error("{0}: не отметка")]
    NotAFlag(String),
    #[error("в архиве нет файла {0}")]
    FileMissing(String),
    #[error("{0}: содержание не то, что названо в заявлении")]
    FileChanged(String),
    #[error("{0}: файл слишком велик")]
    FileTooLarge(String),
    #[error("{0}: файлы этого вида не принимаются")]
    FileKind(String),
    #[error("нет ни одного файла")]
    NoFile,
}

/// Holds the answers against the form; nothing is said of a `req.xml` in another namespace.
pub(crate) fn check(
    service: &Service,
    document: &Document<'_>,
    entries: &[Entry],
) -> Result<(), ApplicationFault> {
    let root = document.root_element();
    if root.tag_name().namespace() != Some(NAMESPACE) {
        return Ok(());
    }
    if root.attribute("service") != Some(service.code.as_str()) {
        return Err(ApplicationFault::OtherService);
    }
    let Some(form) = &service.form else {
        return Err(ApplicationFault::NoForm);
    };
    let answers: BTreeMap<&str, Node<'_, '_>> = root
        .descendants()
        .filter(|node| node.tag_name().name() == "field")
        .filter_map(|node| Some((node.attribute("name")?, node)))
        .collect();
    let questions: Vec<&Value> = form["sections"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|section| section["fields"].as_array().into_iter().flatten())
        .collect();
    for question in &questions {
        let name = question["name"].as_str().unwrap_or_default();
        let verdict = match answers.get(name) {
            Some(answer) => judge(question, *answer, entries),
            None if question["required"] == true && is_asked(question, &answers) => Err(AnswerFault::Missing),
            None => Ok(()),
        };
        verdict.map_err(|fault| ApplicationFault::Answer {
            label: question["label"].as_str().unwrap_or_default().to_owned(),
            name: name.to_owned(),
            fault,
        })?;
    }
    let unknown = answers
        .keys()
        .find(|name| questions.iter().all(|question| question["name"] != **name));
    unknown.map_or(Ok(()), |name| {
        Err(ApplicationFault::UnknownField((*name).to_owned()))
    })
}

fn value<'a>(answer: Node<'a, '_>) -> &'a str {
    let node = answer.children().find(|child| child.tag_name().name() == "value");
    node.and_then(|node| node.text()).unwrap_or_default().trim()
}

fn is_asked(question: &Value, answers: &BTreeMap<&str, Node<'_, '_>>) -> bool {
    let condition = &question["showIf"];
    let Some(other) = condition["field"].as_str() else {
        return true;
    };
    let said = answers.get(other).map_or("", |answer| value(*answer));
    match (condition["equals"].as_str(), condition["not"].as_str()) {
        (Some(wanted), _) => said == wanted,
        (None, Some(unwanted)) => said != unwanted,
        (None, None) => true,
    }
}

fn judge(question: &Value, answer: Node<'_, '_>, entries: &[Entry]) -> Result<(), AnswerFault> {
    let text = value(answer);
    let kind = question["kind"].as_str().unwrap_or_default();
    if kind == "file" {
        return judge_files(question, answer, entries);
    }
    if text.is_empty() {
        return Err(AnswerFault::Empty);
    }
    let longest = question["max"].as_u64();
    if longest.is_some_and(|max| text.chars().count() as u64 > max) && kind != "number" {
        return Err(AnswerFault::TooLong);
    }
    let digits = |lengths: &[usize]| {
        (lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(())
            .ok_or_else(|| AnswerFault::Digits(text.to_owned()))
    };
    match kind {
        "choice" => {
            let options = question["options"].as_array();
            let is_offered = options
                .into_iter()
                .flatten()
                .any(|option| option["value"] == text);
            is_offered
                .then_some(())
                .ok_or_else(|| AnswerFault::NotOffered(text.to_owned()))
        }
        "inn" => digits(&[10, 12]),
        "ogrn" => digits(&[13, 15]),
        "account" => digits(&[20]),
        "number" => {
            let number: f64 = text
                .parse()
                .map_err(|_| AnswerFault::NotANumber(text.to_owned()))?;
            let is_enough = question["min"].as_f64().is_none_or(|min| number >= min);
            is_enough
                .then_some(())
                .ok_or_else(|| AnswerFault::TooSmall(text.to_owned()))
        }
        "flag" if text != "true" => Err(AnswerFault::NotAFlag(text.to_owned())),
        _ => Ok(()),
    }
}

fn judge_files(question: &Value, answer: Node<'_, '_>, entries: &[Entry]) -> Result<(), AnswerFault> {
    let mut count = 0;
    for file in answer
        .children()
        .filter(|child| child.tag_name().name() == "file")
    {
        count += 1;
        let name = file.attribute("name").unwrap_or_default();
        let because = |fault: fn(String) -> AnswerFault| fault(name.to_owned());
        let entry = entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| because(AnswerFault::FileMissing))?;
        if file.attribute("sha256") != Some(hex::encode(Sha256::digest(&entry.content)).as_str()) {
            return Err(because(AnswerFault::FileChanged));
        }
        if question["maxBytes"]
            .as_u64()
            .is_some_and(|max| entry.content.len() as u64 > max)
        {
            return Err(because(AnswerFault::FileTooLarge));
        }
        let ending = name
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending)
            .to_lowercase();
        let taken = question["extensions"].as_array();
        if taken.is_some_and(|taken| taken.iter().all(|one| *one != ending)) {
            return Err(because(AnswerFault::FileKind));
        }
    }
    if count == 0 {
        return Err(AnswerFault::NoFile);
    }
    Ok(())
}
