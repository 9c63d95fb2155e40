//! Keys in files.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kabinet_token::key_file::Scheme;

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
