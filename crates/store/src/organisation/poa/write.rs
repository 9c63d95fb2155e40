//! What a change may do to the register; see [`Change`](super::super::Change).

use kabinet_domain::DocumentId;
use kabinet_domain::poa::judge::RegistryWord;
use kabinet_domain::poa::{PoaNumber, PoaState};
use rusqlite::Transaction;
use time::OffsetDateTime;

use super::{PoaRecord, seq_of};
use crate::convert::{breaks_uniqueness, execute, json, micros, word};
use crate::organisation::documents;
use crate::{StoreError, words};

pub(in crate::organisation) fn add(
    transaction: &Transaction<'_>,
    record: &PoaRecord,
) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, record.document)?;
    let added = execute(
        transaction,
        "INSERT INTO poas (number, document, kind, state, issued, expires, principal_inn, principal_name, parent,
             supersedes, signatures, error, added, search_text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        (
            record.number.0.as_bytes(),
            document,
            word(&record.kind, "poas.kind")?,
            word(&record.state, "poas.state")?,
            record.issued.to_julian_day(),
            record.expires.to_julian_day(),
            &record.principal_inn,
            &record.principal_name,
            record.parent.map(|parent| *parent.0.as_bytes()),
            record.supersedes.map(|old| *old.0.as_bytes()),
            json(&record.signatures, "poas.signatures")?,
            &record.error,
            micros(record.added),
            words::folded(&search_text(record)),
        ),
    );
    match added {
        Err(error) if breaks_uniqueness(&error) => return Err(StoreError::AlreadyExists),
        other => drop(other?),
    }
    let poa = transaction.last_insert_rowid();
    for (position, one) in record.representatives.iter().enumerate() {
        execute(
            transaction,
            "INSERT INTO poa_representatives VALUES (?1, ?2, ?3, ?4, ?5)",
            (poa, position as i64, &one.name, &one.inn, &one.snils),
        )?;
    }
    for (position, (code, name)) in record.powers.iter().enumerate() {
        execute(
            transaction,
            "INSERT INTO poa_powers VALUES (?1, ?2, ?3, ?4)",
            (poa, position as i64, code, name),
        )?;
    }
    if let Some(word) = &record.registry {
        keep_word(transaction, record.number, word)?;
    }
    Ok(())
}

fn search_text(record: &PoaRecord) -> String {
    let mut text = format!(
        "{}\n{}\n{}",
        record.number, record.principal_name, record.principal_inn
    );
    for one in &record.representatives {
        for part in [Some(&one.name), one.inn.as_ref(), one.snils.as_ref()]
            .into_iter()
            .flatten()
        {
            text.push('\n');
            text.push_str(part);
        }
    }
    for (code, name) in &record.powers {
        text.push('\n');
        text.push_str(code);
        text.push('\n');
        text.push_str(name);
    }
    text
}

/// Moves one from the state that was seen.
pub(in crate::organisation) fn advance(
    transaction: &Transaction<'_>,
    number: PoaNumber,
    seen: PoaState,
    state: PoaState,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let changed = execute(
        transaction,
        "UPDATE poas SET state = ?3, error = ?4 WHERE number = ?1 AND state = ?2",
        (
            number.0.as_bytes(),
            word(&seen, "poas.state")?,
            word(&state, "poas.state")?,
            error,
        ),
    )?;
    if changed == 0 {
        seq_of(transaction, number)?;
        return Err(StoreError::Conflict);
    }
    Ok(())
}

/// A revocation was signed: it counts at once. The first one stays.
pub(in crate::organisation) fn revoke(
    transaction: &Transaction<'_>,
    number: PoaNumber,
    document: DocumentId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, document)?;
    let seq = seq_of(transaction, number)?;
    let changed = execute(
        transaction,
        "UPDATE poas SET state = 'revoked', revocation = ?2, declared = ?3
         WHERE seq = ?1 AND declared IS NULL AND state NOT IN ('made', 'refused', 'expired')",
        (seq, document, micros(at)),
    )?;
    if changed == 0 {
        return Err(StoreError::Conflict);
    }
    // What was not told to the registry yet need not be.
    execute(
        transaction,
        "UPDATE poa_errands SET open = 0 WHERE poa = ?1 AND kind = 'register' AND open = 1 AND step = '\"waiting\"'",
        [seq],
    )?;
    execute(transaction, "DELETE FROM poa_defaults WHERE poa = ?1", [seq])?;
    Ok(())
}

/// A revocation lies ready and does not count yet. One that was signed as such stays.
pub(in crate::organisation) fn prepare_revocation(
    transaction: &Transaction<'_>,
    number: PoaNumber,
    document: DocumentId,
) -> Result<(), StoreError> {
    let document = documents::seq_of(transaction, document)?;
    let seq = seq_of(transaction, number)?;
    let changed = execute(
        transaction,
        "UPDATE poas SET revocation = ?2 WHERE seq = ?1 AND declared IS NULL",
        (seq, document),
    )?;
    if changed == 0 {
        return Err(StoreError::Conflict);
    }
    Ok(())
}

/// Takes a registration off the queue that nothing of has left.
pub(in crate::organisation) fn unqueue(
    transaction: &Transaction<'_>,
    number: PoaNumber,
) -> Result<(), StoreError> {
    let seq = seq_of(transaction, number)?;
    let changed = execute(
        transaction,
        "UPDATE poa_errands SET open = 0, step = '\"ended\"'
         WHERE poa = ?1 AND kind = 'register' AND open = 1 AND step = '\"waiting\"'",
        [seq],
    )?;
    if changed == 0 {
        return Err(StoreError::Conflict);
    }
    Ok(())
}

/// The registry confirmed the revocation.
pub(in crate::organisation) fn confirm_revocation(
    transaction: &Transaction<'_>,
    number: PoaNumber,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let seq = seq_of(transaction, number)?;
    let changed = execute(
        transaction,
        "UPDATE poas SET confirmed = ?2 WHERE seq = ?1 AND declared IS NOT NULL AND confirmed IS NULL",
        (seq, micros(at)),
    )?;
    Ok(changed > 0)
}

/// Chooses what documents of a format are signed under, or nothing.
pub(in crate::organisation) fn set_default(
    transaction: &Transaction<'_>,
    format: &str,
    number: Option<PoaNumber>,
) -> Result<bool, StoreError> {
    let Some(number) = number else {
        let sql = "DELETE FROM poa_defaults WHERE format = ?1";
        return Ok(execute(transaction, sql, [format])? > 0);
    };
    let seq = seq_of(transaction, number)?;
    let changed = execute(
        transaction,
        "INSERT INTO poa_defaults (format, poa) VALUES (?1, ?2)
         ON CONFLICT (format) DO UPDATE SET poa = excluded.poa WHERE poa <> excluded.poa",
        (format, seq),
    )?;
    Ok(changed > 0)
}

/// An older word never takes the place of a newer one.
pub(in crate::organisation) fn keep_word(
    transaction: &Transaction<'_>,
    number: PoaNumber,
    said: &RegistryWord,
) -> Result<(), StoreError> {
    let seq = seq_of(transaction, number)?;
    execute(
        transaction,
        "UPDATE poas SET registry = ?2, heard = ?3, revoked_at = coalesce(?4, revoked_at)
         WHERE seq = ?1 AND (heard IS NULL OR heard <= ?3)",
        (
            seq,
            word(&said.state, "poas.registry")?,
            micros(said.at),
            said.revoked_at.map(micros),
        ),
    )?;
    Ok(())
}
