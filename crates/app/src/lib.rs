//! The use cases of the program, composed from the crates below. It knows no toolkit: it asks for secrets through
//! [`Ask`], tells what changed through [`Event`], and answers with the plain data of [`view`].

mod ask;
mod away;
mod beside;
mod blocking;
mod calendar;
pub mod certificate;
mod config;
pub mod doctor;
mod documents;
mod drafts;
mod environment;
mod error;
mod event;
mod evidence;
mod export;
mod first_start;
mod forms;
mod hand_over;
mod hot_folder;
mod import;
mod integrity;
mod journal;
pub mod key;
mod network;
mod organisations;
mod outbox;
mod page;
mod preflight;
pub mod profile;
mod readable;
mod send;
mod settings;
mod shown;
mod sign;
mod sign_file;
mod sign_in;
pub mod sign_streams;
mod signing_run;
mod stamp_queue;
mod state;
mod tokens;
pub mod tools;
mod trust;
pub mod upgrade;
mod verdicts;
pub mod verification;
pub mod view;

pub use ask::{Ask, AskFuture, Secret};
pub use away::Buses;
pub use beside::Written;
pub use config::Config;
pub use error::AppError;
pub use event::Event;
pub use forms::Signing;
pub use kabinet_store::{JournalFilter, JournalFormat};
pub use organisations::check_requisites;
pub use state::App;
pub use trust::ListError;

/// What both programs call first in their `main`, in this order: nothing of their memory on a disk, and the token worker.
pub use kabinet_token::{forbid_dumps, run_worker_if_requested};
