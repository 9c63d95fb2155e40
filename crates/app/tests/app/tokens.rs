//! What is done to tokens from the desk: PINs, new keys, issued certificates, key files, warnings.

use std::time::{Duration, Instant};

use kabinet_app::view::{
    CertificateOrder, FileSigning, PinState, PukState, SecretKind, SecretPurpose, SignatureForm,
    SignatureLevel, TokenHolder, TokenScan, TokenView, Use,
};
use kabinet_app::{AppError, Event};
use kabinet_softtoken::Profile;
use kabinet_testkit::{OpenSsl, PIN, PUK, Stand, WRONG_PIN};

use crate::desk::{Desk, PASSPHRASE, TOKEN, code};

const NEW_PIN: &str = "16180339";

async fn token(desk: &Desk) -> TokenView {
    let scan = desk.app.scan_tokens().await.unwrap();
    let token = scan.tokens.iter().find(|token| token.serial == TOKEN);
    token.unwrap_or_else(|| panic!("{scan:#?}")).clone()
}

/// A detached signature of a text file, verified by the program itself before it is let out.
async fn sign_a_note(desk: &Desk, certificate: &str) -> Result<(), AppError> {
    let file = desk.path("note.txt");
    std::fs::write(&file, "text").unwrap();
    let options = FileSigning {
        profile: "file".to_owned(),
        form: SignatureForm::Detached,
        level: SignatureLevel::Basic,
        visible: false,
    };
    desk.app
        .sign_file(&file, certificate, options, None)
        .await
        .map(drop)
}

async fn desk_with_new_pin() -> Desk {
    let desk = Desk::new().await;
    desk.person.chooses_pin(Some(NEW_PIN));
    desk.person.types_puk(Some(PUK));
    desk
}

#[tokio::test]
async fn a_pin_is_changed_in_two_questions_and_signs_from_then_on() {
    let desk = desk_with_new_pin().await;
    let id = token(&desk).await.id;
    desk.person.was_asked();
    desk.app.change_pin(&id).await.unwrap();
    let asked = desk.person.was_asked();
    let kinds: Vec<_> = asked.iter().map(|prompt| (prompt.kind, prompt.purpose)).collect();
    let purpose = SecretPurpose::ChangePin;
    assert_eq!(kinds, [(SecretKind::Pin, purpose), (SecretKind::NewPin, purpose)]);
    assert_eq!((asked[1].min_length, asked[1].max_length), (6, 249));
    assert_eq!(asked[0].token_serial.as_deref(), Some(TOKEN));
    assert_eq!(
        code(desk.sign_in().await),
        "token.pin-incorrect",
        "the old PIN is no good any more"
    );
    desk.person.types_pin(Some(NEW_PIN));
    desk.sign_in().await.unwrap();
}

#[tokio::test]
async fn a_wrong_old_pin_costs_one_try_and_cancelling_costs_none() {
    let desk = desk_with_new_pin().await;
    let id = token(&desk).await.id;
    desk.person.types_pin(Some(WRONG_PIN));
    assert_eq!(code(desk.app.change_pin(&id).await), "token.pin-incorrect");
    assert_eq!(desk.drawer.tries_left(TOKEN), 2);
    desk.person.types_pin(Some(PIN));
    desk.person.chooses_pin(None);
    assert!(matches!(desk.app.change_pin(&id).await, Err(AppError::Cancelled)));
    assert_eq!(desk.drawer.tries_left(TOKEN), 2);
    assert_eq!(token(&desk).await.pin, PinState::Low);
}

#[tokio::test]
async fn a_locked_token_is_unblocked_with_the_puk_and_no_pin_is_asked_for() {
    let desk = desk_with_new_pin().await;
    desk.drawer.lock(TOKEN);
    let locked = token(&desk).await;
    assert_eq!((locked.pin, locked.puk), (PinState::Locked, PukState::Ok));
    assert_eq!(code(desk.app.change_pin(&locked.id).await), "token.pin-locked");
    desk.person.was_asked();
    desk.app.unblock_pin(&locked.id).await.unwrap();
    let kinds: Vec<_> = desk.person.was_asked().iter().map(|prompt| prompt.kind).collect();
    assert_eq!(kinds, [SecretKind::Puk, SecretKind::NewPin]);
    desk.person.types_pin(Some(NEW_PIN));
    desk.sign_in().await.unwrap();
}

