//! GeneralName (RFC 5280 §4.2.1.6), as far as names are compared here.

use crate::name::DistinguishedName;
use crate::tlv::{Malformed, Tlv, tag};

/// One name of any form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName {
    Email(String),
    Dns(String),
    Directory(DistinguishedName),
    Uri(String),
    /// 4 or 16 octets; twice as many with a mask.
    Ip(Vec<u8>),
    /// otherName, x400Address, ediPartyName, registeredID, and what is not of its form: by number and encoding.
    Other(u8, Vec<u8>),
}

impl GeneralName {
    pub(crate) fn read(name: Tlv<'_>) -> Self {
        const EMAIL: u8 = tag::context(1);
        const DNS: u8 = tag::context(2);
        const DIRECTORY: u8 = tag::context_constructed(4);
        const URI: u8 = tag::context(6);
        const IP: u8 = tag::context(7);
        let text = || core::str::from_utf8(name.value).ok().map(str::to_owned);
        let read = match name.tag {
            EMAIL => text().map(Self::Email),
            DNS => text().map(Self::Dns),
            URI => text().map(Self::Uri),
            IP => Some(Self::Ip(name.value.to_vec())),
            DIRECTORY => Tlv::from_der(name.value)
                .and_then(DistinguishedName::read)
                .ok()
                .map(Self::Directory),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Other(name.tag & 0x1f, name.whole.to_vec()))
    }

    /// GeneralNames ::= SEQUENCE OF GeneralName; `names` is the SEQUENCE, under whatever tag.
    pub(crate) fn read_all(names: Tlv<'_>) -> Result<Vec<Self>, Malformed> {
        names.reader().map(|name| Ok(Self::read(name?))).collect()
    }

    /// The address of a URI by `http` or `https`.
    pub(crate) fn http_url(&self) -> Option<&str> {
        let Self::Uri(url) = self else { return None };
        let url = url.trim();
        let scheme = url.split_once("://")?.0;
        let http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        http.then_some(url)
    }

    /// Number of the form, which constraints are grouped by.
    pub(crate) fn form(&self) -> u8 {
        match self {
            Self::Email(_) => 1,
            Self::Dns(_) => 2,
            Self::Directory(_) => 4,
            Self::Uri(_) => 6,
            Self::Ip(_) => 7,
            Self::Other(number, _) => *number,
        }
    }
}
