//! Builds, reads and judges electronic signatures without ever meeting a key.
//!
//! Signing takes two steps: [`Prepare::to_be_signed`] fixes what is signed, a token signs
//! [`ToBeSigned::digest`], [`ToBeSigned::complete`] checks what came back and assembles the file.
//!
//! [`examine`] reads a signed file once; [`Examined::judge`] judges it by a [`Policy`] into a [`Report`] with one
//! [`SignatureReport`] each, in the terms of ETSI EN 319 102-1. Every format yields facts about its signatures;
//! certificates, time stamps and proofs of existence are judged in one place for all of them.

mod armor;
mod asic;
mod cms;
mod content;
mod indication;
mod judge;
pub mod pdf;
mod report;
mod requirements;
mod verify;
pub mod xml;

pub use asic::ContainerError;
pub use cms::attached::AttachedFile;
pub use cms::merge::merge_detached;
pub use cms::prepare::{Content, Mechanism, Prepare, Properties, SignError, SignaturePolicy, ToBeSigned};
pub use cms::upgrade::{ArchiveRequest, CadesFile, add_time_stamp, signature_values};
pub use cms::{Source, attached_content};
pub use content::{ContentDigest, Digest};
pub use indication::{Indication, SubIndication};
pub use judge::Policy;
pub use report::{
    Change, Form, Format, Level, Note, Reason, Report, SignatureReport, SignedPart, StampKind, StampReport,
};
pub use requirements::Requirements;
pub use verify::{Examined, RECOGNISED_BY, ReadError, examine, format_of, verify};
