//! The NIST path validation suite, every case of it (`tests/data/pkits/ORIGIN.md`).

use std::fs;
use std::path::{Path, PathBuf};

use kabinet_pki::{
    Certificate, Crl, Evidence, Oid, ProblemKind, Purpose, Requirements, Status, Trust, UnknownRevocation,
    Verdict, validate_with,
};
use serde_json::Value;
use time::macros::datetime;

/// Within the validity of everything in the suite that is not expired on purpose.
const AT: time::OffsetDateTime = datetime!(2022-05-01 00:00 UTC);

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/pkits")
}

fn certificate(name: &str) -> Certificate {
    let octets = fs::read(data().join("certs").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Certificate::from_der(&octets).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn list(name: &str) -> Crl {
    let octets = fs::read(data().join("crls").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Crl::from_der(&octets).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn cases() -> Vec<Value> {
    let text = fs::read_to_string(data().join("pkits.json")).expect("the table of cases");
    serde_json::from_str(&text).expect("the table of cases")
}

fn names<'a>(case: &'a Value, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    case[key]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn requirements(case: &Value) -> Requirements {
    let parameters = &case["params"];
    let set = |key: &str| parameters[key].as_bool().unwrap_or(false);
    let policies = names(parameters, "user_initial_policy_set").map(|oid| Oid::new(oid).expect("identifier"));
    Requirements {
        policies: policies.collect(),
        explicit_policy: set("initial_explicit_policy"),
        inhibit_mapping: set("initial_policy_mapping_inhibit"),
        inhibit_any_policy: set("initial_any_policy_inhibit"),
        ..Requirements::new(Purpose::Any)
    }
}

fn judge(case: &Value, requirements: &Requirements) -> Verdict {
    let trust = Trust {
        anchors: vec![certificate("TrustAnchorRootCertificate.crt")],
        intermediates: Vec::new(),
    };
    let evidence = Evidence {
        crls: names(case, "crls")
            .chain(["TrustAnchorRootCRL.crl"])
            .map(list)
            .collect(),
        certificates: names(case, "other_certs")
            .chain(names(case, "path_intermediates"))
            .map(certificate)
            .collect(),
        ..Evidence::default()
    };
    let leaf = certificate(case["cert"].as_str().expect("a certificate"));
    validate_with(&leaf, &trust, &evidence, AT, requirements)
}

/// What differs from the result the table asks for.
fn disagreement(case: &Value, verdict: &Verdict) -> Option<String> {
    let has = |test: fn(&ProblemKind) -> bool| verdict.problems.iter().any(|problem| test(&problem.kind));
    let class = case["error"]["class"].as_str();
    let agrees = match class {
        None => verdict.is_valid() && Some(verdict.chain.len() as u64) == case["path_len"].as_u64(),
        Some("PathValidationError") => {
            verdict.status == Status::Invalid && !has(|kind| matches!(kind, ProblemKind::Revoked { .. }))
        }
        Some("RevokedError") => {
            verdict.status == Status::Invalid && has(|kind| matches!(kind, ProblemKind::Revoked { .. }))
        }
        Some("InsufficientRevinfoError") => {
            verdict.status == Status::Unknown && has(|kind| matches!(kind, ProblemKind::RevocationUnknown(_)))
        }
        Some("StaleRevinfoError") => {
            verdict.status == Status::Unknown
                && has(|kind| {
                    matches!(
                        kind,
                        ProblemKind::RevocationUnknown(UnknownRevocation::Stale { .. })
                    )
                })
        }
        Some(_) => false,
    };
    (!agrees).then(|| {
        format!(
            "{} {}: wanted {class:?}, found {:?} {:?}",
            case["id"], case["name"], verdict.status, verdict.problems
        )
    })
}

#[test]
fn every_case_of_the_suite_is_judged_as_it_asks() {
    let cases = cases();
    assert_eq!(cases.len(), 246);
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            // The suite tests paths: its DSA cases are made with SHA-1.
            let requirements = Requirements {
                accept_weak: true,
                ..requirements(case)
            };
            disagreement(case, &judge(case, &requirements))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} cases:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn weak_algorithms_change_the_cases_that_use_them_and_no_other() {
    let changed: Vec<String> = cases()
        .iter()
        .filter(|case| disagreement(case, &judge(case, &requirements(case))).is_some())
        .map(|case| case["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        changed,
        [
            "valid_dsa_signatures_test4",
            "valid_dsa_parameter_inheritance_test5"
        ]
    );
}