#[tokio::test]
async fn a_wrong_puk_leaves_the_pin_locked_and_says_so() {
    let desk = desk_with_new_pin().await;
    desk.drawer.lock(TOKEN);
    let id = token(&desk).await.id;
    desk.person.types_puk(Some(WRONG_PIN));
    assert_eq!(code(desk.app.unblock_pin(&id).await), "token.puk-incorrect");
    let now = token(&desk).await;
    assert_eq!((now.pin, now.puk), (PinState::Locked, PukState::Low));
}

fn order(desk: &Desk, algorithm: &str) -> CertificateOrder {
    let owner = &desk.stand.demo.organisations[0];
    CertificateOrder {
        algorithm: algorithm.into(),
        surname: "Лютикова".into(),
        given_name: "Мария Петровна".into(),
        position: "Главный бухгалтер".into(),
        organisation: owner.short_name.clone(),
        organisation_inn: owner.inn.clone(),
        ogrn: owner.ogrn.clone(),
        region: "77 г. Москва".into(),
        locality: "Москва".into(),
        ..CertificateOrder::default()
    }
}

#[tokio::test]
async fn a_certificate_is_ordered_for_a_new_key_and_openssl_reads_who_asks_for_what() {
    let desk = Desk::new().await;
    let holder = token(&desk).await;
    assert_eq!(holder.makes[0], "gost2012-256:tc26-b", "{:?}", holder.makes);
    let target = desk.path("запрос.req");
    let made = desk
        .app
        .order_certificate(&holder.id, order(&desk, &holder.makes[0]), &target)
        .await
        .unwrap();
    assert_eq!(made.name, "запрос.req");
    let openssl = OpenSsl::new();
    let request = std::fs::read(&target).unwrap();
    let arguments = [
        "req",
        "-inform",
        "DER",
        "-verify",
        "-text",
        "-noout",
        "-nameopt",
        "utf8,oneline,-esc_msb",
    ];
    let read = String::from_utf8_lossy(&openssl.must(&arguments, &request)).into_owned();
    for part in [
        "Лютикова",
        "Мария Петровна",
        "Главный бухгалтер",
        "Digital Signature, Non Repudiation",
        "Class of Signing Tool KC1",
        "Signing Tool of Subject",
        "GOST R 34.10-2012 (256 bit) ParamSet B",
    ] {
        assert!(read.contains(part), "{part}: {read}");
    }
    let again = desk.path("again.req");
    desk.app.write_last_request(&again).await.unwrap();
    assert_eq!(std::fs::read(&again).unwrap(), request);
    let nowhere = desk.path("nowhere").join("x.req");
    assert_eq!(
        code(desk.app.write_last_request(&nowhere).await),
        "app.request-not-written"
    );
    let scan = desk.app.scan_tokens().await.unwrap();
    assert_eq!(scan.lone_keys.len(), 1, "the key waits for its certificate");
    assert_eq!(scan.lone_keys[0].label, "Лютикова Мария Петровна");
    assert!(desk.actions().await.contains(&"certificate-ordered".to_owned()));
    let steps = desk
        .app
        .renewal(desk.stand.fingerprint("accountant"))
        .await
        .unwrap();
    let done = |code: &str| steps.iter().find(|step| step.code == code).unwrap().done;
    assert_eq!(done("import"), Some(false), "{steps:#?}");
}

#[tokio::test]
async fn an_order_with_a_wrong_requisite_is_refused_before_the_pin() {
    let desk = Desk::new().await;
    let holder = token(&desk).await;
    desk.person.was_asked();
    let wrong = CertificateOrder {
        snils: "123".into(),
        ..order(&desk, &holder.makes[0])
    };
    let target = desk.path("request.req");
    let refused = desk.app.order_certificate(&holder.id, wrong, &target).await;
    assert_eq!(code(refused), "key.subject-value-unfit");
    let unknown = order(&desk, "ed25519");
    let refused = desk.app.order_certificate(&holder.id, unknown, &target).await;
    assert_eq!(code(refused), "token.key-not-made");
    assert!(desk.person.was_asked().is_empty());
    assert!(!target.exists());
}

#[tokio::test]
async fn a_draft_of_a_renewal_knows_the_person_and_the_organisation() {
    let desk = Desk::new().await;
    let draft = desk
        .app
        .draft_order(Some(desk.stand.fingerprint("accountant")))
        .await
        .unwrap();
    assert_eq!(draft.surname, "Лютикова");
    assert_eq!(draft.given_name, "Мария Петровна");
    assert_eq!(draft.organisation_inn, desk.stand.demo.organisations[0].inn);
    assert_eq!(draft.algorithm, "gost2012-256:tc26-b");
}

