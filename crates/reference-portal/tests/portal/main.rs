//! The reference portal over real sockets, with signatures and judgements by OpenSSL and its GOST engine.

#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

mod cabinet;
mod chaos;
mod console;
mod dictionaries;
mod esia;
mod faults;
mod goskey;
mod judging;
mod lists;
mod mail;
mod openssl;
mod orders;
mod outcomes;
mod pki;
mod poa;
#[path = "../support/postgres.rs"]
mod postgres;
mod ranges;
mod restart;
mod stand;
mod tenants;
mod token;
mod trust_list;
mod uploads;
