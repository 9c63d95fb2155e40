//! ASiC containers (ETSI EN 319 162-1): ASiC-S and ASiC-E with CAdES, XAdES or a time stamp.

mod container;
mod manifest;

pub use container::ContainerError;

use kabinet_pki::cms::SignedData;
use kabinet_pki::tsp::TstInfo;

use container::Entry;
pub(crate) use container::looks_like;
use manifest::Manifest;

use crate::cms;
use crate::content::Measured;
use crate::judge::{Facts, Policy, Stamp, chain_failure, conclude};
use crate::report::{Form, Format, Note, Reason, Report, SignatureReport, SignedPart, StampKind};
use crate::verify::ReadError;
use crate::xml;

const META: &str = "META-INF/";
const MIMETYPE: &str = "mimetype";

/// A container that has been read.
#[derive(Debug)]
pub(crate) struct Examined {
    entries: Vec<Entry>,
}

/// Reads a container whole.
pub(crate) fn examine(archive: &[u8]) -> Result<Examined, ReadError> {
    let entries = container::read(archive)?;
    let examined = Examined { entries };
    if examined.signature_files().next().is_none() {
        return Err(ReadError::NoSigners);
    }
    Ok(examined)
}

/// What a file under META-INF carries, by its name (EN 319 162-1 §4.3.3.2, §4.4.3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Cades,
    Xades,
    TimeStamp,
}

impl Carrier {
    fn of(name: &str) -> Option<Self> {
        let name = name.strip_prefix(META)?.to_lowercase();
        // Some countries' containers keep their signatures in a folder of their own.
        let name = name.rsplit('/').next()?;
        match name.rsplit_once('.')? {
            (stem, "p7s") if stem.contains("signature") => Some(Self::Cades),
            (stem, "xml") if stem.contains("signatures") => Some(Self::Xades),
            (stem, "tst") if stem.contains("timestamp") => Some(Self::TimeStamp),
            _ => None,
        }
    }
}

impl Examined {
    fn signature_files(&self) -> impl Iterator<Item = (&Entry, Carrier)> {
        self.entries
            .iter()
            .filter_map(|entry| Some((entry, Carrier::of(&entry.name)?)))
    }

    /// Files that can be signed: everything but `mimetype` and META-INF.
    fn data_files(&self) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(|entry| entry.name != MIMETYPE && !entry.name.starts_with(META))
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    pub(crate) fn judge(&self, policy: &Policy<'_>) -> Result<Report, ReadError> {
        let mut signatures = Vec::new();
        for (file, carrier) in self.signature_files() {
            let mut found = match carrier {
                Carrier::Cades => self.cades(file, policy),
                Carrier::Xades => self.xades(file, policy)?,
                Carrier::TimeStamp => vec![self.time_stamp(file, policy)],
            };
            found.iter_mut().for_each(|one| self.note_uncovered(one));
            signatures.extend(found);
        }
        if signatures.is_empty() {
            return Err(ReadError::NoSigners);
        }
        Ok(Report::new(Format::Asic, true, signatures))
    }

