//! Keys of every parameter set; what they sign, OpenSSL accepts.

use cryptoki_sys as ck;
use der::Encode;
use kabinet_gost::{Digest, KeySize, ParameterSet, PublicKey, SecretKey, Streebog256, Streebog512};

use crate::common::{Bench, PIN, SERIAL, Template, call, length, plain};

/// Key generation, raw signature, signature with digest, digest.
const MECHANISMS_256: [ck::CK_MECHANISM_TYPE; 4] = [0x1200, 0x1201, 0xD432_1008, 0xD432_1012];
const MECHANISMS_512: [ck::CK_MECHANISM_TYPE; 4] = [0xD432_1005, 0xD432_1006, 0xD432_1009, 0xD432_1013];

const MESSAGE: &[u8] = "Расчёт по страховым взносам".as_bytes();

fn digest(size: KeySize) -> Vec<u8> {
    match size {
        KeySize::Bits256 => Streebog256::digest(MESSAGE).to_vec(),
        KeySize::Bits512 => Streebog512::digest(MESSAGE).to_vec(),
    }
}

#[test]
fn every_parameter_set_signs_what_openssl_accepts() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    for set in ParameterSet::ALL {
        let size = set.size();
        let [generate, raw, with_digest, _] = if size == KeySize::Bits256 {
            MECHANISMS_256
        } else {
            MECHANISMS_512
        };
        let curve = set.oid().to_der().expect("encodes");
        let (public, private) = module.generate(session, generate, &curve).expect("generates");
        let point = module
            .attribute(session, public, ck::CKA_VALUE)
            .expect("readable");
        let spki = PublicKey::from_point_octets(set, &point)
            .expect("a point")
            .to_spki_der()
            .expect("encodes");

        let digest = digest(size);
        let signature = module.sign(session, raw, private, &digest).expect("signs");
        assert!(bench.judge(&spki, &digest, &signature), "{set:?} raw");
        let signature = module
            .sign(session, with_digest, private, MESSAGE)
            .expect("signs");
        assert!(bench.judge(&spki, &digest, &signature), "{set:?} with digest");

        let verify = |signature: &[u8]| {
            assert_eq!(
                call!(module, C_VerifyInit, session, &mut plain(raw), public),
                ck::CKR_OK
            );
            let (data, given) = (digest.as_ptr().cast_mut(), signature.as_ptr().cast_mut());
            call!(
                module,
                C_Verify,
                session,
                data,
                length(&digest),
                given,
                length(signature)
            )
        };
        assert_eq!(verify(&signature), ck::CKR_OK);
        let mut tampered = signature.clone();
        tampered[5] ^= 4;
        assert_eq!(verify(&tampered), ck::CKR_SIGNATURE_INVALID);
        assert_eq!(verify(&signature[1..]), ck::CKR_SIGNATURE_LEN_RANGE);
    }
}

#[test]
fn a_signature_in_parts_equals_one_over_the_whole() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    let spki = bench
        .token()
        .generate(PIN, ParameterSet::Tc26_256A, b"\x01", "key")
        .expect("generates");
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    // Vendor samples name the digest in the parameter.
    let mut oid = kabinet_gost::oid::STREEBOG_256.to_der().expect("encodes");
    let mut mechanism = ck::CK_MECHANISM {
        mechanism: 0xD432_1008,
        pParameter: oid.as_mut_ptr().cast(),
        ulParameterLen: length(&oid),
    };
    assert_eq!(
        call!(module, C_SignInit, session, &mut mechanism, key),
        ck::CKR_OK
    );
    for part in MESSAGE.chunks(7) {
        assert_eq!(
            call!(
                module,
                C_SignUpdate,
                session,
                part.as_ptr().cast_mut(),
                length(part)
            ),
            ck::CKR_OK
        );
    }
    let (mut signature, mut count) = (vec![0; 64], 64);
    assert_eq!(
        call!(module, C_SignFinal, session, signature.as_mut_ptr(), &mut count),
        ck::CKR_OK
    );
    assert!(bench.judge(&spki, &digest(KeySize::Bits256), &signature));

    oid[9] = 3; // Streebog-512
    assert_eq!(
        call!(module, C_SignInit, session, &mut mechanism, key),
        ck::CKR_MECHANISM_PARAM_INVALID
    );
}

#[test]
fn digests_equal_those_of_openssl() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.open(0);
    bench.write("message", MESSAGE);
    for (mechanism, name) in [(0xD432_1012, "-md_gost12_256"), (0xD432_1013, "-md_gost12_512")] {
        bench.ok("openssl", &["dgst", name, "-binary", "-out", "digest", "message"]);
        let expected = std::fs::read(bench.path("digest")).expect("reads");
        assert_eq!(
            call!(module, C_DigestInit, session, &mut plain(mechanism)),
            ck::CKR_OK
        );
        let (mut digest, mut count) = (vec![0; 64], 64);
        let (data, place) = (MESSAGE.as_ptr().cast_mut(), digest.as_mut_ptr());
        assert_eq!(
            call!(
                module,
                C_Digest,
                session,
                data,
                length(MESSAGE),
                place,
                &mut count
            ),
            ck::CKR_OK
        );
        digest.truncate(usize::try_from(count).expect("small"));
        assert_eq!(digest, expected);
    }
}

