//! Everything that can go wrong in a use case, and how a person meets it.

use kabinet_pki::FetchError;
use kabinet_portal::PortalError;
use kabinet_store::StoreError;
use kabinet_token::TokenError;
use thiserror::Error;

use crate::trust::ListError;
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
    /// What the administrator wrote down about ЕСИА cannot be used.
    #[error("the settings of ЕСИА")]
    EsiaSettings {
        /// Where it stands.
        file: String,
    },
    /// Signing in through the browser is not set up in this environment.
    #[error("ЕСИА is not set up")]
    EsiaNotSetUp,
    /// The person is blocked in the organisation, or it was liquidated.
    #[error("blocked in the organisation")]
    EsiaBlocked,
    /// A sign-in waits for the browser already.
    #[error("a sign-in is under way")]
    SignInUnderWay,
    /// No browser could be opened.
    #[error("no browser")]
    NoBrowser,
    /// Several API keys may be meant.
    #[error("several API keys")]
    ChooseApiKey,
    /// The portal's cabinet API.
    #[error(transparent)]
    Cabinet(kabinet_portal::cabinet::CabinetError),
    /// The person's role does not allow this.
    #[error("not permitted: {permission}")]
    NotPermitted {
        /// Code of the permission.
        permission: String,
        /// Why, in the portal's words.
        reason: Option<String>,
    },
    /// The account has no second factor, and this needs one.
    #[error("no second factor")]
    NoSecondFactor,
    /// The account is not confirmed, and this needs it to be.
    #[error("the account is not confirmed")]
    AccountNotConfirmed,
    /// The account is locked at the portal.
    #[error("the account is locked: {cause}")]
    AccountLocked {
        /// Code of the cause.
        cause: String,
    },
    /// So many link requests were refused that the next ones wait.
    #[error("linking waits for {minutes} minutes")]
    LinkingPaused {
        /// Minutes.
        minutes: u64,
    },
    /// What the portal wants signed cannot be shown, so it is not signed.
    #[error("what is to be signed cannot be shown")]
    NothingToShow,
    /// The person has to accept the terms of the portal.
    #[error("the terms were not accepted")]
    TermsNotAccepted,
    /// The person has to say that an extension is paid for.
    #[error("the payment was not confirmed")]
    PaymentNotConfirmed,
    /// Nothing that is offered for confirming is known to this program.
    #[error("no known way to confirm")]
    NoKnownFactor,
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
    /// A file of the user.
    #[error("{path}: {source}")]
    File {
        /// Its name.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A request to Госключ.
    #[error(transparent)]
    Goskey(#[from] crate::goskey::GoskeyError),
    /// A power of attorney.
    #[error(transparent)]
    Poa(#[from] crate::poa::PoaError),
    /// A package that cannot be taken in.
    #[error(transparent)]
    Package(#[from] crate::package::PackageError),
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
    /// A person cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Requisites do not pass their check.
    #[error("requisite {field}")]
    Requisite {
        /// Which.
        field: &'static str,
    },
    /// The organisation is in the vault already.
    #[error("the organisation exists")]
    OrganisationExists,
    /// No API key was entered.
    #[error("no API key")]
    NoApiKey,
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
    /// A pre-flight check failed.
    #[error("pre-flight check {check} failed")]
    Preflight {
        /// Code under `preflight`.
        check: String,
    },
    /// A document is not what was shown when it was to be signed.
    #[error("the document has changed")]
    DocumentChanged {
        /// Its title.
        title: String,
    },
    /// The document has its signature.
    #[error("signed already")]
    AlreadySigned,
    /// Documents nobody has opened, and nobody agreed to sign so.
    #[error("{count} documents were not opened")]
    Unopened {
        /// How many.
        count: u32,
    },
    /// Another signing run is under way.
    #[error("a signing run is under way")]
    SigningUnderWay,
    /// A person stopped the signing run.
    #[error("the signing run was stopped")]
    SigningStopped,
    /// A person gave the signing run up.
    #[error("the signing run was given up")]
    RunDropped,
    /// A document was not signed.
    #[error("not signed: {}", .0.code)]
    Unsigned(UiError),
    /// No such document or submission.
    #[error("not found")]
    NotFound,
    /// The document's stage does not allow this.
    #[error("not possible in this stage")]
    WrongStage,
    /// The authority asks nothing, or its question is not open any more.
    #[error("no open question")]
    NoQuestion,
    /// The service is not in the catalogue of this environment or does not take the document.
    #[error("service {0}")]
    Service(String),
    /// The service wants signatures and the document has none.
    #[error("the document is not signed")]
    NotSigned,
    /// The service would not take the document: a file is too large or misnamed, or there are too many.
    #[error("beyond the limits of the service: {}", .0.code)]
    Limits(UiError),
    /// The file is larger than the program takes.
    #[error("too large")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// A file that came by itself is of no kind the program knows.
    #[error("unknown format")]
    UnknownFormat,
    /// A file that came by itself cannot be read as what it means to be.
    #[error("unreadable: {}", .0.code)]
    Unreadable(UiError),
    /// An archive that would grow beyond all measure.
    #[error("the archive unpacks to too much")]
    Swollen,
    /// A signature that came by itself, without what it signs.
    #[error("a signature without its document")]
    SignatureAlone,
    /// A folder that cannot be watched: the program's own, or another organisation's.
    #[error("the folder cannot be watched")]
    FolderTaken,
    /// A text that is no date, or a deadline without a title.
    #[error("not a date: {0}")]
    NotADate(String),
    /// A rule of one's own that says nothing, or one too many.
    #[error("the rule says nothing, or there are too many")]
    OwnRule,
    /// A file of the calendar is not understood.
    #[error("calendar {file}")]
    CalendarData {
        /// Which.
        file: String,
    },
    /// The administrator's rules of retention are not understood.
    #[error("retention {file}")]
    RetentionData {
        /// Which file.
        file: String,
    },
    /// A document is held or deleted for a reason, and for one of a reasonable length.
    #[error("no reason, or one of more than {longest} characters")]
    NoReason {
        /// Most characters.
        longest: usize,
    },
    /// The document is to be kept for longer, or nobody knows for how long.
    #[error("the term has not ended")]
    TermNotEnded {
        /// The first day it may be gone, as people write it.
        until: Option<String>,
    },
    /// No time stamp service is known.
    #[error("no time stamp service")]
    NoStampService,
    /// No address of a service.
    #[error("no address of a service: {0}")]
    StampServiceAddress(String),
    /// No profile has this code.
    #[error("no profile {0}")]
    NoProfile(String),
    /// The file of a profile is not understood.
    #[error("profile {file}")]
    Profile {
        /// Which.
        file: String,
    },
    /// Signatures of this form do not reach the level.
    #[error("the form does not reach the level")]
    LevelNotForForm,
    /// The demo portal was never set up.
    #[error("no demo data")]
    NoDemo,
    /// A file could not be taken in.
    #[error("import: {}", .0.code)]
    Import(UiError),
    /// An event that does not belong to a submission's state: a defect.
    #[error(transparent)]
    Transition(#[from] kabinet_domain::IllegalTransition),
    /// The client of the environment cannot be set up.
    #[error(transparent)]
    Setup(#[from] kabinet_portal::SetupError),
    /// The folder of added schemas cannot be read.
    #[error(transparent)]
    Schemas(#[from] kabinet_formats::PackError),
    /// The archive of an order cannot be built.
    #[error(transparent)]
    Archive(#[from] kabinet_portal::archive::ArchiveError),
    /// No time stamp service gave a stamp.
    #[error("no time stamp: {why}")]
    TimeStamp {
        /// Code of the first service's reason.
        why: &'static str,
    },
    /// What proves the certificates of a signature could not be had, or speaks against them.
    #[error("not everything needed is at hand")]
    MaterialMissing,
    /// The protocol of a verification cannot be made as PDF.
    #[error(transparent)]
    Protocol(#[from] crate::verification::protocol::PdfError),
    /// The journal cannot be made as PDF.
    #[error("the journal: {0}")]
    JournalPdf(#[source] crate::verification::protocol::PdfError),
    /// More entries than a journal on paper has.
    #[error("{entries} entries, {limit} are printed at most")]
    JournalTooLong {
        /// Selected.
        entries: u64,
        /// Printed at most.
        limit: u64,
    },
    /// A list of accredited authorities is not believed.
    #[error(transparent)]
    TrustList(ListError),
    /// A list of accredited authorities cannot be had.
    #[error("the list of accredited authorities cannot be had: {0}")]
    TrustListFetch(FetchError),
    /// Nobody publishes a list in this environment.
    #[error("no list of accredited authorities is published here")]
    NoTrustList,
    /// A certificate that is no authority's cannot be trusted as one.
    #[error("not a certificate of an authority")]
    NotAnAuthority,
    /// A key was made, and the file with the request for its certificate could not be written; the vault has it.
    #[error("the request was not written")]
    RequestNotWritten,
    /// No form makes documents of this kind.
    #[error("no form for this")]
    NoForm,
    /// The document says something its form has no place for.
    #[error("the form has no place for {place}")]
    NoPlaceInForm {
        /// Path of the element or attribute.
        place: String,
    },
    /// A file that is handed over, or the address of a colleague.
    #[error(transparent)]
    Age(#[from] kabinet_age::AgeError),
    /// What was decrypted is no draft handed over, or one of a newer program.
    #[error("nothing that was handed over by this program")]
    HandOver {
        /// By a newer one.
        newer: bool,
    },
    /// It was handed over for another organisation.
    #[error("handed over for another organisation")]
    HandOverOfOther {
        /// ИНН of that one.
        inn: String,
    },
    /// The user has stopped taking in files.
    #[error("stopped after {done} of {total}")]
    ImportStopped {
        /// How many are done.
        done: usize,
        /// Of how many.
        total: usize,
    },
    /// A day is none of the calendar.
    #[error("not a day")]
    NotADay,
    /// A field takes no file so large.
    #[error("the file is larger than {expected} MB")]
    AttachmentSize {
        /// Its name.
        file: String,
        /// Most megabytes.
        expected: String,
    },
    /// A field takes no file of this kind.
    #[error("the field takes {expected} only")]
    AttachmentKind {
        /// Its name.
        file: String,
        /// Endings it takes.
        expected: String,
    },
    /// A file is not what its name says.
    #[error("the content is not what the name says")]
    AttachmentContent {
        /// Its name.
        file: String,
    },
    /// A saved search needs a name, and not a long one.
    #[error("a search needs a name of at most {longest} characters")]
    SearchName {
        /// Most characters.
        longest: usize,
    },
    /// Another saved search has the name.
    #[error("the name is taken")]
    SearchNameTaken {
        /// Which.
        name: String,
    },
    /// Госпочта is for the head and administrators; whoever is signed in is neither.
    #[error("the mail is not for this person")]
    MailNotAllowed,
    /// A letter is opened only by who knows what follows.
    #[error("opening was not confirmed")]
    MailNotConfirmed,
    /// No list can be ordered for the day.
    #[error("no such day, or too long ago")]
    MailDays,
    /// The portal takes no more of this today.
    #[error("the day's budget is spent: {request:?}")]
    MailSpent {
        /// Of what.
        request: kabinet_store::MailRequest,
    },
    /// The file of a letter cannot be fetched: the portal deleted it, or has not got it yet.
    #[error("the file cannot be fetched")]
    MailFileNotReady,
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
        match error {
            kabinet_formats::form::ReadError::NoPlace { place } => Self::NoPlaceInForm { place },
            kabinet_formats::form::ReadError::Foreign | kabinet_formats::form::ReadError::Decode(_) => {
                Self::NoForm
            }
        }
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
            Self::Goskey(error) => error.code(),
            Self::Poa(error) => error.code(),
            Self::EsiaSettings { .. } => "app.esia-settings",
            Self::EsiaNotSetUp => "app.esia-not-set-up",
            Self::EsiaBlocked => "app.esia-blocked",
            Self::SignInUnderWay => "app.sign-in-under-way",
            Self::NoBrowser => "app.no-browser",
            Self::ChooseApiKey => "app.choose-api-key",
            Self::Sign(error) => error.code(),
            Self::PdfSign(error) => error.code(),
            Self::XmlSign(error) => error.code(),
            Self::ReadSignature(error) => error.code(),
            Self::File { source, .. } => match source.kind() {
                std::io::ErrorKind::NotFound => "app.file-not-found",
                std::io::ErrorKind::PermissionDenied => "app.file-forbidden",
                std::io::ErrorKind::AlreadyExists => "app.file-exists",
                _ => "app.file-unreadable",
            },
            Self::Package(error) => error.code(),
            Self::Io(_) => "app.io",
            Self::NoHome => "app.no-home",
            Self::VaultExists => "app.vault-exists",
            Self::Locked => "app.locked",
            Self::NoOrganisation => "app.no-organisation",
            Self::Cancelled => "app.cancelled",
            Self::Requisite { .. } => "app.requisite",
            Self::OrganisationExists => "app.organisation-exists",
            Self::NoApiKey => "app.no-api-key",
            Self::NotSignedIn => "app.not-signed-in",
            Self::NoCertificate => "app.no-certificate",
            Self::AmbiguousCertificate => "app.ambiguous-certificate",
            Self::UnfitCertificate { .. } => "app.unfit-certificate",
            Self::Preflight { .. } => "app.preflight",
            Self::DocumentChanged { .. } => "app.document-changed",
            Self::AlreadySigned => "app.already-signed",
            Self::Unopened { .. } => "app.unopened",
            Self::SigningUnderWay => "app.signing-under-way",
            Self::SigningStopped => "app.signing-stopped",
            Self::RunDropped => "app.run-dropped",
            Self::NotFound => "app.not-found",
            Self::WrongStage => "app.wrong-stage",
            Self::NoQuestion => "app.no-question",
            Self::Service(_) => "app.service",
            Self::NotSigned => "app.not-signed",
            Self::TooLarge { .. } => "app.too-large",
            Self::UnknownFormat => "app.unknown-format",
            Self::Unreadable(_) => "app.unreadable",
            Self::Swollen => "app.swollen",
            Self::SignatureAlone => "app.signature-alone",
            Self::FolderTaken => "app.folder-taken",
            Self::NotADate(_) => "app.not-a-date",
            Self::OwnRule => "app.own-rule",
            Self::CalendarData { .. } => "app.calendar-data",
            Self::RetentionData { .. } => "app.retention-data",
            Self::NoReason { .. } => "app.no-reason",
            Self::TermNotEnded { until: Some(_) } => "app.term-not-ended",
            Self::TermNotEnded { until: None } => "app.term-not-known",
            Self::Cabinet(error) => error.code(),
            Self::NotPermitted { .. } => "app.not-permitted",
            Self::NoSecondFactor => "app.no-second-factor",
            Self::AccountNotConfirmed => "app.account-not-confirmed",
            Self::AccountLocked { .. } => "app.account-locked",
            Self::LinkingPaused { .. } => "app.linking-paused",
            Self::NothingToShow => "app.nothing-to-show",
            Self::TermsNotAccepted => "app.terms-not-accepted",
            Self::PaymentNotConfirmed => "app.payment-not-confirmed",
            Self::NoKnownFactor => "app.no-known-factor",
            Self::NoStampService => "app.no-stamp-service",
            Self::StampServiceAddress(_) => "app.stamp-service-address",
            Self::NoProfile(_) => "app.no-profile",
            Self::Profile { .. } => "app.profile",
            Self::LevelNotForForm => "app.level-not-for-form",
            Self::NoDemo => "app.no-demo",
            Self::Import(error) | Self::Unsigned(error) | Self::Limits(error) => &error.code,
            Self::Setup(error) => error.code(),
            Self::Archive(error) => error.code(),
            Self::Schemas(error) => error.code(),
            Self::TimeStamp { .. } => "app.time-stamp",
            Self::MaterialMissing => "app.material-missing",
            Self::Protocol(_) => "app.protocol",
            Self::JournalPdf(_) => "app.journal-pdf",
            Self::JournalTooLong { .. } => "app.journal-too-long",
            Self::TrustList(error) => error.code(),
            Self::TrustListFetch(_) => "app.trust-list-fetch",
            Self::NoTrustList => "app.no-trust-list",
            Self::NotAnAuthority => "app.not-an-authority",
            Self::RequestNotWritten => "app.request-not-written",
            Self::NoForm => "app.no-form",
            Self::Age(error) => error.code(),
            Self::HandOver { newer: true } => "app.hand-over-newer",
            Self::HandOver { newer: false } => "app.hand-over-foreign",
            Self::HandOverOfOther { .. } => "app.hand-over-of-other",
            Self::ImportStopped { .. } => "app.import-stopped",
            Self::NoPlaceInForm { .. } => "app.no-place-in-form",
            Self::NotADay => "app.not-a-day",
            Self::AttachmentSize { .. } => "app.attachment-size",
            Self::AttachmentKind { .. } => "app.attachment-kind",
            Self::AttachmentContent { .. } => "app.attachment-content",
            Self::SearchName { .. } => "app.search-name",
            Self::SearchNameTaken { .. } => "app.search-name-taken",
            Self::MailNotAllowed => "mail.not-allowed",
            Self::MailNotConfirmed => "mail.not-confirmed",
            Self::MailDays => "mail.days",
            Self::MailSpent {
                request: kabinet_store::MailRequest::Search,
            } => "mail.searches-spent",
            Self::MailSpent {
                request: kabinet_store::MailRequest::Fetch,
            } => "mail.fetches-spent",
            Self::MailFileNotReady => "mail.file-not-ready",
            Self::Transition(_) | Self::Background => "app.background",
        }
    }

    /// Values for the text.
    pub fn params(&self) -> Params {
        let one = |name: &str, value: &dyn ToString| Params::from([(name.to_owned(), value.to_string())]);
        match self {
            Self::Store(error) => owned(error.params()),
            Self::Token(error) => owned(error.params()),
            Self::KeyFile(error) => owned(error.params()),
            Self::Subject(error) => error
                .attribute()
                .map(|name| one("attribute", &name))
                .unwrap_or_default(),
            Self::Portal(error) => owned(error.params()),
            Self::Goskey(error) => owned(error.params()),
            Self::Poa(error) => owned(error.params()),
            Self::Esia(error) => owned(error.params()),
            Self::EsiaSettings { file } => one("file", file),
            Self::Archive(error) => owned(error.params()),
            Self::Cabinet(error) => owned(error.params()),
            Self::NotPermitted { permission, reason } => {
                let mut params = one("permission", permission);
                params.insert("reason".to_owned(), reason.clone().unwrap_or_default());
                params
            }
            Self::AccountLocked { cause } => one("cause", cause),
            Self::LinkingPaused { minutes } => one("minutes", minutes),
            Self::Import(error) | Self::Unsigned(error) | Self::Limits(error) => error.params.clone(),
            Self::Unreadable(finding) => {
                let mut params = finding.params.clone();
                params.insert("finding".into(), finding.code.clone());
                params
            }
            Self::DocumentChanged { title } => one("title", title),
            Self::Unopened { count } => one("count", count),
            Self::Package(crate::package::PackageError::Newer { found }) => one("found", found),
            Self::Package(error) => error.file().map(|file| one("file", &file)).unwrap_or_default(),
            Self::File { path, .. } => one("file", path),
            Self::NotADate(value) => one("value", value),
            Self::CalendarData { file } => one("file", file),
            Self::Profile { file } => one("file", file),
            Self::NoPlaceInForm { place } => one("place", place),
            Self::ImportStopped { done, total } => {
                let mut params = one("done", done);
                params.extend(one("total", total));
                params
            }
            Self::HandOverOfOther { inn } => one("inn", inn),
            Self::StampServiceAddress(address) => one("address", address),
            Self::NoProfile(code) => one("code", code),
            Self::Requisite { field } => one("field", field),
            Self::UnfitCertificate { reason } => one("reason", reason),
            Self::Preflight { check } => one("check", check),
            Self::Service(code) => one("service", code),
            Self::TimeStamp { why } => one("why", why),
            Self::SearchName { longest } | Self::NoReason { longest } => one("longest", longest),
            Self::RetentionData { file } | Self::AttachmentContent { file } => one("file", file),
            Self::AttachmentSize { file, expected } | Self::AttachmentKind { file, expected } => {
                Params::from([
                    ("file".to_owned(), file.clone()),
                    ("expected".to_owned(), expected.clone()),
                ])
            }
            Self::TermNotEnded { until: Some(until) } => one("until", until),
            Self::SearchNameTaken { name } => one("name", name),
            Self::JournalTooLong { entries, limit } => Params::from([
                ("entries".to_owned(), entries.to_string()),
                ("limit".to_owned(), limit.to_string()),
            ]),
            Self::TrustList(ListError::Untrusted { code }) => one("code", code),
            Self::TooLarge { limit } => one("megabytes", &(limit / (1 << 20))),
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
            Self::Import(error) | Self::Unsigned(error) => error.retriable,
            Self::File { .. }
            | Self::Io(_)
            | Self::Cancelled
            | Self::NotSignedIn
            | Self::SignInUnderWay
            | Self::NoBrowser
            | Self::NoCertificate
            | Self::SigningUnderWay
            | Self::SigningStopped
            | Self::TimeStamp { .. }
            | Self::MaterialMissing
            | Self::TrustListFetch(_)
            | Self::Background => true,
            _ => false,
        }
    }
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
