//! Hands the signatures of a document to the judge of all formats.

use std::io::Read;

use kabinet_pki::cms::SignedData;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tsp::TstInfo;
use kabinet_pki::{DigestAlgorithm, Evidence};

use super::changes::Changes;
use super::document::Document;
use super::dss;
use super::error::PdfError;
use super::range::Covered;
use super::signatures::{self, Coverage, PdfSignature, SubFilter};
use crate::cms;
use crate::content::Measured;
use crate::judge::{Facts, Policy, Stamp, conclude};
use crate::report::{Change, Form, Format, Note, Reason, Report, SignedPart, StampKind};
use crate::verify::ReadError;

/// A document that has been read; the file is not needed any more.
#[derive(Debug)]
pub(crate) struct Examined {
    signatures: Vec<Signature>,
    /// From the document security store.
    evidence: Evidence,
}

#[derive(Debug)]
struct Signature {
    found: PdfSignature,
    /// What the signature value is over: the ranges, or what the value itself carries.
    content: Option<Measured>,
    /// Digests of the ranges.
    ranges: Measured,
    /// The content inside the value, where it stands between the value and the ranges.
    inside: Option<Vec<u8>>,
    /// For a document time stamp, whether it covers a document security store: without one it proves no more than a stamp
    /// over the signature (EN 319 142-1 §5.4.3, §6.1).
    archives: bool,
}

/// Reads a PDF file.
pub(crate) fn examine(file: &[u8]) -> Result<Examined, PdfError> {
    let document = Document::open(file)?;
    let signatures = signatures::find(&document)?
        .into_iter()
        .map(|found| measure(file, found))
        .collect();
    Ok(Examined {
        signatures,
        evidence: dss::evidence(&document),
    })
}

fn measure(file: &[u8], found: PdfSignature) -> Signature {
    let data = found
        .value
        .as_deref()
        .and_then(|value| SignedData::parse(value).ok());
    let inside = data.as_ref().and_then(SignedData::content_octets);
    let own = data
        .as_ref()
        .and_then(|data| cms::needed_algorithms(data).ok())
        .unwrap_or_default();
    let carries = matches!(found.sub_filter, SubFilter::CmsOfSha1 | SubFilter::TimeStamp);
    let of_ranges = match found.sub_filter {
        SubFilter::CmsOfSha1 => vec![DigestAlgorithm::Sha1],
        SubFilter::TimeStamp => stamped(inside.as_deref())
            .and_then(|info| info.imprint.algorithm.ok())
            .into_iter()
            .collect(),
        _ => own.clone(),
    };
    let measured = |algorithms: &[DigestAlgorithm], mut octets: &mut dyn Read| {
        // Memory does not fail.
        Measured::of_reader(algorithms, &mut octets).ok()
    };
    let ranges = |algorithms: &[DigestAlgorithm]| {
        let empty = Covered {
            first: 0..0,
            second: 0..0,
        };
        let covered = found.covered.as_ref().unwrap_or(&empty);
        let (mut first, mut second) = (&file[covered.first.clone()], &file[covered.second.clone()]);
        measured(algorithms, &mut Read::chain(&mut first, &mut second))
    };
    let content = match (&inside, carries) {
        (Some(inside), true) => measured(&own, &mut &inside[..]),
        (None, true) => None,
        (_, false) => ranges(&own),
    };
    Signature {
        content: content.filter(|_| found.covered.is_some()),
        ranges: ranges(&of_ranges).unwrap_or_else(Measured::nothing),
        inside,
        archives: found.sub_filter == SubFilter::TimeStamp
            && found.end().is_some_and(|end| has_store(file, end)),
        found,
    }
}

/// Whether the file as it was at `end` has a document security store.
fn has_store(file: &[u8], end: usize) -> bool {
    file.get(..end)
        .and_then(|revision| Document::open(revision).ok())
        .and_then(|document| Some(document.catalog().ok()?.1.raw("DSS").is_some()))
        .unwrap_or(false)
}

