//! Powers of attorney: the unified format EMCHD_1 («003», КНД 1110310), its revocation, and the older format of ФНС.
//!
//! * [`read`] and [`write`](fn@write) a power of attorney. What the program does not know of a file is [`Kept`] and put back.
//! * [`Withdrawal`](kabinet_domain::poa::Withdrawal)s: [`read_withdrawal`], [`write_withdrawal`].
//! * [`older`] reads what is known of «DOVEL» 5.01 to 5.03.
//! * [`attach`](mod@attach) puts one into the document that is signed under it.
//! * [`changes`] between two versions; [`file_name`] of both kinds of documents.
//! * [`Classifier`], [`templates`] and [`requirements`] are data that can be replaced.
//! * The form of a draft is `crate::form::form("emchd")`, and `"emchd.redelegation"` for passing powers on.
//!
//! The official schema could not be got. Structure and names were put together from what open programs agree on
//! (`assets/schemas/README.md`, ADR 0026).

pub mod attach;
mod changes;
mod classifier;
mod codec;
mod document;
pub(crate) mod form;
pub mod older;
mod people;
mod tree;
pub(crate) mod view;
mod withdrawal;

use std::fmt;

use kabinet_domain::poa::{Flags, Joint, PoaNumber, PowerOfAttorney, Powers, Redelegation};
use kabinet_domain::{Finding, Severity};
use thiserror::Error;
use time::{Date, Month};
use uuid::Uuid;

pub use changes::{Change, What, changes, limit as limit_in_words};
pub use classifier::{
    Classifier, ClassifierError, KnownPower, KnownRestriction, RestrictionKind, Template, requirements,
    suffices, templates,
};
pub use form::{
    PARENT, PREVIOUS, as_text, contact_facts, draft_changes, parent_of, passing_on, person_facts,
};
pub use withdrawal::{FORMAT as WITHDRAWAL, read_withdrawal, write_withdrawal};

use crate::decode::{self, DecodeError};
use crate::xml::{self, Lines, XmlError};
use codec::{Codec, Fault};
use tree::Element;

/// Code of the format.
pub const FORMAT: &str = "emchd";
/// Code of the form with which powers are passed on; its documents are of the format [`FORMAT`].
pub const REDELEGATION_FORM: &str = "emchd.redelegation";
const NAMESPACE: &str = "urn://x-artefacts/EMCHD_1";
/// Largest file that is read, in bytes: hundreds of powers take a tenth of it.
pub const MAX_SIZE: usize = 2 * 1024 * 1024;
/// First part of the name of a file.
pub const PREFIX: &str = "ON_EMCHD";

/// A power of attorney that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it says.
    pub poa: PowerOfAttorney,
    /// `ИдФайл`: the name of its file without ending.
    pub identifier: String,
    /// What else the file says.
    pub kept: Kept,
    /// What was understood with a doubt: warnings.
    pub remarks: Vec<Finding>,
}

/// What the program does not know of a file, at its place. Prints no content.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept(Element);

/// Something a file says beyond what the program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Path of the element or attribute.
    pub path: String,
    /// Its value.
    pub value: String,
    /// Line, from 1.
    pub line: u32,
}

impl Kept {
    /// Nothing is unknown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.0.has_rest()
    }

    /// Everything unknown, in the order of the file.
    #[must_use]
    pub fn unknown(&self) -> Vec<Unknown> {
        let mut found = Vec::new();
        self.0.rest(&self.0.name, &mut |path, value, line| {
            found.push(Unknown {
                path,
                value: value.to_owned(),
                line,
            });
        });
        found
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Name, with its ending.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// Paths of what was kept of an older file and has no place in this one: it was about somebody or something that is not in it.
    pub lost: Vec<String>,
}

/// Why a file cannot be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Not readable as text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// XML that is refused or malformed.
    #[error("{code} on line {line:?}")]
    Xml {
        /// Stable code, as a finding of the check has it.
        code: &'static str,
        /// Line, from 1.
        line: Option<u32>,
    },
    /// Another kind of document.
    #[error("another kind of document")]
    Foreign,
    /// Another version of the format than is known.
    #[error("version {0} is not known")]
    Version(String),
    /// Something it cannot be understood without is missing or wrong: each as a finding with line and element.
    #[error("{} places cannot be understood", .0.len())]
    Broken(Vec<Finding>),
}

impl ReadError {
    /// Stable code for the text.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Xml { code, .. } => code,
            Self::Foreign => "poa-file.foreign",
            Self::Version(_) => "poa-file.version",
            Self::Broken(_) => "poa-file.broken",
        }
    }
}

impl From<XmlError> for ReadError {
    fn from(error: XmlError) -> Self {
        Self::Xml {
            code: error.code,
            line: error.line,
        }
    }
}

/// Reads a power of attorney, `Довер` or `Передов`. Whether it obeys the schema is another question
/// ([`Formats::check`](crate::Formats::check)); this one is whether it can be understood without guessing.
///
/// # Errors
/// [`ReadError`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Read, ReadError> {
    let mut root = tree_of(bytes, "Доверенность")?;
    match root.attribute("ВерсФорм") {
        Some(document::VERSION) => {}
        other => return Err(ReadError::Version(other.unwrap_or_default().to_owned())),
    }
    let mut poa = blank();
    let mut identifier = String::new();
    let mut faults = Vec::new();
    document::visit(
        &mut Codec::new(&mut root, &mut faults, true),
        &mut poa,
        &mut identifier,
    );
    let remarks = settle(name, faults)?;
    Ok(Read {
        poa,
        identifier,
        kept: Kept(root),
        remarks,
    })
}

