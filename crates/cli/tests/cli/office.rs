//! An office: a portal, a token in the drawer, a vault with the demo organisation.

use kabinet_testkit::{AKT, Drawer, Finished, Kabinetctl, PIN, Running, Stand, built_module, sample};
use serde_json::Value;

use crate::{kabinetctl, text};

pub struct Office {
    pub stand: Stand,
    pub drawer: Drawer,
    pub ctl: Kabinetctl,
}

impl Office {
    pub fn new() -> Self {
        let (stand, drawer) = (Stand::start(), Drawer::new());
        drawer.add(&stand, "0001", &["accountant"]);
        let ctl = kabinetctl().with_tokens(&drawer).with_vault(&stand);
        Self { stand, drawer, ctl }
    }

    /// Arguments that sign in and sign as the accountant.
    fn as_accountant(&self, command: &[&str]) -> Vec<String> {
        let module = built_module();
        let who = [
            "--cert",
            self.stand.fingerprint("accountant"),
            "--module",
            text(&module),
            "--pin-stdin",
        ];
        command
            .iter()
            .chain(&who)
            .map(|argument| (*argument).to_owned())
            .collect()
    }

    /// Runs a command with the accountant's token and this PIN.
    pub fn run_with(&self, pin: &str, command: &[&str]) -> Finished {
        let arguments = self.as_accountant(command);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.ctl.run(&arguments, format!("{pin}\n").as_bytes())
    }

    /// Sends a sample and waits for the end.
    pub fn send(&self, name: &str) -> Finished {
        self.run_with(PIN, &["send", text(&sample(name)), "--wait", "60"])
    }

    /// Starts to send the sample «акт сверки» and does not wait.
    pub fn start_sending(&self) -> Running {
        let file = sample(AKT);
        let arguments = self.as_accountant(&["send", text(&file), "--wait", "60"]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.ctl.start(&arguments, format!("{PIN}\n").as_bytes())
    }

    /// Works the outbox until nothing moves.
    pub fn sync(&self) -> Finished {
        self.run_with(PIN, &["sync", "--wait", "60", "--timeout", "4"])
    }

    /// The page of the only document.
    pub fn page(&self) -> Value {
        let list = self.ctl.run(&["status"], b"").expect(0).json();
        assert_eq!(list["total"], 1, "{list}");
        self.page_of(list["rows"][0]["id"].as_str().unwrap())
    }

    /// The page of a document.
    pub fn page_of(&self, id: &str) -> Value {
        self.ctl.run(&["status", id], b"").expect(0).json()
    }

    /// The document is accepted and its receipt is here; the portal took exactly one order, once; nothing in the vault is
    /// amiss.
    pub fn all_is_well(&self, id: &str) {
        let page = self.page_of(id);
        assert_eq!(page["row"]["stage"], "accepted", "{page}");
        assert_eq!(
            (&page["submission"]["state"], &page["submission"]["outcome"]),
            (&"finished".into(), &"accepted".into())
        );
        let kinds: Vec<&str> = page["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| file["kind"].as_str().unwrap())
            .collect();
        assert_eq!(
            kinds,
            ["main", "signature", "result", "result-signature"],
            "{page}"
        );
        for signature in page["signatures"].as_array().unwrap() {
            assert_eq!(signature["verdict"], "valid", "{signature}");
        }
        let order = self.stand.only_filed();
        assert_eq!(page["row"]["orderId"], order["id"].to_string());
        assert_eq!(
            (&order["pushes"], &order["push_requests"]),
            (&1.into(), &1.into()),
            "{order:#}"
        );
        let check = self.ctl.run(&["vault", "verify"], b"").expect(0).json();
        let integrity = &check["organisations"][0]["integrity"];
        assert_eq!(
            (
                &check["whole"],
                &integrity["documents"],
                &integrity["journal"]["brokenAt"]
            ),
            (&true.into(), &1.into(), &Value::Null)
        );
    }
}

/// A vault of the demo organisation with the API key of this employee.
pub fn vault_of(stand: &Stand, drawer: &Drawer, employee: &str) -> Kabinetctl {
    let ctl = kabinetctl().with_tokens(drawer).with("KABINET_DEMO", stand.dir());
    ctl.file("passphrase", "шесть слов для пробы и ещё два\n".as_bytes());
    let key = ctl.file("key", format!("{}\n", stand.api_key(employee)).as_bytes());
    ctl.run(&["vault", "create", "--environment", "demo"], b"")
        .expect(0);
    let owner = &stand.demo.organisations[0];
    let requisites = [
        ("--name", &*owner.short_name),
        ("--inn", &*owner.inn),
        ("--ogrn", &*owner.ogrn),
        ("--kpp", &*owner.kpp),
        ("--region", &*owner.region),
        ("--api-key-file", text(&key)),
    ];
    let requisites = requisites.iter().flat_map(|(name, value)| [*name, *value]);
    let add: Vec<&str> = std::iter::once("organisation").chain(requisites).collect();
    ctl.run(&add, b"").expect(0);
    ctl
}
