//! Powers of attorney: who may do what for whom and until when, where one is on its way to the registry, and whether
//! somebody was allowed.
//!
//! The words are those of the unified format EMCHD_1 («003», КНД 1110310); how they stand in a file is the matter of
//! `formats`. Dates are days of Moscow: a power of attorney holds from the first moment of [`PowerOfAttorney::issued`] to
//! the last moment of [`PowerOfAttorney::expires`].

pub mod judge;
mod model;
mod registration;

pub use model::{
    Address, DelegatedFrom, Flags, ForeignOrganisation, IdentityDocument, Irrevocable, Joint, LegalEntity,
    Notary, Person, PoaNumber, Power, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
    Restriction, RestrictionValue, SoleProprietor, Withdrawal,
};
pub use registration::{IllegalStep, PoaEvent, PoaState, RegistryState};
