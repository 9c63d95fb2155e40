//! The binary part of a file: chunks of 64 KiB, each encrypted and authenticated by itself (c2sp.org/age, "Payload").

use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::aead::inout::InOutBuf;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce, Tag};
use zeroize::Zeroizing;

use crate::secret::{FileKey, derive};
use crate::{AgeError, Damage};

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// A whole chunk as it lies in the file.
const SEALED: u64 = (CHUNK + TAG) as u64;

/// The key of the payload, and which chunk is next.
struct Chunks {
    cipher: ChaCha20Poly1305,
    next: u64,
}

impl Chunks {
    fn new(file_key: &FileKey, nonce: &[u8; 16]) -> Self {
        let key = derive(file_key.bytes(), nonce, "payload");
        Self {
            cipher: ChaCha20Poly1305::new(key.bytes().into()),
            next: 0,
        }
    }

    /// Turns a chunk into its ciphertext; the tag goes behind it.
    fn seal(&mut self, chunk: &mut [u8], last: bool) -> Tag {
        let tag = self
            .cipher
            .encrypt_inout_detached(&self.nonce(last), &[], chunk.into())
            .expect("ChaCha20-Poly1305 takes 64 KiB");
        self.next += 1;
        tag
    }

    /// Opens a chunk, which has a tag behind it, into `plain`.
    fn open(&mut self, sealed: &[u8], plain: &mut Vec<u8>) -> Result<State, AgeError> {
        let (sealed, tag) = sealed
            .split_last_chunk::<TAG>()
            .ok_or(AgeError::Damaged(Damage::Truncated))?;
        plain.resize(sealed.len(), 0);
        let opens = |last, plain: &mut [u8]| {
            InOutBuf::new(sealed, plain).is_ok_and(|chunk| {
                self.cipher
                    .decrypt_inout_detached(&self.nonce(last), &[], chunk, &Tag::from(*tag))
                    .is_ok()
            })
        };
        // Only a whole file may be empty, not the end of one.
        let may_be_last = !sealed.is_empty() || self.next == 0;
        let state = if sealed.len() == CHUNK && opens(false, plain) {
            State::More
        } else if may_be_last && opens(true, plain) {
            State::Last
        } else {
            plain.clear();
            return Err(AgeError::Damaged(Damage::Payload));
        };
        self.next += 1;
        Ok(state)
    }

    /// Counter in eleven octets, big endian, then whether the chunk is the last.
    fn nonce(&self, last: bool) -> Nonce {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&self.next.to_be_bytes());
        nonce[11] = last.into();
        nonce.into()
    }
}

/// Encrypts what is written to it. Made by [`encrypt`](crate::encrypt).
///
/// Without [`finish`](Self::finish) the file has no last chunk and nobody can read it: one that broke off is never taken for a
/// whole one.
#[must_use = "a file that was not finished cannot be read"]
pub struct Encryptor<W: Write> {
    to: W,
    chunks: Chunks,
    /// Never grows beyond a chunk and its tag.
    buffer: Zeroizing<Vec<u8>>,
    broken: bool,
}

impl<W: Write> Encryptor<W> {
    pub(crate) fn begin(file_key: &FileKey, mut to: W) -> Result<Self, AgeError> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce).map_err(|_| AgeError::Random)?;
        to.write_all(&nonce)?;
        Ok(Self {
            to,
            chunks: Chunks::new(file_key, &nonce),
            buffer: Zeroizing::new(Vec::with_capacity(CHUNK + TAG)),
            broken: false,
        })
    }

    /// Writes the last chunk and gives back what the file was written to. Flushing it is up to the caller.
    ///
    /// # Errors
    /// [`AgeError::Io`], also when an earlier write had failed.
    pub fn finish(mut self) -> Result<W, AgeError> {
        self.seal(true)?;
        Ok(self.to)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        // Nobody knows how much of a failed chunk was written, and its nonce must not be used again.
        if self.broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.broken = true;
        let tag = self.chunks.seal(&mut self.buffer, last);
        self.buffer.extend_from_slice(&tag);
        self.to.write_all(&self.buffer)?;
        self.buffer.clear();
        self.broken = false;
        Ok(())
    }
}

impl<W: Write> Write for Encryptor<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        // A full chunk waits for more: it may be the last.
        if self.buffer.len() >= CHUNK {
            self.seal(false)?;
        }
        let taken = data.len().min(CHUNK - self.buffer.len());
        self.buffer.extend_from_slice(&data[..taken]);
        Ok(taken)
    }

    /// Up to the chunk that is being filled, which stays here until it is full or the file is finished.
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Gives out what was encrypted. Made by [`decrypt`](crate::decrypt).
///
/// What it gives is what was written, from the beginning: a chunk comes out only after it was authenticated. Whether it was
/// all, only the end tells: until `read` has returned `Ok(0)` the file may yet turn out damaged or cut. Errors are
/// [`AgeError`] inside [`io::Error`], and stay.
///
/// Where the file can be read from any place, so can its content ([`Seek`]). The first seek opens the last chunk: from then on the
/// file is known not to have been cut. Nothing lies beyond the end: seeking there is an error.
pub struct Decryptor<R: Read> {
    from: BufReader<R>,
    chunks: Chunks,
    sealed: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
    /// Where `plain` begins in the content.
    begins: u64,
    /// How much of `plain` was given out.
    given: usize,
    /// How much of the payload was read, past its nonce.
    consumed: u64,
    /// Length of the content, once the last chunk has vouched for it.
    length: Option<u64>,
    state: State,
}

