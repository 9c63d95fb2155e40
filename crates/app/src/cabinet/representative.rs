//! Confirming the person as a representative after linking: by signature, by a code with a document of authority, through СМЭВ, or
//! by somebody authorised who reads a QR code; and the services the organisation takes into use (ORG-34…38, 42).

use kabinet_domain::FileRole;
use kabinet_portal::PortalError;
use kabinet_portal::cabinet::{
    AttachedDocument, CabinetError, EnabledService, IdentityCheck, RepresentativeStanding,
};
use qrcode::{Color, EcLevel, QrCode};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::step_up::is_another_try;
use super::{Access, offers};
use crate::blocking::blocking;
use crate::cabinet::ActError;
use crate::documents::parse_document;
use crate::view::{
    AuthorityDocumentView, CheckReasonView, EnabledServiceView, IdentityForm, QrView, RepresentativeView,
    SecretKind, SecretPrompt, SecretPurpose, StepUpPrompt, UiError, rfc3339,
};
use crate::{App, AppError, Confirmation, journal};

/// Setting of an organisation: what the portal told last, and what was typed last.
const KEPT: &str = "cabinet-representative";
/// The feature of a portal that confirms representatives.
const FEATURE: &str = "representative";
const CONFIRMED: &str = "confirmed";

impl App {
    /// How the person stands in the chosen organisation; nothing where the portal knows no such confirmation. With `ask` the
    /// portal is asked anew, and what it does not answer is shown as it was.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`], [`AppError::Locked`]; failures of the vault.
    pub async fn representative(&self, ask: bool) -> Result<Option<RepresentativeView>, AppError> {
        let error = match ask {
            true => self.renew_representative().await.err(),
            false => None,
        };
        let current = self.current().await?;
        let offer = current.live().offer.clone();
        if offer.is_some_and(|offer| !offers(&offer, FEATURE)) {
            return Ok(None);
        }
        let kept = self.kept_representative().await?;
        Ok(kept
            .filter(|view| view.at.is_some())
            .map(|view| RepresentativeView {
                error: error.map(UiError::from),
                ..view
            }))
    }

    /// Begins a confirmation. What is typed for the method `code` is kept, whatever becomes of it.
    ///
    /// # Errors
    /// [`AppError::Requisite`] before anything leaves; the portal's own.
    pub async fn begin_representative(
        &self,
        method: &str,
        form: IdentityForm,
    ) -> Result<Option<RepresentativeView>, AppError> {
        let access = self.cabinet().await?;
        let oid = self.oid_of(&access).await?;
        let check = match method {
            "code" => {
                let kept = form.clone();
                self.change_representative(&access, move |view| view.form = kept)
                    .await?;
                Some(self.identity_check(form).await?)
            }
            _ => None,
        };
        let asked = access
            .cabinet()
            .begin_representative(&oid, method, check.as_ref())
            .await;
        let standing = self.met(&access.current, asked).await?;
        let entry = journal::plain("representative-requested", &access.holder);
        let entry = journal::with(entry, "method", method);
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await?;
        self.adopt_representative(&access, standing).await?;
        self.representative(false).await
    }

    /// Confirms by a signature with the organisation's certificate; what is signed is shown beside the PIN.
    ///
    /// # Errors
    /// [`ActError::NothingToShow`], [`AppError::Cancelled`]; what the token and the portal say.
    pub async fn sign_representative(&self) -> Result<Option<RepresentativeView>, AppError> {
        let access = self.cabinet().await?;
        let oid = self.oid_of(&access).await?;
        let asked = access.cabinet().representative(&oid).await;
        let standing = self.met(&access.current, asked).await?;
        let bytes = standing.bytes_to_sign.ok_or(ActError::NothingToShow)?;
        let found = self.own_certificate(&access).await?;
        let cms = self
            .sign_shown(&access, &found, SecretPurpose::StepUp, &bytes)
            .await?;
        let asked = access.cabinet().sign_representative(&oid, &cms).await;
        let standing = self.met(&access.current, asked).await?;
        self.adopt_representative(&access, standing).await?;
        self.representative(false).await
    }

