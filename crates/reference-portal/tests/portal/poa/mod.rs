//! The registry of powers of attorney as clients meet it. Files are written here, signatures made by OpenSSL.

mod access;
mod hand_overs;
mod redelegation;
mod registration;
mod revocation;
mod usage;
mod wrong;

use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding as _};
use reqwest::Method;
use serde_json::{Value, json};
use time::macros::{format_description, offset};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::cabinet::Cabinet;
use crate::stand::{Stand, base64_url};

pub const ROMASHKA: &str = "9900000017";

/// Today in Moscow, so many days on.
pub fn day(after: i64) -> String {
    let today: Date = OffsetDateTime::now_utc().to_offset(offset!(+3)).date();
    (today + time::Duration::days(after)).to_string()
}

/// A file to be handed in.
#[derive(Clone)]
pub struct Deed {
    pub number: Uuid,
    pub issued: String,
    pub expires: String,
    pub kind: &'static str,
    /// `Безотзыв`, or nothing.
    pub irrevocable: String,
    pub redelegation: &'static str,
    pub giver: String,
    pub receivers: Vec<String>,
    pub powers: String,
    /// First and direct parent.
    pub parent: Option<(Uuid, Uuid)>,
}

/// A person of the demo data as an element of this name.
pub fn person(stand: &Stand, element: &str, id: &str) -> String {
    let one = stand.portal.demo.employee(id).unwrap();
    let (given, patronymic) = one.given_name.split_once(' ').unwrap();
    format!(
        r#"<{element} СНИЛС="{}" ИННФЛ="{}" Должность="{}"><СведФЛ ПрГражд="1" ДатаРожд="1980-01-02"><ФИО Имя="{given}" Отчество="{patronymic}" Фамилия="{}"/></СведФЛ></{element}>"#,
        snils(&one.snils),
        one.inn,
        one.title,
        one.surname
    )
}

/// `000-000-000 00`.
fn snils(digits: &str) -> String {
    format!(
        "{}-{}-{} {}",
        &digits[..3],
        &digits[3..6],
        &digits[6..9],
        &digits[9..]
    )
}

/// An organisation of the demo data that gives powers by its head.
pub fn organisation(stand: &Stand, element: &str, id: &str, head: &str) -> String {
    let one = stand.portal.demo.organisation(id).unwrap();
    format!(
        r#"<{element} ЕИОФЛ="1"><СвРосОрг НаимОрг="{}" ИННЮЛ="{}" КПП="{}" ОГРН="{}"><АдрРег Регион="77"/></СвРосОрг><ЛицоБезДов>{}</ЛицоБезДов></{element}>"#,
        one.short_name,
        one.inn,
        one.kpp,
        one.ogrn,
        person(stand, "СвФЛ", head)
    )
}

