//! The same octets as `openssl enc` and `openssl dgst` with the gost engine.

use std::process::Command;

use kabinet_gost::cipher::gost28147::{Mac, SBox, cfb_decrypt, cfb_encrypt, cnt_apply};
use kabinet_gost::cipher::{BlockCipher, CtrAcpkm, Omac};
use tempfile::TempDir;

use crate::common::noise;

struct OpenSsl(TempDir);

impl OpenSsl {
    /// `boxes` names the S-boxes for the algorithms that leave them open.
    fn new(boxes: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = format!(
            "openssl_conf = openssl_init\n[openssl_init]\nengines = engines\n[engines]\ngost = gost\n\
             [gost]\nengine_id = gost\ndefault_algorithms = ALL\nCRYPT_PARAMS = {boxes}\n"
        );
        std::fs::write(folder.path().join("gost.cnf"), configuration).unwrap();
        Self(folder)
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        std::fs::write(self.0.path().join("input"), input).unwrap();
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(self.0.path())
            .env("OPENSSL_CONF", self.0.path().join("gost.cnf"))
            .output()
            .expect("openssl must be installed, with the gost engine (libengine-gost-openssl)");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {complaint}");
        output.stdout
    }

    fn encrypt(&self, algorithm: &str, key: &[u8], iv: &[u8], input: &[u8]) -> Vec<u8> {
        let (algorithm, key, iv) = (format!("-{algorithm}"), hex::encode(key), hex::encode(iv));
        self.run(
            &["enc", &algorithm, "-K", &key, "-iv", &iv, "-in", "input"],
            input,
        )
    }

    fn code(&self, algorithm: &str, key: &[u8], input: &[u8]) -> Vec<u8> {
        let key = format!("hexkey:{}", hex::encode(key));
        self.run(
            &["dgst", "-mac", algorithm, "-macopt", &key, "-binary", "input"],
            input,
        )
    }
}

const BOXES: [(SBox, &str); 5] = [
    (SBox::Tc26Z, "id-tc26-gost-28147-param-Z"),
    (SBox::CryptoProA, "id-Gost28147-89-CryptoPro-A-ParamSet"),
    (SBox::CryptoProB, "id-Gost28147-89-CryptoPro-B-ParamSet"),
    (SBox::CryptoProC, "id-Gost28147-89-CryptoPro-C-ParamSet"),
    (SBox::CryptoProD, "id-Gost28147-89-CryptoPro-D-ParamSet"),
];

fn key_and_iv() -> ([u8; 32], [u8; 8]) {
    let octets = noise(40);
    (octets[..32].try_into().unwrap(), octets[32..].try_into().unwrap())
}

#[test]
fn the_old_cipher_agrees_over_all_boxes_and_key_changes() {
    let (key, iv) = key_and_iv();
    for (sbox, name) in BOXES {
        let openssl = OpenSsl::new(name);
        for length in [1, 8, 1023, 1024, 1025, 5000] {
            let text = noise(length);
            let mut data = text.clone();
            cfb_encrypt(sbox, &key, iv, &mut data);
            assert!(
                data == openssl.encrypt("gost89", &key, &iv, &text),
                "{name}, {length}"
            );
            cfb_decrypt(sbox, &key, iv, &mut data);
            assert!(data == text);
            // The engine has this mode over two sets of boxes only.
            let algorithm = match sbox {
                SBox::Tc26Z => "gost89-cnt-12",
                SBox::CryptoProA => "gost89-cnt",
                _ => continue,
            };
            cnt_apply(sbox, &key, iv, &mut data);
            assert!(
                data == openssl.encrypt(algorithm, &key, &iv, &text),
                "{name}, {length}"
            );
        }
    }
}

/// The engine changes the key of the code after 1024 octets, as the standard does not.
#[test]
fn the_old_code_agrees_up_to_the_first_key_change() {
    let (key, _) = key_and_iv();
    let openssl = OpenSsl::new("id-tc26-gost-28147-param-Z");
    for length in [0, 1, 7, 8, 9, 16, 1024] {
        let text = noise(length);
        for (sbox, algorithm) in [(SBox::Tc26Z, "gost-mac-12"), (SBox::CryptoProA, "gost-mac")] {
            let mut mac = Mac::new(sbox, &key, [0; 8]);
            mac.update(&text);
            let openssl = match sbox {
                SBox::Tc26Z => &openssl,
                _ => &OpenSsl::new("id-Gost28147-89-CryptoPro-A-ParamSet"),
            };
            assert_eq!(
                mac.finalize()[..],
                openssl.code(algorithm, &key, &text),
                "{length}"
            );
        }
    }
}

#[test]
fn the_new_ciphers_agree_over_key_changes() {
    let (key, _) = key_and_iv();
    let openssl = OpenSsl::new("id-tc26-gost-28147-param-Z");
    // `enc` has sections of its own, not those of CMS.
    let streams = [
        (BlockCipher::Magma, "magma-ctr-acpkm", 1024),
        (BlockCipher::Kuznyechik, "kuznyechik-ctr-acpkm", 4096),
    ];
    for (cipher, algorithm, section) in streams {
        for length in [1, section - 1, section, section + 1, 5 * section + 3] {
            let text = noise(length);
            let iv = noise(cipher.iv_octets());
            let mut padded = iv.clone();
            padded.resize(8, 0);
            let mut data = text.clone();
            CtrAcpkm::new(cipher, &key, &iv, section)
                .unwrap()
                .apply(&mut data)
                .unwrap();
            assert!(
                data == openssl.encrypt(algorithm, &key, &padded, &text),
                "{algorithm}, {length}"
            );
        }
    }
}

#[test]
fn the_new_codes_agree() {
    let (key, _) = key_and_iv();
    let openssl = OpenSsl::new("id-tc26-gost-28147-param-Z");
    for length in [1, 8, 15, 16, 17, 4099] {
        let text = noise(length);
        for (cipher, algorithm) in [
            (BlockCipher::Magma, "magma-mac"),
            (BlockCipher::Kuznyechik, "kuznyechik-mac"),
        ] {
            let mut mac = Omac::new(cipher, &key);
            mac.update(&text);
            assert_eq!(
                mac.finalize(),
                openssl.code(algorithm, &key, &text),
                "{algorithm}, {length}"
            );
        }
    }
}
