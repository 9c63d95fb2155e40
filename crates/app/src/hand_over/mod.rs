//! What goes to a colleague without a network: one encrypted file, an age file (ADR 0020). Inside are drafts, merged field by field
//! when they come back, or documents, whose signatures join them when they come back.

mod colleagues;
mod documents;
mod drafts;
mod error;
mod opening;
mod parcel;
mod portal;
mod waiting;

pub(crate) use documents::rows;
pub use error::HandOverError;
pub(crate) use opening::is_hand_over;
