//! Writes SignedData around signers, embedding foreign parts octet for octet.

use kabinet_pki::cms::{SignedData, SignerInfo};
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{Tlv, tag, write};
use kabinet_pki::{Certificate, Oid};

use super::prepare::SignError;

/// The parts of a SignedData, each complete value as encoded.
pub(crate) struct Parts {
    pub content_type: Oid,
    pub content: Option<Vec<u8>>,
    pub digest_algorithms: Vec<Vec<u8>>,
    pub certificates: Vec<Vec<u8>>,
    pub crls: Vec<Vec<u8>>,
    pub signers: Vec<Vec<u8>>,
}

impl Parts {
    /// A SignedData that nobody has signed yet.
    pub(crate) fn new(content_type: Oid, content: Option<Vec<u8>>) -> Self {
        Self {
            content_type,
            content,
            digest_algorithms: Vec::new(),
            certificates: Vec::new(),
            crls: Vec::new(),
            signers: Vec::new(),
        }
    }

    /// The parts of an existing signature, to be extended.
    pub(crate) fn of(data: &SignedData<'_>) -> Self {
        let owned = |parts: &[&[u8]]| parts.iter().map(|part| part.to_vec()).collect();
        Self {
            content_type: data.content_type,
            content: data.content_octets(),
            digest_algorithms: owned(&data.digest_algorithms),
            certificates: owned(&data.raw_certificates),
            crls: owned(&data.raw_crls),
            signers: data.signers.iter().map(|signer| signer.whole.to_vec()).collect(),
        }
    }

    /// Adds what another SignedData of the same content has, each part once.
    pub(crate) fn absorb(&mut self, other: &SignedData<'_>) {
        let signers = other.signers.iter().map(|signer| signer.whole);
        let algorithms = other.digest_algorithms.iter().copied();
        for (list, parts) in [
            (&mut self.signers, signers.collect::<Vec<_>>()),
            (&mut self.digest_algorithms, algorithms.collect()),
            (&mut self.certificates, other.raw_certificates.clone()),
            (&mut self.crls, other.raw_crls.clone()),
        ] {
            parts.into_iter().for_each(|part| push_new(list, part.to_vec()));
        }
    }

    /// Adds a signer.
    pub(crate) fn add_signer(&mut self, signer: Vec<u8>, digest_algorithm: Vec<u8>) {
        self.signers.push(signer);
        push_new(&mut self.digest_algorithms, digest_algorithm);
    }

