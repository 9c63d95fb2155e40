//! Whether the person is confirmed as a representative of an organisation, the ways to become it, and the services the
//! organisation has in use.

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{AttachedDocument, Cabinet, CabinetError, Sent};
use crate::loose::Loose;
use crate::transport::Answer;
use crate::{LostReason, PortalError, ProtocolFault};

/// Why a check failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReason {
    /// Code.
    pub code: String,
    /// What is wrong, in the portal's words.
    pub message: Option<String>,
    /// What to do about it, in the portal's words.
    pub correction: Option<String>,
}

/// A kind of document that shows the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityDocument {
    /// Code.
    pub kind: String,
    /// The portal's word for it.
    pub title: String,
}

/// How the person stands in an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepresentativeStanding {
    /// `not-confirmed`, `awaiting-signature`, `awaiting-code`, `awaiting-approval`, `in-review`, `refused`, `confirmed`, or the
    /// portal's own.
    pub status: String,
    /// `signature`, `code`, `smev`, `qr`.
    pub method: Option<String>,
    /// Since when.
    pub since: Option<OffsetDateTime>,
    /// Methods that can be chosen.
    pub methods: Vec<String>,
    /// One of these is wanted for the method `code`.
    pub documents: Vec<AuthorityDocument>,
    /// Permissions a confirmation opens.
    pub opens: Vec<String>,
    /// Whether requisites can be checked through СМЭВ now.
    pub smev_available: bool,
    /// What is to be signed.
    pub bytes_to_sign: Option<Vec<u8>>,
    /// Where the code went.
    pub code: Option<Sent>,
    /// Attempts left with it.
    pub attempts_left: Option<u32>,
    /// Address of the page that confirms, and until when.
    pub qr: Option<(String, Option<OffsetDateTime>)>,
    /// When a check is expected to end.
    pub expected: Option<OffsetDateTime>,
    /// Why the check failed.
    pub reasons: Vec<CheckReason>,
    /// Who confirmed.
    pub confirmed_by: Option<String>,
}

/// What the method `code` wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    /// Document that shows the authority.
    pub document: AttachedDocument,
    /// Where the code goes.
    pub phone: String,
    /// E-mail.
    pub email: String,
}

/// A service an organisation can have in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnabledService {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub summary: Option<String>,
    /// It is in use.
    pub enabled: bool,
    /// Since when.
    pub since: Option<OffsetDateTime>,
    /// Who enabled it.
    pub by: Option<String>,
}

impl RepresentativeStanding {
    fn read(value: Loose<'_>) -> Option<Self> {
        let texts = |name: &str| -> Vec<String> {
            value
                .list(name)
                .filter_map(Loose::as_text)
                .map(str::to_owned)
                .collect()
        };
        Some(Self {
            status: value.text("status")?,
            method: value.text("method"),
            since: value.time("since"),
            methods: texts("methods"),
            documents: value
                .list("documents")
                .filter_map(|one| {
                    let kind = one.text("kind")?;
                    Some(AuthorityDocument {
                        title: one.text("title").unwrap_or_else(|| kind.clone()),
                        kind,
                    })
                })
                .collect(),
            opens: texts("opens"),
            smev_available: value.flag("smevAvailable"),
            bytes_to_sign: value
                .text("bytesToSign")
                .and_then(|text| Base64::decode_vec(&text).ok()),
            code: value.field("code").map(Sent::read),
            attempts_left: value
                .number("attemptsLeft")
                .and_then(|left| u32::try_from(left).ok()),
            qr: value
                .field("qr")
                .and_then(|qr| Some((qr.text("text")?, qr.time("expires")))),
            expected: value.time("expected"),
            reasons: value
                .list("reasons")
                .map(|reason| CheckReason {
                    code: reason.text("code").unwrap_or_default(),
                    message: reason.text("message"),
                    correction: reason.text("correction"),
                })
                .collect(),
            confirmed_by: value.text("confirmedBy"),
        })
    }

    fn of(answer: &Answer) -> Result<Self, CabinetError> {
        let value = answer.json()?;
        Ok(Self::read(Loose::new(&value))
            .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("status")))?)
    }
}

