//! Revocations. Their element names are not published (приказ ФНС от 11.12.2023 № ЕД-7-26/946@): these are this
//! project's, and stand here and in `assets/schemas/emchd/OTZMCHD_1.reconstructed.xsd` only.

use kabinet_domain::poa::{Person, PoaNumber, Withdrawal};
use time::Date;
use uuid::Uuid;

use super::codec::Codec;
use super::document::number;
use super::people::full_name;
use super::tree::Element;
use super::{ReadError, Written, file_name, settle, tree_of};

/// Code of the format.
pub const FORMAT: &str = "emchd.withdrawal";
pub(super) const PREFIX: &str = "ON_OTZMCHD";
const ROOT: &str = "ОтзывДоверенности";
const VERSION: &str = "EMCHD_OTZ_1";

fn visit(codec: &mut Codec<'_>, one: &mut Withdrawal, identifier: &mut String) {
    let keep = |text: &str| Some(text.to_owned());
    codec.derived("ВерсФорм", VERSION);
    codec.plain("ИдФайл", identifier);
    codec.must("Документ", |document| {
        document.needed_day("ДатаОтз", &mut one.declared);
        document.must("СвДов", |inside| {
            inside.needed("НомДовер", &mut one.number, number, PoaNumber::to_string);
        });
        document.must("Причина", |inside| inside.text(&mut one.reason));
        document.must("Заявитель", |inside| {
            inside.needed("Наим", &mut one.declarant, keep, String::clone);
            inside.needed("ИНН", &mut one.declarant_inn, keep, String::clone);
            inside.text_value("КПП", &mut one.declarant_kpp);
            inside.text_value("ОГРН", &mut one.declarant_ogrn);
        });
        document.must("Подписант", |inside| {
            let signer = &mut one.signer;
            inside.text_value("ИННФЛ", &mut signer.inn);
            super::people::snils(inside, &mut signer.snils);
            inside.text_value("Должность", &mut signer.position);
            inside.must("ФИО", |inside| full_name(inside, signer));
        });
    });
}

/// Reads a revocation.
///
/// # Errors
/// [`ReadError`].
pub fn read_withdrawal(name: &str, bytes: &[u8]) -> Result<Withdrawal, ReadError> {
    let mut root = tree_of(bytes, ROOT)?;
    match root.attribute("ВерсФорм") {
        Some(VERSION) => {}
        other => return Err(ReadError::Version(other.unwrap_or_default().to_owned())),
    }
    let mut one = Withdrawal {
        number: PoaNumber(Uuid::nil()),
        reason: String::new(),
        declared: Date::MIN,
        declarant: String::new(),
        declarant_inn: String::new(),
        declarant_kpp: None,
        declarant_ogrn: None,
        signer: Person::default(),
    };
    let mut faults = Vec::new();
    visit(
        &mut Codec::new(&mut root, &mut faults, true),
        &mut one,
        &mut String::new(),
    );
    settle(name, faults)?;
    Ok(one)
}

/// Writes a revocation; `id` is the unique part of its own name. The same input gives the same bytes.
#[must_use]
pub fn write_withdrawal(one: &Withdrawal, id: Uuid) -> Written {
    let name = file_name(PREFIX, one.declared, PoaNumber(id));
    let mut root = Element::new(ROOT, None);
    let mut faults = Vec::new();
    visit(
        &mut Codec::new(&mut root, &mut faults, false),
        &mut one.clone(),
        &mut name.clone(),
    );
    Written {
        bytes: root.document(),
        name: format!("{name}.xml"),
        lost: Vec::new(),
    }
}
