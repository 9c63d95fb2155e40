//! Signing files.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Args)]
pub struct Sign {
    /// Files; or - for standard input, which is signed alone.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// SHA-256 of the certificate in hex, or a unique beginning of it; not needed when a key file holds one key.
    #[arg(long, required_unless_present = "pfx")]
    pub cert: Option<String>,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long, conflicts_with = "pfx")]
    pub module: Vec<PathBuf>,
    /// Key file with its certificate (PKCS#12, or PEM with both) instead of a token.
    #[arg(long)]
    pub pfx: Option<PathBuf>,
    /// Read the PIN, or the passphrase of the key file, from the first line of standard input.
    #[arg(long, required = true)]
    pub pin_stdin: bool,
    /// How the signature is carried.
    #[arg(long, default_value = "detached")]
    pub form: Form,
    /// Put the content into the signature: as --form attached.
    #[arg(long, conflicts_with = "form")]
    pub attached: bool,
    /// Show the signature on the last page of the PDF document.
    #[arg(long)]
    pub visible: bool,
    /// Where to write the signature (DER) or the signed document of a single file, or - for standard output.
    #[arg(short, long, required_unless_present = "out_dir")]
    pub out: Option<PathBuf>,
    /// Folder for the results of any number of files: NAME.sig, or the signed document under its own name. Nothing is
    /// replaced; each file has a result of its own, and only if all are signed the exit code is 0.
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    pub out_dir: Option<PathBuf>,
    /// Go on with an earlier run: a file whose result lies in the folder, whole and by this certificate, is left as it is, and
    /// the result says so.
    #[arg(long, requires = "out_dir", requires = "cert")]
    pub resume: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Form {
    /// CAdES in a file of its own.
    Detached,
    /// CAdES with the file inside.
    Attached,
    /// PAdES inside the PDF document.
    Pdf,
    /// XAdES inside the XML document.
    Xml,
}
