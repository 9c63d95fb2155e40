//! The words and rules of the business: requisites, organisations, documents, drafts, submissions, statuses and powers
//! of attorney.
//!
//! Nothing here reads a file, a socket or a clock; whoever calls passes the time in.

pub mod deadlines;
mod document;
pub mod draft;
pub mod engine;
mod environment;
mod order;
mod organisation;
pub mod own_rule;
pub mod poa;
pub mod requisites;
mod submission;

pub use document::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, FileRole, Finding, Severity,
};
pub use draft::{Draft, DraftId};
pub use environment::Environment;
pub use order::{OrderId, OrderStatus, ProcessingCode};
pub use organisation::{Organisation, OrganisationId, OrganisationKind};
pub use submission::{
    IllegalTransition, Outcome, Submission, SubmissionEvent, SubmissionId, SubmissionState,
};
