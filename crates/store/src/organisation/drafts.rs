//! Drafts: what is being filled in, every change of it, and what two people wrote into one field.
//!
//! A draft is its head and a chain of changes that leads back: undoing them from the newest gives any earlier version. A
//! save names the version it began with, so that one made elsewhere in the meantime is merged field by field and never
//! overwritten. Saving is not journalled, because it happens at every pause of typing; what begins and ends a draft is.

use kabinet_domain::draft::{self, Conflict, FieldChange, Fields};
use kabinet_domain::{DocumentId, Draft, DraftId};
use rusqlite::{Connection, Row, Transaction};
use time::OffsetDateTime;

use super::Page;
use crate::convert::{
    breaks_uniqueness, column_of, execute, from_json, json, micros, moment, row, rows, scalar, uuid,
};
use crate::database::Migration;
use crate::{Missing, StoreError};

pub(super) const MIGRATIONS: &[Migration] = &[Migration {
    version: 5,
    sql: "CREATE TABLE drafts (
              seq      INTEGER PRIMARY KEY,
              id       BLOB NOT NULL UNIQUE,
              form     TEXT NOT NULL,
              title    TEXT NOT NULL,
              template INTEGER NOT NULL,
              revision INTEGER NOT NULL,
              fields   TEXT NOT NULL,
              shared   TEXT,
              document BLOB,
              created  INTEGER NOT NULL,
              updated  INTEGER NOT NULL,
              removed  INTEGER
          ) STRICT;
          CREATE INDEX drafts_updated ON drafts (updated);
          CREATE TABLE draft_changes (
              draft    INTEGER NOT NULL REFERENCES drafts (seq) ON DELETE CASCADE,
              revision INTEGER NOT NULL,
              at       INTEGER NOT NULL,
              author   TEXT NOT NULL,
              changes  TEXT NOT NULL,
              PRIMARY KEY (draft, revision)
          ) STRICT, WITHOUT ROWID;
          CREATE TABLE draft_conflicts (
              draft  INTEGER NOT NULL REFERENCES drafts (seq) ON DELETE CASCADE,
              field  TEXT NOT NULL,
              base   TEXT,
              theirs TEXT,
              PRIMARY KEY (draft, field)
          ) STRICT, WITHOUT ROWID;",
    then: None,
}];

/// Begins the address in the cache under which a file attached to a draft is kept; its SHA-256 in hexadecimal ends it.
pub const ATTACHMENT: &str = "urn:kabinet:attachment:";

/// Which drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftShelf {
    /// Being filled in.
    Open,
    /// To be copied from.
    Templates,
    /// Thrown away.
    Removed,
}

/// What is saved of a draft, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSave {
    /// The revision that was changed.
    pub seen: u64,
    /// All fields as they are to be.
    pub fields: Fields,
    /// Title.
    pub title: String,
    /// Who typed.
    pub author: String,
    /// When.
    pub at: OffsetDateTime,
}

/// A change of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The revision it led to.
    pub revision: u64,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub author: String,
    /// What changed in it.
    pub changes: Vec<FieldChange>,
}

/// Names the columns that [`read`] takes.
const SELECT: &str =
    "SELECT seq, id, form, title, template, revision, fields, document, created, updated, removed
     FROM drafts";

pub(super) fn add(transaction: &Transaction<'_>, draft: &Draft, author: &str) -> Result<(), StoreError> {
    let inserted = execute(
        transaction,
        "INSERT INTO drafts (id, form, title, template, revision, fields, document, created, updated, removed)
         VALUES (?1, ?2, ?3, ?4, 0, '{}', NULL, ?5, ?5, NULL)",
        (
            draft.id.0.as_bytes(),
            &draft.form,
            &draft.title,
            draft.is_template,
            micros(draft.created),
        ),
    );
    match inserted {
        Err(error) if breaks_uniqueness(&error) => return Err(StoreError::AlreadyExists),
        other => other?,
    };
    let save = DraftSave {
        seen: 0,
        fields: draft.fields.clone(),
        title: draft.title.clone(),
        author: author.to_owned(),
        at: draft.created,
    };
    self::save(transaction, draft.id, &save).map(drop)
}

