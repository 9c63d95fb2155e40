//! What may happen to a document after a signature, and what may not: shadow attacks and annotations over content
//! («Shadow Attacks», NDSS 2021; «Breaking the Specification: PDF Certification», S&P 2021).

use kabinet_pki::Status;
use kabinet_signature::pdf::{DocMdp, PdfPrepare};

use crate::authority::Authority;
use crate::pdf_own::{prepare, sign_with};
use crate::{codes, judge};

/// A page with a text field (6), an empty signature field that locks it (9), a square over the page's text (8), and
/// objects nothing leads to (12, 13).
const DOCUMENT: [(u32, &str); 13] = [
    (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>"),
    (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
    (
        3,
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /Font << /F 7 0 R >> >> /Contents 4 0 R \
         /Annots [6 0 R 8 0 R 9 0 R] >>",
    ),
    (
        4,
        "<< /Length 38 >>\nstream\nBT /F 12 Tf 20 100 Td (pay 100) Tj ET \nendstream",
    ),
    (
        5,
        "<< /Fields [6 0 R 9 0 R] /DR << /Font << /F 7 0 R >> >> /DA (/F 12 Tf 0 g) /SigFlags 1 >>",
    ),
    (
        6,
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (100) /F 4 /Rect [20 20 80 40] /P 3 0 R \
         /AP << /N 11 0 R >> >>",
    ),
    (7, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
    (
        8,
        "<< /Type /Annot /Subtype /Square /F 4 /Rect [20 90 120 120] /P 3 0 R /AP << /N 10 0 R >> >>",
    ),
    (
        9,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (locking) /F 4 /Rect [0 0 0 0] /P 3 0 R \
         /Lock << /Type /SigFieldLock /Action /Include /Fields [(amount)] >> >>",
    ),
    (
        10,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 100 30] /Length 17 >>\nstream\n1 g 0 0 9 9 re f \nendstream",
    ),
    (
        11,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 60 20] /Length 17 >>\nstream\nBT (100) Tj ET  \nendstream",
    ),
    (
        12,
        "<< /Length 38 >>\nstream\nBT /F 12 Tf 20 100 Td (pay 999) Tj ET \nendstream",
    ),
    (
        13,
        "<< /Type /Annot /Subtype /FreeText /F 4 /Rect [20 90 120 120] /P 3 0 R /Contents (pay 999) >>",
    ),
];

/// The new appearance of the text field.
const REDRAWN: &str =
    "<< /Type /XObject /Subtype /Form /BBox [0 0 60 20] /Length 17 >>\nstream\nBT (999) Tj ET  \nendstream";

/// Objects, a table of them and a trailer, behind `file`.
pub fn append(file: &[u8], objects: &[(u32, &str)], trailer: &str) -> Vec<u8> {
    let mut file = file.to_vec();
    let mut table = String::from("xref\n");
    for (number, body) in objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n\r\n", file.len()));
        file.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
    }
    let start = file.len();
    file.extend(format!("{table}trailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// Offset of the last cross-reference section.
pub fn last_section(file: &[u8]) -> usize {
    let at = file
        .windows(9)
        .rposition(|window| window == b"startxref")
        .expect("startxref");
    let text = core::str::from_utf8(&file[at + 9..]).expect("ASCII");
    text.trim()
        .lines()
        .next()
        .expect("a line")
        .trim()
        .parse()
        .expect("a number")
}

/// An incremental update.
pub fn update(file: &[u8], objects: &[(u32, &str)]) -> Vec<u8> {
    append(file, objects, &format!("/Size 200 /Prev {}", last_section(file)))
}

pub fn document() -> Vec<u8> {
    append(b"%PDF-1.7\n", &DOCUMENT, "/Size 14")
}

fn body(number: u32) -> &'static str {
    DOCUMENT
        .iter()
        .find(|(known, _)| *known == number)
        .expect("an object")
        .1
}

/// The object with one thing replaced.
fn changed(number: u32, from: &str, to: &str) -> String {
    let body = body(number);
    assert!(body.contains(from), "{body}");
    body.replace(from, to)
}

struct Signer {
    authority: Authority,
}

impl Signer {
    fn new() -> Self {
        let authority = Authority::new("rsa");
        authority.leaf("leaf", "rsa");
        Self { authority }
    }

    fn sign(&self, file: &[u8], certify: Option<DocMdp>, field: Option<&str>) -> Vec<u8> {
        let prepare = PdfPrepare {
            certify,
            field: field.map(str::to_owned),
            ..prepare(&self.authority.certificate("leaf.crt"))
        };
        sign_with(&self.authority, "leaf", file, prepare)
    }

    /// Verdict on the first signature, and codes of reasons and of changes.
    fn judge(&self, file: &[u8]) -> (Status, Vec<&'static str>, Vec<&'static str>) {
        let report =
            judge(file, None, &self.authority.trust(), &self.authority.evidence()).expect("readable");
        let first = &report.signatures[0];
        let changes = first.changes.iter().map(|change| change.code).collect();
        (
            first.verdict(),
            first.reasons.iter().map(|reason| reason.code()).collect(),
            changes,
        )
    }
}

#[test]
fn changes_that_no_signature_allows_are_named() {
    let signer = Signer::new();
    let page = |from: &str, to: &str| changed(3, from, to);
    let annots = |to: &str| page("/Annots [6 0 R 8 0 R 9 0 R]", to);
    let shown = annots("/Annots [6 0 R 8 0 R 9 0 R 13 0 R]");
    let cases: Vec<(&str, Vec<(u32, String)>)> = vec![
        // Replace: page content, by a new object or one that was hidden.
        ("pdf.changed.page-content", vec![(4, body(12).to_owned())]),
        ("pdf.changed.page-content", vec![(3, page("/Contents 4 0 R", "/Contents 12 0 R"))]),
        ("pdf.changed.page-content", vec![(3, page("/Contents 4 0 R", "/Contents [4 0 R 12 0 R]"))]),
        ("pdf.changed.page-content", vec![(3, page("[0 0 200 200]", "[0 0 100 100]"))]),
        // Replace: the font, so that other letters are shown.
        ("pdf.changed.page-content", vec![(7, changed(7, "Helvetica", "Symbol"))]),
        ("pdf.changed.form", vec![(5, changed(5, "/F 7 0 R", "/F 13 0 R"))]),
        ("pdf.changed.form", vec![(5, changed(5, "12 Tf 0 g", "12 Tf 1 g"))]),
        ("pdf.changed.form", vec![(5, changed(5, "/SigFlags 1", "/SigFlags 3 /XFA (x)"))]),
        // Pages.
        ("pdf.changed.page-tree", vec![(2, changed(2, "[3 0 R]", "[3 0 R 3 0 R]"))]),
        ("pdf.changed.page-tree", vec![(2, changed(2, "[3 0 R]", "[20 0 R]")), (20, page("4 0 R", "12 0 R"))]),
        ("pdf.changed.page-tree", vec![(2, changed(2, "/Count 1", "/Count 1 /Rotate 90"))]),
        ("pdf.changed.catalog", vec![(1, changed(1, "/Pages 2 0 R", "/Pages 20 0 R")), (20, body(2).to_owned())]),
        ("pdf.changed.catalog", vec![(1, changed(1, "/Pages", "/OpenAction << /S /JavaScript /JS (x) >> /Pages"))]),
        // Hide: what lay over the content is taken away, hidden or moved.
        ("pdf.changed.annotation", vec![(3, annots("/Annots [6 0 R 9 0 R]"))]),
        ("pdf.changed.annotation", vec![(8, changed(8, "/F 4", "/F 2"))]),
        ("pdf.changed.annotation", vec![(8, changed(8, "[20 90 120 120]", "[0 0 1 1]"))]),
        ("pdf.changed.annotation", vec![(10, changed(10, "1 g", "0 g"))]),
        // Hide and replace: an annotation that lay ready.
        ("pdf.changed.annotation", vec![(3, shown)]),
        ("pdf.changed.annotation", vec![(3, annots("/Annots [6 0 R 8 0 R 9 0 R 20 0 R]")), (20, body(13).to_owned())]),
        // Fields.
        ("pdf.changed.appearance", vec![(11, REDRAWN.to_owned())]),
        ("pdf.changed.appearance", vec![(6, changed(6, "/N 11 0 R", "/N 20 0 R")), (20, REDRAWN.to_owned())]),
        ("pdf.changed.appearance", vec![(6, changed(6, "/F 4", "/F 6"))]),
        ("pdf.changed.field", vec![(6, changed(6, "[20 20 80 40]", "[20 90 80 120]"))]),
        ("pdf.changed.field", vec![(6, changed(6, "(amount)", "(other)"))]),
        ("pdf.changed.field", vec![(6, changed(6, "/FT /Tx", "/FT /Ch"))]),
        ("pdf.changed.field-removed", vec![(5, changed(5, "[6 0 R 9 0 R]", "[9 0 R 20 0 R]"))]),
        (
            "pdf.changed.field-added",
            vec![
                (5, changed(5, "[6 0 R 9 0 R]", "[6 0 R 9 0 R 20 0 R]")),
                (3, annots("/Annots [6 0 R 8 0 R 9 0 R 20 0 R]")),
                (20, changed(6, "(amount)", "(second)")),
            ],
        ),
        // A signature field that was hidden, and one that shows something without being signed.
        (
            "pdf.changed.field-added",
            vec![(5, changed(5, "[6 0 R 9 0 R]", "[6 0 R 9 0 R 13 0 R]")), (13, changed(9, "(locking)", "(x)"))],
        ),
        (
            "pdf.changed.signature-visible",
            vec![
                (5, changed(5, "[6 0 R 9 0 R]", "[6 0 R 9 0 R 20 0 R]")),
                (3, annots("/Annots [6 0 R 8 0 R 9 0 R 20 0 R]")),
                (
                    20,
                    "<< /Type /Annot /Subtype /Widget /FT /Sig /T (x) /F 4 /Rect [20 90 99 120] /P 3 0 R /AP << /N 10 0 R >> >>"
                        .to_owned(),
                ),
            ],
        ),
        // An object of the update that cannot be read.
        ("pdf.changed.update-broken", vec![(20, "<< /A".to_owned())]),
    ];
    for certify in [None, Some(DocMdp::NoChanges), Some(DocMdp::FillIn)] {
        let signed = signer.sign(&document(), certify, None);
        for (code, objects) in &cases {
            let (verdict, reasons, changes) = signer.judge(&updated(&signed, objects, certify));
            assert_eq!(verdict, Status::Invalid, "{code} {certify:?} {objects:?}");
            assert!(
                reasons.contains(&"signature.changed-later"),
                "{code}: {reasons:?}"
            );
            assert!(
                changes.contains(code),
                "{code} {certify:?}: {changes:?} {objects:?}"
            );
        }
    }
}

/// An object of [`DOCUMENT`] with what the signer added to it: the new field is 15, its value 14.
fn rebased(number: u32, body: &str, certify: Option<DocMdp>) -> String {
    match number {
        1 if certify.is_some() => body.replacen("/Pages", "/Perms << /DocMDP 14 0 R >> /Pages", 1),
        3 => body.replacen("9 0 R", "9 0 R 15 0 R", 1),
        5 => body
            .replacen("9 0 R", "9 0 R 15 0 R", 1)
            .replace("/SigFlags 1", "/SigFlags 3"),
        _ => body.to_owned(),
    }
}

fn updated(file: &[u8], objects: &[(u32, String)], certify: Option<DocMdp>) -> Vec<u8> {
    let rebased = |(number, body): &(u32, String)| (*number, rebased(*number, body, certify));
    let objects: Vec<(u32, String)> = objects.iter().map(rebased).collect();
    let objects: Vec<(u32, &str)> = objects
        .iter()
        .map(|(number, body)| (*number, body.as_str()))
        .collect();
    update(file, &objects)
}

#[test]
fn allowed_changes_are_named() {
    let signer = Signer::new();
    let filled = vec![
        (6, changed(6, "(100)", "(999)").replace("11 0 R", "20 0 R")),
        (20, REDRAWN.to_owned()),
    ];
    let comment = |subtype: &str| {
        let annotation = changed(13, "FreeText", subtype);
        vec![(3, changed(3, "9 0 R]", "9 0 R 20 0 R]")), (20, annotation)]
    };
    let empty_field = vec![
        (5, changed(5, "[6 0 R 9 0 R]", "[6 0 R 9 0 R 20 0 R]")),
        (20, changed(9, "(locking)", "(next)")),
    ];
    let store = vec![
        (
            1,
            changed(1, "/Pages", "/DSS << /Type /DSS /Certs [20 0 R] >> /Pages"),
        ),
        (20, "<< /Length 1 >>\nstream\nx\nendstream".to_owned()),
    ];
    let (one, two, three) = (DocMdp::NoChanges, DocMdp::FillIn, DocMdp::Annotate);
    let cases = [
        (
            &store,
            "pdf.change.evidence",
            "",
            vec![None, Some(one), Some(two), Some(three)],
        ),
        (
            &filled,
            "pdf.change.form-fill",
            "pdf.changed.field-locked",
            vec![None, Some(two), Some(three)],
        ),
        (
            &empty_field,
            "pdf.change.signature-field",
            "pdf.changed.field-locked",
            vec![None, Some(two), Some(three)],
        ),
    ];
    for (objects, allowed, forbidden, levels) in cases {
        for certify in [None, Some(one), Some(two), Some(three)] {
            let signed = signer.sign(&document(), certify, None);
            let (verdict, reasons, changes) = signer.judge(&updated(&signed, objects, certify));
            if levels.contains(&certify) {
                assert_eq!(
                    (verdict, &changes[..]),
                    (Status::Valid, &[allowed][..]),
                    "{certify:?} {reasons:?}"
                );
            } else {
                assert_eq!(
                    (verdict, changes.contains(&forbidden)),
                    (Status::Invalid, true),
                    "{certify:?} {changes:?}"
                );
            }
        }
    }
    for (subtype, allowed) in [
        ("Text", true),
        ("Highlight", true),
        ("FreeText", false),
        ("Stamp", false),
        ("Redact", false),
        ("Watermark", false),
        ("Widget", false),
    ] {
        for certify in [None, Some(one), Some(two), Some(three)] {
            let signed = signer.sign(&document(), certify, None);
            let (verdict, _, changes) = signer.judge(&updated(&signed, &comment(subtype), certify));
            let expected = match allowed && certify == Some(three) {
                true => (Status::Valid, vec!["pdf.change.annotation"]),
                false => (Status::Invalid, vec!["pdf.changed.annotation"]),
            };
            assert_eq!((verdict, changes), expected, "{subtype} {certify:?}");
        }
    }
}

#[test]
fn a_lock_holds_the_fields_it_names() {
    let signer = Signer::new();
    let signed = signer.sign(&document(), None, Some("locking"));
    let filled = update(&signed, &[(6, &changed(6, "(100)", "(999)"))]);
    let (verdict, _, changes) = signer.judge(&filled);
    assert_eq!(
        (verdict, changes),
        (Status::Invalid, vec!["pdf.changed.field-locked"])
    );
    // Another signature is none of the fields named.
    let signed = signer.sign(&signed, None, None);
    assert_eq!(signer.judge(&signed).0, Status::Valid);
}

#[test]
fn what_cannot_be_judged_makes_the_signature_unknown() {
    let signer = Signer::new();
    let signed = signer.sign(&document(), None, None);
    for (objects, code) in [
        (
            (5, changed(5, "/SigFlags 1", "/SigFlags 3 /NeedAppearances true")),
            "pdf.doubt.need-appearances",
        ),
        (
            (1, changed(1, "/Pages", "/StructTreeRoot << /K [] >> /Pages")),
            "pdf.doubt.structure",
        ),
    ] {
        let report = judge(
            &updated(&signed, &[objects], None),
            None,
            &signer.authority.trust(),
            &signer.authority.evidence(),
        )
        .expect("readable");
        assert_eq!(report.verdict, Status::Unknown, "{code}: {:?}", codes(&report));
        assert!(format!("{:?}", report.signatures[0].reasons).contains(code));
    }
}

#[test]
fn what_an_unreadable_object_leads_to_may_have_changed() {
    let signer = Signer::new();
    // Resources nested deeper than is read here lead to the font.
    let deep = format!("{}7 0 R{}", "[".repeat(80), "]".repeat(80));
    let page = changed(3, "/F 7 0 R", "/F 17 0 R");
    let with = [(3, page.as_str()), (17, deep.as_str())];
    let signed = signer.sign(&update(&document(), &with), None, None);
    assert_eq!(signer.judge(&signed).0, Status::Valid, "nothing follows");
    let attacked = update(&signed, &[(7, &changed(7, "Helvetica", "Symbol"))]);
    assert_ne!(signer.judge(&attacked).0, Status::Valid);
}

#[test]
fn a_stream_that_lies_about_its_length_is_not_the_same() {
    let signer = Signer::new();
    let empty = |text: &str| format!("<< /Length 0 >>\nstream\n{text}\nendstream");
    let signed = signer.sign(&update(&document(), &[(4, &empty("(pay 100) Tj"))]), None, None);
    let attacked = update(&signed, &[(4, &empty("(pay 999) Tj"))]);
    let (verdict, _, changes) = signer.judge(&attacked);
    assert_eq!(
        (verdict, changes),
        (Status::Invalid, vec!["pdf.changed.page-content"])
    );
}

#[test]
fn a_visible_signature_may_not_follow_a_certification() {
    let signer = Signer::new();
    let visible = || PdfPrepare {
        stamp: Some(kabinet_signature::pdf::VisibleStamp {
            page: 0,
            rectangle: [20.0, 90.0, 120.0, 120.0],
            lines: vec!["pay 999".to_owned()],
        }),
        ..prepare(&signer.authority.certificate("leaf.crt"))
    };
    for (certify, verdict) in [(None, Status::Valid), (Some(DocMdp::FillIn), Status::Invalid)] {
        let signed = signer.sign(&document(), certify, None);
        let both = sign_with(&signer.authority, "leaf", &signed, visible());
        assert_eq!(signer.judge(&both).0, verdict, "{certify:?}");
    }
}

#[test]
fn a_signature_taken_away_or_exchanged_is_missed() {
    let signer = Signer::new();
    let first = signer.sign(&document(), None, None);
    let second = signer.sign(&first, None, Some("locking"));
    // The earlier signature (14, in field 15) loses its value, gets another one, or its object changes.
    let field =
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /F 132 /P 3 0 R /Rect [0 0 0 0] VALUE >>";
    for value in ["", "/V null", "/V 16 0 R"] {
        let attacked = update(&second, &[(15, &field.replace("VALUE", value))]);
        let report = judge(
            &attacked,
            None,
            &signer.authority.trust(),
            &signer.authority.evidence(),
        )
        .expect("readable");
        let last = report
            .signatures
            .iter()
            .find(|one| one.id == "locking")
            .expect("still there");
        assert_eq!(last.verdict(), Status::Invalid, "{value}");
        let codes: Vec<_> = last.changes.iter().map(|change| change.code).collect();
        assert!(codes.contains(&"pdf.changed.signature"), "{value}: {codes:?}");
        assert_ne!(report.verdict, Status::Valid);
    }
}
