//! Who may speak to the operator's port: this computer, and no page of another origin in its browser.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

/// Refuses what comes from other pages.
pub(crate) fn guarded(router: Router) -> Router {
    router.layer(middleware::from_fn(only_own_pages))
}

async fn only_own_pages(request: Request, next: Next) -> Response {
    if is_own(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let host = text(header::HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // A page that made its own name point here comes with that name.
    let is_here = matches!(name, "127.0.0.1" | "localhost");
    // A form of another origin needs no answer to do harm. Programs send no Origin.
    let from_here = text(header::ORIGIN).is_none_or(|origin| origin.strip_prefix("http://") == Some(host));
    is_here && from_here
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn foreign_names_and_origins_are_told_from_our_own() {
        let from = |host: &'static str, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            is_own(&headers)
        };
        assert!(from("127.0.0.1:8089", None));
        assert!(from("localhost:8089", Some("http://localhost:8089")));
        assert!(!from("rebound.example:8089", None));
        assert!(!from("127.0.0.1.rebound.example", None));
        assert!(!from("127.0.0.1:8089", Some("http://127.0.0.1:8443")));
        assert!(!from("127.0.0.1:8089", Some("https://elsewhere.example")));
        assert!(!from("127.0.0.1:8089", Some("null")));
        assert!(!is_own(&HeaderMap::new()));
    }
}
