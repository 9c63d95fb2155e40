//! CMS signatures: plain SignedData and CAdES (ETSI EN 319 122-1, RFC 5126).

mod archive;
pub(crate) mod assemble;
pub(crate) mod attached;
pub(crate) mod merge;
pub(crate) mod prepare;
mod properties;
mod references;
mod signer;
mod skim;
pub(crate) mod upgrade;

use std::borrow::Cow;
use std::io::{Cursor, Read};

use kabinet_pki::DigestAlgorithm;
use kabinet_pki::cms::SignedData;

use crate::armor;
use crate::content::{Measured, Meter};
use crate::judge::{Facts, Policy, conclude};
use crate::report::{Format, Reason, Report};
use crate::verify::ReadError;

pub(crate) use signer::Examination;
pub use skim::Source;

/// A SignedData whose content has been read and need not be read again.
#[derive(Debug)]
pub(crate) struct Examined {
    hollow: Vec<u8>,
    content: Measured,
    attached: bool,
    attached_differs: bool,
}

/// Reads a signature file in one pass, and `content` beside it to its end, in constant memory.
pub(crate) fn examine(
    source: &mut dyn Source,
    content: Option<&mut dyn Read>,
) -> Result<Examined, ReadError> {
    let skimmed = skim::skim(source)?;
    let algorithms = needed_algorithms(&SignedData::parse(&skimmed.hollow)?)?;
    let inside = match skimmed.content_at {
        Some(at) => {
            let mut meter = Meter::new(&algorithms);
            skim::content(source, at, &mut |chunk| {
                meter.update(chunk);
                Ok(())
            })?;
            Some(meter.finish())
        }
        None => None,
    };
    let beside = content
        .map(|content| Measured::of_reader(&algorithms, content))
        .transpose()?;
    Ok(Examined {
        attached: inside.is_some(),
        attached_differs: matches!((&inside, &beside), (Some(inside), Some(beside)) if inside.differs_from(beside)),
        content: beside.or(inside).ok_or(ReadError::ContentRequired)?,
        hollow: skimmed.hollow,
    })
}

/// Takes a file in memory out of its wrapping: DER, BER, PEM, Base64 or url-safe Base64.
pub(crate) fn open(file: &[u8]) -> Result<Cow<'_, [u8]>, ReadError> {
    armor::open(file).ok_or(ReadError::NotASignature)
}

/// Facts on every signer of a detached SignedData over `content`, for the formats that carry one inside.
pub(crate) fn detached<'a>(
    data: &'a SignedData<'a>,
    content: &'a Measured,
    policy: &Policy<'_>,
) -> Vec<Facts<'a>> {
    let examination = Examination::new(data, content, policy);
    data.signers
        .iter()
        .enumerate()
        .map(|(index, signer)| examination.facts(index.to_string(), signer))
        .collect()
}

/// Signers of one file or container; each costs signatures and chains to judge, and nobody gathers more.
pub(crate) const MAX_SIGNERS: usize = 1000;

/// The digests needed to judge a SignedData, by its signers and its stamps over the content.
pub(crate) fn needed_algorithms(data: &SignedData<'_>) -> Result<Vec<DigestAlgorithm>, ReadError> {
    if data.signers.is_empty() {
        return Err(ReadError::NoSigners);
    }
    if data.signers.len() > MAX_SIGNERS {
        return Err(ReadError::TooLarge);
    }
    let mut algorithms: Vec<DigestAlgorithm> = data
        .signers
        .iter()
        .flat_map(|signer| {
            let own = signer.content_digest_algorithm().ok();
            own.into_iter().chain(properties::imprint_algorithms(signer))
        })
        .collect();
    algorithms.sort();
    algorithms.dedup();
    Ok(algorithms)
}

impl Examined {
    pub(crate) fn judge(&self, policy: &Policy<'_>) -> Result<Report, ReadError> {
        let data = SignedData::parse(&self.hollow)?;
        let signatures = detached(&data, &self.content, policy)
            .into_iter()
            .map(|mut facts| {
                if self.attached_differs {
                    facts.reasons.push(Reason::AttachedDiffers);
                }
                conclude(facts, policy)
            })
            .collect();
        Ok(Report::new(Format::Cms, self.attached, signatures))
    }
}

/// The content inside a signature file, whole; `None` if it is detached.
pub fn attached_content(signature: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
    let opened = open(signature)?;
    let mut source = Cursor::new(&opened);
    let Some(at) = skim::skim(&mut source)?.content_at else {
        return Ok(None);
    };
    let mut octets = Vec::new();
    skim::content(&mut source, at, &mut |chunk| {
        octets.extend_from_slice(chunk);
        Ok(())
    })?;
    Ok(Some(octets))
}
