//! Which system this is, as far as remedies differ by it.

use super::devices::{Devices, Packages};

/// The kinds remedies are written for: text `todo_<kind>`.
#[cfg(test)]
pub(super) const KINDS: [&str; 4] = ["windows", "macos", "linux", "linux-known"];

/// The system, and how its packages are installed where that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct System {
    /// One of the kinds.
    pub(super) kind: &'static str,
    /// Name and version for the report.
    pub(super) name: String,
    /// Packages of the smart-card service, on distributions we know.
    pub(super) packages: Option<Packages>,
}

impl System {
    /// This one.
    pub(super) fn detect(devices: &Devices) -> Self {
        match std::env::consts::OS {
            "windows" => Self::plain("windows", "Windows"),
            "macos" => Self::plain("macos", "macOS"),
            _ => Self::linux(&os_release(), devices),
        }
    }

    fn plain(kind: &'static str, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            packages: None,
        }
    }

    /// From the text of os-release(5): `ID`, then each of `ID_LIKE`.
    fn linux(os_release: &str, devices: &Devices) -> Self {
        let value = |name: &str| {
            let line = os_release
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            line.unwrap_or_default()
                .trim()
                .trim_matches(['"', '\''])
                .to_owned()
        };
        let likes = value("ID_LIKE");
        let ids = std::iter::once(value("ID")).chain(likes.split_whitespace().map(str::to_owned));
        let packages = ids.into_iter().find_map(|id| devices.packages_of(&id).cloned());
        let name = value("PRETTY_NAME");
        Self {
            kind: if packages.is_some() {
                "linux-known"
            } else {
                "linux"
            },
            name: if name.is_empty() { "Linux".to_owned() } else { name },
            packages,
        }
    }
}

fn os_release() -> String {
    ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_named_only_where_the_distribution_is_known() {
        let devices = Devices::bundled();
        for (text, kind, install) in [
            (
                "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n",
                "linux-known",
                Some("sudo apt install"),
            ),
            (
                "ID=astra\nID_LIKE=debian\n",
                "linux-known",
                Some("sudo apt install"),
            ),
            ("ID=altlinux\n", "linux-known", Some("sudo apt-get install")),
            (
                "ID=\"redos\"\nID_LIKE=\"rhel fedora\"\n",
                "linux-known",
                Some("sudo dnf install"),
            ),
            (
                "ID=rosa\nID_LIKE=\"something rhel\"\n",
                "linux-known",
                Some("sudo dnf install"),
            ),
            ("ID=slackware\n", "linux", None),
            ("", "linux", None),
        ] {
            let system = System::linux(text, &devices);
            assert_eq!(system.kind, kind, "{text}");
            let found = system.packages.as_ref().map(|packages| packages.install.as_str());
            assert_eq!(found, install, "{text}");
        }
        assert_eq!(
            System::linux("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n", &devices).name,
            "Debian GNU/Linux 12"
        );
    }
}
