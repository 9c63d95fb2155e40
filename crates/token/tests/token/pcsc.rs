//! The smart-card service with two virtual readers, and virtual cards to put into them. One service at a time: its socket has a
//! fixed place.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::support::*;

/// PC/SC names of the readers.
pub(crate) const READERS: [&str; 2] = ["Virtual PCD 00 00", "Virtual PCD 00 01"];

/// PIN of the virtual cards.
pub(crate) const PIN: &str = "123456";

const SOCKET: &str = "/run/pcscd/pcscd.comm";
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const CARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/piv_card.py");

static TURN: Mutex<()> = Mutex::new(());

/// The turn of one test at the smart-card service, which is not running at first and ends with it.
pub(crate) struct SmartCards {
    service: Option<Child>,
    folder: tempfile::TempDir,
    port: u16,
    _turn: MutexGuard<'static, ()>,
}

impl SmartCards {
    /// Waits for the tests before.
    pub(crate) fn without_service() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(
            UnixStream::connect(SOCKET).is_err(),
            "a pcscd that is not the test's is running: stop it (systemctl stop pcscd.socket pcscd.service)"
        );
        Self {
            service: None,
            folder: tempfile::tempdir().expect("a folder"),
            port: two_free_ports(),
            _turn: turn,
        }
    }

    /// With the service, two empty readers, and the keys of the cards: `rsa` and `ec` in [`SmartCards::path`].
    pub(crate) fn new() -> Self {
        let mut cards = Self::without_service();
        for (name, algorithm) in [("rsa", RSA), ("ec", P256)] {
            make_certificate(cards.path(), name, algorithm);
        }
        cards.start();
        cards
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the service. It ends with the thread of the test, however that ends.
    pub(crate) fn start(&mut self) {
        const NEEDED: &str = "the test needs root and the Debian packages pcscd and vsmartcard-vpcd";
        assert!(Path::new(DRIVER).exists(), "{NEEDED}: there is no {DRIVER}");
        let (configuration, log) = (self.path().join("reader.conf"), self.path().join("pcscd.log"));
        // The driver listens on all interfaces and can be given nothing but a port.
        let reader = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port}\nLIBPATH {DRIVER}\nCHANNELID {port}\n",
            port = self.port
        );
        std::fs::write(&configuration, reader).expect("written");
        let output = std::fs::File::create(&log).expect("created");
        let mut service = Command::new("setpriv")
            .args([
                "--pdeathsig",
                "KILL",
                "pcscd",
                "--foreground",
                "--config",
                text(&configuration),
            ])
            .stdin(Stdio::null())
            .stderr(output.try_clone().expect("a handle"))
            .stdout(output)
            .spawn()
            .unwrap_or_else(|error| panic!("{NEEDED}: {error}"));
        let end = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(SOCKET).is_err() {
            let ended = service.try_wait().expect("asked");
            let log = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(ended.is_none(), "{NEEDED}: pcscd ended: {}", log());
            assert!(Instant::now() < end, "{NEEDED}: pcscd does not answer: {}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
        self.service = Some(service);
    }

    /// Ends the service as a crash would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut service) = self.service.take() {
            service.kill().expect("killed");
            service.wait().expect("ended");
        }
    }

    /// Puts a card into the first reader. Options as `piv_card.py` takes them.
    pub(crate) fn insert(&self, options: &[&str]) -> VirtualCard {
        self.insert_into(0, options)
    }

    pub(crate) fn insert_into(&self, reader: u16, options: &[&str]) -> VirtualCard {
        let port = (self.port + reader).to_string();
        let mut process = Command::new("python3")
            .args([CARD, "--port", &port, "--folder", text(self.path()), "--pin", PIN])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the test needs the program python3: {error}"));
        let words = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut card = VirtualCard { process, words };
        card.until("inserted");
        card
    }
}

impl Drop for SmartCards {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A card in a reader. Dropping it pulls it out.
pub(crate) struct VirtualCard {
    process: Child,
    words: BufReader<ChildStdout>,
}

impl VirtualCard {
    /// Reads what the card says up to this word.
    pub(crate) fn until(&mut self, word: &str) {
        let mut line = String::new();
        while !line.starts_with(word) {
            line.clear();
            let length = self.words.read_line(&mut line).expect("read");
            assert!(length > 0, "the card ended without {word}");
        }
    }

    /// Makes the card hang, and a hung card go on.
    pub(crate) fn signal(&self, name: &str) {
        run("kill", &[name, &self.process.id().to_string()], &[], b"");
    }

    /// Pulls the card out; what it has said since [`VirtualCard::until`], line by line.
    pub(crate) fn pull(mut self) -> Vec<String> {
        self.end();
        let mut rest = String::new();
        self.words.read_to_string(&mut rest).expect("read");
        rest.lines().map(str::to_owned).collect()
    }

    fn end(&mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
    }
}

impl Drop for VirtualCard {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// OpenSC's module.
pub(crate) fn opensc() -> PathBuf {
    let path = PathBuf::from(format!(
        "/usr/lib/{}-linux-gnu/opensc-pkcs11.so",
        std::env::consts::ARCH
    ));
    assert!(
        path.exists(),
        "the test needs the Debian package opensc-pkcs11: there is no {}",
        path.display()
    );
    path
}

/// A port for each reader, one after the other.
fn two_free_ports() -> u16 {
    loop {
        let first = TcpListener::bind(("0.0.0.0", 0)).expect("a free port");
        let port = first.local_addr().expect("an address").port();
        if port < u16::MAX && TcpListener::bind(("0.0.0.0", port + 1)).is_ok() {
            return port;
        }
    }
}
