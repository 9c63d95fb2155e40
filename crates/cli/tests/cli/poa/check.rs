//! `poa check`: allowed, not allowed, cannot be told, each for a reason of its own.

use std::path::{Path, PathBuf};

use kabinet_testkit::{Finished, sample};
use serde_json::{Value, json};

use super::{Deeds, answers, beside, codes};
use crate::text;

/// What is at hand: trust, revocation, the registry's word, person and power.
struct Judge<'d> {
    deeds: &'d Deeds,
    by: Vec<String>,
}

impl<'d> Judge<'d> {
    fn new(deeds: &'d Deeds) -> Self {
        let [root, authority] = deeds.stand.crls();
        let (trust, list) = (deeds.stand.trust_folder(), deeds.stand.trust_list());
        let by = [
            "--offline",
            "--trust",
            text(&trust),
            "--trust-list",
            text(&list),
            "--crl",
            text(&root),
            "--crl",
            text(&authority),
        ];
        Self {
            deeds,
            by: by.map(str::to_owned).to_vec(),
        }
    }

    fn run(&self, file: &Path, more: &[&str]) -> Finished {
        let by: Vec<&str> = self.by.iter().map(String::as_str).collect();
        self.deeds.poa(&[&["check", text(file)], more, &by].concat())
    }

    fn inn(&self, id: &str) -> String {
        let all = &self.deeds.stand.demo.employees;
        all.iter().find(|one| one.id == id).unwrap().inn.clone()
    }
}

fn first(report: &Value) -> &str {
    report["reasons"][0]["code"].as_str().unwrap()
}

#[test]
fn each_answer_has_its_exit_code_and_its_reason() {
    let deeds = Deeds::new();
    let judge = Judge::new(&deeds);
    let file = deeds.signed(&answers(&deeds.stand), "director");
    let person = judge.inn("representative");
    let good = [
        "--person-inn",
        &person,
        "--power",
        "DEMO_SRCDOC_ALL",
        "--registry",
        "active",
    ];
    let report = judge.run(&file, &good).expect(0).json();
    assert_eq!(report["verdict"], "allowed", "{report}");
    assert_eq!(report["signatures"][0]["standing"], "valid");
    assert_eq!(codes(&report, "reasons"), ["poa.systems"]);
    assert_eq!(
        (&report["format"], &report["findings"]),
        (&json!("emchd"), &json!([]))
    );
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(name.contains(report["number"].as_str().unwrap()));
    assert_eq!(
        (&report["issued"], &report["expires"]),
        (&json!("2026-01-10"), &json!("2099-12-31"))
    );

    // The document's format says which powers do; the certificate says who it is.
    let certificate = deeds.stand.pki("representative.crt");
    let by_format = [
        "--certificate",
        text(&certificate),
        "--for-format",
        "fns.on_nschfdoppr",
        "--registry",
        "active",
    ];
    judge.run(&file, &by_format).expect(0);

    let other = judge.inn("accountant");
    let cases: &[(&[&str], i32, &str)] = &[
        (
            &[
                "--person-inn",
                &other,
                "--power",
                "DEMO_SRCDOC_ALL",
                "--registry",
                "active",
            ],
            1,
            "poa.other-person",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--power",
                "DEMO_BANK",
                "--registry",
                "active",
            ],
            1,
            "poa.power-missing",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--for-format",
                "sfr.10000000109",
                "--registry",
                "active",
            ],
            1,
            "poa.power-missing",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--power",
                "DEMO_SRCDOC_ALL",
                "--registry",
                "revoked",
            ],
            1,
            "poa.revoked",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--power",
                "DEMO_SRCDOC_ALL",
                "--registry",
                "absent",
            ],
            1,
            "poa.never-registered",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--power",
                "DEMO_SRCDOC_ALL",
                "--registry",
                "expired",
            ],
            1,
            "poa.registry-contradicts",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--power",
                "DEMO_SRCDOC_ALL",
                "--registry",
                "active",
                "--organisation",
                "7707083893",
            ],
            1,
            "poa.other-organisation",
        ),
        (
            &[
                "--person-inn",
                &person,
                "--power",
                "DEMO_SRCDOC_ALL",
                "--registry",
                "active",
                "--at",
                "2025-01-01T00:00:00Z",
            ],
            1,
            "poa.not-yet",
        ),
        (
            &["--person-inn", &person, "--power", "DEMO_SRCDOC_ALL"],
            2,
            "poa.registry-never-asked",
        ),
        (
            &["--person-inn", &person, "--registry", "active"],
            2,
            "poa.power-not-named",
        ),
        (
            &["--power", "DEMO_SRCDOC_ALL", "--registry", "active"],
            2,
            "poa.person-unknown",
        ),
    ];
    for (more, code, reason) in cases {
        let report = judge.run(&file, more).expect(*code).json();
        assert_eq!(first(&report), *reason, "{more:?}: {report}");
    }
    // Nothing is trusted: nothing is known of the signature.
    let bare = [&["check", text(&file), "--offline"], &good[..]].concat();
    let report = deeds.poa(&bare).expect(2).json();
    assert_eq!(first(&report), "poa.signature-unknown", "{report}");

    let said = deeds.ctl.say(
        "ru_RU.UTF-8",
        &[
            "poa",
            "check",
            text(&file),
            "--offline",
            "--person-inn",
            &other,
            "--registry",
            "active",
        ],
    );
    let said = said.expect(1).text();
    assert!(said.contains("Действовать по доверенности нельзя"), "{said}");
    assert!(said.contains("Доверенность выдана другому человеку"), "{said}");
}

