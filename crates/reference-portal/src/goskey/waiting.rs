//! What waits on a phone, and what became of it.

use serde::{Deserialize, Serialize};

use crate::store::Record;

/// What the person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    Signed,
    Rejected,
    Expired,
}

/// What is wrong with what comes back: for tests of whoever receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Flaw {
    /// The files are not those that were sent; the signatures fit them.
    Content,
    /// The signatures are of something else.
    Signature,
    /// Somebody else signed.
    Person,
}

/// A request on a phone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) order: i64,
    /// Identity of the demo person.
    pub(crate) employee: String,
    pub(crate) organisation: String,
    pub(crate) arrived_ms: i64,
    pub(crate) expires_ms: i64,
    /// Names in the archive, and what the person reads.
    pub(crate) documents: Vec<(String, String)>,
    pub(crate) decision: Option<Decision>,
    pub(crate) flaw: Option<Flaw>,
}

impl Record for Waiting {
    const KIND: &'static str = "goskey-request";

    fn id(&self) -> String {
        self.order.to_string()
    }

    fn owner(&self) -> String {
        self.employee.clone()
    }

    fn at_ms(&self) -> i64 {
        self.arrived_ms
    }
}
