//! `reference-portal`: makes a demo directory and serves it on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::{Parser, Subcommand};
use kabinet_reference_portal::demo::{self, DemoError, DemoIndex, Ports};
use kabinet_reference_portal::{
    Chaos, Config, DatabaseAddress, Listeners, Portal, RunningPortal, Settings, StartError,
};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use thiserror::Error;
use tracing_subscriber::EnvFilter;

/// A server of ЕСИА and API ЕПГУ for demo, training and tests; loopback only.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    place: Option<Place>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Make the demo organisations, their people and certificates; does nothing where they exist.
    Init(Place),
}

/// How a demo directory is served, which is made first if it is empty, until SIGTERM or SIGINT.
#[derive(clap::Args)]
struct Serve {
    /// Keep the state in PostgreSQL, `postgres://ROLE@127.0.0.1/NAME` or `postgres:///NAME?host=/run/postgresql`;
    /// otherwise it is in DIR/portal.db.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A file whose first line is the password of the database.
    #[arg(long, value_name = "FILE", requires = "database")]
    database_password_file: Option<PathBuf>,
    /// Faults to begin with (JSON; the README shows the shape).
    #[arg(long, value_name = "FILE")]
    chaos: Option<PathBuf>,
    /// Written with the addresses (JSON) once the portal listens, removed at the end.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// How many times faster than usual orders move; 0 stops them.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    speed: f64,
}

#[derive(clap::Args)]
struct Place {
    /// The demo directory.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where ЕСИА and API ЕПГУ listen (HTTPS) [default: as the directory says, or 127.0.0.1:8443].
    #[arg(long, value_name = "ADDR", value_parser = loopback_port)]
    listen: Option<u16>,
    /// Where certificates, CRL, OCSP and time stamps are (HTTP) [default: as the directory says, or 127.0.0.1:8088].
    #[arg(long, value_name = "ADDR", value_parser = loopback_port)]
    pki: Option<u16>,
    /// Where the operator's console and control API are (HTTP) [default: as the directory says, or 127.0.0.1:8089].
    #[arg(long, value_name = "ADDR", value_parser = loopback_port)]
    operator: Option<u16>,
}

/// Why an address to listen at is not taken.
#[derive(Debug, Error)]
enum AddressRefused {
    #[error("an address is written 127.0.0.1:PORT")]
    Shape(#[from] std::net::AddrParseError),
    #[error("only 127.0.0.1 is listened at: the portal's people and passwords are known to everybody")]
    NotLoopback,
}

fn loopback_port(text: &str) -> Result<u16, AddressRefused> {
    let address: SocketAddr = text.parse()?;
    if address.ip() != Ipv4Addr::LOCALHOST {
        return Err(AddressRefused::NotLoopback);
    }
    Ok(address.port())
}

impl Place {
    fn ports(&self) -> Ports {
        let made = DemoIndex::load(&self.data)
            .map(|index| index.ports)
            .unwrap_or_default();
        Ports {
            https: self.listen.unwrap_or(made.https),
            pki: self.pki.unwrap_or(made.pki),
            operator: self.operator.unwrap_or(made.operator),
        }
    }
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn")))
        .with_writer(io::stderr)
        .init();
    let arguments = Arguments::parse();
    let done = match (arguments.command, arguments.place) {
        (Some(Command::Init(place)), _) => init(&place).map_err(StartError::from),
        (None, Some(place)) => arguments.serve.run(&place),
        // clap has shown the help instead.
        (None, None) => Ok(()),
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
    let index = demo::init(&place.data, place.ports())?;
    println!(
        "{}",
        serde_json::json!({"dir": place.data, "ports": index.ports, "urls": index.urls})
    );
    Ok(())
}

impl Serve {
    fn run(&self, place: &Place) -> Result<(), StartError> {
        let chaos = self
            .chaos
            .as_deref()
            .map(Chaos::load)
            .transpose()?
            .unwrap_or_default();
        let read = |url: &String| DatabaseAddress::read(url, self.database_password_file.as_deref());
        let database = self.database.as_ref().map(read).transpose()?;
        let settings = Settings {
            speed: self.speed,
            ..Settings::default()
        };
        // Before the portal is there, so that no signal is missed.
        let mut signals = Signals::new([SIGTERM, SIGINT])?;
        let listeners = Listeners::bind(place.ports())?;
        let index = demo::init(&place.data, listeners.ports()?)?;
        let portal = Portal::start(Config {
            dir: place.data.clone(),
            listeners,
            settings: chaos.laid_over(&settings),
            database,
            faults: chaos.faults,
        })?;
        let ready =
            serde_json::json!({"dir": portal.dir, "ports": index.ports, "urls": portal.urls}).to_string();
        println!("{ready}");
        let ready_file = self.ready_file.as_deref();
        ready_file.map_or(Ok(()), |file| write_at_once(file, &ready))?;
        signals.forever().next();
        end(portal, ready_file)
    }
}

/// Whoever sees the file sees all of it.
fn write_at_once(file: &Path, text: &str) -> io::Result<()> {
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(".part");
    fs::write(&unfinished, text)?;
    fs::rename(unfinished, file)
}

fn end(portal: RunningPortal, ready_file: Option<&Path>) -> Result<(), StartError> {
    let removed = ready_file.map_or(Ok(()), fs::remove_file);
    portal.shutdown();
    Ok(removed?)
}

fn report(error: &dyn std::error::Error) {
    let mut cause = Some(error);
    while let Some(error) = cause {
        eprintln!("reference-portal: {error}");
        cause = error.source();
    }
}
