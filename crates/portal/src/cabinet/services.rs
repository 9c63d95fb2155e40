//! The catalogue of services: in pages, each with its version, and one service with its form.

use reqwest::Method;
use serde_json::Value;

use super::{Cabinet, CabinetError};
use crate::ProtocolFault;
use crate::loose::Loose;
use crate::transport::Payload;

/// Services of one page that are taken in; a portal that sends more is not read to the end.
const PAGE_AT_MOST: usize = 500;

/// A service as the portal tells of it, in its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueService {
    /// `serviceCode`.
    pub code: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// Group it belongs to.
    pub category: String,
    /// Who provides it.
    pub agency: String,
    /// `legal`, `sole-proprietor`, `person`; nothing said is an empty list.
    pub audience: Vec<String>,
    /// Days until the result.
    pub term_days: Option<u32>,
    /// Roubles; nothing is free of charge.
    pub fee: Option<u32>,
    /// What is to be attached.
    pub documents: Vec<String>,
    /// Every file needs a signature.
    pub signed: bool,
    /// 0 to 100.
    pub popularity: u32,
    /// Day of the last change, `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// Its form, only when it was asked for by its code.
    pub form: Option<Value>,
}

/// A page of the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServicePage {
    /// They.
    pub items: Vec<CatalogueService>,
    /// Pages in all.
    pub pages: u32,
}

fn small(value: Loose<'_>, name: &str) -> Option<u32> {
    value.number(name).and_then(|number| u32::try_from(number).ok())
}

fn texts(value: Loose<'_>, name: &str) -> Vec<String> {
    value
        .list(name)
        .filter_map(Loose::as_text)
        .map(str::to_owned)
        .collect()
}

impl CatalogueService {
    fn read(value: Loose<'_>) -> Option<Self> {
        Some(Self {
            code: value.text("code")?,
            title: value.text("title")?,
            summary: value.text("summary").unwrap_or_default(),
            category: value.text("category").unwrap_or_default(),
            agency: value.text("agency").unwrap_or_default(),
            audience: texts(value, "audience"),
            term_days: small(value, "termDays"),
            fee: value.field("fee").and_then(|fee| small(fee, "amount")),
            documents: texts(value, "documents"),
            signed: value.flag("signed"),
            popularity: small(value, "popularity").unwrap_or_default(),
            updated: value.text("updated"),
            form: value.field("form").map(Loose::to_value),
        })
    }
}

impl Cabinet<'_> {
    /// A page of the catalogue, from 1, and its version; nothing when it is still the version `known`.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn services(
        &self,
        page: u32,
        known: Option<&str>,
    ) -> Result<Option<(ServicePage, Option<String>)>, CabinetError> {
        let page = page.to_string();
        let query = [("page", page.as_str())];
        let sent = self
            .send(Method::GET, &["services"], &query, Payload::Empty, known)
            .await?;
        if sent.answer.http == 304 {
            return Ok(None);
        }
        let value = sent.answer.json()?;
        let value = Loose::new(&value);
        if value.field("items").is_none() {
            return Err(crate::PortalError::Protocol {
                what: ProtocolFault::FieldMissing("items"),
            }
            .into());
        }
        let items = value.list("items").take(PAGE_AT_MOST);
        let read = ServicePage {
            items: items.filter_map(CatalogueService::read).collect(),
            pages: small(value, "pages").unwrap_or(1),
        };
        Ok(Some((read, sent.version)))
    }

    /// One service with its form, and its version; nothing when it is still the version `known`.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn service(
        &self,
        code: &str,
        known: Option<&str>,
    ) -> Result<Option<(CatalogueService, Option<String>)>, CabinetError> {
        let Some((value, version)) = self.read_if_changed(&["services", code], known).await? else {
            return Ok(None);
        };
        let service = CatalogueService::read(Loose::new(&value)).ok_or(crate::PortalError::Protocol {
            what: ProtocolFault::FieldMissing("code"),
        })?;
        Ok(Some((service, version)))
    }
}
