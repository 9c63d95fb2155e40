//! GOST 28147-89 as a commercial crypto provider computes it: the values of `test_gost2814789.c` of the OpenSSL GOST engine.

use kabinet_gost::cipher::gost28147::{Mac, SBox, cfb_decrypt, cfb_encrypt, cnt_apply};

use crate::common::{bytes, octets};

enum Mode {
    Cfb,
    Cnt,
    Imit,
}

enum Input {
    Octets(&'static str),
    /// So many; the output is then the last of them encrypted.
    Zeros(usize),
}

struct Vector {
    mode: Mode,
    sbox: SBox,
    key: &'static str,
    iv: &'static str,
    input: Input,
    output: &'static str,
}

#[test]
fn values_of_a_commercial_provider_come_out() {
    for vector in VECTORS {
        let (sbox, key, iv) = (vector.sbox, &bytes(vector.key), bytes(vector.iv));
        let input = match vector.input {
            Input::Octets(text) => octets(text),
            Input::Zeros(count) => vec![0; count],
        };
        let output = octets(vector.output);
        let mut data = input.clone();
        match vector.mode {
            Mode::Cfb => cfb_encrypt(sbox, key, iv, &mut data),
            Mode::Cnt => cnt_apply(sbox, key, iv, &mut data),
            Mode::Imit => {
                let mut mac = Mac::new(sbox, key, iv);
                mac.update(&input);
                assert_eq!(mac.finalize(), output[..]);
                continue;
            }
        }
        assert!(data.ends_with(&output), "{} octets", input.len());
        match vector.mode {
            Mode::Cfb => cfb_decrypt(sbox, key, iv, &mut data),
            _ => cnt_apply(sbox, key, iv, &mut data),
        }
        assert!(data == input);
    }
}

const VECTORS: &[Vector] = &[
    Vector {
        mode: Mode::Cfb,
        sbox: SBox::CryptoProA,
        key: "8d5a2c83a7c70a61d61b34b51fdf42686671a35d874cfd84993663b61ed60dad",
        iv: "46606f0d8834235a",
        input: Input::Octets("d2fdf83ac1b439232eaacc980a02da33"),
        output: "88b7751674a5ee2d14fe9167d05ccc40",
    },
    Vector {
        mode: Mode::Cnt,
        sbox: SBox::CryptoProA,
        key: "599f84bac3f3d2f160e1e3f26a961af99c48b24ebcbbbf7cd8f3accd968d286a",
        iv: "8dafa8d158ed058d",
        input: Input::Octets("90a23966ae01b9a3524ec8ed6cdd8830"),
        output: "6e7262cce3593690833afea91bc9bece",
    },
    Vector {
        mode: Mode::Imit,
        sbox: SBox::CryptoProA,
        key: "9d05b79e90cad00a2cdad22ef4e86f5cf5dc37681985b3bfaa18c1c3050a91a2",
        iv: "0000000000000000",
        input: Input::Octets("b5a1f0e3ce2f021d676194345c41e36e"),
        output: "f81f08a3",
    },
    Vector {
        mode: Mode::Cfb,
        sbox: SBox::CryptoProB,
        key: "480c741b026b55d5b66dd71d4048056b6deb3c290f848023ee0d4777e3fe61c9",
        iv: "1f3f821e0dd81e22",
        input: Input::Octets(concat!(
            "8c9c4435fbe9a5a3a0ae285691108e1ed2bb185381270da6685936c581629a8e7d50f16f976229ec8051e37d6cc40795",
            "2863dcb4b92db813b105b5f9eb75374ef7bf51f1988643c4e43d3ea762ec4159e0bdfbb6fdece07713d25990a1b8976b",
            "3d8b7dfc9dca827332700a7403c60c267f56f09db2eb7140d7c3b1a7c51e2017b3501d8a6e19cbbe20862bd61cfdb4b7",
            "5d9ab3e37d157a35019f5d65894b34c6f4813f7830cfe915909af9deba63d01914663cb9a4b2849402cfce20cf76e7c5",
            "48f7693a5decaf41a7126483f5991e9eb2ab861600238ee6d9800b6dc593e25c8cd85e5aae4a85fd7601ea30f3783410",
            "7251bc9f76ce1fd48f335034c74d7bcf91637d829ea12345f545ac987a48ff64d55947de2b3ffaec50e081608bc3fc80",
            "9817c7a3c2573dab9167f5c4ab92c8d63b6b3fff156bcf536502f174caa9be24d2f0b726a8d76ded90367b3e41a97fa3",
            "1bf443c551be2859e94526493832f8f3926e30ccb0a0f90114c8bad9f02a29e2529a76953a1632ecf410ecee47007019",
            "e472356644532da2f3aa7e8a3313cdc8bf0e409000e442c30984e16617a2af03ab6ba1ecfb177281fe9a9ff4b2331fae",
            "0cd16aae19b8afece3ea00f8ac87075f6db0ac6b224836bf2218b0039f6c704536f06bc6c2a5722cd8e0273dec560705",
            "7d83a1657d415bcd7724e5aa7647d050f6e7b559753127efd8a64e7fb840b1df5314edf1685ffc3f02db05eb31e42c7f",
            "32b5708e7585a45c162337f21079cbdcf81c25c2a13d9c336cedc3e7f30287824efbacb32dfcf80d1d4a39d4b309bbe9",
            "25c7ec6a877284ed12601964eb162a5b107627ff7be4aee5a404027fbb0ab5f405a5561c53317a93ba1615ab6260fcde",
            "72366e28af980de6f4de60a77e060786f394b66d0d93a6bc607033ac3fa1a84a2061b6b543a3155a00be76985772ab7a",
            "0e1893823a18786e717b784f7e8cde7a62b50a7c451d16d5c38c9b25b45090cd9693ad0fd443cb490ffc5a31f419b7d4",
            "eb4d4058d03bc8e04a542fdb22c3297b40906143d37ee2302b483cce9093b18b3196656d578b9d4d53f0831ce5a19d55",
            "e3bf7eca1a746614cc4743d9bbef977db76efff122f8102d3fcd4996d90911b833d0239afa16cb502657245c0ebaf03f",
            "372fa3f71857484895cfef87672ae9b68a21367fff486c463557f2bc48678f632378112bc208de51e88b9229f99a9ead",
            "ed0feba2d24092d4de629576fd6e3cbfc0d70de51ba4c718e158a456ef2e171b75cbbcf92a9571a71d7fe77363056b19",
            "4cf42214c45988669286615c6aaeec58ffc9f244d4a2f598eb5f09bc8abf3cb43eb120054496790a40927f9dd1afbc90",
            "950a81d4a7c6b8e0e439301d79c0e5fab4e963b409723b3ed9f6d91021187ee5ad81d7d582d08c3b3895f89201a99200",
            "70d1a788771f3aebb5e4f59dc73786b212463419728cf58cf67898e07cd3f4",
        )),
        output: concat!(
            "23c67f20a12358bc7b05db2115cf9641c788ef765c49db42bff3c0f5bd5dd98eaf3df4e4da88bdbc475d7607c95f541d",
            "1d6aa12e18d66084021837929215ab21ee21cc716e51d92bcc81973feb4599b81bdaff90d341069c3ffbe4b2dcc9030d",
            "a7aed77d02b832abf365a3656c4ee4a25e9eeecdde79366b1be13cdf10ad4f02e114aa09b40b76eb69382002cb8ec0df",
            "ca4874c331ad422c519bd06ac136d721dfb045baca7f352028bbc176fd435d237d31841a974d83aa7ef1c4e683ac0def",
            "ef3ca47c48e4c8ca0d7dea7c45d77350251d01c4021acde0385ba85a169a105974d719c6f3b517f6598d62af44e8dce9",
            "c176f1d0bd29d7ec1dac57db1a3fd8f66eb6e6df36e789ce5635431c7d57790ed8f4d7a70dc68f916667820f49c9c565",
            "81a1395a539f02a5d53622a8a81c370e7646dfbd6adbfc1bbd10b8b1bc724c584ada6d6600da7a66a0e73b39a3f70507",
            "fa214bc794c0d37b19025d4a10f1c20f196827c77dbf5503577daf77ae802f7ae61f4bdc1518c062a1e8d91c9e8c9639",
            "c1c488f70ce104846851cef190da7f76c8c088ef8e15253e7be479b5662d9cd113dad0d546d58d461807eed8c964e3be",
            "0e6827099626f6e219613ff458270aebce7cb66892e7123b31d448df358df486422a154be8191f26659ba8da4b791f8e",
            "e6137e498fc1cedc5e6474ce0278e0cfa0ed5e3174d1d0b4ee7019143c8f16a6cf12931588eb91657698fda19430ba43",
            "62654004779ed6ab8b0d9380505fa27620a7d69c271527bca55abfe9928205a841e9b560d5c0d74bad38b2e9d1e5515f",
            "2478249a23d2c248bd0ef137729187b04ebd996b2c01b67969ec0cede53f50647cb9dde19281b5d0cb1783868bea4f93",
            "08bc220cefe80df59e23e1f9b76b450bcba9b64d2825ba3e86f275475d9d6bf68a0558733d00defd69b16116f52eb09f",
            "316a00b9ef716347a3cae040a87e0204fee5ce4873e394cfe2ff297ef632bbb75512217a9c75040cb47cb03d40b3119a",
            "7a9a13fb77a75168f705473b0f525ce6c2993a37545c4f2ba7010874bc91e3e2fe6594fd3d18e0f062edc210829c587f",
            "b2a3878a74d9c1fb842817c72bcb531f4e8a82fcb43fc14725f321dc4c2d08fae70f03a968de6b41a0f9416c574d3a0e",
            "ea51ca9f97117df68e886367c96513ca38ed35bef427a9fca9e6c3408608397237eeb2870996b740873692c15d6a2c43",
            "ca25c835372db5a9274450f26d227541772adbb18c6d05e8c999c708f9148f78a98fc25a7a65c5d886bb72696b6b4583",
            "5bb1f7cd1673eee98085fe8ee1ae538fdebe488b59eff67ed8b5a847c04e1558cad32ff86ca63d784d7a54d610e5cc05",
            "e229b58607397d788e5a8f834ce73d683ee502e6644f5eb44977f0c0fa6fc8fb9f846f55fb305e8993a9f3a6a3d726bb",
            "d8a8d9951dfefcd7a893662f045306647f3129aeb79fbac46d68d12432f411",
        ),
    },
    Vector {
        mode: Mode::Cfb,
        sbox: SBox::CryptoProC,
        key: "77c3458ef642e7048efc08e47096d6059359026d6f97cae9cf89444bde6c221d",
        iv: "437c3e8e2f2a0098",
        input: Input::Octets("079c91be"),
        output: "19358134",
    },
    Vector {
        mode: Mode::Cfb,
        sbox: SBox::CryptoProD,
        key: "389fe837ff9c5d29fc4855a087eae84020875bb2011555a7e32dcb3dd6590473",
        iv: "c5a2d21f2fdfb8eb",
        input: Input::Octets("2f31d883b420e86eda"),
        output: "6da4ed40088871ad16",
    },
    Vector {
        mode: Mode::Cfb,
        sbox: SBox::CryptoProA,
        key: "6158445a41f6c70f6bdb51916af681308ca798dd38358a6085b4f0f943a27d9a",
        iv: "0000000000000000",
        input: Input::Zeros(5242888),
        output: "1c16a0e96394fe3837a79b70252ed600",
    },
    Vector {
        mode: Mode::Cnt,
        sbox: SBox::CryptoProA,
        key: "1b5ddb77cff9ec955ecc679f5d28ad4a27f432c6b2cbb1456a88140c9b9b5f48",
        iv: "71588ce155f4f6b3",
        input: Input::Octets(concat!(
            "3d0b69f7a8e4fc99222eeed16312fea89dcb6c4d488ce8bd8b60f1bf7be379d52b259713ef35daf4bc77ceeae93fa4b6",
            "01d5732958dad76717ace4752f5723ac9621c7622df732b5445f72b15fba1b1edb4a098c9261a2b04968e5b3a28f134b",
            "f54d84daaba0b6d15a6319e8a209f6766f9b480a155db720219a2eb96dfa1ec20eef15ab5901fe4390f262ca4a9a4838",
            "ab6f9d21b3ada76046e3efd0e31dc5e1b8a1e29920c576ccaa8aa94555a0780064decf5bdf2648cdba8ab5fbfd4ad5c4",
            "e043a67190a48bca2e887bacb2dcf201cbda6e91272844889ad212f1a6f5b761ce7962523ce61473d1419250bddc3bd0",
            "a7118c3ae42df252d32f7c8e54904e23aeb3a0f3257e66aa0f6f817277bbd347e805ffe15bc93750334917afab1de115",
            "f2e5985e2d051f0d5597edff5ee00fc39cbd82c206be4566ae33be2848e92d1ae6658edf7603734bc08071f9acbaa0b0",
            "191a0ad43512887605758f7cb5f019756d05cb0dbc8de9f0d4db3c3c298e2c321df7b649cfdb63ee3cfa33736fe4974e",
            "2fc94c5c65feeafbc6ddc11c473ff4502fde1b5b0b16cab64644f2c10da11da6dbf03db16c0531858e74aef23926f7c1",
            "e74cdd9d40b8f3c5c216646baadb4b825cd302d38f26798db0787019580cb43188441c916ff45239a8f5c01bfef20e4b",
            "ac0ac27e9c9beb5d4e4f42d8710a9727031496a63d04ea9f1414274cd9a2895f654ae19d2cb8f8d48f2a5736cc069c2c",
            "c51316dffcae2216a82b716f1db347543f2d0a689f2ef690d8a12109d497b97b7f9b6aedd1f0e3b628c7628200c938a1",
            "8278ce87c853ac4f2e31b9507f36004a32e6d8bb59450e911b38a9bcb95e6c6a9c03011cdee81f1ee3de25a25679e1bd",
            "58c493e6d08a4d08abf7aac37dc1ee6837bc780b19682b2b2e6dc46faa3bc619cbf158b9608545ae5297ba2432137216",
            "6e7bc198acb1edb4cc6ccf45fc5089808e7aa4d364506337c96cf1c43dfbde5a5ca82135e62e8c2a3c1217799a0d2e79",
            "eb671f2bf86ecac1fa45189edf6ae6cbe95cc309af935813bf90848775d682288de72fa3fb97742a730482067669b10b",
            "19fcaeb3dd2ae5c105d88095229071fcc29242fdf170b46888a49e0a244013c8a2564f39e606f1dcf5130ead9c8bafe9",
            "e38872ffa06dda0870b92e83c5bb32a574c7fb7b76af02bb2bb85e6502fe0ea099ce013b35e1b022e594bddd8ebbf675",
            "bfbfee7ab158b481b8393eb61ededa1bd5f7dd7d659caa5693b8af4853c722e41cdfe979b42089cc2a792c09be78cfcc",
            "f290d665c529fcda69fcc0d67099613f6002d81222c834c63bb3c233a15c8f4cd15272f242058e181f16dab853a15f01",
            "321b90b3539bd085612d17ed0aa4a52709757cbc30f75e599a07968428864ba7223528c7ed0dc3ce98cc2decd498098e",
            "525f2b9a13be991673d11f81e5a20878cb0c20d4a5ea4b5b955a929a52",
        )),
        output: concat!(
            "8ecd8fc8ace115482dae248ac7fbba0f1d8a95a243efcbdc5957a7c70ee3e2b90d862962cb834d070c40d47b2ecababf",
            "4a603b3198c88847d982abfc8f48e246abd3a1ab8a05228cf4ec9a1e76ab1a60d9256bb856e5b2ea10f36204325eaa3b",
            "7b57bc3b8b4347f2d5037e5101ff7728ca90a3fe7e2e7016751844f01b8505eae321f72686763c679dfcbc107f77e4ed",
            "d312f883001f4b9295925cf35af3b7d0a95ff218c46662c1840e66e8807d1ff0ba019b71ae93cc2754349abdcaee5209",
            "929db0d5d9ba2fb996dcfabdceea1a7b9a1d13a711e29a64f6d3eec633b76eef259e1e7ce31f2c6ea9c0f8c1bf3bf834",
            "039ba1405b0c3c09669d63e2e2048f06847468b25c3b4cad0b3f03b3078a64a73656263966dae96d1bd588e85caf5a4c",
            "49f7f5b778f0deeccd16239e8c13be6b6f9b07e5bbcc3a1b6f43dfff462aae4719189a2509c924400c4ba7da5e0deefa",
            "62458ecc2f23081d92f0fe820fd711607e0b0b75f4f53bc0a4e872a5b6fa5aad5a4f39b5a212960a3284b2a106685657",
            "97a37b2261765d301a31ab9906c51a96cfcf14ffb2c4cc2bbf0c9d918f795bbca96b916ab4935c7b5dc28a75c0c108fa",
            "99f94d5e0c066460a9014a340f3384956930c11c36f8fc3023b271e5524d121ac9beeec9cb0185f3db30f941a940b006",
            "2977cdc5ec5802488353446ad2ca05d85a08eba9f4e6c79dd57b740b31b7a5577c7afd1a0ed79741bfddc6196c778c18",
            "525783ba7125ee39bbe243a014dc0e84b42bde3ee536b7a2929805b896e5d08c089335c281e0fc5971e244495ddafb9c",
            "aa709f43a8a5d967d98fa31ebe0eecdf122b6ae71c1217e7c46d50c9527ad5e87fbc0715acdb9366b1f0a77b2fe9ecd0",
            "47695987f14c3e4b9b117913e496f656046e0b33fc40f6c7c143b1bf0eb387fd0b1c63463ad3a0175925946c9c3d0c81",
            "ce82724228f9376a6de412f421aaf7fe2755401a14c3395bbf63c25f101f1425d0cef3144813a50b4d38cf0d34c00a11",
            "b4b572c84bc26fe79d93f7dfb843727eda3e201fbc212ace00fa969f3de58896ef2984df6c1c96d85847aa92f307e5fb",
            "afea957e0b71cd810fb70a598f314dd1c3f32f705c591897af77955eaf400612816186084ebc8946072e5b10aa12f0a7",
            "84e29a08f1de59e30e474bffc3c918af959c672ade8a7a9904c4b8974c04297105dab3d6db6c71e6e803bf947dde3dc8",
            "44fa7d62b43603ee365264b4856dd578f06f672d0ee02c889b55192940f68c12bb2c839640c036f577ff708c75920bad",
            "059b7ea2fca9d164768213ba225e330e2670a9be7428f5e2c496ee3abc97a62c2ae0648d35c61acaf492fac3f11f98e4",
            "4388693a09bf63e596290b9b6223148a95e41c5c0aa9c5b96f4f2b256f741e18d5fe277d3f6e552c67e6deb5ccc02dff",
            "c4e40621a5c8d3d66ca1c3fb8892b11d90e135059b296dbaf1f41e232e",
        ),
    },
    Vector {
        mode: Mode::Cnt,
        sbox: SBox::CryptoProA,
        key: "075265e7caa3ca45cf3a051d3803530c2231ba994f9b6a1b7e099d4eb5c9842e",
        iv: "0000000000000000",
        input: Input::Zeros(5242888),
        output: "3d050757c0758997d69449111dd091ee",
    },
    Vector {
        mode: Mode::Imit,
        sbox: SBox::CryptoProA,
        key: "a9b637cc6d9b2f25b0df47045068b0274127586abd0a6e502fc6fcc03e2942a5",
        iv: "0000000000000000",
        input: Input::Octets("1debe6790a5900e68e5c"),
        output: "317c16e4",
    },
    Vector {
        mode: Mode::Imit,
        sbox: SBox::CryptoProA,
        key: "b06c48230a6ef4ec27980123a7d8bf6089efade88f79148c185c9adaef0bdda0",
        iv: "0000000000000000",
        input: Input::Octets("ef068f14c904"),
        output: "e972aebf",
    },
    Vector {
        mode: Mode::Imit,
        sbox: SBox::CryptoProB,
        key: "33d3ef0119950e15a16975ae562717796347ab629d4af034d31e6974ec3148fc",
        iv: "0000000000000000",
        input: Input::Octets("02f8ec2b4d1fbc7c6e47e387227541a7"),
        output: "f5551f28",
    },
    Vector {
        mode: Mode::Imit,
        sbox: SBox::CryptoProA,
        key: "423581910ba999ffd943f8c619551f2f2d4540201e1d327ab1076b4f4590d980",
        iv: "0000000000000000",
        input: Input::Octets("f3b229d27a370312"),
        output: "6e15fae8",
    },
    Vector {
        mode: Mode::Imit,
        sbox: SBox::CryptoProA,
        key: "26cbb9f00c629faa4a1db6300901568966d4e40efef6106b6ce8043ae3614b19",
        iv: "0000000000000000",
        input: Input::Octets(""),
        output: "00000000",
    },
];
