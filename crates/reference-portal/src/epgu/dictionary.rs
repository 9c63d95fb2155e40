//! Method 8: `POST /api/nsi/v1/dictionary/{code}`, without a token.

use std::sync::LazyLock;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Item {
    value: String,
    parent: Option<String>,
    title: String,
}

struct Dictionary {
    code: &'static str,
    items: Vec<Item>,
}

/// The data files are ours and their shape is checked by a test, so a broken one is an empty dictionary.
static DICTIONARIES: LazyLock<[Dictionary; 5]> = LazyLock::new(|| {
    let read = |code, text| Dictionary {
        code,
        items: serde_json::from_str(text).unwrap_or_default(),
    };
    [
        read("BIC", include_str!("../../data/bic.json")),
        read("OKATO", include_str!("../../data/okato.json")),
        read("OKTMO", include_str!("../../data/oktmo.json")),
        read("OKVED", include_str!("../../data/okved.json")),
        read("OPF", include_str!("../../data/opf.json")),
    ]
});

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    tree_filtering: Option<String>,
    parent_ref_item_value: Option<String>,
    page_num: Option<usize>,
    page_size: Option<usize>,
}

/// Failures of this method are answers with 200 and a code other than 0.
pub(super) async fn dictionary(
    Path(code): Path<String>,
    Json(request): Json<Request>,
) -> Result<Json<Value>, StatusCode> {
    let failure = |number: i32, message: &str| {
        Json(
            json!({"error": {"code": number, "message": message}, "fieldErrors": [], "total": 0, "items": []}),
        )
    };
    let Some(dictionary) = DICTIONARIES.iter().find(|d| d.code == code) else {
        return Ok(failure(8, "Справочник не найден"));
    };
    let parent = request.parent_ref_item_value.as_deref().filter(|p| !p.is_empty());
    let chosen = match request.tree_filtering.as_deref() {
        Some("SUBTREE") => dictionary.below(parent),
        Some("ONELEVEL") | None => dictionary.children(parent),
        Some(_) => return Ok(failure(2, "treeFiltering: ONELEVEL или SUBTREE")),
    };
    let total = chosen.len();
    let page = match request.page_size {
        // Pages are counted from 1 here, unlike in the lists of orders.
        Some(size) if size > 0 => chosen
            .into_iter()
            .skip(request.page_num.unwrap_or(1).saturating_sub(1) * size)
            .take(size)
            .collect(),
        _ => chosen,
    };
    let items: Vec<Value> = page.into_iter().map(|item| dictionary.object(item)).collect();
    Ok(Json(json!({
        "error": {"code": 0, "message": "operation completed"},
        "fieldErrors": [],
        "total": total,
        "items": items,
    })))
}

impl Dictionary {
    fn children(&self, parent: Option<&str>) -> Vec<&Item> {
        self.items
            .iter()
            .filter(|item| item.parent.as_deref() == parent)
            .collect()
    }

    fn below(&self, parent: Option<&str>) -> Vec<&Item> {
        let children = self.children(parent);
        children
            .into_iter()
            .flat_map(|item| [vec![item], self.below(Some(&item.value))].concat())
            .collect()
    }

    fn object(&self, item: &Item) -> Value {
        json!({
            "value": item.value,
            "parentValue": item.parent,
            "title": item.title,
            "isLeaf": self.children(Some(&item.value)).is_empty(),
            "children": [],
            "attributes": [],
            "source": null,
            "attributeValues": {},
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dictionary_decodes_and_every_parent_exists() {
        for dictionary in DICTIONARIES.iter() {
            assert!(dictionary.items.len() > 3, "{}", dictionary.code);
            for parent in dictionary.items.iter().filter_map(|i| i.parent.as_ref()) {
                assert!(dictionary.items.iter().any(|i| i.value == *parent), "{parent}");
            }
            assert_eq!(dictionary.below(None).len(), dictionary.items.len());
        }
    }
}
