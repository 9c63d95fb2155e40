//! Which refusals a route can answer, for the OpenAPI document.

use utoipa::IntoResponses;

use super::refusal::Problem;

/// Of every route that wants a token.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "names statuses and their body for the document")]
pub(crate) enum Common {
    /// Malformed request.
    #[response(status = 400)]
    BadRequest(Problem),
    /// No token, or none that is good now.
    #[response(status = 401)]
    Unauthorised(Problem),
    /// Not allowed, or to be confirmed first.
    #[response(status = 403)]
    Forbidden(Problem),
    /// No such thing.
    #[response(status = 404)]
    NotFound(Problem),
    /// Another method.
    #[response(status = 405)]
    MethodNotAllowed(Problem),
    /// Later.
    #[response(status = 429)]
    TooMany(Problem),
}

/// Of routes that change something.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "names statuses and their body for the document")]
pub(crate) enum Written {
    /// Not in this state.
    #[response(status = 409)]
    Conflict(Problem),
    /// Over and gone.
    #[response(status = 410)]
    Gone(Problem),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Problem),
    /// The body is not JSON.
    #[response(status = 415)]
    MediaType(Problem),
    /// Understood and refused.
    #[response(status = 422)]
    Refused(Problem),
    /// Closed for a while.
    #[response(status = 423)]
    Locked(Problem),
    /// Signatures cannot be judged now.
    #[response(status = 503)]
    Down(Problem),
}
