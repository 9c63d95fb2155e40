//! Inviting somebody by e-mail or phone: sent, taken back, accepted with the person's own account (EMP-02, EMP-04, EMP-06).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::access::{self, LinkStatus, Membership, RoleView, permission};
use super::super::account::Account;
use super::super::notifications::{self, Kind, Link};
use super::super::refusal::{Code, FieldProblem, Refusal};
use super::super::request::{Body, Caller};
use super::super::responses::{Common, Written};
use super::super::roles;
use super::super::step_up::Confirmation;
use super::super::time_format::rfc3339;
use super::changes::{self, Action, Changed};
use super::person::{Person, is_administrator};
use super::{managing, one_at_a_time};
use crate::demo::Employee;
use crate::esia::for_cabinet;
use crate::store::{Record, StoreError};
use crate::world::World;

/// An invitation is good for so long.
const GOOD_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Invitations of one organisation that wait.
const MOST_WAITING: usize = 100;

/// How it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = InvitationChannel)]
pub(crate) enum Channel {
    Email,
    Phone,
}

/// How far an invitation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InvitationState {
    Sent,
    Accepted,
    Declined,
    Revoked,
    Expired,
}

/// An invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Invitation {
    id: Uuid,
    organisation: i64,
    by: i64,
    channel: Channel,
    contact: String,
    role: String,
    sent_ms: i64,
    expires_ms: i64,
    state: InvitationState,
    settled_ms: Option<i64>,
}

impl Record for Invitation {
    const KIND: &'static str = "invitation";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.sent_ms
    }
}

/// An invitation as both sides see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Invitation)]
pub(crate) struct InvitationView {
    id: Uuid,
    /// oid and name of the organisation.
    organisation: String,
    organisation_name: String,
    channel: Channel,
    /// E-mail, or phone as `+7` and ten digits.
    contact: String,
    role: RoleView,
    by: String,
    #[schema(format = DateTime)]
    sent_at: String,
    #[schema(format = DateTime)]
    expires: String,
    state: InvitationState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    settled_at: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invitations {
    /// Newest first.
    items: Vec<InvitationView>,
}

/// Whom to invite: exactly one of the three, and as what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationRequest {
    #[schema(nullable = false)]
    email: Option<String>,
    /// Eleven digits; other characters do not count.
    #[schema(nullable = false)]
    phone: Option<String>,
    /// `id` of somebody whose access was revoked: invited anew at the contact of the account.
    #[schema(nullable = false)]
    employee: Option<String>,
    /// Code of a role.
    role: String,
}

impl Invitation {
    fn state(&self, now_ms: i64) -> InvitationState {
        match self.state {
            InvitationState::Sent if now_ms >= self.expires_ms => InvitationState::Expired,
            state => state,
        }
    }

    fn is_waiting(&self, now_ms: i64) -> bool {
        self.state(now_ms) == InvitationState::Sent
    }

    fn is_for(&self, world: &World, employee: &Employee) -> bool {
        let account = Account::of(world, employee);
        match self.channel {
            Channel::Email => account.email.eq_ignore_ascii_case(&self.contact),
            Channel::Phone => phone(&account.phone).as_deref() == Some(&self.contact),
        }
    }

    fn view(&self, world: &World) -> Result<InvitationView, StoreError> {
        let place = Membership {
            person: 0,
            organisation: self.organisation,
            role: self.role.clone(),
            chief: false,
            enabled: false,
            status: LinkStatus::InReview,
            since_ms: 0,
        };
        Ok(InvitationView {
            id: self.id,
            organisation: self.organisation.to_string(),
            organisation_name: name_of(world, self.organisation),
            channel: self.channel,
            contact: self.contact.clone(),
            role: access::role_view(world, &place)?,
            by: changes::name_of(world, self.by),
            sent_at: rfc3339(self.sent_ms),
            expires: rfc3339(self.expires_ms),
            state: self.state(world.now_ms()),
            settled_at: self.settled_ms.map(rfc3339),
        })
    }
}

fn name_of(world: &World, organisation: i64) -> String {
    let entry = world.registry.by_oid(organisation);
    entry.map_or_else(String::new, |entry| entry.short_name.clone())
}

/// `+7` and ten digits, whatever stands between them.
fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() == 11 && (digits.starts_with('7') || digits.starts_with('8'));
    is_phone.then(|| format!("+7{}", &digits[1..]))
}

fn email(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.split_once('@')?;
    let is_email = !name.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && text.len() <= 254
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && !host.contains('@');
    is_email.then(|| text.to_owned())
}

