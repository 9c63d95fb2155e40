//! One person: what the role lets do, what is open, and by which powers of attorney the person acts (EMP-27, EMP-28, EMP-43).

use kabinet_portal::cabinet::EmployeeDetails;

use super::list::{Kept, change, row};
use super::{CRITICAL, MANAGE};
use crate::view::{BlockingOrderView, EmployeePage, EmployeeRow, PoaQuery, PoaRow};
use crate::{App, AppError};

/// States in which a power of attorney opens something, or will.
const LASTING: [&str; 5] = ["signed", "queued", "processing", "outcome-unknown", "active"];

impl App {
    /// One person. Where the portal cannot be asked or does not tell, what is kept is shown, with the reason.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for somebody the list does not know; failures of the vault.
    pub async fn employee(&self, id: &str) -> Result<EmployeePage, AppError> {
        let asked = self.ask_person(id).await;
        let current = self.current().await?;
        let kept = self.kept_staff(&current).await?;
        let known = kept.person(id).cloned();
        match asked {
            Ok(details) => {
                let row = row(details.employee.clone());
                let poas = self.poas_of(&row).await?;
                Ok(page(&kept, row, poas, details))
            }
            Err(error) => {
                let row = known.ok_or(AppError::NotFound)?;
                Ok(EmployeePage {
                    poas: self.poas_of(&row).await?,
                    critical: critical(&kept, &row),
                    row,
                    contacts: vec![],
                    is_last_administrator: false,
                    orders: vec![],
                    waiting_files: 0,
                    foreign_poas: vec![],
                    changes: vec![],
                    error: Some(error.into()),
                })
            }
        }
    }

    async fn ask_person(&self, id: &str) -> Result<EmployeeDetails, AppError> {
        let access = self.cabinet().await?;
        self.permit(&access.current, MANAGE).await?;
        let asked = access.cabinet().employee(id).await;
        self.met(&access.current, asked).await
    }

    /// Powers of attorney of the register by which somebody acts, or will.
    pub(super) async fn poas_of(&self, row: &EmployeeRow) -> Result<Vec<PoaRow>, AppError> {
        let Some(inn) = row.inn.clone() else {
            return Ok(vec![]);
        };
        let query = PoaQuery {
            representative_inn: Some(inn),
            states: LASTING.map(str::to_owned).to_vec(),
            ..PoaQuery::default()
        };
        Ok(self.poas(query).await?.items)
    }
}

fn page(kept: &Kept, row: EmployeeRow, poas: Vec<PoaRow>, details: EmployeeDetails) -> EmployeePage {
    let is_known = |number: &String| poas.iter().any(|one| one.number.eq_ignore_ascii_case(number));
    EmployeePage {
        foreign_poas: details.poas.into_iter().filter(|one| !is_known(one)).collect(),
        critical: critical(kept, &row),
        row,
        contacts: details.contacts,
        is_last_administrator: details.is_last_administrator,
        orders: details
            .orders
            .into_iter()
            .map(|one| BlockingOrderView {
                order: one.order,
                title: one.title,
            })
            .collect(),
        waiting_files: details.waiting_files,
        poas,
        changes: details.changes.into_iter().map(change).collect(),
        error: None,
    }
}

/// What the role grants and whose misuse is grave.
pub(super) fn critical(kept: &Kept, row: &EmployeeRow) -> Vec<String> {
    let granted = kept.role(&row.role_code).map(|role| role.granted.as_slice());
    let of_role = granted.unwrap_or_default().iter();
    of_role
        .filter(|code| CRITICAL.contains(&code.as_str()))
        .cloned()
        .collect()
}
