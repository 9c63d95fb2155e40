//! `sign_config.xml` of an archive: which file is signed by which (API ЕПГУ 1.13, appendix 5). The text of the specification allows
//! several `signedDocument`, its schema one; several are taken.

use roxmltree::{Document, Node};
use thiserror::Error;

use crate::archive::Entry;

pub(crate) const FILE: &str = "sign_config.xml";

/// What is wrong with it, in the words the applicant reads.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum SignConfigFault {
    #[error("{FILE}: XML не разобран")]
    Malformed,
    #[error("{FILE}: неизвестный элемент {0}")]
    Unexpected(String),
    #[error("{FILE}: нет элемента {0}")]
    Missing(&'static str),
    #[error("{FILE}: в архиве нет файла {0}")]
    NoSuchFile(String),
    #[error("{FILE}: файл {0} описан дважды")]
    Twice(String),
}

/// A file and the names of its signatures.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SignedDocument {
    pub(crate) file: String,
    pub(crate) signatures: Vec<String>,
}

/// What the archive says about its signatures; nothing without the file.
pub(crate) fn read(entries: &[Entry]) -> Result<Vec<SignedDocument>, SignConfigFault> {
    let Some(entry) = entries.iter().find(|entry| entry.name == FILE) else {
        return Ok(Vec::new());
    };
    let text = std::str::from_utf8(&entry.content).map_err(|_| SignConfigFault::Malformed)?;
    let text = text.trim_start_matches('\u{feff}');
    let document = Document::parse(text).map_err(|_| SignConfigFault::Malformed)?;
    let root = document.root_element();
    expect(root, "signedAttachments")?;
    let mut found: Vec<SignedDocument> = Vec::new();
    for block in root.children().filter(Node::is_element) {
        expect(block, "signedDocument")?;
        let one = signed_document(block)?;
        let exists = |name: &String| entries.iter().any(|entry| entry.name == *name);
        if let Some(name) = std::iter::once(&one.file)
            .chain(&one.signatures)
            .find(|name| !exists(name))
        {
            return Err(SignConfigFault::NoSuchFile(name.clone()));
        }
        if found.iter().any(|known| known.file == one.file) {
            return Err(SignConfigFault::Twice(one.file));
        }
        found.push(one);
    }
    if found.is_empty() {
        return Err(SignConfigFault::Missing("signedDocument"));
    }
    Ok(found)
}

fn signed_document(block: Node<'_, '_>) -> Result<SignedDocument, SignConfigFault> {
    let mut children = block.children().filter(Node::is_element).peekable();
    let file = children
        .next()
        .filter(|node| node.tag_name().name() == "documentFileName")
        .and_then(text_of)
        .ok_or(SignConfigFault::Missing("documentFileName"))?;
    children.next_if(|node| node.tag_name().name() == "documentDescription");
    let mut signatures = Vec::new();
    for data in children {
        expect(data, "signData")?;
        let name = data
            .children()
            .find(Node::is_element)
            .filter(|node| node.tag_name().name() == "signFileName")
            .and_then(text_of)
            .ok_or(SignConfigFault::Missing("signFileName"))?;
        signatures.push(name);
    }
    if signatures.is_empty() {
        return Err(SignConfigFault::Missing("signData"));
    }
    Ok(SignedDocument { file, signatures })
}

fn expect(node: Node<'_, '_>, name: &'static str) -> Result<(), SignConfigFault> {
    let found = node.tag_name();
    if found.name() == name && found.namespace().is_none() {
        return Ok(());
    }
    Err(SignConfigFault::Unexpected(found.name().to_owned()))
}

fn text_of(node: Node<'_, '_>) -> Option<String> {
    node.text()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(config: &str, names: &[&str]) -> Vec<Entry> {
        let entry = |name: &str, content: &[u8]| Entry {
            name: name.to_owned(),
            content: content.to_vec(),
        };
        let files = names.iter().map(|name| entry(name, b"x"));
        files.chain([entry(FILE, config.as_bytes())]).collect()
    }

    #[test]
    fn the_published_example_is_understood() {
        let published = include_str!("../../../assets/samples/sign_config.xml");
        let names = ["edkpXml.xml", "edkpXmlSellerSign.sig", "edkpXmlBuyerSign.sig"];
        assert_eq!(
            read(&archive(published, &names)).unwrap(),
            [SignedDocument {
                file: names[0].to_owned(),
                signatures: names[1..].iter().map(|name| (*name).to_owned()).collect(),
            }]
        );
        let without = read(&archive(published, &names[..2]));
        assert_eq!(without, Err(SignConfigFault::NoSuchFile(names[2].to_owned())));
    }

    #[test]
    fn what_is_not_of_the_schema_is_refused() {
        let block = "<signedDocument><documentFileName>a</documentFileName><signData><signFileName>b</signFileName></signData></signedDocument>";
        let refused = |config: &str| read(&archive(config, &["a", "b"])).unwrap_err();
        let around = |content: &str| format!("<signedAttachments>{content}</signedAttachments>");
        assert!(read(&archive(&around(block), &["a", "b"])).is_ok());
        assert_eq!(refused("<signedAttachments>"), SignConfigFault::Malformed);
        assert_eq!(refused(&around("")), SignConfigFault::Missing("signedDocument"));
        assert_eq!(
            refused(&around(&block.repeat(2))),
            SignConfigFault::Twice("a".to_owned())
        );
        assert_eq!(
            refused(block),
            SignConfigFault::Unexpected("signedDocument".to_owned())
        );
        assert_eq!(
            refused(&around(
                "<signedDocument><documentFileName>a</documentFileName></signedDocument>"
            )),
            SignConfigFault::Missing("signData")
        );
        assert_eq!(
            refused(&around(&block.replace("documentFileName", "fileName"))),
            SignConfigFault::Missing("documentFileName")
        );
    }
}
