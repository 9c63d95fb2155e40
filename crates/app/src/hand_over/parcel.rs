//! A draft on its way: plain JSON, or, where a form of the portal goes along, a zip of that JSON and of the attached files. Everything
//! is looked at before anything is kept: a file is what its digest says, some draft names it, and nothing else is inside.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use kabinet_age::AgeError;
use kabinet_formats::form::{Attachment, Form};
use kabinet_store::OrganisationStore;
use serde_json::json;
use zeroize::Zeroizing;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::drafts::Content;
use crate::drafts::FormError;
use crate::hand_over::HandOverError;
use crate::import;
use crate::package::{self, Archive, PackageError};
use crate::services::{CarriedForm, digest_of, keep_file, kept_file, named_files};
use crate::{AppError, drafts};

/// Name of the JSON in the zip.
const DRAFTS: &str = "drafts.json";
/// Folder of the files, each under its SHA-256.
const FILES: &str = "attachments/";
/// Largest JSON that is read, bytes: a thousand large drafts.
const TEXT_LIMIT: u64 = 64 << 20;
/// What all attached files may come to, bytes. One of them is held in memory at a time, [`import::LIMIT`] at most.
const FILES_LIMIT: u64 = 512 << 20;

/// Drafts with what they need.
pub(super) struct Parcel {
    pub(super) content: Content,
    files: Vec<Attachment>,
    /// Where the files are, on the way in.
    archive: Option<Archive>,
}

impl Parcel {
    /// What goes to a colleague. A file that is not here any more stays named by the draft.
    ///
    /// # Errors
    /// [`AppError::TooLarge`] for the files; failures of the vault.
    pub(super) fn of(content: Content, store: &OrganisationStore) -> Result<Self, AppError> {
        let mut files = named(&content, |code| Ok(Some(drafts::form_of(store, code)?)))?;
        let mut missing = Vec::new();
        for digest in files.keys() {
            if kept_file(store, digest)?.is_none() {
                missing.push(digest.clone());
            }
        }
        files.retain(|digest, _| !missing.contains(digest));
        let files: Vec<Attachment> = files.into_values().collect();
        require_size(&files)?;
        Ok(Self {
            content,
            files,
            archive: None,
        })
    }

    /// # Errors
    /// [`AppError::Io`] of `out`; failures of the vault.
    pub(super) fn write(&self, store: &OrganisationStore, out: &mut dyn Write) -> Result<(), AppError> {
        let text = Zeroizing::new(serde_json::to_vec(&self.content).map_err(io::Error::from)?);
        if self.content.forms.is_empty() {
            return Ok(out.write_all(&text)?);
        }
        let packed = SimpleFileOptions::default().last_modified_time(zip::DateTime::DEFAULT);
        // What people attach is compressed as it is.
        let stored = packed.compression_method(CompressionMethod::Stored);
        let mut zip = ZipWriter::new_stream(out);
        // What programs that know documents only look at: it says that this is newer than they are.
        let notice = json!({"format": package::FORMAT, "version": 2});
        for (name, bytes) in [
            (package::INVENTORY, notice.to_string().as_bytes()),
            (DRAFTS, &text),
        ] {
            zip.start_file(name, packed).map_err(io::Error::from)?;
            zip.write_all(bytes)?;
        }
        for file in &self.files {
            if let Some(bytes) = kept_file(store, &file.digest)? {
                zip.start_file(format!("{FILES}{}", file.digest), stored.large_file(false))
                    .map_err(io::Error::from)?;
                zip.write_all(&bytes)?;
            }
        }
        zip.finish().map_err(io::Error::from)?;
        Ok(())
    }

    /// A draft without anything beside it.
    ///
    /// # Errors
    /// [`HandOverError::NotOurs`]; [`AppError::Age`] when the file is damaged; [`AppError::TooLarge`].
    pub(super) fn of_text(from: impl Read) -> Result<Self, AppError> {
        let mut text = Zeroizing::new(Vec::new());
        from.take(TEXT_LIMIT + 1)
            .read_to_end(&mut text)
            .map_err(AgeError::from)?;
        if text.len() as u64 > TEXT_LIMIT {
            return Err(AppError::TooLarge { limit: TEXT_LIMIT });
        }
        Ok(Self {
            content: Content::read(&text)?,
            files: Vec::new(),
            archive: None,
        })
    }

