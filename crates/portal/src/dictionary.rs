//! Public dictionaries of the portal (method 8).

use std::collections::{BTreeMap, HashSet};

use reqwest::Method;
use serde_json::json;

use crate::loose::Loose;
use crate::transport::{Answer, Call, Effect, Payload, Site};
use crate::{Portal, PortalError, ProtocolFault, Refusal};

/// Entries in one page.
const PAGE: usize = 1000;

/// Which part of a dictionary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DictionaryQuery {
    /// The whole tree below `parent` instead of one level.
    pub subtree: bool,
    /// Value of the entry to start below; the root when `None`.
    pub parent: Option<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DictionaryItem {
    /// Code.
    pub value: String,
    /// Code of the entry above.
    pub parent: Option<String>,
    /// Title.
    pub title: String,
    /// Nothing stands below it.
    pub is_leaf: bool,
    /// Further properties by name.
    pub attributes: BTreeMap<String, String>,
    /// Entries below, where the portal nests them.
    pub children: Vec<DictionaryItem>,
}

impl DictionaryItem {
    fn read(item: Loose<'_>) -> Option<Self> {
        let attributes = item.field("attributeValues").into_iter().flat_map(Loose::fields);
        Some(Self {
            value: item.text("value")?,
            parent: item.text("parentValue"),
            title: item.text("title").unwrap_or_default(),
            is_leaf: item.flag("isLeaf"),
            attributes: attributes
                .filter_map(|(name, value)| Some((name.clone(), value.to_text()?)))
                .collect(),
            children: item.list("children").filter_map(Self::read).collect(),
        })
    }
}

impl Portal {
    /// All entries of the dictionary `code`, for example `BIC`. Needs no token, and gets none.
    ///
    /// # Errors
    /// [`PortalError::NotFound`], [`PortalError::Refused`] with the dictionary's own error code, and what any
    /// request can meet; never an unknown outcome.
    pub async fn dictionary(
        &self,
        code: &str,
        query: &DictionaryQuery,
    ) -> Result<Vec<DictionaryItem>, PortalError> {
        let mut items = Vec::new();
        let mut known = HashSet::new();
        // Pages of dictionaries count from 1, those of orders from 0.
        for number in 1_u64.. {
            let page = self.dictionary_page(code, query, number).await?;
            let length = page.items.len();
            let before = items.len();
            items.extend(
                page.items
                    .into_iter()
                    .filter(|item| known.insert((item.parent.clone(), item.value.clone()))),
            );
            let complete = page.total.is_some_and(|total| items.len() >= total);
            // A server that does not page answers with everything, or repeats itself.
            if complete || length != PAGE || items.len() == before {
                break;
            }
        }
        Ok(items)
    }

    async fn dictionary_page(
        &self,
        code: &str,
        query: &DictionaryQuery,
        number: u64,
    ) -> Result<Page, PortalError> {
        let mut body = json!({
            "treeFiltering": if query.subtree { "SUBTREE" } else { "ONELEVEL" },
            "pageNum": number,
            "pageSize": PAGE,
        });
        if let Some(parent) = &query.parent {
            body["parentRefItemValue"] = json!(parent);
        }
        let answer = self
            .transport
            .exchange(Call {
                site: Site::Epgu,
                method: Method::POST,
                path: &["api", "nsi", "v1", "dictionary", code],
                query: &[],
                token: None,
                payload: Payload::Json(body),
                effect: Effect::Reads,
                timeout: self.options.timeouts.answer,
            })
            .await?;
        Page::read(&answer.accepted()?)
    }
}

struct Page {
    items: Vec<DictionaryItem>,
    total: Option<usize>,
}

impl Page {
    fn read(answer: &Answer) -> Result<Self, PortalError> {
        let value = answer.json()?;
        let value = Loose::new(&value);
        // The real status stands in the body; HTTP says 200 either way.
        if let Some(error) = value.field("error")
            && error.number("code").is_none_or(|code| code != 0)
        {
            let refusal = Refusal::Other(error.text("code").unwrap_or_default());
            return Err(PortalError::Refused {
                http: answer.http,
                refusal,
                message: error.text("message"),
            });
        }
        if value.field("items").is_none() {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("items"),
            });
        }
        Ok(Self {
            items: value.list("items").filter_map(DictionaryItem::read).collect(),
            total: value
                .number("total")
                .and_then(|total| usize::try_from(total).ok()),
        })
    }
}
