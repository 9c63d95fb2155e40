//! What the portal's cabinet API offers.

use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::{PortalError, ProtocolFault};

/// The base of the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Version of the API.
    pub version: String,
    /// Parts that are there.
    pub features: Vec<String>,
    /// What a password must be.
    pub password: PasswordPolicy,
    /// Documents that go with a link request, in the order the portal wants them.
    pub link_documents: Vec<WantedDocument>,
    /// Documents that go with a registration, in the order the portal wants them.
    pub registration_documents: Vec<WantedDocument>,
    /// Bytes of the largest file that goes with a request, where the portal says it.
    pub max_file_bytes: Option<u64>,
    /// Minutes without a request after which a session ends.
    pub session_idle_minutes: Option<u32>,
}

/// A document the portal wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedDocument {
    /// Code.
    pub kind: String,
    /// The portal's word for it.
    pub title: String,
    /// Without it the request is not taken.
    pub is_required: bool,
}

/// What a password must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Characters at least.
    pub min_length: Option<u32>,
    /// Days until it has to be changed.
    pub max_age_days: Option<u32>,
}

impl WantedDocument {
    fn all(value: Loose<'_>, name: &str) -> Vec<Self> {
        let listed = value.list(name).filter_map(|one| {
            let kind = one.text("kind")?;
            Some(Self {
                title: one.text("title").unwrap_or_else(|| kind.clone()),
                kind,
                is_required: one.flag("required"),
            })
        });
        listed.collect()
    }
}

impl Cabinet<'_> {
    /// What is offered.
    ///
    /// # Errors
    /// [`CabinetError::Absent`] when the base is not there, or something else answers in its place: a page, another service.
    pub async fn offer(&self) -> Result<Offer, CabinetError> {
        let value = match self.read(&[], &[]).await {
            Err(
                CabinetError::Portal(
                    PortalError::NotFound
                    | PortalError::Protocol {
                        what: ProtocolFault::NotJson | ProtocolFault::Redirect | ProtocolFault::Status(_),
                    }
                    | PortalError::HostNotAllowed { .. },
                )
                | CabinetError::Refused(_),
            ) => return Err(CabinetError::Absent),
            other => other?,
        };
        let value = Loose::new(&value);
        let version = value.text("version").ok_or(CabinetError::Absent)?;
        let small =
            |value: Loose<'_>, name: &str| value.number(name).and_then(|number| u32::try_from(number).ok());
        let policy = value.field("passwordPolicy");
        Ok(Offer {
            version,
            features: value
                .list("features")
                .filter_map(Loose::as_text)
                .map(str::to_owned)
                .collect(),
            link_documents: WantedDocument::all(value, "linkDocuments"),
            registration_documents: WantedDocument::all(value, "registrationDocuments"),
            password: PasswordPolicy {
                min_length: policy.and_then(|policy| small(policy, "minLength")),
                max_age_days: policy.and_then(|policy| small(policy, "maxAgeDays")),
            },
            max_file_bytes: value
                .number("maxFileBytes")
                .and_then(|number| u64::try_from(number).ok()),
            session_idle_minutes: small(value, "sessionIdleMinutes"),
        })
    }
}
