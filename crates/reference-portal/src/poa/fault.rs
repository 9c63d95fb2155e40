//! Why the registry refuses a file.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::judge::Rejection;

/// Stable code of an error of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PoaErrorCode)]
pub(crate) enum FaultCode {
    Format,
    Schema,
    FileName,
    NumberTaken,
    DifferentSignature,
    SignatureBroken,
    CertificateChain,
    CertificateExpired,
    CertificateRevoked,
    CertificateNotQualified,
    NotTheHead,
    OtherOrganisation,
    Incomplete,
    Term,
    ParentNotFound,
    ParentNotActive,
    RedelegationForbidden,
    WiderThanParent,
    LongerThanParent,
    Cycle,
    PowerUnknown,
    Irrevocable,
    AlreadyRevoked,
    NotYours,
    /// The only one after which the same file can be sent again as it is.
    SystemUnavailable,
}

/// One error of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PoaError)]
pub(crate) struct Fault {
    pub(crate) code: FaultCode,
    /// In Russian.
    pub(crate) text: String,
    /// Element or attribute of the file, as a path of names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) element: Option<String>,
}

impl Fault {
    pub(crate) fn new(code: FaultCode, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            element: None,
        }
    }

    pub(crate) fn at(code: FaultCode, element: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            element: Some(element.into()),
        }
    }

    /// A requisite that must be there and is not.
    pub(crate) fn missing(element: impl Into<String>) -> Self {
        Self::at(
            FaultCode::Incomplete,
            element,
            "Не заполнен обязательный реквизит",
        )
    }

    pub(super) fn unavailable() -> Self {
        Self::new(
            FaultCode::SystemUnavailable,
            "Реестр доверенностей временно недоступен. Повторите позже",
        )
    }

    /// A signature that does not hold.
    pub(super) fn of_signature(why: Rejection) -> Self {
        use FaultCode as C;
        let code = match why {
            Rejection::Unreadable
            | Rejection::NoSigner
            | Rejection::CertificateMissing
            | Rejection::ContentDiffers
            | Rejection::Mismatch
            | Rejection::NotCades => C::SignatureBroken,
            Rejection::Expired | Rejection::NotYetValid => C::CertificateExpired,
            Rejection::Revoked => C::CertificateRevoked,
            Rejection::Untrusted => C::CertificateChain,
            Rejection::RevocationUnknown => return Self::unavailable(),
        };
        Self::new(code, why.message())
    }
}
