//! The domain parameters of every curve: RFC 4357, RFC 7836, RFC 9215 and, for tests, RFC 7091.

use once_cell::race::OnceBox;

use super::{
    Curve,
    edwards::{Edwards, EdwardsAffine, Extended},
    jacobian::Jacobian,
    multiply::Tables,
    weierstrass::{AffinePoint, Projective, Weierstrass},
};
use crate::field::{Crandall, Modulus, Montgomery, limbs};

/// The primes 2^256 − 617 and 2^512 − 569.
type Field256 = Crandall<4, 617>;
type Field512 = Crandall<8, 569>;

/// Names a prime that is not of that form.
macro_rules! modulus {
    ($(#[$attr:meta])* $Name:ident, $limbs:literal, $digits:literal) => {
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $Name;
        $(#[$attr])*
        impl Modulus<$limbs> for $Name {
            const MODULUS: [u64; $limbs] = limbs::from_hex($digits);
        }
    };
}

/// A curve: its field, its equation, the order q of the base point, and the base point in Weierstrass coordinates.
/// An Edwards form (d, s, t) brings its own arithmetic.
macro_rules! curve {
    (
        $(#[$attr:meta])*
        $Name:ident over $Field:ty, $limbs:literal limbs, cofactor $cofactor:literal,
        q: $Order:ident = $q:literal, a: $a:expr, b: $b:literal, x: $x:literal, y: $y:literal,
        $(d: $d:literal, s: $s:literal, t: $t:literal,)?
        points: $Complete:ident, $Public:ident, $Affine:ident,
    ) => {
        modulus!($(#[$attr])* $Order, $limbs, $q);
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $Name;
        $(#[$attr])*
        impl Weierstrass for $Name {
            type Field = $Field;
            const A: Option<$Field> = $a;
            const B: $Field = <$Field>::from_hex($b);
        }
        $(
            impl Edwards for $Name {
                const D: $Field = <$Field>::from_hex($d);
                const S: $Field = <$Field>::from_hex($s);
                const T: $Field = <$Field>::from_hex($t);
            }
        )?
        $(#[$attr])*
        impl Curve for $Name {
            type Scalar = Montgomery<$Order, $limbs>;
            type Complete = $Complete<Self>;
            type Public = $Public<Self>;
            type Affine = $Affine<$Field>;
            const COFACTOR: u64 = $cofactor;
            const GENERATOR: AffinePoint<$Field> = AffinePoint {
                x: <$Field>::from_hex($x),
                y: <$Field>::from_hex($y),
            };
            fn tables() -> &'static Tables<$Affine<$Field>> {
                static TABLES: OnceBox<Tables<$Affine<$Field>>> = OnceBox::new();
                TABLES.get_or_init(|| Tables::new::<$Complete<Self>>(&Self::GENERATOR))
            }
        }
    };
}

curve! {
    #[doc = "RFC 4357 §11.4; the same curve is XchA and tc26-gost-3410-2012-256-paramSetB (RFC 7836, RFC 9215)."]
    CryptoProA over Field256, 4 limbs, cofactor 1,
    q: CryptoProAOrder = "ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893",
    a: None,
    b: "00000000000000000000000000000000000000000000000000000000000000a6",
    x: "0000000000000000000000000000000000000000000000000000000000000001",
    y: "8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14",
    points: Projective, Jacobian, AffinePoint,
}

modulus!(
    CryptoProBPrime,
    4,
    "8000000000000000000000000000000000000000000000000000000000000c99"
);

curve! {
    #[doc = "RFC 4357 §11.4; the same curve is tc26-gost-3410-2012-256-paramSetC."]
    CryptoProB over Montgomery<CryptoProBPrime, 4>, 4 limbs, cofactor 1,
    q: CryptoProBOrder = "800000000000000000000000000000015f700cfff1a624e5e497161bcc8a198f",
    a: None,
    b: "3e1af419a269a5f866a7d3c25c3df80ae979259373ff2b182f49d4ce7e1bbc8b",
    x: "0000000000000000000000000000000000000000000000000000000000000001",
    y: "3fa8124359f96680b83d1c3eb2c070e5c545c9858d03ecfb744bf8d717717efc",
    points: Projective, Jacobian, AffinePoint,
}

modulus!(
    CryptoProCPrime,
    4,
    "9b9f605f5a858107ab1ec85e6b41c8aacf846e86789051d37998f7b9022d759b"
);

curve! {
    #[doc = "RFC 4357 §11.4; the same curve is XchB and tc26-gost-3410-2012-256-paramSetD."]
    CryptoProC over Montgomery<CryptoProCPrime, 4>, 4 limbs, cofactor 1,
    q: CryptoProCOrder = "9b9f605f5a858107ab1ec85e6b41c8aa582ca3511eddfb74f02f3a6598980bb9",
    a: None,
    b: "000000000000000000000000000000000000000000000000000000000000805a",
    x: "0000000000000000000000000000000000000000000000000000000000000000",
    y: "41ece55743711a8c3cbf3783cd08c0ee4d4dc440d4641a8f366e550dfdb3bb67",
    points: Projective, Jacobian, AffinePoint,
}

curve! {
    #[doc = "RFC 7836 §A.2."]
    Tc26A256 over Field256, 4 limbs, cofactor 4,
    q: Tc26A256Order = "400000000000000000000000000000000fd8cddfc87b6635c115af556c360c67",
    a: Some(<Field256>::from_hex("c2173f1513981673af4892c23035a27ce25e2013bf95aa33b22c656f277e7335")),
    b: "295f9bae7428ed9ccc20e7c359a9d41a22fccd9108e17bf7ba9337a6f8ae9513",
    x: "91e38443a5e82c0d880923425712b2bb658b9196932e02c78b2582fe742daa28",
    y: "32879423ab1a0375895786c4bb46e9565fde0b5344766740af268adb32322e5c",
    d: "0605f6b7c183fa81578bc39cfad518132b9df62897009af7e522c32d6dc7bffb",
    s: "7e7e82520f9f015faa1d0f18c14ab9fb35188275da3fd94206b74f34a48e0ecd",
    t: "0100fe73f595ff158e974b44d478d9588744fe5c192ac47ea63075dce7a14aaa",
    points: Extended, Extended, EdwardsAffine,
}

curve! {
    #[doc = "RFC 7836 §A.1."]
    Tc26A512 over Field512, 8 limbs, cofactor 1,
    q: Tc26A512Order = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275",
    a: None,
    b: "e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
    x: "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000003",
    y: "7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
    points: Projective, Jacobian, AffinePoint,
}

modulus!(
    Tc26B512Prime,
    8,
    "8000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000006f"
);

curve! {
    #[doc = "RFC 7836 §A.1."]
    Tc26B512 over Montgomery<Tc26B512Prime, 8>, 8 limbs, cofactor 1,
    q: Tc26B512Order = "800000000000000000000000000000000000000000000000000000000000000149a1ec142565a545acfdb77bd9d40cfa8b996712101bea0ec6346c54374f25bd",
    a: None,
    b: "687d1b459dc841457e3e06cf6f5e2517b97c7d614af138bcbf85dc806c4b289f3e965d2db1416d217f8b276fad1ab69c50f78bee1fa3106efb8ccbc7c5140116",
    x: "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000002",
    y: "1a8f7eda389b094c2c071e3647a8940f3c123b697578c213be6dd9e6c8ec7335dcb228fd1edf4a39152cbcaaf8c0398828041055f94ceeec7e21340780fe41bd",
    points: Projective, Jacobian, AffinePoint,
}

curve! {
    #[doc = "RFC 7836 §A.2."]
    Tc26C512 over Field512, 8 limbs, cofactor 4,
    q: Tc26C512Order = "3fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc98cdba46506ab004c33a9ff5147502cc8eda9e7a769a12694623cef47f023ed",
    a: Some(<Field512>::from_hex("dc9203e514a721875485a529d2c722fb187bc8980eb866644de41c68e143064546e861c0e2c9edd92ade71f46fcf50ff2ad97f951fda9f2a2eb6546f39689bd3")),
    b: "b4c4ee28cebc6c2c8ac12952cf37f16ac7efb6a9f69f4b57ffda2e4f0de5ade038cbc2fff719d2c18de0284b8bfef3b52b8cc7a5f5bf0a3c8d2319a5312557e1",
    x: "e2e31edfc23de7bdebe241ce593ef5de2295b7a9cbaef021d385f7074cea043aa27272a7ae602bf2a7b9033db9ed3610c6fb85487eae97aac5bc7928c1950148",
    y: "f5ce40d95b5eb899abbccff5911cb8577939804d6527378b8c108c3d2090ff9be18e2d33e3021ed2ef32d85822423b6304f726aa854bae07d0396e9a9addc40f",
    d: "9e4f5d8c017d8d9f13a5cf3cdf5bfe4dab402d54198e31ebde28a0621050439ca6b39e0a515c06b304e2ce43e79e369e91a0cfc2bc2a22b4ca302dbb33ee7550",
    s: "186c289cffa09c983b168c30c829006c952ff4aaf99c73850875d7e77bebef18d653187d6ba8fe533ec74c6f061872585b97cc0f50f57752cd73f4913304621e",
    t: "9a628f975594ecefd89ba28a2539ffb79c8ab238aeed0851fa5c1abb02b80b44c6734501b83a011dd625cd0b5145091a6d9acd4b1f5c5b1e21b2b249ddfd1271",
    points: Extended, Extended, EdwardsAffine,
}

modulus!(
    #[cfg(test)]
    Test256Prime,
    4,
    "8000000000000000000000000000000000000000000000000000000000000431"
);

curve! {
    #[doc = "RFC 7091 §7.1, for its example only."]
    #[cfg(test)]
    Test256 over Montgomery<Test256Prime, 4>, 4 limbs, cofactor 1,
    q: Test256Order = "8000000000000000000000000000000150fe8a1892976154c59cfc193accf5b3",
    a: Some(<Montgomery<Test256Prime, 4>>::from_hex("0000000000000000000000000000000000000000000000000000000000000007")),
    b: "5fbff498aa938ce739b8e022fbafef40563f6e6a3472fc2a514c0ce9dae23b7e",
    x: "0000000000000000000000000000000000000000000000000000000000000002",
    y: "08e2a8a0e65147d4bd6316030e16d19c85c97f0a9ca267122b96abbcea7e8fc8",
    points: Projective, Jacobian, AffinePoint,
}

modulus!(
    #[cfg(test)]
    Test512Prime,
    8,
    "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15df1d852741af4704a0458047e80e4546d35b8336fac224dd81664bbf528be6373"
);

curve! {
    #[doc = "RFC 7091 §7.2, for its example only."]
    #[cfg(test)]
    Test512 over Montgomery<Test512Prime, 8>, 8 limbs, cofactor 1,
    q: Test512Order = "4531acd1fe0023c7550d267b6b2fee80922b14b2ffb90f04d4eb7c09b5d2d15da82f2d7ecb1dbac719905c5eecc423f1d86e25edbe23c595d644aaf187e6e6df",
    a: Some(<Montgomery<Test512Prime, 8>>::from_hex("00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000007")),
    b: "1cff0806a31116da29d8cfa54e57eb748bc5f377e49400fdd788b649eca1ac4361834013b2ad7322480a89ca58e0cf74bc9e540c2add6897fad0a3084f302adc",
    x: "24d19cc64572ee30f396bf6ebbfd7a6c5213b3b3d7057cc825f91093a68cd762fd60611262cd838dc6b60aa7eee804e28bc849977fac33b4b530f1b120248a9a",
    y: "2bb312a43bd2ce6e0d020613c857acddcfbf061e91e5f2c3f32447c259f39b2c83ab156d77f1496bf7eb3351e1ee4e43dc1a18b91b24640b6dbb92cb1add371e",
    points: Projective, Jacobian, AffinePoint,
}
