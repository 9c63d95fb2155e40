//! What a service takes: how large, how many, and with what names (`limits` in `assets/services.json`, each with its source).
//!
//! «МБ» in a requirement is 1024 × 1024 bytes unless the source counts in decimal: then the number in the file is decimal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Service;

/// Largest file the program itself takes into an order, bytes: it is held in memory for that. All that is known of a service
/// nobody has described.
pub const TRANSPORT_LIMIT: u64 = 200 << 20;

/// What a service takes at most; nothing where its specification is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Bytes of one file.
    #[serde(default)]
    pub file_bytes: Option<u64>,
    /// Bytes of everything that is sent.
    #[serde(default)]
    pub total_bytes: Option<u64>,
    /// Files beside the main one and the signatures.
    #[serde(default)]
    pub companions: Option<usize>,
    /// Characters of a file name.
    #[serde(default)]
    pub name_characters: Option<usize>,
    /// File names are of Latin letters, digits, underscores and spaces.
    #[serde(default)]
    pub latin_names: bool,
    /// Where this is written.
    pub source: String,
}

/// What a file is in an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The main file.
    Main,
    /// What travels along.
    Companion,
    /// A signature: of the program's own making, so that only its size counts.
    Signature,
}

/// A file that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered<'a> {
    /// Its name.
    pub name: &'a str,
    /// Bytes.
    pub size: u64,
    /// What it is.
    pub part: Part,
}

/// Something a service would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Stable code; text under `errors.<code>`.
    pub code: &'static str,
    /// Named values for the text; `file` where it is one file's.
    pub params: BTreeMap<&'static str, String>,
}

impl Breach {
    fn new(code: &'static str, params: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Self {
            code,
            params: params.into_iter().collect(),
        }
    }
}

