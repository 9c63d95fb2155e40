//! The certificate store of the operating system as a source of keys.
//!
//! What a system offers is behind [`Platform`]: certificates that have a private key, and signatures by it. The system asks
//! the person for whatever it wants by itself. Windows and macOS offer RSA and P-256 keys; a provider that holds GOST keys
//! there is one more [`Platform`].

#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::certificate::public_key;
use crate::error::TokenError;
use crate::model::{
    Holder, KeySeen, Module, PinState, PukState, Scan, SignEvent, SignJob, SignMechanism, Token,
    TokenAddress, TokenCertificate,
};
use crate::secret::Pin;
use crate::tokens::{KeySource, Later};

/// Names the store in [`TokenAddress::module`]; no file has such a path.
const STORE: &str = "system-store:";

/// What an operating system offers. Both calls may block: they are made on threads that may.
pub trait Platform: Send + Sync + 'static {
    /// Its name, such as `Windows`.
    fn name(&self) -> &str;

    /// Certificates, DER, that have a private key in the store.
    ///
    /// # Errors
    /// Why the store cannot be read.
    fn identities(&self) -> Result<Vec<Vec<u8>>, TokenError>;

    /// Signs one input, as [`SignMechanism`] gives and takes the bytes, with the key of this certificate.
    ///
    /// # Errors
    /// [`TokenError::KeyNotFound`], [`TokenError::Rejected`] when the person refused, [`TokenError::MechanismUnsupported`].
    fn sign(&self, certificate: &[u8], mechanism: SignMechanism, input: &[u8])
    -> Result<Vec<u8>, TokenError>;
}

/// The store of this operating system; `None` where it has none we know.
pub fn system_store() -> Option<Arc<dyn KeySource>> {
    #[cfg(windows)]
    return Some(Arc::new(SystemStore::new(windows::Windows)));
    #[cfg(target_os = "macos")]
    return Some(Arc::new(SystemStore::new(macos::Keychain)));
    #[cfg(not(any(windows, target_os = "macos")))]
    None
}

/// A store as a source of keys.
pub struct SystemStore<P> {
    module: Module,
    platform: Arc<P>,
}

impl<P: Platform> SystemStore<P> {
    /// The store of this platform.
    pub fn new(platform: P) -> Self {
        let module = Module {
            name: platform.name().to_owned(),
            path: PathBuf::from(STORE),
            generic: true,
            network: false,
        };
        Self {
            module,
            platform: Arc::new(platform),
        }
    }

    fn address(&self) -> TokenAddress {
        TokenAddress {
            module: self.module.path.clone(),
            serial: String::new(),
            model: self.module.name.clone(),
        }
    }

    async fn read(&self) -> Result<Scan, TokenError> {
        let platform = self.platform.clone();
        let identities = tokio::task::spawn_blocking(move || platform.identities());
        let identities = identities.await.unwrap_or(Err(TokenError::WorkerUnavailable))?;
        Ok(scan(self.address(), &self.module.name, identities))
    }

    async fn sign_all(
        &self,
        job: SignJob,
        on_event: &mut (dyn FnMut(SignEvent) + Send),
    ) -> Result<(), TokenError> {
        let platform = self.platform.clone();
        let (events, mut made) = unbounded_channel();
        let work = tokio::task::spawn_blocking(move || sign(platform.as_ref(), &job, &events));
        while let Some(event) = made.recv().await {
            on_event(event);
        }
        work.await.unwrap_or(Err(TokenError::WorkerUnavailable))
    }
}

/// An empty store shows nothing at all: nobody needs a line about it.
fn scan(address: TokenAddress, name: &str, identities: Vec<Vec<u8>>) -> Scan {
    if identities.is_empty() {
        return Scan::default();
    }
    let certificates = identities.into_iter().map(|der| TokenCertificate {
        token: address.clone(),
        fingerprint: Sha256::digest(&der).into(),
        id: Vec::new(),
        label: String::new(),
        mechanism: public_key(&der).map(|key| key.mechanism),
        key: KeySeen::ById,
        der,
    });
    let token = Token {
        address: address.clone(),
        holder: Holder::SystemStore,
        label: name.to_owned(),
        manufacturer: String::new(),
        reader: String::new(),
        hardware: (0, 0),
        firmware: (0, 0),
        // The system asks by itself.
        pin: PinState::default(),
        puk: PukState::default(),
        mechanisms: vec![SignMechanism::RsaPkcs1, SignMechanism::EcdsaP256],
        key_pairs: Vec::new(),
        offered: Vec::new(),
        blank: false,
        passive: false,
    };
    Scan {
        tokens: vec![token],
        certificates: certificates.collect(),
        ..Scan::default()
    }
}

