//! What every request handler and the life cycle share.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError, RwLock};
use std::time::Duration;

use kabinet_pki::{Certificate, Crl};
use time::OffsetDateTime;

use crate::authority::{
    AuthorityError, CertificateState, OcspResponder, RevocationReason, RevokedEntry, Signatory, TimeStamper,
    build_crl,
};
use crate::cabinet::{self, Registry};
use crate::demo::{CertificateRole, DemoError, DemoIndex, Employee, Organisation, PKI_FOLDER};
use crate::error::StartError;
use crate::esia::Esia;
use crate::faults::Faults;
use crate::goskey::Phones;
use crate::judge::Judge;
use crate::limits::Limits;
use crate::request_log::RequestLog;
use crate::settings::Settings;
use crate::store::{DatabaseAddress, Store, StoreError};
use crate::trust_list::{Accreditation, Flaw, Plan, Published};

/// The whole portal but its sockets.
pub(crate) struct World {
    pub(crate) index: DemoIndex,
    pub(crate) store: Store,
    pub(crate) registry: Registry,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) judge: Judge,
    pub(crate) root: Signatory,
    pub(crate) authority: Signatory,
    pub(crate) ocsp: OcspResponder,
    pub(crate) tsa: TimeStamper,
    pub(crate) result_signer: Signatory,
    pub(crate) esia: Esia,
    pub(crate) phones: Phones,
    /// Who signs the list of accredited authorities; demo data of older versions have none.
    ministry: Option<Signatory>,
    first_list: Option<String>,
    list: Mutex<Option<Published>>,
    settings: RwLock<Settings>,
    initial: Settings,
    pub(crate) limits: Limits,
    /// Set when something changed that the life cycle should look at.
    alarm: (Mutex<bool>, Condvar),
}

impl World {
    /// Loads keys and state from a demo directory.
    pub(crate) fn open(
        dir: &Path,
        settings: Settings,
        database: Option<&DatabaseAddress>,
    ) -> Result<Self, StartError> {
        let index = DemoIndex::load(dir)?;
        let folder = dir.join(PKI_FOLDER);
        let load = |stem| Signatory::load(&folder, stem);
        let (root, authority) = (load("root")?, load("ca")?);
        let certificate =
            |s: &Signatory| Certificate::from_der(s.certificate()).map_err(|_| StartError::Authority);
        let first_list = match &index.trust_list {
            Some(entry) => Some(std::fs::read_to_string(dir.join(&entry.file)).map_err(DemoError::from)?),
            None => None,
        };
        let ministry = index.trust_list.as_ref().map(|_| load("ministry")).transpose()?;
        let store = Store::open(dir, database)?;
        let world = Self {
            ministry,
            list: Mutex::new(first_list.clone().map(Published::first)),
            first_list,
            judge: Judge::new(certificate(&root)?, certificate(&authority)?),
            ocsp: OcspResponder::new(load("ocsp")?, &authority),
            tsa: TimeStamper::new(load("tsa")?, &authority),
            result_signer: load("result-signer")?,
            esia: Esia::open(&index, dir, &store)?,
            phones: Phones::load(&index, &folder),
            store,
            faults: Faults::default(),
            log: RequestLog::default(),
            initial: settings.clone(),
            settings: RwLock::new(settings),
            limits: Limits::default(),
            alarm: Default::default(),
            registry: Registry::of(&index),
            index,
            root,
            authority,
        };
        world.begin().map_err(|error| match error {
            WorldError::Store(error) => StartError::Store(error),
            _ => StartError::Authority,
        })?;
        Ok(world)
    }

    /// What is there before anybody asks.
    fn begin(&self) -> Result<(), WorldError> {
        self.revoke_from_the_beginning()?;
        cabinet::seed(self)?;
        crate::epgu::mail::seed(self)
    }

    /// Certificates that the demo world calls revoked are on the list before anybody asks.
    fn revoke_from_the_beginning(&self) -> Result<(), StoreError> {
        for entry in self
            .index
            .certificates
            .iter()
            .filter(|c| c.role == CertificateRole::Revoked)
        {
            self.store
                .revoke(&entry.serial, self.now_ms(), RevocationReason::KeyCompromise)?;
        }
        Ok(())
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What the portal's clock shows.
    pub(crate) fn now(&self) -> OffsetDateTime {
        self.settings().now()
    }

    /// The same in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.settings().now_ms()
    }

    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Everything as after the first start: no orders, no faults, the settings it was started with.
    pub(crate) fn reset(&self) -> Result<(), WorldError> {
        self.store.clear()?;
        self.esia.records.clear();
        self.faults.clear();
        self.log.clear();
        self.limits.clear();
        self.set_settings(self.initial.clone());
        *self.list.lock().unwrap_or_else(PoisonError::into_inner) =
            self.first_list.clone().map(Published::first);
        self.begin()
    }

    /// Makes the life cycle look at once.
    pub(crate) fn wake(&self) {
        *self.alarm.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.alarm.1.notify_all();
    }

