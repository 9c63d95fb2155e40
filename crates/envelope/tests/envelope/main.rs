//! Envelopes of the standards, interoperation with OpenSSL and the gost engine, refusals.

mod common;
mod openssl;
mod refusals;
mod standards;
