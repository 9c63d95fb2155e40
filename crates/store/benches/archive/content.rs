//! Documents in numbers: the same ones in every run.

use std::time::Duration;

use kabinet_domain::{Document, DocumentFile, DocumentId, DocumentStage, FileRole};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::demo::ORGANISATION;

const FORMATS: [&str; 8] = [
    "fns.on_aktsverotp",
    "fns.upd",
    "fns.ndfl",
    "sfr.efs1",
    "bank.exchange",
    "rosstat.p4",
    "other.pdf",
    "fns.nds",
];
const KINDS: [&str; 8] = [
    "Акт сверки",
    "Счёт-фактура",
    "Справка о доходах",
    "Сведения о стаже",
    "Платёжное поручение",
    "Отчёт о труде",
    "Договор поставки",
    "Декларация по НДС",
];
const ROOTS: [&str; 40] = [
    "договор",
    "поставк",
    "накладн",
    "отчет",
    "справк",
    "сумм",
    "период",
    "налог",
    "взнос",
    "работник",
    "доход",
    "стаж",
    "банк",
    "платеж",
    "получател",
    "плательщик",
    "назначени",
    "организаци",
    "руководител",
    "бухгалтер",
    "подпис",
    "адрес",
    "улиц",
    "склад",
    "товар",
    "количеств",
    "цен",
    "стоимост",
    "акциз",
    "ставк",
    "итог",
    "основани",
    "доверенност",
    "приложени",
    "заявлени",
    "уведомлени",
    "требовани",
    "решени",
    "проверк",
    "возврат",
];
const ENDINGS: [&str; 8] = ["", "а", "у", "ом", "е", "ы", "ов", "ами"];

/// A generator without memory: the same number gives the same document.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// One of five thousand counterparties.
pub fn inn(number: u64) -> u64 {
    7_700_000_000 + (number * 7919) % 5000
}

pub fn title(number: u64) -> String {
    format!(
        "{} № {}/{}-А с ООО «Ромашка {}»",
        KINDS[number as usize % 8],
        number,
        number % 97,
        inn(number) % 5000
    )
}

/// Eighty words, some of them in every document, most in few; requisites, a sum and a day.
pub fn text(number: u64) -> String {
    let mut dice = Dice(number);
    let mut text = format!(
        "ИНН {} сумма {} {:03},{:02} от {:02}.{:02}.{}\nОбщество с ограниченной ответственностью",
        inn(number),
        1 + dice.roll(900),
        dice.roll(1000),
        dice.roll(100),
        1 + dice.roll(28),
        1 + dice.roll(12),
        2016 + number % 10
    );
    for _ in 0..70 {
        // Squared twice: the first words are in most documents, the last in one of many thousand.
        let rare = dice.roll(1000).pow(2) / 1000;
        let root = ROOTS[(rare % 40) as usize];
        let ending = ENDINGS[dice.roll(8) as usize];
        text.push(' ');
        if rare < 40 {
            text.push_str(root);
        } else {
            text.push_str(&format!(
                "{root}{}",
                ["о", "е", "и", "ст", "ск", "ован", "тельн"][(rare / 40 % 7) as usize]
            ));
            text.push_str(ROOTS[(rare / 25 % 40) as usize]);
        }
        text.push_str(ending);
    }
    text
}

pub fn document(number: u64, content: &DocumentFile) -> Document {
    use DocumentStage as S;
    // Nearly everything is done with; a hundredth waits for somebody.
    let stage = match number % 400 {
        0 => S::Ready,
        1 => S::Signed,
        2 => S::Invalid,
        3 => S::Sent,
        4..=20 => S::Refused,
        _ => S::Accepted,
    };
    let at = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_450_000_000 + number * 300);
    let mut files = vec![content.clone()];
    if number % 400 > 2 {
        files.push(DocumentFile {
            name: format!("{}.sig", content.name),
            role: FileRole::Signature {
                of: content.name.clone(),
            },
            ..content.clone()
        });
    }
    Document {
        id: DocumentId(Uuid::from_u128(u128::from(number) + 1)),
        organisation: ORGANISATION,
        format: FORMATS[number as usize % 8].to_owned(),
        title: title(number),
        files,
        stage,
        findings: Vec::new(),
        added: at,
        updated: at + Duration::from_secs(Dice(number).roll(3_000_000)),
    }
}
