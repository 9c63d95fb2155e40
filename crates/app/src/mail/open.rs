//! Opening a letter: once, by a person who was told what follows, written down before the request leaves.

use kabinet_portal::{Letter, LetterId};
use kabinet_store::{KeptLetter, LetterContent, LetterPart, NamedFile, OrganisationStore};

use super::{answer, keeping, key, number, row, text};
use crate::blocking::blocking;
use crate::mail::MailError;
use crate::state::Current;
use crate::view::{LetterFileView, LetterRef, MailLetter, OpenLetter};
use crate::{App, AppError, journal, package, verdicts};

impl App {
    /// A letter as it is kept; asks the portal nothing.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn letter(&self, letter: LetterRef) -> Result<MailLetter, AppError> {
        let key = key(&letter)?;
        let current = self.current().await?;
        let (rules, language) = (self.retention_rules().ok(), self.language().into());
        blocking(move || {
            let kept = current.store.letter(key)?;
            let mut view = view(&current, &kept)?;
            view.keeping = keeping::keeping(&current.store, rules.as_ref(), language, &kept)?;
            Ok(view)
        })
        .await
    }

    /// Opens a letter at the portal, with legal effect. One that is kept already is only shown.
    ///
    /// # Errors
    /// [`MailError::NotConfirmed`] without the person's word; [`MailError::NotAllowed`], [`AppError::NotSignedIn`]; after an
    /// answer that got lost the letter may count as opened, and is shown so.
    pub async fn open_letter(&self, request: OpenLetter) -> Result<MailLetter, AppError> {
        let key = key(&request.letter)?;
        let _turn = self.mail_turn().lock().await;
        let store = self.current().await?.store;
        let is_kept = blocking(move || Ok(store.letter(key)?.content.is_some())).await?;
        if is_kept {
            return self.letter(request.letter).await;
        }
        if !request.understood {
            return Err(MailError::NotConfirmed.into());
        }
        let (current, session) = self.mail_session().await?;
        let who = session.view.holder.clone();
        let entry = |action: &str| journal::with(journal::plain(action, &who), "letter", key.message);
        let (store, opening, by) = (current.store.clone(), entry("mail-opening"), who.clone());
        blocking(move || Ok(store.change(opening, |change| change.begin_opening(key, &by))?)).await?;
        let id = LetterId {
            thread: key.thread,
            message: key.message,
        };
        let asked = current.portal.letter(&session.token, id).await;
        // Something came back that nobody can read: the portal has opened it all the same.
        let is_unknown = asked.as_ref().err().is_some_and(|error| {
            error.outcome_unknown() || matches!(error, kabinet_portal::PortalError::Protocol { .. })
        });
        let opened = self.met_mail(&current, &session, None, asked).await;
        let store = current.store.clone();
        let outcome = match opened {
            Ok(letter) => {
                let (content, entry) = (content(letter), entry("mail-opened"));
                blocking(move || Ok(store.change(entry, |change| change.keep_letter(key, &content))?)).await
            }
            Err(error) if is_unknown => Err(error),
            Err(error) => {
                let entry = entry("mail-not-opened");
                blocking(move || Ok(store.change(entry, |change| change.opening_failed(key))?)).await?;
                Err(error)
            }
        };
        self.mail_changed();
        outcome?;
        self.letter(request.letter).await
    }
}

fn content(letter: Letter) -> LetterContent {
    LetterContent {
        html: letter.html,
        params: letter.params,
        files: letter
            .attachments
            .into_iter()
            .map(|file| NamedFile {
                id: file.attachment,
                name: file.name,
                size: file.size,
                mime: file.mime,
                is_signed: file.is_signed,
                is_ready: file.is_ready,
            })
            .collect(),
    }
}

fn view(current: &Current, kept: &KeptLetter) -> Result<MailLetter, AppError> {
    let row = row(kept);
    let (number, answers) = (number(kept), answer::answers(&current.store, kept)?);
    let Some(content) = &kept.content else {
        return Ok(MailLetter {
            row,
            text: None,
            params: Default::default(),
            files: Vec::new(),
            number,
            answers,
            keeping: None,
        });
    };
    let files = content
        .files
        .iter()
        .map(|file| file_view(current, kept, file))
        .collect::<Result<_, _>>()?;
    let clean = |(name, value): (&String, &String)| (text::clean(name), text::clean(value));
    Ok(MailLetter {
        row,
        text: Some(text::plain(&content.html)),
        params: content.params.iter().map(clean).collect(),
        files,
        number,
        answers,
        keeping: None,
    })
}

fn file_view(current: &Current, letter: &KeptLetter, file: &NamedFile) -> Result<LetterFileView, AppError> {
    let name = package::safe_name(&file.name);
    let part = |part| part_of(&current.store, letter, file, part);
    let kept = part(LetterPart::File)?;
    let signatures = match (&kept, part(LetterPart::Signature)?) {
        (Some(content), Some(signature)) => {
            verdicts::detached(current, &name, signature.digest, content.digest, false)?
        }
        _ => Vec::new(),
    };
    let size = kept.as_ref().map(|kept| kept.size).or(file.size);
    Ok(LetterFileView {
        id: file.id.to_string(),
        name,
        size: size.map(|size| size as f64),
        signed: file.is_signed,
        ready: file.is_ready,
        fetched: kept.is_some(),
        signatures,
    })
}

pub(super) fn part_of(
    store: &OrganisationStore,
    letter: &KeptLetter,
    file: &NamedFile,
    part: LetterPart,
) -> Result<Option<kabinet_store::KeptFile>, AppError> {
    let all = store.letter_files(letter.line.key)?;
    Ok(all
        .into_iter()
        .find(|kept| kept.attachment == file.id && kept.part == part))
}
