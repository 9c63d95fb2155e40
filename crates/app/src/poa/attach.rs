//! Handing a power of attorney over with what is signed under it: written into the document before it is signed where its format has a
//! place for it, else as the file with its signature beside it.

use kabinet_domain::poa::judge::{Identity, is_same_person};
use kabinet_domain::poa::{Person, PowerOfAttorney};
use kabinet_domain::{Document, DocumentId, DocumentStage, FileRole};
use kabinet_formats::poa::attach::{self, Requisites};
use kabinet_pki::Certificate;
use kabinet_store::{OrganisationStore, PoaRecord, StoreError};

use super::judge::Chain;
use super::{PoaError, authority, parse_number, signatures};
use crate::blocking::blocking;
use crate::documents::parse_document;
use crate::import::{self, NamedFile};
use crate::state::Current;
use crate::{App, AppError, Event, journal, send};

/// The system that keeps powers of attorney, as documents name it (§3.6).
const REGISTRY: &str = "https://m4d.nalog.gov.ru/EMCHD";

impl App {
    /// Writes a power of attorney into a copy of a document that is to be signed under it, and names the owner of the certificate as
    /// its signer; the copy, a document of its own. The document stays as it was.
    ///
    /// # Errors
    /// [`PoaError::Attach`]; [`AppError::WrongStage`] for one that is signed or has errors; [`AppError::NotFound`],
    /// [`AppError::NoCertificate`]; failures of the vault.
    pub async fn attach_poa(
        &self,
        document: &str,
        number: &str,
        certificate: &str,
    ) -> Result<String, AppError> {
        let (id, number) = (parse_document(document)?, parse_number(number)?);
        let current = self.current().await?;
        let formats = self.formats();
        let found = self.find_certificate(certificate).await?;
        let made = blocking(move || {
            let document = current.store.document(id)?;
            if document.stage != DocumentStage::Ready {
                return Err(AppError::WrongStage);
            }
            let chain = Chain::load(&current, number)?.ok_or(AppError::NotFound)?;
            let copy = with_requisites(&current.store, &document, chain.poa(), &found.certificate)?;
            let along = companions(&current.store, &document)?;
            let made = import::take_in_made(&formats, &current, copy, along)?;
            if made != id {
                let entry = journal::about(made, "poa-attached", "");
                let entry = journal::with(entry, "number", number);
                current.store.record(&journal::with(entry, "from", id.0))?;
            }
            Ok(made)
        })
        .await?;
        self.tell(Event::DocumentsChanged);
        Ok(made.0.to_string())
    }
}

fn with_requisites(
    store: &OrganisationStore,
    document: &Document,
    poa: &PowerOfAttorney,
    certificate: &Certificate,
) -> Result<NamedFile, AppError> {
    let main = document.files.iter().find(|file| file.role == FileRole::Main);
    let main = main.ok_or(AppError::NotFound)?;
    let bytes = send::read_all(store, main)?;
    let requisites = Requisites {
        number: poa.number,
        issued: poa.issued,
        internal_number: poa.internal_number.clone(),
        system: REGISTRY.to_owned(),
        signer: signer(poa, certificate),
    };
    let bytes = attach::attach(&document.format, &bytes, &requisites).map_err(PoaError::from)?;
    Ok(NamedFile {
        name: main.name.clone(),
        bytes,
    })
}

/// As the power of attorney names them, or the certificate where it names an organisation.
fn signer(poa: &PowerOfAttorney, certificate: &Certificate) -> Person {
    let who = signatures::signer_of(certificate);
    let is =
        |person: &&Person| is_same_person(person, who.inn.as_deref(), who.snils.as_deref()) == Identity::Same;
    let named = poa.representatives.iter().filter_map(|one| one.person()).find(is);
    named.cloned().unwrap_or_else(|| {
        let subject = certificate.subject();
        let given = subject.given_name.clone().unwrap_or_default();
        let (given_name, patronymic) = match given.split_once(' ') {
            Some((name, patronymic)) => (name.to_owned(), Some(patronymic.to_owned())),
            None => (given, None),
        };
        Person {
            surname: subject.surname.clone().unwrap_or_default(),
            given_name,
            patronymic,
            position: subject.title.clone(),
            ..Person::default()
        }
    })
}

fn companions(store: &OrganisationStore, document: &Document) -> Result<Vec<NamedFile>, AppError> {
    let along = document
        .files
        .iter()
        .filter(|file| file.role == FileRole::Companion);
    along
        .map(|file| {
            Ok(NamedFile {
                name: file.name.clone(),
                bytes: send::read_all(store, file)?,
            })
        })
        .collect()
}

/// A power of attorney that travels beside what is signed under it.
pub(crate) struct Beside {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    /// The signature under which it was registered.
    pub(crate) signature: Vec<u8>,
}

impl Beside {
    /// Name of the file of its signature.
    pub(crate) fn signature_name(&self) -> String {
        format!("{}.sig", self.name)
    }
}

/// What has to travel beside a document: the powers of attorney it was signed under and those they descend from. Nothing where the
/// document names them itself. Blocks.
///
/// # Errors
/// Failures of the vault. One that is not here any more is left out: who receives the document looks it up by number.
pub(crate) fn files_beside(current: &Current, document: &Document) -> Result<Vec<Beside>, AppError> {
    let mut found: Vec<Beside> = Vec::new();
    for record in used(current, document)? {
        let given = current.store.document(record.document)?;
        let Some(main) = given.files.iter().find(|file| file.role == FileRole::Main) else {
            continue;
        };
        let of_main = |role: &FileRole| matches!(role, FileRole::Signature { of } if *of == main.name);
        let Some(signature) = given.files.iter().find(|file| of_main(&file.role)) else {
            continue;
        };
        if found.iter().all(|one| one.name != main.name) {
            found.push(Beside {
                name: main.name.clone(),
                content: send::read_all(&current.store, main)?,
                signature: send::read_all(&current.store, signature)?,
            });
        }
    }
    Ok(found)
}

/// The documents of the powers of attorney these were signed under, for a package that is to be judged elsewhere. Blocks.
pub(crate) fn documents_beside(
    current: &Current,
    documents: &[DocumentId],
) -> Result<Vec<DocumentId>, AppError> {
    let mut found = Vec::new();
    for id in documents {
        let document = current.store.document(*id)?;
        for number in current.store.signed_under(*id)?.iter().map(|one| one.number) {
            if let Some(chain) = Chain::load(current, number)? {
                found.extend(chain.records().map(|record| record.document));
            }
        }
        found.retain(|one| *one != document.id);
    }
    Ok(found)
}

/// The rows of those a document was signed under without naming them, with those they descend from.
fn used(current: &Current, document: &Document) -> Result<Vec<PoaRecord>, AppError> {
    let signed = match current.store.signed_under(document.id) {
        Err(StoreError::NotFound(_)) => return Ok(Vec::new()),
        other => other?,
    };
    if signed.is_empty() {
        return Ok(Vec::new());
    }
    let named = authority::named_in(&current.store, document)?;
    let mut records: Vec<PoaRecord> = Vec::new();
    for one in signed.iter().filter(|one| !named.contains(&one.number)) {
        if let Some(chain) = Chain::load(current, one.number)? {
            records.extend(chain.records().cloned());
        }
    }
    Ok(records)
}
