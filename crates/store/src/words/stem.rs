//! Stems of words. Snowball's stemmers as the crate `rust-stemmers` has them (MIT or BSD-3-Clause): without a release
//! since 2020, as the algorithms themselves stand still; tantivy searches with it.

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

static RUSSIAN: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Russian));
static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// The stem of a folded word.
pub(super) fn stem(word: &str) -> String {
    let cyrillic = |letter: char| ('а'..='я').contains(&letter);
    if word.chars().any(cyrillic) {
        RUSSIAN.stem(word).into_owned()
    } else if word.is_ascii() {
        ENGLISH.stem(word).into_owned()
    } else {
        word.to_owned()
    }
}
