//! Line by line: sections, keys, values, and what is wrong with each.

use std::collections::{BTreeMap, BTreeSet};

use kabinet_domain::requisites::{self, Context, Kind, Reason};
use kabinet_domain::{Finding, Severity};
use time::{Date, Month};

use super::{AccountStatement, BankExchange, Party, Payment};
use crate::xsd::MAX_FINDINGS;

const VERSIONS: [&str; 4] = ["1.00", "1.01", "1.02", "1.03"];
/// Keys of the header that may stand several times.
const REPEATED: [&str; 2] = ["РасчСчет", "Документ"];

/// The values of a section, each with its line.
struct Section {
    line: u32,
    kind: Opened,
    values: BTreeMap<String, (u32, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Opened {
    Header,
    Account,
    Document(String),
}

struct Reader<'a> {
    file: &'a str,
    findings: Vec<Finding>,
    exchange: BankExchange,
}

pub(super) fn read(file: &str, text: &str) -> (BankExchange, Vec<Finding>) {
    let mut reader = Reader {
        file,
        findings: Vec::new(),
        exchange: BankExchange::default(),
    };
    reader.all(text);
    let Reader {
        mut findings,
        exchange,
        ..
    } = reader;
    findings.sort_by_key(|finding| finding.line);
    findings.truncate(MAX_FINDINGS);
    (exchange, findings)
}

impl Reader<'_> {
    fn all(&mut self, text: &str) {
        let mut header = section(1, Opened::Header);
        let mut inner: Option<Section> = None;
        let mut ended = false;
        let mut last = 1;
        // The first line names the format.
        for (line, content) in (1_u32..).zip(text.lines()).skip(1) {
            let content = content.trim();
            last = line;
            if content.is_empty() {
                continue;
            }
            if ended {
                self.error("bank.after-end", line, None, &[]);
                return;
            }
            let (key, value) = match content.split_once('=') {
                Some((key, value)) => (key.trim(), Some(value.trim())),
                None => (content, None),
            };
            let opened = match (key, value) {
                ("СекцияРасчСчет", None | Some("")) => Some(Opened::Account),
                ("СекцияДокумент", Some(kind)) => Some(Opened::Document(kind.to_owned())),
                _ => None,
            };
            match (opened, key, value) {
                (Some(kind), _, _) => {
                    if let Some(open) = inner.replace(section(line, kind)) {
                        self.error("bank.section-open", open.line, None, &[]);
                        self.close(open);
                    }
                }
                (None, "КонецРасчСчет" | "КонецДокумента", None | Some("")) => {
                    let fits = |kind: &Opened| (*kind == Opened::Account) == (key == "КонецРасчСчет");
                    match inner.take() {
                        Some(open) if fits(&open.kind) => self.close(open),
                        other => {
                            self.error("bank.stray-end", line, Some(key), &[]);
                            inner = other;
                        }
                    }
                }
                (None, "КонецФайла", None | Some("")) => ended = true,
                (None, key, Some(value)) => {
                    let into = inner.as_mut().unwrap_or(&mut header);
                    let known = into
                        .values
                        .insert(key.to_owned(), (line, value.to_owned()))
                        .is_some();
                    if into.kind == Opened::Header && key == "РасчСчет" {
                        self.exchange.accounts.push(value.to_owned());
                    }
                    if known && !(into.kind == Opened::Header && REPEATED.contains(&key)) {
                        self.error("bank.repeated", line, Some(key), &[]);
                    }
                }
                (None, _, None) => self.error("bank.line", line, None, &[("value", content)]),
            }
        }
        if let Some(open) = inner {
            self.error("bank.section-open", open.line, None, &[]);
            self.close(open);
        }
        if !ended {
            self.error("bank.no-end", last, None, &[]);
        }
        self.header(header);
    }

    fn header(&mut self, mut section: Section) {
        let (line, version) = section
            .values
            .remove("ВерсияФормата")
            .unwrap_or((1, String::new()));
        if version.is_empty() {
            self.error("bank.missing", line, Some("ВерсияФормата"), &[]);
        } else if !VERSIONS.contains(&version.as_str()) {
            self.warning("bank.version", line, "ВерсияФормата", &[("value", &version)]);
        }
        self.exchange.version = version;
        self.exchange.sender = filled(&mut section, "Отправитель");
        self.exchange.recipient = filled(&mut section, "Получатель");
        self.exchange.created = self.date(&mut section, "ДатаСоздания");
        self.exchange.from = self.date(&mut section, "ДатаНачала");
        self.exchange.to = self.date(&mut section, "ДатаКонца");
    }

    fn close(&mut self, section: Section) {
        match section.kind.clone() {
            Opened::Header => {}
            Opened::Account => self.account(section),
            Opened::Document(kind) => self.payment(section, kind),
        }
    }

