//! An application and its scripted life.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::cabinet::files::RequestFile;
use crate::cabinet::links::WantedDocument;
use crate::cabinet::notifications::{self, Kind, Link};
use crate::cabinet::time_format::rfc3339;
use crate::clock;
use crate::store::{Record, StoreError};
use crate::world::World;

/// How long an application is looked at, at speed 1.
pub(super) const REVIEW_MS: i64 = 20_000;
/// Term of an answer to a clarification.
const CLARIFICATION_MS: i64 = 3 * 24 * 60 * 60 * 1000;
/// When a decision is promised, at any speed.
const EXPECTED_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// What an application must bring, and in which order.
/// Without one the application is taken, and the document asked for.
pub(crate) const DOCUMENTS: [WantedDocument; 4] = [
    wanted("charter", "Устав"),
    wanted("decision", "Решение о создании"),
    wanted("consent", "Согласие учредителей"),
    wanted("extract", "Выписка"),
];

const fn wanted(kind: &'static str, title: &'static str) -> WantedDocument {
    WantedDocument {
        kind,
        title,
        required: false,
    }
}

/// What becomes of an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationOutcome {
    /// Registered when everything is there.
    #[default]
    Register,
    /// Refused with a reason and corrections.
    Refuse,
    /// A clarification is asked for first.
    Clarify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RegistrationStatus)]
pub(crate) enum Status {
    InReview,
    Registered,
    Refused,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Clarification {
    pub(super) id: Uuid,
    pub(super) text: String,
    pub(super) due_ms: i64,
    pub(super) answer: Option<String>,
}

/// An application and how far it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(super) id: Uuid,
    pub(crate) person: i64,
    pub(crate) number: String,
    pub(crate) submitted_ms: i64,
    /// When the next look is due; never while the portal stands still.
    pub(super) due_ms: Option<i64>,
    pub(super) checked_ms: i64,
    pub(super) status: Status,
    pub(super) outcome: Option<RegistrationOutcome>,
    pub(crate) full_name: String,
    pub(super) ogrn: Option<String>,
    pub(super) legal_address: String,
    pub(super) documents: Vec<String>,
    /// The files of these documents.
    #[serde(default)]
    pub(crate) files: Vec<RequestFile>,
    pub(super) certificate_number: Option<String>,
    pub(super) activated_ms: Option<i64>,
    pub(super) reason: Option<String>,
    pub(super) clarifications: Vec<Clarification>,
}

impl Record for Registration {
    const KIND: &'static str = "registration";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.submitted_ms
    }
}

/// A document that is still missing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissingDocument {
    pub(super) kind: &'static str,
    title: &'static str,
}

/// What to mend after a refusal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Correction {
    field: String,
    text: String,
}

/// A question of the registering body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Clarification)]
pub(crate) struct ClarificationView {
    id: Uuid,
    text: String,
    #[schema(format = DateTime)]
    due: String,
    answered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<String>,
}

/// An application on the wire.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Registration)]
pub(crate) struct RegistrationView {
    id: Uuid,
    number: String,
    #[schema(format = DateTime)]
    submitted: String,
    #[schema(format = DateTime)]
    checked: String,
    status: Status,
    full_name: String,
    /// While in review.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    expected: Option<String>,
    missing: Vec<MissingDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    certificate_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    activated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    corrections: Vec<Correction>,
    clarifications: Vec<ClarificationView>,
}

impl Registration {
    pub(super) fn missing(&self) -> Vec<MissingDocument> {
        DOCUMENTS
            .iter()
            .filter(|wanted| !self.documents.iter().any(|given| given == wanted.kind))
            .map(|wanted| MissingDocument {
                kind: wanted.kind,
                title: wanted.title,
            })
            .collect()
    }

