//! How fast the portal is under many clients: prints latencies and throughput (docs/performance.md has the numbers).
//!
//! ```text
//! ulimit -n 16384
//! cargo run --release -p kabinet-reference-portal --example load -- --clients 2000 [--database URL]
//! ```

#![allow(clippy::unwrap_used, reason = "a measurement, where a panic is the report")]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use kabinet_reference_portal::DatabaseAddress;

#[path = "../tests/support/load.rs"]
mod load;
#[path = "../tests/portal/openssl.rs"]
#[allow(dead_code, reason = "shared with the tests of the portal")]
mod openssl;

/// Loads a portal of its own with many clients at once.
#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 2000)]
    clients: usize,
    /// Seconds after which it is given up.
    #[arg(long, default_value_t = 480)]
    seconds: u64,
    /// How many times faster than usual orders move.
    #[arg(long, default_value_t = 10.0)]
    speed: f64,
    /// An empty database of PostgreSQL.
    #[arg(long)]
    database: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let read = |url: String| DatabaseAddress::read(&url, None).unwrap();
    let plan = load::Plan {
        clients: arguments.clients,
        most: Duration::from_secs(arguments.seconds),
        speed: arguments.speed,
        database: arguments.database.map(read),
    };
    let outcome = plan.run();
    print!("{outcome}");
    if outcome.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
