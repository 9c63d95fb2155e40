use kabinet_domain::{Finding, Severity};
use kabinet_formats::Formats;

use crate::{AKT, BAD_AKT, REQ, TRANS, UPD, altered, encode, sample, xmllint};

fn findings(name: &str, bytes: &[u8]) -> Vec<Finding> {
    Formats::embedded().check(name, bytes).findings
}

fn only(name: &str, bytes: &[u8]) -> Finding {
    let mut all = findings(name, bytes);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

fn param<'a>(finding: &'a Finding, name: &str) -> &'a str {
    finding.params.get(name).map_or("", String::as_str)
}

#[test]
fn each_mistake_of_the_bad_sample_is_found_at_its_line_and_field() {
    let found: Vec<_> = findings(BAD_AKT, &sample(BAD_AKT))
        .into_iter()
        .map(|finding| {
            (
                finding.code,
                finding.line.unwrap_or_default(),
                finding.element.unwrap_or_default(),
            )
        })
        .collect();
    let expected = [
        ("xsd.enumeration", 2, "Файл/@ВерсФорм"),
        (
            "requisite.control-digit",
            7,
            "Файл/Документ/СвДокКрАкт/СвОтпр/ИдСв/СвЮЛУч/@ИННЮЛ",
        ),
        (
            "xsd.pattern",
            13,
            "Файл/Документ/СвДокКрАкт/СвПол/ИдСв/СвЮЛУч/@ИННЮЛ",
        ),
        (
            "xsd.missing-attribute",
            13,
            "Файл/Документ/СвДокКрАкт/СвПол/ИдСв/СвЮЛУч/@КПП",
        ),
        (
            "xsd.pattern",
            22,
            "Файл/Документ/ТаблАкт/ДогСв/ДокСв[1]/СвОпер[2]/@ДатаОпер",
        ),
        (
            "xsd.digits",
            25,
            "Файл/Документ/ТаблАкт/ДогСв/ДокСв[2]/СвОпер[1]/@СумДебет",
        ),
        ("xsd.unexpected-element", 33, "Файл/Документ/Примечание"),
    ];
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(code, line, element)| (code.to_owned(), line, element.to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn findings_say_what_stands_there_and_what_should() {
    let all = findings(BAD_AKT, &sample(BAD_AKT));
    let version = &all[0];
    assert_eq!(
        (param(version, "value"), param(version, "expected")),
        ("5.00", "5.01")
    );
    assert_eq!(param(version, "label"), "Версия формата");
    let date = all.iter().find(|finding| finding.line == Some(22)).unwrap();
    assert_eq!(param(date, "value"), "31.02.2025");
    assert_eq!(
        param(date, "rule"),
        "Дата в формате ДД.ММ.ГГГГ (01.01.1900 - 31.12.2099)"
    );
    assert!(param(date, "expected").starts_with("(((0[1-9]{1}|"));
    assert_eq!(param(all.last().unwrap(), "expected"), "Подписант");
    assert_eq!(param(&all[3], "label"), "КПП");
}

#[test]
fn every_kind_of_error_has_its_own_code() {
    for (from, to, code, expected) in [
        (" КНД=\"1110332\"", "", "xsd.missing-attribute", ""),
        (" КНД=", " КНД=\"1110332\" КНДд=", "xsd.unexpected-attribute", ""),
        ("Фамилия=\"Ромашкина\"", "Фамилия=\"\"", "xsd.length", "≥ 1"),
        (
            "ВерсПрог=\"Кабинет 0.1\"",
            "ВерсПрог=\"12345678901234567890123456789012345678901\"",
            "xsd.length",
            "≤ 40",
        ),
        ("НомСтр=\"1\"", "НомСтр=\"один\"", "xsd.type", "xs:integer"),
        ("НомСтр=\"1\"", "НомСтр=\"1234567\"", "xsd.digits", "6"),
        (
            "<ФИО Фамилия=\"Ромашкина\" Имя=\"Анна\" Отчество=\"Сергеевна\"/>",
            "",
            "xsd.missing-element",
            "ФИО",
        ),
        ("</Документ>", "</Документ><Документ/>", "xsd.extra-element", ""),
        ("</Документ>", "текст</Документ>", "xsd.text-not-allowed", ""),
        (
            "Отчество=\"Сергеевна\"/>",
            "Отчество=\"Сергеевна\"><а/></ФИО>",
            "xsd.not-empty",
            "",
        ),
    ] {
        let all = findings(AKT, &altered(AKT, from, to));
        let found = all.iter().find(|finding| finding.code == code);
        let found = found.unwrap_or_else(|| panic!("{code} is not in {all:#?}"));
        assert_eq!(param(found, "expected"), expected, "{code}");
        assert!(found.line.is_some() && found.element.is_some(), "{found:?}");
    }
}

#[test]
fn an_unknown_root_under_a_known_namespace_is_reported() {
    let trans = String::from_utf8(sample(TRANS))
        .unwrap()
        .replace("ns0:Request", "ns0:Requests");
    // Not recognised by its root, so it is plain XML and nothing is promised about it.
    assert_eq!(findings(TRANS, trans.as_bytes()), []);
}

#[test]
fn rules_inside_the_schema_are_evaluated() {
    let bytes = altered(AKT, " СумДебет=\"120000.00\"/>", "/>");
    let finding = only(AKT, &bytes);
    assert_eq!((finding.code.as_str(), finding.line), ("fns.rule", Some(21)));
    assert_eq!(param(&finding, "code"), "0400300001");
    assert_eq!(
        param(&finding, "text"),
        "Не выполнено условие обязательности присутствия хотя бы одного из элементов СумДебет или СумКредит"
    );
    let codes: Vec<_> = findings(UPD, &altered(UPD, " ДатаПер=\"16.03.2025\"", ""))
        .into_iter()
        .map(|finding| (finding.code, finding.element.unwrap_or_default()))
        .collect();
    assert!(!codes.is_empty());
    for (code, element) in codes {
        assert_eq!(
            (code.as_str(), element.as_str()),
            ("fns.rule", "Файл/Документ/СвПродПер/СвПер")
        );
    }
}

#[test]
fn the_file_name_must_repeat_the_identifier() {
    let finding = only("renamed.xml", &sample(AKT));
    assert_eq!(
        (finding.code.as_str(), finding.severity),
        ("file-name.mismatch", Severity::Error)
    );
    assert_eq!(param(&finding, "value"), "renamed");
    assert_eq!(findings(&AKT.replace(".xml", ".XML"), &sample(AKT)), []);
}

#[test]
fn parts_of_a_report_name_must_agree_with_its_content() {
    let report = |id: &str| {
        encode(&format!(
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<Файл ИдФайл=\"{id}\" ВерсФорм=\"5.11\">\
             <Документ КНД=\"1151001\" КодНО=\"9901\"><СвНП><НПЮЛ ИННЮЛ=\"9900000017\" КПП=\"990001001\"/></СвНП>\
             </Документ></Файл>"
        ))
    };
    let codes = |id: &str| -> Vec<String> {
        findings(&format!("{id}.xml"), &report(id))
            .into_iter()
            .map(|finding| finding.code)
            .collect()
    };
    assert_eq!(
        codes("NO_NDS_9901_9901_9900000017990001001_20250401_1"),
        ["xsd.absent"]
    );
    assert_eq!(
        codes("NO_NDS_9901_9902_9900000017990001001_20250401_1"),
        ["xsd.absent", "file-name.recipient"]
    );
    assert_eq!(
        codes("NO_NDS_9901_9901_9900000024990001001_20250401_1"),
        ["xsd.absent", "file-name.sender"]
    );
    assert_eq!(
        codes("NO_NDS_9901_9901_9900000017990001001_20251401_1"),
        ["xsd.absent", "file-name.date"]
    );
    assert_eq!(codes("NO_NDS_9901"), ["xsd.absent", "file-name.shape"]);
}

#[test]
fn a_schema_from_the_folder_takes_over() {
    let folder = tempfile::tempdir().unwrap();
    let schema = "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:element name=\"Файл\"><xs:complexType>\
                  <xs:sequence><xs:element name=\"Документ\"><xs:complexType><xs:attribute name=\"КНД\">\
                  <xs:simpleType><xs:restriction base=\"xs:string\"><xs:enumeration value=\"1151001\"/>\
                  </xs:restriction></xs:simpleType></xs:attribute></xs:complexType></xs:element></xs:sequence>\
                  <xs:attribute name=\"ИдФайл\"/><xs:attribute name=\"ВерсФорм\"><xs:simpleType>\
                  <xs:restriction base=\"xs:string\"><xs:enumeration value=\"5.11\"/></xs:restriction></xs:simpleType>\
                  </xs:attribute></xs:complexType></xs:element></xs:schema>";
    std::fs::write(folder.path().join("NO_NDS_1_001_00_05_11_01.xsd"), schema).unwrap();
    let formats = Formats::with_folder(folder.path()).unwrap();
    let id = "NO_NDS_9901_9901_9900000017990001001_20250401_1";
    let report = |extra: &str| {
        format!("<Файл ИдФайл=\"{id}\" ВерсФорм=\"5.11\"><Документ КНД=\"1151001\"{extra}/></Файл>")
    };
    let name = format!("{id}.xml");
    assert_eq!(formats.check(&name, report("").as_bytes()).findings, []);
    let check = formats.check(&name, report(" Х=\"1\"").as_bytes());
    assert_eq!(check.findings[0].code, "xsd.unexpected-attribute");
    assert!(check.has_errors());
}

#[test]
fn a_broken_schema_in_the_folder_is_a_warning_and_never_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let name = "fns/ON_AKTSVEROTP_1_972_01_05_01_01.xsd";
    std::fs::create_dir(folder.path().join("fns")).unwrap();
    for text in [
        "<xs:schema",
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element type='x'/></xs:schema>",
        "",
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
        let check = Formats::with_folder(folder.path())
            .unwrap()
            .check(AKT, &sample(AKT));
        assert_eq!(check.findings.len(), 1);
        assert_eq!(
            (check.findings[0].code.as_str(), check.has_errors()),
            ("xsd.unusable", false)
        );
    }
}

#[test]
fn a_schema_cannot_reach_files_outside_its_pack() {
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside.xsd");
    std::fs::write(
        &outside,
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:x'/>",
    )
    .unwrap();
    let pack = folder.path().join("pack");
    std::fs::create_dir_all(pack.join("epgu/sign_config")).unwrap();
    let schema = format!(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:import namespace='urn:x' schemaLocation='{}'/>\
         <xs:element name='signedAttachments'/></xs:schema>",
        outside.display()
    );
    std::fs::write(pack.join("epgu/sign_config/sign_config.accepted.xsd"), schema).unwrap();
    let check = Formats::with_folder(&pack)
        .unwrap()
        .check("sign_config.xml", &sample("sign_config.xml"));
    let codes: Vec<_> = check
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["xsd.incomplete"]);
    assert_eq!(param(&check.findings[0], "missing"), "outside.xsd");
}

