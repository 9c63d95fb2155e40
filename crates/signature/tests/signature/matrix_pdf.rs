//! Changed octets all over signed PDF files of pyHanko and of ours, with our verdict and that of pyHanko.

use kabinet_pki::Status;
use serde_json::Value;

use crate::authority::Authority;
use crate::judge;
use crate::pdf_own::{sample, sign};
use crate::pdf_peers::{pyhanko_reads, pyhanko_signs};

/// Changed octets before the value of each file, evenly spread; half as many after it and in it.
const SPREAD: usize = 30;

/// Where a change lies.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// What the signature covers.
    Signed,
    /// The hexadecimal digits of the value.
    Value,
    /// The zeros after it.
    Padding,
    /// After the end of the file.
    After,
}

/// Where the octets between the two ranges begin and end.
fn gap(file: &[u8]) -> (usize, usize) {
    let at = file
        .windows(10)
        .rposition(|window| window == b"/ByteRange")
        .expect("signed");
    let text = String::from_utf8_lossy(&file[at..at + 120]);
    let numbers = text
        .split_once('[')
        .expect("an array")
        .1
        .split_once(']')
        .expect("it ends")
        .0;
    let numbers: Vec<usize> = numbers
        .split_whitespace()
        .map(|one| one.parse().expect("a number"))
        .collect();
    (numbers[1], numbers[2])
}

fn changes(file: &[u8]) -> Vec<(Place, Vec<u8>)> {
    let (start, end) = gap(file);
    let used = file[start..end - 1]
        .iter()
        .rposition(|&digit| digit != b'0' && digit != b'>');
    let used = start + used.expect("a value");
    let spread = |from: usize, until: usize, count: usize| {
        (0..count).map(move |step| from + step * (until - from) / count)
    };
    let signed = spread(0, start, SPREAD)
        .chain(spread(end, file.len(), SPREAD / 2))
        .chain([start - 1, end, file.len() - 1]);
    let value = spread(start + 1, used, SPREAD / 2).chain([used]);
    let mut all = Vec::new();
    for at in signed {
        let mut changed = file.to_vec();
        changed[at] ^= 1;
        all.push((Place::Signed, changed));
    }
    for at in value {
        let mut changed = file.to_vec();
        changed[at] = match changed[at] {
            digit @ (b'0'..=b'8' | b'a'..=b'e' | b'A'..=b'E') => digit + 1,
            _ => b'0',
        };
        all.push((Place::Value, changed));
    }
    let mut padded = file.to_vec();
    padded[end - 3] = b'1';
    all.push((Place::Padding, padded));
    all.push((Place::After, [file, b"% more\n"].concat()));
    all
}

/// Whether the first signature holds for pyHanko and nothing suspicious came later.
fn holds(verdict: Option<&Value>) -> bool {
    verdict.is_some_and(|one| one["intact"] == true && one["changes"] != "SUSPICIOUS")
}

#[test]
fn a_changed_octet_is_never_valid() {
    let authority = Authority::new("rsa");
    authority.leaf("leaf", "rsa");
    authority.issue("tsa", "rsa", "/CN=TSA", "v3_tsa");
    authority.leaf("curve", "p256");
    authority.crl();
    authority.write("in.pdf", &sample("minimal-two-pages.pdf"));
    pyhanko_signs(&authority);
    authority.write("ours.pdf", &sign(&authority, "leaf", &sample("minimal.pdf")));
    authority.write(
        "ours-curve.pdf",
        &sign(&authority, "curve", &sample("minimal-xref.pdf")),
    );
    let (trust, evidence) = (authority.trust(), authority.evidence());
    let verdict = |file: &[u8]| {
        judge(file, None, &trust, &evidence)
            .ok()
            .map(|report| report.verdict)
    };

    let mut cases = Vec::new();
    for name in [
        "b.pdf",
        "t.pdf",
        "certified.pdf",
        "adobe.pdf",
        "ours.pdf",
        "ours-curve.pdf",
    ] {
        let file = authority.read(name);
        assert_eq!(verdict(&file), Some(Status::Valid), "{name}");
        for (number, (place, changed)) in changes(&file).into_iter().enumerate() {
            let changed_name = format!("{number}-{name}");
            authority.write(&changed_name, &changed);
            cases.push((changed_name, place, verdict(&changed)));
        }
    }
    let names: Vec<String> = cases.iter().map(|(name, ..)| name.clone()).collect();
    let mut wrong = Vec::new();
    for ((name, place, ours), theirs) in cases.iter().zip(pyhanko_reads(&authority, &names)) {
        let theirs = holds(theirs.as_deref().and_then(<[Value]>::first));
        let as_wanted = match place {
            Place::Signed => *ours != Some(Status::Valid) && !theirs,
            // A bit of the value that nobody reads may change; what is not intact is never valid.
            Place::Value => *ours != Some(Status::Valid) || theirs,
            // ISO 32000-2 §12.8.3.3.1: zeros; pyHanko does not look.
            Place::Padding => *ours == Some(Status::Invalid) && theirs,
            // Octets of no revision are what readers that mend files find; pyHanko does not look.
            Place::After => *ours == Some(Status::Invalid) && theirs,
        };
        if !as_wanted {
            wrong.push(format!("{name}, {place:?}: {ours:?}, pyHanko {theirs}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(cases.len(), 396);
}
