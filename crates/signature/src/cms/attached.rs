//! Content of any size carried inside a signature, read once: it is digested by a second thread while it is written.

use std::io::{self, Write};

use kabinet_pki::Certificate;
use kabinet_pki::oid::cms as id;

use super::assemble::Parts;
use super::prepare::SignError;
use crate::content::{BackgroundDigest, ContentDigest, Digest};

/// An attached signature being written. First its head, then the content through [`Write`], then, once
/// [`Self::finish`] has given the digest and the token has signed, what [`crate::ToBeSigned::complete_written`] gives.
/// The file is BER, as other programs write large ones.
pub struct AttachedFile<W> {
    out: W,
    digest: BackgroundDigest,
    left: u64,
}

impl<W: Write> AttachedFile<W> {
    /// Writes the head of a file that `certificate`'s key will sign over `length` octets.
    ///
    /// # Errors
    /// [`SignError::UnsupportedKey`]; what writing gives.
    pub fn begin(certificate: &Certificate, length: u64, mut out: W) -> Result<io::Result<Self>, SignError> {
        let digest = ContentDigest::for_certificate(certificate)?;
        let start = || {
            let digest = BackgroundDigest::start(digest)?;
            let mut parts = Parts::new(id::DATA, None);
            parts.digest_algorithms.push(digest.algorithm().identifier());
            out.write_all(&parts.indefinite_head(length))?;
            Ok(Self {
                out,
                digest,
                left: length,
            })
        };
        Ok(start())
    }

    /// The digest to sign, and where the rest of the file goes.
    ///
    /// # Errors
    /// Fewer octets were written than announced; the thread of the digest ended.
    pub fn finish(self) -> io::Result<(Digest, W)> {
        if self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((self.digest.finish()?, self.out))
    }
}

impl<W: Write> Write for AttachedFile<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.len() as u64 > self.left {
            // The file grew since its length was taken.
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let count = self.out.write(data)?;
        self.digest.update(&data[..count])?;
        self.left -= count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
