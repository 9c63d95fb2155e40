//! A document as a person reads it: labels from the schema's own documentation, tables for what repeats. Made from
//! the same bytes that are signed.

mod bank;
mod writer;

use serde::Serialize;
use thiserror::Error;

use crate::application;
use crate::check::{Schema, schema};
use crate::decode::{self, DecodeError};
use crate::pack::SchemaPack;
use crate::poa;
use crate::recognise::{self, Title};
use crate::xml::{self, Lines, XmlError};
use crate::xsd::model::Model;
use crate::xsd::{Assembly, Subject};

/// A document made readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Title in parts and as one line.
    pub title: Title,
    /// Sections in the order of the document.
    pub sections: Vec<Section>,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Section {
    /// Depth, 0 for the document itself.
    pub level: u8,
    /// Heading.
    pub heading: String,
    /// Single values.
    pub fields: Vec<Field>,
    /// Tables below them.
    pub tables: Vec<Table>,
}

/// A value with its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// What it is.
    pub label: String,
    /// The value, dates as dd.mm.yyyy.
    pub value: String,
}

/// Repeated elements as rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Heading.
    pub heading: String,
    /// Labels of the columns.
    pub columns: Vec<String>,
    /// Cells, as many in each row as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// Why there is no readable view.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ViewError {
    /// Not readable as text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// XML that is refused or malformed.
    #[error("{code} on line {line:?}")]
    Xml {
        /// Stable code, as a finding of the check has it.
        code: &'static str,
        /// Line, from 1.
        line: Option<u32>,
    },
}

impl ViewError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Xml { code, .. } => code,
        }
    }
}

impl From<XmlError> for ViewError {
    fn from(error: XmlError) -> Self {
        Self::Xml {
            code: error.code,
            line: error.line,
        }
    }
}

/// Makes a document readable.
pub(crate) fn view(pack: &SchemaPack, name: &str, bytes: &[u8]) -> Result<View, ViewError> {
    let text = decode::decode(bytes)?;
    if !decode::looks_like_xml(bytes) {
        let title = recognise::of_bytes(name, bytes).title;
        let is_bank_file = decode::bank_exchange(bytes).is_some();
        let sections = if is_bank_file {
            bank::sections(&text.content, &title.form)
        } else {
            Vec::new()
        };
        return Ok(View { title, sections });
    }
    let lines = Lines::new(&text.content);
    let document = xml::parse(&text.content, &lines)?;
    let recognised = recognise::of_xml(name, &document);
    if recognised.format.code == application::FORMAT {
        let sections = application::sections(&document);
        return Ok(View {
            title: recognised.title,
            sections,
        });
    }
    if recognised.format.code == poa::FORMAT
        && let Ok(read) = poa::read(name, bytes)
    {
        let heading = recognised.title.form.clone();
        return Ok(View {
            sections: poa::view::sections(&read, heading),
            title: recognised.title,
        });
    }
    let subject = Subject {
        file: name,
        document: &document,
        lines: &lines,
    };
    let assembly = match schema(pack, recognised.format, &subject) {
        Schema::Name(name) => Assembly::new(pack, &name).ok(),
        Schema::Absent | Schema::NotNeeded => None,
    };
    let documents = assembly.as_ref().map(Assembly::parse).unwrap_or_default();
    let heading = recognised.title.form.clone();
    let sections = writer::sections(Model::new(&documents), document.root_element(), heading);
    Ok(View {
        title: recognised.title,
        sections,
    })
}

/// A value the way people write it: `2023-04-13` and `2023-04-13T14:48:03` become 13.04.2023 and 13.04.2023 14:48:03.
pub(crate) fn shown(value: &str) -> String {
    let value = value.trim();
    let Some(date) = value.get(..10).filter(|date| is_iso_date(date)) else {
        return value.to_owned();
    };
    let date = format!("{}.{}.{}", &date[8..], &date[5..7], &date[..4]);
    match &value[10..] {
        "" => date,
        time if time.starts_with('T') => format!("{date} {}", &time[1..]),
        _ => value.to_owned(),
    }
}

fn is_iso_date(text: &str) -> bool {
    text.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_turned_and_everything_else_stays() {
        assert_eq!(shown("2023-04-13"), "13.04.2023");
        assert_eq!(shown("2023-04-13T14:48:03"), "13.04.2023 14:48:03");
        for value in ["2023-04-13-1", "13.04.2023", "2023-4-13", "", "ёёёёёёё"] {
            assert_eq!(shown(value), value);
        }
    }
}
