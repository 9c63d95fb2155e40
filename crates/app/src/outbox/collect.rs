//! Fetching what the authority attached to the final status.

use kabinet_domain::{DocumentFile, FileRole, OrderId};

use super::Run;
use crate::blocking::blocking;
use crate::state::Session;
use crate::{AppError, Event, evidence, goskey, journal};

impl Run<'_> {
    /// Downloads every result file that is not here yet.
    pub(super) async fn collect(&mut self, session: &Session, order: OrderId) -> Result<(), AppError> {
        let files = self.ask(session, order).await?.map(|order| order.results);
        let files = files.unwrap_or_default();
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        self.give_up_all_but(self.submission.document, &names).await?;
        for file in &files {
            let role = role_of(&file.name, &names);
            if !self.is_here(&file.name, &role).await? {
                let (digest, size) = self.fetch(session, file).await?;
                let name = file.name.clone();
                let file = DocumentFile {
                    name,
                    role,
                    digest,
                    size,
                };
                self.keep(file).await?;
            }
        }
        evidence::gather_for(self.current, self.submission.document).await?;
        self.join_goskey().await
    }

    /// What a person signed on their phone joins the documents it was asked for.
    async fn join_goskey(&self) -> Result<(), AppError> {
        let (store, document) = (self.current.store.clone(), self.submission.document);
        for joined in blocking(move || goskey::settle(&store, document)).await? {
            evidence::gather_for(self.current, joined).await?;
            self.app.tell(Event::DocumentsChanged);
        }
        Ok(())
    }

    /// Whether a file is in the archive already, from before a crash.
    async fn is_here(&self, name: &str, role: &FileRole) -> Result<bool, AppError> {
        let store = self.current.store.clone();
        let document = self.submission.document;
        let document = blocking(move || Ok(store.document(document)?)).await?;
        Ok(document
            .files
            .iter()
            .any(|file| file.name == name && file.role == *role))
    }

    async fn keep(&self, file: DocumentFile) -> Result<(), AppError> {
        let store = self.current.store.clone();
        let document = self.submission.document;
        let entry = journal::with(
            self.entry("result-received", self.submission.state),
            "file",
            &file.name,
        );
        blocking(move || Ok(store.change(entry, |change| change.attach_download(document, &file))?)).await
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
