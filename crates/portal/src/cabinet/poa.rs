//! The registry of powers of attorney. No interface of the real one is published; this is the cabinet's, and the public look-up is
//! the one that was seen in use.

use base64ct::{Base64, Encoding};
use kabinet_domain::poa::{PoaNumber, RegistryState};
use reqwest::Method;
use serde_json::{Value, json};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::poa_refusal::PoaRefusal;
use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{Portal, PortalError, ProtocolFault};

/// A signed file for the registry.
#[derive(Clone, Copy, Debug)]
pub struct SignedPoa<'a> {
    /// Name of the file: the registry takes the number from it.
    pub name: &'a str,
    /// The file.
    pub content: &'a [u8],
    /// Its detached signature, CMS in DER.
    pub signature: &'a [u8],
}

/// How far the registry is with something it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoaTask {
    /// Names it.
    pub task: String,
    /// The power of attorney it is about, once the registry has read it.
    pub number: Option<PoaNumber>,
    /// How far.
    pub state: PoaTaskState,
    /// Exactly this was registered before.
    pub already_registered: bool,
    /// What was against it.
    pub errors: Vec<PoaTaskError>,
    /// When it was over.
    pub finished: Option<OffsetDateTime>,
}

/// States of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoaTaskState {
    /// Waits.
    Queued,
    /// Is looked at.
    Processing,
    /// Done.
    Done,
    /// Refused.
    Error,
    /// In a word this program does not know.
    Other(String),
}

/// What was against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoaTaskError {
    /// Why.
    pub refusal: PoaRefusal,
    /// The registry's own words.
    pub text: Option<String>,
    /// The element of the file it is about.
    pub element: Option<String>,
}

/// What the registry says of a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredPoa {
    /// Its number.
    pub number: PoaNumber,
    /// Its state; none if the registry used a word this program does not know.
    pub state: Option<RegistryState>,
    /// Since when.
    pub state_at: Option<OffsetDateTime>,
    /// First day.
    pub issued: Option<Date>,
    /// Last day.
    pub expires: Option<Date>,
    /// Who gave it.
    pub principals: Vec<PoaSide>,
    /// To whom.
    pub representatives: Vec<PoaSide>,
    /// Since when it is revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// Why it was revoked.
    pub reason: Option<String>,
    /// What it passes on.
    pub parent: Option<PoaNumber>,
    /// The moment this was so.
    pub as_of: Option<OffsetDateTime>,
}

/// Who gives or receives powers. Nothing of it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoaSide {
    /// ИНН.
    pub inn: Option<String>,
    /// Name.
    pub name: String,
}

/// A page of the list, what changed last at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredPage {
    /// They.
    pub items: Vec<RegisteredPoa>,
    /// Names the page that follows.
    pub next: Option<String>,
    /// The moment this was so.
    pub as_of: Option<OffsetDateTime>,
}

/// On which side of a power of attorney the asker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoaRole {
    /// Gave it.
    Principal,
    /// Received it.
    Representative,
}

impl SignedPoa<'_> {
    fn to_json(self) -> Value {
        json!({
            "name": self.name,
            "content": Base64::encode_string(self.content),
            "signature": Base64::encode_string(self.signature),
        })
    }
}

impl PoaTask {
    /// The first refusal, when the registry refused.
    pub fn refusal(&self) -> Option<&PoaRefusal> {
        let is_refused = self.state == PoaTaskState::Error;
        self.errors
            .first()
            .map(|error| &error.refusal)
            .filter(|_| is_refused)
    }

    fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            task: value.text("task")?,
            number: number(value, "number"),
            state: match value.text("state")?.to_lowercase().as_str() {
                "queued" => PoaTaskState::Queued,
                "processing" => PoaTaskState::Processing,
                "done" => PoaTaskState::Done,
                "error" => PoaTaskState::Error,
                other => PoaTaskState::Other(other.to_owned()),
            },
            already_registered: value.flag("alreadyRegistered"),
            errors: value
                .list("errors")
                .map(|error| PoaTaskError {
                    refusal: PoaRefusal::from_name(&error.text("code").unwrap_or_default()),
                    text: error.text("text"),
                    element: error.text("element"),
                })
                .collect(),
            finished: value.time("finishedAt"),
        })
    }
}

impl RegisteredPoa {
    fn read(value: Loose<'_>) -> Option<Self> {
        let sides = |name| value.list(name).filter_map(PoaSide::read).collect();
        Some(Self {
            number: number(value, "number")?,
            state: state(&value.text("state")?),
            state_at: value.time("stateAt"),
            issued: value.day("issued"),
            expires: value.day("expires"),
            principals: sides("principals"),
            representatives: sides("representatives"),
            revoked_at: value.time("revokedAt"),
            reason: value.text("reason"),
            parent: number(value, "parent"),
            as_of: value.time("asOf"),
        })
    }
}

impl PoaSide {
    fn read(value: Loose<'_>) -> Option<Self> {
        let (inn, name) = (value.text("inn"), value.text("name"));
        (inn.is_some() || name.is_some()).then(|| Self {
            name: name.unwrap_or_default(),
            inn,
        })
    }
}

fn number(value: Loose<'_>, name: &str) -> Option<PoaNumber> {
    Uuid::parse_str(value.text(name)?.trim()).ok().map(PoaNumber)
}

fn state(name: &str) -> Option<RegistryState> {
    Some(match name.trim().to_lowercase().as_str() {
        "created" => RegistryState::Created,
        "active" => RegistryState::Active,
        "expired" => RegistryState::Expired,
        "revoked" => RegistryState::Revoked,
        _ => return None,
    })
}

