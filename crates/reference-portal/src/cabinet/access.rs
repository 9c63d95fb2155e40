//! Who may do what in which organisation: roles as data, the places people have, permissions, recorded refusals.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::refusal::{Code, Refusal};
use super::representative;
use crate::clock;
use crate::poa::{self, Registered, State};
use crate::store::{Record, StoreError};
use crate::world::World;

/// The role that administers the organisation's profile beside its head.
pub(crate) const ADMINISTRATOR: &str = "administrator";

/// The permissions handlers ask for; all of them stand in `data/roles.json`.
pub(crate) mod permission {
    pub(crate) const TAXES_VIEW: &str = "taxes.view";
    pub(crate) const SERVICES_ENABLE: &str = "services.enable";
    pub(crate) const LINK_MANAGE: &str = "link.manage";
    pub(crate) const LINK_REMOVE: &str = "link.remove";
    pub(crate) const APPLICATIONS_SUBMIT: &str = "applications.submit";
    pub(crate) const APPLICATIONS_TRACK: &str = "applications.track";
    pub(crate) const CABINET_ENTER: &str = "cabinet.enter";
    pub(crate) const USERS_MANAGE: &str = "users.manage";
    pub(crate) const POA_MANAGE: &str = "poa.manage";
    pub(crate) const REVIEW_ACCESS: &str = "review.access";
    pub(crate) const SIGNING_INITIATE: &str = "signing.initiate";
    pub(crate) const ROLES_ASSIGN: &str = "roles.assign";
    pub(crate) const ROLES_CREATE: &str = "roles.create";
    pub(crate) const ADMINISTRATORS_APPOINT: &str = "administrators.appoint";
    pub(crate) const JOURNAL_VIEW: &str = "journal.view";
}

/// `data/roles.json`; its shape is checked by a test, so a broken one grants nothing.
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/roles.json")).unwrap_or_default());

#[derive(Default, Deserialize)]
struct Catalogue {
    permissions: Vec<Permission>,
    roles: Vec<Role>,
}

/// One thing a person may be allowed to do.
#[derive(Deserialize)]
pub(crate) struct Permission {
    pub(crate) code: String,
    pub(crate) title: String,
    /// Title of the group it is shown in.
    pub(crate) group: String,
}

/// A built-in role.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Role {
    pub(crate) code: String,
    pub(crate) title: String,
    words: Vec<String>,
    /// Permission to its source.
    pub(crate) granted: BTreeMap<String, String>,
    pub(crate) by_power_of_attorney: Vec<String>,
    pub(crate) denied: BTreeMap<String, String>,
}

/// A role an organisation made for itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OwnRole {
    pub(crate) organisation: i64,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) granted: Vec<String>,
    /// Taken away; nobody has it and nobody gets it.
    #[serde(default)]
    pub(crate) removed: bool,
}

impl Record for OwnRole {
    const KIND: &'static str = "role";
    fn id(&self) -> String {
        format!("{}/{}", self.organisation, self.code)
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        0
    }
}

/// How far the link of a person and an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LinkStatus {
    Active,
    AwaitingSignature,
    AwaitingCode,
    AwaitingDirector,
    InReview,
    Refused,
    Unlinked,
}

/// A person's place in an organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Membership {
    pub(crate) person: i64,
    pub(crate) organisation: i64,
    pub(crate) role: String,
    /// Whether the person is the head.
    pub(crate) chief: bool,
    /// False for an employee the organisation blocked.
    pub(crate) enabled: bool,
    pub(crate) status: LinkStatus,
    pub(crate) since_ms: i64,
}

impl Record for Membership {
    const KIND: &'static str = "membership";
    fn id(&self) -> String {
        format!("{}/{}", self.person, self.organisation)
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.since_ms
    }
}

impl Membership {
    pub(crate) fn is_active(&self) -> bool {
        self.status == LinkStatus::Active
    }

    /// Whether the person administers the organisation's profile.
    pub(crate) fn is_admin(&self) -> bool {
        self.chief || self.role == ADMINISTRATOR
    }
}

/// Whether one permission is granted, and if not, why.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Grant {
    pub(crate) code: String,
    pub(crate) granted: bool,
    /// In Russian; only of what is not granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) reason: Option<String>,
}

/// Code and title of a role.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RoleView {
    pub(crate) code: String,
    pub(crate) title: String,
}

/// An action that was refused for want of a permission.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefusedAction {
    pub(crate) id: Uuid,
    pub(crate) at_ms: i64,
    pub(crate) person: i64,
    pub(crate) organisation: i64,
    pub(crate) role: String,
    pub(crate) permission: String,
    pub(crate) operation: String,
}

impl Record for RefusedAction {
    const KIND: &'static str = "refusal";
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

/// Every permission there is.
pub(crate) fn permissions() -> &'static [Permission] {
    &CATALOGUE.permissions
}

/// The built-in roles.
pub(crate) fn roles() -> &'static [Role] {
    &CATALOGUE.roles
}

