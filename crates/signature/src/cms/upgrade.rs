//! Raises a CAdES file level by level (ETSI EN 319 122-1 §6, RFC 5126 §4.4, §6); foreign parts stay octet for octet.

use std::io::{Cursor, Write};

use kabinet_pki::cms::SignedData;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::write;
use kabinet_pki::tsp::TstInfo;
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence};

use super::archive::{HashIndex, stamped_octets};
use super::assemble::Parts;
use super::prepare::{SignError, attribute};
use super::properties::reference_octets;
use super::references;
use super::skim::{self, Source};
use crate::armor;

/// A CAdES file whose signers are being given stamps and proofs. Its content stays where it is.
pub struct CadesFile {
    parts: Parts,
    content_at: Option<u64>,
}

/// What an archive time stamp is asked for, and the index it needs (EN 319 122-1 §5.5).
pub struct ArchiveRequest {
    /// The octets to be stamped.
    pub octets: Vec<u8>,
    index: Vec<u8>,
}

impl CadesFile {
    /// Reads binary CMS of any size without its content.
    ///
    /// # Errors
    /// [`SignError::ExistingUnreadable`].
    pub fn read(source: &mut dyn Source) -> Result<Self, SignError> {
        let skimmed = skim::skim(source).map_err(|_| SignError::ExistingUnreadable)?;
        let data = SignedData::parse(&skimmed.hollow).map_err(|_| SignError::ExistingUnreadable)?;
        Ok(Self {
            parts: Parts::of(&data),
            content_at: skimmed.content_at,
        })
    }

    /// How many have signed.
    #[must_use]
    pub fn signer_count(&self) -> usize {
        self.parts.signers.len()
    }

    /// The signature value, which a time stamp must be over.
    ///
    /// # Errors
    /// [`SignError::NoSuchSigner`].
    pub fn signature_value(&self, signer: usize) -> Result<Vec<u8>, SignError> {
        Ok(self.parts.signer(signer)?.signature)
    }

    /// The digest that goes with the signer's own algorithms: what stamps and references are best made with.
    ///
    /// # Errors
    /// [`SignError::NoSuchSigner`]; [`SignError::UnsupportedKey`] for an algorithm unknown here.
    pub fn digest_algorithm(&self, signer: usize) -> Result<DigestAlgorithm, SignError> {
        let info = self.parts.signer(signer)?;
        info.content_digest_algorithm()
            .map_err(|_| SignError::UnsupportedKey)
    }

    /// Whether there is a time stamp over the signature value, genuine or not.
    ///
    /// # Errors
    /// [`SignError::NoSuchSigner`].
    pub fn is_time_stamped(&self, signer: usize) -> Result<bool, SignError> {
        let info = self.parts.signer(signer)?;
        Ok(info
            .unsigned
            .iter()
            .any(|one| one.oid == id::SIGNATURE_TIME_STAMP))
    }

    /// Level T: adds `token` (a ContentInfo out of [`kabinet_pki::tsp::read_response`]) over the signature value. Who
    /// stamped it is judged by [`crate::verify`].
    ///
    /// # Errors
    /// [`SignError::StampOfOtherSignature`], [`SignError::NoSuchSigner`].
    pub fn add_time_stamp(&mut self, signer: usize, token: &[u8]) -> Result<(), SignError> {
        let value = self.signature_value(signer)?;
        require_stamp_of(token, &value)?;
        self.parts
            .add_unsigned(signer, vec![attribute(&id::SIGNATURE_TIME_STAMP, token.to_vec())])
    }

    /// Level LT: adds certificates and revocation answers beside the signers (EN 319 122-1 §5.4.2, §5.4.3).
    pub fn add_values(&mut self, evidence: &Evidence) {
        self.parts.add_certificates(&evidence.certificates);
        self.parts
            .add_revocation(evidence.crls.iter().map(|crl| crl.der().to_vec()));
        self.parts.add_revocation(evidence.ocsp.iter().map(|response| {
            let format = write::oid(&id::OTHER_REVOCATION_OCSP);
            write::context_constructed(1, &[format, response.der.clone()].concat())
        }));
    }

    /// X Long, first half: complete references to `chain` (the signer's certificate first) and its revocation
    /// answers out of `evidence`, and the values of all of `evidence` (RFC 5126 §6.2, §6.3).
    ///
    /// # Errors
    /// [`SignError::NoSuchSigner`].
    pub fn add_references(
        &mut self,
        signer: usize,
        chain: &[Certificate],
        evidence: &Evidence,
    ) -> Result<(), SignError> {
        let digest = self.digest_algorithm(signer)?;
        self.parts.add_unsigned(
            signer,
            vec![
                attribute(
                    &id::CERTIFICATE_REFERENCES,
                    references::certificates(digest, chain),
                ),
                attribute(
                    &id::REVOCATION_REFERENCES,
                    references::revocation(digest, chain, evidence),
                ),
                attribute(
                    &id::CERTIFICATE_VALUES,
                    references::certificate_values(chain, evidence),
                ),
                attribute(&id::REVOCATION_VALUES, references::revocation_values(evidence)),
            ],
        )
    }

