//! `reference-portal`: makes a demo directory and serves it on loopback.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use kabinet_reference_portal::demo::{self, DemoError, DemoIndex, Ports};
use kabinet_reference_portal::{Config, Listeners, Portal, Settings, StartError};
use tracing_subscriber::EnvFilter;

/// A server of ЕСИА and API ЕПГУ for demo, training and tests; loopback only.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the demo organisation, its people and certificates; does nothing where they exist.
    Init(Place),
    /// Serve a demo directory; makes it first if it is empty. Prints one line of JSON when ready.
    Run {
        #[command(flatten)]
        place: Place,
        /// How many times faster than usual orders move; 0 stops them.
        #[arg(long, default_value_t = 1.0)]
        speed: f64,
    },
}

#[derive(clap::Args)]
struct Place {
    /// The demo directory.
    #[arg(long)]
    dir: PathBuf,
    /// HTTPS port of ЕСИА and API ЕПГУ [default: that of the directory, or 8443].
    #[arg(long)]
    port: Option<u16>,
    /// HTTP port of certificates, CRL, OCSP, time stamps and control [default: that of the directory, or 8088].
    #[arg(long)]
    pki_port: Option<u16>,
}

impl Place {
    fn ports(&self) -> Ports {
        let made = DemoIndex::load(&self.dir)
            .map(|index| index.ports)
            .unwrap_or_default();
        Ports {
            https: self.port.unwrap_or(made.https),
            pki: self.pki_port.unwrap_or(made.pki),
        }
    }
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(std::io::stderr)
        .init();
    let done = match Arguments::parse().command {
        Command::Init(place) => init(&place).map_err(StartError::from),
        Command::Run { place, speed } => run(&place, speed),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

fn init(place: &Place) -> Result<(), DemoError> {
    let index = demo::init(&place.dir, place.ports())?;
    println!(
        "{}",
        serde_json::json!({"dir": place.dir, "ports": index.ports, "urls": index.urls})
    );
    Ok(())
}

fn run(place: &Place, speed: f64) -> Result<(), StartError> {
    let listeners = Listeners::bind(place.ports())?;
    demo::init(&place.dir, listeners.ports()?)?;
    let settings = Settings {
        speed,
        ..Settings::default()
    };
    let portal = Portal::start(Config {
        dir: place.dir.clone(),
        listeners,
        settings,
        database: None,
    })?;
    println!("{}", serde_json::json!({"dir": portal.dir, "urls": portal.urls}));
    // Until the process is ended: every answer was written down before it was given.
    loop {
        std::thread::park();
    }
}

fn report(error: &dyn std::error::Error) {
    let mut cause = Some(error);
    while let Some(error) = cause {
        eprintln!("reference-portal: {error}");
        cause = error.source();
    }
}
