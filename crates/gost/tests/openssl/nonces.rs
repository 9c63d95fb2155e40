//! Deterministic signatures, computed apart: HMAC_DRBG over Python's `hmac`, the curve in affine coordinates on its
//! integers. Two of the rows reject a first candidate for the nonce.

use kabinet_gost::{ParameterSet, SecretKey};

/// Set, d little-endian, first octet of the digest (the others follow by 11), signature.
const ROWS: [(ParameterSet, &str, u8, &str); 5] = [
    (
        ParameterSet::CryptoProA,
        "01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3da",
        0,
        "f6978c711af40e08e41f4ff74270bc990005557e33fed1057c2c26636b43d1d221d0d634913f1ed9564f16847aebe496458b582a4054206e55edccb295dd0642",
    ),
    (
        ParameterSet::CryptoProC,
        "48fc767db7e9fb41c444692f04b93612c7af3d1b2fcc7cf7a12f3264666c343f",
        8,
        "3b1f403163f477d3f6b434e0614bc9712bff2def82c3bcafab3edd90e5fc47d3718394a4b05343fb848d2c0b1f768a16347630ea7aeaa96ada504d5a51232e75",
    ),
    (
        ParameterSet::Tc26_256A,
        "cce26cd11c16eaee970dd5f4b5f2d83a71787f868d949ba2a9b0b7bec5ccd31a",
        0,
        "1b23568a4bd111f382e5deb6a366c9b8a9ea826e4184950b2db3de615de70e0a1a01c3e2f6761be6834955b286f9dc903974d9bdee2790ba9e73b8440e2dfd47",
    ),
    (
        ParameterSet::Tc26_512A,
        "01080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3dae1e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb3ba",
        0,
        "ad07e527ce1167eadfe47e1179f734f784f7a6b6c7ce03227ef8ea62aec9cb11a9cffcffb039c8c7555a2f6d3f28b863698d4c861114224eb56395b71f6002c3eb83497f9c2b83d87c0e4d29e7985aa03f6521d910bff388bc89301e5e160c9acf83443f297b65cf119793fa559fe52cb7ec678817df4a27eba910eaadedf60a",
    ),
    (
        ParameterSet::Tc26_512C,
        "27c02e863eaa6609ecfd73ff850888d817d8f0e38e40340aa95aaaf47c15ba47e2e8eff6fd040b121920272e353c434a51585f666d747b828990979ea5acb33a",
        0,
        "1c9be8fc756c250daa8448e66bbc0b4a40f0de5b0169fc3846c24eed86222c165548e33754a9f474ceda10f666f386d564ae9eb13421c5b50c676084230ead730b62edda8845c813865a782298c2229cd13d50c5858c2a07ddc42916d207021d001da1e33043bc193199c44b2a790d3bdc504b97a53f82ec650d220c99d536b7",
    ),
];

#[test]
fn deterministic_signatures_are_those_of_rfc_6979() {
    for (set, d, first, signature) in ROWS {
        let secret = SecretKey::from_octets(set, &hex::decode(d).expect("hex")).expect("in range");
        let digest: Vec<u8> = (0..set.size().octets())
            .map(|i| (i * 11) as u8)
            .map(|octet| octet.wrapping_add(first))
            .collect();
        let ours = secret.sign_digest_deterministic(&digest).expect("signs");
        assert_eq!(hex::encode(ours.octets()), signature, "{set:?}");
        assert_eq!(secret.public_key().verify_digest(&digest, ours.octets()), Ok(()));
        let hedged = secret.sign_digest(&digest).expect("signs");
        assert_ne!(hedged, ours, "fresh randomness makes another nonce");
    }
}
