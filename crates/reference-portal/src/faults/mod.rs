//! Scripted faults: what is to go wrong with which request, how often or how likely, and what has gone wrong.

mod chaos;
mod fault;

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use hyper::Method;
use serde::Serialize;

pub use chaos::{Chaos, ChaosError};
pub use fault::{Fault, FaultKind, FaultRefused};

/// How many injected faults are remembered.
const CAPACITY: usize = 2000;

/// A fault that has struck.
#[derive(Clone, Debug, Serialize)]
pub struct InjectedFault {
    /// When, `YYYY-MM-DDTHH:mm:ss.SSS`, Moscow time.
    pub at: String,
    /// HTTP method of the request.
    pub method: String,
    /// Its path without the query.
    pub path: String,
    /// Milliseconds the request waited, if it was delayed.
    pub delay_ms: Option<u64>,
    /// What went wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// The script and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Script>);

#[derive(Debug, Default)]
struct Script {
    pending: Vec<(Fault, Rng)>,
    injected: VecDeque<InjectedFault>,
}

/// What to do with one request.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) delay: Duration,
    /// Anything but a delay; the first that matches wins.
    pub(crate) blow: Option<FaultKind>,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        let random = Rng::with_seed(fault.seed);
        self.lock().pending.push((fault, random));
    }

    pub(crate) fn clear(&self) {
        *self.lock() = Script::default();
    }

    pub(crate) fn pending(&self) -> Vec<Fault> {
        self.lock()
            .pending
            .iter()
            .map(|(fault, _)| fault.clone())
            .collect()
    }

    /// What has struck, oldest first.
    pub(crate) fn injected(&self) -> Vec<InjectedFault> {
        self.lock().injected.iter().cloned().collect()
    }

    /// Takes what strikes this request out of the script and notes it.
    pub(crate) fn strike(&self, at: &str, method: &Method, path: &str) -> Plan {
        let mut plan = Plan::default();
        let mut struck = vec![];
        let mut script = self.lock();
        for (fault, random) in script.pending.iter_mut().filter(|(f, _)| f.is_for(method, path)) {
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            // The dice are thrown whether or not another fault wins, so that a run is repeated request by request.
            if fault
                .probability
                .is_some_and(|probability| random.f64() >= probability)
            {
                continue;
            }
            let mut delay_ms = None;
            match &fault.kind {
                FaultKind::Delay { ms, jitter_ms } => {
                    let waits = ms + random.u64(0..=*jitter_ms);
                    plan.delay += Duration::from_millis(waits);
                    delay_ms = Some(waits);
                }
                _ if plan.blow.is_some() => continue,
                blow => plan.blow = Some(blow.clone()),
            }
            if let Some(count) = &mut fault.count {
                *count -= 1;
            }
            tracing::info!(%method, path, kind = ?fault.kind, "fault injected");
            struck.push(InjectedFault {
                at: at.to_owned(),
                method: method.to_string(),
                path: path.to_owned(),
                delay_ms,
                kind: fault.kind.clone(),
            });
        }
        script.pending.retain(|(fault, _)| fault.count != Some(0));
        script.injected.extend(struck);
        let surplus = script.injected.len().saturating_sub(CAPACITY);
        script.injected.drain(..surplus);
        plan
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(texts: &[&str]) -> Faults {
        let faults = Faults::default();
        for text in texts {
            faults.add(serde_json::from_str(text).unwrap());
        }
        faults
    }

    fn strike(faults: &Faults, method: Method) -> Plan {
        faults.strike("now", &method, "/x")
    }

    #[test]
    fn a_fault_strikes_as_often_as_it_says_after_what_it_skips() {
        let faults = faults(&[r#"{"path":"/x","method":"post","skip":1,"count":2,"kind":"drop-after"}"#]);
        let strikes: Vec<bool> = (0..5)
            .map(|_| strike(&faults, Method::POST).blow.is_some())
            .collect();
        assert_eq!(strikes, [false, true, true, false, false]);
        assert!(faults.pending().is_empty());
        assert_eq!(faults.injected().len(), 2);
        assert_eq!(faults.injected()[0].kind, FaultKind::DropAfter);
    }

    #[test]
    fn other_methods_do_not_use_a_fault_up() {
        let faults = faults(&[r#"{"path":"/x","method":"POST","kind":"drop-before"}"#]);
        assert!(strike(&faults, Method::GET).blow.is_none());
        assert_eq!(strike(&faults, Method::POST).blow, Some(FaultKind::DropBefore));
    }

    #[test]
    fn a_delay_joins_another_fault_and_stays_within_its_jitter() {
        let faults = faults(&[
            r#"{"path":"*","kind":"delay","ms":5,"jitter_ms":10,"probability":1,"seed":3}"#,
            r#"{"path":"*","kind":"status","status":503}"#,
        ]);
        let first = strike(&faults, Method::GET);
        assert!(matches!(first.blow, Some(FaultKind::Status { status: 503, .. })));
        let delays: Vec<u128> = (0..50)
            .map(|_| strike(&faults, Method::GET).delay.as_millis())
            .collect();
        assert!(delays.iter().all(|ms| (5..=15).contains(ms)));
        assert!(delays.iter().any(|ms| *ms != delays[0]));
    }

    #[test]
    fn the_same_seed_repeats_a_run_and_another_does_not() {
        let run = |seed: u32| -> Vec<bool> {
            let text = format!(r#"{{"path":"*","kind":"drop-before","probability":0.5,"seed":{seed}}}"#);
            let faults = faults(&[&text]);
            (0..200)
                .map(|_| strike(&faults, Method::GET).blow.is_some())
                .collect()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        let struck = run(1).into_iter().filter(|struck| *struck).count();
        assert!((60..140).contains(&struck), "{struck}");
    }
}
