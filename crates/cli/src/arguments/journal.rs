//! The journal.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::judge::moment;

#[derive(Args)]
pub struct Journal {
    /// Check its chain and its checkpoints instead of listing it.
    #[arg(long)]
    pub verify: bool,
    /// Write it into this new file instead of listing it. The whole journal as JSON can be verified by others with the public
    /// key that is printed.
    #[arg(long, value_name = "FILE", conflicts_with = "verify")]
    pub export: Option<PathBuf>,
    /// Form of the file.
    #[arg(long, value_enum, default_value = "json", requires = "export")]
    pub format: JournalForm,
    /// Only what was done by this person.
    #[arg(long, requires = "export")]
    pub actor: Option<String>,
    /// Only this action, for example `document-added`.
    #[arg(long, requires = "export")]
    pub action: Option<String>,
    /// Not before this moment (RFC 3339).
    #[arg(long, requires = "export", value_parser = moment)]
    pub from: Option<time::OffsetDateTime>,
    /// Before this moment (RFC 3339).
    #[arg(long, requires = "export", value_parser = moment)]
    pub until: Option<time::OffsetDateTime>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum JournalForm {
    /// With hashes and checkpoints.
    Json,
    /// For spreadsheets.
    Csv,
}
