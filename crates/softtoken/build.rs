//! Keeps the loaded module in memory for good.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Clients unload modules, but threads that called one still run its thread-local destructors when they
    // end: unloaded code would crash them.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
