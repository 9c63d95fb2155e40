//! A copy of what is known of somebody, under a passphrase, before the person is removed (EMP-29).

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::view::EmployeePage;
use crate::{App, AppError, journal, package, tools};

impl App {
    /// What the file is to be called.
    ///
    /// # Errors
    /// As [`employee`](Self::employee).
    pub async fn employee_copy_name(&self, id: &str) -> Result<String, AppError> {
        let page = self.employee(id).await?;
        let name = format!("{} {}", page.row.surname, page.row.given_name);
        Ok(format!("{}.age", package::safe_name(name.trim())))
    }

    /// Writes it; the passphrase is asked for in its own window. The file is there whole or not at all.
    ///
    /// # Errors
    /// [`AppError::Cancelled`]; [`AppError::File`]; as [`employee`](Self::employee).
    pub async fn save_employee_copy(&self, id: &str, target: &Path) -> Result<(), AppError> {
        let page = self.employee(id).await?;
        let current = self.current().await?;
        let to = self.hand_over_to(None).await?;
        let (target, id) = (target.to_path_buf(), id.to_owned());
        blocking(move || {
            let failed = |source| tools::file_error(&target, source);
            let content = serde_json::to_vec_pretty(&content(&page)).unwrap_or_default();
            let mut file = draft_beside(&target)?;
            let mut sealed = kabinet_age::encrypt(&to.recipients(), &mut file)?;
            sealed.write_all(&content).map_err(failed)?;
            sealed.finish()?.flush().map_err(failed)?;
            file.as_file().sync_all().map_err(failed)?;
            file.persist(&target).map_err(|error| failed(error.error))?;
            let entry = journal::with(journal::plain("employee-copy-saved", ""), "employee", &id);
            Ok(current.store.record(&entry)?)
        })
        .await
    }
}

fn content(page: &EmployeePage) -> serde_json::Value {
    json!({
        "format": "kabinet-employee",
        "version": 1,
        "employee": page.row,
        "contacts": page.contacts,
        "poas": page.poas.iter().map(|one| &one.number).chain(&page.foreign_poas).collect::<Vec<_>>(),
        "changes": page.changes,
    })
}