#[test]
fn wrong_digest_lengths_keys_and_mechanisms_are_refused() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let private = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    let public = module.find(session, &Template::class(ck::CKO_PUBLIC_KEY))[0];
    for length in [0, 31, 33, 64, 65] {
        let outcome = module.sign(session, 0x1201, private, &vec![1; length]);
        assert_eq!(outcome, Err(ck::CKR_DATA_LEN_RANGE), "{length}");
    }
    assert_eq!(
        module.sign(session, 0xD432_1006, private, &[1; 64]),
        Err(ck::CKR_KEY_TYPE_INCONSISTENT)
    );
    assert_eq!(
        module.sign(session, 0x1201, public, &[1; 32]),
        Err(ck::CKR_KEY_TYPE_INCONSISTENT)
    );
    assert_eq!(
        module.sign(session, 0x1201, 777, &[1; 32]),
        Err(ck::CKR_KEY_HANDLE_INVALID)
    );
    assert_eq!(
        module.sign(session, 0x1202, private, &[1; 32]),
        Err(ck::CKR_MECHANISM_INVALID)
    );
    assert_eq!(
        module.sign(session, 0x1200, private, &[1; 32]),
        Err(ck::CKR_MECHANISM_INVALID)
    );
    let curve_512 = kabinet_gost::oid::TC26_512_A.to_der().expect("encodes");
    assert_eq!(
        module.generate(session, 0x1200, &curve_512),
        Err(ck::CKR_ATTRIBUTE_VALUE_INVALID)
    );
}

#[test]
fn a_model_without_512_bit_keys_refuses_them_and_a_memory_token_has_no_mechanisms() {
    let curve = kabinet_gost::oid::TC26_512_A.to_der().expect("encodes");
    let bench = Bench::model("jacarta-2-gost");
    let module = bench.load();
    assert_eq!(
        module.generate(module.user(), 0xD432_1005, &curve),
        Err(ck::CKR_MECHANISM_INVALID)
    );

    let bench = Bench::model("rutoken-lite");
    let module = bench.load();
    let mut count = 9;
    let slot = module.slots(true)[0];
    assert_eq!(
        call!(module, C_GetMechanismList, slot, std::ptr::null_mut(), &mut count),
        ck::CKR_OK
    );
    assert_eq!(count, 0);
}

#[test]
fn an_imported_key_signs_and_its_value_never_leaves() {
    let bench = Bench::new();
    let module = bench.load();
    let session = module.user();
    let set = ParameterSet::Tc26_512C;
    let secret = SecretKey::generate(set).expect("generates");
    let template = Template::class(ck::CKO_PRIVATE_KEY)
        .number(ck::CKA_KEY_TYPE, 0xD432_1003)
        .flag(ck::CKA_TOKEN, true)
        .flag(ck::CKA_EXTRACTABLE, true)
        .flag(ck::CKA_SENSITIVE, false)
        .octets(ck::CKA_GOSTR3410_PARAMS, &set.oid().to_der().expect("encodes"))
        .octets(ck::CKA_VALUE, &secret.to_octets());
    let key = module.create(session, &template).expect("creates");
    let signature = module
        .sign(session, 0xD432_1006, key, &digest(KeySize::Bits512))
        .expect("signs");
    let spki = secret.public_key().to_spki_der().expect("encodes");
    assert!(bench.judge(&spki, &digest(KeySize::Bits512), &signature));
    assert_eq!(
        module.attribute(session, key, ck::CKA_VALUE),
        Err(ck::CKR_ATTRIBUTE_SENSITIVE)
    );

    // Nor is it on the disk in the clear.
    let file = std::fs::read_to_string(bench.path(&format!("tokens/{SERIAL}/token.json"))).expect("reads");
    assert!(!file.contains(&hex::encode(secret.to_octets().as_slice())));
    assert!(file.contains(&hex::encode(set.oid().to_der().expect("encodes"))));
}

#[test]
fn a_key_that_always_authenticates_asks_for_the_pin_before_each_signature() {
    let bench = Bench::with(|profile| profile.always_authenticate = true);
    bench
        .token()
        .generate(PIN, ParameterSet::CryptoProA, b"\x01", "key")
        .expect("generates");
    let module = bench.load();
    let session = module.user();
    let key = module.find(session, &Template::class(ck::CKO_PRIVATE_KEY))[0];
    assert_eq!(
        module.attribute(session, key, ck::CKA_ALWAYS_AUTHENTICATE),
        Ok(vec![1])
    );
    assert_eq!(
        module.sign(session, 0x1201, key, &[1; 32]),
        Err(ck::CKR_USER_NOT_LOGGED_IN)
    );
    for _ in 0..2 {
        assert_eq!(
            call!(module, C_SignInit, session, &mut plain(0x1201), key),
            ck::CKR_OK
        );
        assert_eq!(
            module.login(session, ck::CKU_CONTEXT_SPECIFIC, b"00000000"),
            ck::CKR_PIN_INCORRECT
        );
        assert_eq!(module.login(session, ck::CKU_CONTEXT_SPECIFIC, PIN), ck::CKR_OK);
        assert!(module.sign_started(session, &[1; 32]).is_ok());
    }
    assert_eq!(
        module.login(session, ck::CKU_CONTEXT_SPECIFIC, PIN),
        ck::CKR_OPERATION_NOT_INITIALIZED
    );
}
