//! Does the time of an operation depend on the secret? Statistics in the manner of O. Reparaz, J. Balasch, I. Verbauwhede,
//! "Dude, is my code constant time?": one secret against many, in random turns, compared by Welch's t. A tool to run by
//! hand on a quiet machine, `cargo bench -p kabinet-gost --bench timing`: |t| above 10 is a leak, below 4.5 is none that so
//! many measurements could show.

#![allow(clippy::unwrap_used, reason = "a measurement that fails has nobody to tell")]

use std::{hint::black_box, time::Instant};

use kabinet_gost::{ParameterSet, SecretKey};

const MEASUREMENTS: usize = 40_000;
/// The slowest tenth is other work of the machine.
const KEPT: f64 = 0.9;

const SETS: [ParameterSet; 4] = [
    ParameterSet::Tc26_256A,
    ParameterSet::CryptoProA,
    ParameterSet::CryptoProC,
    ParameterSet::Tc26_512C,
];

/// A secret of few bits: the one most unlike a random one.
fn smallest(set: ParameterSet) -> Vec<u8> {
    let mut octets = vec![0; set.size().octets()];
    octets[0] = 1;
    octets
}

fn random(set: ParameterSet) -> Vec<u8> {
    SecretKey::generate(set).unwrap().to_octets().to_vec()
}

/// Nanoseconds of the operation on secrets of both kinds, in random turns.
fn measure(inputs: &[(bool, SecretKey)], operation: impl Fn(&SecretKey)) -> [Vec<f64>; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for (is_random, input) in inputs {
        let start = Instant::now();
        operation(black_box(input));
        times[usize::from(*is_random)].push(start.elapsed().as_nanos() as f64);
    }
    times
}

/// Welch's t of the faster part of both samples.
fn t(times: [Vec<f64>; 2]) -> f64 {
    let mut all: Vec<f64> = times.concat();
    all.sort_by(f64::total_cmp);
    let limit = all[(all.len() as f64 * KEPT) as usize];
    let [fixed, random] = times.map(|times| {
        let kept: Vec<f64> = times.into_iter().filter(|time| *time <= limit).collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    (fixed.0 - random.0) / (fixed.1 + random.1).sqrt()
}

fn report(name: &str, set: ParameterSet, t: f64) {
    let verdict = match t.abs() {
        t if t > 10.0 => "leaks",
        t if t > 4.5 => "measure again",
        _ => "nothing seen",
    };
    println!("{name:10} {set:12?} t = {t:7.2}  {verdict}");
}

fn main() {
    // Hedged nonces only: how often a deterministic one is drawn again differs from key to key, and tells nothing of it.
    for set in SETS {
        let count = if set.size().octets() == 32 {
            MEASUREMENTS
        } else {
            MEASUREMENTS / 4
        };
        // Randomly chosen turns, so that nothing periodic falls on one side.
        let turns: Vec<bool> = random_bits(count);
        let inputs: Vec<(bool, SecretKey)> = turns
            .into_iter()
            .map(|is_random| {
                let octets = if is_random { random(set) } else { smallest(set) };
                (is_random, SecretKey::from_octets(set, &octets).unwrap())
            })
            .collect();
        let peer = SecretKey::generate(set).unwrap();
        let digest = vec![7; set.size().octets()];
        report(
            "derive",
            set,
            t(measure(&inputs, |key| {
                black_box(SecretKey::from_octets(set, &key.to_octets()).unwrap());
            })),
        );
        report(
            "sign",
            set,
            t(measure(&inputs, |key| {
                black_box(key.sign_digest(&digest).unwrap());
            })),
        );
        report(
            "agree",
            set,
            t(measure(&inputs, |key| {
                black_box(key.agree(peer.public_key(), &[1; 8]).unwrap());
            })),
        );
    }
}

fn random_bits(count: usize) -> Vec<bool> {
    let mut octets = vec![0; count];
    getrandom::fill(&mut octets).unwrap();
    octets.into_iter().map(|octet| octet & 1 == 1).collect()
}
