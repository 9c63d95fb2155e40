//! One dialog for whatever the portal wants confirmed: which way, then the code, the password or the signature.

use std::pin::Pin;

use base64ct::{Base64, Encoding};
use kabinet_portal::PortalError;
use kabinet_portal::cabinet::{Cabinet, CabinetError, Factor, Sent, StepUp};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

use super::Access;
use crate::cabinet::ActError;
use crate::sign::Request;
use crate::tokens::Found;
use crate::view::{SecretKind, SecretPrompt, SecretPurpose, StepUpPrompt, UiError, rfc3339};
use crate::{App, AppError, Confirmation, tokens};

/// A call of the cabinet API that may have to be confirmed, and so may be made twice.
pub(crate) type Confirmable<'f, T> = dyn for<'c> Fn(Cabinet<'c>) -> Pin<Box<dyn Future<Output = Result<T, CabinetError>> + Send + 'c>>
    + Send
    + Sync
    + 'f;

/// Seconds until a code can be asked for again where the portal does not say.
const RESEND_AFTER: u64 = 60;
/// Lines of what is signed that are shown one by one; more than that nobody reads.
const LINES: usize = 60;

/// How a confirmation stands while it is talked about.
struct Talk<'a> {
    asked: &'a StepUp,
    offered: Vec<Factor>,
    /// All of them are wanted, so there is nothing to choose.
    is_fixed: bool,
    sent: Option<(Factor, Sent, OffsetDateTime)>,
    attempts_left: Option<u32>,
    error: Option<UiError>,
}

impl App {
    /// Makes the call; if the portal wants it confirmed, asks the person and makes it once more. Cancelling leaves everything as
    /// it was.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; what the call, the confirmation or the token say.
    pub(crate) async fn confirmed<T>(
        &self,
        access: &Access,
        call: &Confirmable<'_, T>,
    ) -> Result<T, AppError> {
        let answer = match call(access.cabinet()).await {
            Err(CabinetError::StepUp(asked)) => {
                self.step_up(access, &asked).await?;
                call(access.cabinet().confirmed_by(Some(&asked.id))).await
            }
            other => other,
        };
        self.met(&access.current, answer).await
    }

    async fn step_up(&self, access: &Access, asked: &StepUp) -> Result<(), AppError> {
        let mut talk = Talk::about(asked)?;
        let mut chosen = match talk.offered.as_slice() {
            [first, ..] if talk.is_fixed => Some(first.clone()),
            [only] => Some(only.clone()),
            _ => None,
        };
        loop {
            let Some(factor) = chosen.take() else {
                chosen = Some(self.choose_factor(&talk).await?);
                continue;
            };
            self.send_if_needed(access, &mut talk, &factor).await?;
            let value = if factor.is_signed() {
                self.signed_value(access, asked).await?
            } else {
                match self
                    .ask()
                    .confirm(self.prompt(&talk, Some(&factor)))
                    .await
                    .ok_or(AppError::Cancelled)?
                {
                    Confirmation::Value(secret) => Zeroizing::new(secret.into_text()),
                    Confirmation::Choose(name) => {
                        chosen = Some(talk.offered_named(&name).unwrap_or(factor));
                        talk.error = None;
                        continue;
                    }
                    Confirmation::Resend => {
                        // One that is asked for too early is refused by the portal, and that is shown.
                        talk.sent = None;
                        chosen = Some(factor);
                        continue;
                    }
                }
            };
            match access.cabinet().confirm(&asked.id, &factor, &value).await {
                Ok(progress) if progress.done => return Ok(()),
                Ok(progress) => {
                    talk.error = None;
                    talk.attempts_left = None;
                    chosen = progress.remaining.first().cloned().or(Some(factor));
                }
                Err(CabinetError::Refused(refused)) if is_another_try(&refused) && !factor.is_signed() => {
                    talk.attempts_left = refused.attempts_left;
                    talk.error = Some(AppError::Cabinet(CabinetError::Refused(refused)).into());
                    chosen = Some(factor);
                }
                Err(error) => return self.met(&access.current, Err(error)).await,
            }
        }
    }

