use kabinet_formats::recognise;

use crate::{AKT, BAD_AKT, REQ, TRANS, UPD, sample};

fn format(name: &str, bytes: &[u8]) -> String {
    recognise(name, bytes).format
}

#[test]
fn the_extension_does_not_matter() {
    assert_eq!(format("a.pdf", &sample(AKT)), "fns.on_aktsverotp");
    assert_eq!(format("a.xml", b"%PDF-1.7\n"), "pdf");
    assert_eq!(format("a.xml", b"plain text"), "unknown");
    assert_eq!(format("a.xml", b""), "unknown");
}

#[test]
fn samples_are_what_they_are() {
    for (name, expected) in [
        (AKT, "fns.on_aktsverotp"),
        (BAD_AKT, "fns.on_aktsverotp"),
        (UPD, "fns.on_nschfdoppr"),
        (TRANS, "sfr.10000000109"),
        (REQ, "sfr.10000000109.req"),
        ("goskey/req.xml", "goskey.request"),
        ("sign_config.xml", "epgu.sign-config"),
    ] {
        assert_eq!(format("file", &sample(name)), expected);
    }
}

#[test]
fn formats_without_a_schema_are_at_least_named() {
    for (text, expected) in [
        (
            "<Файл ИдФайл='NO_NDS_1'><Документ КНД='1151001'/></Файл>",
            "fns.report",
        ),
        ("<Файл><Документ/></Файл>", "xml"),
        (
            "<Доверенность ВерсФорм='EMCHD_1'><Документ/></Доверенность>",
            "emchd",
        ),
        (
            "<e:Доверенность xmlns:e='urn://x-artefacts/EMCHD_1'><e:Документ/></e:Доверенность>",
            "emchd",
        ),
        (
            "<КоммерческаяИнформация xmlns='urn:1C.ru:commerceml_2'/>",
            "onec.commerceml",
        ),
        (
            "<p xmlns='http://directbank.1c.ru/XMLSchema'/>",
            "onec.direct-bank",
        ),
        (
            "<k:КоммерческаяИнформация xmlns:k='urn:1C.ru:commerceml_2' ВерсияСхемы='2.10'/>",
            "onec.commerceml",
        ),
        (
            "<Message xmlns:msg='http://www.1c.ru/SSL/Exchange/Message'><msg:Header><msg:Format>\
             http://v8.1c.ru/edi/edi_stnd/EnterpriseData/1.20</msg:Format></msg:Header><Body/></Message>",
            "onec.enterprise-data",
        ),
        ("<Message><Body/></Message>", "xml"),
        ("<Letters><Letter/></Letters>", "letters"),
        ("<Letters/>", "xml"),
        (
            "<Файл ИдФайл='ON_NKORSCHFDOPPR_1'><Документ КНД='1115133'><СвКСчФ/></Документ></Файл>",
            "fns.on_nkorschfdoppr",
        ),
        (
            "<SignRequest xmlns='urn://mpkey.gosuslugi.ru/sign_document_ukep/1.0.0'/>",
            "goskey.request-ukep",
        ),
        ("<a/>", "xml"),
        ("<a", "xml"),
        (
            "1CClientBankExchange\r\nВерсияФормата=1.03\r\n",
            "onec.bank-exchange",
        ),
        ("1CClientBankExchanges\n", "unknown"),
    ] {
        assert_eq!(format("file", text.as_bytes()), expected, "{text}");
    }
    for (bytes, expected) in [
        (&b"\xFF\xD8\xFF\xE0\0\x10JFIF"[..], "image"),
        (b"\x89PNG\r\n\x1A\n\0", "image"),
        (b"II*\0", "image"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "office"),
        (b"{\\rtf1", "office"),
        (b"\xD0\xCF\x11\xE0", "unknown"),
        (b"MZ\x90\0", "unknown"),
    ] {
        assert_eq!(format("file", bytes), expected, "{bytes:?}");
    }
    assert_eq!(format("file", b"PK\x03\x04...."), "zip");
    let signature = [
        &[0x30, 0x82, 1, 0][..],
        &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 7, 2],
        &[0; 8],
    ]
    .concat();
    assert_eq!(format("file", &signature), "signature");
}

#[test]
fn titles_come_from_the_content() {
    let title = recognise(AKT, &sample(AKT)).title;
    assert_eq!(title.number.as_deref(), Some("15"));
    assert_eq!(title.date.as_deref(), Some("31.03.2025"));
    assert_eq!(
        title.line,
        "Акт сверки взаимных расчётов, информация отправителя № 15 от 31.03.2025, \
         Общество с ограниченной ответственностью «Василёк»"
    );
    let title = recognise(UPD, &sample(UPD)).title;
    assert!(
        title
            .line
            .starts_with("Универсальный передаточный документ № 31 от 16.03.2025, "),
        "{}",
        title.line
    );
    let title = recognise(REQ, &sample(REQ)).title;
    assert_eq!(
        title.line,
        "Заявление о доставке пенсии № 2662455582 от 13.04.2023, Двадцатый Иван Сергеевич"
    );
    let report = "<Файл><Документ КНД='1151111' ОтчетГод='2025'/></Файл>";
    assert_eq!(
        recognise("x", report.as_bytes()).title.line,
        "Расчёт по страховым взносам, 2025 год"
    );
    assert_eq!(recognise("записка.txt", b"x").title.line, "записка.txt");
}
