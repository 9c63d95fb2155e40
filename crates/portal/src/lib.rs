//! Speaks ЕСИА and API ЕПГУ 1.13 for an organisation: logs in with a signature, files orders and follows them.
//!
//! [`Portal`] is the whole interface. A request goes to one of the two hosts of its [`Endpoints`] and nowhere
//! else; an answer is read tolerantly into the types here, because the published texts contradict each
//! other; and every failure says whether the portal may have acted on the request ([`PortalError`]).
//!
//! The sections named in comments are those of «Спецификация API ЕПГУ», version 1.13 of 18.07.2024.

pub mod archive;
pub mod cabinet;
mod check;
mod clock;
mod content;
mod dictionary;
mod download;
mod endpoints;
mod error;
pub mod esia;
mod follow;
mod lists;
mod loose;
mod mail;
mod moscow;
mod order;
mod outcome;
mod pace;
mod portal;
mod push;
mod range;
mod refusal;
mod reserve;
mod route;
mod secret;
mod tls;
mod token;
mod transport;

pub use check::{Checked, Service, Way};
pub use content::Content;
pub use dictionary::{DictionaryItem, DictionaryQuery};
pub use download::Download;
pub use endpoints::{Endpoints, SetupError};
pub use error::{ConnectFault, LostReason, PortalError, ProtocolFault};
pub use lists::{OrderSummary, UpdatedPage};
pub use mail::{
    Attachment, AttachmentPart, Letter, LetterId, LetterStatus, MAIL_FETCHES_A_DAY, MAIL_PAGE,
    MAIL_SEARCHES_A_DAY, MailFilter, MailLine, MailList, MailPage, MailQuery, MailQueryInvalid, MailSearch,
};
pub use order::{Order, PortalFile};
pub use pace::Limits;
pub use portal::{Options, Portal, Timeouts};
pub use range::Held;
pub use refusal::Refusal;
pub use reserve::OrderMeta;
pub use route::{Gateway, Proxy, ProxyAddress, Route};
pub use secret::{AccessToken, ApiKey, ApiKeyInvalid, Claims};
