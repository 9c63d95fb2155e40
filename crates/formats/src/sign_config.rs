//! `sign_config.xml`: which files of an archive are signed by which («Спецификация API ЕПГУ» 1.13, appendix 5).
//!
//! A file with one signature called `name.ext.sig` needs no such line. The published schema has one `signedDocument` although the
//! text speaks of several, so only what needs a line gets one.

use crate::form::escape_text;

/// Its name in the archive.
pub const FILE: &str = "sign_config.xml";

/// A file of an archive and the names of its signatures, in the order they were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedFile<'a> {
    /// Name of the file.
    pub name: &'a str,
    /// Names of the files of its signatures.
    pub signatures: Vec<&'a str>,
}

impl SignedFile<'_> {
    /// Its signatures are not the single one its name alone leads to.
    fn needs_a_line(&self) -> bool {
        match self.signatures[..] {
            [] => false,
            [only] => only.strip_suffix(".sig") != Some(self.name),
            _ => true,
        }
    }
}

/// The file, UTF-8; nothing where every name speaks for itself.
#[must_use]
pub fn write(files: &[SignedFile<'_>]) -> Option<String> {
    let listed: Vec<&SignedFile<'_>> = files.iter().filter(|file| file.needs_a_line()).collect();
    if listed.is_empty() {
        return None;
    }
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<signedAttachments>\n");
    let element = |text: &mut String, depth: usize, name: &str, value: &str| {
        text.push_str(&format!("{}<{name}>", "\t".repeat(depth)));
        escape_text(value, text);
        text.push_str(&format!("</{name}>\n"));
    };
    for file in listed {
        text.push_str("\t<signedDocument>\n");
        element(&mut text, 2, "documentFileName", file.name);
        for signature in &file.signatures {
            text.push_str("\t\t<signData>\n");
            element(&mut text, 3, "signFileName", signature);
            text.push_str("\t\t</signData>\n");
        }
        text.push_str("\t</signedDocument>\n");
    }
    text.push_str("</signedAttachments>\n");
    Some(text)
}
