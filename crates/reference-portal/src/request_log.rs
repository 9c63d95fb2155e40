//! The last requests, for tests that ask whether anything was sent twice. No queries are kept, and
//! of the headers only which part of a file was asked for.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use hyper::Method;
use serde::Serialize;

/// How many requests are remembered.
const CAPACITY: usize = 2000;

/// One request and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
    /// When it was done, `YYYY-MM-DDTHH:mm:ss.SSS`, Moscow time.
    pub at: String,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// `Range` as it was asked for.
    pub range: Option<String>,
    /// HTTP status; absent when the connection was broken instead.
    pub status: Option<u16>,
    /// Whether the request was handled (or only struck by a fault).
    pub handled: bool,
}

#[derive(Default)]
pub(crate) struct RequestLog(Mutex<VecDeque<LoggedRequest>>);

impl RequestLog {
    pub(crate) fn add(
        &self,
        at: String,
        method: &Method,
        path: &str,
        range: Option<String>,
        status: Option<u16>,
        handled: bool,
    ) {
        let entry = LoggedRequest {
            at,
            method: method.to_string(),
            path: path.to_owned(),
            range,
            status,
            handled,
        };
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == CAPACITY {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(crate) fn all(&self) -> Vec<LoggedRequest> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
