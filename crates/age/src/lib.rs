//! Files in the format of age (age-encryption.org/v1, specified at c2sp.org/age), for passphrases and X25519 recipients.
//!
//! [`encrypt`] gives a writer, [`decrypt`] a reader, which seeks where the file does; files of any size pass through less than
//! 200 KiB of memory. A chunk of 64 KiB is given out only after it was authenticated, and a file that was cut, extended or changed
//! ends in an error.
//!
//! A file does not tell who wrote it, unless it opens by a passphrase: everybody who knows a [`Recipient`] can encrypt to it. Who
//! must know signs what is inside.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::slice;
//!
//! use kabinet_age::{AgeError, Identity, Key, Recipients, decrypt, encrypt};
//!
//! # fn main() -> Result<(), AgeError> {
//! let identity = Identity::random()?;
//! let address = identity.recipient().to_string(); // age1…
//!
//! let mut writer = encrypt(&Recipients::Addresses(&[address.parse()?]), Vec::new())?;
//! writer.write_all("Отчёт".as_bytes())?;
//! let file = writer.finish()?;
//!
//! let mut text = String::new();
//! decrypt(&*file, &Key::Identities(slice::from_ref(&identity)))?.read_to_string(&mut text)?;
//! assert_eq!(text, "Отчёт");
//! # Ok(())
//! # }
//! ```
//!
//! Left out are SSH keys, plugins, the text form (armor) and the post-quantum recipients.

mod error;
mod header;
mod passphrase;
mod secret;
mod stream;
mod x25519;

use std::io::{BufReader, Read, Write};

use header::Header;
use secret::FileKey;
use stream::fill;

pub use error::{AgeError, Damage};
pub use header::HEADER_MAX;
pub use passphrase::{LOG_N_MAX, Passphrase};
pub use stream::{Decryptor, Encryptor};
pub use x25519::{Identity, Recipient};

/// Who will be able to read a file.
pub enum Recipients<'a> {
    /// Each of these, by the [`Identity`] that belongs to it.
    Addresses(&'a [Recipient]),
    /// Who knows it.
    Passphrase(Passphrase<'a>),
}

/// What a file is opened with.
pub enum Key<'a> {
    /// Whichever of these it was encrypted to.
    Identities(&'a [Identity]),
    /// The one it was encrypted with.
    Passphrase(Passphrase<'a>),
}

/// Begins a file in `out`; what is written to the [`Encryptor`] is its content. With a passphrase this takes about half a
/// second and at least 128 MiB.
///
/// # Errors
/// [`AgeError::NoRecipients`], [`AgeError::HeaderTooLarge`] for more than some 600 recipients, [`AgeError::CostTooHigh`] where
/// memory is short, [`AgeError::Random`], [`AgeError::Io`].
pub fn encrypt<W: Write>(to: &Recipients<'_>, mut out: W) -> Result<Encryptor<W>, AgeError> {
    let file_key = FileKey::random()?;
    let stanzas = match to {
        Recipients::Addresses([]) => return Err(AgeError::NoRecipients),
        Recipients::Addresses(recipients) => recipients
            .iter()
            .map(|recipient| x25519::wrap_for(recipient, &file_key))
            .collect::<Result<_, _>>()?,
        Recipients::Passphrase(passphrase) => vec![passphrase::wrap_for(passphrase, &file_key)?],
    };
    out.write_all(&header::encode(&stanzas, &file_key)?)?;
    Encryptor::begin(&file_key, out)
}

/// Opens the file in `from`; what is read from the [`Decryptor`] is its content. `from` needs no buffering and has to end where
/// the file ends. With a passphrase this takes as much work as the file asks for, up to [`LOG_N_MAX`].
///
/// # Errors
/// All of [`AgeError`] that are about reading; damage of the content is found while it is read.
pub fn decrypt<R: Read>(from: R, with: &Key<'_>) -> Result<Decryptor<R>, AgeError> {
    let mut from = BufReader::new(from);
    let header = Header::read(&mut from)?;
    let file_key = match with {
        Key::Identities(_) if header.is_for_passphrase() => return Err(AgeError::PassphraseNeeded),
        Key::Identities(identities) => x25519::unwrap_any(&header.stanzas, identities)?,
        Key::Passphrase(passphrase) => passphrase::unwrap_by(passphrase, &header.stanzas)?,
    };
    header.verify(&file_key)?;
    Decryptor::begin(&file_key, from)
}
