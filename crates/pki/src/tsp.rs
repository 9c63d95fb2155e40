//! Time stamps (RFC 3161): requests, answers, tokens, and their verification against an imprint.

mod obtain;
mod token;

pub use obtain::{Obtained, StampFailure, StampRequest, obtain_stamp};
pub use token::{TimeStamp, TokenError, verify_token, verify_token_by_digest};

use const_oid::ObjectIdentifier as Oid;
use thiserror::Error;
use time::{Duration, OffsetDateTime};

use crate::algorithm::DigestAlgorithm;
use crate::instant;
use crate::tlv::{Malformed, Tlv, small, tag, write};

/// Media type of requests.
pub const QUERY_TYPE: &str = "application/timestamp-query";
/// Media type of answers.
pub const REPLY_TYPE: &str = "application/timestamp-reply";

/// MessageImprint ::= SEQUENCE { hashAlgorithm, hashedMessage OCTET STRING } (§2.4.1)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageImprint {
    /// Digest algorithm; `Err` carries an unknown identifier.
    pub algorithm: Result<DigestAlgorithm, Oid>,
    /// Digest of the stamped octets.
    pub digest: Vec<u8>,
    der: Vec<u8>,
}

impl MessageImprint {
    /// The imprint of an already computed digest.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm, digest: Vec<u8>) -> Self {
        let der = write::sequence(&[algorithm.identifier(), write::octet_string(&digest)]);
        Self {
            algorithm: Ok(algorithm),
            digest,
            der,
        }
    }

    /// The imprint of these octets.
    #[must_use]
    pub fn of(algorithm: DigestAlgorithm, octets: &[u8]) -> Self {
        Self::new(algorithm, algorithm.digest(octets))
    }

    /// Whether this is the imprint of `octets`.
    #[must_use]
    pub fn is_of(&self, octets: &[u8]) -> bool {
        self.algorithm
            .is_ok_and(|algorithm| algorithm.digest(octets) == self.digest)
    }

    fn read(value: Tlv<'_>) -> Result<Self, Malformed> {
        let mut reader = value.require(tag::SEQUENCE)?.reader();
        let algorithm = DigestAlgorithm::from_identifier(reader.any()?)?;
        let digest = reader.any()?.octet_string()?.to_vec();
        reader.finish()?;
        Ok(Self {
            algorithm,
            digest,
            der: value.whole.to_vec(),
        })
    }
}

/// TimeStampReq ::= SEQUENCE { version, messageImprint, reqPolicy OPTIONAL, nonce OPTIONAL, certReq DEFAULT
/// FALSE, extensions \[0\] OPTIONAL } (§2.4.1)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// What to stamp.
    pub imprint: MessageImprint,
    /// Wanted policy.
    pub policy: Option<Oid>,
    /// Random number to be repeated, big-endian without leading zeros.
    pub nonce: Option<Vec<u8>>,
    /// Whether the authority's certificate shall be in the token.
    pub certificate_wanted: bool,
}

impl TimeStampRequest {
    /// Encodes the request.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut parts = vec![write::integer(&[1]), self.imprint.der.clone()];
        parts.extend(self.policy.as_ref().map(write::oid));
        parts.extend(self.nonce.as_deref().map(write::integer));
        if self.certificate_wanted {
            parts.push(write::boolean(true));
        }
        write::sequence(&parts)
    }

    /// Reads a request; extensions are ignored.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
        reader.expect(tag::INTEGER)?;
        let imprint = MessageImprint::read(reader.any()?)?;
        let policy = reader.optional(tag::OID)?.map(Tlv::oid).transpose()?;
        let nonce = reader
            .optional(tag::INTEGER)?
            .map(Tlv::integer_octets)
            .transpose()?;
        let certificate_wanted = reader.optional(tag::BOOLEAN)?.map_or(Ok(false), Tlv::boolean)?;
        reader.optional(tag::context_constructed(0))?;
        reader.finish()?;
        Ok(Self {
            imprint,
            policy,
            nonce: nonce.map(<[u8]>::to_vec),
            certificate_wanted,
        })
    }
}

/// Why an authority gave no token.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ResponseError {
    /// Not a TimeStampResp.
    #[error("not a time stamp answer: {0}")]
    Malformed(#[from] Malformed),
    /// The authority refused.
    #[error("the authority refused with status {status}")]
    Refused {
        /// PKIStatus, 2 and above.
        status: u32,
        /// What the authority says, in its own words.
        text: Vec<String>,
        /// Bits of PKIFailureInfo, the first bit lowest.
        failure: u32,
    },
}

/// Takes the token (a ContentInfo) out of an answer.
///
/// TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL } (§2.4.2)
pub fn read_response(der: &[u8]) -> Result<Vec<u8>, ResponseError> {
    let mut outer = Tlv::from_ber(der)?.require(tag::SEQUENCE)?.reader();
    let mut info = outer.expect(tag::SEQUENCE)?.reader();
    let status = info.any()?.small_integer()?;
    let mut text = Vec::new();
    if let Some(free_text) = info.optional(tag::SEQUENCE)? {
        for line in free_text.reader() {
            text.extend(crate::name::string(line?));
        }
    }
    let failure = match info.optional(tag::BIT_STRING)? {
        Some(bits) => bits
            .value
            .iter()
            .skip(1)
            .take(4)
            .enumerate()
            .fold(0, |all, (index, octet)| {
                all | u32::from(octet.reverse_bits()) << (8 * index)
            }),
        None => 0,
    };
    match outer.optional(tag::SEQUENCE)? {
        Some(token) if status <= 1 => Ok(token.whole.to_vec()), // granted, grantedWithMods
        _ => Err(ResponseError::Refused {
            status,
            text,
            failure,
        }),
    }
}

