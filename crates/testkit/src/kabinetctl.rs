//! Runs of `kabinetctl`.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::run;
use crate::{Drawer, Stand};

/// The program with a home folder and an environment of its own.
pub struct Kabinetctl {
    program: PathBuf,
    home: TempDir,
    environment: Vec<(OsString, OsString)>,
}

/// A run that has ended.
pub struct Finished {
    /// Exit code; -1 after a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// Standard output, which has to be one JSON object in one line.
    pub fn json(&self) -> Value {
        let text = self.text();
        assert_eq!(
            text.trim_end_matches('\n').lines().count(),
            1,
            "one object: {text:?}; {}",
            self.stderr
        );
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(value.is_object(), "{value}");
        value
    }

    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    /// The code of the failure in JSON.
    pub fn error(&self) -> String {
        let value = self.json();
        let error = value["error"]
            .as_object()
            .unwrap_or_else(|| panic!("no failure: {value}"));
        assert!(
            error["params"].is_object() && error["retriable"].is_boolean(),
            "{value}"
        );
        error["code"].as_str().unwrap().to_owned()
    }

    /// The same run, which had to end with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            code,
            "{} {}",
            String::from_utf8_lossy(&self.stdout),
            self.stderr
        );
        self
    }
}

/// A run under way.
pub struct Running(Child);

impl Running {
    /// SIGKILL, as the kernel does when memory runs out.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGSTOP: it is still there and does nothing any more.
    pub fn freeze(&self) {
        let stopped = Command::new("kill")
            .args(["-STOP", &self.0.id().to_string()])
            .status()
            .unwrap();
        assert!(stopped.success());
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

/// Passphrase of vaults made by [`Kabinetctl::with_vault`].
const PASSPHRASE: &str = "двенадцать стульев и один стол";

impl Kabinetctl {
    /// The program at this path, with an empty home.
    pub fn new(program: &str) -> Self {
        Self {
            program: program.into(),
            home: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    /// With one more variable in its environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// With a vault for the demo environment and the demo organisation in it.
    #[must_use]
    pub fn with_vault(self, stand: &Stand) -> Self {
        let ctl = self.with("KABINET_DEMO", stand.dir());
        let (passphrase, key) = (ctl.path("passphrase"), ctl.path("api-key"));
        std::fs::write(&passphrase, format!("{PASSPHRASE}\n")).unwrap();
        std::fs::write(&key, format!("{}\n", stand.api_key("accountant"))).unwrap();
        let owner = &stand.demo.organisations[0];
        ctl.run(&["vault", "create", "--environment", "demo"], b"")
            .expect(0);
        let add = [
            "organisation",
            "--name",
            &owner.short_name,
            "--inn",
            &owner.inn,
            "--ogrn",
            &owner.ogrn,
        ];
        let rest = [
            "--kpp",
            &owner.kpp,
            "--region",
            &owner.region,
            "--api-key-file",
            key.to_str().unwrap(),
        ];
        ctl.run(&[&add[..], &rest].concat(), b"").expect(0);
        ctl
    }

    /// With a drawer of tokens, by the environment: `--module` still has to be named.
    #[must_use]
    pub fn with_tokens(self, drawer: &Drawer) -> Self {
        self.with("KABINET_SOFTTOKEN_DIR", drawer.tokens())
    }

    /// A path in the home folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file into the home folder.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--json");
        self.with_home(&mut command, arguments);
        command
    }

    fn with_home(&self, command: &mut Command, arguments: &[&str]) {
        command.arg("--vault").arg(self.home.path());
        if self.path("passphrase").exists() {
            command.arg("--passphrase-file").arg(self.path("passphrase"));
        }
        command.args(arguments);
        self.surround(command);
    }

    fn surround(&self, command: &mut Command) {
        // Neither the keychain nor the language of whoever runs the tests.
        for name in [
            "DBUS_SESSION_BUS_ADDRESS",
            "LC_ALL",
            "LC_MESSAGES",
            "LANG",
            "KABINET_HOME",
            "KABINET_TRUST",
        ] {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }

    /// Runs it with `--json`.
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Finished {
        finished(&mut self.command(arguments), input)
    }

    /// Runs it for a person, in this locale.
    pub fn say(&self, locale: &str, arguments: &[&str]) -> Finished {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        self.surround(&mut command);
        command.env("LC_ALL", locale);
        finished(&mut command, b"")
    }

    /// [`Kabinetctl::say`] with the vault in the home folder.
    pub fn say_in_vault(&self, locale: &str, arguments: &[&str]) -> Finished {
        let mut command = Command::new(&self.program);
        self.with_home(&mut command, arguments);
        command.env("LC_ALL", locale);
        finished(&mut command, b"")
    }

    /// Starts it and does not wait.
    pub fn start(&self, arguments: &[&str], input: &[u8]) -> Running {
        let mut command = self.command(arguments);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Running(child)
    }
}

fn finished(command: &mut Command, input: &[u8]) -> Finished {
    let output = run(command, input);
    Finished {
        code: output.status.code().unwrap_or(-1),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
