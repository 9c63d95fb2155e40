//! Reading certificates and their owners' requisites.

use kabinet_pki::oid::attribute;
use kabinet_pki::tlv::{Tlv, tag, write};
use kabinet_pki::{ActsFor, Certificate, DistinguishedName, KeyUsage, PublicKey, Subject};

use crate::authority::{Authority, KEYS};

#[test]
fn refuses_what_is_not_a_certificate() {
    for input in [
        &b""[..],
        b"\x30",
        b"\x30\x00",
        b"hello",
        b"-----BEGIN CERTIFICATE-----\n",
        b"\x30\x80\x00\x00",
    ] {
        assert!(Certificate::from_pem_or_der(input).is_err());
        assert!(Certificate::read_all(input).is_err());
    }
}

#[test]
fn reads_pem_der_and_certs_only_messages() {
    let authority = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-tc26-a");
    authority.openssl(&["x509", "-in", "leaf.crt", "-outform", "DER", "-out", "leaf.der"]);
    assert_eq!(
        Certificate::from_pem_or_der(&authority.read("leaf.der")),
        Ok(leaf.clone())
    );
    for form in ["PEM", "DER"] {
        authority.openssl(&[
            "crl2pkcs7",
            "-nocrl",
            "-certfile",
            "leaf.crt",
            "-certfile",
            "ca.crt",
            "-outform",
            form,
            "-out",
            "all.p7b",
        ]);
        assert_eq!(
            Certificate::read_all(&authority.read("all.p7b")),
            Ok(vec![leaf.clone(), authority.root()])
        );
    }
}

#[test]
fn agrees_with_openssl_about_the_fields() {
    let authority = Authority::new("gost512-a");
    let leaf = authority.leaf("leaf", "gost256-tc26-a");
    let told = authority.openssl(&[
        "x509",
        "-in",
        "leaf.crt",
        "-noout",
        "-serial",
        "-fingerprint",
        "-sha256",
    ]);
    let told = String::from_utf8(told).expect("text");
    assert!(told.contains(&format!("serial={}", leaf.serial_hex())), "{told}");
    let fingerprint: Vec<String> = leaf
        .fingerprint()
        .iter()
        .map(|octet| format!("{octet:02X}"))
        .collect();
    assert!(told.contains(&fingerprint.join(":")), "{told}");
    assert_eq!(leaf.urls().crl, ["http://pki.test/ca.crl"]);
    assert_eq!(leaf.urls().ocsp, ["http://pki.test/ocsp"]);
    assert_eq!(leaf.urls().ca_issuers, ["http://pki.test/ca.p7b"]);
    assert!(
        leaf.usages()
            .key
            .is_some_and(|usage| usage.intersects(KeyUsage::NON_REPUDIATION))
    );
    assert!(!leaf.usages().allows(KeyUsage::KEY_CERT_SIGN));
    assert_eq!(leaf.authority_key_id(), authority.root().subject_key_id());
}

#[test]
fn keys_of_every_kind_are_recognised() {
    let authority = Authority::new("rsa");
    for (key, ..) in KEYS {
        let leaf = authority.leaf(key, key);
        let right = match leaf.public_key() {
            PublicKey::Gost(_) => key.starts_with("gost"),
            PublicKey::Rsa(_) => key == "rsa",
            PublicKey::EcP256(_) => key == "p256",
            _ => false,
        };
        assert!(right, "{key}");
    }
}

#[test]
fn owners_requisites_tell_for_whom_they_act() {
    let authority = Authority::new("gost256-cryptopro-a");
    let acts_for = |attributes: &str| {
        let subject = format!("/C=RU/SN=Иванов/GN=Иван Иванович/CN=Владелец{attributes}");
        authority
            .issue("owner", "gost256-cryptopro-a", &subject, "v3_leaf")
            .subject()
    };
    const INN: &str = "1.2.643.3.131.1.1";
    const INN_LE: &str = "1.2.643.100.4";
    const OGRN: &str = "1.2.643.100.1";
    const OGRNIP: &str = "1.2.643.100.5";
    let organisation = |inn: &str| ActsFor::Organisation {
        inn: Some(inn.to_owned()),
        ogrn: Some("1027700132195".to_owned()),
    };

    let new = acts_for(&format!(
        "/O=ПАО/title=Директор/{INN}=500100732259/{INN_LE}=7707083893/{OGRN}=1027700132195"
    ));
    assert_eq!(new.acts_for(), organisation("7707083893"));
    assert_eq!(new.person_inn(), Some("500100732259"));
    assert_eq!(new.person_name().as_deref(), Some("Иванов Иван Иванович"));
    assert_eq!(
        (new.title.as_deref(), new.organisation.as_deref()),
        (Some("Директор"), Some("ПАО"))
    );

    let old = acts_for(&format!("/O=ПАО/{INN}=007707083893/{OGRN}=1027700132195"));
    assert_eq!(old.acts_for(), organisation("7707083893"));
    assert_eq!(old.person_inn(), None);

    let proprietor = acts_for(&format!("/{INN}=500100732259/{OGRNIP}=304500116000157"));
    let inn = Some("500100732259".to_owned());
    assert_eq!(
        proprietor.acts_for(),
        ActsFor::Entrepreneur {
            inn: inn.clone(),
            ogrnip: "304500116000157".to_owned()
        }
    );
    assert_eq!(
        acts_for(&format!("/{INN}=500100732259")).acts_for(),
        ActsFor::Person { inn }
    );
}

fn name_of(string_tag: u8, octets: &[u8]) -> DistinguishedName {
    let attribute = write::sequence(&[
        write::oid(&attribute::COMMON_NAME),
        write::value(string_tag, octets),
    ]);
    let der = write::sequence(&[write::set_of(vec![attribute])]);
    DistinguishedName::read(Tlv::from_der(&der).expect("written here")).expect("written here")
}

#[test]
fn names_are_read_in_every_string_type_and_compared_without_it() {
    let utf16: Vec<u8> = "Иванов Иван".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let utf32: Vec<u8> = "Иванов Иван"
        .chars()
        .flat_map(|one| (one as u32).to_be_bytes())
        .collect();
    let plain = name_of(tag::UTF8_STRING, "Иванов Иван".as_bytes());
    for other in [
        name_of(tag::BMP_STRING, &utf16),
        name_of(tag::UNIVERSAL_STRING, &utf32),
        name_of(tag::TELETEX_STRING, "Иванов Иван".as_bytes()),
        name_of(tag::UTF8_STRING, "  ИВАНОВ   иван ".as_bytes()),
    ] {
        assert!(
            Subject::of(&other)
                .common_name
                .is_some_and(|name| name.to_lowercase().starts_with("иванов"))
        );
        assert_eq!(other, plain);
    }
    assert_ne!(name_of(tag::UTF8_STRING, "Иванов Пётр".as_bytes()), plain);
    assert_ne!(name_of(tag::BMP_STRING, b"odd"), plain);
    assert_eq!(Subject::of(&name_of(tag::BMP_STRING, b"odd")).common_name, None);
}
