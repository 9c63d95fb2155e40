//! The script's faults between the wire and the handlers.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::json;
use tower::ServiceExt as _;

use super::wire::Reset;
use super::{Broken, body};
use crate::clock;
use crate::faults::FaultKind;
use crate::world::World;

/// Answers a request with the handlers' answer, or as the script wants it.
pub(super) async fn answer(
    request: Request<Incoming>,
    router: Router,
    world: &World,
    reset: &Reset,
) -> Result<Response<Body>, Broken> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let range = request.headers().get(header::RANGE);
    let range = range.and_then(|range| range.to_str().ok()).map(str::to_owned);
    let now = || clock::list_format(world.now_ms());
    let plan = world.faults.strike(&now(), &method, &path);
    if !plan.delay.is_zero() {
        tokio::time::sleep(plan.delay).await;
    }
    let injection = Injection {
        kind: plan.blow,
        reset,
    };
    let log = |status, handled| {
        world
            .log
            .add(now(), &method, &path, range.clone(), status, handled)
    };
    let request = match injection.before(request).await {
        Ok(request) => request,
        Err(instead) => {
            log(
                instead.as_ref().ok().map(|answer| answer.status().as_u16()),
                false,
            );
            return instead;
        }
    };
    let Ok(response): Result<Response<Body>, Infallible> = router.oneshot(request).await;
    let handled = injection.after(response).await;
    log(handled.as_ref().ok().map(|answer| answer.status().as_u16()), true);
    if handled.is_err() {
        injection.hang_up().await;
    }
    handled
}

/// What strikes one request.
struct Injection<'a> {
    kind: Option<FaultKind>,
    reset: &'a Reset,
}

impl Injection<'_> {
    /// The request to handle, or what happens instead.
    async fn before(
        &self,
        mut request: Request<Incoming>,
    ) -> Result<Request<Body>, Result<Response<Body>, Broken>> {
        match &self.kind {
            Some(FaultKind::DropBefore) => return Err(Err(Broken)),
            Some(FaultKind::Reset { handled: false } | FaultKind::Silence { handled: false, .. }) => {
                self.hang_up().await;
                return Err(Err(Broken));
            }
            Some(FaultKind::Status {
                status,
                code,
                message,
                retry_after_s,
            }) => {
                return Err(Ok(scripted(
                    *status,
                    code.as_deref(),
                    message.as_deref(),
                    *retry_after_s,
                )));
            }
            Some(FaultKind::Unauthorised { after_bytes }) => {
                read(request.into_body(), *after_bytes).await;
                let mut response = scripted(
                    401,
                    Some("order_access"),
                    Some("Срок действия маркера доступа истёк"),
                    None,
                );
                response
                    .headers_mut()
                    .insert(header::CONNECTION, HeaderValue::from_static("close"));
                return Err(Ok(response));
            }
            Some(FaultKind::IgnoreRange) => drop(request.headers_mut().remove(header::RANGE)),
            _ => {}
        }
        Ok(request.map(Body::new))
    }

    /// What becomes of the answer to a handled request.
    async fn after(&self, mut response: Response<Body>) -> Result<Response<Body>, Broken> {
        let headers = response.headers_mut();
        match &self.kind {
            Some(FaultKind::DropAfter | FaultKind::Reset { .. } | FaultKind::Silence { .. }) => {
                return Err(Broken);
            }
            Some(FaultKind::CutBody { after_bytes }) => {
                return Ok(body::cut(response, *after_bytes, body::FLUSH).await);
            }
            Some(FaultKind::StallBody { after_bytes, ms }) => {
                return Ok(body::cut(response, *after_bytes, Duration::from_millis(*ms)).await);
            }
            Some(FaultKind::SlowBody { bytes, ms }) => {
                return Ok(body::slow(response, *bytes, Duration::from_millis(*ms)).await);
            }
            Some(FaultKind::Oversized { bytes }) => return Ok(body::filled(response, *bytes).await),
            Some(FaultKind::ContentType { value }) => {
                if let Ok(value) = HeaderValue::from_str(value) {
                    headers.insert(header::CONTENT_TYPE, value);
                }
            }
            Some(FaultKind::DuplicateHeader { name, value }) => {
                let name: Result<HeaderName, _> = name.parse();
                if let Ok(name) = name {
                    let second = match value {
                        Some(value) => HeaderValue::from_str(value).ok(),
                        None => headers.get(&name).cloned(),
                    };
                    if let Some(second) = second {
                        headers.append(name, second);
                    }
                }
            }
            Some(FaultKind::ClockSkew { seconds }) => super::date(headers, *seconds),
            _ => {}
        }
        Ok(response)
    }

    /// How a connection ends that gives no answer.
    async fn hang_up(&self) {
        match &self.kind {
            Some(FaultKind::Reset { .. }) => self.reset.ask(),
            Some(FaultKind::Silence { ms, .. }) => tokio::time::sleep(Duration::from_millis(*ms)).await,
            _ => {}
        }
    }
}

/// Takes so many octets of a body in.
async fn read(mut body: Incoming, octets: u64) {
    let mut taken = 0;
    while taken < octets {
        let Some(Ok(frame)) = body.frame().await else {
            return;
        };
        taken += frame.data_ref().map_or(0, |data| data.len() as u64);
    }
}

fn scripted(
    status: u16,
    code: Option<&str>,
    message: Option<&str>,
    retry_after_s: Option<u32>,
) -> Response<Body> {
    let body = match code {
        Some(code) => Body::from(json!({"code": code, "message": message}).to_string()),
        None => Body::empty(),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