fn task(answer: &Answer) -> Result<String, CabinetError> {
    let value = answer.json()?;
    Ok(Loose::new(&value)
        .text("task")
        .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("task")))?)
}

/// What was asked about has to be what is told of.
fn same(asked: PoaNumber, told: Option<RegisteredPoa>) -> Result<RegisteredPoa, CabinetError> {
    told.filter(|told| told.number == asked).ok_or_else(|| {
        PortalError::Protocol {
            what: ProtocolFault::FieldMissing("number"),
        }
        .into()
    })
}

impl Cabinet<'_> {
    /// Has a power of attorney registered; gives the task to ask about.
    ///
    /// # Errors
    /// [`CabinetError::outcome_unknown`] when the registry may have it: ask [`registered_poa`](Self::registered_poa) before anything else.
    pub async fn register_poa(&self, signed: SignedPoa<'_>) -> Result<String, CabinetError> {
        let path = ["poa", "registrations"];
        task(&self.change(Method::POST, &path, Some(signed.to_json())).await?)
    }

    /// Has a revocation registered; gives the task to ask about.
    ///
    /// # Errors
    /// As [`register_poa`](Self::register_poa).
    pub async fn revoke_poa(&self, signed: SignedPoa<'_>) -> Result<String, CabinetError> {
        let path = ["poa", "revocations"];
        task(&self.change(Method::POST, &path, Some(signed.to_json())).await?)
    }

    /// How far a task is.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn poa_task(&self, task: &str) -> Result<PoaTask, CabinetError> {
        let value = self.read(&["poa", "registrations", task], &[]).await?;
        Ok(PoaTask::read(Loose::new(&value)).ok_or(PortalError::Protocol {
            what: ProtocolFault::FieldMissing("state"),
        })?)
    }

    /// What the registry holds under a number, if that belongs to a principal with this ИНН. `None` is its word that it does not; a
    /// portal that has no registry is an error.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn registered_poa(
        &self,
        asked: PoaNumber,
        inn: &str,
    ) -> Result<Option<RegisteredPoa>, CabinetError> {
        let text = asked.to_string();
        match self.read(&["poa", &text], &[("inn", inn)]).await {
            Ok(value) => same(asked, RegisteredPoa::read(Loose::new(&value))).map(Some),
            Err(CabinetError::Refused(refused)) if refused.refusal.is("poa-not-found") => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A page of what was given by the organisation, or to it and its people.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn registered_poas(
        &self,
        role: Option<PoaRole>,
        changed_after: Option<OffsetDateTime>,
        page: Option<&str>,
    ) -> Result<RegisteredPage, CabinetError> {
        let after =
            changed_after.and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok());
        let mut query = Vec::new();
        query.extend(after.as_deref().map(|after| ("changedAfter", after)));
        query.extend(page.map(|page| ("page", page)));
        query.extend(role.map(|role| {
            let name = match role {
                PoaRole::Principal => "principal",
                PoaRole::Representative => "representative",
            };
            ("role", name)
        }));
        let value = self.read(&["poa"], &query).await?;
        let value = Loose::new(&value);
        // Anything else must not be taken for «there are none».
        if !value.is_list("items") {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("items"),
            }
            .into());
        }
        Ok(RegisteredPage {
            items: value.list("items").filter_map(RegisteredPoa::read).collect(),
            next: value.text("next"),
            as_of: value.time("asOf"),
        })
    }

    /// The file the registry holds.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `poa-not-found` unless the organisation is named in it.
    pub async fn poa_file(&self, number: PoaNumber) -> Result<Vec<u8>, CabinetError> {
        self.poa_part(number, "file").await
    }

    /// The signature of that file.
    ///
    /// # Errors
    /// As [`poa_file`](Self::poa_file).
    pub async fn poa_signature(&self, number: PoaNumber) -> Result<Vec<u8>, CabinetError> {
        self.poa_part(number, "signature").await
    }

    async fn poa_part(&self, number: PoaNumber, part: &str) -> Result<Vec<u8>, CabinetError> {
        let number = number.to_string();
        let path = ["poa", &number, part];
        let answer = self
            .send(Method::GET, &path, &[], Payload::Empty, None)
            .await?
            .answer;
        Ok(answer.body.to_vec())
    }
}

/// What anybody may know of a power of attorney.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPoa {
    /// Its state; none if the registry used a word this program does not know.
    pub state: Option<RegistryState>,
    /// Since when.
    pub state_at: Option<OffsetDateTime>,
    /// First day.
    pub issued: Option<Date>,
    /// Last day.
    pub expires: Option<Date>,
}

impl Portal {
    /// What the registry tells anybody of a number, without a session; nothing when it knows no such number.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn public_poa(&self, asked: PoaNumber) -> Result<Option<PublicPoa>, PortalError> {
        let text = asked.to_string();
        let path = ["api", "v0", "poar-portal", "public", "poa", &text, "public"];
        let call = Call {
            site: Site::Epgu,
            method: Method::GET,
            path: &path,
            query: &[],
            token: None,
            payload: Payload::Empty,
            effect: Effect::Reads,
            timeout: self.options.timeouts.answer,
        };
        let answer = match self.transport.exchange(call).await?.accepted() {
            Err(PortalError::NotFound) => return Ok(None),
            other => other?,
        };
        let value = answer.json()?;
        let value = Loose::new(&value);
        if number(value, "poaNumber") != Some(asked) {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("poaNumber"),
            });
        }
        Ok(Some(PublicPoa {
            state: value.text("status").and_then(|name| state(&name)),
            state_at: value.time("statusDate"),
            issued: value.day("startDate"),
            expires: value.day("endDate"),
        }))
    }
}