/// Whether a built-in role has this code.
pub(crate) fn is_role(code: &str) -> bool {
    CATALOGUE.roles.iter().any(|role| role.code == code)
}

/// The role a demo person has by the job title; other people are given one when they are linked.
fn role_by_title(title: &str) -> &'static str {
    let title = title.to_lowercase();
    CATALOGUE
        .roles
        .iter()
        .find(|role| role.words.iter().any(|word| title.contains(word.as_str())))
        .map_or("employee", |role| role.code.as_str())
}

/// A person's place in an organisation, if there is or was one.
pub(crate) fn membership(
    world: &World,
    person: i64,
    organisation: i64,
) -> Result<Option<Membership>, StoreError> {
    Ok(memberships(world, person)?
        .into_iter()
        .find(|m| m.organisation == organisation))
}

/// Every place a person has or had: those of the demo data, and those that came by linking.
pub(crate) fn memberships(world: &World, person: i64) -> Result<Vec<Membership>, StoreError> {
    let mut all = world.store.records_of::<Membership>(&person.to_string())?;
    let employee = world.employee_by_oid(person);
    let own = employee.and_then(|e| Some((e, world.index.organisation(&e.organisation)?)));
    if let Some((employee, organisation)) = own {
        let organisation = i64::try_from(organisation.oid).unwrap_or_default();
        if !all.iter().any(|m| m.organisation == organisation) {
            let role = role_by_title(&employee.title);
            let membership = Membership {
                person,
                organisation,
                role: role.into(),
                chief: role == "director",
                enabled: true,
                status: LinkStatus::Active,
                since_ms: DEMO_SINCE_MS,
            };
            all.insert(0, membership);
        }
        let account = world.index.accounts.iter().find(|a| a.employee == employee.id);
        for also in account.iter().flat_map(|account| &account.also_in) {
            let Some(organisation) = world.index.organisation(&also.organisation) else {
                continue;
            };
            let organisation = i64::try_from(organisation.oid).unwrap_or_default();
            if !all.iter().any(|m| m.organisation == organisation) {
                all.push(Membership {
                    person,
                    organisation,
                    role: "employee".into(),
                    chief: false,
                    enabled: also.active,
                    status: LinkStatus::Active,
                    since_ms: DEMO_SINCE_MS,
                });
            }
        }
    }
    Ok(all)
}

/// 1 January 2026, Moscow: since when the demo people are where they are.
const DEMO_SINCE_MS: i64 = 1_767_214_800_000;

/// oids of everybody who works for an organisation now.
pub(crate) fn members(world: &World, organisation: i64) -> Result<Vec<Membership>, StoreError> {
    let mut found = vec![];
    for employee in &world.index.employees {
        let person = i64::try_from(employee.oid).unwrap_or_default();
        found.extend(membership(world, person, organisation)?.filter(|m| m.is_active() && m.enabled));
    }
    Ok(found)
}

/// Code and title of a membership's role.
pub(crate) fn role_view(world: &World, membership: &Membership) -> Result<RoleView, StoreError> {
    let title = match CATALOGUE.roles.iter().find(|role| role.code == membership.role) {
        Some(role) => role.title.clone(),
        None => own_role(world, membership)?.map_or_else(|| membership.role.clone(), |role| role.title),
    };
    Ok(RoleView {
        code: membership.role.clone(),
        title,
    })
}

fn own_role(world: &World, membership: &Membership) -> Result<Option<OwnRole>, StoreError> {
    world
        .store
        .record(&format!("{}/{}", membership.organisation, membership.role))
}

/// Every permission, granted or not.
pub(crate) fn grants(world: &World, membership: &Membership) -> Result<Vec<Grant>, StoreError> {
    let role = CATALOGUE.roles.iter().find(|role| role.code == membership.role);
    let own = match role {
        Some(_) => None,
        None => own_role(world, membership)?,
    };
    let is_closed = representative::is_closed(world, membership)?;
    let given = match role {
        Some(role) if !role.by_power_of_attorney.is_empty() => powers_of_attorney(world, membership)?,
        _ => vec![],
    };
    let reason = |code: &str| -> Option<String> {
        if !membership.enabled {
            return Some("Организация заблокировала ваш доступ".into());
        }
        if is_closed && representative::GATED.contains(&code) {
            return Some(representative::REASON.into());
        }
        if let Some(own) = &own {
            let granted = own.granted.iter().any(|granted| granted == code);
            return (!granted).then(|| format!("Роль «{}» не включает этого права", own.title));
        }
        let Some(role) = role else {
            return Some("Роль не найдена".into());
        };
        if role.granted.contains_key(code) {
            None
        } else if role.by_power_of_attorney.iter().any(|given| given == code) {
            by_power_of_attorney(&given, world.now_ms(), code)
        } else if role.denied.contains_key(code) {
            Some(format!("Роли «{}» это запрещено", role.title))
        } else {
            Some(format!("Роль «{}» не включает этого права", role.title))
        }
    };
    Ok(permissions()
        .iter()
        .map(|permission| {
            let reason = reason(&permission.code);
            Grant {
                code: permission.code.clone(),
                granted: reason.is_none(),
                reason,
            }
        })
        .collect())
}

