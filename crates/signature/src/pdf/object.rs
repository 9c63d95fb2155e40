//! The objects a PDF file is made of (ISO 32000-2 §7.3). Cloning is cheap: containers are shared.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

/// Name of an object: number and generation (§7.3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Id {
    pub number: u32,
    pub generation: u16,
}

/// Any object; `Debug` shows the kind only, since strings may be anybody's data.
#[derive(Clone)]
pub(crate) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Name(Rc<[u8]>),
    String(Text),
    Array(Rc<Vec<Object>>),
    Dictionary(Dictionary),
    Stream(Stream),
    Reference(Id),
}

/// A string (§7.3.4).
#[derive(Clone)]
pub(crate) struct Text {
    pub octets: Rc<[u8]>,
    /// Where in the file the hexadecimal form stands, from `<` up to and including `>`. `None` for a literal
    /// string and inside an object stream.
    pub hexadecimal: Option<Range<usize>>,
}

/// A dictionary (§7.3.7). Of a repeated key the last value counts.
#[derive(Clone, Default)]
pub(crate) struct Dictionary {
    entries: Rc<BTreeMap<Rc<[u8]>, Object>>,
    /// Whether a key occurs twice, which readers understand differently.
    pub repeats: bool,
}

/// A stream (§7.3.8): its dictionary and where in the file its octets start.
#[derive(Clone)]
pub(crate) struct Stream {
    pub dictionary: Dictionary,
    pub start: usize,
}

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) | Self::Real(_) => "number",
            Self::Name(_) => "name",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Dictionary(_) => "dictionary",
            Self::Stream(_) => "stream",
            Self::Reference(_) => "reference",
        })
    }
}

impl Object {
    pub(crate) fn name(name: &str) -> Self {
        Self::Name(name.as_bytes().into())
    }

    pub(crate) fn text(octets: impl Into<Rc<[u8]>>) -> Self {
        Self::String(Text {
            octets: octets.into(),
            hexadecimal: None,
        })
    }

    pub(crate) fn array(items: Vec<Self>) -> Self {
        Self::Array(Rc::new(items))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(crate) fn is_name(&self, name: &str) -> bool {
        self.as_name() == Some(name.as_bytes())
    }

    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Either kind of number.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss, reason = "coordinates on a page")]
            Self::Integer(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&Text> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The dictionary, also that of a stream.
    pub(crate) fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    pub(crate) fn as_stream(&self) -> Option<&Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    pub(crate) fn as_reference(&self) -> Option<Id> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }
}

impl Dictionary {
    pub(crate) fn new(entries: BTreeMap<Rc<[u8]>, Object>, repeats: bool) -> Self {
        Self {
            entries: Rc::new(entries),
            repeats,
        }
    }

    /// The value as written, perhaps a reference. A null value is an absent one (§7.3.7).
    pub(crate) fn raw(&self, key: &str) -> Option<&Object> {
        self.entries.get(key.as_bytes()).filter(|value| !value.is_null())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &Object)> {
        self.entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (&**key, value))
    }

    /// Sets a value; null removes the key.
    pub(crate) fn set(&mut self, key: &str, value: Object) {
        let entries = Rc::make_mut(&mut self.entries);
        if value.is_null() {
            entries.remove(key.as_bytes());
        } else {
            entries.insert(key.as_bytes().into(), value);
        }
    }

    pub(crate) fn with(mut self, key: &str, value: Object) -> Self {
        self.set(key, value);
        self
    }
}

impl From<Dictionary> for Object {
    fn from(dictionary: Dictionary) -> Self {
        Self::Dictionary(dictionary)
    }
}
