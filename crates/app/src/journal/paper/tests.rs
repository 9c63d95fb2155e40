use kabinet_domain::{Environment, OrganisationId, OrganisationKind};
use kabinet_store::JournalFilter;
use kabinet_texts::Language;
use time::macros::datetime;
use uuid::Uuid;

use super::*;
use crate::print::printed::{Printed, squeezed};
use crate::view::JournalCheckpoint;

const AT: OffsetDateTime = datetime!(2026-11-28 20:59:58 UTC);

fn organisation() -> Organisation {
    Organisation {
        id: OrganisationId(Uuid::from_u128(7)),
        environment: Environment::Demo,
        kind: OrganisationKind::Legal,
        name: "ООО «Северный ветер»".to_owned(),
        inn: "7801234564".to_owned(),
        ogrn: "1027800000000".to_owned(),
        kpp: None,
        region: "40".to_owned(),
    }
}

fn entry(seq: u64) -> JournalEntry {
    JournalEntry {
        seq,
        at: AT + Duration::minutes(i64::try_from(seq).unwrap()),
        actor: if seq.is_multiple_of(3) {
            ""
        } else {
            "Ветрова Мария Ивановна"
        }
        .to_owned(),
        action: "order-pushed".to_owned(),
        subject: (seq.is_multiple_of(2)).then(|| Uuid::from_u128(seq.into()).to_string()),
        params: [("order".to_owned(), (5_000_000_000 + seq).to_string())].into(),
        previous: [0; 32],
        hash: [u8::try_from(seq % 256).unwrap(); 32],
    }
}

fn check(entries: u32, broken: Option<(u32, JournalFault, u32)>) -> JournalCheck {
    JournalCheck {
        entries,
        broken_at: broken.map(|(at, ..)| at),
        fault: broken.map(|(_, fault, _)| fault),
        proven: broken.map_or(entries, |(.., proven)| proven),
        checkpoints: 3,
        last_checkpoint: Some(JournalCheckpoint {
            seq: 2,
            at: crate::view::rfc3339(AT),
        }),
        public_key: "4f".repeat(32),
    }
}

fn read(
    entries: Vec<JournalEntry>,
    check: JournalCheck,
    selection: &JournalSelection,
    language: Language,
) -> Printed {
    let contents = Contents {
        organisation: &organisation(),
        selection,
        last: entries.last().cloned(),
        entries,
        check,
        checkpoint: Some(Checkpoint {
            seq: 2,
            at: AT,
            hash: [2; 32],
            key: [0x4f; 32],
            signature: [0xab; 64],
        }),
        made: AT,
    };
    Printed::of(&printed(&contents, &Texts::new(language)).unwrap())
}

#[test]
fn the_paper_says_what_was_selected_every_entry_and_what_proves_them() {
    let selection = JournalSelection {
        filter: JournalFilter {
            actions: JournalTopic::Sending.actions(),
            actor: Some(String::new()),
            // From the first to the last day of November in Moscow.
            from: Some(datetime!(2026-10-31 21:00 UTC)),
            until: Some(datetime!(2026-11-30 21:00 UTC)),
            subject: None,
        },
        text: " портал ".to_owned(),
    };
    let mut entries: Vec<JournalEntry> = (1..=120).map(entry).collect();
    entries[3].actor = "Непереносимоеслово".repeat(12);
    let paper = read(entries, check(120, None), &selection, Language::Russian);
    let text = paper.squeezed();
    for said in [
        "Журнал действий",
        "Журнал цел: проверено 120 записей",
        "ООО «Северный ветер»",
        "7801234564",
        "с 01.11.2026 по 30.11.2026 (МСК)",
        "Отправка и ответы",
        "Слова портал",
        "Записей здесь 120",
        "Документ передан порталу, заявление 5000000077",
        "(документ 00000000-0000-0000-0000-000000000002)",
        // Midnight in Moscow lies between these two.
        "28.11.2026 23:59:58",
        "29.11.2026 00:00:58",
        "Ветрова Мария Ивановна",
        "на записи № 2, 28.11.2026 23:59:58 (МСК)",
        &"78".repeat(32),
        &"4f".repeat(32),
        &"ab".repeat(64),
    ] {
        assert!(text.contains(&squeezed(said)), "{said}\n{text}");
    }
    // A word wider than its column is broken, not cut.
    assert_eq!(text.matches("Непере").count(), 12);
    let (pages, head) = (paper.pages.len(), "Когда");
    assert!(pages > 3);
    for (index, page) in paper.pages.iter().enumerate() {
        assert!(
            page.contains(&format!("Страница {} из {pages}", index + 1)),
            "{page}"
        );
        assert!(page.contains(head) || index + 1 == pages, "{page}");
    }
    for untrue in ["НАРУШЕНА", "не доказана", "□", "print.", "ui."] {
        assert!(!text.contains(&squeezed(untrue)), "{untrue}");
    }
}

#[test]
fn a_broken_journal_is_broken_on_paper() {
    let found = check(4, Some((3, JournalFault::Altered, 2)));
    let everything = JournalSelection::default();
    let paper = read(
        (1..=5).map(entry).collect(),
        found,
        &everything,
        Language::Russian,
    );
    let text = paper.squeezed();
    assert!(text.contains(&squeezed(
        "Запись № 3 изменена: в ней не то, что записала программа."
    )));
    assert!(text.contains(&squeezed(
        "Записи по № 2 доказаны, остальные нет. Сохраните копию"
    )));
    assert!(!text.contains(&squeezed("Журнал цел")));
    assert!(text.contains(&squeezed("за всё время")));
    assert_eq!(text.matches(&squeezed("[НАРУШЕНА] Документ")).count(), 1);
    assert_eq!(text.matches(&squeezed("[не доказана] Документ")).count(), 2);
}

#[test]
fn nothing_found_is_said_and_the_other_language_has_all_words() {
    let until = datetime!(2026-11-28 09:30 UTC);
    let selection = JournalSelection {
        filter: JournalFilter {
            until: Some(until),
            ..JournalFilter::default()
        },
        ..JournalSelection::default()
    };
    let paper = read(Vec::new(), check(5, None), &selection, Language::English);
    let text = paper.squeezed();
    assert!(text.contains(&squeezed("There are no such entries.")), "{text}");
    assert!(text.contains(&squeezed("until 28.11.2026 12:30")), "{text}");
    assert!(!text.contains("print.") && !text.contains("ui."), "{text}");
}
