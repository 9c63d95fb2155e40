//! What goes to somebody who helps: the same findings without personal data.

use kabinet_texts::Texts;
use serde::Serialize;

use crate::view::{Diagnosis, DoctorChain, DoctorLine, Params, StepState};

/// Version of the shape of [`DoctorReport`] as JSON.
const VERSION: u32 = 1;

/// Stands for what was left out.
const MASK: &str = "…";

/// Longest number that is left: those of ИНН, ОГРН and СНИЛС have 10 digits or more.
const LONGEST_NUMBER: usize = 9;

/// A diagnosis without names, numbers of persons and organisations, e-mail addresses, serial numbers and the home folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DoctorReport {
    /// Version of this shape: a reader of another one must not guess.
    pub version: u32,
    /// Version of the program.
    pub program: &'static str,
    /// Name of the system.
    pub system: String,
    /// Architecture of the program.
    pub architecture: &'static str,
    /// As in the diagnosis; `certificates` of each are left out.
    pub chains: Vec<DoctorChain>,
    #[serde(skip)]
    kind: String,
}

impl DoctorReport {
    /// The report of a diagnosis.
    pub fn of(diagnosis: &Diagnosis) -> Self {
        let home = std::env::home_dir().map(|home| home.display().to_string());
        let mask = Mask {
            home: home.filter(|home| home.len() > 1),
        };
        Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION"),
            system: diagnosis.system_name.clone(),
            architecture: std::env::consts::ARCH,
            chains: diagnosis.chains.iter().map(|chain| mask.chain(chain)).collect(),
            kind: diagnosis.system.clone(),
        }
    }

    /// As text.
    pub fn text(&self, texts: &Texts) -> String {
        let about = [
            ("version", self.program),
            ("system", &self.system),
            ("architecture", self.architecture),
        ];
        let mut lines = vec![texts.text("doctor.report", about)];
        for chain in &self.chains {
            lines.push(String::new());
            lines.extend(lines_of(chain, &self.kind, texts, true));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// A chain as lines of text: its title, each step with its state and finding, and the remedy of the first broken one; with
/// `all` every remedy and detail.
pub fn lines_of(chain: &DoctorChain, system: &str, texts: &Texts, all: bool) -> Vec<String> {
    let mut lines = vec![heading(chain, texts)];
    for line in &chain.lines {
        let says = said(line, "says", system, texts).unwrap_or_default();
        let [step, state] = [name("step", line.step), name("state", line.state)].map(|key| texts.plain(&key));
        lines.push(format!("  {step}: {state}. {says}"));
        let is_first = chain.broken == Some(line.step);
        if all || is_first {
            lines.extend(said(line, "more", system, texts).map(|more| format!("    {more}")));
        }
        if is_first || all && line.state == StepState::Warning {
            lines.extend(said(line, "todo", system, texts).map(|todo| format!("    {todo}")));
            lines.push(format!("    [{}]", line.code));
        }
    }
    lines
}

fn heading(chain: &DoctorChain, texts: &Texts) -> String {
    match chain.title.as_str() {
        "" => texts.plain("doctor.nothing"),
        title => title.to_owned(),
    }
}

/// A key by the name a value has in JSON.
fn name(of: &str, value: impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    format!("doctor.{of}.{}", value.as_str().unwrap_or_default())
}

/// What a finding says (`says`), in detail (`more`), and what to do about it (`todo`), for this kind of system where that
/// differs; an error of the token says what its own texts do.
fn said(line: &DoctorLine, part: &str, system: &str, texts: &Texts) -> Option<String> {
    let key = format!("doctor.{}.{part}", line.code);
    let of_system = format!("{key}_{system}");
    let of_error = match part {
        "says" => "what",
        "more" => "why",
        part => part,
    };
    let keys = [of_system, key, format!("errors.{}.{of_error}", line.code)];
    let key = keys.iter().find(|key| texts.has(key))?;
    Some(texts.text(key, &line.params))
}

/// The diagnosis with its own report as text.
pub(super) fn reported(mut diagnosis: Diagnosis, texts: &Texts) -> Diagnosis {
    diagnosis.report = DoctorReport::of(&diagnosis).text(texts);
    diagnosis
}

struct Mask {
    home: Option<String>,
}

impl Mask {
    /// A token's label is a name its owner gave it, and people write their own there: the model stands for it.
    fn chain(&self, chain: &DoctorChain) -> DoctorChain {
        let labelled = chain.lines.iter().find(|line| line.params.contains_key("label"));
        let model = labelled.and_then(|line| line.params.get("model"));
        DoctorChain {
            title: self.text(model.unwrap_or(&chain.title)),
            is_module: chain.is_module,
            lines: chain.lines.iter().map(|line| self.line(line)).collect(),
            broken: chain.broken,
            certificates: Vec::new(),
        }
    }

    fn line(&self, line: &DoctorLine) -> DoctorLine {
        let is_labelled = line.params.contains_key("label");
        let masked = line.params.iter().map(|(name, value)| {
            let value = match name.as_str() {
                "label" => MASK.to_owned(),
                "name" if is_labelled => MASK.to_owned(),
                "reader" => self.text(&without_parentheses(value)),
                _ => self.text(value),
            };
            (name.clone(), value)
        });
        DoctorLine {
            params: masked.collect::<Params>(),
            ..line.clone()
        }
    }

    fn text(&self, text: &str) -> String {
        let text = match &self.home {
            Some(home) => text.replace(home.as_str(), "~"),
            None => text.to_owned(),
        };
        without_numbers(&without_addresses(&text))
    }
}

/// PC/SC puts the serial number of a reader into its name, in parentheses.
fn without_parentheses(name: &str) -> String {
    match (name.find('('), name.rfind(')')) {
        (Some(start), Some(end)) if start < end => format!("{}({MASK}){}", &name[..start], &name[end + 1..]),
        _ => name.to_owned(),
    }
}

fn without_addresses(text: &str) -> String {
    let word = |word: &str| {
        if word.contains('@') {
            MASK.to_owned()
        } else {
            word.to_owned()
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn without_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut digits = String::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(digit) if digit.is_ascii_digit() => digits.push(digit),
            other => {
                masked.push_str(if digits.len() > LONGEST_NUMBER {
                    MASK
                } else {
                    &digits
                });
                digits.clear();
                masked.extend(other);
            }
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use kabinet_texts::Language;

    use super::super::finding::{Finding, later};
    use super::super::steps::first_broken;
    use super::*;
    use crate::view::DoctorStep;

    #[test]
    fn the_remedy_is_the_one_for_the_system_and_only_the_first_broken_step_has_it() {
        let stopped = Finding::SERVICE_STOPPED.line();
        let lines = vec![
            Finding::USB_FOUND.line().with("name", "Рутокен ЭЦП"),
            stopped
                .with("install", "sudo apt install")
                .with("packages", "pcscd libccid"),
            later(DoctorStep::Reader),
        ];
        let chain = DoctorChain {
            title: String::new(),
            is_module: false,
            broken: first_broken(&lines),
            lines,
            certificates: Vec::new(),
        };
        let texts = Texts::new(Language::Russian);
        let said = |system| lines_of(&chain, system, &texts, false).join("\n");
        for (system, words) in [
            ("windows", "services.msc"),
            ("macos", "macOS"),
            ("linux", "pcsc-lite-ccid"),
            ("linux-known", "sudo apt install pcscd libccid"),
        ] {
            let said = said(system);
            assert!(said.contains(words), "{said}");
            assert!(
                said.contains("[service.stopped]") && !said.contains("{{"),
                "{said}"
            );
        }
        assert_eq!(said("windows").lines().count(), 6);
        assert!(said("windows").starts_with("Токен не подключён\n"));
    }

    #[test]
    fn numbers_of_people_addresses_and_the_home_folder_do_not_leave() {
        let mask = Mask {
            home: Some("/home/ivanova".into()),
        };
        for (text, expected) in [
            ("/home/ivanova/drivers/lib.so", "~/drivers/lib.so"),
            ("ИНН 7801234564, ОГРН 1197847123451", "ИНН …, ОГРН …"),
            ("СНИЛС 11223344595", "СНИЛС …"),
            ("почта ivanova@example.ru", "почта …"),
            (
                "librtpkcs11ecp.so 2.19, 0x80100006",
                "librtpkcs11ecp.so 2.19, 0x80100006",
            ),
        ] {
            assert_eq!(mask.text(text), expected);
        }
        assert_eq!(
            without_parentheses("Yubico YubiKey (0006543210) 00 00"),
            "Yubico YubiKey (…) 00 00"
        );
    }
}
