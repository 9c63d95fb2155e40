//! СФР services: a transport file `trans_….xml` that names its business file `req_….xml` and must carry the order
//! number.

use roxmltree::{Document, Node};
use thiserror::Error;

use crate::decode::{self, DecodeError, Encoding};
use crate::xml::{self, Lines};

/// Why a transport file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SfrError {
    /// Not a text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Not well-formed XML.
    #[error("the transport file is malformed")]
    Malformed,
    /// An element that must be there is not, or stands more than once.
    #[error("{element} is missing or repeated")]
    Element {
        /// Local name.
        element: &'static str,
    },
    /// The date is not `YYYY-MM-DD`.
    #[error("the date is not YYYY-MM-DD")]
    Date,
}

impl SfrError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Malformed => "xml.malformed",
            Self::Element { .. } => "sfr.element",
            Self::Date => "sfr.date",
        }
    }
}

const NUMBER: &str = "ExternalRegistrationNumber";
const DATE: &str = "ExternalRegistrationDate";
const FILE: &str = "ApplicationFileName";

/// The transport file with the order number and the date of registration (`YYYY-MM-DD`) written into
/// `ExternalRegistrationNumber` and `ExternalRegistrationDate`. Every other byte stays as it was.
///
/// # Errors
/// [`SfrError`] when the file is not such a transport file.
pub fn with_order_number(trans: &[u8], order: u64, date: &str) -> Result<Vec<u8>, SfrError> {
    let digits = |range: std::ops::Range<usize>| {
        date.as_bytes()
            .get(range)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let hyphens = date.len() == 10 && date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-';
    if !(hyphens && digits(0..4) && digits(5..7) && digits(8..10)) {
        return Err(SfrError::Date);
    }
    let text = decode::decode(trans)?;
    let document = parsed(&text.content)?;
    let mut edits = Vec::new();
    for (name, value) in [(NUMBER, order.to_string()), (DATE, date.to_owned())] {
        let node = single(&document, name)?;
        let range = node.range();
        let inside = &text.content[range.clone()];
        let edit = match (inside.find('>'), inside.rfind("</")) {
            (Some(open), Some(close)) => (range.start + open + 1..range.start + close, value),
            // `<Name/>`
            _ => {
                let tag = inside.trim_start_matches('<').trim_end_matches("/>").trim_end();
                let qualified = tag.split_whitespace().next().unwrap_or(tag);
                (range, format!("<{tag}>{value}</{qualified}>"))
            }
        };
        edits.push(edit);
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut content = text.content.clone();
    for (range, value) in edits {
        content.replace_range(range, &value);
    }
    let bom: &[u8] = if trans.starts_with(b"\xEF\xBB\xBF") {
        b"\xEF\xBB\xBF"
    } else {
        b""
    };
    let body = match text.encoding {
        // Only ASCII was added, so everything can be encoded the way it was.
        Encoding::Windows1251 => encoding_rs::WINDOWS_1251.encode(&content).0.into_owned(),
        Encoding::Utf8 | Encoding::Ibm866 => content.into_bytes(),
    };
    Ok([bom, &body].concat())
}

/// Name of the business file a transport file belongs to (`ApplicationFileName`).
///
/// # Errors
/// [`SfrError`] when the file is not such a transport file.
pub fn application_file_name(trans: &[u8]) -> Result<String, SfrError> {
    let text = decode::decode(trans)?;
    let document = parsed(&text.content)?;
    single(&document, FILE).map(xml::own_text)
}

/// Finds pairs among files: positions of the transport file and of the business file it names. Files that have no
/// partner are in no pair.
pub fn pairs(files: &[(&str, &[u8])]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (index, (name, bytes)) in files.iter().enumerate() {
        if crate::recognise(name, bytes).format != "sfr.10000000109" {
            continue;
        }
        let Ok(wanted) = application_file_name(bytes) else {
            continue;
        };
        if let Some(partner) = files.iter().position(|(name, _)| *name == wanted) {
            found.push((index, partner));
        }
    }
    found
}

fn parsed(text: &str) -> Result<Document<'_>, SfrError> {
    xml::parse(text, &Lines::new(text)).map_err(|_| SfrError::Malformed)
}

fn single<'a, 'input>(
    document: &'a Document<'input>,
    element: &'static str,
) -> Result<Node<'a, 'input>, SfrError> {
    let mut found = document
        .descendants()
        .filter(|node| node.is_element() && node.tag_name().name() == element);
    match (found.next(), found.next()) {
        (Some(node), None) => Ok(node),
        _ => Err(SfrError::Element { element }),
    }
}
