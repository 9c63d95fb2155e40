//! How the core asks a person for a secret without knowing the toolkit.

use std::future::Future;
use std::pin::Pin;

use kabinet_store::RecoveryCode;
use zeroize::Zeroizing;

use crate::view::SecretPrompt;

/// A secret a person typed. It neither prints nor clones, and its memory is wiped.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn into_bytes(mut self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(std::mem::take(&mut *self.0).into_bytes())
    }

    pub(crate) fn into_text(mut self) -> String {
        std::mem::take(&mut *self.0)
    }
}

/// The answer to a question: the secret, or `None` if the person cancelled.
pub type AskFuture<'a> = Pin<Box<dyn Future<Output = Option<Secret>> + Send + 'a>>;

/// Whether a person who was shown something says that they keep it.
pub type ShowFuture<'a> = Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

/// What a person does when something is to be confirmed.
pub enum Confirmation {
    /// Gives what was asked for.
    Value(Secret),
    /// Chooses this way of confirming.
    Choose(String),
    /// Wants the code sent again.
    Resend,
}

/// What a person does, or `None` if they cancelled.
pub type ConfirmFuture<'a> = Pin<Box<dyn Future<Output = Option<Confirmation>> + Send + 'a>>;

/// Asks a person for a secret: a window, a terminal, a pipe, a script in tests.
pub trait Ask: Send + Sync {
    /// Shows the prompt and waits. Each answer is used for one attempt at most.
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_>;

    /// Whether the prompt lets nobody spend the last PIN try without a second confirmation. Who cannot ask twice
    /// must leave the last try to somebody who can.
    fn confirms_last_try(&self) -> bool;

    /// Shows a new recovery code, the only time anybody sees it, and waits until the person says that they have it on paper.
    /// Who has nobody to show it to answers `false`: then no code is made.
    fn show_code<'a>(&'a self, prompt: SecretPrompt, code: &'a RecoveryCode) -> ShowFuture<'a> {
        let _ = (prompt, code);
        Box::pin(async { false })
    }

    /// Shows what is to be confirmed at the portal ([`SecretPrompt::step_up`]) and waits. Who can only give secrets gives this one.
    fn confirm(&self, prompt: SecretPrompt) -> ConfirmFuture<'_> {
        Box::pin(async move { self.secret(prompt).await.map(Confirmation::Value) })
    }

    /// Whether the vault is opened by its recovery code, which is at hand, and not by a passphrase.
    fn has_recovery_code(&self) -> bool {
        false
    }

    /// Takes the question back that is open now, as if the person had cancelled: the vault is being closed.
    fn withdraw(&self) {}
}
