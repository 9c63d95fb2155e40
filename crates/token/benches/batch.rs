//! A thousand signatures under one PIN: through a worker process, as the application makes them, against bare `C_Sign` calls
//! in this process on the same software token.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use cryptoki_sys as ck;
use kabinet_softtoken::{Import, Profile, TokenDirectory};
use kabinet_token::{Module, Pin, SignJob, SignMechanism, Tokens, Workers};

const PIN: &str = "24681357";
const DOCUMENTS: usize = 1000;
const TURNS: usize = 11;

/// A token with a key and its certificate, and a module that shows it.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bench = Self { folder };
        let built = std::env::current_exe().expect("the benchmark's own path");
        std::fs::copy(
            built.with_file_name("libkabinet_softtoken.so"),
            bench.file("module.so"),
        )
        .expect("cargo builds the module beside the benchmark");
        let setting = format!("directory = {}\n", bench.file("tokens").display());
        std::fs::write(bench.file("kabinet-softtoken.conf"), setting).expect("written");
        let [key, certificate] = ["key.pem", "cert.pem"].map(|name| bench.file(name));
        bench.openssl(&["-keyout", path(&key), "-out", path(&certificate)]);
        let profile = Profile::of_model("rutoken-ecp-3", "1000000001", "");
        let home = TokenDirectory::new(bench.file("tokens"))
            .create(profile, PIN.as_bytes(), b"97531864")
            .expect("a token");
        let [key, certificate] = [key, certificate].map(|file| std::fs::read(file).expect("read"));
        let import = Import {
            key: &key,
            certificate: Some(&certificate),
            id: b"1",
            label: "",
        };
        home.import(PIN.as_bytes(), &import).expect("imported");
        bench
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, files: &[&str]) {
        let configuration = self.file("gost.cnf");
        let lines = "openssl_conf = init\n[init]\nengines = engines\n[engines]\ngost = gost\n[gost]\nengine_id = gost\n\
                     default_algorithms = ALL\n[req]\ndistinguished_name = dn\n[dn]\n";
        std::fs::write(&configuration, lines).expect("written");
        let request = [
            "req",
            "-x509",
            "-newkey",
            "gost2012_256",
            "-pkeyopt",
            "paramset:TCA",
            "-nodes",
            "-subj",
            "/CN=x",
        ];
        let output = std::process::Command::new("openssl")
            .args(request)
            .args(files)
            .env("OPENSSL_CONF", configuration)
            .output()
            .expect("openssl must be installed");
        assert!(output.status.success(), "openssl with its gost engine");
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn digests() -> Vec<Vec<u8>> {
    (0..DOCUMENTS)
        .map(|number| {
            let mut digest = vec![0; 32];
            digest[..8].copy_from_slice(&number.to_le_bytes());
            digest
        })
        .collect()
}

/// The module in this process.
struct Bare {
    list: ck::CK_FUNCTION_LIST,
    _library: libloading::Library,
}

macro_rules! call {
    ($bare:expr, $function:ident $(, $argument:expr)*) => {
        // SAFETY: valid pointers with their lengths.
        assert_eq!(unsafe { $bare.list.$function.expect("is there")($($argument),*) }, ck::CKR_OK)
    };
}

impl Bare {
    fn load(module: &Path) -> Self {
        // SAFETY: our own library; the symbol has the type of the standard.
        let (library, list) = unsafe {
            let library = libloading::Library::new(module).expect("loads");
            let mut list = std::ptr::null_mut();
            let get = library
                .get::<unsafe extern "C" fn(*mut *mut ck::CK_FUNCTION_LIST) -> ck::CK_RV>(
                    b"C_GetFunctionList",
                )
                .expect("is exported");
            assert_eq!(get(&mut list), ck::CKR_OK);
            let list = *list;
            (library, list)
        };
        let bare = Self {
            list,
            _library: library,
        };
        call!(bare, C_Initialize, std::ptr::null_mut());
        bare
    }

    fn sign(&self, inputs: &[Vec<u8>]) -> usize {
        let mut session = 0;
        let flags = ck::CKF_SERIAL_SESSION;
        call!(
            self,
            C_OpenSession,
            0,
            flags,
            std::ptr::null_mut(),
            None,
            &mut session
        );
        call!(
            self,
            C_Login,
            session,
            ck::CKU_USER,
            PIN.as_ptr().cast_mut(),
            PIN.len() as ck::CK_ULONG
        );
        let mut class = ck::CKO_PRIVATE_KEY;
        let mut template = ck::CK_ATTRIBUTE {
            type_: ck::CKA_CLASS,
            pValue: (&raw mut class).cast(),
            ulValueLen: size_of_val(&class) as ck::CK_ULONG,
        };
        call!(self, C_FindObjectsInit, session, &mut template, 1);
        let (mut key, mut found) = (0, 0);
        call!(self, C_FindObjects, session, &mut key, 1, &mut found);
        call!(self, C_FindObjectsFinal, session);
        let mut octets = 0;
        for input in inputs {
            let mut mechanism = ck::CK_MECHANISM {
                mechanism: ck::CKM_GOSTR3410,
                pParameter: std::ptr::null_mut(),
                ulParameterLen: 0,
            };
            call!(self, C_SignInit, session, &mut mechanism, key);
            let (mut signature, mut length) = ([0u8; 64], 64);
            call!(
                self,
                C_Sign,
                session,
                input.as_ptr().cast_mut(),
                input.len() as ck::CK_ULONG,
                signature.as_mut_ptr(),
                &mut length
            );
            octets += signature.len();
        }
        call!(self, C_Logout, session);
        call!(self, C_CloseSession, session);
        octets
    }
}

/// The application's way.
struct Ours {
    runtime: tokio::runtime::Runtime,
    tokens: Tokens,
    job: SignJob,
}

impl Ours {
    fn new(bench: &Bench, inputs: &[Vec<u8>]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let module = Module {
            name: "module".into(),
            path: bench.file("module.so"),
            generic: false,
            network: false,
        };
        let worker = PathBuf::from(env!("CARGO_BIN_EXE_kabinet-token-worker"));
        let tokens = Tokens::new(vec![module], Workers::new(worker));
        let scan = runtime.block_on(tokens.scan());
        let certificate = scan
            .certificates
            .first()
            .unwrap_or_else(|| panic!("no certificate: {:?}", scan.problems));
        let job = SignJob {
            token: certificate.token.clone(),
            certificate: certificate.fingerprint,
            mechanism: SignMechanism::Gost256,
            inputs: inputs.to_vec(),
            final_try_confirmed: false,
        };
        Self { runtime, tokens, job }
    }

    fn sign(&self) -> usize {
        let mut events = 0;
        let pin = Pin::from_bytes(PIN.as_bytes().to_vec());
        let signed = self
            .tokens
            .sign_each(self.job.clone(), Some(pin), |_| events += 1);
        self.runtime.block_on(signed).expect("signed");
        events
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// In turns, so that other work on the machine burdens both alike.
fn compare(bare: &dyn Fn() -> usize, ours: &dyn Fn() -> usize) {
    let timed = |work: &dyn Fn() -> usize| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    let turns = (0..TURNS).map(|_| (timed(bare), timed(ours)));
    let (bare, ours): (Vec<_>, Vec<_>) = turns.unzip();
    let (bare, ours) = (median(bare), median(ours));
    let more = ours.saturating_sub(bare);
    println!(
        "{DOCUMENTS} signatures: bare {bare:.1?}, ours {ours:.1?}; {:.3} × its time, {:.1?} a document more",
        ours.as_secs_f64() / bare.as_secs_f64(),
        more / DOCUMENTS as u32
    );
}

fn batch(criterion: &mut Criterion) {
    let bench = Bench::new();
    let inputs = digests();
    let bare = Bare::load(&bench.file("module.so"));
    let ours = Ours::new(&bench, &inputs);
    compare(&|| bare.sign(&inputs), &|| ours.sign());
    let mut group = criterion.benchmark_group("a thousand signatures under one PIN");
    group.sample_size(10);
    group.bench_function("bare C_Sign", |bencher| bencher.iter(|| bare.sign(&inputs)));
    group.bench_function("sign_each", |bencher| bencher.iter(|| ours.sign()));
    group.finish();
}

criterion_group!(benches, batch);
criterion_main!(benches);
