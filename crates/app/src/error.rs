//! Everything that can go wrong in a use case, and how a person meets it. What only one area can meet stands beside its use
//! cases; here is what several meet, and the one type under which all of it leaves.

use kabinet_portal::PortalError;
use kabinet_store::StoreError;
use kabinet_token::TokenError;
use thiserror::Error;

use crate::cabinet::ActError;
use crate::calendar::CalendarError;
use crate::drafts::FormError;
use crate::esia::SignInError;
use crate::hand_over::HandOverError;
use crate::hot_folder::ArrivalError;
use crate::journal::JournalError;
use crate::mail::MailError;
use crate::orders::OrderError;
use crate::profile::ProfileError;
use crate::retention::RetentionError;
use crate::saved_searches::SavedSearchError;
use crate::services::AttachmentError;
use crate::signing_run::SigningError;
use crate::trust::TrustError;
use crate::upgrade::LevelError;
use crate::view::{Params, UiError};

/// A use case that did not work.
#[derive(Debug, Error)]
pub enum AppError {
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Tokens, PKCS#12 files and their modules.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A key file.
    #[error(transparent)]
    KeyFile(#[from] kabinet_token::KeyFileError),
    /// The name in a request for a certificate.
    #[error(transparent)]
    Subject(#[from] crate::key::SubjectError),
    /// The portal.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// Signing in through Госуслуги in the browser.
    #[error(transparent)]
    Esia(kabinet_portal::esia::EsiaError),
    /// The portal's cabinet API.
    #[error(transparent)]
    Cabinet(kabinet_portal::cabinet::CabinetError),
    /// Building a signature.
    #[error(transparent)]
    Sign(#[from] kabinet_signature::SignError),
    /// Building a signature inside a PDF document.
    #[error(transparent)]
    PdfSign(#[from] kabinet_signature::pdf::PdfSignError),
    /// Building a signature inside an XML document.
    #[error(transparent)]
    XmlSign(#[from] kabinet_signature::xml::BuildError),
    /// Reading a signature.
    #[error(transparent)]
    ReadSignature(#[from] kabinet_signature::ReadError),
    /// A file that is handed over, or the address of a colleague.
    #[error(transparent)]
    Age(#[from] kabinet_age::AgeError),
    /// The client of the environment cannot be set up.
    #[error(transparent)]
    Setup(#[from] kabinet_portal::SetupError),
    /// The folder of added schemas cannot be read.
    #[error(transparent)]
    Schemas(#[from] kabinet_formats::PackError),
    /// The archive of an order cannot be built.
    #[error(transparent)]
    Archive(#[from] kabinet_portal::archive::ArchiveError),
    /// A request to Госключ.
    #[error(transparent)]
    Goskey(#[from] crate::goskey::GoskeyError),
    /// A power of attorney.
    #[error(transparent)]
    Poa(#[from] crate::poa::PoaError),
    /// A package that cannot be taken in.
    #[error(transparent)]
    Package(#[from] crate::package::PackageError),
    /// The protocol of a verification cannot be made as PDF.
    #[error(transparent)]
    Protocol(#[from] crate::verification::protocol::PdfError),
    /// Signing in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// An act in a person's name at the portal.
    #[error(transparent)]
    Act(#[from] ActError),
    /// Filing a document, or answering about one.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// A signing run.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The level of a signature.
    #[error(transparent)]
    Level(#[from] LevelError),
    /// What a purpose asks of a signature.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Authorities and lists of them.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Filling in a form.
    #[error(transparent)]
    Form(#[from] FormError),
    /// A file for a field of an application.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// A file for a colleague.
    #[error(transparent)]
    HandOver(#[from] HandOverError),
    /// A file that came by itself.
    #[error(transparent)]
    Arrival(#[from] ArrivalError),
    /// Госпочта.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The calendar.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Holding and deleting documents.
    #[error(transparent)]
    Retention(#[from] RetentionError),
    /// A search kept under a name.
    #[error(transparent)]
    SavedSearch(#[from] SavedSearchError),
    /// The journal on paper.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A file of the user.
    #[error("{path}: {source}")]
    File {
        /// Its name.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program's own files.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The system names no home folder.
    #[error("no home folder")]
    NoHome,
    /// A vault exists already.
    #[error("the vault exists")]
    VaultExists,
    /// The vault is closed.
    #[error("the vault is locked")]
    Locked,
    /// No organisation was chosen.
    #[error("no organisation")]
    NoOrganisation,
    /// The organisation is in the vault already.
    #[error("the organisation exists")]
    OrganisationExists,
    /// Requisites do not pass their check.
    #[error("requisite {field}")]
    Requisite {
        /// Which.
        field: &'static str,
    },
    /// A person cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Nobody is signed in, or the session has ended.
    #[error("not signed in")]
    NotSignedIn,
    /// The certificate is not on any token now.
    #[error("no such certificate")]
    NoCertificate,
    /// Several certificates begin with these digits.
    #[error("ambiguous certificate")]
    AmbiguousCertificate,
    /// The certificate is not fit for this.
    #[error("unfit certificate: {reason}")]
    UnfitCertificate {
        /// Code under `certificate.unfit`.
        reason: String,
    },
    /// A key was made, and the file with the request for its certificate could not be written; the vault has it.
    #[error("the request was not written")]
    RequestNotWritten,
    /// No such document or submission.
    #[error("not found")]
    NotFound,
    /// The document's stage does not allow this.
    #[error("not possible in this stage")]
    WrongStage,
    /// A day is none of the calendar.
    #[error("not a day")]
    NotADay,
    /// The file is larger than the program takes.
    #[error("too large")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// A file could not be taken in.
    #[error("import: {}", .0.code)]
    Import(UiError),
    /// The user has stopped taking in files.
    #[error("stopped after {done} of {total}")]
    ImportStopped {
        /// How many are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// The demo portal was never set up.
    #[error("no demo data")]
    NoDemo,
    /// An event that does not belong to a submission's state: a defect.
    #[error(transparent)]
    Transition(#[from] kabinet_domain::IllegalTransition),
    /// A task of the program died.
    #[error("a background task failed")]
    Background,
}

impl From<kabinet_portal::esia::EsiaError> for AppError {
    fn from(error: kabinet_portal::esia::EsiaError) -> Self {
        match error {
            // The same failure has the same name wherever it is met.
            kabinet_portal::esia::EsiaError::Portal(error) => Self::Portal(error),
            error => Self::Esia(error),
        }
    }
}

impl From<kabinet_formats::form::ReadError> for AppError {
    fn from(error: kabinet_formats::form::ReadError) -> Self {
        Self::Form(error.into())
    }
}

impl AppError {
    /// Stable code; text under `errors.<code>`.
    pub fn code(&self) -> &str {
        match self {
            Self::Store(error) => error.code(),
            Self::Token(error) => error.code(),
            Self::KeyFile(error) => error.code(),
            Self::Subject(error) => error.code(),
            Self::Portal(error) => error.code(),
            Self::Esia(error) => error.code(),
            Self::Cabinet(error) => error.code(),
            Self::Sign(error) => error.code(),
            Self::PdfSign(error) => error.code(),
            Self::XmlSign(error) => error.code(),
            Self::ReadSignature(error) => error.code(),
            Self::Age(error) => error.code(),
            Self::Setup(error) => error.code(),
            Self::Schemas(error) => error.code(),
            Self::Archive(error) => error.code(),
            Self::Goskey(error) => error.code(),
            Self::Poa(error) => error.code(),
            Self::Package(error) => error.code(),
            Self::Protocol(_) => "app.protocol",
            Self::SignIn(error) => error.code(),
            Self::Act(error) => error.code(),
            Self::Order(error) => error.code(),
            Self::Signing(error) => error.code(),
            Self::Level(error) => error.code(),
            Self::Profile(error) => error.code(),
            Self::Trust(error) => error.code(),
            Self::Form(error) => error.code(),
            Self::Attachment(error) => error.code(),
            Self::HandOver(error) => error.code(),
            Self::Arrival(error) => error.code(),
            Self::Mail(error) => error.code(),
            Self::Calendar(error) => error.code(),
            Self::Retention(error) => error.code(),
            Self::SavedSearch(error) => error.code(),
            Self::Journal(error) => error.code(),
            Self::File { source, .. } => match source.kind() {
                std::io::ErrorKind::NotFound => "app.file-not-found",
                std::io::ErrorKind::PermissionDenied => "app.file-forbidden",
                std::io::ErrorKind::AlreadyExists => "app.file-exists",
                _ => "app.file-unreadable",
            },
            Self::Io(_) => "app.io",
            Self::NoHome => "app.no-home",
            Self::VaultExists => "app.vault-exists",
            Self::Locked => "app.locked",
            Self::NoOrganisation => "app.no-organisation",
            Self::OrganisationExists => "app.organisation-exists",
            Self::Requisite { .. } => "app.requisite",
            Self::Cancelled => "app.cancelled",
            Self::NotSignedIn => "app.not-signed-in",
            Self::NoCertificate => "app.no-certificate",
            Self::AmbiguousCertificate => "app.ambiguous-certificate",
            Self::UnfitCertificate { .. } => "app.unfit-certificate",
            Self::RequestNotWritten => "app.request-not-written",
            Self::NotFound => "app.not-found",
            Self::WrongStage => "app.wrong-stage",
            Self::NotADay => "app.not-a-day",
            Self::TooLarge { .. } => "app.too-large",
            Self::Import(error) => &error.code,
            Self::ImportStopped { .. } => "app.import-stopped",
            Self::NoDemo => "app.no-demo",
            Self::Transition(_) | Self::Background => "app.background",
        }
    }

    /// Values for the text.
    pub fn params(&self) -> Params {
        match self {
            Self::Store(error) => owned(error.params()),
            Self::Token(error) => owned(error.params()),
            Self::KeyFile(error) => owned(error.params()),
            Self::Subject(error) => error
                .attribute()
                .map(|name| one("attribute", &name))
                .unwrap_or_default(),
            Self::Portal(error) => owned(error.params()),
            Self::Esia(error) => owned(error.params()),
            Self::Cabinet(error) => owned(error.params()),
            Self::Archive(error) => owned(error.params()),
            Self::Goskey(error) => owned(error.params()),
            Self::Poa(error) => owned(error.params()),
            Self::Package(crate::package::PackageError::Newer { found }) => one("found", found),
            Self::Package(error) => error.file().map(|file| one("file", &file)).unwrap_or_default(),
            Self::SignIn(error) => error.params(),
            Self::Act(error) => error.params(),
            Self::Order(error) => error.params(),
            Self::Signing(error) => error.params(),
            Self::Level(error) => error.params(),
            Self::Profile(error) => error.params(),
            Self::Trust(error) => error.params(),
            Self::Form(error) => error.params(),
            Self::Attachment(error) => error.params(),
            Self::HandOver(error) => error.params(),
            Self::Arrival(error) => error.params(),
            Self::Calendar(error) => error.params(),
            Self::Retention(error) => error.params(),
            Self::SavedSearch(error) => error.params(),
            Self::Journal(error) => error.params(),
            Self::Mail(error) => error.params(),
            Self::File { path, .. } => one("file", path),
            Self::Requisite { field } => one("field", field),
            Self::UnfitCertificate { reason } => one("reason", reason),
            Self::TooLarge { limit } => one("megabytes", &(limit / (1 << 20))),
            Self::Import(error) => error.params.clone(),
            Self::ImportStopped { done, total } => {
                let mut params = one("done", done);
                params.extend(one("total", total));
                params
            }
            _ => Params::new(),
        }
    }

    /// Whether trying the same again can help.
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::Store(error) => error.is_retriable(),
            Self::Token(error) => error.is_retriable(),
            Self::KeyFile(error) => error.is_retriable(),
            Self::Portal(error) => error.is_retriable(),
            Self::Esia(error) => error.is_retriable(),
            Self::Cabinet(error) => error.is_retriable(),
            Self::SignIn(error) => error.is_retriable(),
            Self::Signing(error) => error.is_retriable(),
            Self::Level(error) => error.is_retriable(),
            Self::Trust(error) => error.is_retriable(),
            Self::Import(error) => error.retriable,
            Self::File { .. }
            | Self::Io(_)
            | Self::Cancelled
            | Self::NotSignedIn
            | Self::NoCertificate
            | Self::Background => true,
            _ => false,
        }
    }
}

/// One value of a text.
pub(crate) fn one(name: &str, value: &dyn ToString) -> Params {
    Params::from([(name.to_owned(), value.to_string())])
}

/// The libraries' values under the view's type.
pub(crate) fn owned(params: std::collections::BTreeMap<&'static str, String>) -> Params {
    params
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

impl From<kabinet_store::UnlockFailed> for AppError {
    fn from(failed: kabinet_store::UnlockFailed) -> Self {
        Self::Store(failed.error)
    }
}

impl From<AppError> for UiError {
    fn from(error: AppError) -> Self {
        Self::from(&error)
    }
}

impl From<&AppError> for UiError {
    fn from(error: &AppError) -> Self {
        UiError {
            code: error.code().to_owned(),
            params: error.params(),
            retriable: error.is_retriable(),
        }
    }
}
