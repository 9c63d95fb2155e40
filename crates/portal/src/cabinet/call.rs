//! One way to ask: path below the base, optional body, the headers of a confirmation and of a kept version.

use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH};
use serde_json::Value;

use super::error::read_refusal;
use super::{Cabinet, CabinetError};
use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{PortalError, ProtocolFault};

const BASE: [&str; 3] = ["api", "cabinet", "v1"];
const X_STEP_UP: HeaderName = HeaderName::from_static("x-step-up");

/// An answer, and the version it is of.
pub(super) struct Versioned {
    pub(super) answer: Answer,
    pub(super) version: Option<String>,
}

impl Cabinet<'_> {
    pub(super) async fn read(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, CabinetError> {
        let answer = self
            .send(Method::GET, path, query, Payload::Empty, None)
            .await?
            .answer;
        Ok(answer.json()?)
    }

    /// Reads unless nothing has changed since `known`; then nothing comes back.
    pub(super) async fn read_if_changed(
        &self,
        path: &[&str],
        known: Option<&str>,
    ) -> Result<Option<(Value, Option<String>)>, CabinetError> {
        let Versioned { answer, version } = self.send(Method::GET, path, &[], Payload::Empty, known).await?;
        if answer.http == 304 {
            return Ok(None);
        }
        Ok(Some((answer.json()?, version)))
    }

    /// Changes something; the answer may be empty.
    pub(super) async fn change(
        &self,
        method: Method,
        path: &[&str],
        body: Option<Value>,
    ) -> Result<Answer, CabinetError> {
        let payload = body.map_or(Payload::Empty, Payload::Json);
        Ok(self.send(method, path, &[], payload, None).await?.answer)
    }

    /// Posts a body that holds a secret; its memory is wiped.
    pub(super) async fn post_secret(&self, path: &[&str], body: Bytes) -> Result<Value, CabinetError> {
        let answer = self
            .send(Method::POST, path, &[], Payload::Secret(body), None)
            .await?
            .answer;
        Ok(answer.json()?)
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        payload: Payload,
        known: Option<&str>,
    ) -> Result<Versioned, CabinetError> {
        let effect = if method == Method::GET {
            Effect::Reads
        } else {
            Effect::Changes
        };
        let segments: Vec<&str> = BASE.iter().copied().chain(path.iter().copied()).collect();
        let mut headers = HeaderMap::new();
        if let Some(id) = self.step_up {
            headers.insert(X_STEP_UP, header(id)?);
        }
        if let Some(version) = known {
            headers.insert(IF_NONE_MATCH, header(version)?);
        }
        // A scan takes its time.
        let timeout = match payload {
            Payload::Octets(_) => self.portal.options.timeouts.upload,
            _ => self.portal.options.timeouts.answer,
        };
        let call = Call {
            site: Site::Epgu,
            method,
            path: &segments,
            query,
            token: Some(self.token),
            payload,
            effect,
            timeout,
        };
        let response = self.portal.transport.send_with(call, headers).await?;
        let version = response
            .headers()
            .get(ETAG)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        let answer = Answer::read(response, effect).await?;
        let is_unchanged = known.is_some() && answer.http == 304;
        if is_unchanged {
            return Ok(Versioned { answer, version });
        }
        match read_refusal(&answer) {
            Some(refused) => Err(refused),
            None => Ok(Versioned {
                answer: answer.accepted()?,
                version,
            }),
        }
    }
}

fn header(text: &str) -> Result<HeaderValue, PortalError> {
    HeaderValue::from_str(text).map_err(|_| PortalError::Protocol {
        what: ProtocolFault::Request,
    })
}
