//! A look at raw markup before any parser meets it: no DTD, bounded depth, namespace names libxml2 accepts.

use thiserror::Error;

/// Deepest nesting of elements that is read. The deepest published format has 14 levels.
pub(crate) const MAX_DEPTH: usize = 100;

/// Markup that is refused before parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum MarkupError {
    #[error("a DTD is not allowed")]
    Dtd { offset: usize },
    #[error("elements are nested too deeply")]
    TooDeep { offset: usize },
    #[error("markup is not closed")]
    Unclosed { offset: usize },
}

/// Refuses document type declarations (and with them all entities of one's own) and extreme nesting.
pub(crate) fn inspect(text: &str) -> Result<(), MarkupError> {
    let mut depth = 0usize;
    for piece in Pieces::new(text) {
        match piece? {
            Piece::Declaration { offset } => return Err(MarkupError::Dtd { offset }),
            Piece::Open { start, .. } => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(MarkupError::TooDeep { offset: start });
                }
            }
            Piece::Close => depth = depth.saturating_sub(1),
            Piece::Empty { .. } => {}
        }
    }
    Ok(())
}

/// Rewrites the values of attributes chosen by `is_namespace` so that they are ASCII, one to one.
///
/// libxml2 refuses names such as `http://пф.рф/АФ`. Namespace names are opaque, so any consistent mapping will
/// do; percent signs are avoided because libxml2 doubles them in some messages. No line moves.
pub(crate) fn with_ascii_namespaces(text: &str, is_namespace: impl Fn(&str) -> bool) -> String {
    let mut mapped = String::with_capacity(text.len());
    let mut copied = 0;
    for piece in Pieces::new(text).flatten() {
        let (Piece::Open { start, end } | Piece::Empty { start, end }) = piece else {
            continue;
        };
        for (name, value) in attributes(text, start, end) {
            if is_namespace(name) && !text[value.clone()].is_ascii() {
                mapped.push_str(&text[copied..value.start]);
                mapped.push_str(&ascii_namespace(&text[value.clone()]));
                copied = value.end;
            }
        }
    }
    mapped.push_str(&text[copied..]);
    mapped
}

/// The ASCII stand-in of a namespace name.
pub(crate) fn ascii_namespace(name: &str) -> String {
    let mut mapped = String::with_capacity(name.len() * 3);
    for c in name.chars() {
        if c.is_ascii() {
            mapped.push(c);
        } else {
            mapped.push_str(&format!("-u{:04x}", u32::from(c)));
        }
    }
    mapped
}

/// `xmlns` and `xmlns:…`, all that binds namespaces in an instance.
pub(crate) fn binds_namespace(attribute: &str) -> bool {
    attribute == "xmlns" || attribute.starts_with("xmlns:")
}

enum Piece {
    Open { start: usize, end: usize },
    Empty { start: usize, end: usize },
    Close,
    Declaration { offset: usize },
}

/// Tags and declarations in the order of the text; comments, CDATA and processing instructions are passed over.
struct Pieces<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Pieces<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// Skips to behind `end`, or reports markup opened at `start` as unclosed.
    fn skip(&mut self, start: usize, end: &str) -> Result<(), MarkupError> {
        match self.text[start..].find(end) {
            Some(found) => {
                self.position = start + found + end.len();
                Ok(())
            }
            None => {
                self.position = self.text.len();
                Err(MarkupError::Unclosed { offset: start })
            }
        }
    }

    /// End of the tag that starts at `start`: the first `>` outside quotes.
    fn tag_end(&self, start: usize) -> Option<usize> {
        let mut quote = None;
        for (index, byte) in self.text.as_bytes()[start..].iter().enumerate() {
            match (quote, byte) {
                (None, b'>') => return Some(start + index),
                (None, b'"' | b'\'') => quote = Some(*byte),
                (Some(open), byte) if open == *byte => quote = None,
                _ => {}
            }
        }
        None
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<Piece, MarkupError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.position + self.text.get(self.position..)?.find('<')?;
            let rest = &self.text[start..];
            let skipped = if rest.starts_with("<!--") {
                self.skip(start, "-->")
            } else if rest.starts_with("<![CDATA[") {
                self.skip(start, "]]>")
            } else if rest.starts_with("<?") {
                self.skip(start, "?>")
            } else if rest.starts_with("<!") {
                self.position = self.text.len();
                return Some(Ok(Piece::Declaration { offset: start }));
            } else {
                let Some(end) = self.tag_end(start) else {
                    self.position = self.text.len();
                    return Some(Err(MarkupError::Unclosed { offset: start }));
                };
                self.position = end + 1;
                return Some(Ok(if rest.starts_with("</") {
                    Piece::Close
                } else if self.text[..end].ends_with('/') {
                    Piece::Empty { start, end }
                } else {
                    Piece::Open { start, end }
                }));
            };
            if let Err(error) = skipped {
                return Some(Err(error));
            }
        }
    }
}

/// Attributes of the tag between `start` (`<`) and `end` (`>`): name and range of the value.
fn attributes(text: &str, start: usize, end: usize) -> Vec<(&str, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let mut position = start;
    while let Some(equals) = text[position..end].find('=') {
        let equals = position + equals;
        let name = text[position..equals].trim_end();
        let name = &name[name.rfind(char::is_whitespace).map_or(0, |blank| blank + 1)..];
        let after = &text[equals + 1..end];
        let open = equals + 1 + (after.len() - after.trim_start().len());
        let Some(quote) = text[open..end].chars().next().filter(|c| *c == '"' || *c == '\'') else {
            break;
        };
        let Some(length) = text[open + 1..end].find(quote) else {
            break;
        };
        found.push((name, open + 1..open + 1 + length));
        position = open + 1 + length + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dtd_is_refused_wherever_it_stands_but_not_inside_comments() {
        for text in [
            "<!DOCTYPE a><a/>",
            "\n <!-- x --><!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
            "<a><!ENTITY x 'y'></a>",
        ] {
            assert!(matches!(inspect(text), Err(MarkupError::Dtd { .. })), "{text}");
        }
        assert_eq!(
            inspect("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>"),
            Ok(())
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert_eq!(inspect(&deep(MAX_DEPTH)), Ok(()));
        assert!(matches!(
            inspect(&deep(MAX_DEPTH + 1)),
            Err(MarkupError::TooDeep { .. })
        ));
        assert!(matches!(
            inspect(&"<a>".repeat(1_000_000)),
            Err(MarkupError::TooDeep { .. })
        ));
    }

    #[test]
    fn unclosed_markup_is_reported() {
        for text in ["<a", "<a b='>", "<a><!-- ", "<a><![CDATA[", "<?x"] {
            assert!(
                matches!(inspect(text), Err(MarkupError::Unclosed { .. })),
                "{text}"
            );
        }
    }

    #[test]
    fn only_namespace_bindings_are_rewritten() {
        let text = "<!-- xmlns='пф' --><a\n xmlns:Х = 'http://пф.рф/А' b='пф > xmlns=\"пф\"' xmlns=\"б\"/>";
        let mapped = with_ascii_namespaces(text, binds_namespace);
        assert_eq!(
            mapped,
            "<!-- xmlns='пф' --><a\n xmlns:Х = 'http://-u043f-u0444.-u0440-u0444/-u0410' b='пф > xmlns=\"пф\"' \
             xmlns=\"-u0431\"/>"
        );
    }
}
