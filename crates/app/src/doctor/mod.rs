//! The token doctor: walks from the socket to a verified signature and names the first link that does not hold, with its remedy
//! for this system. It looks without a login; a PIN is spent only by [`App::test_signature`], which a person asks for.
//!
//! Facts are gathered first (`facts.rs`) and put together into chains (`chain.rs`); what they mean is decided by pure functions
//! (`steps.rs`), so that every branch can be tried without a token.

mod chain;
mod devices;
mod facts;
mod finding;
mod report;
mod steps;
mod system;
mod test_signature;
#[cfg(test)]
mod tests;

use kabinet_token::{Catalogue, Workers};
use time::OffsetDateTime;

use crate::view::{Diagnosis, DoctorChain};
use crate::{App, AppError};
use devices::Devices;
use facts::Facts;
use steps::Judge;
use system::System;

pub use report::{DoctorReport, lines_of};
pub use test_signature::Tested;

impl App {
    /// Looks at USB, PC/SC, the modules and their tokens, all at once and without a login: no PIN is spent.
    ///
    /// # Errors
    /// None of its own: what does not work is a step of the result.
    pub async fn diagnose(&self) -> Result<Diagnosis, AppError> {
        // Somebody wants to know now: a module that hung before is asked again.
        self.tokens().forgive();
        let modules = self.token_modules();
        let config = self.config();
        let workers = Workers::new(config.worker.clone()).keep_out(config.private_places());
        let facts = Facts::gather(modules, Catalogue::bundled().known(), workers).await;
        let devices = Devices::bundled();
        let system = System::detect(&devices);
        let chains = judge(&facts, &devices, &system, OffsetDateTime::now_utc());
        Ok(report::reported(
            Diagnosis {
                system: system.kind.to_owned(),
                system_name: system.name,
                chains,
                report: String::new(),
            },
            &self.texts(),
        ))
    }
}

/// All chains judged: what is connected before modules without a token, broken before whole.
fn judge(facts: &Facts, devices: &Devices, system: &System, now: OffsetDateTime) -> Vec<DoctorChain> {
    let judge = Judge { facts, system, now };
    let chains = facts.chains(devices);
    let mut judged: Vec<DoctorChain> = chains.iter().map(|chain| judge.judge(chain)).collect();
    judged.sort_by_key(|chain| (chain.is_module, chain.broken.is_none()));
    judged
}