#[derive(Clone, Copy)]
enum State {
    More,
    /// The last chunk was opened; nothing may follow it.
    Last,
    End,
    Failed(AgeError),
}

impl<R: Read> Decryptor<R> {
    pub(crate) fn begin(file_key: &FileKey, mut from: BufReader<R>) -> Result<Self, AgeError> {
        let mut nonce = [0; 16];
        if fill(&mut from, &mut nonce)? < nonce.len() {
            return Err(AgeError::Damaged(Damage::Truncated));
        }
        Ok(Self {
            from,
            chunks: Chunks::new(file_key, &nonce),
            sealed: vec![0; CHUNK + TAG],
            plain: Zeroizing::new(Vec::with_capacity(CHUNK)),
            begins: 0,
            given: 0,
            consumed: 0,
            length: None,
            state: State::More,
        })
    }

    fn open_next(&mut self) -> Result<State, AgeError> {
        let length = fill(&mut self.from, &mut self.sealed)?;
        self.consumed += length as u64;
        self.chunks.open(&self.sealed[..length], &mut self.plain)
    }

    fn end(&mut self) -> Result<State, AgeError> {
        match fill(&mut self.from, &mut [0])? {
            0 => Ok(State::End),
            _ => Err(AgeError::Damaged(Damage::Payload)),
        }
    }
}

impl<R: Read> Read for Decryptor<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        while self.given == self.plain.len() {
            self.begins += self.plain.len() as u64;
            self.plain.clear();
            self.given = 0;
            let next = match self.state {
                State::More => self.open_next(),
                State::Last => self.end(),
                State::End => return Ok(0),
                State::Failed(error) => return Err(error.into()),
            };
            self.state = next.unwrap_or_else(State::Failed);
        }
        let taken = out.len().min(self.plain.len() - self.given);
        out[..taken].copy_from_slice(&self.plain[self.given..][..taken]);
        self.given += taken;
        Ok(taken)
    }
}

impl<R: Read + Seek> Decryptor<R> {
    /// Opens the chunk of this number, which must be there.
    fn load(&mut self, chunk: u64) -> io::Result<()> {
        let payload = self.from.stream_position()? - self.consumed;
        self.from.seek(SeekFrom::Start(payload + chunk * SEALED))?;
        self.consumed = chunk * SEALED;
        self.chunks.next = chunk;
        self.plain.clear();
        (self.begins, self.given) = (chunk * CHUNK as u64, 0);
        self.state = self.open_next().unwrap_or_else(State::Failed);
        match self.state {
            State::Failed(error) => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn length(&mut self) -> io::Result<u64> {
        if let Some(length) = self.length {
            return Ok(length);
        }
        let payload = self.from.stream_position()? - self.consumed;
        let sealed = self.from.seek(SeekFrom::End(0))?.saturating_sub(payload);
        // Where `load` looks for the beginning of the payload.
        self.consumed = sealed;
        let chunks = sealed.div_ceil(SEALED).max(1);
        self.load(chunks - 1)?;
        if !matches!(self.state, State::Last) {
            let cut = AgeError::Damaged(Damage::Truncated);
            self.state = State::Failed(cut);
            self.plain.clear();
            return Err(cut.into());
        }
        let length = self.begins + self.plain.len() as u64;
        self.length = Some(length);
        Ok(length)
    }
}

impl<R: Read + Seek> Seek for Decryptor<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        if let State::Failed(error) = self.state {
            return Err(error.into());
        }
        let here = self.begins + self.given as u64;
        let length = self.length()?;
        let there = match to {
            SeekFrom::Start(there) => Some(there),
            SeekFrom::Current(by) => here.checked_add_signed(by),
            SeekFrom::End(by) => length.checked_add_signed(by),
        };
        let there = there
            .filter(|there| *there <= length)
            .ok_or(io::ErrorKind::InvalidInput)?;
        // The end belongs to the last chunk, also where that is full.
        let chunk = (there / CHUNK as u64).min(length.saturating_sub(1) / CHUNK as u64);
        let begins = chunk * CHUNK as u64;
        if self.begins != begins || self.plain.is_empty() {
            self.load(chunk)?;
        }
        self.given = usize::try_from(there - begins).map_err(|_| io::ErrorKind::InvalidInput)?;
        Ok(there)
    }
}

/// Reads until `buffer` is full or the source ends; how much was read.
pub(crate) fn fill(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
