//! Signatures of every algorithm, made by `openssl`.

use kabinet_pki::oid::algorithm as id;
use kabinet_pki::tlv::{Tlv, write};
use kabinet_pki::{
    DigestAlgorithm, PssParameters, PublicKey, SignatureAlgorithm, SignatureError, SignatureFamily,
};

use crate::authority::Authority;

const MESSAGE: &[u8] = "Содержание".as_bytes();

/// A key pair in files of an authority's directory.
struct Signer {
    shell: Authority,
    key: PublicKey,
}

impl Signer {
    fn new(generate: &[&str]) -> Self {
        let shell = Authority::new("p256");
        if generate.contains(&"DSA") {
            let parameters = [&["genpkey", "-genparam", "-out", "parameters"], generate].concat();
            shell.openssl(&parameters);
            shell.openssl(&["genpkey", "-paramfile", "parameters", "-out", "key"]);
        } else {
            shell.openssl(&[&["genpkey", "-out", "key"], generate].concat());
        }
        shell.openssl(&[
            "pkey", "-in", "key", "-pubout", "-outform", "DER", "-out", "public",
        ]);
        let key = PublicKey::from_spki_der(&shell.read("public")).expect("readable");
        Self { shell, key }
    }

    fn sign(&self, digest: &str, options: &[&str]) -> Vec<u8> {
        self.shell.write("message", MESSAGE);
        let digest = format!("-{digest}");
        let mut all = vec!["dgst", &digest, "-sign", "key", "-out", "signature"];
        all.extend(options);
        all.push("message");
        self.shell.openssl(&all);
        self.shell.read("signature")
    }
}

/// The signature holds, and no changed bit of it or of the message does.
fn assert_holds(key: &PublicKey, algorithm: SignatureAlgorithm, signature: &[u8]) {
    assert_eq!(key.verify(algorithm, MESSAGE, signature), Ok(()), "{algorithm:?}");
    for bit in (0..signature.len() * 8).step_by(23) {
        let mut changed = signature.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            key.verify(algorithm, MESSAGE, &changed),
            Err(SignatureError::Mismatch),
            "{algorithm:?}: bit {bit}"
        );
    }
    assert_eq!(
        key.verify(algorithm, b"another", signature),
        Err(SignatureError::Mismatch)
    );
}

fn named(oid: &kabinet_pki::Oid) -> SignatureAlgorithm {
    SignatureAlgorithm::from_oid(oid).expect("known")
}

#[test]
fn ecdsa_of_every_curve_and_digest() {
    for (curve, size) in [
        ("P-256", 32),
        ("P-384", 48),
        ("P-521", 66),
        ("brainpoolP256r1", 32),
        ("brainpoolP384r1", 48),
    ] {
        let option = format!("ec_paramgen_curve:{curve}");
        let signer = Signer::new(&["-algorithm", "EC", "-pkeyopt", &option]);
        for (digest, oid) in [
            ("sha1", id::ECDSA_WITH_SHA1),
            ("sha224", id::ECDSA_WITH_SHA224),
            ("sha256", id::ECDSA_WITH_SHA256),
            ("sha384", id::ECDSA_WITH_SHA384),
            ("sha512", id::ECDSA_WITH_SHA512),
            ("sha3-224", id::ECDSA_WITH_SHA3_224),
            ("sha3-256", id::ECDSA_WITH_SHA3_256),
            ("sha3-384", id::ECDSA_WITH_SHA3_384),
            ("sha3-512", id::ECDSA_WITH_SHA3_512),
        ] {
            let signature = signer.sign(digest, &[]);
            let algorithm = named(&oid);
            assert_holds(&signer.key, algorithm, &signature);
            let digest_algorithm = algorithm.digest.expect("named");
            let digest = digest_algorithm.digest(MESSAGE);
            let raw = raw_of(&signature, size);
            assert_eq!(
                signer
                    .key
                    .verify_xml_digest(algorithm, digest_algorithm, &digest, &raw),
                Ok(())
            );
            let (r, s) = raw.split_at(size);
            let longer = [&[0], r, &[0], s].concat();
            for wrong in [&signature, &longer] {
                assert_eq!(
                    signer
                        .key
                        .verify_xml_digest(algorithm, digest_algorithm, &digest, wrong),
                    Err(SignatureError::Mismatch)
                );
            }
        }
    }
}

