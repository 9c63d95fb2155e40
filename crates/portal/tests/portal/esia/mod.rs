//! Signing in through the browser, against an ЕСИА that follows the published texts and one that does not.
//! ID tokens are signed by OpenSSL.

mod authorization;
mod id_token;
mod logs;
mod provider;
mod receiver;
mod rest;
mod tokens;
