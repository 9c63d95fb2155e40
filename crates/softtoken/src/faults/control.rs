//! The control file: directives, and which of them a call meets.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    time::Duration,
};

use cryptoki_sys as ck;

use crate::store::{StoreError, write_atomically};

/// What happens to the calls of one function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) delay: Option<Duration>,
    pub(super) rv: Option<ck::CK_RV>,
    pub(super) crash: bool,
    pub(super) hang: bool,
    pub(super) wrong: bool,
    pub(super) remove: bool,
    pub(super) swap: bool,
    pub(super) count: Option<ck::CK_ULONG>,
    pub(super) garbage: Option<u64>,
    pub(super) other: bool,
    after: u64,
    times: Option<u64>,
}

/// The file, understood.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Control {
    functions: HashMap<String, Fault>,
    /// Serial numbers of tokens declared plugged in or pulled out, whatever their folders say.
    pub(super) plugs: HashMap<String, bool>,
}

impl Control {
    /// Passes over what nobody understands.
    pub(super) fn parse(text: &str) -> Self {
        let mut control = Self::default();
        for line in text.lines() {
            control.apply(line);
        }
        control
    }

    /// `None` for a line that is neither a directive nor empty.
    fn apply(&mut self, line: &str) -> Option<()> {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            return Some(());
        }
        let (name, value) = line.split_once('=')?;
        let (subject, directive) = name.trim().split_once('.')?;
        let value = value.trim();
        let number = match value.strip_prefix("0x") {
            Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok()?,
            None => value.parse().ok()?,
        };
        if subject == "present" {
            self.plugs.insert(directive.to_owned(), number != 0);
            return Some(());
        }
        let fault = self.functions.entry(subject.to_owned()).or_default();
        match directive {
            "delay" => fault.delay = Some(Duration::from_millis(number)),
            "rv" => fault.rv = Some(ck::CK_RV::try_from(number).ok()?),
            "crash" => fault.crash = number != 0,
            "hang" => fault.hang = number != 0,
            "wrong" => fault.wrong = number != 0,
            "remove" => fault.remove = number != 0,
            "swap" => fault.swap = number != 0,
            "count" => fault.count = Some(ck::CK_ULONG::try_from(number).ok()?),
            "garbage" => fault.garbage = Some(number),
            "other" => fault.other = number != 0,
            "after" => fault.after = number,
            "times" => fault.times = Some(number),
            _ => return None,
        }
        Some(())
    }
}

/// Calls of each function since the control file last changed.
#[derive(Default)]
pub(super) struct Calls {
    text: String,
    counts: HashMap<String, u64>,
}

impl Calls {
    /// Counts the call and says what is to happen to it.
    pub(super) fn next(&mut self, text: &str, function: &str) -> Option<Fault> {
        if self.text != text {
            *self = Self {
                text: text.to_owned(),
                counts: HashMap::new(),
            };
        }
        let control = Control::parse(text);
        let (name, fault) = control
            .functions
            .get_key_value(function)
            .or_else(|| control.functions.get_key_value("*"))?;
        let count = self.counts.entry(name.clone()).or_default();
        let index = *count;
        *count += 1;
        let active = index >= fault.after && fault.times.is_none_or(|times| index - fault.after < times);
        active.then_some(*fault)
    }
}

/// Writes directives into a control file: `clear` drops what was there, otherwise equal names are replaced.
///
/// # Errors
/// [`StoreError::Directive`] for a line that would be passed over; then nothing is written.
pub fn write(control: &Path, directives: &[String], clear: bool) -> Result<(), StoreError> {
    for line in directives {
        let understood = Control::default().apply(line);
        understood.ok_or_else(|| StoreError::Directive(line.clone()))?;
    }
    let old = if clear {
        String::new()
    } else {
        std::fs::read_to_string(control).unwrap_or_default()
    };
    let name = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
    let replaced: HashSet<String> = directives.iter().map(|line| name(line)).collect();
    let mut lines: Vec<&str> = old
        .lines()
        .filter(|line| !replaced.contains(&name(line)))
        .collect();
    lines.extend(directives.iter().map(String::as_str));
    let mut text = lines.join("\n");
    text.push('\n');
    Ok(write_atomically(control, text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_and_nonsense_is_passed_over() {
        let control = Control::parse(
            "# comment\nC_Sign.delay = 15 # ms\nC_Sign.rv=0x30\nC_Sign.after=x\nnonsense\npresent.A1=0\npresent.A2=0\npresent.A2=1\n",
        );
        let fault = &control.functions["C_Sign"];
        assert_eq!(fault.delay, Some(Duration::from_millis(15)));
        assert_eq!(fault.rv, Some(ck::CKR_DEVICE_ERROR));
        assert_eq!(fault.after, 0);
        let plugs = [("A1".to_owned(), false), ("A2".to_owned(), true)];
        assert_eq!(control.plugs, HashMap::from(plugs));
    }

    #[test]
    fn faults_start_after_and_last_for_the_given_calls() {
        let text = "C_Sign.rv=0x30\nC_Sign.after=2\nC_Sign.times=1\n";
        let mut calls = Calls::default();
        let hit: Vec<bool> = (0..5).map(|_| calls.next(text, "C_Sign").is_some()).collect();
        assert_eq!(hit, [false, false, true, false, false]);
        assert!(calls.next(text, "C_Login").is_none());
        // A change of the file starts the count anew.
        assert!(calls.next("C_Sign.rv=0x30\n", "C_Sign").is_some());
    }

    #[test]
    fn a_mistyped_directive_is_refused_and_nothing_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("control");
        for wrong in [
            "C_Sign.dealy=5",
            "C_Sign=5",
            "C_Sign.rv=",
            "C_Sign.rv=0xZ",
            "C_Sign.count=-1",
        ] {
            let outcome = write(&file, &["C_Sign.delay=1".into(), wrong.into()], true);
            assert!(matches!(outcome, Err(StoreError::Directive(line)) if line == wrong));
        }
        assert!(!file.exists());
    }
}