/// r ‖ s of this many octets each.
fn raw_of(der: &[u8], size: usize) -> Vec<u8> {
    let mut reader = Tlv::from_der(der).expect("DER").reader();
    let mut number = || {
        let octets = reader.any().and_then(Tlv::integer_octets).expect("INTEGER");
        let mut padded = vec![0; size - octets.len()];
        padded.extend_from_slice(octets);
        padded
    };
    [number(), number()].concat()
}

#[test]
fn rsa_of_both_paddings() {
    let signer = Signer::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    for (digest, oid) in [
        ("sha224", id::SHA224_WITH_RSA),
        ("sha256", id::SHA256_WITH_RSA),
        ("sha512", id::SHA512_WITH_RSA),
        ("sha3-224", id::SHA3_224_WITH_RSA),
        ("sha3-256", id::SHA3_256_WITH_RSA),
        ("sha3-384", id::SHA3_384_WITH_RSA),
        ("sha3-512", id::SHA3_512_WITH_RSA),
    ] {
        assert_holds(&signer.key, named(&oid), &signer.sign(digest, &[]));
    }
    for (digest, algorithm) in [
        ("sha1", DigestAlgorithm::Sha1),
        ("sha256", DigestAlgorithm::Sha256),
    ] {
        for (mgf_name, mgf) in [
            ("sha1", DigestAlgorithm::Sha1),
            ("sha512", DigestAlgorithm::Sha512),
        ] {
            for salt in [0, 20, 32] {
                let [length, function] = [
                    format!("rsa_pss_saltlen:{salt}"),
                    format!("rsa_mgf1_md:{mgf_name}"),
                ];
                let options = [
                    "-sigopt",
                    "rsa_padding_mode:pss",
                    "-sigopt",
                    &length,
                    "-sigopt",
                    &function,
                ];
                let signature = signer.sign(digest, &options);
                let with = |mgf, salt| SignatureAlgorithm {
                    family: SignatureFamily::RsaPss(PssParameters { mgf, salt }),
                    digest: Some(algorithm),
                };
                assert_holds(&signer.key, with(mgf, salt), &signature);
                for wrong in [with(DigestAlgorithm::Sha384, salt), with(mgf, salt + 1)] {
                    assert_eq!(
                        signer.key.verify(wrong, MESSAGE, &signature),
                        Err(SignatureError::Mismatch)
                    );
                }
            }
        }
    }
}

#[test]
fn a_modulus_whose_length_leaves_the_padding_an_octet_less() {
    for bits in [
        "rsa_keygen_bits:2049",
        "rsa_keygen_bits:2050",
        "rsa_keygen_bits:1031",
    ] {
        let signer = Signer::new(&["-algorithm", "RSA", "-pkeyopt", bits]);
        let signature = signer.sign(
            "sha256",
            &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
        );
        let algorithm = SignatureAlgorithm {
            family: SignatureFamily::RsaPss(PssParameters {
                mgf: DigestAlgorithm::Sha256,
                salt: 32,
            }),
            digest: Some(DigestAlgorithm::Sha256),
        };
        assert_holds(&signer.key, algorithm, &signature);
        assert_eq!(signer.key.is_weak(), bits.ends_with("1031"));
    }
}

#[test]
fn a_key_restricted_to_pss_signs_no_other_way() {
    let signer = Signer::new(&[
        "-algorithm",
        "RSA-PSS",
        "-pkeyopt",
        "rsa_keygen_bits:2048",
        "-pkeyopt",
        "rsa_pss_keygen_md:sha256",
        "-pkeyopt",
        "rsa_pss_keygen_mgf1_md:sha256",
        "-pkeyopt",
        "rsa_pss_keygen_saltlen:32",
    ]);
    assert!(matches!(signer.key, PublicKey::RsaPss(_, Some(_))));
    let signature = signer.sign("sha256", &[]);
    let with = |mgf, salt| SignatureAlgorithm {
        family: SignatureFamily::RsaPss(PssParameters { mgf, salt }),
        digest: Some(DigestAlgorithm::Sha256),
    };
    assert_holds(&signer.key, with(DigestAlgorithm::Sha256, 32), &signature);
    for forbidden in [
        with(DigestAlgorithm::Sha1, 32),
        with(DigestAlgorithm::Sha256, 20),
        named(&id::SHA256_WITH_RSA),
    ] {
        assert_eq!(
            signer.key.verify(forbidden, MESSAGE, &signature),
            Err(SignatureError::AlgorithmMismatch)
        );
    }
}