/// A power with limits, each a code and a value.
pub fn power(code: &str, limits: &[(&str, &str)]) -> String {
    let limits: String = limits
        .iter()
        .map(|(code, value)| {
            format!(r#"<ОгрСвПолн ИдОгр="1" КодОгр="{code}" НаимОгр="Предел" НаимЗначОгр="Значение"><ТексЗначОгр>{value}</ТексЗначОгр></ОгрСвПолн>"#)
        })
        .collect();
    format!(r#"<МашПолн КодПолн="{code}" НаимПолн="Полномочие">{limits}</МашПолн>"#)
}

impl Deed {
    /// From the demo organisation to an employee, to sign documents, for a year.
    pub fn to(stand: &Stand, employee: &str) -> Self {
        Self {
            number: Uuid::new_v4(),
            issued: day(0),
            expires: day(365),
            kind: "1",
            irrevocable: String::new(),
            redelegation: "1",
            giver: organisation(stand, "РосОргДовер", "romashka", "director"),
            receivers: vec![person(stand, "СведФизЛ", employee)],
            powers: power("DEMO_SRCDOC_ALL", &[]),
            parent: None,
        }
    }

    /// What a person passes on of this one.
    pub fn passed_on(&self, stand: &Stand, from: &str, to: &str) -> Self {
        let first = self.parent.map_or(self.number, |(first, _)| first);
        Self {
            number: Uuid::new_v4(),
            giver: person(stand, "ФЛПерПолн", from),
            receivers: vec![person(stand, "СведФизЛ", to)],
            redelegation: "1",
            kind: "1",
            irrevocable: String::new(),
            parent: Some((first, self.number)),
            ..self.clone()
        }
    }

    pub fn id(&self) -> String {
        format!("ON_EMCHD_{}_{}", day(0).replace('-', ""), self.number)
    }

    pub fn name(&self) -> String {
        format!("{}.xml", self.id())
    }

    pub fn xml(&self) -> String {
        let about = |element: &str| {
            format!(
                r#"<{element} ВидДовер="{}" ПрПередов="{}" НомДовер="{}" ДатаВыдДовер="{}" СрокДейст="{}">{}</{element}>"#,
                self.kind, self.redelegation, self.number, self.issued, self.expires, self.irrevocable
            )
        };
        let receivers = |element: &str| -> String {
            let one = |one: &String| format!(r#"<{element} ТипПред="3"><Пред>{one}</Пред></{element}>"#);
            self.receivers.iter().map(one).collect()
        };
        let powers = format!(r#"<СвПолн ТипПолн="1" ПрСовмПолн="1">{}</СвПолн>"#, self.powers);
        let body = match self.parent {
            None => format!(
                r#"<Довер>{}<СвДоверит ТипДоверит="1"><Доверит>{}</Доверит></СвДоверит>{}{powers}</Довер>"#,
                about("СвДов"),
                self.giver,
                receivers("СвУпПред"),
            ),
            Some((first, direct)) => format!(
                r#"<Передов ПрНалПередов="1"><СвПервДовер ПрДовер="1" ФормДовер="1" НомДоверПерв="{first}" НомДоверN="{direct}"/>{}<СвПередПолн ТипПерПолн="3"><ПередПолн>{}</ПередПолн></СвПередПолн>{}{powers}</Передов>"#,
                about("СвПереДовер"),
                self.giver,
                receivers("СвПолучПолн"),
            ),
        };
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000" ИдФайл="{}"><Документ КНД="1110310">{body}</Документ></Доверенность>"#,
            self.id()
        )
    }
}

/// A revocation by a person of the demo data.
pub fn revocation(stand: &Stand, number: Uuid, reason: &str, by: &str) -> (String, String) {
    let id = format!("ON_OTZMCHD_{}_{}", day(0).replace('-', ""), Uuid::new_v4());
    let one = stand.portal.demo.employee(by).unwrap();
    let given = one.given_name.split(' ').next().unwrap();
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><ОтзывДоверенности ВерсФорм="EMCHD_OTZ_1" ИдФайл="{id}"><Документ ДатаОтз="{}"><СвДов НомДовер="{number}"/><Причина>{reason}</Причина><Заявитель Наим="ООО «Ромашка»" ИНН="{ROMASHKA}" КПП="990001001" ОГРН="1209900000012"/><Подписант ИННФЛ="{}" СНИЛС="{}" Должность="{}"><ФИО Фамилия="{}" Имя="{given}"/></Подписант></Документ></ОтзывДоверенности>"#,
        day(0),
        one.inn,
        snils(&one.snils),
        one.title,
        one.surname
    );
    (format!("{id}.xml"), xml)
}

pub fn body(name: &str, content: &[u8], signature: &[u8]) -> Value {
    json!({
        "name": name,
        "content": Base64::encode_string(content),
        "signature": Base64::encode_string(signature),
    })
}

/// The token of somebody by the organisation's own certificate, which serves all its employees.
pub fn by_organisation<'s>(stand: &'s Stand, employee: &str) -> Cabinet<'s> {
    let key = stand.api_key(employee);
    let signature = base64_url(&stand.sign("organisation", key.as_bytes()));
    let answer = stand.ask_for_token(&key, &signature);
    assert_eq!(answer.status(), 200);
    let token: Value = answer.json().unwrap();
    Cabinet {
        stand,
        token: token["accessTkn"].as_str().unwrap().to_owned(),
    }
}

impl Cabinet<'_> {
    /// Hands in at `registrations` or `revocations`; the task.
    pub fn hand_in(&self, at: &str, name: &str, content: &[u8], signature: &[u8]) -> String {
        let answer = self.posted(&format!("/poa/{at}"), &body(name, content, signature), 202);
        answer["task"].as_str().unwrap().to_owned()
    }

    /// Once a task is over.
    pub fn over(&self, task: &str) -> Value {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let seen = self.get(&format!("/poa/registrations/{task}"));
            if seen["state"] == "done" || seen["state"] == "error" {
                assert!(seen["finishedAt"].is_string());
                return seen;
            }
            assert!(Instant::now() < end, "{seen}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Code and element of the first error.
    pub fn first_error(&self, task: &str) -> (String, String) {
        let seen = self.over(task);
        let error = &seen["errors"][0];
        assert!(seen["state"] == "done" || error["text"].as_str().is_some_and(|text| !text.is_empty()));
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("element"))
    }

    /// Hands a deed in, signed by this certificate; the task when it is over.
    pub fn try_register(&self, deed: &Deed, certificate: &str) -> Value {
        let xml = deed.xml();
        let signature = self.stand.sign(certificate, xml.as_bytes());
        let task = self.hand_in("registrations", &deed.name(), xml.as_bytes(), &signature);
        self.over(&task)
    }

    /// Registers a deed that must be good.
    pub fn must_register(&self, deed: &Deed, certificate: &str) {
        let task = self.try_register(deed, certificate);
        assert_eq!(
            (&task["state"], &task["errors"]),
            (&json!("done"), &json!([])),
            "{}",
            deed.xml()
        );
        assert_eq!(task["number"], deed.number.to_string());
    }

    pub fn poa(&self, number: Uuid) -> Value {
        self.get(&format!("/poa/{number}?inn={ROMASHKA}"))
    }

    pub fn status_of(&self, path: &str) -> u16 {
        self.request(Method::GET, path).send().unwrap().status().as_u16()
    }
}

/// A stand whose registry answers at once.
pub fn stand() -> Stand {
    let stand = Stand::start();
    stand.set(&json!({"poa": {"queue_s": 0, "processing_s": 0}}));
    stand
}

/// `YYYYMMDD` of today.
pub fn today() -> String {
    let format = format_description!("[year][month][day]");
    OffsetDateTime::now_utc()
        .to_offset(offset!(+3))
        .format(format)
        .unwrap()
}
