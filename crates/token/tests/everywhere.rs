//! The whole way through a worker and the software token with nothing but files of our own, so that it can be walked on
//! systems where the foreign programs of the other tests are not: the structures of PKCS#11 are laid out differently there.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::PathBuf;
use std::time::Duration;

use kabinet_gost::PublicKey;
use kabinet_pki::Certificate;
use kabinet_softtoken::{Import, Profile, TokenDirectory};
use kabinet_token::key_file::{CertificationRequest, KeyAlgorithm, KeySize};
use kabinet_token::{
    Deadlines, KeyOrder, KeySeen, Module, Pin, SignJob, SignMechanism, TokenError, Tokens, Workers,
};

const PIN: &str = "31415926";
const PUK: &str = "27182818";
const OTHER_PIN: &str = "16180339";
/// Published with recommendation 1323565.1.025.
const KEY: &[u8] = include_bytes!("../../envelope/tests/data/r025_recipient256.key");
const CERTIFICATE: &str = include_str!("../../envelope/tests/data/r025_recipient256.crt");

struct Drawer {
    folder: tempfile::TempDir,
    certificate: Certificate,
}

impl Drawer {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let der = kabinet_pki::pem_blocks(CERTIFICATE, "CERTIFICATE")
            .next()
            .expect("a certificate");
        let drawer = Self {
            folder,
            certificate: Certificate::from_der(&der).expect("a certificate"),
        };
        let tests = std::env::current_exe().expect("the test's own path");
        let built = tests.with_file_name(format!("{DLL_PREFIX}kabinet_softtoken{DLL_SUFFIX}"));
        std::fs::copy(built, drawer.module()).expect("cargo builds the module beside the test");
        let tokens = drawer.folder.path().join("tokens");
        let setting = format!("directory = {}\n", tokens.display());
        std::fs::write(drawer.folder.path().join("kabinet-softtoken.conf"), setting).expect("written");
        let profile = Profile {
            max_tries: 3,
            ..Profile::of_model("rutoken-ecp-3", "1000000001", "Директор")
        };
        let home = TokenDirectory::new(tokens)
            .create(profile, PIN.as_bytes(), PUK.as_bytes())
            .expect("a token");
        let import = Import {
            key: KEY,
            certificate: Some(drawer.certificate.der()),
            id: b"1",
            label: "печать",
        };
        home.import(PIN.as_bytes(), &import).expect("imported");
        drawer
    }

    fn module(&self) -> PathBuf {
        self.folder
            .path()
            .join(format!("{DLL_PREFIX}kabinet_softtoken{DLL_SUFFIX}"))
    }

    fn tokens(&self) -> Tokens {
        let module = Module {
            name: "soft".into(),
            path: self.module(),
            generic: false,
            network: false,
        };
        let deadlines = Deadlines {
            scan: Duration::from_secs(30),
            sign: Duration::from_secs(5),
            on_device: Duration::from_secs(5),
        };
        let worker = PathBuf::from(env!("CARGO_BIN_EXE_kabinet-token-worker"));
        Tokens::new(vec![module], Workers::new(worker).with_deadlines(deadlines))
    }

    fn control(&self, directives: &str) {
        std::fs::write(self.folder.path().join("tokens").join("control"), directives).expect("written");
    }

    fn tries_left(&self) -> u32 {
        let list = TokenDirectory::new(self.folder.path().join("tokens"))
            .list()
            .expect("a list");
        list[0].user_tries_left.expect("a PIN")
    }
}

fn pin(digits: &str) -> Option<Pin> {
    Some(Pin::from_bytes(digits.as_bytes().to_vec()))
}

#[tokio::test]
async fn a_token_is_found_signs_and_changes_its_pin() {
    let drawer = Drawer::new();
    let tokens = drawer.tokens();
    let scan = tokens.scan().await;
    assert_eq!(scan.problems, []);
    let token = &scan.tokens[0];
    assert_eq!(
        (token.label.as_str(), token.address.serial.as_str()),
        ("Директор", "1000000001")
    );
    assert!(token.pin.login_required && !token.pin.locked && !token.passive);
    let certificate = &scan.certificates[0];
    assert_eq!(certificate.der, drawer.certificate.der());
    assert_eq!(
        (certificate.mechanism, certificate.key),
        (Some(SignMechanism::Gost256), KeySeen::ById)
    );
    let digests: Vec<Vec<u8>> = (1..=3).map(|number| vec![number; 32]).collect();
    let job = SignJob {
        token: certificate.token.clone(),
        certificate: certificate.fingerprint,
        mechanism: SignMechanism::Gost256,
        inputs: digests.clone(),
        final_try_confirmed: false,
    };
    let refused = tokens.sign(job.clone(), pin(OTHER_PIN)).await;
    assert!(
        matches!(refused, Err(TokenError::PinIncorrect { .. })),
        "{refused:?}"
    );
    assert_eq!(drawer.tries_left(), 2);
    let signatures = tokens.sign(job.clone(), pin(PIN)).await.expect("signed");
    let key = PublicKey::from_spki_der(drawer.certificate.spki_der()).expect("a key");
    for (digest, signature) in digests.iter().zip(&signatures) {
        key.verify_digest(digest, signature).expect("a good signature");
    }
    assert_eq!((signatures.len(), drawer.tries_left()), (3, 3));

    let address = &token.address;
    tokens
        .change_pin(address, pin(PIN), pin(OTHER_PIN), false)
        .await
        .expect("changed");
    tokens.sign(job, pin(OTHER_PIN)).await.expect("signed");
    tokens.close().await;
}

#[tokio::test]
async fn a_key_made_on_the_token_signs_its_own_request() {
    let drawer = Drawer::new();
    let tokens = drawer.tokens();
    let scan = tokens.scan().await;
    let order = KeyOrder {
        algorithm: KeyAlgorithm::gost(KeySize::Bits256, "tc26-a").expect("a known set"),
        label: "новый".into(),
        subject: vec![0x30, 0],
        extensions: Vec::new(),
    };
    let made = tokens
        .make_key(&scan.tokens[0].address, order, pin(PIN), false)
        .await
        .expect("made");
    let request = CertificationRequest::read(&made).expect("a request");
    request.verify().expect("its key signed it");
    tokens.close().await;
}

#[tokio::test]
async fn a_module_that_crashes_or_hangs_costs_its_worker_and_no_more() {
    let drawer = Drawer::new();
    let tokens = drawer.tokens();
    let scan = tokens.scan().await;
    let job = SignJob {
        token: scan.tokens[0].address.clone(),
        certificate: scan.certificates[0].fingerprint,
        mechanism: SignMechanism::Gost256,
        inputs: vec![vec![1; 32]],
        final_try_confirmed: false,
    };
    for (fault, code) in [("crash", "token.module-crashed"), ("hang", "token.module-hung")] {
        drawer.control(&format!("C_Sign.{fault} = 1\n"));
        let error = tokens.sign(job.clone(), pin(PIN)).await.expect_err(fault);
        assert_eq!(error.code(), code);
        drawer.control("");
        let scan = tokens.scan().await;
        assert_eq!((&scan.problems[..], scan.certificates.len()), (&[][..], 1));
        assert_eq!(tokens.sign(job.clone(), pin(PIN)).await.expect("signed").len(), 1);
    }
    assert_eq!(drawer.tries_left(), 3);
    tokens.close().await;
}