/// Where it goes.
fn contact(
    world: &World,
    place: &Membership,
    request: &InvitationRequest,
) -> Result<(Channel, String), Refusal> {
    let wrong = |name: &str, message: &str| {
        Refusal::new(Code::RequisitesInvalid).fields(vec![FieldProblem {
            name: name.into(),
            code: "format".into(),
            message: message.into(),
        }])
    };
    match (&request.email, &request.phone, &request.employee) {
        (Some(text), None, None) => email(text)
            .map(|to| (Channel::Email, to))
            .ok_or_else(|| wrong("email", "Нужен адрес вида имя@домен")),
        (None, Some(text), None) => phone(text)
            .map(|to| (Channel::Phone, to))
            .ok_or_else(|| wrong("phone", "Нужен номер из одиннадцати цифр")),
        (None, None, Some(id)) => {
            let person = Person::known(world, place, id)?;
            let account = Account::of(world, person.employee);
            Ok((Channel::Email, account.email))
        }
        _ => Err(Refusal::bad("нужно одно из: email, phone, employee")),
    }
}

/// Invites somebody. Needs step-up.
#[utoipa::path(
    post, path = "/invitations", tag = "employees",
    params(("X-Step-Up" = Option<String>, Header, description = "`stepUp.id` that was confirmed")),
    request_body = InvitationRequest,
    responses((status = 201, body = InvitationView), Common, Written)
)]
pub(crate) async fn invite(
    State(world): State<Arc<World>>,
    caller: Caller,
    confirmation: Confirmation,
    Body { value, digest }: Body<InvitationRequest>,
) -> Result<(StatusCode, Json<InvitationView>), Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "employee.add")?;
    let _alone = one_at_a_time();
    let title = roles::assignable(&world, &place, &value.role)?;
    let is_administrator = is_administrator(&value.role);
    if is_administrator {
        access::require(
            &world,
            &place,
            permission::ADMINISTRATORS_APPOINT,
            "administrator",
        )?;
    }
    let (channel, to) = contact(&world, &place, &value)?;
    let now_ms = world.now_ms();
    let one = Invitation {
        id: Uuid::new_v4(),
        organisation: place.organisation,
        by: caller.person,
        channel,
        contact: to,
        role: value.role,
        sent_ms: now_ms,
        expires_ms: now_ms + GOOD_MS,
        state: InvitationState::Sent,
        settled_ms: None,
    };
    let of_organisation = world
        .store
        .records_of::<Invitation>(&place.organisation.to_string())?;
    let mut waiting = of_organisation.iter().filter(|known| known.is_waiting(now_ms));
    if waiting.clone().any(|known| known.contact == one.contact) {
        return Err(Code::AlreadyInvited.into());
    }
    if waiting.nth(MOST_WAITING - 1).is_some() {
        return Err(Refusal::new(Code::TooOften).retry_after_ms(GOOD_MS));
    }
    let invited = world.index.employees.iter().find(|e| one.is_for(&world, e));
    if let Some(invited) = invited {
        let oid = i64::try_from(invited.oid).unwrap_or_default();
        let known = access::membership(&world, oid, place.organisation)?;
        if known.is_some_and(|known| known.is_active() && known.enabled) {
            return Err(Code::AlreadyEmployee.into());
        }
    }
    let operation = if is_administrator {
        "administrator.appoint"
    } else {
        "employee.add"
    };
    confirmation.require(&world, &caller, operation, &digest)?;
    world.store.add_record(&one)?;
    let organisation = name_of(&world, place.organisation);
    let text = format!(
        "{organisation} приглашает вас работать в кабинете организации, роль «{title}». Войдите в Кабинет со своей учётной записью \
         Госуслуг и примите приглашение в разделе «Мои организации» до {}. Номер приглашения: {}",
        rfc3339(one.expires_ms),
        one.id
    );
    let means = match channel {
        Channel::Email => "email",
        Channel::Phone => "sms",
    };
    for_cabinet::send(&world, means, &one.contact, &text, None)?;
    if let Some(invited) = invited {
        notifications::add(
            &world,
            i64::try_from(invited.oid).unwrap_or_default(),
            Kind::System,
            "Приглашение в организацию",
            &text,
            Some(Link {
                section: "organisations".into(),
                id: None,
            }),
            true,
        )?;
    }
    Changed::new(&world, &place, Action::Invited)
        .subject(&one.contact)
        .roles(None, Some(title))
        .settle(&world)?;
    Ok((StatusCode::CREATED, Json(one.view(&world)?)))
}

/// Invitations of the organisation, to who manages users.
#[utoipa::path(
    get, path = "/invitations", tag = "employees",
    responses((status = 200, body = Invitations), Common)
)]
pub(crate) async fn list(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Invitations>, Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "invitations")?;
    let all = world
        .store
        .records_of::<Invitation>(&place.organisation.to_string())?;
    let views = all.iter().rev().map(|one| one.view(&world));
    Ok(Json(Invitations {
        items: views.collect::<Result<_, _>>()?,
    }))
}

