use kabinet_formats::{DecodeError, Encoding, Formats, MAX_TEXT_SIZE, decode};

use crate::{AKT, sample};

fn codes(bytes: &[u8]) -> Vec<(String, Option<u32>)> {
    let check = Formats::embedded().check("a.xml", bytes);
    check
        .findings
        .into_iter()
        .map(|finding| (finding.code, finding.line))
        .collect()
}

#[test]
fn dtd_and_external_entities_are_refused() {
    for text in [
        "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;\">]><a>&y;</a>",
    ] {
        assert_eq!(
            codes(text.as_bytes()),
            [("xml.dtd".to_owned(), Some(2))],
            "{text}"
        );
    }
}

#[test]
fn an_undeclared_entity_is_malformed() {
    assert_eq!(codes(b"<a>\n&x;</a>"), [("xml.malformed".to_owned(), Some(2))]);
}

#[test]
fn deep_nesting_is_refused_without_a_crash() {
    let text = "<a>".repeat(200_000);
    assert_eq!(codes(text.as_bytes())[0].0, "xml.too-deep");
}

#[test]
fn other_encodings_are_refused_by_name() {
    let declared = b"<?xml version=\"1.0\" encoding=\"koi8-r\"?><a/>";
    assert_eq!(
        decode(declared),
        Err(DecodeError::Encoding {
            name: "koi8-r".into()
        })
    );
    assert_eq!(codes(declared)[0].0, "xml.encoding");
    let wide: Vec<u8> = "\u{feff}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        decode(&wide),
        Err(DecodeError::Encoding {
            name: "UTF-16".into()
        })
    );
}

#[test]
fn undecodable_bytes_are_refused_with_their_line() {
    let utf8 = b"<?xml version=\"1.0\"?>\n<a>\n\xCF\xF0</a>";
    assert_eq!(
        decode(utf8),
        Err(DecodeError::Undecodable {
            line: 3,
            encoding: Encoding::Utf8
        })
    );
    let ansi = b"<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<a>\x98</a>";
    assert_eq!(
        decode(ansi),
        Err(DecodeError::Undecodable {
            line: 2,
            encoding: Encoding::Windows1251
        })
    );
    assert_eq!(codes(ansi), [("xml.undecodable".to_owned(), Some(2))]);
}

#[test]
fn a_mark_that_contradicts_the_declaration_is_refused() {
    let bytes = b"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"windows-1251\"?><a/>";
    assert!(matches!(decode(bytes), Err(DecodeError::Contradiction { .. })));
}

#[test]
fn another_version_of_xml_is_refused() {
    assert_eq!(codes(b"<?xml version=\"1.1\"?><a/>")[0].0, "xml.version");
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let bytes = vec![b'<'; MAX_TEXT_SIZE + 1];
    assert_eq!(codes(&bytes)[0].0, "document.too-large");
}

#[test]
fn truncated_and_binary_files_never_panic() {
    let whole = sample(AKT);
    for length in (0..whole.len()).step_by(97) {
        let _ = Formats::embedded().check(AKT, &whole[..length]);
    }
    for seed in 0..64u8 {
        let noise: Vec<u8> = (0..512u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed)
            .collect();
        let format = Formats::embedded().check("x", &noise).recognition.format;
        assert_eq!(format == "xml", noise[0] == b'<', "{seed}");
    }
}

#[test]
fn both_encodings_give_the_same_text_and_lines() {
    let text = decode(&sample(AKT)).unwrap();
    assert_eq!(text.encoding, Encoding::Windows1251);
    let utf8 = text.content.replace("windows-1251", "UTF-8");
    let marked = [b"\xEF\xBB\xBF", utf8.as_bytes()].concat();
    assert_eq!(decode(utf8.as_bytes()).unwrap().content, utf8);
    assert_eq!(decode(&marked).unwrap().content, utf8);
    assert_eq!(Formats::embedded().check(AKT, &marked).findings, []);
}
