//! The token doctor over real workers and modules. What this computer itself has on USB and in PC/SC makes chains of its own;
//! the software token has none of both.

use std::path::PathBuf;
use std::sync::Arc;

use kabinet_app::view::{Diagnosis, DoctorChain, DoctorLine, DoctorStep, PinState, SecretPurpose, StepState};
use kabinet_app::{App, Config};
use kabinet_softtoken::Profile;
use kabinet_testkit::{Drawer, OpenSsl, PIN, Stand, WRONG_PIN};
use tempfile::TempDir;

use crate::desk::{Desk, Person, code};

/// The program with nothing but these modules.
struct Clinic {
    app: App,
    person: Arc<Person>,
    _home: TempDir,
}

impl Clinic {
    fn new(modules: Vec<PathBuf>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let person = Arc::new(Person::default());
        person.types_pin(Some(PIN));
        let config = Config {
            only_modules: Some(modules),
            worker: env!("CARGO_BIN_EXE_kabinet-app-token-worker").into(),
            ..Config::at(home.path()).unwrap()
        };
        Self {
            app: App::new(config, person.clone()).unwrap(),
            person,
            _home: home,
        }
    }

    fn of(drawer: &Drawer) -> Self {
        Self::new(vec![drawer.module()])
    }

    async fn diagnose(&self) -> Diagnosis {
        self.person.was_asked();
        let diagnosis = self.app.diagnose().await.unwrap();
        assert!(self.person.was_asked().is_empty(), "a diagnosis asks for no PIN");
        diagnosis
    }
}

/// The chain with this title.
fn chain<'a>(diagnosis: &'a Diagnosis, title: &str) -> &'a DoctorChain {
    let mut named = diagnosis.chains.iter().filter(|chain| chain.title == title);
    let found = named
        .next()
        .unwrap_or_else(|| panic!("no {title}: {diagnosis:#?}"));
    assert!(named.next().is_none(), "{title} twice: {diagnosis:#?}");
    found
}

fn line(chain: &DoctorChain, step: DoctorStep) -> &DoctorLine {
    chain.lines.iter().find(|line| line.step == step).unwrap()
}

#[track_caller]
fn breaks(chain: &DoctorChain, step: DoctorStep, code: &str) {
    assert_eq!(chain.broken, Some(step), "{chain:#?}");
    assert_eq!(line(chain, step).code, code);
}

/// The name of the module file in a drawer.
const MODULE: &str = "libkabinet_softtoken.so";