    /// What a detached signature or stamp in this file is over: the manifest that names it, or the only data file.
    fn covered_by(&self, file: &Entry) -> Result<Covered<'_>, Reason> {
        let mut manifests = self.entries.iter().filter_map(|entry| {
            let manifest = Manifest::read(entry)?;
            (manifest.signature == file.name).then_some((entry, manifest))
        });
        match (manifests.next(), manifests.next()) {
            (Some((entry, manifest)), None) => Ok(Covered {
                octets: &entry.content,
                parts: manifest.parts(|name| self.entry(name).map(|entry| &entry.content[..])),
                missing: manifest
                    .names()
                    .filter(|name| self.entry(name).is_none())
                    .collect(),
                manifest: true,
            }),
            (Some(_), Some(_)) => Err(Reason::Structure {
                code: "signature.container-manifests",
            }),
            (None, _) => {
                let mut files = self.data_files();
                match (files.next(), files.next()) {
                    (Some(only), None) => Ok(Covered {
                        octets: &only.content,
                        parts: vec![SignedPart {
                            name: only.name.clone(),
                            whole: true,
                            intact: true,
                            digest: None,
                        }],
                        missing: Vec::new(),
                        manifest: false,
                    }),
                    _ => Err(Reason::ContentMissing {
                        name: file.name.clone(),
                    }),
                }
            }
        }
    }

    fn cades(&self, file: &Entry, policy: &Policy<'_>) -> Vec<SignatureReport> {
        let broken = |reason| {
            let mut facts = Facts::new(file.name.clone(), Form::Cades);
            facts.reasons.push(reason);
            vec![conclude(facts, policy)]
        };
        let covered = match self.covered_by(file) {
            Ok(covered) => covered,
            Err(reason) => return broken(reason),
        };
        let unreadable = Reason::Structure {
            code: "signature.unreadable",
        };
        let Ok(data) = SignedData::parse(&file.content) else {
            return broken(unreadable);
        };
        let Ok(algorithms) = cms::needed_algorithms(&data) else {
            return broken(unreadable);
        };
        // §4.3.3.2, §4.4.3.2: detached; content inside as well must be the same, or readers would show different ones.
        let differs = data
            .content_octets()
            .is_some_and(|inside| inside != covered.octets);
        let content = Measured::of_octets(&algorithms, covered.octets);
        cms::detached(&data, &content, policy)
            .into_iter()
            .map(|mut facts| {
                facts.id = format!("{}#{}", file.name, facts.id);
                if differs {
                    facts.reasons.push(Reason::AttachedDiffers);
                }
                covered.apply(&mut facts);
                conclude(facts, policy)
            })
            .collect()
    }

    fn xades(&self, file: &Entry, policy: &Policy<'_>) -> Result<Vec<SignatureReport>, ReadError> {
        let beside = |uri: Option<&str>| {
            let name = decode_uri(uri?)?;
            self.entry(&name).map(|entry| entry.content.clone())
        };
        let mut reports = xml::judge(&file.content, &beside, policy)?;
        for report in &mut reports {
            report.id = format!("{}#{}", file.name, report.id);
        }
        Ok(reports)
    }

    /// A stamp without a signature: it says when the files existed, not who vouches for them.
    fn time_stamp(&self, file: &Entry, policy: &Policy<'_>) -> SignatureReport {
        let mut facts = Facts::new(file.name.clone(), Form::TimeStamp);
        let covered = match self.covered_by(file) {
            Ok(covered) => covered,
            Err(reason) => {
                facts.reasons.push(reason);
                return conclude(facts, policy);
            }
        };
        facts.stamps = vec![Stamp::over(
            StampKind::Content,
            &file.content,
            covered.octets.to_vec(),
        )];
        let info = SignedData::parse(&file.content)
            .ok()
            .and_then(|data| TstInfo::from_der(&data.content_octets()?).ok());
        let genuine = info
            .as_ref()
            .is_some_and(|info| info.imprint.is_of(covered.octets));
        facts.signing_time = info.map(|info| info.time);
        facts.digest_ok = genuine;
        covered.apply(&mut facts);
        let mut report = conclude(facts, policy);
        match &report.stamps[0].outcome {
            Ok(stamp) => {
                report.signature_ok = true;
                report.certificate = Some(stamp.certificate.clone());
                report.chain = Some(stamp.chain.clone());
                report.proven_at = report.stamps[0].trusted_time();
                report
                    .reasons
                    .extend(chain_failure(&stamp.chain, None).map(|why| Reason::Certificate { why }));
            }
            Err(error) => report.reasons.push(Reason::from(*error)),
        }
        report
    }

    /// A container may hold files that this signature does not cover.
    fn note_uncovered(&self, report: &mut SignatureReport) {
        let named = |entry: &Entry| {
            report
                .parts
                .iter()
                .any(|part| part.name == entry.name || decode_uri(&part.name).as_deref() == Some(&entry.name))
        };
        if self.data_files().any(|entry| !named(entry)) && !report.notes.contains(&Note::OnlyParts) {
            report.notes.push(Note::OnlyParts);
        }
    }
}

struct Covered<'a> {
    octets: &'a [u8],
    parts: Vec<SignedPart>,
    /// Names in the manifest that are no files of the container.
    missing: Vec<String>,
    manifest: bool,
}

impl Covered<'_> {
    /// The files behind a manifest are signed through their digests in it.
    fn apply(&self, facts: &mut Facts<'_>) {
        let digest = facts.parts.first().and_then(|part| part.digest.clone());
        let own_intact = facts.digest_ok;
        facts.parts = self.parts.clone();
        if !self.manifest {
            for part in &mut facts.parts {
                part.digest.clone_from(&digest);
                part.intact = own_intact;
            }
            return;
        }
        for part in &self.parts {
            if self.missing.contains(&part.name) {
                facts.digest_ok = false;
                facts.reasons.push(Reason::ContentMissing {
                    name: part.name.clone(),
                });
                continue;
            }
            match &part.digest {
                None => facts.reasons.push(Reason::Unsupported {
                    name: part.name.clone(),
                }),
                Some(_) if !part.intact => {
                    facts.digest_ok = false;
                    facts.reasons.push(Reason::ContentDiffers);
                }
                Some(_) => {}
            }
        }
    }
}

/// A relative reference as a name: percent signs decoded (RFC 3986 §2.1), those that stand for themselves left.
/// `None` for one that leads elsewhere.
fn decode_uri(uri: &str) -> Option<String> {
    let mut octets = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|digits| octet == b'%' && digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| core::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        octets.push(escaped.unwrap_or(octet));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    let name = String::from_utf8(octets).ok()?;
    let name = name.strip_prefix("./").unwrap_or(&name).trim_start_matches('/');
    let leads_out = name.split('/').any(|part| part == "..") || name.contains("://");
    (!leads_out).then(|| name.to_owned())
}
