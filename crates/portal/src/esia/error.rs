//! What can go wrong between the program, the browser and ЕСИА, by what a person can do about it.

use std::collections::BTreeMap;
use std::io;

use thiserror::Error;

use super::system::SystemKeyError;
use crate::PortalError;
use crate::transport::Answer;

/// Signing in through the browser did not work.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EsiaError {
    /// A request to ЕСИА failed below the protocol.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// ЕСИА refused, at the redirect or at the token request.
    #[error("ЕСИА refused: {code:?}")]
    Refused {
        /// What kind of refusal.
        code: EsiaCode,
        /// `ESIA-nnnnnn`, or the OAuth name of the error.
        name: String,
        /// ЕСИА's own words.
        message: Option<String>,
    },
    /// Nobody finished signing in within the time.
    #[error("nobody finished signing in")]
    TimedOut,
    /// The address on this computer, to which the browser brings the answer, cannot be listened at.
    #[error("the local address cannot be used: {0}")]
    NoReceiver(io::ErrorKind),
    /// The answer to the token request belongs to another request.
    #[error("the state of the token answer is another")]
    OtherState,
    /// The answer to the token request lacks something, or has it in a form that cannot be used.
    #[error("the token answer has no usable {0}")]
    Incomplete(&'static str),
    /// The ID token is not believed.
    #[error("the ID token is not believed: {0:?}")]
    IdToken(IdTokenFault),
    /// The access token is for another organisation, or another person, than the one asked for.
    #[error("the access token is for another one")]
    OtherOrganisation,
    /// A refresh token, or a sign-in, of another environment.
    #[error("a token of another environment")]
    OtherEnvironment,
    /// The session at ЕСИА is over; a person has to sign in again.
    #[error("the session at ЕСИА has ended")]
    Ended,
    /// The key of the system does not sign.
    #[error(transparent)]
    Key(#[from] SystemKeyError),
}

/// Why an ID token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdTokenFault {
    /// No JWS in compact form, or its JSON cannot be read.
    Malformed,
    /// `none`, a shared-secret algorithm, an unknown one, or one that none of the configured certificates has.
    Algorithm,
    /// No configured certificate that is valid now verifies the signature.
    Signature,
    /// Issued by somebody else.
    Issuer,
    /// For another system.
    Audience,
    /// Over, not yet begun, or issued long ago.
    Time,
    /// Made for another request.
    Nonce,
    /// Names nobody, or somebody else than the access token.
    Subject,
}

impl IdTokenFault {
    fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "alg",
            Self::Signature => "signature",
            Self::Issuer => "iss",
            Self::Audience => "aud",
            Self::Time => "time",
            Self::Nonce => "nonce",
            Self::Subject => "sub",
        }
    }
}

/// Refusals of ЕСИА by what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EsiaCode {
    /// The system is not registered so, or its key or certificate is another (007002, 007005, 007053, 008010).
    System,
    /// The redirect address is not registered (007023).
    RedirectAddress,
    /// The request is not what ЕСИА expects (007003, 007006, 007009, 007012–007014, 007038–007040, 00706x).
    Request,
    /// The person, or the owner of the data, did not agree (007004).
    Denied,
    /// ЕСИА fails for a time (007007, 007008).
    Unavailable,
    /// The code or the refresh token is used, over, or another system's (007011).
    GrantSpent,
    /// This computer's clock is off (007015).
    Clock,
    /// No permission (007019).
    NoPermission,
    /// A one-time code is not enough where two factors are wanted (007046).
    SecondFactor,
    /// The account is not confirmed (007055).
    NotConfirmed,
    /// The person is no employee of the organisation (007194).
    NotEmployee,
    /// Consent is put wrongly (0367xx).
    Consent,
    /// The data were not asked for at sign-in (005029).
    ScopeNotAllowed,
    /// Anything else.
    Other,
}

