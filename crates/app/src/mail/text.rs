//! The text of a letter. Its sender writes HTML; what is shown is text, so that nothing in it is loaded, run or followed.

use html2text::config;

/// Columns a line is broken at.
const WIDTH: usize = 100;

/// The HTML as plain text, with the addresses of links as text below it. All of it: a letter cut short would be another letter.
/// An answer of the portal has an end already.
pub(super) fn plain(html: &str) -> String {
    let rendered = config::plain()
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH);
    // Parsing HTML does not fail; should it, the source is still only text.
    clean(rendered.as_deref().unwrap_or(html)).trim().to_owned()
}

/// Without what turns the order of letters round or is not to be seen: a name must read as it is written.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| {
            let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
            !turns && (!c.is_control() || matches!(c, '\n' | '\t'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_could_be_loaded_run_or_mistaken() {
        let html = "<script>alert(1)</script><style>p{background:url(https://spy.example/1)}</style>\
            <p onclick='x()'>Срок \u{202e}— пять\u{202c} дней</p><img src=https://spy.example/2.png alt='печать'>\
            <iframe src=https://spy.example/3></iframe><a href='javascript:alert(2)'>тут</a> \
            <a href='https://gov.example/'>портал</a>";
        let text = plain(html);
        assert!(text.contains("Срок — пять дней"), "{text}");
        // Where a link leads is said, and is no link.
        assert!(text.contains("https://gov.example/"), "{text}");
        for hidden in ["alert(1)", "spy.example/1", "spy.example/3", "<", "\u{202e}"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }

    #[test]
    fn html_of_any_depth_and_size_ends() {
        let deep = "<div>".repeat(20_000) + "дно";
        assert!(plain(&deep).contains("дно"));
        let table = format!("<table>{}</table>", "<tr><td>а</td><td>б</td></tr>".repeat(500));
        assert!(plain(&table).contains('а'));
        // A picture inside the letter makes it large; what stands behind it is read all the same.
        let picture = format!(
            "<img src='data:image/png;base64,{}'><p>Срок — пять дней</p>",
            "A".repeat(3 << 20)
        );
        assert!(plain(&picture).contains("Срок — пять дней"));
    }
}
