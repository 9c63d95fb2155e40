//! What a service would not take of a document: told when a file is chosen, before signing and before sending.

use kabinet_domain::{Document, DocumentFile, Environment, FileRole};
use kabinet_formats::{Breach, Offered, Part, Service};

use crate::AppError;
use crate::error::owned;
use crate::orders::OrderError;
use crate::send::travels;
use crate::view::UiError;

/// What `service` would not take of the document as it is now.
pub(crate) fn breaches(document: &Document, service: &Service) -> Vec<UiError> {
    let files: Vec<Offered<'_>> = document
        .files
        .iter()
        .filter(|file| travels(file, service))
        .map(offered)
        .collect();
    service.breaches(&files).into_iter().map(told).collect()
}

fn offered(file: &DocumentFile) -> Offered<'_> {
    Offered {
        name: &file.name,
        size: file.size,
        part: match file.role {
            FileRole::Main => Part::Main,
            FileRole::Companion => Part::Companion,
            FileRole::Signature { .. } | FileRole::Result | FileRole::ResultSignature { .. } => {
                Part::Signature
            }
        },
    }
}

fn told(breach: Breach) -> UiError {
    UiError {
        code: breach.code.to_owned(),
        params: owned(breach.params),
        retriable: false,
    }
}

/// What every service that knows the format would not take: then the document cannot be sent anywhere, and a signature would
/// be for nothing. Nothing where one takes it as it is, or none knows the format.
pub(crate) fn nowhere(document: &Document, environment: Environment) -> Vec<UiError> {
    let mut first = Vec::new();
    for service in kabinet_formats::services_for(&document.format, environment) {
        let breaches = breaches(document, service);
        if breaches.is_empty() {
            return Vec::new();
        }
        if first.is_empty() {
            first = breaches;
        }
    }
    first
}

/// # Errors
/// [`OrderError::Limits`]: the first thing that is wrong.
pub(crate) fn require(breaches: Vec<UiError>) -> Result<(), AppError> {
    match breaches.into_iter().next() {
        Some(first) => Err(AppError::Order(OrderError::Limits(first))),
        None => Ok(()),
    }
}
