//! Modules that hang, crash, lie and babble, compiled from `hostile.c` for each test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kabinet_token::{Scan, SignEvent, SignJob, SignMechanism, TokenError, Tokens, Workers};

use crate::support::*;

const HANG: &str = "for(;;)pause();";
const CRASH: &str = "abort();";

/// A folder with a certificate for the modules compiled into it.
struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        make_certificate(folder.path(), "cert", P256);
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The module with these macros. `LOG` is a file named after it.
    fn module(&self, name: &str, deeds: &[(&str, &str)]) -> PathBuf {
        let path = self.file(&format!("{name}.so"));
        let quoted = |file: PathBuf| format!("\"{}\"", text(&file));
        let fixed = [
            ("CERT", quoted(self.file("cert.der"))),
            ("LOG", quoted(self.file(&format!("{name}.log")))),
        ];
        let deeds = deeds.iter().map(|(deed, code)| (*deed, (*code).to_owned()));
        let mut arguments: Vec<String> = fixed
            .into_iter()
            .chain(deeds)
            .map(|(macro_name, code)| format!("-D{macro_name}={code}"))
            .collect();
        if !arguments.iter().any(|argument| argument.starts_with("-DFLAGS=")) {
            arguments.push("-DFLAGS=".into());
        }
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/token/hostile.c");
        arguments
            .extend(["-std=gnu11", "-w", "-shared", "-fPIC", source, "-o", text(&path)].map(String::from));
        run(
            "cc",
            &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
            &[],
            b"",
        );
        path
    }

    fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(&format!("{name}.log"))).unwrap_or_default()
    }
}

fn only(path: &Path) -> Tokens {
    tokens(&[path], Path::new(WORKER))
}

fn two_inputs(scan: &Scan) -> SignJob {
    let certificate = scan
        .certificates
        .first()
        .unwrap_or_else(|| panic!("no certificate: {scan:#?}"));
    job(
        certificate,
        SignMechanism::EcdsaP256,
        vec![vec![1; 32], vec![2; 32]],
    )
}

async fn sign_with(deeds: &[(&str, &str)]) -> (Result<(), TokenError>, Vec<SignEvent>) {
    let workshop = Workshop::new();
    let tokens = only(&workshop.module("module", deeds));
    let job = two_inputs(&tokens.scan().await);
    let mut events = Vec::new();
    (
        tokens
            .sign_each(job, pin("1234"), |event| events.push(event))
            .await,
        events,
    )
}

#[tokio::test]
async fn a_module_that_hangs_in_the_middle_of_signing_is_ended_and_disturbs_no_other() {
    let workshop = Workshop::new();
    let hanging = workshop.module("hanging", &[("SIGN", HANG)]);
    let other = workshop.module("other", &[]);
    let tokens = tokens(&[&hanging, &other], Path::new(WORKER));
    let scan = tokens.scan().await;
    assert_eq!(scan.tokens.len(), 2);
    let job = two_inputs(&scan);
    assert_eq!(job.token.module, hanging);
    let started = Instant::now();
    let other_token = scan.certificates[1].token.clone();
    let other_job = SignJob {
        token: other_token,
        inputs: vec![vec![1; 32]],
        ..job.clone()
    };
    let hung = async { (tokens.sign(job, pin("1234")).await, started.elapsed()) };
    let signed = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        (tokens.sign(other_job, pin("1234")).await, started.elapsed())
    };
    let ((hung, hung_for), (signed, signed_after)) = tokio::join!(hung, signed);
    assert_eq!(hung, Err(TokenError::ModuleHung { seconds: 2 }));
    assert!(hung_for < Duration::from_secs(6), "{hung_for:?}");
    assert_eq!(signed, Ok(vec![vec![7; 64]]));
    assert!(signed_after < hung_for, "it waited for the hanging module");
    assert_eq!(
        tokens.scan().await.problems,
        [],
        "the next request starts a fresh worker"
    );
}