    /// Confirms by a code, which is typed in the window for secrets.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; the portal's own.
    pub async fn confirm_representative(&self) -> Result<Option<RepresentativeView>, AppError> {
        let access = self.cabinet().await?;
        let oid = self.oid_of(&access).await?;
        let mut error: Option<UiError> = None;
        loop {
            let prompt = self.representative_prompt(&access, error.take()).await?;
            let code = match self.ask().confirm(prompt).await.ok_or(AppError::Cancelled)? {
                Confirmation::Value(secret) => Zeroizing::new(secret.into_text()),
                Confirmation::Choose(_) => continue,
                Confirmation::Resend => {
                    error = self
                        .repeat_representative(&access, &oid)
                        .await
                        .err()
                        .map(Into::into);
                    continue;
                }
            };
            match access.cabinet().confirm_representative(&oid, &code).await {
                Err(CabinetError::Refused(refused)) if is_another_try(&refused) => {
                    let left = refused.attempts_left;
                    self.change_representative(&access, move |view| view.attempts_left = left)
                        .await?;
                    error = Some(AppError::Cabinet(CabinetError::Refused(refused)).into());
                }
                answer => {
                    let standing = self.met(&access.current, answer).await;
                    if standing.is_err() {
                        // What the portal made of it is shown beside the failure.
                        self.renew_representative().await.ok();
                    }
                    self.adopt_representative(&access, standing?).await?;
                    return self.representative(false).await;
                }
            }
        }
    }

    /// Takes exactly these services into use. Who calls has asked whether the terms are accepted.
    ///
    /// # Errors
    /// [`ActError::TermsNotAccepted`] before anything leaves; [`ActError::NotPermitted`] and its kin; the portal's own.
    pub async fn enable_services(
        &self,
        codes: Vec<String>,
        accept_terms: bool,
    ) -> Result<Option<RepresentativeView>, AppError> {
        if !accept_terms {
            return Err(ActError::TermsNotAccepted.into());
        }
        let access = self.cabinet().await?;
        self.permit(&access.current, "services.enable").await?;
        let oid = self.oid_of(&access).await?;
        let asked = access.cabinet().enable_services(&oid, &codes).await;
        let services = self.met(&access.current, asked).await?;
        let entry = journal::plain("services-enabled", &access.holder);
        let entry = journal::with(entry, "services", codes.join(" "));
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await?;
        let services = services.into_iter().map(service_view).collect();
        self.change_representative(&access, move |view| view.services = services)
            .await?;
        self.representative(false).await
    }

    async fn renew_representative(&self) -> Result<(), AppError> {
        let access = self.cabinet().await?;
        if !offers(&access.offer, FEATURE) {
            return Ok(());
        }
        let oid = self.oid_of(&access).await?;
        let asked = access.cabinet().representative(&oid).await;
        let standing = self.met(&access.current, asked).await?;
        self.adopt_representative(&access, standing).await?;
        let asked = access.cabinet().enabled_services(&oid).await;
        let services = self.met(&access.current, asked).await?;
        let services = services.into_iter().map(service_view).collect();
        self.change_representative(&access, move |view| view.services = services)
            .await
    }

    async fn repeat_representative(&self, access: &Access, oid: &str) -> Result<(), AppError> {
        let asked = access.cabinet().repeat_representative(oid).await;
        match self.met(&access.current, asked).await {
            Ok(standing) => self.adopt_representative(access, standing).await,
            Err(error) => {
                if let AppError::Portal(PortalError::RateLimited {
                    retry_after: Some(pause),
                }) = &error
                {
                    let pause = Duration::try_from(*pause).unwrap_or(Duration::MINUTE);
                    let at = rfc3339(OffsetDateTime::now_utc() + pause);
                    self.change_representative(access, move |view| view.repeat_at = Some(at))
                        .await?;
                }
                Err(error)
            }
        }
    }

    /// Keeps what the portal told. New rights come with a confirmation (ORG-35).
    async fn adopt_representative(
        &self,
        access: &Access,
        standing: RepresentativeStanding,
    ) -> Result<(), AppError> {
        let before = self.kept_representative().await?.unwrap_or_default();
        let told = view(standing, &before);
        let is_new = !before.status.is_empty() && before.status != CONFIRMED && told.status == CONFIRMED;
        let method = told.method.clone().unwrap_or_default();
        self.change_representative(access, move |view| *view = told)
            .await?;
        if is_new {
            let entry = journal::plain("representative-confirmed", &access.holder);
            let entry = journal::with(entry, "method", method);
            let store = access.current.store.clone();
            blocking(move || Ok(store.record(&entry)?)).await?;
            self.renew_standing(&access.current).await;
        }
        Ok(())
    }

    async fn kept_representative(&self) -> Result<Option<RepresentativeView>, AppError> {
        self.with_store(|store| Ok(store.setting(KEPT)?)).await
    }

    async fn change_representative(
        &self,
        access: &Access,
        change: impl FnOnce(&mut RepresentativeView) + Send + 'static,
    ) -> Result<(), AppError> {
        let store = access.current.store.clone();
        blocking(move || {
            let mut view: RepresentativeView = store.setting(KEPT)?.unwrap_or_default();
            change(&mut view);
            Ok(store.set_setting(KEPT, &view)?)
        })
        .await
    }

