//! How long documents are kept: the rule is data, the term a computation, and deleting is left to a person. Nothing is ever
//! deleted by itself.

mod delete;
mod error;
mod rules;

use kabinet_domain::{Document, DocumentId};
use kabinet_store::{Ended, Hold, OrganisationStore, Page, Retention};
use kabinet_texts::Language;
use time::{Date, OffsetDateTime};

use crate::documents::{self, parse_document};
use crate::view::{
    EndedClass, EndedQuery, EndedTerms, HoldView, MailRow, RetentionClass, RetentionView, rfc3339,
};
use crate::{App, AppError, Event, journal, mail};

pub use error::RetentionError;
pub(crate) use rules::Rules;
use rules::{Class, today};

/// How long a letter that was opened then is kept.
pub(crate) struct LetterTerm {
    pub(crate) class: RetentionClass,
    pub(crate) until: Option<Date>,
}

impl LetterTerm {
    /// Nothing where the administrator's rules leave letters out.
    pub(crate) fn of(rules: &Rules, language: Language, opened: OffsetDateTime) -> Option<Self> {
        let class = rules.class(None, LETTERS)?;
        Some(Self {
            class: class_view(class, language),
            until: class.ends(opened),
        })
    }

    /// A term nobody knows has not ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.until
            .is_some_and(|until| today(OffsetDateTime::now_utc()) >= until)
    }
}

/// Characters of a reason.
const REASON: usize = 300;
/// What stands for letters of Госпочта among the formats of a class.
const LETTERS: &str = "geps.letter";
/// Letters whose term has ended that are listed at once.
const LISTED_LETTERS: u64 = 100;

impl App {
    /// The rules as they are now, with the administrator's.
    ///
    /// # Errors
    /// [`RetentionError::Data`].
    pub(crate) fn retention_rules(&self) -> Result<Rules, AppError> {
        Rules::load(&self.config().retention_file)
    }

    /// Puts a document into another class, or back into that of its format.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a class nobody knows; [`RetentionError::Data`]; failures of the vault.
    pub async fn set_retention_class(&self, id: &str, class: Option<&str>) -> Result<(), AppError> {
        let id = parse_document(id)?;
        let entry = match class {
            Some(code) => {
                let rules = self.retention_rules()?;
                let class = rules.named(code).ok_or(AppError::NotFound)?;
                let entry = self.act_on(id, "retention-class-set").await?;
                journal::with(journal::with(entry, "class", code), "name", &class.title.ru)
            }
            None => self.act_on(id, "retention-class-reset").await?,
        };
        let class = class.map(str::to_owned);
        self.decide(entry, id, |retention| retention.class = class).await
    }

    /// Holds a document for this reason: it cannot be deleted until somebody releases it. No reason releases it.
    ///
    /// # Errors
    /// [`RetentionError::NoReason`]; failures of the vault.
    pub async fn set_hold(&self, id: &str, why: Option<&str>) -> Result<(), AppError> {
        let id = parse_document(id)?;
        let hold = match why {
            Some(why) => Some(Hold {
                reason: reason(why)?,
                since: OffsetDateTime::now_utc(),
            }),
            None => None,
        };
        let entry = match &hold {
            Some(hold) => journal::with(self.act_on(id, "document-held").await?, "reason", &hold.reason),
            None => self.act_on(id, "document-released").await?,
        };
        self.decide(entry, id, |retention| retention.hold = hold).await
    }

