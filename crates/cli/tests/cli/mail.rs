//! `mail`: what it asks of the portal, what it refuses before, and what is delivered afterwards by the portal's own record.

use kabinet_testkit::{AKT, Drawer, Finished, Kabinetctl, PIN, Stand, built_module, sample};
use serde_json::{Value, json};
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime};

use crate::office::vault_of;
use crate::text;

const API: &str = "/api/gusmev/proxy/geps-api-ext/*";

/// The head of the organisation, at a portal that has lists ready at once and one letter with a file.
struct Office {
    stand: Stand,
    ctl: Kabinetctl,
    _drawer: Drawer,
}

impl Office {
    fn of(employee: &str) -> Self {
        let (stand, drawer) = (Stand::start(), Drawer::new());
        stand.set(&json!({"mail_delay_s": 0}));
        stand.put_letter(&json!({"title": "Росреестр", "subtitle": "Уведомление", "ago_s": 60,
            "html": "<p>Срок — пять дней</p><script>steal()</script>", "params": {"Номер": "7-12/3"},
            "attachments": [{"name": "Решение.pdf", "mime": "application/pdf", "text": "Notice", "signed": true}]}));
        drawer.add(&stand, "0001", &[employee]);
        let ctl = vault_of(&stand, &drawer, employee);
        Self {
            stand,
            ctl,
            _drawer: drawer,
        }
    }

    /// `mail` without anybody's token.
    fn mail(&self, rest: &[&str]) -> Finished {
        self.ctl.run(&[&["mail"], rest].concat(), b"")
    }

    /// `mail` with the token of an employee.
    fn mail_as(&self, employee: &str, rest: &[&str]) -> Finished {
        let module = built_module();
        let who = [
            "--cert",
            self.stand.fingerprint(employee),
            "--module",
            text(&module),
            "--pin-stdin",
        ];
        self.ctl
            .run(&[&["mail"], rest, &who].concat(), format!("{PIN}\n").as_bytes())
    }

    fn asked(&self) -> usize {
        self.stand.requests_to("GET", API) + self.stand.requests_to("POST", API)
    }

    fn delivered(&self) -> Vec<Value> {
        let mut letters = self.stand.letters();
        letters.retain(|letter| !letter["deliveredAt"].is_null());
        letters
    }

    /// The id of the letter that was put in, once its list is here.
    fn listed(&self) -> String {
        self.mail_as("director", &["request", &day()]).expect(0);
        self.mail_as("director", &["results"]).expect(0);
        let list = self.mail(&["list"]).expect(0).json();
        let found = list["letters"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["sender"] == "Росреестр");
        found.unwrap()["letter"]["message"].as_str().unwrap().to_owned()
    }
}

/// The day a minute ago.
fn day() -> String {
    let at = (OffsetDateTime::now_utc() - Duration::MINUTE).to_offset(offset!(+3));
    at.format(format_description!("[year]-[month]-[day]")).unwrap()
}

