//! Every call our client makes meets every fault of the software token, in every job that makes the call. Whatever happens,
//! the host lives, the outcome has a text, finished signatures are good, and no PIN attempt is spent behind the person's
//! back.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kabinet_softtoken::{Profile, TokenDirectory};
use kabinet_token::key_file::{KeyAlgorithm, KeySize};
use kabinet_token::{
    Call, Deadlines, KeyOrder, SignEvent, SignJob, SignMechanism, TokenError, Tokens, Workers,
};

use crate::softtoken::{Drawer, PIN, PUK, WRONG, rutoken};
use crate::support::*;

/// Lanes work side by side: those with a module that answers, and those that mostly wait for one that does not.
const BUSY_LANES: usize = 3;
const WAITING_LANES: usize = 16;
/// Deadline of jobs whose module hangs: longer than a job without a fault takes on a busy machine.
const SHORT: Duration = Duration::from_secs(3);
/// Of all other jobs: never reached.
const LONG: Duration = Duration::from_secs(60);
/// Serial number of the token that comes in when tokens are swapped.
const OTHER: &str = "999";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Job {
    Introduce,
    Scan,
    Sign,
    SignWithWrongPin,
    ChangePin,
    Unblock,
    MakeKey,
    ImportCertificate,
}

impl Job {
    const ALL: [Self; 8] = [
        Self::Introduce,
        Self::Scan,
        Self::Sign,
        Self::SignWithWrongPin,
        Self::ChangePin,
        Self::Unblock,
        Self::MakeKey,
        Self::ImportCertificate,
    ];
}

/// The calls of each job, in order of appearance, and whether it makes them more than once. The later jobs begin like those
/// before them: only what is new in them is met again.
fn calls(job: Job) -> &'static [(Call, bool)] {
    match job {
        Job::Introduce => &[
            (Call::GetFunctionList, false),
            (Call::Initialize, false),
            (Call::GetInfo, false),
            (Call::Finalize, false),
        ],
        Job::Scan => &[
            (Call::GetFunctionList, false),
            (Call::Initialize, false),
            (Call::GetSlotList, true),
            (Call::GetSlotInfo, false),
            (Call::GetTokenInfo, false),
            (Call::GetMechanismList, true),
            (Call::GetMechanismInfo, true),
            (Call::OpenSession, false),
            (Call::FindObjectsInit, true),
            (Call::FindObjects, true),
            (Call::FindObjectsFinal, true),
            (Call::GetAttributeValue, true),
            (Call::CloseSession, false),
        ],
        Job::Sign => &[
            (Call::GetFunctionList, false),
            (Call::Initialize, false),
            (Call::GetSlotList, true),
            (Call::GetTokenInfo, true),
            (Call::OpenSession, false),
            (Call::FindObjectsInit, true),
            (Call::FindObjects, true),
            (Call::FindObjectsFinal, true),
            (Call::GetAttributeValue, true),
            (Call::GetMechanismList, true),
            (Call::Login, false),
            (Call::SignInit, true),
            (Call::Sign, true),
            (Call::Logout, false),
            (Call::CloseSession, false),
        ],
        // Where a wrong PIN could be sent twice, or to another token.
        Job::SignWithWrongPin => &[
            (Call::GetTokenInfo, true),
            (Call::OpenSession, false),
            (Call::Login, false),
            (Call::CloseSession, false),
        ],
        Job::ChangePin => &[(Call::SetPIN, false), (Call::Logout, false)],
        Job::Unblock => &[(Call::Login, false), (Call::InitPIN, false)],
        Job::MakeKey => &[
            (Call::GenerateKeyPair, false),
            (Call::GetAttributeValue, true),
            (Call::SignInit, false),
            (Call::Sign, false),
            (Call::DestroyObject, true),
        ],
        Job::ImportCertificate => &[(Call::GetAttributeValue, true), (Call::CreateObject, false)],
    }
}

/// A return code of each class of `return_code.rs`, vendors' codes among them.
const CODES: [u64; 23] = [
    0x02,        // CKR_HOST_MEMORY
    0x05,        // CKR_GENERAL_ERROR
    0x12,        // CKR_ATTRIBUTE_TYPE_INVALID
    0x21,        // CKR_DATA_LEN_RANGE
    0x30,        // CKR_DEVICE_ERROR
    0x50,        // CKR_FUNCTION_CANCELED
    0x54,        // CKR_FUNCTION_NOT_SUPPORTED
    0x60,        // CKR_KEY_HANDLE_INVALID
    0x70,        // CKR_MECHANISM_INVALID
    0xA0,        // CKR_PIN_INCORRECT
    0xA1,        // CKR_PIN_INVALID
    0xA2,        // CKR_PIN_LEN_RANGE
    0xA3,        // CKR_PIN_EXPIRED
    0xA4,        // CKR_PIN_LOCKED
    0xE0,        // CKR_TOKEN_NOT_PRESENT
    0x100,       // CKR_USER_ALREADY_LOGGED_IN
    0x101,       // CKR_USER_NOT_LOGGED_IN
    0x102,       // CKR_USER_PIN_NOT_INITIALIZED
    0x150,       // CKR_BUFFER_TOO_SMALL
    0x190,       // CKR_CRYPTOKI_NOT_INITIALIZED
    0x200,       // CKR_FUNCTION_REJECTED
    0x208,       // CKR_TOKEN_NOT_INITIALIZED
    0x8000_0006, // Rutoken: CKR_SM_PASSWORD_INVALID
];

