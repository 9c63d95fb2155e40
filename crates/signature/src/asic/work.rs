//! What judging one container may cost.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use kabinet_pki::DigestAlgorithm;

use super::container::{Entry, MAX_TOTAL};

/// Octets digested of one container beside the digests that manifests name: each file several times over, but not
/// by each of hundreds of signatures.
const MAX_DIGESTED: u64 = 8 * MAX_TOTAL as u64;

/// One judgement of a container. Manifests name the same files again and again: each is digested once.
pub(super) struct Work<'a> {
    entries: &'a [Entry],
    digests: RefCell<HashMap<(usize, DigestAlgorithm), Vec<u8>>>,
    left: Cell<u64>,
}

impl<'a> Work<'a> {
    pub(super) fn new(entries: &'a [Entry]) -> Self {
        Self {
            entries,
            digests: RefCell::default(),
            left: Cell::new(MAX_DIGESTED),
        }
    }

    /// Whether so many octets may still be digested.
    pub(super) fn spend(&self, octets: usize) -> bool {
        let left = self.left.get().checked_sub(octets as u64);
        self.left.set(left.unwrap_or_default());
        left.is_some()
    }

    /// The digest of the file at this position.
    pub(super) fn digest(&self, position: usize, algorithm: DigestAlgorithm) -> Vec<u8> {
        let mut digests = self.digests.borrow_mut();
        let digest = digests.entry((position, algorithm));
        digest
            .or_insert_with(|| algorithm.digest(&self.entries[position].content))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_does_not_come_back() {
        let work = Work::new(&[]);
        assert!(work.spend(7 * MAX_TOTAL));
        assert!(work.spend(MAX_TOTAL));
        assert!(!work.spend(1));
        assert!(!work.spend(1));
    }
}
