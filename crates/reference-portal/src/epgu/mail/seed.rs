//! Letters that are there before anybody asks.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::letter::{AttachmentState, Letter, NewAttachment, NewLetter};
use super::pdf;
use crate::world::{World, WorldError};

const HOUR: i64 = 3600;

/// Puts the letters of the demo in; those that are there stay as they are.
pub(crate) fn seed(world: &World) -> Result<(), WorldError> {
    for (number, letter) in letters().iter().enumerate() {
        // The same at every start, so that none is put in twice.
        let message = Uuid::from_u128(0x6f1c_2f0e_58f1_4d06_9c7e_0000_0000_0000 + number as u128);
        if world.store.record::<Letter>(&message.to_string())?.is_none() {
            Letter::put(world, letter, message)?;
        }
    }
    Ok(())
}

fn letters() -> [NewLetter; 4] {
    let signed = |name: &str, text: &str| NewAttachment {
        name: name.into(),
        mime: pdf::MIME.into(),
        text: text.into(),
        signed: true,
        broken: false,
        state: AttachmentState::Ready,
    };
    let letter = |title: &str, subject: &str, html: &str, number: &str, ago_s, attachments| NewLetter {
        organisation: None,
        title: title.into(),
        subtitle: Some(subject.into()),
        html: html.into(),
        params: BTreeMap::from([("Номер".to_owned(), number.to_owned())]),
        attachments,
        ago_s,
    };
    [
        letter(
            "ФНС России",
            "Требование о представлении пояснений",
            "<p>Инспекция проводит камеральную проверку декларации по НДС за III квартал.</p>\
             <p>Представьте пояснения <b>в течение пяти рабочих дней</b>.</p>\
             <ul><li>расхождение в строке 180 раздела 3;</li><li>книга покупок, запись 14.</li></ul>\
             <p>Подробнее: <a href=\"https://www.nalog.gov.ru/\">nalog.gov.ru</a></p>",
            "12-34/5678",
            2 * HOUR,
            vec![signed(
                "Требование 12-34_5678.pdf",
                "FNS\nTrebovanie 12-34/5678\nPredstavit poyasneniya",
            )],
        ),
        letter(
            "ФССП России",
            "Постановление о возбуждении исполнительного производства",
            "<p>Возбуждено исполнительное производство. Срок для добровольного исполнения — \
             <b>пять дней</b> со дня получения постановления.</p>",
            "987654/26/77001-ИП",
            26 * HOUR,
            vec![signed(
                "Постановление.pdf",
                "FSSP\nPostanovlenie 987654/26/77001-IP",
            )],
        ),
        letter(
            "СФР",
            "Уведомление об устранении ошибок в ЕФС-1",
            "<p>В подразделе 1.1 формы ЕФС-1 не найден СНИЛС застрахованного лица.</p>\
             <p>Исправленные сведения нужны в течение пяти рабочих дней.</p>",
            "УВ-2026-11-0042",
            50 * HOUR,
            vec![],
        ),
        letter(
            "Роструд",
            "Предостережение о недопустимости нарушения обязательных требований",
            "<p>Предлагаем проверить сроки выплаты заработной платы (статья 136 ТК РФ).</p>",
            "77/7-1234-26",
            74 * HOUR,
            vec![signed(
                "Предостережение.pdf",
                "Rostrud\nPredosterezhenie 77/7-1234-26",
            )],
        ),
    ]
}