#[test]
fn what_was_altered_unsigned_or_signed_by_another_is_no_authority() {
    let deeds = Deeds::new();
    let judge = Judge::new(&deeds);
    let person = judge.inn("representative");
    let good = [
        "--person-inn",
        &person,
        "--power",
        "DEMO_SRCDOC_ALL",
        "--registry",
        "active",
    ];
    let file = deeds.signed(&answers(&deeds.stand), "director");
    judge.run(&file, &good).expect(0);
    let content = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, content.replace("2099-12-31", "2098-12-31")).unwrap();
    assert_eq!(
        first(&judge.run(&file, &good).expect(1).json()),
        "poa.signature-broken"
    );
    std::fs::write(&file, &content).unwrap();
    std::fs::remove_file(beside(&file)).unwrap();
    assert_eq!(first(&judge.run(&file, &good).expect(1).json()), "poa.unsigned");
    for (certificate, reason) in [
        ("accountant", "poa.signer-not-head"),
        ("accountant-revoked", "poa.certificate-revoked"),
    ] {
        deeds.sign_beside(&file, certificate);
        let report = judge.run(&file, &good).expect(1).json();
        assert!(
            codes(&report, "reasons").contains(&reason.to_owned()),
            "{certificate}: {report}"
        );
    }
    // Of an authority nobody here knows nothing can be said.
    deeds.sign_beside(&file, "director-untrusted");
    assert_eq!(
        first(&judge.run(&file, &good).expect(2).json()),
        "poa.signature-unknown"
    );
    // Named as it is, a signature somewhere else counts.
    let elsewhere = deeds.ctl.path("elsewhere.p7s");
    deeds.sign_beside(&file, "director");
    std::fs::rename(beside(&file), &elsewhere).unwrap();
    judge
        .run(&file, &[&good[..], &["--signature", text(&elsewhere)]].concat())
        .expect(0);
    // Understood, and still not of the format.
    let wrong = file.with_file_name("ON_EMCHD_20260110_00000000-0000-4000-8000-000000000001.xml");
    std::fs::write(&wrong, &content).unwrap();
    std::fs::copy(&elsewhere, beside(&wrong)).unwrap();
    let report = judge.run(&wrong, &good).expect(1).json();
    assert_eq!(first(&report), "poa.format", "{report}");
    assert!(
        codes(&report, "findings").contains(&"file-name.mismatch".to_owned()),
        "{report}"
    );
    let letter = deeds.ctl.file("letter.xml", b"<Letter/>");
    assert_eq!(judge.run(&letter, &good).expect(1).error(), "poa-file.foreign");
    let absent = deeds.ctl.path("absent.xml");
    assert_eq!(judge.run(&absent, &good).expect(64).error(), "app.file-not-found");
}

