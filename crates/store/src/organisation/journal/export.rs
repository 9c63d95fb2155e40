//! The journal for others: JSON, from which anybody can recompute the chain and check the checkpoints, and CSV for spreadsheets.

use std::io::{self, Write};

use kabinet_domain::OrganisationId;
use rusqlite::Connection;
use time::format_description::well_known::Rfc3339;

use super::super::checkpoints::{self, Checkpoint};
use super::chain::JournalEntry;
use super::list::{self, JournalFilter, Wanted};
use crate::StoreError;
use crate::convert::json;

/// How the journal is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalFormat {
    /// One object: `organisation`, `complete` (nothing was filtered out), `entries` oldest first with their hashes, and
    /// `checkpoints` with their public keys and signatures.
    Json,
    /// RFC 4180 in UTF-8 with a byte order mark, one entry a line, with the signature and public key where a checkpoint vouches.
    /// A text a spreadsheet would take for a formula has an apostrophe before it.
    Csv,
}

const COLUMNS: [&str; 10] = [
    "seq",
    "at",
    "actor",
    "action",
    "subject",
    "params",
    "previous",
    "hash",
    "checkpoint",
    "key",
];

/// Writes the entries that match; their number.
pub(super) fn export(
    connection: &Connection,
    organisation: OrganisationId,
    filter: &JournalFilter,
    wanted: Option<&Wanted<'_>>,
    format: JournalFormat,
    out: &mut dyn Write,
) -> Result<u64, StoreError> {
    let left_out = |entry: &JournalEntry| wanted.is_some_and(|wanted| !wanted(entry));
    let checkpoints = checkpoints::all(connection)?;
    let mut lines = 0_u64;
    let write = |result: io::Result<()>| result.map_err(StoreError::io("write"));
    match format {
        JournalFormat::Json => {
            let complete = *filter == JournalFilter::default() && wanted.is_none();
            write(write!(
                out,
                "{{\"format\":\"kabinet-journal\",\"version\":1,\"organisation\":\"{}\",\"complete\":{complete},\"entries\":[",
                organisation.0
            ))?;
            list::each(connection, filter, |entry| {
                if left_out(entry) {
                    return Ok(());
                }
                let comma = if lines == 0 { "" } else { "," };
                lines += 1;
                write(write!(out, "{comma}\n{}", json(entry, "journal")?))
            })?;
            let checkpoints = json(&checkpoints, "journal_checkpoints")?;
            write(writeln!(out, "\n],\"checkpoints\":{checkpoints}}}"))?;
        }
        JournalFormat::Csv => {
            write(write!(out, "\u{feff}{}\r\n", COLUMNS.join(",")))?;
            list::each(connection, filter, |entry| {
                if left_out(entry) {
                    return Ok(());
                }
                lines += 1;
                let vouching = checkpoints.iter().find(|checkpoint| checkpoint.seq == entry.seq);
                write(write!(out, "{}\r\n", line(entry, vouching)?))
            })?;
        }
    }
    Ok(lines)
}

fn line(entry: &JournalEntry, vouching: Option<&Checkpoint>) -> Result<String, StoreError> {
    const AT: StoreError = StoreError::Value { column: "journal.at" };
    let fields = [
        entry.seq.to_string(),
        entry.at.format(&Rfc3339).map_err(|_| AT)?,
        entry.actor.clone(),
        entry.action.clone(),
        entry.subject.clone().unwrap_or_default(),
        json(&entry.params, "journal.params")?,
        hex::encode(entry.previous),
        hex::encode(entry.hash),
        vouching.map_or_else(String::new, |checkpoint| hex::encode(checkpoint.signature)),
        vouching.map_or_else(String::new, |checkpoint| hex::encode(checkpoint.key)),
    ];
    Ok(fields.map(|field| quoted(&field)).join(","))
}

/// OWASP, CSV injection: what a cell must not begin with.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}
