//! Powers of attorney: reading, checking, writing, judging; beside each but the last what lxml (libxml2) takes for the same octets.
//!
//! `KABINET_PEERS=…/peers cargo bench -p kabinet-formats --bench poa`; without the peers only ours is measured. lxml parses, validates
//! by the same schema, or writes the tree it has: it makes no model of it, ours does, and names line and field of every finding.

#![allow(clippy::unwrap_used, reason = "a failed step is the measurement's failure")]

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kabinet_domain::poa::judge::{
    FRESH, KnownPoa, PoaKind, PrincipalSignature, Question, RegistryWord, SignatureStanding, Signer, Verdict,
    judge,
};
use kabinet_domain::poa::{
    DelegatedFrom, Flags, IdentityDocument, Joint, LegalEntity, Person, PoaNumber, PoaState, Power,
    PowerOfAttorney, Powers, Principal, Redelegation, RegistryState, Representative,
};
use kabinet_formats::{Formats, poa};
use time::macros::{date, datetime};
use uuid::Uuid;

const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../assets/schemas/emchd/EMCHD_1.reconstructed.xsd"
);
const PEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer.py");

fn person(inn: &str, snils: &str) -> Person {
    Person {
        surname: "Васильков".to_owned(),
        given_name: "Иван".to_owned(),
        patronymic: Some("Сергеевич".to_owned()),
        inn: Some(inn.to_owned()),
        snils: Some(snils.to_owned()),
        position: Some("Генеральный директор".to_owned()),
        born: Some(date!(1978 - 09 - 30)),
        citizenship: Some(1),
        document: Some(IdentityDocument {
            kind: "21".to_owned(),
            number: "4500 123456".to_owned(),
            issued: Some(date!(2010 - 02 - 01)),
            issuer: Some("ОВД района Ромашки".to_owned()),
            issuer_code: None,
        }),
        ..Person::default()
    }
}

/// With so many powers, passing `parent` on or the first of its chain.
fn deed(powers: usize, number: u128, parent: Option<&PowerOfAttorney>) -> PowerOfAttorney {
    let (head, to) = (
        person("770000000220", "90000000283"),
        person("770000000540", "90000000586"),
    );
    PowerOfAttorney {
        number: PoaNumber(Uuid::from_u128(
            0x5d0c_0a3e_7b1f_4c52_9f64_0000_0000_0000 + number,
        )),
        internal_number: Some("7-д".to_owned()),
        internally_registered: None,
        issued: date!(2026 - 01 - 10),
        expires: date!(2099 - 12 - 31),
        flags: Flags::default(),
        tax_office: None,
        tax_offices: Vec::new(),
        systems: Some("ЕПГУ".to_owned()),
        irrevocable: None,
        redelegation: Redelegation::Further,
        principals: vec![match parent {
            Some(_) => Principal::Person(Person {
                position: None,
                ..head.clone()
            }),
            None => Principal::Russian {
                organisation: LegalEntity {
                    name: "Общество с ограниченной ответственностью «Ромашка»".to_owned(),
                    inn: "9900000017".to_owned(),
                    kpp: Some("990001001".to_owned()),
                    ogrn: Some("1209900000012".to_owned()),
                    ..LegalEntity::default()
                },
                heads: vec![head.clone()],
                managed_by: None,
                managing_proprietor: None,
                heads_together: false,
            },
        }],
        representatives: vec![Representative::Person(head), Representative::Person(to)],
        joint: Joint::Each,
        lost_on_redelegation: false,
        powers: Powers::Machine(
            (0..powers)
                .map(|index| Power {
                    code: format!("DEMO_POWER_{index}"),
                    mnemonic: None,
                    name: "Подписывать первичные учётные документы".to_owned(),
                    restrictions: Vec::new(),
                })
                .collect(),
        ),
        notary: None,
        delegated_from: parent.map(|parent| DelegatedFrom {
            first: parent
                .delegated_from
                .as_ref()
                .map_or(parent.number, |from| from.first),
            parent: parent.number,
            first_issued: None,
            first_expires: None,
            first_notarial: false,
            first_principal_inn: None,
            first_principal_name: None,
            parent_issued: None,
            parent_expires: None,
        }),
    }
}

