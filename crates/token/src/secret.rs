//! PINs and passphrases: bytes that are wiped, and that nothing can print, copy or serialise.

use std::io::Read;
use zeroize::Zeroizing;

/// The longest secret read from a stream, in bytes. Rutoken allows 249; nothing known allows more.
const LONGEST: usize = 255;

/// A token's user PIN, UTF-8 bytes as typed. Deliberately without `Debug`, `Clone` and `Serialize`.
pub struct Pin(Zeroizing<Vec<u8>>);

/// The passphrase of a PKCS#12 file, UTF-8 bytes as typed. Deliberately without `Debug`, `Clone` and `Serialize`.
pub struct Passphrase(Zeroizing<Vec<u8>>);

macro_rules! secret {
    ($name:ident) => {
        impl $name {
            /// Takes the bytes over; the caller's buffer is the one that gets wiped, no copy is made.
            pub fn from_bytes(bytes: impl Into<Zeroizing<Vec<u8>>>) -> Self {
                Self(bytes.into())
            }

            /// Reads up to the first line end or the end of the stream. Longer than 255 bytes or a NUL byte is refused.
            pub fn from_reader(reader: &mut dyn Read) -> std::io::Result<Self> {
                read_line(reader).map(Self)
            }

            /// How many bytes it has; PKCS#11 limits are in bytes as well.
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// True when nothing was entered.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            pub(crate) fn expose(&self) -> &[u8] {
                &self.0
            }
        }
    };
}

secret!(Pin);
secret!(Passphrase);

impl From<Pin> for Passphrase {
    /// What was entered where a PIN usually is; no copy is made.
    fn from(Pin(bytes): Pin) -> Self {
        Self(bytes)
    }
}

/// Byte by byte into a buffer that never grows, so that no copy is left behind by a reallocation.
fn read_line(reader: &mut dyn Read) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0u8; 1]);
    loop {
        if reader.read(&mut byte[..])? == 0 || byte[0] == b'\n' {
            break;
        }
        if byte[0] == 0 || line.len() == LONGEST {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        line.push(byte[0]);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_input_is_refused_instead_of_growing() {
        assert!(Pin::from_reader(&mut std::io::repeat(b'1')).is_err());
        assert!(Pin::from_reader(&mut &b"12\0 34"[..]).is_err());
    }

    #[test]
    fn line_ends_do_not_become_part_of_a_pin() {
        for typed in [&b"1234"[..], b"1234\n", b"1234\r\n", b"1234\nmore"] {
            let pin = Pin::from_reader(&mut &*typed).expect("readable");
            assert_eq!(pin.expose(), b"1234");
        }
    }

    #[test]
    fn nothing_entered_is_empty() {
        assert!(
            Passphrase::from_reader(&mut &b""[..])
                .expect("readable")
                .is_empty()
        );
    }
}
