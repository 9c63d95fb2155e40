//! Names under which files leave the program: fit for every file system, and no two alike.

use std::collections::HashSet;

/// Longest name of common file systems, bytes of UTF-8; some room stays for a number.
const LONGEST: usize = 240;

/// Names given out in one folder. Two that differ in case alone are alike: they meet on Windows and macOS.
#[derive(Default)]
pub(super) struct Taken(HashSet<String>);

impl Taken {
    pub(super) fn with(name: &str) -> Self {
        Self(HashSet::from([name.to_lowercase()]))
    }

    /// A name like this one, with a number if there is such a one already.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let safe = safe(wanted);
        let (stem, ending) = match safe.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (safe.as_str(), String::new()),
        };
        let mut name = safe.clone();
        let mut number = 2_u32;
        while !self.0.insert(name.to_lowercase()) {
            name = format!("{stem} ({number}){ending}");
            number += 1;
        }
        name
    }
}

/// The name without what a file system or a shell takes for something else.
pub(super) fn safe(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|one| match one {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            one if one.is_control() => '_',
            one => one,
        })
        .collect();
    let name = name.trim().trim_end_matches(['.', ' ']);
    let mut name = match name {
        "" => "_".to_owned(),
        name if is_device(name) || name.starts_with('.') => format!("_{name}"),
        name => name.to_owned(),
    };
    if name.len() > LONGEST {
        let ending = match name.rsplit_once('.') {
            Some((_, ending)) if ending.len() < 16 => format!(".{ending}"),
            _ => String::new(),
        };
        let end = (0..=LONGEST - ending.len())
            .rev()
            .find(|end| name.is_char_boundary(*end))
            .unwrap_or(0);
        name.truncate(end);
        name.push_str(&ending);
    }
    name
}

/// Names Windows keeps for devices, with any ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|number: &str| {
            number.len() == 1 && number.chars().all(|digit| digit.is_ascii_digit())
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fit_for_every_file_system_and_differ() {
        let mut taken = Taken::with("inventory.json");
        for (wanted, expected) in [
            ("Акт.xml", "Акт.xml"),
            ("акт.XML", "акт (2).XML"),
            ("Акт.xml.sig", "Акт.xml.sig"),
            ("../../etc/passwd", "_.._.._etc_passwd"),
            ("C:\\боот.ini", "C__боот.ini"),
            ("..", "_"),
            ("", "_ (2)"),
            ("nul.txt", "_nul.txt"),
            ("COM1", "_COM1"),
            ("COMMON", "COMMON"),
            (".profile", "_.profile"),
            ("a\u{0}b\n.txt", "a_b_.txt"),
            ("inventory.json", "inventory (2).json"),
        ] {
            assert_eq!(taken.name(wanted), expected, "{wanted:?}");
        }
        let long = taken.name(&format!("{}.xml.sig", "Ы".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with(".sig"), "{long}");
    }
}
