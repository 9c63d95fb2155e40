//! Digests of signed content, streamed.

mod background;

use std::io::{self, Read};

use kabinet_pki::{Certificate, DigestAlgorithm, Hasher};

use crate::cms::prepare::SignError;

pub(crate) use background::BackgroundDigest;

/// A finished digest of some content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Algorithm.
    pub algorithm: DigestAlgorithm,
    /// Octets.
    pub value: Vec<u8>,
}

/// The digest of content to be signed, by the algorithm the signer's key needs; an [`io::Write`].
#[derive(Clone)]
pub struct ContentDigest {
    algorithm: DigestAlgorithm,
    hasher: Hasher,
}

impl ContentDigest {
    /// A digest by this algorithm.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self {
            algorithm,
            hasher: algorithm.hasher(),
        }
    }

    /// A digest for signing with `certificate`'s key.
    pub fn for_certificate(certificate: &Certificate) -> Result<Self, SignError> {
        certificate
            .public_key()
            .signing_digest()
            .map(Self::new)
            .ok_or(SignError::UnsupportedKey)
    }

    /// The algorithm; content that several people sign need be read only once per algorithm.
    #[must_use]
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Adds the next octets.
    pub fn update(&mut self, data: &[u8]) {
        self.hasher.update(data);
    }

    /// The digest of everything added.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest {
            algorithm: self.algorithm,
            value: self.hasher.finish(),
        }
    }
}

impl io::Write for ContentDigest {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.update(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const PREFIX: usize = 32;

/// Several digests of one content and what is needed to recognise attributes passed off as content.
#[derive(Debug)]
pub(crate) struct Measured {
    digests: Vec<Digest>,
    prefix: Vec<u8>,
    length: u64,
}

impl Measured {
    /// Of nothing, by no algorithm.
    pub(crate) fn nothing() -> Self {
        Meter::new(&[]).finish()
    }

    pub(crate) fn of_octets(algorithms: &[DigestAlgorithm], content: &[u8]) -> Self {
        let mut meter = Meter::new(algorithms);
        meter.update(content);
        meter.finish()
    }

    /// Reads to the end in constant memory.
    pub(crate) fn of_reader(algorithms: &[DigestAlgorithm], content: &mut dyn Read) -> io::Result<Self> {
        let mut meter = Meter::new(algorithms);
        let mut buffer = vec![0; 1 << 18];
        loop {
            match content.read(&mut buffer) {
                Ok(0) => return Ok(meter.finish()),
                Ok(count) => meter.update(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn digest(&self, algorithm: DigestAlgorithm) -> Option<&[u8]> {
        self.digests
            .iter()
            .find(|digest| digest.algorithm == algorithm)
            .map(|digest| digest.value.as_slice())
    }

    /// Whether some digest common to both differs, or the length.
    pub(crate) fn differs_from(&self, other: &Self) -> bool {
        self.length != other.length
            || self.digests.iter().any(|digest| {
                other
                    .digest(digest.algorithm)
                    .is_some_and(|value| value != digest.value)
            })
    }

    /// Whether the content has the shape of a SET OF Attribute from its first to its last octet. A signature
    /// without signed attributes over such content may have been made over attributes of another message
    /// (draft-ietf-lamps-cms-euf-cma-signeddata).
    pub(crate) fn looks_like_attributes(&self) -> bool {
        let Some((header, length)) = header(&self.prefix, 0x31) else {
            return false;
        };
        if header as u64 + length != self.length {
            return false;
        }
        let Some(first) = self.prefix.get(header..) else {
            return false;
        };
        length == 0 || self::header(first, 0x30).is_some_and(|(inner, _)| first.get(inner) == Some(&0x06))
    }
}

/// Header length and content length of a definite-length value with this tag.
fn header(input: &[u8], tag: u8) -> Option<(usize, u64)> {
    let (&found, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    if first < 0x80 {
        return Some((2, first.into()));
    }
    let octets = rest
        .get(..usize::from(first & 0x7f))
        .filter(|octets| octets.len() <= 8)?;
    Some((
        2 + octets.len(),
        octets.iter().fold(0, |sum, &octet| sum << 8 | u64::from(octet)),
    ))
}

/// Digests being computed over one content.
pub(crate) struct Meter {
    digests: Vec<ContentDigest>,
    prefix: Vec<u8>,
    length: u64,
}

impl Meter {
    pub(crate) fn new(algorithms: &[DigestAlgorithm]) -> Self {
        let digests = algorithms
            .iter()
            .map(|&algorithm| ContentDigest::new(algorithm))
            .collect();
        Self {
            digests,
            prefix: Vec::with_capacity(PREFIX),
            length: 0,
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        let wanted = (PREFIX - self.prefix.len()).min(data.len());
        self.prefix.extend_from_slice(&data[..wanted]);
        self.length += data.len() as u64;
        self.digests.iter_mut().for_each(|digest| digest.update(data));
    }

    pub(crate) fn finish(self) -> Measured {
        let digests = self.digests.into_iter().map(ContentDigest::finish).collect();
        Measured {
            digests,
            prefix: self.prefix,
            length: self.length,
        }
    }
}