    async fn identity_check(&self, form: IdentityForm) -> Result<IdentityCheck, AppError> {
        let required = [
            ("document", &form.document_id),
            ("phone", &form.phone),
            ("email", &form.email),
        ];
        for (field, text) in required {
            if text.trim().is_empty() {
                return Err(AppError::Requisite { field });
            }
        }
        self.with_store(move |store| {
            let document = store.document(parse_document(&form.document_id)?)?;
            let file = document.files.iter().find(|file| file.role == FileRole::Main);
            let file = file.ok_or(AppError::NotFound)?;
            Ok(IdentityCheck {
                document: AttachedDocument {
                    kind: form.kind,
                    name: file.name.clone(),
                    // The archive's addresses are SHA-256.
                    sha256: hex::encode(file.digest.0),
                },
                phone: telephone(&form.phone),
                email: form.email.trim().to_owned(),
            })
        })
        .await
    }

    async fn representative_prompt(
        &self,
        access: &Access,
        error: Option<UiError>,
    ) -> Result<SecretPrompt, AppError> {
        let kept = self.kept_representative().await?.unwrap_or_default();
        Ok(SecretPrompt {
            min_length: 1,
            max_length: 64,
            organisation: Some(access.current.organisation.name.clone()),
            step_up: Some(StepUpPrompt {
                title: None,
                operation: "representative".to_owned(),
                factor: Some("sms".to_owned()),
                others: Vec::new(),
                sent_to: kept.sent_to,
                resend_at: kept.repeat_at,
                expires: None,
                attempts_left: kept.attempts_left,
            }),
            error,
            ..SecretPrompt::new(&self.settings(), SecretKind::OneTimeCode, SecretPurpose::StepUp)
        })
    }
}

/// Without blanks, brackets and dashes; eight in front is seven.
fn telephone(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        11 if digits.starts_with(['7', '8']) => format!("+7{}", &digits[1..]),
        10 => format!("+7{digits}"),
        _ => typed.trim().to_owned(),
    }
}

/// What the portal told; the form and the services it says nothing of stay.
fn view(standing: RepresentativeStanding, before: &RepresentativeView) -> RepresentativeView {
    let now = OffsetDateTime::now_utc();
    let pause = standing.code.as_ref().and_then(|code| code.resend_after);
    let pause = pause.and_then(|pause| i64::try_from(pause).ok());
    RepresentativeView {
        status: standing.status,
        method: standing.method,
        since: standing.since.map(rfc3339),
        methods: standing.methods,
        documents: standing
            .documents
            .into_iter()
            .map(|one| AuthorityDocumentView {
                kind: one.kind,
                title: one.title,
            })
            .collect(),
        opens: standing.opens,
        smev_available: standing.smev_available,
        sent_to: standing.code.and_then(|code| code.to),
        repeat_at: pause.map(|pause| rfc3339(now + Duration::seconds(pause))),
        attempts_left: standing.attempts_left,
        qr: standing.qr.and_then(|(text, expires)| qr(text, expires)),
        expected: standing.expected.map(rfc3339),
        reasons: standing
            .reasons
            .into_iter()
            .map(|one| CheckReasonView {
                code: one.code,
                message: one.message,
                correction: one.correction,
            })
            .collect(),
        confirmed_by: standing.confirmed_by,
        form: before.form.clone(),
        services: before.services.clone(),
        at: Some(rfc3339(now)),
        error: None,
    }
}

fn service_view(one: EnabledService) -> EnabledServiceView {
    EnabledServiceView {
        code: one.code,
        title: one.title,
        summary: one.summary,
        enabled: one.enabled,
        since: one.since.map(rfc3339),
        by: one.by,
    }
}

/// The code as it is drawn; nothing for a text too long for one.
fn qr(text: String, expires: Option<OffsetDateTime>) -> Option<QrView> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let size = code.width();
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(size).enumerate() {
        let mut column = 0;
        while column < size {
            let length = line[column..]
                .iter()
                .take_while(|one| **one == Color::Dark)
                .count();
            if length > 0 {
                path.push_str(&format!("M{column} {row}h{length}v1h-{length}z"));
            }
            column += length.max(1);
        }
    }
    Some(QrView {
        text,
        size: u32::try_from(size).ok()?,
        path,
        expires: expires.map(rfc3339),
    })
}

#[cfg(test)]
mod tests {
    use super::telephone;

    #[test]
    fn telephones_are_written_one_way_and_what_is_none_is_left_to_the_portal() {
        for (typed, written) in [
            ("+7 (999) 123-45-67", "+79991234567"),
            ("8 999 123 45 67", "+79991234567"),
            ("9991234567", "+79991234567"),
            (" 123 ", "123"),
        ] {
            assert_eq!(telephone(typed), written);
        }
    }
}