fn stamped(content: Option<&[u8]>) -> Option<TstInfo> {
    TstInfo::from_der(content?).ok()
}

impl Examined {
    /// Judges every signature of the document; document time stamps prove what they cover.
    pub(crate) fn judge(&self, policy: &Policy<'_>) -> Result<Report, ReadError> {
        if self.signatures.is_empty() {
            return Err(ReadError::NoSigners);
        }
        let data: Vec<Option<SignedData<'_>>> = self
            .signatures
            .iter()
            .map(|one| SignedData::parse(one.found.value.as_deref()?).ok())
            .collect();
        let reports = self
            .signatures
            .iter()
            .zip(&data)
            .enumerate()
            .map(|(index, (signature, data))| {
                let mut facts = signature.facts(index, data.as_ref(), policy);
                facts.evidence.extend(self.evidence.clone());
                let signers = data.iter().flat_map(|data| &data.signers);
                signers.for_each(|signer| facts.evidence.extend(dss::archival(signer)));
                self.add_stamps(&mut facts, signature);
                conclude(facts, policy)
            })
            .collect();
        Ok(Report::new(Format::Pdf, true, reports))
    }

    /// Document time stamps over `signature`, each of which covers the stamps inside it and the earlier ones
    /// (EN 319 142-1 §5.4.3).
    fn add_stamps<'a>(&'a self, facts: &mut Facts<'a>, signature: &Signature) {
        let Some(end) = signature.found.end() else {
            return;
        };
        for other in &self.signatures {
            let later = other.found.end().is_some_and(|other| other > end);
            let whole = other.found.faults.is_empty();
            let Some(token) = other.found.value.as_deref().filter(|_| later && whole) else {
                continue;
            };
            if other.found.sub_filter == SubFilter::TimeStamp {
                facts.stamps.push(Stamp {
                    kind: if other.archives {
                        StampKind::Archive
                    } else {
                        StampKind::Signature
                    },
                    token,
                    imprint: Box::new(|algorithm| other.ranges.digest(algorithm).map(<[u8]>::to_vec)),
                    covers: (0..facts.stamps.len()).collect(),
                });
            }
        }
    }
}

impl Signature {
    fn facts<'a>(&'a self, index: usize, data: Option<&'a SignedData<'a>>, policy: &Policy<'_>) -> Facts<'a> {
        let found = &self.found;
        let mut facts = match (data, &self.content) {
            (Some(data), Some(content)) => {
                let mut all = cms::detached(data, content, policy);
                let count = all.len();
                let mut facts = match all.is_empty() {
                    true => Facts::new(String::new(), Form::PdfCms),
                    false => all.swap_remove(0),
                };
                if count != 1 {
                    facts.reasons.push(structure("pdf.signer-count"));
                }
                facts
            }
            _ => {
                let mut facts = Facts::new(String::new(), Form::PdfCms);
                if data.is_none() && found.value.is_some() && found.sub_filter != SubFilter::BareRsa {
                    facts.reasons.push(structure("pdf.value-unreadable"));
                }
                facts
            }
        };
        let name = found.field.clone().filter(|name| !name.is_empty());
        facts.id = name.unwrap_or_else(|| index.to_string());
        facts
            .reasons
            .extend(found.faults.iter().map(|fault| structure(fault.code())));
        if found.field.is_none() {
            facts.reasons.push(Reason::Required {
                code: "pdf.signature-in-no-field",
            });
        }
        self.sub_filter(&mut facts, data);
        for part in &mut facts.parts {
            part.whole = found.coverage == Coverage::WholeFile;
        }
        facts.signing_time = facts.signing_time.or(found.claimed_time);
        match &found.changes {
            Some(changes) => add_changes(&mut facts, changes),
            None if found.faults.is_empty() => facts.reasons.push(Reason::Unsupported {
                name: "pdf.changes-unknown".to_owned(),
            }),
            None => {}
        }
        facts
    }

