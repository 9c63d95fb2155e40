//! How the library of each vendor introduces itself.

/// What a module says of itself, and its slots, whose number is the same with and without tokens.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// Ours, for the configuration.
    pub name: &'static str,
    /// `CK_INFO.manufacturerID`.
    pub manufacturer: &'static str,
    /// `CK_INFO.libraryDescription`.
    pub library: &'static str,
    /// `CK_INFO.libraryVersion`.
    pub version: (u8, u8),
    /// Name of the readers, without their numbers.
    pub reader: &'static str,
    /// How many readers there can be.
    pub slots: usize,
}

/// This module as itself, then as others: vendors' headers and documents.
pub(crate) const VENDORS: [Vendor; 3] = [
    Vendor {
        name: "kabinet",
        manufacturer: "Kabinet",
        library: "Kabinet software token",
        version: (1, 0),
        reader: "Kabinet Soft Token",
        slots: 4,
    },
    Vendor {
        name: "rutoken",
        manufacturer: "Aktiv Co.",
        library: "Rutoken ECP PKCS #11 library",
        version: (2, 19),
        reader: "Aktiv Rutoken ECP",
        slots: 15,
    },
    Vendor {
        name: "jacarta",
        manufacturer: "Aladdin R.D.",
        library: "JaCarta PKCS#11 library",
        version: (2, 4),
        reader: "Aladdin R.D. JaCarta",
        slots: 20,
    },
];

impl Vendor {
    /// The vendor of this name; without it, this module as itself.
    pub(crate) fn named(name: Option<&str>) -> &'static Self {
        const ALL: &[Vendor] = &VENDORS;
        let known = ALL.iter().find(|vendor| Some(vendor.name) == name);
        known.unwrap_or(&ALL[0])
    }
}
