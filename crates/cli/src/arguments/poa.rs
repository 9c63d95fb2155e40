//! Powers of attorney.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use kabinet_app::PoaRegistryState;

use super::judge::moment;

#[derive(Args)]
pub struct Poa {
    /// Certificate to sign with, and to sign in with where the portal has to be asked; without it a sign-in goes on that was begun
    /// with `sign-in --browser`.
    #[arg(long, global = true)]
    pub cert: Option<String>,
    /// PKCS#11 module by absolute path, instead of those of this computer.
    #[arg(long, global = true)]
    pub module: Vec<PathBuf>,
    /// Read the PIN from the first line of standard input.
    #[arg(long, global = true)]
    pub pin_stdin: bool,
    #[command(subcommand)]
    pub action: PoaAction,
}

#[derive(Subcommand)]
pub enum PoaAction {
    /// Make the file of a power of attorney from a description of its answers. Exit code 1 if something is missing or wrong; every
    /// such field is named. Needs neither vault nor network unless --in-vault says so.
    New(NewPoa),
    /// Judge whether somebody may act under a power of attorney that lies in files: format, signatures, person, term, powers,
    /// registry, chain. Exit code 0 allowed, 1 not allowed, 2 cannot be told with what is at hand. Reads the older format of ФНС
    /// (5.01 to 5.03), too, of which not everything is known: 0 never comes of it.
    Check(Box<CheckPoa>),
    /// Sign a power of attorney or a revocation: a file, or by its number what the register of the vault holds. Whoever the file
    /// does not name is refused before a PIN is asked for.
    Sign {
        /// File, or number.
        poa: String,
        /// Where to write the signature of a file (DER): FILE.sig by default. Nothing is replaced.
        #[arg(short, long)]
        out: Option<PathBuf>,
    },
    /// Have a signed power of attorney registered. A file is taken into the vault first, with FILE.sig beside it. Exit code 0 when
    /// it is registered, or on its way without --wait; 1 refused; 2 not settled in time, or nobody knows whether the registry has
    /// it; 69 the portal cannot be reached: it stays on its way, as `sync` and the program go on with it.
    Register {
        /// Number, or file.
        poa: String,
        /// Wait until the registry has decided, at most this many seconds.
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
        wait: Option<u64>,
    },
    /// Say where a power of attorney is. Exit code 0 in force, 1 refused, over or revoked, 2 anything else.
    Status {
        /// Number.
        number: String,
        /// Ask the registry first.
        #[arg(long)]
        ask: bool,
    },
    /// Take a power of attorney back: the revocation is made, signed, and counts here at once; then the registry is told. Exit
    /// codes as of `register`.
    Revoke {
        /// Number.
        number: String,
        /// Why; it stands in the revocation.
        #[arg(long)]
        reason: String,
        /// Wait until the registry has confirmed it, at most this many seconds.
        #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
        wait: Option<u64>,
    },
    /// List the register of the vault.
    List(ListPoas),
}

#[derive(Args)]
pub struct NewPoa {
    /// JSON or TOML, or - for standard input: fields of the form «Машиночитаемая доверенность» by their names, nested or with dots
    /// (`principal.inn`), tables as lists (`powers`, `limits`, `heads`, `representatives`), and `people` to choose from. With fields
    /// that begin with `from.` powers are passed on.
    pub answers: PathBuf,
    /// Role whose powers are given: accountant, hr, courier, …
    #[arg(long, value_name = "ROLE")]
    pub template: Option<String>,
    /// Who of the description's `people` receives the powers: ИНН, СНИЛС, or the beginning of the name.
    #[arg(long = "for", value_name = "PERSON")]
    pub person: Option<String>,
    /// Folder for the file ON_EMCHD_…, named by the rule of the format; the current one by default.
    #[arg(short, long, value_name = "DIR", conflicts_with = "in_vault")]
    pub out: Option<PathBuf>,
    /// Make it a document of the vault instead, with what is known of the organisation filled in.
    #[arg(long)]
    pub in_vault: bool,
}

#[derive(Args)]
#[command(group(ArgGroup::new("person").args(["person_inn", "certificate"]).multiple(false)))]
pub struct CheckPoa {
    /// The power of attorney.
    pub file: PathBuf,
    /// A signature of it; FILE.sig by default.
    #[arg(long, value_name = "FILE")]
    pub signature: Vec<PathBuf>,
    /// What it passes on, and what that passes on, each with its .sig beside it.
    #[arg(long, value_name = "FILE")]
    pub parent: Vec<PathBuf>,
    /// ИНН of the person who acts.
    #[arg(long, value_name = "INN")]
    pub person_inn: Option<String>,
    /// СНИЛС of the person who acts.
    #[arg(long, value_name = "SNILS", conflicts_with = "certificate")]
    pub person_snils: Option<String>,
    /// Certificate of the person who acts.
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// ИНН of the organisation it is done for; by default of whoever gave the first of the chain.
    #[arg(long, value_name = "INN")]
    pub organisation: Option<String>,
    /// Code of the format of the document to sign, as `validate` names it: which powers it needs.
    #[arg(long, value_name = "CODE")]
    pub for_format: Option<String>,
    /// Code of a power; any of those named is enough.
    #[arg(long, value_name = "CODE")]
    pub power: Vec<String>,
    /// Tax office it goes to, 4 digits.
    #[arg(long, value_name = "CODE")]
    pub tax_office: Option<String>,
    /// What the registry says of it, and of its parents; without that the answer is at best 2.
    #[arg(long, value_enum)]
    pub registry: Option<Registry>,
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
    /// Fetch nothing from the network.
    #[arg(long)]
    pub offline: bool,
    /// Fetch also from addresses inside this computer and its own network, where a certificate names them.
    #[arg(long, conflicts_with = "offline")]
    pub allow_internal: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Registry {
    /// Registered; its first day has not come.
    Created,
    /// In force.
    Active,
    /// Over.
    Expired,
    /// Revoked.
    Revoked,
    /// Not there.
    Absent,
}

impl From<Registry> for PoaRegistryState {
    fn from(registry: Registry) -> Self {
        match registry {
            Registry::Created => Self::Created,
            Registry::Active => Self::Active,
            Registry::Expired => Self::Expired,
            Registry::Revoked => Self::Revoked,
            Registry::Absent => Self::Absent,
        }
    }
}

#[derive(Args)]
pub struct ListPoas {
    /// Words, all of which stand in the number, a name, an ИНН, a СНИЛС or a power.
    pub words: Vec<String>,
    /// Only in these states: made, signed, queued, processing, outcome-unknown, refused, active, expired, revoked.
    #[arg(long)]
    pub state: Vec<String>,
    /// Only with this power, by its code.
    #[arg(long, value_name = "CODE")]
    pub power: Option<String>,
    /// Only for this ИНН.
    #[arg(long, value_name = "INN")]
    pub to: Option<String>,
    /// Only those over on this day, 2026-12-31, or earlier, and not over yet.
    #[arg(long, value_name = "DAY")]
    pub expires_by: Option<String>,
    /// Rows to skip; a page has a hundred.
    #[arg(long, default_value = "0")]
    pub offset: u32,
    /// Ask the registry first for everything that changed.
    #[arg(long)]
    pub ask: bool,
}
