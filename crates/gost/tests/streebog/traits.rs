//! What the types promise beyond digests.

use digest::{
    Digest, block_api::AlgorithmName, common::hazmat::SerializableState, const_oid::AssociatedOid,
    zeroize::ZeroizeOnDrop,
};
use kabinet_gost::{Streebog256, Streebog512, streebog::backend};

use crate::hasher::{hashers, noise};

#[test]
fn oids_are_those_of_the_reference() {
    assert_eq!(Streebog256::OID, streebog::Streebog256::OID);
    assert_eq!(Streebog512::OID, streebog::Streebog512::OID);
}

#[test]
fn names_are_those_of_the_reference() {
    struct Name<T>(std::marker::PhantomData<T>);
    impl<T: AlgorithmName> std::fmt::Display for Name<T> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            T::write_alg_name(f)
        }
    }
    assert_eq!(
        Name::<Streebog512>(std::marker::PhantomData).to_string(),
        Name::<streebog::Streebog512>(std::marker::PhantomData).to_string()
    );
}

#[test]
fn debug_tells_no_state() {
    let mut hasher = Streebog256::new();
    hasher.update(b"secret");
    assert_eq!(format!("{hasher:?}"), "Streebog256 { ... }");
}

#[test]
fn state_is_forgotten_on_drop() {
    fn forgets<T: ZeroizeOnDrop>() {}
    forgets::<Streebog256>();
    forgets::<Streebog512>();
}

/// In both directions, so that a state outlives a change of implementation.
#[test]
fn serialized_state_is_that_of_the_reference() {
    let (head, tail) = (noise(5, 200), noise(6, 300));
    let (mut ours, mut theirs) = (Streebog512::new(), streebog::Streebog512::new());
    ours.update(&head);
    theirs.update(&head);
    let state = ours.serialize();
    assert_eq!(state, theirs.serialize());

    let (mut ours, mut theirs) = (
        Streebog512::deserialize(&state).expect("their state"),
        streebog::Streebog512::deserialize(&state).expect("our state"),
    );
    ours.update(&tail);
    theirs.update(&tail);
    assert_eq!(ours.finalize(), theirs.finalize());
}

#[test]
fn reset_starts_anew() {
    let mut hasher = Streebog512::new();
    hasher.update(noise(7, 100));
    let first = hasher.finalize_reset();
    hasher.update(noise(7, 100));
    assert_eq!(hasher.finalize(), first);
}

#[test]
fn backend_runs_here() {
    assert!(hashers().iter().any(|hasher| hasher.kernel == backend()));
}
