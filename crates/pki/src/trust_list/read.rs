//! The XML of the list. Elements have no namespace; unknown ones are passed over.

use base64ct::{Base64, Encoding as _};
use roxmltree::{Document, Node, ParsingOptions};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::{Centre, CentreStatus, TrustList, TrustListError};
use crate::certificate::Certificate;

const ROOT: &str = "АккредитованныеУдостоверяющиеЦентры";

/// Most nodes of the document: several for each of the [`TrustList::MAX_ENTRIES`].
const MAX_NODES: u32 = 4_000_000;

pub(super) fn list(xml: &[u8], signer: Certificate) -> Result<TrustList, TrustListError> {
    if xml.len() > TrustList::MAX_OCTETS {
        return Err(TrustListError::TooLarge);
    }
    let text = core::str::from_utf8(xml).map_err(|_| TrustListError::Xml)?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)
        .map_err(|_| TrustListError::Xml)?;
    let root = document.root_element();
    if root.tag_name().name() != ROOT {
        return Err(TrustListError::Element(ROOT));
    }
    let version = value(root, "Версия").and_then(|text| text.parse().ok());
    let issued = value(root, "Дата").and_then(|text| moment(&text));
    let mut centres = Vec::new();
    let mut certificates = 0;
    for centre in children(root, "УдостоверяющийЦентр") {
        let centre = read_centre(centre)?;
        certificates += centre.certificates.len();
        centres.push(centre);
        if centres.len() > TrustList::MAX_ENTRIES || certificates > TrustList::MAX_ENTRIES {
            return Err(TrustListError::TooLarge);
        }
    }
    Ok(TrustList {
        version: version.ok_or(TrustListError::Element("Версия"))?,
        issued: issued.ok_or(TrustListError::Element("Дата"))?,
        centres,
        signer,
    })
}

fn read_centre(centre: Node<'_, '_>) -> Result<Centre, TrustListError> {
    let text = |name| value(centre, name);
    let mut read = Centre {
        name: text("Название").unwrap_or_default(),
        inn: text("ИНН"),
        ogrn: text("ОГРН"),
        registry_number: text("РеестровыйНомер"),
        history: read_history(centre)?,
        certificates: Vec::new(),
        tool_classes: Vec::new(),
        crl_urls: Vec::new(),
    };
    let systems = children(centre, "ПрограммноАппаратныеКомплексы")
        .flat_map(|all| children(all, "ПрограммноАппаратныйКомплекс"));
    for system in systems {
        read.tool_classes.extend(value(system, "КлассСредствЭП"));
        let keys = children(system, "КлючиУполномоченныхЛиц").flat_map(|all| children(all, "Ключ"));
        for key in keys {
            read_key(key, &mut read)?;
        }
    }
    Ok(read)
}

fn read_key(key: Node<'_, '_>, centre: &mut Centre) -> Result<(), TrustListError> {
    let data = children(key, "Сертификаты")
        .flat_map(|all| children(all, "ДанныеСертификата"))
        .filter_map(|one| value(one, "Данные"));
    for text in data {
        let compact: String = text.split_whitespace().collect();
        let der = Base64::decode_vec(&compact).map_err(|_| TrustListError::Element("Данные"))?;
        // Certificates of forms not read here certify nothing here either.
        if let Ok(certificate) = Certificate::from_der(&der)
            && !centre.certificates.contains(&certificate)
        {
            centre.certificates.push(certificate);
        }
    }
    let urls = children(key, "АдресаСписковОтзыва").flat_map(|all| children(all, "Адрес"));
    for url in urls.map(text_of) {
        let web = url.starts_with("http://") || url.starts_with("https://");
        if web && !centre.crl_urls.contains(&url) {
            centre.crl_urls.push(url);
        }
    }
    Ok(())
}

/// СтатусАккредитации and every entry of ИсторияСтатусовАккредитации, whatever it is called, by their beginning.
fn read_history(centre: Node<'_, '_>) -> Result<Vec<(OffsetDateTime, CentreStatus)>, TrustListError> {
    let entries = children(centre, "ИсторияСтатусовАккредитации").flat_map(|all| all.children());
    let mut history = Vec::new();
    for entry in entries
        .chain(children(centre, "СтатусАккредитации"))
        .filter(Node::is_element)
    {
        let from = value(entry, "ДействуетС").and_then(|text| moment(&text));
        let from = from.ok_or(TrustListError::Element("ДействуетС"))?;
        let status = value(entry, "Статус").ok_or(TrustListError::Element("Статус"))?;
        history.push((from, status_of(&status)));
    }
    history.sort_by_key(|(from, _)| *from);
    history.dedup();
    Ok(history)
}

fn status_of(word: &str) -> CentreStatus {
    let word = word.to_lowercase();
    // Stems: the word occurs in more than one gender.
    if word.starts_with("действует") {
        CentreStatus::Active
    } else if word.starts_with("приостановлен") {
        CentreStatus::Suspended
    } else if ["прекращен", "прекращён", "аннулирован", "досрочно прекращен"]
        .iter()
        .any(|stem| word.starts_with(stem))
    {
        CentreStatus::Ended
    } else {
        CentreStatus::Other
    }
}

fn children<'a, 'input>(
    parent: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
    parent
        .children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn value(parent: Node<'_, '_>, name: &'static str) -> Option<String> {
    let text = text_of(children(parent, name).next()?);
    (!text.is_empty()).then_some(text)
}

/// All text of an element. A comment is not signed: put into the text by a stranger, it must not end it.
fn text_of(element: Node<'_, '_>) -> String {
    let parts = element
        .children()
        .filter(Node::is_text)
        .filter_map(|node| node.text());
    parts.collect::<String>().trim().to_owned()
}

/// xs:dateTime; without a zone it is that of Moscow, where the list is made.
fn moment(text: &str) -> Option<OffsetDateTime> {
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(at);
    }
    let local = text.split_once('.').map_or(text, |(whole, _)| whole);
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let local = PrimitiveDateTime::parse(local, &format).ok()?;
    Some(local.assume_offset(time::macros::offset!(+3)))
}
