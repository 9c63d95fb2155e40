//! What a person wants to hear of, and where.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::notifications::Kind;
use super::refusal::Refusal;
use super::request::{Body, Caller};
use super::responses::{Common, Written};
use super::step_up::Confirmation;
use crate::store::{Record, StoreError};
use crate::world::World;

/// What a person wants to hear of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationSettings {
    /// Off: only security remains.
    pub(crate) enabled: bool,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) channels: Vec<DeliveryChannel>,
    #[schema(max_items = 50)]
    pub(crate) rules: Vec<Rule>,
    /// Channels of single kinds, in place of `channels`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 6)]
    pub(crate) deliver: Vec<Delivery>,
}

/// Channels of one kind.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationDelivery)]
pub(crate) struct Delivery {
    kind: Kind,
    #[schema(max_items = 3)]
    channels: Vec<DeliveryChannel>,
}

impl NotificationSettings {
    /// Where notifications of a kind go besides the cabinet.
    pub(crate) fn channels_of(&self, kind: Kind) -> Vec<DeliveryChannel> {
        let own = self.deliver.iter().find(|delivery| delivery.kind == kind);
        own.map_or(&self.channels, |delivery| &delivery.channels).clone()
    }
}

/// Where notifications go besides the cabinet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DeliveryChannel {
    Email,
    Sms,
    Push,
}

/// Makes notifications of a kind important or not.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationRule)]
pub(crate) struct Rule {
    #[schema(max_length = 200)]
    name: String,
    pub(crate) kind: Kind,
    /// Part of the title or the text; any, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub(crate) contains: Option<String>,
    pub(crate) important: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredSettings {
    person: i64,
    settings: NotificationSettings,
}

impl Record for StoredSettings {
    const KIND: &'static str = "notification-settings";
    fn id(&self) -> String {
        self.person.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        0
    }
}

/// What a person wants; the standard until something else is said.
pub(crate) fn settings_of(world: &World, person: i64) -> Result<NotificationSettings, StoreError> {
    let stored = world.store.record::<StoredSettings>(&person.to_string())?;
    Ok(stored.map_or_else(
        || NotificationSettings {
            enabled: true,
            kinds: vec![
                Kind::Order,
                Kind::Security,
                Kind::System,
                Kind::Deadline,
                Kind::News,
                Kind::Director,
            ],
            channels: vec![DeliveryChannel::Email, DeliveryChannel::Push],
            rules: vec![],
            deliver: vec![],
        },
        |stored| stored.settings,
    ))
}

/// The caller's settings.
#[utoipa::path(
    get, path = "/me/notification-settings", tag = "notifications",
    responses((status = 200, body = NotificationSettings), Common)
)]
pub(crate) async fn settings(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<NotificationSettings>, Refusal> {
    Ok(Json(settings_of(&world, caller.person)?))
}

/// Replaces the caller's settings. Needs step-up where a channel of security is taken away.
#[utoipa::path(
    put, path = "/me/notification-settings", tag = "notifications",
    params(("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed")),
    request_body = NotificationSettings,
    responses((status = 200, body = NotificationSettings), Common, Written)
)]
pub(crate) async fn change_settings(
    State(world): State<Arc<World>>,
    caller: Caller,
    confirmation: Confirmation,
    Body { value, digest }: Body<NotificationSettings>,
) -> Result<Json<NotificationSettings>, Refusal> {
    let too_long = |text: &String| text.chars().count() > 200;
    if value.rules.len() > 50
        || value
            .rules
            .iter()
            .any(|r| too_long(&r.name) || r.contains.as_ref().is_some_and(too_long))
    {
        return Err(Refusal::bad(
            "rules: не больше 50 правил, каждый текст не длиннее 200 знаков",
        ));
    }
    // Who has taken an account over must not be able to do it in silence.
    let kept = value.channels_of(Kind::Security);
    let before = settings_of(&world, caller.person)?.channels_of(Kind::Security);
    if before.iter().any(|channel| !kept.contains(channel)) {
        confirmation.require(&world, &caller, "notifications.security", &digest)?;
    }
    world.store.put_record(&StoredSettings {
        person: caller.person,
        settings: value.clone(),
    })?;
    Ok(Json(value))
}
