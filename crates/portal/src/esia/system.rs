//! The information system in whose name the program asks: its name, address, key, and the certificates of ЕСИА.

use std::fmt;
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use kabinet_gost::{Digest as _, Streebog256};
use kabinet_pki::{Certificate, PublicKey, SignatureFamily};
use reqwest::Url;
use thiserror::Error;
use zeroize::Zeroizing;

/// Path of the answer where the administrator names none.
const DEFAULT_PATH: &str = "/esia";

/// The system's key: signs what authenticates a request. It may be a file or a token; the program has none of its own.
pub trait SystemKey: Send + Sync {
    /// Raw signature ГОСТ Р 34.10-2012 (256 bits) over the Streebog-256 digest of `text`: s ‖ r, each 32 octets,
    /// big-endian, as in X.509. May block.
    ///
    /// # Errors
    /// [`SystemKeyError`] when the key is not there or does not sign.
    fn sign(&self, text: &[u8]) -> Result<[u8; 64], SystemKeyError>;

    /// The certificate registered for the system, DER.
    fn certificate_der(&self) -> &[u8];
}

/// The key of the system did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the key of the system does not sign")]
pub struct SystemKeyError;

impl SystemKeyError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        "esia.system-key"
    }
}

/// What the administrator of the organisation registered at ЕСИА.
#[derive(Clone)]
pub struct SystemSettings {
    /// Mnemonic of the system, `client_id`.
    pub client_id: String,
    /// Where the browser brings the answer.
    pub redirect: Redirect,
    /// Key of a confidential client; a public one has none and relies on PKCE.
    pub key: Option<Arc<dyn SystemKey>>,
    /// Certificates of ЕСИА that verify ID tokens.
    pub verification: VerificationKeys,
    /// `iss` of ID tokens.
    pub issuer: String,
    /// Whether this ЕСИА puts the request's `nonce` into the ID token. If not, a nonce that is there must still be the right one.
    pub returns_nonce: bool,
}

impl SystemSettings {
    /// `iss` where nothing else is said.
    pub const ISSUER: &'static str = "http://esia.gosuslugi.ru/";

    /// Whether requests are signed by a key.
    pub fn is_confidential(&self) -> bool {
        self.key.is_some()
    }

    /// `client_secret` and `client_certificate_hash` for `text`; nothing for a public client.
    ///
    /// # Errors
    /// [`SystemKeyError`].
    pub(crate) async fn authenticate(&self, text: String) -> Result<Option<ClientSecret>, SystemKeyError> {
        let Some(key) = self.key.clone() else {
            return Ok(None);
        };
        tokio::task::spawn_blocking(move || {
            let text = Zeroizing::new(text);
            let signature = key.sign(text.as_bytes())?;
            Ok(Some(ClientSecret {
                secret: Zeroizing::new(Base64UrlUnpadded::encode_string(&signature)),
                certificate_hash: hex_upper(&Streebog256::digest(key.certificate_der())),
            }))
        })
        .await
        .unwrap_or(Err(SystemKeyError))
    }
}

impl fmt::Debug for SystemSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemSettings")
            .field("client_id", &self.client_id)
            .field("confidential", &self.is_confidential())
            .finish_non_exhaustive()
    }
}

/// What proves a confidential client.
pub(crate) struct ClientSecret {
    /// Base64url of the raw signature.
    pub(crate) secret: Zeroizing<String>,
    /// 64 upper-case hexadecimal characters: Streebog-256 of the certificate's DER.
    pub(crate) certificate_hash: String,
}

fn hex_upper(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

/// What the administrator wrote cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SystemSetupError {
    /// Neither an address on this computer nor one of the organisation with a port here.
    #[error("the redirect address {0} cannot be used")]
    Redirect(String),
    /// No certificate of ЕСИА, or none that can verify an ID token.
    #[error("no usable certificate of ЕСИА")]
    Certificates,
    /// No mnemonic.
    #[error("no mnemonic")]
    ClientId,
}

impl SystemSetupError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Redirect(_) => "esia.setup.redirect",
            Self::Certificates => "esia.setup.certificates",
            Self::ClientId => "esia.setup.client-id",
        }
    }
}

/// Where the browser brings the answer, and where the program listens for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// An address of the organisation that sends the browser on to this computer; none = straight to this computer.
    relay: Option<Url>,
    /// Port on 127.0.0.1; none = any free one.
    port: Option<u16>,
    path: String,
}

