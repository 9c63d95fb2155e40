//! The journal.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kabinet_app::view::{JournalForm, JournalTopic};

use super::judge::moment;

#[derive(Args)]
pub struct Journal {
    /// Check its chain and its checkpoints instead of listing it.
    #[arg(long, conflicts_with_all = ["export", "actor", "action", "topic", "text", "from", "until"])]
    pub verify: bool,
    /// Write it into this new file instead of listing it. The whole journal as JSON can be verified by others with the public
    /// key that is printed.
    #[arg(long, value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// Form of the file.
    #[arg(long, value_enum, default_value = "json", requires = "export")]
    pub format: JournalFile,
    /// Only what was done by this person.
    #[arg(long)]
    pub actor: Option<String>,
    /// Only this action, for example `document-added`.
    #[arg(long)]
    pub action: Option<String>,
    /// Only what is about this.
    #[arg(long, value_enum, conflicts_with = "action")]
    pub topic: Option<EntryTopic>,
    /// Only entries that have all these words.
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
    /// Not before this moment (RFC 3339).
    #[arg(long, value_parser = moment)]
    pub from: Option<time::OffsetDateTime>,
    /// Before this moment (RFC 3339).
    #[arg(long, value_parser = moment)]
    pub until: Option<time::OffsetDateTime>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum JournalFile {
    /// With hashes and checkpoints.
    Json,
    /// For spreadsheets.
    Csv,
    /// PDF/A, for people.
    Pdf,
}

impl From<JournalFile> for JournalForm {
    fn from(form: JournalFile) -> Self {
        match form {
            JournalFile::Json => Self::Json,
            JournalFile::Csv => Self::Csv,
            JournalFile::Pdf => Self::Pdf,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum EntryTopic {
    /// Signing in and out.
    Access,
    /// What came into the archive and out of it.
    Documents,
    /// Госпочта.
    Mail,
    /// Drafts and handing them over.
    Drafts,
    /// Signing.
    Signatures,
    /// Sending, statuses and answers.
    Sending,
    /// Keys and certificates.
    Certificates,
    /// The archive itself and its settings.
    Archive,
    /// Anything else.
    Other,
}

impl From<EntryTopic> for JournalTopic {
    fn from(topic: EntryTopic) -> Self {
        match topic {
            EntryTopic::Access => Self::Access,
            EntryTopic::Documents => Self::Documents,
            EntryTopic::Mail => Self::Mail,
            EntryTopic::Drafts => Self::Drafts,
            EntryTopic::Signatures => Self::Signatures,
            EntryTopic::Sending => Self::Sending,
            EntryTopic::Certificates => Self::Certificates,
            EntryTopic::Archive => Self::Archive,
            EntryTopic::Other => Self::Other,
        }
    }
}
