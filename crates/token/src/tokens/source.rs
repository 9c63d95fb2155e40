//! What holds keys and signs with them, whichever way: the seam for providers other than PKCS#11.

use std::future::Future;
use std::pin::Pin as Pinned;

use crate::error::TokenError;
use crate::model::{Module, Scan, SignEvent, SignJob};
use crate::secret::Pin;

/// An answer that takes a while.
pub type Later<'a, T> = Pinned<Box<dyn Future<Output = T> + Send + 'a>>;

/// A source of keys. PKCS#11 modules and key files are such; the certificate store of an operating system is another.
pub trait KeySource: Send + Sync {
    /// Its name and the path that [`crate::TokenAddress::module`] names it by. A source without a file gives a path of its
    /// own making.
    fn module(&self) -> &Module;

    /// What it holds, without asking anybody for a secret.
    ///
    /// # Errors
    /// Why nothing could be seen.
    fn scan(&self) -> Later<'_, Result<Scan, TokenError>>;

    /// Signs all inputs of the job in their order under one secret, and reports each signature as soon as it exists.
    ///
    /// # Errors
    /// What stopped it; what was reported before stays good. The secret was used once at most.
    fn sign<'a>(
        &'a self,
        job: SignJob,
        secret: Option<Pin>,
        on_event: &'a mut (dyn FnMut(SignEvent) + Send),
    ) -> Later<'a, Result<(), TokenError>>;
}