#[test]
fn dsa_of_every_size() {
    for (p, q, digest, oid) in [
        ("1024", "160", "sha1", id::DSA_WITH_SHA1),
        ("2048", "224", "sha256", id::DSA_WITH_SHA256),
        ("2048", "256", "sha256", id::DSA_WITH_SHA256),
        ("2048", "256", "sha224", id::DSA_WITH_SHA224),
    ] {
        let sizes = [
            format!("dsa_paramgen_bits:{p}"),
            format!("dsa_paramgen_q_bits:{q}"),
        ];
        let signer = Signer::new(&["-algorithm", "DSA", "-pkeyopt", &sizes[0], "-pkeyopt", &sizes[1]]);
        let signature = signer.sign(digest, &[]);
        assert_holds(&signer.key, named(&oid), &signature);
        assert!(signer.key.is_weak());
        let numbers = raw_of(&signature, q.parse::<usize>().expect("bits") / 8);
        let longer = |octets: &[u8]| write::value(0x02, &[&[0, 0], octets].concat());
        let (r, s) = numbers.split_at(numbers.len() / 2);
        let loose = write::sequence(&[longer(r), write::integer(s)]);
        let found = signer.key.verify(named(&oid), MESSAGE, &loose);
        assert_eq!(
            found,
            Err(SignatureError::Mismatch),
            "an INTEGER longer than need be"
        );
    }
}

#[test]
fn gost_of_2001_in_old_documents() {
    let signer = Signer::new(&["-algorithm", "gost2001", "-pkeyopt", "paramset:A"]);
    assert!(matches!(signer.key, PublicKey::Gost(_)) && signer.key.is_weak());
    assert_eq!(signer.key.signing_digest(), None, "verified, never made");
    let signature = signer.sign("md_gost94", &[]);
    assert_holds(&signer.key, named(&id::GOST2001_WITH_GOST94), &signature);
}

#[test]
fn numbers_make_the_same_keys() {
    let signer = Signer::new(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    let PublicKey::Rsa(key) = &signer.key else {
        panic!("RSA")
    };
    use rsa::traits::PublicKeyParts as _;
    let made = PublicKey::from_rsa(&key.n().to_be_bytes(), &key.e().to_be_bytes()).expect("a key");
    assert_holds(&made, named(&id::SHA256_WITH_RSA), &signer.sign("sha256", &[]));
    assert!(PublicKey::from_rsa(&[5; 8], &[3]).is_none(), "too short");
    assert!(PublicKey::from_rsa(&vec![0xff; 3000], &[3]).is_none(), "too long");
    assert!(
        PublicKey::from_ec_point(&id::P256, &[4; 65]).is_none(),
        "no point"
    );
    assert!(
        PublicKey::from_dsa(&[7; 128], &[9; 20], &[1], &[2]).is_none(),
        "g of 1"
    );
}

#[test]
fn unknown_curves_and_digests_are_unsupported_not_wrong() {
    let signer = Signer::new(&[
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:brainpoolP512r1",
    ]);
    assert_eq!(
        signer.key.verify(
            named(&id::ECDSA_WITH_SHA256),
            MESSAGE,
            &signer.sign("sha256", &[])
        ),
        Err(SignatureError::UnsupportedKey(id::EC))
    );
    let md5_with_rsa = kabinet_pki::Oid::new_unwrap("1.2.840.113549.1.1.4");
    assert_eq!(SignatureAlgorithm::from_oid(&md5_with_rsa), None);
    let identifier = write::sequence(&[write::oid(&id::RSA_PSS)]);
    let read = SignatureAlgorithm::from_identifier(Tlv::from_der(&identifier).expect("DER"));
    assert_eq!(read, Ok(Err(id::RSA_PSS)), "a signature must name its parameters");
}
