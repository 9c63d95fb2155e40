//! Streebog, every kernel this processor runs, beside the `streebog` crate and OpenSSL with the gost engine, all in
//! one process and in turns.

#[path = "../tests/openssl/engine.rs"]
mod engine;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{BenchmarkId, Criterion, Throughput};
use digest::{
    Output,
    block_api::{Buffer, UpdateCore, VariableOutputCore},
};
use kabinet_gost::{
    Digest, Streebog256, Streebog512,
    streebog::{StreebogVarCore, backend, kernels},
};

const SIZES: [usize; 3] = [64, 8 << 10, 16 << 20];
/// Each turn hashes about as much, so that small messages too are timed over milliseconds.
const TURN: usize = 1 << 20;
const TURNS: usize = 41;

/// The first octet of the digest, by a fresh hasher on a kernel of choice.
fn digest(mut core: StreebogVarCore, message: &[u8]) -> u8 {
    let mut buffer = Buffer::<StreebogVarCore>::default();
    buffer.digest_blocks(message, |blocks| core.update_blocks(blocks));
    let mut output = Output::<StreebogVarCore>::default();
    core.finalize_variable_core(&mut buffer, &mut output);
    output[0]
}

/// A contender: its name, and what hashes the message and returns the first octet.
type Contender<'a> = (String, Box<dyn Fn(&[u8]) -> u8 + 'a>);

/// The best of interleaved turns: the one which other work on the machine disturbed least.
fn compare(title: &str, contenders: &[Contender], message: &[u8]) {
    let repeats = (TURN / message.len()).max(1);
    let mut best = vec![Duration::MAX; contenders.len()];
    for _ in 0..TURNS {
        for ((_, hash), best) in contenders.iter().zip(&mut best) {
            let start = Instant::now();
            for _ in 0..repeats {
                black_box(hash(black_box(message)));
            }
            *best = start.elapsed().min(*best);
        }
    }
    let megabytes = (repeats * message.len()) as f64 / 1e6;
    let speeds: Vec<f64> = best.iter().map(|time| megabytes / time.as_secs_f64()).collect();
    let openssl = speeds[speeds.len() - 1];
    println!("{title}, {} octets:", message.len());
    for ((name, _), speed) in contenders.iter().zip(&speeds) {
        println!("  {name:14} {speed:7.1} MB/s, {:.2} of openssl", speed / openssl);
    }
}

/// All kernels that run here, the type with the kernel it chose, the crate, and OpenSSL last.
fn contenders<D: Digest, R: Digest>(openssl: &engine::Digest) -> Vec<Contender<'_>> {
    let size = <D as Digest>::output_size();
    let mut all: Vec<Contender> = Vec::new();
    for kernel in kernels() {
        if let Some(core) = StreebogVarCore::with_kernel(size, kernel) {
            all.push((
                kernel.to_owned(),
                Box::new(move |message| digest(core.clone(), message)),
            ));
        }
    }
    all.push((
        format!("({})", backend()),
        Box::new(|message| D::digest(message)[0]),
    ));
    all.push((
        "streebog crate".to_owned(),
        Box::new(|message| R::digest(message)[0]),
    ));
    all.push((
        "openssl".to_owned(),
        Box::new(|message| openssl.digest(message)[0]),
    ));
    all
}

fn compare_sizes<D: Digest, R: Digest>(name: &str, message: &[u8]) {
    let openssl = engine::Digest::new(name);
    assert_eq!(
        D::digest(message)[..],
        openssl.digest(message)[..<D as Digest>::output_size()]
    );
    let contenders = contenders::<D, R>(&openssl);
    for size in SIZES {
        compare(name, &contenders, &message[..size]);
    }
}

fn main() {
    let message: Vec<u8> = (0..SIZES[2]).map(|i| (i * 7 % 251) as u8).collect();
    compare_sizes::<Streebog256, streebog::Streebog256>("md_gost12_256", &message);
    compare_sizes::<Streebog512, streebog::Streebog512>("md_gost12_512", &message);

    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group("streebog");
    for size in SIZES {
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_with_input(BenchmarkId::new("256", size), &message[..size], |b, message| {
            b.iter(|| Streebog256::digest(black_box(message)))
        });
        group.bench_with_input(BenchmarkId::new("512", size), &message[..size], |b, message| {
            b.iter(|| Streebog512::digest(black_box(message)))
        });
    }
    group.finish();
}
