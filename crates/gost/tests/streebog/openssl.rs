//! OpenSSL with the gost engine as the reference, for each kernel.

use crate::{
    engine::Digest,
    hasher::{hashers, noise},
};

#[test]
fn big_messages() {
    let [of_256, of_512] = ["md_gost12_256", "md_gost12_512"].map(Digest::new);
    // N leaves its low 16 bits, then its low 24 bits.
    for len in [8 * 1024 + 1, 1 << 20, (2 << 20) + 63] {
        let message = noise(8, len);
        let (digest_256, digest_512) = (&of_256.digest(&message)[..32], of_512.digest(&message));
        for hasher in hashers() {
            assert_eq!(hasher.digest(32, &message), digest_256, "{} {len}", hasher.kernel);
            assert_eq!(hasher.digest(64, &message), digest_512, "{} {len}", hasher.kernel);
        }
    }
}