    fn account(&mut self, mut section: Section) {
        self.required(&section, &["РасчСчет"]);
        let statement = AccountStatement {
            line: section.line,
            account: filled(&mut section, "РасчСчет").unwrap_or_default(),
            from: self.date(&mut section, "ДатаНачала"),
            to: self.date(&mut section, "ДатаКонца"),
            opening: self.sum(&mut section, "НачальныйОстаток"),
            received: self.sum(&mut section, "ВсегоПоступило"),
            spent: self.sum(&mut section, "ВсегоСписано"),
            closing: self.sum(&mut section, "КонечныйОстаток"),
        };
        if let (Some(opening), Some(received), Some(spent), Some(closing)) = (
            statement.opening,
            statement.received,
            statement.spent,
            statement.closing,
        ) {
            let expected = opening.saturating_add(received).saturating_sub(spent);
            if expected != closing {
                let (value, expected) = (shown(closing), shown(expected));
                let params = [("value", value.as_str()), ("expected", &expected)];
                self.warning("bank.balance", section.line, "КонечныйОстаток", &params);
            }
        }
        self.exchange.statements.push(statement);
    }

    fn payment(&mut self, mut section: Section, kind: String) {
        self.required(&section, &["Номер", "Дата", "Сумма"]);
        let payment = Payment {
            line: section.line,
            kind,
            number: filled(&mut section, "Номер").unwrap_or_default(),
            date: self.date(&mut section, "Дата"),
            sum: self.sum(&mut section, "Сумма"),
            debited: self.date(&mut section, "ДатаСписано"),
            credited: self.date(&mut section, "ДатаПоступило"),
            payer: self.party(&mut section, "Плательщик"),
            recipient: self.party(&mut section, "Получатель"),
            purpose: purpose(&mut section),
            other: section
                .values
                .into_iter()
                .filter(|(_, (_, value))| !value.is_empty())
                .map(|(key, (_, value))| (key, value))
                .collect(),
        };
        self.exchange.payments.push(payment);
    }

    fn party(&mut self, section: &mut Section, side: &str) -> Party {
        let key = |part: &str| format!("{side}{part}");
        let whole = filled(section, side);
        // `…1` is the name alone; the whole one may begin with the ИНН.
        let name = filled(section, &key("1")).or_else(|| whole.as_deref().map(without_inn));
        let bik = self.requisite(section, &key("БИК"), Kind::Bik, None);
        let account = self.requisite(section, &key("Счет"), Kind::Account, Some(&bik));
        // Where the account of the payer's bank stands in the first, the second is the payer's own.
        let settlement = self.requisite(section, &key("РасчСчет"), Kind::Account, Some(&bik));
        let party = Party {
            name: name.unwrap_or_default(),
            inn: self.requisite(section, &key("ИНН"), Kind::Inn, None),
            kpp: self.requisite(section, &key("КПП"), Kind::Kpp, None),
            account: if settlement.is_empty() {
                account
            } else {
                settlement
            },
            bank: filled(section, &key("Банк1")).unwrap_or_default(),
            correspondent: self.requisite(section, &key("Корсчет"), Kind::Account, Some(&bik)),
            bik,
        };
        section.values.remove(&key("Банк2"));
        party
    }

    /// A requisite as it stands; `0` is how banks say that there is none. Wrong digits are a warning: payments went through
    /// with them, and no rule of the format forbids them.
    fn requisite(&mut self, section: &mut Section, key: &str, kind: Kind, bik: Option<&str>) -> String {
        let Some((line, value)) = section.values.remove(key) else {
            return String::new();
        };
        if value.is_empty() || value.bytes().all(|byte| byte == b'0') {
            return String::new();
        }
        let context = Context {
            bik,
            ..Context::default()
        };
        match requisites::check(kind, &value, context) {
            Ok(_) => {}
            // Without a БИК nothing can be said of an account.
            Err(error) if error.reason == Reason::BikNeeded => {}
            Err(error) => match error.reason {
                Reason::ControlDigit { position, expected } => {
                    let (position, expected) = (position.to_string(), expected.to_string());
                    let params = [
                        ("value", value.as_str()),
                        ("position", &position),
                        ("expected", &expected),
                    ];
                    self.warning(error.code(), line, key, &params);
                }
                _ => self.warning("bank.requisite", line, key, &[("value", &value)]),
            },
        }
        value
    }

    fn required(&mut self, section: &Section, keys: &[&str]) {
        for key in keys {
            if section.values.get(*key).is_none_or(|(_, value)| value.is_empty()) {
                self.error("bank.missing", section.line, Some(key), &[]);
            }
        }
    }

    /// `dd.mm.yyyy`.
    fn date(&mut self, section: &mut Section, key: &str) -> Option<Date> {
        let (line, value) = section
            .values
            .remove(key)
            .filter(|(_, value)| !value.is_empty())?;
        let date = date(&value);
        if date.is_none() {
            self.error("bank.date", line, Some(key), &[("value", &value)]);
        }
        date
    }

