//! What an archive costs as it grows from a thousand documents to a million, and what of that is encryption.
//!
//! `cargo bench -p kabinet-store --bench archive [-- 1000 10000 …]` builds a vault of each size once, in
//! `$KABINET_BENCH_FOLDER` (or a folder for temporary files), and prints a table. A question is what the list of documents
//! asks: how many match, and a page of a hundred. Every row is asked [`TURNS`] times, with other numbers each time.

#![allow(clippy::unwrap_used, reason = "a failed step is the measurement's failure")]

mod content;
#[path = "../../tests/demo/mod.rs"]
mod demo;
mod replay;

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use demo::{INN, ORGANISATION};
use kabinet_domain::{DocumentFile, DocumentStage, FileRole};
use kabinet_store::{
    DocumentFilter, DocumentOrder, MemoryKeychain, OrganisationStore, Page, Passphrase, Period, Protection,
    Unlock, Vault,
};
use replay::Own;
use rusqlite::Connection;
use rustix::time::{ClockId, clock_gettime};
use time::OffsetDateTime;

const TURNS: u64 = 40;
const BATCH: u64 = 1000;

fn main() {
    let sizes: Vec<u64> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if sizes.is_empty() {
        vec![1_000, 10_000, 100_000, 1_000_000]
    } else {
        sizes
    };
    let folder = std::env::var_os("KABINET_BENCH_FOLDER")
        .map_or_else(|| std::env::temp_dir().join("kabinet-bench"), PathBuf::from);
    // A first vault, so that SQLite begins with the memory a vault gives it.
    let first = tempfile::tempdir().unwrap();
    create(&first.path().join("vault"));
    replay::watch_connections();
    for size in sizes {
        let dir = folder.join(format!("vault-{size}"));
        if !dir.join("whole").exists() {
            build(&dir, size);
        }
        measure(&dir, size);
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new("миллион документов".to_owned()).unwrap()
}

fn create(dir: &Path) -> Vault {
    let protection = Protection {
        keychain: false,
        passphrase: Some(passphrase()),
    };
    Vault::create(dir, protection, Arc::new(MemoryKeychain::default())).unwrap()
}

fn build(dir: &Path, size: u64) {
    if dir.exists() {
        fs::remove_dir_all(dir).unwrap();
    }
    fs::create_dir_all(dir).unwrap();
    let vault = create(&dir.join("vault"));
    vault
        .save_organisation(&demo::organisation(ORGANISATION, INN))
        .unwrap();
    let store = vault.organisation(ORGANISATION).unwrap();
    let (digest, size_of_content) = store.put_blob(&b"content"[..]).unwrap();
    let file = DocumentFile {
        name: "ON_AKT.xml".to_owned(),
        role: FileRole::Main,
        digest,
        size: size_of_content,
    };
    let took = timed(|| fill(&store, size, &file));
    Own::last().export_plain(&dir.join("plain.db"));
    drop(store);
    let (seconds, each) = (took.as_secs_f64(), took.as_secs_f64() * 1e6 / size as f64);
    fs::write(
        dir.join("whole"),
        format!("{seconds:.1} s, {each:.0} µs a document"),
    )
    .unwrap();
}

fn fill(store: &OrganisationStore, size: u64, file: &DocumentFile) {
    for batch in 0..size.div_ceil(BATCH) {
        let entry = demo::entry("documents.added", OffsetDateTime::UNIX_EPOCH);
        store
            .change(entry, |change| {
                (batch * BATCH..size.min((batch + 1) * BATCH)).try_for_each(|number| {
                    change.add_document_with_text(&content::document(number, file), &content::text(number))
                })
            })
            .unwrap();
    }
}

/// A filter, an order, and how many rows to skip.
type Asked = (DocumentFilter, DocumentOrder, u64);

struct Question {
    name: &'static str,
    ask: Box<dyn Fn(u64) -> Asked>,
}

fn question(name: &'static str, ask: impl Fn(u64) -> Asked + 'static) -> Question {
    Question {
        name,
        ask: Box::new(ask),
    }
}

/// What a person asks; the number changes from turn to turn.
fn questions(size: u64) -> Vec<Question> {
    use DocumentOrder as O;
    use DocumentStage as S;
    let stages = |stages: &[DocumentStage]| DocumentFilter {
        stages: stages.to_vec(),
        ..DocumentFilter::default()
    };
    let text = |text: String| DocumentFilter {
        text: Some(text),
        ..DocumentFilter::default()
    };
    let all = DocumentFilter::default;
    let some = move |turn: u64| (turn * 104_729 + 17) % size;
    let day = |number: u64| OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_450_000_000 + number * 300);
    vec![
        question("first page", move |_| (all(), O::AddedNewest, 0)),
        question("a page anywhere", move |turn| (all(), O::AddedNewest, some(turn))),
        question("stages, first page", move |_| {
            (stages(&[S::Ready, S::Signed, S::Invalid]), O::AddedNewest, 0)
        }),
        question("stages, a page anywhere", move |turn| {
            (
                stages(&[S::Accepted, S::Refused]),
                O::AddedNewest,
                some(turn) * 9 / 10,
            )
        }),
        question("signed, one format", move |_| {
            (
                DocumentFilter {
                    signed: Some(true),
                    formats: vec!["fns.upd".to_owned()],
                    ..all()
                },
                O::AddedNewest,
                0,
            )
        }),
        question("last changed first", move |_| (all(), O::UpdatedNewest, 0)),
        question("last changed, a page anywhere", move |turn| {
            (all(), O::UpdatedNewest, some(turn))
        }),
        question("by title", move |_| (all(), O::Title, 0)),
        question("by title, a page anywhere", move |turn| {
            (all(), O::Title, some(turn))
        }),
        question("by title, one stage", move |_| (stages(&[S::Ready]), O::Title, 0)),
        question("a month", move |turn| {
            let from = some(turn);
            (
                DocumentFilter {
                    added: Period {
                        from: Some(day(from)),
                        until: Some(day(from + 8640)),
                    },
                    ..all()
                },
                O::AddedNewest,
                0,
            )
        }),
        question("text: ИНН", move |turn| {
            (text(content::inn(some(turn)).to_string()), O::AddedNewest, 0)
        }),
        question("text: number of a document", move |turn| {
            (
                text(format!("№ {}/{}-А", some(turn), some(turn) % 97)),
                O::AddedNewest,
                0,
            )
        }),
        question("text: word in every document", move |_| {
            (text("обществом ".to_owned()), O::AddedNewest, 0)
        }),
        question("text: three common words", move |_| {
            (text("договору поставки накладной ".to_owned()), O::AddedNewest, 0)
        }),
        question("text: rare and common", move |turn| {
            (
                text(format!("обществу {}", content::inn(some(turn)))),
                O::AddedNewest,
                0,
            )
        }),
        question("text: beginning, 2 letters", move |turn| {
            (
                text(["до", "по", "ро", "77"][turn as usize % 4].to_owned()),
                O::AddedNewest,
                0,
            )
        }),
        question("text: beginning, 5 letters", move |turn| {
            (
                text(["догов", "плате", "ромаш", "77000"][turn as usize % 4].to_owned()),
                O::AddedNewest,
                0,
            )
        }),
        question("text: beginning, 7 letters", move |turn| {
            (
                text(["доверен", "плательщ", "ромашко", "7700012"][turn as usize % 4].to_owned()),
                O::AddedNewest,
                0,
            )
        }),
        question("text: part of a word in titles", move |turn| {
            (
                text(["омашк", "оставк", "чёт-ф", "еклар"][turn as usize % 4].to_owned()),
                O::AddedNewest,
                0,
            )
        }),
        question("text: a day", move |turn| {
            (
                text(format!("{:02}.{:02}.2019", 1 + turn % 28, 1 + turn % 12)),
                O::AddedNewest,
                0,
            )
        }),
        question("text: nothing", move |turn| {
            (text(format!("нетакогослова{turn}")), O::AddedNewest, 0)
        }),
        question("text and stages", move |_| {
            (
                DocumentFilter {
                    text: Some("ромашка сумма".to_owned()),
                    ..stages(&[S::Refused])
                },
                O::AddedNewest,
                0,
            )
        }),
        question("text, by title", move |_| {
            (text("ромашки ".to_owned()), O::Title, 0)
        }),
        question("text, last changed", move |turn| {
            (text(content::inn(some(turn)).to_string()), O::UpdatedNewest, 0)
        }),
    ]
}

