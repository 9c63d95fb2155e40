//! `hash`.

use kabinet_testkit::OpenSsl;

use crate::{kabinetctl, text};

#[test]
fn both_algorithms_agree_with_openssl_whatever_the_length() {
    let (ctl, openssl) = (kabinetctl(), OpenSsl::new());
    for (name, engine) in [("streebog256", "md_gost12_256"), ("streebog512", "md_gost12_512")] {
        for length in [0, 1, 63, 64, 65, 200_000] {
            let content: Vec<u8> = (0..length).map(|number| (number * 7 % 251) as u8).collect();
            let file = ctl.file("content", &content);
            let run = ctl.run(&["hash", "--alg", name, text(&file)], b"").expect(0);
            assert_eq!(
                run.json()["hash"],
                openssl.hash(engine, &content),
                "{name} of {length} bytes"
            );
        }
    }
}

#[test]
fn standard_input_is_a_file_too() {
    let run = kabinetctl()
        .run(&["hash", "--alg", "streebog256", "-"], b"content")
        .expect(0);
    assert_eq!(
        run.json()["hash"],
        OpenSsl::new().hash("md_gost12_256", b"content")
    );
}

#[test]
fn a_missing_file_ends_with_64_and_its_name() {
    let run = kabinetctl()
        .run(&["hash", "--alg", "streebog256", "/nowhere/file"], b"")
        .expect(64);
    assert_eq!(run.error(), "app.file-not-found");
    assert_eq!(run.json()["error"]["params"]["file"], "/nowhere/file");
}
