//! What goes into a statement and comes out of it.

use std::error::Error;
use std::sync::Arc;

use bytes::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::DatabaseError;

/// A value of a column or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The parameters of a statement: `params![order, name]` are `?1` and `?2`.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::Value::from($value)),*]
    };
}
pub(crate) use params;

macro_rules! from_integer {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Value {
            fn from(number: $integer) -> Self {
                Self::Integer(i64::from(number))
            }
        }
    )*};
}
from_integer!(i64, i32, u32, u16, u8, bool);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Clone> From<&T> for Value
where
    T: Into<Value>,
{
    fn from(value: &T) -> Self {
        value.clone().into()
    }
}

/// What a column can be read as.
pub(crate) trait FromValue: Sized {
    /// `None` when the value is of another kind or does not fit.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

macro_rules! to_integer {
    ($($integer:ty),*) => {$(
        impl FromValue for $integer {
            fn from_value(value: &Value) -> Option<Self> {
                i64::from_value(value)?.try_into().ok()
            }
        }
    )*};
}
to_integer!(i32, u32, u16, u8);

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        Some(i64::from_value(value)? != 0)
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// A row that was read.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    names: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// The value of a column.
    pub(crate) fn get<T: FromValue>(&self, column: &str) -> Result<T, DatabaseError> {
        self.names
            .iter()
            .zip(&self.values)
            .find(|(name, _)| *name == column)
            .and_then(|(_, value)| T::from_value(value))
            .ok_or_else(|| DatabaseError::Column(column.to_owned()))
    }

    pub(super) fn of_sqlite(names: &Arc<[String]>, row: &rusqlite::Row<'_>) -> Result<Self, DatabaseError> {
        let values = names.iter().enumerate().map(|(at, name)| {
            Ok(match row.get_ref(at)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => Value::Integer(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                ValueRef::Real(_) => return Err(DatabaseError::Column(name.clone())),
            })
        });
        Ok(Self {
            values: values.collect::<Result<_, _>>()?,
            names: names.clone(),
        })
    }

    pub(super) fn of_postgres(names: &Arc<[String]>, row: &postgres::Row) -> Result<Self, DatabaseError> {
        let values = row.columns().iter().enumerate().map(|(at, column)| {
            let integer = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
            Ok(match *column.type_() {
                Type::INT8 => integer(row.try_get(at)?),
                Type::INT4 => integer(row.try_get::<_, Option<i32>>(at)?.map(i64::from)),
                Type::BOOL => integer(row.try_get::<_, Option<bool>>(at)?.map(i64::from)),
                Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<String>>(at)?.into(),
                Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.into(),
                _ => return Err(DatabaseError::Column(column.name().to_owned())),
            })
        });
        Ok(Self {
            values: values.collect::<Result<_, _>>()?,
            names: names.clone(),
        })
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // LIMIT and arithmetic with small literals may ask for the shorter type.
            Self::Integer(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Integer(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Text(text) if <&str as ToSql>::accepts(kind) => text.as_str().to_sql(kind, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.as_slice().to_sql(kind, out),
            _ => Err(format!("a parameter for {kind} is of another type").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
