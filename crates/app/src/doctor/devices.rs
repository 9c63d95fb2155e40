//! Known devices, cards and packages: the list is data, `assets/token-devices.json`, each entry with its source.

use serde::Deserialize;

/// The whole list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Devices {
    devices: Vec<Device>,
    cards: Vec<KnownCard>,
    packages: Vec<Packages>,
}

/// A device by its USB numbers.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Device {
    /// `idVendor`, four hexadecimal digits.
    vendor: String,
    /// `idProduct`, four hexadecimal digits.
    product: String,
    /// As its maker calls it.
    pub(super) name: String,
    /// The catalogue's product whose PKCS#11 module serves it; none for readers of any card.
    pub(super) module: Option<String>,
    /// Only stores keys of a crypto provider, cannot sign.
    #[serde(default)]
    pub(super) passive: bool,
    /// How names of its readers begin.
    #[serde(default)]
    readers: Vec<String>,
    /// Where the entry comes from, for people who change the list.
    source: String,
}

/// A card by its answer to reset.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KnownCard {
    #[serde(with = "hex::serde")]
    atr: Vec<u8>,
    /// As its maker calls it.
    pub(super) name: String,
    /// As [`Device::module`].
    pub(super) module: Option<String>,
    /// As [`Device::passive`].
    #[serde(default)]
    pub(super) passive: bool,
    /// Where the entry comes from, for people who change the list.
    source: String,
}

/// How a family of distributions installs the smart-card service.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Packages {
    /// `ID` of os-release(5).
    systems: Vec<String>,
    /// The command packages follow.
    pub(super) install: String,
    /// Packages of the service and the general reader driver.
    pub(super) service: String,
}

impl Devices {
    /// The list that comes with the program.
    pub(super) fn bundled() -> Self {
        // Part of the program, and its shape is tested: a broken list is an empty one, not a crash.
        serde_json::from_str(include_str!("../../../../assets/token-devices.json")).unwrap_or_default()
    }

    /// The device of these numbers.
    pub(super) fn device(&self, vendor: u16, product: u16) -> Option<&Device> {
        let (vendor, product) = (format!("{vendor:04x}"), format!("{product:04x}"));
        self.devices
            .iter()
            .find(|device| device.vendor == vendor && device.product == product)
    }

    /// The device whose readers are named so, the longest beginning first.
    pub(super) fn of_reader(&self, name: &str) -> Option<&Device> {
        let matched = |device: &&Device| device.reader_prefix(name).is_some();
        self.devices
            .iter()
            .filter(matched)
            .max_by_key(|device| device.reader_prefix(name))
    }

    /// The card that answers so.
    pub(super) fn card(&self, atr: &[u8]) -> Option<&KnownCard> {
        self.cards.iter().find(|card| card.atr == atr)
    }

    pub(super) fn packages_of(&self, system: &str) -> Option<&Packages> {
        let names = |packages: &&Packages| packages.systems.iter().any(|one| one == system);
        self.packages.iter().find(names)
    }
}

impl Device {
    /// Length of the beginning that the reader's name shares with one of its readers.
    fn reader_prefix(&self, name: &str) -> Option<usize> {
        let begins = self
            .readers
            .iter()
            .filter(|prefix| name.starts_with(prefix.as_str()));
        begins.map(String::len).max()
    }
}

#[cfg(test)]
mod tests {
    use kabinet_token::Catalogue;

    use super::*;

    #[test]
    fn the_list_is_whole_and_names_only_products_of_the_catalogue() {
        let devices: Devices =
            serde_json::from_str(include_str!("../../../../assets/token-devices.json")).expect("readable");
        let known: Vec<String> = Catalogue::bundled()
            .known()
            .into_iter()
            .map(|one| one.name)
            .collect();
        let number = |text: &str| text.len() == 4 && u16::from_str_radix(text, 16).is_ok();
        for device in &devices.devices {
            assert!(number(&device.vendor) && number(&device.product), "{device:?}");
            assert_eq!(device.vendor, device.vendor.to_lowercase());
            let of_same = |other: &&Device| other.vendor == device.vendor && other.product == device.product;
            assert_eq!(devices.devices.iter().filter(of_same).count(), 1, "{device:?}");
        }
        let modules = devices.devices.iter().filter_map(|device| device.module.as_ref());
        let of_cards = devices.cards.iter().filter_map(|card| card.module.as_ref());
        for module in modules.chain(of_cards) {
            assert!(known.contains(module), "{module}");
        }
        // An answer to reset begins with TS, ISO 7816-3 8.1.
        assert!(
            devices
                .cards
                .iter()
                .all(|card| matches!(card.atr[0], 0x3b | 0x3f))
        );
        let sources = devices.devices.iter().map(|device| &device.source);
        assert!(
            sources
                .chain(devices.cards.iter().map(|card| &card.source))
                .all(|source| !source.is_empty())
        );
        assert!(devices.packages.len() >= 3);
    }

    #[test]
    fn a_reader_belongs_to_the_device_with_the_longest_name() {
        let devices = Devices::bundled();
        let name = |reader: &str| devices.of_reader(reader).map(|device| device.name.as_str());
        assert_eq!(name("Aktiv Rutoken ECP 00 00"), Some("Рутокен ЭЦП"));
        assert_eq!(name("Aladdin R.D. JaCarta 0"), Some("JaCarta"));
        assert_eq!(name("Aladdin R.D. JaCarta LT 0"), Some("JaCarta LT"));
        assert_eq!(name("Virtual PCD 00 00"), None);
        assert!(devices.device(0x0a89, 0x0025).expect("known").passive);
        // A licence key of the same maker is no token.
        assert_eq!(devices.device(0x0a89, 0x0009), None);
    }
}
