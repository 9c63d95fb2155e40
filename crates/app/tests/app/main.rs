//! The use cases against a reference portal and software tokens, with scripted answers to every question.

// A fixture that cannot be had ends the test.
#![allow(clippy::unwrap_used)]

mod desk;
mod documents;
mod faults;
mod first_start;
mod import;
mod offline;
mod preflight;
mod sending;
mod sign_in;
mod signing;
