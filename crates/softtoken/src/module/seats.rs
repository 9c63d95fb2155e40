//! Slots: who is plugged in where.

use std::collections::BTreeMap;

use cryptoki_sys as ck;

use super::{Login, Module};
use crate::{
    TokenHome, faults,
    rv::{Outcome, Rv},
    store::reported,
};

/// A slot and what happens in it.
pub(crate) struct Seat {
    /// The token here, and the mark of its insertion.
    token: Option<(String, Vec<u8>)>,
    /// Who sat here last comes back here.
    reserved: Option<String>,
    pub(super) event: bool,
    pub(crate) login: Login,
}

impl Seat {
    pub(super) fn empty() -> Self {
        Self {
            token: None,
            reserved: None,
            event: false,
            login: Login::Nobody,
        }
    }
}

impl Module {
    /// Seats newcomers, and clears sessions and login of those who left.
    pub(super) fn refresh(&mut self) {
        let mut present = self.present();
        let mut just_left = Vec::new();
        for slot in 0..self.seats.len() {
            let Some((serial, mark)) = &self.seats[slot].token else {
                continue;
            };
            if present.get(serial) == Some(mark) {
                present.remove(serial);
            } else {
                self.vacate(slot);
                just_left.push(slot);
            }
        }
        for (serial, mark) in present {
            let free = |seat: &Seat| seat.token.is_none();
            let place = |wanted: &dyn Fn(&Seat) -> bool| {
                self.seats.iter().position(|seat| free(seat) && wanted(seat))
            };
            // One token for another at once: the same reader.
            let slot = place(&|seat| seat.reserved.as_ref() == Some(&serial))
                .or_else(|| just_left.iter().copied().find(|slot| free(&self.seats[*slot])))
                .or_else(|| place(&|seat| seat.reserved.is_none()))
                .or_else(|| place(&|_| true));
            if let Some(slot) = slot {
                let seat = &mut self.seats[slot];
                seat.reserved = Some(serial.clone());
                seat.token = Some((serial, mark));
                seat.event = true;
            }
        }
    }

    /// Folders of the tokens plugged in, with the marks of their insertions.
    fn present(&self) -> BTreeMap<String, Vec<u8>> {
        let Some(directory) = &self.directory else {
            return BTreeMap::new();
        };
        let control = faults::plugs();
        (directory.serials().into_iter())
            .filter_map(|folder| {
                let home = directory.home(&folder)?;
                let mark = match control.get(reported(&folder)) {
                    Some(false) => None,
                    Some(true) => Some(home.insertion_mark()),
                    None => home.is_inserted().then(|| home.insertion_mark()),
                };
                Some((folder, mark?))
            })
            .collect()
    }

    fn vacate(&mut self, slot: usize) {
        let gone: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.slot == slot)
            .map(|(handle, _)| *handle)
            .collect();
        for handle in gone {
            self.sessions.remove(&handle);
            self.lost.insert(handle, slot);
        }
        self.session_objects.retain(|_, object| object.slot != slot);
        let seat = &mut self.seats[slot];
        seat.token = None;
        seat.login = Login::Nobody;
        seat.event = true;
    }

    /// The next slot with an unreported event.
    pub(crate) fn take_event(&mut self) -> Option<usize> {
        let slot = self.seats.iter().position(|seat| seat.event)?;
        self.seats[slot].event = false;
        Some(slot)
    }

    /// Indices of all slots.
    pub(crate) fn slots(&self) -> std::ops::Range<usize> {
        0..self.seats.len()
    }

    /// Index of a slot.
    pub(crate) fn slot(&self, id: ck::CK_SLOT_ID) -> Outcome<usize> {
        usize::try_from(id)
            .ok()
            .filter(|slot| self.slots().contains(slot))
            .ok_or(Rv(ck::CKR_SLOT_ID_INVALID))
    }

    pub(crate) fn is_present(&self, slot: usize) -> bool {
        self.seats[slot].token.is_some()
    }

    /// Number of the reader of a slot: applets of one token are in slots of their own and in one reader.
    pub(crate) fn reader(&self, slot: usize) -> usize {
        let serial = |seat: &Seat| seat.token.as_ref().map(|(folder, _)| reported(folder).to_owned());
        let Some(own) = serial(&self.seats[slot]) else {
            return slot;
        };
        (self.seats.iter())
            .position(|seat| serial(seat).as_ref() == Some(&own))
            .unwrap_or(slot)
    }

    pub(crate) fn seat(&mut self, slot: usize) -> &mut Seat {
        &mut self.seats[slot]
    }

    /// The token in a slot.
    pub(crate) fn token(&self, slot: usize) -> Outcome<TokenHome> {
        let (serial, _) = self.seats[slot]
            .token
            .as_ref()
            .ok_or(Rv(ck::CKR_TOKEN_NOT_PRESENT))?;
        self.directory
            .as_ref()
            .and_then(|directory| directory.home(serial))
            .ok_or(Rv(ck::CKR_TOKEN_NOT_PRESENT))
    }
}
