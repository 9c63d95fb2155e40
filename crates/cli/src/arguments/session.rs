//! Signing in.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

#[derive(Args)]
#[command(group(ArgGroup::new("way").required(true).args(["browser", "cert"])))]
pub struct SignIn {
    /// Through Госуслуги in the browser.
    #[arg(long)]
    pub browser: bool,
    /// With this certificate and the API key.
    #[arg(long)]
    pub cert: Option<String>,
    /// Organisation to sign in for, by its oid in ЕСИА or its ОГРН: the one the vault has open by default.
    #[arg(long, conflicts_with = "cert")]
    pub organisation: Option<String>,
    /// Only say what address to open.
    #[arg(long, conflicts_with = "cert")]
    pub print: bool,
    /// Ask who it is although the browser knows somebody.
    #[arg(long, conflicts_with = "cert")]
    pub anew: bool,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long)]
    pub module: Vec<PathBuf>,
    /// Read the PIN from the first line of standard input.
    #[arg(long)]
    pub pin_stdin: bool,
}
