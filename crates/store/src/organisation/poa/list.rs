//! Which powers of attorney: narrowed along an index, however many there are.

use kabinet_domain::poa::{PoaNumber, PoaState};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use time::Date;

use super::{PoaRecord, SELECT, complete, read};
use crate::convert::{column_of, rows, scalar, uuid, word};
use crate::organisation::facets::gaps;
use crate::organisation::{OrganisationStore, Page};
use crate::{StoreError, words};

/// Which powers of attorney; everything that is set has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoaFilter {
    /// Every word of it stands in the number, a name, an ИНН, a СНИЛС, or the code or name of a power.
    pub text: Option<String>,
    /// ИНН of somebody who receives powers.
    pub representative_inn: Option<String>,
    /// СНИЛС of somebody who receives powers.
    pub representative_snils: Option<String>,
    /// ИНН of who gives them.
    pub principal_inn: Option<String>,
    /// Code of a power.
    pub power: Option<String>,
    /// Any of these states; all when empty.
    pub states: Vec<PoaState>,
    /// Not over, and the last day is this one or earlier. Unless another order is asked for, those that end first come first.
    pub expires_by: Option<Date>,
    /// The last day is this one or later.
    pub expires_from: Option<Date>,
    /// Taken back here, while the registry has not confirmed what it was told or is to be told.
    pub unconfirmed: bool,
    /// The order, where it is not the usual one.
    pub order: Option<PoaOrder>,
}

/// What the register is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoaOrder {
    /// What.
    pub by: PoaOrderBy,
    /// The last first.
    pub descending: bool,
}

/// Columns to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoaOrderBy {
    /// First day.
    Issued,
    /// Last day.
    Expires,
    /// Name of the first who receives powers.
    Representative,
}

/// What of the register there is to choose from, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoaFacets {
    /// ИНН and name of who receives powers, and in how many. Those without an ИНН are left out.
    pub representatives: Vec<(String, String, u64)>,
    /// Code and name of a power, and in how many it is.
    pub powers: Vec<(String, String, u64)>,
}

impl OrganisationStore {
    /// A page of the register, last issued first; with [`PoaFilter::expires_by`] first ending first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poas(&self, filter: &PoaFilter, page: Page) -> Result<Vec<PoaRecord>, StoreError> {
        let (sql, mut values) = filter.page()?;
        values.extend(page.values());
        self.database().read(|connection| {
            rows(connection, &sql, params_from_iter(values), read)?
                .into_iter()
                .map(|found| complete(connection, found))
                .collect()
        })
    }

    /// How many there are.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn count_poas(&self, filter: &PoaFilter) -> Result<u64, StoreError> {
        let (condition, values) = filter.condition()?;
        let sql = format!("SELECT count(*) FROM poas p {condition}");
        self.database().read(|connection| {
            let count = scalar::<i64>(connection, &sql, params_from_iter(values))?;
            Ok(count.unwrap_or_default().cast_unsigned())
        })
    }

    /// Who receives powers and which, in the whole register.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poa_facets(&self) -> Result<PoaFacets, StoreError> {
        self.database().read(|connection| {
            let counted = |sql: &str| {
                rows(connection, sql, [], |row| {
                    let count: i64 = column_of(row, 2, "count")?;
                    Ok((
                        column_of(row, 0, "code")?,
                        column_of(row, 1, "name")?,
                        count.cast_unsigned(),
                    ))
                })
            };
            Ok(PoaFacets {
                representatives: counted(
                    "SELECT inn, max(name), count(DISTINCT poa) FROM poa_representatives WHERE inn IS NOT NULL
                     GROUP BY inn ORDER BY 3 DESC, 2",
                )?,
                powers: counted(
                    "SELECT code, max(name), count(DISTINCT poa) FROM poa_powers GROUP BY code ORDER BY 3 DESC, 2",
                )?,
            })
        })
    }

    /// Numbers and states of those whose last day is before `today` and that are not over.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poas_over(&self, today: Date) -> Result<Vec<(PoaNumber, PoaState)>, StoreError> {
        self.database().read(|connection| {
            rows(connection, OVER, [today.to_julian_day()], |row| {
                let state = column_of(row, 1, "poas.state")?;
                Ok((
                    PoaNumber(uuid(row, 0, "poas.number")?),
                    crate::convert::from_word(state, "poas.state")?,
                ))
            })
        })
    }

    /// Numbers of registered ones nobody has asked the registry about since `since`, those asked longest ago first.
    ///
    /// # Errors
    /// Failures of the database.
    pub fn poas_unheard_since(
        &self,
        since: time::OffsetDateTime,
        most: u32,
    ) -> Result<Vec<PoaNumber>, StoreError> {
        self.database().read(|connection| {
            rows(
                connection,
                "SELECT number FROM poas WHERE state IN ('active', 'outcome-unknown') AND kind = 'electronic'
                     AND (heard IS NULL OR heard < ?1) ORDER BY heard LIMIT ?2",
                (crate::convert::micros(since), most),
                |row| uuid(row, 0, "poas.number").map(PoaNumber),
            )
        })
    }
}

impl PoaOrder {
    /// What no index gives is sorted anew: some thousand rows, on a person's demand.
    fn sql(self) -> &'static str {
        match (self.by, self.descending) {
            (PoaOrderBy::Issued, false) => "p.issued, p.seq",
            (PoaOrderBy::Issued, true) => "p.issued DESC, p.seq DESC",
            (PoaOrderBy::Expires, false) => "p.expires, p.seq",
            (PoaOrderBy::Expires, true) => "p.expires DESC, p.seq DESC",
            (PoaOrderBy::Representative, false) => {
                "(SELECT r.name FROM poa_representatives r WHERE r.poa = p.seq AND r.position = 0), p.seq"
            }
            (PoaOrderBy::Representative, true) => {
                "(SELECT r.name FROM poa_representatives r WHERE r.poa = p.seq AND r.position = 0) DESC, p.seq DESC"
            }
        }
    }
}

