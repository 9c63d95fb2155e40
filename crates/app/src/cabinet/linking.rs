//! Linking an organisation: the request, its confirmation by signature, code or the director, and what becomes of it.

use kabinet_portal::PortalError;
use kabinet_portal::cabinet::{CabinetError, Link, LinkStatus};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::form::{Purpose, judge, link_request};
use super::kept_links::{KeptLink, KeptLinks, UNKNOWN};
use super::step_up::is_another_try;
use super::{Access, Standing};
use crate::blocking::blocking;
use crate::cabinet::ActError;
use crate::view::{
    LinkCheck, LinkForm, MyOrganisations, SecretKind, SecretPrompt, SecretPurpose, StepUpPrompt, UiError,
    rfc3339,
};
use crate::{App, AppError, Confirmation, Event, journal};

/// Requests whose answer was lost are looked for from their own moment less so much: clocks differ.
const CLOCKS: Duration = Duration::minutes(2);

impl App {
    /// How complete a link form is.
    pub fn check_link(&self, form: &LinkForm) -> LinkCheck {
        judge(form, Purpose::Link)
    }

    /// Asks the portal for a link. The request is written down before it leaves and after its answer came, so that a failure of
    /// the portal loses nothing.
    ///
    /// # Errors
    /// [`AppError::Requisite`], [`ActError::TermsNotAccepted`], [`ActError::LinkingPaused`] before anything leaves;
    /// [`ActError::NotPermitted`] and its kin; the portal's own.
    pub async fn request_link(&self, form: LinkForm) -> Result<MyOrganisations, AppError> {
        let access = self.cabinet().await?;
        self.permit(&access.current, "link.manage").await?;
        let now = OffsetDateTime::now_utc();
        self.kept_links().await?.admit(now)?;
        // A slip of the pen costs no upload.
        link_request(&form, Vec::new())?;
        let documents = self
            .attached(&access, &access.offer.link_documents, &form.documents)
            .await?;
        let request = link_request(&form, documents)?;
        let kept = KeptLink {
            id: Uuid::new_v4(),
            number: None,
            name: form.name.trim().to_owned(),
            inn: request.inn.clone(),
            ogrn: request.ogrn.clone(),
            method: request.method.name().to_owned(),
            status: UNKNOWN.to_owned(),
            sent: now,
            checked: None,
            expires: None,
            sent_to: None,
            repeat_at: None,
            reason: None,
            error: None,
        };
        let id = kept.id;
        self.change_links(move |all| all.links.push(kept)).await?;
        let asked = self
            .confirmed(&access, &|cabinet| {
                let request = request.clone();
                Box::pin(async move { cabinet.request_link(&request).await })
            })
            .await;
        match asked {
            Ok(link) => self.adopt(id, &link).await?,
            Err(error) => {
                self.note_failed_request(id, &error).await?;
                return Err(error);
            }
        }
        self.note_link(&access, "link-requested", &form.inn).await?;
        self.my_organisations(false).await
    }

    /// Asks the portal what became of every request that has not ended, and finds those whose answer was lost.
    pub(super) async fn renew_links(&self, access: &Access) -> Result<(), AppError> {
        if self.kept_links().await?.links.is_empty() {
            return Ok(());
        }
        let asked = access.cabinet().links().await;
        let told = self.met(&access.current, asked).await?;
        let now = OffsetDateTime::now_utc();
        let mut ended = false;
        let mut linked = None;
        self.change_links(|all| {
            let taken: Vec<String> = all.links.iter().filter_map(|kept| kept.number.clone()).collect();
            for kept in &mut all.links {
                let found = match &kept.number {
                    Some(number) => told.iter().find(|link| link.id == *number),
                    None => told.iter().find(|link| {
                        link.organisation.inn.as_deref() == Some(&kept.inn)
                            && !taken.contains(&link.id)
                            && link.expires.is_none_or(|expires| expires > kept.sent - CLOCKS)
                    }),
                };
                match found {
                    Some(link) => {
                        ended |= link.status.is_over();
                        let was_active = kept.status == LinkStatus::Active.name();
                        kept.update(link, now);
                        if link.status == LinkStatus::Active && !was_active {
                            linked = Some(kept.name.clone());
                        }
                    }
                    // Asked and not there: it never arrived.
                    None if kept.number.is_none() => kept.status = "not-received".to_owned(),
                    None => kept.checked = Some(now),
                }
            }
        })
        .await?;
        // Somebody else's word completed it.
        if let Some(name) = linked {
            self.check_up_is_due(&access.current, &name).await;
        }
        if ended {
            self.tell(Event::CabinetChanged);
        }
        Ok(())
    }

