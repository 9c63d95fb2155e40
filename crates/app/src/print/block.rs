//! What a document says, before anybody decides how it looks.

use std::fmt::Write;

use crate::view::Verdict;

/// A piece of a document. All its text is [`readable`].
pub(crate) enum Block {
    /// Level 1 is the title; 6 is the deepest.
    Heading {
        level: usize,
        text: String,
    },
    /// The outcome of the file or of one signature.
    Verdict {
        verdict: Verdict,
        text: String,
    },
    /// Labels and what they label. The sentences that matter most stand out.
    Facts {
        facts: Vec<(String, String)>,
        stand_out: bool,
    },
    /// Under a label, sentences with their codes.
    Remarks {
        label: String,
        remarks: Vec<(String, String)>,
    },
    /// Each row has as many cells as there are heads, and there is a row.
    Table {
        caption: String,
        heads: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    Paragraph(String),
    /// What belongs together: one signature with those over it.
    Section(Vec<Block>),
}

/// Text without what is invisible: marks that turn the direction of writing or hide between letters could show a name as
/// another one, so they are named instead.
pub(crate) fn readable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' => named(character, &mut out),
            other if other.is_control() => named(other, &mut out),
            other => out.push(other),
        }
    }
    out
}

fn named(character: char, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "⟨U+{:04X}⟩", u32::from(character));
}
