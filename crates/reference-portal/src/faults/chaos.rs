//! A file of faults to begin with.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use super::{Fault, FaultRefused};
use crate::settings::Settings;

/// What is to go wrong from the start.
#[derive(Clone, Debug, Default)]
pub struct Chaos {
    /// Settings laid over those of the start.
    settings: Map<String, Value>,
    /// The faults, each with a seed of its own.
    pub faults: Vec<Fault>,
}

/// Why a file is refused.
#[derive(Debug, Error)]
pub enum ChaosError {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(PathBuf, #[source] io::Error),
    /// It is not JSON of this shape.
    #[error("{0}")]
    Shape(PathBuf, #[source] serde_json::Error),
    /// One of its faults is wrong, counted from 1.
    #[error("{0}: fault {1}")]
    Fault(PathBuf, usize, #[source] FaultRefused),
    /// Its settings are wrong.
    #[error("{0}: settings")]
    Settings(PathBuf, #[source] serde_json::Error),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChaosFile {
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    settings: Map<String, Value>,
    #[serde(default)]
    faults: Vec<Map<String, Value>>,
}

impl Chaos {
    /// Reads `{"seed": 7, "settings": {…}, "faults": [{…}, …]}`; every member may be left out.
    ///
    /// # Errors
    /// See [`ChaosError`]; nothing of a wrong file is used.
    pub fn load(path: &Path) -> Result<Self, ChaosError> {
        let text = fs::read(path).map_err(|error| ChaosError::Unreadable(path.into(), error))?;
        let file: ChaosFile =
            serde_json::from_slice(&text).map_err(|error| ChaosError::Shape(path.into(), error))?;
        Settings::default()
            .patched(file.settings.clone())
            .map_err(|error| ChaosError::Settings(path.into(), error))?;
        let faults = file.faults.into_iter().zip(1_u64..).map(|(mut members, number)| {
            // The same dice for every fault would strike with all of them at once.
            members
                .entry("seed")
                .or_insert_with(|| file.seed.wrapping_add(number).into());
            Fault::try_from(members).map_err(|why| {
                ChaosError::Fault(path.into(), usize::try_from(number).unwrap_or_default(), why)
            })
        });
        Ok(Self {
            faults: faults.collect::<Result<_, _>>()?,
            settings: file.settings,
        })
    }

    /// The settings to begin with.
    pub fn laid_over(&self, settings: &Settings) -> Settings {
        // What was loaded has been laid over the defaults already.
        settings
            .patched(self.settings.clone())
            .unwrap_or_else(|_| settings.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn load(text: &str) -> Result<Chaos, ChaosError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        Chaos::load(file.path())
    }

    #[test]
    fn every_fault_has_dice_of_its_own() {
        let chaos = load(
            r#"{"seed": 40, "settings": {"clock_skew_s": -90}, "faults": [
                {"path": "*", "kind": "reset", "probability": 0.1},
                {"path": "*", "kind": "delay", "ms": 1, "seed": 7}]}"#,
        );
        let chaos = chaos.unwrap();
        assert_eq!(chaos.faults.iter().map(|f| f.seed).collect::<Vec<_>>(), [41, 7]);
        assert_eq!(chaos.laid_over(&Settings::default()).clock_skew_s, -90);
    }

    #[test]
    fn a_wrong_file_is_refused_with_the_place() {
        assert!(matches!(load("{"), Err(ChaosError::Shape(..))));
        assert!(matches!(load(r#"{"fault": []}"#), Err(ChaosError::Shape(..))));
        let wrong = load(r#"{"faults": [{"path": "*", "kind": "reset"}, {"path": "*", "kind": "rest"}]}"#);
        let wrong = wrong.unwrap_err();
        assert!(matches!(wrong, ChaosError::Fault(_, 2, _)));
        assert!(wrong.source().unwrap().to_string().contains("rest"));
        let wrong = load(r#"{"settings": {"clock_skew": 1}}"#).unwrap_err();
        assert!(wrong.source().unwrap().to_string().contains("clock_skew"));
    }
}