#[tokio::test]
async fn a_foreign_certificate_is_not_written_and_a_copy_of_an_own_one_is_the_certificate() {
    let desk = Desk::new().await;
    let id = token(&desk).await.id;
    let foreign = desk.stand.pki("director.crt");
    let refused = desk.app.import_certificate(&id, &foreign).await;
    assert_eq!(code(refused), "token.certificate-foreign");
    let nothing = desk.path("nothing.cer");
    std::fs::write(&nothing, b"nothing").unwrap();
    assert_eq!(
        code(desk.app.import_certificate(&id, &nothing).await),
        "app.file-unreadable"
    );
    let own = desk.path("own.cer");
    let fingerprint = desk.stand.fingerprint("accountant");
    desk.app.export_certificate(fingerprint, &own).await.unwrap();
    let written = desk.app.import_certificate(&id, &own).await.unwrap();
    assert_eq!(written.id, fingerprint, "it was there already");
    assert_eq!(desk.app.scan_tokens().await.unwrap().certificates.len(), 1);
}

#[tokio::test]
async fn a_key_file_signs_like_a_token_and_is_forgotten_on_request() {
    let desk = Desk::new().await;
    let openssl = OpenSsl::new();
    let (key, certificate) = (desk.stand.pki("director.key"), desk.stand.pki("director.crt"));
    let file = desk.path("director.p12");
    let passphrase = format!("pass:{PASSPHRASE}");
    openssl.must(
        &[
            "pkcs12",
            "-export",
            "-inkey",
            key.to_str().unwrap(),
            "-in",
            certificate.to_str().unwrap(),
            "-out",
            file.to_str().unwrap(),
            "-passout",
            &passphrase,
        ],
        b"",
    );
    desk.person.types_passphrase(Some("not it"));
    assert_eq!(
        code(desk.app.add_key_file(file.clone()).await),
        "pfx.passphrase-incorrect"
    );
    let list = desk.path("key-files.json");
    std::fs::write(&list, "damaged").unwrap();
    desk.person.types_passphrase(Some(PASSPHRASE));
    assert_eq!(code(desk.app.add_key_file(file.clone()).await), "app.io");
    assert_eq!(std::fs::read(&list).unwrap(), b"damaged", "not written over");
    std::fs::remove_file(&list).unwrap();
    desk.person.types_passphrase(Some(PASSPHRASE));
    desk.app.add_key_file(file.clone()).await.unwrap();

    let scan = desk.app.scan_tokens().await.unwrap();
    let holder = scan
        .tokens
        .iter()
        .find(|token| token.holder == TokenHolder::KeyFile)
        .unwrap();
    assert_eq!(
        (holder.label.as_str(), holder.pin),
        ("director.p12", PinState::Ok)
    );
    let fingerprint = desk.stand.fingerprint("director");
    let line = scan
        .certificates
        .iter()
        .find(|line| line.id == fingerprint)
        .unwrap();
    assert_eq!(line.uses, [Use::Sign, Use::SignIn, Use::SignFiles]);

    desk.person.was_asked();
    sign_a_note(&desk, fingerprint).await.unwrap();
    let asked = desk.person.was_asked();
    assert_eq!(asked[0].kind, SecretKind::KeyFile);
    assert_eq!(asked[0].pin_state, None, "a file counts no tries");

    desk.person.types_passphrase(Some("not it"));
    assert_eq!(
        code(sign_a_note(&desk, fingerprint).await),
        "token.passphrase-incorrect"
    );

    std::fs::rename(&file, desk.path("elsewhere.p12")).unwrap();
    let scan = desk.app.scan_tokens().await.unwrap();
    assert_eq!(scan.problems[0].error.code, "token.key-file-unreadable");
    desk.app.forget_key_file(&holder.id).await.unwrap();
    assert_eq!(desk.app.scan_tokens().await.unwrap().problems, []);
}

