#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
//! Entry point of the desktop program.

fn main() {
    kabinet_shell::run();
}
