//! Distinguished names with the attributes of a Russian qualified certificate.

use super::oids;
use crate::asn1::{self, Der};

/// Values of a subject; an absent value leaves its attribute out.
#[derive(Default)]
pub(crate) struct DistinguishedName<'a> {
    pub(crate) common_name: &'a str,
    pub(crate) surname: Option<&'a str>,
    pub(crate) given_name: Option<&'a str>,
    pub(crate) title: Option<&'a str>,
    pub(crate) organisation: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) locality: Option<&'a str>,
    pub(crate) street: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    /// ИНН of a person, 12 digits.
    pub(crate) inn: Option<&'a str>,
    /// ИННЮЛ, 10 digits.
    pub(crate) inn_le: Option<&'a str>,
    pub(crate) ogrn: Option<&'a str>,
    /// СНИЛС, 11 digits.
    pub(crate) snils: Option<&'a str>,
}

impl DistinguishedName<'_> {
    /// X.501 Name; digits as NumericString, as приказ ФСБ № 795 wants them.
    pub(crate) fn to_der(&self) -> Der {
        let text = [
            (oids::SURNAME, self.surname),
            (oids::GIVEN_NAME, self.given_name),
            (oids::TITLE, self.title),
            (oids::ORGANISATION, self.organisation),
            (oids::STATE, self.state),
            (oids::LOCALITY, self.locality),
            (oids::STREET, self.street),
        ];
        let digits = [
            (oids::INN, self.inn),
            (oids::INN_LE, self.inn_le),
            (oids::OGRN, self.ogrn),
            (oids::SNILS, self.snils),
        ];
        let mut parts = vec![attribute(oids::COMMON_NAME, asn1::utf8(self.common_name))];
        parts.extend(
            text.into_iter()
                .filter_map(|(oid, v)| Some(attribute(oid, asn1::utf8(v?)))),
        );
        parts.push(attribute(oids::COUNTRY, asn1::printable("RU")));
        parts.extend(
            digits
                .into_iter()
                .filter_map(|(oid, v)| Some(attribute(oid, asn1::numeric(v?)))),
        );
        parts.extend(self.email.map(|v| attribute(oids::EMAIL, asn1::ia5(v))));
        asn1::sequence(&parts)
    }
}

/// The short name of a service or an authority.
pub(crate) fn common_name_and_country(common_name: &str) -> Der {
    DistinguishedName {
        common_name,
        ..DistinguishedName::default()
    }
    .to_der()
}

fn attribute(oid: der::asn1::ObjectIdentifier, value: Der) -> Der {
    asn1::set_of(vec![asn1::sequence(&[asn1::oid(oid), value])])
}
