//! What can be asked for. These contracts stay.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kabinet_app::certificate::Oid;
use kabinet_token::key_file::Scheme;

/// Документы организации: проверка, подпись токеном, отправка на портал.
#[derive(Parser)]
#[command(name = "kabinetctl", version, about, arg_required_else_help = true)]
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
    /// Make the vault.
    Init(Init),
    /// Add an organisation to the vault and choose it.
    Organisation(Organisation),
    /// Take a document in, sign it where the service wants that, and send it.
    Send(Send),
    /// Work the outbox.
    Sync(Sync),
    /// Documents and where they are on their way.
    Status {
        /// One document by its id.
        document: Option<String>,
    },
    /// Write a document with its signatures and receipts into a zip.
    Export {
        /// Document id.
        document: String,
        /// Target.
        #[arg(short, long)]
        out: PathBuf,
    },
    /// Check that everything kept for the organisation is whole: the database, every file, the journal.
    Integrity,
    /// The journal of the organisation.
    Journal(Journal),
}

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

#[derive(Clone, Copy, ValueEnum)]
pub enum Alg {
    /// ГОСТ Р 34.11-2012, 256 bits.
    Streebog256,
    /// ГОСТ Р 34.11-2012, 512 bits.
    Streebog512,
}

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

#[derive(Subcommand)]
pub enum Key {
    /// Make a private key.
    Generate(GenerateKey),
    /// Say what a key file is: its kind, algorithm, protection, certificates; never the secret.
    Inspect(InspectKey),
    /// Write a key in another form.
    Convert(ConvertKey),
    /// Request a certificate for a key (PKCS#10).
    Request(RequestCertificate),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyAlg {
    /// ГОСТ Р 34.10-2012, 256 bits.
    #[value(name = "gost2012-256")]
    Gost256,
    /// ГОСТ Р 34.10-2012, 512 bits.
    #[value(name = "gost2012-512")]
    Gost512,
    /// RSA, 2048 bits.
    Rsa2048,
    /// RSA, 3072 bits.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
    /// ECDSA over NIST P-256.
    P256,
}

/// How a private key file is opened.
#[derive(Args)]
pub struct Opening {
    /// Read the passphrase of the key file from the first line of standard input.
    #[arg(long, conflicts_with = "passphrase_file")]
    pub passphrase_stdin: bool,
}

/// Where a file goes.
#[derive(Args)]
pub struct Target {
    /// Where to write it, or - for standard output. A private key can be read by you alone.
    #[arg(short, long)]
    pub out: PathBuf,
    /// Replace the file if there is one.
    #[arg(long)]
    pub force: bool,
    /// DER instead of PEM.
    #[arg(long)]
    pub der: bool,
}

#[derive(Args)]
pub struct GenerateKey {
    /// Algorithm.
    #[arg(long)]
    pub alg: KeyAlg,
    /// Curve of a GOST key by name or identifier: tc26-a (default), tc26-b, tc26-c, and with 256 bits tc26-d, cryptopro-a,
    /// cryptopro-b, cryptopro-c, xcha, xchb.
    #[arg(long, value_name = "SET")]
    pub paramset: Option<String>,
    /// Encryption: aes256, gost89, magma, magma-omac, kuznyechik, kuznyechik-omac; by default kuznyechik for GOST keys and
    /// aes256 for others.
    #[arg(long, value_parser = str::parse::<Scheme>)]
    pub scheme: Option<Scheme>,
    /// Leave the key unencrypted.
    #[arg(long, conflicts_with_all = ["scheme", "passphrase_stdin"])]
    pub unencrypted: bool,
    #[command(flatten)]
    pub opening: Opening,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Args)]
pub struct InspectKey {
    /// File, or - for standard input.
    pub file: PathBuf,
    #[command(flatten)]
    pub opening: Opening,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeyForm {
    /// A private key, not encrypted; wants --unencrypted.
    Pkcs8,
    /// An encrypted private key.
    Pkcs8Encrypted,
    /// The key with its certificates under a passphrase, always DER.
    Pkcs12,
    /// The public key.
    Spki,
}

#[derive(Args)]
pub struct ConvertKey {
    /// File with a private key, or - for standard input.
    pub file: PathBuf,
    /// What to write.
    #[arg(long)]
    pub to: KeyForm,
    /// Encryption: aes256, gost89, magma, magma-omac, kuznyechik, kuznyechik-omac; by default kuznyechik for GOST keys and
    /// aes256 for others.
    #[arg(long, value_parser = str::parse::<Scheme>)]
    pub scheme: Option<Scheme>,
    /// Agree to an unencrypted private key.
    #[arg(long)]
    pub unencrypted: bool,
    /// Certificates for PKCS#12, beside those of the file: DER, PEM or PKCS#7.
    #[arg(long, value_name = "FILE")]
    pub certificates: Vec<PathBuf>,
    #[command(flatten)]
    pub opening: Opening,
    /// Read the passphrase of the new file from the next line of standard input; by default it is that of the old one.
    #[arg(long, conflicts_with = "new_passphrase_file")]
    pub new_passphrase_stdin: bool,
    /// File with the passphrase of the new file, its first line.
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub target: Target,
}

#[derive(Args)]
pub struct RequestCertificate {
    /// File with the private key.
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Name of the owner: CN=…, SN=, GN=, T=, O=, OU=, STREET=, L=, ST=, C=, E=, separated by commas (RFC 4514).
    #[arg(long)]
    pub subject: String,
    /// ИНН of a person.
    #[arg(long)]
    pub inn: Option<String>,
    /// ИНН of an organisation.
    #[arg(long)]
    pub innle: Option<String>,
    /// ОГРН.
    #[arg(long)]
    pub ogrn: Option<String>,
    /// ОГРНИП.
    #[arg(long)]
    pub ogrnip: Option<String>,
    /// СНИЛС.
    #[arg(long)]
    pub snils: Option<String>,
    #[command(flatten)]
    pub opening: Opening,
    #[command(flatten)]
    pub target: Target,
}

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

impl From<Environment> for kabinet_app::view::Environment {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::Production,
            Environment::Test => Self::Test,
            Environment::Demo => Self::Demo,
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

#[derive(Args)]
pub struct Init {
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

fn moment(text: &str) -> Result<time::OffsetDateTime, time::error::Parse> {
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
}
