//! The list of accredited authorities in the form Минцифры publishes it, signed by the demo ministry: an enveloped
//! XML signature with ГОСТ Р 34.10-2012 (RFC 9231 names no such algorithms; the identifiers are those in use).
//!
//! Everything is written in its canonical form at once (Canonical XML 1.0), so that digests are taken of what is written.

use base64ct::{Base64, Encoding as _};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::authority::{AuthorityError, Signatory};

/// Name of the file in the demo directory and on the plain HTTP port.
pub(crate) const FILE: &str = "trust-list.xml";

const ROOT: &str = "АккредитованныеУдостоверяющиеЦентры";
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const C14N: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const DIGEST: &str = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256";
const SIGNATURE: &str = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256";

/// A status of the demo authority's accreditation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Accreditation {
    Active,
    Suspended,
    Ended,
}

impl Accreditation {
    const fn word(self) -> &'static str {
        match self {
            Self::Active => "Действует",
            Self::Suspended => "Приостановлена",
            Self::Ended => "Прекращена",
        }
    }
}

/// Statuses with their beginnings, the earliest first.
pub(crate) type History = Vec<(OffsetDateTime, Accreditation)>;

/// What a list says.
pub(crate) struct Plan<'a> {
    pub(crate) version: u64,
    pub(crate) issued: OffsetDateTime,
    /// Certificate of the accredited authority, DER.
    pub(crate) authority: &'a [u8],
    pub(crate) history: &'a [(OffsetDateTime, Accreditation)],
    /// Base of the PKI endpoints.
    pub(crate) pki_url: &'a str,
}

impl Plan<'_> {
    /// The list without a signature.
    pub(crate) fn unsigned(&self) -> String {
        format!("{}</{ROOT}>", self.open())
    }

    /// The list signed by `ministry`.
    pub(crate) fn signed(&self, ministry: &Signatory) -> Result<String, AuthorityError> {
        let digest = Base64::encode_string(&ministry.digest(self.unsigned().as_bytes()));
        let info = |namespace: &str| {
            format!(
                "<SignedInfo{namespace}><CanonicalizationMethod Algorithm=\"{C14N}\"></CanonicalizationMethod>\
                 <SignatureMethod Algorithm=\"{SIGNATURE}\"></SignatureMethod>\
                 <Reference URI=\"\"><Transforms>\
                 <Transform Algorithm=\"{DSIG}enveloped-signature\"></Transform>\
                 <Transform Algorithm=\"{C14N}\"></Transform></Transforms>\
                 <DigestMethod Algorithm=\"{DIGEST}\"></DigestMethod>\
                 <DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
            )
        };
        // Taken out of its parent, SignedInfo declares the namespace itself.
        let value = ministry.sign(info(&format!(" xmlns=\"{DSIG}\"")).as_bytes())?;
        Ok(format!(
            "{}<Signature xmlns=\"{DSIG}\">{}<SignatureValue>{}</SignatureValue>\
             <KeyInfo><X509Data><X509Certificate>{}</X509Certificate></X509Data></KeyInfo></Signature></{ROOT}>",
            self.open(),
            info(""),
            Base64::encode_string(&value),
            Base64::encode_string(ministry.certificate()),
        ))
    }

    fn open(&self) -> String {
        format!(
            "<{ROOT}><Версия>{}</Версия><Дата>{}</Дата>{}",
            self.version,
            moment(self.issued),
            self.centre()
        )
    }

    fn centre(&self) -> String {
        let statuses: Vec<String> = self
            .history
            .iter()
            .map(|(from, status)| {
                format!(
                    "<СтатусАккредитации><Статус>{}</Статус><ДействуетС>{}</ДействуетС></СтатусАккредитации>",
                    status.word(),
                    moment(*from)
                )
            })
            .collect();
        format!(
            "<УдостоверяющийЦентр><Название>{}</Название><ПрограммноАппаратныеКомплексы>\
             <ПрограммноАппаратныйКомплекс><Псевдоним>Учебный ПАК</Псевдоним><КлассСредствЭП>КС2</КлассСредствЭП>\
             <КлючиУполномоченныхЛиц><Ключ><АдресаСписковОтзыва><Адрес>{}/ca.crl</Адрес></АдресаСписковОтзыва>\
             <Сертификаты><ДанныеСертификата><Данные>{}</Данные></ДанныеСертификата></Сертификаты></Ключ>\
             </КлючиУполномоченныхЛиц></ПрограммноАппаратныйКомплекс></ПрограммноАппаратныеКомплексы>\
             <ИНН>{}</ИНН><ОГРН>{}</ОГРН><РеестровыйНомер>1</РеестровыйНомер>{}\
             <ИсторияСтатусовАккредитации>{}</ИсторияСтатусовАккредитации></УдостоверяющийЦентр>",
            crate::demo::AUTHORITY,
            self.pki_url,
            Base64::encode_string(self.authority),
            crate::demo::AUTHORITY_INN,
            crate::demo::AUTHORITY_OGRN,
            statuses.last().cloned().unwrap_or_default(),
            statuses.concat(),
        )
    }
}

/// What is wrong with a published list, for tests of those who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Flaw {
    /// Changed after it was signed.
    Tampered,
    /// Signed by somebody of the same root who is not the ministry.
    Foreign,
    /// Not signed.
    Unsigned,
}

/// What is published now.
pub(crate) struct Published {
    pub(crate) version: u64,
    pub(crate) history: History,
    pub(crate) text: String,
}

impl Published {
    /// The first version, as the demo data hold it.
    pub(crate) fn first(text: String) -> Self {
        Self {
            version: 1,
            history: vec![(crate::demo::ACCREDITED_SINCE, Accreditation::Active)],
            text,
        }
    }
}

/// xs:dateTime to the second.
fn moment(at: OffsetDateTime) -> String {
    let whole = at.replace_nanosecond(0).unwrap_or(at);
    whole.format(&Rfc3339).unwrap_or_default()
}
