//! The plain HTTP port: certificates, revocation lists, OCSP and time stamps.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64ct::{Base64, Encoding as _};
use sha2::Digest as _;

use crate::authority::CertificateState;
use crate::world::{World, WorldError};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/root.crt", get(root))
        .route("/ca.crt", get(authority))
        .route("/root.crl", get(root_crl))
        .route("/ca.crl", get(authority_crl))
        .route("/ocsp", post(ocsp))
        // RFC 6960, A.1: the request in the path, Base64 in percent encoding (which may hold slashes).
        .route("/ocsp/{*request}", get(ocsp_by_path))
        .route("/trust-list.xml", get(trust_list))
        .route("/tsa", post(time_stamp))
}

impl IntoResponse for WorldError {
    fn into_response(self) -> Response {
        tracing::error!(error = ?self, "PKI request");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

fn typed(mime: &'static str, content: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, mime)], content).into_response()
}

async fn root(State(world): State<Arc<World>>) -> Response {
    typed("application/pkix-cert", world.root.certificate().to_vec())
}

async fn authority(State(world): State<Arc<World>>) -> Response {
    typed("application/pkix-cert", world.authority.certificate().to_vec())
}

async fn root_crl(State(world): State<Arc<World>>) -> Result<Response, WorldError> {
    Ok(typed("application/pkix-crl", world.root_crl()?))
}

async fn authority_crl(State(world): State<Arc<World>>) -> Result<Response, WorldError> {
    Ok(typed("application/pkix-crl", world.authority_crl()?))
}

/// The newest list; who has it already is told so (RFC 9110 §13.1.2).
async fn trust_list(State(world): State<Arc<World>>, headers: HeaderMap) -> Response {
    let Some(text) = world.trust_list() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", hex::encode(sha2::Sha256::digest(&text)));
    if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str())
    {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let head = [(header::CONTENT_TYPE, "text/xml".to_owned()), (header::ETAG, tag)];
    (head, text).into_response()
}

async fn ocsp(State(world): State<Arc<World>>, request: Bytes) -> Result<Response, WorldError> {
    answer_ocsp(&world, &request)
}

async fn ocsp_by_path(
    State(world): State<Arc<World>>,
    Path(text): Path<String>,
) -> Result<Response, WorldError> {
    answer_ocsp(&world, &Base64::decode_vec(&text).unwrap_or_default())
}

fn answer_ocsp(world: &World, request: &[u8]) -> Result<Response, WorldError> {
    let state = |serial: &[u8]| {
        world
            .certificate_state(serial)
            .unwrap_or(CertificateState::Unknown)
    };
    let answer = world.ocsp.answer(request, world.now(), &state)?;
    Ok(typed("application/ocsp-response", answer))
}

async fn time_stamp(State(world): State<Arc<World>>, request: Bytes) -> Result<Response, WorldError> {
    Ok(typed(
        "application/timestamp-reply",
        world.tsa.answer(&request, world.now())?,
    ))
}
