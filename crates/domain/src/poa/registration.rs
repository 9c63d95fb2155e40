use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a power of attorney is on its way: draft → signed → queued → processing → active → expired or revoked.
///
/// Nothing is sent twice: after a lost answer it is [`Self::OutcomeUnknown`] until the registry, asked by number, has said
/// what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PoaState {
    /// The document is made, nobody has signed it.
    Made,
    /// Signed by the principal, not yet handed to the registry.
    Signed,
    /// Waits for the network.
    Queued,
    /// The registry has taken it and looks at it.
    Processing,
    /// The answer to the request was lost.
    OutcomeUnknown,
    /// The registry refused it; a new document is needed.
    Refused,
    /// Registered.
    Active,
    /// Its last day is over.
    Expired,
    /// Revoked: by the principal here, or elsewhere as the registry said.
    Revoked,
}

/// What the registry says of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistryState {
    /// Registered; its first day has not come.
    Created,
    /// In force.
    Active,
    /// Its last day is over.
    Expired,
    /// Revoked.
    Revoked,
    /// The registry knows no such number (or will not tell this asker).
    Absent,
}

/// What happens to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PoaEvent {
    /// The principal's signature was put under it and verified.
    Signed,
    /// It is to be registered.
    Queued,
    /// It is not to be registered after all, before anything left.
    TakenOff,
    /// The registry took it: a task began.
    Taken,
    /// Nobody knows whether the registry took it.
    AnswerLost,
    /// The registry was never reached.
    NotSent,
    /// The registry refused it.
    Refused,
    /// The registry says what it holds under the number. «The same content and signature are registered already» is this, too.
    Heard(RegistryState),
    /// A revocation was signed here: at once nothing may be done under it.
    RevokedHere,
    /// Its last day is over.
    LastDayOver,
}

/// An event that cannot happen in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{event:?} cannot happen to a power of attorney that is {state:?}")]
pub struct IllegalStep {
    /// The state.
    pub state: PoaState,
    /// The event.
    pub event: PoaEvent,
}

impl PoaState {
    /// Nothing changes it any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Refused | Self::Expired | Self::Revoked)
    }

    /// The state after `event`.
    ///
    /// # Errors
    /// [`IllegalStep`].
    pub fn after(self, event: PoaEvent) -> Result<Self, IllegalStep> {
        use PoaEvent as E;
        use PoaState as S;
        let illegal = IllegalStep { state: self, event };
        Ok(match (self, event) {
            // A revocation is never taken back, whatever is heard later.
            (S::Revoked, E::Heard(_) | E::RevokedHere | E::LastDayOver) => S::Revoked,
            (S::Made, E::Signed) => S::Signed,
            (S::Signed, E::Queued) => S::Queued,
            (S::Queued, E::TakenOff) => S::Signed,
            (S::Queued | S::OutcomeUnknown, E::Taken) => S::Processing,
            (S::Queued, E::AnswerLost) => S::OutcomeUnknown,
            (S::Queued, E::NotSent) => S::Queued,
            (S::Queued | S::OutcomeUnknown | S::Processing, E::Refused) => S::Refused,
            (S::OutcomeUnknown, E::Heard(RegistryState::Absent)) => S::Queued,
            (S::Processing, E::Heard(RegistryState::Absent)) => S::Processing,
            (_, E::Heard(RegistryState::Created | RegistryState::Active)) if self != S::Expired => S::Active,
            (_, E::Heard(RegistryState::Expired)) => S::Expired,
            (_, E::Heard(RegistryState::Revoked)) => S::Revoked,
            (S::Active | S::Signed | S::Queued | S::OutcomeUnknown | S::Processing, E::RevokedHere) => {
                S::Revoked
            }
            (S::Active, E::LastDayOver) => S::Expired,
            _ => return Err(illegal),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_registry_and_back() {
        let way = |events: &[PoaEvent]| {
            events
                .iter()
                .try_fold(PoaState::Made, |state, event| state.after(*event))
        };
        use PoaEvent as E;
        let sent = [E::Signed, E::Queued, E::Taken];
        assert_eq!(way(&sent), Ok(PoaState::Processing));
        assert_eq!(
            way(&[&sent[..], &[E::Heard(RegistryState::Active), E::LastDayOver]].concat()),
            Ok(PoaState::Expired)
        );
        assert_eq!(
            way(&[
                E::Signed,
                E::Queued,
                E::AnswerLost,
                E::Heard(RegistryState::Absent)
            ]),
            Ok(PoaState::Queued)
        );
        assert_eq!(
            way(&[
                E::Signed,
                E::Queued,
                E::AnswerLost,
                E::Heard(RegistryState::Active)
            ]),
            Ok(PoaState::Active)
        );
        assert_eq!(
            way(&[&sent[..], &[E::RevokedHere, E::Heard(RegistryState::Active)]].concat()),
            Ok(PoaState::Revoked)
        );
        for wrong in [
            &[E::Queued][..],
            &[E::Signed, E::Signed],
            &[E::Signed, E::Queued, E::Queued],
            &[E::Signed, E::Queued, E::AnswerLost, E::AnswerLost],
            &[E::RevokedHere],
            &[E::Signed, E::Queued, E::Taken, E::TakenOff],
        ] {
            assert!(way(wrong).is_err(), "{wrong:?}");
        }
    }
}
