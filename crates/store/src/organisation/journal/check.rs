//! Recomputing the journal: where it is no longer what was written, and in which way.

use kabinet_domain::OrganisationId;
use rusqlite::{Connection, Row};

use super::super::checkpoints::{self, Checkpoint};
use super::chain::{SELECT, head, link, origin};
use crate::StoreError;
use crate::convert::scalar;

/// So far from its place an entry is recognised as one that was given another number.
const RENUMBERED: i64 = 1000;

/// What recomputing the chain showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Every entry is as it was written; their number.
    Intact(u64),
    /// The first place where something is wrong.
    Broken(Break),
}

impl Verification {
    /// The number of entries, if all are as they were written.
    pub fn intact(self) -> Option<u64> {
        match self {
            Self::Intact(entries) => Some(entries),
            Self::Broken(_) => None,
        }
    }
}

/// Where a journal is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// Number of the entry.
    pub at: u64,
    /// What is wrong there.
    pub fault: Fault,
    /// The last entry that is proven; all before it are as well, and none behind it.
    pub proven: u64,
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It says something else than was written.
    Altered,
    /// It is not there, though later ones are.
    Missing,
    /// Another entry stands in its place.
    Moved,
    /// It stands behind the end: the program did not write it.
    Added,
    /// It and all behind it are gone.
    Truncated,
    /// From it on the chain was written anew: a later checkpoint vouches for another one.
    Rewritten,
    /// The checkpoint on it is not signed by the vault's key.
    Checkpoint,
}

/// With `key` checkpoints count only if this key signed them, otherwise if each is signed by the key it names.
pub(in crate::organisation) fn verify(
    connection: &Connection,
    organisation: OrganisationId,
    key: Option<&[u8; 32]>,
) -> Result<Verification, StoreError> {
    let holds = |checkpoint: &Checkpoint| {
        key.is_none_or(|key| *key == checkpoint.key) && checkpoint.is_signed(organisation)
    };
    let mut checkpoints = checkpoints::all(connection)?.into_iter().peekable();
    let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut chain = Chain {
        last: 0,
        hash: origin(organisation),
        vouched: 0,
    };
    while let Some(row) = rows.next()? {
        let entry = Stored::of(row);
        if !entry.follows(&chain) {
            return Ok(Verification::Broken(chain.broken(connection, &entry)?));
        }
        chain.last += 1;
        chain.hash = entry.hash.unwrap_or_default();
        if let Some(checkpoint) = checkpoints.next_if(|checkpoint| checkpoint.seq == chain.last) {
            if !holds(&checkpoint) {
                return Ok(chain.doubted(chain.last, Fault::Checkpoint));
            }
            // A chain that fits and is not the one that was signed was written anew from somewhere behind the checkpoint before.
            if checkpoint.hash != chain.hash {
                return Ok(chain.doubted(chain.vouched + 1, Fault::Rewritten));
            }
            chain.vouched = chain.last;
        }
    }
    // One of an entry that is not there, any more or at all.
    if let Some(checkpoint) = checkpoints.next() {
        return Ok(if holds(&checkpoint) {
            chain.ended(Fault::Truncated)
        } else {
            chain.doubted(checkpoint.seq.clamp(1, chain.last.max(1)), Fault::Checkpoint)
        });
    }
    Ok(match head(connection)? {
        Some((last, hash)) if last == chain.last && hash == chain.hash => Verification::Intact(last),
        Some((last, _)) if last == chain.last => chain.doubted(last.max(1), Fault::Altered),
        Some((last, _)) if last < chain.last => Verification::Broken(Break {
            at: last + 1,
            fault: Fault::Added,
            proven: last,
        }),
        _ => chain.ended(Fault::Truncated),
    })
}

/// The chain as far as it holds.
struct Chain {
    /// Number and hash of its last entry.
    last: u64,
    hash: [u8; 32],
    /// The last entry a checkpoint vouches for.
    vouched: u64,
}

impl Chain {
    /// What is wrong with the entry that should be the next one.
    fn broken(&self, connection: &Connection, entry: &Stored) -> Result<Break, StoreError> {
        let next = self.last + 1;
        let at_next = |fault| Break {
            at: next,
            fault,
            proven: self.last,
        };
        if entry.seq > next.cast_signed() {
            return Ok(at_next(Fault::Missing));
        }
        if entry.seq < next.cast_signed() {
            return Ok(at_next(Fault::Added));
        }
        let Some(previous) = entry.previous.filter(|previous| *previous != self.hash) else {
            return Ok(at_next(Fault::Altered));
        };
        let known = "SELECT 1 FROM journal WHERE hash = ?1";
        if scalar::<i64>(connection, known, [previous])?.is_some() || entry.is_renumbered(&previous) {
            return Ok(at_next(Fault::Moved));
        }
        // It is whole by itself and remembers another entry before it: that one was changed and its hash made to fit. Whether
        // only that one, nothing tells but the last checkpoint.
        let whole = entry.hash.is_some() && entry.link(entry.seq, &previous) == entry.hash;
        Ok(match (whole, self.last > self.vouched) {
            (true, true) => Break {
                at: self.last,
                fault: Fault::Altered,
                proven: self.vouched,
            },
            (true, false) => at_next(Fault::Rewritten),
            (false, _) => at_next(Fault::Altered),
        })
    }

    /// Entries fit together, and yet those since the last checkpoint are in doubt.
    fn doubted(&self, at: u64, fault: Fault) -> Verification {
        let proven = self.vouched;
        Verification::Broken(Break { at, fault, proven })
    }

    /// Nothing is where something should be.
    fn ended(&self, fault: Fault) -> Verification {
        Verification::Broken(Break {
            at: self.last + 1,
            fault,
            proven: self.last,
        })
    }
}

/// A row as it lies there; what is of a wrong kind is none.
struct Stored {
    seq: i64,
    content: Option<Content>,
    previous: Option<[u8; 32]>,
    hash: Option<[u8; 32]>,
}

struct Content {
    at: i64,
    actor: String,
    action: String,
    subject: Option<String>,
    params: String,
}

impl Stored {
    fn of(row: &Row<'_>) -> Self {
        let content = || {
            Some(Content {
                at: row.get(1).ok()?,
                actor: row.get(2).ok()?,
                action: row.get(3).ok()?,
                subject: row.get(4).ok()?,
                params: row.get(5).ok()?,
            })
        };
        Self {
            seq: row.get(0).unwrap_or_default(),
            content: content(),
            previous: row.get(6).ok(),
            hash: row.get(7).ok(),
        }
    }

    /// Its hash, if it came after `previous` under this number.
    fn link(&self, seq: i64, previous: &[u8; 32]) -> Option<[u8; 32]> {
        let content = self.content.as_ref()?;
        Some(link(
            previous,
            seq.cast_unsigned(),
            content.at,
            &content.actor,
            &content.action,
            content.subject.as_deref(),
            &content.params,
        ))
    }

    fn follows(&self, chain: &Chain) -> bool {
        self.seq.cast_unsigned() == chain.last + 1
            && self.previous == Some(chain.hash)
            && self.hash.is_some()
            && self.hash == self.link(self.seq, &chain.hash)
    }

    /// Whether it was written under another number near by, so that a gap would not show.
    fn is_renumbered(&self, previous: &[u8; 32]) -> bool {
        let numbers = self.seq.saturating_sub(RENUMBERED)..=self.seq.saturating_add(RENUMBERED);
        let mut others = numbers.filter(|seq| *seq != self.seq);
        self.hash.is_some() && others.any(|seq| self.link(seq, previous) == self.hash)
    }
}
