//! The built library as clients meet it: loaded from a file, and through `pkcs11-tool`; signatures are judged by
//! OpenSSL with the gost engine.

mod common;
mod faults;
mod foreign;
mod interface;
mod keys;
mod lies;
mod models;
mod objects;
mod pins;
mod removal;
mod tool;
