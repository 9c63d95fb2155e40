//! Requests to Госключ, judged by `xmllint` and the schema as it was published.

use kabinet_formats::goskey::{Asked, Kind, Request};
use kabinet_formats::{Formats, recognise, service};
use time::macros::datetime;

use crate::{sample, xmllint};

fn request(kind: Kind, oid: Option<&str>) -> Request {
    let asked = |file: &str, description: &str| Asked {
        file: file.to_owned(),
        description: description.to_owned(),
    };
    Request {
        kind,
        snils: Some("900-000-001 82".to_owned()),
        oid: oid.map(str::to_owned),
        organisation: "ООО «Ромашка» & Co <i>".to_owned(),
        expires: Some(datetime!(2026-04-02 10:00:00.5 +3)),
        documents: vec![
            asked("Dogovor.pdf", "Договор.pdf"),
            asked("akt.xml", &"Очень длинное имя ".repeat(30)),
        ],
    }
}

fn text(request: &Request) -> String {
    let service = service(request.kind.service(), kabinet_domain::Environment::Production).unwrap();
    request.write(&service.title).unwrap()
}

const PUBLISHED: &str = "epgu/goskey/SignRequest.xsd";

#[test]
fn what_is_written_obeys_the_published_schema() {
    let written = text(&request(Kind::Simple, Some("1000550738")));
    assert_eq!(xmllint(PUBLISHED, written.as_bytes()), None, "{written}");
    // With one identifier the text of the specification is followed, which the schema contradicts; nothing else is wrong.
    let complaint = xmllint(PUBLISHED, text(&request(Kind::Simple, None)).as_bytes());
    assert!(
        complaint.as_ref().is_some_and(|said| said.contains("OID")),
        "{complaint:?}"
    );
    let ours = Formats::embedded().check("req.xml", text(&request(Kind::Simple, None)).as_bytes());
    assert!(ours.findings.is_empty(), "{:?}", ours.findings);
}

#[test]
fn every_kind_is_recognised_and_goes_to_its_service() {
    for (kind, format) in [
        (Kind::Simple, "goskey.request"),
        (Kind::Qualified, "goskey.request-ukep"),
        (Kind::Organisation, "goskey.request-ukep"),
        (Kind::Treasury, "goskey.request-ukep"),
    ] {
        let written = text(&request(kind, None));
        assert_eq!(recognise("req.xml", written.as_bytes()).format, format);
        let services = kabinet_formats::services_for(format, kabinet_domain::Environment::Production);
        assert!(services.iter().any(|one| one.code == kind.service()), "{kind:?}");
    }
}

#[test]
fn the_published_example_is_read_in_its_own_order_and_in_that_of_the_schema() {
    let published = String::from_utf8(sample("goskey/req.xml")).unwrap();
    assert!(
        xmllint(PUBLISHED, published.as_bytes()).is_some(),
        "the published example breaks the published schema"
    );
    let read = Request::read(published.as_bytes()).unwrap();
    assert_eq!(
        (read.kind, read.snils.as_deref(), read.oid.as_deref()),
        (Kind::Simple, Some("000-729-729 38"), Some("1000550738"))
    );
    assert_eq!(read.documents[0].description, "Документ1");
    assert_eq!(read.expires, Some(datetime!(2022-04-28 17:22 +3)));
    assert_eq!(read.organisation, "ООО \"СИМЭНЕРГО\"");

    let oid = "<ns:OID>1000550738</ns:OID>";
    let reordered = published
        .replacen(oid, "", 1)
        .replace("</ns:SignRequest>", &format!("{oid}</ns:SignRequest>"));
    assert_eq!(xmllint(PUBLISHED, reordered.as_bytes()), None);
    assert_eq!(Request::read(reordered.as_bytes()), Some(read));
    assert_eq!(Request::read(b"<a/>"), None);
}
