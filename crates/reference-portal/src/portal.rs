//! Starts and stops a portal inside the calling process.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::demo::{DemoIndex, Urls};
use crate::error::StartError;
use crate::faults::Fault;
use crate::server::{Door, Listeners, serve, tls_acceptor};
use crate::settings::Settings;
use crate::store::DatabaseAddress;
use crate::world::World;
use crate::{cabinet, console, control, epgu, esia, lifecycle, pki_http};

/// What a portal needs to start.
#[derive(Debug)]
pub struct Config {
    /// A directory made by [`crate::demo::init`] for the ports of `listeners`.
    pub dir: PathBuf,
    /// Bound sockets.
    pub listeners: Listeners,
    /// Limits and speeds to begin with.
    pub settings: Settings,
    /// A database of PostgreSQL; without it the state is in `dir/portal.db`.
    pub database: Option<DatabaseAddress>,
    /// Faults to begin with, usually of a [`crate::Chaos`] file.
    pub faults: Vec<Fault>,
}

/// The portal.
#[derive(Debug)]
pub struct Portal;

/// A portal at work. Dropping it stops it.
#[derive(Debug)]
pub struct RunningPortal {
    /// Where it listens.
    pub urls: Urls,
    /// Who and what is in its demo directory.
    pub demo: DemoIndex,
    /// The demo directory.
    pub dir: PathBuf,
    stop: Arc<AtomicBool>,
    stop_serving: Option<oneshot::Sender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Portal {
    /// Starts a portal on threads of its own; it may be called with or without an async runtime around.
    ///
    /// # Errors
    /// When the demo directory is damaged or a thread cannot be had.
    pub fn start(config: Config) -> Result<RunningPortal, StartError> {
        let ports = config.listeners.ports()?;
        let world = Arc::new(World::open(
            &config.dir,
            config.settings,
            config.database.as_ref(),
        )?);
        for fault in config.faults {
            world.faults.add(fault);
        }
        // A portal that stood still may have left orders without a next step.
        lifecycle::reschedule(&world)?;
        let tls = tls_acceptor(&config.dir, &world.index.tls)?;
        let (stop_serving, stopped) = oneshot::channel::<()>();
        let stop = Arc::new(AtomicBool::new(false));

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            // Each may wait for the database, which serves one at a time.
            .max_blocking_threads(16)
            .enable_all()
            .build()?;
        let [https, pki, operator] = {
            let _inside = runtime.enter();
            config.listeners.into_tokio()?
        };
        let api = esia::router()
            .merge(epgu::router())
            .merge(cabinet::router())
            .with_state(world.clone());
        let plain = pki_http::router().with_state(world.clone());
        let desk = console::guarded(
            console::router(world.clone()).merge(control::router().with_state(world.clone())),
        );
        runtime.spawn(serve(https, Some(tls), api, world.clone(), Door::Clients));
        runtime.spawn(serve(pki, None, plain, world.clone(), Door::Clients));
        runtime.spawn(serve(operator, None, desk, world.clone(), Door::Operator));

        let demo = world.index.clone();
        let (watched, moving) = (stop.clone(), world.clone());
        let threads = vec![
            std::thread::Builder::new()
                .name("portal-life-cycle".into())
                .spawn(move || lifecycle::run(&moving, &watched))?,
            // A runtime must not be dropped inside another one: this thread owns it.
            std::thread::Builder::new()
                .name("portal-http".into())
                .spawn(move || {
                    // An error means that the portal was dropped.
                    let _ = runtime.block_on(stopped);
                    runtime.shutdown_background();
                })?,
        ];
        let urls = Urls::at(ports);
        Ok(RunningPortal {
            urls,
            demo,
            dir: config.dir,
            stop,
            stop_serving: Some(stop_serving),
            threads,
        })
    }
}

impl RunningPortal {
    /// Stops serving and waits until the sockets are free.
    pub fn shutdown(mut self) {
        self.stop_now();
    }

    fn stop_now(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.stop_serving.take());
        for thread in self.threads.drain(..) {
            // A thread that panicked has already said so.
            let _ = thread.join();
        }
    }
}

impl Drop for RunningPortal {
    fn drop(&mut self) {
        self.stop_now();
    }
}
