//! Reading the journal: which entries, which part of them, and how many.
//!
//! All that a filter asks about stands in one index in the order of the entries (`journal_facets`): what matches is counted, and the
//! first entry of a page found, without reading an entry. From there on the page is read by number.

use std::ops::RangeInclusive;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use time::OffsetDateTime;

use super::super::{Page, checkpoints};
use super::chain::{self, JournalEntry, SELECT, read};
use crate::StoreError;
use crate::convert::{column_of, micros, rows, scalar};
use crate::database::Migration;

pub(in crate::organisation) const MIGRATIONS: &[Migration] = &[Migration {
    version: 6,
    sql: "CREATE INDEX journal_facets ON journal (seq, at, action, actor);
          CREATE INDEX journal_actor ON journal (actor);",
    then: None,
}];

/// Which entries; an empty filter means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Of these actions.
    pub actions: Actions,
    /// About this subject.
    pub subject: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// Not before this moment.
    pub from: Option<OffsetDateTime>,
    /// Before this moment.
    pub until: Option<OffsetDateTime>,
}

/// Actions, by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Actions {
    /// All.
    #[default]
    Any,
    /// Each of these.
    Of(Vec<String>),
    /// Each but these.
    OtherThan(Vec<String>),
}

/// A condition that only the caller can judge: what an entry says in words.
pub type Wanted<'a> = dyn Fn(&JournalEntry) -> bool + 'a;

/// What looking through entries showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalSearch {
    /// The page of those wanted.
    pub entries: Vec<JournalEntry>,
    /// How many are wanted among those looked at.
    pub found: u64,
    /// How many were looked at.
    pub looked_at: u64,
    /// The last one looked at, where older ones that match the filter were not.
    pub stopped_at: Option<JournalEntry>,
}

impl JournalFilter {
    fn condition(&self) -> (String, Vec<Value>) {
        let (mut parts, mut values) = (vec!["true".to_owned()], Vec::new());
        let (word, actions) = match &self.actions {
            Actions::Any => ("", None),
            Actions::Of(actions) => ("IN", Some(actions)),
            Actions::OtherThan(actions) => ("NOT IN", Some(actions)),
        };
        if let Some(actions) = actions {
            let gaps = vec!["?"; actions.len()].join(", ");
            parts.push(format!("action {word} ({gaps})"));
            values.extend(actions.iter().cloned().map(Value::Text));
        }
        let single = [
            ("subject = ?", self.subject.clone().map(Value::Text)),
            ("actor = ?", self.actor.clone().map(Value::Text)),
            ("at >= ?", self.from.map(|at| Value::Integer(micros(at)))),
            ("at < ?", self.until.map(|at| Value::Integer(micros(at)))),
        ];
        for (condition, value) in single {
            if let Some(value) = value {
                parts.push(condition.to_owned());
                values.push(value);
            }
        }
        (parts.join(" AND "), values)
    }

    /// The table, by the index that answers.
    fn source(&self) -> &'static str {
        match self.subject {
            // What happened to one thing is little.
            Some(_) => "journal INDEXED BY journal_subject",
            None => "journal INDEXED BY journal_facets",
        }
    }

    fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// A page of the entries that match, newest first.
pub(super) fn list(
    connection: &Connection,
    filter: &JournalFilter,
    page: Page,
) -> Result<Vec<JournalEntry>, StoreError> {
    let (sql, values) = page_of(filter);
    let values = values.into_iter().chain(page.values());
    rows(connection, &sql, params_from_iter(values), read)
}

/// Numbers from the index first, then those entries; the page is bound last.
fn page_of(filter: &JournalFilter) -> (String, Vec<Value>) {
    let (condition, values) = filter.condition();
    let source = filter.source();
    let seqs = format!("SELECT seq FROM {source} WHERE {condition} ORDER BY seq DESC LIMIT ? OFFSET ?");
    (
        format!("{SELECT} WHERE seq IN ({seqs}) ORDER BY seq DESC"),
        values,
    )
}

/// The entries there are of these numbers, newest first.
pub(super) fn numbered(
    connection: &Connection,
    numbers: RangeInclusive<u64>,
) -> Result<Vec<JournalEntry>, StoreError> {
    let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let sql = format!("{SELECT} WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq DESC");
    rows(
        connection,
        &sql,
        (bound(*numbers.start()), bound(*numbers.end())),
        read,
    )
}

/// Looks through the newest `most` entries that match, and no further.
pub(super) fn search(
    connection: &Connection,
    filter: &JournalFilter,
    wanted: &Wanted<'_>,
    page: Page,
    most: u64,
) -> Result<JournalSearch, StoreError> {
    let mut search = JournalSearch {
        entries: Vec::new(),
        found: 0,
        looked_at: 0,
        stopped_at: None,
    };
    let mut last = None;
    walk(connection, filter, "DESC", |entry| {
        if search.looked_at == most {
            search.stopped_at = last.take();
            return Ok(false);
        }
        search.looked_at += 1;
        last = Some(entry.clone());
        if wanted(&entry) {
            if search.found >= page.offset && (search.entries.len() as u64) < page.limit {
                search.entries.push(entry);
            }
            search.found += 1;
        }
        Ok(true)
    })?;
    Ok(search)
}

