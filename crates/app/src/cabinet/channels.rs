//! Where the portal tells of what (NOTE-01): its own settings, shown and changed here.

use super::Access;
use super::organisations::is_absence;
use crate::blocking::blocking;
use crate::view::{KindChannels, PortalChannels};
use crate::{App, AppError, journal};
use kabinet_portal::cabinet::{Channels, NotificationSettings};

impl App {
    /// The settings of the portal. What it does not tell now is not shown at all: half of them would be wrong.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`].
    pub async fn portal_channels(&self) -> Result<PortalChannels, AppError> {
        self.current().await?;
        let asked = match self.cabinet().await {
            Ok(access) => self.ask_channels(&access).await,
            Err(error) => Err(error),
        };
        let presence = self.presence().await;
        Ok(match asked {
            Ok(settings) => PortalChannels {
                presence,
                ..view(settings)
            },
            Err(error) => PortalChannels {
                presence,
                error: Some(error).filter(|error| !is_absence(error)).map(Into::into),
                ..PortalChannels::default()
            },
        })
    }

    /// Changes them at the portal, which may want that confirmed. Kinds that are not named stay as they are.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; the portal's own.
    pub async fn set_portal_channels(
        &self,
        enabled: bool,
        kinds: Vec<KindChannels>,
    ) -> Result<PortalChannels, AppError> {
        let access = self.cabinet().await?;
        // From what the portal has now, so that nothing set elsewhere is undone.
        let mut settings = self.ask_channels(&access).await?;
        settings.enabled = enabled;
        for one in &mut settings.kinds {
            if let Some(wanted) = kinds.iter().find(|wanted| wanted.kind == one.kind.name()) {
                one.wanted = wanted.wanted;
                one.channels = Channels {
                    email: wanted.email,
                    sms: wanted.sms,
                    push: wanted.push,
                };
            }
        }
        self.confirmed(&access, &|cabinet| {
            let settings = settings.clone();
            Box::pin(async move { cabinet.set_notification_settings(&settings).await })
        })
        .await?;
        let entry = journal::plain("notification-channels-changed", &access.holder);
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await?;
        self.portal_channels().await
    }

    async fn ask_channels(&self, access: &Access) -> Result<NotificationSettings, AppError> {
        let asked = access.cabinet().notification_settings().await;
        self.met(&access.current, asked).await
    }
}

fn view(settings: NotificationSettings) -> PortalChannels {
    let kinds = settings.kinds.into_iter().map(|one| KindChannels {
        kind: one.kind.name().to_owned(),
        wanted: one.wanted,
        email: one.channels.email,
        sms: one.channels.sms,
        push: one.channels.push,
    });
    PortalChannels {
        enabled: settings.enabled,
        kinds: kinds.collect(),
        ..PortalChannels::default()
    }
}
