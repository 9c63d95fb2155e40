//! Files that go with a request: put before it, named in it by their SHA-256.

use std::collections::BTreeSet;

use bytes::Bytes;
use reqwest::Method;

use super::{Cabinet, CabinetError};
use crate::PortalError;
use crate::loose::Loose;
use crate::transport::Payload;

/// Digests of one question.
const ASKED_AT_ONCE: usize = 20;

impl Cabinet<'_> {
    /// Which of the files named by SHA-256 (lower hex) the portal has from this person.
    ///
    /// # Errors
    /// What any request can meet.
    pub async fn files_present(&self, digests: &[String]) -> Result<BTreeSet<String>, CabinetError> {
        let mut present = BTreeSet::new();
        for some in digests.chunks(ASKED_AT_ONCE) {
            let asked = some.join(",");
            let value = self.read(&["files"], &[("sha256", asked.as_str())]).await?;
            let told = Loose::new(&value);
            present.extend(
                told.list("present")
                    .filter_map(Loose::as_text)
                    .map(str::to_ascii_lowercase),
            );
        }
        Ok(present)
    }

    /// Puts a file under its SHA-256 (lower hex). The same again does no harm.
    ///
    /// # Errors
    /// [`CabinetError::Refused`] `file-mismatch`, `too-many-files`. [`PortalError::Unavailable`] where the answer was lost: whether it
    /// came or not, putting it again is right.
    pub async fn put_file(&self, sha256: &str, content: Vec<u8>) -> Result<(), CabinetError> {
        let path = ["files", sha256];
        self.send(
            Method::PUT,
            &path,
            &[],
            Payload::Octets(Bytes::from(content)),
            None,
        )
        .await
        .map(drop)
        .map_err(|error| match error {
            CabinetError::Portal(PortalError::OutcomeUnknown { reason, retry_after }) => {
                PortalError::Unavailable { reason, retry_after }.into()
            }
            other => other,
        })
    }
}
