//! Chunked uploads: parts arrive as files, are noted in the database and joined when all are there.

use std::path::Path;
use std::{fs, io};

use super::orders::is_open;
use super::{Store, StoreError, params};

/// A part that has arrived and lies in a temporary file.
pub(crate) struct Part<'a> {
    pub(crate) order: i64,
    /// From 0.
    pub(crate) chunk: u32,
    /// How many there are to be.
    pub(crate) chunks: u32,
    pub(crate) size: i64,
    pub(crate) file: &'a Path,
    pub(crate) now_ms: i64,
    /// Milliseconds from the first part to the last.
    pub(crate) window_ms: i64,
}

/// What became of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartStored {
    /// More are to come.
    Waiting,
    /// It was the last one.
    Complete,
    /// It breaks a rule.
    Refused(PartRefused),
}

/// The rule a part breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartRefused {
    /// Content was pushed already.
    NotOpen,
    /// The first part did not come first.
    FirstMissing,
    /// `chunks` differs from what the first part said.
    CountChanged,
    /// The last part came before others.
    Incomplete,
    /// Too late.
    Expired,
}

impl Store {
    /// Keeps a part. The first one begins a new upload, whatever was there before.
    pub(crate) fn put_part(&self, part: &Part<'_>) -> Result<PartStored, StoreError> {
        self.database.transaction(|transaction| {
            let refused = |why| Ok(PartStored::Refused(why));
            if !is_open(transaction, part.order)? {
                return refused(PartRefused::NotOpen);
            }
            if part.chunk == 0 {
                transaction.execute("DELETE FROM parts WHERE order_id = ?1", params![part.order])?;
                transaction.execute(
                    "UPDATE orders SET upload_started_ms = ?2, upload_chunks = ?3 WHERE id = ?1",
                    params![part.order, part.now_ms, part.chunks],
                )?;
            } else {
                let sql = "SELECT upload_started_ms, upload_chunks FROM orders WHERE id = ?1";
                let upload: (Option<i64>, Option<u32>) = match transaction.row(sql, params![part.order])? {
                    Some(row) => (row.get("upload_started_ms")?, row.get("upload_chunks")?),
                    None => (None, None),
                };
                let (Some(started), Some(chunks)) = upload else {
                    return refused(PartRefused::FirstMissing);
                };
                if part.now_ms - started > part.window_ms {
                    return refused(PartRefused::Expired);
                }
                if chunks != part.chunks {
                    return refused(PartRefused::CountChanged);
                }
            }
            let is_last = part.chunk + 1 == part.chunks;
            let others = transaction.row(
                "SELECT count(*) AS n FROM parts WHERE order_id = ?1 AND chunk <> ?2",
                params![part.order, part.chunk],
            )?;
            let others: u32 = others.map_or(Ok(0), |row| row.get("n"))?;
            if is_last && others + 1 != part.chunks {
                return refused(PartRefused::Incomplete);
            }
            let folder = self.folder(part.order);
            fs::create_dir_all(&folder)?;
            fs::rename(part.file, folder.join(part_name(part.chunk)))?;
            transaction.execute(
                "INSERT INTO parts (order_id, chunk, size) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (order_id, chunk) DO UPDATE SET size = excluded.size",
                params![part.order, part.chunk, part.size],
            )?;
            Ok(if is_last {
                PartStored::Complete
            } else {
                PartStored::Waiting
            })
        })
    }

    /// Joins the parts of an order into its archive.
    pub(crate) fn join_parts(&self, order: i64, chunks: u32) -> Result<(), StoreError> {
        let folder = self.folder(order);
        let joined = folder.join("archive.part");
        let mut target = fs::File::create(&joined)?;
        for chunk in 0..chunks {
            io::copy(&mut fs::File::open(folder.join(part_name(chunk)))?, &mut target)?;
        }
        target.sync_all()?;
        fs::rename(joined, self.archive_path(order))?;
        Ok(())
    }

    /// Removes the files of joined parts, once the archive is taken in.
    pub(crate) fn remove_parts(&self, order: i64, chunks: u32) -> Result<(), StoreError> {
        for chunk in 0..chunks {
            fs::remove_file(self.folder(order).join(part_name(chunk)))?;
        }
        Ok(())
    }
}

fn part_name(chunk: u32) -> String {
    format!("chunk-{chunk}")
}