    async fn choose_factor(&self, talk: &Talk<'_>) -> Result<Factor, AppError> {
        loop {
            match self
                .ask()
                .confirm(self.prompt(talk, None))
                .await
                .ok_or(AppError::Cancelled)?
            {
                Confirmation::Choose(name) => {
                    if let Some(factor) = talk.offered_named(&name) {
                        return Ok(factor);
                    }
                }
                // Who can only answer takes the first way there is.
                Confirmation::Value(_) | Confirmation::Resend => {
                    return talk
                        .offered
                        .first()
                        .cloned()
                        .ok_or(AppError::Act(ActError::NoKnownFactor));
                }
            }
        }
    }

    async fn send_if_needed(
        &self,
        access: &Access,
        talk: &mut Talk<'_>,
        factor: &Factor,
    ) -> Result<(), AppError> {
        let is_there = talk.sent.as_ref().is_some_and(|(sent, ..)| sent == factor);
        if !factor.is_sent() || is_there {
            return Ok(());
        }
        let now = OffsetDateTime::now_utc();
        let (sent, error) = match access.cabinet().send_code(&talk.asked.id, factor).await {
            Ok(sent) => (sent, None),
            // The code that was sent before is still good.
            Err(CabinetError::Portal(error @ PortalError::RateLimited { retry_after })) => {
                let resend_after = retry_after.map(|pause| pause.as_secs());
                (
                    Sent {
                        to: None,
                        resend_after,
                    },
                    Some(AppError::Portal(error)),
                )
            }
            Err(error) => return self.met(&access.current, Err(error)).await,
        };
        if talk.error.is_none() {
            talk.error = error.map(Into::into);
        }
        talk.sent = Some((factor.clone(), sent, now));
        Ok(())
    }

    /// A signature over what the portal wants signed, which is shown line by line beside the PIN.
    async fn signed_value(&self, access: &Access, asked: &StepUp) -> Result<Zeroizing<String>, AppError> {
        let bytes = asked.bytes_to_sign.as_deref().ok_or(ActError::NothingToShow)?;
        let found = self.own_certificate(access).await?;
        let cms = self
            .sign_shown(access, &found, SecretPurpose::StepUp, bytes)
            .await?;
        Ok(Zeroizing::new(Base64::encode_string(&cms)))
    }

    /// A detached CAdES-BES over text of the portal. What cannot be shown is not signed.
    pub(super) async fn sign_shown(
        &self,
        access: &Access,
        found: &Found,
        purpose: SecretPurpose,
        bytes: &[u8],
    ) -> Result<Vec<u8>, AppError> {
        let current = &access.current;
        let request = Request {
            purpose,
            documents: shown_lines(bytes).ok_or(ActError::NothingToShow)?,
            organisation: current.organisation.name.clone(),
            host: Some(current.portal_host.clone()),
            revocation: None,
        };
        let mut signatures = self.sign_with(found, &request, &[bytes]).await?;
        signatures.pop().ok_or(AppError::Background)
    }

    /// The certificate the session began with, or any that is fit for the organisation.
    pub(super) async fn own_certificate(&self, access: &Access) -> Result<Found, AppError> {
        let session = access.current.session().ok_or(AppError::NotSignedIn)?;
        if let Some(id) = &session.view.certificate_id
            && let Ok(found) = self.find_certificate(id).await
        {
            let organisation = Some(&access.current.organisation);
            let now = OffsetDateTime::now_utc();
            let unfit = tokens::unfit(
                &found.certificate,
                Some(&found.on),
                Some(&found.token),
                organisation,
                now,
            );
            if let Some(problem) = unfit.into_iter().next() {
                return Err(AppError::UnfitCertificate { reason: problem.code });
            }
            return Ok(found);
        }
        let scan = self.scan_tokens().await?;
        let fit = scan
            .certificates
            .into_iter()
            .find(|one| one.unfit.is_empty())
            .ok_or(AppError::NoCertificate)?;
        self.find_certificate(&fit.id).await
    }