#[test]
fn a_schema_location_inside_a_document_is_not_followed() {
    // The sample of СФР has one that leads nowhere.
    assert!(
        String::from_utf8(sample(TRANS))
            .unwrap()
            .contains("xsi:schemaLocation")
    );
    assert_eq!(findings(TRANS, &sample(TRANS)), []);
}

#[test]
fn what_siblings_of_a_schema_would_say_is_reported_as_unchecked() {
    let finding = only(REQ, &sample(REQ));
    assert_eq!(
        (finding.code.as_str(), finding.severity),
        ("xsd.incomplete", Severity::Warning)
    );
    assert_eq!(param(&finding, "missing"), "xmldsig_core_schema.xsd");
    let text = String::from_utf8(sample(REQ)).unwrap();
    // The rest is checked: namespaces with Cyrillic hosts, imported types, line numbers.
    let wrong = text.replacen("<УТ:Пол>М</УТ:Пол>", "<УТ:Пол>Х</УТ:Пол>", 1);
    let all = findings(REQ, wrong.as_bytes());
    let line = 1 + text.lines().position(|line| line.contains("<УТ:Пол>")).unwrap();
    let wrong = all
        .iter()
        .find(|finding| finding.code != "xsd.incomplete")
        .unwrap();
    assert_eq!(wrong.line, Some(u32::try_from(line).unwrap()));
    assert_eq!(wrong.element.as_deref(), Some("ЭДПФР/ЗДП/Анкета/Пол"));
    // What the missing schema would describe is let through.
    let signature =
        "<ЭлектроннаяПодпись><x:y xmlns:x='urn:x'/></ЭлектроннаяПодпись>\n    <СлужебнаяИнформация>";
    let signed = text.replacen("<СлужебнаяИнформация>", signature, 1);
    assert_eq!(only(REQ, signed.as_bytes()).code, "xsd.incomplete");
}