/// What the organisation gave this person.
fn powers_of_attorney(world: &World, membership: &Membership) -> Result<Vec<Registered>, StoreError> {
    match world.employee_by_oid(membership.person) {
        Some(person) => poa::by_representative(world, membership.organisation, (&person.inn, &person.snils)),
        None => Ok(vec![]),
    }
}

/// Why no power of attorney opens a permission now; nothing when one does.
fn by_power_of_attorney(given: &[Registered], now_ms: i64, code: &str) -> Option<String> {
    let of = |state| given.iter().filter(move |one| one.state(now_ms) == state);
    if of(State::Active).any(|one| poa::permits(&one.deed, code)) {
        return None;
    }
    let named = |state| of(state).any(|one| poa::permits(&one.deed, code));
    let reason = if named(State::Created) {
        "Доверенность, в которой названо это право, ещё не действует"
    } else if named(State::Expired) {
        "Срок доверенности истёк: нужна новая"
    } else if named(State::Revoked) {
        "Доверенность отозвана"
    } else {
        "Нужна доверенность, в которой названо это право"
    };
    Some(reason.into())
}

/// Whether a person may do this in an organisation; a refusal is recorded.
pub(crate) fn allowed(
    world: &World,
    membership: &Membership,
    permission: &str,
    operation: &str,
) -> Result<Option<Grant>, StoreError> {
    let missing = grants(world, membership)?
        .into_iter()
        .find(|grant| grant.code == permission && !grant.granted);
    if missing.is_some() {
        world.store.add_record(&RefusedAction {
            id: Uuid::new_v4(),
            at_ms: clock::now_ms(),
            person: membership.person,
            organisation: membership.organisation,
            role: membership.role.clone(),
            permission: permission.into(),
            operation: operation.into(),
        })?;
    }
    Ok(missing)
}

/// As [`allowed`], as a refusal of the cabinet.
pub(crate) fn require(
    world: &World,
    membership: &Membership,
    permission: &str,
    operation: &str,
) -> Result<(), Refusal> {
    let Some(grant) = allowed(world, membership, permission, operation)? else {
        return Ok(());
    };
    let title = permissions().iter().find(|p| p.code == permission);
    let reason = format!(
        "{} ({})",
        grant.reason.unwrap_or_default(),
        title.map_or(permission, |p| &p.title)
    );
    Err(Refusal::new(Code::NoPermission)
        .because(&reason)
        .with(|body| body.permission = Some(permission.into())))
}

/// Whether somebody without a place in the organisation's cabinet, or with one, may send for it (API ЕПГУ).
pub(crate) fn may_submit(world: &World, person: i64, organisation: i64) -> Result<bool, StoreError> {
    match membership(world, person, organisation)? {
        Some(membership) if membership.is_active() => {
            let missing = allowed(world, &membership, permission::APPLICATIONS_SUBMIT, "push")?;
            Ok(missing.is_none())
        }
        _ => Ok(false),
    }
}

/// Whether the person is the head or an administrator of the organisation: they read its Госпочта.
pub(crate) fn may_read_mail(world: &World, person: i64, organisation: i64) -> Result<bool, StoreError> {
    let membership = membership(world, person, organisation)?;
    Ok(membership.is_some_and(|m| m.is_active() && m.enabled && m.is_admin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_names_only_known_permissions_and_each_at_most_once() {
        assert_eq!(CATALOGUE.permissions.len(), 34);
        assert_eq!(CATALOGUE.roles.len(), 10);
        for role in &CATALOGUE.roles {
            let named: Vec<&String> = role
                .granted
                .keys()
                .chain(&role.by_power_of_attorney)
                .chain(role.denied.keys())
                .collect();
            for code in &named {
                assert!(permissions().iter().any(|p| p.code == **code), "{code}");
                assert_eq!(named.iter().filter(|other| other == &code).count(), 1, "{code}");
            }
        }
    }

    #[test]
    fn permissions_asked_for_exist() {
        for code in [
            permission::SERVICES_ENABLE,
            permission::TAXES_VIEW,
            permission::LINK_MANAGE,
            permission::LINK_REMOVE,
            permission::APPLICATIONS_SUBMIT,
            permission::APPLICATIONS_TRACK,
            permission::CABINET_ENTER,
            permission::USERS_MANAGE,
            permission::POA_MANAGE,
            permission::REVIEW_ACCESS,
            permission::SIGNING_INITIATE,
            permission::ROLES_ASSIGN,
            permission::ROLES_CREATE,
            permission::ADMINISTRATORS_APPOINT,
            permission::JOURNAL_VIEW,
        ] {
            assert!(permissions().iter().any(|p| p.code == code), "{code}");
        }
    }

    #[test]
    fn titles_lead_to_roles_and_unknown_ones_to_the_least() {
        assert_eq!(role_by_title("Генеральный директор"), "director");
        assert_eq!(role_by_title("Главный бухгалтер"), "accountant");
        assert_eq!(role_by_title("Садовник"), "employee");
    }
}
