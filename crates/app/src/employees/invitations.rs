//! Invitations to the person who is signed in: accepted or declined with the own account (EMP-04).

use super::list::{INVITATIONS, invitation};
use crate::blocking::blocking;
use crate::cabinet::{is_absence, offers};
use crate::view::InvitationRow;
use crate::{App, AppError, Event, journal};

impl App {
    /// What waits for the person's answer; nothing at a portal without invitations.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`]; what any request can meet.
    pub async fn own_invitations(&self) -> Result<Vec<InvitationRow>, AppError> {
        let access = match self.cabinet().await {
            Err(error) if is_absence(&error) => return Ok(vec![]),
            other => other?,
        };
        if !offers(&access.offer, INVITATIONS) || access.offer.features.is_empty() {
            return Ok(vec![]);
        }
        let asked = access.cabinet().own_invitations().await;
        let all = self.met(&access.current, asked).await?;
        Ok(all.into_iter().map(invitation).collect())
    }

    /// Accepts or declines.
    ///
    /// # Errors
    /// The portal's own.
    pub async fn answer_invitation(&self, id: &str, accepts: bool) -> Result<Vec<InvitationRow>, AppError> {
        let access = self.cabinet().await?;
        let asked = access.cabinet().answer_invitation(id, accepts).await;
        self.met(&access.current, asked).await?;
        let action = if accepts {
            "invitation-accepted"
        } else {
            "invitation-declined"
        };
        let entry = journal::with(journal::plain(action, &access.holder), "invitation", id);
        let store = access.current.store.clone();
        blocking(move || Ok(store.record(&entry)?)).await?;
        self.tell(Event::CabinetChanged);
        self.own_invitations().await
    }
}
