//! The safety of the account: how it stands, the check-up, and the devices the person is signed in on.

use kabinet_portal::cabinet::{CheckState, CheckUp, Device};
use time::OffsetDateTime;

use super::organisations::is_absence;
use super::standing::KeptAccount;
use crate::blocking::blocking;
use crate::view::{CheckUpView, DeviceView, SecurityView, rfc3339};
use crate::{App, AppError, Event, journal};

impl App {
    /// The page; what the portal does not tell now is shown as it was known last, or not at all.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`].
    pub async fn security(&self) -> Result<SecurityView, AppError> {
        let current = self.current().await?;
        let now = OffsetDateTime::now_utc();
        let mut view = SecurityView::default();
        if let Err(error) = self.ask_security(&mut view, now).await
            && !is_absence(&error)
        {
            view.error = Some(error.into());
        }
        view.presence = self.presence().await;
        if view.account.is_none() {
            view.account = current.standing().map(|standing| standing.account.view(now));
        }
        Ok(view)
    }

    async fn ask_security(&self, view: &mut SecurityView, now: OffsetDateTime) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let current = &access.current;
        let account = self.met(current, access.cabinet().me().await).await?;
        view.account = Some(KeptAccount::from(account).view(now));
        let check_up = self.met(current, access.cabinet().check_up().await).await?;
        view.check_up = check_up.into_iter().map(check_up_view).collect();
        let devices = self.met(current, access.cabinet().devices().await).await?;
        view.devices = devices.into_iter().map(device_view).collect();
        view.devices
            .sort_by(|a, b| (!a.current, &b.last_seen).cmp(&(!b.current, &a.last_seen)));
        Ok(())
    }

    /// Ends every session of a device. Doing that to this one ends the session here too.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; the portal's own.
    pub async fn revoke_device(&self, id: &str) -> Result<SecurityView, AppError> {
        let access = self.cabinet().await?;
        self.confirmed(&access, &|cabinet| {
            let id = id.to_owned();
            Box::pin(async move { cabinet.revoke_device(&id).await })
        })
        .await?;
        let entry = journal::plain("device-revoked", &access.holder);
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await?;
        self.tell(Event::CabinetChanged);
        self.security().await
    }
}

fn check_up_view(line: CheckUp) -> CheckUpView {
    CheckUpView {
        item: line.item,
        state: match line.state {
            CheckState::Ok => "ok",
            CheckState::Attention => "attention",
            CheckState::Bad => "bad",
        }
        .to_owned(),
        detail: line.detail,
    }
}

fn device_view(device: Device) -> DeviceView {
    DeviceView {
        id: device.id,
        name: device.name,
        system: device.system,
        place: device.place,
        last_seen: device.last_seen.map(rfc3339),
        current: device.is_current,
        trusted: device.is_trusted,
        sessions: u32::try_from(device.sessions.len()).unwrap_or(u32::MAX),
    }
}
