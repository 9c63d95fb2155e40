//! The readable view of a document, shaped for the screen.

use kabinet_formats::View;

use crate::view::{Readable, ReadableField, ReadableSection, ReadableTable};

pub(crate) fn readable(view: View) -> Readable {
    Readable {
        title: view.title.line,
        sections: view
            .sections
            .into_iter()
            .map(|section| ReadableSection {
                level: section.level,
                heading: section.heading,
                fields: section
                    .fields
                    .into_iter()
                    .map(|field| ReadableField {
                        label: field.label,
                        value: field.value,
                    })
                    .collect(),
                tables: section
                    .tables
                    .into_iter()
                    .map(|table| ReadableTable {
                        heading: table.heading,
                        columns: table.columns,
                        rows: table.rows,
                    })
                    .collect(),
            })
            .collect(),
    }
}
