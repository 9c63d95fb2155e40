//! Verifying a file of the user, with or without an open vault.

use std::io::Write;
use std::path::{Path, PathBuf};

use kabinet_domain::Environment;
use kabinet_domain::poa::PoaNumber;
use kabinet_formats::poa::attach;
use kabinet_pki::{Evidence, Fetch};
use kabinet_signature::SignatureReport;
use kabinet_texts::Texts;
use time::OffsetDateTime;

use super::pair::Pair;
use super::{Grounds, Signed, judge, protocol};
use crate::blocking::blocking;
use crate::evidence::{CachedFetch, NetworkFetch};
use crate::view::VerificationReport;
use crate::{App, AppError, import, poa, tools};

impl App {
    /// Verifies a signed file, or the other half of a pair that lies beside it under the usual name. Trusted is what
    /// the environment of the vault trusts, or while it is closed the administrator's folder; answers of the network
    /// are kept in the vault of the chosen organisation.
    ///
    /// # Errors
    /// [`AppError::ReadSignature`], `signature.content-required` among its codes; [`AppError::File`].
    pub async fn verify_file(
        &self,
        path: &Path,
        content: Option<PathBuf>,
        online: bool,
    ) -> Result<VerificationReport, AppError> {
        let pair = match content {
            Some(content) => Pair {
                signed: path.to_owned(),
                content: Some(content),
            },
            None => Pair::of(&[path.to_owned()]).ok_or(AppError::NotFound)?,
        };
        self.verify_pair(pair, online).await
    }

    /// [`Self::verify_file`] of files whose roles are to be told apart first: one, or two.
    ///
    /// # Errors
    /// As there; [`AppError::NotFound`] when there is no file.
    pub async fn verify_files(
        &self,
        files: &[PathBuf],
        online: bool,
    ) -> Result<VerificationReport, AppError> {
        let pair = Pair::of(files).ok_or(AppError::NotFound)?;
        self.verify_pair(pair, online).await
    }

    async fn verify_pair(&self, pair: Pair, online: bool) -> Result<VerificationReport, AppError> {
        let current = self.current().await.ok();
        let store = self.trust();
        // Without an organisation nothing leads into the demo portal.
        let environment = current
            .as_ref()
            .map_or(Environment::Production, |current| current.environment());
        if online {
            self.refresh_trust(environment);
        }
        blocking(move || {
            let network: Option<NetworkFetch>;
            let cached: CachedFetch<'_>;
            let trusted = store.trusted(environment)?;
            let fetch: Option<&dyn Fetch> = match &current {
                Some(current) => {
                    cached = CachedFetch::new(&current.store, current.environment(), online)?;
                    Some(&cached)
                }
                None => {
                    network = online.then(|| NetworkFetch::new(false)).transpose()?;
                    network.as_ref().map(|fetch| fetch as &dyn Fetch)
                }
            };
            let (format, named) = pair.content.as_deref().map_or_else(Default::default, said_by);
            let authority = |signature: &SignatureReport| match (&current, &signature.certificate) {
                (Some(current), Some(certificate)) => poa::allowed_under(
                    current,
                    &poa::Signature {
                        certificate,
                        proven_at: signature.proven_at,
                        file: None,
                        format: &format,
                        named: &named,
                    },
                ),
                _ => Ok(None),
            };
            let grounds = Grounds {
                trusted: &trusted,
                evidence: Evidence::default(),
                fetch,
                at: OffsetDateTime::now_utc(),
                profile: None,
                authority: Some(&authority),
            };
            let signed = Signed::open(&pair.signed)?;
            let mut report = judge(signed, pair.content.as_deref(), grounds)?;
            report.online = online;
            Ok(report)
        })
        .await
    }

    /// A name for the protocol of this verification.
    #[must_use]
    pub fn protocol_name(&self, report: &VerificationReport) -> String {
        let texts = self.texts();
        texts.text(
            "verification.protocol.file",
            [("file", report.file.name.as_str())],
        )
    }

    /// The kinds of file a protocol is offered as: their names and endings, the usual one first.
    #[must_use]
    pub fn protocol_kinds(&self) -> [(String, &'static str); 2] {
        let texts = self.texts();
        ["pdf", "html"].map(|kind| (texts.plain(&format!("verification.protocol.{kind}")), kind))
    }

    /// Writes the protocol of a verification: one file that needs nothing else, PDF or HTML by its ending.
    ///
    /// # Errors
    /// [`AppError::Protocol`] when it cannot be made, [`AppError::File`] when it cannot be written.
    pub async fn save_protocol(&self, report: &VerificationReport, target: &Path) -> Result<(), AppError> {
        let (report, texts, target) = (report.clone(), self.texts(), target.to_owned());
        blocking(move || {
            let protocol = protocol::octets(&report, &texts, protocol::Format::of(&target))?;
            let written = std::fs::File::create(&target).and_then(|mut file| {
                file.write_all(&protocol)?;
                file.sync_all()
            });
            written.map_err(|source| tools::file_error(&target, source))
        })
        .await
    }

    pub(crate) fn texts(&self) -> Texts {
        Texts::new(self.language().into())
    }
}

/// The format of a signed file and the powers of attorney it names; of one that is too large to be looked into nothing is known.
fn said_by(path: &Path) -> (String, Vec<PoaNumber>) {
    let Ok(bytes) = tools::limited(path, import::LIMIT) else {
        return Default::default();
    };
    let format = kabinet_formats::recognise(&tools::name(path), &bytes).format;
    (format, attach::named_in(&bytes))
}