#[test]
fn a_letter_is_listed_opened_by_number_and_word_saved_and_deleted() {
    let office = Office::of("director");
    assert_eq!(
        office.mail(&["request", &day()]).expect(77).error(),
        "app.not-signed-in"
    );
    assert_eq!(
        office
            .mail_as("director", &["request", "завтра"])
            .expect(64)
            .error(),
        "mail.days"
    );
    assert_eq!(office.asked(), 0);

    let ordered = office.mail_as("director", &["request", &day()]).expect(0).json();
    assert_eq!(
        (&ordered["tasks"][0]["state"], &ordered["budget"]["searchesLeft"]),
        (&json!("preparing"), &json!(4))
    );
    let results = office.mail_as("director", &["results"]).expect(0).json();
    assert_eq!(results["tasks"][0]["state"], "taken");
    let letter = office.listed();
    assert_eq!(office.delivered(), Vec::<Value>::new());

    // Neither without the letter's number nor without the word for it, and not for several.
    office
        .mail_as("director", &["open", "--i-understand-delivery"])
        .expect(64);
    office
        .mail_as("director", &["open", &letter, &letter, "--i-understand-delivery"])
        .expect(64);
    let refused = office.mail_as("director", &["open", &letter]).expect(64);
    assert_eq!(refused.error(), "mail.not-confirmed");
    let unknown = "00000000-0000-4000-8000-000000000000";
    let refused = office
        .mail_as("director", &["open", unknown, "--i-understand-delivery"])
        .expect(1);
    assert_eq!(refused.error(), "app.not-found");
    assert_eq!(office.delivered(), Vec::<Value>::new());

    let opened = office
        .mail_as("director", &["open", &letter, "--i-understand-delivery"])
        .expect(0)
        .json();
    let said = opened["text"].as_str().unwrap();
    assert!(
        said.contains("Срок — пять дней") && !said.contains("steal"),
        "{said}"
    );
    assert_eq!(
        (&opened["number"], &opened["row"]["state"]),
        (&json!("7-12/3"), &json!("opened"))
    );
    assert_eq!(office.delivered().len(), 1);

    // What is here is shown without anybody's word, and without the portal.
    let asked = office.asked();
    office.mail(&["open", &letter]).expect(0);
    let out = office.ctl.path("letter.xml");
    office
        .mail(&["save", &letter, "--format", "xml", "--out", text(&out)])
        .expect(0);
    assert!(
        std::fs::read_to_string(&out)
            .unwrap()
            .contains("<Sender>Росреестр</Sender>")
    );
    assert_eq!(office.asked(), asked);

    let file = opened["files"][0]["id"].as_str().unwrap();
    let out = office.ctl.path("decision.pdf");
    let save = ["save", &letter, "--file", file, "--out", text(&out)];
    assert_eq!(office.mail(&save).expect(77).error(), "app.not-signed-in");
    office.mail_as("director", &save).expect(0);
    assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF"));
    assert!(office.ctl.path("decision.pdf.sig").exists());

    let answered = office
        .mail(&["answer", &letter, text(&sample(AKT))])
        .expect(0)
        .json();
    let document = answered["files"][0]["documentId"].as_str().unwrap();
    let page = office.ctl.run(&["status", document], b"").expect(0).json();
    assert_eq!(page["answers"]["row"]["letter"]["message"], letter.as_str());

    // Nothing goes before its term by mistake, or while it is held.
    let delete = ["delete", &letter, "--reason", "акт № 3"];
    assert_eq!(office.mail(&delete).expect(1).error(), "app.term-not-ended");
    office
        .mail(&["hold", &letter, "--reason", "выездная проверка"])
        .expect(0);
    let early = [&delete[..], &["--before-term"]].concat();
    assert_eq!(office.mail(&early).expect(1).error(), "store.kept-hold");
    office.mail(&["release", &letter]).expect(0);
    let gone = office.mail(&early).expect(0).json();
    assert_eq!(
        (&gone["row"]["state"], &gone["text"], &gone["number"]),
        (&json!("deleted"), &Value::Null, &json!("7-12/3"))
    );
    let list = office.mail(&["list"]).expect(0).json();
    let row = list["letters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["letter"]["message"] == letter.as_str());
    assert_eq!(row.unwrap()["state"], "deleted", "{list}");
    let again = office.mail_as("director", &["open", &letter]).expect(64);
    assert_eq!(again.error(), "mail.not-confirmed");
    assert_eq!(
        office.mail(&["save", &letter, "--out", "x"]).expect(1).error(),
        "app.not-found"
    );
}

#[test]
fn a_list_that_is_not_ready_and_a_spent_day_have_exit_codes_of_their_own() {
    let office = Office::of("director");
    office.stand.set(&json!({"mail_delay_s": 3600}));
    office.mail_as("director", &["request", &day()]).expect(0);
    let results = office.mail_as("director", &["results"]).expect(2).json();
    assert_eq!(
        (&results["tasks"][0]["state"], &results["budget"]["fetchesLeft"]),
        (&json!("preparing"), &json!(14))
    );
    let today = day();
    let days = [&*today; 5];
    let refused = office
        .mail_as("director", &[&["request"], &days[..]].concat())
        .expect(69);
    assert_eq!(refused.error(), "mail.searches-spent");
    let said = office.ctl.say_in_vault("ru_RU.UTF-8", &["mail", "list"]).text();
    assert!(said.contains("Готовится, обычно около часа"), "{said}");
    let help = office.ctl.say("ru_RU.UTF-8", &["mail", "open", "--help"]).text();
    assert!(
        help.contains("COUNTS AS DELIVERED") && help.contains("--i-understand-delivery"),
        "{help}"
    );
}

#[test]
fn whoever_may_not_read_the_mail_is_told_so_by_code_77() {
    let office = Office::of("accountant");
    let refused = office.mail_as("accountant", &["request", &day()]).expect(77);
    assert_eq!(refused.error(), "mail.not-allowed");
    let journal = office
        .ctl
        .run(&["journal", "--action", "refused-by-portal"], b"")
        .expect(0)
        .text();
    assert!(journal.contains("\"mail\""), "{journal}");
}
