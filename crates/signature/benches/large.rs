//! 1 GiB signed and judged, against hashing it once, with the peak of memory, beside `openssl cms`. By hand, on a
//! quiet machine, with 4 GiB of disk in `TMPDIR`: `cargo bench -p kabinet-signature --bench large`.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nobody to tell")]

#[path = "../../pki/tests/pki/authority.rs"]
mod authority;
mod scene;

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::time::{Duration, Instant};

use kabinet_pki::Status;
use kabinet_signature::{AttachedFile, Content, ContentDigest, examine};
use scene::Scene;

const LENGTH: u64 = 1 << 30;
const CHUNK: usize = 1 << 18;
const RUNS: usize = 3;

/// Real time of the best of some runs.
fn best(mut run: impl FnMut()) -> Duration {
    (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap()
}

/// The peak of resident memory of this process so far, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer).unwrap() {
            0 => break,
            count => to.write_all(&buffer[..count]).unwrap(),
        }
    }
}

fn main() {
    let scene = Scene::new("gost256-tc26-a");
    let path = |name: &str| scene.authority.path(name);
    let open = |name: &str| File::open(path(name)).unwrap();
    {
        let mut file = BufWriter::new(File::create(path("content")).unwrap());
        let block: Vec<u8> = (0..CHUNK).map(|index| (index * 7 % 253) as u8).collect();
        (0..LENGTH / CHUNK as u64).for_each(|_| file.write_all(&block).unwrap());
    }
    let digest = || {
        let mut digest = ContentDigest::for_certificate(&scene.certificate).unwrap();
        copy(&mut open("content"), &mut digest);
        digest.finish()
    };
    let hashing = best(|| drop(digest()));
    let line = |what: &str, time: Duration| {
        let ratio = time.div_duration_f64(hashing);
        println!(
            "{what:24} {time:8.2?} {ratio:5.2} of hashing, peak {} MiB",
            peak()
        );
    };
    line("hash once", hashing);
    let copying = best(|| copy(&mut open("content"), &mut File::create(path("copy")).unwrap()));
    line("copy the file", copying);
    std::fs::remove_file(path("copy")).unwrap();

    let mut detached = Vec::new();
    let sign = best(|| {
        let to_be_signed = scene.prepare(Content::Detached(digest()));
        detached = to_be_signed.complete(&scene.raw(&to_be_signed)).unwrap();
    });
    line("sign, detached", sign);
    let sign = best(|| {
        let out = File::create(path("file")).unwrap();
        let mut file = AttachedFile::begin(&scene.certificate, LENGTH, out)
            .unwrap()
            .unwrap();
        copy(&mut open("content"), &mut file);
        let (digest, mut out) = file.finish().unwrap();
        let to_be_signed = scene.prepare(Content::Written(digest));
        let rest = to_be_signed.complete_written(&scene.raw(&to_be_signed)).unwrap();
        out.write_all(&rest).unwrap();
    });
    line("sign, attached", sign);

    let valid = |file: &mut File, content: Option<&mut dyn Read>| {
        let examined = examine(file, content).unwrap();
        assert_eq!(examined.judge(&scene.policy()).unwrap().verdict, Status::Valid);
    };
    line("verify, attached", best(|| valid(&mut open("file"), None)));
    let theirs = best(|| scene.openssl_verifies(true));
    line("openssl, attached", theirs);
    std::fs::write(path("file"), &detached).unwrap();
    line(
        "verify, detached",
        best(|| valid(&mut open("file"), Some(&mut open("content")))),
    );
    let theirs = best(|| scene.openssl_verifies(false));
    line("openssl, detached", theirs);
    println!("(the peak is that of this process, not of openssl)");
}
