//! A draft as the authority will read it, before there is a document.

use kabinet_formats::form::Moment;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{PROGRAM, form_of, parse, show};
use crate::blocking::blocking;
use crate::readable::readable;
use crate::services::attached;
use crate::view::DraftPreview;
use crate::{App, AppError, send};

impl App {
    /// Shows a draft as its document will read, with what is still wrong with it. Nothing is made and nothing is kept.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; failures of the vault.
    pub async fn preview_draft(&self, id: &str) -> Result<DraftPreview, AppError> {
        let id = parse(id)?;
        let current = self.current().await?;
        let formats = self.formats();
        blocking(move || {
            let draft = current.store.draft(id)?;
            let form = form_of(&current.store, &draft.form)?;
            let now = OffsetDateTime::now_utc().to_offset(send::MOSCOW);
            let moment = Moment {
                date: now.date(),
                time: now.time(),
                guid: Uuid::new_v4().to_string(),
                program: PROGRAM.to_owned(),
            };
            let mut problems = form.problems(&draft.fields);
            problems.extend(attached(&current.store, &form, &draft.fields)?.err());
            Ok(DraftPreview {
                readable: formats.preview(&form, &draft.fields, &moment).map(readable),
                problems: problems.into_iter().map(show::problem).collect(),
            })
        })
        .await
    }
}