/// lxml in a process of its own, which is started once.
struct Peer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(file: &Path) -> Option<Self> {
        let python = PathBuf::from(std::env::var_os("KABINET_PEERS")?).join("bin/python");
        let mut process = Command::new(python)
            .arg(PEER)
            .arg(file)
            .arg(SCHEMA)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Some(Self {
            process,
            input,
            output: BufReader::new(output),
        })
    }

    fn takes(&mut self, what: &str, rounds: u64) -> Duration {
        writeln!(self.input, "{what} {rounds}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        Duration::from_nanos(line.trim().parse().unwrap())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn files(criterion: &mut Criterion) {
    let formats = Formats::embedded();
    for powers in [5, 500] {
        let model = deed(powers, 1, None);
        let written = poa::write(&model, date!(2026 - 01 - 10), None);
        assert_eq!(poa::read(&written.name, &written.bytes).unwrap().poa, model);
        assert!(formats.check(&written.name, &written.bytes).findings.is_empty());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(&written.name);
        std::fs::write(&path, &written.bytes).unwrap();
        let mut peer = Peer::start(&path);
        let mut group = criterion.benchmark_group(format!("poa of {powers} powers"));
        group.throughput(Throughput::Bytes(written.bytes.len() as u64));
        group.bench_function("read", |bencher| {
            bencher.iter(|| poa::read(&written.name, black_box(&written.bytes)).unwrap());
        });
        group.bench_function("check", |bencher| {
            bencher.iter(|| formats.check(&written.name, black_box(&written.bytes)));
        });
        group.bench_function("write", |bencher| {
            bencher.iter(|| poa::write(black_box(&model), date!(2026 - 01 - 10), None));
        });
        if let Some(peer) = &mut peer {
            for what in ["parse", "validate", "write"] {
                group.bench_function(BenchmarkId::new("lxml", what), |bencher| {
                    bencher.iter_custom(|rounds| peer.takes(what, rounds));
                });
            }
        }
        group.finish();
    }
}

fn judgement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("judge");
    let at = datetime!(2026-11-29 12:00 UTC);
    let signer = |inn: &str, snils: &str, organisation: Option<&str>| Signer {
        inn: Some(inn.to_owned()),
        snils: Some(snils.to_owned()),
        organisation_inn: organisation.map(str::to_owned),
        organisation_kpp: None,
    };
    let signatures = [PrincipalSignature {
        standing: SignatureStanding::Valid,
        signer: signer("770000000220", "90000000283", Some("9900000017")),
        made: Some(datetime!(2026-01-10 09:00 UTC)),
    }];
    let registry = Some(RegistryWord {
        state: RegistryState::Active,
        at,
        revoked_at: None,
    });
    let acting = signer("770000000540", "90000000586", None);
    for (steps, powers) in [(1, 5), (3, 5), (3, 500)] {
        let mut chain: Vec<PowerOfAttorney> = Vec::new();
        for number in 0..steps {
            let next = deed(powers, number, chain.last());
            chain.push(next);
        }
        let known: Vec<KnownPoa<'_>> = chain
            .iter()
            .map(|poa| KnownPoa {
                poa,
                kind: PoaKind::Electronic,
                state: PoaState::Active,
                signatures: &signatures,
                registry,
                revoked_here: None,
                passed_on: &[],
            })
            .collect();
        let (own, parents) = known.split_last().unwrap();
        let asked = Question {
            acting: &acting,
            together_with: &[],
            inn: "9900000017",
            kpp: Some("990001001"),
            at,
            powers: &["DEMO_POWER_4"],
            matter: &[],
            tax_office: None,
            fresh: FRESH,
        };
        assert_eq!(judge(&asked, own, parents).verdict, Verdict::Allowed);
        group.bench_function(format!("{steps} in the chain, {powers} powers each"), |bencher| {
            bencher.iter(|| judge(black_box(&asked), black_box(own), black_box(parents)));
        });
    }
    group.finish();
}

criterion_group!(benches, files, judgement);
criterion_main!(benches);
