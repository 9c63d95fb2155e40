//! Linking an organisation: the request, and what confirms it.

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{AttachedDocument, Cabinet, CabinetError, LinkRequisites, Representative, Sent};
use crate::loose::Loose;
use crate::transport::Answer;
use crate::{PortalError, ProtocolFault};

/// How the right to act is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMethod {
    /// A signature of the organisation.
    Signature,
    /// A one-time code.
    Code,
    /// The director, by a letter with a code.
    Director,
}

/// How far a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// The organisation is linked.
    Active,
    /// A signature is awaited.
    AwaitingSignature,
    /// A code is awaited.
    AwaitingCode,
    /// The director's word is awaited.
    AwaitingDirector,
    /// Being looked at.
    InReview,
    /// Refused.
    Refused,
    /// It was ended.
    Unlinked,
    /// The request was taken back.
    Withdrawn,
    /// The request was not confirmed in time.
    Expired,
    /// In a word this program does not know.
    Other(String),
}

impl LinkMethod {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Code => "code",
            Self::Director => "director",
        }
    }

    /// Reads the name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Signature, Self::Code, Self::Director]
            .into_iter()
            .find(|one| one.name() == name)
    }
}

impl LinkStatus {
    /// Reads the name on the wire.
    pub fn from_name(name: &str) -> Self {
        match name {
            "active" => Self::Active,
            "awaiting-signature" => Self::AwaitingSignature,
            "awaiting-code" => Self::AwaitingCode,
            "awaiting-director" => Self::AwaitingDirector,
            "in-review" => Self::InReview,
            "refused" => Self::Refused,
            "unlinked" => Self::Unlinked,
            "withdrawn" => Self::Withdrawn,
            "expired" => Self::Expired,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::AwaitingSignature => "awaiting-signature",
            Self::AwaitingCode => "awaiting-code",
            Self::AwaitingDirector => "awaiting-director",
            Self::InReview => "in-review",
            Self::Refused => "refused",
            Self::Unlinked => "unlinked",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Other(name) => name,
        }
    }

    /// Whether nothing more comes of it.
    pub fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Active | Self::Refused | Self::Unlinked | Self::Withdrawn | Self::Expired
        )
    }
}

/// A request for a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRequest {
    /// ИНН.
    pub inn: String,
    /// ОГРН or ОГРНИП.
    pub ogrn: String,
    /// КПП.
    pub kpp: Option<String>,
    /// How the right to act is shown.
    pub method: LinkMethod,
    /// Who acts.
    pub representative: Representative,
    /// Requisites.
    pub requisites: LinkRequisites,
    /// Documents in the order the portal wants them.
    pub documents: Vec<AttachedDocument>,
}

/// The organisation a link is about, as far as the portal tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedOrganisation {
    /// Identity in ЕСИА.
    pub oid: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// ИНН.
    pub inn: Option<String>,
    /// ОГРН.
    pub ogrn: Option<String>,
}

/// The director who was written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectorContact {
    /// Name.
    pub name: Option<String>,
    /// Where, masked.
    pub contact: Option<String>,
}

/// A link as the portal tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Names it in the calls below.
    pub id: String,
    /// The organisation.
    pub organisation: LinkedOrganisation,
    /// How far it is.
    pub status: LinkStatus,
    /// How the right to act is shown.
    pub method: Option<LinkMethod>,
    /// What a signature is made over.
    pub bytes_to_sign: Option<Vec<u8>>,
    /// Where the director was written to.
    pub director: Option<DirectorContact>,
    /// Where the code was sent, and how soon it can be sent again.
    pub code: Option<Sent>,
    /// Attempts left with the code.
    pub attempts_left: Option<u32>,
    /// Until when it can be confirmed.
    pub expires: Option<OffsetDateTime>,
    /// Why it was refused, in the portal's words.
    pub reason: Option<String>,
    /// Linking is blocked until then.
    pub blocked_until: Option<OffsetDateTime>,
}

impl LinkRequest {
    fn to_json(&self) -> Value {
        let mut body = json!({
            "inn": self.inn,
            "ogrn": self.ogrn,
            "method": self.method.name(),
            "representative": self.representative.to_json(),
            "requisites": self.requisites.to_json(),
            "acceptTerms": true,
        });
        if let Some(kpp) = &self.kpp {
            body["kpp"] = json!(kpp);
        }
        if !self.documents.is_empty() {
            body["documents"] = self.documents.iter().map(AttachedDocument::to_json).collect();
        }
        body
    }
}

