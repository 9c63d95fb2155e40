//! What tokens show, judged for the chosen organisation, and what is done to them.

mod certificates;
mod expiry;
mod key_files;
mod lines;
mod pins;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use kabinet_pki::Certificate;
use kabinet_token::{Catalogue, Module, Token, TokenCertificate, TokenError, Tokens, Workers, system_store};
use time::OffsetDateTime;
use tokio::time::{Instant, timeout_at};

use crate::view::TokenScan;
use crate::{App, AppError};

pub(crate) use lines::{certificate_view, pin_state, token_view, unfit};
pub(crate) use watch::CardWatch;

/// A module that has not answered by then is told of as one that has not answered yet.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1500);
/// A certificate on a slow token is waited for so long when somebody wants to sign with it.
const WANTED: Duration = Duration::from_secs(15);

/// A certificate together with the token that holds it.
pub(crate) struct Found {
    pub(crate) certificate: Certificate,
    pub(crate) on: TokenCertificate,
    pub(crate) token: Token,
}

impl App {
    /// Tokens and certificates of all modules; certificates fit for the chosen organisation come first. A slow module is
    /// not waited for.
    ///
    /// # Errors
    /// None of its own: what did not answer is listed in the result.
    pub async fn scan_tokens(&self) -> Result<TokenScan, AppError> {
        let tokens = self.tokens();
        let scan = tokens.glance(PATIENCE).await;
        let organisation = self.current().await.ok().map(|current| current.organisation);
        let mut view = lines::view(&scan, organisation.as_ref(), OffsetDateTime::now_utc());
        view.no_service = self.cards().no_service();
        self.tell_expiring(&view.expiring).await;
        Ok(view)
    }

    /// Like [`App::scan_tokens`] when a person asks: modules that are left alone since they hung are asked again too.
    ///
    /// # Errors
    /// None of its own.
    pub async fn rescan_tokens(&self) -> Result<TokenScan, AppError> {
        self.tokens().forgive();
        self.scan_tokens().await
    }

    /// The certificate whose SHA-256 begins with these hexadecimal digits, looked up on the tokens now. Modules that
    /// answer late are waited for only while nobody has shown it.
    pub(crate) async fn find_certificate(&self, id: &str) -> Result<Found, AppError> {
        let tokens = self.tokens();
        let until = Instant::now() + WANTED;
        let mut late = tokens.late();
        loop {
            late.mark_unchanged();
            let scan = tokens.glance(PATIENCE).await;
            match found(&scan, &id.to_ascii_lowercase()) {
                Err(AppError::NoCertificate) if !scan.pending.is_empty() => {}
                answer => return answer,
            }
            if timeout_at(until, late.changed()).await.is_err() {
                return Err(AppError::NoCertificate);
            }
        }
    }

    /// The token with this [`crate::view::TokenView::id`], looked up now.
    pub(crate) async fn find_token(&self, id: &str) -> Result<Token, AppError> {
        let scan = self.tokens().scan().await;
        let mut tokens = scan.tokens.into_iter();
        let token = tokens.find(|token| lines::token_id(token) == id);
        Ok(token.ok_or(TokenError::TokenNotFound)?)
    }

    /// The token layer, with modules and key files as they are now. What is the program's own is out of its workers' reach.
    pub(crate) fn make_tokens(&self) -> Tokens {
        let config = self.config();
        let workers = Workers::new(config.worker.clone())
            .keep_out(config.private_places())
            .watching(self.cards().changes());
        let tokens = Tokens::new(self.token_modules(), workers);
        let files = self.key_files().into_iter();
        let tokens = files.fold(tokens, |tokens, file| tokens.and(Arc::new(file)));
        // Who names modules wants those and nothing else.
        match system_store().filter(|_| config.only_modules.is_none()) {
            Some(store) => tokens.and(store),
            None => tokens,
        }
    }

    /// Modules to look for tokens with: those the catalogue finds here and the user's own.
    pub(crate) fn token_modules(&self) -> Vec<Module> {
        if let Some(only) = &self.config().only_modules {
            return only.iter().cloned().map(own_module).collect();
        }
        let mut modules = Catalogue::bundled().installed();
        modules.extend(
            self.settings()
                .modules
                .into_iter()
                .map(|path| own_module(path.into())),
        );
        modules
    }
}

/// One certificate on two tokens: the first that can sign serves.
fn found(scan: &kabinet_token::Scan, id: &str) -> Result<Found, AppError> {
    let mut found = None;
    for on in &scan.certificates {
        if !hex::encode(on.fingerprint).starts_with(id) {
            continue;
        }
        let Some(token) = scan.tokens.iter().find(|token| token.address == on.token) else {
            continue;
        };
        let Ok(certificate) = Certificate::from_der(&on.der) else {
            continue;
        };
        match &found {
            Some(Found { on: other, .. }) if other.fingerprint != on.fingerprint => {
                return Err(AppError::AmbiguousCertificate);
            }
            Some(Found { token: other, .. }) if !other.passive => {}
            _ => {
                found = Some(Found {
                    certificate,
                    on: on.clone(),
                    token: token.clone(),
                })
            }
        }
    }
    found.ok_or(AppError::NoCertificate)
}

fn own_module(path: PathBuf) -> Module {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Module {
        name,
        path,
        generic: false,
        network: false,
    }
}
