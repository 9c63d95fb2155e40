//! The use cases against a reference portal and software tokens, with scripted answers to every question.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

mod api_keys;
#[cfg(target_os = "linux")]
mod away;
mod backups;
mod browser;
mod cabinet;
mod cabinet_real;
mod calendar;
mod carried;
mod connection;
mod counterparties;
mod deed;
mod desk;
mod doctor;
mod documents;
mod downloads;
mod drafts;
mod esia;
mod faults;
mod first_start;
mod goskey;
mod hand_over;
mod hand_over_documents;
#[cfg(unix)]
mod hot_folder;
mod idle;
mod import;
mod journal;
mod limits;
mod mail;
mod matrix;
mod neighbour;
mod offline;
mod orders;
mod parallel;
mod preflight;
mod protection;
mod retention;
mod runs;
mod search;
mod sending;
mod services;
mod sign_in;
mod signing;
mod single_files;
mod to_sign;
mod tokens;
mod trust;
