//! Finding documents by what stands in them.

use kabinet_app::view::{Days, DocumentQuery, Order};
use kabinet_testkit::{AKT, AKT_INVALID, UPD, sample};

use crate::desk::{Desk, code};

fn words(text: &str) -> DocumentQuery {
    DocumentQuery {
        text: text.to_owned(),
        limit: 10,
        ..DocumentQuery::default()
    }
}

async fn ids(desk: &Desk, query: DocumentQuery) -> Vec<String> {
    let list = desk.app.documents(query).await.unwrap();
    assert_eq!(
        (list.total as usize, list.more, list.unread),
        (list.rows.len(), false, 0)
    );
    list.rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_found_by_what_stands_in_it() {
    let desk = Desk::new().await;
    let akt = desk.import(&[sample(AKT)]).await;
    desk.import(&[sample(UPD)]).await;
    for query in [
        "реализация услуг",
        "услугами реализации",
        "Д-7/2024",
        "д7/2024",
        "9900000024 василёк",
        "84 500,50",
        "84500.5 ",
        "16.03.2025",
        "16 марта 2025",
        "ромашкиной анне",
        "платежных поручений 41",
    ] {
        assert!(ids(&desk, words(query)).await.contains(&akt), "{query}");
    }
    for query in ["84 500,51", "17.03.2025 услуг", "незабудка"] {
        assert_eq!(ids(&desk, words(query)).await, [""; 0], "{query}");
    }
    // The labels of a form stand in every document of it and are no content.
    assert_eq!(
        ids(&desk, words("наименование контрагента отправителя")).await,
        [""; 0]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_file_and_a_plain_text_are_found_by_their_lines() {
    let desk = Desk::new().await;
    let (bank, letter) = (desk.path("kl_to_1c.txt"), desk.path("letter.txt"));
    let lines = "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=Windows\r\nСекцияДокумент=Платежное поручение\r\nНомер=815\r\n\
                 Дата=07.05.2025\r\nСумма=48212.30\r\nПолучатель=ООО Незабудка\r\nКонецДокумента\r\nКонецФайла\r\n";
    let in_cp1251: Vec<u8> = lines
        .chars()
        .map(|letter| match u32::from(letter) {
            code @ 0..=0x7f => code as u8,
            code => (code - 0x410 + 0xc0) as u8,
        })
        .collect();
    std::fs::write(&bank, in_cp1251).unwrap();
    std::fs::write(&letter, "Просим вернуть переплату за электроэнергию\n").unwrap();
    let (bank, letter) = (desk.import(&[bank]).await, desk.import(&[letter]).await);
    assert_eq!(ids(&desk, words("незабудке 48 212,30 7 мая 2025")).await, [bank]);
    assert_eq!(ids(&desk, words("переплаты электроэнергии")).await, [letter]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_in_the_text_is_shown_and_the_words_of_the_title_are_marked() {
    let desk = Desk::new().await;
    let akt = desk.import(&[sample(AKT)]).await;
    let list = desk.app.documents(words("сверки услуг")).await.unwrap();
    let title: Vec<u16> = list.rows[0].title.encode_utf16().collect();
    let mark = list.rows[0].marks[0];
    assert_eq!(
        String::from_utf16_lossy(&title[mark.from as usize..mark.to as usize]),
        "сверки"
    );

    let passages = desk
        .app
        .passages(std::slice::from_ref(&akt), "сверки услуг".to_owned())
        .await
        .unwrap();
    assert_eq!(
        (passages.len(), passages[0].document_id.as_str()),
        (1, akt.as_str())
    );
    assert_eq!(passages[0].text, "Реализация услуг");
    assert!(!passages[0].label.is_empty());
    let none = desk.app.passages(&[akt], "сверки".to_owned()).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_orders_and_kinds_are_those_of_the_archive() {
    let desk = Desk::new().await;
    let signed = desk.signed_akt().await;
    let upd = desk.import(&[sample(UPD)]).await;
    let query = |signed| DocumentQuery {
        signed: Some(signed),
        ..words("")
    };
    assert_eq!(ids(&desk, query(true)).await, [signed]);
    assert_eq!(ids(&desk, query(false)).await, std::slice::from_ref(&upd));
    let title = DocumentQuery {
        order: Order::Title,
        ..words("")
    };
    let backwards = DocumentQuery {
        order: Order::TitleBackwards,
        ..words("")
    };
    let mut there = ids(&desk, title).await;
    there.reverse();
    assert_eq!(ids(&desk, backwards).await, there);

    let kinds = desk.app.document_formats().await.unwrap();
    assert_eq!(kinds.len(), 2);
    assert!(
        kinds
            .iter()
            .all(|kind| kind.documents == 1 && kind.name.contains(' ')),
        "{kinds:?}"
    );
    let only = DocumentQuery {
        formats: vec!["fns.on_nschfdoppr".to_owned()],
        ..words("")
    };
    assert_eq!(ids(&desk, only).await, [upd]);

    let days = |from: &str, to: &str| Days {
        from: Some(from.to_owned()),
        to: Some(to.to_owned()),
    };
    let long_ago = DocumentQuery {
        added: days("2001-01-01", "2001-12-31"),
        ..words("")
    };
    assert_eq!(ids(&desk, long_ago).await, [""; 0]);
    let ever = DocumentQuery {
        added: days("2001-01-01", "2199-12-31"),
        ..words("")
    };
    assert_eq!(ids(&desk, ever).await.len(), 2);
    let nonsense = DocumentQuery {
        added: days("2001-02-31", ""),
        ..words("")
    };
    assert_eq!(code(desk.app.documents(nonsense).await), "app.not-a-day");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_without_its_text_is_read_in_the_background() {
    let desk = Desk::new().await;
    let id = desk.queued_akt().await;
    desk.sign_in().await.unwrap();
    desk.work_to_the_end().await;
    // The results of the order brought files that nobody has read yet.
    let before = desk.app.documents(words("василёк")).await.unwrap();
    assert_eq!(before.unread, 1);
    assert_eq!(desk.app.read_documents().await, 1);
    assert_eq!(ids(&desk, words("реализация услуг")).await, [id]);
    assert_eq!(desk.app.read_documents().await, 0);
    desk.app.lock().await;
    assert_eq!(desk.app.read_documents().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_are_kept_under_names() {
    let desk = Desk::new().await;
    let query = DocumentQuery {
        signed: Some(true),
        order: Order::Title,
        offset: 7,
        ..words("акты")
    };
    let saved = desk
        .app
        .save_search(None, "  Мои   акты ".to_owned(), query.clone())
        .await
        .unwrap();
    let kept = DocumentQuery {
        offset: 0,
        limit: 0,
        ..query.clone()
    };
    assert_eq!((saved[0].name.as_str(), &saved[0].query), ("Мои акты", &kept));
    for (name, expected) in [("мои АКТЫ", "app.search-name-taken"), (" ", "app.search-name")] {
        assert_eq!(
            code(desk.app.save_search(None, name.to_owned(), query.clone()).await),
            expected
        );
    }
    assert_eq!(
        code(desk.app.save_search(None, "ж".repeat(81), query.clone()).await),
        "app.search-name"
    );
    let renamed = desk
        .app
        .save_search(Some(saved[0].id.clone()), "Акты".to_owned(), query)
        .await
        .unwrap();
    assert_eq!((renamed.len(), renamed[0].name.as_str()), (1, "Акты"));
    assert!(desk.app.delete_search(&renamed[0].id).await.unwrap().is_empty());
    assert_eq!(
        code(desk.app.delete_search(&renamed[0].id).await),
        "store.no-saved-search"
    );
    assert_eq!(code(desk.app.delete_search("nonsense").await), "app.not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistaken_document_is_found_like_any_other() {
    let desk = Desk::new().await;
    let id = desk.import(&[sample(AKT_INVALID)]).await;
    assert_eq!(ids(&desk, words("«василёк»")).await, [id]);
}
