//! The exchange between an accounting program and a bank, `1CClientBankExchange`: statements and payments as records.
//!
//! Lines of `Ключ=Значение`; a statement stands between `СекцияРасчСчет` and `КонецРасчСчет`, a payment between
//! `СекцияДокумент=…` and `КонецДокумента`, the whole ends with `КонецФайла` («Стандарт обмена с системами „Клиент банка“»,
//! version 1.03). Encoding: windows-1251 or cp866, as the line `Кодировка` says.

mod reading;

use std::collections::BTreeMap;

use kabinet_domain::Finding;
use kabinet_domain::requisites::{self, Context, Kind};
use serde::Serialize;
use time::Date;

use crate::decode::{self, DecodeError};

/// Everything a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BankExchange {
    /// `ВерсияФормата`.
    pub version: String,
    /// Program that wrote it.
    pub sender: Option<String>,
    /// Program it is for.
    pub recipient: Option<String>,
    /// When it was written.
    pub created: Option<Date>,
    /// First day of the period.
    pub from: Option<Date>,
    /// Last day of the period.
    pub to: Option<Date>,
    /// The organisation's own accounts.
    pub accounts: Vec<String>,
    /// What happened on each account.
    pub statements: Vec<AccountStatement>,
    /// Payments.
    pub payments: Vec<Payment>,
}

/// What happened on an account in a period. Sums in kopecks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountStatement {
    /// Line it begins on, from 1.
    pub line: u32,
    /// Account, 20 characters.
    pub account: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Balance before.
    pub opening: Option<i64>,
    /// Received.
    pub received: Option<i64>,
    /// Spent.
    pub spent: Option<i64>,
    /// Balance after.
    pub closing: Option<i64>,
}

/// A payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Line it begins on, from 1.
    pub line: u32,
    /// Kind in the file's words: «Платежное поручение», «Банковский ордер» and others.
    pub kind: String,
    /// Number.
    pub number: String,
    /// Day.
    pub date: Option<Date>,
    /// Sum in kopecks.
    pub sum: Option<i64>,
    /// When it left the payer's account.
    pub debited: Option<Date>,
    /// When it came to the recipient's.
    pub credited: Option<Date>,
    /// Who pays.
    pub payer: Party,
    /// Who is paid.
    pub recipient: Party,
    /// What for.
    pub purpose: String,
    /// Other keys as they stand, among them those of payments to the budget (`ПоказательКБК`, `ОКАТО` and others).
    pub other: BTreeMap<String, String>,
}

/// One side of a payment. What the file does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Name, without an ИНН that some banks write before it.
    pub name: String,
    /// ИНН.
    pub inn: String,
    /// КПП.
    pub kpp: String,
    /// Account.
    pub account: String,
    /// Name of its bank.
    pub bank: String,
    /// БИК of its bank.
    pub bik: String,
    /// Correspondent account of its bank.
    pub correspondent: String,
}

/// Whether the bytes are such a file, whatever its name.
pub fn is_bank_exchange(bytes: &[u8]) -> bool {
    decode::bank_exchange(bytes).is_some()
}

/// Reads a file. What is wrong with it is told by line and key; the records hold what could be read all the same.
///
/// # Errors
/// [`DecodeError`] when the bytes are no such file, or none in the encoding it names.
pub fn read(name: &str, bytes: &[u8]) -> Result<(BankExchange, Vec<Finding>), DecodeError> {
    if !is_bank_exchange(bytes) {
        return Err(DecodeError::NotText);
    }
    let text = decode::decode(bytes)?;
    Ok(reading::read(name, &text.content))
}

/// Whom the organisation pays and who pays it: each once, in the order of the file, without the organisation itself. Nothing
/// when the bytes are no bank exchange. For filling in forms: what does not pass the check of its digits is left empty.
pub fn counterparties(bytes: &[u8]) -> Vec<Party> {
    let Ok((exchange, _)) = read("", bytes) else {
        return Vec::new();
    };
    let is_own = |party: &Party| exchange.accounts.contains(&party.account);
    let mut own: Vec<&str> = Vec::new();
    for payment in &exchange.payments {
        let sides = [&payment.payer, &payment.recipient];
        own.extend(
            sides
                .iter()
                .filter(|party| is_own(party) && !party.inn.is_empty())
                .map(|party| party.inn.as_str()),
        );
    }
    let mut found: Vec<Party> = Vec::new();
    for payment in &exchange.payments {
        for party in [&payment.payer, &payment.recipient] {
            // The treasury and the bank itself are named like any other; only the organisation's own accounts are left out.
            if party.name.is_empty() || is_own(party) || own.contains(&party.inn.as_str()) {
                continue;
            }
            let party = checked(party.clone());
            if !found.contains(&party) {
                found.push(party);
            }
        }
    }
    found
}

fn checked(mut party: Party) -> Party {
    let keep = |kind, value: &mut String, bik: Option<&str>| {
        let context = Context {
            bik,
            ..Context::default()
        };
        if requisites::check(kind, value, context).is_err() {
            value.clear();
        }
    };
    keep(Kind::Inn, &mut party.inn, None);
    keep(Kind::Kpp, &mut party.kpp, None);
    keep(Kind::Bik, &mut party.bik, None);
    let bik = party.bik.clone();
    keep(Kind::Account, &mut party.account, Some(&bik));
    keep(Kind::Account, &mut party.correspondent, Some(&bik));
    party
}
