//! One signing engine: the window's way, a batch and the command line make the same signature of the same content.

use std::path::PathBuf;
use std::sync::Arc;

use kabinet_app::view::{
    CreateVault, Environment, NewOrganisation, Protection, SecretPrompt, SigningRequest,
};
use kabinet_app::{App, Ask, AskFuture, Config, Secret};
use kabinet_store::MemoryKeychain;
use kabinet_testkit::{AKT, Drawer, OpenSsl, PIN, Stand, UPD, built_module, sample, sfr_pair};

use crate::{kabinetctl, text};

struct Typist;

impl Ask for Typist {
    fn secret(&self, _: SecretPrompt) -> AskFuture<'_> {
        Box::pin(async { Some(Secret::new(PIN.to_owned())) })
    }

    fn confirms_last_try(&self) -> bool {
        true
    }
}

/// Signs these documents in one run, as the window does, and gives the signature of the first document's main file.
async fn by_window(stand: &Stand, drawer: &Drawer, certificate: &str, documents: &[Vec<PathBuf>]) -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    let config = Config {
        demo_dir: stand.dir().to_owned(),
        only_modules: Some(vec![drawer.module()]),
        worker: env!("CARGO_BIN_EXE_kabinetctl").into(),
        keychain: Arc::new(MemoryKeychain::default()),
        ..Config::at(home.path()).unwrap()
    };
    let app = App::new(config, Arc::new(Typist)).unwrap();
    app.create_vault(CreateVault {
        environment: Environment::Demo,
        protection: Protection::Keychain,
    })
    .await
    .unwrap();
    let owner = &stand.demo.organisations[0];
    let organisation = NewOrganisation {
        name: owner.short_name.clone(),
        inn: owner.inn.clone(),
        ogrn: owner.ogrn.clone(),
        kpp: Some(owner.kpp.clone()),
        region: owner.region.clone(),
        api_key: None,
    };
    app.add_organisation(organisation).await.unwrap();
    let mut ids = Vec::new();
    for paths in documents {
        ids.push(
            app.import(paths.clone()).await.unwrap()[0]
                .document_id
                .clone()
                .unwrap(),
        );
    }
    let preflight = app.preflight(&ids, None).await.unwrap();
    let request = SigningRequest::of(&preflight, stand.fingerprint(certificate));
    let run = app.start_signing(request).await.unwrap();
    assert_eq!(run.error(), None);
    let package = home.path().join("package.zip");
    app.export_package(&ids[..1], &package).await.unwrap();
    let name = documents[0][0].file_name().unwrap().to_str().unwrap();
    let output = std::process::Command::new("unzip")
        .arg("-p")
        .arg(&package)
        .arg(format!("{name}.sig"))
        .output()
        .unwrap();
    assert!(output.status.success());
    output.stdout
}

fn by_command_line(stand: &Stand, drawer: &Drawer, certificate: &str) -> Vec<u8> {
    let ctl = kabinetctl().with_tokens(drawer);
    let (file, module, id) = (sample(AKT), built_module(), stand.fingerprint(certificate));
    let arguments = [
        "sign",
        text(&file),
        "--cert",
        id,
        "--module",
        text(&module),
        "--pin-stdin",
        "--out",
        "-",
    ];
    ctl.run(&arguments, format!("{PIN}\n").as_bytes())
        .expect(0)
        .stdout
}

/// Every element of the structure with its value, but for the signing time and the random signature value at the end.
fn structure(signature: &[u8]) -> Vec<String> {
    let printed = OpenSsl::new().must(&["asn1parse", "-inform", "DER"], signature);
    let mut lines: Vec<String> = String::from_utf8(printed)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    let value = lines.pop().unwrap();
    assert!(value.contains("OCTET STRING"), "{value}");
    let times = lines.iter().filter(|line| line.contains("UTCTIME")).count();
    assert_eq!(
        times, 3,
        "validity of the certificate and the signing time: {lines:#?}"
    );
    let at = lines.iter().rposition(|line| line.contains("UTCTIME")).unwrap();
    let end = lines[at].find("UTCTIME").unwrap();
    lines[at].truncate(end);
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn window_batch_and_command_line_sign_alike() {
    let (stand, drawer) = (Stand::start(), Drawer::new());
    drawer.add(&stand, "0001", &["accountant", "director"]);
    for certificate in ["accountant", "director"] {
        let akt = vec![sample(AKT)];
        let single = by_window(&stand, &drawer, certificate, std::slice::from_ref(&akt)).await;
        let batch = [akt, vec![sample(UPD)], sfr_pair().to_vec()];
        let batch = by_window(&stand, &drawer, certificate, &batch).await;
        let command_line = by_command_line(&stand, &drawer, certificate);
        let content = std::fs::read(sample(AKT)).unwrap();
        for signature in [&single, &batch, &command_line] {
            OpenSsl::new().accepts(signature, Some(&content), &stand.roots());
        }
        assert_ne!(single, batch, "two signatures are never the same");
        assert_eq!(structure(&single), structure(&batch), "{certificate}");
        assert_eq!(structure(&single), structure(&command_line), "{certificate}");
    }
}
