//! The form of a qualified certificate, and the list of accredited authorities.

use base64ct::{Base64, Encoding as _};
use kabinet_pki::oid::{attribute as a, extension as id};
use kabinet_pki::tlv::{tag, write};
use kabinet_pki::trust_list::{
    Accreditation, AnchorSource, Anchors, CentreStatus, TrustList, TrustListError, VerifiedBy,
};
use kabinet_pki::{
    Certificate, DigestAlgorithm, DistinguishedName, Identification, Oid, QualificationProblem as P,
    QualificationStatus, Requisite as R, qualification,
};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::authority::now;
use crate::made::{Made, Plan, extension, policies};

const AUTHORITY: [(Oid, &str); 8] = [
    (a::COMMON_NAME, "Учебный УЦ"),
    (a::COUNTRY, "RU"),
    (a::STATE, "77 Москва"),
    (a::LOCALITY, "Москва"),
    (a::STREET, "ул. Учебная, 1"),
    (a::ORGANISATION, "АО «Учебный УЦ»"),
    (a::OGRN, "1027700132195"),
    (a::INN_LE, "7707083893"),
];

const DIRECTOR: [(Oid, &str); 13] = [
    (a::COMMON_NAME, "ООО «Ромашка»"),
    (a::SURNAME, "Иванов"),
    (a::GIVEN_NAME, "Иван Иванович"),
    (a::COUNTRY, "RU"),
    (a::STATE, "77 Москва"),
    (a::LOCALITY, "Москва"),
    (a::STREET, "ул. Полевая, 2"),
    (a::ORGANISATION, "ООО «Ромашка»"),
    (a::TITLE, "Директор"),
    (a::OGRN, "1027700132195"),
    (a::SNILS, "11223344595"),
    (a::INN, "500100732259"),
    (a::INN_LE, "7707083893"),
];

const PROPRIETOR: [(Oid, &str); 7] = [
    (a::COMMON_NAME, "Иванов Иван Иванович"),
    (a::SURNAME, "Иванов"),
    (a::GIVEN_NAME, "Иван Иванович"),
    (a::COUNTRY, "RU"),
    (a::OGRNIP, "304500116000157"),
    (a::SNILS, "11223344595"),
    (a::INN, "500100732259"),
];

fn issuer() -> Made {
    Made::root(Plan {
        subject: DistinguishedName::from_attributes(&AUTHORITY),
        ..Plan::authority("")
    })
}

fn plan(subject: &[(Oid, &str)]) -> Plan {
    let text = |text: &str| write::utf8_string(text);
    let tools = write::sequence(&[text("СКЗИ"), text("УЦ"), text("№ 1"), text("№ 2")]);
    Plan {
        subject: DistinguishedName::from_attributes(subject),
        ..Plan::named("")
    }
    .with(policies(&[
        Oid::new_unwrap("1.2.643.100.113.1"),
        Oid::new_unwrap("1.2.643.100.113.2"),
    ]))
    .with(extension(id::SUBJECT_SIGN_TOOL, false, text("Токен 2.0")))
    .with(extension(id::ISSUER_SIGN_TOOL, false, tools))
    .with(extension(id::IDENTIFICATION_KIND, false, write::integer(&[0])))
}

