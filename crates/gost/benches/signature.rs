//! Keys, signatures and agreements per second, beside OpenSSL with the gost engine in one process and in turns.

#![allow(clippy::unwrap_used, reason = "a benchmark that fails has nobody to tell")]

#[path = "../tests/openssl/engine.rs"]
mod engine;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::Criterion;
use engine::Key;
use kabinet_gost::{ParameterSet, SecretKey};

/// One name for each curve.
const SETS: [ParameterSet; 7] = [
    ParameterSet::Tc26_256A,
    ParameterSet::CryptoProA,
    ParameterSet::CryptoProB,
    ParameterSet::CryptoProC,
    ParameterSet::Tc26_512A,
    ParameterSet::Tc26_512B,
    ParameterSet::Tc26_512C,
];
const TURNS: usize = 21;
/// A turn lasts about as long, whatever the operation.
const TURN: Duration = Duration::from_millis(20);

/// Operations per second of both, medians of interleaved turns: other work on the machine burdens both alike.
fn compare(name: &str, ours: &dyn Fn(), theirs: &dyn Fn()) {
    let contenders = [ours, theirs];
    let repeats = contenders.map(|operation| {
        operation();
        let start = Instant::now();
        operation();
        TURN.div_duration_f64(start.elapsed().max(Duration::from_nanos(1))) as u32 + 1
    });
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        for ((operation, repeats), rates) in contenders.iter().zip(repeats).zip(&mut rates) {
            let start = Instant::now();
            for _ in 0..repeats {
                operation();
            }
            rates.push(f64::from(repeats) / start.elapsed().as_secs_f64());
        }
    }
    let [ours, theirs] = rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[TURNS / 2]
    });
    println!(
        "{name:24} {ours:8.0}/s, openssl {theirs:8.0}/s, {:.2} of openssl",
        ours / theirs
    );
}

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    for set in SETS {
        let (secret, peer) = (
            SecretKey::generate(set).unwrap(),
            SecretKey::generate(set).unwrap(),
        );
        let digest = vec![7; set.size().octets()];
        let signature = secret.sign_digest(&digest).unwrap();
        let pkcs8 = secret.to_pkcs8_der().unwrap();
        let spki = secret.public_key().to_spki_der().unwrap();

        let sign = || {
            black_box(secret.sign_digest(black_box(&digest)).unwrap());
        };
        let verify = || {
            let public = black_box(secret.public_key());
            public
                .verify_digest(black_box(&digest), signature.octets())
                .unwrap();
        };
        let generate = || drop(black_box(SecretKey::generate(black_box(set)).unwrap()));
        let agree = || {
            drop(black_box(
                secret.agree(peer.public_key(), black_box(&[1; 8])).unwrap(),
            ))
        };

        let (signing, verifying, generating) = (
            Key::signing(&pkcs8),
            Key::verifying(&spki),
            Key::generating(&pkcs8),
        );
        compare(&format!("sign {set:?}"), &sign, &|| drop(signing.sign(&digest)));
        compare(&format!("verify {set:?}"), &verify, &|| {
            assert!(verifying.verify(&digest, signature.octets()));
        });
        compare(&format!("generate {set:?}"), &generate, &|| generating.generate());

        let mut group = criterion.benchmark_group("gost3410");
        group.bench_function(format!("sign {set:?}"), |b| b.iter(sign));
        group.bench_function(format!("verify {set:?}"), |b| b.iter(verify));
        group.bench_function(format!("generate {set:?}"), |b| b.iter(generate));
        group.bench_function(format!("agree {set:?}"), |b| b.iter(agree));
        group.finish();
    }
}
