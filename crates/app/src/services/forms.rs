//! Forms of services as the portal gave them: each version is kept, so that a form changed at the portal breaks no draft.

use kabinet_formats::form::{Form, ServiceForm};
use kabinet_store::{OrganisationStore, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::catalogue::{read, write};
use crate::blocking::blocking;
use crate::cabinet::Access;
use crate::drafts::{FormError, known};
use crate::state::Current;
use crate::view::{DraftForm, DraftView};
use crate::{App, AppError, Event, journal};

/// Codes of such forms begin so: `epgu.application:service:version`.
const PREFIX: &str = "epgu.application";

/// Which form a service has now.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Newest {
    /// Version of the service's description.
    tag: Option<String>,
    /// Version of the form; nothing when it has none.
    form: Option<String>,
}

/// A form as it came.
#[derive(Debug, Serialize, Deserialize)]
struct KeptForm {
    title: String,
    form: Value,
}

fn newest_address(service: &str) -> String {
    format!("urn:kabinet:service:{service}")
}

fn form_address(service: &str, version: &str) -> String {
    format!("urn:kabinet:form:{service}:{version}")
}

/// Service and version, when the code is one of the portal's forms.
fn parts(code: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = code.split(':').collect();
    match parts[..] {
        [PREFIX, service, version] => Some((service, version)),
        _ => None,
    }
}

fn version_of(form: &Value) -> String {
    hex::encode(&Sha256::digest(form.to_string().as_bytes())[..8])
}

/// Version of the form the service has, as far as is known.
pub(super) fn newest(store: &OrganisationStore, service: &str) -> Result<Option<String>, StoreError> {
    let newest: Option<Newest> = read(store, &newest_address(service))?;
    Ok(newest.and_then(|newest| newest.form))
}

/// The form of that code, if it was ever given here.
pub(crate) fn kept_form(store: &OrganisationStore, code: &str) -> Result<Option<Form>, StoreError> {
    let Some((service, version)) = parts(code) else {
        return Ok(None);
    };
    let kept: Option<KeptForm> = read(store, &form_address(service, version))?;
    Ok(kept.and_then(|kept| {
        let service = ServiceForm {
            code: service.to_owned(),
            version: version.to_owned(),
        };
        Form::of_service(code, service, &kept.title, &kept.form)
    }))
}

/// A form of the portal on its way to a colleague.
#[derive(Serialize, Deserialize)]
pub(crate) struct CarriedForm {
    /// As drafts name it; ends with the digest of the form.
    pub(crate) code: String,
    title: String,
    form: Value,
}

impl CarriedForm {
    /// The form of that code, when it is one of the portal's.
    pub(crate) fn of(store: &OrganisationStore, code: &str) -> Result<Option<Self>, StoreError> {
        let Some((service, version)) = parts(code) else {
            return Ok(None);
        };
        let kept: Option<KeptForm> = read(store, &form_address(service, version))?;
        Ok(kept.map(|kept| Self {
            code: code.to_owned(),
            title: kept.title,
            form: kept.form,
        }))
    }

    /// The form itself; nothing when it is not the one its code names, or cannot be understood.
    pub(crate) fn understood(&self) -> Option<Form> {
        let (service, version) = parts(&self.code)?;
        if version_of(&self.form) != version {
            return None;
        }
        let service = ServiceForm {
            code: service.to_owned(),
            version: version.to_owned(),
        };
        Form::of_service(&self.code, service, &self.title, &self.form)
    }

    /// Keeps it, unless it is kept already. What the portal has now is another matter, so the newest one stays what it was.
    pub(crate) fn keep(self, store: &OrganisationStore) -> Result<(), StoreError> {
        let Some((service, version)) = parts(&self.code) else {
            return Ok(());
        };
        let address = form_address(service, version);
        if read::<KeptForm>(store, &address)?.is_some() {
            return Ok(());
        }
        let kept = KeptForm {
            title: self.title,
            form: self.form,
        };
        write(store, &address, &kept)
    }
}

/// The portal gives another form for the service by now.
pub(crate) fn is_form_changed(store: &OrganisationStore, form: &Form) -> Result<bool, StoreError> {
    let Some(service) = &form.service else {
        return Ok(false);
    };
    let newest = newest(store, &service.code)?;
    Ok(newest.is_some_and(|newest| newest != service.version))
}

