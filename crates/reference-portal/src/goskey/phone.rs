//! The keys on people's phones.

use std::path::Path;

use time::OffsetDateTime;

use crate::authority::{AuthorityError, Signatory, sign_detached};
use crate::demo::{DemoIndex, PHONE_PREFIX};

struct Phone {
    employee: String,
    /// In the person's own name.
    own: Signatory,
    /// In the name of the organisation.
    of_organisation: Option<Signatory>,
}

/// One for each demo person; demo data of older versions have none.
pub(crate) struct Phones(Vec<Phone>);

impl Phones {
    pub(crate) fn load(index: &DemoIndex, pki: &Path) -> Self {
        let phone = |employee: &str| {
            Some(Phone {
                own: Signatory::load(pki, &format!("{PHONE_PREFIX}{employee}")).ok()?,
                of_organisation: Signatory::load(pki, employee).ok(),
                employee: employee.to_owned(),
            })
        };
        Self(index.employees.iter().filter_map(|one| phone(&one.id)).collect())
    }

    pub(crate) fn has(&self, employee: &str) -> bool {
        self.0.iter().any(|phone| phone.employee == employee)
    }

    /// A detached signature of `content`; `None` without such a phone.
    pub(super) fn sign(
        &self,
        employee: &str,
        for_organisation: bool,
        (authority, content, at): (&[u8], &[u8], OffsetDateTime),
    ) -> Result<Option<Vec<u8>>, AuthorityError> {
        let Some(phone) = self.0.iter().find(|phone| phone.employee == employee) else {
            return Ok(None);
        };
        let key = phone.of_organisation.as_ref().filter(|_| for_organisation);
        sign_detached(key.unwrap_or(&phone.own), &[authority], content, at).map(Some)
    }

    /// Somebody else than this one.
    pub(super) fn other_than(&self, employee: &str) -> Option<&str> {
        let mut others = self.0.iter().map(|phone| phone.employee.as_str());
        others.find(|other| *other != employee)
    }
}
