//! A look into the write-ahead log a process left that could not fold it in.
//!
//! SQLite takes the first frame that does not fit its checksum for the end of the log: what a power cut tore never counted.
//! So one damaged byte would silently take back everything committed behind it. What was torn is told from what was damaged by
//! what follows: with `synchronous = FULL` nothing is written behind a commit before that has reached the disk. A frame that
//! continues a commit therefore vouches for everything before it. The format: sqlite.org/fileformat2.html#the_write_ahead_log.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use crate::StoreError;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The lowest bit says in which byte order the checksum adds.
const MAGIC: u32 = 0x377f_0682;
const FORMAT: u32 = 3_007_000;

/// # Errors
/// [`StoreError::DatabaseDamaged`] when the log of `database` lost something that was committed.
pub(crate) fn inspect(database: &Path) -> Result<(), StoreError> {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    match File::open(Path::new(&name)) {
        Ok(log) => inspect_log(BufReader::with_capacity(1 << 16, log)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::io("read")(error)),
    }
}

fn inspect_log(mut log: impl Read) -> Result<(), StoreError> {
    let mut header = [0; HEADER];
    // Without a whole header there was no frame, and a header of zeros is a new file whose first sector was lost.
    if !fill(&mut log, &mut header)? || header == [0; HEADER] {
        return Ok(());
    }
    let magic = word(&header, 0);
    let size = word(&header, 8) as usize;
    let order = if magic & 1 == 0 {
        u32::from_le_bytes
    } else {
        u32::from_be_bytes
    };
    let sound = magic & !1 == MAGIC
        && word(&header, 4) == FORMAT
        && size.is_power_of_two()
        && (512..=65_536).contains(&size)
        && Sum::default().add(&header[..24], order) == Sum::stored(&header, 24);
    if !sound {
        return Err(StoreError::DatabaseDamaged);
    }
    let mut previous = Frame {
        commit: false,
        sum: Sum::stored(&header, 24),
    };
    let mut broken = false;
    let mut bytes = vec![0; FRAME_HEADER + size];
    while fill(&mut log, &mut bytes)? {
        let frame = Frame {
            commit: word(&bytes, 4) != 0,
            sum: Sum::stored(&bytes, 16),
        };
        // Other salts are those of an earlier log whose file is used again.
        let salts = bytes[8..16] == header[16..24];
        let sum = previous
            .sum
            .add(&bytes[..8], order)
            .add(&bytes[FRAME_HEADER..], order);
        let continues = salts && sum == frame.sum;
        if broken && continues && previous.commit {
            return Err(StoreError::DatabaseDamaged);
        }
        broken |= !continues;
        previous = frame;
    }
    Ok(())
}

struct Frame {
    /// Whether a transaction ends with it.
    commit: bool,
    sum: Sum,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sum(u32, u32);

impl Sum {
    fn stored(bytes: &[u8], at: usize) -> Self {
        Self(word(bytes, at), word(bytes, at + 4))
    }

    fn add(mut self, bytes: &[u8], order: fn([u8; 4]) -> u32) -> Self {
        for pair in bytes.chunks_exact(8) {
            self.0 = self
                .0
                .wrapping_add(order([pair[0], pair[1], pair[2], pair[3]]))
                .wrapping_add(self.1);
            self.1 = self
                .1
                .wrapping_add(order([pair[4], pair[5], pair[6], pair[7]]))
                .wrapping_add(self.0);
        }
        self
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Whether there was enough.
fn fill(log: &mut impl Read, bytes: &mut [u8]) -> Result<bool, StoreError> {
    match log.read_exact(bytes) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(StoreError::io("read")(error)),
    }
}
