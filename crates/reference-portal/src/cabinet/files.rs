//! Files that go with a request: they come before it, are named in it by their SHA-256, and are kept for its operator (ORG-26).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::links::DocumentReference;
use super::refusal::{Code, FieldProblem, Refusal};
use super::request::{Caller, Parameters};
use super::responses::{Common, Written};
use crate::clock;
use crate::store::Record;
use crate::world::World;

/// Octets of one file.
pub(crate) const FILE_LIMIT: usize = 20_000_000;
/// Files of one person; scans of many requests fit.
const FILES_LIMIT: usize = 200;
/// Digests one question may name.
const ASKED_LIMIT: usize = 20;

/// A file somebody put; its octets lie beside the archives of orders.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptFile {
    person: i64,
    /// Lower hex.
    sha256: String,
    size: u64,
    at_ms: i64,
}

impl Record for KeptFile {
    const KIND: &'static str = "file";
    fn id(&self) -> String {
        id_of(self.person, &self.sha256)
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

fn id_of(person: i64, sha256: &str) -> String {
    format!("{person}-{sha256}")
}

/// A document of a request, as it is kept with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestFile {
    pub(crate) kind: Option<String>,
    pub(crate) name: String,
    /// Lower hex.
    pub(crate) sha256: String,
}

/// Hex of a SHA-256 in lower case.
fn digest_named(text: &str) -> Result<String, Refusal> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Refusal::bad("sha256 записывают 64 шестнадцатеричными цифрами"));
    }
    Ok(text.to_ascii_lowercase())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AskedFiles {
    /// Up to 20 digests in hex, with commas between them.
    sha256: String,
}

/// Which files are here.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FilesPresent {
    /// Of those asked about, in their order.
    present: Vec<String>,
    /// Octets of the largest file that is taken.
    max_bytes: usize,
}

/// Which of the named files of the caller are here, so that only the others have to be put.
#[utoipa::path(
    get, path = "/files", tag = "files", params(AskedFiles),
    responses((status = 200, body = FilesPresent), Common)
)]
pub(crate) async fn present(
    State(world): State<Arc<World>>,
    caller: Caller,
    Parameters(asked): Parameters<AskedFiles>,
) -> Result<Json<FilesPresent>, Refusal> {
    let digests: Vec<String> = asked
        .sha256
        .split(',')
        .map(digest_named)
        .collect::<Result<_, _>>()?;
    if digests.len() > ASKED_LIMIT {
        return Err(Refusal::bad("sha256: не больше 20"));
    }
    let mut present = vec![];
    for digest in digests {
        if world
            .store
            .record::<KeptFile>(&id_of(caller.person, &digest))?
            .is_some()
        {
            present.push(digest);
        }
    }
    Ok(Json(FilesPresent {
        present,
        max_bytes: FILE_LIMIT,
    }))
}

/// The octets of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "names the body for the document")]
pub(crate) struct FileContent(Vec<u8>);

/// Puts a file under its digest. The same again changes nothing.
#[utoipa::path(
    put, path = "/files/{sha256}", tag = "files",
    params(("sha256" = String, Path, description = "SHA-256 of the file, 64 hex digits")),
    request_body(content = FileContent, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "Kept."),
        (status = 204, description = "Was here already."),
        Common, Written
    )
)]
pub(crate) async fn put(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(sha256): Path<String>,
    content: Bytes,
) -> Result<StatusCode, Refusal> {
    let sha256 = digest_named(&sha256)?;
    if hex::encode(Sha256::digest(&content)) != sha256 {
        return Err(Code::FileMismatch.into());
    }
    if content.is_empty() {
        return Err(Refusal::bad("файл пустой"));
    }
    let id = id_of(caller.person, &sha256);
    if world.store.record::<KeptFile>(&id)?.is_some() {
        return Ok(StatusCode::NO_CONTENT);
    }
    let all = world.store.records_of::<KeptFile>(&caller.person.to_string())?;
    if all.len() >= FILES_LIMIT {
        return Err(Code::TooManyFiles.into());
    }
    // The record comes after the octets: what is said to be here can be read.
    world.store.put_file(&id, &content)?;
    world.store.put_record(&KeptFile {
        person: caller.person,
        sha256,
        size: content.len() as u64,
        at_ms: clock::now_ms(),
    })?;
    Ok(StatusCode::CREATED)
}

/// Refuses documents whose files are not here; answers what is kept with the request.
pub(super) fn require(
    world: &World,
    caller: &Caller,
    documents: &[DocumentReference],
) -> Result<Vec<RequestFile>, Refusal> {
    let mut missing = vec![];
    let mut kept = vec![];
    for document in documents {
        let sha256 = digest_named(&document.sha256)?;
        let there = world.store.record::<KeptFile>(&id_of(caller.person, &sha256))?;
        if there.is_none() {
            missing.push(FieldProblem {
                name: "documents".into(),
                code: "missing".into(),
                message: format!("Файл не передан: {}", document.name),
            });
        }
        kept.push(RequestFile {
            kind: document.kind.clone(),
            name: document.name.clone(),
            sha256,
        });
    }
    if missing.is_empty() {
        Ok(kept)
    } else {
        Err(Refusal::new(Code::FilesMissing).fields(missing))
    }
}

/// Octets of a file of a person, if it is here.
pub(crate) fn content(world: &World, person: i64, sha256: &str) -> Option<Vec<u8>> {
    let sha256 = digest_named(sha256).ok()?;
    world.store.file(&id_of(person, &sha256)).ok()
}
