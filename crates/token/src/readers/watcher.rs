//! The thread that sleeps in `SCardGetStatusChange`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pcsc::Error;
use tokio::sync::watch;

use super::connection::Connection;
use super::{NoService, ReadersState, Service};

/// How often an absent service is asked for. No card is touched by it.
const RETRY: Duration = Duration::from_secs(3);

/// How often one that denies access is asked: it writes each refusal into the system's log.
const RETRY_DENIED: Duration = Duration::from_secs(30);

/// Pause after what should not happen twice in a row.
const BREATH: Duration = Duration::from_millis(100);

/// PC/SC lite overlooks a reader that appears between the look and the wait. They come in groups (a token with several
/// interfaces, a hub), so there is another look until nothing has happened for this long.
const SETTLING: Duration = Duration::from_secs(1);

/// How long to wait for the thread to end before it is left behind: the service may hang.
const GRACE: Duration = Duration::from_secs(2);

/// Ends the thread when dropped.
pub(super) struct Watcher {
    link: Arc<Link>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and its owner share.
#[derive(Default)]
struct Link {
    ending: AtomicBool,
    connection: Mutex<Option<Connection>>,
}

impl Watcher {
    pub(super) fn start(publish: watch::Sender<ReadersState>) -> Self {
        let link = Arc::new(Link::default());
        let watch = {
            let link = Arc::clone(&link);
            let failed = publish.clone();
            thread::Builder::new()
                .name("readers".into())
                .spawn(move || watch_for_ever(&link, &publish))
                .inspect_err(|_| {
                    let code = Error::NoMemory as u32;
                    let absent = Service::Absent(NoService::Failed { code });
                    failed.send_replace(ReadersState::without_readers(absent, 0));
                })
        };
        Self {
            link,
            thread: watch.ok(),
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let Some(watching) = self.thread.take() else {
            return;
        };
        self.link.ending.store(true, Ordering::Release);
        watching.thread().unpark();
        let link = Arc::clone(&self.link);
        let (ended, end) = mpsc::channel();
        // In a thread of its own, since cancelling asks the service too.
        let ending = thread::Builder::new().name("readers-end".into()).spawn(move || {
            // More than once: a cancellation just before the wait is lost.
            while !watching.is_finished() {
                if let Some(connection) = link.connection() {
                    connection.cancel();
                }
                thread::sleep(Duration::from_millis(5));
            }
            let _ = watching.join();
            let _ = ended.send(());
        });
        if ending.is_ok() {
            let _ = end.recv_timeout(GRACE);
        }
    }
}

impl Link {
    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    fn connection(&self) -> Option<Connection> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        connection.clone()
    }

    fn set_connection(&self, connection: Option<Connection>) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = connection;
    }
}

/// Connects, follows, and connects again.
fn watch_for_ever(link: &Link, publish: &watch::Sender<ReadersState>) {
    let mut connections = 0;
    while !link.is_ending() {
        let followed = Connection::open().and_then(|connection| {
            link.set_connection(Some(connection.clone()));
            follow(link, &connection, connections + 1, publish)
        });
        link.set_connection(None);
        match followed {
            // What a service says while it goes down means nothing; asked anew it may be back already.
            Ok(()) => {
                connections += 1;
                thread::park_timeout(BREATH);
            }
            Err(error) => {
                let reason = NoService::from(error);
                show(
                    publish,
                    ReadersState::without_readers(Service::Absent(reason), connections),
                );
                thread::park_timeout(match reason {
                    NoService::Denied => RETRY_DENIED,
                    _ => RETRY,
                });
            }
        }
    }
}

/// Shows every change until the connection is lost or the watch ends. An error: there never was a look.
fn follow(
    link: &Link,
    connection: &Connection,
    number: u64,
    publish: &watch::Sender<ReadersState>,
) -> Result<(), Error> {
    let mut look = connection.look()?;
    let mut settled = false;
    loop {
        let changed = show(
            publish,
            ReadersState {
                service: Service::Running,
                connection: number,
                readers: look.readers(),
            },
        );
        let at_most = (!settled || changed).then_some(SETTLING);
        if link.is_ending() {
            return Ok(());
        }
        settled = match connection.wait(look, at_most) {
            Ok(()) => false,
            Err(Error::Timeout) => true,
            Err(Error::UnknownReader) => {
                thread::park_timeout(BREATH);
                false
            }
            Err(_) => return Ok(()),
        };
        look = match connection.look() {
            Ok(look) => look,
            Err(_) => return Ok(()),
        };
    }
}

/// Publishes a state unless it is the one already shown. True if it was not.
fn show(publish: &watch::Sender<ReadersState>, state: ReadersState) -> bool {
    publish.send_if_modified(|shown| {
        let changed = *shown != state;
        *shown = state;
        changed
    })
}