    /// The octets that the stamp of X Long Type 1 must be over.
    ///
    /// # Errors
    /// [`SignError::NoSuchSigner`].
    pub fn octets_of_references(&self, signer: usize) -> Result<Vec<u8>, SignError> {
        Ok(reference_octets(&self.parts.signer(signer)?, true))
    }

    /// X Long Type 1, second half: the CAdES-C time stamp (RFC 5126 §6.3.5).
    ///
    /// # Errors
    /// [`SignError::StampOfOtherSignature`], [`SignError::NoSuchSigner`].
    pub fn add_reference_time_stamp(&mut self, signer: usize, token: &[u8]) -> Result<(), SignError> {
        require_stamp_of(token, &self.octets_of_references(signer)?)?;
        self.parts
            .add_unsigned(signer, vec![attribute(&id::ESC_TIME_STAMP, token.to_vec())])
    }

    /// What an archive stamp must be over; `content_digest` is of the content by `algorithm`, the one the stamp will
    /// be asked for with.
    ///
    /// # Errors
    /// [`SignError::NoSuchSigner`], [`SignError::ExistingUnreadable`].
    pub fn archive_request(
        &self,
        signer: usize,
        algorithm: DigestAlgorithm,
        content_digest: &[u8],
    ) -> Result<ArchiveRequest, SignError> {
        let hollow = self.parts.to_der();
        let data = SignedData::parse(&hollow).map_err(|_| SignError::ExistingUnreadable)?;
        // The file sorts its signers; the one asked for is found by its octets.
        let wanted = self.parts.signer(signer)?;
        let index = HashIndex::encode(algorithm, &data, &wanted);
        let octets =
            stamped_octets(&data, &wanted, content_digest, &index).ok_or(SignError::ExistingUnreadable)?;
        Ok(ArchiveRequest { octets, index })
    }

    /// Level LTA: adds the archive stamp with its index.
    ///
    /// # Errors
    /// [`SignError::StampOfOtherSignature`], [`SignError::NoSuchSigner`].
    pub fn add_archive_time_stamp(
        &mut self,
        signer: usize,
        request: &ArchiveRequest,
        token: &[u8],
    ) -> Result<(), SignError> {
        require_stamp_of(token, &request.octets)?;
        let data = SignedData::parse(token).map_err(|_| SignError::StampOfOtherSignature)?;
        let mut parts = Parts::of(&data);
        parts.add_unsigned(0, vec![attribute(&id::HASH_INDEX_V3, request.index.clone())])?;
        self.parts.add_unsigned(
            signer,
            vec![attribute(&id::ARCHIVE_TIME_STAMP_V3, parts.to_der())],
        )
    }

    /// Writes the file as DER, with the content out of `source`, which it was read from.
    ///
    /// # Errors
    /// What reading and writing give.
    pub fn write(&self, source: &mut dyn Source, out: &mut dyn Write) -> std::io::Result<()> {
        let broken = |error| match error {
            crate::ReadError::Content(error) => error,
            _ => std::io::ErrorKind::InvalidData.into(),
        };
        let mut length = None;
        if let Some(at) = self.content_at {
            let mut sum = 0;
            skim::content(source, at, &mut |chunk| {
                sum += chunk.len() as u64;
                Ok(())
            })
            .map_err(broken)?;
            length = Some(sum);
        }
        let (head, tail) = self.parts.frame(length);
        out.write_all(&head)?;
        if let Some(at) = self.content_at {
            skim::content(source, at, &mut |chunk| out.write_all(chunk)).map_err(broken)?;
        }
        out.write_all(&tail)
    }
}

fn require_stamp_of(token: &[u8], octets: &[u8]) -> Result<(), SignError> {
    SignedData::parse(token)
        .ok()
        .and_then(|token| TstInfo::from_der(&token.content_octets()?).ok())
        .filter(|stamp| stamp.imprint.is_of(octets))
        .map(|_| ())
        .ok_or(SignError::StampOfOtherSignature)
}

/// The signature values of a file in memory, in the order of its signers.
pub fn signature_values(file: &[u8]) -> Result<Vec<Vec<u8>>, SignError> {
    let opened = armor::open(file).ok_or(SignError::ExistingUnreadable)?;
    let file = CadesFile::read(&mut Cursor::new(opened))?;
    (0..file.signer_count())
        .map(|signer| file.signature_value(signer))
        .collect()
}

/// [`CadesFile::add_time_stamp`] on a file in memory, in any form [`crate::verify`] reads. Returns DER.
pub fn add_time_stamp(file: &[u8], signer: usize, token: &[u8]) -> Result<Vec<u8>, SignError> {
    let opened = armor::open(file).ok_or(SignError::ExistingUnreadable)?;
    let mut source = Cursor::new(opened);
    let mut cades = CadesFile::read(&mut source)?;
    cades.add_time_stamp(signer, token)?;
    let mut out = Vec::new();
    cades
        .write(&mut source, &mut out)
        .map_err(|_| SignError::ExistingUnreadable)?;
    Ok(out)
}
