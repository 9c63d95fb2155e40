//! What a judgement asks of a certificate and its chain.

use const_oid::ObjectIdentifier as Oid;

/// What the key of the judged certificate was or will be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Signing documents.
    Signature,
    /// Signing time stamps (RFC 3161 §2.3).
    TimeStamping,
    /// Signing revocation lists.
    CrlSigning,
    /// Whatever the certificate allows.
    Any,
}

/// The inputs of RFC 5280 §6.1.1 besides certificate, moment and anchors, and what this program leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirements {
    /// What the key is used for.
    pub purpose: Purpose,
    /// user-initial-policy-set: acceptable policies in the terms of the anchor; empty accepts any.
    pub policies: Vec<Oid>,
    /// initial-explicit-policy: the chain must hold under one of the acceptable policies.
    pub explicit_policy: bool,
    /// initial-policy-mapping-inhibit: authorities may not map policies.
    pub inhibit_mapping: bool,
    /// initial-any-policy-inhibit: anyPolicy in a certificate counts for nothing.
    pub inhibit_any_policy: bool,
    /// Whether revocation is examined; without it a verdict says nothing about it.
    pub revocation: bool,
    /// Whether SHA-1, ГОСТ Р 34.11-94, DSA, ГОСТ Р 34.10-2001 and short RSA keys are believed, as their time believed
    /// them: for test suites and for signatures that were secured otherwise since.
    pub accept_weak: bool,
}

impl Requirements {
    /// Any policy, revocation examined, nothing weak believed.
    #[must_use]
    pub const fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            policies: Vec::new(),
            explicit_policy: false,
            inhibit_mapping: false,
            inhibit_any_policy: false,
            revocation: true,
            accept_weak: false,
        }
    }
}
