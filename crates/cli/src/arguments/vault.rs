//! The vault, its archive and its backups.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

impl From<Environment> for kabinet_app::view::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::Production,
            Environment::Test => Self::Test,
            Environment::Demo => Self::Demo,
            Environment::Custom => Self::Custom,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Environment {
    /// The real portal.
    Production,
    /// The test contour.
    Test,
    /// The reference portal on this computer.
    Demo,
    /// Addresses of the settings.
    Custom,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Protection {
    /// The keychain of the operating system.
    Keychain,
    /// A passphrase.
    Passphrase,
    /// Either opens it.
    Both,
}

#[derive(Subcommand)]
pub enum Vault {
    /// Make the vault.
    Create(CreateVault),
    /// Say what the vault is: identity, versions, protection, size, last backup; and with the passphrase, or where the keychain
    /// opens it, its organisations and how much they keep. What needs no key is said also while the program has the vault open.
    Info,
    /// Check that everything kept is whole: the header, every database, every file against its digest, every journal. Exit
    /// code 1 if anything is broken.
    Verify,
    /// Make a recovery code, which opens the vault when the passphrase is forgotten and the keychain is gone. The one before is
    /// void. It is written to a new file, once, for printing; the program keeps nothing of it. A vault with a passphrase wants
    /// it, or the code before.
    RecoveryCode(RecoveryCode),
    /// Set the passphrase, or another one; the documents are not encrypted anew. Wants the old one, or the recovery code.
    Passphrase(Passphrase),
    /// Let the keychain of the operating system open the vault, or no more.
    Keychain(Keychain),
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct RecoveryCode {
    /// New file for the code: its first line; below it says what it is.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Make the code void and make no other.
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Passphrase {
    /// File with the passphrase from now on, its first line.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    /// No passphrase any more: the keychain opens the vault.
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Keychain {
    /// It opens the vault too.
    #[arg(long)]
    pub add: bool,
    /// It opens the vault no more: the passphrase does.
    #[arg(long)]
    pub remove: bool,
}

#[derive(Args)]
pub struct CreateVault {
    /// Environment, fixed for the vault's life.
    #[arg(long)]
    pub environment: Environment,
    /// What guards the key; a passphrase comes from --passphrase-file.
    #[arg(long, default_value = "passphrase")]
    pub protection: Protection,
}

#[derive(Args)]
pub struct Organisation {
    /// Short name.
    #[arg(long)]
    pub name: String,
    /// ИНН.
    #[arg(long)]
    pub inn: String,
    /// ОГРН or ОГРНИП.
    #[arg(long)]
    pub ogrn: String,
    /// КПП, for legal persons.
    #[arg(long)]
    pub kpp: Option<String>,
    /// ОКАТО of the region, 2 to 11 digits.
    #[arg(long)]
    pub region: String,
    /// File with the API key, its first line.
    #[arg(long)]
    pub api_key_file: Option<PathBuf>,
}

#[derive(Args)]
pub struct Archive {
    /// ИНН of the organisation, or ИНН/КПП; by default the one last chosen.
    #[arg(long, value_name = "INN", global = true)]
    pub organisation: Option<String>,
    /// File whose first line is the passphrase of a file that is handed over. Not that of the vault.
    #[arg(long, value_name = "FILE", global = true)]
    pub file_passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub action: ArchiveAction,
}

#[derive(Subcommand)]
pub enum ArchiveAction {
    /// Take files in; those that belong together become one document. What is in the archive already is reported and not taken
    /// in twice. Exit code 1 if any file was refused.
    Add {
        /// Files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Take in the documents of packages that `archive export` wrote, the files of plain zips with the signatures beside them, or
    /// what `archive hand-over` wrote for this vault (a passphrase comes from --file-passphrase-file). New signatures join the documents
    /// that are known; nothing is sent.
    Import {
        /// Zip files, and files that were handed over.
        #[arg(required = true)]
        packages: Vec<PathBuf>,
    },
    /// List documents, last changed first; or those whose term of keeping has ended, first those that came first.
    List {
        /// Only documents of this state of their term. Without it, all.
        #[arg(long, value_enum)]
        retention: Option<RetentionState>,
        /// With --retention: documents of this class; by default the first that has any.
        #[arg(long, requires = "retention")]
        class: Option<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Find documents by words of their titles and file names, ИНН and numbers.
    Search {
        /// Words; all of them must be there.
        #[arg(required = true)]
        words: Vec<String>,
        #[command(flatten)]
        rows: Rows,
    },
    /// Delete documents for good, with their files, signatures, statuses and receipts. The journal keeps digests, dates and the
    /// reason. Backups hold them until they are thinned out. Exit code 1 if any document was refused.
    Delete {
        /// Document ids.
        #[arg(required = true)]
        documents: Vec<String>,
        /// Why; the journal keeps it for ever.
        #[arg(long)]
        reason: String,
        /// Also documents whose term of keeping has not ended, or is not known.
        #[arg(long)]
        before_term: bool,
        /// Say what would go, and delete nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Hold a document while an audit or a dispute lasts: it cannot be deleted until it is released.
    Hold {
        /// Document id.
        document: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Release a document that was held.
    Release {
        /// Document id.
        document: String,
    },
    /// Write documents for a colleague who signs them, or send signed ones back: one encrypted age file.
    HandOver {
        /// Document ids.
        #[arg(required = true)]
        documents: Vec<String>,
        /// Address of the colleague's archive, age1…; without one whoever knows the passphrase of --file-passphrase-file
        /// opens it.
        #[arg(
            long,
            value_name = "ADDRESS",
            required_unless_present = "file_passphrase_file"
        )]
        to: Option<String>,
        /// Who hands over.
        #[arg(long)]
        name: String,
        /// What to say with it.
        #[arg(long, default_value = "")]
        note: String,
        /// The file; one that is there is replaced.
        #[arg(short, long)]
        out: PathBuf,
    },
    /// Write documents out, each with its signatures, companions and receipts, or none of it.
    Export {
        /// Document ids.
        #[arg(required = true)]
        documents: Vec<String>,
        /// A zip file if the name ends in .zip, else a folder that is not there yet.
        #[arg(short, long)]
        out: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum RetentionState {
    /// The term has ended, and nothing holds the document.
    Ended,
}

/// Which part of a list.
#[derive(Args)]
pub struct Rows {
    /// Rows to return at most.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
    /// Rows to skip.
    #[arg(long, default_value_t = 0)]
    pub offset: u32,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Backup {
    /// Folder or drive to write it to, instead of the vault's own folder. It must be there.
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Keep at most this many there; by default as many as their age allows: all of the last 7 days, one a week for 4
    /// weeks, one a month for a year.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: Option<u32>,
    #[command(subcommand)]
    pub action: Option<BackupAction>,
}

#[derive(Subcommand)]
pub enum BackupAction {
    /// List backups, newest first; no passphrase is needed.
    List {
        /// Folder or drive to look in, instead of the vault's own folder.
        folder: Option<PathBuf>,
    },
    /// Open a backup and read everything in it. Exit code 1 if anything is broken.
    Verify {
        /// Its folder, or its name in the list.
        backup: PathBuf,
    },
}
