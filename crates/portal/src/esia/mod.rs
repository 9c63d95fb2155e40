//! Signing in at ЕСИА in the browser: OAuth 2.0 with OpenID Connect, for a program on a person's computer.
//!
//! [`Portal::authorization`] makes the address to open and what its answer is held against; [`Receiver`] waits for the
//! answer on loopback (RFC 8252 §7.3); [`Portal::exchange_code`] turns the code into tokens and checks the ID token;
//! [`Portal::refresh`] goes on without a person. The program authenticates as a public client by PKCE alone, or by
//! the key of a system that the organisation itself has registered ([`SystemKey`]); no key comes with the program.
//!
//! The whole text of the current «Методические рекомендации по использованию ЕСИА» is not published where it could be
//! read; paths, parameters and signed texts follow public client code that agrees with one another. Where two of them
//! differ, the comment says so.

mod authorization;
mod error;
mod id_token;
mod jws;
mod people;
mod pkce;
mod receiver;
mod scopes;
mod session;
mod system;
mod tokens;

pub use authorization::{Asked, Authorization, Code};
pub use error::{EsiaCode, EsiaError, IdTokenFault};
pub use id_token::Identity;
pub use people::{Employee, EsiaOrganisation, EsiaPerson, Role, RoleKind};
pub use receiver::{Pages, Receiver};
pub use scopes::Scopes;
pub use session::{RefreshToken, Tokens};
pub use system::{Redirect, SystemKey, SystemKeyError, SystemSettings, SystemSetupError, VerificationKeys};

pub(crate) use error::refused_at_rest;
