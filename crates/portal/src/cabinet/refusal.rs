//! The error codes of the cabinet API.

use super::names::Names;

/// Why the portal refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CabinetRefusal {
    /// A known code.
    Known(&'static str),
    /// A code this program does not know.
    Other(String),
}

/// Name on the wire and stable code.
const NAMES: Names = Names {
    known: &[
        ("account-locked", "cabinet.refused.account-locked"),
        ("administrator-only", "cabinet.refused.administrator-only"),
        ("already-employee", "cabinet.refused.already-employee"),
        ("already-invited", "cabinet.refused.already-invited"),
        ("already-linked", "cabinet.refused.already-linked"),
        ("already-registered", "cabinet.refused.already-registered"),
        ("bad-request", "cabinet.refused.bad-request"),
        ("candidate-unfit", "cabinet.refused.candidate-unfit"),
        ("certificate-mismatch", "cabinet.refused.certificate-mismatch"),
        ("code-expired", "cabinet.refused.code-expired"),
        ("code-wrong", "cabinet.refused.code-wrong"),
        ("director-not-confirmed", "cabinet.refused.director-not-confirmed"),
        ("documents-mismatch", "cabinet.refused.documents-mismatch"),
        ("documents-order", "cabinet.refused.documents-order"),
        ("employee-not-found", "cabinet.refused.employee-not-found"),
        ("factor-not-offered", "cabinet.refused.factor-not-offered"),
        ("factor-wrong", "cabinet.refused.factor-wrong"),
        ("file-mismatch", "cabinet.refused.file-mismatch"),
        ("files-missing", "cabinet.refused.files-missing"),
        ("head-stays", "cabinet.refused.head-stays"),
        ("inn-ogrn-mismatch", "cabinet.refused.inn-ogrn-mismatch"),
        ("invitation-ended", "cabinet.refused.invitation-ended"),
        ("invitation-not-found", "cabinet.refused.invitation-not-found"),
        ("last-administrator", "cabinet.refused.last-administrator"),
        ("licence-not-found", "cabinet.refused.licence-not-found"),
        ("link-ended", "cabinet.refused.link-ended"),
        ("link-pending", "cabinet.refused.link-pending"),
        ("linked-elsewhere", "cabinet.refused.linked-elsewhere"),
        ("linking-blocked", "cabinet.refused.linking-blocked"),
        ("mailbox-full", "cabinet.refused.mailbox-full"),
        ("no-permission", "cabinet.refused.no-permission"),
        ("not-found", "cabinet.refused.not-found"),
        ("not-registered", "cabinet.refused.not-registered"),
        ("open-applications", "cabinet.refused.open-applications"),
        ("open-work", "cabinet.refused.open-work"),
        (
            "organisation-liquidated",
            "cabinet.refused.organisation-liquidated",
        ),
        ("organisation-not-found", "cabinet.refused.organisation-not-found"),
        ("own-account", "cabinet.refused.own-account"),
        ("password-wrong", "cabinet.refused.password-wrong"),
        ("payment-not-confirmed", "cabinet.refused.payment-not-confirmed"),
        ("person-not-confirmed", "cabinet.refused.person-not-confirmed"),
        ("poa-not-found", "cabinet.refused.poa-not-found"),
        ("reason-missing", "cabinet.refused.reason-missing"),
        ("recipient-not-found", "cabinet.refused.recipient-not-found"),
        ("registration-ended", "cabinet.refused.registration-ended"),
        ("registry-unavailable", "cabinet.refused.registry-unavailable"),
        ("requisites-incomplete", "cabinet.refused.requisites-incomplete"),
        ("requisites-invalid", "cabinet.refused.requisites-invalid"),
        ("requisites-mismatch", "cabinet.refused.requisites-mismatch"),
        ("restore-ended", "cabinet.refused.restore-ended"),
        ("role-in-use", "cabinet.refused.role-in-use"),
        ("role-not-assignable", "cabinet.refused.role-not-assignable"),
        ("role-not-found", "cabinet.refused.role-not-found"),
        ("role-title-taken", "cabinet.refused.role-title-taken"),
        ("role-too-wide", "cabinet.refused.role-too-wide"),
        ("service-not-found", "cabinet.refused.service-not-found"),
        ("signature-invalid", "cabinet.refused.signature-invalid"),
        ("signature-service-down", "cabinet.refused.signature-service-down"),
        ("smev-unavailable", "cabinet.refused.smev-unavailable"),
        ("step-up-ended", "cabinet.refused.step-up-ended"),
        ("step-up-required", "cabinet.refused.step-up-required"),
        ("subscription-ended", "cabinet.refused.subscription-ended"),
        ("system-unavailable", "cabinet.refused.system-unavailable"),
        ("terms-not-accepted", "cabinet.refused.terms-not-accepted"),
        ("too-large", "cabinet.refused.too-large"),
        ("too-many-files", "cabinet.refused.too-many-files"),
        ("wrong-method", "cabinet.refused.wrong-method"),
        ("wrong-state", "cabinet.refused.wrong-state"),
    ],
    other: "cabinet.refused.other",
};

impl CabinetRefusal {
    /// Reads the name; case does not matter.
    pub fn from_name(name: &str) -> Self {
        NAMES
            .find(name)
            .map_or_else(|| Self::Other(name.trim().to_owned()), Self::Known)
    }

    /// The name on the wire.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Other(name) => name,
        }
    }

    /// Whether it is this one.
    pub fn is(&self, name: &str) -> bool {
        self.name() == name
    }

    /// Stable code for the user's text.
    pub fn code(&self) -> &'static str {
        NAMES.code(self.name())
    }

    /// Whether the same request may succeed later on its own.
    pub fn is_temporary(&self) -> bool {
        [
            "registry-unavailable",
            "signature-service-down",
            "smev-unavailable",
            "system-unavailable",
        ]
        .contains(&self.name())
    }

    /// Every known one.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.known.iter().map(|row| Self::Known(row.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_survives() {
        let refusal = CabinetRefusal::from_name("brand-new");
        assert_eq!(refusal.name(), "brand-new");
        assert_eq!(refusal.code(), "cabinet.refused.other");
    }

    #[test]
    fn stable_codes_follow_the_names() {
        for refusal in CabinetRefusal::all() {
            assert_eq!(refusal.code(), format!("cabinet.refused.{}", refusal.name()));
            assert_eq!(CabinetRefusal::from_name(&refusal.name().to_uppercase()), refusal);
        }
    }
}