    fn prompt(&self, talk: &Talk<'_>, factor: Option<&Factor>) -> SecretPrompt {
        let kind = match factor {
            None => SecretKind::Factor,
            Some(Factor::Password) => SecretKind::AccountPassword,
            Some(_) => SecretKind::OneTimeCode,
        };
        let sent = talk.sent.as_ref().filter(|(sent, ..)| Some(sent) == factor);
        let others = talk
            .offered
            .iter()
            .filter(|other| Some(*other) != factor && !talk.is_fixed);
        SecretPrompt {
            min_length: 1,
            max_length: 256,
            step_up: Some(StepUpPrompt {
                title: talk.asked.title.clone(),
                operation: talk.asked.operation.clone(),
                factor: factor.map(|factor| factor.name().to_owned()),
                others: others.map(|factor| factor.name().to_owned()).collect(),
                sent_to: sent.and_then(|(_, sent, _)| sent.to.clone()),
                resend_at: sent.map(|(_, sent, at)| rfc3339(*at + pause(sent))),
                expires: talk.asked.expires.map(rfc3339),
                attempts_left: talk.attempts_left,
            }),
            error: talk.error.clone(),
            ..SecretPrompt::new(&self.settings(), kind, SecretPurpose::StepUp)
        }
    }
}

impl<'a> Talk<'a> {
    fn about(asked: &'a StepUp) -> Result<Self, AppError> {
        let is_fixed = !asked.all.is_empty();
        let wanted = if is_fixed { &asked.all } else { &asked.factors };
        let is_possible = |factor: &&Factor| match factor {
            Factor::Other(_) => false,
            factor => !factor.is_signed() || asked.bytes_to_sign.is_some(),
        };
        let offered: Vec<Factor> = wanted.iter().filter(is_possible).cloned().collect();
        if offered.is_empty() || (is_fixed && offered.len() < wanted.len()) {
            return Err(ActError::NoKnownFactor.into());
        }
        Ok(Self {
            asked,
            offered,
            is_fixed,
            sent: None,
            attempts_left: None,
            error: None,
        })
    }

    fn offered_named(&self, name: &str) -> Option<Factor> {
        self.offered.iter().find(|factor| factor.name() == name).cloned()
    }
}

fn pause(sent: &Sent) -> Duration {
    Duration::seconds(i64::try_from(sent.resend_after.unwrap_or(RESEND_AFTER)).unwrap_or(i64::MAX))
}

/// A wrong code or password, with attempts left.
pub(super) fn is_another_try(refused: &kabinet_portal::cabinet::Refused) -> bool {
    ["factor-wrong", "code-wrong", "password-wrong", "code-expired"].contains(&refused.refusal.name())
        && refused.attempts_left != Some(0)
}

/// The lines of a text a person can read; nothing if it is not one.
fn shown_lines(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_hidden = |character: char| {
        (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
            // Marks that turn the direction of writing around (Unicode TR 9).
            || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let lines: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    (!lines.is_empty() && lines.len() <= LINES && !text.contains(is_hidden)).then_some(lines)
}

#[cfg(test)]
mod tests {
    use super::shown_lines;

    #[test]
    fn only_what_can_be_read_is_signed() {
        let unreadable: [&[u8]; 6] = [
            b"",
            b" \n ",
            b"\xff\xfe",
            b"a\0b",
            "a\u{202e}b".as_bytes(),
            "\u{200b}".as_bytes(),
        ];
        for bytes in unreadable {
            assert_eq!(shown_lines(bytes), None, "{bytes:?}");
        }
        assert_eq!(shown_lines("строка\n".repeat(61).as_bytes()), None);
        assert_eq!(
            shown_lines("Открепить\r\n\tООО «Ромашка»".as_bytes()).unwrap(),
            ["Открепить", "ООО «Ромашка»"]
        );
    }
}
