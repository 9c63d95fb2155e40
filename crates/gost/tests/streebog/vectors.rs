//! Published values, for each kernel.

use crate::hasher::{Hasher, hashers};

struct Vector {
    message: Vec<u8>,
    digest_256: &'static str,
    digest_512: &'static str,
}

/// RFC 6986 §10 (M1, M2) and the known answers of gost-engine's `test_digest.c` (Apache-2.0).
fn vectors() -> Vec<Vector> {
    let line = b"123456789012345678901234567890 \n";
    vec![
        // M1
        Vector {
            message: b"012345678901234567890123456789012345678901234567890123456789012".to_vec(),
            digest_256: "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500",
            digest_512: "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa\
                         00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
        },
        // M2: «Се ветри, Стрибожи внуци, веютъ с моря стрелами на храбрыя плъкы Игоревы» in windows-1251
        Vector {
            message: hex::decode(
                "d1e520e2e5f2f0e82c20d1f2f0e8e1eee6e820e2edf3f6e82c20e2e5fef2fa20f120eceef0ff20f1f2f0e5ebe0ece820\
                 ede020f5f0e0e1f0fbff20efebfaeafb20c8e3eef0e5e2fb",
            )
            .expect("hex"),
            digest_256: "9dd2fe4e90409e5da87f53976d7405b0c0cac628fc669a741d50063c557e8f50",
            digest_512: "1e88e62226bfca6f9994f1f2d51569e0daf8475a3b0fe61a5300eee46d961376\
                         035fe83549ada2b8620fcd7c496ce5b33f0cb9dddc2b6460143b03dabac9fb28",
        },
        // M3
        Vector {
            message: vec![],
            digest_256: "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
            digest_512: "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7\
                         362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
        },
        // M4
        Vector {
            message: vec![0; 64],
            digest_256: "df1fda9ce83191390537358031db2ecaa6aa54cd0eda241dc107105e13636b95",
            digest_512: "b0fd29ac1b0df441769ff3fdb8dc564df67721d6ac06fb28ceffb7bbaa7948c6\
                         c014ac999235b58cb26fb60fb112a145d7b4ade9ae566bf2611402c552d20db7",
        },
        // M5
        Vector {
            message: line.repeat(2),
            digest_256: "f0a557f6a04a90ab1811c1b6e9b078e4163b74037c6cf59f52444a37f48e11d8",
            digest_512: "363b449ec81ae40b3a407b125c3b1c2b768b50496bcb5f690b89e9007b06e408\
                         4182ed45d4072a67fec9d3421dab013da2aabc1d6528e8e775aec7b3457ac675",
        },
        // M6
        Vector {
            message: line.repeat(6),
            digest_256: "2f4f651fe88fea46ec6f2223728d8dff3968893558ef00a310c23e7d1923ba0c",
            digest_512: "8781dfc81d2db6a41d1857f3230b3ffe2bda574273ea1947189aaa5468470df1\
                         c4b374b1a2b56e59d11d213fea57e3514543b0ced9b20e553ae66425ec909cfd",
        },
        // Σ carries through every word
        Vector {
            message: [&[0xee; 64][..], &[0x16], &[0x11; 62], &[0x16]].concat(),
            digest_256: "81bb632fa31fcc38b4c379a662dbc58b9bed83f50d3a1b2ce7271ab02d25babb",
            digest_512: "8b06f41e59907d9636e892caf5942fcdfb71fa31169a5e70f0edb873664df41c\
                         2cce6e06dc6755d15a61cdeb92bd607cc4aaca6732bf3568a23a210dd520fd41",
        },
        // Σ overflows with the padding
        Vector {
            message: vec![0xff; 64],
            digest_256: "964a5ab60286f106288743e2fe1a422d160898ca1bd535e831aa500cfe34d7e8",
            digest_512: "41629de677d7e8090c3cd70affe3300d1e1cfba2db97945ec37feb4e1375bc02\
                         a53f00370b7d715b07f37f93cac844efadbfd1b85f9ddae3de9656c0e95affc7",
        },
    ]
}

#[test]
fn published_digests() {
    for hasher in hashers() {
        for (number, vector) in vectors().iter().enumerate() {
            let (size_256, size_512) = (
                hasher.digest(32, &vector.message),
                hasher.digest(64, &vector.message),
            );
            assert_eq!(
                hex::encode(size_256),
                vector.digest_256,
                "{} {number}",
                hasher.kernel
            );
            assert_eq!(
                hex::encode(size_512),
                vector.digest_512,
                "{} {number}",
                hasher.kernel
            );
        }
    }
}

/// The "synthetic test" of gost-engine: a digest over the digests of all tails and all heads of a pattern.
fn synthetic(hasher: Hasher, size: usize) -> String {
    let pattern: Vec<u8> = (0..=255).collect();
    let tails = (0..256).map(|len| hasher.digest(size, &pattern[256 - len..]));
    let heads = (0..256).map(|len| hasher.digest(size, &pattern[..len]));
    let digests: Vec<Vec<u8>> = tails.chain(heads).collect();
    hex::encode(hasher.parts(size, digests.iter().map(Vec::as_slice)))
}

#[test]
fn published_digest_of_digests() {
    for hasher in hashers() {
        assert_eq!(
            synthetic(hasher, 32),
            "a2f36d9c42a11eade3c1fe99f999c384e798ae24507573d7fc9981a0458541f6"
        );
        assert_eq!(
            synthetic(hasher, 64),
            "1d144dd8b827fb551a5a7d03bbdbfacb436b5bc57759fd5ff23b8ef9c4dd6f79\
             45d816599eaabcf2b14fd0e4f6ad46609089f72f93d8850cb043ff5ab6e369bd"
        );
    }
}

/// The head of an OLE file, habr.com/ru/post/450024: many 0xff, and an incomplete last block.
#[test]
fn published_digest_of_ole_head() {
    let head = hex::decode(
        "d0cf11e0a1b11ae1000000000000000000000000000000003e000300feff090006000000000000000000000001000000\
         010000000000000000100000240000000100\
         0000feffffff0000000000000000",
    )
    .expect("hex");
    let message = [head, vec![0xff; 64]].concat();
    assert_eq!(message.len(), 144);
    for hasher in hashers() {
        assert_eq!(
            hex::encode(hasher.digest(32, &message)),
            "c766085540caaa8953bfcf7a1ba220619cee50d65dc242f82f23ba4b180b18e0"
        );
    }
}