    /// What each encoding demands (ISO 32000-2 §12.8.3.3, EN 319 142-1 §5.3, §6.3).
    fn sub_filter(&self, facts: &mut Facts<'_>, data: Option<&SignedData<'_>>) {
        let signed_form = facts.form;
        facts.form = Form::PdfCms;
        match self.found.sub_filter {
            SubFilter::Cms => self.nothing_inside(facts, data),
            SubFilter::Cades => {
                facts.form = Form::Pades;
                self.nothing_inside(facts, data);
                if signed_form != Form::Cades {
                    facts.reasons.push(Reason::Required {
                        code: "pdf.certificate-reference-missing",
                    });
                }
            }
            SubFilter::CmsOfSha1 => {
                facts.reasons.push(Reason::WeakDigest);
                let digest = self.ranges.digest(DigestAlgorithm::Sha1);
                self.bind(
                    facts,
                    self.inside
                        .as_deref()
                        .is_some_and(|inside| Some(inside) == digest),
                );
            }
            SubFilter::TimeStamp => {
                facts.form = Form::TimeStamp;
                let info = stamped(self.inside.as_deref());
                let suits = data.is_some_and(|data| data.content_type == id::TST_INFO)
                    && info.as_ref().is_some_and(|info| !info.unsupported);
                if data.is_some() && !suits {
                    facts.reasons.push(structure("pdf.not-a-time-stamp"));
                }
                let algorithm = info.as_ref().and_then(|info| info.imprint.algorithm.ok());
                if algorithm.is_some_and(DigestAlgorithm::is_weak) {
                    facts.reasons.push(Reason::WeakDigest);
                }
                let digest = algorithm.and_then(|algorithm| self.ranges.digest(algorithm));
                let stamps = info
                    .as_ref()
                    .zip(digest)
                    .is_some_and(|(info, digest)| info.imprint.digest == digest);
                self.bind(facts, stamps);
                facts.digest_algorithm = algorithm;
                facts.parts = vec![SignedPart {
                    name: String::new(),
                    whole: true,
                    intact: facts.digest_ok,
                    digest: algorithm.zip(digest.map(<[u8]>::to_vec)),
                }];
                facts.signing_time = info.map(|info| info.time);
            }
            SubFilter::BareRsa | SubFilter::Unknown => facts.reasons.push(Reason::Unsupported {
                name: "SubFilter".to_owned(),
            }),
        }
    }

    /// §12.8.3.3.1: no data shall be encapsulated. What is, was not what the value was checked over.
    fn nothing_inside(&self, facts: &mut Facts<'_>, data: Option<&SignedData<'_>>) {
        if self.inside.is_some() {
            facts.reasons.push(Reason::Required {
                code: "pdf.content-inside",
            });
        }
        if data.is_some_and(|data| data.content_type != id::DATA) {
            facts.reasons.push(Reason::ContentTypeDiffers);
        }
    }

    /// The value is over the content inside it, and that must be the digest of the ranges.
    fn bind(&self, facts: &mut Facts<'_>, fits: bool) {
        if !fits {
            facts.digest_ok = false;
            facts.parts.iter_mut().for_each(|part| part.intact = false);
            facts.reasons.push(Reason::ContentDiffers);
        }
    }
}

fn structure(code: &'static str) -> Reason {
    Reason::Structure { code }
}

fn add_changes(facts: &mut Facts<'_>, changes: &Changes) {
    let change = |code, allowed| Change {
        code,
        what: String::new(),
        allowed,
    };
    let allowed = changes.allowed.iter().map(|one| change(one.code(), true));
    let violations = changes.violations.iter().map(|one| change(one.code(), false));
    facts.changes = violations.chain(allowed).collect();
    if !changes.violations.is_empty() {
        facts.reasons.push(Reason::ChangedLater);
    } else if !facts.changes.iter().all(Change::is_proof) {
        facts.notes.push(Note::ChangedLater);
    }
    facts
        .reasons
        .extend(changes.doubts.iter().map(|doubt| Reason::Unsupported {
            name: doubt.code().to_owned(),
        }));
}
