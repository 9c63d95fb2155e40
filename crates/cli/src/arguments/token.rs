//! Tokens: what is on them, and what stands between them and a signature.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which token.
#[derive(Args)]
pub struct OneToken {
    /// Serial number of the token, as `tokens` shows it.
    #[arg(long, value_name = "SERIAL")]
    pub token: String,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long)]
    pub module: Vec<PathBuf>,
}

#[derive(Subcommand)]
pub enum Token {
    /// Change the PIN. The old one and the new one are the first two lines of standard input.
    ChangePin {
        #[command(flatten)]
        token: OneToken,
        /// Read both PINs from standard input.
        #[arg(long, required = true)]
        pins_stdin: bool,
    },
    /// Give a locked token a new PIN; its keys stay. The PUK and the new PIN are the first two lines of standard input.
    Unblock {
        #[command(flatten)]
        token: OneToken,
        /// Read PUK and PIN from standard input.
        #[arg(long, required = true)]
        pins_stdin: bool,
    },
    /// Make a key on the token and request a certificate for it (PKCS#10, DER).
    Request {
        #[command(flatten)]
        token: OneToken,
        /// gost2012-256:tc26-b, gost2012-256:cryptopro-a, gost2012-512:tc26-a, rsa:2048, p256.
        #[arg(long)]
        alg: String,
        /// Name of the owner: CN=…, SN=, GN=, T=, O=, L=, ST=, C=, E=, INN=, INNLE=, OGRN=, SNILS=, separated by commas (RFC 4514).
        #[arg(long)]
        subject: String,
        /// Read the PIN from the first line of standard input.
        #[arg(long, required = true)]
        pin_stdin: bool,
        /// Where to write the request, or - for standard output.
        #[arg(short, long)]
        out: PathBuf,
    },
    /// Write an issued certificate beside its key.
    Import {
        #[command(flatten)]
        token: OneToken,
        /// Certificate, DER, PEM or PKCS#7.
        file: PathBuf,
        /// Read the PIN from the first line of standard input.
        #[arg(long, required = true)]
        pin_stdin: bool,
    },
}

#[derive(Args)]
pub struct Doctor {
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long)]
    pub module: Vec<PathBuf>,
    /// Sign a sentence that obliges to nothing and check the result. The PIN is asked for on the terminal, once.
    #[arg(long, requires = "certificate")]
    pub test_signature: bool,
    /// SHA-256 of the certificate in hex, or a unique beginning of it.
    #[arg(long, value_name = "SHA256", requires = "test_signature")]
    pub certificate: Option<String>,
    /// Read the PIN from the first line of standard input.
    #[arg(long, requires = "test_signature")]
    pub pin_stdin: bool,
    /// Read the PIN from the first line of a file.
    #[arg(
        long,
        value_name = "FILE",
        requires = "test_signature",
        conflicts_with = "pin_stdin"
    )]
    pub pin_file: Option<PathBuf>,
    /// Where to write the test signature with the sentence inside (CMS as DER), for another program to check, or - for standard
    /// output instead of the diagnosis.
    #[arg(short, long, requires = "test_signature")]
    pub out: Option<PathBuf>,
}