    /// Adds certificates, each once.
    pub(crate) fn add_certificates<'a>(&mut self, certificates: impl IntoIterator<Item = &'a Certificate>) {
        for certificate in certificates {
            push_new(&mut self.certificates, certificate.der().to_vec());
        }
    }

    /// Adds revocation choices (RFC 5652 §10.2.1), each once.
    pub(crate) fn add_revocation(&mut self, choices: impl IntoIterator<Item = Vec<u8>>) {
        choices
            .into_iter()
            .for_each(|choice| push_new(&mut self.crls, choice));
    }

    /// The signer with this number.
    pub(crate) fn signer(&self, number: usize) -> Result<SignerInfo<'_>, SignError> {
        let signer = self.signers.get(number).ok_or(SignError::NoSuchSigner)?;
        Tlv::from_ber(signer)
            .and_then(SignerInfo::read)
            .map_err(|_| SignError::ExistingUnreadable)
    }

    /// Adds unsigned attributes to a signer, every other part octet for octet.
    pub(crate) fn add_unsigned(&mut self, signer: usize, attributes: Vec<Vec<u8>>) -> Result<(), SignError> {
        const UNSIGNED: u8 = tag::context_constructed(1);
        let info = self.signer(signer)?;
        let mut all: Vec<Vec<u8>> = info.unsigned.iter().map(|one| one.whole.to_vec()).collect();
        all.extend(attributes);
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let fields = Tlv::from_ber(info.whole).map_err(|_| SignError::ExistingUnreadable)?;
        for field in fields.reader() {
            let field = field.map_err(|_| SignError::ExistingUnreadable)?;
            if field.tag != UNSIGNED {
                parts.push(field.whole.to_vec());
            }
        }
        parts.push(write::context_constructed(1, &write::set_of_content(all)));
        self.signers[signer] = write::sequence(&parts);
        Ok(())
    }

    /// ContentInfo with the SignedData (RFC 5652 §3, §5.1), DER as far as the embedded parts are.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let length = self.content.as_ref().map(|content| content.len() as u64);
        let (head, tail) = self.frame(length);
        [&head, self.content.as_deref().unwrap_or_default(), &tail].concat()
    }

    /// What stands before and after content of this length.
    pub(crate) fn frame(&self, content_length: Option<u64>) -> (Vec<u8>, Vec<u8>) {
        let tail = self.after_content();
        let content = content_length.unwrap_or_default();
        // From the inside out: each header needs the length of everything it holds.
        let mut head = Vec::new();
        let wrap = |head: &mut Vec<u8>, before: &[u8], tag: u8, after: u64| {
            let inside = (before.len() + head.len()) as u64 + after;
            let mut whole = write::header(tag, inside);
            whole.extend_from_slice(before);
            whole.append(head);
            *head = whole;
        };
        if content_length.is_some() {
            head = write::header(tag::OCTET_STRING, content);
            wrap(&mut head, &[], tag::context_constructed(0), content);
        }
        wrap(&mut head, &write::oid(&self.content_type), tag::SEQUENCE, content);
        let rest = content + tail.len() as u64;
        wrap(&mut head, &self.before_content(), tag::SEQUENCE, rest);
        wrap(&mut head, &[], tag::context_constructed(0), rest);
        wrap(&mut head, &write::oid(&id::SIGNED_DATA), tag::SEQUENCE, rest);
        (head, tail)
    }

    /// What stands before content of this length in a file whose signers are not known yet: BER with indefinite
    /// lengths, so that nothing before the content depends on what follows it.
    pub(crate) fn indefinite_head(&self, content_length: u64) -> Vec<u8> {
        const INDEFINITE: u8 = 0x80;
        let mut head = vec![tag::SEQUENCE, INDEFINITE];
        head.extend(write::oid(&id::SIGNED_DATA));
        head.extend([tag::context_constructed(0), INDEFINITE, tag::SEQUENCE, INDEFINITE]);
        head.extend(self.before_content());
        head.extend([tag::SEQUENCE, INDEFINITE]);
        head.extend(write::oid(&self.content_type));
        head.extend([tag::context_constructed(0), INDEFINITE]);
        head.extend(write::header(tag::OCTET_STRING, content_length));
        head
    }

    /// What stands after the content that [`Self::indefinite_head`] announced.
    pub(crate) fn indefinite_tail(&self) -> Vec<u8> {
        const END: [u8; 2] = [0, 0];
        let mut tail = [END, END].concat();
        tail.extend(self.after_content());
        tail.extend([END, END, END].concat());
        tail
    }

    /// version and digestAlgorithms.
    fn before_content(&self) -> Vec<u8> {
        // §5.1: version 3 for content other than id-data; 5 with revocation information of other formats.
        let other = self
            .crls
            .iter()
            .any(|choice| choice.first() != Some(&tag::SEQUENCE));
        let version = match (other, self.content_type == id::DATA) {
            (true, _) => 5,
            (false, true) => 1,
            (false, false) => 3,
        };
        [
            write::integer(&[version]),
            write::set_of(self.digest_algorithms.clone()),
        ]
        .concat()
    }

    /// certificates, crls and signerInfos.
    fn after_content(&self) -> Vec<u8> {
        let mut after = Vec::new();
        for (number, set) in [(0, &self.certificates), (1, &self.crls)] {
            if !set.is_empty() {
                after.extend(write::context_constructed(
                    number,
                    &write::set_of_content(set.clone()),
                ));
            }
        }
        after.extend(write::set_of(self.signers.clone()));
        after
    }
}

fn push_new(list: &mut Vec<Vec<u8>>, item: Vec<u8>) {
    if !list.contains(&item) {
        list.push(item);
    }
}
