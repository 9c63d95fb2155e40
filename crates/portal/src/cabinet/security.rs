//! Devices a person is signed in on, and how safe the account is.

use reqwest::Method;
use time::OffsetDateTime;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;

/// A session on a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceSession {
    /// Names it.
    pub id: String,
    /// When it began.
    pub begun: Option<OffsetDateTime>,
    /// When it ends by itself.
    pub ends: Option<OffsetDateTime>,
    /// How the person signed in, in a code of the portal.
    pub method: String,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Names it.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its system.
    pub system: String,
    /// Where it was seen.
    pub place: String,
    /// When it was seen last.
    pub last_seen: Option<OffsetDateTime>,
    /// It is this one.
    pub is_current: bool,
    /// The person trusts it.
    pub is_trusted: bool,
    /// Its sessions.
    pub sessions: Vec<DeviceSession>,
}

/// How a part of the account's safety stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// As it should be.
    Ok,
    /// Worth a look.
    Attention,
    /// Not as it should be.
    Bad,
}

/// One line of the check-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckUp {
    /// Code of what was looked at.
    pub item: String,
    /// How it stands.
    pub state: CheckState,
    /// The portal's own words.
    pub detail: Option<String>,
}

impl Device {
    fn read(value: Loose<'_>) -> Option<Self> {
        let text = |name: &str| value.text(name).unwrap_or_default();
        Some(Self {
            id: value.text("id")?,
            name: text("name"),
            system: text("system"),
            place: text("place"),
            last_seen: value.time("lastSeen"),
            is_current: value.flag("current"),
            is_trusted: value.flag("trusted"),
            sessions: value
                .list("sessions")
                .filter_map(|session| {
                    Some(DeviceSession {
                        id: session.text("id")?,
                        begun: session.time("begun"),
                        ends: session.time("ends"),
                        method: session.text("method").unwrap_or_default(),
                    })
                })
                .collect(),
        })
    }
}

impl Cabinet<'_> {
    /// Devices with their sessions.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn devices(&self) -> Result<Vec<Device>, CabinetError> {
        let value = self.read(&["me", "devices"], &[]).await?;
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items.iter().map(Loose::new).filter_map(Device::read).collect())
    }

    /// Ends every session of a device and forgets it.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] first.
    pub async fn revoke_device(&self, id: &str) -> Result<(), CabinetError> {
        self.change(Method::DELETE, &["me", "devices", id], None)
            .await
            .map(drop)
    }

    /// How safe the account is.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn check_up(&self) -> Result<Vec<CheckUp>, CabinetError> {
        let value = self.read(&["me", "check-up"], &[]).await?;
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(items
            .iter()
            .map(Loose::new)
            .filter_map(|line| {
                Some(CheckUp {
                    item: line.text("item")?,
                    // What this program does not understand is worth a look.
                    state: match line.text("state").as_deref() {
                        Some("ok") => CheckState::Ok,
                        Some("bad") => CheckState::Bad,
                        _ => CheckState::Attention,
                    },
                    detail: line.text("detail"),
                })
            })
            .collect())
    }
}
