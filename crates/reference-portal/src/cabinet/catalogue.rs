//! The catalogue of services.

use axum::Json;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::organisations::tagged;
use super::refusal::{Code, Refusal};
use super::request::{Caller, Parameters};
use super::responses::Common;
use crate::services::{self, Service};

/// Services on a page.
const PAGE: usize = 20;

/// What a service costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Fee {
    /// Roubles.
    amount: u32,
}

/// A service as the catalogue shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Service)]
pub(crate) struct ServiceView {
    code: String,
    target_code: String,
    title: String,
    summary: String,
    category: String,
    agency: String,
    /// `legal`, `sole-proprietor`, `person`.
    audience: Vec<String>,
    term_days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    fee: Option<Fee>,
    documents: Vec<String>,
    /// Sections of fields; only of one service asked for by its code, and not of every one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    form: Option<Value>,
    /// Whether every file needs a signature.
    signed: bool,
    /// 0…100.
    popularity: u32,
    #[schema(format = Date)]
    updated: String,
    /// Whether the code exists on this portal only.
    demo: bool,
}

impl ServiceView {
    fn of(service: &Service) -> Self {
        Self {
            code: service.code.clone(),
            target_code: service.target_code.clone(),
            title: service.name.clone(),
            summary: service.summary.clone(),
            category: service.category.clone(),
            agency: service.authority.clone(),
            audience: service.audience.clone(),
            term_days: service.term_days,
            fee: service.fee,
            documents: service.documents.clone(),
            form: None,
            signed: service.signed,
            popularity: service.popularity,
            updated: service.updated.clone(),
            demo: service.demo,
        }
    }
}

/// A page of the catalogue, most popular first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServicePage {
    total: usize,
    page: usize,
    pages: usize,
    page_size: usize,
    /// Of the whole catalogue.
    categories: Vec<String>,
    items: Vec<ServiceView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CatalogueQuery {
    /// Words, or a part of the code.
    query: Option<String>,
    category: Option<String>,
    /// From 1.
    #[param(minimum = 1, maximum = 1000000)]
    page: Option<usize>,
}

/// The catalogue, searched and paged.
#[utoipa::path(
    get, path = "/services", tag = "services",
    params(CatalogueQuery, ("If-None-Match" = Option<String>, Header, description = "the ETag known")),
    responses((status = 200, body = ServicePage), (status = 304, description = "As known."), Common)
)]
pub(crate) async fn list(
    _caller: Caller,
    Parameters(query): Parameters<CatalogueQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let page = query.page.unwrap_or(1);
    if !(1..=1_000_000).contains(&page) {
        return Err(Refusal::bad("page: от 1"));
    }
    let words = query.query.unwrap_or_default().to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut found: Vec<&Service> = services::all()
        .iter()
        .filter(|service| {
            query
                .category
                .as_ref()
                .is_none_or(|category| *category == service.category)
        })
        .filter(|service| {
            let text = format!(
                "{} {} {} {}",
                service.code, service.name, service.summary, service.authority
            );
            let text = text.to_lowercase();
            words.iter().all(|word| text.contains(word))
        })
        .collect();
    found.sort_by(|one, other| {
        other
            .popularity
            .cmp(&one.popularity)
            .then(one.code.cmp(&other.code))
    });
    let mut categories: Vec<String> = services::all().iter().map(|s| s.category.clone()).collect();
    categories.sort();
    categories.dedup();
    let answer = ServicePage {
        total: found.len(),
        page,
        pages: found.len().div_ceil(PAGE),
        page_size: PAGE,
        categories,
        items: found
            .into_iter()
            .skip((page - 1) * PAGE)
            .take(PAGE)
            .map(ServiceView::of)
            .collect(),
    };
    Ok(with_tag(&headers, &answer))
}

/// One service with its form, if it has one.
#[utoipa::path(
    get, path = "/services/{code}", tag = "services",
    params(
        ("code" = String, Path, description = "`code` of the service"),
        ("If-None-Match" = Option<String>, Header, description = "the ETag known"),
    ),
    responses((status = 200, body = ServiceView), (status = 304, description = "As known."), Common)
)]
pub(crate) async fn one(
    _caller: Caller,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let service = services::by_code(&code).ok_or(Code::ServiceNotFound)?;
    let answer = ServiceView {
        form: service.form.clone(),
        ..ServiceView::of(service)
    };
    Ok(with_tag(&headers, &answer))
}

fn with_tag<T: Serialize>(headers: &HeaderMap, answer: &T) -> Response {
    let bytes = serde_json::to_vec(answer).unwrap_or_default();
    let version = hex::encode(&Sha256::digest(&bytes)[..8]);
    tagged(headers, &version, Json(answer))
}
