//! `demo.json`: who and what is in the demo directory.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{DemoError, INDEX_FILE};

/// The loopback ports; certificates name that of the PKI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// HTTPS: ЕСИА and API ЕПГУ.
    pub https: u16,
    /// Plain HTTP: certificates, CRL, OCSP, time stamps.
    pub pki: u16,
    /// Plain HTTP for the operator: console and control API; demo data of older versions do not name it.
    #[serde(default = "operator_port")]
    pub operator: u16,
}

fn operator_port() -> u16 {
    Ports::default().operator
}

impl Default for Ports {
    fn default() -> Self {
        Self {
            https: 8443,
            pki: 8088,
            operator: 8089,
        }
    }
}

/// Addresses derived from [`Ports`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urls {
    /// Base of ЕСИА.
    pub esia: String,
    /// Base of API ЕПГУ.
    pub epgu: String,
    /// Base of the PKI endpoints.
    pub pki: String,
    /// OCSP responder.
    pub ocsp: String,
    /// Time stamp service.
    pub tsa: String,
    /// Control API.
    pub control: String,
    /// The operator's console.
    #[serde(default)]
    pub console: String,
}

impl Urls {
    /// The addresses at these ports.
    pub fn at(ports: Ports) -> Self {
        let https = format!("https://127.0.0.1:{}", ports.https);
        let pki = format!("http://127.0.0.1:{}", ports.pki);
        let console = format!("http://127.0.0.1:{}", ports.operator);
        Self {
            esia: https.clone(),
            epgu: https,
            ocsp: format!("{pki}/ocsp"),
            tsa: format!("{pki}/tsa"),
            control: format!("{console}/control"),
            console,
            pki,
        }
    }
}

/// Everything in the demo directory. All people and organisations are invented.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoIndex {
    /// Version of this file's shape.
    pub version: u32,
    /// Where the portal listens; certificates name the PKI port.
    pub ports: Ports,
    /// The addresses at these ports.
    pub urls: Urls,
    /// Mnemonic of the information system the API keys belong to that name no other.
    pub client_id: String,
    /// Certificate authority of the HTTPS port.
    pub tls: TlsFiles,
    /// The list of accredited authorities; demo data of older versions have none.
    #[serde(default)]
    pub trust_list: Option<TrustListEntry>,
    /// Organisations, the demo one first.
    pub organisations: Vec<Organisation>,
    /// Employees with an account.
    pub employees: Vec<Employee>,
    /// Keys for the access token.
    pub api_keys: Vec<ApiKeyEntry>,
    /// Certificates, authorities first.
    pub certificates: Vec<CertificateEntry>,
    /// Information systems registered at ЕСИА; demo data of older versions have none.
    #[serde(default)]
    pub systems: Vec<SystemEntry>,
    /// How people sign in at ЕСИА; demo data of older versions have none.
    #[serde(default)]
    pub accounts: Vec<AccountEntry>,
    /// Certificates ЕСИА's tokens may be signed with, now or after a rotation, relative to the demo directory.
    #[serde(default)]
    pub esia_certificates: Vec<PathBuf>,
}

/// An invented organisation; control digits are right.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Organisation {
    /// Name inside this file.
    pub id: String,
    /// Account number in ЕСИА.
    pub oid: u64,
    /// Short name.
    pub short_name: String,
    /// Full name.
    pub full_name: String,
    /// ИНН, 10 digits.
    pub inn: String,
    /// КПП, 9 digits.
    pub kpp: String,
    /// ОГРН, 13 digits.
    pub ogrn: String,
    /// ОКАТО of the region, sent as `region`.
    pub region: String,
    /// Postal address in one line.
    pub address: String,
}

/// A person employed by an organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Employee {
    /// Name inside this file.
    pub id: String,
    /// Account number in ЕСИА.
    pub oid: u64,
    /// [`Organisation::id`].
    pub organisation: String,
    /// Фамилия.
    pub surname: String,
    /// Имя и отчество.
    pub given_name: String,
    /// Должность.
    pub title: String,
    /// СНИЛС, 11 digits.
    pub snils: String,
    /// ИНН, 12 digits.
    pub inn: String,
}

/// An information system registered at ЕСИА.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SystemEntry {
    /// Mnemonic.
    pub client_id: String,
    /// Addresses it may be answered at. `*` for the port stands for any port of 127.0.0.1 (RFC 8252, 7.3).
    pub redirects: Vec<String>,
    /// Whether it authenticates by PKCE alone (RFC 7636), without a key of its own.
    pub public: bool,
    /// Certificate of its key, relative to the demo directory, if it has one.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
}

/// What confirms a sign-in after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactor {
    /// A code by SMS.
    Sms,
    /// A code of an application (RFC 6238).
    App,
    /// Nothing, where the device is known.
    None,
}

