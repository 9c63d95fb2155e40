//! Interoperation with OpenSSL and the gost engine, and refusals of malformed keys and signatures.

mod agreement;
mod builders;
mod common;
mod engine;
mod interop;
mod nonces;
mod old;
mod published;
mod refusals;
mod thousands;
