//! Registering an organisation at the portal.

use reqwest::Method;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::requisites::filled;
use super::{AttachedDocument, Cabinet, CabinetError, LinkRequisites};
use crate::loose::Loose;
use crate::transport::{Answer, Payload};
use crate::{PortalError, ProtocolFault};

/// An application to register an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistrationRequest {
    /// Full name.
    pub full_name: String,
    /// ИНН.
    pub inn: String,
    /// ОГРН, if there is one yet.
    pub ogrn: String,
    /// КПП.
    pub kpp: String,
    /// Форма собственности.
    pub ownership_form: String,
    /// Type of the organisation.
    pub organisation_type: String,
    /// Цели деятельности.
    pub activity_aims: String,
    /// The rest.
    pub requisites: LinkRequisites,
    /// Documents in the order the portal wants them.
    pub documents: Vec<AttachedDocument>,
}

/// How far a registration is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationState {
    /// «В процессе проверки».
    InReview {
        /// When it is expected to be over.
        expected: Option<String>,
        /// Documents that are missing.
        missing: Vec<String>,
    },
    /// «Зарегистрировано».
    Registered {
        /// Number of the certificate.
        certificate: Option<String>,
        /// Since when.
        activated: Option<String>,
    },
    /// «Отклонено».
    Refused {
        /// Why, in the portal's words.
        reason: Option<String>,
        /// What is to be corrected.
        corrections: Vec<String>,
    },
    /// In a word this program does not know.
    Other(String),
}

/// A question of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clarification {
    /// Names it.
    pub id: String,
    /// The question.
    pub text: String,
    /// When the answer is due.
    pub due: Option<String>,
    /// It was answered.
    pub answered: bool,
}

/// A registration as the portal tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Names it in the calls below.
    pub id: String,
    /// Number under which the portal keeps it.
    pub number: Option<String>,
    /// Name of the organisation.
    pub full_name: Option<String>,
    /// How far it is.
    pub state: RegistrationState,
    /// Questions.
    pub clarifications: Vec<Clarification>,
    /// When that was so.
    pub updated: Option<OffsetDateTime>,
}

impl RegistrationRequest {
    fn to_json(&self) -> Value {
        let mut body = filled([
            ("fullName", &self.full_name),
            ("inn", &self.inn),
            ("ogrn", &self.ogrn),
            ("kpp", &self.kpp),
            ("ownershipForm", &self.ownership_form),
            ("organisationType", &self.organisation_type),
            ("activityAims", &self.activity_aims),
        ]);
        if let (Some(body), Value::Object(requisites)) = (body.as_object_mut(), self.requisites.to_json()) {
            body.extend(requisites);
        }
        body["acceptTerms"] = json!(true);
        if !self.documents.is_empty() {
            body["documents"] = self.documents.iter().map(AttachedDocument::to_json).collect();
        }
        body
    }
}

impl Registration {
    fn read(value: Loose<'_>) -> Option<Self> {
        let list = |name: &str| -> Vec<String> {
            value
                .list(name)
                .filter_map(|one| {
                    one.as_text()
                        .map(str::to_owned)
                        .or_else(|| one.text("text"))
                        .or_else(|| one.text("title"))
                })
                .collect()
        };
        let status = value.text("status").unwrap_or_default();
        Some(Self {
            id: value.text("id")?,
            number: value.text("number"),
            full_name: value.text("fullName"),
            state: match status.as_str() {
                "in-review" => RegistrationState::InReview {
                    expected: value.text("expected"),
                    missing: list("missing"),
                },
                "registered" => RegistrationState::Registered {
                    certificate: value.text("certificateNumber"),
                    activated: value.text("activated"),
                },
                "refused" => RegistrationState::Refused {
                    reason: value.text("reason"),
                    corrections: list("corrections"),
                },
                _ => RegistrationState::Other(status),
            },
            clarifications: value
                .list("clarifications")
                .filter_map(Clarification::read)
                .collect(),
            updated: value.time("checked").or_else(|| value.time("updated")),
        })
    }

    fn of(answer: &Answer) -> Result<Self, CabinetError> {
        let value = answer.json()?;
        Ok(Self::read(Loose::new(&value))
            .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("id")))?)
    }
}

impl Clarification {
    fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            id: value.text("id")?,
            text: value.text("text").unwrap_or_default(),
            due: value.text("due"),
            answered: value.flag("answered"),
        })
    }
}

impl Cabinet<'_> {
    /// Applies for a registration. The terms of the portal are accepted by that; who calls has asked.
    ///
    /// # Errors
    /// As [`request_link`](Self::request_link).
    pub async fn register(&self, request: &RegistrationRequest) -> Result<Registration, CabinetError> {
        let answer = self
            .change(Method::POST, &["registrations"], Some(request.to_json()))
            .await?;
        Registration::of(&answer)
    }

    /// Puts another application in the place of one that was refused or is looked at; the review begins anew.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first; [`CabinetError::Refused`] `registration-ended` when it was registered meanwhile.
    pub async fn change_registration(
        &self,
        id: &str,
        request: &RegistrationRequest,
    ) -> Result<Registration, CabinetError> {
        let answer = self
            .change(Method::PUT, &["registrations", id], Some(request.to_json()))
            .await?;
        Registration::of(&answer)
    }

    /// Every registration of the person.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn registrations(&self) -> Result<Vec<Registration>, CabinetError> {
        let value = self.read(&["registrations"], &[]).await?;
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items
            .iter()
            .map(Loose::new)
            .filter_map(Registration::read)
            .collect())
    }

    /// One registration; with `refresh` the portal asks the registry anew.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn registration(&self, id: &str, refresh: bool) -> Result<Registration, CabinetError> {
        if refresh {
            let answer = self
                .change(Method::POST, &["registrations", id, "refresh"], None)
                .await?;
            return Registration::of(&answer);
        }
        let value = self.read(&["registrations", id], &[]).await?;
        Ok(
            Registration::read(Loose::new(&value)).ok_or(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("id"),
            })?,
        )
    }

    /// Answers a question, with documents if it wants some.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `registration-ended` when it was answered already or too late.
    pub async fn clarify(
        &self,
        id: &str,
        clarification: &str,
        text: &str,
        documents: &[AttachedDocument],
    ) -> Result<Registration, CabinetError> {
        let path = ["registrations", id, "clarifications", clarification];
        let mut body = json!({ "text": text });
        if !documents.is_empty() {
            body["documents"] = documents.iter().map(AttachedDocument::to_json).collect();
        }
        let answer = self.change(Method::POST, &path, Some(body)).await?;
        Registration::of(&answer)
    }

    /// The confirmation of a registration that was made: the bytes of a file.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn registration_confirmation(&self, id: &str) -> Result<Vec<u8>, CabinetError> {
        let path = ["registrations", id, "confirmation"];
        let answer = self
            .send(Method::GET, &path, &[], Payload::Empty, None)
            .await?
            .answer;
        Ok(answer.body.to_vec())
    }
}
