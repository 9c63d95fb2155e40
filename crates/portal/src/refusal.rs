//! The published error codes of API ЕПГУ (appendix 4).

/// Error code of a `{code, message}` answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person has not permitted API ЕПГУ.
    PersonPermissions,
    /// The files hold personal data the caller may not fetch.
    PersonalData,
    /// The information system has no access to this service.
    Service,
    /// The information system was denied, often because the service wants the ГОСТ TLS contour.
    System,
    /// The service is not meant for this kind of user.
    User,
    /// The information system is registered for another organisation's own use.
    UserLegal,
    /// The employee lacks the power for the service.
    BadDelegation,
    /// Wrong parameters.
    BadRequest,
    /// The order cannot be cancelled in its status.
    CancelNotAllowed,
    /// No power is configured for the service.
    ConfigDelegation,
    /// The portal failed inside.
    InternalError,
    /// Limits exceeded.
    LimitationException,
    /// The token has no rights for this order, or expired.
    OrderAccess,
    /// Only the head, or an employee with a доверенность, may send.
    PushDenied,
    /// Wrong service code.
    ServiceNotFound,
    /// A code outside the published table, or none (then empty).
    Other(String),
}

/// Published name, our variant, stable code. `not_found` is [`PortalError::NotFound`](crate::PortalError::NotFound).
const TABLE: [(&str, Refusal, &str); 15] = [
    (
        "access_denied_person_permissions",
        Refusal::PersonPermissions,
        "portal.refused.access-denied-person-permissions",
    ),
    (
        "access_denied_personal_data",
        Refusal::PersonalData,
        "portal.refused.access-denied-personal-data",
    ),
    (
        "access_denied_service",
        Refusal::Service,
        "portal.refused.access-denied-service",
    ),
    (
        "access_denied_system",
        Refusal::System,
        "portal.refused.access-denied-system",
    ),
    (
        "access_denied_user",
        Refusal::User,
        "portal.refused.access-denied-user",
    ),
    (
        "access_denied_user_legal",
        Refusal::UserLegal,
        "portal.refused.access-denied-user-legal",
    ),
    (
        "bad_delegation",
        Refusal::BadDelegation,
        "portal.refused.bad-delegation",
    ),
    ("bad_request", Refusal::BadRequest, "portal.refused.bad-request"),
    (
        "cancel_not_allowed",
        Refusal::CancelNotAllowed,
        "portal.refused.cancel-not-allowed",
    ),
    (
        "config_delegation",
        Refusal::ConfigDelegation,
        "portal.refused.config-delegation",
    ),
    (
        "internal_error",
        Refusal::InternalError,
        "portal.refused.internal-error",
    ),
    (
        "limitation_exception",
        Refusal::LimitationException,
        "portal.refused.limitation-exception",
    ),
    (
        "order_access",
        Refusal::OrderAccess,
        "portal.refused.order-access",
    ),
    ("push_denied", Refusal::PushDenied, "portal.refused.push-denied"),
    (
        "service_not_found",
        Refusal::ServiceNotFound,
        "portal.refused.service-not-found",
    ),
];

impl Refusal {
    /// Reads the published name; case does not matter.
    pub fn from_name(name: &str) -> Self {
        let name = name.trim();
        TABLE
            .iter()
            .find(|row| row.0.eq_ignore_ascii_case(name))
            .map_or_else(|| Self::Other(name.to_owned()), |row| row.1.clone())
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => TABLE.iter().find(|row| row.1 == *known).map_or("", |row| row.0),
        }
    }

    /// Stable code for the user's text.
    pub fn code(&self) -> &'static str {
        TABLE
            .iter()
            .find(|row| row.1 == *self)
            .map_or("portal.refused.other", |row| row.2)
    }

    /// Whether the same request may succeed later on its own.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::InternalError | Self::LimitationException)
    }

    /// Every published code.
    pub fn published() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.1.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_survives() {
        let refusal = Refusal::from_name("brand_new");
        assert_eq!(refusal.name(), "brand_new");
        assert_eq!(refusal.code(), "portal.refused.other");
    }

    #[test]
    fn stable_codes_follow_the_published_names() {
        for refusal in Refusal::published() {
            assert_eq!(
                refusal.code(),
                format!("portal.refused.{}", refusal.name().replace('_', "-"))
            );
            assert_eq!(Refusal::from_name(&refusal.name().to_uppercase()), refusal);
        }
    }
}
