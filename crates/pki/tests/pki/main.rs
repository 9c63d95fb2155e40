//! Judgements over what `openssl` with the GOST engine issued, and of what this crate issued by `openssl`.

mod algorithms;
mod authority;
mod certificates;
mod chains;
mod constraints;
mod issued;
mod made;
mod pkits;
mod qualification;
mod revocation;
mod robustness;
mod stamps;
