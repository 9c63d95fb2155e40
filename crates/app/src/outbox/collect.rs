//! Fetching what the authority attached to the final status.

use kabinet_domain::{DocumentFile, DocumentStage, FileRole, OrderId, Outcome, Submission, SubmissionEvent};

use super::{Run, Step};
use crate::blocking::blocking;
use crate::{AppError, evidence, journal};

/// Largest result taken into the archive, bytes.
const LIMIT: u64 = 200 << 20;

impl Run<'_> {
    /// Downloads every result file that is not here yet, then finishes the submission.
    pub(super) async fn collect(
        &self,
        submission: &mut Submission,
        order: OrderId,
        outcome: Outcome,
    ) -> Result<Step, AppError> {
        let files = self
            .current
            .portal
            .order(&self.session.token, order)
            .await?
            .map(|order| order.results);
        let files = files.unwrap_or_default();
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        for file in &files {
            let mut content = Vec::new();
            self.current
                .portal
                .download(&self.session.token, file, &mut content, LIMIT)
                .await?;
            self.keep(submission, &file.name, role_of(&file.name, &names), content)
                .await?;
        }
        evidence::gather_for(self.current, submission.document).await?;
        self.advance(
            submission,
            SubmissionEvent::Collected,
            Some(resting_stage(outcome)),
        )
        .await?;
        Ok(Step::Progress)
    }

    async fn keep(
        &self,
        submission: &Submission,
        name: &str,
        role: FileRole,
        content: Vec<u8>,
    ) -> Result<(), AppError> {
        let store = self.current.store.clone();
        let document = submission.document;
        let name = name.to_owned();
        let entry = journal::with(
            self.entry(submission, "result-received", submission.state),
            "file",
            &name,
        );
        blocking(move || {
            // From before a crash it may be here already.
            if store
                .document(document)?
                .files
                .iter()
                .any(|file| file.name == name && file.role == role)
            {
                return Ok(());
            }
            let (digest, size) = store.put_blob(content.as_slice())?;
            let file = DocumentFile {
                name,
                role,
                digest,
                size,
            };
            Ok(store.change(entry, |change| change.attach_file(document, &file))?)
        })
        .await
    }
}

/// The stage a document rests in.
fn resting_stage(outcome: Outcome) -> DocumentStage {
    match outcome {
        Outcome::Accepted => DocumentStage::Accepted,
        Outcome::Refused => DocumentStage::Refused,
        Outcome::Failed => DocumentStage::Failed,
        Outcome::Cancelled => DocumentStage::Cancelled,
    }
}

/// `x.sig` signs `x` where both came.
fn role_of(name: &str, all: &[String]) -> FileRole {
    match name.strip_suffix(".sig") {
        Some(of) if all.iter().any(|other| other == of) => FileRole::ResultSignature { of: of.to_owned() },
        _ => FileRole::Result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_paired_with_its_result() {
        let all = ["a.pdf".to_owned(), "a.pdf.sig".to_owned(), "lone.sig".to_owned()];
        assert_eq!(
            role_of("a.pdf.sig", &all),
            FileRole::ResultSignature {
                of: "a.pdf".to_owned()
            }
        );
        assert_eq!(role_of("lone.sig", &all), FileRole::Result);
        assert_eq!(role_of("a.pdf", &all), FileRole::Result);
    }
}
