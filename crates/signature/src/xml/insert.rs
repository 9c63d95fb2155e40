//! Puts text into a document without touching its other octets.

use roxmltree::Node;

use super::encoding::Source;
use super::tree::element_name;

/// A place in the text of a document.
pub(crate) struct Insertion {
    at: usize,
    /// How many characters there give way: the `/>` of an empty element.
    replaced: usize,
    after: String,
}

impl Insertion {
    /// Before the end tag of an element; an empty element gets one.
    pub(crate) fn at_end_of(element: Node<'_, '_>) -> Self {
        let range = element.range();
        let text = &element.document().input_text()[range.clone()];
        if text.ends_with("/>") && !element.has_children() {
            Self {
                at: range.end - 2,
                replaced: 2,
                after: format!("</{}>", element_name(element)),
            }
        } else {
            Self {
                at: range.start + text.rfind("</").unwrap_or(text.len()),
                replaced: 0,
                after: String::new(),
            }
        }
    }

    /// Right after an element.
    pub(crate) fn after(element: Node<'_, '_>) -> Self {
        Self {
            at: element.range().end,
            replaced: 0,
            after: String::new(),
        }
    }

    /// The document with `text` inserted; `None` if its encoding lacks characters of it.
    pub(crate) fn apply(&self, source: &Source, octets: &[u8], text: &str) -> Option<Vec<u8>> {
        let (start, end) = (source.position(self.at), source.position(self.at + self.replaced));
        let inserted = if self.replaced > 0 {
            format!(">{text}{}", self.after)
        } else {
            text.to_owned()
        };
        let inserted = source.encode(&inserted)?;
        Some([octets.get(..start)?, &inserted, octets.get(end..)?].concat())
    }
}
