//! Licences and permits of an organisation.

use reqwest::Method;
use time::OffsetDateTime;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::transport::Payload;
use crate::{PortalError, ProtocolFault};

/// A licence, a permit, a conclusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Number; names it in the calls below.
    pub number: String,
    /// Code of what it is.
    pub kind: String,
    /// The portal's word for it.
    pub title: String,
    /// The service that gives and renews it.
    pub service: Option<String>,
    /// Who gave it.
    pub agency: Option<String>,
    /// Whose it is: identity of the organisation in ЕСИА.
    pub organisation: Option<String>,
    /// When it was given.
    pub issued: Option<OffsetDateTime>,
    /// When it ends; none for one without a term.
    pub ends: Option<OffsetDateTime>,
    /// The application it was given for.
    pub order: Option<String>,
    /// Name of its file.
    pub file_name: Option<String>,
}

impl Licence {
    fn read(value: Loose<'_>) -> Option<Self> {
        let number = value.text("number")?;
        Some(Self {
            kind: value.text("kind").unwrap_or_default(),
            title: value.text("title").unwrap_or_else(|| number.clone()),
            service: value.text("serviceCode"),
            agency: value.text("agency").filter(|text| !text.is_empty()),
            organisation: value.field("organisation").and_then(|one| one.text("oid")),
            issued: value.time("issued"),
            ends: value.time("ends"),
            order: value.text("orderId"),
            file_name: value.text("fileName"),
            number,
        })
    }
}

impl Cabinet<'_> {
    /// Licences of the organisation of the token, or of every one of the person.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn licences(&self) -> Result<Vec<Licence>, CabinetError> {
        let value = self.read(&["licences"], &[]).await?;
        // Anything else must not be taken for «there are none».
        let items = value.as_array().ok_or(PortalError::Protocol {
            what: ProtocolFault::NotJson,
        })?;
        Ok(items.iter().map(Loose::new).filter_map(Licence::read).collect())
    }

    /// The file of a licence: the bytes of a zip.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `licence-not-found`.
    pub async fn licence_file(&self, number: &str) -> Result<Vec<u8>, CabinetError> {
        let path = ["licences", number, "file"];
        let answer = self
            .send(Method::GET, &path, &[], Payload::Empty, None)
            .await?
            .answer;
        Ok(answer.body.to_vec())
    }
}
