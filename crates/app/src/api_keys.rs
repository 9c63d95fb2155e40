//! API keys of an organisation: one for each employee, issued in ЛК ИЭП.
//!
//! A new key in the place of another is only tried at first: the old one stays until the new one has worked once. Which key signs
//! in follows from the certificate: the one it was used with before, else the only one that is nobody's yet.

use kabinet_portal::{ApiKey, PortalError};
use kabinet_store::{Change, OrganisationStore, Secret, StoreError};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::esia::SignInError;
use crate::view::{ApiKeyView, NewApiKey, UiError, rfc3339};
use crate::{App, AppError, journal};

/// Name of the secret of the first key; the others add their own name to it.
pub(crate) const API_KEY: &str = "api-key";
/// The first key's name inside the program.
const FIRST: &str = "main";
/// Setting that holds what is known of the keys.
const NOTES: &str = "api-keys";

/// What is known of a key besides itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) id: String,
    #[serde(default)]
    name: String,
    /// Digits of the СНИЛС of the certificate it worked with.
    #[serde(default)]
    snils: Option<String>,
    #[serde(default)]
    last_used: Option<String>,
    #[serde(default)]
    problem: Option<UiError>,
    #[serde(default)]
    replacing_problem: Option<UiError>,
}

/// A key to try, and whether it is to take the place of the other.
pub(crate) struct Candidate {
    pub(crate) key: ApiKey,
    pub(crate) is_new: bool,
}

fn secret_name(id: &str) -> String {
    if id == FIRST {
        API_KEY.to_owned()
    } else {
        format!("{API_KEY}/{id}")
    }
}

fn next_name(id: &str) -> String {
    format!("{}/next", secret_name(id))
}

/// Notes of all keys there are.
pub(crate) fn notes(store: &OrganisationStore) -> Result<Vec<Note>, StoreError> {
    let mut notes: Vec<Note> = store.setting(NOTES)?.unwrap_or_default();
    // A key of an older version, or one entered with the organisation, has no note yet.
    if !notes.iter().any(|note| note.id == FIRST) && store.secret(API_KEY)?.is_some() {
        notes.insert(0, Note::new(FIRST, ""));
    }
    Ok(notes)
}

fn save(store: &OrganisationStore, notes: &[Note]) -> Result<(), StoreError> {
    store.set_setting(NOTES, &notes)
}

impl Note {
    fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            snils: None,
            last_used: None,
            problem: None,
            replacing_problem: None,
        }
    }

    fn view(&self, replacing: bool) -> ApiKeyView {
        ApiKeyView {
            id: self.id.clone(),
            name: self.name.clone(),
            snils: self.snils.as_deref().map(|digits| {
                let shown = digits.len().saturating_sub(4);
                format!("•••-•••-•{}", digits.get(shown..).unwrap_or_default())
            }),
            last_used: self.last_used.clone(),
            problem: self.problem.clone(),
            replacing,
            replacing_problem: self.replacing_problem.clone(),
        }
    }
}

/// Digits of a СНИЛС.
pub(crate) fn digits(snils: Option<&str>) -> Option<String> {
    let digits: String = snils?.chars().filter(char::is_ascii_digit).collect();
    (digits.len() == 11).then_some(digits)
}

/// The key for a certificate of this СНИЛС: the one a person names, else the one it worked with, else the only one of nobody.
///
/// # Errors
/// [`SignInError::NoApiKey`] if there is none at all, [`SignInError::ChooseApiKey`] if a person has to say which.
pub(crate) fn choose<'a>(
    notes: &'a [Note],
    named: Option<&str>,
    snils: Option<&str>,
) -> Result<&'a Note, AppError> {
    if let Some(named) = named {
        return notes
            .iter()
            .find(|note| note.id == named)
            .ok_or(AppError::SignIn(SignInError::NoApiKey));
    }
    let only = |fits: &dyn Fn(&Note) -> bool| {
        let mut fitting = notes.iter().filter(|note| fits(note));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let own = snils.and_then(|snils| only(&|note| note.snils.as_deref() == Some(snils)));
    match own
        .or_else(|| only(&|note| note.snils.is_none()))
        .or_else(|| only(&|_| true))
    {
        Some(note) => Ok(note),
        None if notes.is_empty() => Err(AppError::SignIn(SignInError::NoApiKey)),
        None => Err(AppError::SignIn(SignInError::ChooseApiKey)),
    }
}

/// The keys to try for a note: the new one first, then the one it is to replace.
pub(crate) fn candidates(store: &OrganisationStore, note: &Note) -> Result<Vec<Candidate>, AppError> {
    let mut candidates = Vec::new();
    for (name, is_new) in [(next_name(&note.id), true), (secret_name(&note.id), false)] {
        if let Some(secret) = store.secret(&name)? {
            let key = ApiKey::parse(secret.expose()).map_err(|_| AppError::SignIn(SignInError::NoApiKey))?;
            candidates.push(Candidate { key, is_new });
        }
    }
    if candidates.is_empty() {
        return Err(SignInError::NoApiKey.into());
    }
    Ok(candidates)
}

/// Whether a refusal is about the key, so that another key may do better with the same signature.
pub(crate) fn is_about_the_key(error: &PortalError) -> bool {
    matches!(
        error,
        PortalError::KeyUnknown | PortalError::KeyBlocked | PortalError::KeyOfOther { .. }
    )
}