    /// Whether the zip holds drafts.
    pub(super) fn is_in(archive: &Archive) -> bool {
        archive.index_for_name(DRAFTS).is_some()
    }

    /// Drafts with their files, every one of them compared with its digest.
    ///
    /// # Errors
    /// [`HandOverError::NotOurs`], also for a member that has no business there; [`AppError::TooLarge`]; [`AppError::Package`] for a
    /// file or form that is not what it is called; [`FormError::NoForm`] for a form that cannot be understood.
    pub(super) fn of_zip(mut archive: Archive) -> Result<Self, AppError> {
        let entry = archive.by_name(DRAFTS).map_err(PackageError::from)?;
        let text = Zeroizing::new(package::read_whole(entry, TEXT_LIMIT)?);
        let content = Content::read(&text)?;
        let forms = understood(&content.forms)?;
        let mut named = named(&content, |code| Ok(forms.get(code)))?;
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let name = archive
                .by_index_raw(index)
                .map_err(PackageError::from)?
                .name()
                .map_err(PackageError::from)?
                .into_owned();
            if name == DRAFTS || name == package::INVENTORY {
                continue;
            }
            // Once: a second member of the name would not be looked at.
            let file = name.strip_prefix(FILES).and_then(|digest| named.remove(digest));
            files.push(file.ok_or(HandOverError::NotOurs { newer: false })?);
        }
        require_size(&files)?;
        for file in &files {
            content_of(&mut archive, file)?;
        }
        Ok(Self {
            content,
            files,
            archive: Some(archive),
        })
    }

    /// Keeps the forms and the files; the drafts are what is left to take in.
    ///
    /// # Errors
    /// Failures of the vault.
    pub(super) fn keep(mut self, store: &OrganisationStore) -> Result<Content, AppError> {
        for form in std::mem::take(&mut self.content.forms) {
            form.keep(store)?;
        }
        if let Some(mut archive) = self.archive {
            for file in &self.files {
                keep_file(store, &content_of(&mut archive, file)?)?;
            }
        }
        Ok(self.content)
    }
}

/// The files the drafts name, by digest.
fn named<F: std::ops::Deref<Target = Form>>(
    content: &Content,
    form: impl Fn(&str) -> Result<Option<F>, AppError>,
) -> Result<BTreeMap<String, Attachment>, AppError> {
    let mut files = BTreeMap::new();
    for draft in &content.drafts {
        if let Some(form) = form(&draft.form)? {
            let named = named_files(&form, &draft.fields).into_iter();
            files.extend(named.map(|file| (file.digest.clone(), file)));
        }
    }
    Ok(files)
}

/// The forms by their codes.
fn understood(carried: &[CarriedForm]) -> Result<BTreeMap<String, Form>, AppError> {
    let mut forms = BTreeMap::new();
    for one in carried {
        forms.insert(one.code.clone(), one.understood().ok_or(FormError::NoForm)?);
    }
    Ok(forms)
}

fn require_size(files: &[Attachment]) -> Result<(), AppError> {
    if files.iter().any(|file| file.size > import::LIMIT) {
        return Err(AppError::TooLarge { limit: import::LIMIT });
    }
    let total = files.iter().map(|file| file.size).fold(0, u64::saturating_add);
    if total > FILES_LIMIT {
        return Err(AppError::TooLarge { limit: FILES_LIMIT });
    }
    Ok(())
}

/// # Errors
/// [`PackageError::Changed`] when it is longer than the draft says, or is not what its digest says.
fn content_of(archive: &mut Archive, file: &Attachment) -> Result<Vec<u8>, PackageError> {
    let changed = || PackageError::Changed {
        file: file.name.clone(),
    };
    let entry = archive.by_name(&format!("{FILES}{}", file.digest))?;
    let bytes = package::read_whole(entry, file.size).map_err(|error| match error {
        PackageError::TooMuch | PackageError::Unreadable => changed(),
        other => other,
    })?;
    if bytes.len() as u64 != file.size || digest_of(&bytes) != file.digest {
        return Err(changed());
    }
    Ok(bytes)
}
