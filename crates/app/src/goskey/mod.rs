//! Госключ: a person without a token signs on their phone («Отправка документов на подпись в Госключ» 1.8).
//!
//! A request is a document of its own: `req.xml` with the files to sign beside it, signed by who sends it and filed as
//! every other order. What comes back is a pair of file and signature for each; the signature joins the document it was
//! asked for, unless the content is not what was sent or the signature is not that person's.

mod ask;
mod error;
mod join;
mod people;
mod show;

pub use error::GoskeyError;
pub(crate) use join::settle;
pub(crate) use show::{is_over, must_be_in_time, views};
