//! Misbehaviour on demand: a control file read at every call.
//!
//! One directive a line; `#` starts a comment, unknown lines are passed over:
//!
//! ```text
//! C_Sign.delay = 1500      milliseconds before the call
//! C_Sign.rv = 0x30         the call fails with this code
//! C_Sign.crash = 1         the process aborts
//! C_Sign.hang = 1          the call never returns
//! C_Sign.wrong = 1         the signature is spoilt
//! C_Sign.after = 2         all of this only from the third call on
//! C_Sign.times = 1         … and for one call
//! present.0123456789 = 0   the token with this serial number is pulled out
//! ```
//!
//! `*` stands for every function. Calls are counted since the file last changed. A delay comes before
//! everything else: a token pulled out meanwhile is noticed.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Mutex, PoisonError},
    thread::sleep,
    time::Duration,
};

use cryptoki_sys as ck;

use crate::{
    config::places,
    rv::{Outcome, Rv},
    store::StoreError,
};

/// What happens to the calls of one function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Fault {
    delay: Option<Duration>,
    rv: Option<ck::CK_RV>,
    crash: bool,
    hang: bool,
    wrong: bool,
    after: u64,
    times: Option<u64>,
}

/// The control file, understood.
#[derive(Debug, Default, PartialEq, Eq)]
struct Control {
    functions: HashMap<String, Fault>,
    absent: HashSet<String>,
}

impl Control {
    fn parse(text: &str) -> Self {
        let mut control = Self::default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            if let Some((name, value)) = line.split_once('=') {
                control.apply(name.trim(), value.trim());
            }
        }
        control
    }

    fn apply(&mut self, name: &str, value: &str) -> Option<()> {
        let (subject, directive) = name.split_once('.')?;
        let number = match value.strip_prefix("0x") {
            Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok()?,
            None => value.parse().ok()?,
        };
        if subject == "present" {
            if number == 0 {
                self.absent.insert(directive.to_owned());
            } else {
                self.absent.remove(directive);
            }
            return Some(());
        }
        let fault = self.functions.entry(subject.to_owned()).or_default();
        match directive {
            "delay" => fault.delay = Some(Duration::from_millis(number)),
            "rv" => fault.rv = ck::CK_RV::try_from(number).ok(),
            "crash" => fault.crash = number != 0,
            "hang" => fault.hang = number != 0,
            "wrong" => fault.wrong = number != 0,
            "after" => fault.after = number,
            "times" => fault.times = Some(number),
            _ => return None,
        }
        Some(())
    }
}

fn read() -> Option<String> {
    std::fs::read_to_string(&places()?.control).ok()
}

/// Calls of each function since the control file last changed.
#[derive(Default)]
struct Calls {
    text: String,
    counts: HashMap<String, u64>,
}

impl Calls {
    /// Counts the call and says what is to happen to it.
    fn next(&mut self, text: &str, function: &str) -> Option<Fault> {
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
        active.then(|| fault.clone())
    }
}

static CALLS: Mutex<Option<Calls>> = Mutex::new(None);

thread_local! {
    /// Whether the call this thread is in has to spoil its signature.
    static SPOILS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the current call has to give a wrong signature.
pub(crate) fn spoils_signature() -> bool {
    SPOILS.get()
}

/// Applies what the control file says about this call.
pub(crate) fn before(function: &str) -> Outcome {
    SPOILS.set(false);
    let Some(text) = read() else { return Ok(()) };
    let fault = {
        let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get_or_insert_default().next(&text, function)
    };
    let Some(fault) = fault else { return Ok(()) };
    if let Some(delay) = fault.delay {
        sleep(delay);
    }
    if fault.hang {
        loop {
            sleep(Duration::from_secs(3600));
        }
    }
    if fault.crash {
        std::process::abort();
    }
    SPOILS.set(fault.wrong);
    fault.rv.map_or(Ok(()), |rv| Err(Rv(rv)))
}

/// Serial numbers that the control file declares pulled out.
pub(crate) fn absent() -> HashSet<String> {
    read()
        .map(|text| Control::parse(&text).absent)
        .unwrap_or_default()
}

/// Writes directives into a control file: `clear` drops what was there, otherwise equal names are replaced.
pub fn write(control: &Path, directives: &[String], clear: bool) -> Result<(), StoreError> {
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
    Ok(crate::store::write_atomically(control, text.as_bytes())?)
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
        assert_eq!(control.absent, HashSet::from(["A1".to_owned()]));
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
}
