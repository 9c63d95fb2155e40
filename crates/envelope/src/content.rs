//! Content encryption: its parameters and its code (RFC 4357 §8.1, R 1323565.1.025-2019).

use kabinet_gost::cipher::gost28147::{SBox, cfb_decrypt, cfb_encrypt};
use kabinet_gost::cipher::{BlockCipher, CipherError, CtrAcpkm, content};
use kabinet_pki::Oid;
use kabinet_pki::algorithm::read_identifier;
use kabinet_pki::tlv::{Malformed, Tlv, tag, write};

use crate::error::{DecryptError, EncryptError};
use crate::oid;

/// How content is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentEncryption {
    /// GOST 28147-89 in CFB mode with key meshing, over the boxes tc26-Z. What older software reads.
    Gost28147,
    /// Magma in CTR-ACPKM mode.
    MagmaCtrAcpkm,
    /// The same with a code of the content.
    MagmaCtrAcpkmOmac,
    /// Kuznyechik in CTR-ACPKM mode.
    KuznyechikCtrAcpkm,
    /// The same with a code of the content: the choice where the recipient is free.
    KuznyechikCtrAcpkmOmac,
}

impl ContentEncryption {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Gost28147,
        Self::MagmaCtrAcpkm,
        Self::MagmaCtrAcpkmOmac,
        Self::KuznyechikCtrAcpkm,
        Self::KuznyechikCtrAcpkmOmac,
    ];

    /// The algorithm identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Gost28147 => oid::GOST_28147,
            Self::MagmaCtrAcpkm => oid::MAGMA_CTR_ACPKM,
            Self::MagmaCtrAcpkmOmac => oid::MAGMA_CTR_ACPKM_OMAC,
            Self::KuznyechikCtrAcpkm => oid::KUZNYECHIK_CTR_ACPKM,
            Self::KuznyechikCtrAcpkmOmac => oid::KUZNYECHIK_CTR_ACPKM_OMAC,
        }
    }

    /// The kind with this identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.oid() == *oid)
    }

    /// Whether changed content is noticed.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        matches!(self, Self::MagmaCtrAcpkmOmac | Self::KuznyechikCtrAcpkmOmac)
    }

    /// The cipher of GOST R 34.12-2015; `None` for GOST 28147-89.
    pub(crate) const fn block_cipher(self) -> Option<BlockCipher> {
        match self {
            Self::Gost28147 => None,
            Self::MagmaCtrAcpkm | Self::MagmaCtrAcpkmOmac => Some(BlockCipher::Magma),
            Self::KuznyechikCtrAcpkm | Self::KuznyechikCtrAcpkmOmac => Some(BlockCipher::Kuznyechik),
        }
    }
}

/// A content cipher with its parameters.
pub(crate) enum ContentCipher {
    Gost28147 { sbox: SBox, iv: [u8; 8] },
    CtrAcpkm { cipher: BlockCipher, ukm: Vec<u8> },
    CtrAcpkmOmac { cipher: BlockCipher, ukm: Vec<u8> },
}

impl ContentCipher {
    /// Fresh parameters.
    pub(crate) fn draw(kind: ContentEncryption) -> Result<Self, EncryptError> {
        let Some(cipher) = kind.block_cipher() else {
            let mut iv = [0; 8];
            getrandom::fill(&mut iv).map_err(|_| EncryptError::Entropy)?;
            let sbox = SBox::Tc26Z;
            return Ok(Self::Gost28147 { sbox, iv });
        };
        let mut ukm = vec![0; content::ukm_octets(cipher)];
        getrandom::fill(&mut ukm).map_err(|_| EncryptError::Entropy)?;
        Ok(if kind.is_authenticated() {
            Self::CtrAcpkmOmac { cipher, ukm }
        } else {
            Self::CtrAcpkm { cipher, ukm }
        })
    }

