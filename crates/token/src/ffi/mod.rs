//! The thin safe layer over a PKCS#11 2.40 module: numbers as newtypes, every length and pointer of the module checked.

mod attributes;
mod changes;
mod image;
mod library;
mod numbers;
mod return_code;
mod session;
mod template;

pub use image::check_module_file;
pub(crate) use library::{Access, Library, TokenDescription};
pub use numbers::Call;
pub(crate) use numbers::{AttributeType, Failure, MechanismType, ObjectHandle, ReturnCode, SlotId};
pub(crate) use return_code::{Class, classify, name};
pub(crate) use session::{Session, Who};
pub(crate) use template::Template;
