//! How the core asks a person for a secret without knowing the toolkit.

use std::future::Future;
use std::pin::Pin;

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

/// Asks a person for a secret: a window, a terminal, a pipe, a script in tests.
pub trait Ask: Send + Sync {
    /// Shows the prompt and waits. Each answer is used for one attempt at most.
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_>;

    /// Whether the prompt lets nobody spend the last PIN try without a second confirmation. Who cannot ask twice
    /// must leave the last try to somebody who can.
    fn confirms_last_try(&self) -> bool;

    /// Takes the question back that is open now, as if the person had cancelled: the vault is being closed.
    fn withdraw(&self) {}
}
