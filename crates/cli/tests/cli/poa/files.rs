//! `poa new` and `poa sign`.

use kabinet_testkit::{OpenSsl, WRONG_PIN};
use serde_json::{Value, json};

use super::{Deeds, answers, beside, codes};
use crate::text;

#[test]
fn what_is_missing_or_misspelt_is_named_field_by_field_and_nothing_is_written() {
    let deeds = Deeds::new();
    let good = answers(&deeds.stand);
    let without: &[(&str, &[&str], &str)] = &[
        ("number.internal", &["number", "internal"], "form.required"),
        ("issued", &["issued"], "form.required"),
        ("expires", &["expires"], "form.required"),
        ("principal.inn", &["principal", "inn"], "form.required"),
        ("principal.kpp", &["principal", "kpp"], "form.required"),
        ("principal.ogrn", &["principal", "ogrn"], "form.required"),
        ("principal.name", &["principal", "name"], "form.required"),
        ("head.surname", &["head", "surname"], "form.required"),
        ("head.inn", &["head", "inn"], "form.required"),
        ("head.snils", &["head", "snils"], "form.required"),
        ("head.position", &["head", "position"], "form.required"),
        ("representative.inn", &["people", "0", "inn"], "form.required"),
        ("representative.snils", &["people", "0", "snils"], "form.required"),
        ("representative.born", &["people", "0", "born"], "form.required"),
        (
            "representative.passport.number",
            &["people", "0", "passport", "number"],
            "form.required",
        ),
        ("powers", &["powers"], "form.rows"),
    ];
    for (field, path, code) in without {
        let mut changed = good.clone();
        let (last, way) = path.split_last().unwrap();
        let mut place = &mut changed;
        for step in way {
            place = match step.parse::<usize>() {
                Ok(index) => &mut place[index],
                Err(_) => &mut place[*step],
            };
        }
        place.as_object_mut().unwrap().remove(*last).unwrap();
        let told = deeds.new_poa(&changed, &["--for", "770000000540"]);
        // By name where the number is what is missing.
        let told = if *field == "representative.inn" {
            deeds.new_poa(&changed, &["--for", "Ландышева"])
        } else {
            told
        };
        let told = told.expect(1).json();
        assert_eq!(told["problems"][0]["field"], *field, "{told}");
        assert_eq!(codes(&told, "problems"), [*code], "{field}: {told}");
        assert!(
            told["problems"][0]["label"].is_string() || *field == "powers",
            "{told}"
        );
        assert_eq!((&told["file"], &told["number"]), (&Value::Null, &Value::Null));
    }
    let mut misspelt = good.clone();
    misspelt["principal"]["in"] = json!("1");
    let told = deeds.new_poa(&misspelt, &["--for", "Ландышева"]).expect(1).json();
    assert_eq!(told["problems"][0]["field"], "principal.in");
    assert_eq!(codes(&told, "problems"), ["poa.answer-unknown"]);
    let written = std::fs::read_dir(deeds.ctl.path("")).unwrap();
    let is_deed = |entry: std::io::Result<std::fs::DirEntry>| {
        entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("ON_EMCHD")
    };
    assert!(!written.into_iter().any(is_deed));
}

