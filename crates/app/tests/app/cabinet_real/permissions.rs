//! What the role at the portal gives, takes, and what is written down of a refusal.

use kabinet_app::view::Protection;
use kabinet_testkit::{AKT, sample};

use super::*;

fn romashka(desk: &Desk) -> u64 {
    desk.stand.demo.organisations[0].oid
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_role_does_not_give_is_refused_with_the_portals_reason_before_it_is_asked() {
    let desk = Desk::signed_in().await;
    let standing = desk.app.state().await.standing.unwrap();
    assert_eq!(standing.role, "Бухгалтер");
    let refused: Vec<&str> = standing.refused.iter().map(|one| one.code.as_str()).collect();
    assert!(refused.contains(&"link.manage") && !refused.contains(&"signing.sign"));
    let mine = desk.app.my_organisations(true).await.unwrap();
    assert_eq!(mine.linking_refused.unwrap().code, "app.not-permitted");
    let card = mine.cards.iter().find(|card| card.current).unwrap();
    assert_eq!(card.role.as_deref(), Some("Бухгалтер"));
    assert!(card.unlink_refused.is_some());
    let entry = own_second(&desk);
    let error = desk.app.request_link(form(&entry, "code")).await.unwrap_err();
    assert_eq!(
        (error.code(), error.params()["reason"].as_str()),
        ("app.not-permitted", "Роли «Бухгалтер» это запрещено")
    );
    assert_eq!(desk.stand.requests_to("POST", "/api/cabinet/v1/links"), 0);
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["permission"].as_str()),
        ("not-permitted", "link.manage")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_role_holds_from_the_next_sign_in() {
    let desk = Desk::signed_in().await;
    let id = desk.import(&[sample(AKT)]).await;
    desk.stand.operate(
        "memberships",
        &json!({"employee": "accountant", "organisation": romashka(&desk), "role": "auditor"}),
    );
    desk.app.sign_out().await.unwrap();
    desk.sign_in().await.unwrap();
    desk.person.was_asked();
    assert_eq!(code(desk.sign(&[id]).await), "app.not-permitted");
    assert!(desk.person.was_asked().is_empty(), "before any PIN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_was_taken_meanwhile_is_refused_by_the_portal_and_written_down_on_both_sides() {
    let desk = director().await;
    let mine = desk.app.my_organisations(true).await.unwrap();
    let oid = mine.cards.iter().find(|card| card.current).unwrap().oid.clone();
    desk.stand.operate(
        "memberships",
        &json!({"employee": "director", "organisation": romashka(&desk), "role": "manager"}),
    );
    assert_eq!(
        code(desk.app.unlink_organisation(&oid.unwrap()).await),
        "cabinet.refused.no-permission"
    );
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["permission"].as_str()),
        ("refused-by-portal", "link.remove")
    );
    let there = desk.stand.refusals();
    assert_eq!(
        (&there[0]["employee"], &there[0]["permission"]),
        (&json!("director"), &json!("link.remove"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_confirmed_links_and_signs_nothing() {
    let desk = Desk::empty(Stand::start(), Options::default());
    desk.drawer.add(&desk.stand, DIRECTORS_TOKEN, &["stranger"]);
    desk.create_vault(Protection::Keychain).await.unwrap();
    let lopukh = &desk.stand.demo.organisations[1];
    let organisation = kabinet_app::view::NewOrganisation {
        name: lopukh.short_name.clone(),
        inn: lopukh.inn.clone(),
        ogrn: lopukh.ogrn.clone(),
        kpp: Some(lopukh.kpp.clone()),
        region: lopukh.region.clone(),
        api_key: Some(desk.stand.api_key("stranger")),
    };
    desk.app.add_organisation(organisation).await.unwrap();
    desk.sign_in_as("stranger").await.unwrap();
    let entry = own_second(&desk);
    assert_eq!(
        code(desk.app.request_link(form(&entry, "code")).await),
        "app.account-not-confirmed"
    );
    let page = desk.app.security().await.unwrap();
    let account = page.account.unwrap();
    assert_eq!(account.confirmed, "not-confirmed");
    assert!(!account.confirm_ways.is_empty());
    let bad: Vec<&str> = page
        .check_up
        .iter()
        .filter(|line| line.state == "bad")
        .map(|line| line.item.as_str())
        .collect();
    assert_eq!(bad, ["identity", "second-factor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_use_of_services_is_counted_for_whom_the_role_lets_see_it_and_for_nobody_else() {
    let desk = Desk::signed_in().await;
    // Nothing gives an accountant the statistics; the refusal is journalled.
    assert_eq!(code(desk.app.service_statistics().await), "app.not-permitted");
    let last = desk.journal().await.pop().unwrap();
    assert_eq!(
        (last.action.as_str(), last.params["permission"].as_str()),
        ("not-permitted", "statistics.view")
    );
    let desk = director().await;
    desk.stand.seed_orders(40);
    desk.app.sync_now().await.unwrap();
    let uses = desk.app.service_statistics().await.unwrap();
    let counted: u32 = uses.iter().map(|one| one.orders).sum();
    let list = desk
        .app
        .orders(kabinet_app::view::OrderQuery::default())
        .await
        .unwrap();
    assert!(
        counted <= list.total && list.total >= 40,
        "{counted} {}",
        list.total
    );
    assert!(uses.is_sorted_by(|one, other| one.orders >= other.orders));
}
