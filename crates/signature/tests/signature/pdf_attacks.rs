//! Attacks on how a signature is tied to its file («1 Trillion Dollar Refund», CCS 2019): universal signature forgery,
//! incremental saving, signature wrapping; and files made to be hard to read.

use kabinet_pki::{Evidence, Status, Trust};
use kabinet_signature::ReadError;

use crate::authority::Authority;
use crate::judge;
use crate::pdf_changes::{append, document, last_section, update};
use crate::pdf_own::{sample, sign};

struct Stand {
    authority: Authority,
    signed: Vec<u8>,
}

impl Stand {
    fn new() -> Self {
        let authority = Authority::new("rsa");
        authority.leaf("leaf", "rsa");
        let signed = sign(&authority, "leaf", &document());
        Self { authority, signed }
    }

    fn text(&self) -> String {
        self.signed.iter().copied().map(char::from).collect()
    }

    /// The file with one run of octets replaced by another of the same length.
    fn patched(&self, from: &str, to: &str) -> Vec<u8> {
        let text = self.text();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        assert!(to.len() <= from.len());
        let padded = format!("{to:<width$}", width = from.len());
        text.replace(from, &padded)
            .chars()
            .map(|octet| octet as u8)
            .collect()
    }

    /// Verdict, reasons and changes of the first signature; `None` if there is no report.
    fn judge(&self, file: &[u8]) -> Option<(Status, Vec<String>)> {
        let report = judge(file, None, &self.authority.trust(), &self.authority.evidence()).ok()?;
        let first = &report.signatures[0];
        let reasons = first.reasons.iter().map(|reason| reason.code().to_owned());
        let changes = first.changes.iter().map(|change| change.code.to_owned());
        Some((report.verdict, reasons.chain(changes).collect()))
    }

    fn must_be_invalid(&self, file: &[u8], code: &str) {
        let (verdict, codes) = self.judge(file).expect("a report");
        assert_eq!(verdict, Status::Invalid, "{codes:?}");
        assert!(codes.iter().any(|one| one == code), "{code}: {codes:?}");
    }
}

#[test]
fn forged_ranges_and_values_are_invalid() {
    let stand = Stand::new();
    assert_eq!(stand.judge(&stand.signed), Some((Status::Valid, Vec::new())));
    let text = stand.text();
    let start = text.find("/ByteRange [").expect("ByteRange");
    let range = &text[start..text[start..].find(']').expect("its end") + start + 1];
    let numbers: Vec<usize> = range
        .trim_start_matches("/ByteRange [")
        .trim_end_matches(']')
        .split_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    let [_, hole, after, rest] = numbers[..] else {
        panic!("four numbers");
    };
    for (forged, code) in [
        (String::new(), "pdf.range.malformed"),
        ("/ByteRange null".to_owned(), "pdf.range.malformed"),
        ("/ByteRange []".to_owned(), "pdf.range.malformed"),
        ("/ByteRange [0]".to_owned(), "pdf.range.malformed"),
        ("/ByteRange 7".to_owned(), "pdf.range.malformed"),
        ("/ByteRange [0 -1 0 9]".to_owned(), "pdf.range.malformed"),
        (format!("/ByteRange [0 {hole} {after}]"), "pdf.range.malformed"),
        (
            format!("/ByteRange [0 {hole} {after} {rest} 0 0]"),
            "pdf.range.malformed",
        ),
        (
            format!("/ByteRange [0 {hole} {after} 99999999]"),
            "pdf.range.beyond",
        ),
        ("/ByteRange [0 9999999999 9 9]".to_owned(), "pdf.range.beyond"),
        (
            format!("/ByteRange [9 {} {after} {rest}]", hole - 9),
            "pdf.range.not-from-start",
        ),
        (
            format!("/ByteRange [0 {} {after} {rest}]", hole - 9),
            "pdf.range.hole",
        ),
        (
            format!("/ByteRange [0 {hole} {} {}]", after + 9, rest - 9),
            "pdf.range.hole",
        ),
        (format!("/ByteRange [0 {hole} {hole} {}]", rest), "pdf.range.hole"),
        ("/ByteRange [0 0 0 0]".to_owned(), "pdf.range.hole"),
        (
            format!("/ByteRange [0 {hole} {after} {}]", rest - 20),
            "pdf.range.not-a-revision",
        ),
    ] {
        stand.must_be_invalid(&stand.patched(range, &forged), code);
    }
    stand.must_be_invalid(&stand.patched("/Contents <", "/Content  <"), "pdf.range.contents");
    let value = &text[hole + 1..after - 1];
    let used = value.trim_end_matches('0').len() + 2;
    let padded = format!("{}1", &value[..value.len() - 1]);
    stand.must_be_invalid(&stand.patched(value, &padded), "pdf.range.padding");
    let zeros = "0".repeat(value.len());
    stand.must_be_invalid(&stand.patched(value, &zeros), "pdf.value-unreadable");
    let cut = format!("{}{}", &value[..used / 2], "0".repeat(value.len() - used / 2));
    stand.must_be_invalid(&stand.patched(value, &cut), "pdf.value-unreadable");
    // Digits of the value may be written otherwise: what is shown stays what was signed.
    let spelled = stand.patched(value, &value.to_uppercase());
    assert_eq!(stand.judge(&spelled), Some((Status::Valid, Vec::new())));
}

