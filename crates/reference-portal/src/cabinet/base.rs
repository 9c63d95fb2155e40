//! What this portal offers, and the caller's own account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::account::{Account, masked_email, masked_phone};
use super::files::FILE_LIMIT;
use super::links::{LINK_DOCUMENTS, WantedDocument};
use super::refusal::Refusal;
use super::registrations::DOCUMENTS;
use super::request::Caller;
use super::responses::Common;
use super::time_format;
use crate::esia::CONFIRM_WAYS;
use crate::world::World;

/// What a password must be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PasswordPolicy {
    /// Characters.
    min_length: u32,
    /// Of upper case, lower case, digits and signs.
    classes: u32,
    max_age_days: u32,
}

/// What the cabinet of this portal offers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Base {
    version: &'static str,
    features: Vec<&'static str>,
    password_policy: PasswordPolicy,
    session_idle_minutes: u32,
    #[schema(format = DateTime)]
    server_time: String,
    /// In the order in which they are to be given.
    link_documents: Vec<WantedDocument>,
    /// In the order in which they are to be given.
    registration_documents: Vec<WantedDocument>,
    /// Octets of the largest file that goes with a request.
    max_file_bytes: usize,
}

/// What is offered; answers without a token.
#[utoipa::path(get, path = "/", tag = "base", security(()), responses((status = 200, body = Base)))]
pub(crate) async fn base() -> Json<Base> {
    Json(Base {
        version: "1.0",
        features: vec![
            "organisations",
            "links",
            "registrations",
            "step-up",
            "check-up",
            "services",
            "notifications",
            "subscriptions",
            "licences",
            "representative",
            "files",
            "devices",
            "inspections",
            "poa",
            "employees",
            "roles",
            "invitations",
            "hand-overs",
        ],
        password_policy: PasswordPolicy {
            min_length: 12,
            classes: 4,
            max_age_days: 90,
        },
        session_idle_minutes: 30,
        server_time: time_format::now(),
        link_documents: LINK_DOCUMENTS.to_vec(),
        registration_documents: DOCUMENTS.to_vec(),
        max_file_bytes: FILE_LIMIT,
    })
}

/// How far the identity of a person is confirmed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Confirmed {
    Confirmed,
    NotConfirmed,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Security {
    /// Whether a second factor is set up.
    second_factor: bool,
    #[schema(format = DateTime)]
    password_expires: String,
    /// While the account is locked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    lock: Option<Lock>,
}

/// Why an account is locked, and who can end that before its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountLock)]
pub(crate) struct Lock {
    /// In a code of ЕСИА.
    cause: &'static str,
    /// Absent when it does not end by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    until: Option<String>,
    /// `self-service` or `support`.
    unlock: &'static str,
}

/// Hidden but for their ends.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Contacts {
    phone: String,
    email: String,
}

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me {
    oid: String,
    surname: String,
    given_name: String,
    confirmed: Confirmed,
    /// How the identity can be confirmed; empty when it is.
    confirm_ways: Vec<&'static str>,
    security: Security,
    contacts: Contacts,
    /// Pages on which the person puts it right.
    pages: Vec<Page>,
}

/// A page for people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountPage)]
pub(crate) struct Page {
    /// `security`, or `confirm-` and a way of confirming.
    code: String,
    url: String,
}

/// The caller's account.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = Me), Common))]
pub(crate) async fn me(State(world): State<Arc<World>>, caller: Caller) -> Result<Json<Me>, Refusal> {
    let employee = caller.employee(&world)?;
    let account = Account::of(&world, employee);
    let (confirmed, ways) = if account.confirmed {
        (Confirmed::Confirmed, vec![])
    } else {
        (Confirmed::NotConfirmed, CONFIRM_WAYS.to_vec())
    };
    let base = world.index.urls.esia.trim_end_matches('/');
    let mut pages = vec![Page {
        code: "security".into(),
        url: format!("{base}/idp/security"),
    }];
    pages.extend(ways.iter().map(|way| Page {
        code: format!("confirm-{way}"),
        url: format!("{base}/idp/confirm/{way}"),
    }));
    Ok(Json(Me {
        oid: employee.oid.to_string(),
        surname: employee.surname.clone(),
        given_name: employee.given_name.clone(),
        confirmed,
        confirm_ways: ways,
        security: Security {
            second_factor: account.has_second_factor,
            password_expires: time_format::rfc3339(account.password_expires_ms),
            lock: account.lock.map(|lock| Lock {
                cause: lock.cause,
                until: lock.until_ms.map(time_format::rfc3339),
                unlock: if lock.by_owner { "self-service" } else { "support" },
            }),
        },
        contacts: Contacts {
            phone: masked_phone(&account.phone),
            email: masked_email(&account.email),
        },
        pages,
    }))
}
