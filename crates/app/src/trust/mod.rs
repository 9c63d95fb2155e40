//! What is trusted in an environment: the published list of accredited authorities, the roots of its keeper, which come
//! with the program, and certificates an administrator of this computer added. Each part keeps its origin.

mod error;
mod list;
mod own;
mod show;
mod update;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use kabinet_domain::Environment;
use kabinet_pki::trust_list::{AnchorSource, Anchors, TrustList};
use kabinet_pki::{Certificate, Evidence, Trust};
use time::OffsetDateTime;

pub use error::TrustError;
pub use list::ListError;
use list::{Strictness, read as read_list};

use crate::view::{ListOrigin, TrustBasis, rfc3339};
use crate::{AppError, Config, environment, tools};

/// Where Минцифры publishes the list: the address its site offers for download.
const PUBLISHED_AT: &str = "https://e-trust.gosuslugi.ru/app/scc/portal/api/v1/portal/ca/getxml";

/// Everything trusted, read and checked.
pub(crate) struct Trusted {
    /// With the origin of each part.
    pub(crate) anchors: Anchors,
    /// The same for building chains.
    pub(crate) trust: Trust,
    /// Where the list was found.
    pub(crate) origin: Option<ListOrigin>,
    /// Why a list that is there was left aside.
    pub(crate) refused: Option<ListError>,
}

impl Trusted {
    /// What the command line names: certificates, and a list whose keeper is among them.
    ///
    /// # Errors
    /// [`AppError::File`]; [`TrustError::List`].
    pub(crate) fn named(trust: Trust, list: Option<&Path>, evidence: &Evidence) -> Result<Self, AppError> {
        let named: Vec<_> = trust.anchors.into_iter().chain(trust.intermediates).collect();
        let list = list.map(|path| named_list(path, &named, evidence)).transpose()?;
        let origin = list.as_ref().map(|_| ListOrigin::File);
        let beside = named.into_iter().map(|one| (AnchorSource::CommandLine, one));
        let anchors = Anchors {
            list,
            beside: beside.collect(),
        };
        Ok(Self::of(anchors, origin, None))
    }

    fn of(anchors: Anchors, origin: Option<ListOrigin>, refused: Option<ListError>) -> Self {
        Self {
            trust: anchors.to_trust(),
            anchors,
            origin,
            refused,
        }
    }

    /// What a report says of the list.
    pub(crate) fn basis(&self, at: OffsetDateTime) -> TrustBasis {
        let list = self.anchors.list.as_ref();
        TrustBasis {
            list_version: list.map(|list| list.version as f64),
            list_issued: list.map(|list| rfc3339(list.issued)),
            list_age_days: list.map(|list| age_days(list, at)),
            list_origin: self.origin,
            list_refused: self.refused.as_ref().map(|error| error.code().to_owned()),
        }
    }
}

/// A list the command line names, signed by its keeper, who is among `named`.
///
/// # Errors
/// [`AppError::File`]; [`TrustError::List`].
pub(crate) fn named_list(
    path: &Path,
    named: &[Certificate],
    evidence: &Evidence,
) -> Result<TrustList, AppError> {
    let xml = tools::limited(path, TrustList::MAX_OCTETS as u64)?;
    let now = OffsetDateTime::now_utc();
    read_list(&xml, named, evidence, Strictness::Kept, now).map_err(|error| TrustError::List(error).into())
}

/// Whole days since the list was issued.
fn age_days(list: &TrustList, at: OffsetDateTime) -> u32 {
    u32::try_from((at - list.issued).whole_days()).unwrap_or_default()
}

/// Files trust is read from.
struct Places {
    /// Roots that come with the program: they verify the list, and chains may end there.
    roots: Vec<PathBuf>,
    /// The list that comes with the program.
    shipped: Option<PathBuf>,
    /// The list fetched last.
    kept: PathBuf,
    /// When and as what it was fetched.
    tag: PathBuf,
    /// Where newer ones are published.
    url: Option<String>,
    /// Certificates of the administrator.
    own: Vec<PathBuf>,
}

