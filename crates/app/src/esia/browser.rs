//! Opening an address in the person's browser.

use thiserror::Error;

/// No browser could be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no browser could be opened")]
pub struct BrowserError;

/// Opens addresses: the browser of the system, the terminal, a script in tests.
pub trait Browser: Send + Sync {
    /// Opens `url`, which is `https`, or `http` on this computer. Does not wait for anything.
    ///
    /// # Errors
    /// [`BrowserError`] when nothing could be started.
    fn open(&self, url: &str) -> Result<(), BrowserError>;
}

/// The browser the system is set to.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    // The address travels in the command line of what opens it, where other users of the computer may read it. It holds no
    // secret: the code that comes back is worth nothing without the verifier of PKCE, which never leaves this process but to ЕСИА.
    fn open(&self, url: &str) -> Result<(), BrowserError> {
        open::that_detached(url).map_err(|_| BrowserError)
    }
}