/// An answer with a token.
#[must_use]
pub fn granted(token: &[u8]) -> Vec<u8> {
    let status = write::sequence(&[write::integer(&[0])]);
    write::sequence(&[status.as_slice(), token])
}

/// An answer that refuses with one bit of PKIFailureInfo: 0 badAlg, 2 badRequest, 5 badDataFormat,
/// 14 timeNotAvailable, 15 unacceptedPolicy, 16 unacceptedExtension, 25 systemFailure.
#[must_use]
pub fn refused(failure_bit: u8) -> Vec<u8> {
    let octets = usize::from(failure_bit / 8) + 1;
    let mut bits = vec![0; octets + 1];
    bits[0] = 7 - failure_bit % 8;
    bits[octets] = 0x80 >> (failure_bit % 8);
    let status = write::sequence(&[write::integer(&[2]), write::value(tag::BIT_STRING, &bits)]);
    write::sequence(&[status])
}

/// TSTInfo (§2.4.2), the content of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TstInfo {
    /// The authority's policy.
    pub policy: Oid,
    /// What was stamped.
    pub imprint: MessageImprint,
    /// Serial number, big-endian without leading zeros.
    pub serial: Vec<u8>,
    /// The time.
    pub time: OffsetDateTime,
    /// Half-width of the interval the time lies in.
    pub accuracy: Option<Duration>,
    /// Whether tokens are ordered by time alone.
    pub ordering: bool,
    /// Nonce of the request.
    pub nonce: Option<Vec<u8>>,
    /// A critical extension is present.
    pub unsupported: bool,
}

impl TstInfo {
    /// TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime GeneralizedTime, accuracy
    /// OPTIONAL, ordering DEFAULT FALSE, nonce OPTIONAL, tsa \[0\] OPTIONAL, extensions \[1\] OPTIONAL }
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Tlv::from_der(der)?.require(tag::SEQUENCE)?.reader();
        reader.expect(tag::INTEGER)?;
        let policy = reader.any()?.oid()?;
        let imprint = MessageImprint::read(reader.any()?)?;
        let serial = reader.any()?.integer_octets()?.to_vec();
        let time = instant::read(reader.expect(tag::GENERALIZED_TIME)?)?;
        let accuracy = reader.optional(tag::SEQUENCE)?.map(read_accuracy).transpose()?;
        let ordering = reader.optional(tag::BOOLEAN)?.map_or(Ok(false), Tlv::boolean)?;
        let nonce = reader
            .optional(tag::INTEGER)?
            .map(Tlv::integer_octets)
            .transpose()?
            .map(<[u8]>::to_vec);
        reader.optional(tag::context_constructed(0))?;
        let unsupported = match reader.optional(tag::context_constructed(1))? {
            Some(extensions) => {
                let list = write::value(tag::SEQUENCE, extensions.value);
                crate::extension::read_extensions(Tlv::from_der(&list)?)?
                    .iter()
                    .any(|one| one.critical)
            }
            None => false,
        };
        reader.finish()?;
        Ok(Self {
            policy,
            imprint,
            serial,
            time,
            accuracy,
            ordering,
            nonce,
            unsupported,
        })
    }

    /// Encodes the structure, to be signed as id-ct-TSTInfo.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut parts = vec![
            write::integer(&[1]),
            write::oid(&self.policy),
            self.imprint.der.clone(),
            write::integer(&self.serial),
            instant::write_generalized(self.time),
        ];
        parts.extend(self.accuracy.map(write_accuracy));
        if self.ordering {
            parts.push(write::boolean(true));
        }
        parts.extend(self.nonce.as_deref().map(write::integer));
        write::sequence(&parts)
    }
}

/// Accuracy ::= SEQUENCE { seconds OPTIONAL, millis \[0\] OPTIONAL, micros \[1\] OPTIONAL }
fn read_accuracy(value: Tlv<'_>) -> Result<Duration, Malformed> {
    let mut reader = value.reader();
    let part = |field: Option<Tlv<'_>>| match field {
        Some(field) => small(field.value)
            .map(i64::from)
            .ok_or(Malformed::Value("Accuracy")),
        None => Ok(0),
    };
    let seconds = part(reader.optional(tag::INTEGER)?)?;
    let millis = part(reader.optional(tag::context(0))?)?;
    let micros = part(reader.optional(tag::context(1))?)?;
    reader.finish()?;
    Ok(Duration::seconds(seconds) + Duration::milliseconds(millis) + Duration::microseconds(micros))
}

fn write_accuracy(accuracy: Duration) -> Vec<u8> {
    let mut parts = Vec::new();
    let seconds = accuracy.whole_seconds().unsigned_abs();
    if seconds > 0 {
        parts.push(write::integer(&seconds.to_be_bytes()));
    }
    let micros = accuracy.subsec_microseconds().unsigned_abs();
    for (number, part) in [(0, micros / 1000), (1, micros % 1000)] {
        if part > 0 {
            let mut integer = write::integer(&part.to_be_bytes());
            integer[0] = tag::context(number);
            parts.push(integer);
        }
    }
    write::sequence(&parts)
}