/// Faults other than a return code. Lies are those after which a finished signature may be of another key or bad.
const DEEDS: [(&str, u64); 12] = [
    ("crash", 1),
    ("hang", 1),
    ("delay", 30_000),
    ("remove", 1),
    ("swap", 1),
    ("wrong", 1),
    ("count", 0x1_0000_0000),
    ("count", u64::MAX),
    ("count", 0),
    ("garbage", 1),
    ("garbage", 7),
    ("other", 1),
];

#[derive(Clone, Copy, Debug)]
struct Case {
    job: Job,
    call: Call,
    deed: (&'static str, u64),
    /// From the second call of this function on.
    later: bool,
}

impl Case {
    fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for job in Job::ALL {
            for (call, repeated) in calls(job) {
                let codes = CODES.iter().map(|code| ("rv", *code));
                let case = |deed, later| Self {
                    job,
                    call: *call,
                    deed,
                    later,
                };
                cases.extend(codes.chain(DEEDS).map(|deed| case(deed, false)));
                if *repeated {
                    cases.extend(DEEDS.map(|deed| case(deed, true)));
                }
            }
        }
        cases
    }

    fn directives(&self) -> String {
        let (name, (deed, value)) = (self.call.name(), self.deed);
        // Only a key whose request fails is destroyed.
        let cause = match self.call {
            Call::DestroyObject => "C_Sign.rv = 0x5\n",
            _ => "",
        };
        format!(
            "{cause}{name}.{deed} = {value}\n{name}.after = {}\n",
            u8::from(self.later)
        )
    }

    fn waits(&self) -> bool {
        matches!(self.deed.0, "hang" | "delay")
    }

    fn lies(&self) -> bool {
        matches!(self.deed.0, "wrong" | "count" | "garbage" | "other")
    }

    /// How many signatures were finished before the fault can have met anything.
    fn finished_before(&self) -> usize {
        match (self.job, self.call) {
            (Job::Sign, Call::SignInit | Call::Sign) => usize::from(self.later),
            (Job::Sign, Call::Logout | Call::CloseSession) => INPUTS.len(),
            _ => 0,
        }
    }

    /// The only possible error, where there is one.
    fn certain_error(&self) -> Option<&'static str> {
        match (self.deed, self.call) {
            // Nobody waits for the answer of the last call.
            (_, Call::Finalize) => None,
            // A worker that got ready in time to be slow only in its last answer is not at fault.
            (("hang" | "delay", _), _) => Some("token.module-hung"),
            (("crash", _), _) => Some("token.module-crashed"),
            (("rv", code), Call::Login | Call::SignInit | Call::Sign) if self.job == Job::Sign => {
                match code {
                    0x200 => Some("token.rejected"),
                    0x50 => Some("token.confirmation-timeout"),
                    0x30 | 0xE0 => Some("token.removed"),
                    0xA1 => Some("token.pin-unacceptable"),
                    0x208 => Some("token.not-initialised"),
                    0xA4 => Some("token.pin-locked"),
                    0x101 => Some("token.login-lost"),
                    0x190 => Some("token.module-reset"),
                    0x8000_0006 => Some("token.device"),
                    _ => None,
                }
            }
            (("remove", _), Call::Login | Call::SignInit | Call::Sign) => Some("token.removed"),
            (("count", 0x1_0000_0000), Call::Sign | Call::GetSlotList) if !self.later => {
                Some("token.module-misbehaved")
            }
            _ => None,
        }
    }
}

const INPUTS: [&[u8]; 3] = [b"first", b"second", b"third"];

/// A copy of the module with tokens of its own.
struct Lane {
    folder: tempfile::TempDir,
    template: PathBuf,
    job: SignJob,
    /// One more of the key in the job, DER.
    certificate: Vec<u8>,
}

