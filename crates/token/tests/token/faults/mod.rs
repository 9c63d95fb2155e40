//! Every call our client makes meets every fault of the software token, in every job that makes the call. Whatever happens,
//! the host lives, the outcome has a text, finished signatures are good, and no PIN attempt is spent behind the person's
//! back.

mod case;
mod lane;

use std::sync::{Arc, Mutex};

use kabinet_softtoken::{Profile, TokenDirectory};
use kabinet_token::{Call, SignMechanism, TokenError};

use crate::softtoken::{Drawer, PIN, rutoken};
use crate::support::*;
use case::{Case, Job, calls};
use lane::{Lane, Outcome};

/// Lanes work side by side: those with a module that answers, and those that mostly wait for one that does not.
const BUSY_LANES: usize = 3;
const WAITING_LANES: usize = 16;
/// Serial number of the token that comes in when tokens are swapped.
const OTHER: &str = "999";

const INPUTS: [&[u8]; 3] = [b"first", b"second", b"third"];

/// What is wrong with an outcome.
fn complaints(
    case: Case,
    outcome: &Outcome,
    texts: &serde_json::Value,
    good: impl Fn(usize, &[u8]) -> bool,
) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut require = |holds: bool, what: &str| {
        if !holds {
            complaints.push(format!("{case:?}: {what}: {:?}", outcome.errors));
        }
    };
    for error in &outcome.errors {
        let text = texts.pointer(&format!("/errors/{}", error.code().replace('.', "/")));
        require(text.is_some_and(|text| text["what"].is_string()), "no text");
    }
    if let Some(code) = case.certain_error() {
        let codes: Vec<_> = outcome.errors.iter().map(TokenError::code).collect();
        require(codes == [code], &format!("not just {code}"));
    }
    let signed = outcome.signatures.len();
    if matches!(case.job, Job::Sign) {
        require(
            outcome.errors.is_empty() == (signed == INPUTS.len()) || case.finished_before() == INPUTS.len(),
            "not all signatures and no error, or all and an error",
        );
    }
    require(signed >= case.finished_before(), "a finished signature is lost");
    let judged = if case.lies() {
        case.finished_before()
    } else {
        signed
    };
    for (index, signature) in outcome.signatures.iter().enumerate().take(judged) {
        require(good(index, signature), "a bad signature");
    }
    let [ours, other] = outcome.tries;
    let all = rutoken().max_tries;
    match case.job {
        Job::SignWithWrongPin => {
            require(ours >= all - 1, "more than one attempt was spent");
            require(!outcome.errors.is_empty() && signed == 0, "a wrong PIN signed");
        }
        _ => require(ours == all, "an attempt was spent on the right PIN"),
    }
    require(other == all, "the PIN went to another token");
    require(outcome.recovered, "the next scan failed");
    complaints
}

#[test]
fn every_call_of_ours_is_in_the_matrix() {
    for call in Call::ALL {
        let met = Job::ALL
            .iter()
            .any(|job| calls(*job).iter().any(|(met, _)| met == call));
        assert!(met, "{} meets no fault", call.name());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_survives_every_fault() {
    let keys = [("one", "gost2012_256", "TCA"), ("two", "gost2012_256", "TCA")];
    let drawer = Drawer::new(rutoken(), &keys);
    let other = Profile {
        serial: OTHER.into(),
        ..rutoken()
    };
    let scan = drawer.tokens().scan().await;
    TokenDirectory::new(drawer.file("tokens"))
        .create(other, PIN.as_bytes(), b"00000000")
        .expect("a token");
    let digest = |message: &[u8]| drawer.openssl(&["dgst", "-md_gost12_256", "-binary"], message);
    let digests: Vec<_> = INPUTS.iter().map(|message| digest(message)).collect();
    let certificate = labelled(&scan, "one");
    let public = kabinet_pki::Certificate::from_der(&certificate.der).expect("a certificate");
    let public = kabinet_gost::PublicKey::from_spki_der(public.spki_der()).expect("a key");
    let job = job(certificate, SignMechanism::Gost256, digests.clone());
    let key = drawer.file("one.key");
    let again = ["req", "-x509", "-new", "-key", text(&key), "-subj", "/CN=again"];
    let again = drawer.openssl(&[&again[..], &["-outform", "DER"]].concat(), b"");

    let mut lanes = tokio::task::JoinSet::new();
    let (waiting, busy): (Vec<_>, Vec<_>) = Case::all().into_iter().partition(Case::waits);
    for (cases, count) in [(waiting, WAITING_LANES), (busy, BUSY_LANES)] {
        let cases = Arc::new(Mutex::new(cases));
        for _ in 0..count {
            let (lane, cases) = (Lane::new(&drawer, &job, &again), Arc::clone(&cases));
            lanes.spawn(async move {
                let mut outcomes = Vec::new();
                loop {
                    let case = cases.lock().expect("nobody panics with it").pop();
                    let Some(case) = case else { return outcomes };
                    outcomes.push((case, lane.run(case).await));
                }
            });
        }
    }
    let outcomes: Vec<_> = lanes.join_all().await.into_iter().flatten().collect();
    assert!(outcomes.len() > 1000, "{} cases", outcomes.len());
    let texts = include_bytes!("../../../../../assets/locales/ru.json");
    let texts: serde_json::Value = serde_json::from_slice(texts).expect("JSON");
    let good = |index: usize, signature: &[u8]| public.verify_digest(&digests[index], signature).is_ok();
    let complaints: Vec<String> = outcomes
        .iter()
        .flat_map(|(case, outcome)| complaints(*case, outcome, &texts, good))
        .collect();
    assert!(
        complaints.is_empty(),
        "{} complaints\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}
