//! What waits for a signature of this person: read before it is chosen, with what becomes possible by it, and whether the certificate
//! at hand may sign it, before any PIN.

use std::collections::BTreeMap;

use kabinet_domain::poa::PoaState;
use kabinet_domain::{Document, DocumentStage};
use kabinet_formats::Signed;
use kabinet_pki::Certificate;
use kabinet_store::{DocumentFilter, DocumentOrder, HandOverWay, OrganisationStore, Page, PoaFilter};

use crate::view::{HandedBy, Registered, ToSign, ToSignGroup, ToSignItem, UiError, Unregistered};
use crate::{App, AppError, hand_over, poa, preflight};

/// Documents looked at for one list.
const MOST: u64 = 1000;
/// Order of the groups.
const KINDS: [&str; 4] = ["poa", "poa-revocation", "handed-over", "document"];

impl App {
    /// Everything that waits for a signature. `certificates` are asked about for each: SHA-256, hex; one that is not on any token now
    /// may sign nothing.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn to_sign(&self, certificates: &[String]) -> Result<ToSign, AppError> {
        let mut known = BTreeMap::new();
        for id in certificates {
            match self.find_certificate(id).await {
                Ok(found) => drop(known.insert(id.clone(), found.certificate)),
                Err(AppError::NoCertificate) => {}
                Err(error) => return Err(error),
            }
        }
        let environment = self.current().await?.environment();
        self.with_store(move |store| {
            let wanted = wanted(store, environment)?;
            let mut groups: BTreeMap<&str, Vec<ToSignItem>> = BTreeMap::new();
            let mut documents = waiting(store, &wanted)?;
            let more = documents.len() as u64 > MOST;
            documents.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
            for document in &documents {
                let (kind, item) = item(store, document, &known)?;
                groups.entry(kind).or_default().push(item);
            }
            Ok(ToSign {
                groups: KINDS
                    .into_iter()
                    .filter_map(|kind| {
                        Some(ToSignGroup {
                            kind: kind.to_owned(),
                            items: groups.remove(kind)?,
                        })
                    })
                    .collect(),
                more,
                unregistered: unregistered(store)?,
            })
        })
        .await
    }

    /// How many documents wait for a signature.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn count_to_sign(&self) -> Result<u32, AppError> {
        let environment = self.current().await?.environment();
        self.with_store(move |store| {
            let wanted = wanted(store, environment)?;
            if wanted.is_empty() {
                return Ok(0);
            }
            let ready = store.count_documents(&filter(DocumentStage::Ready, &wanted))?;
            let joined = joining(store)?.len() as u64;
            Ok(u32::try_from(ready + joined).unwrap_or(u32::MAX))
        })
        .await
    }

    /// Has these powers of attorney registered as soon as the registry can be told; what became of each.
    ///
    /// # Errors
    /// Failures of the vault as a whole.
    pub async fn register_signed(&self, numbers: &[String]) -> Result<Vec<Registered>, AppError> {
        let mut done = Vec::new();
        for number in numbers {
            let error = match self.register_poa(number).await {
                Ok(_) => None,
                Err(error @ (AppError::Locked | AppError::NoOrganisation)) => return Err(error),
                Err(error) => Some(UiError::from(&error)),
            };
            done.push(Registered {
                number: number.clone(),
                error,
            });
        }
        Ok(done)
    }
}

/// Codes of formats whose documents are signed. What no service wants signed is not waited for; what no service is known of can be.
fn wanted(
    store: &OrganisationStore,
    environment: kabinet_domain::Environment,
) -> Result<Vec<String>, AppError> {
    // A power of attorney is nothing without its signature, whichever service takes it beside something else.
    let is_of_poa =
        |format: &str| [kabinet_formats::poa::FORMAT, kabinet_formats::poa::WITHDRAWAL].contains(&format);
    let is_signed = |format: &String| {
        let services = kabinet_formats::services_for(format, environment);
        is_of_poa(format)
            || services.is_empty()
            || services.iter().any(|service| service.signed == Signed::All)
    };
    let formats = store.formats()?.into_iter().map(|(format, _)| format);
    Ok(formats.filter(is_signed).collect())
}

fn filter(stage: DocumentStage, formats: &[String]) -> DocumentFilter {
    DocumentFilter {
        stages: vec![stage],
        formats: formats.to_vec(),
        ..DocumentFilter::default()
    }
}

/// First come first, one more than are listed.
fn waiting(store: &OrganisationStore, wanted: &[String]) -> Result<Vec<Document>, AppError> {
    let mut found = joining(store)?;
    if !wanted.is_empty() {
        let page = Page {
            offset: 0,
            limit: MOST + 1,
        };
        found.extend(store.documents(
            &filter(DocumentStage::Ready, wanted),
            DocumentOrder::AddedOldest,
            page,
        )?);
    }
    Ok(found)
}

/// Powers of attorney that others have signed and that wait for one more.
fn joining(store: &OrganisationStore) -> Result<Vec<Document>, AppError> {
    let mut found = Vec::new();
    for record in signed_poas(store)? {
        let document = store.document(record.document)?;
        if poa::waits_for_another(store, &document, None)? {
            found.push(document);
        }
    }
    Ok(found)
}

fn signed_poas(store: &OrganisationStore) -> Result<Vec<kabinet_store::PoaRecord>, AppError> {
    let filter = PoaFilter {
        states: vec![PoaState::Signed],
        ..PoaFilter::default()
    };
    let page = Page {
        offset: 0,
        limit: MOST,
    };
    Ok(store.poas(&filter, page)?)
}

fn item(
    store: &OrganisationStore,
    document: &Document,
    certificates: &BTreeMap<String, Certificate>,
) -> Result<(&'static str, ToSignItem), AppError> {
    let about = poa::about(store, document)?;
    let from = hand_over::rows(store, document.id)?
        .into_iter()
        .next()
        .filter(|last| last.way == HandOverWay::CameToSign.into())
        .map(|last| HandedBy {
            who: last.who,
            colleague: last.colleague,
            note: last.note,
        });
    let joins = document.stage == DocumentStage::Signed;
    let mut signers = Vec::new();
    for (id, certificate) in certificates {
        let may = if joins {
            poa::waits_for_another(store, document, Some(certificate))?
        } else {
            poa::may_sign(store, document, certificate)?
        };
        signers.extend(may.then(|| id.clone()));
    }
    let kind = if about.is_given() {
        "poa"
    } else if about.revokes.is_some() {
        "poa-revocation"
    } else if from.is_some() {
        "handed-over"
    } else {
        "document"
    };
    let format_name = kabinet_formats::format_name(&document.format).unwrap_or(&document.format);
    Ok((
        kind,
        ToSignItem {
            document: preflight::to_sign(store, document)?,
            format_name: format_name.to_owned(),
            grants: about.grants,
            revokes: about.revokes,
            from,
            heads: about.heads,
            together: about.together,
            joins,
            signers,
        },
    ))
}

fn unregistered(store: &OrganisationStore) -> Result<Vec<Unregistered>, AppError> {
    signed_poas(store)?
        .into_iter()
        .map(|record| {
            let document = store.document(record.document)?;
            Ok(Unregistered {
                number: record.number.to_string(),
                document_id: record.document.0.to_string(),
                awaited: poa::awaited(store, &document, &record.signatures)?,
                title: document.title,
            })
        })
        .collect()
}
