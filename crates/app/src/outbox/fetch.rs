//! Fetching one file of an order into the vault, as far as it comes: what has come stays there through a lost network, a locked
//! vault or a kill, and the next try goes on at the byte it reached, if the portal still has the same version.

use kabinet_domain::{ContentDigest, DocumentId};
use kabinet_portal::{Download as Incoming, Held, LostReason, PortalError, PortalFile, ProtocolFault};
use kabinet_store::{Download, OrganisationStore, Origin};
use tokio::time::{Duration, Instant, timeout_at};
use zeroize::Zeroizing;

use super::Run;
use crate::blocking::blocking;
use crate::state::Session;
use crate::{AppError, Event};

/// Largest result taken into the archive, bytes.
const LIMIT: u64 = 200 << 20;
/// Bytes that are gathered before they are written down,
const PIECE: usize = 1 << 20;
/// and for how long they are: so much is asked for again after a kill.
const GATHERED_FOR: Duration = Duration::from_secs(1);
/// Whoever watches is not told more often.
const TOLD_EVERY: Duration = Duration::from_millis(400);

impl Run<'_> {
    /// Fetches what is missing of a file; digest and size of the whole, which is in the vault then. A try that brought more than was
    /// here before does not count as one that failed.
    pub(super) async fn fetch(
        &mut self,
        session: &Session,
        file: &PortalFile,
    ) -> Result<(ContentDigest, u64), AppError> {
        let document = self.submission.document;
        let mut held = self.held(document, &file.name).await?;
        while !held.as_ref().is_some_and(Download::is_complete) {
            let part = held.as_ref().and_then(part_of);
            let portal = &self.current.portal;
            let mut incoming = portal
                .download(&session.token, file, part.as_ref(), LIMIT)
                .await?;
            if incoming.start() == 0 {
                let origin = origin_of(&incoming);
                self.in_store(document, &file.name, move |store, document, name| {
                    Ok(store.begin_download(document, name, &origin)?)
                })
                .await?;
            }
            if let Err(error) = self.receive(document, &file.name, &mut incoming).await {
                if !is_worth_keeping(&error, &incoming) {
                    self.give_up(document, &file.name).await?;
                } else if received(&self.held(document, &file.name).await?) > received(&held) {
                    self.begins_to_count_anew().await?;
                }
                return Err(error);
            }
            held = self.held(document, &file.name).await?;
            if incoming.is_whole() {
                break;
            }
        }
        let (digest, size) = self
            .in_store(document, &file.name, |store, document, name| {
                Ok(store.digest_download(document, name)?)
            })
            .await?;
        let published = held.and_then(|download| download.origin.digest);
        if published.is_some_and(|published| published != digest) {
            self.give_up(document, &file.name).await?;
            let what = ProtocolFault::Digest;
            return Err(PortalError::Protocol { what }.into());
        }
        Ok((digest, size))
    }

    /// This try brought something: it is none of the failures in a row.
    async fn begins_to_count_anew(&mut self) -> Result<(), AppError> {
        let (store, seen) = (self.current.store.clone(), self.submission.clone());
        let now = time::OffsetDateTime::now_utc();
        self.submission = blocking(move || Ok(store.postpone(&seen, 0, now, None)?)).await?;
        Ok(())
    }

    /// Drops what has come of files the portal does not list any more.
    pub(super) async fn give_up_all_but(
        &self,
        document: DocumentId,
        names: &[String],
    ) -> Result<(), AppError> {
        let store = self.current.store.clone();
        let held = blocking(move || Ok(store.downloads(document)?)).await?;
        for download in held.iter().filter(|download| !names.contains(&download.name)) {
            self.give_up(document, &download.name).await?;
        }
        Ok(())
    }

    /// Writes down what comes, at the latest a second after it came, until the end or the first failure.
    async fn receive(
        &self,
        document: DocumentId,
        name: &str,
        incoming: &mut Incoming,
    ) -> Result<(), AppError> {
        let mut at = incoming.start();
        // As large as a piece becomes: what grows leaves copies behind.
        let empty = || Zeroizing::new(Vec::with_capacity(2 * PIECE));
        let mut gathered = empty();
        let mut written = Instant::now();
        let mut told = written;
        loop {
            let deadline = written + GATHERED_FOR;
            let end = match timeout_at(deadline, incoming.next()).await {
                Ok(Ok(Some(bytes))) => {
                    gathered.extend_from_slice(&bytes);
                    None
                }
                Ok(Ok(None)) => Some(Ok(())),
                Ok(Err(error)) => Some(Err(error)),
                Err(_) => None,
            };
            if end.is_some() || gathered.len() >= PIECE || Instant::now() >= deadline {
                let bytes = std::mem::replace(&mut gathered, empty());
                let count = bytes.len() as u64;
                if count > 0 {
                    self.in_store(document, name, move |store, document, name| {
                        Ok(store.add_to_download(document, name, at, &bytes)?)
                    })
                    .await?;
                }
                at += count;
                written = Instant::now();
                if end.is_some() || written >= told + TOLD_EVERY {
                    told = written;
                    self.app.tell(Event::OutboxChanged);
                }
            }
            if let Some(end) = end {
                return Ok(end?);
            }
        }
    }

    async fn held(&self, document: DocumentId, name: &str) -> Result<Option<Download>, AppError> {
        self.in_store(document, name, |store, document, name| {
            Ok(store.download(document, name)?)
        })
        .await
    }

    async fn give_up(&self, document: DocumentId, name: &str) -> Result<(), AppError> {
        self.in_store(document, name, |store, document, name| {
            Ok(store.drop_download(document, name)?)
        })
        .await?;
        self.app.tell(Event::OutboxChanged);
        Ok(())
    }

    async fn in_store<T: Send + 'static>(
        &self,
        document: DocumentId,
        name: &str,
        work: impl FnOnce(&OrganisationStore, DocumentId, &str) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (store, name) = (self.current.store.clone(), name.to_owned());
        blocking(move || work(&store, document, &name)).await
    }
}

fn received(download: &Option<Download>) -> u64 {
    download.as_ref().map_or(0, |download| download.received)
}

/// What can be gone on with.
fn part_of(download: &Download) -> Option<Held> {
    Some(Held {
        source: download.origin.source.clone(),
        validator: download.origin.validator.clone()?,
        received: download.received,
        total: download.origin.total,
    })
}

fn origin_of(incoming: &Incoming) -> Origin {
    Origin {
        source: incoming.source().to_owned(),
        validator: incoming.validator().map(str::to_owned),
        total: incoming.total(),
        digest: incoming.digest().map(ContentDigest),
    }
}

/// Whether what came before the failure can be gone on with: not if the portal contradicted itself, nor if it serves no parts.
fn is_worth_keeping(error: &AppError, incoming: &Incoming) -> bool {
    match error {
        AppError::Portal(PortalError::Unavailable {
            reason: LostReason::ConnectionLost | LostReason::Timeout,
            ..
        }) => incoming.validator().is_some(),
        AppError::Portal(_) => false,
        // The vault was locked, or its disk is full.
        _ => incoming.validator().is_some(),
    }
}
