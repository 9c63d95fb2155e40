//! The client against servers that follow the published samples, servers that fail, and foreign judges.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod archive;
mod cabinet;
mod dictionary;
mod download;
mod endpoints;
mod esia;
mod faults;
mod gost_tls;
mod lists;
mod mail;
mod mock;
mod order;
mod parts;
mod poa;
mod route;
mod services;
mod subscriptions;
mod texts;
mod tls;
mod token;
mod upload;
