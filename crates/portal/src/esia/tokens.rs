//! The token request (`POST /aas/oauth2/v3/te`): a code, or a refresh token, for tokens.

use reqwest::{Method, Url};
use serde_json::Value;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::authorization::timestamp;
use super::id_token;
use super::session::is_usable;
use super::{
    Authorization, Code, EsiaCode, EsiaError, IdTokenFault, RefreshToken, Scopes, SystemSettings, Tokens,
};
use crate::loose::Loose;
use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{AccessToken, Portal, PortalError};

/// Largest answer of ЕСИА that is read, in bytes; JSON deeper than 128 levels is not read by the parser.
pub(super) const ANSWER_LIMIT: usize = 1024 * 1024;

/// What of a request its answer is held against.
struct Request<'a> {
    grant: &'a str,
    state: String,
    pairs: Vec<(&'a str, Zeroizing<String>)>,
}

impl Portal {
    /// Tokens for the code of the answer to `authorization`, with the ID token checked. Neither can be used again.
    ///
    /// # Errors
    /// [`EsiaError::Refused`], [`EsiaError::OtherState`], [`EsiaError::Incomplete`], [`EsiaError::IdToken`],
    /// [`EsiaError::OtherOrganisation`], [`EsiaError::Key`], and what any request can meet.
    pub async fn exchange_code(
        &self,
        system: &SystemSettings,
        authorization: Authorization,
        code: Code,
    ) -> Result<Tokens, EsiaError> {
        let Authorization {
            nonce,
            verifier,
            redirect_uri,
            scopes,
            ..
        } = authorization;
        let mut request = self
            .request(system, &scopes, &redirect_uri, "authorization_code", &code.0)
            .await?;
        request.pairs.push(("code", code.0));
        request
            .pairs
            .push(("code_verifier", Zeroizing::new(verifier.expose().to_owned())));
        let answer = self.ask_tokens(request).await?;
        let id_token = text(&answer, "id_token")?;
        let identity =
            id_token::check(&id_token, system, &nonce, self.esia_now()).map_err(EsiaError::IdToken)?;
        let mut tokens = self.tokens(system, &answer)?;
        let claims = tokens.access.claims();
        if claims
            .subject
            .as_deref()
            .is_some_and(|subject| subject != identity.oid)
        {
            return Err(EsiaError::IdToken(IdTokenFault::Subject));
        }
        fits(&tokens.access, &scopes)?;
        tokens.identity = Some(identity);
        Ok(tokens)
    }

    /// Goes on with a session. The token given is spent; the answer brings the next one.
    ///
    /// # Errors
    /// [`EsiaError::Ended`] when ЕСИА does not go on with it; otherwise as [`exchange_code`](Self::exchange_code).
    pub async fn refresh(
        &self,
        system: &SystemSettings,
        scopes: &Scopes,
        token: RefreshToken,
    ) -> Result<Tokens, EsiaError> {
        token.require_own(self, &system.client_id)?;
        let redirect_uri = system.redirect.uri(system.redirect.port());
        // The published texts sign with the redirect address, or with the refresh token in its place; this is the first.
        let mut request = self
            .request(system, scopes, &redirect_uri, "refresh_token", "")
            .await?;
        request.pairs.push(("refresh_token", token.text));
        let answer = match self.ask_tokens(request).await {
            Err(EsiaError::Refused {
                code: EsiaCode::GrantSpent | EsiaCode::NotEmployee | EsiaCode::Denied | EsiaCode::NoPermission,
                ..
            }) => return Err(EsiaError::Ended),
            answer => answer?,
        };
        let tokens = self.tokens(system, &answer)?;
        fits(&tokens.access, scopes)?;
        Ok(tokens)
    }

