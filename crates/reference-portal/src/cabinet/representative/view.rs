//! How a standing is told to who has it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Finding, GATED, Method, Standing, Status, page};
use crate::cabinet::codes::Channel;
use crate::cabinet::signature::encoded;
use crate::cabinet::time_format::rfc3339;
use crate::clock;
use crate::world::World;

/// A document that shows the authority.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct AuthorityDocument {
    pub(super) kind: &'static str,
    title: &'static str,
}

/// One of these is wanted (ORG-34).
pub(super) const DOCUMENTS: [AuthorityDocument; 4] = [
    AuthorityDocument {
        kind: "poa",
        title: "Доверенность",
    },
    AuthorityDocument {
        kind: "registry-extract",
        title: "Выписка из ЕГРЮЛ",
    },
    AuthorityDocument {
        kind: "appointment-order",
        title: "Приказ о назначении",
    },
    AuthorityDocument {
        kind: "director-passport",
        title: "Копия паспорта руководителя с документом о полномочиях",
    },
];

/// Why a check failed, and what to correct.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RepresentativeReason {
    code: Finding,
    message: &'static str,
    correction: &'static str,
}

/// Where the last code went.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepresentativeCode {
    channel: Channel,
    to: String,
    resend_after_seconds: i64,
}

/// The page that confirms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct RepresentativeQr {
    /// What the QR code says: an address.
    text: String,
    #[schema(format = DateTime)]
    expires: String,
}

/// How the caller stands in an organisation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Representative)]
pub(crate) struct StandingView {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    method: Option<Method>,
    /// Since when it is so; absent for who needed no confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    since: Option<String>,
    /// What can be chosen now.
    methods: Vec<Method>,
    /// One of these is wanted for the method `code`.
    documents: Vec<AuthorityDocument>,
    /// Permissions the confirmation opens.
    opens: Vec<&'static str>,
    /// Whether requisites can be checked through СМЭВ now.
    smev_available: bool,
    /// Base64 of a text in UTF-8; while a signature is awaited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    bytes_to_sign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<RepresentativeCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attempts_left: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    qr: Option<RepresentativeQr>,
    /// When a check is expected to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    expected: Option<String>,
    /// Of a check that failed.
    reasons: Vec<RepresentativeReason>,
    /// Who confirmed, where somebody else did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    confirmed_by: Option<String>,
}

/// The view of a standing; of nothing it says «confirmed».
pub(super) fn view(world: &World, standing: Option<&Standing>) -> StandingView {
    let settings = world.settings().cabinet;
    let now_ms = clock::now_ms();
    let status = standing.map_or(Status::Confirmed, |one| one.status);
    let in_state = |wanted: Status| standing.filter(|_| status == wanted);
    let pause_ms = settings.resend_pause_s * 1000;
    let awaited_code = in_state(Status::AwaitingCode);
    let methods = match status {
        Status::Confirmed => vec![],
        _ => vec![Method::Signature, Method::Code, Method::Smev, Method::Qr],
    };
    StandingView {
        status,
        method: standing.and_then(|one| one.method),
        since: standing.map(|one| rfc3339(one.since_ms)),
        documents: if methods.is_empty() {
            vec![]
        } else {
            DOCUMENTS.to_vec()
        },
        methods,
        opens: GATED.to_vec(),
        smev_available: settings.smev_available,
        bytes_to_sign: in_state(Status::AwaitingSignature).map(|one| encoded(&one.text)),
        code: awaited_code
            .and_then(|one| one.code.as_ref())
            .map(|code| RepresentativeCode {
                channel: code.channel,
                to: code.to.clone(),
                resend_after_seconds: ((code.sent_ms + pause_ms - now_ms).max(0) + 999) / 1000,
            }),
        attempts_left: awaited_code.map(|one| one.attempts_left),
        qr: in_state(Status::AwaitingApproval).and_then(|one| {
            Some(RepresentativeQr {
                text: format!("{}{}/{}", world.index.urls.epgu, page::PATH, one.approval?),
                expires: rfc3339(one.expires_ms?),
            })
        }),
        expected: in_state(Status::InReview).and_then(|one| one.due_ms).map(rfc3339),
        reasons: standing
            .map(|one| one.reasons.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|finding| RepresentativeReason {
                code: *finding,
                message: finding.words().0,
                correction: finding.words().1,
            })
            .collect(),
        confirmed_by: standing.and_then(|one| one.confirmed_by.clone()),
    }
}
