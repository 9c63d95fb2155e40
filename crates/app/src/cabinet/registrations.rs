//! Registrations of organisations at the portal (ORG-04…14).

use kabinet_portal::cabinet::{Registration, RegistrationState};
use std::path::Path;

use super::Access;
use super::form::{Purpose, judge, registration};
use crate::blocking::blocking;
use crate::view::{ClarificationView, FormDocument, LinkCheck, LinkForm, RegistrationView, rfc3339};
use crate::{App, AppError, journal};

impl App {
    /// How complete an application is.
    pub fn check_registration(&self, form: &LinkForm) -> LinkCheck {
        judge(form, Purpose::Registration)
    }

    /// Registrations of the person. A portal without the cabinet API has none.
    ///
    /// # Errors
    /// The portal's own.
    pub async fn registrations(&self) -> Result<Vec<RegistrationView>, AppError> {
        let access = match self.cabinet().await {
            Err(error) if super::organisations::is_absence(&error) => return Ok(Vec::new()),
            other => other?,
        };
        let asked = access.cabinet().registrations().await;
        Ok(self
            .met(&access.current, asked)
            .await?
            .into_iter()
            .map(view)
            .collect())
    }

    /// Applies for a registration.
    ///
    /// # Errors
    /// [`AppError::Requisite`], `ActError::TermsNotAccepted` before anything leaves; the portal's own.
    pub async fn register_organisation(&self, form: LinkForm) -> Result<Vec<RegistrationView>, AppError> {
        let access = self.cabinet().await?;
        registration(&form, Vec::new())?;
        let documents = self
            .attached(&access, &access.offer.registration_documents, &form.documents)
            .await?;
        let request = registration(&form, documents)?;
        self.confirmed(&access, &|cabinet| {
            let request = request.clone();
            Box::pin(async move { cabinet.register(&request).await })
        })
        .await?;
        self.note_registration(&access, "registration-requested", &form.inn)
            .await?;
        self.registrations().await
    }

    /// Puts a corrected application in the place of one; the portal looks at it from the beginning (ORG-14).
    ///
    /// # Errors
    /// As [`register_organisation`](Self::register_organisation); [`AppError::Cancelled`].
    pub async fn correct_registration(
        &self,
        id: &str,
        form: LinkForm,
    ) -> Result<Vec<RegistrationView>, AppError> {
        let access = self.cabinet().await?;
        registration(&form, Vec::new())?;
        let documents = self
            .attached(&access, &access.offer.registration_documents, &form.documents)
            .await?;
        let request = registration(&form, documents)?;
        self.confirmed(&access, &|cabinet| {
            let (id, request) = (id.to_owned(), request.clone());
            Box::pin(async move { cabinet.change_registration(&id, &request).await })
        })
        .await?;
        self.note_registration(&access, "registration-corrected", &form.inn)
            .await?;
        self.registrations().await
    }

    async fn note_registration(&self, access: &Access, action: &str, inn: &str) -> Result<(), AppError> {
        let entry = journal::with(journal::plain(action, &access.holder), "inn", inn);
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await
    }

    /// Has the portal ask the registry anew.
    ///
    /// # Errors
    /// The portal's own.
    pub async fn refresh_registration(&self, id: &str) -> Result<Vec<RegistrationView>, AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().registration(id, true).await;
        self.met(&access.current, asked).await?;
        self.registrations().await
    }

    /// Answers a question of the portal, with a document of the archive if it wants one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a document that is not in the archive; the portal's own.
    pub async fn clarify_registration(
        &self,
        id: &str,
        clarification: &str,
        text: &str,
        document: Option<&str>,
    ) -> Result<Vec<RegistrationView>, AppError> {
        let access = self.cabinet().await?;
        // What kind it is of follows from the question.
        let document = document.map(|id| FormDocument {
            kind: String::new(),
            document_id: id.to_owned(),
        });
        let documents = self.attached(&access, &[], document.as_slice()).await?;
        let asked = access
            .cabinet()
            .clarify(id, clarification, text.trim(), &documents)
            .await;
        self.met(&access.current, asked).await?;
        self.registrations().await
    }

    /// A name for the file of a confirmation, and the kind of file it is.
    pub fn confirmation_file(&self) -> (String, String) {
        let texts = self.texts();
        let text = |key: &str| texts.plain(&format!("ui.organisations.registration.{key}"));
        (text("fileName"), text("fileKind"))
    }

    /// Saves the confirmation of a registration that was made.
    ///
    /// # Errors
    /// The portal's own; [`AppError::File`].
    pub async fn save_confirmation(&self, id: &str, target: &Path) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().registration_confirmation(id).await;
        let bytes = self.met(&access.current, asked).await?;
        let target = target.to_owned();
        blocking(move || {
            std::fs::write(&target, bytes).map_err(|source| AppError::File {
                path: target.display().to_string(),
                source,
            })
        })
        .await
    }
}

fn view(one: Registration) -> RegistrationView {
    let mut view = RegistrationView {
        id: one.id,
        number: one.number,
        name: one.full_name,
        status: String::new(),
        expected: None,
        missing: Vec::new(),
        certificate_number: None,
        activated: None,
        reason: None,
        corrections: Vec::new(),
        clarifications: one
            .clarifications
            .into_iter()
            .map(|one| ClarificationView {
                id: one.id,
                text: one.text,
                due: one.due,
                answered: one.answered,
            })
            .collect(),
        updated: one.updated.map(rfc3339),
    };
    match one.state {
        RegistrationState::InReview { expected, missing } => {
            view.status = "in-review".to_owned();
            view.expected = expected;
            view.missing = missing;
        }
        RegistrationState::Registered {
            certificate,
            activated,
        } => {
            view.status = "registered".to_owned();
            view.certificate_number = certificate;
            view.activated = activated;
        }
        RegistrationState::Refused { reason, corrections } => {
            view.status = "refused".to_owned();
            view.reason = reason;
            view.corrections = corrections;
        }
        RegistrationState::Other(word) => view.status = word,
    }
    view
}
