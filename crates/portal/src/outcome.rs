//! What the status of an answer of ЕПГУ means (appendix 4).

use crate::loose::Loose;
use crate::transport::{Answer, Effect, lost};
use crate::{LostReason, PortalError, ProtocolFault, Refusal};

/// Code and words of an error body; both are optional, and so is the body.
pub(crate) struct ErrorBody {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl Answer {
    /// The answer, if its status is a success.
    pub(crate) fn accepted(self) -> Result<Self, PortalError> {
        match self.http {
            200..=299 => Ok(self),
            300..=399 => Err(self.redirect()),
            401 => Err(PortalError::Unauthorized),
            404 => Err(PortalError::NotFound),
            408 => Err(lost(self.effect, LostReason::Timeout, self.retry_after)),
            429 => Err(PortalError::RateLimited {
                retry_after: self.retry_after,
            }),
            400..=499 => Err(self.refused()),
            502..=504 => Err(self.server_failed()),
            500..=599 => Err(self.failed_inside()),
            _ => Err(PortalError::Protocol {
                what: ProtocolFault::Status(self.http),
            }),
        }
    }

    pub(crate) fn redirect(&self) -> PortalError {
        match &self.foreign_host {
            Some(host) => PortalError::HostNotAllowed { host: host.clone() },
            None => PortalError::Protocol {
                what: ProtocolFault::Redirect,
            },
        }
    }

    fn server_failed(&self) -> PortalError {
        lost(
            self.effect,
            LostReason::Server { http: self.http },
            self.retry_after,
        )
    }

    fn refused(&self) -> PortalError {
        let ErrorBody { code, message } = self.error_body();
        // The same thing as 404, said in words.
        if code
            .as_deref()
            .is_some_and(|code| code.eq_ignore_ascii_case("not_found"))
        {
            return PortalError::NotFound;
        }
        let refusal = Refusal::from_name(code.as_deref().unwrap_or_default());
        PortalError::Refused {
            http: self.http,
            refusal,
            message,
        }
    }

    /// A 500 with a published reason is a refusal. Without one, or with `internal_error`, nobody knows how far
    /// the portal came.
    fn failed_inside(&self) -> PortalError {
        match self.refused() {
            PortalError::Refused {
                refusal: Refusal::Other(_),
                ..
            } => self.server_failed(),
            PortalError::Refused {
                refusal: Refusal::InternalError,
                ..
            } if self.effect == Effect::Changes => self.server_failed(),
            refused => refused,
        }
    }

    /// `{code, message}` of ЕПГУ, or the like of ЕСИА (`error`, `error_description`).
    pub(crate) fn error_body(&self) -> ErrorBody {
        let Ok(value) = serde_json::from_slice(&self.body) else {
            return ErrorBody {
                code: None,
                message: None,
            };
        };
        let body = Loose::new(&value);
        ErrorBody {
            code: body.text("code").or_else(|| body.text("error")),
            message: body.text("message").or_else(|| body.text("error_description")),
        }
    }
}
