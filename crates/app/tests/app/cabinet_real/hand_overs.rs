//! Documents and drafts go to a colleague and back through the portal, which cannot read them and forgets them once they are safe.

use kabinet_app::view::{
    HandOver, HandOverWhat, ImportOutcome, IncomingKind, ItemState, PortalColleague, Stage, Way,
};
use kabinet_testkit::{AKT, sample};

use super::*;
use crate::neighbour::Neighbour;

const PATH: &str = "/api/cabinet/v1/hand-overs";
const NOTE: &str = "Подпишите, пожалуйста.";

/// The accountant at a desk, the director beside it, both at one portal.
async fn two() -> (Desk, Neighbour) {
    let desk = Desk::signed_in().await;
    let director = Neighbour::of(&desk, "director", DIRECTORS_TOKEN).await;
    (desk, director)
}

async fn found(desk: &Desk, wanted: &str) -> PortalColleague {
    let oid = desk.stand.demo.employee(wanted).unwrap().oid.to_string();
    let all = desk.app.portal_colleagues().await.unwrap();
    all.into_iter().find(|one| one.id == oid).unwrap()
}

fn how(address: Option<&str>) -> HandOver {
    HandOver {
        name: "Мария Лютикова".to_owned(),
        address: address.map(str::to_owned),
    }
}

async fn own_address(app: &kabinet_app::App) -> String {
    app.colleagues().await.unwrap().own_address
}

/// The director's address reaches the accountant through the portal.
async fn tell_address(desk: &Desk, director: &Neighbour) -> PortalColleague {
    let accountant = desk.stand.demo.employee("accountant").unwrap().oid.to_string();
    director
        .app
        .send_own_address(accountant, "Вера".to_owned())
        .await
        .unwrap();
    let waiting = desk.app.incoming().await.unwrap();
    assert_eq!((waiting.len(), waiting[0].kind), (1, IncomingKind::Address));
    let taken = desk.app.take_incoming(&waiting[0].id).await.unwrap();
    assert!(taken.taken && taken.outcomes.is_empty());
    let known = found(desk, "director").await;
    assert_eq!(known.address, Some(own_address(&director.app).await));
    assert_eq!(taken.address.unwrap().name, known.name);
    known
}

