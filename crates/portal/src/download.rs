//! Files of an order (methods 9 and 9a). Of parts the published texts say nothing: they are asked for only where the server has
//! shown that it serves them.

use bytes::Bytes;
use reqwest::{Method, Response};

use crate::range::{self, Held};
use crate::transport::{Answer, Call, Effect, Payload, Site, lost, sort};
use crate::{AccessToken, LostReason, Portal, PortalError, PortalFile, ProtocolFault};

/// A file that is coming. What [`next`](Self::next) gives belongs behind the first [`start`](Self::start) bytes of what is held;
/// if that is 0, nothing held is of use any more.
#[derive(Debug)]
pub struct Download {
    response: Response,
    source: String,
    validator: Option<String>,
    digest: Option<[u8; 32]>,
    start: u64,
    at: u64,
    /// First byte behind this answer, if it was announced.
    end: Option<u64>,
    total: Option<u64>,
    /// Bytes the order speaks of.
    announced: u64,
    limit: u64,
}

/// What is asked for.
struct Wanted<'a> {
    token: &'a AccessToken,
    held: Option<&'a Held>,
    announced: u64,
    limit: u64,
}

impl Portal {
    /// Begins to fetch a file of the portal, of at most `limit` bytes. With `held`, only what is missing of it is asked for; a server
    /// that has another version by now, or does not serve parts, sends the whole.
    ///
    /// Version 1.13 asks by the entry of the status history, older texts by the order; both are tried.
    ///
    /// # Errors
    /// [`PortalError::NotFound`], [`PortalError::TooLarge`], and what any request can meet; never an unknown outcome.
    pub async fn download(
        &self,
        token: &AccessToken,
        file: &PortalFile,
        held: Option<&Held>,
        limit: u64,
    ) -> Result<Download, PortalError> {
        let wanted = Wanted {
            token,
            held,
            announced: file.size.unwrap_or(0),
            limit,
        };
        let object_type = file.object_type.to_string();
        match self.open_by_history(&wanted, file, &object_type).await {
            Err(PortalError::NotFound) => {
                let owner = file.owner.to_string();
                let path = ["api", "storage", "v2", "files", &owner, &object_type, "download"];
                self.open(&wanted, &path, &[("mnemonic", &file.mnemonic)]).await
            }
            other => other,
        }
    }

    /// Begins to fetch what lies at this path, whole.
    pub(crate) async fn open_file(
        &self,
        token: &AccessToken,
        path: &[&str],
        announced: u64,
        limit: u64,
    ) -> Result<Download, PortalError> {
        let wanted = Wanted {
            token,
            held: None,
            announced,
            limit,
        };
        self.open(&wanted, path, &[]).await
    }

    async fn open_by_history(
        &self,
        wanted: &Wanted<'_>,
        file: &PortalFile,
        object_type: &str,
    ) -> Result<Download, PortalError> {
        let history = file.history_id.ok_or(PortalError::NotFound)?.to_string();
        let path = ["api", "gusmev", "files", "download", &history, object_type];
        let mut query = vec![("mnemonic", file.mnemonic.as_str())];
        query.extend(file.service.as_deref().map(|service| ("eserviceCode", service)));
        self.open(wanted, &path, &query).await
    }

    async fn open(
        &self,
        wanted: &Wanted<'_>,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Download, PortalError> {
        let source = source(path, query);
        let call = || Call {
            site: Site::Epgu,
            method: Method::GET,
            path,
            query,
            token: Some(wanted.token),
            payload: Payload::Empty,
            effect: Effect::Reads,
            timeout: self.options.timeouts.download,
        };
        // Another resource may give another file the same tag.
        let held = wanted
            .held
            .filter(|held| held.source == source && held.received > 0);
        if let Some((held, headers)) = held.and_then(|held| Some((held, range::rest_of(held)?))) {
            let response = self.transport.send_with(call(), headers).await?;
            match response.status().as_u16() {
                206 => {
                    if let Some(part) = range::continues(&response, held) {
                        return Download::rest(response, source, held, part, wanted);
                    }
                }
                // What is held does not fit what the server has; the whole does.
                412 | 416 => {}
                _ => return Download::whole(response, source, wanted).await,
            }
        }
        let response = self.transport.send_with(call(), range::whole()).await?;
        Download::whole(response, source, wanted).await
    }
}

