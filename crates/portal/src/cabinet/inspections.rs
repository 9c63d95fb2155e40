//! Inspections of an organisation by authorities.

use time::OffsetDateTime;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::{PortalError, ProtocolFault};

/// An inspection as the portal tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// Names it.
    pub id: String,
    /// In the register of inspections.
    pub number: Option<String>,
    /// `planned`, `unplanned`, or the portal's own word.
    pub kind: Option<String>,
    /// Who inspects.
    pub agency: String,
    /// What is looked at.
    pub subject: Option<String>,
    /// When it begins.
    pub begins: Option<OffsetDateTime>,
    /// When it ends, or is to.
    pub ends: Option<OffsetDateTime>,
    /// `announced`, `under-way`, `suspended`, `ended`, `cancelled`, or the portal's own word.
    pub status: String,
    /// What came of it.
    pub result: Option<String>,
    /// Orders, protocols.
    pub documents: Vec<InspectionDocument>,
    /// Papers the authority wants of the organisation.
    pub papers: Vec<String>,
    /// Until when it wants them.
    pub papers_due: Option<OffsetDateTime>,
}

/// A document of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionDocument {
    /// What it is.
    pub title: String,
    /// Its number.
    pub number: Option<String>,
}

impl Inspection {
    fn read(value: Loose<'_>) -> Option<Self> {
        let documents = value.list("documents").filter_map(|one| {
            Some(InspectionDocument {
                title: one.text("title")?,
                number: one.text("number"),
            })
        });
        let papers = value.list("papers").filter_map(Loose::as_text);
        Some(Self {
            id: value.text("id")?,
            number: value.text("number"),
            kind: value.text("kind"),
            agency: value.text("agency").unwrap_or_default(),
            subject: value.text("subject"),
            begins: value.time("begins"),
            ends: value.time("ends"),
            status: value.text("status")?,
            result: value.text("result"),
            documents: documents.collect(),
            papers: papers.map(str::to_owned).collect(),
            papers_due: value.time("papersDue"),
        })
    }
}

impl Cabinet<'_> {
    /// Inspections of the organisation of the token.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] where the role may not see them; what any request can meet.
    pub async fn inspections(&self) -> Result<Vec<Inspection>, CabinetError> {
        let value = self.read(&["inspections"], &[]).await?;
        // Anything else must not be taken for «there are none».
        let items = value.as_array().ok_or(PortalError::Protocol {
            what: ProtocolFault::NotJson,
        })?;
        Ok(items
            .iter()
            .map(Loose::new)
            .filter_map(Inspection::read)
            .collect())
    }
}
