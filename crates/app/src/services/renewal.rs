//! Renewing a licence: an application in which what is known of the licence already stands where the form has a place for it
//! (SVC-22). Which field takes what is said by the form itself (`prefill`: `licence.number`, `licence.ends` and their kin).

use kabinet_formats::form::Form;
use time::OffsetDateTime;

use crate::cabinet::KeptLicence;
use crate::drafts::{FormError, known};
use crate::state::Current;
use crate::view::{DraftView, RenewalView, RenewedAnswer};
use crate::{App, AppError, journal};

/// What the form takes of the licence, in its order: name of the field, and the answer.
fn taken(form: &Form, current: &Current, licence: &KeptLicence) -> Vec<(String, String)> {
    let without = form.blank(|what| known(current, what));
    let with = form.blank(|what| licence.known(what).or_else(|| known(current, what)));
    form.fields()
        .filter_map(|field| {
            let answer = with.get(&field.name)?;
            (without.get(&field.name) != Some(answer)).then(|| (field.name.clone(), answer.clone()))
        })
        .collect()
}

/// The answer as it is shown beside its question.
fn shown(form: &Form, (name, answer): (String, String)) -> Option<RenewedAnswer> {
    let field = form.fields().find(|field| field.name == name)?;
    let choice = field.choices.iter().find(|choice| choice.value == answer);
    Some(RenewedAnswer {
        label: field.label.clone(),
        value: choice.map_or(answer, |choice| choice.label.clone()),
    })
}

impl App {
    /// What an application for the service would already say of the licence, as far as the form is known here.
    ///
    /// # Errors
    /// Failures of the vault.
    pub async fn licence_renewal(&self, service: &str, number: &str) -> Result<RenewalView, AppError> {
        let current = self.current().await?;
        let (licence, is_known) = self.kept_licence(number).await?;
        let form = match self.known_form(&current, service).await {
            Ok(form) => Some(form),
            Err(AppError::Form(FormError::NoForm)) => None,
            Err(error) => return Err(error),
        };
        let answers = form.iter().flat_map(|form| {
            let taken = taken(form, &current, &licence).into_iter();
            taken.filter_map(|one| shown(form, one))
        });
        Ok(RenewalView {
            answers: answers.collect(),
            has_form: form.is_some(),
            licence: is_known.then(|| licence.view(OffsetDateTime::now_utc())),
        })
    }

    /// Begins the application that renews the licence.
    ///
    /// # Errors
    /// [`FormError::NoForm`] when the service has no form here; `ActError::NotPermitted`; failures of the vault.
    pub async fn begin_renewal(&self, service: &str, number: &str) -> Result<DraftView, AppError> {
        let current = self.current().await?;
        self.permit(&current, "applications.fill").await?;
        let (licence, _) = self.kept_licence(number).await?;
        let form = self.newest_form(&current, service).await?;
        let fields = form.blank(|what| licence.known(what).or_else(|| known(&current, what)));
        let view = self
            .begin_draft(&form, fields, None, |entry| {
                let entry = journal::with(entry, "service", service);
                journal::with(entry, "licence", number)
            })
            .await?;
        self.count_begun(service).await?;
        Ok(view)
    }
}
