//! The application's end of a worker: the process and its pipe.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use zeroize::Zeroizing;

use super::workers::Workers;
use crate::error::TokenError;
use crate::model::Module;
use crate::protocol::{Answer, NETWORK_ARGUMENT, Request, WORKER_ARGUMENT, length, prefix};
use crate::secret::Pin;

/// How long an ended process may take to disappear before we stop waiting for it.
const EXIT_GRACE: Duration = Duration::from_secs(1);

/// A running worker. Dropping it kills the process: a request that was given up leaves nothing behind.
pub(super) struct Worker {
    process: Child,
    requests: ChildStdin,
    answers: ChildStdout,
}

impl Worker {
    /// Starts a fresh process; never a fork of this one, which vendor modules do not survive.
    pub(super) fn start(workers: &Workers, module: &Module) -> Result<Self, TokenError> {
        let mut command = Command::new(&workers.executable);
        command
            .arg(WORKER_ARGUMENT)
            .arg(&module.path)
            .args(module.network.then_some(NETWORK_ARGUMENT))
            .args(&workers.keep_out)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What a vendor module prints may hold anything, a PIN included: it goes nowhere.
            .stderr(Stdio::null())
            .kill_on_drop(true);
        #[cfg(windows)]
        command.creation_flags(0x0800_0000); // CREATE_NO_WINDOW
        let mut process = command.spawn().map_err(|_| TokenError::WorkerUnavailable)?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(requests), Some(answers)) = pipes else {
            return Err(TokenError::WorkerUnavailable);
        };
        Ok(Self {
            process,
            requests,
            answers,
        })
    }

    /// Itself, unless the process has ended on its own.
    pub(super) fn if_alive(mut self) -> Option<Self> {
        matches!(self.process.try_wait(), Ok(None)).then_some(self)
    }

    pub(super) async fn ask(&mut self, request: &Request) -> Result<(), TokenError> {
        let body = serde_json::to_vec(request).map_err(|_| TokenError::InputUnsuitable)?;
        let prefix = prefix(&body).ok_or(TokenError::InputUnsuitable)?;
        self.write(&prefix, &body).await
    }

    /// The PIN in a frame of its own. It is dropped, and wiped, when written.
    pub(super) async fn hand_over(&mut self, pin: Pin) -> Result<(), TokenError> {
        let prefix = prefix(pin.expose()).ok_or(TokenError::InputUnsuitable)?;
        self.write(&prefix, pin.expose()).await
    }

    async fn write(&mut self, prefix: &[u8], body: &[u8]) -> Result<(), TokenError> {
        let crashed = |_: io::Error| TokenError::ModuleCrashed;
        self.requests.write_all(prefix).await.map_err(crashed)?;
        self.requests.write_all(body).await.map_err(crashed)?;
        self.requests.flush().await.map_err(crashed)
    }

    /// The next answer. The worker runs foreign code, so nothing in it is taken on trust.
    pub(super) async fn answer(&mut self) -> Result<Answer, TokenError> {
        let mut prefix = [0; 4];
        self.answers
            .read_exact(&mut prefix)
            .await
            .map_err(|_| TokenError::ModuleCrashed)?;
        let length = length(prefix).ok_or(TokenError::ModuleMisbehaved { call: None })?;
        let mut body = Zeroizing::new(vec![0; length]);
        self.answers
            .read_exact(&mut body)
            .await
            .map_err(|_| TokenError::ModuleCrashed)?;
        serde_json::from_slice(&body).map_err(|_| TokenError::ModuleMisbehaved { call: None })
    }

    /// Asks the module to finish, then ends the process whether it did or not.
    pub(super) async fn quit(mut self) {
        if self.ask(&Request::Quit).await.is_ok() {
            let _ = tokio::time::timeout(EXIT_GRACE, self.process.wait()).await;
        }
        self.kill().await;
    }

    /// Ends the process and waits until it is gone, but not for ever: it may be stuck in the kernel.
    pub(super) async fn kill(mut self) {
        if self.process.start_kill().is_ok() {
            let _ = tokio::time::timeout(EXIT_GRACE, self.process.wait()).await;
        }
    }
}
