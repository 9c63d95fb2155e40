//! Magma and Kuznyechik: examples of GOST R 34.13-2015 and R 1323565.1.017-2018, streaming, and refusals.

use kabinet_gost::cipher::kexp15::{self, ExportKeys};
use kabinet_gost::cipher::{BlockCipher, CipherError, CtrAcpkm, Omac, content};
use zeroize::Zeroizing;

use crate::common::{bytes, noise, octets};

const CIPHERS: [BlockCipher; 2] = [BlockCipher::Magma, BlockCipher::Kuznyechik];

/// The key of the examples for 128-bit blocks, and of R 1323565.1.017-2018.
const KEY: &str = "8899aabbccddeeff0011223344556677fedcba98765432100123456789abcdef";
/// The key of the examples for 64-bit blocks.
const MAGMA_KEY: &str = "ffeeddccbbaa99887766554433221100f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
const PLAINTEXT: &str = concat!(
    "1122334455667700ffeeddccbbaa9988",
    "00112233445566778899aabbcceeff0a",
    "112233445566778899aabbcceeff0a00",
    "2233445566778899aabbcceeff0a0011",
    "33445566778899aabbcceeff0a001122",
    "445566778899aabbcceeff0a00112233",
    "5566778899aabbcceeff0a0011223344",
);

struct Example {
    cipher: BlockCipher,
    key: &'static str,
    iv: &'static str,
    section: usize,
    plaintext: &'static str,
    ciphertext: &'static str,
}

const EXAMPLES: [Example; 5] = [
    // GOST R 34.13-2015 A.1.2, A.2.2: counter mode, one section.
    Example {
        cipher: BlockCipher::Kuznyechik,
        key: KEY,
        iv: "1234567890abcef0",
        section: 1 << 20,
        plaintext: PLAINTEXT,
        ciphertext: concat!(
            "f195d8bec10ed1dbd57b5fa240bda1b8",
            "85eee733f6a13e5df33ce4b33c45dee4",
            "a5eae88be6356ed3d5e877f13564a3a5",
            "cb91fab1f20cbab6d1c6d15820bdba73",
        ),
    },
    Example {
        cipher: BlockCipher::Magma,
        key: MAGMA_KEY,
        iv: "12345678",
        section: 1 << 20,
        plaintext: "92def06b3c130a59db54c704f8189d204a98fb2e67a8024c8912409b17b57e41",
        ciphertext: "4e98110c97b7b93c3e250d93d6e85d69136d868807b2dbef568eb680ab52a12d",
    },
    // R 1323565.1.017-2018 A.1, A.2: CTR-ACPKM.
    Example {
        cipher: BlockCipher::Magma,
        key: KEY,
        iv: "12345678",
        section: 16,
        plaintext: PLAINTEXT,
        ciphertext: concat!(
            "2ab81deeeb1e4cab68e104c4bd6b94ea",
            "c72c67af6c2e5b6b0eafb61770f1b32e",
            "a1ae71149eed1382abd467180672ec6f",
            "84a2f15b3fca72c1",
        ),
    },
    Example {
        cipher: BlockCipher::Kuznyechik,
        key: KEY,
        iv: "1234567890abcef0",
        section: 32,
        plaintext: PLAINTEXT,
        ciphertext: concat!(
            "f195d8bec10ed1dbd57b5fa240bda1b8",
            "85eee733f6a13e5df33ce4b33c45dee4",
            "4bceeb8f646f4c55001706275e85e800",
            "587c4df568d094393e4834afd0805046",
            "cf30f57686aeece11cfc6c316b8a896e",
            "dffd07ec813636460c4f3b743423163e",
            "6409a9c282fac8d469d221e7fbd6de5d",
        ),
    },
    // The same, A.4.2: key material of ACPKM-Master, the gamma itself.
    Example {
        cipher: BlockCipher::Kuznyechik,
        key: KEY,
        iv: "ffffffffffffffff",
        section: 96,
        plaintext: concat!(
            "000000000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
        ),
        ciphertext: concat!(
            "0cabf1f2efbc4ac16048df1a24c605b2c0d1673d7586a8ec0dd42c45a4f95bae",
            "0f2e2617e47148680fc3e6178df2c137c9dda89cffa491feadd9b3eab703bb31",
            "bc7e927f0494729f51b49d3df9c9460800fbbcf5edee610ea02f01093c7bc742",
            "d7d6271501b177775263c2a3495a8318a81c79a04f29660ea3fda874c630799e",
            "142c577914fea90d3bc2502e833685d9",
        ),
    },
];

