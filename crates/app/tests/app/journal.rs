//! The journal: narrowed, checked, written out.

use std::process::Command;

use kabinet_app::view::{Days, JournalForm, JournalQuery, JournalTopic};
use kabinet_app::{JournalSelection, JournalTarget};
use kabinet_testkit::{AKT, sample};

use crate::desk::{Desk, code};

async fn seqs(desk: &Desk, query: JournalQuery) -> (Vec<u32>, u32) {
    let selection = JournalSelection::of(&query).unwrap();
    let page = desk
        .app
        .journal(selection, query.offset, query.limit)
        .await
        .unwrap();
    assert_eq!(page.searched, None);
    assert!(page.rows.iter().all(|row| !row.missing));
    (page.rows.iter().map(|row| row.seq).collect(), page.total)
}

fn first(limit: u32) -> JournalQuery {
    JournalQuery {
        limit,
        ..JournalQuery::default()
    }
}

#[tokio::test]
async fn the_journal_is_narrowed_by_topic_person_days_and_words() {
    let desk = Desk::new().await;
    desk.import(&[sample(AKT)]).await;
    desk.sign_in().await.unwrap();
    let rows = desk.journal().await;
    let actions: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["organisation-added", "document-added", "signed-in"]);
    let person = rows[2].actor.clone();
    assert_eq!(seqs(&desk, first(2)).await, (vec![3, 2], 3));
    let second = JournalQuery {
        offset: 2,
        ..first(2)
    };
    assert_eq!(seqs(&desk, second).await, (vec![1], 3));
    let beyond = JournalQuery {
        offset: 9,
        ..first(2)
    };
    assert_eq!(seqs(&desk, beyond).await, (vec![], 3));

    let topic = |topic| JournalQuery {
        topic: Some(topic),
        ..first(9)
    };
    assert_eq!(seqs(&desk, topic(JournalTopic::Access)).await, (vec![3], 1));
    assert_eq!(seqs(&desk, topic(JournalTopic::Archive)).await, (vec![1], 1));
    assert_eq!(seqs(&desk, topic(JournalTopic::Other)).await, (vec![], 0));
    let by = |actor: &str| JournalQuery {
        actor: Some(actor.to_owned()),
        ..first(9)
    };
    assert_eq!(desk.app.journal_actors().await.unwrap(), ["", person.as_str()]);
    assert_eq!(seqs(&desk, by("")).await, (vec![2, 1], 2));
    assert_eq!(seqs(&desk, by(&person)).await, (vec![3], 1));
    let words = |text: &str| JournalQuery {
        text: text.to_owned(),
        ..first(9)
    };
    assert_eq!(seqs(&desk, words("ВХОД выполнен")).await, (vec![3], 1));
    assert_eq!(seqs(&desk, words("добавлен программа")).await, (vec![2, 1], 2));
    assert_eq!(seqs(&desk, words("нет такого")).await, (vec![], 0));
    let since = |day: &str| JournalQuery {
        period: Days {
            from: Some(day.to_owned()),
            to: None,
        },
        ..first(9)
    };
    assert_eq!(seqs(&desk, since("2020-01-01")).await, (vec![3, 2, 1], 3));
    assert_eq!(seqs(&desk, since("2999-01-01")).await, (vec![], 0));
    assert_eq!(code(JournalSelection::of(&since("2020-13-01"))), "app.not-a-day");

    let check = desk.app.verify_journal().await.unwrap();
    assert_eq!((check.entries, check.proven, check.broken_at), (3, 3, None));
    assert_eq!(check.checkpoints, 1);
    assert_eq!(check.last_checkpoint.unwrap().seq, 1);
}

#[tokio::test]
async fn the_journal_is_written_in_each_form_and_over_a_file_only_when_somebody_was_asked() {
    let desk = Desk::new().await;
    desk.import(&[sample(AKT)]).await;
    let export = async |form: JournalForm, selection: JournalSelection, replace: bool| {
        let path = desk.path(&format!("journal.{}", form.ending()));
        let target = JournalTarget {
            path: path.clone(),
            replace,
        };
        let exported = desk.app.export_journal(selection, form, target).await;
        (exported, path)
    };
    let (name, kind) = desk.app.journal_name(JournalForm::Pdf).await.unwrap();
    assert!(
        name.starts_with("Журнал ") && name.ends_with(".pdf") && kind == "Документ PDF",
        "{name}"
    );
    let documents = || JournalSelection {
        text: "документ добавлен".to_owned(),
        ..JournalSelection::default()
    };

    let (exported, pdf) = export(JournalForm::Pdf, documents(), false).await;
    assert_eq!(exported.unwrap().entries, 1);
    let text = Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("Документ добавлен") && text.contains("Журнал цел"),
        "{text}"
    );
    assert!(!text.contains("Организация добавлена"), "{text}");

    let (exported, csv) = export(JournalForm::Csv, documents(), false).await;
    assert_eq!(exported.unwrap().entries, 1);
    assert_eq!(std::fs::read_to_string(&csv).unwrap().lines().count(), 2);
    // Both exports are in the journal by now, and in what is written over.
    let all = JournalSelection::default;
    assert_eq!(
        code(export(JournalForm::Csv, all(), false).await.0),
        "app.file-exists"
    );
    assert_eq!(std::fs::read_to_string(&csv).unwrap().lines().count(), 2);
    let (exported, _) = export(JournalForm::Csv, all(), true).await;
    assert_eq!(exported.unwrap().entries, 4);
    assert_eq!(std::fs::read_to_string(&csv).unwrap().lines().count(), 5);

    let (exported, json) = export(JournalForm::Json, all(), false).await;
    let exported = exported.unwrap();
    let judge = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/tests/verify_journal.py");
    let verdict = Command::new("python3")
        .arg(judge)
        .arg(&json)
        .arg(&exported.public_key)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&verdict.stdout), "intact 5, vouched 1\n");

    // A folder that is not there.
    let target = JournalTarget {
        path: desk.path("nowhere/journal.pdf"),
        replace: true,
    };
    let failed = desk.app.export_journal(all(), JournalForm::Pdf, target).await;
    assert_eq!(code(failed), "app.file-not-found");
    assert_eq!(desk.app.verify_journal().await.unwrap().entries, 6);
}