#[test]
fn a_repeated_key_of_the_signature_is_invalid() {
    let stand = Stand::new();
    stand.must_be_invalid(
        &stand.patched("/Filter /Adobe.PPKLite", "/M <> /M ()"),
        "pdf.range.repeated-key",
    );
}

#[test]
fn octets_behind_the_signed_revision_must_be_an_update() {
    let stand = Stand::new();
    let page = "4 0 obj\n<< /Length 3 >>\nstream\n(x)\nendstream\nendobj\n";
    let section = last_section(&stand.signed);
    for (tail, code) in [
        (page.to_owned(), "pdf.changed.update-broken"),
        (
            format!("{page}trailer\n<< /Root 1 0 R >>\n"),
            "pdf.changed.update-broken",
        ),
        (
            format!("{page}trailer\n<< /Root 1 0 R >>\n%%EOF\n"),
            "pdf.changed.update-broken",
        ),
        ("%comment\n".to_owned(), "pdf.changed.update-broken"),
        // The old table again: readers that mend files find the new object.
        (
            format!("{page}startxref\n{section}\n%%EOF\n"),
            "pdf.changed.update-broken",
        ),
    ] {
        let attacked = [&stand.signed[..], tail.as_bytes()].concat();
        stand.must_be_invalid(&attacked, code);
    }
    // White space is nothing.
    let spaces = [&stand.signed[..], b"\n \r\n"].concat();
    assert_eq!(stand.judge(&spaces), Some((Status::Valid, Vec::new())));
}

#[test]
fn an_update_that_forgets_the_signed_revision_is_invalid() {
    let stand = Stand::new();
    // A file of its own behind the signed one, with the signature's objects copied into its table.
    let text = stand.text();
    let body = |number: u32| {
        let from = text.rfind(&format!("\n{number} 0 obj\n")).expect("an object")
            + format!("\n{number} 0 obj\n").len();
        text[from..from + text[from..].find("\nendobj").expect("its end")].to_owned()
    };
    let numbers: Vec<u32> = (1..=15).collect();
    let bodies: Vec<(u32, String)> = numbers.iter().map(|&number| (number, body(number))).collect();
    let mut objects: Vec<(u32, &str)> = bodies
        .iter()
        .map(|(number, body)| (*number, body.as_str()))
        .collect();
    let forged = append(&stand.signed, &objects, "/Size 200");
    stand.must_be_invalid(&forged, "pdf.range.hole");
    // The signature itself stays where it is, everything else is written anew.
    objects.retain(|(number, _)| *number != 14);
    let signature = text.rfind("\n14 0 obj\n").expect("the signature") + 1;
    let table = format!("xref\n14 1\n{signature:010} 00000 n\r\n");
    let forged = append(&stand.signed, &objects, "/Size 200");
    let forged: String = forged.iter().copied().map(char::from).collect();
    let (before, after) = forged.rsplit_once("xref\n1 1\n").expect("the table");
    let forged = format!("{before}{table}1 1\n{after}");
    let forged: Vec<u8> = forged.chars().map(|octet| octet as u8).collect();
    let (verdict, codes) = stand.judge(&forged).expect("a report");
    assert_eq!(verdict, Status::Invalid, "{codes:?}");
}

