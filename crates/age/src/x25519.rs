//! Identities, recipients, and how a file key travels between them (c2sp.org/age, "The X25519 recipient type").

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64Unpadded, Encoding};
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use x25519_dalek::{PublicKey, SharedSecret, StaticSecret};
use zeroize::Zeroizing;

use crate::header::{Stanza, decode};
use crate::secret::{FileKey, Secret, WrappedKey, derive, unwrap, wrap};
use crate::{AgeError, Damage};

const KIND: &str = "X25519";
const INFO: &str = "age-encryption.org/v1/X25519";
const HRP: Hrp = Hrp::parse_unchecked("age");

/// The secret half: opens what was encrypted to its [`Recipient`]. Wiped when dropped, never printed or cloned.
pub struct Identity(Box<StaticSecret>);

impl Identity {
    /// A new one.
    ///
    /// # Errors
    /// [`AgeError::Random`].
    pub fn random() -> Result<Self, AgeError> {
        Secret::random().map(|secret| Self::from_bytes(secret.bytes()))
    }

    /// The identity [`to_bytes`](Self::to_bytes) gave; any 32 octets are one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(StaticSecret::from(*bytes)))
    }

    /// For keeping it where it stays secret.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// What others encrypt to.
    pub fn recipient(&self) -> Recipient {
        Recipient(PublicKey::from(&*self.0))
    }
}

/// The public half, exchanged between people as `age1…` (Bech32, BIP 173), 62 letters and digits in either case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Recipient(PublicKey);

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bech32::encode_lower_to_fmt::<Bech32, _>(f, HRP, self.0.as_bytes()).map_err(|_| fmt::Error)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Recipient {
    type Err = AgeError;

    /// # Errors
    /// [`AgeError::NotRecipient`]: a mistyped one, one of another kind (SSH, a plugin, post-quantum), or a point of small
    /// order, with which everybody could read the file.
    fn from_str(text: &str) -> Result<Self, AgeError> {
        let checked = CheckedHrpstring::new::<Bech32>(text).map_err(|_| AgeError::NotRecipient)?;
        let octets: Vec<u8> = checked.byte_iter().collect();
        let octets: [u8; 32] = octets.try_into().map_err(|_| AgeError::NotRecipient)?;
        let recipient = Self(octets.into());
        // The comparison refuses another prefix, and bits beyond the key, which the decoder passes over.
        if recipient.to_string() != text.to_ascii_lowercase() {
            return Err(AgeError::NotRecipient);
        }
        // Clamping makes every secret a multiple of all small orders.
        let probe = StaticSecret::from([0; 32]).diffie_hellman(&recipient.0);
        if !probe.was_contributory() {
            return Err(AgeError::NotRecipient);
        }
        Ok(recipient)
    }
}

/// `file_key` for the holder of `recipient`, through an ephemeral key of its own.
pub(crate) fn wrap_for(recipient: &Recipient, file_key: &FileKey) -> Result<Stanza, AgeError> {
    let ephemeral = Identity::random()?;
    let share = ephemeral.recipient();
    let shared = ephemeral.0.diffie_hellman(&recipient.0);
    let wrapping = wrapping_key(&shared, &share, recipient).ok_or(AgeError::NotRecipient)?;
    Ok(Stanza {
        kind: KIND.to_owned(),
        arguments: vec![Base64Unpadded::encode_string(share.0.as_bytes())],
        body: wrap(&wrapping, file_key).to_vec(),
    })
}

/// The file key, from whichever stanza is for one of `identities`.
///
/// # Errors
/// [`AgeError::NoMatch`] if none is, [`Damage::Header`] if any of them breaks the rules.
pub(crate) fn unwrap_any(stanzas: &[Stanza], identities: &[Identity]) -> Result<FileKey, AgeError> {
    let offers = stanzas
        .iter()
        .filter(|stanza| stanza.kind == KIND)
        .map(|stanza| Offer::read(stanza).ok_or(AgeError::Damaged(Damage::Header)))
        .collect::<Result<Vec<_>, _>>()?;
    for identity in identities {
        for offer in &offers {
            if let Some(file_key) = offer.unwrap(identity)? {
                return Ok(file_key);
            }
        }
    }
    Err(AgeError::NoMatch)
}

/// A stanza whose form is right.
struct Offer {
    share: Recipient,
    body: WrappedKey,
}

impl Offer {
    fn read(stanza: &Stanza) -> Option<Self> {
        let [share] = &*stanza.arguments else {
            return None;
        };
        Some(Self {
            share: Recipient(decode::<32>(share)?.into()),
            body: stanza.body.as_slice().try_into().ok()?,
        })
    }

    fn unwrap(&self, identity: &Identity) -> Result<Option<FileKey>, AgeError> {
        let shared = identity.0.diffie_hellman(&self.share.0);
        let wrapping = wrapping_key(&shared, &self.share, &identity.recipient())
            .ok_or(AgeError::Damaged(Damage::Header))?;
        Ok(unwrap(&wrapping, &self.body))
    }
}

/// Nothing for a shared secret of zeros, which everybody knows (RFC 7748 §6.1).
fn wrapping_key(shared: &SharedSecret, share: &Recipient, recipient: &Recipient) -> Option<Secret<32>> {
    let salt = [*share.0.as_bytes(), *recipient.0.as_bytes()].concat();
    shared
        .was_contributory()
        .then(|| derive(shared.as_bytes(), &salt, INFO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_small_order_are_no_recipients() {
        // RFC 7748 has no list; these are 0, 1 and p − 1 of Curve25519, and 2^255 − 19 + 1, which reduces to 1.
        let mut minus_one = [0xff; 32];
        (minus_one[0], minus_one[31]) = (0xec, 0x7f);
        let mut one_again = minus_one;
        one_again[0] = 0xee;
        let mut one = [0; 32];
        one[0] = 1;
        for point in [[0; 32], one, minus_one, one_again] {
            let text = Recipient(point.into()).to_string();
            assert_eq!(text.parse::<Recipient>(), Err(AgeError::NotRecipient), "{text}");
            let wrapped = wrap_for(&Recipient(point.into()), &FileKey::random().unwrap());
            assert_eq!(wrapped.err(), Some(AgeError::NotRecipient));
        }
    }

    #[test]
    fn bits_beyond_the_key_are_refused() {
        // 52 letters carry 260 bits: the last four of them have to be zero.
        let letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
        let key = Identity::from_bytes(&[7; 32]).recipient().to_string();
        let fields = key[4..56].chars().map(|letter| letters.find(letter).unwrap());
        let mut fields: Vec<_> = fields
            .map(|value| bech32::Fe32::try_from(u8::try_from(value).unwrap()).unwrap())
            .collect();
        let encode = |fields: &[bech32::Fe32]| -> String {
            use bech32::Fe32IterExt;
            fields
                .iter()
                .copied()
                .with_checksum::<Bech32>(&HRP)
                .chars()
                .collect()
        };
        assert_eq!(encode(&fields), key);
        let last = fields.last_mut().unwrap();
        *last = bech32::Fe32::try_from(last.to_u8() | 1).unwrap();
        assert_eq!(encode(&fields).parse::<Recipient>(), Err(AgeError::NotRecipient));
    }
}
