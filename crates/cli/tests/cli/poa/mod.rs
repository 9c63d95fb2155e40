//! `poa`: files without a vault, then the way to the registry and back.

mod check;
mod files;
mod registry;

use std::path::{Path, PathBuf};

use kabinet_testkit::{Drawer, Finished, Kabinetctl, OpenSsl, PIN, Stand, built_module};
use serde_json::{Value, json};

use crate::office::vault_of;
use crate::{kabinetctl, text};

/// The organisation's head, somebody who works there and one who does not, and what they are asked for.
struct Deeds {
    stand: Stand,
    ctl: Kabinetctl,
    _drawer: Drawer,
}

/// What a power of attorney is made of when nothing is wrong.
fn answers(stand: &Stand) -> Value {
    let owner = &stand.demo.organisations[0];
    let person = |id: &str| {
        let one = stand.demo.employees.iter().find(|one| one.id == id).unwrap();
        let (given, patronymic) = one.given_name.split_once(' ').unwrap();
        json!({
            "surname": one.surname, "given-name": given, "patronymic": patronymic, "inn": one.inn, "snils": one.snils,
            "position": one.title, "born": "12.04.1985",
            "passport": {"number": "45 00 123456", "issued": "01.02.2010", "issuer": "ОВД района Ромашки"},
        })
    };
    json!({
        "number": {"internal": "7-д"},
        "issued": "2026-01-10",
        "expires": "2099-12-31",
        "principal": {
            "kind": "organisation", "name": owner.full_name, "inn": owner.inn, "kpp": owner.kpp, "ogrn": owner.ogrn,
        },
        "head": person("director"),
        "powers": ["DEMO_SRCDOC_ALL"],
        "people": [person("representative"), person("accountant")],
    })
}

impl Deeds {
    /// Only files.
    fn new() -> Self {
        let (stand, drawer) = (Stand::start(), Drawer::new());
        stand.set(&json!({"poa": {"queue_s": 0, "processing_s": 0}}));
        let ctl = kabinetctl().with_tokens(&drawer);
        drawer.add(&stand, "0001", &["director"]);
        drawer.add(&stand, "0002", &["accountant"]);
        Self {
            stand,
            ctl,
            _drawer: drawer,
        }
    }

    /// With the vault of the head, whom the portal lets do everything.
    fn with_vault() -> Self {
        let Self { stand, _drawer, .. } = Self::new();
        let ctl = vault_of(&stand, &_drawer, "director");
        Self { stand, ctl, _drawer }
    }

    fn new_poa(&self, answers: &Value, more: &[&str]) -> Finished {
        let file = self.ctl.file("answers.json", answers.to_string().as_bytes());
        let out = self.ctl.path("");
        let to = ["--out", text(&out)];
        let to: &[&str] = if more.contains(&"--in-vault") { &[] } else { &to };
        self.ctl
            .run(&[&["poa", "new", text(&file)], more, to].concat(), b"")
    }

    /// A good file of these answers.
    fn made(&self, answers: &Value) -> PathBuf {
        let made = self.new_poa(answers, &["--for", "Ландышева"]).expect(0).json();
        PathBuf::from(made["file"].as_str().unwrap())
    }

    /// A good file, and beside it its signature by OpenSSL.
    fn signed(&self, answers: &Value, certificate: &str) -> PathBuf {
        let file = self.made(answers);
        self.sign_beside(&file, certificate);
        file
    }

    fn sign_beside(&self, file: &Path, certificate: &str) {
        let pki = |ending: &str| self.stand.pki(&format!("{certificate}.{ending}"));
        let content = std::fs::read(file).unwrap();
        let signature = OpenSsl::new().sign(&pki("key"), &pki("crt"), &content, &[]);
        std::fs::write(beside(file), signature).unwrap();
    }

    fn poa(&self, rest: &[&str]) -> Finished {
        self.ctl.run(&[&["poa"], rest].concat(), b"")
    }

    /// `poa` with the token of somebody and this PIN.
    fn poa_with(&self, certificate: &str, pin: &str, rest: &[&str]) -> Finished {
        let module = built_module();
        let who = [
            "--cert",
            self.stand.fingerprint(certificate),
            "--module",
            text(&module),
            "--pin-stdin",
        ];
        self.ctl
            .run(&[&["poa"], rest, &who].concat(), format!("{pin}\n").as_bytes())
    }

    fn poa_as(&self, certificate: &str, rest: &[&str]) -> Finished {
        self.poa_with(certificate, PIN, rest)
    }
}

/// `FILE.sig`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Codes of everything in the list `key`.
fn codes(value: &Value, key: &str) -> Vec<String> {
    let all = value[key].as_array().unwrap().iter();
    all.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}
