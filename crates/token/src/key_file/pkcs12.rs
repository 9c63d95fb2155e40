//! PKCS#12 (RFC 7292; with GOST: R 50.1.112-2016, R 1323565.1.041-2022, RFC 9548), protected by a password.

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Header, SliceReader, Tag};
use kabinet_pki::Certificate;
use sha1::{Digest, Sha1};
use spki::AlgorithmIdentifierRef;
use zeroize::Zeroizing;

use super::asn1::{
    self, Attribute, CertificateBag, ContentInfo, EncryptedContentInfo, EncryptedData, EncryptedKey, MacData,
    Pfx, SafeBag,
};
use super::error::KeyFileError;
use super::private_key::PrivateKey;
use super::scheme::{Part, Protection, Scheme};
use super::{mac, pbes2, pkcs8};
use crate::certificate;
use crate::secret::Passphrase;

/// How deep bags may lie in bags; nothing known nests at all.
const DEEPEST: usize = 4;

/// What the bags hold so far.
#[derive(Default)]
pub(super) struct Found {
    /// DER.
    pub(super) certificates: Vec<Vec<u8>>,
    /// PrivateKeyInfo, DER.
    pub(super) keys: Vec<Zeroizing<Vec<u8>>>,
}

/// Checks the integrity of a file and decrypts it.
pub(super) fn read(file: &[u8], passphrase: &Passphrase) -> Result<Found, KeyFileError> {
    let pfx = Pfx::from_der(file)?;
    let safe = authenticated_safe(&pfx)?;
    mac::check(
        pfx.mac_data.as_ref().ok_or(KeyFileError::MacMissing)?,
        passphrase,
        safe,
    )?;
    let mut found = Found::default();
    for content in Vec::<ContentInfo<'_>>::from_der(safe)? {
        match content.content_type {
            asn1::DATA => {
                let bags = content.content.decode_as::<&OctetStringRef>()?;
                found.read_bags(bags.as_bytes(), passphrase, DEEPEST)?;
            }
            asn1::ENCRYPTED_DATA => {
                let encrypted: EncryptedData<'_> = content.content.decode_as()?;
                let content = encrypted.info.content.as_bytes();
                let bags = pbes2::decrypt(&encrypted.info.algorithm, passphrase, content, are_bags)?;
                found.read_bags(&bags, passphrase, DEEPEST)?;
            }
            oid => return Err(KeyFileError::Unsupported { oid }),
        }
    }
    Ok(found)
}

/// How a file is protected, as far as it shows without its passphrase.
pub(super) fn describe(file: &[u8]) -> Result<Vec<Protection>, KeyFileError> {
    let pfx = Pfx::from_der(file)?;
    let mut all = Vec::from_iter(pfx.mac_data.as_ref().map(mac::describe));
    for content in Vec::<ContentInfo<'_>>::from_der(authenticated_safe(&pfx)?)? {
        match content.content_type {
            asn1::DATA => {
                let bags = content.content.decode_as::<&OctetStringRef>()?;
                for bag in Vec::<SafeBag<'_>>::from_der(trimmed(bags.as_bytes())?)? {
                    if bag.kind == asn1::SHROUDED_KEY_BAG {
                        let key: EncryptedKey<'_> = bag.value.decode_as()?;
                        all.push(pbes2::describe(&key.algorithm, Part::Key)?);
                    }
                }
            }
            asn1::ENCRYPTED_DATA => {
                let encrypted: EncryptedData<'_> = content.content.decode_as()?;
                all.push(pbes2::describe(&encrypted.info.algorithm, Part::Contents)?);
            }
            oid => all.push(Protection {
                part: Part::Contents,
                algorithm: oid,
                prf: None,
                iterations: None,
            }),
        }
    }
    Ok(all)
}

fn authenticated_safe<'a>(pfx: &Pfx<'a>) -> Result<&'a [u8], KeyFileError> {
    if pfx.version != 3 {
        return Err(KeyFileError::Malformed);
    }
    let oid = pfx.auth_safe.content_type;
    if oid != asn1::DATA {
        return Err(KeyFileError::Unsupported { oid });
    }
    Ok(pfx.auth_safe.content.decode_as::<&OctetStringRef>()?.as_bytes())
}

