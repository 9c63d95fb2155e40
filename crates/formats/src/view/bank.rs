//! A 1С bank exchange file: `Ключ=Значение` lines, some of them between `Секция…` and `Конец…`.

use super::{Field, Section, shown};

/// The lines of the file, each section under a heading of its own; what stands before them under `heading`.
pub(super) fn sections(text: &str, heading: &str) -> Vec<Section> {
    let mut sections = vec![Section {
        heading: heading.to_owned(),
        ..Section::default()
    }];
    for line in text.lines().map(str::trim) {
        match line.split_once('=') {
            Some((key, value)) if key.starts_with("Секция") => {
                sections.push(Section {
                    level: 1,
                    heading: value.to_owned(),
                    ..Section::default()
                });
            }
            Some((key, value)) if !key.contains(' ') && !value.is_empty() => {
                if let Some(section) = sections.last_mut() {
                    section.fields.push(Field {
                        label: key.to_owned(),
                        value: shown(value),
                    });
                }
            }
            None if line.starts_with("Секция") => {
                sections.push(Section {
                    level: 1,
                    heading: line["Секция".len()..].to_owned(),
                    ..Section::default()
                });
            }
            _ => {}
        }
    }
    sections
}
