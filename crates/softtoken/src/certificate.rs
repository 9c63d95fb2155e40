//! The few fields of a certificate that a token stores as attributes, cut out as the original bytes.

use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged, asn1::AnyRef};

/// DER of the fields (RFC 5280 §4.1), each with its header.
#[derive(Debug)]
pub(crate) struct CertificateFields {
    pub(crate) serial_number: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) public_key_info: Vec<u8>,
}

impl CertificateFields {
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, der::Error> {
        let certificate = AnyRef::from_der(der)?;
        certificate.tag().assert_eq(Tag::Sequence)?;
        let mut outer = SliceReader::new(certificate.value())?;
        let tbs: AnyRef<'_> = outer.decode()?;
        tbs.tag().assert_eq(Tag::Sequence)?;
        let mut fields = SliceReader::new(tbs.value())?;
        let mut first: AnyRef<'_> = fields.decode()?;
        if first.tag()
            == (Tag::ContextSpecific {
                constructed: true,
                number: TagNumber(0),
            })
        {
            first = fields.decode()?;
        }
        first.tag().assert_eq(Tag::Integer)?;
        let mut sequence = || -> Result<Vec<u8>, der::Error> {
            let field: AnyRef<'_> = fields.decode()?;
            field.tag().assert_eq(Tag::Sequence)?;
            field.to_der()
        };
        let _algorithm = sequence()?;
        let issuer = sequence()?;
        let _validity = sequence()?;
        Ok(Self {
            serial_number: first.to_der()?,
            issuer,
            subject: sequence()?,
            public_key_info: sequence()?,
        })
    }
}
