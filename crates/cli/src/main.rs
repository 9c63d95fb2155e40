//! `kabinetctl`: the same core as the desktop program, for administrators, scripts and tests.

mod archive;
mod arguments;
mod backup;
mod certificate;
mod connection;
mod doctor;
mod files;
mod journal;
mod key;
mod local;
mod mail;
mod outbox;
mod output;
mod poa;
mod retention;
mod secrets;
mod session;
mod sign;
mod token;
mod trust;
mod vault;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Cert, Command};
use output::Output;

/// Time for calls under way when a command is done.
const LAST_CALLS: std::time::Duration = std::time::Duration::from_secs(5);

fn main() -> ExitCode {
    kabinet_token::forbid_dumps();
    kabinet_token::run_worker_if_requested();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("KABINET_LOG").unwrap_or_else(|_| "error".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not mistakes.
            if !error.use_stderr() {
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            let json = std::env::args_os().any(|argument| argument == "--json");
            return Output::new(json).usage(error.to_string().trim_end());
        }
    };
    let output = Output::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&kabinet_app::AppError::Io(error)),
    };
    let code = runtime.block_on(run(&arguments, &output));
    // A thread in the middle of a database or cryptography call must not meet those libraries' own end: waited for,
    // but not for ever.
    runtime.shutdown_timeout(LAST_CALLS);
    code
}

async fn run(arguments: &Arguments, output: &Output) -> ExitCode {
    let done = match &arguments.command {
        Command::Hash { alg, file } => local::hash(output, *alg, file),
        Command::Key(key) => key::run(arguments, output, key),
        Command::Check { kind, values } => local::check(output, kind, values),
        Command::Validate { files } => local::validate(output, files),
        Command::Verify(verify) => local::verify(arguments, output, verify).await,
        Command::Cert(Cert::Verify(verify)) => certificate::verify(output, verify).await,
        Command::Trust(asked) => trust::run(arguments, output, asked).await,
        Command::Upgrade(upgrade) => local::upgrade(arguments, output, upgrade).await,
        Command::Report(report) => local::report(arguments, output, report).await,
        Command::Profiles => local::profiles(arguments, output),
        Command::Tokens { module } => local::tokens(arguments, output, module).await,
        Command::Certs { module } => local::certs(arguments, output, module).await,
        Command::Token(asked) => token::run(arguments, output, asked).await,
        Command::Connection { environment } => connection::run(arguments, output, *environment).await,
        Command::Doctor(asked) => doctor::run(arguments, output, asked).await,
        Command::Sign(sign) => sign::sign(arguments, output, sign).await,
        Command::Vault(asked) => vault::run(arguments, output, asked).await,
        Command::Organisation(organisation) => vault::add_organisation(arguments, output, organisation).await,
        Command::Send(send) => outbox::send(arguments, output, send).await,
        Command::SignIn(asked) => session::sign_in(arguments, output, asked).await,
        Command::SignOut { browser } => session::sign_out(arguments, output, *browser).await,
        Command::Sync(sync) => outbox::sync(arguments, output, sync).await,
        Command::Status { document } => outbox::status(arguments, output, document.as_deref()).await,
        Command::Mail(asked) => mail::run(arguments, output, asked).await,
        Command::Poa(asked) => poa::run(arguments, output, asked).await,
        Command::Archive(asked) => archive::run(arguments, output, asked).await,
        Command::Backup(asked) => backup::run(arguments, output, asked).await,
        Command::Restore {
            backup,
            new_passphrase_file,
        } => backup::restore(arguments, output, backup, new_passphrase_file.as_deref()).await,
        Command::Journal(asked) => journal::run(arguments, output, asked).await,
    };
    done.unwrap_or_else(|error| output.failure(&error))
}
