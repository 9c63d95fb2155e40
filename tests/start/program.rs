//! Measures how long the program takes to show its window and how much memory it then holds, beside an empty window
//! of the same toolkit, in turns. Run by `./dev bench start` under a display; prints medians and their ratio.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const ROUNDS: usize = 7;
/// Time for the page to settle before memory is read.
const SETTLE: Duration = Duration::from_secs(3);

struct Figures {
    shown: Duration,
    memory: u64,
}

fn main() -> Result<()> {
    let examples = std::env::current_exe()?.parent().context("folder")?.to_owned();
    let kabinet = examples.parent().context("folder")?.join("kabinet");
    let empty = examples.join("empty_window");
    let mut ours = Vec::new();
    let mut peer = Vec::new();
    for round in 0..=ROUNDS {
        let (a, b) = (measure(&kabinet)?, measure(&empty)?);
        // The first round only warms the disk.
        if round > 0 {
            ours.push(a);
            peer.push(b);
        }
    }
    let shown =
        |figures: &[Figures]| median(figures.iter().map(|one| one.shown.as_millis() as u64).collect());
    let memory = |figures: &[Figures]| median(figures.iter().map(|one| one.memory).collect());
    let line = |what: &str, ours: u64, peer: u64, unit: &str| {
        println!(
            "{what}: {ours} {unit}, empty window {peer} {unit}, ratio {:.2}",
            ours as f64 / peer as f64
        );
    };
    line("window shown after", shown(&ours), shown(&peer), "ms");
    line(
        "memory (PSS, all processes)",
        memory(&ours) / 1024,
        memory(&peer) / 1024,
        "MiB",
    );
    Ok(())
}

fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}

fn measure(program: &Path) -> Result<Figures> {
    let home = tempfile::tempdir()?;
    let started = Instant::now();
    let mut process = Command::new(program)
        .env("KABINET_HOME", home.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| program.display().to_string())?;
    let shown = wait_for_window(&mut process, started);
    std::thread::sleep(SETTLE);
    let memory = tree(process.id()).iter().map(|process| pss(*process)).sum();
    let _ = process.kill();
    process.wait()?;
    Ok(Figures {
        shown: shown?,
        memory,
    })
}

fn wait_for_window(process: &mut Child, started: Instant) -> Result<Duration> {
    let id = process.id().to_string();
    while started.elapsed() < Duration::from_secs(30) {
        let found = Command::new("xdotool")
            .args(["search", "--onlyvisible", "--pid", &id])
            .output()?;
        if !found.stdout.is_empty() {
            return Ok(started.elapsed());
        }
        if let Some(status) = process.try_wait()? {
            bail!("the program ended with {status}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    bail!("no window")
}

/// The process and everything it started: WebKit draws and loads in processes of its own.
fn tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut next = 0;
    while next < all.len() {
        let tasks = PathBuf::from(format!("/proc/{}/task", all[next]));
        for task in std::fs::read_dir(tasks).into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            all.extend(
                children
                    .split_whitespace()
                    .filter_map(|id| id.parse::<u32>().ok()),
            );
        }
        next += 1;
    }
    all
}

/// Proportional set size in KiB: memory shared with others counts in parts.
fn pss(process: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
