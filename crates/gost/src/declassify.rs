//! Where secrets become public on purpose: marks for the constant-time check.
//!
//! That check runs the code with its secrets marked as undefined memory and reports every branch and address that
//! depends on one (A. Langley, ctgrind). A few values made of secrets are public, such as the signature itself or
//! whether a nonce was in range; they are marked here. Without feature `ctgrind` nothing of this is compiled in.

#[cfg(feature = "ctgrind")]
use once_cell::race::OnceBox;

/// Takes the mark of a secret off memory.
#[cfg(feature = "ctgrind")]
pub type Unmark = fn(&mut [u8]);

#[cfg(feature = "ctgrind")]
static UNMARK: OnceBox<Unmark> = OnceBox::new();

/// Says how marks are taken off. Part of the check, not of the interface.
#[cfg(feature = "ctgrind")]
pub fn declassify_with(unmark: Unmark) {
    let _ = UNMARK.set(alloc::boxed::Box::new(unmark));
}

/// These octets may be known to everybody.
#[inline(always)]
pub(crate) fn declassify_octets(octets: &mut [u8]) {
    #[cfg(feature = "ctgrind")]
    if let Some(unmark) = UNMARK.get() {
        unmark(octets);
    }
    let _ = octets;
}

/// This number may be known to everybody.
#[inline(always)]
pub(crate) fn declassify(number: u64) -> u64 {
    let mut octets = number.to_ne_bytes();
    declassify_octets(&mut octets);
    u64::from_ne_bytes(octets)
}
