//! The worker: a process that holds one vendor module and answers one request at a time.

mod change;
mod confine;
mod keys;
mod login;
mod objects;
mod pipe;
mod presence;
mod scan;
mod sign;

use std::path::{Path, PathBuf};

use crate::error::TokenError;
use crate::ffi::{self, Library};
use crate::protocol::{Answer, NETWORK_ARGUMENT, Request, WORKER_ARGUMENT};
use confine::Confinement;
use pipe::Pipe;

/// Turns this process into a token worker, and never returns, if its first argument says so.
///
/// Call it first in `main`: before logging, threads or anything else is set up.
pub fn run_worker_if_requested() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments
        .next()
        .is_some_and(|argument| argument == WORKER_ARGUMENT)
    {
        let module = PathBuf::from(arguments.next().unwrap_or_default());
        let mut confinement = Confinement::default();
        for argument in arguments {
            if argument == NETWORK_ARGUMENT {
                confinement.network = true;
            } else {
                confinement.keep_out.push(PathBuf::from(argument));
            }
        }
        run(&module, &confinement)
    }
}

fn run(module: &Path, confinement: &Confinement) -> ! {
    confinement.apply();
    let Ok(mut pipe) = Pipe::take_over_standard_streams() else {
        pipe::end()
    };
    let library = ffi::check_module_file(module)
        .map_err(TokenError::from)
        .and_then(|path| Library::load(&path));
    while let Some(request) = pipe.request() {
        let library = match &library {
            Ok(library) => library,
            Err(error) => {
                pipe.answer(&Answer::Failed(error.clone()));
                break;
            }
        };
        match request {
            Request::Hello => pipe.answer(&outcome(library.info().map_err(Into::into).map(Answer::Hello))),
            Request::Scan => pipe.answer(&outcome(scan::scan(library, module).map(Answer::Scan))),
            Request::Sign { job, pin } => {
                let pin = if pin { pipe.pin() } else { None };
                let signed = sign::sign(library, &job, pin, &mut |progress| pipe.answer(&progress));
                let signed = signed.map_err(|error| presence::explain(library, &job.token, error));
                pipe.answer(&outcome(signed.map(|()| Answer::Done)));
            }
            Request::Change {
                token,
                task,
                secrets,
                final_try_confirmed,
            } => {
                let secrets = (0..secrets).map_while(|_| pipe.pin()).collect();
                let order = change::Order {
                    token: token.clone(),
                    task,
                    secrets,
                    final_try_confirmed,
                };
                let changed = change::change(library, order, &mut |progress| pipe.answer(&progress))
                    .map_err(|error| presence::explain(library, &token, error));
                pipe.answer(&outcome(changed));
            }
            Request::Quit => {
                // The worker ends either way; a module that hangs here is ended by the parent.
                let _ = library.finalise();
                break;
            }
        }
    }
    pipe::end()
}

fn outcome(result: Result<Answer, TokenError>) -> Answer {
    result.unwrap_or_else(Answer::Failed)
}