/// Table of published codes (`ESIA-` left out); what stands nowhere is [`EsiaCode::Other`].
const CODES: [(&str, EsiaCode); 26] = [
    ("005029", EsiaCode::ScopeNotAllowed),
    ("007002", EsiaCode::System),
    ("007003", EsiaCode::Request),
    ("007004", EsiaCode::Denied),
    ("007005", EsiaCode::System),
    ("007006", EsiaCode::Request),
    ("007007", EsiaCode::Unavailable),
    ("007008", EsiaCode::Unavailable),
    ("007009", EsiaCode::Request),
    ("007011", EsiaCode::GrantSpent),
    ("007012", EsiaCode::Request),
    ("007013", EsiaCode::Request),
    ("007014", EsiaCode::Request),
    ("007015", EsiaCode::Clock),
    ("007019", EsiaCode::NoPermission),
    ("007023", EsiaCode::RedirectAddress),
    ("007038", EsiaCode::Request),
    ("007039", EsiaCode::Request),
    ("007040", EsiaCode::Request),
    ("007046", EsiaCode::SecondFactor),
    ("007053", EsiaCode::System),
    ("007055", EsiaCode::NotConfirmed),
    ("007060", EsiaCode::Request),
    ("007061", EsiaCode::Request),
    ("007062", EsiaCode::Request),
    ("007194", EsiaCode::NotEmployee),
];

/// Errors of OAuth itself (RFC 6749 §4.1.2.1, §5.2), for answers without a code of ЕСИА.
const OAUTH: [(&str, EsiaCode); 8] = [
    ("access_denied", EsiaCode::Denied),
    ("invalid_client", EsiaCode::System),
    ("invalid_grant", EsiaCode::GrantSpent),
    ("invalid_request", EsiaCode::Request),
    ("invalid_scope", EsiaCode::Request),
    ("server_error", EsiaCode::Unavailable),
    ("temporarily_unavailable", EsiaCode::Unavailable),
    ("unauthorized_client", EsiaCode::System),
];

impl EsiaCode {
    /// The kind of a refusal and the name it is quoted by.
    pub(crate) fn read(error: Option<&str>, description: Option<&str>) -> (Self, String) {
        if let Some(code) = [description, error].into_iter().flatten().find_map(esia_number) {
            let known = CODES.iter().find(|(number, _)| *number == code);
            let kind = match known {
                Some((_, kind)) => *kind,
                None if code.starts_with("0367") => Self::Consent,
                None if code == "008010" => Self::System,
                None => Self::Other,
            };
            return (kind, format!("ESIA-{code}"));
        }
        let error = error.unwrap_or_default();
        let kind = OAUTH
            .iter()
            .find(|(name, _)| *name == error)
            .map_or(Self::Other, |(_, kind)| *kind);
        // A name out of an answer is quoted as far as it is a name.
        let name = error
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .take(40)
            .collect();
        (kind, name)
    }
}

/// The six digits of `ESIA-nnnnnn`.
pub(crate) fn esia_number(text: &str) -> Option<&str> {
    let start = text.find("ESIA-")? + 5;
    let digits = text.get(start..start + 6)?;
    (digits.bytes().all(|byte| byte.is_ascii_digit())
        && !text[start + 6..].starts_with(|c: char| c.is_ascii_digit()))
    .then_some(digits)
}

/// The error of a REST call of ЕСИА that carries one of its codes; anything else stays what the status says.
pub(crate) fn refused_at_rest(answer: &Answer) -> Option<EsiaError> {
    if !matches!(answer.http, 400 | 403) {
        return None;
    }
    let body = answer.error_body();
    let (code, name) = EsiaCode::read(body.code.as_deref(), body.message.as_deref());
    (code != EsiaCode::Other || !name.is_empty()).then_some(EsiaError::Refused {
        code,
        name,
        message: body.message,
    })
}

