//! The cabinet API: who the person is, which organisations they may act for, what is permitted, and what needs a second word.
//!
//! No such interface of the real portal is published. A portal without it answers its base with 404, and the client takes that for
//! «offers none of it» ([`CabinetError::Absent`]), never for a failure.

mod call;
mod employees;
mod error;
mod files;
mod hand_overs;
mod inspections;
mod invitations;
mod licences;
mod links;
mod names;
mod notification_settings;
mod notifications;
mod offer;
mod organisations;
mod person;
mod poa;
mod poa_refusal;
mod refusal;
mod registrations;
mod representative;
mod requisites;
mod roles;
mod security;
mod services;
mod staff;
mod step_up;
mod subscriptions;

pub use employees::{Employee, People, RemovedEmployee};
pub use error::{BlockingOrder, CabinetError, FieldRefusal, Refused};
pub use hand_overs::{HAND_OVER_AT_MOST, WaitingFile};
pub use inspections::{Inspection, InspectionDocument};
pub use invitations::{Invitation, InvitationTo};
pub use licences::Licence;
pub use links::{DirectorContact, Link, LinkMethod, LinkRequest, LinkStatus, LinkedOrganisation};
pub use notification_settings::{Channels, KindSettings, NotificationSettings};
pub use notifications::{Notification, NotificationKind, NotificationPage, NotificationTarget};
pub use offer::{Offer, PasswordPolicy, WantedDocument};
pub use organisations::{Membership, Permission, Permissions, Role};
pub use person::{Account, Confirmed, Lock, Unlock};
pub use poa::{
    PoaRole, PoaSide, PoaTask, PoaTaskError, PoaTaskState, PublicPoa, RegisteredPage, RegisteredPoa,
    SignedPoa,
};
pub use poa_refusal::PoaRefusal;
pub use refusal::CabinetRefusal;
pub use registrations::{Clarification, Registration, RegistrationRequest, RegistrationState};
pub use representative::{
    AuthorityDocument, CheckReason, EnabledService, IdentityCheck, RepresentativeStanding,
};
pub use requisites::{AttachedDocument, LinkRequisites, Representative};
pub use roles::{Operation, RoleWithOperations, Roles};
pub use security::{CheckState, CheckUp, Device, DeviceSession};
pub use services::{CatalogueService, ServicePage};
pub use staff::{EmployeeDetails, StaffChange};
pub use step_up::{Factor, Sent, StepUp, StepUpProgress};
pub use subscriptions::{
    SubscribedService, Subscription, SubscriptionEvent, SubscriptionOffer, SubscriptionStatus,
};

use crate::{AccessToken, Portal};

/// The cabinet API as one signed-in person meets it.
#[derive(Clone, Copy, Debug)]
pub struct Cabinet<'a> {
    portal: &'a Portal,
    token: &'a AccessToken,
    step_up: Option<&'a str>,
}

impl Portal {
    /// The cabinet API with this token, the person's or the organisation's.
    pub fn cabinet<'a>(&'a self, token: &'a AccessToken) -> Cabinet<'a> {
        Cabinet {
            portal: self,
            token,
            step_up: None,
        }
    }
}

impl<'a> Cabinet<'a> {
    /// The same with a confirmation at hand: the next call that asked for it goes through, once.
    #[must_use]
    pub fn confirmed_by(self, step_up: Option<&'a str>) -> Self {
        Self { step_up, ..self }
    }
}
