//! The worker's end of the pipe.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::mpsc;

use zeroize::Zeroizing;

use crate::protocol::{Answer, Request, length, prefix};
use crate::secret::Pin;

/// Requests in, answers out.
pub(super) struct Pipe {
    frames: mpsc::Receiver<Zeroizing<Vec<u8>>>,
    output: File,
}

impl Pipe {
    /// Takes standard input and output for the protocol and leaves the module the null device: what a module prints must
    /// not look like an answer. A thread of its own reads, so that the parent's end is noticed while the module hangs.
    pub(super) fn take_over_standard_streams() -> io::Result<Self> {
        let (mut input, output) = standard_streams()?;
        let (sender, frames) = mpsc::channel();
        std::thread::Builder::new().name("pipe".into()).spawn(move || {
            while let Ok(frame) = read_frame(&mut input) {
                if sender.send(frame).is_err() {
                    break;
                }
            }
            end()
        })?;
        Ok(Self { frames, output })
    }

    /// The next request; `None` when it cannot be understood.
    pub(super) fn request(&mut self) -> Option<Request> {
        serde_json::from_slice(&self.frames.recv().ok()?).ok()
    }

    /// The PIN frame announced by the request just read.
    pub(super) fn pin(&mut self) -> Option<Pin> {
        self.frames.recv().ok().map(Pin::from_bytes)
    }

    /// Sends an answer. Without a parent to read it there is nothing left to do.
    pub(super) fn answer(&mut self, answer: &Answer) {
        // In one write: the parent wakes once, and waking it is what an answer costs.
        let sent = frame(answer).and_then(|frame| self.output.write_all(&frame));
        if sent.is_err() {
            end()
        }
    }
}

fn frame(answer: &Answer) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, answer)?;
    let prefix = prefix(&frame[4..]).ok_or(io::ErrorKind::InvalidData)?;
    frame[..4].copy_from_slice(&prefix);
    Ok(frame)
}

/// Straight from the pipe into memory that is wiped: no buffer in between keeps a copy of a PIN.
fn read_frame(input: &mut File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut prefix = [0; 4];
    input.read_exact(&mut prefix)?;
    let length = length(prefix).ok_or(io::ErrorKind::InvalidData)?;
    let mut body = Zeroizing::new(vec![0; length]);
    input.read_exact(&mut body)?;
    Ok(body)
}

#[cfg(unix)]
fn standard_streams() -> io::Result<(File, File)> {
    use std::os::fd::{AsFd, AsRawFd};
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let null = File::options().read(true).write(true).open("/dev/null")?;
    for stream in [libc::STDIN_FILENO, libc::STDOUT_FILENO] {
        // SAFETY: both are open descriptors of this process; nobody else uses these two yet.
        if unsafe { libc::dup2(null.as_raw_fd(), stream) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok((input, output))
}

/// The module keeps the handles: printing modules are a protocol error here, which ends the worker.
#[cfg(windows)]
fn standard_streams() -> io::Result<(File, File)> {
    use std::os::windows::io::AsHandle;
    let input = File::from(io::stdin().as_handle().try_clone_to_owned()?);
    let output = File::from(io::stdout().as_handle().try_clone_to_owned()?);
    Ok((input, output))
}

/// Ends the process without running the module's exit handlers, which are known to hang.
pub(super) fn end() -> ! {
    #[cfg(unix)]
    // SAFETY: ends the process; nothing of ours is left to flush.
    unsafe {
        libc::_exit(0)
    }
    #[cfg(not(unix))]
    std::process::exit(0)
}
