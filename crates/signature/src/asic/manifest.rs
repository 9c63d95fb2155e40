//! ASiCManifest (EN 319 162-1 §A.4): the digests of the files a CAdES signature or time stamp is over.

use kabinet_pki::DigestAlgorithm;

use super::container::Entry;
use super::{META, decode_uri};
use crate::report::SignedPart;
use crate::xml;

const NAMESPACE: &str = "http://uri.etsi.org/02918/v1.2.1#";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A readable manifest.
pub(super) struct Manifest {
    /// The file with the signature over this manifest.
    pub signature: String,
    references: Vec<Reference>,
}

struct Reference {
    name: Option<String>,
    uri: String,
    digest: Option<(DigestAlgorithm, Vec<u8>)>,
}

impl Reference {
    fn shown(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.uri.clone())
    }
}

impl Manifest {
    /// Reads a file that is named like a manifest and is one; `None` for every other file.
    pub(super) fn read(entry: &Entry) -> Option<Self> {
        let name = entry.name.strip_prefix(META)?.to_lowercase();
        if !name.starts_with("asicmanifest") && !name.starts_with("asicarchivemanifest") {
            return None;
        }
        xml::with_document(&entry.content, |document| {
            let root = document.root_element();
            if !root.has_tag_name((NAMESPACE, "ASiCManifest")) {
                return None;
            }
            let mut signatures = root
                .children()
                .filter(|node| node.has_tag_name((NAMESPACE, "SigReference")));
            let signature = decode_uri(signatures.next()?.attribute("URI")?)?;
            if signatures.next().is_some() {
                return None;
            }
            let references = root
                .children()
                .filter(|node| node.has_tag_name((NAMESPACE, "DataObjectReference")))
                .map(|node| {
                    let child = |name| {
                        let mut found = node
                            .children()
                            .filter(move |child| child.has_tag_name((DSIG, name)));
                        found.next().filter(|_| found.next().is_none())
                    };
                    let uri = node.attribute("URI").unwrap_or_default().to_owned();
                    let digest = child("DigestMethod")
                        .and_then(|method| xml::digest_algorithm(method.attribute("Algorithm")?))
                        .zip(child("DigestValue").and_then(xml::base64_value));
                    Reference {
                        name: decode_uri(&uri),
                        uri,
                        digest,
                    }
                })
                .collect();
            Some(Self {
                signature,
                references,
            })
        })
        .ok()
        .flatten()
    }

    /// The files it names, as [`Self::parts`] calls them.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.references.iter().map(Reference::shown)
    }

    /// The files it names, judged by what `content` gives for a name.
    pub(super) fn parts<'a>(&self, content: impl Fn(&str) -> Option<&'a [u8]>) -> Vec<SignedPart> {
        self.references
            .iter()
            .map(|reference| {
                let octets = reference.name.as_deref().and_then(&content);
                let intact = octets.zip(reference.digest.as_ref());
                SignedPart {
                    name: reference.shown(),
                    whole: true,
                    intact: intact
                        .is_some_and(|(octets, (algorithm, digest))| algorithm.digest(octets) == *digest),
                    digest: reference.digest.clone(),
                }
            })
            .collect()
    }
}
