//! Signatures made and judged in this process, beside the programs that do the same, in one run.
//!
//! The programs are processes of their own: what starting one costs is printed too.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nobody to tell")]

#[path = "../../pki/tests/pki/authority.rs"]
mod authority;
mod scene;

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::Criterion;
use kabinet_signature::xml::{self, judge};
use scene::Scene;

const KIB: usize = 1024;
const THOUSAND: usize = 1000;
/// Runs of each program; the median counts.
const RUNS: usize = 15;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for key in ["gost256-tc26-a", "gost512-a"] {
        small(&mut criterion, key);
    }
    thousand();
    document();
    criterion.final_summary();
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn report(what: &str, ours: Duration, name: &str, theirs: Duration) {
    let ratio = theirs.div_duration_f64(ours);
    println!("{what:40} ours {ours:10.2?}, {name} {theirs:10.2?}, {ratio:.1} times ours");
}

/// 1 KiB, attached and detached.
fn small(criterion: &mut Criterion, key: &str) {
    let scene = Scene::new(key);
    let content = vec![b'x'; KIB];
    scene.authority.write("content", &content);
    let start = median(|| drop(scene.authority.openssl(&["version"])));
    println!("starting openssl: {start:.2?}");
    for attached in [false, true] {
        let what = if attached { "attached" } else { "detached" };
        let file = scene.sign(&content, attached);
        let beside = (!attached).then_some(&content[..]);
        let sign = || drop(black_box(scene.sign(black_box(&content), attached)));
        let verify = || assert!(scene.holds(black_box(&file), beside));
        criterion.bench_function(&format!("{key} sign 1 KiB {what}"), |bench| bench.iter(sign));
        criterion.bench_function(&format!("{key} verify 1 KiB {what}"), |bench| bench.iter(verify));

        scene.authority.write("file", &file);
        let theirs = median(|| scene.openssl_verifies(attached));
        report(
            &format!("{key} verify 1 KiB {what}"),
            median(verify),
            "openssl cms",
            theirs,
        );
        let theirs = median(|| scene.openssl_signs(attached));
        report(
            &format!("{key} sign 1 KiB {what}"),
            median(sign),
            "openssl cms",
            theirs,
        );
    }
}

/// A thousand files of 1 KiB on one core and on two.
fn thousand() {
    let scene = Scene::new("gost256-tc26-a");
    let files: Vec<(Vec<u8>, Vec<u8>)> = (0..THOUSAND)
        .map(|number| {
            let content = format!("{number:KIB$}").into_bytes();
            (scene.sign(&content, false), content)
        })
        .collect();
    let judge = |files: &[(Vec<u8>, Vec<u8>)]| {
        files
            .iter()
            .for_each(|(file, content)| assert!(scene.holds(file, Some(content))));
    };
    let on = |cores: usize| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for part in files.chunks(THOUSAND.div_ceil(cores)) {
                scope.spawn(move || judge(part));
            }
        });
        start.elapsed()
    };
    // In turns, so that other work burdens both alike.
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        for (cores, times) in [1, 2].into_iter().zip(&mut times) {
            times.push(on(cores));
        }
    }
    let [one, two] = times.map(|mut times| {
        times.sort();
        times[2]
    });
    let ratio = one.div_duration_f64(two);
    println!("{THOUSAND} files: one core {one:.2?}, two {two:.2?}, {ratio:.2} times as fast");
}

/// An XML document of some megabytes, and a PDF file.
fn document() {
    let scene = Scene::new("rsa");
    let rows: String = (0..40_000)
        .map(|row| format!("<row number=\"{row}\" b='x' a='y'>значение &amp; {row}</row>\n"))
        .collect();
    let document = format!("<rows xmlns=\"urn:rows\">{rows}</rows>");
    let prepare = xml::Prepare {
        certificate: scene.certificate.clone(),
        chain: Vec::new(),
        signing_time: None,
        content: xml::Content::Enveloped {
            document: document.into_bytes(),
            element: None,
        },
    };
    let to_be_signed = prepare.to_be_signed().unwrap();
    let raw = scene.authority.sign_raw("leaf", &to_be_signed.digest());
    let file = to_be_signed.complete(&raw).unwrap();
    scene.authority.write("x.xml", &file);
    let ours = median(|| {
        let reports = judge(&file, &|_| None, &scene.policy()).unwrap();
        assert!(reports[0].digest_ok && reports[0].signature_ok);
    });
    let theirs =
        median(|| scene.run(Command::new("xmlsec1").args(["--verify", "--trusted-pem", "ca.crt", "x.xml"])));
    report(
        &format!("verify XML of {} KiB", file.len() / KIB),
        ours,
        "xmlsec1",
        theirs,
    );
    let theirs = median(|| scene.run(Command::new("xmllint").args(["--c14n", "x.xml"])));
    report("the same, canonical form alone", ours, "xmllint", theirs);

    let file = scene.sign_pdf(include_bytes!("../../../tests/data/pdf/minimal.pdf"));
    scene.authority.write("x.pdf", &file);
    let ours = median(|| assert!(scene.holds(&file, None)));
    let theirs = median(|| scene.run(Command::new("pdfsig").args(["-nocert", "x.pdf"])));
    report("verify PDF", ours, "pdfsig", theirs);
}
