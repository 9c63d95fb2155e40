//! Answers of an application (`urn:kabinet:application:1`) checked against the form the catalogue gives.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::archive::Entry;
use crate::services::Service;

const NAMESPACE: &str = "urn:kabinet:application:1";

/// What is wrong, in words that name the field; nothing is said of a `req.xml` in another namespace.
pub(crate) fn check(service: &Service, document: &Document<'_>, entries: &[Entry]) -> Result<(), String> {
    let root = document.root_element();
    if root.tag_name().namespace() != Some(NAMESPACE) {
        return Ok(());
    }
    if root.attribute("service") != Some(service.code.as_str()) {
        return Err("req.xml: заявление на другую услугу".to_owned());
    }
    let Some(form) = &service.form else {
        return Err("req.xml: у услуги нет формы".to_owned());
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
        let label = question["label"].as_str().unwrap_or_default();
        let refused = |why: &str| Err(format!("Поле «{label}» ({name}): {why}"));
        let Some(answer) = answers.get(name) else {
            if question["required"] == true && is_asked(question, &answers) {
                return refused("не заполнено");
            }
            continue;
        };
        if let Err(why) = judge(question, *answer, entries) {
            return refused(&why);
        }
    }
    let unknown = answers
        .keys()
        .find(|name| questions.iter().all(|question| question["name"] != **name));
    unknown.map_or(Ok(()), |name| Err(format!("Поля {name} нет в форме услуги")))
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

fn judge(question: &Value, answer: Node<'_, '_>, entries: &[Entry]) -> Result<(), String> {
    let text = value(answer);
    let kind = question["kind"].as_str().unwrap_or_default();
    if kind == "file" {
        return judge_files(question, answer, entries);
    }
    if text.is_empty() {
        return Err("пустое значение".to_owned());
    }
    let longest = question["max"].as_u64();
    if longest.is_some_and(|max| text.chars().count() as u64 > max) && kind != "number" {
        return Err("слишком длинное значение".to_owned());
    }
    let digits = |lengths: &[usize]| {
        (lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(())
            .ok_or_else(|| format!("{text}: неверное число цифр"))
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
                .ok_or_else(|| format!("{text}: нет такого варианта"))
        }
        "inn" => digits(&[10, 12]),
        "ogrn" => digits(&[13, 15]),
        "account" => digits(&[20]),
        "number" => {
            let number: f64 = text.parse().map_err(|_| format!("{text}: не число"))?;
            let is_enough = question["min"].as_f64().is_none_or(|min| number >= min);
            is_enough
                .then_some(())
                .ok_or_else(|| format!("{text}: меньше допустимого"))
        }
        "flag" if text != "true" => Err(format!("{text}: не отметка")),
        _ => Ok(()),
    }
}

fn judge_files(question: &Value, answer: Node<'_, '_>, entries: &[Entry]) -> Result<(), String> {
    let mut count = 0;
    for file in answer
        .children()
        .filter(|child| child.tag_name().name() == "file")
    {
        count += 1;
        let name = file.attribute("name").unwrap_or_default();
        let entry = entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| format!("в архиве нет файла {name}"))?;
        if file.attribute("sha256") != Some(hex::encode(Sha256::digest(&entry.content)).as_str()) {
            return Err(format!("{name}: содержание не то, что названо в заявлении"));
        }
        if question["maxBytes"]
            .as_u64()
            .is_some_and(|max| entry.content.len() as u64 > max)
        {
            return Err(format!("{name}: файл слишком велик"));
        }
        let ending = name
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending)
            .to_lowercase();
        let taken = question["extensions"].as_array();
        if taken.is_some_and(|taken| taken.iter().all(|one| *one != ending)) {
            return Err(format!("{name}: файлы этого вида не принимаются"));
        }
    }
    if count == 0 {
        return Err("нет ни одного файла".to_owned());
    }
    Ok(())
}
