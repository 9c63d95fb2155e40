//! Files of an order (methods 9 and 9a).

use reqwest::{Method, Response};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::transport::{Answer, Call, Effect, Payload, Site, sort};
use crate::{AccessToken, Portal, PortalError, PortalFile};

impl Portal {
    /// Writes a file of the portal to `sink` as it comes, at most `limit` bytes, and says how many there were.
    /// On an error whatever was written is not the file and must be thrown away.
    ///
    /// Version 1.13 asks by the entry of the status history, older texts by the order; both are tried.
    ///
    /// # Errors
    /// [`PortalError::NotFound`], [`PortalError::TooLarge`], [`PortalError::File`] when `sink` fails, and what any
    /// request can meet; never an unknown outcome.
    pub async fn download(
        &self,
        token: &AccessToken,
        file: &PortalFile,
        sink: &mut (impl AsyncWrite + Unpin),
        limit: u64,
    ) -> Result<u64, PortalError> {
        let object_type = file.object_type.to_string();
        let response = match self.open_by_history(token, file, &object_type).await {
            Err(PortalError::NotFound) => {
                let owner = file.owner.to_string();
                let path = ["api", "storage", "v2", "files", &owner, &object_type, "download"];
                self.open(token, &path, &[("mnemonic", &file.mnemonic)]).await?
            }
            other => other?,
        };
        copy(response, sink, limit).await
    }

    async fn open_by_history(
        &self,
        token: &AccessToken,
        file: &PortalFile,
        object_type: &str,
    ) -> Result<Response, PortalError> {
        let history = file.history_id.ok_or(PortalError::NotFound)?.to_string();
        let path = ["api", "gusmev", "files", "download", &history, object_type];
        let mut query = vec![("mnemonic", file.mnemonic.as_str())];
        query.extend(file.service.as_deref().map(|service| ("eserviceCode", service)));
        self.open(token, &path, &query).await
    }

    async fn open(
        &self,
        token: &AccessToken,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Response, PortalError> {
        let response = self
            .transport
            .send(Call {
                site: Site::Epgu,
                method: Method::GET,
                path,
                query,
                token: Some(token),
                payload: Payload::Empty,
                effect: Effect::Reads,
                timeout: self.options.timeouts.download,
            })
            .await?;
        match response.status().as_u16() {
            204 => Err(PortalError::NotFound),
            200..=299 => Ok(response),
            http => match Answer::read(response, Effect::Reads).await?.accepted() {
                Err(error) => Err(error),
                Ok(_) => Err(PortalError::Protocol {
                    what: crate::ProtocolFault::Status(http),
                }),
            },
        }
    }
}

async fn copy(
    mut response: Response,
    sink: &mut (impl AsyncWrite + Unpin),
    limit: u64,
) -> Result<u64, PortalError> {
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(PortalError::TooLarge { limit });
    }
    let mut written = 0;
    while let Some(bytes) = response
        .chunk()
        .await
        .map_err(|error| sort(error, Effect::Reads))?
    {
        written += bytes.len() as u64;
        if written > limit {
            return Err(PortalError::TooLarge { limit });
        }
        sink.write_all(&bytes).await?;
    }
    sink.flush().await?;
    Ok(written)
}
