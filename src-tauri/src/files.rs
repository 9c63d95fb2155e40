//! Files the user verifies and signs. Paths stay on this side: the WebView sees names only.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kabinet_app::view::{FileCheck, UiError, VerificationReport};
use kabinet_app::{App, AppError};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};

use crate::events::{emit, import};

/// What files dropped on the window are for: what the screen in sight says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum DropTarget {
    /// Taken in as documents.
    #[default]
    Import,
    /// Verified.
    Verify,
    /// Signed.
    Sign,
}

/// A file that is going to be signed.
#[derive(Clone, Debug, Serialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FileToSign {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: f64,
    /// Name of the file with the signatures that the new one is added to.
    pub existing: Option<String>,
}

/// The files in hand.
#[derive(Clone, Default)]
pub struct Files(Arc<Mutex<InHand>>);

#[derive(Default)]
struct InHand {
    target: DropTarget,
    verified: Vec<PathBuf>,
    /// With its material, for the protocol.
    report: Option<VerificationReport>,
    shown: Option<FileCheck>,
    to_sign: Option<PathBuf>,
    existing: Option<PathBuf>,
}

impl Files {
    fn hand(&self) -> MutexGuard<'_, InHand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What dropped files are for from now on.
    pub fn aim(&self, target: DropTarget) {
        self.hand().target = target;
    }

    /// Verifies these files: one, or a signature and its content. Tells the window first that it has begun.
    pub async fn verify(&self, handle: &AppHandle, files: Vec<PathBuf>, online: bool) -> FileCheck {
        let app = handle.state::<App>().inner().clone();
        let file = files.first().map(|path| name(path)).unwrap_or_default();
        let begun = self.show(files.clone(), file.clone(), None, None);
        emit(handle, "file-check", begun);
        let (report, error) = match app.verify_files(&files, online).await {
            Ok(report) => (Some(report), None),
            Err(error) => (None, Some(error.into())),
        };
        self.show(files, file, report, error)
    }

    /// Verifies the file in hand as the signature of this one.
    pub async fn verify_with(&self, handle: &AppHandle, content: PathBuf) -> Result<FileCheck, AppError> {
        let signed = self.hand().verified.first().cloned().ok_or(AppError::NotFound)?;
        Ok(self.verify(handle, vec![signed, content], false).await)
    }

    /// Verifies the files in hand again, asking the network for what is missing.
    pub async fn verify_online(&self, handle: &AppHandle) -> Result<FileCheck, AppError> {
        let files = self.hand().verified.clone();
        if files.is_empty() {
            return Err(AppError::NotFound);
        }
        Ok(self.verify(handle, files, true).await)
    }

    /// The files that were last verified: the signed one first, or the one whose other half lies beside it.
    pub fn verified(&self) -> Vec<PathBuf> {
        self.hand().verified.clone()
    }

    /// What was last verified.
    pub fn shown(&self) -> Option<FileCheck> {
        self.hand().shown.clone()
    }

    /// The last judgement, with its material.
    pub fn report(&self) -> Result<VerificationReport, AppError> {
        self.hand().report.clone().ok_or(AppError::NotFound)
    }

    /// Forgets what was verified.
    pub fn put_down(&self) {
        let mut hand = self.hand();
        (hand.verified, hand.report, hand.shown) = (Vec::new(), None, None);
    }

    /// The file in hand was signed: lets go of it and takes the judgement of what was written as the last one.
    pub fn signed(&self, files: Vec<PathBuf>, report: VerificationReport) {
        {
            let mut hand = self.hand();
            (hand.to_sign, hand.existing) = (None, None);
        }
        let file = report.file.name.clone();
        self.show(files, file, Some(report), None);
    }

    fn show(
        &self,
        files: Vec<PathBuf>,
        file: String,
        report: Option<VerificationReport>,
        error: Option<UiError>,
    ) -> FileCheck {
        let check = FileCheck {
            file,
            report: report.clone().map(VerificationReport::without_material),
            error,
        };
        let mut hand = self.hand();
        (hand.verified, hand.report, hand.shown) = (files, report, Some(check.clone()));
        check
    }

    /// Takes a file to sign.
    pub fn take_to_sign(&self, path: PathBuf) -> FileToSign {
        let facts = file_to_sign(&path, None);
        let mut hand = self.hand();
        (hand.to_sign, hand.existing) = (Some(path), None);
        facts
    }

    /// The file to sign.
    pub fn to_sign(&self) -> Option<FileToSign> {
        let hand = self.hand();
        let path = hand.to_sign.as_deref()?;
        Some(file_to_sign(path, hand.existing.as_deref()))
    }

    /// The signature will be added to those of this file; `None` = in a file of its own.
    pub fn add_to(&self, existing: Option<PathBuf>) {
        self.hand().existing = existing;
    }

    /// The paths of [`Self::to_sign`].
    pub fn paths_to_sign(&self) -> Result<(PathBuf, Option<PathBuf>), AppError> {
        let hand = self.hand();
        let path = hand.to_sign.clone().ok_or(AppError::NotFound)?;
        Ok((path, hand.existing.clone()))
    }
}

/// Files dropped on the window.
pub fn dropped(handle: &AppHandle, paths: Vec<PathBuf>) {
    let files = handle.state::<Files>().inner().clone();
    let target = files.hand().target;
    match target {
        DropTarget::Import => import(handle, paths),
        DropTarget::Verify => verify(handle, paths),
        DropTarget::Sign => {
            if let Some(path) = paths.into_iter().next() {
                emit(handle, "file-to-sign", files.take_to_sign(path));
            }
        }
    }
}

/// Verifies files and tells the window.
pub fn verify(handle: &AppHandle, paths: Vec<PathBuf>) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let files = handle.state::<Files>().inner().clone();
        let check = files.verify(&handle, paths, false).await;
        emit(&handle, "file-check", check);
    });
}

fn file_to_sign(path: &Path, existing: Option<&Path>) -> FileToSign {
    FileToSign {
        name: name(path),
        size: std::fs::metadata(path).map_or(0.0, |facts| facts.len() as f64),
        existing: existing.map(name),
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
