//! Letters as the portal remembers them.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::pdf;
use crate::authority::sign_detached;
use crate::cabinet::time_rfc3339;
use crate::store::Record;
use crate::world::{World, WorldError};

/// A letter to an organisation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) thread: Uuid,
    pub(crate) message: Uuid,
    /// oid of the organisation.
    pub(crate) organisation: i64,
    pub(crate) at_ms: i64,
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) html: String,
    pub(crate) params: BTreeMap<String, String>,
    pub(crate) attachments: Vec<Attachment>,
    /// Everybody who opened it, in the order they did; with the first it counts as delivered.
    pub(crate) readings: Vec<Reading>,
}

/// A file of a letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) state: AttachmentState,
    /// Base64.
    content: String,
    /// Base64 of a detached CMS.
    signature: Option<String>,
}

/// Whether a file can be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum AttachmentState {
    #[default]
    Ready,
    Downloading,
    Deleted,
}

/// Somebody opened a letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reading {
    /// oid.
    pub(crate) person: i64,
    pub(crate) name: String,
    pub(crate) at_ms: i64,
}

impl Record for Letter {
    const KIND: &'static str = "mail-letter";
    fn id(&self) -> String {
        self.message.to_string()
    }
    fn owner(&self) -> String {
        self.organisation.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// What is put in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLetter {
    /// `id` of an organisation in `demo.json`; the first, if absent.
    pub(crate) organisation: Option<String>,
    pub(crate) title: String,
    pub(crate) subtitle: Option<String>,
    pub(crate) html: String,
    #[serde(default)]
    pub(crate) params: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) attachments: Vec<NewAttachment>,
    /// Seconds ago it came.
    #[serde(default)]
    pub(crate) ago_s: i64,
}

/// A file that is put in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAttachment {
    pub(crate) name: String,
    /// Media type; a one-page PDF is made of the text when it is that of PDF.
    pub(crate) mime: String,
    pub(crate) text: String,
    /// Signed by the portal's key for results.
    #[serde(default)]
    pub(crate) signed: bool,
    /// The signature is over something else.
    #[serde(default)]
    pub(crate) broken: bool,
    #[serde(default)]
    pub(crate) state: AttachmentState,
}

impl Attachment {
    pub(super) fn content(&self) -> Vec<u8> {
        Base64::decode_vec(&self.content).unwrap_or_default()
    }

    pub(super) fn signature(&self) -> Option<Vec<u8>> {
        Base64::decode_vec(self.signature.as_ref()?).ok()
    }

    fn of(new: &NewAttachment, world: &World) -> Result<Self, WorldError> {
        let content = if new.mime == pdf::MIME {
            pdf::page(&new.text)
        } else {
            new.text.clone().into_bytes()
        };
        let signature = if new.signed {
            let over: &[u8] = if new.broken { b"something else" } else { &content };
            let chain = [world.authority.certificate()];
            let der = sign_detached(&world.result_signer, &chain, over, world.now())?;
            Some(Base64::encode_string(&der))
        } else {
            None
        };
        Ok(Self {
            id: Uuid::new_v4(),
            name: new.name.clone(),
            mime: new.mime.clone(),
            state: new.state,
            content: Base64::encode_string(&content),
            signature,
        })
    }
}

impl Letter {
    /// Makes a letter and puts it into the box of its organisation.
    pub(crate) fn put(world: &World, new: &NewLetter, message: Uuid) -> Result<Option<Self>, WorldError> {
        let organisation = match &new.organisation {
            Some(id) => world.index.organisation(id),
            None => world.index.organisations.first(),
        };
        let Some(organisation) = organisation else {
            return Ok(None);
        };
        let letter = Self {
            thread: Uuid::new_v4(),
            message,
            organisation: i64::try_from(organisation.oid).unwrap_or_default(),
            at_ms: world.now_ms() - new.ago_s.saturating_mul(1000),
            title: new.title.clone(),
            subtitle: new.subtitle.clone(),
            html: new.html.clone(),
            params: new.params.clone(),
            attachments: new
                .attachments
                .iter()
                .map(|attachment| Attachment::of(attachment, world))
                .collect::<Result<_, _>>()?,
            readings: vec![],
        };
        world.store.add_record(&letter)?;
        Ok(Some(letter))
    }

    pub(super) fn line(&self) -> Value {
        json!({
            "threadUuid": self.thread,
            "messageUuid": self.message,
            "feedTitle": self.title,
            "feedSubtitle": self.subtitle,
            "isRead": !self.readings.is_empty(),
            "createDate": time_rfc3339(self.at_ms),
        })
    }

    pub(super) fn card(&self) -> Value {
        let attachments = self.attachments.iter().map(|file| {
            json!({
                "messageUuid": self.message,
                "attachmentUuid": file.id,
                "fileName": file.name,
                "fileSize": file.content().len(),
                "mimeType": file.mime,
                "signed": file.signature.is_some(),
                "statusMnemonic": file.state,
                "statusDescription": match file.state {
                    AttachmentState::Ready => "Готов к скачиванию",
                    AttachmentState::Downloading => "Загружается",
                    AttachmentState::Deleted => "Удалён",
                },
            })
        });
        let delivered = json!({"mnemonic": "DELIVERED", "description": "Доставлено", "createDate": time_rfc3339(self.at_ms)});
        let read = self.readings.iter().map(|reading| {
            json!({
                "mnemonic": "READ",
                "description": "Прочитано",
                "originatorUserName": reading.name,
                "createDate": time_rfc3339(reading.at_ms),
            })
        });
        json!({
            "threadUuid": self.thread,
            "messageUuid": self.message,
            "text": self.html,
            "isRead": true,
            "createDate": time_rfc3339(self.at_ms),
            "params": self.params,
            "attachmentList": attachments.collect::<Vec<_>>(),
            "statusList": std::iter::once(delivered).chain(read).collect::<Vec<_>>(),
        })
    }

    /// For the operator: everything but the contents.
    pub(super) fn described(&self) -> Value {
        json!({
            "thread": self.thread,
            "message": self.message,
            "title": self.title,
            "subtitle": self.subtitle,
            "at": time_rfc3339(self.at_ms),
            "attachments": self.attachments.iter().map(|file| &file.name).collect::<Vec<_>>(),
            "deliveredAt": self.readings.first().map(|reading| time_rfc3339(reading.at_ms)),
            "readings": self.readings.iter().map(|reading| json!({
                "person": reading.person, "name": reading.name, "at": time_rfc3339(reading.at_ms),
            })).collect::<Vec<_>>(),
        })
    }
}
