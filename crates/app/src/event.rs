use crate::view::{ImportProgress, SigningProgress};

/// What changed, for whoever shows it.
#[derive(Clone, Debug)]
pub enum Event {
    /// The state line.
    StateChanged,
    /// The vault is about to be closed. Whoever holds something unsaved saves it and answers with
    /// [`App::ready_to_lock`](crate::App::ready_to_lock); the vault does not wait longer than two seconds.
    AboutToLock,
    /// Documents or their statuses.
    DocumentsChanged,
    /// Files came by themselves, or what became of them changed.
    ArrivalsChanged,
    /// How far files that are taken in are; nothing once all are.
    Importing(Option<ImportProgress>),
    /// The catalogue of services, or what the person marked in it.
    ServicesChanged,
    /// Drafts.
    DraftsChanged,
    /// How far the signing run is.
    Signing(SigningProgress),
    /// Backups, or how they are made.
    BackupsChanged,
    /// The outbox.
    OutboxChanged,
    /// Tokens, cards, readers, or what is known of them.
    TokensChanged,
    /// A certificate of the chosen organisation ends soon; told once for each threshold.
    CertificateExpiring {
        /// Whose.
        holder: String,
        /// Whole days left; negative afterwards.
        days_left: i32,
    },
    /// What the portal's cabinet API told: organisations, links, permissions, notifications.
    CabinetChanged,
    /// The portal warns about the account. In whose words, a locked screen must not show.
    SecurityNotice,
    /// What the calendar shows.
    CalendarChanged,
    /// Terms come near; each is told once for each threshold.
    DeadlinesNear {
        /// What falls due; no names of organisations or people.
        titles: Vec<String>,
        /// Days left of the nearest.
        days_left: i32,
    },
    /// Licences come to their end; each is told once for each threshold.
    LicencesEnding {
        /// What ends; no names of organisations or people.
        titles: Vec<String>,
        /// Days left of the nearest.
        days_left: i32,
    },
    /// Powers of attorney come to their end; each is told once for each threshold.
    PoasEnding {
        /// How many.
        count: u32,
        /// Days left of the nearest.
        days_left: i32,
    },
    /// Inspections that are new, or whose terms come near; each is told once for each threshold.
    Inspections {
        /// What of them.
        news: InspectionNews,
        /// Who inspects; no subject, and no names of organisations or people.
        agencies: Vec<String>,
    },
    /// What the box of Госпочта shows.
    MailChanged,
    /// What the list of applications shows.
    OrdersChanged,
    /// A status of an order that a person should hear about. Nothing in it says whose it is: a locked screen may show it.
    StatusChanged {
        /// Status in the portal's words.
        status: String,
        /// Number of the application.
        order: String,
        /// Its document, if it was filed from here.
        document: Option<String>,
    },
    /// Several of them at once.
    StatusesChanged {
        /// How many applications.
        count: u32,
    },
}

/// What there is to tell of an inspection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InspectionNews {
    /// Nobody has told of it before.
    New,
    /// Papers are wanted in so many whole days.
    Papers(i32),
    /// It begins in so many whole days.
    Begins(i32),
}