impl EnabledService {
    fn list(value: &Value) -> Vec<Self> {
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .map(Loose::new)
            .filter_map(|one| {
                let code = one.text("code")?;
                Some(Self {
                    title: one.text("title").unwrap_or_else(|| code.clone()),
                    summary: one.text("summary"),
                    enabled: one.flag("enabled"),
                    since: one.time("since"),
                    by: one.text("by"),
                    code,
                })
            })
            .collect()
    }
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
}

impl Cabinet<'_> {
    /// How the person stands in the organisation.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] or [`PortalError::NotFound`] where the portal knows no such confirmation.
    pub async fn representative(&self, oid: &str) -> Result<RepresentativeStanding, CabinetError> {
        let value = self.read(&["organisations", oid, "representative"], &[]).await?;
        Ok(
            RepresentativeStanding::read(Loose::new(&value)).ok_or(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("status"),
            })?,
        )
    }

    /// Begins a confirmation; `check` goes with the method `code`.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `wrong-state`, `smev-unavailable`, `requisites-incomplete`.
    pub async fn begin_representative(
        &self,
        oid: &str,
        method: &str,
        check: Option<&IdentityCheck>,
    ) -> Result<RepresentativeStanding, CabinetError> {
        let mut body = json!({ "method": method });
        if let Some(check) = check {
            body["document"] = check.document.to_json();
            body["phone"] = json!(check.phone);
            body["email"] = json!(check.email);
        }
        let answer = self
            .change(
                Method::POST,
                &["organisations", oid, "representative"],
                Some(body),
            )
            .await?;
        RepresentativeStanding::of(&answer)
    }

    /// Confirms by a detached CAdES-BES (DER) over [`RepresentativeStanding::bytes_to_sign`].
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `signature-invalid`, `certificate-mismatch`, `wrong-state`.
    pub async fn sign_representative(
        &self,
        oid: &str,
        cms: &[u8],
    ) -> Result<RepresentativeStanding, CabinetError> {
        let body = json!({ "cms": Base64::encode_string(cms) });
        let path = ["organisations", oid, "representative", "signature"];
        let answer = self.change(Method::POST, &path, Some(body)).await?;
        RepresentativeStanding::of(&answer)
    }

    /// Confirms by a code.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `code-wrong` with the attempts left, `code-expired`, `wrong-state`.
    pub async fn confirm_representative(
        &self,
        oid: &str,
        code: &str,
    ) -> Result<RepresentativeStanding, CabinetError> {
        let mut body = Zeroizing::new(Vec::with_capacity(32 + code.len() * 6));
        serde_json::to_writer(&mut *body, &Code { code }).map_err(|_| PortalError::Protocol {
            what: ProtocolFault::Request,
        })?;
        let path = ["organisations", oid, "representative", "code"];
        let value = self.post_secret(&path, Bytes::from_owner(body)).await?;
        Ok(
            RepresentativeStanding::read(Loose::new(&value)).ok_or(PortalError::OutcomeUnknown {
                reason: LostReason::AnswerUnreadable,
                retry_after: None,
            })?,
        )
    }

    /// Has the code sent again.
    ///
    /// # Errors
    /// [`PortalError::RateLimited`] with the pause before the next one.
    pub async fn repeat_representative(&self, oid: &str) -> Result<RepresentativeStanding, CabinetError> {
        let path = ["organisations", oid, "representative", "repeat"];
        let answer = self.change(Method::POST, &path, None).await?;
        RepresentativeStanding::of(&answer)
    }

    /// Services the organisation has or can have in use.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn enabled_services(&self, oid: &str) -> Result<Vec<EnabledService>, CabinetError> {
        let value = self
            .read(&["organisations", oid, "enabled-services"], &[])
            .await?;
        Ok(EnabledService::list(&value))
    }

    /// Takes exactly these into use. The terms of the portal are accepted by that; who calls has asked.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `no-permission`, `service-not-found`.
    pub async fn enable_services(
        &self,
        oid: &str,
        codes: &[String],
    ) -> Result<Vec<EnabledService>, CabinetError> {
        let body = json!({ "enabled": codes, "acceptTerms": true });
        let path = ["organisations", oid, "enabled-services"];
        let answer = self.change(Method::PUT, &path, Some(body)).await?;
        Ok(EnabledService::list(&answer.json()?))
    }
}