impl EsiaError {
    /// Stable code; the user's text stands under `errors.<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Portal(error) => error.code(),
            Self::Refused { code, .. } => match code {
                EsiaCode::System => "esia.system-refused",
                EsiaCode::RedirectAddress => "esia.redirect-refused",
                EsiaCode::Request => "esia.request-refused",
                EsiaCode::Denied => "esia.denied",
                EsiaCode::Unavailable => "esia.unavailable",
                EsiaCode::GrantSpent => "esia.grant-spent",
                EsiaCode::Clock => "esia.clock",
                EsiaCode::NoPermission => "esia.no-permission",
                EsiaCode::SecondFactor => "esia.second-factor",
                EsiaCode::NotConfirmed => "esia.not-confirmed",
                EsiaCode::NotEmployee => "esia.not-employee",
                EsiaCode::Consent => "esia.consent",
                EsiaCode::ScopeNotAllowed => "esia.scope-not-allowed",
                EsiaCode::Other => "esia.refused",
            },
            Self::TimedOut => "esia.timed-out",
            Self::NoReceiver(_) => "esia.no-receiver",
            Self::OtherState => "esia.other-state",
            Self::Incomplete(_) => "esia.incomplete",
            Self::IdToken(_) => "esia.id-token",
            Self::OtherOrganisation => "esia.other-organisation",
            Self::OtherEnvironment => "esia.other-environment",
            Self::Ended => "esia.ended",
            Self::Key(error) => error.code(),
        }
    }

    /// Values for the gaps of the text.
    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            Self::Portal(error) => error.params(),
            Self::Refused { name, message, .. } => {
                let quoted = message.clone().filter(|message| !message.trim().is_empty());
                BTreeMap::from([
                    ("esia", name.clone()),
                    ("message", quoted.unwrap_or_else(|| name.clone())),
                ])
            }
            Self::IdToken(fault) => BTreeMap::from([("fault", fault.name().to_owned())]),
            Self::Incomplete(what) => BTreeMap::from([("what", (*what).to_owned())]),
            Self::NoReceiver(kind) => BTreeMap::from([("kind", kind.to_string())]),
            _ => BTreeMap::new(),
        }
    }

    /// Whether trying the same again can help.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Portal(error) => error.is_retriable(),
            Self::Refused { code, .. } => matches!(
                code,
                EsiaCode::Unavailable | EsiaCode::GrantSpent | EsiaCode::Denied | EsiaCode::SecondFactor
            ),
            Self::TimedOut | Self::NoReceiver(_) | Self::OtherState | Self::Incomplete(_) | Self::Ended => {
                true
            }
            Self::IdToken(_) | Self::OtherOrganisation | Self::OtherEnvironment | Self::Key(_) => false,
        }
    }

    /// Whether the session is over for good: a refresh token that brings this is of no use any more.
    pub fn ends_session(&self) -> bool {
        match self {
            Self::Ended | Self::OtherEnvironment => true,
            Self::Refused { code, .. } => !matches!(code, EsiaCode::Unavailable | EsiaCode::Clock),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_esia_is_found_wherever_it_stands() {
        let read = |error, description| EsiaCode::read(error, description);
        assert_eq!(
            read(
                Some("invalid_request"),
                Some("ESIA-007014: Запрос не содержит обязательного параметра")
            ),
            (EsiaCode::Request, "ESIA-007014".to_owned())
        );
        assert_eq!(
            read(Some("ESIA-005029"), None),
            (EsiaCode::ScopeNotAllowed, "ESIA-005029".to_owned())
        );
        assert_eq!(read(None, Some("ESIA-036716: …")).0, EsiaCode::Consent);
        assert_eq!(
            read(None, Some("ESIA-999999: …")),
            (EsiaCode::Other, "ESIA-999999".to_owned())
        );
    }

    #[test]
    fn without_one_the_name_of_oauth_counts() {
        assert_eq!(
            EsiaCode::read(Some("access_denied"), None),
            (EsiaCode::Denied, "access_denied".to_owned())
        );
        assert_eq!(EsiaCode::read(None, None), (EsiaCode::Other, String::new()));
        // What stands in an answer is quoted as a name only.
        assert_eq!(
            EsiaCode::read(Some("<b>x\r\n"), Some("ESIA-1")),
            (EsiaCode::Other, "bx".to_owned())
        );
    }

    #[test]
    fn seven_digits_are_no_code() {
        assert_eq!(esia_number("ESIA-0070111"), None);
        assert_eq!(esia_number("ESIA-ж07011"), None);
        assert_eq!(esia_number("a ESIA-007011."), Some("007011"));
    }
}