/// Writes a power of attorney made on `day`, and puts back what `kept` holds. The same input gives the same bytes.
#[must_use]
pub fn write(poa: &PowerOfAttorney, day: Date, kept: Option<&Kept>) -> Written {
    let name = file_name(PREFIX, day, poa.number);
    let mut root = Element::new("Доверенность", Some(NAMESPACE));
    let mut faults = Vec::new();
    document::visit(
        &mut Codec::new(&mut root, &mut faults, false),
        &mut poa.clone(),
        &mut name.clone(),
    );
    let mut lost = Vec::new();
    if let Some(Kept(kept)) = kept {
        root.put_back(kept, "Доверенность", &mut lost);
    }
    Written {
        bytes: root.document(),
        name: format!("{name}.xml"),
        lost,
    }
}

/// `{prefix}_{YYYYMMDD}_{guid}`, without ending.
#[must_use]
pub fn file_name(prefix: &str, day: Date, number: PoaNumber) -> String {
    let (year, month, date) = day.to_calendar_date();
    format!("{prefix}_{year:04}{:02}{date:02}_{number}", u8::from(month))
}

/// The number a file name ends with.
#[must_use]
pub fn number_of_name(name: &str) -> Option<PoaNumber> {
    let stem = crate::file_name::stem(name);
    document::number(stem.get(stem.len().checked_sub(36)?..)?)
}

/// What a schema cannot see of a power of attorney that obeys it.
pub(crate) fn findings(name: &str, bytes: &[u8]) -> Vec<Finding> {
    let (mut root, mut faults) = match tree_of(bytes, "Доверенность") {
        Ok(root) => (root, Vec::new()),
        Err(_) => return Vec::new(),
    };
    let mut poa = blank();
    let mut codec = Codec::new(&mut root, &mut faults, true);
    document::visit(&mut codec, &mut poa, &mut String::new());
    let fault = |code, name: &str, grave| {
        let card = if poa.delegated_from.is_some() {
            "Передов/СвПереДовер"
        } else {
            "Довер/СвДов"
        };
        Fault {
            code,
            path: format!("Доверенность/Документ/{card}/@{name}"),
            line: root.line_of(&["Документ", card]),
            name: name.to_owned(),
            value: String::new(),
            grave,
        }
    };
    if poa.expires < poa.issued {
        faults.push(fault("poa.term-order", "СрокДейст", true));
    }
    if poa.flags.tax && poa.tax_office.is_none() && poa.tax_offices.is_empty() {
        faults.push(fault("poa.tax-office-missing", "КодНО", false));
    }
    match settle(name, faults) {
        Ok(findings) | Err(ReadError::Broken(findings)) => findings,
        Err(_) => Vec::new(),
    }
}

fn tree_of(bytes: &[u8], root: &str) -> Result<Element, ReadError> {
    if bytes.len() > MAX_SIZE {
        return Err(DecodeError::TooLarge { size: bytes.len() }.into());
    }
    let text = decode::decode(bytes)?;
    if !decode::looks_like_xml(bytes) {
        return Err(ReadError::Foreign);
    }
    let lines = Lines::new(&text.content);
    let parsed = xml::parse(&text.content, &lines)?;
    let node = parsed.root_element();
    if node.tag_name().name() != root {
        return Err(ReadError::Foreign);
    }
    Ok(Element::of(node, &lines))
}

/// The grave faults as an error, the others as warnings.
fn settle(file: &str, faults: Vec<Fault>) -> Result<Vec<Finding>, ReadError> {
    let is_broken = faults.iter().any(|fault| fault.grave);
    let findings = faults.into_iter().map(|fault| Finding {
        code: fault.code.to_owned(),
        severity: if fault.grave {
            Severity::Error
        } else {
            Severity::Warning
        },
        file: file.to_owned(),
        line: Some(fault.line),
        element: Some(fault.path),
        params: [("name".to_owned(), fault.name), ("value".to_owned(), fault.value)].into(),
    });
    let findings = findings.collect();
    if is_broken {
        Err(ReadError::Broken(findings))
    } else {
        Ok(findings)
    }
}

/// What reading begins with.
fn blank() -> PowerOfAttorney {
    let day = Date::from_calendar_date(1900, Month::January, 1).unwrap_or(Date::MIN);
    PowerOfAttorney {
        number: PoaNumber(Uuid::nil()),
        internal_number: None,
        internally_registered: None,
        issued: day,
        expires: day,
        flags: Flags::default(),
        tax_office: None,
        tax_offices: Vec::new(),
        systems: None,
        irrevocable: None,
        redelegation: Redelegation::Forbidden,
        principals: Vec::new(),
        representatives: Vec::new(),
        joint: Joint::Each,
        lost_on_redelegation: false,
        powers: Powers::Text(String::new()),
        notary: None,
        delegated_from: None,
    }
}
