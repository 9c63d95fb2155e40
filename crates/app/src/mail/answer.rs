//! Answering a letter: a document of the archive that names the addressee and the letter. No published service of API ЕПГУ takes an
//! answer to a letter, so it is signed and exported; what becomes of it then is the organisation's.

use std::path::PathBuf;

use kabinet_domain::{DocumentId, Organisation};
use kabinet_store::{KeptLetter, Missing, OrganisationStore, StoreError};
use kabinet_texts::Texts;
use time::OffsetDateTime;

use super::{MailError, key, number, row, text};
use crate::blocking::blocking;
use crate::documents::{self, parse_document};
use crate::import::{NamedFile, take_in_made};
use crate::print::{self, Block, Paper, readable};
use crate::view::{Answered, ImportOutcome, LetterAnswer, LetterRef, WrittenAnswer, day};
use crate::{App, AppError, Event, journal, package};

/// Characters of a written answer.
const LONGEST: usize = 20_000;

impl App {
    /// Makes a document (PDF/A) of what somebody wrote in answer to an opened letter: with the addressee, the organisation, and the
    /// number, day and subject of the letter. Its identity.
    ///
    /// # Errors
    /// [`MailError::AnswerText`]; [`AppError::NotFound`] when the letter was not opened; [`MailError::AnswerPdf`].
    pub async fn answer_letter(&self, answer: WrittenAnswer) -> Result<String, AppError> {
        let key = key(&answer.letter)?;
        let said = answer.text.trim().to_owned();
        if said.is_empty() || said.chars().count() > LONGEST {
            return Err(MailError::AnswerText { longest: LONGEST }.into());
        }
        let (current, formats, texts) = (self.current().await?, self.formats(), self.texts());
        let who = self.mail_reader().await?;
        let id = blocking(move || {
            let kept = opened(&current.store, key)?;
            let now = OffsetDateTime::now_utc();
            let file = NamedFile {
                name: file_name(&texts, &kept),
                bytes: print::pdf(paper(&texts, &current.organisation, &kept, &said, now), &texts)
                    .map_err(MailError::AnswerPdf)?,
            };
            let id = take_in_made(&formats, &current, file, Vec::new())?;
            link(&current.store, id, &kept, &who)?;
            Ok(id)
        })
        .await?;
        self.answers_changed();
        Ok(id.0.to_string())
    }

    /// Takes files in as answers to an opened letter; those that belong together become one document.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the letter was not opened; what is wrong with a single file is in its outcome.
    pub async fn answer_with_files(
        &self,
        letter: LetterRef,
        paths: Vec<PathBuf>,
    ) -> Result<Vec<ImportOutcome>, AppError> {
        let key = key(&letter)?;
        let store = self.current().await?.store;
        let who = self.mail_reader().await?;
        let kept = blocking({
            let store = store.clone();
            move || opened(&store, key)
        })
        .await?;
        let outcomes = self.import(paths).await?;
        let mut taken: Vec<String> = outcomes
            .iter()
            .filter_map(|outcome| outcome.document_id.clone().or(outcome.duplicate_of.clone()))
            .collect();
        taken.dedup();
        blocking(move || {
            for id in taken {
                link(&store, parse_document(&id)?, &kept, &who)?;
            }
            Ok(())
        })
        .await?;
        self.answers_changed();
        Ok(outcomes)
    }

    fn answers_changed(&self) {
        self.tell(Event::DocumentsChanged);
        self.mail_changed();
    }
}

/// A letter that can be answered: somebody has read it here.
fn opened(store: &OrganisationStore, key: kabinet_store::MailKey) -> Result<KeptLetter, AppError> {
    let kept = store.letter(key)?;
    if kept.content.is_none() {
        return Err(AppError::NotFound);
    }
    Ok(kept)
}

fn link(
    store: &OrganisationStore,
    document: DocumentId,
    letter: &KeptLetter,
    who: &str,
) -> Result<(), AppError> {
    let key = letter.line.key;
    if store.answered(document)? == Some(key) {
        return Ok(());
    }
    let entry = journal::about(document, "mail-answered", who);
    let entry = journal::with(entry, "letter", key.message);
    Ok(store.change(entry, |change| change.set_answer(document, key))?)
}

fn file_name(texts: &Texts, letter: &KeptLetter) -> String {
    let to = number(letter).unwrap_or_else(|| text::clean(&letter.line.title));
    let name = texts.text(
        "print.answer.file",
        [("to", to), ("day", super::day(letter.line.created))],
    );
    package::safe_name(&format!("{name}.pdf"))
}

/// «На № 12-34/5678 от 10.03.2026», with the subject.
fn reference(texts: &Texts, letter: &KeptLetter) -> String {
    let created = day(letter.line.created);
    let about = match number(letter) {
        Some(number) => texts.text("print.answer.reference", [("number", number), ("day", created)]),
        None => texts.text("print.answer.reference-day", [("day", created)]),
    };
    match letter.line.subject.as_deref().map(text::clean) {
        Some(subject) if !subject.is_empty() => format!("{about}, «{subject}»"),
        _ => about,
    }
}

fn paper(texts: &Texts, from: &Organisation, letter: &KeptLetter, said: &str, made: OffsetDateTime) -> Paper {
    let label = |name: &str| texts.plain(&format!("print.answer.{name}"));
    let mut requisites = vec![from.name.clone(), format!("ИНН {}", from.inn)];
    requisites.extend(from.kpp.as_ref().map(|kpp| format!("КПП {kpp}")));
    requisites.push(format!("ОГРН {}", from.ogrn));
    let facts = [
        (label("to"), text::clean(&letter.line.title)),
        (label("from"), requisites.join(", ")),
        (label("about"), reference(texts, letter)),
        (label("day"), day(made)),
    ];
    let mut blocks = vec![
        Block::Heading {
            level: 1,
            text: label("title"),
        },
        Block::Facts {
            facts: facts
                .into_iter()
                .map(|(label, value)| (label, readable(&value)))
                .collect(),
            stand_out: false,
        },
    ];
    let paragraphs = said.lines().map(str::trim).filter(|line| !line.is_empty());
    blocks.extend(paragraphs.map(|line| Block::Paragraph(readable(line))));
    blocks.push(Block::Paragraph(label("signature")));
    Paper {
        name: format!("{} — {}", label("title"), readable(&from.name)),
        blocks,
        made: Some(made),
        boxes: texts.plain("print.journal.boxes"),
        attachment: None,
    }
}

/// Documents that answer a letter, the newest first.
pub(super) fn answers(store: &OrganisationStore, letter: &KeptLetter) -> Result<Vec<LetterAnswer>, AppError> {
    let mut found = Vec::new();
    for id in store.answers(letter.line.key)? {
        match store.document(id) {
            Ok(document) => found.push(document),
            Err(StoreError::NotFound(Missing::Document)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    found.sort_by_key(|document| std::cmp::Reverse(document.added));
    found
        .iter()
        .map(|document| {
            let row = documents::row(store, document)?;
            Ok(LetterAnswer {
                document: row.id,
                title: row.title,
                stage: row.stage,
                signed: row.signed,
            })
        })
        .collect()
}

/// The letter a document answers.
pub(crate) fn answered(
    store: &OrganisationStore,
    document: DocumentId,
) -> Result<Option<Answered>, AppError> {
    let Some(key) = store.answered(document)? else {
        return Ok(None);
    };
    match store.letter(key) {
        Ok(letter) => Ok(Some(Answered {
            row: row(&letter),
            number: number(&letter),
        })),
        Err(StoreError::NotFound(Missing::Letter)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
