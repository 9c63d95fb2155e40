//! Why the registry of powers of attorney refused what it had taken.

use super::names::Names;

/// A reason of a task that ended in an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PoaRefusal {
    /// A known one.
    Known(&'static str),
    /// One this program does not know.
    Other(String),
}

/// Name on the wire and stable code.
const NAMES: Names = Names {
    known: &[
        ("already-revoked", "poa.refused.already-revoked"),
        ("certificate-chain", "poa.refused.certificate-chain"),
        ("certificate-expired", "poa.refused.certificate-expired"),
        (
            "certificate-not-qualified",
            "poa.refused.certificate-not-qualified",
        ),
        ("certificate-revoked", "poa.refused.certificate-revoked"),
        ("cycle", "poa.refused.cycle"),
        ("different-signature", "poa.refused.different-signature"),
        ("file-name", "poa.refused.file-name"),
        ("format", "poa.refused.format"),
        ("incomplete", "poa.refused.incomplete"),
        ("irrevocable", "poa.refused.irrevocable"),
        ("longer-than-parent", "poa.refused.longer-than-parent"),
        ("not-the-head", "poa.refused.not-the-head"),
        ("not-yours", "poa.refused.not-yours"),
        ("number-taken", "poa.refused.number-taken"),
        ("other-organisation", "poa.refused.other-organisation"),
        ("parent-not-active", "poa.refused.parent-not-active"),
        ("parent-not-found", "poa.refused.parent-not-found"),
        ("power-unknown", "poa.refused.power-unknown"),
        ("redelegation-forbidden", "poa.refused.redelegation-forbidden"),
        ("schema", "poa.refused.schema"),
        ("signature-broken", "poa.refused.signature-broken"),
        ("system-unavailable", "poa.refused.system-unavailable"),
        ("term", "poa.refused.term"),
        ("wider-than-parent", "poa.refused.wider-than-parent"),
    ],
    other: "poa.refused.other",
};

impl PoaRefusal {
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

    /// Stable code for the user's text.
    pub fn code(&self) -> &'static str {
        NAMES.code(self.name())
    }

    /// Whether telling the registry the same again may succeed: it looked at nothing.
    pub fn is_retriable(&self) -> bool {
        self.name() == "system-unavailable"
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
    fn stable_codes_follow_the_names_and_an_unknown_one_survives() {
        for refusal in PoaRefusal::all() {
            assert_eq!(refusal.code(), format!("poa.refused.{}", refusal.name()));
            assert_eq!(PoaRefusal::from_name(&refusal.name().to_uppercase()), refusal);
        }
        let other = PoaRefusal::from_name("brand-new");
        assert_eq!((other.name(), other.code()), ("brand-new", "poa.refused.other"));
    }
}
