//! Asking for a signature: the request and what is to be signed become one document, to be signed and sent as every other.

use kabinet_domain::{Document, DocumentFile, DocumentId, DocumentStage, FileRole};
use kabinet_formats::goskey::{self, Asked, Request};
use time::{Duration, OffsetDateTime};

use super::GoskeyError;
use super::people::{self, Addressee};
use crate::blocking::blocking;
use crate::documents::parse_documents;
use crate::import::{self, NamedFile, Package};
use crate::orders::OrderError;
use crate::send::{MOSCOW, read_all};
use crate::state::Current;
use crate::view::{GoskeyAsk, GoskeyChoice, GoskeyKind, GoskeyOffer, GoskeyPerson, UiError};
use crate::{App, AppError, Event, journal};

impl App {
    /// With what the window begins that asks for a signature of these documents.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn goskey_offer(&self, ids: &[String]) -> Result<GoskeyOffer, AppError> {
        let ids = parse_documents(ids)?;
        let current = self.current().await?;
        let signed_in = self.signed_in_person();
        blocking(move || {
            let chosen = Chosen::of(&current, &ids)?;
            let mut people = people::known(&current.store)?;
            if let Some((name, oid)) = signed_in
                && people.iter().all(|one| one.oid.as_ref() != Some(&oid))
            {
                people.push(GoskeyPerson {
                    name,
                    snils: None,
                    oid: Some(oid),
                });
            }
            Ok(GoskeyOffer {
                people,
                documents: chosen.choices(),
                problem: chosen
                    .fault(&current)
                    .map(|error| UiError::from(AppError::from(error))),
                most_hours: goskey::MOST_HOURS,
            })
        })
        .await
    }

    /// Makes the document that asks a person to sign these on their phone; its identity. It is signed and sent as every other.
    ///
    /// # Errors
    /// [`AppError::Goskey`] says what is wrong with the request; those of [`permit`](Self::permit); failures of the vault.
    pub async fn ask_goskey(&self, ids: &[String], ask: GoskeyAsk) -> Result<String, AppError> {
        let ids = parse_documents(ids)?;
        let current = self.current().await?;
        self.permit(&current, "signing.initiate").await?;
        let formats = self.formats();
        let made = blocking(move || {
            let person = Addressee::of(&ask, current.environment())?;
            if !(1..=goskey::MOST_HOURS).contains(&ask.hours) {
                let limit = goskey::MOST_HOURS;
                return Err(GoskeyError::Hours { limit }.into());
            }
            let chosen = Chosen::of(&current, &ids)?;
            if let Some(fault) = chosen.fault(&current) {
                return Err(fault.into());
            }
            let files = chosen.request(&current, &person, &ask)?;
            let package = Package::of(&formats, files).ok_or(AppError::NotFound)?;
            let request = import::take_in_package(&current, package)?;
            people::remember(&current.store, &person)?;
            for document in &chosen.documents {
                let entry = journal::about(document.id, "goskey-asked", "");
                let entry = journal::with(entry, "request", request.0);
                current.store.record(&entry)?;
            }
            Ok(request)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(made.0.to_string())
    }
}

/// Documents somebody is to sign.
struct Chosen {
    documents: Vec<Document>,
    /// Main file of each, and its name in the archive where it may be sent.
    files: Vec<(DocumentFile, Option<String>)>,
}

impl Chosen {
    fn of(current: &Current, ids: &[DocumentId]) -> Result<Self, AppError> {
        let documents = ids
            .iter()
            .map(|id| current.store.document(*id))
            .collect::<Result<Vec<_>, _>>()?;
        let mut files = Vec::new();
        let mut taken = Vec::new();
        for document in &documents {
            let is_main = |file: &&DocumentFile| file.role == FileRole::Main;
            let main = document.files.iter().find(is_main).ok_or(AppError::NotFound)?;
            // A request that somebody else signs would be sent in their name.
            let may_be_sent =
                !goskey::is_request(&document.format) && document.stage != DocumentStage::Invalid;
            let name = may_be_sent
                .then(|| goskey::archive_name(&main.name, &taken))
                .flatten();
            taken.extend(name.clone());
            files.push((main.clone(), name));
        }
        Ok(Self { documents, files })
    }

    /// What Госключ would not take of them.
    fn fault(&self, current: &Current) -> Option<GoskeyError> {
        let misnamed = self.files.iter().find(|(_, name)| name.is_none());
        if let Some((file, _)) = misnamed {
            let file = file.name.clone();
            return Some(GoskeyError::FileKind { file });
        }
        let service = kabinet_formats::service(goskey::Kind::Simple.service(), current.environment())?;
        let (count, limit) = (self.files.len(), service.limits.companions?);
        if count > limit {
            return Some(GoskeyError::TooMany { count, limit });
        }
        let size = self
            .files
            .iter()
            .map(|(file, _)| file.size)
            .fold(0, u64::saturating_add);
        let limit = service.limits.total_bytes?;
        (size > limit).then_some(GoskeyError::TooLarge { size, limit })
    }

    fn choices(&self) -> Vec<GoskeyChoice> {
        let both = self.documents.iter().zip(&self.files);
        both.map(|(document, (file, name))| GoskeyChoice {
            document_id: document.id.0.to_string(),
            title: document.title.clone(),
            file: file.name.clone(),
            sent_as: name.clone(),
        })
        .collect()
    }

    /// The request, and behind it the files under their new names.
    fn request(
        &self,
        current: &Current,
        person: &Addressee,
        ask: &GoskeyAsk,
    ) -> Result<Vec<NamedFile>, AppError> {
        let kind = kind(ask.kind);
        let code = kind.service();
        let service = kabinet_formats::service(code, current.environment())
            .ok_or_else(|| AppError::Order(OrderError::Service(code.to_owned())))?;
        let mut asked = Vec::new();
        let mut files = Vec::new();
        for (file, name) in &self.files {
            let name = name.clone().ok_or_else(|| GoskeyError::FileKind {
                file: file.name.clone(),
            })?;
            asked.push(Asked {
                file: name.clone(),
                description: file.name.clone(),
            });
            files.push(NamedFile {
                name,
                bytes: read_all(&current.store, file)?,
            });
        }
        let expires = OffsetDateTime::now_utc().to_offset(MOSCOW) + Duration::hours(i64::from(ask.hours));
        let request = Request {
            kind,
            snils: person.snils.clone(),
            oid: person.oid.clone(),
            organisation: current.organisation.name.clone(),
            expires: Some(expires),
            documents: asked,
        };
        // A moment of these years can always be written.
        let text = request.write(&service.title).map_err(|_| AppError::Background)?;
        let main = NamedFile {
            name: goskey::FILE.to_owned(),
            bytes: text.into_bytes(),
        };
        files.insert(0, main);
        Ok(files)
    }
}

fn kind(kind: GoskeyKind) -> goskey::Kind {
    match kind {
        GoskeyKind::Simple => goskey::Kind::Simple,
        GoskeyKind::Qualified => goskey::Kind::Qualified,
        GoskeyKind::Organisation => goskey::Kind::Organisation,
        GoskeyKind::Treasury => goskey::Kind::Treasury,
    }
}
