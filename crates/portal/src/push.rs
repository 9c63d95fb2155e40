//! Content on its way to the portal: whole (method 2) or in parts (method 3).

use std::time::{Duration, Instant};

use kabinet_domain::OrderId;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::reserve::read_order_id;
use crate::transport::{Call, Effect, Payload, Site, lost};
use crate::{AccessToken, Content, LostReason, OrderMeta, Portal, PortalError, ProtocolFault};

/// Largest content of one request, and of one part.
const PUSH_LIMIT: u64 = 50_000_000;
/// How often a part that could not leave is tried.
const TRIES: u32 = 4;

impl Portal {
    /// Creates an order and sends its whole archive, at most 50 000 000 bytes, in one request.
    ///
    /// # Errors
    /// [`PortalError::OutcomeUnknown`] when the portal may have the order: nobody can tell which it is,
    /// so [`Portal::reserve`] and [`Portal::push_chunked`] are for whoever must not send twice. [`PortalError::TooLarge`] and [`PortalError::File`]
    /// before anything is sent.
    pub async fn push(
        &self,
        token: &AccessToken,
        meta: &OrderMeta,
        archive: &Content,
    ) -> Result<OrderId, PortalError> {
        let size = archive.size().await?;
        if size > PUSH_LIMIT {
            return Err(PortalError::TooLarge { limit: PUSH_LIMIT });
        }
        let bytes = archive.slice(0, size).await?;
        let form = Form::new()
            .part("meta", meta_part(meta)?)
            .part("file", file_part(bytes, "archive.zip")?);
        self.within_order_limit(token, &meta.service, async || {
            let answer = self
                .transport
                .exchange(Call {
                    site: Site::Epgu,
                    method: Method::POST,
                    path: &["api", "gusmev", "push"],
                    query: &[],
                    token: Some(token),
                    payload: Payload::Form(form),
                    effect: Effect::Changes,
                    timeout: self.options.timeouts.upload,
                })
                .await?;
            read_order_id(&answer.accepted()?)
        })
        .await
    }

