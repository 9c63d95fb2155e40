//! Whom forms can be about: those of earlier drafts, of documents that have a form, and of bank statements. Nothing leaves the vault
//! to learn it.

use std::collections::BTreeMap;
use std::io::Read;

use kabinet_domain::draft::Fields;
use kabinet_domain::{Document, FileRole};
use kabinet_formats::bank::{self, Party};
use kabinet_formats::form::{self, Form};
use kabinet_store::{DocumentFilter, DocumentOrder, DraftShelf, OrganisationStore, Page};

use crate::view::Counterparty;
use crate::{App, AppError};

const STATEMENTS: &str = "onec.bank-exchange";
/// Drafts and documents that are looked through, the latest: the same counterparties come again and again.
const DRAFTS: u64 = 300;
const DOCUMENTS: u64 = 300;
/// Largest file that is looked into, octets.
const LARGEST: u64 = 8 << 20;
/// How an entrepreneur's name begins in a payment.
const ENTREPRENEUR: [&str; 2] = ["индивидуальный предприниматель ", "ип "];

impl App {
    /// Every counterparty that is known, by name.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn counterparties(&self) -> Result<Vec<Counterparty>, AppError> {
        let own = self.current().await?.organisation.inn;
        self.with_store(move |store| {
            let mut known = Known::default();
            for shelf in [DraftShelf::Open, DraftShelf::Templates] {
                for draft in store.drafts(shelf, Page::first(DRAFTS))? {
                    if let Some(form) = form::form(&draft.form) {
                        known.of_form(form, &draft.fields);
                    }
                }
            }
            let formats = form::forms().iter().map(|form| form.code.clone());
            let filter = DocumentFilter {
                formats: formats.chain([STATEMENTS.to_owned()]).collect(),
                ..DocumentFilter::default()
            };
            for document in store.documents(&filter, DocumentOrder::default(), Page::first(DOCUMENTS))? {
                known.of_document(store, &document)?;
            }
            Ok(known.told(&own))
        })
        .await
    }
}

/// Facts by ИНН and КПП; what was learnt first is kept, later sources only add to it.
#[derive(Default)]
struct Known(BTreeMap<(String, String), Fields>);

impl Known {
    fn add(&mut self, facts: Fields) {
        let fact = |name: &str| facts.get(name).cloned().unwrap_or_default();
        let inn = Some(fact("inn")).filter(|inn| !inn.is_empty());
        let Some(inn) = inn.or_else(|| facts.get("inn-person").cloned()) else {
            return;
        };
        let kept = self.0.entry((inn, fact("kpp"))).or_default();
        for (name, value) in facts {
            kept.entry(name).or_insert(value);
        }
    }

    fn of_form(&mut self, form: &Form, fields: &Fields) {
        for section in &form.sections {
            self.add(section.counterparty(fields));
        }
    }

    fn of_document(&mut self, store: &OrganisationStore, document: &Document) -> Result<(), AppError> {
        let is_fit =
            |file: &&kabinet_domain::DocumentFile| file.role == FileRole::Main && file.size <= LARGEST;
        let Some(main) = document.files.iter().find(is_fit) else {
            return Ok(());
        };
        let mut bytes = Vec::new();
        store.read_blob(main.digest)?.read_to_end(&mut bytes)?;
        if document.format == STATEMENTS {
            for party in bank::counterparties(&bytes) {
                self.add(of_party(party));
            }
        } else if let Some(form) = form::form(&document.format)
            && let Ok(fields) = form.read(&bytes)
        {
            self.of_form(form, &fields);
        }
        Ok(())
    }

    fn told(self, own: &str) -> Vec<Counterparty> {
        let mut all: Vec<Counterparty> = self
            .0
            .into_iter()
            .filter(|((inn, _), _)| inn != own)
            .map(|((inn, kpp), facts)| Counterparty {
                name: name(&facts),
                inn,
                kpp: Some(kpp).filter(|kpp| !kpp.is_empty()),
                facts,
            })
            .filter(|one| !one.name.is_empty())
            .collect();
        all.sort_by_key(|one| (one.name.to_lowercase(), one.inn.clone(), one.kpp.clone()));
        all
    }
}

fn name(facts: &Fields) -> String {
    let parts = ["surname", "given-name", "patronymic"].map(|part| facts.get(part).map(String::as_str));
    match facts.get("name") {
        Some(name) => name.clone(),
        None => parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

/// A side of a payment. An entrepreneur, who has twelve digits, is called by surname, name and patronymic.
fn of_party(party: Party) -> Fields {
    let mut facts = Fields::new();
    let mut put = |fact: &str, value: &str| {
        if !value.is_empty() {
            facts.insert(fact.to_owned(), value.to_owned());
        }
    };
    if party.inn.len() == 12 {
        put("kind", "entrepreneur");
        put("inn-person", &party.inn);
        let lower = party.name.to_lowercase();
        let title = ENTREPRENEUR.iter().find(|title| lower.starts_with(*title));
        // The same letters, in another case: as many characters.
        let skipped = title.map_or(0, |title| title.chars().count());
        let name: String = party.name.chars().skip(skipped).collect();
        let mut words = name.splitn(3, ' ').map(str::trim);
        for part in ["surname", "given-name", "patronymic"] {
            put(part, words.next().unwrap_or_default());
        }
    } else {
        put("kind", "organisation");
        put("name", &party.name);
        put("inn", &party.inn);
        put("kpp", &party.kpp);
    }
    facts
}
