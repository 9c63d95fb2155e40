//! Fetching a newer list: on demand, and once a day when the network is used anyway.

use std::fs::FileTimes;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use kabinet_domain::Environment;
use kabinet_pki::trust_list::{TrustList, TrustListError};
use kabinet_pki::{Certificate, Evidence, FetchError, Trust, gather};
use reqwest::StatusCode;
use reqwest::header::{ETAG, IF_NONE_MATCH};
use tempfile::NamedTempFile;
use time::OffsetDateTime;

use super::{Places, Strictness, TrustStore, certificates, read_list};
use crate::blocking::blocking;
use crate::evidence::NetworkFetch;
use crate::trust::TrustError;
use crate::view::TrustView;
use crate::{App, AppError, Event, tools};

/// How often the list is asked for unbidden.
const PERIOD: Duration = Duration::from_secs(24 * 60 * 60);
/// The list has some megabytes, and not every line is quick.
const PATIENCE: Duration = Duration::from_secs(120);

impl App {
    /// Fetches the list of the environment, unless it is the one kept.
    ///
    /// # Errors
    /// [`TrustError::Fetch`] when it cannot be had; [`TrustError::List`] when it is not taken; what was kept
    /// stays.
    pub async fn update_trust(&self, environment: Environment) -> Result<TrustView, AppError> {
        let store = self.trust();
        blocking(move || store.update(environment)).await?;
        self.tell(Event::StateChanged);
        self.trust_view(environment).await
    }

    /// Takes a list out of a file, where the network does not lead to it.
    ///
    /// # Errors
    /// [`AppError::File`]; [`TrustError::List`].
    pub async fn take_trust_list(
        &self,
        environment: Environment,
        file: PathBuf,
    ) -> Result<TrustView, AppError> {
        let store = self.trust();
        blocking(move || {
            let xml = tools::limited(&file, TrustList::MAX_OCTETS as u64)?;
            store.take(environment, &xml, "", Strictness::Kept)
        })
        .await?;
        self.tell(Event::StateChanged);
        self.trust_view(environment).await
    }

    /// Fetches the list behind the scenes if a day has passed; nobody waits for it, and a failure is shown in the settings
    /// only.
    pub(crate) fn refresh_trust(&self, environment: Environment) {
        let store = self.trust();
        if store.is_due(environment) {
            tokio::task::spawn_blocking(move || {
                if let Err(error) = store.update(environment) {
                    tracing::info!(code = error.code(), "list of accredited authorities");
                }
            });
        }
    }
}

impl TrustStore {
    fn is_due(&self, environment: Environment) -> bool {
        let Ok(places) = Places::of(environment, &self.config) else {
            return false;
        };
        let mut attempted = self.attempted.lock().unwrap_or_else(PoisonError::into_inner);
        let now = OffsetDateTime::now_utc();
        // A look in the future is one of a clock that has been set back since.
        let lately = |at: OffsetDateTime| at <= now && now - at < PERIOD;
        let asked = checked_at(&places.tag).map(OffsetDateTime::from);
        let due = places.url.is_some() && !asked.is_some_and(lately) && !attempted.is_some_and(lately);
        if due {
            *attempted = Some(now);
        }
        due
    }

    pub(super) fn update(&self, environment: Environment) -> Result<(), AppError> {
        let places = Places::of(environment, &self.config)?;
        let url = places.url.as_deref().ok_or(TrustError::NoList)?;
        let known = std::fs::read_to_string(&places.tag).unwrap_or_default();
        // A kept list that is damaged is to be had again.
        let whole = places.kept.exists() && self.trusted(environment)?.refused.is_none();
        let known = (whole && !known.is_empty()).then_some(known);
        match fetch(url, known.as_deref()).map_err(TrustError::Fetch)? {
            Some((xml, tag)) => self.take(environment, &xml, &tag, Strictness::Fresh),
            None => {
                // Nothing new: from now on it is as good as fetched today.
                let times = FileTimes::new().set_modified(SystemTime::now());
                Ok(std::fs::File::options()
                    .append(true)
                    .open(&places.tag)?
                    .set_times(times)?)
            }
        }
    }

    /// Puts a list in the place of the one kept.
    fn take(
        &self,
        environment: Environment,
        xml: &[u8],
        tag: &str,
        strictness: Strictness,
    ) -> Result<(), AppError> {
        let places = Places::of(environment, &self.config)?;
        let roots = certificates(&places.roots);
        let now = OffsetDateTime::now_utc();
        let mut evidence = Evidence::default();
        if strictness == Strictness::Fresh {
            evidence = about_signer(xml, &roots, environment, now)?;
        }
        let list = read_list(xml, &roots, &evidence, strictness, now).map_err(TrustError::List)?;
        let current = self.trusted(environment)?;
        let taken = list.replacing(current.anchors.list.as_ref());
        taken.map_err(|error| AppError::Trust(TrustError::List(error.into())))?;
        std::fs::create_dir_all(&self.config.list_dir)?;
        write(&places.kept, xml)?;
        write(&places.tag, tag.as_bytes())
    }
}

/// When the list was asked for last.
pub(super) fn checked_at(tag: &Path) -> Option<SystemTime> {
    std::fs::metadata(tag).and_then(|facts| facts.modified()).ok()
}

/// Everything known of the certificate that signed the list.
fn about_signer(
    xml: &[u8],
    roots: &[Certificate],
    environment: Environment,
    now: OffsetDateTime,
) -> Result<Evidence, AppError> {
    let lenient = read_list(xml, roots, &Evidence::default(), Strictness::Kept, now);
    let signer = lenient.map_err(TrustError::List)?.signer;
    let (anchors, intermediates) = roots.iter().cloned().partition(Certificate::is_self_issued);
    let trust = Trust {
        anchors,
        intermediates,
    };
    let fetch = NetworkFetch::new(environment == Environment::Demo)?;
    Ok(gather(&signer, &trust, &Evidence::default(), &fetch, now, &[]).evidence)
}

/// The list and its tag; `None` if it is the one with the known tag.
fn fetch(url: &str, known: Option<&str>) -> Result<Option<(Vec<u8>, String)>, FetchError> {
    // Whoever installed a provider before us chose the same one or has reasons of its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::blocking::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::limited(3))
        .build()
        .map_err(|_| FetchError::Unreachable)?;
    let mut request = client.get(url);
    if let Some(tag) = known {
        request = request.header(IF_NONE_MATCH, tag);
    }
    let answer = request.send().map_err(|_| FetchError::Unreachable)?;
    if answer.status() == StatusCode::NOT_MODIFIED && known.is_some() {
        return Ok(None);
    }
    if !answer.status().is_success() {
        return Err(FetchError::Status(answer.status().as_u16()));
    }
    let tag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
    let tag = tag.unwrap_or_default().to_owned();
    let mut xml = Vec::new();
    answer
        .take(TrustList::MAX_OCTETS as u64 + 1)
        .read_to_end(&mut xml)
        .map_err(|_| FetchError::Unreachable)?;
    if xml.len() > TrustList::MAX_OCTETS {
        return Err(FetchError::TooLarge);
    }
    Ok(Some((xml, tag)))
}

/// Whole or not at all.
fn write(path: &Path, content: &[u8]) -> Result<(), AppError> {
    let folder = path.parent().ok_or(AppError::Background)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

impl From<TrustListError> for AppError {
    fn from(error: TrustListError) -> Self {
        Self::Trust(TrustError::List(error.into()))
    }
}
