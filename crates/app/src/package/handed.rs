//! A package that came inside an encrypted file, with a letter.

use std::sync::Arc;

use kabinet_domain::Environment;
use kabinet_formats::Formats;
use kabinet_store::{HandOver, HandOverWay};

use super::read::{Archive, Reader, inventory};
use super::{Inventory, Letter};
use crate::AppError;
use crate::hand_over::HandOverError;
use crate::import_pace::Pace;
use crate::state::Current;
use crate::view::ImportOutcome;

/// Documents somebody hands over: looked at, not yet taken in.
pub(crate) struct Handed {
    archive: Archive,
    inventory: Inventory,
    pub(crate) letter: Letter,
}

impl Handed {
    /// # Errors
    /// [`HandOverError::NotOurs`] when it is no package with a letter; [`AppError::Package`].
    pub(crate) fn read(mut archive: Archive) -> Result<Self, AppError> {
        let foreign = || AppError::HandOver(HandOverError::NotOurs { newer: false });
        let mut inventory = inventory(&mut archive)?.ok_or_else(foreign)?;
        let letter = inventory.letter.take().ok_or_else(foreign)?.tidied();
        Ok(Self {
            archive,
            inventory,
            letter,
        })
    }

    /// Whose documents they are.
    pub(crate) fn owner(&self) -> (Environment, &str, Option<&str>) {
        let owner = &self.inventory.organisation;
        (self.inventory.environment, &owner.inn, owner.kpp.as_deref())
    }

    /// Takes the documents in, each whole or not at all; what is known already gets what is new about it.
    pub(crate) fn take_in(
        mut self,
        current: &Current,
        formats: &Arc<Formats>,
        pace: &Pace,
        outcomes: &mut Vec<ImportOutcome>,
    ) -> Result<(), AppError> {
        let came = HandOver {
            way: if self.letter.back {
                HandOverWay::CameBack
            } else {
                HandOverWay::CameToSign
            },
            who: self.letter.from,
            address: self.letter.address,
            note: self.letter.note,
            at: self.letter.at,
        };
        let reader = Reader {
            current,
            formats,
            archive: &mut self.archive,
            pace,
        };
        reader.restore(self.inventory, Some(&came), outcomes)
    }
}
