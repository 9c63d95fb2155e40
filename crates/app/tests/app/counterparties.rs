//! Counterparties for forms: known from drafts, documents and bank statements, without a network.

use std::io::Write;
use std::process::{Command, Stdio};

use kabinet_app::view::Counterparty;
use kabinet_testkit::{AKT, sample};

use crate::desk::Desk;

const FORM: &str = "fns.on_aktsverotp";

const STATEMENT: &str = "1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
ДатаНачала=01.04.2026
ДатаКонца=02.04.2026
РасчСчет=40702810638050013199
СекцияДокумент=Платежное поручение
Номер=17
Дата=01.04.2026
Сумма=1200.00
ПлательщикСчет=40702810138030000017
Плательщик1=ООО \"Вымысел\"
ПлательщикИНН=9204563745
ПлательщикКПП=920401001
ПлательщикБИК=046577964
ПолучательСчет=40702810638050013199
Получатель1=ООО \"Свой\"
КонецДокумента
СекцияДокумент=Платежное поручение
Номер=18
Дата=02.04.2026
Сумма=5.00
ПлательщикСчет=40802810138030000018
Плательщик1=Индивидуальный предприниматель Васильков Пётр Ильич
ПлательщикИНН=500100732259
ПолучательСчет=40702810638050013199
Получатель1=ООО \"Свой\"
КонецДокумента
КонецФайла
";

fn lines(all: &[Counterparty]) -> Vec<(&str, &str, Option<&str>)> {
    all.iter()
        .map(|one| (one.name.as_str(), one.inn.as_str(), one.kpp.as_deref()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_known_from_drafts_documents_and_statements_once_each() {
    let desk = Desk::new().await;
    assert_eq!(desk.app.counterparties().await.unwrap(), []);

    let statement = desk.path("kl_to_1c.txt");
    std::fs::write(&statement, in_windows_1251(STATEMENT)).unwrap();
    desk.import(&[statement]).await;
    desk.import(&[sample(AKT)]).await;
    let known = desk.app.counterparties().await.unwrap();
    let found = lines(&known);
    assert!(
        found.contains(&("ООО \"Вымысел\"", "9204563745", Some("920401001"))),
        "{found:?}"
    );
    assert!(
        found.contains(&("Васильков Пётр Ильич", "500100732259", None)),
        "{found:?}"
    );
    let recipient = known
        .iter()
        .find(|one| one.inn == "9900000024")
        .expect("the act's other side");
    assert_eq!(recipient.facts["kpp"], "990001001");
    assert_eq!(recipient.facts["kind"], "organisation");
    assert!(
        !found.iter().any(|(_, inn, _)| *inn == "9900000017"),
        "the organisation itself: {found:?}"
    );

    // A draft knows more of one of them; it stays one.
    let draft = desk.app.new_draft(FORM).await.unwrap();
    let mut fields = draft.fields.clone();
    for (field, value) in [
        ("recipient.kind", "organisation"),
        ("recipient.name", "Общество «Вымысел»"),
        ("recipient.inn", "9204563745"),
        ("recipient.kpp", "920401001"),
        ("recipient.email", "office@example.org"),
    ] {
        fields.insert(field.to_owned(), value.to_owned());
    }
    desk.app
        .save_draft(&draft.id, draft.revision, fields)
        .await
        .unwrap();
    let again = desk.app.counterparties().await.unwrap();
    assert_eq!(again.len(), known.len());
    let told = again.iter().find(|one| one.inn == "9204563745").unwrap();
    assert_eq!(
        (told.name.as_str(), told.facts["email"].as_str()),
        ("Общество «Вымысел»", "office@example.org")
    );
}

/// As the format wants it, by another program.
fn in_windows_1251(text: &str) -> Vec<u8> {
    let mut iconv = Command::new("iconv")
        .args(["-f", "utf-8", "-t", "windows-1251"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("iconv is installed");
    iconv.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = iconv.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}
