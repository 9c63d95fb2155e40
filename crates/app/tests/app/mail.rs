//! Госпочта: nothing is delivered without somebody's act, and the portal's own record says so.

use kabinet_app::view::{
    EndedQuery, LetterDeletion, LetterForm, LetterRef, MailLetter, MailRowState, MailView, OpenLetter, Stage,
    Verdict, WrittenAnswer,
};
use kabinet_testkit::Stand;
use serde_json::{Value, json};
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime};

use crate::desk::{Desk, code};

const API: &str = "/api/gusmev/proxy/geps-api-ext/*";

/// Signed in as the head, at a portal that has lists ready at once.
async fn head() -> Desk {
    let stand = Stand::start();
    stand.set(&json!({"mail_delay_s": 0}));
    let desk = Desk::with(stand, kabinet_portal::Options::default()).await;
    desk.only_api_key(&desk.stand.api_key("director")).await.unwrap();
    desk.drawer.add(&desk.stand, "0002", &["director"]);
    desk.app.rescan_tokens().await.unwrap();
    desk.sign_in_as("director").await.unwrap();
    desk
}

fn day(ago: Duration) -> String {
    let at = (OffsetDateTime::now_utc() - ago).to_offset(offset!(+3));
    at.format(format_description!("[year]-[month]-[day]")).unwrap()
}

fn asked(desk: &Desk) -> usize {
    desk.stand.requests_to("GET", API) + desk.stand.requests_to("POST", API)
}

/// What the portal takes for delivered.
fn delivered(desk: &Desk) -> Vec<Value> {
    let mut letters = desk.stand.letters();
    letters.retain(|letter| !letter["deliveredAt"].is_null());
    letters
}

/// Orders the list of a letter put in now, and takes it in.
async fn listed(desk: &Desk, sender: &str) -> LetterRef {
    // A list ends at the moment it is ordered; a minute ago is in it, unless that was yesterday.
    let view = desk
        .app
        .request_mail(vec![day(Duration::minutes(1))])
        .await
        .unwrap();
    let view = desk.app.look_at_mail(&view.tasks[0].id).await.unwrap();
    of(&view, sender)
}

fn of(view: &MailView, sender: &str) -> LetterRef {
    let found = view.letters.iter().find(|row| row.sender == sender);
    found.unwrap_or_else(|| panic!("{view:?}")).letter.clone()
}

async fn opened(desk: &Desk, letter: &LetterRef) -> MailLetter {
    desk.app.open_letter(understood(letter)).await.unwrap()
}

fn understood(letter: &LetterRef) -> OpenLetter {
    OpenLetter {
        letter: letter.clone(),
        understood: true,
    }
}

