//! The `age` program reads what we write, and we read what it writes.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use kabinet_age::{Identity, Key, Recipients, encrypt};
use tempfile::TempDir;

use crate::common::{decrypted, decrypted_by, encrypted, identity, identity_text, passphrase};

const MISSING: &str = "age must be installed (Debian package age)";

struct Age(TempDir);

impl Age {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, octets: &[u8]) {
        fs::write(self.0.path().join(name), octets).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).unwrap()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .expect(MISSING);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {complaint}");
        output.stdout
    }

    /// `age` asks for passphrases on a terminal, and `script` is one.
    fn run_on_a_terminal(&self, command: &str, typed: &str) {
        let mut script = Command::new("script")
            .args(["--quiet", "--return", "--command", command, "/dev/null"])
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script must be installed (Debian package bsdutils)");
        script.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let output = script.wait_with_output().unwrap();
        let screen = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{command}: {screen}");
    }
}

fn contents() -> [Vec<u8>; 6] {
    [0, 1, 65_535, 65_536, 65_537, 300_000].map(|length| (0..length).map(|at| (at / 7) as u8).collect())
}

#[test]
fn a_key_pair_of_age_keygen_is_read_and_written_alike() {
    let age = Age::new();
    age.run("age-keygen", &["-o", "key.txt"]);
    let text = String::from_utf8(age.read("key.txt")).unwrap();
    let secret = text.lines().find(|line| !line.starts_with('#')).unwrap();
    let recipient = String::from_utf8(age.run("age-keygen", &["-y", "key.txt"])).unwrap();
    let identity = identity(secret);
    assert_eq!(identity.recipient().to_string(), recipient.trim());
    assert_eq!(identity_text(&identity), secret);
}

#[test]
fn age_reads_what_we_encrypt_to_an_address() {
    let age = Age::new();
    let identity = Identity::random().unwrap();
    age.write("key.txt", identity_text(&identity).as_bytes());
    for content in contents() {
        age.write("file.age", &encrypted(&content, &[identity.recipient()]));
        let read = age.run("age", &["-d", "-i", "key.txt", "file.age"]);
        assert!(read == content, "{} octets", content.len());
    }
}

#[test]
fn we_read_what_age_encrypts_to_an_address() {
    let age = Age::new();
    let identity = Identity::random().unwrap();
    let address = identity.recipient().to_string();
    for content in contents() {
        age.write("content", &content);
        age.run("age", &["-r", &address, "-o", "file.age", "content"]);
        assert!(
            decrypted_by(&age.read("file.age"), &identity) == (content, None),
            "a file of {address}"
        );
    }
}

#[test]
fn each_of_several_addresses_reads_the_file_by_either_program() {
    let age = Age::new();
    let identities = [(); 3].map(|()| Identity::random().unwrap());
    let addresses = identities.each_ref().map(Identity::recipient);
    let texts = addresses.map(|address| address.to_string());

    age.write("ours.age", &encrypted(b"report", &addresses));
    age.write("content", b"report");
    age.run(
        "age",
        &[
            "-r",
            &texts[0],
            "-r",
            &texts[1],
            "-r",
            &texts[2],
            "-o",
            "theirs.age",
            "content",
        ],
    );
    for identity in &identities {
        for file in ["ours.age", "theirs.age"] {
            age.write("key.txt", identity_text(identity).as_bytes());
            assert_eq!(age.run("age", &["-d", "-i", "key.txt", file]), b"report");
            assert_eq!(
                decrypted_by(&age.read(file), identity),
                (b"report".to_vec(), None)
            );
        }
    }
}

#[test]
fn age_reads_what_we_encrypt_with_a_passphrase() {
    let age = Age::new();
    let text = passphrase("Двенадцать стульев 1927");
    let mut writer = encrypt(&Recipients::Passphrase((&text).into()), Vec::new()).unwrap();
    writer.write_all("Отчёт".as_bytes()).unwrap();
    age.write("file.age", &writer.finish().unwrap());
    age.run_on_a_terminal("age -d -o content file.age", &format!("{}\n", *text));
    assert_eq!(age.read("content"), "Отчёт".as_bytes());
}

#[test]
fn we_read_what_age_encrypts_with_a_passphrase() {
    let age = Age::new();
    let text = passphrase("Двенадцать стульев 1927");
    age.write("content", "Отчёт".as_bytes());
    age.run_on_a_terminal("age -p -o file.age content", &format!("{0}\n{0}\n", *text));
    let (content, error) = decrypted(&age.read("file.age"), &Key::Passphrase((&text).into()));
    assert_eq!((&*content, error), ("Отчёт".as_bytes(), None));
}
