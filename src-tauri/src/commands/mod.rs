//! What the windows can ask for: each command is one call of the core.

pub mod backups;
pub mod cabinet;
pub mod calendar;
pub mod doctor;
pub mod documents;
pub mod drafts;
pub mod employees;
pub mod files;
pub mod goskey;
pub mod hand_over;
pub mod hot_folder;
pub mod journal;
pub mod mail;
pub mod orders;
pub mod outbox;
pub mod poa;
pub mod poa_back;
pub mod poa_form;
pub mod representative;
pub mod retention;
pub mod services;
pub mod session;
pub mod settings;
pub mod setup;
pub mod signing;
pub mod subscriptions;
pub mod tokens;

use kabinet_app::view::UiError;

/// What every command answers: data, or an error whose text is looked up by its code.
pub type Answer<T> = Result<T, UiError>;
