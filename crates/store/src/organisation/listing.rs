//! Lists of documents: which, in what order, which part of them, and how many.
//!
//! Numbers of rows come first, from indexes that hold everything a filter asks about; only then are the rows of one page
//! read. Which index leads depends on what is asked: see [`seqs`].

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use kabinet_domain::Document;

use super::facets::{self, gaps};
use super::{DocumentFilter, DocumentOrder, Found, OrganisationStore, Page, Period, documents, search};
use crate::StoreError;
use crate::convert::{column_of, rows, scalar};
use crate::words;

/// A text query that finds more is not counted to the end.
const COUNTED: u64 = 1000;
/// Asking one document for words takes as long as passing so many by.
const PASSED: u64 = 700;
/// As many rows are read one by one and put in order within a few hundredths of a second.
const FEW: u64 = 5000;

impl OrganisationStore {
    /// A page of the documents that match.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn documents(
        &self,
        filter: &DocumentFilter,
        order: DocumentOrder,
        page: Page,
    ) -> Result<Vec<Document>, StoreError> {
        self.database.read(|connection| {
            let seqs = seqs(connection, filter, order, page)?;
            documents::load_all(connection, self.id, &seqs)
        })
    }

    /// How many documents match, exactly. With words that stand in a great many documents it takes a while: a list is
    /// better served by [`found`](Self::found).
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_documents(&self, filter: &DocumentFilter) -> Result<u64, StoreError> {
        self.database
            .read(|connection| Ok(found(connection, filter, None)?.documents))
    }

    /// How many documents match, at once: where words are looked for, counting stops after a thousand.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn found(&self, filter: &DocumentFilter) -> Result<Found, StoreError> {
        self.database
            .read(|connection| found(connection, filter, Some(COUNTED)))
    }

    /// The formats of the documents there are, with their numbers, the most frequent first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn formats(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.database.read(facets::formats)
    }
}

/// A filter, looked at once.
struct Conditions {
    facets: Option<Vec<i64>>,
    added: Period,
    updated: Period,
    /// In the language of FTS5.
    terms: Option<String>,
}

impl Conditions {
    fn of(connection: &Connection, filter: &DocumentFilter) -> Result<Self, StoreError> {
        let inn = filter.inn.as_deref().and_then(words::exact_number);
        let text = match &filter.text {
            Some(text) => words::expression(text, |beginning| search::terms_from(connection, beginning))?,
            None => None,
        };
        let terms: Vec<String> = inn.into_iter().chain(text).collect();
        Ok(Self {
            facets: facets::matching(connection, filter)?,
            added: filter.added,
            updated: filter.updated,
            terms: (!terms.is_empty()).then(|| terms.join(" AND ")),
        })
    }

    fn nothing(&self) -> bool {
        self.facets.as_ref().is_some_and(Vec::is_empty)
    }

    fn by_facets_only(&self) -> bool {
        self.added.is_open() && self.updated.is_open() && self.terms.is_none()
    }

    /// All but the terms, on `d`.
    fn columns(&self) -> (Vec<String>, Vec<Value>) {
        let (mut parts, mut values) = (Vec::new(), Vec::new());
        if let Some(facets) = &self.facets {
            parts.push(format!("d.facet IN ({})", gaps(facets.len())));
            values.extend(facets.iter().copied().map(Value::Integer));
        }
        self.added.condition("d.added", &mut parts, &mut values);
        self.updated.condition("d.updated", &mut parts, &mut values);
        (parts, values)
    }

    /// The terms as a condition on a row of `d`. Asking anew for every row is quick, except for a beginning that stands for more
    /// terms than were named: the index first gathers all of them. It is asked once then.
    fn asked_of_rows(&self) -> &'static str {
        let begins = self.terms.as_ref().is_some_and(|terms| terms.contains("\"*"));
        if begins {
            "d.seq IN (SELECT rowid FROM document_terms WHERE document_terms MATCH ?)"
        } else {
            "EXISTS (SELECT 1 FROM document_terms WHERE document_terms MATCH ? AND rowid = d.seq)"
        }
    }

    /// The index that leaves the fewest rows, when the terms do not lead.
    fn narrowest(&self) -> Option<&'static str> {
        if !self.added.is_open() {
            Some("documents_added")
        } else if !self.updated.is_open() {
            Some("documents_updated")
        } else {
            self.facets.as_ref().map(|_| "documents_facet")
        }
    }
}

