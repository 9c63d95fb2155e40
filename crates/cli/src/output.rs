//! Text for people or JSON for scripts, and the exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::verification::protocol::{self, Format};
use kabinet_app::view::{Params, UiError, Verdict, VerificationReport};
use kabinet_texts::{Language, Texts};
use serde::Serialize;
use serde_json::json;

/// Done, or valid.
pub const DONE: u8 = 0;
/// Invalid, or refused.
pub const INVALID: u8 = 1;
/// Cannot be decided with what is at hand.
pub const UNDECIDED: u8 = 2;
/// The command line is wrong.
pub const USAGE: u8 = 64;
/// A service cannot be reached.
pub const UNAVAILABLE: u8 = 69;
/// PIN, passphrase or permission.
const FORBIDDEN: u8 = 77;

/// Where results go.
pub struct Output {
    json: bool,
    texts: Texts,
}

impl Output {
    /// JSON if asked for. Text is Russian unless the locale is another.
    pub fn new(json: bool) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let language = match locale.as_deref() {
            Some(locale) if locale.starts_with("en") => Language::English,
            _ => Language::Russian,
        };
        Self {
            json,
            texts: Texts::new(language),
        }
    }

    /// Language of the texts.
    pub fn language(&self) -> Language {
        self.texts.language()
    }

    /// The texts.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Text of a key.
    pub fn text(&self, key: &str, params: &Params) -> String {
        self.texts.text(key, params)
    }

    /// Prints the result, as JSON or as the lines given.
    pub fn result(&self, value: &impl Serialize, lines: impl FnOnce() -> Vec<String>, code: u8) -> ExitCode {
        if self.json {
            say(&serde_json::to_string(value).unwrap_or_default());
        } else {
            lines().iter().for_each(|line| say(line));
        }
        code.into()
    }

    /// The protocol of a check as a file of this format.
    pub fn protocol(&self, report: &VerificationReport, format: Format) -> Result<Vec<u8>, AppError> {
        protocol::octets(report, &self.texts, format)
    }

    /// Prints what is wrong with the command line.
    pub fn usage(&self, complaint: &str) -> ExitCode {
        if self.json {
            let params = Params::from([("message".to_owned(), complaint.to_owned())]);
            say(
                &json!({ "error": UiError { code: "cli.usage".to_owned(), params, retriable: false } })
                    .to_string(),
            );
        } else {
            eprintln!("{}\n{complaint}", self.texts.plain("cli.usage"));
        }
        USAGE.into()
    }

    /// Prints a failure. JSON goes to standard output, text to standard error.
    pub fn failure(&self, error: &AppError) -> ExitCode {
        let view = UiError {
            code: error.code().to_owned(),
            params: error.params(),
            retriable: error.is_retriable(),
        };
        if self.json {
            say(&json!({ "error": view }).to_string());
        } else {
            for line in self.error_lines(&view) {
                eprintln!("{line}");
            }
        }
        exit_code(error).into()
    }

    /// What happened, why, what to do, and the code.
    pub fn error_lines(&self, error: &UiError) -> Vec<String> {
        let text = self.texts.error(&error.code, &error.params);
        let mut lines: Vec<String> = [text.what, text.why, text.todo]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        lines.push(format!("[{}]", error.code));
        lines
    }
}

/// Writes a line to standard output. Whoever has closed it does not want to read on, which is no failure.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Exit code of a verdict.
pub fn verdict_code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Valid => DONE,
        Verdict::Invalid => INVALID,
        Verdict::Unknown => UNDECIDED,
    }
}

/// Exit code of a failure.
pub fn exit_code(error: &AppError) -> u8 {
    code_of(error.code())
}

/// Exit code of a failure with this code.
pub fn code_of(code: &str) -> u8 {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
    if starts(&[
        "token.pin",
        "token.rejected",
        "pfx.passphrase",
        "vault.wrong-",
        "vault.recovery-code-",
        "vault.locked",
        "keychain.",
        "portal.unauthorized",
        "portal.certificate-refused",
        "portal.key-",
        "esia.denied",
        "esia.ended",
        "esia.no-permission",
        "esia.not-",
        "esia.second-factor",
    ]) || matches!(
        code,
        "app.cancelled"
            | "app.choose-api-key"
            | "app.esia-blocked"
            | "app.file-forbidden"
            | "app.not-signed-in"
            | "app.no-api-key"
            | "mail.not-allowed"
            | "poa.not-the-head"
    ) {
        FORBIDDEN
    } else if starts(&[
        "app.time-stamp",
        "portal.unreachable",
        "portal.unavailable",
        "portal.outcome-unknown",
        "portal.rate-limited",
        "portal.server-untrusted",
        "esia.timed-out",
        "esia.unavailable",
        "mail.fetches-spent",
        "mail.searches-spent",
    ]) {
        UNAVAILABLE
    } else if starts(&["signature.content-required", "key.subject-"])
        || matches!(
            code,
            "app.ambiguous-certificate"
                | "app.file-exists"
                | "app.file-not-found"
                | "app.requisite"
                | "app.service"
                | "poa.answers-unreadable"
                | "poa.person-unclear"
                | "poa.template-unknown"
                | "mail.days"
                | "mail.not-confirmed"
        )
    {
        USAGE
    } else {
        INVALID
    }
}
