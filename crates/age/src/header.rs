//! The textual part of a file: version, a stanza for each recipient, MAC (c2sp.org/age, "Header").

use std::io::{BufRead, Read};

use base64ct::{Base64Unpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::{FileKey, derive};
use crate::{AgeError, Damage, fill, passphrase};

const PREFIX: &str = "age-encryption.org/";
const VERSION: &str = "v1";
const ARMOR: &[u8] = b"-----BEGIN AGE ";
const STANZA: &str = "-> ";
const END: &str = "---";
/// Columns of a full line of a stanza's body; the last line is shorter.
const COLUMNS: usize = 64;
/// Largest header, in octets: some 600 recipients. Nothing of it is authentic before a key was found.
pub const HEADER_MAX: usize = 64 * 1024;

const MALFORMED: AgeError = AgeError::Damaged(Damage::Header);

/// The file key, wrapped in the way its kind says.
pub(crate) struct Stanza {
    pub kind: String,
    pub arguments: Vec<String>,
    pub body: Vec<u8>,
}

pub(crate) struct Header {
    pub stanzas: Vec<Stanza>,
    /// From the first octet to the mark before the MAC, as it was read: what the MAC is over.
    authenticated: Vec<u8>,
    mac: [u8; 32],
}

impl Header {
    /// Reads a header and not an octet more.
    pub(crate) fn read(from: &mut impl BufRead) -> Result<Self, AgeError> {
        let mut lines = Lines::begin(from)?;
        match lines.next()? {
            "" => return Err(MALFORMED),
            VERSION => {}
            version if version.contains(' ') => return Err(MALFORMED),
            _ => return Err(AgeError::NewerVersion),
        }
        let mut stanzas = Vec::new();
        let mac = loop {
            let line = lines.next()?;
            if let Some(arguments) = line.strip_prefix(STANZA) {
                let arguments = arguments.split(' ').map(str::to_owned).collect();
                stanzas.push(Stanza::read(arguments, &mut lines)?);
            } else {
                let mac = line.strip_prefix(END).and_then(|rest| rest.strip_prefix(' '));
                break mac.and_then(decode).ok_or(MALFORMED)?;
            }
        };
        // A passphrase also says who wrote the file, so nobody else may be able to read it.
        if stanzas.is_empty() || stanzas.len() > 1 && stanzas.iter().any(Stanza::is_for_passphrase) {
            return Err(MALFORMED);
        }
        let mut authenticated = lines.read;
        authenticated.truncate(lines.line + END.len());
        Ok(Self {
            stanzas,
            authenticated,
            mac,
        })
    }

    /// It is then for nothing else.
    pub(crate) fn is_for_passphrase(&self) -> bool {
        self.stanzas.iter().any(Stanza::is_for_passphrase)
    }

    /// # Errors
    /// [`Damage::HeaderMac`] unless the header was written by somebody who knew `file_key`.
    pub(crate) fn verify(&self, file_key: &FileKey) -> Result<(), AgeError> {
        mac(file_key, &self.authenticated)
            .verify_slice(&self.mac)
            .map_err(|_| AgeError::Damaged(Damage::HeaderMac))
    }
}

/// The header of a new file.
pub(crate) fn encode(stanzas: &[Stanza], file_key: &FileKey) -> Result<Vec<u8>, AgeError> {
    let mut header = format!("{PREFIX}{VERSION}\n");
    for stanza in stanzas {
        stanza.write(&mut header);
    }
    header.push_str(END);
    let mac = mac(file_key, header.as_bytes()).finalize().into_bytes();
    header.push(' ');
    header.push_str(&Base64Unpadded::encode_string(&mac));
    header.push('\n');
    if header.len() > HEADER_MAX {
        return Err(AgeError::HeaderTooLarge);
    }
    Ok(header.into_bytes())
}

fn mac(file_key: &FileKey, header: &[u8]) -> Hmac<Sha256> {
    let key = derive(file_key.bytes(), &[], "header");
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.bytes()).expect("HMAC takes any key");
    mac.chain_update(header)
}

/// `N` octets in canonical Base64 without padding.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut octets = [0; N];
    let read = Base64Unpadded::decode(text, &mut octets).ok()?.len();
    (read == N).then_some(octets)
}

impl Stanza {
    pub(crate) fn is_for_passphrase(&self) -> bool {
        self.kind == passphrase::KIND
    }

    fn read(mut arguments: Vec<String>, lines: &mut Lines<'_, impl BufRead>) -> Result<Self, AgeError> {
        if arguments.iter().any(String::is_empty) {
            return Err(MALFORMED);
        }
        let mut body = String::new();
        loop {
            let line = lines.next()?;
            body.push_str(line);
            match line.len() {
                0..COLUMNS => break,
                COLUMNS => {}
                _ => return Err(MALFORMED),
            }
        }
        Ok(Self {
            kind: arguments.remove(0),
            arguments,
            body: Base64Unpadded::decode_vec(&body).map_err(|_| MALFORMED)?,
        })
    }

    fn write(&self, to: &mut String) {
        to.push_str(STANZA);
        to.push_str(&self.kind);
        for argument in &self.arguments {
            to.push(' ');
            to.push_str(argument);
        }
        to.push('\n');
        let mut body = &*Base64Unpadded::encode_string(&self.body);
        while let Some((line, rest)) = body.split_at_checked(COLUMNS) {
            to.push_str(line);
            to.push('\n');
            body = rest;
        }
        to.push_str(body);
        to.push('\n');
    }
}

/// The lines of a header, no more than [`HEADER_MAX`] octets of them.
struct Lines<'a, R> {
    from: &'a mut R,
    read: Vec<u8>,
    /// Where in `read` the current line begins.
    line: usize,
}

impl<'a, R: BufRead> Lines<'a, R> {
    /// Reads up to the version, so that anything but an age file is told from a damaged one.
    fn begin(from: &'a mut R) -> Result<Self, AgeError> {
        let mut read = vec![0; PREFIX.len()];
        let filled = fill(from, &mut read)?;
        match &read[..filled] {
            prefix if prefix == PREFIX.as_bytes() => Ok(Self { from, read, line: 0 }),
            armor if armor.starts_with(ARMOR) => Err(AgeError::Armored),
            _ => Err(AgeError::NotAge),
        }
    }

    /// The next line: printable ASCII, without its end.
    fn next(&mut self) -> Result<&str, AgeError> {
        self.line = self.read.len();
        let left = HEADER_MAX.saturating_sub(self.line);
        let limit = u64::try_from(left).unwrap_or(u64::MAX);
        self.from.take(limit).read_until(b'\n', &mut self.read)?;
        let line = &self.read[self.line..];
        let (line, ended) = match line.split_last() {
            Some((b'\n', line)) => (line, true),
            _ => (line, false),
        };
        // First of all, lest the payload behind a cut header be taken for a long line.
        if !line.iter().all(|octet| matches!(octet, b' '..=b'~')) {
            return Err(MALFORMED);
        }
        match std::str::from_utf8(line) {
            Ok(line) if ended => Ok(line),
            _ if line.len() == left => Err(AgeError::HeaderTooLarge),
            _ => Err(AgeError::Damaged(Damage::Truncated)),
        }
    }
}