#[test]
fn goskey_requests_may_have_either_order_and_either_identifier() {
    let text = String::from_utf8(sample("goskey/req.xml")).unwrap();
    let (oid, snils) = (
        "<ns:OID>1000550738</ns:OID>",
        "<ns:Snils>000-729-729 38</ns:Snils>",
    );
    let published = text
        .replace(oid, "")
        .replace("</ns:SignRequest>", &format!("{oid}</ns:SignRequest>"));
    for good in [
        text.clone(),
        text.replace(oid, ""),
        text.replace(snils, ""),
        published,
    ] {
        assert_eq!(findings("req.xml", good.as_bytes()), []);
    }
    let neither = text.replace(oid, "").replace(snils, "");
    assert_eq!(
        findings("req.xml", neither.as_bytes())[0].code,
        "xsd.missing-element"
    );
    let twice = text.replace(oid, &oid.repeat(2));
    assert_eq!(
        findings("req.xml", twice.as_bytes())[0].code,
        "xsd.unexpected-element"
    );
}

#[test]
fn sign_config_may_describe_several_documents() {
    let text = String::from_utf8(sample("sign_config.xml")).unwrap();
    let (before, rest) = text.split_once("<signedDocument>").unwrap();
    let (block, after) = rest.split_once("</signedDocument>").unwrap();
    let block = format!("<signedDocument>{block}</signedDocument>");
    assert_eq!(
        findings(
            "sign_config.xml",
            format!("{before}{block}{block}{after}").as_bytes()
        ),
        []
    );
}

