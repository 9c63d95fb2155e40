//! The crate against modules it did not write: SoftHSM, the project's software token, and modules that misbehave.

mod changes;
mod confinement;
mod faults;
mod hostile;
mod key_file;
mod loading;
mod pcsc;
mod pfx;
mod piv;
mod piv_faults;
mod readers;
mod softhsm;
mod softhsm_gost;
mod softtoken;
mod support;