    /// What has become due happens; `true` if something did.
    pub(super) fn move_on(&mut self, standard: RegistrationOutcome, delay: Option<i64>, now_ms: i64) -> bool {
        let is_due = self.due_ms.is_some_and(|due| due <= now_ms);
        if self.status != Status::InReview || !is_due {
            return false;
        }
        let outcome = self.outcome.unwrap_or(standard);
        let asked = self.clarifications.iter().any(|c| c.answer.is_none());
        if outcome == RegistrationOutcome::Refuse {
            self.status = Status::Refused;
            self.reason = Some("Сведения об адресе не подтверждены".into());
            self.due_ms = None;
            return true;
        }
        if asked {
            return false;
        }
        let missing = self.missing();
        let question = match missing.first() {
            Some(document) => Some(format!("Приложите документ: {}", document.title)),
            None if outcome == RegistrationOutcome::Clarify && self.clarifications.is_empty() => Some(
                "Уточните, чем подтверждается право пользоваться помещением по юридическому адресу".into(),
            ),
            None => None,
        };
        if let Some(text) = question {
            self.clarifications.push(Clarification {
                id: Uuid::new_v4(),
                text,
                due_ms: now_ms + CLARIFICATION_MS,
                answer: None,
            });
            self.due_ms = delay.map(|delay| now_ms + delay);
            return true;
        }
        self.status = Status::Registered;
        self.certificate_number = Some(format!("99-{:09}", self.id.as_u128() % 1_000_000_000));
        self.activated_ms = Some(now_ms);
        self.due_ms = None;
        true
    }

    pub(super) fn view(&self) -> RegistrationView {
        let refused = self.status == Status::Refused;
        RegistrationView {
            id: self.id,
            number: self.number.clone(),
            submitted: rfc3339(self.submitted_ms),
            checked: rfc3339(self.checked_ms),
            status: self.status,
            full_name: self.full_name.clone(),
            expected: (self.status == Status::InReview).then(|| rfc3339(self.submitted_ms + EXPECTED_MS)),
            missing: if self.status == Status::InReview {
                self.missing()
            } else {
                vec![]
            },
            certificate_number: self.certificate_number.clone(),
            activated: self.activated_ms.map(rfc3339),
            reason: self.reason.clone(),
            corrections: refused
                .then(|| Correction {
                    field: "legalAddress".into(),
                    text: "Укажите адрес, право на который подтверждено документом".into(),
                })
                .into_iter()
                .collect(),
            clarifications: self
                .clarifications
                .iter()
                .map(|c| ClarificationView {
                    id: c.id,
                    text: c.text.clone(),
                    due: rfc3339(c.due_ms),
                    answered: c.answer.is_some(),
                    answer: c.answer.clone(),
                })
                .collect(),
        }
    }
}

pub(super) fn refreshed(world: &World, id: &str) -> Result<Option<Registration>, StoreError> {
    let settings = world.settings();
    let (outcome, delay) = (settings.cabinet.registration_outcome, settings.delay(REVIEW_MS));
    let now_ms = clock::now_ms();
    let changed = world.store.change_record(id, |registration: &mut Registration| {
        let moved = registration.move_on(outcome, delay, now_ms);
        (registration.clone(), moved)
    })?;
    let Some((registration, moved)) = changed else {
        return Ok(None);
    };
    if moved {
        let title = match registration.status {
            Status::InReview => "Нужны уточнения к заявлению о регистрации",
            Status::Registered => "Организация зарегистрирована",
            Status::Refused => "В регистрации отказано",
        };
        let link = Link {
            section: "registrations".into(),
            id: Some(registration.id.to_string()),
        };
        let text = format!("{}, заявление № {}.", registration.full_name, registration.number);
        notifications::add(
            world,
            registration.person,
            Kind::Order,
            title,
            &text,
            Some(link),
            true,
        )?;
    }
    Ok(Some(registration))
}

/// Fixes the end of one application.
pub(crate) fn set_outcome(world: &World, id: &str, outcome: RegistrationOutcome) -> Result<bool, StoreError> {
    let done = world.store.change_record(id, |registration: &mut Registration| {
        registration.outcome = Some(outcome)
    })?;
    Ok(done.is_some())
}
