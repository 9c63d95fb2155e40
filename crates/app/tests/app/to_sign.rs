//! What waits for a signature, without a network.

use kabinet_app::view::{ItemState, ToSign};
use kabinet_testkit::{AKT, sample};

use crate::desk::Desk;

fn listed(all: &ToSign) -> Vec<(&str, &str, bool)> {
    let groups = all.groups.iter();
    groups
        .flat_map(|group| {
            group.items.iter().map(|item| {
                let document = &item.document;
                (
                    group.kind.as_str(),
                    document.row.id.as_str(),
                    document.opened.is_some(),
                )
            })
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_unsigned_waits_and_counts_as_read_only_as_it_was_shown() {
    let desk = Desk::new().await;
    assert_eq!(desk.app.count_to_sign().await.unwrap(), 0);
    assert!(desk.app.to_sign(&[]).await.unwrap().groups.is_empty());
    let akt = desk.import(&[sample(AKT)]).await;
    let letter = desk.import_letters(1).await.remove(0);
    // What cannot be signed as it is does not wait.
    let broken = desk.path("ON_AKTSVEROTP_broken.xml");
    let text = std::fs::read(sample(AKT)).unwrap();
    std::fs::write(&broken, &text[..text.len() / 2]).unwrap();
    desk.app.import(vec![broken]).await.unwrap();

    let all = desk.app.to_sign(&["00".repeat(32)]).await.unwrap();
    assert_eq!(
        listed(&all),
        [
            ("document", akt.as_str(), false),
            ("document", letter.as_str(), false)
        ]
    );
    assert!(all.groups[0].items.iter().all(|item| item.signers.is_empty()));
    assert_eq!(desk.app.count_to_sign().await.unwrap(), 2);

    // Something else was shown.
    desk.app.note_opened(&akt, &"9".repeat(64)).await.unwrap();
    assert!(!listed(&desk.app.to_sign(&[]).await.unwrap())[0].2);
    let shown = all.groups[0].items[0].document.shown.clone();
    desk.app.note_opened(&akt, &shown).await.unwrap();
    let fingerprint = desk.stand.fingerprint("accountant").to_owned();
    let read = desk
        .app
        .to_sign(std::slice::from_ref(&fingerprint))
        .await
        .unwrap();
    assert!(listed(&read)[0].2);
    assert_eq!(read.groups[0].items[0].signers, [fingerprint]);

    let run = desk.sign(std::slice::from_ref(&akt)).await.unwrap();
    assert_eq!(run.count(ItemState::Signed), 1);
    let left = desk.app.to_sign(&[]).await.unwrap();
    assert_eq!(listed(&left), [("document", letter.as_str(), false)]);
    assert_eq!(desk.app.count_to_sign().await.unwrap(), 1);
}