fn errors(outcomes: &[ImportOutcome]) -> Vec<&str> {
    let errors = outcomes.iter().filter_map(|one| one.error.as_ref());
    errors.map(|error| error.code.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_signed_by_the_director_and_their_signatures_come_back() {
    let (desk, director) = two().await;
    let ids = vec![desk.import(&[sample(AKT)]).await];
    let to = tell_address(&desk, &director).await;
    let address = to.address.clone().unwrap();
    desk.app
        .hand_over_by_portal(
            HandOverWhat::Documents(ids.clone()),
            how(Some(&address)),
            NOTE.to_owned(),
            to.clone(),
        )
        .await
        .unwrap();
    let gone = &desk.page(&ids[0]).await.hand_overs[0];
    assert_eq!((gone.way, gone.who.as_str()), (Way::ToSign, to.name.as_str()));

    // The portal tells who sent it, and nothing of what is inside.
    let waiting = director.app.incoming().await.unwrap();
    assert_eq!((waiting[0].kind, waiting[0].count), (IncomingKind::Documents, 1));
    assert!(waiting[0].from.starts_with("Лютикова"), "{waiting:#?}");
    let came = director.take_only().await;
    assert_eq!(came[0].document_id.as_ref(), Some(&ids[0]), "{came:#?}");
    assert_eq!(came[0].letter.as_ref().unwrap().note, NOTE);
    assert!(director.app.incoming().await.unwrap().is_empty());
    let listed = director.app.to_sign(&[]).await.unwrap();
    let kinds: Vec<&str> = listed.groups.iter().map(|group| group.kind.as_str()).collect();
    assert_eq!(kinds, ["handed-over"]);
    assert_eq!(listed.groups[0].items[0].from.as_ref().unwrap().note, NOTE);
    assert_eq!(director.app.count_to_sign().await.unwrap(), 1);

    let run = director.sign(&desk, "director", &ids).await;
    assert_eq!(run.count(ItemState::Signed), 1);
    assert_eq!(director.app.count_to_sign().await.unwrap(), 0);
    let reply = director.app.hand_over_offer(&ids).await.unwrap().reply.unwrap();
    let accountant = director.app.portal_colleagues().await.unwrap();
    let accountant = accountant
        .into_iter()
        .find(|one| one.name.starts_with("Лютикова"));
    director
        .app
        .hand_over_by_portal(
            HandOverWhat::Documents(ids.clone()),
            how(reply.address.as_deref()),
            String::new(),
            accountant.unwrap(),
        )
        .await
        .unwrap();
    let waiting = desk.app.incoming().await.unwrap();
    let back = desk.app.take_incoming(&waiting[0].id).await.unwrap();
    assert_eq!(
        (
            back.outcomes[0].duplicate_of.as_ref(),
            back.outcomes[0].signatures
        ),
        (Some(&ids[0]), 1)
    );
    assert_eq!(desk.page(&ids[0]).await.row.stage, Stage::Signed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_neither_loses_nor_doubles_what_was_handed_over() {
    let (desk, director) = two().await;
    let ids = desk.import_letters(2).await;
    let to = tell_address(&desk, &director).await;
    let address = to.address.clone().unwrap();
    let send = |ids: &[String]| {
        desk.app.hand_over_by_portal(
            HandOverWhat::Documents(ids.to_vec()),
            how(Some(&address)),
            NOTE.to_owned(),
            to.clone(),
        )
    };
    desk.stand
        .fault(&json!({"method": "POST", "path": PATH, "kind": "drop-after"}));
    assert_eq!(code(send(&ids).await), "app.hand-over-answer-lost");
    // Nobody says that it is gone before it is known.
    assert!(desk.page(&ids[0]).await.hand_overs.is_empty());
    // It may even have been taken meanwhile.
    assert_eq!(director.take_only().await.len(), 2);
    send(&ids).await.unwrap();
    assert!(director.app.incoming().await.unwrap().is_empty());
    assert_eq!(desk.page(&ids[0]).await.hand_overs.len(), 1);
    // What is handed over anew after that, or is something else, comes.
    send(&ids).await.unwrap();
    send(&ids[..1]).await.unwrap();
    assert_eq!(director.app.incoming().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_forgotten_at_the_portal_is_taken_in_once() {
    let (desk, director) = two().await;
    let ids = desk.import_letters(1).await;
    let to = tell_address(&desk, &director).await;
    let address = to.address.clone().unwrap();
    let what = HandOverWhat::Documents(ids);
    desk.app
        .hand_over_by_portal(what, how(Some(&address)), String::new(), to)
        .await
        .unwrap();
    let id = director.app.incoming().await.unwrap()[0].id.clone();
    let path = format!("{PATH}/{id}");
    desk.stand
        .fault(&json!({"method": "DELETE", "path": path, "kind": "status", "status": 500}));
    assert!(director.app.take_incoming(&id).await.unwrap().taken);
    desk.stand.forget_requests();
    assert!(director.app.incoming().await.unwrap().is_empty());
    assert_eq!(desk.stand.requests_to("DELETE", &path), 1);
    assert!(director.app.incoming().await.unwrap().is_empty());
    assert_eq!(desk.stand.requests_to("DELETE", &path), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_or_is_nothing_of_ours_stays_at_the_portal() {
    let (desk, director) = two().await;
    let ids = desk.import_letters(1).await;
    let to = found(&desk, "director").await;
    assert_eq!(to.address, None);
    // For another's vault, and for nobody's.
    let foreign = kabinet_age::Identity::random().unwrap().recipient().to_string();
    assert_eq!(
        code(
            desk.app
                .hand_over_by_portal(
                    HandOverWhat::Documents(ids.clone()),
                    how(Some("age1nobody")),
                    String::new(),
                    to.clone()
                )
                .await
        ),
        "age.not-recipient"
    );
    desk.app
        .hand_over_by_portal(
            HandOverWhat::Documents(ids.clone()),
            how(Some(&foreign)),
            String::new(),
            to.clone(),
        )
        .await
        .unwrap();
    let id = director.app.incoming().await.unwrap()[0].id.clone();
    let taken = director.app.take_incoming(&id).await.unwrap();
    assert!(!taken.taken);
    assert_eq!(errors(&taken.outcomes), ["age.no-match"]);
    assert_eq!(director.app.incoming().await.unwrap().len(), 1);
    // A wrong passphrase, and none at all.
    desk.app
        .hand_over_by_portal(HandOverWhat::Documents(ids.clone()), how(None), String::new(), to)
        .await
        .unwrap();
    let second = director.app.incoming().await.unwrap();
    let second = second.iter().find(|one| one.id != id).unwrap().id.clone();
    director.person.types_passphrase(Some("совсем не та фраза"));
    let taken = director.app.take_incoming(&second).await.unwrap();
    assert_eq!(
        (taken.taken, errors(&taken.outcomes)),
        (false, vec!["age.wrong-passphrase"])
    );
    director.person.types_passphrase(None);
    assert_eq!(code(director.app.take_incoming(&second).await), "app.cancelled");
    director.person.types_passphrase(Some(crate::desk::PASSPHRASE));
    assert!(director.app.take_incoming(&second).await.unwrap().taken);
    // Nobody wants the first.
    assert!(director.app.drop_incoming(&id).await.unwrap().is_empty());
    assert_eq!(code(director.app.take_incoming(&id).await), "app.not-found");
    let journal = director
        .app
        .journal(Default::default(), 0, 100)
        .await
        .unwrap()
        .rows;
    assert!(journal.iter().any(|row| row.action == "incoming-dropped"));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_for_the_portal_is_refused_before_anything_leaves() {
    let (desk, _director) = two().await;
    let path = desk.path("large.bin");
    // Nothing that could be packed: xorshift32.
    let mut state = 0x9e37_79b9_u32;
    let octets: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    })
    .take(21 << 20)
    .collect();
    std::fs::write(&path, octets).unwrap();
    let id = desk.import(&[path]).await;
    let to = found(&desk, "director").await;
    let address = own_address(&desk.app).await;
    desk.stand.forget_requests();
    let what = HandOverWhat::Documents(vec![id.clone()]);
    let refused = desk
        .app
        .hand_over_by_portal(what, how(Some(&address)), String::new(), to)
        .await;
    assert_eq!(code(refused), "app.hand-over-too-large");
    assert_eq!(desk.stand.requests_to("POST", PATH), 0);
    assert!(desk.page(&id).await.hand_overs.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_merged_field_by_field_whichever_way_it_came() {
    let (desk, director) = two().await;
    let to = tell_address(&desk, &director).await;
    let draft = desk.app.new_draft("emchd").await.unwrap();
    let address = to.address.clone().unwrap();
    desk.app
        .hand_over_by_portal(
            HandOverWhat::Draft(draft.id.clone()),
            how(Some(&address)),
            String::new(),
            to,
        )
        .await
        .unwrap();
    assert_eq!(
        director.app.incoming().await.unwrap()[0].kind,
        IncomingKind::Draft
    );
    let came = director.take_only().await;
    assert_eq!(came[0].draft_id.as_ref(), Some(&draft.id), "{came:#?}");
    assert_eq!(director.app.draft(&draft.id).await.unwrap().id, draft.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_nothing_is_asked_and_nothing_is_lost() {
    let desk = Desk::new().await;
    assert_eq!(code(desk.app.incoming().await), "app.not-signed-in");
    assert_eq!(code(desk.app.portal_colleagues().await), "app.not-signed-in");
}
