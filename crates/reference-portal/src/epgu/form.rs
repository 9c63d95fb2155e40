//! The `meta` object and the multipart form of the push methods.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use serde::Deserialize;
use sha2::Digest as _;
use tokio::io::AsyncWriteExt as _;

use super::failure::Failure;
use crate::services::{self, Service};
use crate::world::World;

/// `{"region", "serviceCode", "targetCode"}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Meta {
    pub(super) region: String,
    pub(super) service_code: String,
    pub(super) target_code: String,
}

impl Meta {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(text).map_err(|error| Failure::bad(format!("meta: {error}")))
    }

    /// The service, if all three members make sense together.
    pub(super) fn service(&self) -> Result<&'static Service, Failure> {
        let digits = self.region.bytes().all(|b| b.is_ascii_digit());
        // "36" and "36000000000" both stand in the specification.
        if !digits || !(2..=11).contains(&self.region.len()) {
            return Err(Failure::bad("region: нужен код ОКАТО от 2 до 11 цифр"));
        }
        let service = services::by_code(&self.service_code).ok_or(Failure::ServiceNotFound)?;
        if self.target_code.strip_prefix('-') != Some(service.code.as_str()) {
            return Err(Failure::bad("targetCode: не соответствует услуге"));
        }
        Ok(service)
    }
}

/// A file that has arrived, not yet part of an order; it goes away unless it is moved.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// Lower-case hex.
    pub(super) sha256: String,
}

impl Drop for Arrived {
    fn drop(&mut self) {
        // Usually it was moved away by now.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The parts of a push request.
#[derive(Debug, Default)]
pub(super) struct PushForm {
    pub(super) meta: Option<Meta>,
    pub(super) order_id: Option<i64>,
    pub(super) chunk: Option<u32>,
    pub(super) chunks: Option<u32>,
    pub(super) file: Option<Arrived>,
}

impl PushForm {
    pub(super) async fn read(world: &Arc<World>, mut multipart: Multipart) -> Result<Self, Failure> {
        let broken = |error: axum::extract::multipart::MultipartError| Failure::bad(error.body_text());
        let mut form = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "meta" => form.meta = Some(Meta::parse(&field.bytes().await.map_err(broken)?)?),
                "orderId" => form.order_id = Some(number(&name, &field.text().await.map_err(broken)?)?),
                "chunk" => form.chunk = Some(number(&name, &field.text().await.map_err(broken)?)?),
                "chunks" => form.chunks = Some(number(&name, &field.text().await.map_err(broken)?)?),
                "file" => form.file = Some(receive(world, field).await?),
                _ => {}
            }
        }
        Ok(form)
    }
}

fn number<N: std::str::FromStr>(name: &str, text: &str) -> Result<N, Failure> {
    text.trim()
        .parse()
        .map_err(|_| Failure::bad(format!("{name}: нужно число")))
}

async fn receive(world: &Arc<World>, mut field: Field<'_>) -> Result<Arrived, Failure> {
    let most = world.settings().chunk_max_bytes;
    let mut arrived = Arrived {
        path: world.store.arriving_path(),
        size: 0,
        sha256: String::new(),
    };
    let mut target = tokio::fs::File::create(&arrived.path).await?;
    let mut digest = sha2::Sha256::new();
    while let Some(bytes) = field
        .chunk()
        .await
        .map_err(|error| Failure::bad(error.body_text()))?
    {
        arrived.size += bytes.len() as u64;
        if arrived.size > most {
            return Err(Failure::bad(format!("file: больше {most} байт")));
        }
        digest.update(&bytes);
        target.write_all(&bytes).await?;
    }
    target.sync_all().await?;
    arrived.sha256 = hex::encode(digest.finalize());
    Ok(arrived)
}