    /// Sends the archive of a reserved order in parts of [`Options::chunk_size`](crate::Options) bytes, one after
    /// another. `progress` is told the bytes sent so far after each part.
    ///
    /// # Errors
    /// * [`PortalError::OutcomeUnknown`]: the last part may have arrived; ask [`Portal::order`].
    /// * [`PortalError::order_lost`]: some parts arrived and the last certainly did not. Whether such a number
    ///   can be used again is not published: reserve a new one.
    /// * Whatever else: no part was taken, and the number is still good unless the portal refused it.
    pub async fn push_chunked(
        &self,
        token: &AccessToken,
        order: OrderId,
        meta: &OrderMeta,
        archive: &Content,
        mut progress: impl FnMut(u64),
    ) -> Result<(), PortalError> {
        let size = archive.size().await?;
        let chunk_size = self.options.chunk_size.clamp(1, PUSH_LIMIT);
        let chunks = size.div_ceil(chunk_size).max(1);
        let mut deadline = None;
        for chunk in 0..chunks {
            let offset = chunk * chunk_size;
            let part = ChunkUpload {
                token,
                order,
                meta,
                archive,
                chunk,
                chunks,
                offset,
                size: chunk_size.min(size - offset),
            };
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + self.options.upload_window);
            self.push_chunk_until(&part, deadline)
                .await
                .map_err(|error| part.settle(error))?;
            progress(part.offset + part.size);
        }
        Ok(())
    }

    /// Sends one part. Only a part that certainly was not taken is tried again.
    async fn push_chunk_until(&self, part: &ChunkUpload<'_>, deadline: Instant) -> Result<(), PortalError> {
        let mut pause = self.options.chunk_pause;
        let mut tries = 1;
        loop {
            let Err(error) = self.push_chunk(part, deadline).await else {
                return Ok(());
            };
            let not_taken = matches!(
                error,
                PortalError::Unreachable { .. } | PortalError::RateLimited { .. }
            );
            let wait = error.retry_after().unwrap_or(pause);
            // Before the first part nothing is at stake: the caller can wait as long as it likes.
            if !not_taken || part.chunk == 0 || tries == TRIES || Instant::now() + wait >= deadline {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            pause *= 2;
            tries += 1;
        }
    }

    async fn push_chunk(&self, part: &ChunkUpload<'_>, deadline: Instant) -> Result<(), PortalError> {
        let bytes = part.archive.slice(part.offset, part.size).await?;
        let left = deadline.saturating_duration_since(Instant::now());
        if left == Duration::ZERO {
            return Err(PortalError::UploadWindowExpired);
        }
        let answer = self
            .transport
            .exchange(Call {
                site: Site::Epgu,
                method: Method::POST,
                path: &["api", "gusmev", "push", "chunked"],
                query: &[],
                token: Some(part.token),
                payload: Payload::Form(part.form(bytes)?),
                effect: Effect::Changes,
                timeout: left.min(self.options.timeouts.upload),
            })
            .await?
            .accepted()?;
        // 206 means "more is to come": after the last part the portal has lost count.
        if part.is_last() && answer.http == 206 {
            return Err(answer.unreadable(ProtocolFault::Status(206)));
        }
        // The number is known already; an answer about another order is about nothing of ours.
        match read_order_id(&answer) {
            Ok(order) if order != part.order => {
                Err(lost(Effect::Changes, LostReason::AnswerUnreadable, None))
            }
            Ok(_) => Ok(()),
            // A middle part is acknowledged by its status; only the last answer decides.
            Err(_) if !part.is_last() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// One part of an upload.
struct ChunkUpload<'a> {
    token: &'a AccessToken,
    order: OrderId,
    meta: &'a OrderMeta,
    archive: &'a Content,
    chunk: u64,
    chunks: u64,
    /// Of this part, in bytes.
    offset: u64,
    size: u64,
}

impl ChunkUpload<'_> {
    fn is_last(&self) -> bool {
        self.chunk + 1 == self.chunks
    }

    fn form(&self, bytes: Vec<u8>) -> Result<Form, PortalError> {
        Ok(Form::new()
            .part("meta", meta_part(self.meta)?)
            .text("orderId", self.order.0.to_string())
            .text("chunk", self.chunk.to_string())
            .text("chunks", self.chunks.to_string())
            .part("file", file_part(bytes, &self.file_name())?))
    }

    /// `{orderId}-archive.zip` for a single part, `.z001`, `.z002`… for several.
    fn file_name(&self) -> String {
        let order = self.order.0;
        match self.chunks {
            1 => format!("{order}-archive.zip"),
            _ => format!("{order}-archive.z{:03}", self.chunk + 1),
        }
    }

    /// What the failure of this part means for the order as a whole.
    fn settle(&self, error: PortalError) -> PortalError {
        let last_may_have_arrived = self.is_last() && error.outcome_unknown();
        let none_arrived = self.chunk == 0 && !error.outcome_unknown();
        match error {
            PortalError::UploadWindowExpired => error,
            error if last_may_have_arrived || none_arrived => error,
            cause => PortalError::UploadBroken {
                chunk: self.chunk,
                chunks: self.chunks,
                cause: Box::new(cause),
            },
        }
    }
}

fn meta_part(meta: &OrderMeta) -> Result<Part, PortalError> {
    typed(Part::text(meta.to_json().to_string()), "application/json")
}

fn file_part(bytes: Vec<u8>, name: &str) -> Result<Part, PortalError> {
    typed(
        Part::bytes(bytes).file_name(name.to_owned()),
        "application/octet-stream",
    )
}

fn typed(part: Part, mime: &str) -> Result<Part, PortalError> {
    part.mime_str(mime).map_err(|_| PortalError::Protocol {
        what: ProtocolFault::Request,
    })
}
