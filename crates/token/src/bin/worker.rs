//! A stand-alone token worker: what the applications become under the hidden argument, for this crate's tests.

fn main() -> std::process::ExitCode {
    kabinet_token::run_worker_if_requested();
    eprintln!("usage: kabinet-token-worker --token-worker <absolute module path>");
    std::process::ExitCode::from(2)
}