/// The draft afterwards. What another writer changed since `seen` stays; where both changed a field it holds the one
/// saved now, and the other one waits as a conflict.
pub(super) fn save(
    transaction: &Transaction<'_>,
    id: DraftId,
    save: &DraftSave,
) -> Result<Draft, StoreError> {
    let (seq, head) = head(transaction, id)?;
    if save.seen > head.revision {
        return Err(StoreError::Conflict);
    }
    if save.seen == head.revision {
        put(transaction, seq, &head, &save.fields, save)?;
    } else {
        let base = fields_at(transaction, seq, &head, save.seen)?;
        let merged = draft::merge(&base, &save.fields, &head.fields);
        note_conflicts(transaction, seq, &merged.conflicts)?;
        put(transaction, seq, &head, &merged.fields, save)?;
    }
    load(transaction, id)
}

/// Merges what somebody else made of the version both had, which both have from now on.
pub(super) fn merge(
    transaction: &Transaction<'_>,
    id: DraftId,
    base: &Fields,
    theirs: &Fields,
    author: &str,
    at: OffsetDateTime,
) -> Result<Draft, StoreError> {
    let (seq, head) = head(transaction, id)?;
    let merged = draft::merge(base, &head.fields, theirs);
    note_conflicts(transaction, seq, &merged.conflicts)?;
    let save = DraftSave {
        seen: head.revision,
        fields: merged.fields,
        title: head.title.clone(),
        author: author.to_owned(),
        at,
    };
    put(transaction, seq, &head, &save.fields, &save)?;
    set_shared(transaction, id, theirs)?;
    load(transaction, id)
}

/// Makes `fields` the head. Saving what is there already is no change.
fn put(
    transaction: &Transaction<'_>,
    seq: i64,
    head: &Draft,
    fields: &Fields,
    save: &DraftSave,
) -> Result<(), StoreError> {
    let changes = draft::diff(&head.fields, fields);
    if changes.is_empty() && head.title == save.title {
        return Ok(());
    }
    let revision = head.revision + u64::from(!changes.is_empty());
    execute(
        transaction,
        "UPDATE drafts SET title = ?2, revision = ?3, fields = ?4, updated = ?5 WHERE seq = ?1",
        (
            seq,
            &save.title,
            revision.cast_signed(),
            json(fields, "drafts.fields")?,
            micros(save.at),
        ),
    )?;
    if !changes.is_empty() {
        execute(
            transaction,
            "INSERT INTO draft_changes (draft, revision, at, author, changes) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                seq,
                revision.cast_signed(),
                micros(save.at),
                &save.author,
                json(&changes, "draft_changes.changes")?,
            ),
        )?;
    }
    Ok(())
}

fn note_conflicts(transaction: &Transaction<'_>, seq: i64, conflicts: &[Conflict]) -> Result<(), StoreError> {
    for conflict in conflicts {
        // Of an older conflict about the field the base stays: nobody has agreed on anything since.
        execute(
            transaction,
            "INSERT INTO draft_conflicts (draft, field, base, theirs) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (draft, field) DO UPDATE SET theirs = excluded.theirs",
            (seq, &conflict.field, &conflict.base, &conflict.theirs),
        )?;
    }
    Ok(())
}

/// Somebody chose what a field is to be.
pub(super) fn settle(
    transaction: &Transaction<'_>,
    id: DraftId,
    field: &str,
    value: Option<&str>,
    author: &str,
    at: OffsetDateTime,
) -> Result<Draft, StoreError> {
    let (seq, head) = head(transaction, id)?;
    execute(
        transaction,
        "DELETE FROM draft_conflicts WHERE draft = ?1 AND field = ?2",
        (seq, field),
    )?;
    let mut fields = head.fields.clone();
    match value.filter(|value| !value.is_empty()) {
        Some(value) => fields.insert(field.to_owned(), value.to_owned()),
        None => fields.remove(field),
    };
    let save = DraftSave {
        seen: head.revision,
        title: head.title.clone(),
        fields,
        author: author.to_owned(),
        at,
    };
    put(transaction, seq, &head, &save.fields, &save)?;
    load(transaction, id)
}

