//! ЕСИА: signing in with a browser (OAuth 2.0 with OpenID Connect), and the token of an organisation by API key.

mod accounts;
mod api_keys;
mod authorize;
mod codes;
mod control;
mod exchange;
pub(crate) mod for_cabinet;
mod jwt;
mod login;
mod owner;
mod parameters;
mod passwords;
mod people;
mod permissions;
mod refusal;
mod rest;
pub(crate) mod rs256;
mod scopes;
mod secret;
mod sessions;
mod state;
mod systems;
mod token;
mod totp;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{any, get, post};

use crate::authority::Signatory;
use crate::demo::{DemoIndex, NEXT_TOKEN_SIGNER, PKI_FOLDER};
use crate::error::StartError;
use crate::settings::{Settings, TokenKey};
use crate::store::Store;
use crate::world::{World, WorldError};

pub(crate) use control::{router as control_router, sent};
pub(crate) use jwt::{AccessClaims, TokenFault};
pub(crate) use login::CONFIRM_WAYS;
pub(crate) use rs256::Rs256Error;
pub(crate) use sessions::{DeviceView, devices_of, end_device};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/esia-rs/api/public/v1/orgs/ext-app/{key}/tkn", get(token::issue))
        .route("/aas/oauth2/v2/ac", get(authorize::authorize))
        .route("/aas/oauth2/v3/te", post(exchange::exchange))
        .route("/idp/ext/Logout", get(login::logout))
        // Withdrawn; a client that still calls them is told so.
        .route("/aas/oauth2/ac", any(withdrawn))
        .route("/aas/oauth2/te", any(withdrawn))
        .merge(login::router())
        .merge(rest::router())
        .layer(DefaultBodyLimit::max(64 * 1024))
}

async fn withdrawn() -> (StatusCode, &'static str) {
    (
        StatusCode::GONE,
        "Метод выведен из эксплуатации: используйте /aas/oauth2/v2/ac и /aas/oauth2/v3/te.\n",
    )
}

/// Keys, systems and records of ЕСИА.
pub(crate) struct Esia {
    pub(crate) records: state::Identity,
    systems: systems::Systems,
    signer: Signatory,
    /// Demo data of older versions have none.
    next_signer: Option<Signatory>,
    rs256: rs256::Rs256,
}

impl Esia {
    pub(crate) fn open(index: &DemoIndex, dir: &Path, store: &Store) -> Result<Self, StartError> {
        let folder = dir.join(PKI_FOLDER);
        let next = index.certificate(NEXT_TOKEN_SIGNER);
        Ok(Self {
            records: state::Identity::load(store)?,
            systems: systems::Systems::load(index, dir)?,
            signer: Signatory::load(&folder, "token-signer")?,
            next_signer: next
                .map(|_| Signatory::load(&folder, NEXT_TOKEN_SIGNER))
                .transpose()?,
            rs256: rs256::Rs256::load().map_err(|_| StartError::System)?,
        })
    }

    /// The key that signs tokens now.
    fn token_signer(&self, settings: &Settings) -> &Signatory {
        match (settings.token_key, &self.next_signer) {
            (TokenKey::Next, Some(next)) => next,
            _ => &self.signer,
        }
    }
}

/// What an access token says, if it is good: ours, in its time, and of a session that goes on.
pub(crate) fn access(world: &World, token: &str) -> Result<AccessClaims, TokenFault> {
    let esia = &world.esia;
    let signers = [Some(&esia.signer), esia.next_signer.as_ref()];
    let now = world.settings().now().unix_timestamp();
    let claims = jwt::read_access_token(token, signers.into_iter().flatten(), now)?;
    if esia
        .records
        .read(|state| state.ended.get(&claims.session).is_some())
    {
        return Err(TokenFault::Ended);
    }
    Ok(claims)
}

/// Runs what reads or writes the state on a thread that may wait.
async fn waiting<R: Send + 'static>(
    world: Arc<World>,
    work: impl FnOnce(&World) -> Result<R, WorldError> + Send + 'static,
) -> Result<R, WorldError> {
    tokio::task::spawn_blocking(move || work(&world))
        .await
        .map_err(|_| WorldError::Interrupted)?
}
