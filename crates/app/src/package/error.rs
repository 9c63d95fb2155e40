//! Why a package is refused.

use std::io;

use kabinet_age::AgeError;
use thiserror::Error;
use zip::result::ZipError;

/// Why a package was not taken in.
#[derive(Debug, Error)]
pub enum PackageError {
    /// It is no zip file, or a damaged one.
    #[error("no readable zip file")]
    Unreadable,
    /// A newer program wrote it.
    #[error("a package of version {found}")]
    Newer {
        /// Its version.
        found: u32,
    },
    /// Its inventory is no inventory.
    #[error("a damaged inventory")]
    Inventory,
    /// A name that leads out of the package, or no file at all.
    #[error("unsafe name")]
    UnsafeName {
        /// The name.
        file: String,
    },
    /// It would unpack to more than anybody packs.
    #[error("unpacks to too much")]
    TooMuch,
    /// It is encrypted.
    #[error("encrypted")]
    Encrypted,
    /// The inventory names a file that is not there.
    #[error("a file is missing")]
    Missing {
        /// The file.
        file: String,
    },
    /// A file is not what the inventory says.
    #[error("a file was changed")]
    Changed {
        /// The file.
        file: String,
    },
    /// A document that is here has another content than the one in the package.
    #[error("a document of the same number with another content")]
    OtherContent {
        /// The file that differs.
        file: String,
    },
    /// A signature is not one of the content it comes with.
    #[error("a signature that does not fit")]
    Unfit {
        /// The signature.
        file: String,
    },
    /// The encrypted file around it is damaged.
    #[error(transparent)]
    Sealed(#[from] AgeError),
}

impl PackageError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "package.unreadable",
            Self::Newer { .. } => "package.newer",
            Self::Inventory => "package.inventory",
            Self::UnsafeName { .. } => "package.unsafe-name",
            Self::TooMuch => "package.too-much",
            Self::Encrypted => "package.encrypted",
            Self::Missing { .. } => "package.missing-file",
            Self::Changed { .. } => "package.changed-file",
            Self::OtherContent { .. } => "package.other-content",
            Self::Unfit { .. } => "package.unfit-signature",
            Self::Sealed(error) => error.code(),
        }
    }

    pub(crate) fn file(&self) -> Option<&str> {
        match self {
            Self::UnsafeName { file }
            | Self::Missing { file }
            | Self::Changed { file }
            | Self::OtherContent { file }
            | Self::Unfit { file } => Some(file),
            _ => None,
        }
    }
}

impl From<ZipError> for PackageError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::InvalidPassword => Self::Encrypted,
            ZipError::FileNotFound => Self::Inventory,
            ZipError::Io(source) => unreadable(&source),
            _ => Self::Unreadable,
        }
    }
}

/// Why the octets of a package could not be read: the encrypted file around it knows best.
pub(super) fn unreadable(error: &io::Error) -> PackageError {
    let sealed = error.get_ref().and_then(|inner| inner.downcast_ref::<AgeError>());
    sealed.map_or(PackageError::Unreadable, |error| PackageError::Sealed(*error))
}
