//! What can be asked for. These contracts stay.

mod journal;
mod judge;
mod key;
mod mail;
mod outbox;
mod poa;
mod session;
mod sign;
mod token;
mod vault;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub use journal::*;
pub use judge::*;
pub use key::*;
pub use mail::*;
pub use outbox::*;
pub use poa::*;
pub use session::*;
pub use sign::*;
pub use token::*;
pub use vault::*;

/// The same for every command; `output.rs` assigns them.
const EXIT_CODES: &str = "\
Exit codes:
   0  done, valid
   1  invalid, refused, broken, or not found
   2  cannot be decided with what is at hand
  64  the command line is wrong, or names what is not there
  69  a service cannot be reached
  77  wrong PIN or passphrase, or no permission
With --json a failure is {\"error\":{\"code\":…,\"params\":…,\"retriable\":…}} on standard output.";

/// Документы организации: проверка, подпись токеном, отправка на портал.
#[derive(Parser)]
#[command(name = "kabinetctl", version, about, arg_required_else_help = true, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Stable JSON on standard output instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder of the program's data (settings, vault); the user's own by default.
    #[arg(long, global = true, value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// File with the passphrase of the vault, or of the key file in `key`; its first line.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// File with the recovery code of the vault, its first line: it opens the vault then, and no passphrase.
    #[arg(long, global = true, value_name = "FILE")]
    pub recovery_code_file: Option<PathBuf>,
    /// Longest wait for an answer of the portal, seconds.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub timeout: Option<u64>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// List connected tokens.
    Tokens {
        /// PKCS#11 module by absolute path, instead of those of this computer.
        #[arg(long)]
        module: Vec<PathBuf>,
    },
    /// List certificates on connected tokens.
    Certs {
        /// PKCS#11 module by absolute path, instead of those of this computer.
        #[arg(long)]
        module: Vec<PathBuf>,
    },
    /// Change what is on a token: its PIN, keys, certificates.
    #[command(subcommand)]
    Token(Token),
    /// Find what stands between a token and a signature: USB, smart-card service, reader, driver, token, key. Exit code 0 if
    /// nothing is broken, 1 if something is, that of `sign` if the test signature fails.
    Doctor(Doctor),
    /// Ask the hosts of the portal whether they can be reached, by the proxy and gateway of the settings. Nothing secret leaves.
    Connection {
        /// Whose hosts.
        #[arg(long, value_enum, default_value = "production")]
        environment: Environment,
    },
    /// Sign files under one PIN entry; `upgrade` adds time stamps and what proves the certificates.
    Sign(Sign),
    /// Judge a signature.
    Verify(Verify),
    /// List the purposes a signature can be judged by.
    Profiles,
    /// Judge certificates.
    #[command(subcommand)]
    Cert(Cert),
    /// The list of accredited authorities, and the certificates an administrator trusts beside it.
    Trust(Trust),
    /// Raise a signature so that it can be proven for longer: time stamps, and what proves the certificates, inside.
    Upgrade(Upgrade),
    /// Judge a signature and write the protocol of the check, which carries everything needed to repeat it.
    Report(Report),
    /// Hash a file.
    Hash {
        /// Algorithm.
        #[arg(long)]
        alg: Alg,
        /// File, or - for standard input.
        file: PathBuf,
    },
    /// Make, look at and convert keys in files, and request certificates for them.
    #[command(subcommand)]
    Key(Key),
    /// Check requisites: inn, ogrn, ogrnip, kpp, snils, bik, account (as БИК:account).
    Check {
        /// Kind.
        kind: String,
        /// Values.
        #[arg(required = true)]
        values: Vec<String>,
    },
    /// Check documents against their schema.
    Validate {
        /// Files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Make the vault, look at it, check it, change what opens it.
    #[command(subcommand)]
    Vault(Vault),
    /// Add an organisation to the vault and choose it.
    Organisation(Organisation),
    /// Take a document in, sign it where the service wants that, and send it.
    Send(Send),
    /// Sign in: through Госуслуги in the browser, or with a signature to see whether it would do. A sign-in in the browser goes on
    /// in later commands until `sign-out`.
    SignIn(SignIn),
    /// Forget a sign-in that goes on.
    SignOut {
        /// End the browser's session at Госуслуги too.
        #[arg(long)]
        browser: bool,
    },
    /// Work the outbox.
    Sync(Sync),
    /// Documents and where they are on their way.
    Status {
        /// One document by its id.
        document: Option<String>,
    },
    /// Госпочта of the organisation. Nothing is asked of the portal but what the command names, and only `open` opens a letter.
    Mail(Mail),
    /// Machine-readable powers of attorney («МЧД»): make, judge, sign, register, take back.
    Poa(Poa),
    /// The documents of an organisation: take in, list, find, write out.
    Archive(Archive),
    /// Make a backup of the whole vault: written, read back in full, and only then counted.
    Backup(Backup),
    /// Put a backup in place of the vault, or where there is none. What was there is moved aside and never removed. Opened with
    /// the passphrase or recovery code of the vault; where there is none, with that of the backup's time.
    Restore {
        /// Its folder (also on a drive), or its name in `backup list`.
        backup: PathBuf,
        /// With --recovery-code-file: file with the passphrase from now on, its first line.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// The journal of the organisation.
    Journal(Journal),
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Alg {
    /// ГОСТ Р 34.11-2012, 256 bits.
    Streebog256,
    /// ГОСТ Р 34.11-2012, 512 bits.
    Streebog512,
}
