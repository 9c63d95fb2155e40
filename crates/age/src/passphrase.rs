//! How a file key travels under a passphrase (c2sp.org/age, "The scrypt recipient type").

use std::time::{Duration, Instant};

use base64ct::{Base64Unpadded, Encoding};
use scrypt::Params;
use zeroize::Zeroizing;

use crate::header::{Stanza, decode};
use crate::secret::{FileKey, Secret, WrappedKey, unwrap, wrap};
use crate::{AgeError, Damage};

pub(crate) const KIND: &str = "scrypt";
const SALT: &[u8] = b"age-encryption.org/v1/scrypt";
/// Block size: 2^n asks for 2^n KiB.
const R: u32 = 8;
/// A wait people accept for a file.
const TARGET: Duration = Duration::from_millis(500);
/// Cheap enough to try, dear enough to measure: 16 MiB.
const LOG_N_PROBE: u8 = 14;
/// 128 MiB, the least OWASP recommends, and 512 MiB, which the reader's computer has to have as well.
const LOG_N_WRITTEN: std::ops::RangeInclusive<u8> = Params::RECOMMENDED_LOG_N..=19;
/// Largest work factor that is read, as a power of two: 1 GiB and some seconds. Nobody has vouched for the number when
/// the work begins. `age` writes 18.
pub const LOG_N_MAX: u8 = 20;

/// What a person types. It borrows from a place that will be wiped; it is never printed or cloned. It is taken as it is: what
/// it should have (length, a Unicode form) is the business of who asks for it.
pub struct Passphrase<'a>(&'a [u8]);

impl<'a> From<&'a Zeroizing<String>> for Passphrase<'a> {
    fn from(text: &'a Zeroizing<String>) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a Zeroizing<Vec<u8>>> for Passphrase<'a> {
    fn from(octets: &'a Zeroizing<Vec<u8>>) -> Self {
        Self(octets)
    }
}

/// `file_key` under `passphrase`, with as much work as fits into half a second here.
pub(crate) fn wrap_for(passphrase: &Passphrase<'_>, file_key: &FileKey) -> Result<Stanza, AgeError> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| AgeError::Random)?;
    let log_n = measured()?;
    Ok(Stanza {
        kind: KIND.to_owned(),
        arguments: vec![Base64Unpadded::encode_string(&salt), log_n.to_string()],
        body: wrap(&wrapping_key(passphrase, &salt, log_n)?, file_key).to_vec(),
    })
}

/// The file key from the stanza that is alone in its header.
///
/// # Errors
/// [`AgeError::NoMatch`] if it is for somebody else, [`AgeError::CostTooHigh`], [`AgeError::WrongPassphrase`],
/// [`Damage::Header`] if it breaks the rules.
pub(crate) fn unwrap_by(passphrase: &Passphrase<'_>, stanzas: &[Stanza]) -> Result<FileKey, AgeError> {
    let stanza = stanzas.iter().find(|stanza| stanza.is_for_passphrase());
    let stanza = stanza.ok_or(AgeError::NoMatch)?;
    let (salt, log_n, body) = read(stanza).ok_or(AgeError::Damaged(Damage::Header))?;
    unwrap(&wrapping_key(passphrase, &salt, log_n)?, &body).ok_or(AgeError::WrongPassphrase)
}

fn read(stanza: &Stanza) -> Option<([u8; 16], u8, WrappedKey)> {
    let [salt, log_n] = &*stanza.arguments else {
        return None;
    };
    let is_number = log_n.bytes().all(|octet| octet.is_ascii_digit()) && !log_n.starts_with('0');
    let body = stanza.body.as_slice().try_into().ok()?;
    // A number of any length is lawful, and too high.
    is_number.then_some((decode(salt)?, log_n.parse().unwrap_or(u8::MAX), body))
}

fn measured() -> Result<u8, AgeError> {
    let started = Instant::now();
    let nobody = Zeroizing::new(String::new());
    wrapping_key(&(&nobody).into(), &[0; 16], LOG_N_PROBE)?;
    let mut log_n = LOG_N_PROBE;
    let mut expected = started.elapsed();
    while log_n < *LOG_N_WRITTEN.end() && expected * 2 <= TARGET {
        log_n += 1;
        expected *= 2;
    }
    Ok(log_n.max(*LOG_N_WRITTEN.start()))
}

/// # Errors
/// [`AgeError::CostTooHigh`], before any work.
fn wrapping_key(passphrase: &Passphrase<'_>, salt: &[u8; 16], log_n: u8) -> Result<Secret<32>, AgeError> {
    if log_n > LOG_N_MAX {
        return Err(AgeError::CostTooHigh);
    }
    let params = Params::new(log_n, R, 1).map_err(|_| AgeError::CostTooHigh)?;
    // scrypt would end the program where memory is short.
    Vec::<u8>::new()
        .try_reserve_exact(1024 << log_n)
        .map_err(|_| AgeError::CostTooHigh)?;
    let mut key = Secret::zero();
    scrypt::scrypt(passphrase.0, &[SALT, salt].concat(), &params, key.bytes_mut())
        .expect("scrypt gives 32 octets");
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_cost_is_one_that_is_written_and_read() {
        let log_n = measured().unwrap();
        assert!(LOG_N_WRITTEN.contains(&log_n));
        assert!(log_n <= LOG_N_MAX);
    }

    #[test]
    fn a_stanza_cannot_ask_for_a_monstrous_cost() {
        let text = Zeroizing::new("двенадцать стульев".to_owned());
        for log_n in ["21", "63", "64", "255", "256", "18446744073709551617"] {
            let stanza = Stanza {
                kind: KIND.to_owned(),
                arguments: vec![Base64Unpadded::encode_string(&[0; 16]), log_n.to_owned()],
                body: vec![0; 32],
            };
            let started = Instant::now();
            let opened = unwrap_by(&(&text).into(), &[stanza]);
            assert_eq!(opened.err(), Some(AgeError::CostTooHigh));
            assert!(started.elapsed() < Duration::from_millis(500));
        }
    }
}