/// A person's account of ЕСИА.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountEntry {
    /// [`Employee::id`].
    pub employee: String,
    /// Mobile number, `+7` and 10 digits.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// The first password; changed ones are kept as argon2 only.
    pub password: String,
    /// What confirms a sign-in.
    pub second_factor: SecondFactor,
    /// Base32 secret of the application, where that is the factor (RFC 6238: SHA-1, 6 digits, 30 s).
    #[serde(default)]
    pub totp_secret: Option<String>,
    /// Whether the person's identity was confirmed.
    pub confirmed: bool,
    /// Organisations besides the employee's own.
    #[serde(default)]
    pub also_in: Vec<Membership>,
}

/// A person's place in one more organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// [`Organisation::id`].
    pub organisation: String,
    /// False for an employee the organisation blocked.
    pub active: bool,
}

/// An API key of one employee.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApiKeyEntry {
    /// The key.
    pub key: Uuid,
    /// [`Employee::id`].
    pub employee: String,
    /// Whether the administrator blocked it.
    pub blocked: bool,
    /// Mnemonic of the information system it was made for; [`DemoIndex::client_id`], if absent.
    #[serde(default)]
    pub system: Option<String>,
}

/// What a certificate of the demo world is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateRole {
    /// The anchor.
    Root,
    /// The issuing authority.
    Authority,
    /// Signs the list of accredited authorities.
    Ministry,
    /// OCSP responder.
    Ocsp,
    /// Time stamp service.
    Tsa,
    /// Signs results of orders.
    ResultSigner,
    /// Signs access tokens.
    TokenSigner,
    /// An information system registered at ЕСИА.
    System,
    /// A valid certificate of an employee or an organisation.
    Person,
    /// Past its end.
    Expired,
    /// On the CRL from the beginning.
    Revoked,
    /// Of another organisation.
    Foreign,
    /// Without organisation attributes.
    Private,
    /// The same, on the person's phone.
    Phone,
    /// Of an authority nobody trusts.
    Untrusted,
}

/// A certificate and where its files are, relative to the demo directory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CertificateEntry {
    /// Name inside this file and stem of the files.
    pub id: String,
    /// What it is.
    pub role: CertificateRole,
    /// [`Employee::id`] of the owner, if a person.
    pub employee: Option<String>,
    /// Common name.
    pub common_name: String,
    /// Serial number, lower-case hex.
    pub serial: String,
    /// SHA-256 of the DER, lower-case hex.
    pub fingerprint: String,
    /// Certificate, DER.
    pub der: PathBuf,
    /// Certificate, PEM.
    pub pem: PathBuf,
    /// PKCS#8 key, PEM, readable by the owner only.
    pub key: PathBuf,
}

/// The list of accredited authorities.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrustListEntry {
    /// The first version, relative to the demo directory.
    pub file: PathBuf,
    /// Where the newest one is published.
    pub url: String,
}

/// Files of the HTTPS port, relative to the demo directory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TlsFiles {
    /// Certificate authority to trust, PEM.
    pub ca: PathBuf,
    /// Server certificate, PEM.
    pub certificate: PathBuf,
    /// Server key, PEM.
    pub key: PathBuf,
}

impl DemoIndex {
    /// Reads `demo.json` of a demo directory.
    ///
    /// # Errors
    /// When the file is absent or does not decode.
    pub fn load(dir: &Path) -> Result<Self, DemoError> {
        let mut index: Self = serde_json::from_slice(&fs::read(dir.join(INDEX_FILE))?)?;
        // The ports decide; which addresses there are has changed over time.
        index.urls = Urls::at(index.ports);
        Ok(index)
    }

    /// Written last, and at once: a directory with an index is complete.
    pub(super) fn save(&self, dir: &Path) -> Result<(), DemoError> {
        let unfinished = dir.join("demo.json.part");
        fs::write(&unfinished, serde_json::to_vec_pretty(self)?)?;
        fs::rename(unfinished, dir.join(INDEX_FILE))?;
        Ok(())
    }

    pub(super) fn moved_to(self, ports: Ports) -> Self {
        Self {
            ports,
            urls: Urls::at(ports),
            ..self
        }
    }

    /// The employee of this name.
    pub fn employee(&self, id: &str) -> Option<&Employee> {
        self.employees.iter().find(|e| e.id == id)
    }

    /// The organisation of this name.
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        self.organisations.iter().find(|o| o.id == id)
    }

    /// The certificate of this name.
    pub fn certificate(&self, id: &str) -> Option<&CertificateEntry> {
        self.certificates.iter().find(|c| c.id == id)
    }

    /// The first API key of this employee that is not blocked.
    pub fn api_key(&self, employee: &str) -> Option<Uuid> {
        self.api_keys
            .iter()
            .find(|k| k.employee == employee && !k.blocked)
            .map(|k| k.key)
    }
}
