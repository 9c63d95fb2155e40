//! Signing: one PIN entry for exactly the documents shown, one verified signature beside each file.

use std::io;

use kabinet_domain::{DocumentFile, DocumentId, DocumentStage, FileRole};
use kabinet_pki::Certificate;
use kabinet_signature::{Content, ContentDigest, Digest, Mechanism, Prepare, Properties, ToBeSigned};
use kabinet_token::{Pin, SignEvent, SignJob, SignMechanism};
use time::OffsetDateTime;
use tokio::sync::mpsc;

use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::forms::ToSign;
use crate::state::Current;
use crate::tokens::Found;
use crate::view::{SecretKind, SecretPrompt, SecretPurpose, SignOutcome, UiError};
use crate::{App, AppError, Event, journal, tokens};

/// What a PIN is asked for.
pub(crate) struct Request {
    pub(crate) purpose: SecretPurpose,
    pub(crate) documents: Vec<String>,
    pub(crate) organisation: String,
    pub(crate) host: Option<String>,
}

/// A file to sign: its document, its name and the digest of its bytes.
struct Item {
    document: DocumentId,
    file: String,
    digest: Digest,
}

impl App {
    /// Signs every file of these documents with the certificate. The pre-flight runs first; nothing is signed if
    /// any of its checks fails. Each document is stored as soon as its last signature is made, so that a run that
    /// breaks off goes on at the document where it stopped.
    ///
    /// # Errors
    /// [`AppError::Preflight`] names the check; [`AppError::Cancelled`]; what broke the run off before the first
    /// document was signed. Later on, that stands in the outcomes of the documents that were not.
    pub async fn sign_documents(
        &self,
        documents: &[String],
        certificate_id: &str,
    ) -> Result<Vec<SignOutcome>, AppError> {
        let current = self.current().await?;
        let preflight = self.preflight(documents, Some(certificate_id)).await?;
        if let Some(failed) = preflight
            .checks
            .iter()
            .find(|check| check.state == crate::view::CheckState::Failed)
        {
            return Err(AppError::Preflight {
                check: failed.code.clone(),
            });
        }
        let found = self.find_certificate(certificate_id).await?;
        let ids = documents
            .iter()
            .map(|id| parse_document(id))
            .collect::<Result<Vec<_>, _>>()?;
        let items = digests(&current, ids.clone(), found.certificate.clone()).await?;
        let request = Request {
            purpose: SecretPurpose::Sign,
            documents: preflight.documents.iter().map(|row| row.title.clone()).collect(),
            organisation: current.organisation.name.clone(),
            host: None,
        };
        let mut signed = Vec::new();
        let stopped = self
            .sign_items(&current, &found, &request, items, &mut signed)
            .await
            .err();
        if !signed.is_empty() {
            self.tell(Event::DocumentsChanged);
        }
        let Some(error) = stopped else {
            return Ok(ids.iter().map(|id| outcome(*id, None)).collect());
        };
        let unsigned: Vec<DocumentId> = ids.iter().filter(|id| !signed.contains(*id)).copied().collect();
        if !matches!(error, AppError::Cancelled) {
            self.note_failure(&current, &unsigned, &holder(&found), error.code())
                .await?;
        }
        if signed.is_empty() {
            return Err(error);
        }
        let error = UiError::from(error);
        Ok(ids
            .iter()
            .map(|id| outcome(*id, unsigned.contains(id).then(|| error.clone())))
            .collect())
    }