#[tokio::test]
async fn a_module_that_hangs_while_loading_does_not_delay_the_scan_of_another_beyond_the_deadline() {
    let workshop = Workshop::new();
    let hanging = workshop.module("hanging", &[("INIT", HANG)]);
    let other = workshop.module("other", &[]);
    let workers = Workers::new(WORKER.into()).with_deadlines(kabinet_token::Deadlines {
        scan: Duration::from_millis(1500),
        ..Default::default()
    });
    let tokens = Tokens::new(vec![module(&hanging), module(&other)], workers);
    let scan = tokens.scan().await;
    assert_eq!(scan.tokens.len(), 1);
    assert_eq!(scan.problems.len(), 1);
    assert_eq!(scan.problems[0].module, hanging);
    assert_eq!(scan.problems[0].error, TokenError::ModuleHung { seconds: 2 });
}

#[tokio::test]
async fn a_crash_during_login_is_reported_once_and_the_pin_is_never_sent_again() {
    let workshop = Workshop::new();
    let deed = "{FILE *f=fopen(LOG,\"a\");fprintf(f,\"login\\n\");fclose(f);abort();}";
    let tokens = only(&workshop.module("crashing", &[("LOGIN", deed)]));
    let job = two_inputs(&tokens.scan().await);
    assert_eq!(
        tokens.sign(job, pin("1234")).await,
        Err(TokenError::ModuleCrashed)
    );
    assert_eq!(tokens.scan().await.tokens.len(), 1);
    assert_eq!(workshop.log("crashing"), "login\n");
}

#[tokio::test]
async fn signatures_made_before_a_failure_are_kept() {
    let (result, events) = sign_with(&[]).await;
    assert_eq!(
        result.expect_err("the second fails").params()["rv"],
        "CKR_GENERAL_ERROR (0x00000005)"
    );
    assert_eq!(
        events,
        [
            SignEvent::LoggedIn,
            SignEvent::Signed {
                index: 0,
                signature: vec![7; 64]
            }
        ]
    );
}

#[tokio::test]
async fn codes_of_a_failing_signature_become_what_they_mean() {
    for (code, expected) in [
        ("0x32", TokenError::TokenRemoved),
        ("0xb3", TokenError::TokenRemoved),
        ("0x200", TokenError::Rejected),
        ("0x50", TokenError::ConfirmationTimeout),
        ("0x101", TokenError::LoginLost),
        ("0x70", TokenError::MechanismUnsupported),
        ("0x190", TokenError::ModuleReset),
    ] {
        let (result, events) = sign_with(&[("SIGN", &format!("return {code};"))]).await;
        assert_eq!(result, Err(expected), "{code}");
        assert_eq!(events, [SignEvent::LoggedIn]);
    }
}

#[tokio::test]
async fn codes_of_a_failing_login_become_what_they_mean() {
    for (code, flags, expected) in [
        ("0xa4", "", "token.pin-locked"),
        ("0xa0", "", "token.pin-incorrect"),
        ("0xa3", "", "token.pin-expired"),
        ("0x102", "", "token.pin-not-set"),
        ("0xe0", "", "token.removed"),
        ("0x30", "", "token.removed"),
        ("0x104", "", "token.busy"),
        ("0xa2", "", "token.pin-length"),
        ("0x80000006", "", "token.device"),
        ("0", "|0x40000", "token.pin-locked"),
        ("0", "|0x20000", "token.pin-final-try"),
    ] {
        let (result, events) = sign_with(&[("LOGIN", &format!("return {code};")), ("FLAGS", flags)]).await;
        assert_eq!(result.expect_err("refused").code(), expected, "{code} {flags}");
        assert_eq!(events, []);
    }
}

#[tokio::test]
async fn already_logged_in_is_success() {
    let (_, events) = sign_with(&[("LOGIN", "return 0x100;")]).await;
    assert_eq!(events.len(), 2);
}

#[tokio::test]
async fn the_last_attempt_is_spent_only_when_the_person_knows() {
    let workshop = Workshop::new();
    let deed = "{FILE *f=fopen(LOG,\"a\");fprintf(f,\"%.*s\\n\",(int)len,pin);fclose(f);return 0xa0;}";
    let tokens = only(&workshop.module("last", &[("LOGIN", deed), ("FLAGS", "|0x20000")]));
    let mut job = two_inputs(&tokens.scan().await);
    assert_eq!(
        tokens.sign(job.clone(), pin("1234")).await,
        Err(TokenError::PinFinalTry)
    );
    assert_eq!(workshop.log("last"), "");
    job.final_try_confirmed = true;
    let error = tokens.sign(job, pin("4321")).await.expect_err("wrong");
    assert_eq!(error.code(), "token.pin-incorrect-final-try");
    assert_eq!(workshop.log("last"), "4321\n");
}

