//! Powers of attorney: as files, and in the register of the vault.

mod check;
mod new;
mod register;
mod sign;

use std::process::ExitCode;

use kabinet_app::AppError;

use crate::arguments::{Arguments, Poa, PoaAction};
use crate::output::Output;

pub async fn run(arguments: &Arguments, output: &Output, asked: &Poa) -> Result<ExitCode, AppError> {
    match &asked.action {
        PoaAction::New(new) => new::new(arguments, output, new).await,
        PoaAction::Check(check) => check::check(output, check).await,
        PoaAction::Sign { poa, out } => sign::sign(arguments, output, asked, poa, out.as_deref()).await,
        PoaAction::Register { poa, wait } => register::register(arguments, output, asked, poa, *wait).await,
        PoaAction::Status { number, ask } => register::status(arguments, output, asked, number, *ask).await,
        PoaAction::Revoke { number, reason, wait } => {
            if asked.cert.is_none() {
                return Ok(output.usage("kabinetctl poa revoke: --cert"));
            }
            register::revoke(arguments, output, asked, number, reason, *wait).await
        }
        PoaAction::List(list) => register::list(arguments, output, asked, list).await,
    }
}
