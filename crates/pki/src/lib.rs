//! Is this certificate good, at this time, and how do we know?
//!
//! [`Certificate`] keeps the octets it came in. [`validate`] judges one at a moment the caller names, by a
//! [`Trust`] list and whatever [`Evidence`] there is, into a [`Verdict`] that is valid only if everything was
//! checked and holds. [`gather`] fetches missing evidence through a [`Fetch`] of the application. This crate
//! knows neither network nor clock.
//!
//! [`ocsp`], [`tsp`] and [`issue`] also write what an authority answers; [`cms`] reads SignedData for time stamps
//! and for crate `signature`.

pub mod algorithm;
mod certificate;
pub mod cms;
mod crl;
mod distribution_point;
mod extension;
mod gather;
mod general_name;
pub mod instant;
pub mod issue;
mod key;
mod name;
mod name_constraints;
pub mod ocsp;
pub mod oid;
mod path;
mod policy;
mod problem;
mod qualification;
mod requirements;
mod revocation;
pub mod tlv;
mod trust;
pub mod trust_list;
pub mod tsp;
mod validate;

pub use algorithm::{DigestAlgorithm, Hasher, PssParameters, SignatureAlgorithm, SignatureFamily};
pub use certificate::{Certificate, CertificateError, pem_blocks};
pub use const_oid::ObjectIdentifier as Oid;
pub use crl::{Crl, CrlEntry};
pub use extension::{BasicConstraints, Extension, KeyUsage, Urls, Usages};
pub use gather::{Fetch, FetchError, Gathered, MAX_FETCHES, gather};
pub use key::{DsaParameters, DsaPublicKey, PublicKey, SignatureError, ecdsa_raw_to_der};
pub use name::{ActsFor, DistinguishedName, Subject};
pub use path::MAX_CHAIN;
pub use problem::{
    Problem, ProblemKind, Revocation, RevocationReason, RevocationSource, Status, UnknownRevocation,
};
pub use qualification::{
    Identification, Qualification, QualificationProblem, QualificationStatus, Requisite, qualification,
};
pub use requirements::{Purpose, Requirements};
pub use revocation::MAX_AGE_WITHOUT_NEXT_UPDATE;
pub use trust::{Evidence, Trust};
pub use validate::{Verdict, validate, validate_with};