#[tokio::test]
async fn a_pin_for_the_readers_own_keys_is_never_sent() {
    let workshop = Workshop::new();
    // Longer than the deadline of a signature: the person at the reader gets more time.
    let deed = "{FILE *f=fopen(LOG,\"a\");fprintf(f,\"%p %lu\\n\",pin,len);fclose(f);sleep(2);return 0;}";
    let tokens = only(&workshop.module("pinpad", &[("LOGIN", deed), ("FLAGS", "|0x100")]));
    let scan = tokens.scan().await;
    assert!(scan.tokens[0].pin.on_device);
    for pin in [None, pin("1234")] {
        let mut events = Vec::new();
        let job = SignJob {
            inputs: vec![vec![1; 32]],
            ..two_inputs(&scan)
        };
        let _ = tokens.sign_each(job, pin, |event| events.push(event)).await;
        assert_eq!(events[..2], [SignEvent::AwaitingDevice, SignEvent::LoggedIn]);
    }
    assert_eq!(workshop.log("pinpad"), "(nil) 0\n(nil) 0\n");
}

#[tokio::test]
async fn a_key_that_wants_the_pin_each_time_gets_it_and_a_refusal_stops_the_run() {
    let workshop = Workshop::new();
    let always = "if(a->type==0x202)return give(a,\"\\1\",1);";
    let signs = "memset(sig,7,64);*len=64;return 0;";
    let note = "FILE *f=fopen(LOG,\"a\");fprintf(f,\"%lu \",u);fclose(f);";
    let deed = format!("{{{note} return 0;}}");
    let willing = workshop.module(
        "willing",
        &[("ATTRIBUTE", always), ("SIGN", signs), ("LOGIN", &deed)],
    );
    let deed = format!("{{{note} return u==2?0xa0:0;}}");
    let refusing = workshop.module(
        "refusing",
        &[("ATTRIBUTE", always), ("SIGN", signs), ("LOGIN", &deed)],
    );
    let tokens_willing = only(&willing);
    let signed = tokens_willing
        .sign(two_inputs(&tokens_willing.scan().await), pin("1234"))
        .await;
    assert_eq!(signed.expect("signed").len(), 2);
    assert_eq!(workshop.log("willing"), "1 2 2 ");
    let tokens_refusing = only(&refusing);
    let refused = tokens_refusing
        .sign(two_inputs(&tokens_refusing.scan().await), pin("1234"))
        .await;
    assert_eq!(refused.expect_err("refused").code(), "token.pin-incorrect");
    assert_eq!(workshop.log("refusing"), "1 2 ");
}

#[tokio::test]
async fn lengths_beyond_reason_are_refused() {
    for (deed, code) in [
        ("SLOTS", "*count=list?2:1;return 0;"),
        ("SLOTS", "*count=-1;return 0;"),
        ("MECHANISMS", "*count=1ul<<40;return 0;"),
        ("ATTRIBUTE", "if(a->type==0x11){a->len=1ul<<40;return 0;}"),
        (
            "ATTRIBUTE",
            "if(a->type==0x11){a->len=a->value?9000:8000;return 0;}",
        ),
    ] {
        let workshop = Workshop::new();
        let scan = only(&workshop.module("liar", &[(deed, code)])).scan().await;
        assert_eq!(scan.problems.len(), 1, "{deed} {code}");
        assert_eq!(
            scan.problems[0].error.code(),
            "token.module-misbehaved",
            "{deed} {code}"
        );
    }
    for code in [
        "*len=513;return 0;",
        "*len=-1;return 0;",
        "*len=100;return 0x150;",
        "*len=1ul<<40;return 0x150;",
        "*len=63;return 0;",
    ] {
        let (result, _) = sign_with(&[("SIGN", code)]).await;
        assert_eq!(
            result.expect_err("a lie").code(),
            "token.module-misbehaved",
            "{code}"
        );
    }
}

