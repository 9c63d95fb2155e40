//! A session: its kind and the operations under way in it.

use std::collections::VecDeque;

use cryptoki_sys as ck;

use crate::operation::{Feed, Signing, Verifying};

/// A live session with a token that is present.
pub(crate) struct Session {
    pub(crate) slot: usize,
    pub(crate) writable: bool,
    pub(crate) search: Option<VecDeque<ck::CK_OBJECT_HANDLE>>,
    pub(crate) digest: Option<Feed>,
    pub(crate) sign: Option<Signing>,
    pub(crate) verify: Option<Verifying>,
}

impl Session {
    pub(crate) fn new(slot: usize, writable: bool) -> Self {
        Self {
            slot,
            writable,
            search: None,
            digest: None,
            sign: None,
            verify: None,
        }
    }
}