#[tokio::test]
async fn the_same_key_on_two_tokens_is_one_line_that_says_so() {
    let desk = Desk::new().await;
    let second = Profile::of_model("Rutoken ECP", "0002", "Запасной");
    desk.drawer.add_with(second, &desk.stand, &["accountant"]);
    let scan = desk.app.scan_tokens().await.unwrap();
    assert_eq!(scan.tokens.len(), 2);
    assert_eq!(scan.certificates.len(), 1, "{:#?}", scan.certificates);
    let also: Vec<_> = scan.certificates[0]
        .also
        .iter()
        .map(|one| one.token_label.as_str())
        .collect();
    assert_eq!(also, ["Запасной"]);
}

#[tokio::test]
async fn a_passive_token_is_shown_as_one_and_its_certificate_says_why() {
    let desk = Desk::empty(Stand::start(), Default::default());
    let passive = Profile::of_model("Rutoken lite", "0003", "Пассивный");
    desk.drawer.add_with(passive, &desk.stand, &[]);
    let scan = desk.app.scan_tokens().await.unwrap();
    let token = scan.tokens.iter().find(|token| token.serial == "0003").unwrap();
    assert!(
        token.passive && token.signs.is_empty() && token.makes.is_empty(),
        "{token:#?}"
    );
}

#[tokio::test]
async fn an_expiring_certificate_is_warned_of_once_for_each_threshold() {
    let desk = Desk::new().await;
    desk.drawer.add(&desk.stand, "0002", &["accountant-expired"]);
    let mut events = desk.app.events();
    let warned = |scan: &TokenScan| {
        let expired = desk.stand.fingerprint("accountant-expired");
        scan.expiring
            .iter()
            .find(|one| one.certificate_id == expired)
            .cloned()
    };
    let first = warned(&desk.app.scan_tokens().await.unwrap()).unwrap();
    assert!(
        first.days_left < 0 && first.renewed,
        "the same person has a good one: {first:?}"
    );
    assert!(
        events.try_recv().is_err(),
        "a renewed one is no reason to disturb anybody"
    );
    desk.drawer.control("present.0001 = 0\n");
    let alone = warned(&desk.app.scan_tokens().await.unwrap()).unwrap();
    assert!(!alone.renewed);
    let told = |events: &mut tokio::sync::broadcast::Receiver<Event>| {
        std::iter::from_fn(|| events.try_recv().ok())
            .filter(|event| matches!(event, Event::CertificateExpiring { .. }))
            .count()
    };
    assert_eq!(told(&mut events), 1);
    desk.app.scan_tokens().await.unwrap();
    assert_eq!(told(&mut events), 0);
    let copies = desk.app.notices().await.unwrap();
    let copies = copies.iter().filter(|one| one.kind == "certificate");
    assert_eq!(copies.count(), 1, "a copy to read later");
}

#[tokio::test]
async fn a_hanging_module_is_not_waited_for_and_told_of_when_it_answers() {
    let desk = Desk::new().await;
    desk.app.scan_tokens().await.unwrap();
    desk.drawer
        .control("C_GetTokenInfo.delay = 2500\nC_GetTokenInfo.times = 1\n");
    let watching = desk.app.clone();
    let watcher = tokio::spawn(async move { watching.watch_tokens_forever().await });
    let mut events = desk.app.events();
    let started = Instant::now();
    let scan = desk.app.scan_tokens().await.unwrap();
    assert!(
        started.elapsed() < Duration::from_millis(2400),
        "{:?}",
        started.elapsed()
    );
    assert_eq!((scan.tokens.len(), scan.pending.len()), (0, 1), "{scan:#?}");
    let told = async {
        while !matches!(events.recv().await, Ok(Event::TokensChanged)) {}
        desk.app.scan_tokens().await.unwrap()
    };
    // Whether the smart-card service runs here is told by the same event: the answer may take a second one.
    let scan = tokio::time::timeout(Duration::from_secs(20), async {
        let mut scan = told.await;
        while scan.tokens.is_empty() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            scan = desk.app.scan_tokens().await.unwrap();
        }
        scan
    })
    .await
    .unwrap();
    assert_eq!((scan.tokens.len(), scan.pending.len()), (1, 0));
    watcher.abort();
}

#[tokio::test]
async fn a_slow_module_is_waited_for_when_its_certificate_is_wanted() {
    let desk = Desk::new().await;
    desk.app.scan_tokens().await.unwrap();
    desk.drawer
        .control("C_GetTokenInfo.delay = 2000\nC_GetTokenInfo.times = 1\n");
    let signed = sign_a_note(&desk, desk.stand.fingerprint("accountant")).await;
    assert!(signed.is_ok(), "{signed:?}");
}
