//! A letter, or a file of one, as files of the user.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use kabinet_store::{KeptLetter, LetterPart, OrganisationStore};
use time::macros::offset;

use super::files::named;
use super::open::part_of;
use super::{key, text};
use crate::beside::draft_beside;
use crate::view::{LetterForm, LetterRef, rfc3339};
use crate::{App, AppError, journal, package, tools};

impl App {
    /// Names for the file of a letter: with its ending, and what kind of file it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn letter_file_name(
        &self,
        letter: LetterRef,
        form: LetterForm,
    ) -> Result<(String, String), AppError> {
        let key = key(&letter)?;
        let kept = self.with_store(move |store| Ok(store.letter(key)?)).await?;
        let day = super::day(kept.line.created);
        let ending = form.ending();
        let name = package::safe_name(&format!("{} {day}", text::clean(&kept.line.title)));
        let kind = self.texts().plain(&format!("ui.mail.save.{ending}"));
        Ok((format!("{name}.{ending}"), kind))
    }

    /// Writes an opened letter into a file.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it was not opened; [`AppError::File`].
    pub async fn save_letter(
        &self,
        letter: LetterRef,
        form: LetterForm,
        target: &Path,
    ) -> Result<(), AppError> {
        let (key, target) = (key(&letter)?, target.to_owned());
        let who = self.mail_reader().await?;
        self.with_store(move |store| {
            let kept = store.letter(key)?;
            let octets = match form {
                LetterForm::Txt => as_text(&kept),
                LetterForm::Xml => as_xml(store, &kept),
            }?;
            write(&target, octets.as_bytes())?;
            let entry = journal::with(journal::plain("mail-exported", &who), "letter", key.message);
            Ok(store.record(&entry)?)
        })
        .await
    }

    /// The name of a fetched file.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn attachment_name(&self, letter: LetterRef, file: String) -> Result<String, AppError> {
        let key = key(&letter)?;
        self.with_store(move |store| Ok(package::safe_name(&named(&store.letter(key)?, &file)?.name)))
            .await
    }

    /// Writes a fetched file of a letter, and its signature beside it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it was not fetched; [`AppError::File`].
    pub async fn save_letter_file(
        &self,
        letter: LetterRef,
        file: String,
        target: &Path,
    ) -> Result<(), AppError> {
        let (key, target) = (key(&letter)?, target.to_owned());
        let who = self.mail_reader().await?;
        self.with_store(move |store| {
            let kept = store.letter(key)?;
            let file = named(&kept, &file)?;
            let octets = |part| -> Result<Option<Vec<u8>>, AppError> {
                let Some(kept) = part_of(store, &kept, &file, part)? else {
                    return Ok(None);
                };
                let mut octets = Vec::new();
                store.read_blob(kept.digest)?.read_to_end(&mut octets)?;
                Ok(Some(octets))
            };
            write(&target, &octets(LetterPart::File)?.ok_or(AppError::NotFound)?)?;
            if let Some(signature) = octets(LetterPart::Signature)? {
                let mut beside = target.clone().into_os_string();
                beside.push(".sig");
                write(&PathBuf::from(beside), &signature)?;
            }
            let entry = journal::with(journal::plain("mail-exported", &who), "letter", key.message);
            Ok(store.record(&journal::with(entry, "file", file.id))?)
        })
        .await
    }

    /// Whoever is signed in, if anybody.
    pub(super) async fn mail_reader(&self) -> Result<String, AppError> {
        let session = self.current().await?.session();
        Ok(session.map(|session| session.view.holder).unwrap_or_default())
    }
}

/// Whole under its name, or not there.
fn write(target: &Path, octets: &[u8]) -> Result<(), AppError> {
    let failed = |source| tools::file_error(target, source);
    let mut draft = draft_beside(target)?;
    draft.write_all(octets).map_err(failed)?;
    draft.as_file().sync_all().map_err(failed)?;
    draft.persist(target).map_err(|error| failed(error.error))?;
    Ok(())
}

fn as_text(letter: &KeptLetter) -> Result<String, AppError> {
    let content = letter.content.as_ref().ok_or(AppError::NotFound)?;
    let mut out = format!(
        "{}\n{}\n{}\n\n",
        text::clean(&letter.line.title),
        text::clean(letter.line.subject.as_deref().unwrap_or_default()),
        rfc3339(letter.line.created.to_offset(offset!(+3))),
    );
    out.push_str(&text::plain(&content.html));
    out.push('\n');
    for (name, value) in &content.params {
        let _ = write!(out, "\n{}: {}", text::clean(name), text::clean(value));
    }
    for file in &content.files {
        let _ = write!(out, "\n— {}", text::clean(&file.name));
    }
    out.push('\n');
    Ok(out)
}

/// `Letters/Letter`: date, sender, subject, text, link, kind, files. The convention of an integrator, not of the portal.
fn as_xml(store: &OrganisationStore, letter: &KeptLetter) -> Result<String, AppError> {
    let content = letter.content.as_ref().ok_or(AppError::NotFound)?;
    let line = &letter.line;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Letters>\n  <Letter>\n");
    let subject = line.subject.as_deref().unwrap_or_default();
    for (element, value) in [
        ("Date", rfc3339(line.created.to_offset(offset!(+3)))),
        ("Sender", line.title.clone()),
        ("Subject", subject.to_owned()),
        ("Text", text::plain(&content.html)),
        ("Link", format!("urn:uuid:{}", line.key.message)),
        ("DocType", subject.to_owned()),
    ] {
        let _ = writeln!(out, "    <{element}>{}</{element}>", escaped(&value));
    }
    out.push_str("    <Files>\n");
    for file in &content.files {
        let kept = part_of(store, letter, file, LetterPart::File)?;
        let digest = kept
            .map(|kept| format!(" sha256=\"{}\"", hex::encode(kept.digest.0)))
            .unwrap_or_default();
        let _ = writeln!(out, "      <File{digest}>{}</File>", escaped(&file.name));
    }
    out.push_str("    </Files>\n  </Letter>\n</Letters>\n");
    Ok(out)
}

fn escaped(text: &str) -> String {
    text::clean(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