/// Every entry that matches, oldest first.
pub(super) fn each(
    connection: &Connection,
    filter: &JournalFilter,
    mut turn: impl FnMut(&JournalEntry) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    walk(connection, filter, "ASC", |entry| turn(&entry).map(|()| true))
}

/// Goes through the entries that match until `turn` has had enough.
fn walk(
    connection: &Connection,
    filter: &JournalFilter,
    direction: &str,
    mut turn: impl FnMut(JournalEntry) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let (condition, values) = filter.condition();
    let sql = format!("{SELECT} WHERE {condition} ORDER BY seq {direction}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        if !turn(read(row)?)? {
            break;
        }
    }
    Ok(())
}

/// How many entries match.
pub(super) fn count(connection: &Connection, filter: &JournalFilter) -> Result<u64, StoreError> {
    if filter.is_open() {
        return chain::count(connection);
    }
    let (sql, values) = count_of(filter);
    let count = scalar::<i64>(connection, &sql, params_from_iter(values))?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

fn count_of(filter: &JournalFilter) -> (String, Vec<Value>) {
    let (condition, values) = filter.condition();
    (
        format!("SELECT count(*) FROM {} WHERE {condition}", filter.source()),
        values,
    )
}

/// The last number anything speaks of: the entry itself, the end of the chain, or a checkpoint.
pub(super) fn last_number(connection: &Connection) -> Result<u64, StoreError> {
    let head = chain::count(connection)?;
    let vouched = checkpoints::last(connection)?.map_or(0, |checkpoint| checkpoint.seq);
    Ok(head.max(vouched))
}

const ACTORS: &str = "WITH RECURSIVE named (actor) AS (
        SELECT min(actor) FROM journal
        UNION ALL
        SELECT (SELECT min(actor) FROM journal WHERE actor > named.actor) FROM named WHERE actor IS NOT NULL
    ) SELECT actor FROM named WHERE actor IS NOT NULL";

/// Who is named in the journal, in order of the names. One step of the index each, however much they did.
pub(super) fn actors(connection: &Connection) -> Result<Vec<String>, StoreError> {
    rows(connection, ACTORS, [], |row| column_of(row, 0, "journal.actor"))
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, ToSql};

    use super::super::chain;
    use super::{ACTORS, Actions, JournalFilter, MIGRATIONS, OffsetDateTime, Value, count_of, page_of};

    /// What SQLite says it will do.
    fn plan(sql: &str, values: &[Value]) -> Vec<String> {
        let connection = Connection::open_in_memory().unwrap();
        for step in chain::MIGRATIONS.iter().chain(MIGRATIONS) {
            connection.execute_batch(step.sql).unwrap();
        }
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
        let lines = statement.query_map(&values[..], |row| row.get(3)).unwrap();
        lines.collect::<Result<_, _>>().unwrap()
    }

    fn filters() -> [JournalFilter; 6] {
        let actions = || vec!["signed-in".to_owned(), "signed-out".to_owned()];
        let moment = Some(OffsetDateTime::UNIX_EPOCH);
        [
            JournalFilter::default(),
            JournalFilter {
                actions: Actions::Of(actions()),
                ..JournalFilter::default()
            },
            JournalFilter {
                actions: Actions::OtherThan(actions()),
                ..JournalFilter::default()
            },
            JournalFilter {
                actor: Some("Иванова".to_owned()),
                ..JournalFilter::default()
            },
            JournalFilter {
                from: moment,
                until: moment,
                ..JournalFilter::default()
            },
            JournalFilter {
                actions: Actions::Of(actions()),
                subject: Some("c1".to_owned()),
                actor: Some(String::new()),
                from: moment,
                until: moment,
            },
        ]
    }

    #[test]
    fn a_page_reads_no_entry_but_its_own_and_sorts_none_but_those() {
        for filter in filters() {
            let (sql, mut values) = page_of(&filter);
            values.extend([Value::Integer(200), Value::Integer(50_000)]);
            let plan = plan(&sql, &values);
            assert_eq!(plan[0], "SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)");
            let inner = &plan[2..];
            let expected = match filter.subject {
                Some(_) => "SEARCH journal USING INDEX journal_subject (subject=?)",
                None => "SCAN journal USING COVERING INDEX journal_facets",
            };
            assert_eq!(inner, [expected], "{sql}");
        }
    }

    #[test]
    fn counting_reads_no_entry() {
        for filter in &filters()[..5] {
            let (sql, values) = count_of(filter);
            let expected = ["SCAN journal USING COVERING INDEX journal_facets"];
            assert_eq!(plan(&sql, &values), expected, "{sql}");
        }
        let plan = plan(ACTORS, &[]);
        let walks = plan.iter().filter(|line| line.contains(" journal"));
        for line in walks {
            assert!(
                line.starts_with("SEARCH journal USING COVERING INDEX journal_actor"),
                "{plan:?}"
            );
        }
    }
}
