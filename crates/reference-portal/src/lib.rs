//! An independent server of the published ЕСИА and API ЕПГУ protocols.
mod asn1;
mod authority;
mod clock;
pub mod demo;
mod services;
