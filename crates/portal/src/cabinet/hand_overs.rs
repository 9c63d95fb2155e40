//! Files for a colleague that wait at the portal until they are fetched. The portal cannot read them: they are encrypted to the
//! recipient's vault before they come here.

use base64ct::{Base64, Encoding};
use reqwest::Method;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Cabinet, CabinetError};
use crate::loose::Loose;
use crate::transport::Payload;
use crate::{PortalError, ProtocolFault};

/// Largest file, octets.
pub const HAND_OVER_AT_MOST: usize = 20 << 20;

/// A file that waits for the asker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingFile {
    /// Names it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who sent it: фамилия, имя, отчество.
    pub from: String,
    /// Names that employee, where the portal tells.
    pub sender: Option<String>,
    /// When.
    pub sent: Option<OffsetDateTime>,
    /// Octets.
    pub size: Option<u64>,
}

impl WaitingFile {
    fn read(value: Loose<'_>) -> Option<Self> {
        let id = value.text("id")?;
        let names = value.field("from").map(|from| {
            ["surname", "givenName", "patronymic"]
                .into_iter()
                .filter_map(|name| from.text(name))
                .collect::<Vec<_>>()
                .join(" ")
        });
        Some(Self {
            name: value.text("name").unwrap_or_else(|| id.clone()),
            from: names.unwrap_or_default(),
            sender: value.text("sender"),
            sent: value.time("sentAt"),
            size: value.number("size").and_then(|size| u64::try_from(size).ok()),
            id,
        })
    }
}

impl Cabinet<'_> {
    /// Leaves an encrypted file for an employee; gives what names it. `id` is of the sender's making (GUID): sent again under it, the
    /// file waits once.
    ///
    /// # Errors
    /// [`PortalError::TooLarge`] above [`HAND_OVER_AT_MOST`], before anything leaves; [`CabinetError::outcome_unknown`] when the portal may
    /// have it: sent again under another `id`, the recipient finds it twice.
    pub async fn hand_over(
        &self,
        id: Uuid,
        recipient: &str,
        name: &str,
        content: &[u8],
    ) -> Result<String, CabinetError> {
        if content.len() > HAND_OVER_AT_MOST {
            let limit = HAND_OVER_AT_MOST as u64;
            return Err(PortalError::TooLarge { limit }.into());
        }
        let body = json!({
            "id": id,
            "recipient": recipient,
            "name": name,
            "content": Base64::encode_string(content),
        });
        let answer = self.change(Method::POST, &["hand-overs"], Some(body)).await?;
        let value = answer.json()?;
        Ok(Loose::new(&value)
            .text("id")
            .ok_or_else(|| answer.unreadable(ProtocolFault::FieldMissing("id")))?)
    }

    /// Files that wait for the asker.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn waiting_files(&self) -> Result<Vec<WaitingFile>, CabinetError> {
        let value = self.read(&["hand-overs"], &[]).await?;
        let value = Loose::new(&value);
        if !value.is_list("items") {
            return Err(PortalError::Protocol {
                what: ProtocolFault::FieldMissing("items"),
            }
            .into());
        }
        Ok(value.list("items").filter_map(WaitingFile::read).collect())
    }

    /// One of them. It goes on waiting until [`drop_waiting_file`](Self::drop_waiting_file).
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `not-found` when it is not the asker's or gone.
    pub async fn waiting_file(&self, id: &str) -> Result<Vec<u8>, CabinetError> {
        let path = ["hand-overs", id];
        let answer = self
            .send(Method::GET, &path, &[], Payload::Empty, None)
            .await?
            .answer;
        Ok(answer.body.to_vec())
    }

    /// Lets the portal forget one that was fetched. One that is gone already is as well.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn drop_waiting_file(&self, id: &str) -> Result<(), CabinetError> {
        match self.change(Method::DELETE, &["hand-overs", id], None).await {
            Err(CabinetError::Refused(refused)) if refused.http == 404 => Ok(()),
            Err(CabinetError::Portal(PortalError::NotFound)) => Ok(()),
            other => other.map(drop),
        }
    }
}
