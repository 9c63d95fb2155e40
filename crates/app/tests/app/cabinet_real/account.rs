//! An account that is not confirmed or is locked: what is closed, what stays, and that it opens again by itself (AUTH-27, 34, 35, 36, 41, 50).

use kabinet_app::view::SecurityView;
use kabinet_testkit::{AKT, sample};

use super::*;
use crate::browser::Does;

fn remedies(page: &SecurityView) -> Vec<(&str, &str, Option<&str>)> {
    page.check_up
        .iter()
        .map(|line| (line.item.as_str(), line.state.as_str(), line.remedy.as_deref()))
        .collect()
}

async fn refused(desk: &Desk) -> Vec<(String, String)> {
    let standing = desk.app.state().await.standing.unwrap();
    let all = standing.refused.into_iter();
    all.map(|one| (one.code, one.error.code)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_account_signs_files_and_links_nothing_and_is_told_why() {
    let stand = Stand::start();
    stand.change_account("director", &json!({"confirmed": false}));
    let desk = director_at(stand).await;
    let id = desk.import(&[sample(AKT)]).await;
    for permission in ["applications.submit", "link.manage", "signing.sign"] {
        let wanted = (permission.to_owned(), "app.account-not-confirmed".to_owned());
        assert!(refused(&desk).await.contains(&wanted), "{permission}");
    }
    let entry = own_second(&desk);
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.linking_refused.unwrap().code, "app.account-not-confirmed");
    let request = desk.app.request_link(form(&entry, "code")).await;
    assert_eq!(code(request), "app.account-not-confirmed");
    assert_eq!(
        code(desk.sign(std::slice::from_ref(&id)).await),
        "app.account-not-confirmed"
    );
    assert_eq!(
        code(desk.app.send_document(&id, crate::desk::TAX).await),
        "app.account-not-confirmed"
    );
    assert!(desk.person.was_asked().is_empty(), "before any PIN");
    assert_eq!(desk.stand.requests_to("POST", "/api/cabinet/v1/links"), 0);
    assert!(desk.stand.orders().is_empty());
    let page = desk.app.security().await.unwrap();
    assert_eq!(page.account.as_ref().unwrap().confirmed, "not-confirmed");
    assert!(remedies(&page).contains(&("identity", "bad", Some("confirm"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn ways_to_confirm_open_the_portals_own_pages_and_the_powers_come_without_a_new_sign_in() {
    let stand = Stand::start();
    stand.change_account("director", &json!({"confirmed": false}));
    let desk = director_at(stand).await;
    let account = desk.app.security().await.unwrap().account.unwrap();
    assert_eq!(
        account.confirm_ways,
        ["service-centre", "bank", "signature", "post"]
    );
    desk.browser.does(Does::Nothing);
    for way in &account.confirm_ways {
        let page = format!("confirm-{way}");
        assert!(account.pages.contains(&page), "{page}");
        desk.app.open_portal_page(&page).await.unwrap();
        let opened = desk.browser.was_opened();
        assert_eq!(opened.len(), 1);
        assert_eq!(
            opened[0],
            format!("{}/idp/confirm/{way}", desk.stand.demo.urls.esia)
        );
    }
    assert_eq!(
        code(desk.app.open_portal_page("confirm-friends").await),
        "app.not-found"
    );
    desk.browser.is_missing(true);
    assert_eq!(
        code(desk.app.open_portal_page("security").await),
        "app.no-browser"
    );
    // The person went there and came back.
    desk.stand.change_account("director", &json!({"confirmed": true}));
    let page = desk.app.security().await.unwrap();
    assert_eq!(page.account.unwrap().confirmed, "confirmed");
    assert!(
        !refused(&desk)
            .await
            .iter()
            .any(|(_, why)| why == "app.account-not-confirmed")
    );
    let entry = own_second(&desk);
    let mine = desk.app.request_link(form(&entry, "code")).await.unwrap();
    assert_eq!(only(&mine).status, "awaiting-code");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_account_is_locked_drafts_and_the_archive_stay_and_everything_at_the_portal_waits() {
    let desk = Desk::signed_in().await;
    let queued = desk.queued_akt().await;
    let id = desk.import(&[sample(kabinet_testkit::UPD)]).await;
    desk.stand.change_account(
        "accountant",
        &json!({"lock": {"cause": "hacking-suspicion", "seconds": 3600}}),
    );
    let page = desk.app.security().await.unwrap();
    let lock = page.account.unwrap().lock.unwrap();
    assert_eq!(
        (lock.cause.as_str(), lock.self_service),
        ("hacking-suspicion", false)
    );
    assert!(desk.app.state().await.standing.unwrap().locked);
    let closed = refused(&desk).await;
    let is_closed =
        |permission: &str| closed.contains(&(permission.to_owned(), "app.account-locked".to_owned()));
    for permission in ["applications.submit", "applications.track", "signing.sign"] {
        assert!(is_closed(permission), "{permission}");
    }
    for permission in ["applications.fill", "journal.view"] {
        assert!(!is_closed(permission), "{permission}");
    }
    desk.person.was_asked();
    assert_eq!(
        code(desk.sign(std::slice::from_ref(&id)).await),
        "app.account-locked"
    );
    assert_eq!(
        code(desk.app.send_document(&id, crate::desk::TAX).await),
        "app.account-locked"
    );
    assert!(desk.person.was_asked().is_empty());
    // Work that needs nobody's leave: the document is read, a draft begun and kept.
    assert!(!desk.page(&queued).await.files.is_empty());
    let draft = desk.app.new_draft("fns.dp_uvutoch").await.unwrap();
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    assert_eq!(desk.app.draft(&draft.id).await.unwrap().id, draft.id);
    assert!(
        desk.app.state().await.standing.unwrap().locked,
        "what was said stays said"
    );
    // It ends at the portal; who looks again goes on.
    desk.stand.change_account("accountant", &json!({"lock": "none"}));
    desk.sign_in().await.unwrap();
    assert!(!desk.app.state().await.standing.unwrap().locked);
    desk.sign(&[id]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_linking_the_check_up_waits_names_what_deviates_and_is_over_when_all_is_well() {
    let desk = director().await;
    // An old password, no second factor, and a browser somewhere else.
    let weak = json!({"password_age_days": 86, "second_factor": "none"});
    desk.stand.change_account("director", &weak);
    let entry = own_second(&desk);
    let mine = desk.app.request_link(form(&entry, "code")).await.unwrap();
    assert_eq!(desk.app.state().await.standing.unwrap().check_up_due, None);
    desk.person.confirms_with(&["@"]);
    let mine = desk.app.confirm_link(&only(&mine).id).await.unwrap();
    let linked = only(&mine).name.clone();
    let due = desk.app.state().await.standing.unwrap().check_up_due;
    assert_eq!(due.as_ref(), Some(&linked));
    let page = desk.app.security().await.unwrap();
    assert_eq!(page.after_linking, Some(linked.clone()));
    let told = remedies(&page);
    assert!(
        told.contains(&("password", "attention", Some("page"))),
        "{told:?}"
    );
    assert!(told.contains(&("second-factor", "bad", Some("page"))), "{told:?}");
    assert!(told.contains(&("identity", "ok", None)), "{told:?}");
    desk.browser.does(Does::Nothing);
    desk.app.open_portal_page("security").await.unwrap();
    assert_eq!(
        desk.browser.was_opened(),
        [format!("{}/idp/security", desk.stand.demo.urls.esia)]
    );
    // It waits over a restart, too.
    let desk = desk.started_again();
    desk.app.unlock().await.unwrap();
    desk.sign_in_as("director").await.unwrap();
    assert_eq!(desk.app.state().await.standing.unwrap().check_up_due, due);
    let strong = json!({"password_age_days": 0, "second_factor": "sms"});
    desk.stand.change_account("director", &strong);
    let page = desk.app.security().await.unwrap();
    assert!(
        remedies(&page).iter().all(|(_, state, _)| *state == "ok"),
        "{page:#?}"
    );
    assert_eq!(
        page.after_linking,
        Some(linked),
        "said once more, with nothing to do"
    );
    assert_eq!(desk.app.state().await.standing.unwrap().check_up_due, None);
    assert_eq!(desk.app.security().await.unwrap().after_linking, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_found_completed_opens_the_check_up_and_the_person_may_end_it() {
    let desk = director().await;
    desk.stand
        .change_account("director", &json!({"second_factor": "none"}));
    let entry = own_second(&desk);
    let mine = desk.app.request_link(form(&entry, "code")).await.unwrap();
    // The code arrives, the answer to it does not: the link is there when one looks.
    desk.stand
        .fault(&json!({"path": "/api/cabinet/v1/links/*/code", "kind": "drop-after"}));
    desk.person.confirms_with(&["@"]);
    assert!(desk.app.confirm_link(&only(&mine).id).await.is_err());
    assert_eq!(desk.app.state().await.standing.unwrap().check_up_due, None);
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(only(&mine).status, "active");
    assert!(desk.app.state().await.standing.unwrap().check_up_due.is_some());
    let page = desk.app.security().await.unwrap();
    assert!(page.after_linking.is_some());
    desk.app.end_check_up().await.unwrap();
    assert_eq!(desk.app.security().await.unwrap().after_linking, None);
}
