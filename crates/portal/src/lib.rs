//! Speaks ЕСИА and API ЕПГУ 1.13 for an organisation: logs in with a signature, files orders and follows them.
//!
//! [`Portal`] is the whole interface. A request goes to one of the two hosts of its [`Endpoints`] and nowhere
//! else; an answer is read tolerantly into the types here, because the published texts contradict each
//! other; and every failure says whether the portal may have acted on the request ([`PortalError`]).
//!
//! The sections named in comments are those of «Спецификация API ЕПГУ», version 1.13 of 18.07.2024.

pub mod archive;
mod clock;
mod content;
mod dictionary;
mod download;
mod endpoints;
mod error;
mod follow;
mod lists;
mod loose;
mod moscow;
mod order;
mod outcome;
mod pace;
mod portal;
mod push;
mod range;
mod refusal;
mod reserve;
mod secret;
mod tls;
mod token;
mod transport;

pub use content::Content;
pub use dictionary::{DictionaryItem, DictionaryQuery};
pub use download::Download;
pub use endpoints::{Endpoints, SetupError};
pub use error::{ConnectFault, LostReason, PortalError, ProtocolFault};
pub use lists::{OrderSummary, UpdatedPage};
pub use order::{Order, PortalFile};
pub use pace::Limits;
pub use portal::{Options, Portal, Timeouts};
pub use range::Held;
pub use refusal::Refusal;
pub use reserve::OrderMeta;
pub use secret::{AccessToken, ApiKey, ApiKeyInvalid, Claims};