/// What the registry never heard of it need not confirm: there is no errand then.
const UNCONFIRMED: &str = "p.state = 'revoked' AND p.declared IS NOT NULL AND p.confirmed IS NULL
    AND EXISTS (SELECT 1 FROM poa_errands e WHERE e.poa = p.seq AND e.kind = 'revoke')";
const LIVE: &str = "p.state NOT IN ('refused', 'expired', 'revoked')";
const OVER: &str = "SELECT p.number, p.state FROM poas p
    WHERE p.state NOT IN ('refused', 'expired', 'revoked') AND p.expires < ?1 ORDER BY p.expires, p.seq";

impl PoaFilter {
    fn page(&self) -> Result<(String, Vec<Value>), StoreError> {
        let (condition, values) = self.condition()?;
        let order = match self.order {
            Some(order) => order.sql(),
            None if self.expires_by.is_some() => "p.expires, p.seq",
            None => "p.issued DESC, p.seq DESC",
        };
        Ok((
            format!("{SELECT} {condition} ORDER BY {order} LIMIT ? OFFSET ?"),
            values,
        ))
    }

    fn condition(&self) -> Result<(String, Vec<Value>), StoreError> {
        let mut parts = Vec::new();
        let mut values = Vec::new();
        let representative =
            |column| format!("p.seq IN (SELECT poa FROM poa_representatives WHERE {column} = ?)");
        let power = "p.seq IN (SELECT poa FROM poa_powers WHERE code = ?)".to_owned();
        for (part, value) in [
            (representative("inn"), &self.representative_inn),
            (representative("snils"), &self.representative_snils),
            (power, &self.power),
            ("p.principal_inn = ?".to_owned(), &self.principal_inn),
        ] {
            if let Some(value) = value {
                parts.push(part);
                values.push(Value::Text(value.clone()));
            }
        }
        if !self.states.is_empty() {
            parts.push(format!("p.state IN ({})", gaps(self.states.len())));
            for state in &self.states {
                values.push(Value::Text(word(state, "poas.state")?));
            }
        }
        if let Some(day) = self.expires_by {
            parts.push(format!("{LIVE} AND p.expires <= ?"));
            values.push(Value::Integer(i64::from(day.to_julian_day())));
        }
        if let Some(day) = self.expires_from {
            parts.push("p.expires >= ?".to_owned());
            values.push(Value::Integer(i64::from(day.to_julian_day())));
        }
        if self.unconfirmed {
            parts.push(UNCONFIRMED.to_owned());
        }
        for one in self
            .text
            .as_deref()
            .map(words::folded)
            .unwrap_or_default()
            .split_whitespace()
        {
            parts.push("instr(p.search_text, ?) > 0".to_owned());
            values.push(Value::Text(one.to_owned()));
        }
        if parts.is_empty() {
            return Ok((String::new(), values));
        }
        Ok((format!("WHERE {}", parts.join(" AND ")), values))
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, ToSql};

    use super::*;
    use crate::database::{latest, migrate};
    use crate::organisation::SCHEMA;

    /// What SQLite says it will do.
    fn plan(sql: &str, values: &[Value]) -> Vec<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, SCHEMA, latest(SCHEMA)).unwrap();
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let values: Vec<&dyn ToSql> = values.iter().map(|value| value as &dyn ToSql).collect();
        let lines = statement.query_map(&values[..], |row| row.get(3)).unwrap();
        lines.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn every_filter_goes_along_an_index() {
        let any = PoaFilter::default;
        let text = || Some("1".to_owned());
        let active = vec![PoaState::Active];
        for (index, sorts, filter) in [
            ("poas_issued", false, any()),
            (
                "poas_issued",
                false,
                PoaFilter {
                    text: text(),
                    ..any()
                },
            ),
            (
                "poas_state",
                false,
                PoaFilter {
                    states: active,
                    ..any()
                },
            ),
            (
                "poas_principal",
                false,
                PoaFilter {
                    principal_inn: text(),
                    ..any()
                },
            ),
            (
                "poas_expires",
                false,
                PoaFilter {
                    expires_by: Some(Date::MAX),
                    ..any()
                },
            ),
            (
                "poa_representatives_inn",
                true,
                PoaFilter {
                    representative_inn: text(),
                    ..any()
                },
            ),
            (
                "poa_representatives_snils",
                true,
                PoaFilter {
                    representative_snils: text(),
                    ..any()
                },
            ),
            (
                "poa_powers_code",
                true,
                PoaFilter {
                    power: text(),
                    ..any()
                },
            ),
        ] {
            let (sql, mut values) = filter.page().unwrap();
            values.extend([Value::Integer(200), Value::Integer(5000)]);
            let plan = plan(&sql, &values);
            assert!(plan.iter().any(|line| line.contains(index)), "{index}: {plan:#?}");
            let is_sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            // What is found by a person or a power is few.
            assert!(sorts || !is_sorted, "{index}: {plan:#?}");
        }
        let over = plan(OVER, &[Value::Integer(0)]);
        assert!(over.iter().all(|line| !line.contains("TEMP B-TREE")), "{over:#?}");
        assert!(over.iter().any(|line| line.contains("poas_expires")), "{over:#?}");
    }
}
