//! Linking: three ways to the end, every refusal, the block; and leaving.

use kabinet_app::view::SecretKind;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_heads_code_links_at_once_and_the_list_and_the_feed_show_it() {
    let desk = director().await;
    let entry = own_second(&desk);
    let mine = desk.app.request_link(form(&entry, "code")).await.unwrap();
    let link = only(&mine);
    assert_eq!(link.status, "awaiting-code");
    assert!(link.sent_to.as_ref().unwrap().contains('•') && link.repeat_at.is_some());
    let waiting = card(&desk, &entry["inn"]).await.unwrap();
    assert_eq!(waiting.status.as_deref(), Some("awaiting-code"));
    desk.person.confirms_with(&["не код", "@"]);
    let mine = desk.app.confirm_link(&link.id).await.unwrap();
    assert_eq!(only(&mine).status, "active");
    let asked = desk.person.was_asked();
    assert_eq!(asked[1].step_up.as_ref().unwrap().attempts_left, Some(2));
    let linked = card(&desk, &entry["inn"]).await.unwrap();
    assert_eq!((linked.status.as_deref(), linked.chief), (Some("active"), true));
    assert!(linked.unlink_refused.is_none());
    let feed = desk.app.notifications(true).await.unwrap();
    assert_eq!(feed.items[0].title, "Организация привязана");
    let actions = desk.actions().await;
    assert!(actions.contains(&"link-requested".to_owned()));
    assert!(actions.contains(&"organisation-linked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_head_a_code_leads_to_the_directors_letter_and_that_to_the_link() {
    let desk = director().await;
    let entry = foreign(&desk, free);
    let mine = desk.app.request_link(form(&entry, "code")).await.unwrap();
    let id = only(&mine).id.clone();
    desk.person.confirms_with(&["@"]);
    let mine = desk.app.confirm_link(&id).await.unwrap();
    let half = only(&mine);
    assert_eq!(half.status, "awaiting-director");
    assert!(half.sent_to.as_ref().unwrap().contains("•••@"));
    desk.person.confirms_with(&["@"]);
    let mine = desk.app.confirm_link(&id).await.unwrap();
    assert_eq!(only(&mine).status, "active");
    let linked = card(&desk, &entry["inn"]).await.unwrap();
    assert_eq!((linked.chief, linked.administrator), (false, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directors_letter_is_repeated_after_its_pause_and_a_request_taken_back() {
    let desk = director().await;
    let entry = own_second(&desk);
    let mine = desk.app.request_link(form(&entry, "director")).await.unwrap();
    let id = only(&mine).id.clone();
    assert_eq!(only(&mine).status, "awaiting-director");
    assert_eq!(code(desk.app.repeat_link(&id).await), "portal.rate-limited");
    let first = desk.stand.postbox().last_code();
    desk.stand.set(&json!({"cabinet": {"resend_pause_s": 0}}));
    desk.app.repeat_link(&id).await.unwrap();
    assert_ne!(desk.stand.postbox().last_code(), first);
    // A second request while one is open is told so, and takes nothing from the first.
    assert_eq!(
        code(desk.app.request_link(form(&entry, "director")).await),
        "cabinet.refused.link-pending"
    );
    assert!(desk.app.withdraw_link(&id).await.unwrap().links.is_empty());
    assert_eq!(card(&desk, &entry["inn"]).await, None);
    desk.app.request_link(form(&entry, "director")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn unlinking_wants_password_and_code_and_a_signature_links_again() {
    let desk = director().await;
    let entry = desk.stand.registered("9900000017", |_| true);
    let before = card(&desk, &entry["inn"]).await.unwrap();
    let oid = before.oid.unwrap();
    desk.person.confirms_with(&["не тот", DIRECTORS_PASSWORD, "@"]);
    assert!(desk.app.unlink_organisation(&oid).await.unwrap().done);
    let kinds: Vec<SecretKind> = desk.person.was_asked().iter().map(|asked| asked.kind).collect();
    let (password, one_time) = (SecretKind::AccountPassword, SecretKind::OneTimeCode);
    assert_eq!(kinds, [password, password, one_time]);
    assert_eq!(desk.actions().await.last().unwrap(), "organisation-unlinked");
    // The vault still has it; the portal does not know it any more.
    let left = card(&desk, &entry["inn"]).await.unwrap();
    assert_eq!((left.oid, left.current), (None, true));

    let mine = desk.app.request_link(form(&entry, "signature")).await.unwrap();
    let id = only(&mine).id.clone();
    let foreign = desk.stand.fingerprint("accountant");
    assert_eq!(
        code(desk.app.sign_link(&id, foreign).await),
        "cabinet.refused.certificate-mismatch"
    );
    let own = desk.stand.fingerprint("director");
    desk.stand.set(&json!({"signing_service_down": true}));
    let down = desk.app.sign_link(&id, own).await.unwrap_err();
    assert_eq!(
        (down.code(), down.is_retriable()),
        ("cabinet.refused.signature-service-down", true)
    );
    desk.stand.set(&json!({"signing_service_down": false}));
    desk.person.was_asked();
    let mine = desk.app.sign_link(&id, own).await.unwrap();
    assert_eq!(only(&mine).status, "active");
    let shown = &desk.person.was_asked()[0].documents;
    assert!(shown.iter().any(|line| line.contains("9900000017")), "{shown:?}");
    assert!(card(&desk, &entry["inn"]).await.unwrap().chief);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_applications_stand_in_the_way_of_unlinking() {
    let desk = director().await;
    desk.stand.set(&json!({"outcome": "hold"}));
    let id = desk
        .import(&[kabinet_testkit::sample(kabinet_testkit::AKT)])
        .await;
    desk.sign_as("director", std::slice::from_ref(&id)).await.unwrap();
    desk.app.send_document(&id, crate::desk::TAX).await.unwrap();
    desk.work_until("it is there", |row| {
        row.state == kabinet_app::view::OutboxState::Following
    })
    .await;
    let mine = desk.app.my_organisations(true).await.unwrap();
    let oid = mine.cards.iter().find(|card| card.current).unwrap().oid.clone();
    let outcome = desk.app.unlink_organisation(&oid.unwrap()).await.unwrap();
    assert!(
        !outcome.done
            && desk
                .person
                .was_asked()
                .iter()
                .all(|asked| asked.step_up.is_none())
    );
    let order = desk.stand.only_order()["id"].to_string();
    assert_eq!((outcome.orders.len(), &outcome.orders[0].order), (1, &order));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_has_its_reason() {
    let desk = director().await;
    let good = own_second(&desk);
    let refused = async |form: LinkForm| code(desk.app.request_link(form).await);
    let held = foreign(&desk, |e| e["heldElsewhere"] == true && e["state"] == "active");
    assert_eq!(
        refused(form(&held, "code")).await,
        "cabinet.refused.linked-elsewhere"
    );
    let gone = foreign(&desk, |e| e["state"] == "liquidated");
    assert_eq!(
        refused(form(&gone, "code")).await,
        "cabinet.refused.organisation-liquidated"
    );
    let linked = desk.stand.registered("9900000017", |_| true);
    assert_eq!(
        refused(form(&linked, "code")).await,
        "cabinet.refused.already-linked"
    );
    // From here on each counts as an attempt.
    let unknown = LinkForm {
        inn: "7707083893".to_owned(),
        ogrn: "1027700132195".to_owned(),
        ..form(&good, "code")
    };
    assert_eq!(refused(unknown).await, "cabinet.refused.organisation-not-found");
    let mixed = LinkForm {
        ogrn: foreign(&desk, free)["ogrn"].as_str().unwrap().to_owned(),
        ..form(&good, "code")
    };
    assert_eq!(refused(mixed).await, "cabinet.refused.inn-ogrn-mismatch");
    let differs = LinkForm {
        legal_address: "г. Москва".to_owned(),
        ..form(&good, "code")
    };
    let error = desk.app.request_link(differs).await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["fields"].as_str()),
        ("cabinet.refused.requisites-mismatch", "legalAddress")
    );
    // The program itself waits now, and the portal is not asked.
    let asked = desk.stand.requests_to("POST", "/api/cabinet/v1/links");
    assert_eq!(refused(form(&good, "code")).await, "app.linking-paused");
    assert_eq!(desk.stand.requests_to("POST", "/api/cabinet/v1/links"), asked);
    assert!(desk.app.my_organisations(true).await.unwrap().links.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_of_the_portal_holds_after_a_start_whatever_brought_it() {
    let desk = director().await;
    desk.stand.set(&json!({"cabinet": {"link_attempts": 1}}));
    let entry = own_second(&desk);
    let mine = desk.app.request_link(form(&entry, "code")).await.unwrap();
    desk.person.confirms_with(&["не код"]);
    assert_eq!(
        code(desk.app.confirm_link(&only(&mine).id).await),
        "cabinet.refused.linking-blocked"
    );
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in_as("director").await.unwrap();
    let mine = desk.app.my_organisations(true).await.unwrap();
    let refused = mine.linking_refused.unwrap();
    assert_eq!(
        (refused.code.as_str(), refused.params["minutes"].as_str()),
        ("app.linking-paused", "60")
    );
    assert_eq!(
        desk.app.notifications(true).await.unwrap().items[0].title,
        "Привязка временно закрыта"
    );
}
