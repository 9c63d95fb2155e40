//! Files of an opened letter, with their signatures.

use std::io::Cursor;

use kabinet_portal::{Attachment, AttachmentPart, PortalError};
use kabinet_store::{KeptFile, KeptLetter, LetterPart, NamedFile};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::key;
use super::open::part_of;
use crate::blocking::blocking;
use crate::mail::MailError;
use crate::state::{Current, Session};
use crate::view::{LetterRef, MailLetter};
use crate::{App, AppError, journal, verdicts};

/// Largest file that is taken in, octets.
const LIMIT: u64 = 100 << 20;
/// Largest signature.
const SIGNATURE_LIMIT: u64 = 5 << 20;

impl App {
    /// Fetches a file of an opened letter into the vault, and its signature, which is then judged.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the letter was not opened or has no such file; [`MailError::FileNotReady`];
    /// [`MailError::NotAllowed`], [`AppError::NotSignedIn`].
    pub async fn fetch_letter_file(&self, letter: LetterRef, file: &str) -> Result<MailLetter, AppError> {
        let key = key(&letter)?;
        let _turn = self.mail_turn().lock().await;
        let (current, session) = self.mail_session().await?;
        let store = current.store.clone();
        let kept = blocking(move || Ok(store.letter(key)?)).await?;
        let file = named(&kept, file)?;
        if !file.is_ready {
            return Err(MailError::FileNotReady.into());
        }
        self.fetch_part(&current, &session, &kept, &file, LetterPart::File)
            .await?;
        if file.is_signed {
            self.fetch_part(&current, &session, &kept, &file, LetterPart::Signature)
                .await?;
            let gathered = blocking(move || {
                let part = |part| part_of(&current.store, &kept, &file, part);
                if let (Some(content), Some(signature)) =
                    (part(LetterPart::File)?, part(LetterPart::Signature)?)
                {
                    // Lists of revoked certificates, so that the verdict can be shown without a network later.
                    verdicts::detached(&current, &file.name, signature.digest, content.digest, true)?;
                }
                Ok(())
            });
            if let Err(error) = gathered.await {
                tracing::info!(code = error.code(), "evidence for a letter was not gathered");
            }
        }
        self.mail_changed();
        self.letter(letter).await
    }

    async fn fetch_part(
        &self,
        current: &Current,
        session: &Session,
        letter: &KeptLetter,
        file: &NamedFile,
        part: LetterPart,
    ) -> Result<(), AppError> {
        let (store, seen, named) = (current.store.clone(), letter.clone(), file.clone());
        if blocking(move || part_of(&store, &seen, &named, part))
            .await?
            .is_some()
        {
            return Ok(());
        }
        let asked = received(current, session, letter, file, part).await;
        let bytes = self.met_mail(current, session, None, asked).await?;
        let entry = journal::plain("mail-file-fetched", &session.view.holder);
        let entry = journal::with(entry, "letter", letter.line.key.message);
        let entry = journal::with(entry, "file", file.id);
        let (store, key, attachment) = (current.store.clone(), letter.line.key, file.id);
        blocking(move || {
            let (digest, size) = store.put_blob(Cursor::new(&bytes[..]))?;
            Ok(store.change(entry, |change| {
                change.keep_letter_file(
                    key,
                    &KeptFile {
                        attachment,
                        part,
                        digest,
                        size,
                    },
                )
            })?)
        })
        .await
    }
}

async fn received(
    current: &Current,
    session: &Session,
    letter: &KeptLetter,
    file: &NamedFile,
    part: LetterPart,
) -> Result<Zeroizing<Vec<u8>>, PortalError> {
    let (wanted, limit) = match part {
        LetterPart::File => (AttachmentPart::File, LIMIT),
        LetterPart::Signature => (AttachmentPart::Signature, SIGNATURE_LIMIT),
    };
    let attachment = Attachment {
        message: letter.line.key.message,
        attachment: file.id,
        name: file.name.clone(),
        size: file.size,
        mime: file.mime.clone(),
        is_signed: file.is_signed,
        is_ready: file.is_ready,
    };
    let mut incoming = current
        .portal
        .letter_file(&session.token, &attachment, wanted, limit)
        .await?;
    let mut bytes = Zeroizing::new(Vec::new());
    while let Some(piece) = incoming.next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// A file an opened letter names.
pub(super) fn named(letter: &KeptLetter, file: &str) -> Result<NamedFile, AppError> {
    let id = Uuid::parse_str(file).map_err(|_| AppError::NotFound)?;
    let mut files = letter.content.iter().flat_map(|content| &content.files);
    files
        .find(|file| file.id == id)
        .cloned()
        .ok_or(AppError::NotFound)
}
