//! Where in documents stands what was looked for.

use std::ops::Range;

use kabinet_formats::Formats;
use kabinet_store::{OrganisationStore, find_in_text, find_in_title};

use crate::documents::parse_document;
use crate::reading::{Said, readable_files, said};
use crate::view::{Mark, Passage};
use crate::{App, AppError};

/// Documents looked into at a time: what a screen shows.
const MOST: usize = 40;
/// Characters of a passage, and of it those before the first word that was found.
const LENGTH: usize = 160;
const BEFORE: usize = 50;

impl App {
    /// For each of these documents the first place in its text where words of `text` stand that its title has not; nothing
    /// for those that have none. At most forty documents.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn passages(&self, documents: &[String], text: String) -> Result<Vec<Passage>, AppError> {
        let ids = documents
            .iter()
            .take(MOST)
            .map(|id| parse_document(id))
            .collect::<Result<Vec<_>, _>>()?;
        let formats = self.formats();
        self.with_store(move |store| {
            let found = ids.iter().map(|id| passage(store, &formats, *id, &text));
            Ok(found
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect())
        })
        .await
    }
}

fn passage(
    store: &OrganisationStore,
    formats: &Formats,
    id: kabinet_domain::DocumentId,
    query: &str,
) -> Result<Option<Passage>, AppError> {
    let document = store.document(id)?;
    let words: Vec<String> = query
        .split_whitespace()
        .filter(|word| find_in_title(word, &document.title).is_empty())
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return Ok(None);
    }
    let rest = words.join(" ");
    for (name, bytes) in readable_files(store, &document)? {
        for said in said(formats, &name, &bytes) {
            let places = find_in_text(&rest, &said.value);
            if !places.is_empty() {
                return Ok(Some(cut(id.0.to_string(), said, &places)));
            }
        }
    }
    Ok(None)
}

fn cut(document_id: String, said: Said, places: &[Range<usize>]) -> Passage {
    let value = said.value;
    let first = places[0].start;
    let from = value[..first]
        .char_indices()
        .rev()
        .nth(BEFORE)
        .map_or(0, |(at, _)| at);
    let until = value[from..]
        .char_indices()
        .nth(LENGTH)
        .map_or(value.len(), |(at, _)| from + at);
    let within: Vec<Range<usize>> = places
        .iter()
        .filter(|place| place.end <= until)
        .map(|place| place.start - from..place.end - from)
        .collect();
    let text = &value[from..until];
    Passage {
        document_id,
        label: said.label,
        marks: marks(text, &within),
        text: text.to_owned(),
        cut_before: from > 0,
        cut_after: until < value.len(),
    }
}

/// Places as the window counts characters.
pub(crate) fn marks(text: &str, places: &[Range<usize>]) -> Vec<Mark> {
    let units = |bytes: usize| u32::try_from(text[..bytes].encode_utf16().count()).unwrap_or(u32::MAX);
    places
        .iter()
        .map(|place| Mark {
            from: units(place.start),
            to: units(place.end),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_around_the_first_word_found() {
        let value = format!("{}Ёлка {}", "а ".repeat(100), "б ".repeat(300));
        let places = find_in_text("елки", &value);
        let said = Said {
            label: "Товар".to_owned(),
            value: value.clone(),
        };
        let passage = cut(String::new(), said, &places);
        assert!(passage.cut_before && passage.cut_after && value.contains(&passage.text));
        assert_eq!(passage.text.chars().count(), LENGTH);
        let Mark { from, to } = passage.marks[0];
        let found: String = passage
            .text
            .chars()
            .skip(from as usize)
            .take((to - from) as usize)
            .collect();
        assert_eq!((found.as_str(), passage.marks.len()), ("Ёлка", 1));
    }

    #[test]
    fn marks_count_as_the_window_counts() {
        assert_eq!(
            marks("💼 акт", &find_in_title("акт", "💼 акт")),
            [Mark { from: 3, to: 6 }]
        );
    }
}