impl App {
    /// The form of that code, of the program's or as a draft keeps it.
    ///
    /// # Errors
    /// [`FormError::NoForm`]; failures of the vault.
    pub async fn draft_form(&self, code: &str) -> Result<DraftForm, AppError> {
        let code = code.to_owned();
        self.with_store(move |store| {
            let form = crate::drafts::form_of(store, &code)?;
            Ok(crate::drafts::show::form(&form))
        })
        .await
    }

    /// Begins an application for a service, with what is known of the organisation.
    ///
    /// # Errors
    /// [`FormError::NoForm`] when the service has no form here; `ActError::NotPermitted`; failures of the vault.
    pub async fn begin_application(&self, service: &str) -> Result<DraftView, AppError> {
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let form = self.known_form(&current, service).await?;
        let fields = form.blank(|what| known(&current, what));
        let view = self
            .begin_draft(&form, fields, None, |entry| {
                journal::with(entry, "service", service)
            })
            .await?;
        self.count_begun(service).await?;
        Ok(view)
    }

    /// The newest form of the service that is kept here.
    pub(super) async fn known_form(&self, current: &Current, service: &str) -> Result<Form, AppError> {
        let taken = kabinet_formats::service(service, current.environment());
        if !taken.is_some_and(kabinet_formats::Service::takes_application) {
            return Err(FormError::NoForm.into());
        }
        let (store, code) = (current.store.clone(), service.to_owned());
        blocking(move || {
            let version = newest(&store, &code)?.ok_or(FormError::NoForm)?;
            kept_form(&store, &format!("{PREFIX}:{code}:{version}"))?.ok_or(AppError::Form(FormError::NoForm))
        })
        .await
    }

    /// The newest form of the service; the portal is asked for it if somebody is signed in.
    pub(crate) async fn newest_form(&self, current: &Current, service: &str) -> Result<Form, AppError> {
        if let Err(error) = self.renew_form(service).await {
            tracing::info!(code = error.code(), "the form of a service is not known anew");
        }
        self.known_form(current, service).await
    }

    /// The service counts among those that are begun often.
    pub(crate) async fn count_begun(&self, service: &str) -> Result<(), AppError> {
        let code = service.to_owned();
        self.change_own(move |own| {
            own.count_start(&code);
            Ok(())
        })
        .await
    }

    /// Asks for the form of a service anew, if somebody is signed in.
    pub(super) async fn renew_form(&self, service: &str) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        self.fetch_form(&access, service).await?;
        self.tell(Event::ServicesChanged);
        Ok(())
    }

    pub(super) async fn fetch_form(&self, access: &Access, service: &str) -> Result<(), AppError> {
        let current = access.current.clone();
        let (store, code) = (current.store.clone(), service.to_owned());
        let known = blocking(move || Ok(read::<Newest>(&store, &newest_address(&code))?)).await?;
        let tag = known.as_ref().and_then(|known| known.tag.as_deref());
        let asked = access.cabinet().service(service, tag).await;
        let Some((told, tag)) = self.met(&current, asked).await? else {
            return Ok(());
        };
        let (store, code) = (current.store.clone(), service.to_owned());
        let dictionaries = blocking(move || {
            let mut newest = Newest { tag, form: None };
            let mut dictionaries = Vec::new();
            if let Some(form) = told.form {
                let version = version_of(&form);
                let kept = KeptForm {
                    title: told.title,
                    form,
                };
                write(&store, &form_address(&code, &version), &kept)?;
                // One that cannot be understood is as good as none.
                if let Some(form) = kept_form(&store, &format!("{PREFIX}:{code}:{version}"))? {
                    dictionaries = form
                        .fields()
                        .filter_map(|field| field.dictionary.clone())
                        .collect();
                    newest.form = Some(version);
                }
            }
            write(&store, &newest_address(&code), &newest)?;
            Ok(dictionaries)
        })
        .await?;
        for dictionary in dictionaries {
            // Without it the form can still be filled in: the code is typed.
            if let Err(error) = self.keep_dictionary(&current, &dictionary).await {
                tracing::info!(code = error.code(), "a dictionary is not known anew");
            }
        }
        Ok(())
    }
}
