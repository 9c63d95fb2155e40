//! Rows of the state and how they are read.

use super::{Row, StoreError};
use crate::settings::Outcome;

/// `code` of an order that has reached the portal; its history tells the rest.
pub(crate) const PORTAL_CODE: &str = "OK";
/// `code` of a reserved order nothing was pushed for.
pub(super) const DRAFT_CODE: &str = "";

/// An order as stored.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) org_oid: i64,
    pub(crate) person_oid: i64,
    pub(crate) client_id: String,
    pub(crate) service: String,
    pub(crate) target: String,
    pub(crate) region: String,
    /// Whether the number was reserved before the push.
    pub(crate) reserved: bool,
    /// Processing code; empty for a draft, [`PORTAL_CODE`] once the portal has it.
    pub(crate) code: String,
    pub(crate) message: Option<String>,
    pub(crate) message_id: String,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    /// Set by the control API or by the document; `None` follows the settings.
    pub(crate) outcome: Option<Outcome>,
    /// Complete archives accepted.
    pub(crate) pushes: u32,
    /// Push requests that arrived, refused ones included.
    pub(crate) push_requests: u32,
    pub(crate) archive_sha256: Option<String>,
    pub(crate) upload_started_ms: Option<i64>,
    pub(crate) upload_chunks: Option<u32>,
}

impl Order {
    pub(super) const COLUMNS: &str = "id, org_oid, person_oid, client_id, service, target, region, reserved, code, \
         message, message_id, created_ms, updated_ms, outcome, pushes, push_requests, archive_sha256, \
         upload_started_ms, upload_chunks";

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let outcome: Option<String> = row.get("outcome")?;
        Ok(Self {
            id: row.get("id")?,
            org_oid: row.get("org_oid")?,
            person_oid: row.get("person_oid")?,
            client_id: row.get("client_id")?,
            service: row.get("service")?,
            target: row.get("target")?,
            region: row.get("region")?,
            reserved: row.get("reserved")?,
            code: row.get("code")?,
            message: row.get("message")?,
            message_id: row.get("message_id")?,
            created_ms: row.get("created_ms")?,
            updated_ms: row.get("updated_ms")?,
            outcome: outcome.and_then(|text| serde_json::from_str(&text).ok()),
            pushes: row.get("pushes")?,
            push_requests: row.get("push_requests")?,
            archive_sha256: row.get("archive_sha256")?,
            upload_started_ms: row.get("upload_started_ms")?,
            upload_chunks: row.get("upload_chunks")?,
        })
    }

    /// Nothing was pushed yet.
    pub(crate) fn is_draft(&self) -> bool {
        self.code == DRAFT_CODE
    }

    /// The portal has it, so its statuses count.
    pub(crate) fn is_at_portal(&self) -> bool {
        self.code == PORTAL_CODE
    }
}

/// One entry of an order's history. Entries without a status are processing codes.
#[derive(Clone, Debug)]
pub(crate) struct HistoryEntry {
    pub(crate) id: i64,
    pub(crate) at_ms: i64,
    pub(crate) code: String,
    pub(crate) status_id: Option<i64>,
    pub(crate) title: String,
    pub(crate) comment: Option<String>,
    pub(crate) is_final: bool,
    pub(crate) cancel_allowed: bool,
    pub(crate) edit_allowed: bool,
    pub(crate) agency_code: Option<String>,
}

impl HistoryEntry {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            at_ms: row.get("at_ms")?,
            code: row.get("code")?,
            status_id: row.get("status_id")?,
            title: row.get("title")?,
            comment: row.get("comment")?,
            is_final: row.get("final")?,
            cancel_allowed: row.get("cancel_allowed")?,
            edit_allowed: row.get("edit_allowed")?,
            agency_code: row.get("agency_code")?,
        })
    }
}

/// A file of the pushed archive.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    pub(crate) name: String,
    pub(crate) size: i64,
    /// Lower-case hex.
    pub(crate) sha256: String,
}

impl StoredFile {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.get("name")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
        })
    }
}
