//! Which files make one document: a pair of СФР, a request to Госключ and what goes with it, a file and its signatures.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kabinet_domain::Finding;
use kabinet_formats::Formats;

/// Endings of a detached signature that lies beside its file.
const SIGNATURES: [&str; 4] = [".sig", ".p7s", ".sgn", ".SIG"];

/// A file as it came.
pub(crate) struct NamedFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Files that make one document; the main one first.
pub(crate) struct Package {
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) files: Vec<NamedFile>,
    /// Detached signatures, each with the name of the file it signs.
    pub(super) signatures: Vec<(NamedFile, String)>,
    pub(super) formats: Arc<Formats>,
}

impl Package {
    /// Files the program made itself, the main one first.
    pub(crate) fn of(formats: &Arc<Formats>, files: Vec<NamedFile>) -> Option<Self> {
        let main = files.first()?;
        let recognised = kabinet_formats::recognise(&main.name, &main.bytes);
        Some(Self {
            format: recognised.format,
            title: recognised.title.line,
            files,
            signatures: Vec::new(),
            formats: formats.clone(),
        })
    }

    pub(super) fn all_files(&self) -> impl Iterator<Item = &NamedFile> {
        self.files
            .iter()
            .chain(self.signatures.iter().map(|(file, _)| file))
    }

    /// Everything the checks of all files found.
    pub(crate) fn check(&self) -> Vec<Finding> {
        self.files
            .iter()
            .flat_map(|file| self.formats.check(&file.name, &file.bytes).findings)
            .collect()
    }
}

/// Puts together what belongs together: `trans` and `req` of СФР by the name in the former; the documents beside a
/// Госключ request that was opened with them; a file and the signatures beside it.
pub(crate) fn pair(formats: &Arc<Formats>, files: Vec<NamedFile>) -> Vec<Package> {
    let (files, signatures) = split_signatures(files);
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|file| (file.name.as_str(), file.bytes.as_slice()))
        .collect();
    let mut partner_of: BTreeMap<usize, usize> = kabinet_formats::sfr::pairs(&named)
        .into_iter()
        .map(|(main, companion)| (companion, main))
        .collect();
    let recognised: Vec<_> = named
        .iter()
        .map(|(name, bytes)| kabinet_formats::recognise(name, bytes))
        .collect();
    let mut requests = recognised
        .iter()
        .enumerate()
        .filter(|(_, one)| kabinet_formats::goskey::is_request(&one.format));
    if let (Some((request, _)), None) = (requests.next(), requests.next()) {
        for index in (0..files.len()).filter(|index| *index != request) {
            partner_of.entry(index).or_insert(request);
        }
    }
    let mut packages: BTreeMap<usize, Package> = BTreeMap::new();
    let mut companions = Vec::new();
    for (index, (file, recognition)) in files.into_iter().zip(recognised).enumerate() {
        match partner_of.get(&index) {
            Some(main) => companions.push((*main, file)),
            None => {
                let formats = formats.clone();
                let package = Package {
                    format: recognition.format,
                    title: recognition.title.line,
                    files: vec![file],
                    signatures: Vec::new(),
                    formats,
                };
                packages.insert(index, package);
            }
        }
    }
    for (main, file) in companions {
        if let Some(package) = packages.get_mut(&main) {
            package.files.push(file);
        }
    }
    for (file, of) in signatures {
        let mut packages = packages.values_mut();
        if let Some(package) = packages.find(|package| package.files.iter().any(|file| file.name == of)) {
            package.signatures.push((file, of));
        }
    }
    packages.into_values().collect()
}

/// `x.sig` signs `x` where both are here.
fn split_signatures(files: Vec<NamedFile>) -> (Vec<NamedFile>, Vec<(NamedFile, String)>) {
    let names: BTreeSet<String> = files.iter().map(|file| file.name.clone()).collect();
    let signed = |name: &str| {
        SIGNATURES
            .iter()
            .find_map(|ending| name.strip_suffix(ending))
            .filter(|of| names.contains(*of))
            .map(str::to_owned)
    };
    let (mut rest, mut signatures) = (Vec::new(), Vec::new());
    for file in files {
        match signed(&file.name) {
            Some(of) => signatures.push((file, of)),
            None => rest.push(file),
        }
    }
    (rest, signatures)
}