/// The resource, as a word to remember it by.
fn source(path: &[&str], query: &[(&str, &str)]) -> String {
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!("{}?{}", path.join("/"), query.join("&"))
}

impl Download {
    async fn whole(response: Response, source: String, wanted: &Wanted<'_>) -> Result<Self, PortalError> {
        match response.status().as_u16() {
            200 | 203 => {}
            204 => return Err(PortalError::NotFound),
            http => {
                return Err(match Answer::read(response, Effect::Reads).await?.accepted() {
                    Err(error) => error,
                    // Part of a file, where the whole was asked for, is not the file.
                    Ok(_) => protocol(ProtocolFault::Status(http)),
                });
            }
        }
        let headers = response.headers();
        if range::encoded(headers) {
            return Err(protocol(ProtocolFault::Encoded));
        }
        let total = range::length(headers);
        let download = Self {
            validator: range::validator(headers),
            digest: range::digest(headers),
            source,
            start: 0,
            at: 0,
            end: total,
            total,
            announced: wanted.announced,
            limit: wanted.limit,
            response,
        };
        download.checked()
    }

    fn rest(
        response: Response,
        source: String,
        held: &Held,
        part: range::Part,
        wanted: &Wanted<'_>,
    ) -> Result<Self, PortalError> {
        let download = Self {
            validator: Some(held.validator.clone()),
            digest: range::digest(response.headers()),
            source,
            start: held.received,
            at: held.received,
            end: Some(part.end),
            total: Some(part.total),
            announced: wanted.announced,
            limit: wanted.limit,
            response,
        };
        download.checked()
    }

    fn checked(self) -> Result<Self, PortalError> {
        match self.total {
            Some(total) if total > self.limit => Err(PortalError::TooLarge { limit: self.limit }),
            Some(total) if total < self.announced => Err(protocol(ProtocolFault::Length)),
            _ => Ok(self),
        }
    }

    /// Bytes of what is held that this goes on from; 0 for the whole file, anew.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Where it comes from, as a word to remember it by.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What tells this version from any other, for a [`Held`]; `None` if the server does not serve parts of it.
    pub fn validator(&self) -> Option<&str> {
        self.validator.as_deref()
    }

    /// Bytes of the whole file, if the server said so.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// SHA-256 of the whole file, if the server said so.
    pub fn digest(&self) -> Option<[u8; 32]> {
        self.digest
    }

    /// The next bytes; `None` at the end of what was sent, which is the end of the file if [`is_whole`](Self::is_whole). Nothing is
    /// lost when the future is dropped before it is done.
    ///
    /// # Errors
    /// [`PortalError::Unavailable`] when the rest did not come: what was given before is good. [`PortalError::TooLarge`];
    /// [`PortalError::Protocol`] when more came than was announced, and then nothing of it can be believed.
    pub async fn next(&mut self) -> Result<Option<Bytes>, PortalError> {
        let chunk = self.response.chunk().await;
        let Some(bytes) = chunk.map_err(|error| sort(error, Effect::Reads))? else {
            let expected = self.end.unwrap_or(self.announced);
            return if self.at < expected {
                Err(lost(Effect::Reads, LostReason::ConnectionLost, None))
            } else {
                Ok(None)
            };
        };
        self.at += bytes.len() as u64;
        if self.at > self.limit {
            return Err(PortalError::TooLarge { limit: self.limit });
        }
        if self.end.is_some_and(|end| self.at > end) {
            return Err(protocol(ProtocolFault::Length));
        }
        Ok(Some(bytes))
    }

    /// Whether, at its end, the file is whole: a server may send less than the rest that was asked for (RFC 9110 §15.3.7).
    pub fn is_whole(&self) -> bool {
        self.total.is_none_or(|total| self.at == total)
    }
}

fn protocol(what: ProtocolFault) -> PortalError {
    PortalError::Protocol { what }
}
