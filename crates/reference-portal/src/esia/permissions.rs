//! `permissions`: the consent a system asks for in detail (section 2.2 of our notes).

use base64ct::{Base64Url, Base64UrlUnpadded, Encoding as _};
use serde::Deserialize;

use super::refusal::{PermissionsFault, Refusal};
use super::scopes;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    #[serde(default)]
    sysname: String,
    #[serde(default)]
    expire: i64,
    #[serde(default)]
    actions: Vec<Named>,
    #[serde(default)]
    purposes: Vec<Named>,
    #[serde(default)]
    scopes: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    sysname: String,
}

/// Checks the parameter; an absent one asks for nothing more than the scopes do.
pub(super) fn check(text: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = text else { return Ok(()) };
    let decoded = Base64UrlUnpadded::decode_vec(text).or_else(|_| Base64Url::decode_vec(text));
    let all: Vec<Permission> = decoded
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .ok_or(Refusal::BadParameter("permissions"))?;
    for permission in all {
        let fault = match &permission {
            p if p.sysname.is_empty() => PermissionsFault::NoType,
            p if p.sysname != "APIPGU" => PermissionsFault::UnknownType,
            p if p.scopes.is_empty() => PermissionsFault::NoScopes,
            p if p
                .scopes
                .iter()
                .any(|scope| scopes::parse_scope(&scope.sysname).is_err()) =>
            {
                PermissionsFault::UnknownScope
            }
            p if p.actions.is_empty() => PermissionsFault::NoActions,
            p if p.purposes.is_empty() => PermissionsFault::NoPurpose,
            p if p.expire <= 0 => PermissionsFault::WrongExpiry,
            _ => continue,
        };
        return Err(Refusal::Permissions(fault));
    }
    Ok(())
}
