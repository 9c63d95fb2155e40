//! The people of the organisation and what their roles let them do: read without a connection, changed only at the portal (EMP).
//!
//! What a person may do is decided by operations the portal names, never by the name of a role; that an administrator is made
//! needs one operation more, and the portal marks the role by its code alone.

mod acts;
mod copy;
mod invitations;
mod list;
mod person;
mod review;

/// What inviting, removing and closing access need.
const MANAGE: &str = "users.manage";
/// What giving roles needs.
const ASSIGN: &str = "roles.assign";
/// What making and dismissing administrators needs besides.
const APPOINT: &str = "administrators.appoint";
/// What making roles needs.
const CREATE: &str = "roles.create";
/// What reviewing access needs.
const REVIEW: &str = "review.access";
/// Code of the role whose giving and taking needs [`APPOINT`].
const ADMINISTRATOR: &str = "administrator";
/// What is grave in wrong hands: shown before somebody is removed, and looked at first in a review.
const CRITICAL: [&str; 8] = [
    "administrators.appoint",
    "certificate.bind-organisation",
    "integration.change",
    "link.remove",
    "poa.manage",
    "roles.assign",
    "signing.sign",
    "users.manage",
];

pub(crate) use review::review_due;
