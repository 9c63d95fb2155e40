//! Judging signatures and certificates, and what is trusted for that.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kabinet_app::certificate::Oid;

use super::Environment;

#[derive(Args)]
pub struct Verify {
    /// Signed file (CMS as DER, PEM or Base64, XML, PDF, ASiC), or - for standard input.
    pub signature: PathBuf,
    /// Signed content of a detached signature.
    #[arg(long)]
    pub content: Option<PathBuf>,
    /// Trusted root certificates and their issuers: files or folders.
    #[arg(long, value_name = "FILE_OR_DIR")]
    pub trust: Vec<PathBuf>,
    /// List of accredited authorities (XML), signed under a root named by --trust.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub trust_list: Option<PathBuf>,
    /// Revocation lists.
    #[arg(long)]
    pub crl: Vec<PathBuf>,
    /// Moment to judge at, RFC 3339; now by default.
    #[arg(long, value_parser = moment)]
    pub at: Option<time::OffsetDateTime>,
    /// Ask the register of powers of attorney in the vault by what right somebody signed whose certificate names no organisation; trust
    /// is then what the vault trusts.
    #[arg(long, conflicts_with_all = ["trust", "crl", "at", "profile"])]
    pub register: bool,
    /// Fetch nothing from the network.
    #[arg(long)]
    pub offline: bool,
    /// Fetch also from addresses inside this computer and its own network, where a certificate names them.
    #[arg(long, conflicts_with = "offline")]
    pub allow_internal: bool,
    /// The purpose whose rules must be met as well; `profiles` lists them.
    #[arg(long, value_name = "CODE")]
    pub profile: Option<String>,
}

#[derive(Subcommand)]
pub enum Cert {
    /// Judge a certificate by its chain, revocation and policies (RFC 5280): exit code 0 valid, 1 invalid, 2 not known.
    Verify(VerifyCertificate),
}

#[derive(Args)]
pub struct Trust {
    /// Environment whose list it is.
    #[arg(long, default_value = "production", global = true)]
    pub environment: Environment,
    #[command(subcommand)]
    pub action: TrustAction,
}

#[derive(Subcommand)]
pub enum TrustAction {
    /// Say what is trusted, by whom, and how old the list is.
    Show,
    /// Fetch the published list; it is verified, and an older one refused.
    Update {
        /// Take it out of this file instead.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Trust the certificates of authorities in a file.
    Add {
        /// File: DER, PEM or PKCS#7.
        file: PathBuf,
    },
    /// Trust a certificate that was added no more.
    Remove {
        /// SHA-256 of the certificate in hex.
        id: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum CertPurpose {
    /// Whatever the certificate allows.
    Any,
    /// Signing documents.
    Signature,
    /// Signing time stamps.
    TimeStamping,
    /// Signing revocation lists.
    CrlSigning,
}

/// Files may be DER, PEM with any number of blocks, or PKCS#7; folders stand for their files.
#[derive(Args)]
pub struct VerifyCertificate {
    /// The certificate, or - for standard input; further ones in the file help to build the chain.
    pub leaf: PathBuf,
    /// Certificates that may help to build the chain, not trusted by themselves.
    #[arg(long, value_name = "FILE_OR_DIR")]
    pub chain: Vec<PathBuf>,
    /// Trusted certificates: every one is an anchor, self-issued or not.
    #[arg(long, value_name = "FILE_OR_DIR")]
    pub trust: Vec<PathBuf>,
    /// List of accredited authorities (XML), signed under a root named by --trust; its authorities are trusted.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub trust_list: Option<PathBuf>,
    /// Revocation lists, complete ones and deltas.
    #[arg(long, value_name = "FILE_OR_DIR")]
    pub crl: Vec<PathBuf>,
    /// OCSP responses.
    #[arg(long, value_name = "FILE_OR_DIR")]
    pub ocsp: Vec<PathBuf>,
    /// Moment to judge at, RFC 3339; now by default.
    #[arg(long, value_parser = moment)]
    pub at: Option<time::OffsetDateTime>,
    /// What the key is used for.
    #[arg(long, default_value = "any")]
    pub purpose: CertPurpose,
    /// Acceptable policy by identifier; any by default.
    #[arg(long, value_name = "OID", value_parser = Oid::new)]
    pub policy: Vec<Oid>,
    /// The chain must hold under an acceptable policy.
    #[arg(long)]
    pub explicit_policy: bool,
    /// Authorities may not map policies.
    #[arg(long)]
    pub inhibit_mapping: bool,
    /// anyPolicy in a certificate counts for nothing.
    #[arg(long)]
    pub inhibit_any_policy: bool,
    /// Do not ask whether anything was revoked.
    #[arg(long)]
    pub no_revocation: bool,
    /// Believe SHA-1, DSA, ГОСТ 1994 and 2001 and RSA below 2048 bits, as their time did.
    #[arg(long)]
    pub accept_weak: bool,
    /// Fetch nothing from the network.
    #[arg(long)]
    pub offline: bool,
    /// Fetch also from addresses inside this computer and its own network, where a certificate names them.
    #[arg(long, conflicts_with = "offline")]
    pub allow_internal: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Level {
    /// A time stamp over the signature.
    T,
    /// X Long Type 1: and references and values, and a stamp over them.
    Xlt1,
    /// And everything needed to check it, inside.
    Lt,
    /// And an archive time stamp over all of it.
    Lta,
}

#[derive(Args)]
pub struct Upgrade {
    /// What is raised, and by what it is judged.
    #[command(flatten)]
    pub verify: Verify,
    /// Level.
    #[arg(long, value_enum)]
    pub to: Level,
    /// Time stamp service (RFC 3161) by address; the next one is asked when one fails.
    #[arg(long, required = true, value_name = "URL")]
    pub tsa: Vec<String>,
    /// Where to write it, or - for standard output.
    #[arg(short, long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Report {
    /// What is judged, and by what.
    #[command(flatten)]
    pub verify: Verify,
    /// Where to write the protocol (HTML; PDF or JSON if the name ends in .pdf or .json), or - for standard output.
    #[arg(short, long)]
    pub out: PathBuf,
}

pub(super) fn moment(text: &str) -> Result<time::OffsetDateTime, time::error::Parse> {
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
}