fn without(subject: &[(Oid, &'static str)], oid: Oid) -> Vec<(Oid, &'static str)> {
    subject
        .iter()
        .copied()
        .filter(|(found, _)| *found != oid)
        .collect()
}

fn problems(certificate: &Certificate, issuer: &Made) -> Vec<P> {
    let list = list(&xml(issuer, &["Действует 2020-01-01T00:00:00+03:00"]), issuer).expect("readable");
    qualification(certificate, Some(&issuer.certificate), Some(&list), now()).problems
}

#[test]
fn owners_of_every_kind_are_held_to_their_requisites() {
    let issuer = issuer();
    let person = without(&PROPRIETOR, a::OGRNIP);
    let automatic = [a::SURNAME, a::GIVEN_NAME, a::TITLE, a::SNILS, a::INN]
        .into_iter()
        .fold(DIRECTOR.to_vec(), |subject, oid| without(&subject, oid));
    for (subject, required) in [
        (
            DIRECTOR.to_vec(),
            vec![
                (a::COMMON_NAME, R::CommonName),
                (a::SURNAME, R::Surname),
                (a::GIVEN_NAME, R::GivenName),
                (a::COUNTRY, R::Country),
                (a::STATE, R::State),
                (a::LOCALITY, R::Locality),
                (a::STREET, R::Street),
                (a::ORGANISATION, R::Organisation),
                (a::TITLE, R::Title),
                (a::OGRN, R::Ogrn),
                (a::SNILS, R::Snils),
                (a::INN, R::Inn),
                (a::INN_LE, R::InnLe),
            ],
        ),
        (
            PROPRIETOR.to_vec(),
            vec![(a::SURNAME, R::Surname), (a::SNILS, R::Snils), (a::INN, R::Inn)],
        ),
        (
            person,
            vec![
                (a::GIVEN_NAME, R::GivenName),
                (a::SNILS, R::Snils),
                (a::INN, R::Inn),
            ],
        ),
        (automatic, vec![(a::OGRN, R::Ogrn), (a::INN_LE, R::InnLe)]),
    ] {
        let whole = issuer.issue(plan(&subject)).certificate;
        assert_eq!(problems(&whole, &issuer), [], "{:?}", whole.subject());
        for (oid, requisite) in required {
            let lacking = issuer.issue(plan(&without(&subject, oid))).certificate;
            assert_eq!(problems(&lacking, &issuer), [P::Subject(requisite)]);
        }
    }
}

#[test]
fn the_old_form_of_certificates_is_read() {
    let issuer = issuer();
    // ИНН of the organisation under the attribute of a person, and neither kind of identification nor ИНН of the person.
    let mut subject = without(&without(&DIRECTOR, a::INN_LE), a::INN);
    subject.push((a::INN, "007707083893"));
    let mut old = plan(&subject);
    old.extensions.retain(|one| one.oid != id::IDENTIFICATION_KIND);
    old.not_before = datetime!(2021-06-01 00:00 UTC);
    assert_eq!(problems(&issuer.issue(old).certificate, &issuer), []);
    let mut new = plan(&subject);
    new.extensions.retain(|one| one.oid != id::IDENTIFICATION_KIND);
    let found = problems(&issuer.issue(new).certificate, &issuer);
    assert_eq!(found, [P::Subject(R::Inn), P::IdentificationKind]);
}

#[test]
fn extensions_that_are_missing_or_broken_are_found() {
    let issuer = issuer();
    for (oid, broken, problem) in [
        (
            id::CERTIFICATE_POLICIES,
            write::sequence(&[&[][..]]),
            P::ToolClass,
        ),
        (id::SUBJECT_SIGN_TOOL, write::utf8_string(" "), P::SubjectSignTool),
        (
            id::ISSUER_SIGN_TOOL,
            write::sequence(&[write::utf8_string("один")]),
            P::IssuerSignTool,
        ),
        (
            id::IDENTIFICATION_KIND,
            write::integer(&[9]),
            P::IdentificationKind,
        ),
    ] {
        let mut lacking = plan(&DIRECTOR);
        lacking.extensions.retain(|one| one.oid != oid);
        assert_eq!(problems(&issuer.issue(lacking).certificate, &issuer), [problem]);
        let mut wrong = plan(&DIRECTOR);
        wrong
            .extensions
            .iter_mut()
            .filter(|one| one.oid == oid)
            .for_each(|one| one.value = broken.clone());
        assert_eq!(problems(&issuer.issue(wrong).certificate, &issuer), [problem]);
    }
    let good = issuer.issue(plan(&DIRECTOR)).certificate;
    let found = qualification(&good, None, None, now());
    assert_eq!(
        (found.status, found.problems),
        (QualificationStatus::Unknown, vec![P::NoList])
    );
    assert_eq!(
        (found.tool_class, found.subject_tool.as_deref()),
        (Some("КС2"), Some("Токен 2.0"))
    );
    assert_eq!(found.identification, Some(Identification::Personal));
}

#[test]
fn multi_valued_names_and_old_string_types_are_read() {
    let attribute = |oid: Oid, string_tag: u8, octets: &[u8]| {
        write::sequence(&[write::oid(&oid), write::value(string_tag, octets)])
    };
    let utf16: Vec<u8> = "Иванов".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let der = write::sequence(&[
        write::set_of(vec![
            attribute(a::SURNAME, tag::BMP_STRING, &utf16),
            attribute(a::GIVEN_NAME, tag::UTF8_STRING, "Иван".as_bytes()),
        ]),
        write::set_of(vec![
            attribute(a::COMMON_NAME, tag::TELETEX_STRING, b"M\xfcller"),
            attribute(a::INN, tag::NUMERIC_STRING, b"007707083893"),
            attribute(a::OGRN, tag::PRINTABLE_STRING, b"1027700132195"),
        ]),
    ]);
    let name = kabinet_pki::tlv::Tlv::from_der(&der)
        .and_then(DistinguishedName::read)
        .expect("written here");
    let subject = kabinet_pki::Subject::of(&name);
    assert_eq!(subject.person_name().as_deref(), Some("Иванов Иван"));
    assert_eq!(subject.common_name.as_deref(), Some("Müller"));
    assert_eq!(
        (subject.organisation_inn(), subject.person_inn()),
        (Some("7707083893"), None)
    );
    assert!(matches!(
        subject.acts_for(),
        kabinet_pki::ActsFor::Organisation { ogrn: Some(_), .. }
    ));
}

/// A list with one authority; statuses as «word moment».
fn xml(issuer: &Made, statuses: &[&str]) -> String {
    let status = |name: &str, text: &str| {
        let (word, from) = text.rsplit_once(' ').expect("word and moment");
        format!("<{name}><Статус>{word}</Статус><ДействуетС>{from}</ДействуетС></{name}>")
    };
    let history: String = statuses
        .iter()
        .map(|text| status("СтатусАккредитации", text))
        .collect();
    let current = statuses
        .last()
        .map(|text| status("СтатусАккредитации", text))
        .unwrap_or_default();
    let data = Base64::encode_string(issuer.certificate.der());
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>
<АккредитованныеУдостоверяющиеЦентры><Версия>7</Версия><Дата>2024-05-01T10:00:00.123</Дата>
<УдостоверяющийЦентр><Название>АО «Учебный УЦ»</Название><ЭлектроннаяПочта>a@b.test</ЭлектроннаяПочта>
<ПрограммноАппаратныеКомплексы><ПрограммноАппаратныйКомплекс><Псевдоним>ПАК 1</Псевдоним>
<КлассСредствЭП>КС2</КлассСредствЭП><КлючиУполномоченныхЛиц><Ключ><ИдентификаторКлюча>AQ==</ИдентификаторКлюча>
<АдресаСписковОтзыва><Адрес>http://pki.test/1.crl</Адрес><Адрес>ldap://pki.test</Адрес></АдресаСписковОтзыва>
<Сертификаты><ДанныеСертификата><Отпечаток>00</Отпечаток><Данные>
{data}</Данные></ДанныеСертификата></Сертификаты></Ключ></КлючиУполномоченныхЛиц></ПрограммноАппаратныйКомплекс>
</ПрограммноАппаратныеКомплексы><ИНН>7707083893</ИНН><ОГРН>1027700132195</ОГРН>
<РеестровыйНомер>1</РеестровыйНомер>{current}<ИсторияСтатусовАккредитации>{history}</ИсторияСтатусовАккредитации>
</УдостоверяющийЦентр><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></АккредитованныеУдостоверяющиеЦентры>"
    )
}

fn list(xml: &str, signer: &Made) -> Result<TrustList, TrustListError> {
    let digest = DigestAlgorithm::Sha256.digest(xml.as_bytes());
    let verified = VerifiedBy {
        signer: signer.certificate.clone(),
        document: digest.try_into().expect("32 octets"),
    };
    TrustList::from_verified(xml.as_bytes(), &verified)
}

#[test]
fn the_list_says_who_was_accredited_when() {
    let (issuer, stranger) = (issuer(), Made::root(Plan::authority("чужой")));
    let text = xml(
        &issuer,
        &[
            "Действует 2020-01-01T00:00:00+03:00",
            "Приостановлена 2022-01-01T00:00:00+03:00",
            "Действует 2022-02-01T00:00:00",
            "Досрочно прекращена 2023-01-01T00:00:00+03:00",
        ],
    );
    let read = list(&text, &issuer).expect("readable");
    assert_eq!((read.version, read.issued), (7, datetime!(2024-05-01 10:00 +3)));
    let centre = &read.centres[0];
    assert_eq!(
        (centre.inn.as_deref(), centre.ogrn.as_deref()),
        (Some("7707083893"), Some("1027700132195"))
    );
    assert_eq!(centre.certificates, std::slice::from_ref(&issuer.certificate));
    assert_eq!(
        (&centre.crl_urls[..], &centre.tool_classes[..]),
        (&["http://pki.test/1.crl".to_owned()][..], &["КС2".to_owned()][..])
    );
    assert_eq!(
        centre.history.len(),
        4,
        "the current status is one of the history"
    );
    assert_eq!(centre.history[3].1, CentreStatus::Ended);
    for (at, wanted) in [
        (datetime!(2019-12-31 00:00 +3), Accreditation::NotListed),
        (datetime!(2021-06-01 00:00 +3), Accreditation::Yes),
        (
            datetime!(2022-01-15 00:00 +3),
            Accreditation::Suspended {
                since: datetime!(2022-01-01 00:00 +3),
            },
        ),
        (datetime!(2022-06-01 00:00 +3), Accreditation::Yes),
        (
            datetime!(2024-01-01 00:00 +3),
            Accreditation::No {
                since: datetime!(2023-01-01 00:00 +3),
            },
        ),
    ] {
        assert_eq!(read.accredited(&issuer.certificate, at), wanted, "{at}");
        assert_eq!(
            read.accredited(&stranger.certificate, at),
            Accreditation::NotListed
        );
    }
    let leaf = issuer.issue(plan(&DIRECTOR)).certificate;
    let at = |at: OffsetDateTime| qualification(&leaf, Some(&issuer.certificate), Some(&read), at).status;
    assert_eq!(at(datetime!(2022-06-01 00:00 +3)), QualificationStatus::Qualified);
    assert_eq!(
        at(datetime!(2022-01-15 00:00 +3)),
        QualificationStatus::NotQualified
    );
    assert_eq!(
        at(datetime!(2024-01-01 00:00 +3)),
        QualificationStatus::NotQualified
    );
    assert_eq!(at(datetime!(2019-01-01 00:00 +3)), QualificationStatus::Unknown);
}

#[test]
fn a_list_is_taken_only_as_verified_and_never_older() {
    let issuer = issuer();
    let text = xml(&issuer, &["Действует 2020-01-01T00:00:00+03:00"]);
    let other = VerifiedBy {
        signer: issuer.certificate.clone(),
        document: [0; 32],
    };
    assert_eq!(
        TrustList::from_verified(text.as_bytes(), &other),
        Err(TrustListError::OtherDocument)
    );
    let kept = list(&text, &issuer).expect("readable");
    for older in [
        text.replace("<Версия>7<", "<Версия>6<"),
        text.replace("2024-05-01T", "2024-04-30T"),
    ] {
        let older = list(&older, &issuer).expect("readable");
        assert_eq!(older.replacing(Some(&kept)), Err(TrustListError::RolledBack));
    }
    let newer = list(&text.replace("<Версия>7<", "<Версия>8<"), &issuer).expect("readable");
    assert_eq!(newer.replacing(Some(&kept)).map(|list| list.version), Ok(8));
    for broken in [
        "<x/>".to_owned(),
        text.replace("<Версия>7</Версия>", ""),
        text.replace("Дата>", "Число>"),
        text.replace("2020-01-01T00:00:00+03:00", "вчера"),
        text.replace("<Данные>", "<Данные>*"),
        format!(
            "<!DOCTYPE x [<!ENTITY a \"b\">]>{}",
            text.split_once("?>").expect("declaration").1
        ),
        text[..text.len() - 5].to_owned(),
    ] {
        let error = list(&broken, &issuer).expect_err("broken");
        assert_eq!(error.code(), "pki.trust-list-unreadable");
    }
}

#[test]
fn a_comment_that_no_signature_covers_ends_no_text() {
    let issuer = issuer();
    let text = xml(&issuer, &["Действует 2020-01-01T00:00:00Z"])
        .replace("<Версия>7", "<Версия><!-- -->1<!-- -->7")
        .replace("<ИНН>7707", "<ИНН>77<!-- -->07");
    let read = list(&text, &issuer).expect("readable");
    assert_eq!(
        (read.version, read.centres[0].inn.as_deref()),
        (17, Some("7707083893"))
    );
}

#[test]
fn own_roots_stay_apart_from_the_list() {
    let (listed, own) = (issuer(), Made::root(Plan::authority("свой")));
    let anchors = Anchors {
        list: list(&xml(&listed, &["Действует 2020-01-01T00:00:00Z"]), &listed).ok(),
        beside: vec![(AnchorSource::Administrator, own.certificate.clone())],
    };
    assert_eq!(anchors.source_of(&listed.certificate), Some(AnchorSource::List));
    assert_eq!(
        anchors.source_of(&own.certificate),
        Some(AnchorSource::Administrator)
    );
    assert_eq!(
        anchors.source_of(&own.issue(Plan::named("лист")).certificate),
        None
    );
    assert_eq!(anchors.to_trust().anchors, [listed.certificate, own.certificate]);
    let soon = now() + Duration::days(1);
    assert_eq!(
        anchors
            .list
            .map(|list| list.accredited(&anchors.beside[0].1, soon)),
        Some(Accreditation::NotListed)
    );
}