#[test]
fn a_wrapped_signature_is_invalid() {
    let stand = Stand::new();
    let text = stand.text();
    let from = text.rfind("\n14 0 obj\n").expect("the signature") + "\n14 0 obj\n".len();
    let body = &text[from..from + text[from..].find("\nendobj").expect("its end")];
    // The signature moves behind what it signed, its ranges stay: the hole is not where its value stands.
    let moved = update(
        &stand.signed,
        &[(14, body), (4, "<< /Length 3 >>\nstream\n(x)\nendstream")],
    );
    stand.must_be_invalid(&moved, "pdf.range.hole");
    // The same under another number, in the same field.
    let field = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /F 132 /P 3 0 R /Rect [0 0 0 0] /V 20 0 R >>";
    stand.must_be_invalid(
        &update(&stand.signed, &[(20, body), (15, field)]),
        "pdf.range.hole",
    );
}

#[test]
fn a_signature_in_no_field_is_reported_and_not_valid() {
    let stand = Stand::new();
    let unlinked = update(
        &stand.signed,
        &[(
            5,
            "<< /Fields [6 0 R 9 0 R] /SigFlags 3 /DR << /Font << /F 7 0 R >> >> /DA (/F 12 Tf 0 g) >>",
        )],
    );
    let (verdict, codes) = stand.judge(&unlinked).expect("a report");
    assert_eq!(verdict, Status::Invalid);
    for code in ["pdf.signature-in-no-field", "pdf.changed.field-removed"] {
        assert!(codes.iter().any(|one| one == code), "{codes:?}");
    }
}

#[test]
fn other_objects_for_other_readers_are_invalid() {
    let stand = Stand::new();
    let mut attacked = stand.signed.clone();
    let at = attacked.len();
    let content = "4 0 obj\n<< /Length 3 >>\nstream\n(x)\nendstream\nendobj\n";
    attacked.extend(content.bytes());
    let stream = attacked.len();
    let row: String = [1_u8]
        .into_iter()
        .chain((at as u32).to_be_bytes())
        .map(|octet| format!("{octet:02x}"))
        .collect();
    attacked.extend(
        format!(
            "20 0 obj\n<< /Type /XRef /Size 99 /W [1 4 0] /Index [4 1] /Filter /ASCIIHexDecode /Length 11 /Root 1 0 R >>\n\
             stream\n{row}>\nendstream\nendobj\n"
        )
        .bytes(),
    );
    let hybrid = append(
        &attacked,
        &[],
        &format!(
            "/Size 200 /XRefStm {stream} /Prev {}",
            last_section(&stand.signed)
        ),
    );
    stand.must_be_invalid(&hybrid, "pdf.changed.hybrid");
    stand.must_be_invalid(&hybrid, "pdf.changed.page-content");
}

#[test]
fn a_replaced_object_stream_is_noticed() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    let original = sample("uncompressed-objstream-sample.pdf");
    let signed = sign(&authority, "leaf", &original);
    let text: String = original.iter().copied().map(char::from).collect();
    let at = text.find("/ObjStm").expect("an object stream");
    let header = text[..at].rfind(" 0 obj").expect("its number");
    let number = text[..header]
        .rsplit(['\n', '\r', ' '])
        .next()
        .expect("digits")
        .parse()
        .expect("a number");
    let attacked = update(
        &signed,
        &[(
            number,
            "<< /Type /ObjStm /N 0 /First 0 /Length 0 >>\nstream\n\nendstream",
        )],
    );
    let verdict = judge(&attacked, None, &authority.trust(), &authority.evidence());
    assert!(verdict.is_err() || verdict.is_ok_and(|report| report.verdict == Status::Invalid));
}