    async fn request<'a>(
        &self,
        system: &SystemSettings,
        scopes: &Scopes,
        redirect_uri: &str,
        grant: &'a str,
        code: &str,
    ) -> Result<Request<'a>, EsiaError> {
        let (scope, scope_org) = (scopes.scope(), scopes.scope_org());
        let state = Uuid::new_v4().to_string();
        let timestamp = timestamp(self.esia_now());
        let secret = system
            .authenticate(format!(
                "{}{scope}{scope_org}{timestamp}{state}{redirect_uri}{code}",
                system.client_id
            ))
            .await?;
        let kept = |text: &str| Zeroizing::new(text.to_owned());
        let mut pairs = vec![
            ("client_id", kept(&system.client_id)),
            ("grant_type", kept(grant)),
            ("state", kept(&state)),
            ("redirect_uri", kept(redirect_uri)),
            ("scope", kept(&scope)),
            ("timestamp", kept(&timestamp)),
            ("token_type", kept("Bearer")),
        ];
        if !scope_org.is_empty() {
            pairs.push(("scope_org", kept(&scope_org)));
        }
        if let Some(secret) = secret {
            pairs.push(("client_secret", secret.secret));
            pairs.push(("client_certificate_hash", Zeroizing::new(secret.certificate_hash)));
        }
        Ok(Request { grant, state, pairs })
    }

    async fn ask_tokens(&self, request: Request<'_>) -> Result<Value, EsiaError> {
        let answer = self
            .transport
            .exchange_within(
                Call {
                    site: Site::Esia,
                    method: Method::POST,
                    path: &["aas", "oauth2", "v3", "te"],
                    query: &[],
                    token: None,
                    payload: Payload::Encoded(encoded(&request.pairs)),
                    // A lost answer does no harm that a new sign-in would not mend.
                    effect: Effect::Reads,
                    timeout: self.options.timeouts.answer,
                },
                ANSWER_LIMIT,
            )
            .await?;
        if matches!(answer.http, 400 | 401 | 403) {
            return Err(refused(&answer));
        }
        tracing::debug!(grant = request.grant, "tokens came");
        let answer = answer.accepted()?.json()?;
        if Loose::new(&answer).text("state").as_deref() != Some(&request.state) {
            return Err(EsiaError::OtherState);
        }
        Ok(answer)
    }

    fn tokens(&self, system: &SystemSettings, answer: &Value) -> Result<Tokens, EsiaError> {
        let read = Loose::new(answer);
        let other_type = read
            .text("token_type")
            .is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer"));
        if other_type {
            return Err(EsiaError::Incomplete("token_type"));
        }
        let host = self.transport.esia_host();
        let access = AccessToken::new(std::mem::take(&mut *text(answer, "access_token")?))
            .ok_or(EsiaError::Incomplete("access_token"))?
            .issued_by(host);
        let refresh = match read.text("refresh_token") {
            None => None,
            Some(text) if is_usable(&text) => Some(RefreshToken {
                text: Zeroizing::new(text),
                host: host.to_owned(),
                client_id: system.client_id.clone(),
            }),
            Some(_) => return Err(EsiaError::Incomplete("refresh_token")),
        };
        Ok(Tokens {
            access,
            expires_in: read
                .number("expires_in")
                .and_then(|seconds| u64::try_from(seconds).ok()),
            refresh,
            identity: None,
        })
    }
}

fn text(answer: &Value, name: &'static str) -> Result<Zeroizing<String>, EsiaError> {
    Loose::new(answer)
        .text(name)
        .map(Zeroizing::new)
        .ok_or(EsiaError::Incomplete(name))
}

/// Whether the token is for the organisation asked for; one that does not say is let pass.
fn fits(token: &AccessToken, scopes: &Scopes) -> Result<(), EsiaError> {
    match (&token.claims().organisation, scopes.oid()) {
        (Some(given), Some(asked)) if given != asked => Err(EsiaError::OtherOrganisation),
        _ => Ok(()),
    }
}

fn refused(answer: &Answer) -> EsiaError {
    let body = answer.error_body();
    let (code, name) = EsiaCode::read(body.code.as_deref(), body.message.as_deref());
    if name.is_empty() {
        // A gateway's own page.
        return EsiaError::Portal(PortalError::Protocol {
            what: crate::ProtocolFault::Status(answer.http),
        });
    }
    EsiaError::Refused {
        code,
        name,
        message: body.message,
    }
}

/// `application/x-www-form-urlencoded`.
fn encoded(pairs: &[(&str, Zeroizing<String>)]) -> Zeroizing<String> {
    let Ok(mut url) = Url::parse("http://localhost/") else {
        return Zeroizing::default();
    };
    url.query_pairs_mut()
        .extend_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())));
    Zeroizing::new(url.query().unwrap_or_default().to_owned())
}
