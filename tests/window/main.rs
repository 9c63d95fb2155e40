//! The main job in the real window, driven as a person would: through the WebView's own driver, under a display.
//!
//! Needs `WebKitWebDriver`, a display and a session bus (`./dev test` provides them). Screenshots are written to the
//! folder named by `KABINET_SCREENSHOTS`, or `.out/screenshots`.

mod archive;
mod batch;
mod browser;
mod desk;
mod drafts;
mod faults;
mod files;
mod job;
mod logins;
mod organisations;
mod poa;
mod poa_story;
mod restore;
mod session;
mod tokens;
mod trust;
