//! The renewal of a licence: an application that already says what is known of it.

use kabinet_app::view::RenewedAnswer;

use super::*;

const LICENCE: &str = "99000000010";
const PERMIT: &str = "99000000011";
const EXTRACT: &str = "99000000012";

#[tokio::test(flavor = "multi_thread")]
async fn the_form_says_where_the_number_goes_and_the_draft_has_it() {
    let stand = Stand::start();
    let oid = stand.demo.organisations[0].oid;
    let give = |service: &str, number: &str| {
        stand.give_licence(
            &json!({"organisation": oid, "service": service, "number": number, "endsInDays": 25}),
        )
    };
    give(LICENCE, "10-4711");
    give(PERMIT, "11-17");
    let desk = Desk::with(stand, Options::default()).await;
    desk.sign_in().await.unwrap();
    let list = desk.app.licences(true).await.unwrap();
    assert_eq!(list.items.len(), 2);
    desk.app.service(LICENCE).await.unwrap();
    let view = desk.app.licence_renewal(LICENCE, "10-4711").await.unwrap();
    assert_eq!(view.licence.unwrap().number, "10-4711");
    let answer = |label: &str, value: &str| RenewedAnswer {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    assert_eq!(
        view.answers,
        [
            answer("Что нужно", "Продление"),
            answer("Номер действующей лицензии", "10-4711")
        ]
    );
    let draft = desk.app.begin_renewal(LICENCE, "10-4711").await.unwrap();
    assert_eq!(
        (draft.fields["kind"].as_str(), draft.fields["number"].as_str()),
        ("extension", "10-4711")
    );
    assert_eq!(draft.fields["org-inn"], desk.owner().inn);
    let begun = desk
        .journal()
        .await
        .into_iter()
        .find(|row| row.action == "draft-begun");
    assert_eq!(begun.unwrap().params["licence"], "10-4711");

    // Another form has a place for the end as well; a plain application says nothing of either.
    let draft = desk.app.begin_renewal(PERMIT, "11-17").await.unwrap();
    let permit = list.items.iter().find(|one| one.number == "11-17").unwrap();
    let ends = permit.ends.as_deref().unwrap();
    let (year, month) = (&ends[..4], &ends[5..7]);
    assert!(
        draft.fields["previous-until"].ends_with(&format!(".{month}.{year}")),
        "{:?} {ends}",
        draft.fields
    );
    assert_eq!(draft.fields["previous"], "11-17");
    assert!(
        draft
            .problems
            .iter()
            .all(|one| one.field.as_deref() != Some("previous-until"))
    );
    let plain = desk.app.begin_application(LICENCE).await.unwrap();
    assert!(!plain.fields.contains_key("number") && !plain.fields.contains_key("kind"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_nobody_knows_gives_its_number_and_a_form_without_a_place_is_told() {
    let desk = Desk::signed_in().await;
    desk.app.service(LICENCE).await.unwrap();
    desk.app.service(EXTRACT).await.unwrap();
    let view = desk.app.licence_renewal(LICENCE, "чужая").await.unwrap();
    assert_eq!((view.licence, view.answers.len()), (None, 2));
    let view = desk.app.licence_renewal(EXTRACT, "чужая").await.unwrap();
    assert_eq!((view.has_form, view.answers.len()), (true, 0));
    let view = desk.app.licence_renewal("10000000109", "чужая").await.unwrap();
    assert!(!view.has_form);
    assert_eq!(
        code(desk.app.begin_renewal("10000000109", "чужая").await),
        "app.no-form"
    );
}
