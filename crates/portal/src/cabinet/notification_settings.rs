//! What a person wants to be told of by the portal, and where.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Cabinet, CabinetError, NotificationKind};
use crate::loose::Loose;
use crate::{PortalError, ProtocolFault};

/// Where the portal tells of something besides its cabinet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channels {
    /// Letters to the person's address.
    pub email: bool,
    /// Messages to the person's phone.
    pub sms: bool,
    /// Programs that fetch, this one among them.
    pub push: bool,
}

/// A kind of notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindSettings {
    /// Which.
    pub kind: NotificationKind,
    /// It is told at all.
    pub wanted: bool,
    /// Where.
    pub channels: Channels,
}

/// The portal's settings of notifications. What this program does not understand of them stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationSettings {
    /// Anything at all; the portal tells of security in any case.
    pub enabled: bool,
    /// Every kind this program knows.
    pub kinds: Vec<KindSettings>,
    /// As the portal said them.
    said: Value,
}

const KINDS: [NotificationKind; 6] = [
    NotificationKind::Order,
    NotificationKind::Security,
    NotificationKind::Deadline,
    NotificationKind::Director,
    NotificationKind::System,
    NotificationKind::News,
];

impl Channels {
    fn read(value: Loose<'_>) -> Self {
        let names: Vec<&str> = value.list("channels").filter_map(Loose::as_text).collect();
        let has = |name: &str| names.contains(&name);
        Self {
            email: has("email"),
            sms: has("sms"),
            push: has("push"),
        }
    }

    fn names(self) -> Vec<&'static str> {
        [("email", self.email), ("sms", self.sms), ("push", self.push)]
            .into_iter()
            .filter_map(|(name, is_on)| is_on.then_some(name))
            .collect()
    }
}

impl NotificationSettings {
    fn read(said: Value) -> Option<Self> {
        said.as_object()?;
        let value = Loose::new(&said);
        let wanted: Vec<&str> = value.list("kinds").filter_map(Loose::as_text).collect();
        let standard = Channels::read(value);
        let kinds = KINDS.into_iter().map(|kind| {
            let own = value
                .list("deliver")
                .find(|one| one.text("kind").as_deref() == Some(kind.name()));
            KindSettings {
                wanted: wanted.contains(&kind.name()),
                channels: own.map_or(standard, Channels::read),
                kind,
            }
        });
        Some(Self {
            enabled: value.flag("enabled"),
            kinds: kinds.collect(),
            said: said.clone(),
        })
    }

    fn to_json(&self) -> Value {
        let mut value = self.said.clone();
        let is_known = |name: &str| KINDS.iter().any(|kind| kind.name() == name);
        let foreign = Loose::new(&self.said);
        let kept = foreign
            .list("kinds")
            .filter_map(Loose::as_text)
            .filter(|name| !is_known(name));
        let wanted = self.kinds.iter().filter(|one| one.wanted);
        let kinds: Vec<&str> = wanted.map(|one| one.kind.name()).chain(kept).collect();
        value["enabled"] = json!(self.enabled);
        value["kinds"] = json!(kinds);
        value["deliver"] = self
            .kinds
            .iter()
            .map(|one| json!({ "kind": one.kind.name(), "channels": one.channels.names() }))
            .collect();
        value
    }
}

impl Cabinet<'_> {
    /// The portal's settings of notifications.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn notification_settings(&self) -> Result<NotificationSettings, CabinetError> {
        let said = self.read(&["me", "notification-settings"], &[]).await?;
        Ok(NotificationSettings::read(said).ok_or(PortalError::Protocol {
            what: ProtocolFault::FieldMissing("enabled"),
        })?)
    }

    /// Sets them.
    ///
    /// # Errors
    /// [`CabinetError::StepUp`] where the portal wants it confirmed.
    pub async fn set_notification_settings(
        &self,
        settings: &NotificationSettings,
    ) -> Result<(), CabinetError> {
        self.change(
            Method::PUT,
            &["me", "notification-settings"],
            Some(settings.to_json()),
        )
        .await
        .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_stays_as_it_was() {
        let said = json!({"enabled": true, "kinds": ["news", "gossip"], "channels": ["email"], "rules": [{"name": "a"}],
            "deliver": [{"kind": "news", "channels": ["sms"]}]});
        let mut settings = NotificationSettings::read(said.clone()).unwrap();
        let of = |settings: &NotificationSettings, kind: NotificationKind| {
            settings
                .kinds
                .iter()
                .find(|one| one.kind == kind)
                .unwrap()
                .clone()
        };
        let news = of(&settings, NotificationKind::News);
        assert_eq!((news.wanted, news.channels.names()), (true, vec!["sms"]));
        let security = of(&settings, NotificationKind::Security);
        assert_eq!(
            (security.wanted, security.channels.names()),
            (false, vec!["email"])
        );
        settings.enabled = false;
        let written = settings.to_json();
        assert_eq!(written["rules"], said["rules"]);
        assert_eq!(written["kinds"], json!(["news", "gossip"]));
        assert_eq!(NotificationSettings::read(written).unwrap().kinds, settings.kinds);
        assert_eq!(NotificationSettings::read(json!([])), None);
    }
}
