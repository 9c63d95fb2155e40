//! The confirmation of a registration, signed.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

use super::current;
use crate::authority::sign_detached;
use crate::cabinet::refusal::{Code, Problem, Refusal};
use crate::cabinet::request::Caller;
use crate::cabinet::responses::Common;
use crate::cabinet::time_format::rfc3339;
use crate::store::StoreError;
use crate::world::{World, WorldError};

/// The confirmation of the registration: `confirmation.xml` and `confirmation.xml.sig` in a zip (ORG-12).
#[utoipa::path(
    get, path = "/registrations/{id}/confirmation", tag = "registrations",
    params(("id" = String, Path, description = "`id` of the application")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/zip"),
        (status = 409, body = Problem, description = "Not registered."),
        Common,
    )
)]
pub(crate) async fn confirmation(
    State(world): State<Arc<World>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let registration = current(&world, &caller, &id)?;
    let (Some(number), Some(activated_ms)) = (&registration.certificate_number, registration.activated_ms)
    else {
        return Err(Code::NotRegistered.into());
    };
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Подтверждение Номер=\"{number}\" Дата=\"{}\" Заявление=\"{}\">\n  \
         <Наименование>{}</Наименование>\n  <Адрес>{}</Адрес>\n</Подтверждение>\n",
        rfc3339(activated_ms),
        registration.number,
        escaped(&registration.full_name),
        escaped(&registration.legal_address),
    );
    let signature = sign_detached(
        &world.result_signer,
        &[world.authority.certificate()],
        text.as_bytes(),
        OffsetDateTime::now_utc(),
    )
    .map_err(WorldError::from)?;
    let archive = zipped(&[
        ("confirmation.xml", text.as_bytes()),
        ("confirmation.xml.sig", &signature),
    ])
    .map_err(StoreError::from)?;
    Ok(([(header::CONTENT_TYPE, "application/zip")], archive).into_response())
}

fn escaped(text: &str) -> String {
    text.chars()
        // XML 1.0 has no place for control characters.
        .filter(|c| !c.is_control())
        .map(|c| match c {
            '&' => "&amp;".into(),
            '<' => "&lt;".into(),
            '>' => "&gt;".into(),
            '"' => "&quot;".into(),
            other => other.to_string(),
        })
        .collect()
}

fn zipped(files: &[(&str, &[u8])]) -> std::io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .map_err(std::io::Error::other)?;
        writer.write_all(content)?;
    }
    Ok(writer.finish().map_err(std::io::Error::other)?.into_inner())
}
