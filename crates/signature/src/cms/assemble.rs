//! Writes SignedData around signers, embedding foreign parts octet for octet.

use kabinet_pki::cms::SignedData;
use kabinet_pki::oid::cms as id;
use kabinet_pki::tlv::{tag, write};
use kabinet_pki::{Certificate, Oid};

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

    /// Adds a signer with its certificates, each certificate once.
    pub(crate) fn add<'a>(
        &mut self,
        signer: Vec<u8>,
        digest_algorithm: Vec<u8>,
        certificates: impl IntoIterator<Item = &'a Certificate>,
    ) {
        self.signers.push(signer);
        push_new(&mut self.digest_algorithms, digest_algorithm);
        for certificate in certificates {
            push_new(&mut self.certificates, certificate.der().to_vec());
        }
    }

    /// ContentInfo with the SignedData (RFC 5652 §3, §5.1), DER as far as the embedded parts are.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        // §5.1: version 3 for content other than id-data; key identifiers of foreign signers need it too.
        let version = if self.content_type == id::DATA { 1 } else { 3 };
        let mut encapsulated = vec![write::oid(&self.content_type)];
        if let Some(content) = &self.content {
            encapsulated.push(write::context_constructed(0, &write::octet_string(content)));
        }
        let mut parts = vec![
            write::integer(&[version]),
            write::set_of(self.digest_algorithms.clone()),
            write::sequence(&encapsulated),
        ];
        for (number, set) in [(0, &self.certificates), (1, &self.crls)] {
            if !set.is_empty() {
                parts.push(write::context_constructed(
                    number,
                    &write::set_of_content(set.clone()),
                ));
            }
        }
        parts.push(write::value(
            tag::SET,
            &write::set_of_content(self.signers.clone()),
        ));
        let signed_data = write::sequence(&parts);
        write::sequence(&[
            write::oid(&id::SIGNED_DATA),
            write::context_constructed(0, &signed_data),
        ])
    }
}

fn push_new(list: &mut Vec<Vec<u8>>, item: Vec<u8>) {
    if !list.contains(&item) {
        list.push(item);
    }
}