/// Throws a draft away, or takes it back.
pub(super) fn set_removed(
    transaction: &Transaction<'_>,
    id: DraftId,
    at: Option<OffsetDateTime>,
) -> Result<(), StoreError> {
    change_one(execute(
        transaction,
        "UPDATE drafts SET removed = ?2 WHERE id = ?1",
        (id.0.as_bytes(), at.map(micros)),
    )?)
}

/// Removes a draft and its whole history for good.
pub(super) fn erase(transaction: &Transaction<'_>, id: DraftId) -> Result<(), StoreError> {
    change_one(execute(
        transaction,
        "DELETE FROM drafts WHERE id = ?1",
        [id.0.as_bytes()],
    )?)?;
    drop_unnamed_attachments(transaction)
}

/// Attachments are named by their digest among the fields, so a copy of a draft shares them, and a version may go back to one.
/// What a colleague attached may wait in a conflict alone.
fn drop_unnamed_attachments(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    execute(
        transaction,
        "DELETE FROM evidence WHERE substr(url, 1, length(?1)) = ?1
         AND NOT EXISTS (SELECT 1 FROM drafts
                         WHERE instr(fields || coalesce(shared, ''), substr(url, length(?1) + 1)))
         AND NOT EXISTS (SELECT 1 FROM draft_changes WHERE instr(changes, substr(url, length(?1) + 1)))
         AND NOT EXISTS (SELECT 1 FROM draft_conflicts
                         WHERE instr(coalesce(base, '') || coalesce(theirs, ''), substr(url, length(?1) + 1)))",
        [ATTACHMENT],
    )?;
    Ok(())
}

pub(super) fn set_document(
    transaction: &Transaction<'_>,
    id: DraftId,
    document: DocumentId,
) -> Result<(), StoreError> {
    change_one(execute(
        transaction,
        "UPDATE drafts SET document = ?2 WHERE id = ?1",
        (id.0.as_bytes(), document.0.as_bytes()),
    )?)
}

