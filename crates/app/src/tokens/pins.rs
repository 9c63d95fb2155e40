//! PINs of tokens: asked for, changed, unblocked.

use kabinet_token::{Holder, Pin, Token, TokenError};

use super::{lines, token_view};
use crate::view::{SecretKind, SecretPrompt, SecretPurpose};
use crate::{App, AppError};

impl App {
    /// Changes the PIN of a token: the old one is asked for, then the new one. One attempt.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; the token's own.
    pub async fn change_pin(&self, token_id: &str) -> Result<(), AppError> {
        let token = self.find_token(token_id).await?;
        let purpose = SecretPurpose::ChangePin;
        let old = self.ask_user_pin(&token, purpose).await?;
        let new = self.ask_new_pin(&token, purpose).await?;
        let confirmed = token.pin.final_try;
        let tokens = self.tokens();
        Ok(tokens.change_pin(&token.address, old, new, confirmed).await?)
    }

    /// Gives a locked token a new PIN with its PUK, where the token allows that; its keys stay. One attempt at the PUK.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; the token's own.
    pub async fn unblock_pin(&self, token_id: &str) -> Result<(), AppError> {
        let token = self.find_token(token_id).await?;
        if token.puk.locked {
            return Err(TokenError::PukLocked.into());
        }
        if token.puk.final_try && !self.ask().confirms_last_try() {
            return Err(TokenError::PukFinalTry.into());
        }
        let purpose = SecretPurpose::Unblock;
        let prompt = self.token_prompt(&token, SecretKind::Puk, purpose);
        let puk = self.ask_prompt(&token, prompt).await?;
        let new = self.ask_new_pin(&token, purpose).await?;
        let confirmed = token.puk.final_try;
        Ok(self.tokens().unblock(&token.address, puk, new, confirmed).await?)
    }

    /// The user's PIN for something that is done to the token; nothing where the token asks itself, or asks nobody.
    pub(super) async fn ask_user_pin(
        &self,
        token: &Token,
        purpose: SecretPurpose,
    ) -> Result<Option<Pin>, AppError> {
        self.ask_with(token, self.token_prompt(token, SecretKind::Pin, purpose))
            .await
    }

    /// Shows this prompt for the user's PIN, unless it is hopeless or not wanted.
    pub(crate) async fn ask_with(
        &self,
        token: &Token,
        prompt: SecretPrompt,
    ) -> Result<Option<Pin>, AppError> {
        if token.pin.locked {
            return Err(TokenError::PinLocked.into());
        }
        if !token.pin.login_required {
            return Ok(None);
        }
        if token.pin.final_try && !self.ask().confirms_last_try() {
            return Err(TokenError::PinFinalTry.into());
        }
        self.ask_prompt(token, prompt).await
    }

    async fn ask_new_pin(&self, token: &Token, purpose: SecretPurpose) -> Result<Option<Pin>, AppError> {
        let prompt = self.token_prompt(token, SecretKind::NewPin, purpose);
        self.ask_prompt(token, prompt).await
    }

    async fn ask_prompt(&self, token: &Token, prompt: SecretPrompt) -> Result<Option<Pin>, AppError> {
        if token.pin.on_device {
            return Ok(None);
        }
        let secret = self.ask().secret(prompt).await.ok_or(AppError::Cancelled)?;
        Ok(Some(Pin::from_bytes(secret.into_bytes())))
    }

    /// What the secret window shows of a token.
    pub(crate) fn token_prompt(
        &self,
        token: &Token,
        kind: SecretKind,
        purpose: SecretPurpose,
    ) -> SecretPrompt {
        let view = token_view(token);
        let file = token.holder == Holder::KeyFile;
        let kind = if file && kind == SecretKind::Pin {
            SecretKind::KeyFile
        } else {
            kind
        };
        SecretPrompt {
            token_label: Some(view.label),
            token_serial: (!file).then_some(view.serial),
            pin_state: match kind {
                SecretKind::Pin => Some(view.pin),
                SecretKind::Puk => Some(lines::puk_as_pin(token.puk)),
                _ => None,
            },
            min_length: token.pin.min_len,
            max_length: token.pin.max_len,
            ..SecretPrompt::new(&self.settings(), kind, purpose)
        }
    }
}