impl Lane {
    fn new(drawer: &Drawer, job: &SignJob, certificate: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let module = folder.path().join("module.so");
        std::fs::copy(drawer.file("libkabinet_softtoken.so"), &module).expect("copied");
        let setting = format!("directory = {}\n", text(&folder.path().join("tokens")));
        std::fs::write(folder.path().join("kabinet-softtoken.conf"), setting).expect("written");
        let mut job = job.clone();
        job.token.module = module;
        Self {
            folder,
            template: drawer.file("tokens"),
            job,
            certificate: certificate.to_vec(),
        }
    }

    fn directory(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    /// Tokens as they were: the one in, the other out.
    fn reset(&self) {
        for serial in [rutoken().serial.as_str(), OTHER] {
            let (from, to) = (self.template.join(serial), self.directory().join(serial));
            std::fs::create_dir_all(&to).expect("made");
            for file in ["token.json", "insertion"] {
                std::fs::copy(from.join(file), to.join(file)).expect("copied");
            }
            let removed = to.join("removed");
            if serial == OTHER {
                std::fs::write(removed, "").expect("written");
            } else if removed.exists() {
                std::fs::remove_file(removed).expect("removed");
            }
        }
    }

    fn control(&self, directives: &str) {
        let new = self.folder.path().join("control.new");
        std::fs::write(&new, directives).expect("written");
        std::fs::rename(new, self.directory().join("control")).expect("renamed");
    }

    fn tries_left(&self, serial: &str) -> u32 {
        let list = TokenDirectory::new(self.directory()).list().expect("a list");
        let token = list.into_iter().find(|token| token.profile.serial == serial);
        token.and_then(|token| token.user_tries_left).expect("a PIN")
    }

    async fn run(&self, case: Case) -> Outcome {
        self.reset();
        self.control(&case.directives());
        let deadline = if case.waits() { SHORT } else { LONG };
        let deadlines = Deadlines {
            scan: deadline,
            sign: deadline,
            on_device: deadline,
        };
        let workers = Workers::new(Path::new(WORKER).to_path_buf()).with_deadlines(deadlines);
        let tokens = Tokens::new(vec![module(&self.job.token.module)], workers);
        let (errors, signatures) = self.perform(case.job, &tokens).await;
        if case.job == Job::Introduce {
            tokens.close().await;
        }
        self.control("");
        let tries = [rutoken().serial.as_str(), OTHER].map(|serial| self.tries_left(serial));
        // The next look finds a module that works; the worker of a hung one is another one.
        self.reset();
        let scan = tokens.scan().await;
        let recovered = scan.problems.is_empty() && scan.certificates.len() == 2;
        tokens.close().await;
        Outcome {
            errors,
            signatures,
            tries,
            recovered,
        }
    }

    async fn perform(&self, job: Job, tokens: &Tokens) -> (Vec<TokenError>, Vec<Vec<u8>>) {
        let entered = match job {
            Job::Introduce => {
                let answers = tokens.introduce().await;
                let errors = answers.into_iter().filter_map(|(_, answer)| answer.err());
                return (errors.collect(), Vec::new());
            }
            Job::Scan => {
                let scan = tokens.scan().await;
                let errors = scan.problems.into_iter().map(|problem| problem.error);
                return (errors.collect(), Vec::new());
            }
            Job::Sign => PIN,
            Job::SignWithWrongPin => WRONG,
            Job::ChangePin | Job::Unblock | Job::MakeKey | Job::ImportCertificate => {
                return (
                    self.change(job, tokens).await.err().into_iter().collect(),
                    Vec::new(),
                );
            }
        };
        let mut signatures = Vec::new();
        let collect = |event| {
            if let SignEvent::Signed { signature, .. } = event {
                signatures.push(signature);
            }
        };
        let result = tokens.sign_each(self.job.clone(), pin(entered), collect).await;
        (result.err().into_iter().collect(), signatures)
    }

    async fn change(&self, job: Job, tokens: &Tokens) -> Result<(), TokenError> {
        let token = &self.job.token;
        match job {
            Job::ChangePin => tokens.change_pin(token, pin(PIN), pin(PUK), false).await,
            Job::Unblock => tokens.unblock(token, pin(PUK), pin(PIN), false).await,
            Job::MakeKey => {
                let order = KeyOrder {
                    algorithm: KeyAlgorithm::gost(KeySize::Bits256, "tc26-a").expect("a known set"),
                    label: "new".into(),
                    subject: vec![0x30, 0],
                    extensions: Vec::new(),
                };
                tokens.make_key(token, order, pin(PIN), false).await.map(drop)
            }
            _ => {
                let certificate = self.certificate.clone();
                tokens
                    .import_certificate(token, certificate, pin(PIN), false)
                    .await
            }
        }
    }
}

struct Outcome {
    errors: Vec<TokenError>,
    signatures: Vec<Vec<u8>>,
    /// Of the token in the job, and of the other one.
    tries: [u32; 2],
    recovered: bool,
}

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
    let texts = include_bytes!("../../../../assets/locales/ru.json");
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