    /// Waits for [`Self::wake`], but not longer than `most`.
    pub(crate) fn sleep(&self, most: Duration) {
        let guard = self.alarm.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut guard, _) = self
            .alarm
            .1
            .wait_timeout_while(guard, most, |woken| !*woken)
            .unwrap_or_else(PoisonError::into_inner);
        *guard = false;
    }

    /// The issuing authority's list of now.
    pub(crate) fn authority_crl(&self) -> Result<Vec<u8>, WorldError> {
        let (_, ours) = self.revocations_by_issuer()?;
        Ok(build_crl(&self.authority, &ours, self.now())?)
    }

    /// The root's list of now.
    pub(crate) fn root_crl(&self) -> Result<Vec<u8>, WorldError> {
        let (ours, _) = self.revocations_by_issuer()?;
        Ok(build_crl(&self.root, &ours, self.now())?)
    }

    /// What the root revoked, and what the issuing authority did.
    fn revocations_by_issuer(&self) -> Result<(Vec<RevokedEntry>, Vec<RevokedEntry>), WorldError> {
        let of_root = |entry: &RevokedEntry| {
            self.ministry
                .as_ref()
                .is_some_and(|ministry| ministry.serial() == entry.serial)
        };
        Ok(self.store.revocations()?.into_iter().partition(of_root))
    }

    /// The published list of accredited authorities.
    pub(crate) fn trust_list(&self) -> Option<String> {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.as_ref().map(|list| list.text.clone())
    }

    /// Whether the demo authority is accredited at a moment, whatever the published list looks like.
    pub(crate) fn is_accredited(&self, at: OffsetDateTime) -> bool {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let status = list.as_ref().map(|list| {
            let mut begun = list.history.iter().filter(|(from, _)| *from <= at);
            begun.next_back().map(|(_, status)| *status)
        });
        // Demo data of older versions have no list.
        status.is_none_or(|status| status == Some(Accreditation::Active))
    }

    /// Publishes a list, with this status of the demo authority besides those it had. Without demo data for it, nothing
    /// happens.
    pub(crate) fn publish_list(
        &self,
        version: Option<u64>,
        status: Option<(OffsetDateTime, Accreditation)>,
        flaw: Option<Flaw>,
    ) -> Result<Option<u64>, WorldError> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(list), Some(ministry)) = (list.as_mut(), &self.ministry) else {
            return Ok(None);
        };
        list.version = version.unwrap_or(list.version + 1);
        list.history.extend(status);
        list.history.sort_by_key(|(from, _)| *from);
        let plan = Plan {
            version: list.version,
            issued: self.now(),
            authority: self.authority.certificate(),
            history: &list.history,
            pki_url: &self.index.urls.pki,
        };
        list.text = match flaw {
            None => plan.signed(ministry)?,
            Some(Flaw::Foreign) => plan.signed(&self.result_signer)?,
            Some(Flaw::Unsigned) => plan.unsigned(),
            Some(Flaw::Tampered) => plan.signed(ministry)?.replacen("КС2", "КА1", 1),
        };
        Ok(Some(list.version))
    }

    /// Both lists, for judging signatures.
    pub(crate) fn crls(&self) -> Result<Vec<Crl>, WorldError> {
        let lists = [self.authority_crl()?, self.root_crl()?];
        lists
            .iter()
            .map(|der| Crl::from_der(der).map_err(|_| WorldError::Crl))
            .collect()
    }

    /// What the authority knows of a serial number (big-endian octets).
    pub(crate) fn certificate_state(&self, serial: &[u8]) -> Result<CertificateState, StoreError> {
        let serial = hex::encode(serial);
        let issued = self.index.certificates.iter().any(|c| {
            c.serial == serial && !matches!(c.role, CertificateRole::Root | CertificateRole::Untrusted)
        });
        if !issued {
            return Ok(CertificateState::Unknown);
        }
        Ok(match self.store.revocation(&serial)? {
            Some(entry) => CertificateState::Revoked {
                at: entry.at,
                reason: entry.reason,
            },
            None => CertificateState::Good,
        })
    }

    pub(crate) fn organisation_by_oid(&self, oid: i64) -> Option<&Organisation> {
        self.index
            .organisations
            .iter()
            .find(|o| i64::try_from(o.oid) == Ok(oid))
    }

    pub(crate) fn employee_by_oid(&self, oid: i64) -> Option<&Employee> {
        self.index
            .employees
            .iter()
            .find(|e| i64::try_from(e.oid) == Ok(oid))
    }
}

impl From<getrandom::Error> for WorldError {
    fn from(_: getrandom::Error) -> Self {
        Self::Entropy
    }
}

/// The portal's own troubles: always a 500.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorldError {
    #[error("state")]
    Store(#[from] StoreError),
    #[error("authority")]
    Authority(#[from] AuthorityError),
    #[error("own revocation list does not decode")]
    Crl,
    #[error("no randomness from the operating system")]
    Entropy,
    #[error("RS256")]
    Rs256(#[from] crate::esia::Rs256Error),
    #[error("password digest")]
    Password,
    #[error("work was interrupted")]
    Interrupted,
}
