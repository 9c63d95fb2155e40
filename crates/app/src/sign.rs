//! What every signature needs: the PIN, the token's job, and a look at what came back.

use std::io;

use kabinet_pki::Certificate;
use kabinet_signature::{Content, ContentDigest, Digest, Mechanism, Prepare, Properties, ToBeSigned};
use kabinet_token::{Pin, SignJob, SignMechanism};
use time::OffsetDateTime;

use crate::blocking::blocking;
use crate::forms::ToSign;
use crate::state::Current;
use crate::tokens::Found;
use crate::view::{Check, SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError, journal, tokens};

/// What a PIN is asked for.
pub(crate) struct Request {
    pub(crate) purpose: SecretPurpose,
    pub(crate) documents: Vec<String>,
    pub(crate) organisation: String,
    pub(crate) host: Option<String>,
    /// What is known of the certificate's revocation, where nothing else has shown it.
    pub(crate) revocation: Option<Check>,
}

impl App {
    /// Detached CAdES-BES signatures (DER) of these bytes, under one PIN entry.
    pub(crate) async fn sign_with(
        &self,
        found: &Found,
        request: &Request,
        contents: &[&[u8]],
    ) -> Result<Vec<Vec<u8>>, AppError> {
        let prepared = contents
            .iter()
            .map(|content| prepare(&found.certificate, digest(&found.certificate, &mut &content[..])?))
            .collect::<Result<Vec<_>, AppError>>()?;
        self.sign_prepared(found, request, prepared).await
    }

    /// All of these signatures or none, under one PIN entry.
    pub(crate) async fn sign_prepared(
        &self,
        found: &Found,
        request: &Request,
        prepared: Vec<ToBeSigned>,
    ) -> Result<Vec<Vec<u8>>, AppError> {
        let to_sign = prepared.iter().map(ToSign::from).collect();
        let raw = self.sign_raw(found, request, to_sign).await?;
        // `complete` verifies each signature with the certificate's key before it is let out.
        prepared
            .into_iter()
            .zip(raw)
            .map(|(one, raw)| Ok(one.complete(&raw)?))
            .collect()
    }

    /// What the token makes of each, under one PIN entry; not yet verified.
    pub(crate) async fn sign_raw(
        &self,
        found: &Found,
        request: &Request,
        to_sign: Vec<ToSign>,
    ) -> Result<Vec<Vec<u8>>, AppError> {
        let Some(job) = job(found, to_sign) else {
            return Ok(Vec::new());
        };
        let pin = self.ask_pin(found, request).await?;
        Ok(self.tokens().sign(job, pin).await?)
    }

    /// The PIN, or nothing where it is entered on the device or not wanted.
    pub(crate) async fn ask_pin(&self, found: &Found, request: &Request) -> Result<Option<Pin>, AppError> {
        let prompt = SecretPrompt {
            holder: Some(holder(found)),
            organisation: Some(request.organisation.clone()),
            host: request.host.clone(),
            documents: request.documents.clone(),
            revocation: request.revocation.clone(),
            ..self.token_prompt(&found.token, SecretKind::Pin, request.purpose)
        };
        self.ask_with(&found.token, prompt).await
    }

    /// A key was used: the journal says by which certificate, where a vault is open.
    pub(crate) async fn note_signed(
        &self,
        action: &str,
        current: Option<&Current>,
        found: &Found,
    ) -> Result<(), AppError> {
        let Some(current) = current else { return Ok(()) };
        let entry = journal::plain(action, &holder(found));
        let fingerprint = hex::encode(&found.certificate.fingerprint()[..8]);
        let entry = journal::with(entry, "certificate", fingerprint);
        let store = current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await
    }
}

/// Name of the certificate's owner.
pub(crate) fn holder(found: &Found) -> String {
    tokens::certificate_view(&found.certificate, OffsetDateTime::now_utc()).holder
}

/// What the token is asked to do; nothing if there is nothing to sign.
pub(crate) fn job(found: &Found, to_sign: Vec<ToSign>) -> Option<SignJob> {
    Some(SignJob {
        token: found.token.address.clone(),
        certificate: found.on.fingerprint,
        mechanism: mechanism(to_sign.first()?.mechanism),
        inputs: to_sign.into_iter().map(|one| one.input).collect(),
        // The secret window has a second confirmation of its own before it lets a last try through.
        final_try_confirmed: found.token.pin.final_try,
    })
}

pub(crate) fn digest(certificate: &Certificate, content: &mut dyn io::Read) -> Result<Digest, AppError> {
    let mut digest = ContentDigest::for_certificate(certificate)?;
    io::copy(content, &mut digest)?;
    Ok(digest.finish())
}

pub(crate) fn prepare(certificate: &Certificate, digest: Digest) -> Result<ToBeSigned, AppError> {
    Ok(Prepare {
        certificate: certificate.clone(),
        chain: Vec::new(),
        signing_time: Some(OffsetDateTime::now_utc()),
        content: Content::Detached(digest),
        properties: Properties::default(),
    }
    .to_be_signed()?)
}

pub(crate) fn mechanism(mechanism: Mechanism) -> SignMechanism {
    match mechanism {
        Mechanism::Gost256 => SignMechanism::Gost256,
        Mechanism::Gost512 => SignMechanism::Gost512,
        Mechanism::RsaPkcs1 => SignMechanism::RsaPkcs1,
        Mechanism::Ecdsa => SignMechanism::EcdsaP256,
    }
}
