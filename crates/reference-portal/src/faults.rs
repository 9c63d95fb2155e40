//! Scripted faults: what is to go wrong with which request, and how often.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Method;
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FaultKind {
    /// The request waits before it is handled.
    Delay {
        /// How long.
        ms: u64,
    },
    /// The connection breaks before the request is handled.
    DropBefore,
    /// The request is handled, then the connection breaks: the answer is lost.
    DropAfter,
    /// The request is handled, and the answer breaks off in its body.
    CutBody {
        /// Octets that still arrive.
        after_bytes: usize,
    },
    /// The request is handled, and the answer stops in its body for so long, then breaks off.
    StallBody {
        /// Octets that still arrive.
        after_bytes: usize,
        /// How long.
        ms: u64,
    },
    /// The request is handled as if it asked for no range.
    IgnoreRange,
    /// The request is not handled but answered with an error.
    Status {
        /// HTTP status.
        status: u16,
        /// `code` of the body; without it the body is empty.
        code: Option<String>,
        /// `message` of the body.
        message: Option<String>,
        /// Retry-After, seconds.
        retry_after_s: Option<u32>,
    },
}

/// A fault and the requests it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Path pattern; `*` stands for any characters.
    pub path: String,
    /// HTTP method; any, if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Matching requests to let through first.
    #[serde(default)]
    pub skip: u32,
    /// Matching requests to strike after that.
    #[serde(default = "once")]
    pub count: u32,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

fn once() -> u32 {
    1
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Fault>>);

/// What to do with one request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    /// Anything but a delay; the first that matches wins.
    pub(crate) blow: Option<FaultKind>,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.lock().push(fault);
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn pending(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// Takes what strikes this request out of the script.
    pub(crate) fn strike(&self, method: &Method, path: &str) -> Plan {
        let mut plan = Plan::default();
        let mut faults = self.lock();
        for fault in faults.iter_mut().filter(|f| f.is_for(method, path)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            match &fault.kind {
                FaultKind::Delay { ms } => plan.delay += Duration::from_millis(*ms),
                _ if plan.blow.is_some() => continue,
                blow => plan.blow = Some(blow.clone()),
            }
            fault.count -= 1;
        }
        faults.retain(|f| f.count > 0);
        plan
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fault {
    fn is_for(&self, method: &Method, path: &str) -> bool {
        self.count > 0
            && self
                .method
                .as_ref()
                .is_none_or(|m| m.eq_ignore_ascii_case(method.as_str()))
            && matches(&self.path, path)
    }
}

/// Whether `text` fits `pattern`, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(tail) = text.strip_prefix(head) else {
        return false;
    };
    tail.char_indices()
        .map(|(at, _)| &tail[at..])
        .chain([""])
        .any(|part| matches(rest, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_pattern_without_a_star_is_exact() {
        assert!(!matches("/api/gusmev/push", "/api/gusmev/push/chunked"));
        assert!(matches("/api/gusmev/push*", "/api/gusmev/push/chunked"));
        assert!(matches("*/cancel", "/api/gusmev/order/7/cancel"));
        assert!(!matches("/a*c", "/ab"));
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says_after_what_it_skips() {
        let faults = Faults::default();
        faults.add(fault(
            r#"{"path":"/x","method":"post","skip":1,"count":2,"kind":"drop-after"}"#,
        ));
        let strikes: Vec<bool> = (0..5)
            .map(|_| faults.strike(&Method::POST, "/x").blow.is_some())
            .collect();
        assert_eq!(strikes, [false, true, true, false, false]);
        assert!(faults.pending().is_empty());
    }

    #[test]
    fn other_methods_do_not_use_a_fault_up() {
        let faults = Faults::default();
        faults.add(fault(r#"{"path":"/x","method":"POST","kind":"drop-before"}"#));
        assert!(faults.strike(&Method::GET, "/x").blow.is_none());
        assert_eq!(
            faults.strike(&Method::POST, "/x").blow,
            Some(FaultKind::DropBefore)
        );
    }

    #[test]
    fn a_delay_joins_another_fault() {
        let faults = Faults::default();
        faults.add(fault(r#"{"path":"*","kind":"delay","ms":5}"#));
        faults.add(fault(r#"{"path":"*","kind":"status","status":503}"#));
        let plan = faults.strike(&Method::GET, "/x");
        assert_eq!(plan.delay, Duration::from_millis(5));
        assert!(matches!(plan.blow, Some(FaultKind::Status { status: 503, .. })));
    }
}