#[test]
fn what_is_written_of_signatures_obeys_the_published_schema() {
    use kabinet_formats::sign_config::{self, SignedFile};
    let file = |name, signatures: &[&'static str]| SignedFile {
        name,
        signatures: signatures.to_vec(),
    };
    let plain = [file("a.xml", &["a.xml.sig"]), file("b.txt", &[])];
    assert_eq!(sign_config::write(&plain), None, "names say it all");
    let [a, b] = plain;
    let both = file(
        "Договор <5> & ко.pdf",
        &["Договор <5> & ко.pdf.sig", "Договор <5> & ко.pdf.2.sig"],
    );
    let text = sign_config::write(&[a, both, b]).unwrap();
    assert_eq!(findings(sign_config::FILE, text.as_bytes()), []);
    assert_eq!(xmllint("epgu/sign_config/sign_config.xsd", text.as_bytes()), None);
    // The published schema has one block: what needs none has none.
    assert_eq!(text.matches("<signedDocument>").count(), 1);
    let read = roxmltree::Document::parse(&text).unwrap();
    let names = |element: &str| -> Vec<&str> {
        let found = read.descendants().filter(|node| node.has_tag_name(element));
        found.filter_map(|node| node.text()).collect()
    };
    assert_eq!(names("documentFileName"), ["Договор <5> & ко.pdf"]);
    assert_eq!(
        names("signFileName"),
        ["Договор <5> & ко.pdf.sig", "Договор <5> & ко.pdf.2.sig"]
    );
    let renamed = sign_config::write(&[file("a.xml", &["b.sig"])]).unwrap();
    assert!(renamed.contains("<signFileName>b.sig</signFileName>"));
}

#[test]
fn a_file_with_thousands_of_errors_gives_a_bounded_answer() {
    let line = "<СвОпер НомСтр=\"1\" ДатаОпер=\"0\" НаимОпер=\"0\" СумДебет=\"1\"/>\n".repeat(3000);
    let bytes = altered(
        AKT,
        "<СвОпер НомСтр=\"1\"",
        &format!("{line}<СвОпер НомСтр=\"1\""),
    );
    let all = findings(AKT, &bytes);
    assert!(all.len() <= 500 && all.len() > 100, "{}", all.len());
}

#[test]
fn checks_run_in_parallel() {
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (name, expected) in [(AKT, 0), (UPD, 0), (BAD_AKT, 7), (REQ, 1)] {
                    assert_eq!(findings(name, &sample(name)).len(), expected);
                }
            });
        }
    });
}
