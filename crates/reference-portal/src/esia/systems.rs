//! Registered information systems: where they may be answered, and how they prove who they are.

use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use kabinet_gost::Streebog256;
use kabinet_pki::{Certificate, PublicKey};
use sha2::Digest as _;
use url::Url;

use super::parameters::Parameters;
use super::refusal::Refusal;
use crate::demo::{DemoIndex, SystemEntry};
use crate::error::StartError;

/// A registered system.
pub(crate) struct System {
    pub(crate) client_id: String,
    pub(crate) public: bool,
    redirects: Vec<String>,
    key: Option<SystemKey>,
}

struct SystemKey {
    public_key: kabinet_gost::PublicKey,
    /// Стрибог-256 of the DER, upper-case hex.
    certificate_hash: String,
}

/// The systems of the demo directory.
pub(crate) struct Systems(Vec<System>);

impl Systems {
    /// Reads the systems' certificates.
    pub(crate) fn load(index: &DemoIndex, dir: &Path) -> Result<Self, StartError> {
        index
            .systems
            .iter()
            .map(|entry| System::load(entry, dir))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(crate) fn find(&self, client_id: &str) -> Option<&System> {
        self.0.iter().find(|system| system.client_id == client_id)
    }
}

impl System {
    fn load(entry: &SystemEntry, dir: &Path) -> Result<Self, StartError> {
        let key = match &entry.certificate {
            Some(file) => Some(SystemKey::of(&std::fs::read(dir.join(file))?)?),
            None => None,
        };
        Ok(Self {
            client_id: entry.client_id.clone(),
            public: entry.public,
            redirects: entry.redirects.clone(),
            key,
        })
    }

    /// Whether answers may go there. Everything but the port of a loopback address must be exactly as registered.
    pub(crate) fn may_return_to(&self, address: &str) -> bool {
        self.redirects
            .iter()
            .any(|registered| match registered.split_once(":*/") {
                None => registered == address,
                Some((host, path)) => Url::parse(address).is_ok_and(|url| {
                    // The text is compared too: a parser forgives what must not be forgiven here.
                    url.port()
                        .is_some_and(|port| address == format!("{host}:{port}/{path}"))
                }),
            })
    }

    /// Checks `client_secret` over `text`, and the hash of the certificate. A public system must have sent neither.
    pub(crate) fn authenticate(&self, parameters: &Parameters, texts: &[String]) -> Result<(), Refusal> {
        let secret = parameters.optional("client_secret");
        let hash = parameters.optional("client_certificate_hash");
        let Some(key) = &self.key else {
            return match (secret, hash) {
                (None, None) => Ok(()),
                _ => Err(Refusal::SystemNotAuthenticated),
            };
        };
        let secret = secret.ok_or(Refusal::BadParameter("client_secret"))?;
        let hash = hash.ok_or(Refusal::BadParameter("client_certificate_hash"))?;
        if hash != key.certificate_hash {
            return Err(Refusal::WrongSecret);
        }
        let signature = Base64UrlUnpadded::decode_vec(secret).map_err(|_| Refusal::WrongSecret)?;
        let fits = |text: &String| {
            let digest = Streebog256::digest(text.as_bytes());
            key.public_key.verify_digest(&digest, &signature).is_ok()
        };
        if texts.iter().any(fits) {
            Ok(())
        } else {
            Err(Refusal::WrongSecret)
        }
    }
}

impl SystemKey {
    fn of(der: &[u8]) -> Result<Self, StartError> {
        let certificate = Certificate::from_der(der).map_err(|_| StartError::System)?;
        let PublicKey::Gost(public_key) = certificate.public_key() else {
            return Err(StartError::System);
        };
        Ok(Self {
            public_key: (**public_key).clone(),
            certificate_hash: hex::encode_upper(Streebog256::digest(der)),
        })
    }
}

/// What the secrets of the two methods are signatures of: `parts` without separators.
pub(crate) fn signed_text(parameters: &Parameters, parts: &[&str]) -> String {
    parts.iter().map(|name| parameters.or_empty(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system() -> System {
        System {
            client_id: "S".into(),
            public: true,
            redirects: vec![
                "http://127.0.0.1:*/esia".into(),
                "https://system.example/esia".into(),
            ],
            key: None,
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_address_is_free() {
        for good in [
            "http://127.0.0.1:5/esia",
            "http://127.0.0.1:65535/esia",
            "https://system.example/esia",
        ] {
            assert!(system().may_return_to(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:5/esia/",
            "http://127.0.0.1:5/esia?x=1",
            "http://127.0.0.1:5/esia#x",
            "http://127.0.0.1/esia",
            "http://127.0.0.1:05/esia",
            "http://127.0.0.1:80/esia",
            "http://localhost:5/esia",
            "http://127.0.0.1.evil.example:5/esia",
            "http://127.0.0.1:5@evil.example/esia",
            "http://user@127.0.0.1:5/esia",
            "HTTP://127.0.0.1:5/esia",
            "http://0x7f000001:5/esia",
            "https://127.0.0.1:5/esia",
            "https://system.example/esia/../other",
            "https://system.example:443/esia",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!system().may_return_to(bad), "{bad}");
        }
    }
}