#[test]
fn files_made_to_be_hard_are_refused() {
    let refused = |file: &[u8]| match judge(file, None, &Trust::default(), &Evidence::default()) {
        Err(ReadError::Pdf(error)) => error.code(),
        Err(other) => other.code(),
        Ok(_) => "report",
    };
    let header = "%PDF-1.7\n";
    let with = |trailer: &str| {
        append(
            header.as_bytes(),
            &[(1, "<< /Pages 2 0 R /AcroForm 3 0 R >>")],
            trailer,
        )
    };
    // A chain of sections without end.
    let mut looped = with("/Size 9 /Prev 00");
    let start = last_section(&looped);
    let text = String::from_utf8(looped)
        .expect("ASCII")
        .replace("/Prev 00", &format!("/Prev {start}"));
    looped = text.into_bytes();
    assert_eq!(refused(&looped), "pdf.cross-reference");
    assert_eq!(refused(&with("/Prev 99999999")), "pdf.cross-reference");
    assert_eq!(refused(&with("/Prev -1")), "pdf.cross-reference");
    assert_eq!(refused(header.as_bytes()), "pdf.cross-reference");
    assert_eq!(
        refused(b"%PDF-1.7\nstartxref\n9999999999\n%%EOF"),
        "pdf.cross-reference"
    );
    assert_eq!(
        refused(b"%PDF-1.7\nxref\n0 9999999999\nstartxref\n9\n%%EOF"),
        "pdf.cross-reference"
    );
    let numbered =
        format!("{header}xref\n9999999999 1\n0000000009 00000 n\r\ntrailer\n<<>>\nstartxref\n9\n%%EOF");
    assert_eq!(refused(numbered.as_bytes()), "pdf.limit");
    let nested = format!(
        "{header}xref\ntrailer\n{}\nstartxref\n9\n%%EOF",
        "<</A".repeat(500_000)
    );
    assert_eq!(refused(nested.as_bytes()), "pdf.limit");

    // Trees in circles and fields that are no objects of their own.
    let form = |fields: &str| {
        let objects = [(1, "<< /Pages 2 0 R /AcroForm 3 0 R >>"), (3, fields)];
        append(header.as_bytes(), &objects, "/Size 9")
    };
    assert_eq!(refused(&form("<< /Fields [<< /FT /Sig >>] >>")), "pdf.structure");
    assert_eq!(refused(&form("[]")), "pdf.structure");
    assert_eq!(
        refused(&form("<< /Fields [3 0 R] /Kids [3 0 R] >>")),
        "signature.no-signers"
    );
    assert_eq!(
        refused(&append(header.as_bytes(), &[(1, "1 0 R")], "/Size 9")),
        "pdf.structure"
    );
}

#[test]
fn object_streams_inside_one_another_end() {
    // Each stream's length stands in the next one.
    let objects: Vec<(u32, String)> = (0..500)
        .map(|index| {
            let number = 10 + index;
            (
                number,
                format!(
                    "<< /Type /ObjStm /N 1 /First 5 /Length {} 0 R >>\nstream\n9 0 1\nendstream",
                    number + 1000
                ),
            )
        })
        .collect();
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut rows = Vec::new();
    for (number, body) in &objects {
        rows.push((*number, 1_u8, file.len() as u32, 0_u16));
        file.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        rows.push((number + 1000, 2, number + 1, 0));
    }
    rows.push((1, 2, 10, 0));
    rows.sort_unstable();
    let start = file.len();
    let index: String = rows.iter().map(|(number, ..)| format!("{number} 1 ")).collect();
    let table: String = rows
        .iter()
        .flat_map(|(_, kind, second, third)| {
            [
                kind.to_be_bytes().to_vec(),
                second.to_be_bytes().to_vec(),
                third.to_be_bytes().to_vec(),
            ]
            .concat()
        })
        .map(|octet| format!("{octet:02x}"))
        .collect();
    file.extend(
        format!(
            "9 0 obj\n<< /Type /XRef /Size 2000 /W [1 4 2] /Index [{index}] /Filter /ASCIIHexDecode /Length {} /Root 1 0 R >>\n\
             stream\n{table}\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n",
            table.len()
        )
        .bytes(),
    );
    let error = judge(&file, None, &Trust::default(), &Evidence::default()).expect_err("unreadable");
    assert!(matches!(error, ReadError::Pdf(_)), "{error:?}");
}