fn answer(store: &OrganisationStore, (filter, order, offset): &Asked) -> usize {
    let found = store.found(filter).unwrap();
    let page = Page {
        offset: *offset,
        limit: 100,
    };
    found.documents as usize + store.documents(filter, *order, page).unwrap().len()
}

fn measure(dir: &Path, size: u64) {
    let files = dir.join("vault/organisations");
    let bytes: u64 = fs::read_dir(&files)
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    println!(
        "\n{size} documents, built in {}; file {} MiB",
        fs::read_to_string(dir.join("whole")).unwrap(),
        bytes >> 20
    );
    let vault = Vault::open(&dir.join("vault"), Arc::new(MemoryKeychain::default()))
        .unwrap()
        .unlock(Unlock::Passphrase(passphrase()))
        .unwrap();
    let mut opening: Vec<Duration> = (0..10)
        .map(|_| {
            let mut store = None;
            let took = timed(|| store = Some(vault.organisation(ORGANISATION).unwrap()));
            drop(store);
            took
        })
        .collect();
    println!("{:34} {:>8}", "open, ms", shown(percentile(&mut opening, 50)));

    let store = vault.organisation(ORGANISATION).unwrap();
    println!(
        "{:34} {:>8} {:>8} {:>10} {:>8} {:>6}",
        "ms", "median", "p95", "encrypted", "plain", "ratio"
    );
    let own = Own::last();
    let peer = replay::open_plain(&dir.join("plain.db"));
    for Question { name, ask } in questions(size) {
        let asked: Vec<Asked> = (0..TURNS).map(ask).collect();
        // Once before, so that no row pays for the cache of another.
        for asked in &asked {
            answer(&store, asked);
        }
        let mut times: Vec<Duration> = asked
            .iter()
            .map(|asked| timed(|| answer(&store, asked)))
            .collect();
        let statements: Vec<Vec<String>> = asked
            .iter()
            .map(|asked| own.caught(|| _ = answer(&store, asked)))
            .collect();
        let replayed = |connection: &Connection| -> Duration {
            let turns = || {
                statements
                    .iter()
                    .map(|turn| replay::run(connection, turn))
                    .collect::<Vec<_>>()
            };
            turns();
            percentile(&mut turns(), 50)
        };
        let (encrypted, plain) = (replayed(&own.connection()), replayed(&peer));
        println!(
            "{name:34} {:>8} {:>8} {:>10} {:>8} {:>6.2}",
            shown(percentile(&mut times, 50)),
            shown(percentile(&mut times, 95)),
            shown(encrypted),
            shown(plain),
            encrypted.as_secs_f64() / plain.as_secs_f64()
        );
    }
    println!("{:34} {:>8}", "peak of memory, MiB", peak() >> 10);
}

/// Time of the processor, so that other work of the machine does not show; what is read lies in the system's memory.
pub fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let now = || Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap();
    let started = now();
    black_box(work());
    now() - started
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort();
    times[(times.len() - 1) * percent / 100]
}

fn shown(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

/// Most memory this process has had, KiB (proc_pid_status(5)).
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
