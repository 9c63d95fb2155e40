//! Builds, reads and judges electronic signatures without ever meeting a key.
//!
//! Signing takes two steps: [`Prepare::to_be_signed`] fixes what is signed, a token signs
//! [`ToBeSigned::digest`], [`ToBeSigned::complete`] checks what came back and assembles the file.
//! [`verify`] judges a signature file, attached or detached, into a [`Report`] per signer.

mod armor;
mod assemble;
mod cades;
mod content;
pub mod pdf;
mod report;
mod stamp;
mod verify;

pub use cades::{Content, Mechanism, Prepare, SignError, ToBeSigned};
pub use content::{ContentDigest, Digest};
pub use report::{Profile, Reason, Report, SignerReport};
pub use stamp::{add_time_stamp, signature_values};
pub use verify::{Policy, ReadError, attached_content, certificates, verify};