    async fn decide(
        &self,
        entry: kabinet_store::NewEntry,
        id: DocumentId,
        decision: impl FnOnce(&mut Retention) + Send + 'static,
    ) -> Result<(), AppError> {
        self.with_store(move |store| {
            Ok(store.change(entry, |change| {
                let mut retention = change.retention(id)?;
                decision(&mut retention);
                change.set_retention(id, &retention)
            })?)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(())
    }

    /// An entry about something a person did: by the name of the session, if there is one.
    async fn act_on(&self, id: DocumentId, action: &str) -> Result<kabinet_store::NewEntry, AppError> {
        let session = self.current().await?.session();
        let actor = session.map(|session| session.view.holder).unwrap_or_default();
        Ok(journal::about(id, action, &actor))
    }

    /// Documents whose term has ended and that nothing holds, by class.
    ///
    /// # Errors
    /// [`RetentionError::Data`]; failures of the vault.
    pub async fn ended_terms(&self, query: EndedQuery) -> Result<EndedTerms, AppError> {
        let rules = self.retention_rules()?;
        let language = self.language().into();
        self.with_store(move |store| ended(store, &rules, language, &query, OffsetDateTime::now_utc()))
            .await
    }
}

/// A reason somebody gave, without blanks around it.
///
/// # Errors
/// [`RetentionError::NoReason`] when there is none, or a novel.
pub(crate) fn reason(given: &str) -> Result<String, AppError> {
    let reason = given.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(RetentionError::NoReason { longest: REASON }.into());
    }
    Ok(reason.to_owned())
}

fn ended(
    store: &OrganisationStore,
    rules: &Rules,
    language: Language,
    query: &EndedQuery,
    now: OffsetDateTime,
) -> Result<EndedTerms, AppError> {
    let formats: Vec<String> = store.formats()?.into_iter().map(|(format, _)| format).collect();
    let mut classes = Vec::new();
    let mut listed = None;
    for class in &rules.0 {
        let Some(before) = class.ended_before(now) else {
            continue;
        };
        let is_of_class = |format: &&String| {
            rules
                .class(None, format)
                .is_some_and(|its| its.code == class.code)
        };
        let asked = Ended {
            class: class.code.clone(),
            formats: formats.iter().filter(is_of_class).cloned().collect(),
            before,
            text: Some(query.text.clone()),
        };
        let documents = u32::try_from(store.count_ended(&asked)?).unwrap_or(u32::MAX);
        let is_named = query.class.as_deref() == Some(&class.code);
        if is_named || (documents > 0 && query.class.is_none() && listed.is_none()) {
            listed = Some((asked, documents));
        }
        if documents > 0 {
            classes.push(EndedClass {
                class: class_view(class, language),
                documents,
            });
        }
    }
    let (letters, letters_total) = ended_letters(store, rules, now)?;
    let Some((asked, total)) = listed else {
        return Ok(EndedTerms {
            classes,
            class: None,
            rows: Vec::new(),
            total: 0,
            letters,
            letters_total,
        });
    };
    let page = Page {
        offset: query.offset.into(),
        limit: query.limit.into(),
    };
    let rows = store.ended(&asked, page)?;
    Ok(EndedTerms {
        classes,
        class: Some(asked.class),
        rows: rows
            .iter()
            .map(|document| documents::row(store, document))
            .collect::<Result<_, _>>()?,
        total,
        letters,
        letters_total,
    })
}

fn ended_letters(
    store: &OrganisationStore,
    rules: &Rules,
    now: OffsetDateTime,
) -> Result<(Vec<MailRow>, u32), AppError> {
    let class = rules.class(None, LETTERS);
    let Some(before) = class.and_then(|class| class.ended_before(now)) else {
        return Ok((Vec::new(), 0));
    };
    let letters = store.ended_letters(before, Page::first(LISTED_LETTERS))?;
    let total = u32::try_from(store.count_ended_letters(before)?).unwrap_or(u32::MAX);
    Ok((letters.iter().map(mail::row).collect(), total))
}

/// How long a document is kept.
pub(crate) fn view(
    store: &OrganisationStore,
    rules: &Rules,
    language: Language,
    document: &Document,
) -> Result<Option<RetentionView>, AppError> {
    let retention = store.retention(document.id)?;
    let Some(class) = rules.class(retention.class.as_deref(), &document.format) else {
        return Ok(None);
    };
    let until = class.ends(document.added);
    Ok(Some(RetentionView {
        class: class_view(class, language),
        chosen: retention.class.as_ref() == Some(&class.code),
        until: until.map(|day| day.to_string()),
        ended: until.is_some_and(|day| today(OffsetDateTime::now_utc()) >= day),
        hold: retention.hold.map(|hold| HoldView {
            reason: hold.reason,
            since: rfc3339(hold.since),
        }),
        classes: rules.0.iter().map(|class| class_view(class, language)).collect(),
    }))
}

fn class_view(class: &Class, language: Language) -> RetentionClass {
    RetentionClass {
        code: class.code.clone(),
        title: match language {
            Language::Russian => class.title.ru.clone(),
            Language::English => class.title.en.clone(),
        },
        years: class.years.map(u32::from),
        source: class.source.clone(),
    }
}