pub(super) fn count_of_document(connection: &Connection, document: DocumentId) -> Result<u64, StoreError> {
    let count = scalar::<i64>(
        connection,
        "SELECT count(*) FROM drafts WHERE document = ?1",
        [document.0.as_bytes()],
    )?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// Remembers the version that somebody else has as well.
pub(super) fn set_shared(
    transaction: &Transaction<'_>,
    id: DraftId,
    fields: &Fields,
) -> Result<(), StoreError> {
    change_one(execute(
        transaction,
        "UPDATE drafts SET shared = ?2 WHERE id = ?1",
        (id.0.as_bytes(), json(fields, "drafts.shared")?),
    )?)
}

pub(super) fn shared(connection: &Connection, id: DraftId) -> Result<Option<Fields>, StoreError> {
    scalar::<Option<String>>(
        connection,
        "SELECT shared FROM drafts WHERE id = ?1",
        [id.0.as_bytes()],
    )?
    .ok_or(StoreError::NotFound(Missing::Draft))?
    .map(|text| from_json(&text, "drafts.shared"))
    .transpose()
}

fn change_one(changed: usize) -> Result<(), StoreError> {
    if changed == 0 {
        return Err(StoreError::NotFound(Missing::Draft));
    }
    Ok(())
}

pub(super) fn load(connection: &Connection, id: DraftId) -> Result<Draft, StoreError> {
    head(connection, id).map(|(_, draft)| draft)
}

fn head(connection: &Connection, id: DraftId) -> Result<(i64, Draft), StoreError> {
    let sql = format!("{SELECT} WHERE id = ?1");
    row(connection, &sql, [id.0.as_bytes()], |row| read(connection, row))?
        .ok_or(StoreError::NotFound(Missing::Draft))
}

/// A page of a shelf, last changed first.
pub(super) fn list(connection: &Connection, shelf: DraftShelf, page: Page) -> Result<Vec<Draft>, StoreError> {
    let condition = match shelf {
        DraftShelf::Open => "removed IS NULL AND NOT template",
        DraftShelf::Templates => "removed IS NULL AND template",
        DraftShelf::Removed => "removed IS NOT NULL",
    };
    let sql = format!("{SELECT} WHERE {condition} ORDER BY updated DESC, seq DESC LIMIT ?1 OFFSET ?2");
    rows(connection, &sql, page.values(), |row| {
        read(connection, row).map(|(_, draft)| draft)
    })
}

/// The fields as they were at a revision.
pub(super) fn version(connection: &Connection, id: DraftId, revision: u64) -> Result<Fields, StoreError> {
    let (seq, head) = head(connection, id)?;
    fields_at(connection, seq, &head, revision)
}

fn fields_at(connection: &Connection, seq: i64, head: &Draft, revision: u64) -> Result<Fields, StoreError> {
    let mut fields = head.fields.clone();
    for later in changes(connection, seq, Some(revision), Page::first(u64::MAX))? {
        draft::undo(&mut fields, &later.changes);
    }
    Ok(fields)
}

/// A page of the changes, newest first.
pub(super) fn history(connection: &Connection, id: DraftId, page: Page) -> Result<Vec<Revision>, StoreError> {
    let (seq, _) = head(connection, id)?;
    changes(connection, seq, None, page)
}

fn changes(
    connection: &Connection,
    seq: i64,
    after: Option<u64>,
    page: Page,
) -> Result<Vec<Revision>, StoreError> {
    let [limit, offset] = page.values();
    rows(
        connection,
        "SELECT revision, at, author, changes FROM draft_changes
         WHERE draft = ?1 AND revision > ?2 ORDER BY revision DESC LIMIT ?3 OFFSET ?4",
        (seq, after.unwrap_or(0).cast_signed(), limit, offset),
        |row| {
            Ok(Revision {
                revision: column_of::<i64>(row, 0, "draft_changes.revision")?.cast_unsigned(),
                at: moment(column_of(row, 1, "draft_changes.at")?, "draft_changes.at")?,
                author: column_of(row, 2, "draft_changes.author")?,
                changes: from_json(
                    &column_of::<String>(row, 3, "draft_changes.changes")?,
                    "draft_changes.changes",
                )?,
            })
        },
    )
}

fn read(connection: &Connection, row: &Row<'_>) -> Result<(i64, Draft), StoreError> {
    let seq = column_of(row, 0, "drafts.seq")?;
    let fields: Fields = from_json(&column_of::<String>(row, 6, "drafts.fields")?, "drafts.fields")?;
    let document: Option<[u8; 16]> = column_of(row, 7, "drafts.document")?;
    let removed: Option<i64> = column_of(row, 10, "drafts.removed")?;
    let draft = Draft {
        id: DraftId(uuid(row, 1, "drafts.id")?),
        form: column_of(row, 2, "drafts.form")?,
        title: column_of(row, 3, "drafts.title")?,
        is_template: column_of(row, 4, "drafts.template")?,
        revision: column_of::<i64>(row, 5, "drafts.revision")?.cast_unsigned(),
        conflicts: conflicts(connection, seq, &fields)?,
        fields,
        document: document.map(|id| DocumentId(uuid::Uuid::from_bytes(id))),
        created: moment(column_of(row, 8, "drafts.created")?, "drafts.created")?,
        updated: moment(column_of(row, 9, "drafts.updated")?, "drafts.updated")?,
        removed: removed.map(|at| moment(at, "drafts.removed")).transpose()?,
    };
    Ok((seq, draft))
}

fn conflicts(connection: &Connection, seq: i64, fields: &Fields) -> Result<Vec<Conflict>, StoreError> {
    rows(
        connection,
        "SELECT field, base, theirs FROM draft_conflicts WHERE draft = ?1 ORDER BY field",
        [seq],
        |row| {
            let field: String = column_of(row, 0, "draft_conflicts.field")?;
            Ok(Conflict {
                base: column_of(row, 1, "draft_conflicts.base")?,
                mine: fields.get(&field).cloned(),
                theirs: column_of(row, 2, "draft_conflicts.theirs")?,
                field,
            })
        },
    )
}
