//! The documents themselves: what a file is, whether it obeys its schema, what it says, where it can be sent.
//!
//! Everything starts from the immutable bytes of a file; nothing here changes them, except
//! [`sfr::with_order_number`], which makes new ones.
//!
//! * [`Formats`] checks a file and makes it readable; it holds the schemas.
//! * [`recognise`] says what a file is and what to call it in lists.
//! * [`bank`] reads the exchange with a bank into records.
//! * [`decode`](fn@decode) gives the raw text.
//! * [`format_name`] says what a format is called.
//! * [`form`] holds the forms that are filled in, and makes documents of the answers.
//! * [`poa`] reads and writes powers of attorney, and holds the classifier of powers.
//! * [`goskey`] makes and reads requests to sign on a phone.
//! * [`services_for`] tells which services of the portal take it, and [`Service::breaches`] what of it is too large or misnamed.
//!
//! XML is refused when it has a DTD, nests too deeply or comes in a dubious encoding. libxml2 judges schemas, and is
//! kept from every file and every network.

mod application;
pub mod bank;
mod catalogue;
mod check;
mod decode;
mod file_name;
pub mod form;
pub mod goskey;
mod limits;
mod markup;
mod pack;
pub mod poa;
mod recognise;
mod services;
pub mod sfr;
pub mod sign_config;
mod view;
mod xml;
mod xsd;

use std::path::Path;

pub use check::Check;
pub use decode::{DecodeError, Encoding, MAX_TEXT_SIZE, Text, decode};
pub use limits::{Breach, Limits, Offered, Part, TRANSPORT_LIMIT, transport_breaches};
pub use pack::PackError;
pub use recognise::{Recognition, Title, recognise};
pub use services::{Mode, OrderNumberPlace, Service, Signed, service, services, services_for, services_in};
pub use view::{Field, Section, Table, View, ViewError};

/// Name of the form a format code stands for.
pub fn format_name(code: &str) -> Option<&'static str> {
    catalogue::Catalogue::embedded()
        .format(code)
        .map(|format| format.name(None))
}

/// Checks and shows documents by the schemas it holds. Cheap to share between threads.
#[derive(Clone, Debug)]
pub struct Formats {
    pack: pack::SchemaPack,
}

impl Formats {
    /// With the schemas compiled into the program.
    pub fn embedded() -> Self {
        Self {
            pack: pack::SchemaPack::embedded(),
        }
    }

    /// With the schemas of `folder` in place of embedded ones of the same path, and with those it adds
    /// (`assets/schemas/README.md` tells how to name them). The folder is read once.
    ///
    /// # Errors
    /// [`PackError`] when the folder cannot be read. A folder that does not exist counts as empty.
    pub fn with_folder(folder: &Path) -> Result<Self, PackError> {
        pack::SchemaPack::with_folder(folder).map(|pack| Self { pack })
    }

    /// Recognises a file and checks it: encoding, XML, schema, the rules inside the schema, the file name, control
    /// digits. Takes tens of milliseconds for the largest schema: not for a thread that draws.
    pub fn check(&self, name: &str, bytes: &[u8]) -> Check {
        check::check(&self.pack, name, bytes)
    }

    /// Makes a document readable.
    ///
    /// # Errors
    /// [`ViewError`] when it is no text or refused XML; there is nothing to show but its name then.
    pub fn view(&self, name: &str, bytes: &[u8]) -> Result<View, ViewError> {
        view::view(&self.pack, name, bytes)
    }
}