    /// Signs the items in order, and stores each document with its last one.
    async fn sign_items(
        &self,
        current: &Current,
        found: &Found,
        request: &Request,
        items: Vec<Item>,
        signed: &mut Vec<DocumentId>,
    ) -> Result<(), AppError> {
        let prepared = items
            .iter()
            .map(|item| prepare(&found.certificate, item.digest.clone()))
            .collect::<Result<Vec<_>, _>>()?;
        let Some(job) = job(found, prepared.iter().map(ToSign::from).collect()) else {
            return Ok(());
        };
        let pin = self.ask_pin(found, request).await?;
        let tokens = self.tokens();
        let (made, mut raw) = mpsc::unbounded_channel();
        let run = tokens.sign_each(job, pin, move |event| {
            if let SignEvent::Signed { signature, .. } = event {
                // Nobody listens any more when an earlier signature was bad; the run ends by itself.
                let _ = made.send(signature);
            }
        });
        let holder = holder(found);
        let keep = async {
            let mut of_this = Vec::new();
            let mut rest = items.iter().zip(prepared).peekable();
            while let Some((item, one)) = rest.next() {
                let Some(raw) = raw.recv().await else { break };
                // `complete` verifies the signature with the certificate's key before it is let out.
                of_this.push((item.file.clone(), one.complete(&raw)?));
                if rest.peek().is_none_or(|(next, _)| next.document != item.document) {
                    let signatures = std::mem::take(&mut of_this);
                    store_signatures(current, item.document, signatures, &holder, &found.certificate).await?;
                    signed.push(item.document);
                }
            }
            Ok::<(), AppError>(())
        };
        let (ran, kept) = tokio::join!(run, keep);
        kept?;
        Ok(ran?)
    }

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
    async fn ask_pin(&self, found: &Found, request: &Request) -> Result<Option<Pin>, AppError> {
        let prompt = SecretPrompt {
            holder: Some(holder(found)),
            organisation: Some(request.organisation.clone()),
            host: request.host.clone(),
            documents: request.documents.clone(),
            ..self.token_prompt(&found.token, SecretKind::Pin, request.purpose)
        };
        self.ask_with(&found.token, prompt).await
    }

    async fn note_failure(
        &self,
        current: &Current,
        documents: &[DocumentId],
        holder: &str,
        code: &str,
    ) -> Result<(), AppError> {
        for document in documents {
            let entry = journal::with(journal::about(*document, "sign-failed", holder), "error", code);
            let store = current.store.clone();
            blocking(move || Ok(store.record(&entry)?)).await?;
        }
        Ok(())
    }
}

fn outcome(document: DocumentId, error: Option<UiError>) -> SignOutcome {
    SignOutcome {
        document_id: document.0.to_string(),
        error,
    }
}

/// Name of the certificate's owner.
pub(crate) fn holder(found: &Found) -> String {
    tokens::certificate_view(&found.certificate, OffsetDateTime::now_utc()).holder
}

/// What the token is asked to do; nothing if there is nothing to sign.
fn job(found: &Found, to_sign: Vec<ToSign>) -> Option<SignJob> {
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

fn prepare(certificate: &Certificate, digest: Digest) -> Result<ToBeSigned, AppError> {
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

/// Digests of all files to sign, streamed from the archive.
async fn digests(
    current: &Current,
    ids: Vec<DocumentId>,
    certificate: Certificate,
) -> Result<Vec<Item>, AppError> {
    let store = current.store.clone();
    blocking(move || {
        let mut items = Vec::new();
        for document in ids {
            for file in store.document(document)?.files {
                if matches!(file.role, FileRole::Main | FileRole::Companion) {
                    let mut bytes = store.read_blob(file.digest)?;
                    let digest = digest(&certificate, &mut bytes)?;
                    items.push(Item {
                        document,
                        file: file.name,
                        digest,
                    });
                }
            }
        }
        Ok(items)
    })
    .await
}

async fn store_signatures(
    current: &Current,
    document: DocumentId,
    signatures: Vec<(String, Vec<u8>)>,
    holder: &str,
    certificate: &Certificate,
) -> Result<(), AppError> {
    let store = current.store.clone();
    let entry = journal::about(document, "document-signed", holder);
    let entry = journal::with(entry, "certificate", hex::encode(&certificate.fingerprint()[..8]));
    blocking(move || {
        let mut files = Vec::with_capacity(signatures.len());
        for (of, der) in signatures {
            let (digest, size) = store.put_blob(der.as_slice())?;
            files.push(DocumentFile {
                name: format!("{of}.sig"),
                role: FileRole::Signature { of },
                digest,
                size,
            });
        }
        Ok(store.change(entry, |change| {
            for file in &files {
                change.attach_file(document, file)?;
            }
            change.set_stage(document, DocumentStage::Signed)
        })?)
    })
    .await
}
