//! Signatures, keys and agreements per second.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kabinet_gost::{ParameterSet, SecretKey};

const SETS: [ParameterSet; 7] = [
    ParameterSet::Tc26_256A,
    ParameterSet::CryptoProA,
    ParameterSet::CryptoProB,
    ParameterSet::CryptoProC,
    ParameterSet::Tc26_512A,
    ParameterSet::Tc26_512B,
    ParameterSet::Tc26_512C,
];

fn signatures(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gost3410");
    for set in SETS {
        let secret = SecretKey::generate(set).expect("generates");
        let peer = SecretKey::generate(set).expect("generates");
        let digest = vec![7; set.size().octets()];
        let signature = secret.sign_digest(&digest).expect("signs");
        group.bench_function(format!("sign {set:?}"), |b| {
            b.iter(|| secret.sign_digest(black_box(&digest)))
        });
        group.bench_function(format!("verify {set:?}"), |b| {
            b.iter(|| {
                secret
                    .public_key()
                    .verify_digest(black_box(&digest), signature.octets())
            })
        });
        group.bench_function(format!("generate {set:?}"), |b| {
            b.iter(|| SecretKey::generate(set))
        });
        group.bench_function(format!("agree {set:?}"), |b| {
            b.iter(|| secret.agree(peer.public_key(), black_box(&[1; 8])))
        });
    }
    group.finish();
}

criterion_group!(benches, signatures);
criterion_main!(benches);