#[test]
fn examples_of_the_standards_come_out_however_the_data_are_cut() {
    for (number, example) in EXAMPLES.iter().enumerate() {
        let ciphertext = octets(example.ciphertext);
        let plaintext = &octets(example.plaintext)[..ciphertext.len()];
        for piece in 1..=plaintext.len() {
            let iv = octets(example.iv);
            let key = bytes(example.key);
            let mut stream = CtrAcpkm::new(example.cipher, &key, &iv, example.section).unwrap();
            let mut data = plaintext.to_vec();
            for piece in data.chunks_mut(piece) {
                stream.apply(piece).unwrap();
            }
            assert_eq!(data, ciphertext, "example {number}, pieces of {piece}");
        }
    }
}

#[test]
fn long_streams_do_not_depend_on_how_they_are_cut() {
    for cipher in CIPHERS {
        let (key, iv) = (bytes(KEY), noise(cipher.iv_octets()));
        let mut whole = noise(3 * cipher.cms_section() + 77);
        let mut cut = whole.clone();
        let mut stream = CtrAcpkm::for_cms(cipher, &key, &iv).unwrap();
        stream.apply(&mut whole).unwrap();
        let mut stream = CtrAcpkm::for_cms(cipher, &key, &iv).unwrap();
        let mut rest = &mut cut[..];
        for size in (1..).step_by(97) {
            let (now, later) = rest.split_at_mut(size.min(rest.len()));
            stream.apply(now).unwrap();
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        assert!(whole == cut);
    }
}

#[test]
fn unsuitable_lengths_are_refused() {
    let key = bytes(KEY);
    for cipher in CIPHERS {
        for length in [0, cipher.iv_octets() - 1, cipher.block_octets()] {
            let expected = cipher.iv_octets();
            let refusal = CtrAcpkm::for_cms(cipher, &key, &noise(length)).err();
            assert_eq!(
                refusal,
                Some(CipherError::Length {
                    expected,
                    actual: length
                })
            );
        }
        for section in [0, 1, cipher.block_octets() + 1] {
            let refusal = CtrAcpkm::new(cipher, &key, &noise(cipher.iv_octets()), section).err();
            assert_eq!(refusal, Some(CipherError::Section));
        }
    }
}

/// GOST R 34.13-2015 A.1.6 and A.2.6, the codes in full length as OpenSSL prints them.
#[test]
fn codes_of_the_standard_come_out() {
    let mut mac = Omac::new(BlockCipher::Kuznyechik, &bytes(KEY));
    mac.update(&octets(PLAINTEXT)[..64]);
    assert_eq!(mac.finalize()[..8], octets("336f4d296059fbe3"));
    let mut mac = Omac::new(BlockCipher::Magma, &bytes(MAGMA_KEY));
    mac.update(&octets(
        "92def06b3c130a59db54c704f8189d204a98fb2e67a8024c8912409b17b57e41",
    ));
    assert_eq!(mac.finalize(), octets("154e72102030c5bb"));
}

fn export_keys() -> ExportKeys {
    ExportKeys {
        mac: Zeroizing::new(bytes(
            "08090a0b0c0d0e0f0001020304050607101112131415161718191a1b1c1d1e1f",
        )),
        encryption: Zeroizing::new(bytes(
            "202122232425262728292a2b2c2d2e2f38393a3b3c3d3e3f3031323334353637",
        )),
    }
}

/// R 1323565.1.017-2018, appendix B.
#[test]
fn exported_keys_of_the_standard_come_out_and_damage_is_refused() {
    let examples = [
        (
            BlockCipher::Magma,
            "67bed654",
            "cfd5a12d5b81b6e1e99c916d07900c6ac12703fb3abded55567bf3742c899c755dafe7b42e3a8bd9",
        ),
        (
            BlockCipher::Kuznyechik,
            "0909472dd9f26be8",
            "e36184e84e8d736ff36cc2e5ae065dc656b23c20f549b02fdff88e1f3f30d8c29a53f3ca554dbad80de152b9a4625b32",
        ),
    ];
    let (key, keys) = (bytes(KEY), export_keys());
    for (cipher, iv, exported) in examples {
        let (iv, exported) = (octets(iv), octets(exported));
        assert_eq!(kexp15::export(cipher, &keys, &iv, &key).unwrap(), exported);
        assert_eq!(*kexp15::import(cipher, &keys, &iv, &exported).unwrap(), key);
        for octet in 0..exported.len() {
            let mut changed = exported.clone();
            changed[octet] ^= 1;
            let refusal = kexp15::import(cipher, &keys, &iv, &changed).err();
            assert_eq!(refusal, Some(CipherError::Authentication), "octet {octet}");
            let refusal = kexp15::import(cipher, &keys, &iv, &exported[..octet]).err();
            let expected = exported.len();
            assert_eq!(
                refusal,
                Some(CipherError::Length {
                    expected,
                    actual: octet
                })
            );
        }
    }
}

/// R 1323565.1.025-2019 A.4.1 and A.4.2: EncryptedData under a key given beforehand. Both hold the same text.
#[test]
fn content_of_the_cms_examples_decrypts() {
    let key = bytes("d5613df353696c1aa0c0c23c26b73da3cf3037321256bc2bfb28d21488ef5e8f");
    let text = octets(
        "caeeedf2f0eeebfcedfbe920eff0e8ece5f020e4ebff20f1f2f0f3eaf2f3f0fb20456e63727970746564446174612e",
    );
    let mut data = octets(
        "4db30b38474f722e9ea352d69d9dc5943d91a6086a4f2a75c680d1ef126500ae0289beee053c7b4b907b8b7905d983",
    );
    let ukm = octets("ba770ebb7b983db237d2f142");
    content::decrypt(
        BlockCipher::Magma,
        &key,
        &ukm,
        &mut data,
        &octets("c26d0a07eb7da818"),
    )
    .unwrap();
    assert_eq!(data, text);
    let mut data = octets(
        "cff1fb53750312b5f213855904fefa49970687806bfcde6d9bb0f6b27b2baaa684de10c39aa8670ed0cc475ac0bd85",
    );
    let iv = octets("52c17fb3c8e10f3e");
    CtrAcpkm::for_cms(BlockCipher::Kuznyechik, &key, &iv)
        .unwrap()
        .apply(&mut data)
        .unwrap();
    assert_eq!(data, text);
}

#[test]
fn authenticated_content_comes_back_and_damage_leaves_nothing() {
    let key = bytes(KEY);
    for cipher in CIPHERS {
        let ukm = noise(content::ukm_octets(cipher));
        for length in [
            0,
            1,
            15,
            16,
            17,
            cipher.cms_section() - 3,
            cipher.cms_section() + 5,
        ] {
            let text = noise(length);
            let mut data = text.clone();
            let code = content::encrypt(cipher, &key, &ukm, &mut data).unwrap();
            assert_eq!(code.len(), cipher.block_octets());
            let encrypted = data.clone();
            content::decrypt(cipher, &key, &ukm, &mut data, &code).unwrap();
            assert!(data == text);

            let refused = |ukm: &[u8], code: &[u8], damage: Option<usize>| {
                let mut data = encrypted.clone();
                if let Some(octet) = damage {
                    data[octet] ^= 2;
                }
                let refusal = content::decrypt(cipher, &key, ukm, &mut data, code).unwrap_err();
                assert!(data.iter().all(|octet| *octet == 0));
                refusal
            };
            let mut other = code.clone();
            other[0] ^= 1;
            assert_eq!(refused(&ukm, &other, None), CipherError::Authentication);
            assert_eq!(refused(&ukm, &code[1..], None), CipherError::Authentication);
            assert_eq!(refused(&ukm, &[], None), CipherError::Authentication);
            let mut seed = ukm.clone();
            seed[cipher.iv_octets()] ^= 1;
            assert_eq!(refused(&seed, &code, None), CipherError::Authentication);
            assert!(matches!(
                refused(&ukm[1..], &code, None),
                CipherError::Length { .. }
            ));
            if length > 0 {
                assert_eq!(
                    refused(&ukm, &code, Some(length - 1)),
                    CipherError::Authentication
                );
            }
        }
    }
}
