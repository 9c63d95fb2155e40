//! age files of others, our files before others, refusals, streams of any length.

#![allow(clippy::unwrap_used)] // clippy.toml allows it in test functions, not in what they share

mod common;
mod damage;
mod foreign;
mod streams;
mod vectors;
