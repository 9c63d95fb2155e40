//! Госключ behind the portal: the phones of the demo people («Отправка документов на подпись в Госключ» 1.8).
//!
//! A request that gu-smev let through is examined here, waits on its person's phone, and is signed after a while, or when
//! the operator says what the person does.

mod control;
mod cycle;
mod phone;
mod request;
mod settings;
mod waiting;

pub(crate) use control::router;
pub(crate) use cycle::{Act, act, next_status};
pub(crate) use phone::Phones;
pub use settings::{GoskeyAnswer, GoskeySettings};
pub(crate) use waiting::{Decision, Flaw, Waiting};

/// Services whose orders end up on a phone.
const SERVICES: [&str; 3] = ["10000000374", "60025907", "60080470"];

/// Whether orders of this service end up on a phone.
pub(crate) fn is_service(code: &str) -> bool {
    SERVICES.contains(&code)
}