impl Redirect {
    /// `address` is either `http://127.0.0.1/path`, with a port or without (then any free one is taken, RFC 8252 §7.3), or
    /// an `https` page of the organisation that passes query and all on to `http://127.0.0.1:{port}/esia`.
    ///
    /// # Errors
    /// [`SystemSetupError::Redirect`].
    pub fn new(address: &str, port: Option<u16>) -> Result<Self, SystemSetupError> {
        let unusable = || SystemSetupError::Redirect(address.to_owned());
        let url = Url::parse(address.trim()).map_err(|_| unusable())?;
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        match (url.scheme(), url.host_str()) {
            _ if !bare => Err(unusable()),
            // Only the literal address: a name can be made to point elsewhere (RFC 8252 §8.3).
            ("http", Some("127.0.0.1")) => Ok(Self {
                relay: None,
                port: url.port().or(port),
                path: match url.path() {
                    "/" => DEFAULT_PATH.to_owned(),
                    path => path.to_owned(),
                },
            }),
            ("https", Some(_)) if port.is_some() => Ok(Self {
                relay: Some(url),
                port,
                path: DEFAULT_PATH.to_owned(),
            }),
            _ => Err(unusable()),
        }
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// `redirect_uri` while this port is listened at; without one, as it is registered.
    pub(crate) fn uri(&self, port: Option<u16>) -> String {
        match (&self.relay, port) {
            (Some(relay), _) => relay.to_string(),
            (None, Some(port)) => format!("http://127.0.0.1:{port}{}", self.path),
            (None, None) => format!("http://127.0.0.1{}", self.path),
        }
    }
}

/// Public keys of ЕСИА; several, as it changes them.
#[derive(Clone)]
pub struct VerificationKeys(Vec<Certificate>);

impl VerificationKeys {
    /// From certificates in PEM or DER, several in a file allowed.
    ///
    /// # Errors
    /// [`SystemSetupError::Certificates`] when a file holds none or a key is neither ГОСТ Р 34.10-2012 (256) nor RSA.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, SystemSetupError> {
        let mut all = Vec::new();
        for file in files {
            let certificates = Certificate::read_all(file).map_err(|_| SystemSetupError::Certificates)?;
            all.extend(certificates);
        }
        let usable = |certificate: &Certificate| {
            matches!(
                certificate.public_key().family(),
                Some(SignatureFamily::Gost256 | SignatureFamily::RsaPkcs1)
            )
        };
        if all.is_empty() || !all.iter().all(usable) {
            return Err(SystemSetupError::Certificates);
        }
        Ok(Self(all))
    }

    /// Keys of one family whose certificates are valid at `now`.
    pub(crate) fn of(
        &self,
        family: SignatureFamily,
        now: time::OffsetDateTime,
    ) -> impl Iterator<Item = &PublicKey> {
        self.0
            .iter()
            .filter(move |one| one.not_before() <= now && now <= one.not_after())
            .map(Certificate::public_key)
            .filter(move |key| key.family() == Some(family))
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none; never.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_comes_to_this_computer_or_through_a_page_of_the_organisation() {
        let any = Redirect::new("http://127.0.0.1/esia", None).unwrap();
        assert_eq!(any.uri(Some(4711)), "http://127.0.0.1:4711/esia");
        let fixed = Redirect::new("http://127.0.0.1:8899", None).unwrap();
        assert_eq!((fixed.port(), fixed.path()), (Some(8899), "/esia"));
        let relay = Redirect::new("https://gate.example.ru/esia", Some(8899)).unwrap();
        assert_eq!(
            (relay.uri(Some(8899)), relay.port()),
            ("https://gate.example.ru/esia".to_owned(), Some(8899))
        );
    }

    #[test]
    fn an_address_that_would_carry_the_code_away_is_refused() {
        for address in [
            "http://localhost/esia",
            "http://127.0.0.2/esia",
            "http://gate.example.ru/esia",
            "https://gate.example.ru/esia",
            "http://127.0.0.1@evil.example/esia",
            "http://127.0.0.1/esia?x=1",
            "kabinet://esia",
            "",
        ] {
            assert!(Redirect::new(address, None).is_err(), "{address}");
        }
    }

    #[test]
    fn no_certificate_is_no_trust() {
        assert!(VerificationKeys::read([]).is_err());
        assert!(VerificationKeys::read([b"no certificate".as_slice()]).is_err());
    }
}