#[tokio::test(flavor = "multi_thread")]
async fn a_good_token_is_whole_up_to_a_test_signature_that_openssl_accepts() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let clinic = Clinic::of(&drawer);
    let diagnosis = clinic.diagnose().await;
    let found = chain(&diagnosis, "Кабинет");
    assert_eq!(found.broken, None, "{found:#?}");
    assert_eq!(found.lines.len(), 13);
    for step in [
        DoctorStep::Module,
        DoctorStep::Bitness,
        DoctorStep::Load,
        DoctorStep::Slot,
        DoctorStep::Token,
        DoctorStep::Certificates,
        DoctorStep::Key,
    ] {
        assert_eq!(line(found, step).state, StepState::Ok, "{step:?}");
    }
    let mechanisms = &line(found, DoctorStep::Token).params["mechanisms"];
    assert!(
        mechanisms.contains("CKM_GOSTR3410, ") && mechanisms.contains("CKM_GOSTR3410_512"),
        "{mechanisms}"
    );
    assert_eq!(line(found, DoctorStep::Signature).state, StepState::NotChecked);
    let id = found.certificates[0].id.clone();
    assert_eq!(id, stand.fingerprint("accountant"));
    let tested = clinic.app.test_signature(diagnosis, &id).await.unwrap();
    let asked = clinic.person.was_asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].purpose, asked[0].pin_state),
        (SecretPurpose::TestSignature, Some(PinState::Ok))
    );
    let found = chain(&tested.diagnosis, "Кабинет");
    assert_eq!(found.lines.len(), 13);
    assert_eq!(line(found, DoctorStep::Signature).code, "signature.made");
    assert_eq!(line(found, DoctorStep::Verification).code, "verification.holds");
    assert!(
        tested.diagnosis.report.contains("Подпись верна"),
        "{}",
        tested.diagnosis.report
    );
    OpenSsl::new().accepts(&tested.signature.unwrap(), None, &stand.roots());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_vault_keeps_that_a_key_was_tried() {
    let desk = Desk::new().await;
    let diagnosis = desk.app.diagnose().await.unwrap();
    let id = desk.stand.fingerprint("accountant");
    let tested = desk.app.test_signature(diagnosis.clone(), id).await.unwrap();
    assert!(tested.signature.is_some());
    assert_eq!(desk.actions().await.last().unwrap(), "test-signature-made");
    // Nothing was signed, so nothing is said.
    let count = desk.actions().await.len();
    desk.person.types_pin(Some(WRONG_PIN));
    desk.app.test_signature(diagnosis, id).await.unwrap();
    assert_eq!(desk.actions().await.len(), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_pin_costs_one_try_and_is_a_step_of_the_diagnosis() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let clinic = Clinic::of(&drawer);
    clinic.person.types_pin(Some(WRONG_PIN));
    let diagnosis = clinic.diagnose().await;
    assert_eq!(drawer.tries_left("0001"), 3);
    let id = stand.fingerprint("accountant");
    let tested = clinic.app.test_signature(diagnosis, id).await.unwrap();
    assert_eq!(drawer.tries_left("0001"), 2);
    assert_eq!(tested.signature, None);
    let found = chain(&tested.diagnosis, "Кабинет");
    breaks(found, DoctorStep::Signature, "token.pin-incorrect");
    assert_eq!(line(found, DoctorStep::Verification).code, "later");
    // Whoever cancels spends nothing.
    clinic.person.types_pin(None);
    let cancelled = clinic
        .app
        .test_signature(clinic.app.diagnose().await.unwrap(), id)
        .await;
    assert_eq!(code(cancelled), "app.cancelled");
    assert_eq!(drawer.tries_left("0001"), 2);
    // The last try is told before the PIN is asked for, in the diagnosis and in the window.
    clinic.person.types_pin(Some(WRONG_PIN));
    let diagnosis = clinic.diagnose().await;
    assert_eq!(
        line(chain(&diagnosis, "Кабинет"), DoctorStep::Token).code,
        "token-state.low"
    );
    clinic.app.test_signature(diagnosis, id).await.unwrap();
    let diagnosis = clinic.app.diagnose().await.unwrap();
    assert_eq!(
        line(chain(&diagnosis, "Кабинет"), DoctorStep::Token).code,
        "token-state.last-try"
    );
    clinic.person.was_asked();
    clinic.person.types_pin(None);
    let _ = clinic.app.test_signature(diagnosis, id).await;
    assert_eq!(clinic.person.was_asked()[0].pin_state, Some(PinState::LastTry));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_signs_wrongly_is_caught_by_our_own_check() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let clinic = Clinic::of(&drawer);
    let diagnosis = clinic.diagnose().await;
    drawer.control("C_Sign.wrong = 1\n");
    let tested = clinic
        .app
        .test_signature(diagnosis, stand.fingerprint("accountant"))
        .await
        .unwrap();
    assert_eq!(tested.signature, None);
    let found = chain(&tested.diagnosis, "Кабинет");
    assert_eq!(line(found, DoctorStep::Signature).code, "signature.made");
    breaks(found, DoctorStep::Verification, "verification.failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_pin_is_asked_for_what_a_token_cannot_do() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]);
    let lite = Profile::of_model("Rutoken lite", "0002", "Старый");
    drawer.add_with(lite, &stand, &[]);
    let empty = Profile::of_model("Rutoken ECP", "0003", "Пустой");
    drawer.add_with(empty, &stand, &[]);
    drawer.lock("0001");
    let clinic = Clinic::of(&drawer);
    let diagnosis = clinic.diagnose().await;
    breaks(
        chain(&diagnosis, "Кабинет"),
        DoctorStep::Token,
        "token-state.locked",
    );
    let passive = chain(&diagnosis, "Старый");
    breaks(passive, DoctorStep::Token, "token-state.passive");
    assert!(passive.certificates.is_empty());
    breaks(
        chain(&diagnosis, "Пустой"),
        DoctorStep::Certificates,
        "certificates.none",
    );
    // Asked for all the same, as by the command line, the locked token answers for itself.
    let id = stand.fingerprint("accountant");
    let mut offered = diagnosis;
    for chain in &mut offered.chains {
        chain.certificates.push(kabinet_app::view::DoctorCertificate {
            id: id.to_owned(),
            holder: String::new(),
            not_after: String::new(),
        });
    }
    let tested = clinic.app.test_signature(offered, id).await.unwrap();
    let locked = chain(&tested.diagnosis, "Кабинет");
    assert_eq!(line(locked, DoctorStep::Signature).code, "token.pin-locked");
    assert!(clinic.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_the_module_is_introduced_all_the_same() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant"]).remove().unwrap();
    let diagnosis = Clinic::of(&drawer).diagnose().await;
    let found = chain(&diagnosis, MODULE);
    assert_eq!(found.broken, None);
    assert_eq!(line(found, DoctorStep::Load).code, "load.done");
    assert_eq!(line(found, DoctorStep::Slot).code, "slot.unused");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_modules_there_is_nothing_to_blame_them_for() {
    let diagnosis = Clinic::new(Vec::new()).diagnose().await;
    assert!(!diagnosis.chains.is_empty());
    let blamed = diagnosis.chains.iter().filter_map(|chain| chain.broken);
    for step in blamed {
        assert!(step <= DoctorStep::Module, "{diagnosis:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_module_for_this_program_break_where_they_are_wrong() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    // The header of a library and nothing else: 3 is EM_386, 62 EM_X86_64.
    let header = |class, machine| {
        let mut header = vec![0u8; 64];
        header[..6].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, 1]);
        header[16..20].copy_from_slice(&[3, 0, machine, 0]);
        header
    };
    let open = file(
        "open.so",
        &std::fs::read(kabinet_testkit::built_module()).unwrap(),
    );
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o666)).unwrap();
    let modules = vec![
        file("x86.so", &header(1, 3)),
        file("text.so", b"not a library"),
        open,
        folder.path().join("gone.so"),
        file("broken.so", &header(2, 62)),
    ];
    let diagnosis = Clinic::new(modules).diagnose().await;
    let expect = |name, step, code| breaks(chain(&diagnosis, name), step, code);
    expect("x86.so", DoctorStep::Bitness, "token.module-other-architecture");
    expect("text.so", DoctorStep::Bitness, "token.module-not-a-library");
    expect("open.so", DoctorStep::Module, "token.module-writable-by-others");
    expect("gone.so", DoctorStep::Module, "token.module-missing");
    expect("broken.so", DoctorStep::Load, "token.module-loader-refused");
    assert_eq!(
        line(chain(&diagnosis, "x86.so"), DoctorStep::Bitness).params["found"],
        "x86"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_that_crash_or_hang_cost_their_own_step_and_delay_no_other() {
    let stand = Stand::start();
    let with = |control: &str| {
        let drawer = Drawer::new();
        drawer.add(&stand, "0001", &["accountant"]);
        drawer.control(control);
        drawer
    };
    let drawers = [
        with("C_Initialize.crash = 1\n"),
        with("C_GetSlotList.crash = 1\n"),
        with("C_Initialize.hang = 1\n"),
        with("C_GetTokenInfo.hang = 1\n"),
        with("C_GetTokenInfo.rv = 0x30\n"),
        with(""),
    ];
    let started = std::time::Instant::now();
    let modules = drawers.iter().map(Drawer::module).collect();
    let diagnosis = Clinic::new(modules).diagnose().await;
    let took = started.elapsed();
    let of = |drawer: &Drawer| {
        let path = drawer.module().display().to_string();
        let its = |chain: &&DoctorChain| line(chain, DoctorStep::Module).params.get("path") == Some(&path);
        diagnosis.chains.iter().find(its).unwrap()
    };
    for (drawer, step, code) in [
        (0, DoctorStep::Load, "token.module-crashed"),
        (1, DoctorStep::Slot, "token.module-crashed"),
        (2, DoctorStep::Load, "token.module-hung"),
        (3, DoctorStep::Slot, "token.module-hung"),
        (4, DoctorStep::Slot, "token.removed"),
    ] {
        breaks(of(&drawers[drawer]), step, code);
    }
    assert_eq!(of(&drawers[5]).broken, None);
    // Two modules hang for a deadline of ten seconds each, side by side.
    assert!(took.as_secs() < 19, "{took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_holds_nothing_of_a_person() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    let profile = Profile::of_model("Rutoken ECP", "4083171265", "Лютикова, бухгалтерия");
    drawer.add_with(profile, &stand, &["accountant", "accountant-expired", "director"]);
    let clinic = Clinic::of(&drawer);
    let diagnosis = clinic.diagnose().await;
    let id = stand.fingerprint("accountant");
    assert!(diagnosis.chains.iter().any(|chain| {
        chain
            .certificates
            .iter()
            .any(|one| one.holder.contains("Лютикова"))
    }));
    let tested = clinic.app.test_signature(diagnosis, id).await.unwrap();
    let json = serde_json::to_string(&kabinet_app::doctor::DoctorReport::of(&tested.diagnosis)).unwrap();
    let mut secret = vec!["Лютиков".to_owned(), "4083171265".to_owned(), PIN.to_owned()];
    for certificate in ["accountant", "accountant-expired", "director"] {
        let printed = OpenSsl::new().must(
            &[
                "x509",
                "-in",
                stand.pki(&format!("{certificate}.crt")).to_str().unwrap(),
                "-noout",
                "-serial",
                "-subject",
                "-nameopt",
                "utf8,sep_multiline",
                "-fingerprint",
                "-sha256",
            ],
            b"",
        );
        for line in String::from_utf8(printed).unwrap().lines() {
            let value = line.split_once('=').map_or("", |(_, value)| value).trim();
            // A country code says nothing about anybody.
            if value.chars().count() > 3 {
                secret.push(value.to_owned());
                secret.extend(
                    value
                        .split_whitespace()
                        .filter(|word| word.chars().count() > 3)
                        .map(str::to_owned),
                );
                secret.push(value.replace(':', "").to_lowercase());
            }
        }
    }
    assert!(secret.len() > 40, "{secret:?}");
    for text in [&json, &tested.diagnosis.report] {
        assert!(
            text.contains("Rutoken ECP") && text.contains("signature.made")
                || text.contains("Токен подписал"),
            "{text}"
        );
        for secret in &secret {
            assert!(!text.contains(secret.as_str()), "{secret} in {text}");
        }
    }
}