#[test]
fn a_description_that_cannot_be_followed_ends_with_64() {
    let deeds = Deeds::new();
    let good = answers(&deeds.stand);
    for (more, code) in [
        (&["--template", "king"][..], "poa.template-unknown"),
        (&["--for", "Никто"], "poa.person-unclear"),
        (&["--for", ""], "poa.person-unclear"),
    ] {
        assert_eq!(deeds.new_poa(&good, more).expect(64).error(), code, "{more:?}");
    }
    let broken = deeds.ctl.file("answers.toml", b"[principal");
    let told = deeds.poa(&["new", text(&broken)]).expect(64);
    assert_eq!(told.error(), "poa.answers-unreadable");
    let reason = told.json()["error"]["params"]["reason"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(reason.contains("line 1"), "{reason}");
    let absent = deeds.ctl.path("absent.toml");
    let told = deeds.poa(&["new", text(&absent)]).expect(64);
    assert_eq!(told.error(), "app.file-not-found");
    let said = deeds
        .ctl
        .say("ru_RU.UTF-8", &["poa", "new", text(&broken)])
        .expect(64);
    assert!(said.stderr.contains("Описание доверенности прочитать не удалось"));
}

#[test]
fn a_file_is_made_offline_by_role_and_obeys_the_format() {
    let deeds = Deeds::new();
    let mut good = answers(&deeds.stand);
    let made = deeds
        .new_poa(&good, &["--template", "accountant", "--for", "Ландышева"])
        .expect(0)
        .json();
    let (number, file) = (made["number"].as_str().unwrap(), made["file"].as_str().unwrap());
    let name = file.rsplit('/').next().unwrap();
    assert!(name.starts_with("ON_EMCHD_20") && name.ends_with(&format!("_{number}.xml")));
    let judged = deeds.ctl.run(&["validate", file], b"").expect(0).json();
    assert_eq!(judged["documents"][0]["format"], "emchd");
    assert_eq!(judged["documents"][0]["findings"], json!([]));
    let xml = std::fs::read_to_string(file).unwrap();
    // What was asked for once is there once, with the name the classifier gives it.
    assert_eq!(xml.matches("DEMO_SRCDOC_ALL").count(), 1);
    assert!(xml.contains("DEMO_TAX_REPORT") && xml.contains("НаимПолн="));

    // The same in TOML, from standard input, to somebody else.
    let toml = toml_of(&good);
    let out = deeds.ctl.path("");
    let new = ["poa", "new", "-", "--for", "Васильков", "--out", text(&out)];
    let all = &deeds.stand.demo.employees;
    let accountant = all.iter().find(|one| one.id == "accountant").unwrap();
    let new: Vec<&str> = new
        .iter()
        .map(|one| {
            if *one == "Васильков" {
                accountant.surname.as_str()
            } else {
                one
            }
        })
        .collect();
    let second = deeds.ctl.run(&new, toml.as_bytes()).expect(0).json();
    let xml = std::fs::read_to_string(second["file"].as_str().unwrap()).unwrap();
    assert!(xml.contains(&accountant.inn), "{xml}");

    // Passed on: answers that begin with `from.` are those of the other form.
    good["from"] = json!({"first": number, "first-issued": "2026-01-10", "first-expires": "2099-12-31"});
    let third = deeds.new_poa(&good, &["--for", "Ландышева"]).expect(0).json();
    let xml = std::fs::read_to_string(third["file"].as_str().unwrap()).unwrap();
    assert!(xml.contains("<Передов") && xml.contains(number), "{xml}");
}

/// Only what these answers need of TOML.
fn toml_of(answers: &Value) -> String {
    let line = |(key, value): (&String, &Value)| match value {
        Value::Array(all) if all.iter().any(Value::is_object) => String::new(),
        value => format!("{key} = {}\n", inline(value)),
    };
    let lines = |value: &Value| -> String { value.as_object().unwrap().iter().map(line).collect() };
    let people = answers["people"].as_array().unwrap().iter();
    let people: String = people.map(|one| format!("[[people]]\n{}", lines(one))).collect();
    lines(answers) + &people
}

fn inline(value: &Value) -> String {
    let Value::Object(object) = value else {
        return value.to_string();
    };
    let inner: Vec<String> = object
        .iter()
        .map(|(key, value)| format!("{key} = {}", inline(value)))
        .collect();
    format!("{{ {} }}", inner.join(", "))
}

#[test]
fn only_who_is_named_signs_and_nobody_else_is_asked_for_a_pin() {
    let deeds = Deeds::new();
    let file = deeds.made(&answers(&deeds.stand));
    let sign = ["sign", text(&file)];
    assert_eq!(deeds.poa(&sign).expect(64).error(), "cli.usage");
    // With a wrong PIN: had it been used, the refusal would be the token's.
    let refused = deeds.poa_with("accountant", WRONG_PIN, &sign).expect(77);
    assert_eq!(refused.error(), "poa.not-the-head");
    let heads = refused.json()["error"]["params"]["heads"]
        .as_str()
        .unwrap()
        .to_owned();
    let director = deeds.stand.demo.employees.iter().find(|one| one.id == "director");
    assert!(heads.contains(&director.unwrap().surname), "{heads}");
    let letter = deeds.ctl.file("letter.xml", b"<Letter/>");
    let refused = deeds.poa_as("director", &["sign", text(&letter)]).expect(1);
    assert_eq!(refused.error(), "poa-file.foreign");
    let refused = deeds.poa_with("director", WRONG_PIN, &sign).expect(77);
    assert_eq!(refused.error(), "token.pin-incorrect");
    assert!(!beside(&file).exists());

    let signed = deeds.poa_as("director", &sign).expect(0).json();
    assert_eq!(signed["signature"], text(&beside(&file)));
    let signature = std::fs::read(beside(&file)).unwrap();
    let content = std::fs::read(&file).unwrap();
    OpenSsl::new().accepts(&signature, Some(&content), &deeds.stand.roots());
    assert!(text(&file).contains(signed["number"].as_str().unwrap()));
    let again = deeds.poa_as("director", &sign).expect(64);
    assert_eq!(again.error(), "app.file-exists");
    assert_eq!(std::fs::read(beside(&file)).unwrap(), signature);
}