#[test]
fn a_chain_is_followed_through_the_files_beside_it() {
    let deeds = Deeds::new();
    let judge = Judge::new(&deeds);
    let mut given = answers(&deeds.stand);
    given["redelegation"] = json!("once");
    given["powers"] = json!(["DEMO_SRCDOC_ALL", "DEMO_RECONCILE"]);
    let parent = deeds.signed(&given, "director");
    let number = parent
        .file_stem()
        .unwrap()
        .to_str()
        .unwrap()
        .rsplit('_')
        .next()
        .unwrap()
        .to_owned();
    // Passed on by the person who received it to the accountant.
    let mut passed = answers(&deeds.stand);
    passed["head"] = passed["people"][0].clone();
    passed["principal"] = json!({"kind": "person"});
    passed["from"] = json!({"first": number, "first-issued": "2026-01-10", "first-expires": "2099-12-31"});
    passed["people"] = json!([passed["people"][1]]);
    let accountant = judge.inn("accountant");
    let made = deeds.new_poa(&passed, &["--for", &accountant]).expect(0).json();
    let child = PathBuf::from(made["file"].as_str().unwrap());
    deeds.sign_beside(&child, "representative");
    let good = [
        "--person-inn",
        &accountant,
        "--power",
        "DEMO_SRCDOC_ALL",
        "--registry",
        "active",
    ];
    let owner = deeds.stand.demo.organisations[0].inn.clone();
    let report = judge
        .run(&child, &[&good[..], &["--organisation", &owner]].concat())
        .expect(2)
        .json();
    assert_eq!(first(&report), "poa.chain-parent-missing", "{report}");
    assert_eq!(report["parent"], number);
    judge
        .run(
            &child,
            &[&good[..], &["--parent", text(&parent), "--organisation", &owner]].concat(),
        )
        .expect(0);

    passed["powers"] = json!(["DEMO_BANK"]);
    let made = deeds.new_poa(&passed, &["--for", &accountant]).expect(0).json();
    let wider = PathBuf::from(made["file"].as_str().unwrap());
    deeds.sign_beside(&wider, "representative");
    let report = judge
        .run(&wider, &[&good[..], &["--parent", text(&parent)]].concat())
        .expect(1)
        .json();
    assert!(
        codes(&report, "reasons").contains(&"poa.chain-wider".to_owned()),
        "{report}"
    );
}

/// «Сообщение о представительстве» as its readers know it.
fn older(person: &str, expires: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="windows-1251"?><Файл ИдФайл="ON_DOVEL_0000_0000_9900000017_20260110_1" ВерсФорм="5.02"><Документ КНД="1110310"><СвДов НомДовер="17/2026" ДатаВыдДовер="10.01.2026" СрокДейст="{expires}"/><СвДоверит><РосОргДовер><СвРосОрг НаимОрг="ООО Ромашка" ИННЮЛ="9900000017"/></РосОргДовер></СвДоверит><СвУпПред><СвФЛ ИННФЛ="{person}"><ФИО Фамилия="Ландышева" Имя="Ольга"/></СвФЛ></СвУпПред><СвПолн КодПолн="21" НаимПолн="Подписывать"/></Документ></Файл>"#
    )
}

#[test]
fn of_the_older_format_is_told_what_is_known_and_never_that_it_allows() {
    let deeds = Deeds::new();
    let judge = Judge::new(&deeds);
    let person = judge.inn("representative");
    let write = |name: &str, expires: &str| {
        let text = older(&person, expires);
        let bytes: Vec<u8> = text
            .chars()
            .map(|one| match one {
                'Ё' => 0xA8,
                'ё' => 0xB8,
                one @ 'А'..='я' => (one as u32 - 0x410 + 0xC0) as u8,
                one => one as u8,
            })
            .collect();
        let file = deeds.ctl.file(name, &bytes);
        deeds.sign_beside(&file, "director");
        file
    };
    let good = ["--person-inn", &person, "--power", "21", "--registry", "active"];
    let file = write("ON_DOVEL_1.xml", "31.12.2099");
    let report = judge.run(&file, &good).expect(2).json();
    assert_eq!(
        (&report["format"], &report["number"]),
        (&json!("dovel 5.02"), &json!("17/2026"))
    );
    assert_eq!(report["representatives"][0]["inn"], person.as_str());
    assert!(
        codes(&report, "reasons").contains(&"poa.older-format".to_owned()),
        "{report}"
    );
    let other = judge.inn("accountant");
    let wrong = ["--person-inn", &other, "--power", "21", "--registry", "active"];
    assert_eq!(
        first(&judge.run(&file, &wrong).expect(1).json()),
        "poa.other-person"
    );
    let over = write("ON_DOVEL_2.xml", "31.01.2026");
    assert_eq!(first(&judge.run(&over, &good).expect(1).json()), "poa.expired");
    // Another document of ФНС is none.
    let akt = sample(kabinet_testkit::AKT);
    assert_eq!(judge.run(&akt, &good).expect(1).error(), "poa-file.foreign");
}
