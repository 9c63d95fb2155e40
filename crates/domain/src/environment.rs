use serde::{Deserialize, Serialize};

/// Which portal the program talks to. Data of one environment never meets data of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// The real portal.
    Production,
    /// The test contour of ЕСИА and ЕПГУ.
    Test,
    /// The reference portal on this computer.
    Demo,
    /// Addresses the organisation gave itself, for example a training portal of its own.
    Custom,
}

impl Environment {
    /// Stable name used in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
            Self::Demo => "demo",
            Self::Custom => "custom",
        }
    }
}