impl Found {
    fn read_bags(&mut self, bags: &[u8], passphrase: &Passphrase, depth: usize) -> Result<(), KeyFileError> {
        for bag in Vec::<SafeBag<'_>>::from_der(trimmed(bags)?)? {
            let value = bag.value;
            match bag.kind {
                asn1::KEY_BAG => self.keys.push(Zeroizing::new(value.to_der()?)),
                asn1::SHROUDED_KEY_BAG => {
                    let encrypted: EncryptedKey<'_> = value.decode_as()?;
                    let content = encrypted.content.as_bytes();
                    let key = pbes2::decrypt(&encrypted.algorithm, passphrase, content, pkcs8::is_key)?;
                    self.keys.push(key);
                }
                asn1::CERTIFICATE_BAG => {
                    let certificate: CertificateBag<'_> = value.decode_as()?;
                    if certificate.kind == asn1::X509 {
                        let der = certificate.value.decode_as::<&OctetStringRef>()?;
                        self.certificates.push(der.as_bytes().to_vec());
                    }
                }
                asn1::NESTED_BAG if depth > 0 => self.read_bags(&value.to_der()?, passphrase, depth - 1)?,
                // CRLs and private secrets of other programs are not ours.
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether these are bags whose certificates are certificates.
fn are_bags(bags: &[u8]) -> bool {
    let certificate = |bag: &SafeBag<'_>| {
        let bag: CertificateBag<'_> = bag.value.decode_as().ok()?;
        Certificate::from_der(bag.value.decode_as::<&OctetStringRef>().ok()?.as_bytes()).ok()
    };
    trimmed(bags)
        .and_then(|bags| Ok(Vec::<SafeBag<'_>>::from_der(bags)?))
        .is_ok_and(|bags| {
            let mut certificates = bags.iter().filter(|bag| bag.kind == asn1::CERTIFICATE_BAG);
            certificates.all(|bag| certificate(bag).is_some())
        })
}

/// A stream cipher has no padding, but some writers leave zero octets behind the sequence.
fn trimmed(bags: &[u8]) -> Result<&[u8], KeyFileError> {
    let header = Header::decode(&mut SliceReader::new(bags)?)?;
    if header.tag() != Tag::Sequence {
        return Err(KeyFileError::Malformed);
    }
    certificate::trimmed(bags).ok_or(KeyFileError::Malformed)
}

/// Writes a key with its certificates, DER: each certificate encrypted, the key in a bag of its own, a MAC over
/// all.
pub(super) fn write(
    key: &PrivateKey,
    certificates: &[Vec<u8>],
    passphrase: &Passphrase,
    scheme: Scheme,
) -> Result<Vec<u8>, KeyFileError> {
    let own = certificates.iter().find(|der| key.belongs_to(der));
    let own = own.ok_or(KeyFileError::CertificateMissing)?;
    let link = link(own)?;
    // One by one: what is short is decrypted the same by readers that change the key of CTR-ACPKM too early.
    let mut contents = certificates
        .iter()
        .map(|der| {
            let bag = certificate_bag(der, (der == own).then_some(&link))?;
            encrypted_data(&sequence(&[bag])?, passphrase, scheme)
        })
        .collect::<Result<Vec<_>, _>>()?;
    contents.push(data(&sequence(&[key_bag(key, &link, passphrase, scheme)?])?)?);
    let safe = sequence(&contents)?;
    let mac = mac::make(scheme, passphrase, &safe)?;
    let safe = OctetStringRef::new(&safe)?.to_der()?;
    let pfx = Pfx {
        version: 3,
        auth_safe: ContentInfo {
            content_type: asn1::DATA,
            content: AnyRef::from_der(&safe)?,
        },
        mac_data: Some(MacData::from_der(&mac)?),
    };
    Ok(pfx.to_der()?)
}

/// localKeyId on key and certificate, by which readers match them: SHA-1 of the certificate, as is usual. Content of a SET.
fn link(certificate: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    let id = Sha1::digest(certificate);
    let id = OctetStringRef::new(&id)?.to_der()?;
    let attribute = Attribute {
        kind: asn1::LOCAL_KEY_ID,
        values: AnyRef::new(Tag::Set, &id)?,
    };
    Ok(attribute.to_der()?)
}

fn certificate_bag(der: &[u8], link: Option<&Vec<u8>>) -> Result<Vec<u8>, KeyFileError> {
    let value = OctetStringRef::new(der)?.to_der()?;
    let bag = CertificateBag {
        kind: asn1::X509,
        value: AnyRef::from_der(&value)?,
    };
    safe_bag(asn1::CERTIFICATE_BAG, &bag.to_der()?, link)
}

fn key_bag(
    key: &PrivateKey,
    link: &Vec<u8>,
    passphrase: &Passphrase,
    scheme: Scheme,
) -> Result<Vec<u8>, KeyFileError> {
    let encrypted = pkcs8::encrypt(key, passphrase, scheme)?;
    safe_bag(asn1::SHROUDED_KEY_BAG, &encrypted, Some(link))
}

fn safe_bag(kind: ObjectIdentifier, value: &[u8], link: Option<&Vec<u8>>) -> Result<Vec<u8>, KeyFileError> {
    let bag = SafeBag {
        kind,
        value: AnyRef::from_der(value)?,
        attributes: link
            .map(|attribute| AnyRef::new(Tag::Set, attribute))
            .transpose()?,
    };
    Ok(bag.to_der()?)
}

fn data(content: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    let content = OctetStringRef::new(content)?.to_der()?;
    content_info(asn1::DATA, &content)
}

fn encrypted_data(content: &[u8], passphrase: &Passphrase, scheme: Scheme) -> Result<Vec<u8>, KeyFileError> {
    let encrypted = pbes2::encrypt(scheme, passphrase, content)?;
    let data = EncryptedData {
        version: 0,
        info: EncryptedContentInfo {
            content_type: asn1::DATA,
            algorithm: AlgorithmIdentifierRef::from_der(&encrypted.algorithm)?,
            content: OctetStringRef::new(&encrypted.content)?,
        },
    };
    content_info(asn1::ENCRYPTED_DATA, &data.to_der()?)
}

fn content_info(content_type: ObjectIdentifier, content: &[u8]) -> Result<Vec<u8>, KeyFileError> {
    let info = ContentInfo {
        content_type,
        content: AnyRef::from_der(content)?,
    };
    Ok(info.to_der()?)
}

/// SEQUENCE OF complete values.
fn sequence(parts: &[Vec<u8>]) -> Result<Vec<u8>, KeyFileError> {
    Ok(AnyRef::new(Tag::Sequence, &parts.concat())?.to_der()?)
}
