//! Streebog throughput beside OpenSSL with the gost engine, measured in the same run.

use std::{
    hint::black_box,
    io::Write,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput};
use kabinet_gost::{Digest, ParameterSet, SecretKey, Streebog256, Streebog512};

const CONFIG: &str = "openssl_conf = openssl_init
[openssl_init]
engines = engines
[engines]
gost = gost_sect
[gost_sect]
engine_id = gost
default_algorithms = ALL
";
const MEBIBYTE: usize = 1 << 20;
const MEBIBYTES: u32 = 96;
const ROUNDS: usize = 5;

/// Wall time of `openssl dgst` over the file.
fn openssl(dir: &Path, name: &str) -> Duration {
    let start = Instant::now();
    let output = Command::new("openssl")
        .args(["dgst", name, "message"])
        .current_dir(dir)
        .env("OPENSSL_CONF", dir.join("gost.cnf"))
        .output()
        .expect("openssl with the gost engine must be installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    start.elapsed()
}

fn ours<D: Digest>(block: &[u8]) -> Duration {
    let start = Instant::now();
    let mut digest = D::new();
    for _ in 0..MEBIBYTES {
        digest.update(block);
    }
    black_box(digest.finalize());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

/// Interleaved rounds, so that other work on the machine burdens both sides alike.
fn compare<D: Digest>(dir: &Path, block: &[u8], name: &str) {
    let (mut theirs, mut own) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(openssl(dir, name));
        own.push(ours::<D>(block));
    }
    let megabytes = f64::from(MEBIBYTES) * MEBIBYTE as f64 / 1e6;
    let (theirs, own) = (megabytes / median(theirs), megabytes / median(own));
    println!(
        "{name}: kabinet {own:.1} MB/s, openssl {theirs:.1} MB/s, ratio {:.2}",
        own / theirs
    );
}

fn main() {
    let dir = tempfile::tempdir().expect("temporary directory");
    std::fs::write(dir.path().join("gost.cnf"), CONFIG).expect("gost.cnf");
    let block: Vec<u8> = (0..MEBIBYTE)
        .map(|i| u8::try_from(i * 7 % 251).expect("below 251"))
        .collect();
    let mut file = std::fs::File::create(dir.path().join("message")).expect("message");
    for _ in 0..MEBIBYTES {
        file.write_all(&block).expect("message");
    }
    drop(file);

    compare::<Streebog256>(dir.path(), &block, "-md_gost12_256");
    compare::<Streebog512>(dir.path(), &block, "-md_gost12_512");

    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("streebog");
    group.throughput(Throughput::Bytes(MEBIBYTE as u64));
    group.bench_function("256", |b| b.iter(|| Streebog256::digest(black_box(&block))));
    group.bench_function("512", |b| b.iter(|| Streebog512::digest(black_box(&block))));
    group.finish();

    let mut group = criterion.benchmark_group("gost3410");
    for set in [
        ParameterSet::Tc26_256A,
        ParameterSet::CryptoProA,
        ParameterSet::Tc26_512A,
    ] {
        let secret = SecretKey::generate(set).expect("generates");
        let digest = vec![7; set.size().octets()];
        let signature = secret.sign_digest(&digest).expect("signs");
        group.bench_function(format!("sign {set:?}"), |b| {
            b.iter(|| secret.sign_digest(black_box(&digest)))
        });
        group.bench_function(format!("verify {set:?}"), |b| {
            b.iter(|| secret.public_key().verify_digest(black_box(&digest), &signature))
        });
    }
    group.finish();
}
