//! What is trusted, as the settings and the command line show it.

use kabinet_domain::Environment;
use kabinet_pki::Certificate;
use kabinet_pki::trust_list::AnchorSource;
use time::OffsetDateTime;

use super::update::checked_at;
use super::{Places, age_days};
use crate::blocking::blocking;
use crate::view::{TrustListView, TrustView, TrustedView, rfc3339};
use crate::{App, AppError, first_start};

impl App {
    /// The environment of the open vault; the real one while it is closed.
    pub async fn trust_environment(&self) -> Environment {
        let open = self.open().await.ok();
        open.and_then(|open| first_start::environment(&open.vault))
            .unwrap_or(Environment::Production)
    }

    /// Everything trusted in the environment.
    ///
    /// # Errors
    /// [`AppError::NoDemo`].
    pub async fn trust_view(&self, environment: Environment) -> Result<TrustView, AppError> {
        let (store, config) = (self.trust(), self.config().clone());
        blocking(move || {
            let trusted = store.trusted(environment)?;
            let places = Places::of(environment, &config)?;
            let now = OffsetDateTime::now_utc();
            let list = trusted.anchors.list.as_ref().map(|list| TrustListView {
                version: list.version as f64,
                issued: rfc3339(list.issued),
                age_days: age_days(list, now),
                centres: u32::try_from(list.centres.len()).unwrap_or(u32::MAX),
                signer: holder(&list.signer),
                origin: trusted.origin,
            });
            let beside = &trusted.anchors.beside;
            Ok(TrustView {
                environment: environment.into(),
                list,
                refused: trusted.refused.as_ref().map(|error| error.code().to_owned()),
                checked_at: checked_at(&places.tag).map(|at| rfc3339(at.into())),
                certificates: beside
                    .iter()
                    .map(|(source, one)| trusted_view(*source, one))
                    .collect(),
            })
        })
        .await
    }
}

fn holder(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    subject.common_name.or(subject.organisation).unwrap_or_default()
}

fn trusted_view(source: AnchorSource, certificate: &Certificate) -> TrustedView {
    TrustedView {
        id: hex::encode(certificate.fingerprint()),
        holder: holder(certificate),
        organisation: certificate.subject().organisation,
        not_after: rfc3339(certificate.not_after()),
        source: source.code().to_owned(),
        root: certificate.is_self_issued(),
    }
}
