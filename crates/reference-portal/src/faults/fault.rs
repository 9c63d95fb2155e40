//! One fault of the script.

use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FaultKind {
    /// The request waits before it is handled.
    Delay {
        /// How long, milliseconds.
        ms: u64,
        /// Up to so many more, at random.
        #[serde(default)]
        jitter_ms: u64,
    },
    /// The connection breaks before the request is handled.
    DropBefore,
    /// The request is handled, then the connection breaks: the answer is lost.
    DropAfter,
    /// The connection ends with a reset (RST), not a farewell.
    Reset {
        /// Whether the request was handled.
        #[serde(default)]
        handled: bool,
    },
    /// As when packets are lost: no answer and no end of the connection for so long.
    Silence {
        /// Milliseconds until the connection breaks.
        ms: u64,
        /// Whether the request was handled.
        #[serde(default)]
        handled: bool,
    },
    /// The request is handled, and the answer breaks off in its body.
    CutBody {
        /// Octets that still arrive.
        after_bytes: usize,
    },
    /// The request is handled, and the answer stops in its body for so long, then breaks off.
    StallBody {
        /// Octets that still arrive.
        after_bytes: usize,
        /// Milliseconds.
        ms: u64,
    },
    /// The request is handled, and the answer's body comes a few octets at a time.
    SlowBody {
        /// Octets at a time.
        bytes: usize,
        /// Milliseconds before each.
        ms: u64,
    },
    /// The request is handled, and its answer is filled up with blanks.
    Oversized {
        /// Octets of the body.
        bytes: u64,
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
    /// The token runs out in the middle of an upload: 401 as soon as so much of the request's body has come.
    Unauthorised {
        /// Octets of the request's body.
        after_bytes: u64,
    },
    /// The request is handled, and the answer says that it is of another type.
    ContentType {
        /// What it says.
        value: String,
    },
    /// The request is handled, and a header of the answer comes twice.
    DuplicateHeader {
        /// Its name.
        name: String,
        /// What the second one says; the same, if absent.
        value: Option<String>,
    },
    /// The request is handled, and the answer's `Date` is so many seconds ahead, or behind.
    ClockSkew {
        /// Seconds.
        seconds: i64,
    },
}

/// A fault and the requests it is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Fault {
    /// Path pattern; `*` stands for any characters.
    pub path: String,
    /// HTTP method; any, if absent.
    pub method: Option<String>,
    /// Matching requests to let through first.
    pub skip: u32,
    /// Matching requests to strike after that; `None` is no end. By default 1, and no end where there is a probability.
    pub count: Option<u32>,
    /// How likely each of them is struck, above 0 and at most 1; always, if absent.
    pub probability: Option<f64>,
    /// What chance begins from: the same seed strikes the same requests of a repeated run.
    pub seed: u64,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// Why a fault is refused.
#[derive(Debug, Error)]
pub enum FaultRefused {
    /// A member is absent, of the wrong type or beside the point.
    #[error("{0}")]
    Member(#[from] serde_json::Error),
    /// A kind does not have this member.
    #[error("unknown member `{0}`")]
    Unknown(String),
    /// A member has a value that makes no sense.
    #[error("`{0}` {1}")]
    Value(&'static str, &'static str),
}

/// Members every kind has.
#[derive(Deserialize)]
struct Frame {
    path: String,
    method: Option<String>,
    #[serde(default)]
    skip: u32,
    count: Option<u32>,
    probability: Option<f64>,
    #[serde(default)]
    seed: u64,
}

const FRAME: [&str; 6] = ["path", "method", "skip", "count", "probability", "seed"];

impl TryFrom<Map<String, Value>> for Fault {
    type Error = FaultRefused;

    fn try_from(members: Map<String, Value>) -> Result<Self, FaultRefused> {
        let (frame, own): (Map<_, _>, Map<_, _>) = members
            .into_iter()
            .partition(|(name, _)| FRAME.contains(&name.as_str()));
        let kind: FaultKind = serde_json::from_value(Value::Object(own.clone()))?;
        let known = serde_json::to_value(&kind)?;
        if let Some(name) = own.keys().find(|name| known.get(name).is_none()) {
            return Err(FaultRefused::Unknown(name.clone()));
        }
        let frame: Frame = serde_json::from_value(Value::Object(frame))?;
        let fault = Self {
            count: frame.count.or(frame.probability.is_none().then_some(1)),
            path: frame.path,
            method: frame.method,
            skip: frame.skip,
            probability: frame.probability,
            seed: frame.seed,
            kind,
        };
        fault.check()?;
        Ok(fault)
    }
}

impl Fault {
    fn check(&self) -> Result<(), FaultRefused> {
        let refuse = |is_wrong: bool, name, why| match is_wrong {
            true => Err(FaultRefused::Value(name, why)),
            false => Ok(()),
        };
        refuse(self.path.is_empty(), "path", "is empty; `*` is any path")?;
        refuse(self.count == Some(0), "count", "must be at least 1")?;
        let is_chance = |probability: f64| probability > 0.0 && probability <= 1.0;
        refuse(
            self.probability
                .is_some_and(|probability| !is_chance(probability)),
            "probability",
            "must be above 0 and at most 1",
        )?;
        match &self.kind {
            FaultKind::Status { status, .. } => refuse(
                !(200..=599).contains(status) || StatusCode::from_u16(*status).is_err(),
                "status",
                "must be from 200 to 599",
            ),
            FaultKind::SlowBody { bytes, .. } => refuse(*bytes == 0, "bytes", "must be at least 1"),
            FaultKind::ContentType { value } => refuse(
                HeaderValue::from_str(value).is_err(),
                "value",
                "is no value of a header",
            ),
            FaultKind::DuplicateHeader { name, value } => {
                refuse(
                    name.parse::<HeaderName>().is_err(),
                    "name",
                    "is no name of a header",
                )?;
                refuse(
                    value
                        .as_ref()
                        .is_some_and(|value| HeaderValue::from_str(value).is_err()),
                    "value",
                    "is no value of a header",
                )
            }
            _ => Ok(()),
        }
    }

    pub(super) fn is_for(&self, method: &Method, path: &str) -> bool {
        self.count != Some(0)
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

    fn refusal(text: &str) -> String {
        serde_json::from_str::<Fault>(text).unwrap_err().to_string()
    }

    #[test]
    fn a_pattern_without_a_star_is_exact() {
        assert!(!matches("/api/gusmev/push", "/api/gusmev/push/chunked"));
        assert!(matches("/api/gusmev/push*", "/api/gusmev/push/chunked"));
        assert!(matches("*/cancel", "/api/gusmev/order/7/cancel"));
        assert!(!matches("/a*c", "/ab"));
    }

    #[test]
    fn a_wrong_fault_is_refused_with_the_name_of_what_is_wrong() {
        assert!(refusal(r#"{"path":"*","kind":"explode"}"#).contains("explode"));
        assert!(refusal(r#"{"kind":"drop-before"}"#).contains("path"));
        assert!(refusal(r#"{"path":"*","kind":"drop-before","ms":3}"#).contains("`ms`"));
        assert!(refusal(r#"{"path":"*","kind":"delay","ms":3,"jiter_ms":3}"#).contains("`jiter_ms`"));
        assert!(refusal(r#"{"path":"*","kind":"delay"}"#).contains("ms"));
        assert!(refusal(r#"{"path":"*","kind":"reset","probability":1.5}"#).contains("`probability`"));
        assert!(refusal(r#"{"path":"*","kind":"reset","probability":0}"#).contains("`probability`"));
        assert!(refusal(r#"{"path":"*","kind":"reset","count":0}"#).contains("`count`"));
        assert!(refusal(r#"{"path":"*","kind":"status","status":99}"#).contains("`status`"));
        assert!(refusal(r#"{"path":"*","kind":"duplicate-header","name":"a b"}"#).contains("`name`"));
    }

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        for text in [
            r#"{"path":"*","kind":"drop-before"}"#,
            r#"{"path":"*","kind":"silence","ms":5,"handled":true,"probability":0.5,"seed":9}"#,
            r#"{"path":"*","kind":"status","status":503,"count":3}"#,
        ] {
            let fault: Fault = serde_json::from_str(text).unwrap();
            let written = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<Fault>(&written).unwrap(), fault);
        }
    }
}
