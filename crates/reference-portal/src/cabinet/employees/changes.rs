//! The record of what was done to people and roles, and who hears of it (EMP-38, EMP-44).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::access::{self, Membership, permission};
use super::super::notifications::{self, Kind, Link};
use super::super::poa::{grants_any, place};
use super::super::refusal::Refusal;
use super::super::request::Caller;
use super::super::responses::Common;
use super::super::time_format::rfc3339;
use super::PersonName;
use crate::store::{Record, StoreError};
use crate::world::World;

/// Entries of an answer.
const MOST: usize = 500;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = StaffAction)]
pub(crate) enum Action {
    Invited,
    InvitationRevoked,
    InvitationAccepted,
    InvitationDeclined,
    RoleChanged,
    AdministratorAppointed,
    AdministratorDismissed,
    Removed,
    Restored,
    AccessRevoked,
    ProfileMade,
    ProfileChanged,
    ProfileRemoved,
}

impl Action {
    fn title(self) -> &'static str {
        match self {
            Self::Invited => "Отправлено приглашение",
            Self::InvitationRevoked => "Приглашение отозвано",
            Self::InvitationAccepted => "Приглашение принято",
            Self::InvitationDeclined => "Приглашение отклонено",
            Self::RoleChanged => "Роль изменена",
            Self::AdministratorAppointed => "Назначен администратор",
            Self::AdministratorDismissed => "Права администратора сняты",
            Self::Removed => "Сотрудник удалён",
            Self::Restored => "Сотрудник восстановлен",
            Self::AccessRevoked => "Доступ отозван",
            Self::ProfileMade => "Создана роль",
            Self::ProfileChanged => "Состав роли изменён",
            Self::ProfileRemoved => "Роль удалена",
        }
    }
}

/// One change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Changed {
    pub(crate) id: Uuid,
    pub(crate) at_ms: i64,
    pub(crate) organisation: i64,
    pub(crate) action: Action,
    /// Who did it.
    pub(crate) by: i64,
    /// Whom it is about, where that is known.
    pub(crate) about: Option<i64>,
    /// Contact of an invitation, or title of a role.
    pub(crate) subject: Option<String>,
    /// Titles of the roles before and after.
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) reason: Option<String>,
}

impl Record for Changed {
    const KIND: &'static str = "staff-change";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// One change, with the names of people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StaffChange)]
pub(crate) struct ChangeView {
    #[schema(format = DateTime)]
    at: String,
    action: Action,
    by: String,
    /// `id` of whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    employee: Option<String>,
    /// Name of whom it is about, the contact of an invitation, or the title of a role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    about: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changes {
    /// Newest first.
    items: Vec<ChangeView>,
}

impl Changed {
    pub(crate) fn new(world: &World, place: &Membership, action: Action) -> Self {
        Self {
            id: Uuid::new_v4(),
            at_ms: world.now_ms(),
            organisation: place.organisation,
            action,
            by: place.person,
            about: None,
            subject: None,
            from: None,
            to: None,
            reason: None,
        }
    }

    pub(crate) fn about_person(self, person: i64) -> Self {
        Self {
            about: Some(person),
            ..self
        }
    }

    pub(crate) fn subject(self, subject: &str) -> Self {
        Self {
            subject: Some(subject.to_owned()),
            ..self
        }
    }

    pub(crate) fn roles(self, from: Option<String>, to: Option<String>) -> Self {
        Self { from, to, ..self }
    }

    pub(crate) fn because(self, reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..self
        }
    }

    /// Writes it down, and tells whom it concerns and everybody who answers for the people of the organisation.
    pub(crate) fn settle(self, world: &World) -> Result<(), StoreError> {
        world.store.add_record(&self)?;
        let organisation = world
            .registry
            .by_oid(self.organisation)
            .map_or("", |entry| &entry.short_name);
        let roles = match (&self.from, &self.to) {
            (Some(from), Some(to)) => format!(" Роль: «{from}» → «{to}»."),
            (None, Some(to)) => format!(" Роль: «{to}»."),
            _ => String::new(),
        };
        let reason = self
            .reason
            .as_ref()
            .map_or_else(String::new, |reason| format!(" Причина: {reason}."));
        let of_whom = self
            .whom(world)
            .map_or_else(String::new, |name| format!(" {name}."));
        let by = name_of(world, self.by);
        let text = format!("{organisation}.{of_whom}{roles}{reason} Кто: {by}.");
        let mut told: Vec<i64> = self.about.into_iter().collect();
        for member in access::members(world, self.organisation)? {
            if member.is_admin() && !told.contains(&member.person) {
                told.push(member.person);
            }
        }
        let link = Link {
            section: "organisations".into(),
            id: None,
        };
        for person in told {
            notifications::add(
                world,
                person,
                Kind::Security,
                self.action.title(),
                &text,
                Some(link.clone()),
                self.about == Some(person),
            )?;
        }
        Ok(())
    }

    fn whom(&self, world: &World) -> Option<String> {
        let known = self.about.map(|person| name_of(world, person));
        known.or_else(|| self.subject.clone())
    }

    fn view(&self, world: &World) -> ChangeView {
        ChangeView {
            at: rfc3339(self.at_ms),
            action: self.action,
            by: name_of(world, self.by),
            employee: self.about.map(|person| person.to_string()),
            about: self.whom(world),
            from: self.from.clone(),
            to: self.to.clone(),
            reason: self.reason.clone(),
        }
    }

    /// What was done to somebody, newest first.
    pub(super) fn about(world: &World, membership: &Membership) -> Result<Vec<ChangeView>, StoreError> {
        let mut all = world
            .store
            .records_of::<Self>(&membership.organisation.to_string())?;
        all.retain(|one| one.about == Some(membership.person));
        Ok(newest(world, &all))
    }
}

fn newest(world: &World, all: &[Changed]) -> Vec<ChangeView> {
    all.iter().rev().take(MOST).map(|one| one.view(world)).collect()
}

/// Surname and given names.
pub(super) fn name_of(world: &World, person: i64) -> String {
    let Some(employee) = world.employee_by_oid(person) else {
        return String::new();
    };
    let name = PersonName::of(employee);
    let parts = [Some(name.surname), Some(name.given_name), name.patronymic];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What was done to the people and roles of the organisation, to who manages users or sees its journal.
#[utoipa::path(
    get, path = "/staff-changes", tag = "employees",
    responses((status = 200, body = Changes), Common)
)]
pub(crate) async fn list(State(world): State<Arc<World>>, caller: Caller) -> Result<Json<Changes>, Refusal> {
    let place = place(&world, &caller)?;
    if !grants_any(&world, &place, &[permission::USERS_MANAGE])? {
        access::require(&world, &place, permission::JOURNAL_VIEW, "staff-changes")?;
    }
    let all = world
        .store
        .records_of::<Changed>(&place.organisation.to_string())?;
    Ok(Json(Changes {
        items: newest(&world, &all),
    }))
}
