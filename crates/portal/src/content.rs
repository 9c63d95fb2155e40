//! What is uploaded or packed: bytes in memory or a file.

use std::io::{self, Cursor, Read};
use std::path::PathBuf;

use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Bytes in memory or a file on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// In memory.
    Bytes(Vec<u8>),
    /// On disk; it must not change while it is being read.
    File(PathBuf),
}

impl Content {
    /// Size in bytes.
    pub(crate) async fn size(&self) -> io::Result<u64> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
            Self::File(path) => Ok(tokio::fs::metadata(path).await?.len()),
        }
    }

    /// Exactly `size` bytes from `offset`. Read before a request starts: a failing disk must not look like a
    /// failing network.
    pub(crate) async fn slice(&self, offset: u64, size: u64) -> io::Result<Vec<u8>> {
        let length = usize::try_from(size).map_err(|_| io::ErrorKind::OutOfMemory)?;
        match self {
            Self::Bytes(bytes) => {
                let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
                let slice = start.checked_add(length).and_then(|end| bytes.get(start..end));
                Ok(slice.ok_or(io::ErrorKind::UnexpectedEof)?.to_vec())
            }
            Self::File(path) => {
                let mut file = tokio::fs::File::open(path).await?;
                file.seek(io::SeekFrom::Start(offset)).await?;
                let mut bytes = vec![0; length];
                file.read_exact(&mut bytes).await?;
                Ok(bytes)
            }
        }
    }

    /// A reader over all of it, for packing.
    pub(crate) fn reader(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes)),
            Self::File(path) => Box::new(std::fs::File::open(path)?),
        })
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<PathBuf> for Content {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}