    /// Roubles with a decimal point, at most two digits after it.
    fn sum(&mut self, section: &mut Section, key: &str) -> Option<i64> {
        let (line, value) = section
            .values
            .remove(key)
            .filter(|(_, value)| !value.is_empty())?;
        let sum = kopecks(&value);
        if sum.is_none() {
            self.error("bank.sum", line, Some(key), &[("value", &value)]);
        }
        sum
    }

    fn error(&mut self, code: &str, line: u32, key: Option<&str>, params: &[(&str, &str)]) {
        self.find(code, Severity::Error, line, key, params);
    }

    fn warning(&mut self, code: &str, line: u32, key: &str, params: &[(&str, &str)]) {
        self.find(code, Severity::Warning, line, Some(key), params);
    }

    fn find(
        &mut self,
        code: &str,
        severity: Severity,
        line: u32,
        key: Option<&str>,
        params: &[(&str, &str)],
    ) {
        let named = key.map(|key| ("name", key));
        self.findings.push(Finding {
            code: code.to_owned(),
            severity,
            file: self.file.to_owned(),
            line: Some(line),
            element: key.map(str::to_owned),
            params: named
                .into_iter()
                .chain(params.iter().copied())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        });
    }
}

fn section(line: u32, kind: Opened) -> Section {
    Section {
        line,
        kind,
        values: BTreeMap::new(),
    }
}

fn filled(section: &mut Section, key: &str) -> Option<String> {
    let (_, value) = section.values.remove(key)?;
    (!value.is_empty()).then_some(value)
}

/// One line, or up to six.
fn purpose(section: &mut Section) -> String {
    let whole = filled(section, "НазначениеПлатежа");
    let lines: Vec<String> = (1..=6)
        .filter_map(|number| filled(section, &format!("НазначениеПлатежа{number}")))
        .collect();
    whole.unwrap_or_else(|| lines.join(" "))
}

/// «ИНН 7707083893 ООО „Ромашка“» and «ИНН 7707083893/770701001 …» without what stands before the name.
fn without_inn(name: &str) -> String {
    let rest = name.strip_prefix("ИНН").map(str::trim_start);
    let Some((number, rest)) = rest.and_then(|rest| rest.split_once(' ')) else {
        return name.to_owned();
    };
    let digits: BTreeSet<bool> = number.chars().map(|c| c.is_ascii_digit() || c == '/').collect();
    if digits.contains(&false) {
        name.to_owned()
    } else {
        rest.trim().to_owned()
    }
}

fn date(value: &str) -> Option<Date> {
    let mut parts = value.split('.');
    let mut number = |length| {
        let part = parts.next()?;
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u16>().ok())?
    };
    let (day, month, year) = (number(2)?, number(2)?, number(4)?);
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()
}

fn kopecks(value: &str) -> Option<i64> {
    let (negative, value) = match value.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let (roubles, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if roubles.is_empty() || fraction.len() > 2 || !digits(roubles) || !digits(fraction) {
        return None;
    }
    let whole = roubles.parse::<i64>().ok()?.checked_mul(100)?;
    let part = format!("{fraction:0<2}").parse::<i64>().ok()?;
    let sum = whole.checked_add(part)?;
    Some(if negative { -sum } else { sum })
}

fn shown(kopecks: i64) -> String {
    let sign = if kopecks < 0 { "-" } else { "" };
    let kopecks = kopecks.unsigned_abs();
    format!("{sign}{}.{:02}", kopecks / 100, kopecks % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date as day;

    #[test]
    fn sums_are_exact_and_nothing_else_is_a_sum() {
        for (text, expected) in [
            ("1234.56", 123_456),
            ("3000", 300_000),
            ("0.5", 50),
            ("0.05", 5),
            ("-1.00", -100),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(kopecks(text), Some(expected), "{text}");
            assert_eq!(kopecks(&shown(expected)), Some(expected));
        }
        for text in [
            "",
            "1,5",
            "1.234",
            "1 000",
            "+1",
            ".5",
            "--1",
            "1e3",
            "92233720368547758.08",
            "١",
        ] {
            assert_eq!(kopecks(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_days_that_exist() {
        assert_eq!(date("29.02.2024"), Some(day!(2024 - 02 - 29)));
        for text in [
            "29.02.2025",
            "1.1.2025",
            "01.01.25",
            "2025.01.01",
            "01/01/2025",
            "01.01.2025.1",
            "00.01.2025",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_loses_only_the_number_before_it() {
        for (name, expected) in [
            ("ИНН 7707083893 ООО \"Ромашка\"", "ООО \"Ромашка\""),
            ("ИНН 7707083893/770701001 ООО Ромашка", "ООО Ромашка"),
            ("ИНН-сервис ООО", "ИНН-сервис ООО"),
            ("ООО Ромашка", "ООО Ромашка"),
            ("ИНН", "ИНН"),
        ] {
            assert_eq!(without_inn(name), expected);
        }
    }
}