/// Stops when nobody listens any more.
fn sign(
    platform: &impl Platform,
    job: &SignJob,
    events: &UnboundedSender<SignEvent>,
) -> Result<(), TokenError> {
    let mut identities = platform.identities()?.into_iter();
    let wanted = identities.find(|der| <[u8; 32]>::from(Sha256::digest(der)) == job.certificate);
    let certificate = wanted.ok_or(TokenError::CertificateNotFound)?;
    if public_key(&certificate).is_none_or(|key| key.mechanism != job.mechanism) {
        return Err(TokenError::MechanismUnsupported);
    }
    for (index, input) in job.inputs.iter().enumerate() {
        let signature = platform.sign(&certificate, job.mechanism, input)?;
        if !job.mechanism.yields(signature.len()) {
            return Err(TokenError::ModuleMisbehaved { call: None });
        }
        if events.send(SignEvent::Signed { index, signature }).is_err() {
            break;
        }
    }
    Ok(())
}

impl<P: Platform> KeySource for SystemStore<P> {
    fn module(&self) -> &Module {
        &self.module
    }

    fn scan(&self) -> Later<'_, Result<Scan, TokenError>> {
        Box::pin(self.read())
    }

    fn sign<'a>(
        &'a self,
        job: SignJob,
        _: Option<Pin>,
        on_event: &'a mut (dyn FnMut(SignEvent) + Send),
    ) -> Later<'a, Result<(), TokenError>> {
        Box::pin(self.sign_all(job, on_event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_file::{KeyAlgorithm, PrivateKey};

    /// A system whose store holds one key.
    struct Fake {
        certificate: Vec<u8>,
        key: PrivateKey,
        lies: bool,
    }

    impl Platform for Fake {
        fn name(&self) -> &str {
            "Fake"
        }

        fn identities(&self) -> Result<Vec<Vec<u8>>, TokenError> {
            Ok(vec![self.certificate.clone()])
        }

        fn sign(&self, _: &[u8], mechanism: SignMechanism, input: &[u8]) -> Result<Vec<u8>, TokenError> {
            if self.lies {
                return Ok(vec![7; 8]);
            }
            let signed = self.key.sign(mechanism, input);
            signed.map_err(|_| TokenError::MechanismUnsupported)
        }
    }

    fn store(lies: bool) -> SystemStore<Fake> {
        let key = PrivateKey::generate(KeyAlgorithm::P256).expect("a key");
        SystemStore::new(Fake {
            certificate: certificate(&key),
            key,
            lies,
        })
    }

    /// Self-signed, with a signature nobody looks at.
    fn certificate(key: &PrivateKey) -> Vec<u8> {
        use kabinet_pki::{DistinguishedName, issue::CertificateRequest, oid};
        let name = DistinguishedName::from_attributes(&[(oid::attribute::COMMON_NAME, "Fake")]);
        let request = CertificateRequest {
            serial: vec![1],
            issuer: name.clone(),
            subject: name,
            not_before: time::OffsetDateTime::UNIX_EPOCH,
            not_after: time::OffsetDateTime::UNIX_EPOCH,
            spki: key.to_spki_der().expect("a public key"),
            extensions: Vec::new(),
        };
        let signed = request.sign(&oid::algorithm::ECDSA_WITH_SHA256, |_| Ok::<_, ()>(vec![0; 8]));
        signed.expect("signed")
    }

    async fn sign(store: &SystemStore<Fake>, mechanism: SignMechanism) -> Result<Vec<SignEvent>, TokenError> {
        let scan = store.scan().await.expect("readable");
        assert_eq!((scan.tokens.len(), scan.certificates.len()), (1, 1));
        assert_eq!(scan.tokens[0].holder, Holder::SystemStore);
        assert!(!scan.tokens[0].pin.login_required, "the system asks by itself");
        let job = SignJob {
            token: scan.certificates[0].token.clone(),
            certificate: scan.certificates[0].fingerprint,
            mechanism,
            inputs: vec![vec![1; 32], vec![2; 32]],
            final_try_confirmed: false,
        };
        let mut events = Vec::new();
        store.sign(job, None, &mut |event| events.push(event)).await?;
        Ok(events)
    }

    #[tokio::test]
    async fn a_store_signs_like_a_token() {
        let events = sign(&store(false), SignMechanism::EcdsaP256)
            .await
            .expect("signed");
        let lengths: Vec<usize> = events
            .iter()
            .map(|event| match event {
                SignEvent::Signed { signature, .. } => signature.len(),
                _ => 0,
            })
            .collect();
        assert_eq!(lengths, [64, 64]);
    }

    #[tokio::test]
    async fn what_is_no_signature_and_another_mechanism_are_refused() {
        assert_eq!(
            sign(&store(true), SignMechanism::EcdsaP256).await,
            Err(TokenError::ModuleMisbehaved { call: None })
        );
        assert_eq!(
            sign(&store(false), SignMechanism::Gost256).await,
            Err(TokenError::MechanismUnsupported)
        );
    }

    #[test]
    fn an_empty_store_shows_nothing() {
        let address = TokenAddress {
            module: STORE.into(),
            serial: String::new(),
            model: "Fake".into(),
        };
        assert_eq!(scan(address, "Fake", Vec::new()), Scan::default());
    }
}