impl Places {
    fn of(environment: Environment, config: &Config) -> Result<Self, AppError> {
        let name = if environment == Environment::Demo {
            "demo"
        } else {
            "published"
        };
        let mut places = Self {
            roots: Vec::new(),
            shipped: None,
            kept: config.list_dir.join(format!("{name}.xml")),
            tag: config.list_dir.join(format!("{name}.tag")),
            url: None,
            own: environment::files_of(&config.trust_dir),
        };
        if environment == Environment::Demo {
            let demo = environment::demo_trust(config)?;
            (places.roots, places.shipped, places.url) = (demo.roots, demo.list, demo.url);
        } else {
            places.roots = environment::files_of(&config.snapshot_dir.join("roots"));
            places.shipped = Some(config.snapshot_dir.join("list.xml"));
            places.url = Some(PUBLISHED_AT.to_owned());
        }
        places.roots.sort();
        places.own.sort();
        Ok(places)
    }

    fn stamps(&self) -> Vec<(PathBuf, Option<(SystemTime, u64)>)> {
        let all = self.roots.iter().chain(&self.own).chain(&self.shipped);
        all.chain([&self.kept])
            .map(|path| {
                let stamp = std::fs::metadata(path)
                    .and_then(|facts| Ok((facts.modified()?, facts.len())))
                    .ok();
                (path.clone(), stamp)
            })
            .collect()
    }

    fn load(&self) -> Trusted {
        let roots = certificates(&self.roots);
        let now = OffsetDateTime::now_utc();
        let mut refused = None;
        let mut read = |path: &Path| {
            let xml = match std::fs::read(path) {
                Ok(xml) => xml,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
                Err(_) => {
                    refused = Some(ListError::Unreadable);
                    return None;
                }
            };
            match read_list(&xml, &roots, &Evidence::default(), Strictness::Kept, now) {
                Ok(list) => Some(list),
                Err(error) => {
                    refused = Some(error);
                    None
                }
            }
        };
        let shipped = self.shipped.as_deref().and_then(&mut read);
        let kept = read(&self.kept);
        // The newer of the two: a program that was renewed may bring a newer one than the network last gave.
        let (list, origin) = match (shipped, kept) {
            (Some(shipped), Some(kept)) => match shipped.replacing(Some(&kept)) {
                Ok(shipped) => (Some(shipped), Some(ListOrigin::Shipped)),
                Err(_) => (Some(kept), Some(ListOrigin::Fetched)),
            },
            (Some(shipped), None) => (Some(shipped), Some(ListOrigin::Shipped)),
            (None, Some(kept)) => (Some(kept), Some(ListOrigin::Fetched)),
            (None, None) => (None, None),
        };
        let own = certificates(&self.own);
        let beside = (roots.into_iter().map(|one| (AnchorSource::Program, one)))
            .chain(own.into_iter().map(|one| (AnchorSource::Administrator, one)))
            .collect();
        Trusted::of(Anchors { list, beside }, origin, refused)
    }
}

/// Every certificate of the files; what is none is left out.
fn certificates(files: &[PathBuf]) -> Vec<Certificate> {
    files
        .iter()
        .filter_map(|file| Certificate::read_all(&std::fs::read(file).ok()?).ok())
        .flatten()
        .collect()
}

/// Keeps what is trusted in memory and reads it anew when a file has changed: the list has some megabytes.
pub(crate) struct TrustStore {
    config: Config,
    loaded: Mutex<Vec<(bool, Loaded)>>,
    attempted: Mutex<Option<OffsetDateTime>>,
}

struct Loaded {
    stamps: Vec<(PathBuf, Option<(SystemTime, u64)>)>,
    trusted: Arc<Trusted>,
}

impl TrustStore {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config,
            loaded: Mutex::default(),
            attempted: Mutex::default(),
        }
    }

    /// Everything trusted in the environment. Blocks while a list is read for the first time.
    ///
    /// # Errors
    /// [`AppError::NoDemo`].
    pub(crate) fn trusted(&self, environment: Environment) -> Result<Arc<Trusted>, AppError> {
        let places = Places::of(environment, &self.config)?;
        let stamps = places.stamps();
        let is_demo = environment == Environment::Demo;
        let mut all = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, loaded)) = all.iter().find(|(demo, _)| *demo == is_demo)
            && loaded.stamps == stamps
        {
            return Ok(loaded.trusted.clone());
        }
        let trusted = Arc::new(places.load());
        all.retain(|(demo, _)| *demo != is_demo);
        let loaded = Loaded {
            stamps,
            trusted: trusted.clone(),
        };
        all.push((is_demo, loaded));
        Ok(trusted)
    }
}
