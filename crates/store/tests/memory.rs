//! What of a vault can be found in the memory of a process: all of it while the vault is open, and once it is locked no key, no
//! passphrase, no recovery code, no secret and no document.
//!
//! The binary is both sides: without a role it looks, with one it is the process looked into.

#![allow(clippy::unwrap_used, reason = "a failed step is the test's failure")]

#[path = "demo/mod.rs"]
#[cfg(target_os = "linux")]
mod demo;
#[path = "kills/keychain.rs"]
mod keychain;

use std::path::Path;

#[cfg(target_os = "linux")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child-holder", home] => linux::hold(Path::new(home)),
        // cargo passes filters and libtest's options; this binary has no parts to choose from.
        _ if arguments.iter().any(|argument| argument == "--list") => println!("memory: test"),
        _ => {
            linux::locking_leaves_nothing_in_memory();
            println!("memory::locking_leaves_nothing_in_memory ... ok");
        }
    }
}

/// Elsewhere no other process reads a process's memory without more rights than a test has.
#[cfg(not(target_os = "linux"))]
fn main() {
    let _ = keychain::FolderKeychain::beside(Path::new("."));
    println!("memory: left out, there is no /proc");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::fs::{self, File};
    use std::io::{BufRead, BufReader, Read, Write};
    use std::os::unix::fs::FileExt;
    use std::path::Path;
    use std::process::{Child, Command, Stdio};

    use chacha20poly1305::aead::{Aead, KeyInit, Payload};
    use chacha20poly1305::{XChaCha20Poly1305, XNonce};
    use hkdf::Hkdf;
    use kabinet_domain::DocumentId;
    use kabinet_store::{Passphrase, Protection, RecoveryCode, Secret, Unlock, Vault};
    use memchr::memmem;
    use sha2::Sha256;
    use time::OffsetDateTime;
    use uuid::Uuid;
    use zeroize::Zeroizing;

    use crate::demo::{self, INN, ORGANISATION};
    use crate::keychain::FolderKeychain;

    /// Texts the other side makes up and puts into files of these names.
    const TEXTS: [&str; 3] = ["passphrase", "secret", "content"];
    /// Files with the recovery code the process is given, and with the one it makes.
    const CODE: &str = "recovery code";
    const NEW_CODE: &str = "new recovery code";

    // ---- The process looked into

    /// Opens the vault by its recovery code and then by its passphrase, works with everything, makes a new code, says so, locks,
    /// says so, waits to be ended.
    pub fn hold(home: &Path) {
        let text = |name| Zeroizing::new(fs::read_to_string(home.join(name)).unwrap());
        let written = RecoveryCode::parse(text(CODE).to_string()).unwrap();
        let vault = Vault::open(&home.join("vault"), FolderKeychain::beside(home))
            .unwrap()
            .unlock(Unlock::RecoveryCode(written))
            .unwrap()
            .lock()
            .unlock(Unlock::Passphrase(
                Passphrase::new(text("passphrase").to_string()).unwrap(),
            ))
            .unwrap();
        let store = vault.organisation(ORGANISATION).unwrap();
        let content = store.put_blob(text("content").as_bytes()).unwrap();
        let (digest, size) = content;
        let at = OffsetDateTime::UNIX_EPOCH;
        let document = demo::document(DocumentId(Uuid::from_u128(1)), ORGANISATION, "Акт", content, at);
        store
            .change(demo::entry("document.added", at), |change| {
                change.set_secret("api-key", &Secret::new(text("secret").to_string()))?;
                change.add_document(&document)
            })
            .unwrap();
        let mut read = Zeroizing::new(Vec::with_capacity(size as usize));
        store.read_blob(digest).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(
            store.secret("api-key").unwrap().unwrap().expose(),
            text("secret").as_str()
        );
        let new = RecoveryCode::random().unwrap();
        vault.set_recovery_code(&new, OffsetDateTime::UNIX_EPOCH).unwrap();
        fs::write(home.join(NEW_CODE), new.expose().as_bytes()).unwrap();
        say("open");
        drop(new);
        drop(read);
        drop(store);
        let locked = vault.lock();
        say("locked");
        drop(locked);
    }

    fn say(word: &str) {
        println!("{word}");
        std::io::stdout().flush().unwrap();
        std::io::stdin().lock().read_line(&mut String::new()).unwrap();
    }

    // ---- The one that looks

    pub fn locking_leaves_nothing_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        let mut needles: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
        for name in TEXTS {
            // Long enough to meet no other by chance; content of more than one page of a database.
            let text = format!("{name} {} ", Uuid::new_v4()).repeat(if name == "content" { 400 } else { 1 });
            fs::write(home.join(name), &text).unwrap();
            needles.insert(name, text.as_bytes()[..40].to_vec());
        }
        prepare(home);
        let data = data_key(home);
        needles.insert(
            "key of the organisation's database",
            derived(home, &data, &format!("organisations/{}.db", ORGANISATION.0)),
        );
        needles.insert(
            "key of the personal database",
            derived(home, &data, "personal.db"),
        );
        needles.insert("data key", data);
        add_code(home, CODE, &mut needles);

        let mut holder = Command::new(std::env::current_exe().unwrap())
            .arg("child-holder")
            .arg(home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut words = BufReader::new(holder.stdout.take().unwrap()).lines();
        assert_eq!(words.next().unwrap().unwrap(), "open");
        add_code(home, NEW_CODE, &mut needles);
        let open = found(&holder, &needles);
        // SQLCipher masks the keys of databases while it holds them.
        for name in ["data key", "secret", "content", NEW_CODE] {
            assert!(
                open.contains_key(name),
                "the search does not find the {name} in an open vault: {open:?}"
            );
        }
        writeln!(holder.stdin.as_mut().unwrap()).unwrap();
        assert_eq!(words.next().unwrap().unwrap(), "locked");
        let left = found(&holder, &needles);
        writeln!(holder.stdin.as_mut().unwrap()).unwrap();
        assert!(holder.wait().unwrap().success());
        assert_eq!(left, BTreeMap::new());
    }

    /// The code in a file of this name, without its dashes as the program keeps it.
    fn add_code(home: &Path, name: &'static str, needles: &mut BTreeMap<&'static str, Vec<u8>>) {
        let written = fs::read_to_string(home.join(name)).unwrap();
        needles.insert(name, written.replace('-', "").into_bytes());
    }

    fn prepare(home: &Path) {
        let protection = Protection {
            keychain: true,
            passphrase: Some(Passphrase::new(fs::read_to_string(home.join("passphrase")).unwrap()).unwrap()),
        };
        let vault = Vault::create(&home.join("vault"), protection, FolderKeychain::beside(home)).unwrap();
        let organisation = demo::organisation(ORGANISATION, INN);
        vault.save_organisation(&organisation).unwrap();
        let code = RecoveryCode::random().unwrap();
        vault
            .set_recovery_code(&code, OffsetDateTime::UNIX_EPOCH)
            .unwrap();
        fs::write(home.join(CODE), code.expose().as_bytes()).unwrap();
    }

    /// Unwrapped anew from the description in `header.rs`, with what lies in the keychain.
    fn data_key(home: &Path) -> Vec<u8> {
        let file = header(home);
        let slot = &file["header"]["keychain"];
        let account = slot["account"].as_str().unwrap();
        let hex = |value: &serde_json::Value| hex::decode(value.as_str().unwrap()).unwrap();
        let secret = fs::read(home.join("keychain").join(account)).unwrap();
        let context = format!(
            "kabinet-vault/keychain/{}/{account}",
            file["header"]["id"].as_str().unwrap()
        );
        let nonce: [u8; 24] = hex(&slot["wrapped"]["nonce"]).try_into().unwrap();
        XChaCha20Poly1305::new_from_slice(&secret)
            .unwrap()
            .decrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: &hex(&slot["wrapped"]["key"]),
                    aad: context.as_bytes(),
                },
            )
            .unwrap()
    }

    fn derived(home: &Path, data: &[u8], database: &str) -> Vec<u8> {
        let id: Uuid = header(home)["header"]["id"].as_str().unwrap().parse().unwrap();
        let mut key = vec![0; 32];
        Hkdf::<Sha256>::new(Some(id.as_bytes()), data)
            .expand(format!("kabinet/database/v1/{database}").as_bytes(), &mut key)
            .unwrap();
        key
    }

    fn header(home: &Path) -> serde_json::Value {
        serde_json::from_slice(&fs::read(home.join("vault/vault.json")).unwrap()).unwrap()
    }

    /// How often each needle lies in the memory the process can write, as it is and, for keys, in hexadecimal.
    fn found(process: &Child, needles: &BTreeMap<&'static str, Vec<u8>>) -> BTreeMap<&'static str, usize> {
        let proc = format!("/proc/{}", process.id());
        let maps = fs::read_to_string(format!("{proc}/maps")).unwrap();
        let memory = File::open(format!("{proc}/mem")).unwrap();
        let mut found = BTreeMap::new();
        for line in maps.lines() {
            let mut words = line.split_whitespace();
            let (range, rights) = (words.next().unwrap(), words.next().unwrap());
            if !rights.starts_with("rw") {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
            let mut bytes = vec![0; (end - start) as usize];
            // Some mappings of devices cannot be read by anybody.
            if memory.read_exact_at(&mut bytes, start).is_err() {
                continue;
            }
            for (name, needle) in needles {
                for spelling in [needle.clone(), hex::encode(needle).into_bytes()] {
                    let count = memmem::find_iter(&bytes, &spelling).count();
                    if count > 0 {
                        *found.entry(*name).or_default() += count;
                    }
                }
            }
        }
        found
    }
}