#[tokio::test]
async fn a_signature_longer_than_usual_is_fetched_with_a_second_call() {
    let deed = "if(*len<1000){*len=1000;return 0x150;}memset(sig,7,64);*len=64;return 0;";
    let (result, events) = sign_with(&[("SIGN", deed)]).await;
    assert_eq!(result, Ok(()));
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn attributes_that_are_not_there_do_not_hide_the_object() {
    let workshop = Workshop::new();
    let deed = "if(a->type==3){a->len=-1;return 0;}if(a->type==0x80){a->len=-1;return 0x11;}if(a->type==0x102)return 5;";
    let scan = only(&workshop.module("sparse", &[("ATTRIBUTE", deed)]))
        .scan()
        .await;
    assert_eq!((scan.problems.len(), scan.certificates.len()), (0, 1));
}

#[tokio::test]
async fn what_a_module_prints_is_not_taken_for_an_answer() {
    let workshop = Workshop::new();
    let deed = "printf(\"\\4\\0\\0\\0null\");fflush(stdout);write(1,\"\\4\\0\\0\\0null\",8);close(0);";
    let scan = only(&workshop.module("babbling", &[("INIT", deed)])).scan().await;
    assert_eq!((scan.problems.len(), scan.tokens.len()), (0, 1));
}

#[tokio::test]
async fn a_run_given_up_ends_its_worker_at_once() {
    let workshop = Workshop::new();
    let note = "FILE *p=fopen(LOG,\"a\");fprintf(p,\"%d\\n\",getpid());fclose(p);";
    let tokens = only(&workshop.module("slow", &[("INIT", note), ("SIGN", HANG)]));
    let scan = tokens.scan().await;
    let given_up = tokio::time::timeout(
        Duration::from_millis(300),
        tokens.sign(two_inputs(&scan), pin("1234")),
    )
    .await;
    assert!(given_up.is_err());
    let first = PathBuf::from(format!("/proc/{}", workshop.log("slow").trim()));
    gone(&first).await;
    assert_eq!(tokens.scan().await.tokens.len(), 1);
    tokens.scan().await;
    let log = workshop.log("slow");
    assert_eq!(log.lines().count(), 2, "a worker stays between scans: {log}");
    drop(tokens);
    gone(&PathBuf::from(format!(
        "/proc/{}",
        log.lines().last().expect("a line")
    )))
    .await;
}

/// Waits until the process has ended; a zombie counts as ended.
async fn gone(process: &Path) {
    let deadline = Instant::now() + Duration::from_secs(5);
    let running = || {
        let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
        !status.is_empty() && !status.contains("State:\tZ")
    };
    while running() {
        assert!(Instant::now() < deadline, "{} is still there", process.display());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_worker_ends_with_its_parent_even_while_its_module_hangs() {
    let workshop = Workshop::new();
    let hanging = workshop.module("hanging", &[("INIT", HANG)]);
    let mut worker = Command::new(WORKER)
        .args([Path::new("--token-worker"), &hanging])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        worker.try_wait().expect("a state").is_none(),
        "it waits in the module"
    );
    drop(worker.stdin.take());
    let deadline = Instant::now() + Duration::from_secs(5);
    while worker.try_wait().expect("a state").is_none() {
        assert!(Instant::now() < deadline, "it outlived its parent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_worker_leaves_no_core_and_lets_nobody_attach() {
    let workshop = Workshop::new();
    let note = "{FILE *p=fopen(LOG,\"w\");fprintf(p,\"%d\",(int)prctl(3));fclose(p);\
                p=fopen(\"/proc/self/limits\",\"r\");char s[200];while(fgets(s,200,p))if(strstr(s,\"core\"))\
                {FILE *q=fopen(LOG,\"a\");fputs(s,q);fclose(q);}fclose(p);}";
    only(&workshop.module("curious", &[("INIT", note)])).scan().await;
    let log = workshop.log("curious");
    let words: Vec<_> = log.split_whitespace().collect();
    assert_eq!(words, ["0Max", "core", "file", "size", "0", "0", "bytes"]);
}

#[tokio::test]
async fn a_crashing_module_is_a_problem_of_its_own() {
    let workshop = Workshop::new();
    for deed in ["INIT", "SLOTS", "MECHANISMS", "ATTRIBUTE"] {
        let scan = only(&workshop.module("crashing", &[(deed, CRASH)])).scan().await;
        assert_eq!(scan.problems[0].error, TokenError::ModuleCrashed, "{deed}");
    }
}