/// Takes an invitation back that was not answered yet.
#[utoipa::path(
    delete, path = "/invitations/{id}", tag = "employees",
    params(("id" = String, Path, description = "`id` of an invitation")),
    responses((status = 204, description = "Taken back."), Common, Written)
)]
pub(crate) async fn revoke(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let place = managing(&world, &caller, permission::USERS_MANAGE, "invitation.revoke")?;
    let known = world.store.record::<Invitation>(&id)?;
    if known.is_none_or(|known| known.organisation != place.organisation) {
        return Err(Code::InvitationNotFound.into());
    }
    let one = settled(&world, &id, InvitationState::Revoked)?;
    Changed::new(&world, &place, Action::InvitationRevoked)
        .subject(&one.contact)
        .settle(&world)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Invitations that wait for the caller's answer.
#[utoipa::path(
    get, path = "/me/invitations", tag = "employees",
    responses((status = 200, body = Invitations), Common)
)]
pub(crate) async fn mine(
    State(world): State<Arc<World>>,
    caller: Caller,
) -> Result<Json<Invitations>, Refusal> {
    let employee = caller.employee(&world)?;
    let (mut items, now_ms) = (vec![], world.now_ms());
    for one in world.store.records::<Invitation>()?.iter().rev() {
        if one.is_waiting(now_ms) && one.is_for(&world, employee) {
            items.push(one.view(&world)?);
        }
    }
    Ok(Json(Invitations { items }))
}

/// Accepts: from now on the caller works for the organisation. Wants a confirmed account.
#[utoipa::path(
    post, path = "/me/invitations/{id}/acceptance", tag = "employees",
    params(("id" = String, Path, description = "`id` of an invitation")),
    responses((status = 200, body = InvitationView), Common, Written)
)]
pub(crate) async fn accept(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<InvitationView>, Refusal> {
    let one = addressed(&world, &caller, &id)?;
    if !Account::of(&world, caller.employee(&world)?).confirmed {
        return Err(Code::PersonNotConfirmed.into());
    }
    let _alone = one_at_a_time();
    let one = settled(&world, &one.id.to_string(), InvitationState::Accepted)?;
    let membership = Membership {
        person: caller.person,
        organisation: one.organisation,
        role: one.role.clone(),
        chief: false,
        enabled: true,
        status: LinkStatus::Active,
        since_ms: world.now_ms(),
    };
    world.store.put_record(&membership)?;
    let title = access::role_view(&world, &membership)?.title;
    Changed::new(&world, &membership, Action::InvitationAccepted)
        .about_person(caller.person)
        .roles(None, Some(title))
        .settle(&world)?;
    Ok(Json(one.view(&world)?))
}

/// Declines.
#[utoipa::path(
    post, path = "/me/invitations/{id}/refusal", tag = "employees",
    params(("id" = String, Path, description = "`id` of an invitation")),
    responses((status = 200, body = InvitationView), Common, Written)
)]
pub(crate) async fn decline(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<InvitationView>, Refusal> {
    let one = addressed(&world, &caller, &id)?;
    let one = settled(&world, &one.id.to_string(), InvitationState::Declined)?;
    let mut change = Changed::new(
        &world,
        &Membership {
            person: caller.person,
            organisation: one.organisation,
            role: one.role.clone(),
            chief: false,
            enabled: false,
            status: LinkStatus::Refused,
            since_ms: 0,
        },
        Action::InvitationDeclined,
    );
    change.about = Some(caller.person);
    change.settle(&world)?;
    Ok(Json(one.view(&world)?))
}

fn addressed(world: &World, caller: &Caller, id: &str) -> Result<Invitation, Refusal> {
    let employee = caller.employee(world)?;
    let known = world.store.record::<Invitation>(id)?;
    known
        .filter(|one| one.is_for(world, employee))
        .ok_or(Refusal::new(Code::InvitationNotFound))
}

/// Ends the waiting, once.
fn settled(world: &World, id: &str, state: InvitationState) -> Result<Invitation, Refusal> {
    let now_ms = world.now_ms();
    let ended = world.store.change_record(id, |one: &mut Invitation| {
        if !one.is_waiting(now_ms) {
            return None;
        }
        one.state = state;
        one.settled_ms = Some(now_ms);
        Some(one.clone())
    })?;
    ended
        .ok_or(Code::InvitationNotFound)?
        .ok_or(Refusal::new(Code::InvitationEnded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_of_one_spelling_or_none() {
        for text in ["+7 (000) 000-02-01", "80000000201", "7 000 000 02 01"] {
            assert_eq!(phone(text).as_deref(), Some("+70000000201"), "{text}");
        }
        for text in ["", "000000201", "+1 000 000 02 01", "+7 000 000 02 011"] {
            assert_eq!(phone(text), None, "{text}");
        }
        assert_eq!(email(" a@b.example ").as_deref(), Some("a@b.example"));
        for text in [
            "",
            "a",
            "@b.example",
            "a@b",
            "a@.b",
            "a@b.",
            "a b@c.example",
            "a@b@c.example",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
    }
}