    /// ContentEncryptionAlgorithmIdentifier with Gost28147-89-Parameters ::= SEQUENCE { iv, encryptionParamSet } or
    /// Gost3412-15-Encryption-Parameters ::= SEQUENCE { ukm }.
    pub(crate) fn read(identifier: Tlv<'_>) -> Result<Self, DecryptError> {
        let (kind, parameters) = read_kind(identifier)?;
        let parameters = parameters.ok_or(Malformed::Value("encryption parameters"))?;
        let mut reader = parameters.require(tag::SEQUENCE)?.reader();
        let octets = reader.any()?.octet_string()?;
        let Some(cipher) = kind.block_cipher() else {
            let boxes = reader.any()?.oid()?;
            reader.finish()?;
            return Ok(Self::Gost28147 {
                sbox: SBox::from_oid(&boxes).ok_or(DecryptError::Unsupported(boxes))?,
                iv: octets.try_into().map_err(|_| Malformed::Value("iv"))?,
            });
        };
        reader.finish()?;
        if octets.len() != content::ukm_octets(cipher) {
            return Err(Malformed::Value("ukm").into());
        }
        let ukm = octets.to_vec();
        Ok(if kind.is_authenticated() {
            Self::CtrAcpkmOmac { cipher, ukm }
        } else {
            Self::CtrAcpkm { cipher, ukm }
        })
    }

    /// What [`Self::read`] reads.
    pub(crate) fn write(&self, kind: ContentEncryption) -> Vec<u8> {
        let parameters = match self {
            Self::Gost28147 { sbox, iv } => vec![write::octet_string(iv), write::oid(&sbox.oid())],
            Self::CtrAcpkm { ukm, .. } | Self::CtrAcpkmOmac { ukm, .. } => vec![write::octet_string(ukm)],
        };
        write::sequence(&[write::oid(&kind.oid()), write::sequence(&parameters)])
    }

    /// Encrypts in place and gives the code, empty for ciphers without.
    pub(crate) fn encrypt(&self, key: &[u8; 32], data: &mut [u8]) -> Result<Vec<u8>, CipherError> {
        match self {
            Self::Gost28147 { sbox, iv } => cfb_encrypt(*sbox, key, *iv, data),
            Self::CtrAcpkm { cipher, ukm } => counter_mode(*cipher, key, ukm, data)?,
            Self::CtrAcpkmOmac { cipher, ukm } => return content::encrypt(*cipher, key, ukm, data),
        }
        Ok(Vec::new())
    }

    /// Decrypts in place; if there is a code, nothing is left of what does not match it.
    pub(crate) fn decrypt(
        &self,
        key: &[u8; 32],
        data: &mut [u8],
        code: Option<&[u8]>,
    ) -> Result<(), DecryptError> {
        match self {
            Self::Gost28147 { sbox, iv } => {
                cfb_decrypt(*sbox, key, *iv, data);
                Ok(())
            }
            Self::CtrAcpkm { cipher, ukm } => counter_mode(*cipher, key, ukm, data),
            Self::CtrAcpkmOmac { cipher, ukm } => {
                let code = code.ok_or(DecryptError::Authentication)?;
                content::decrypt(*cipher, key, ukm, data, code)
            }
        }
        .map_err(|_| DecryptError::Authentication)
    }
}

/// The kind that an algorithm identifier names, and its parameters.
pub(crate) fn read_kind(identifier: Tlv<'_>) -> Result<(ContentEncryption, Option<Tlv<'_>>), DecryptError> {
    let (oid, parameters) = read_identifier(identifier)?;
    let kind = ContentEncryption::from_oid(&oid).ok_or(DecryptError::Unsupported(oid))?;
    Ok((kind, parameters))
}

fn counter_mode(cipher: BlockCipher, key: &[u8; 32], ukm: &[u8], data: &mut [u8]) -> Result<(), CipherError> {
    // The rest of the UKM is the seed of ciphers with a code.
    let iv = &ukm[..cipher.iv_octets()];
    CtrAcpkm::for_cms(cipher, key, iv)?.apply(data)
}

/// The attribute with the code: SET OF Attribute in \[1\], content of unprotectedAttrs.
pub(crate) fn write_code(code: &[u8]) -> Vec<u8> {
    let values = write::set_of(vec![write::octet_string(code)]);
    let attribute = write::sequence(&[write::oid(&oid::CONTENT_MAC), values]);
    write::context_constructed(1, &attribute)
}

/// Finds the code among unprotectedAttrs; it must be there once, with one value.
pub(crate) fn read_code<'a>(attributes: Tlv<'a>) -> Result<Option<&'a [u8]>, Malformed> {
    let mut code = None;
    for attribute in attributes.reader() {
        let mut reader = attribute?.require(tag::SEQUENCE)?.reader();
        let kind = reader.any()?.oid()?;
        let mut values = reader.expect(tag::SET)?.reader();
        reader.finish()?;
        if kind == oid::CONTENT_MAC {
            let value = values.any()?.octet_string()?;
            values.finish()?;
            if code.replace(value).is_some() {
                return Err(Malformed::Value("content code"));
            }
        }
    }
    Ok(code)
}