/// What the transport would not take, whatever the service.
#[must_use]
pub fn transport_breaches(files: &[Offered<'_>]) -> Vec<Breach> {
    of_files(files, TRANSPORT_LIMIT)
}

fn of_files(files: &[Offered<'_>], limit: u64) -> Vec<Breach> {
    let of_file = |file: &Offered<'_>| {
        let size = too_large("limits.file-size", file.size, limit, Some(file.name));
        let empty =
            (file.size == 0).then(|| Breach::new("limits.empty-file", [("file", file.name.to_owned())]));
        size.or(empty)
    };
    files.iter().filter_map(of_file).collect()
}

impl Service {
    /// What the service, or the transport, would not take of these files.
    #[must_use]
    pub fn breaches(&self, files: &[Offered<'_>]) -> Vec<Breach> {
        let limits = &self.limits;
        let largest = limits
            .file_bytes
            .map_or(TRANSPORT_LIMIT, |limit| limit.min(TRANSPORT_LIMIT));
        let mut breaches = of_files(files, largest);
        let named = files.iter().filter(|file| file.part != Part::Signature);
        breaches.extend(named.filter_map(|file| self.misnamed(file)));
        let companions = files.iter().filter(|file| file.part == Part::Companion).count();
        if let Some(limit) = limits.companions.filter(|limit| companions > *limit) {
            let values = [("count", companions.to_string()), ("limit", limit.to_string())];
            breaches.push(Breach::new("limits.companions", values));
        }
        if let Some(limit) = limits.total_bytes {
            let total = files.iter().map(|file| file.size).fold(0, u64::saturating_add);
            breaches.extend(too_large("limits.total-size", total, limit, None));
        }
        breaches
    }

    fn misnamed(&self, file: &Offered<'_>) -> Option<Breach> {
        let named = |code, params: Vec<(&'static str, String)>| {
            let name = [("file", file.name.to_owned())];
            Some(Breach::new(code, name.into_iter().chain(params)))
        };
        match file.part {
            Part::Main if !self.accepts_main(file.name) => {
                return named("limits.main-name", vec![("expected", self.main.clone())]);
            }
            Part::Companion if !self.accepts_companion(file.name) => {
                return named(
                    "limits.companion-name",
                    vec![("expected", self.companions.join(", "))],
                );
            }
            _ => {}
        }
        let characters = file.name.chars().count();
        if let Some(limit) = self.limits.name_characters.filter(|limit| characters > *limit) {
            return named(
                "limits.name-length",
                vec![
                    ("characters", characters.to_string()),
                    ("limit", limit.to_string()),
                ],
            );
        }
        let stem = file.name.rsplit_once('.').map_or(file.name, |(stem, _)| stem);
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | ' ');
        (self.limits.latin_names && !stem.chars().all(is_plain))
            .then(|| named("limits.name-letters", Vec::new()))
            .flatten()
    }
}

fn too_large(code: &'static str, size: u64, limit: u64, file: Option<&str>) -> Option<Breach> {
    (size > limit).then(|| {
        let megabyte = if limit.is_multiple_of(1 << 20) {
            1 << 20
        } else {
            1_000_000
        };
        let values = [
            ("size", size.to_string()),
            ("limit", limit.to_string()),
            ("megabytes", (limit / megabyte).to_string()),
            ("sizeShown", grouped(size)),
            ("limitShown", grouped(limit)),
        ];
        let file = file.map(|name| ("file", name.to_owned()));
        Breach::new(code, values.into_iter().chain(file))
    })
}

/// Digits by threes, with spaces that do not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(2 * digits.len());
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use kabinet_domain::Environment;

    use super::*;
    use crate::{service, services};

    const MIB: u64 = 1024 * 1024;

    fn offered(name: &str, size: u64, part: Part) -> Offered<'_> {
        Offered { name, size, part }
    }

    fn codes(code: &str, files: &[Offered<'_>]) -> Vec<&'static str> {
        let service = service(code, Environment::Demo).unwrap();
        service.breaches(files).iter().map(|breach| breach.code).collect()
    }

    #[test]
    fn every_service_says_where_its_limits_are_written() {
        for service in services() {
            assert!(!service.limits.source.is_empty(), "{}", service.code);
        }
    }

    #[test]
    fn ten_megabytes_are_ten_times_1024_times_1024_and_not_a_byte_more() {
        let main = |size| [offered("attach.xml", size, Part::Main)];
        assert_eq!(codes("10000000585", &main(10 * MIB)), [""; 0]);
        // 10^7 bytes are fewer, and one more than 10 × 1024² is too much.
        assert_eq!(codes("10000000585", &main(10_000_000)), [""; 0]);
        assert_eq!(codes("10000000585", &main(10 * MIB + 1)), ["limits.file-size"]);
        let service = service("10000000585", Environment::Demo).unwrap();
        let breach = service.breaches(&main(10 * MIB + 1)).remove(0);
        assert_eq!(
            (
                breach.params["limit"].as_str(),
                breach.params["size"].as_str(),
                breach.params["megabytes"].as_str()
            ),
            ("10485760", "10485761", "10")
        );
        assert_eq!(
            (
                breach.params["file"].as_str(),
                breach.params["limitShown"].as_str()
            ),
            ("attach.xml", "10\u{a0}485\u{a0}760")
        );
    }

    #[test]
    fn goskey_counts_everything_in_decimal_and_takes_fifteen_documents() {
        let goskey = |sizes: &[u64]| {
            let names: Vec<String> = (0..sizes.len())
                .map(|number| format!("doc_{number}.pdf"))
                .collect();
            let mut files = vec![
                offered("req.xml", 1000, Part::Main),
                offered("req.xml.sig", 1000, Part::Signature),
            ];
            let documents = names.iter().zip(sizes);
            files.extend(documents.map(|(name, size)| offered(name, *size, Part::Companion)));
            codes("10000000374", &files)
        };
        assert_eq!(goskey(&[99_998_000]), [""; 0]);
        assert_eq!(goskey(&[99_998_001]), ["limits.total-size"]);
        assert_eq!(goskey(&[1; 15]), [""; 0]);
        assert_eq!(goskey(&[1; 16]), ["limits.companions"]);
    }

    #[test]
    fn names_are_those_the_service_asks_for() {
        let with = |name: &str| {
            codes(
                "10000000374",
                &[
                    offered("req.xml", 1, Part::Main),
                    offered(name, 1, Part::Companion),
                ],
            )
        };
        let longest = format!("{}.pdf", "a".repeat(46));
        for name in ["Contract 7_1.pdf", "a.tif", "b.xml", "c.txt", longest.as_str()] {
            assert_eq!(with(name), [""; 0], "{name}");
        }
        assert_eq!(with(&format!("a{longest}")), ["limits.name-length"]);
        for name in ["Договор.pdf", "a.b.pdf", "a-b.pdf"] {
            assert_eq!(with(name), ["limits.name-letters"], "{name}");
        }
        for name in ["a.docx", "a.pdf.exe", "a"] {
            assert_eq!(with(name), ["limits.companion-name"], "{name}");
        }
        assert_eq!(
            codes("10000000374", &[offered("request.xml", 1, Part::Main)]),
            ["limits.main-name"]
        );
        // A signature is named by the program.
        let signed = [
            offered("req.xml", 1, Part::Main),
            offered("Договор.pdf.sig", 1, Part::Signature),
        ];
        assert_eq!(codes("10000000374", &signed), [""; 0]);
    }

    #[test]
    fn of_an_unknown_service_only_the_transport_is_known() {
        let breaches = |size| transport_breaches(&[offered("Что угодно.docx", size, Part::Main)]);
        assert_eq!(breaches(TRANSPORT_LIMIT), []);
        assert_eq!(breaches(TRANSPORT_LIMIT + 1)[0].params["megabytes"], "200");
        assert_eq!(breaches(0)[0].code, "limits.empty-file");
    }

    #[test]
    fn one_file_that_is_too_large_is_told_once() {
        let files = [offered("req.xml", TRANSPORT_LIMIT + 1, Part::Main)];
        assert_eq!(codes("10000000588", &files), ["limits.file-size"]);
    }
}