/// A key has worked: it is the certificate's from now on, and a new one takes the place of the old.
pub(crate) fn worked(
    store: &OrganisationStore,
    id: &str,
    was_new: bool,
    snils: Option<String>,
) -> Result<(), StoreError> {
    if was_new && let Some(next) = store.secret(&next_name(id))? {
        store.change(journal::plain("api-key-changed", ""), |change| {
            change.set_secret(&secret_name(id), &next)?;
            change.remove_secret(&next_name(id))
        })?;
    }
    let mut notes = notes(store)?;
    if let Some(note) = notes.iter_mut().find(|note| note.id == id) {
        note.last_used = Some(rfc3339(OffsetDateTime::now_utc()));
        note.problem = None;
        if was_new {
            note.replacing_problem = None;
        }
        note.snils = snils.or(note.snils.take());
    }
    save(store, &notes)
}

/// A key was refused: the list says why.
pub(crate) fn failed(
    store: &OrganisationStore,
    id: &str,
    is_new: bool,
    why: &PortalError,
) -> Result<(), StoreError> {
    let mut notes = notes(store)?;
    if let Some(note) = notes.iter_mut().find(|note| note.id == id) {
        let why = UiError {
            code: why.code().to_owned(),
            params: crate::error::owned(why.params()),
            retriable: why.is_retriable(),
        };
        if is_new {
            note.replacing_problem = Some(why);
        } else {
            note.problem = Some(why);
        }
    }
    save(store, &notes)
}

fn drop_secrets(change: &Change<'_>, id: &str) -> Result<(), StoreError> {
    change.remove_secret(&secret_name(id))?;
    change.remove_secret(&next_name(id))
}

impl App {
    /// The API keys of the chosen organisation.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn api_keys(&self) -> Result<Vec<ApiKeyView>, AppError> {
        self.with_store(|store| {
            notes(store)?
                .iter()
                .map(|note| Ok(note.view(store.secret(&next_name(&note.id))?.is_some())))
                .collect()
        })
        .await
    }

    /// Adds a key, or puts one beside the one it is to replace: the old one goes when the new one has worked.
    ///
    /// # Errors
    /// [`AppError::Requisite`] when it is no API key, [`AppError::NotFound`] when there is no key to replace; failures of the vault.
    pub async fn save_api_key(&self, request: NewApiKey) -> Result<Vec<ApiKeyView>, AppError> {
        let key = zeroize::Zeroizing::new(request.key.trim().to_owned());
        ApiKey::parse(&key).map_err(|_| AppError::Requisite { field: "api-key" })?;
        let name: String = request.name.trim().chars().take(100).collect();
        self.with_store(move |store| {
            let mut all = notes(store)?;
            let (id, secret) = match request.id {
                Some(id) => {
                    let note = all
                        .iter_mut()
                        .find(|note| note.id == id)
                        .ok_or(AppError::NotFound)?;
                    note.name = name;
                    note.replacing_problem = None;
                    (id.clone(), next_name(&id))
                }
                None => {
                    let id = if all.is_empty() {
                        FIRST.to_owned()
                    } else {
                        Uuid::new_v4().to_string()
                    };
                    all.push(Note::new(&id, &name));
                    (id.clone(), secret_name(&id))
                }
            };
            let entry = journal::with(journal::plain("api-key-added", ""), "key", &id);
            store.change(entry, |change| {
                change.set_secret(&secret, &Secret::new(key.to_string()))
            })?;
            save(store, &all)?;
            Ok(())
        })
        .await?;
        self.tell(crate::Event::StateChanged);
        self.api_keys().await
    }

    /// Forgets a key, or only the new one that was to replace it.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn remove_api_key(&self, id: &str, only_new: bool) -> Result<Vec<ApiKeyView>, AppError> {
        let id = id.to_owned();
        self.with_store(move |store| {
            let mut all = notes(store)?;
            let place = all
                .iter()
                .position(|note| note.id == id)
                .ok_or(AppError::NotFound)?;
            let entry = journal::with(journal::plain("api-key-removed", ""), "key", &id);
            if only_new {
                store.change(entry, |change| change.remove_secret(&next_name(&id)))?;
                all[place].replacing_problem = None;
            } else {
                store.change(entry, |change| drop_secrets(change, &id))?;
                all.remove(place);
            }
            save(store, &all)?;
            Ok(())
        })
        .await?;
        self.tell(crate::Event::StateChanged);
        self.api_keys().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: &str, snils: Option<&str>) -> Note {
        Note {
            snils: snils.map(str::to_owned),
            ..Note::new(id, "")
        }
    }

    fn chosen(notes: &[Note], snils: Option<&str>) -> Result<String, &'static str> {
        match choose(notes, None, snils) {
            Ok(note) => Ok(note.id.clone()),
            Err(AppError::SignIn(SignInError::ChooseApiKey)) => Err("choose"),
            Err(_) => Err("none"),
        }
    }

    #[test]
    fn a_certificate_takes_the_key_it_worked_with() {
        let (mine, other) = ("00000000300", "00000000600");
        let two = [note("a", Some(mine)), note("b", Some(other))];
        assert_eq!(chosen(&two, Some(other)), Ok("b".to_owned()));
        assert_eq!(chosen(&two, Some("00000000900")), Err("choose"));
        assert_eq!(chosen(&two, None), Err("choose"));
        let with_new = [note("a", Some(mine)), note("c", None)];
        assert_eq!(chosen(&with_new, Some(other)), Ok("c".to_owned()));
        assert_eq!(
            chosen(&[note("a", None), note("b", None)], Some(mine)),
            Err("choose")
        );
        assert_eq!(chosen(&[note("a", Some(other))], Some(mine)), Ok("a".to_owned()));
        assert_eq!(chosen(&[], Some(mine)), Err("none"));
    }

    #[test]
    fn a_person_may_name_another() {
        let two = [note("a", Some("00000000300")), note("b", None)];
        assert_eq!(choose(&two, Some("b"), Some("00000000300")).unwrap().id, "b");
        assert!(choose(&two, Some("x"), None).is_err());
    }
}