/// How the documents of a filter are come by.
enum Lead {
    /// Along this index, every row looked at; the table itself for none.
    Index(Option<&'static str>),
    /// Along an index; the terms are asked about every row.
    IndexThenTerms(Option<&'static str>),
    /// From the index of terms.
    Terms,
}

/// A statement and what is bound to it.
struct Query {
    sql: String,
    values: Vec<Value>,
}

fn query(what: &str, lead: &Lead, conditions: &Conditions, end: &str) -> Query {
    let (mut parts, mut values) = conditions.columns();
    let indexed = |index: &Option<&str>| match index {
        Some(index) => format!("documents d INDEXED BY {index}"),
        None => "documents d".to_owned(),
    };
    let terms = conditions.terms.iter().cloned().map(Value::Text);
    let (mut what, mut end) = (what.to_owned(), end.to_owned());
    let from = match lead {
        Lead::Index(index) => indexed(index),
        Lead::IndexThenTerms(index) => {
            parts.push(conditions.asked_of_rows().to_owned());
            values.extend(terms);
            indexed(index)
        }
        Lead::Terms => {
            let on_document = !parts.is_empty() || end.contains("d.updated") || end.contains("d.search_text");
            parts.insert(0, "t.document_terms MATCH ?".to_owned());
            values.splice(0..0, terms);
            // The index gives its rows in order only when it is asked for its own number.
            (what, end) = (what.replace("d.seq", "t.rowid"), end.replace("d.seq", "t.rowid"));
            match on_document {
                true => "document_terms t CROSS JOIN documents d ON d.seq = t.rowid".to_owned(),
                false => "document_terms t".to_owned(),
            }
        }
    };
    let condition = if parts.is_empty() {
        String::new()
    } else {
        format!(" WHERE {}", parts.join(" AND "))
    };
    Query {
        sql: format!("SELECT {what} FROM {from}{condition}{end}"),
        values,
    }
}

/// How many rows `lead` gives, counted up to `most`.
fn count_up_to(
    connection: &Connection,
    lead: &Lead,
    conditions: &Conditions,
    most: u64,
) -> Result<u64, StoreError> {
    let Query { sql, mut values } = query("1", lead, conditions, " LIMIT ?");
    values.push(Value::Integer(most.cast_signed()));
    let sql = format!("SELECT count(*) FROM ({sql})");
    let count = scalar::<i64>(connection, &sql, params_from_iter(values))?;
    Ok(count.unwrap_or(0).cast_unsigned())
}

/// What leads when order does not matter.
fn lead(connection: &Connection, conditions: &Conditions) -> Result<Lead, StoreError> {
    if conditions.terms.is_none() {
        return Ok(Lead::Index(conditions.narrowest()));
    }
    // Few documents of a stage among very many with a common word: the few lead.
    let few = match &conditions.facets {
        Some(facets) => facets::count(connection, Some(facets))? <= facets::count(connection, None)? / PASSED,
        None => false,
    };
    Ok(if few {
        Lead::IndexThenTerms(Some("documents_facet"))
    } else {
        Lead::Terms
    })
}

/// Counts exactly what is known without walking; what words find, up to `most`.
fn found(connection: &Connection, filter: &DocumentFilter, most: Option<u64>) -> Result<Found, StoreError> {
    let conditions = Conditions::of(connection, filter)?;
    let exactly = |documents| Found {
        documents,
        more: false,
    };
    if conditions.nothing() {
        return Ok(exactly(0));
    }
    if conditions.by_facets_only() {
        return facets::count(connection, conditions.facets.as_deref()).map(exactly);
    }
    let lead = lead(connection, &conditions)?;
    let most = match most {
        Some(most) if conditions.terms.is_some() => most,
        _ => i64::MAX.cast_unsigned() - 1,
    };
    let documents = count_up_to(connection, &lead, &conditions, most + 1)?;
    Ok(Found {
        documents: documents.min(most),
        more: documents > most,
    })
}

/// Row numbers of a page.
///
/// * In the order of taking in, filtered by facets alone: the counts by blocks tell where the page lies.
/// * In that order with words: the index of terms gives its rows in it, from the first of the page on.
/// * In that order within a period: the index of the period, whose rows are put in order.
/// * In another order: along the index that has it, where much matches, so that a page is soon full; where little
///   matches, what is found is put in order.
fn seqs(
    connection: &Connection,
    filter: &DocumentFilter,
    order: DocumentOrder,
    page: Page,
) -> Result<Vec<i64>, StoreError> {
    let conditions = Conditions::of(connection, filter)?;
    if conditions.nothing() {
        return Ok(Vec::new());
    }
    if order.index().is_none() && conditions.by_facets_only() {
        return by_blocks(connection, &conditions, order, page);
    }
    let mut lead = lead(connection, &conditions)?;
    if let Some(index) = order.index()
        && !few(connection, &lead, &conditions)?
    {
        lead = match conditions.terms {
            Some(_) => Lead::IndexThenTerms(Some(index)),
            None => Lead::Index(Some(index)),
        };
    }
    let Query { sql, mut values } = query(
        "d.seq",
        &lead,
        &conditions,
        &format!(" ORDER BY {} LIMIT ? OFFSET ?", order.sql()),
    );
    values.extend(page.values());
    numbers(connection, &sql, values)
}

fn few(connection: &Connection, lead: &Lead, conditions: &Conditions) -> Result<bool, StoreError> {
    if conditions.by_facets_only() {
        return Ok(facets::count(connection, conditions.facets.as_deref())? <= FEW);
    }
    Ok(count_up_to(connection, lead, conditions, FEW + 1)? <= FEW)
}

fn by_blocks(
    connection: &Connection,
    conditions: &Conditions,
    order: DocumentOrder,
    page: Page,
) -> Result<Vec<i64>, StoreError> {
    let newest_first = order == DocumentOrder::AddedNewest;
    let facets = conditions.facets.as_deref();
    let Some(stretch) = facets::stretch(connection, facets, newest_first, page.offset, page.limit)? else {
        return Ok(Vec::new());
    };
    let (mut parts, mut values) = conditions.columns();
    parts.push("d.seq BETWEEN ? AND ?".to_owned());
    values.extend([stretch.first, stretch.last].map(Value::Integer));
    let indexed = if facets.is_some() {
        " INDEXED BY documents_facet"
    } else {
        ""
    };
    let sql = format!(
        "SELECT d.seq FROM documents d{indexed} WHERE {} ORDER BY {} LIMIT ? OFFSET ?",
        parts.join(" AND "),
        order.sql()
    );
    let page = Page {
        offset: stretch.skip,
        limit: page.limit,
    };
    values.extend(page.values());
    numbers(connection, &sql, values)
}

fn numbers(connection: &Connection, sql: &str, values: Vec<Value>) -> Result<Vec<i64>, StoreError> {
    rows(connection, sql, params_from_iter(values), |row| {
        column_of(row, 0, "documents.seq")
    })
}