fn notice(attachments: Value) -> Value {
    json!({"title": "Росреестр", "subtitle": "Уведомление", "ago_s": 60,
        "html": "<p>Срок — пять дней</p><script>steal()</script><img src=https://spy.example/x.png>",
        "params": {"Номер": "7"}, "attachments": attachments})
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_for_or_delivered_without_an_act() {
    let desk = head().await;
    desk.app.sync_now().await.unwrap();
    desk.app.work_outbox().await;
    desk.app.network_changed().await;
    desk.app.mail().await.unwrap();
    desk.app.lock().await;
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.app.mail().await.unwrap();
    assert_eq!(asked(&desk), 0);
    assert_eq!(delivered(&desk), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_delivers_nothing_and_an_opened_letter_is_delivered_once_and_by_name() {
    let desk = head().await;
    desk.stand.put_letter(&notice(json!([])));
    let letter = listed(&desk, "Росреестр").await;
    assert_eq!(delivered(&desk), Vec::<Value>::new());
    let refused = desk
        .app
        .open_letter(OpenLetter {
            understood: false,
            ..understood(&letter)
        })
        .await;
    assert_eq!(code(refused), "mail.not-confirmed");
    assert_eq!(delivered(&desk), Vec::<Value>::new());

    let holder = desk.app.state().await.session.unwrap().holder;
    let view = opened(&desk, &letter).await;
    let text = view.text.unwrap();
    assert!(text.contains("Срок — пять дней"), "{text}");
    assert!(!text.contains("steal") && !text.contains("spy.example"), "{text}");
    assert_eq!(
        (view.row.state, view.row.who.as_deref()),
        (MailRowState::Opened, Some(&*holder))
    );
    let known = delivered(&desk);
    assert_eq!((known.len(), &known[0]["title"]), (1, &json!("Росреестр")));

    // Reading it again is reading the vault.
    desk.stand.forget_requests();
    opened(&desk, &letter).await;
    desk.app.letter(letter).await.unwrap();
    assert_eq!(asked(&desk), 0);
    let journal = desk.journal().await;
    let by = |action: &str| -> Vec<String> {
        let entries = journal.iter().filter(|entry| entry.action == action);
        entries.map(|entry| entry.actor.clone()).collect()
    };
    for action in [
        "mail-list-requested",
        "mail-list-fetched",
        "mail-opening",
        "mail-opened",
    ] {
        assert_eq!(by(action), std::slice::from_ref(&holder), "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_neither_head_nor_administrator_is_told_so() {
    let desk = Desk::signed_in().await;
    let refused = desk.app.request_mail(vec![day(Duration::ZERO)]).await;
    assert_eq!(code(refused), "mail.not-allowed");
    let view = desk.app.mail().await.unwrap();
    assert!(view.refused);
    assert!(view.tasks.is_empty());
    assert!(desk.actions().await.contains(&"refused-by-portal".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portals_limits_are_never_met() {
    let desk = head().await;
    desk.stand.set(&json!({"mail_delay_s": 3600}));
    let days: Vec<String> = (0..6).map(|ago| day(Duration::days(ago))).collect();
    // All or none.
    assert_eq!(
        code(desk.app.request_mail(days.clone()).await),
        "mail.searches-spent"
    );
    assert_eq!(asked(&desk), 0);
    let view = desk.app.request_mail(days[..5].to_vec()).await.unwrap();
    assert_eq!((view.budget.searches_left, view.budget.fetches_left), (0, 15));
    assert_eq!(
        code(desk.app.request_mail(days[5..].to_vec()).await),
        "mail.searches-spent"
    );
    for left in (0..15).rev() {
        let view = desk.app.look_at_mail(&view.tasks[0].id).await.unwrap();
        assert_eq!(
            (view.budget.fetches_left, &*view.tasks[0].state),
            (left, "preparing")
        );
    }
    assert_eq!(
        code(desk.app.look_at_mail(&view.tasks[0].id).await),
        "mail.fetches-spent"
    );
    let requests = (
        desk.stand.requests_to("POST", API),
        desk.stand.requests_to("GET", API),
    );
    assert_eq!(requests, (5, 15));
    for wrong in [
        day(Duration::days(40)),
        "завтра".to_owned(),
        day(-Duration::days(2)),
    ] {
        assert_eq!(code(desk.app.request_mail(vec![wrong]).await), "mail.days");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_ordered_before_a_restart_is_taken_in_after_it_and_a_week_later_it_is_gone() {
    let desk = head().await;
    desk.stand.put_letter(&notice(json!([])));
    let day = day(Duration::minutes(1));
    let before = desk.app.request_mail(vec![day.clone(), day]).await.unwrap();
    assert_eq!(before.tasks[0].state, "preparing");
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in_as("director").await.unwrap();
    let after = desk.app.mail().await.unwrap();
    assert_eq!(after.tasks, before.tasks);
    let view = desk.app.look_at_mail(&after.tasks[0].id).await.unwrap();
    assert_eq!(view.tasks[0].state, "taken");
    of(&view, "Росреестр");
    desk.stand
        .fault(&json!({"kind": "status", "status": 404, "method": "GET", "path": API}));
    let view = desk.app.look_at_mail(&after.tasks[1].id).await.unwrap();
    assert_eq!(view.tasks[1].state, "gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_with_its_signature_and_a_broken_one_is_called_so() {
    let desk = head().await;
    let file = |name: &str, more: Value| {
        let mut file = json!({"name": name, "mime": "application/pdf", "text": "Notice", "signed": true});
        file.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        file
    };
    desk.stand.put_letter(&notice(json!([
        file("Решение.pdf", json!({})),
        file("Подделка.pdf", json!({"broken": true})),
        file("../ушло.pdf", json!({"state": "DELETED"})),
    ])));
    let letter = listed(&desk, "Росреестр").await;
    let view = opened(&desk, &letter).await;
    assert!(!view.files[2].ready && !view.files[2].name.contains('/'));
    let deleted = desk
        .app
        .fetch_letter_file(letter.clone(), &view.files[2].id)
        .await;
    assert_eq!(code(deleted), "mail.file-not-ready");
    let mut verdicts = Vec::new();
    for file in &view.files[..2] {
        let view = desk
            .app
            .fetch_letter_file(letter.clone(), &file.id)
            .await
            .unwrap();
        let file = view.files.iter().find(|one| one.id == file.id).unwrap();
        assert!(file.fetched);
        assert_eq!(file.signatures.len(), 1);
        verdicts.push(file.signatures[0].verdict);
    }
    assert_eq!(verdicts, [Verdict::Valid, Verdict::Invalid]);

    let target = desk.path("Решение.pdf");
    desk.app
        .save_letter_file(letter.clone(), view.files[0].id.clone(), &target)
        .await
        .unwrap();
    assert!(std::fs::read(&target).unwrap().starts_with(b"%PDF"));
    assert!(desk.path("Решение.pdf.sig").exists());
    let xml = desk.path("letter.xml");
    desk.app.save_letter(letter, LetterForm::Xml, &xml).await.unwrap();
    let xml = std::fs::read_to_string(xml).unwrap();
    assert!(
        xml.contains("<Sender>Росреестр</Sender>") && xml.contains("<File sha256="),
        "{xml}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_got_lost_leaves_the_letter_told_as_maybe_opened() {
    let desk = head().await;
    desk.stand.put_letter(&notice(json!([])));
    let letter = listed(&desk, "Росреестр").await;
    desk.stand.fault(&json!({"kind": "drop-after", "method": "GET", "path": "/api/gusmev/proxy/geps-api-ext/api/messages/v1/message/*"}));
    assert!(desk.app.open_letter(understood(&letter)).await.is_err());
    let view = desk.app.letter(letter.clone()).await.unwrap();
    assert_eq!((view.row.state, view.text), (MailRowState::Unknown, None));
    // Somebody's word for it opens it again, and then it is here.
    assert_eq!(opened(&desk, &letter).await.row.state, MailRowState::Opened);
}

fn deletion(letter: &LetterRef, early: bool) -> LetterDeletion {
    LetterDeletion {
        letter: letter.clone(),
        reason: "акт № 3".to_owned(),
        early,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_deleted_stays_known_by_number_and_is_not_opened_again_unknowingly() {
    let desk = head().await;
    desk.stand.put_letter(&notice(json!([
        {"name": "Решение.pdf", "mime": "application/pdf", "text": "Notice", "signed": true}
    ])));
    let letter = listed(&desk, "Росреестр").await;
    // What was never opened has nothing here that could go.
    assert_eq!(
        code(desk.app.delete_letter(deletion(&letter, true)).await),
        "app.not-found"
    );
    let view = opened(&desk, &letter).await;
    let file = view.files[0].id.clone();
    desk.app.fetch_letter_file(letter.clone(), &file).await.unwrap();
    let keeping = view.keeping.unwrap();
    assert_eq!(
        (&*keeping.class.code, keeping.class.years, keeping.ended),
        ("letters", Some(5), false)
    );
    desk.stand.forget_requests();
    let no_reason = LetterDeletion {
        reason: "  ".to_owned(),
        ..deletion(&letter, true)
    };
    assert_eq!(code(desk.app.delete_letter(no_reason).await), "app.no-reason");
    assert_eq!(
        code(desk.app.delete_letter(deletion(&letter, false)).await),
        "app.term-not-ended"
    );
    desk.app
        .set_letter_hold(letter.clone(), Some("проверка"))
        .await
        .unwrap();
    for early in [true, false] {
        let held = desk.app.delete_letter(deletion(&letter, early)).await;
        assert_eq!(code(held), "store.kept-hold");
    }
    let view = desk.app.letter(letter.clone()).await.unwrap();
    assert_eq!(view.keeping.unwrap().hold.unwrap().reason, "проверка");
    desk.app.set_letter_hold(letter.clone(), None).await.unwrap();

    let gone = desk.app.delete_letter(deletion(&letter, true)).await.unwrap();
    assert_eq!(
        (
            gone.row.state,
            gone.text,
            gone.files.len(),
            gone.number.as_deref()
        ),
        (MailRowState::Deleted, None, 0, Some("7"))
    );
    assert!(gone.row.who.is_some() && gone.keeping.is_none());
    let fetched = desk.app.fetch_letter_file(letter.clone(), &file).await;
    assert_eq!(code(fetched), "app.not-found");
    assert_eq!(
        code(desk.app.delete_letter(deletion(&letter, true)).await),
        "app.not-found"
    );
    // None of that asked the portal for anything.
    assert_eq!(asked(&desk), 0);
    let entry = desk.journal().await;
    let entry = entry
        .iter()
        .find(|entry| entry.action == "mail-deleted-early")
        .unwrap();
    assert_eq!(
        (entry.params["number"].as_str(), entry.params["reason"].as_str()),
        ("7", "акт № 3")
    );
    assert_eq!(entry.params["sha256"].split(' ').count(), 2);
    assert!(!format!("{entry:?}").contains("Росреестр"));

    // A list tells of it again: it stays received, without its subject, and opening it wants the word for it as before.
    let again = listed(&desk, "Росреестр").await;
    let view = desk.app.letter(again.clone()).await.unwrap();
    assert_eq!(
        (view.row.state, view.row.subject.as_deref()),
        (MailRowState::Deleted, Some("7"))
    );
    let unknowing = desk
        .app
        .open_letter(OpenLetter {
            understood: false,
            ..understood(&again)
        })
        .await;
    assert_eq!(code(unknowing), "mail.not-confirmed");
    assert_eq!(opened(&desk, &again).await.row.state, MailRowState::Opened);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_term_of_a_letter_follows_the_rule_of_its_class() {
    let desk = head().await;
    desk.stand.put_letter(&notice(json!([])));
    let letter = listed(&desk, "Росреестр").await;
    opened(&desk, &letter).await;
    let ended = || async {
        let ended = desk.app.ended_terms(EndedQuery::default()).await.unwrap();
        (ended.letters.len(), ended.letters_total)
    };
    assert_eq!(ended().await, (0, 0));
    // A rule of the organisation that has no years to wait: the term ends with the year, so the letter still waits; without letters
    // in any rule nobody knows a term.
    let rules = desk.path("retention.json");
    let rule = |formats: &str| {
        format!(
            r#"{{"classes":[{{"code":"letters","title":{{"ru":"Письма","en":"Letters"}},"formats":["{formats}"],"years":1,"source":"приказ № 1"}}]}}"#
        )
    };
    std::fs::write(&rules, rule("geps.letter")).unwrap();
    let keeping = desk.app.letter(letter.clone()).await.unwrap().keeping.unwrap();
    assert_eq!(keeping.class.years, Some(1));
    assert!(keeping.until.is_some());
    std::fs::write(&rules, rule("nothing")).unwrap();
    let keeping = desk.app.letter(letter.clone()).await.unwrap().keeping.unwrap();
    assert_eq!((&*keeping.class.code, keeping.until), ("other", None));
    let unknown = desk.app.delete_letter(deletion(&letter, false)).await;
    assert_eq!(code(unknown), "app.term-not-known");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_a_document_that_names_the_letter_and_each_shows_the_other() {
    let desk = head().await;
    desk.stand.put_letter(&notice(json!([])));
    let letter = listed(&desk, "Росреестр").await;
    let answer = |text: &str| WrittenAnswer {
        letter: letter.clone(),
        text: text.to_owned(),
    };
    // Nobody answers what nobody has read.
    assert_eq!(
        code(desk.app.answer_letter(answer("Поясняем")).await),
        "app.not-found"
    );
    opened(&desk, &letter).await;
    assert_eq!(
        code(desk.app.answer_letter(answer(" \n ")).await),
        "mail.answer-text"
    );
    let id = desk
        .app
        .answer_letter(answer("Поясняем: расхождений нет.\n\nКниги прилагаем."))
        .await
        .unwrap();
    let page = desk.app.document(&id).await.unwrap();
    assert_eq!(page.row.stage, Stage::Ready, "{page:?}");
    let answered = page.answers.unwrap();
    assert_eq!(
        (answered.row.letter, answered.number.as_deref()),
        (letter.clone(), Some("7"))
    );
    let name = &page.files[0].name;
    assert!(
        name.starts_with("Ответ на 7 от ") && name.ends_with(".pdf"),
        "{name}"
    );

    // What a reader of PDF finds in it.
    let folder = desk.path("answer");
    desk.app
        .export_folder(std::slice::from_ref(&id), &folder)
        .await
        .unwrap();
    let pdf = walk(&folder)
        .into_iter()
        .find(|path| path.extension().is_some_and(|e| e == "pdf"));
    let text = std::process::Command::new("pdftotext")
        .args(["-layout".as_ref(), pdf.unwrap().as_os_str(), "-".as_ref()])
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    let owner = &desk.stand.demo.organisations[0];
    for said in [
        "Росреестр",
        "№ 7 от",
        "«Уведомление»",
        "расхождений нет",
        "Книги прилагаем",
        &owner.inn,
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }

    // A file somebody prepared elsewhere answers as well.
    let prepared = desk.path("Пояснения.txt");
    std::fs::write(&prepared, "Пояснения").unwrap();
    let outcomes = desk
        .app
        .answer_with_files(letter.clone(), vec![prepared])
        .await
        .unwrap();
    let other = outcomes[0].document_id.clone().unwrap();
    let view = desk.app.letter(letter.clone()).await.unwrap();
    let mut answers: Vec<&str> = view.answers.iter().map(|one| &*one.document).collect();
    answers.sort_unstable();
    let mut both = [&*id, &*other];
    both.sort_unstable();
    assert_eq!(answers, both);
    assert!(view.answers.iter().all(|one| !one.signed));

    // An answer outlives what it answers, and a letter does not list an answer that is gone.
    desk.app.delete_letter(deletion(&letter, true)).await.unwrap();
    let page = desk.app.document(&id).await.unwrap();
    let answered = page.answers.unwrap();
    assert_eq!(
        (answered.row.state, answered.number.as_deref()),
        (MailRowState::Deleted, Some("7"))
    );
    let deletion = kabinet_app::view::Deletion {
        documents: vec![other],
        reason: "черновик".to_owned(),
        early: true,
    };
    desk.app.delete_documents(deletion).await.unwrap();
    let view = desk.app.letter(letter).await.unwrap();
    assert_eq!(view.answers.len(), 1);
    assert!(desk.actions().await.contains(&"mail-answered".to_owned()));
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}
