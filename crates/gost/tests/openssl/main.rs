//! Interoperation with OpenSSL and the gost engine, and refusals of malformed keys and signatures.

mod common;
mod interop;
mod refusals;
