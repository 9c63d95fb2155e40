//! Bodies of answers that do not come as they should.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use tokio::time::{Sleep, sleep};

use super::Broken;

/// Time for the head and the first octets to leave before the connection breaks.
pub(super) const FLUSH: Duration = Duration::from_millis(50);
/// Octets of filling at a time.
const FILLING: &[u8] = &[b' '; 64 * 1024];

/// The answer with its true length announced and only the first octets sent; after a pause the connection breaks.
pub(super) async fn cut(response: Response<Body>, after_bytes: usize, pause: Duration) -> Response<Body> {
    let (parts, mut start) = whole(response).await;
    start.truncate(after_bytes);
    let body = Cut {
        start: Some(start),
        pause: Box::pin(sleep(pause)),
    };
    Response::from_parts(parts, Body::new(body))
}

/// The whole answer, a few octets at a time.
pub(super) async fn slow(response: Response<Body>, bytes: usize, pause: Duration) -> Response<Body> {
    let (parts, rest) = whole(response).await;
    let body = Slow {
        rest,
        bytes,
        pause,
        sleep: Box::pin(sleep(pause)),
    };
    Response::from_parts(parts, Body::new(body))
}

/// The answer filled up with blanks to so many octets.
pub(super) async fn filled(response: Response<Body>, bytes: u64) -> Response<Body> {
    let (mut parts, start) = whole(response).await;
    let filling = bytes.saturating_sub(start.len() as u64);
    parts.headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(start.len() as u64 + filling),
    );
    let body = Filled {
        start: Some(start),
        filling,
    };
    Response::from_parts(parts, Body::new(body))
}

/// The body in one piece, its length announced.
async fn whole(response: Response<Body>) -> (axum::http::response::Parts, Bytes) {
    let (mut parts, body) = response.into_parts();
    let bytes = match body.collect().await {
        Ok(whole) => whole.to_bytes(),
        Err(error) => {
            tracing::error!(%error, "answer");
            Bytes::new()
        }
    };
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    (parts, bytes)
}

type Next = Poll<Option<Result<Frame<Bytes>, Broken>>>;

struct Cut {
    start: Option<Bytes>,
    pause: Pin<Box<Sleep>>,
}

impl hyper::body::Body for Cut {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Next {
        if let Some(bytes) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        self.pause.as_mut().poll(context).map(|()| Some(Err(Broken)))
    }
}

struct Slow {
    rest: Bytes,
    bytes: usize,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Next {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.sleep.as_mut().poll(context));
        self.sleep = Box::pin(sleep(self.pause));
        let some = self.bytes.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(some)))))
    }
}

struct Filled {
    start: Option<Bytes>,
    filling: u64,
}

impl hyper::body::Body for Filled {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Next {
        if let Some(bytes) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        let some = usize::try_from(self.filling).map_or(FILLING.len(), |left| left.min(FILLING.len()));
        if some == 0 {
            return Poll::Ready(None);
        }
        self.filling -= some as u64;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&FILLING[..some])))))
    }
}
