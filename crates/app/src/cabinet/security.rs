//! The safety of the account: how it stands, the check-up, and the devices the person is signed in on.

use kabinet_portal::cabinet::{CheckState, CheckUp, Device};
use time::OffsetDateTime;

use super::organisations::is_absence;
use super::standing::KeptAccount;
use crate::blocking::blocking;
use crate::esia::SignInError;
use crate::state::Current;
use crate::view::{CheckUpView, DeviceView, SecurityView, rfc3339};
use crate::{App, AppError, Event, environment, journal};

/// The portal's page about the password and the second factor.
const SECURITY_PAGE: &str = "security";

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
        let account = self.openable(current, KeptAccount::from(account));
        view.account = Some(account.view(now));
        // What was put right at the portal counts from here on, without a new sign-in (AUTH-36).
        let subject = access.subject();
        let is_other = current
            .standing()
            .is_some_and(|known| known.subject == subject && known.account != account);
        if is_other {
            self.renew_standing(current).await;
        }
        let check_up = self.met(current, access.cabinet().check_up().await).await?;
        let has_page = account.pages.contains_key(SECURITY_PAGE);
        view.check_up = check_up
            .into_iter()
            .map(|line| check_up_view(line, has_page))
            .collect();
        let devices = self.met(current, access.cabinet().devices().await).await?;
        view.devices = devices.into_iter().map(device_view).collect();
        view.devices
            .sort_by(|a, b| (!a.current, &b.last_seen).cmp(&(!b.current, &a.last_seen)));
        view.after_linking = current.standing().and_then(|known| known.check_up_due.clone());
        if view.after_linking.is_some() && view.check_up.iter().all(|line| line.state == "ok") {
            self.end_check_up().await?;
        }
        Ok(())
    }

    /// The check-up after a linking is over: everything is in order, or the person has seen what is not.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`].
    pub async fn end_check_up(&self) -> Result<(), AppError> {
        let current = self.current().await?;
        self.change_standing(&current, |standing| standing.check_up_due = None)
            .await;
        Ok(())
    }

    /// An organisation was linked: the safety of the account is looked at by itself (AUTH-50).
    pub(super) async fn check_up_is_due(&self, current: &Current, organisation: &str) {
        let name = organisation.to_owned();
        self.change_standing(current, |standing| standing.check_up_due = Some(name))
            .await;
    }

    /// Opens a page of the portal by its code in [`AccountView::pages`](crate::view::AccountView::pages), in the browser of the
    /// system. Only pages of the environment's own hosts are opened, whatever the portal named.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a page that is not known, [`SignInError::NoBrowser`].
    pub async fn open_portal_page(&self, code: &str) -> Result<(), AppError> {
        let current = self.current().await?;
        let standing = current.standing().ok_or(AppError::NotFound)?;
        let pages = self.openable(&current, standing.account.clone()).pages;
        let address = pages.get(code).ok_or(AppError::NotFound)?;
        self.config()
            .browser
            .open(address)
            .map_err(|_| AppError::SignIn(SignInError::NoBrowser))
    }

    /// The account with only those pages that may be opened.
    pub(super) fn openable(&self, current: &Current, mut account: KeptAccount) -> KeptAccount {
        let endpoints =
            environment::endpoints(current.environment(), self.config(), &self.settings().connection);
        account.pages.retain(|_, address| {
            endpoints
                .as_ref()
                .is_ok_and(|endpoints| endpoints.has_page(address))
        });
        account
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

fn check_up_view(line: CheckUp, has_page: bool) -> CheckUpView {
    let remedy = match line.item.as_str() {
        _ if line.state == CheckState::Ok => None,
        "identity" => Some("confirm"),
        "devices" => Some("devices"),
        "organisations" => Some("organisations"),
        "password" | "second-factor" | "contacts" if has_page => Some("page"),
        _ => None,
    };
    CheckUpView {
        remedy: remedy.map(str::to_owned),
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
