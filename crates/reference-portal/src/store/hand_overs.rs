//! Files that wait for a colleague.

use uuid::Uuid;

use super::{Row, Store, StoreError, params};

/// A file that waits; its content is fetched apart.
#[derive(Clone, Debug)]
pub(crate) struct HandOver {
    pub(crate) id: Uuid,
    pub(crate) organisation: i64,
    /// oids of people.
    pub(crate) sender: i64,
    pub(crate) recipient: i64,
    pub(crate) name: String,
    pub(crate) sent_ms: i64,
    /// Octets.
    pub(crate) size: i64,
}

/// What became of a file that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// It is kept.
    Kept,
    /// Its sender handed it over before, under the same id; it waits, or was taken.
    Known,
    /// Somebody else's file has this id.
    Foreign,
    /// Too many wait for its recipient.
    Full,
}

impl Store {
    /// Keeps a file unless `most` wait for its recipient already.
    pub(crate) fn add_hand_over(
        &self,
        one: &HandOver,
        content: &[u8],
        most: i64,
    ) -> Result<Keeping, StoreError> {
        self.database.transaction(|transaction| {
            let sql = "SELECT sender FROM hand_overs WHERE id = ?1 \
                       UNION ALL SELECT sender FROM hand_overs_taken WHERE id = ?1";
            if let Some(row) = transaction.row(sql, params![one.id.to_string()])? {
                let sender: i64 = row.get("sender")?;
                return Ok(if sender == one.sender {
                    Keeping::Known
                } else {
                    Keeping::Foreign
                });
            }
            let sql = "SELECT COUNT(*) AS waiting FROM hand_overs WHERE recipient = ?1 AND organisation = ?2";
            let row = transaction.row(sql, params![one.recipient, one.organisation])?;
            let waiting: i64 = row.map_or(Ok(0), |row| row.get("waiting"))?;
            if waiting >= most {
                return Ok(Keeping::Full);
            }
            transaction.execute(
                "INSERT INTO hand_overs (id, organisation, sender, recipient, name, sent_ms, size, content) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    one.id.to_string(),
                    one.organisation,
                    one.sender,
                    one.recipient,
                    one.name.as_str(),
                    one.sent_ms,
                    one.size,
                    content
                ],
            )?;
            Ok(Keeping::Kept)
        })
    }

    /// What waits for a person, oldest first.
    pub(crate) fn hand_overs(&self, recipient: i64) -> Result<Vec<HandOver>, StoreError> {
        let sql = "SELECT id, organisation, sender, recipient, name, sent_ms, size FROM hand_overs \
                   WHERE recipient = ?1 ORDER BY sent_ms, id";
        let rows = self.database.rows(sql, params![recipient])?;
        rows.iter().map(read).collect()
    }

    /// Content of a file that waits for this person.
    pub(crate) fn hand_over_content(&self, id: Uuid, recipient: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT content FROM hand_overs WHERE id = ?1 AND recipient = ?2";
        let row = self.database.row(sql, params![id.to_string(), recipient])?;
        Ok(row.map(|row| row.get("content")).transpose()?)
    }

    /// Forgets a file that waits for this person, but not that it came; whether there was one.
    pub(crate) fn drop_hand_over(&self, id: Uuid, recipient: i64) -> Result<bool, StoreError> {
        self.database.transaction(|transaction| {
            let key = params![id.to_string(), recipient];
            let sql = "INSERT INTO hand_overs_taken (id, sender) \
                       SELECT id, sender FROM hand_overs WHERE id = ?1 AND recipient = ?2";
            transaction.execute(sql, key)?;
            let sql = "DELETE FROM hand_overs WHERE id = ?1 AND recipient = ?2";
            Ok(transaction.execute(sql, key)? == 1)
        })
    }
}

fn read(row: &Row) -> Result<HandOver, StoreError> {
    Ok(HandOver {
        id: Uuid::parse_str(&row.get::<String>("id")?).unwrap_or_default(),
        organisation: row.get("organisation")?,
        sender: row.get("sender")?,
        recipient: row.get("recipient")?,
        name: row.get("name")?,
        sent_ms: row.get("sent_ms")?,
        size: row.get("size")?,
    })
}
