//! The token worker of this crate's tests.

fn main() {
    kabinet_app::run_worker_if_requested();
}