    /// Confirms a request by a signature of the organisation; what is signed is shown beside the PIN.
    ///
    /// # Errors
    /// [`ActError::NothingToShow`], [`AppError::NoCertificate`]; the token's and the portal's own.
    pub async fn sign_link(&self, id: &str, certificate_id: &str) -> Result<MyOrganisations, AppError> {
        let (access, id, number) = self.link_at_hand(id).await?;
        let asked = access.cabinet().link(&number).await;
        let link = self.met(&access.current, asked).await?;
        let bytes = link.bytes_to_sign.ok_or(ActError::NothingToShow)?;
        let found = self.find_certificate(certificate_id).await?;
        let cms = self
            .sign_shown(&access, &found, SecretPurpose::LinkOrganisation, &bytes)
            .await?;
        let asked = access.cabinet().sign_link(&number, &cms).await;
        let answer = self.met(&access.current, asked).await;
        self.settle(&access, id, answer).await
    }

    /// Confirms a request by a code, which is typed in the window for secrets; so does the director's code.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; the portal's own.
    pub async fn confirm_link(&self, id: &str) -> Result<MyOrganisations, AppError> {
        let (access, id, number) = self.link_at_hand(id).await?;
        let mut error: Option<UiError> = None;
        let mut left = None;
        loop {
            let prompt = self.link_prompt(id, left, error.take()).await?;
            let code = match self.ask().confirm(prompt).await.ok_or(AppError::Cancelled)? {
                Confirmation::Value(secret) => Zeroizing::new(secret.into_text()),
                Confirmation::Choose(_) => continue,
                Confirmation::Resend => {
                    error = self.repeat(&access, id, &number).await.err().map(Into::into);
                    continue;
                }
            };
            match access.cabinet().confirm_link(&number, &code).await {
                Err(CabinetError::Refused(refused)) if is_another_try(&refused) => {
                    left = refused.attempts_left;
                    let refused = AppError::Cabinet(CabinetError::Refused(refused));
                    error = Some(refused.into());
                }
                answer => {
                    let answer = self.met(&access.current, answer).await;
                    return self.settle(&access, id, answer).await;
                }
            }
        }
    }

    /// Has the code, or the director's letter, sent again.
    ///
    /// # Errors
    /// [`PortalError::RateLimited`] before its pause is over.
    pub async fn repeat_link(&self, id: &str) -> Result<MyOrganisations, AppError> {
        let (access, id, number) = self.link_at_hand(id).await?;
        self.repeat(&access, id, &number).await?;
        self.my_organisations(false).await
    }

    /// Takes a request back, or forgets one that ended or never arrived.
    ///
    /// # Errors
    /// The portal's own.
    pub async fn withdraw_link(&self, id: &str) -> Result<MyOrganisations, AppError> {
        let id = Uuid::parse_str(id).map_err(|_| AppError::NotFound)?;
        let kept = self
            .kept_links()
            .await?
            .find(id)
            .cloned()
            .ok_or(AppError::NotFound)?;
        let is_open = !LinkStatus::from_name(&kept.status).is_over();
        if let Some(number) = kept.number.filter(|_| is_open) {
            let access = self.cabinet().await?;
            let asked = access.cabinet().withdraw_link(&number).await;
            match self.met(&access.current, asked).await {
                // It is gone already.
                Err(AppError::Portal(PortalError::NotFound)) => {}
                Err(AppError::Cabinet(error))
                    if error
                        .refused()
                        .is_some_and(|refused| matches!(refused.http, 404 | 410)) => {}
                other => other?,
            }
            self.note_link(&access, "link-withdrawn", &kept.inn).await?;
        }
        self.change_links(move |all| all.links.retain(|link| link.id != id))
            .await?;
        self.my_organisations(false).await
    }

    async fn repeat(&self, access: &Access, id: Uuid, number: &str) -> Result<(), AppError> {
        let now = OffsetDateTime::now_utc();
        let asked = access.cabinet().repeat_link(number).await;
        let answer = self.met(&access.current, asked).await;
        let pause = match &answer {
            Err(AppError::Portal(PortalError::RateLimited {
                retry_after: Some(pause),
            })) => Duration::try_from(*pause).unwrap_or(Duration::MINUTE),
            _ => Duration::MINUTE,
        };
        self.change_links(|all| {
            if let Some(kept) = all.find(id) {
                kept.repeat_at = Some(now + pause);
            }
        })
        .await?;
        answer
    }

