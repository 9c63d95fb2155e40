//! Sending documents.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct Send {
    /// Files of one document.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Certificate to sign in and to sign with; without it the document only goes into the outbox.
    #[arg(long)]
    pub cert: Option<String>,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long)]
    pub module: Vec<PathBuf>,
    /// Service code; the only one that takes the document by default.
    #[arg(long)]
    pub service: Option<String>,
    /// Read the PIN from the first line of standard input.
    #[arg(long)]
    pub pin_stdin: bool,
    /// Wait for the final status, at most this many seconds.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
    pub wait: Option<u64>,
}

#[derive(Args)]
pub struct Sync {
    /// Certificate to sign in with.
    #[arg(long)]
    pub cert: Option<String>,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long)]
    pub module: Vec<PathBuf>,
    /// Read the PIN from the first line of standard input.
    #[arg(long)]
    pub pin_stdin: bool,
    /// Go on until nothing is under way, at most this many seconds.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
    pub wait: Option<u64>,
}