impl Link {
    fn read(value: Loose<'_>) -> Option<Self> {
        let organisation = value.field("organisation");
        let text = |name: &str| organisation.and_then(|one| one.text(name));
        let director = value.field("director");
        Some(Self {
            id: value.text("id")?,
            organisation: LinkedOrganisation {
                oid: text("oid"),
                name: text("shortName")
                    .or_else(|| text("fullName"))
                    .or_else(|| text("name")),
                inn: text("inn"),
                ogrn: text("ogrn"),
            },
            status: LinkStatus::from_name(&value.text("status").unwrap_or_default()),
            method: value.text("method").and_then(|name| LinkMethod::from_name(&name)),
            bytes_to_sign: value
                .text("bytesToSign")
                .and_then(|text| Base64::decode_vec(&text).ok()),
            director: director.map(|director| DirectorContact {
                name: director.text("name"),
                contact: director
                    .text("contact")
                    .or_else(|| director.text("phone"))
                    .or_else(|| director.text("email")),
            }),
            code: value.field("code").map(Sent::read),
            attempts_left: value
                .number("attemptsLeft")
                .and_then(|left| u32::try_from(left).ok()),
            expires: value.time("expires"),
            reason: value.text("reason"),
            blocked_until: value.field("blocked").and_then(|blocked| blocked.time("until")),
        })
    }

    fn of(answer: &Answer) -> Result<Self, CabinetError> {
        let value = answer.json()?;
        Ok(Self::read(Loose::new(&value))
            .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("id")))?)
    }
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
}

impl Cabinet<'_> {
    /// Asks for a link. The terms of the portal are accepted by that; who calls has asked.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] with every reason there is. [`PortalError::OutcomeUnknown`] when the request may be there: look
    /// with [`links`](Self::links) before asking again.
    pub async fn request_link(&self, request: &LinkRequest) -> Result<Link, CabinetError> {
        let answer = self
            .change(Method::POST, &["links"], Some(request.to_json()))
            .await?;
        Link::of(&answer)
    }

    /// Every request of the person.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn links(&self) -> Result<Vec<Link>, CabinetError> {
        let value = self.read(&["links"], &[]).await?;
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items.iter().map(Loose::new).filter_map(Link::read).collect())
    }

    /// One request.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `not-found`, [`PortalError::NotFound`].
    pub async fn link(&self, id: &str) -> Result<Link, CabinetError> {
        let value = self.read(&["links", id], &[]).await?;
        Ok(Link::read(Loose::new(&value)).ok_or(PortalError::Protocol {
            what: ProtocolFault::FieldMissing("id"),
        })?)
    }

    /// Confirms by a detached CAdES-BES (DER) over [`Link::bytes_to_sign`].
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `signature-invalid`, `certificate-mismatch`, `administrator-only`.
    pub async fn sign_link(&self, id: &str, cms: &[u8]) -> Result<Link, CabinetError> {
        let body = json!({ "cms": Base64::encode_string(cms) });
        let answer = self
            .change(Method::POST, &["links", id, "signature"], Some(body))
            .await?;
        Link::of(&answer)
    }

    /// Confirms by a code.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `code-wrong` with the attempts left, `code-expired`.
    pub async fn confirm_link(&self, id: &str, code: &str) -> Result<Link, CabinetError> {
        let mut body = Zeroizing::new(Vec::with_capacity(32 + code.len() * 6));
        serde_json::to_writer(&mut *body, &Code { code }).map_err(|_| PortalError::Protocol {
            what: ProtocolFault::Request,
        })?;
        let value = self
            .post_secret(&["links", id, "code"], Bytes::from_owner(body))
            .await?;
        Ok(Link::read(Loose::new(&value)).ok_or(PortalError::OutcomeUnknown {
            reason: crate::LostReason::AnswerUnreadable,
            retry_after: None,
        })?)
    }

    /// Has the code, or the director's letter, sent again.
    ///
    /// # Errors
    /// [`PortalError::RateLimited`] with the pause before the next one.
    pub async fn repeat_link(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::POST, &["links", id, "repeat"], None)
            .await
            .map(drop)
    }

    /// Takes a request back.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn withdraw_link(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::DELETE, &["links", id], None).await.map(drop)
    }
}