    async fn link_prompt(
        &self,
        id: Uuid,
        attempts_left: Option<u32>,
        error: Option<UiError>,
    ) -> Result<SecretPrompt, AppError> {
        let kept = self
            .kept_links()
            .await?
            .find(id)
            .cloned()
            .ok_or(AppError::NotFound)?;
        Ok(SecretPrompt {
            min_length: 1,
            max_length: 64,
            organisation: Some(kept.name.clone())
                .filter(|name| !name.is_empty())
                .or(Some(kept.inn.clone())),
            step_up: Some(StepUpPrompt {
                title: None,
                operation: "link".to_owned(),
                factor: Some(kept.method.clone()),
                others: Vec::new(),
                sent_to: kept.sent_to.clone(),
                resend_at: kept.repeat_at.or(Some(kept.sent)).map(rfc3339),
                expires: kept.expires.map(rfc3339),
                attempts_left,
            }),
            error,
            ..SecretPrompt::new(
                &self.settings(),
                SecretKind::OneTimeCode,
                SecretPurpose::LinkOrganisation,
            )
        })
    }

    async fn link_at_hand(&self, id: &str) -> Result<(Access, Uuid, String), AppError> {
        let id = Uuid::parse_str(id).map_err(|_| AppError::NotFound)?;
        let number = self
            .kept_links()
            .await?
            .find(id)
            .and_then(|kept| kept.number.clone())
            .ok_or(AppError::NotFound)?;
        Ok((self.cabinet().await?, id, number))
    }

    async fn settle(
        &self,
        access: &Access,
        id: Uuid,
        answer: Result<Link, AppError>,
    ) -> Result<MyOrganisations, AppError> {
        match answer {
            Ok(link) => {
                self.adopt(id, &link).await?;
                if link.status == LinkStatus::Active {
                    let kept = self.kept_links().await?.find(id).cloned();
                    let (inn, name) = kept.map(|kept| (kept.inn, kept.name)).unwrap_or_default();
                    self.note_link(access, "organisation-linked", &inn).await?;
                    // New rights come with it (AUTH-36).
                    self.renew_standing(&access.current).await;
                    self.check_up_is_due(&access.current, &name).await;
                }
                self.tell(Event::CabinetChanged);
                self.my_organisations(true).await
            }
            Err(error) => {
                // Wrong codes close linking just as wrong requests do (ORG-33).
                let block = match &error {
                    AppError::Cabinet(error) => error.refused().filter(|refused| refused.http == 423),
                    _ => None,
                };
                let until = block.and_then(|refused| refused.until);
                self.change_links(|all| {
                    if let Some(kept) = all.find(id) {
                        kept.note_error(&error);
                    }
                    all.blocked_until = until.or(all.blocked_until);
                })
                .await?;
                Err(error)
            }
        }
    }

    async fn adopt(&self, id: Uuid, link: &Link) -> Result<(), AppError> {
        let now = OffsetDateTime::now_utc();
        self.change_links(|all| {
            if let Some(kept) = all.find(id) {
                kept.update(link, now);
            }
            if link.blocked_until.is_some() {
                all.blocked_until = link.blocked_until;
            }
        })
        .await
    }

    /// A request that was refused is none any more; one whose answer was lost may be there, and is looked for later.
    async fn note_failed_request(&self, id: Uuid, error: &AppError) -> Result<(), AppError> {
        let now = OffsetDateTime::now_utc();
        let refused = match error {
            AppError::Cabinet(error) => error.refused(),
            _ => None,
        };
        // A missing right, an unconfirmed account and a pending request are no attempts.
        let counts = refused.is_some_and(|refused| matches!(refused.http, 404 | 422 | 423));
        let until = refused.and_then(|refused| {
            let pause = refused
                .retry_after
                .and_then(|pause| Duration::try_from(pause).ok());
            refused.until.or(pause.map(|pause| now + pause))
        });
        let is_lost = matches!(error, AppError::Portal(error) if error.outcome_unknown());
        self.change_links(|all| {
            if counts {
                all.note_refusal(now, until);
            }
            match all.find(id) {
                Some(kept) if is_lost => kept.note_error(error),
                _ => all.links.retain(|link| link.id != id),
            }
        })
        .await
    }

    async fn note_link(&self, access: &Access, action: &str, inn: &str) -> Result<(), AppError> {
        let entry = journal::with(journal::plain(action, &access.holder), "inn", inn);
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await
    }

    pub(super) async fn kept_links(&self) -> Result<KeptLinks, AppError> {
        let vault = self.open().await?.vault;
        blocking(move || KeptLinks::of(&vault)).await
    }

    pub(super) async fn change_links(&self, change: impl FnOnce(&mut KeptLinks)) -> Result<(), AppError> {
        let vault = self.open().await?.vault;
        let mut all = self.kept_links().await?;
        change(&mut all);
        blocking(move || all.save(&vault)).await
    }

    /// Why linking is not possible now, as far as it is known without asking.
    pub(super) fn linking_refused(
        standing: Option<&Standing>,
        kept: &KeptLinks,
        now: OffsetDateTime,
    ) -> Option<UiError> {
        let refused = standing.and_then(|standing| standing.allows("link.manage", now).err());
        refused.or_else(|| kept.admit(now).err()).map(Into::into)
    }
}
