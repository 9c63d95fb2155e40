//! From a passphrase to a key: Argon2id (RFC 9106) with a cost measured on this computer.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::secret::{Key, Passphrase};

/// 64 MiB: the second recommended option of RFC 9106 §4.
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes of that option; a fast computer takes more.
const ITERATIONS_MIN: u32 = 3;
const ITERATIONS_MAX: u32 = 32;
/// A wait people accept once a day.
const TARGET: Duration = Duration::from_millis(500);
/// Bounds of what a header may ask for, so that an altered one can neither starve the computer nor be trivial.
const MEMORY_KIB_BOUNDS: std::ops::RangeInclusive<u32> = 19 * 1024..=1024 * 1024;
const ITERATIONS_BOUNDS: std::ops::RangeInclusive<u32> = 2..=64;

/// Argon2id parameters as stored in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cost {
    /// KiB.
    pub memory_kib: u32,
    /// Passes.
    pub iterations: u32,
    /// Lanes; computed one after another.
    pub lanes: u32,
}

impl Cost {
    /// As many passes as fit into half a second here, but never fewer than the RFC asks for.
    pub(crate) fn measured() -> Result<Self, StoreError> {
        let probe = Self {
            memory_kib: MEMORY_KIB,
            iterations: 1,
            lanes: 1,
        };
        let started = Instant::now();
        probe.derive_raw(b"probe", &[0; 16])?;
        let one = started.elapsed().max(Duration::from_millis(1));
        let iterations = (TARGET.as_millis() / one.as_millis())
            .try_into()
            .unwrap_or(ITERATIONS_MAX);
        Ok(Self {
            iterations: iterations.clamp(ITERATIONS_MIN, ITERATIONS_MAX),
            ..probe
        })
    }

    /// The key for `passphrase`.
    ///
    /// # Errors
    /// [`StoreError::KeyDerivation`] when the parameters are out of bounds.
    pub(crate) fn derive(self, passphrase: &Passphrase, salt: &[u8]) -> Result<Key, StoreError> {
        if !MEMORY_KIB_BOUNDS.contains(&self.memory_kib)
            || !ITERATIONS_BOUNDS.contains(&self.iterations)
            || !(1..=8).contains(&self.lanes)
        {
            return Err(StoreError::KeyDerivation);
        }
        self.derive_raw(passphrase.bytes(), salt)
    }

    fn derive_raw(self, passphrase: &[u8], salt: &[u8]) -> Result<Key, StoreError> {
        let params = Params::new(self.memory_kib, self.iterations, self.lanes, Some(32))
            .map_err(|_| StoreError::KeyDerivation)?;
        let mut key = Key::zero();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, salt, key.bytes_mut())
            .map_err(|_| StoreError::KeyDerivation)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_ask_for_a_trivial_or_a_monstrous_cost() {
        let passphrase = Passphrase::new("двенадцать стульев".to_owned()).unwrap();
        for cost in [
            Cost {
                memory_kib: 8,
                iterations: 3,
                lanes: 1,
            },
            Cost {
                memory_kib: u32::MAX,
                iterations: 3,
                lanes: 1,
            },
            Cost {
                memory_kib: MEMORY_KIB,
                iterations: u32::MAX,
                lanes: 1,
            },
            Cost {
                memory_kib: MEMORY_KIB,
                iterations: 3,
                lanes: 0,
            },
        ] {
            assert!(matches!(
                cost.derive(&passphrase, &[0; 16]),
                Err(StoreError::KeyDerivation)
            ));
        }
    }

    #[test]
    fn the_measured_cost_is_one_the_header_may_carry() {
        let cost = Cost::measured().unwrap();
        assert!(cost.iterations >= ITERATIONS_MIN && ITERATIONS_BOUNDS.contains(&cost.iterations));
        assert!(MEMORY_KIB_BOUNDS.contains(&cost.memory_kib));
    }
}
