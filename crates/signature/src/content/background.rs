//! A digest computed beside the work of reading and writing.

use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

use kabinet_pki::DigestAlgorithm;

use super::{ContentDigest, Digest};

/// Pieces on their way to the digest: enough that neither side waits for the other, a megabyte at most.
const PIECES: usize = 4;
/// Octets handed over at once: large enough that waking the other thread costs nothing beside them.
const PIECE: usize = 1 << 18;

/// A digest by another thread, which ends with this or when it is dropped.
pub(crate) struct BackgroundDigest {
    algorithm: DigestAlgorithm,
    to: SyncSender<Vec<u8>>,
    /// Pieces that have been digested, to be filled again.
    used: Receiver<Vec<u8>>,
    filling: Vec<u8>,
    thread: JoinHandle<Digest>,
}

impl BackgroundDigest {
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(digest: ContentDigest) -> io::Result<Self> {
        let (to, from) = sync_channel(PIECES);
        let (back, used) = channel();
        let algorithm = digest.algorithm();
        let thread = Builder::new()
            .name("digest".to_owned())
            .spawn(move || consume(digest, &from, &back))?;
        Ok(Self {
            algorithm,
            to,
            used,
            filling: Vec::new(),
            thread,
        })
    }

    /// The algorithm.
    pub(crate) fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Adds the next octets.
    ///
    /// # Errors
    /// The thread is gone.
    pub(crate) fn update(&mut self, mut data: &[u8]) -> io::Result<()> {
        while !data.is_empty() {
            let (now, later) = data.split_at(data.len().min(PIECE - self.filling.len()));
            self.filling.extend_from_slice(now);
            data = later;
            if self.filling.len() == PIECE {
                self.hand_over()?;
            }
        }
        Ok(())
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let mut next = self.used.try_recv().unwrap_or_default();
        next.clear();
        let full = std::mem::replace(&mut self.filling, next);
        self.to.send(full).map_err(|_| gone())
    }

    /// The digest of everything added.
    ///
    /// # Errors
    /// The thread is gone.
    pub(crate) fn finish(mut self) -> io::Result<Digest> {
        self.hand_over()?;
        drop(self.to);
        self.thread.join().map_err(|_| gone())
    }
}

fn consume(mut digest: ContentDigest, from: &Receiver<Vec<u8>>, back: &Sender<Vec<u8>>) -> Digest {
    for piece in from {
        digest.update(&piece);
        // Nobody wants it back at the end.
        let _ = back.send(piece);
    }
    digest.finish()
}

fn gone() -> io::Error {
    io::Error::other("the thread of the digest ended")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_all_pieces_in_order() {
        let content: Vec<u8> = (0..3 * PIECE + 17).map(|index| (index % 251) as u8).collect();
        for step in [1 << 20, PIECE, 99_999] {
            let mut digest =
                BackgroundDigest::start(ContentDigest::new(DigestAlgorithm::Sha256)).expect("a thread");
            for piece in content.chunks(step) {
                digest.update(piece).expect("it runs");
            }
            let expected = DigestAlgorithm::Sha256.digest(&content);
            assert_eq!(digest.finish().expect("it runs").value, expected, "{step}");
        }
        let nothing = BackgroundDigest::start(ContentDigest::new(DigestAlgorithm::Sha256)).expect("a thread");
        assert_eq!(
            nothing.finish().expect("it runs").value,
            DigestAlgorithm::Sha256.digest(b"")
        );
    }
}
