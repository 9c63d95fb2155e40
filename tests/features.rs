//! `docs/features.md` claims nothing that is not there: its totals are those of its rows, and the tests it names exist.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

use std::collections::BTreeMap;
use std::path::Path;

const STATES: [&str; 3] = ["works", "partly", "no"];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Everything below `folder` in files with this ending, made and fetched things left out.
fn sources(folder: &Path, ending: &str, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "node_modules" && name != "target" {
            sources(&path, ending, into);
        } else if name.ends_with(ending) {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The rows: identity, state, evidence.
fn rows(text: &str) -> Vec<(&str, &str, &str)> {
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').splitn(4, '|').map(str::trim).collect();
            let [id, _, state, evidence] = cells[..] else {
                return None;
            };
            let (area, number) = id.split_once('-')?;
            let is_row = area.chars().all(|one| one.is_ascii_uppercase()) && number.parse::<u32>().is_ok();
            is_row.then_some((id, state, evidence))
        })
        .collect()
}

#[test]
fn the_totals_are_those_of_the_rows() {
    let text = read("docs/features.md");
    let mut counted: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for (id, state, _) in rows(&text) {
        let place = STATES.iter().position(|known| *known == state);
        let place = place.unwrap_or_else(|| panic!("{id} is neither works, partly nor no: {state}"));
        for area in [id.split('-').next().unwrap(), "**Total**"] {
            counted.entry(area.to_owned()).or_default()[place] += 1;
        }
    }
    assert!(counted["**Total**"].iter().sum::<usize>() > 400);
    for (area, [works, partly, no]) in counted {
        let bold = |number: usize| match area.starts_with('*') {
            true => format!("**{number}**"),
            false => number.to_string(),
        };
        let [all, works, partly, no] = [works + partly + no, works, partly, no].map(bold);
        let line = format!("| {area} | {all} | {works} | {partly} | {no} |");
        assert!(text.contains(&line), "the totals lack: {line}");
    }
}

#[test]
fn every_test_that_is_named_exists_and_whatever_works_names_one() {
    let text = read("docs/features.md");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut rust, mut ui) = (String::new(), String::new());
    for folder in ["crates", "tests", "src-tauri"] {
        sources(&root.join(folder), ".rs", &mut rust);
    }
    sources(&root.join("ui/src"), ".test.tsx", &mut ui);
    sources(&root.join("ui/src"), ".test.ts", &mut ui);
    let mut complaints = Vec::new();
    for (id, state, evidence) in rows(&text) {
        let words = evidence.split(|one: char| !one.is_ascii_alphanumeric() && one != '_');
        let tests: Vec<&str> = words.filter(|word| word.matches('_').count() >= 2).collect();
        for test in &tests {
            if !rust.contains(&format!("fn {test}(")) {
                complaints.push(format!("{id}: no test {test}"));
            }
        }
        let titles: Vec<&str> = match evidence.contains("ui ") {
            true => evidence
                .split('«')
                .skip(1)
                .filter_map(|rest| rest.split('»').next())
                .collect(),
            false => Vec::new(),
        };
        for title in &titles {
            if !ui.contains(title.trim_end_matches('…')) {
                complaints.push(format!("{id}: no test «{title}»"));
            }
        }
        // A row may lean on another (`as SVC-17`), or on a file of tests (`cli vault`).
        let leans = ["as ", "cli "].iter().any(|word| evidence.starts_with(word));
        let names_one = !tests.is_empty() || !titles.is_empty() || leans;
        if state == "works" && !names_one {
            complaints.push(format!("{id} works by no test"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
