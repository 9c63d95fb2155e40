//! Requisites of a request: complete, well formed, equal to the registry (ORG-21…24).

use serde::Deserialize;
use time::Date;
use time::macros::format_description;
use utoipa::ToSchema;

use crate::cabinet::refusal::{Code, FieldProblem, Refusal};
use crate::cabinet::registry::{Entry, Kind, is_account, is_inn, is_ogrn};

/// What a request says of an organisation. All texts; those of ORG-21 are needed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Requisites {
    /// As in the registry, if given.
    pub(crate) full_name: Option<String>,
    pub(crate) legal_address: Option<String>,
    /// 20 digits.
    pub(crate) bank_account: Option<String>,
    /// 9 digits.
    pub(crate) bik: Option<String>,
    pub(crate) bank_name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    /// Фамилия, имя, отчество.
    pub(crate) director_name: Option<String>,
    #[schema(format = Date)]
    pub(crate) director_appointed: Option<String>,
    pub(crate) contact_name: Option<String>,
    pub(crate) tax_account: Option<String>,
    pub(crate) director_passport: Option<String>,
    pub(crate) branch_code: Option<String>,
    pub(crate) branch_address: Option<String>,
}

fn problem(name: &str, code: &str, message: &str) -> FieldProblem {
    FieldProblem {
        name: name.into(),
        code: code.into(),
        message: message.into(),
    }
}

fn given(value: Option<&String>) -> Option<&str> {
    value.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Refuses numbers with a wrong length or wrong control digits, before anything is asked of the registry.
pub(crate) fn check_formats(
    inn: Option<&String>,
    ogrn: Option<&String>,
    kpp: Option<&String>,
    requisites: &Requisites,
) -> Result<(), Refusal> {
    let mut wrong = vec![];
    if given(inn).is_some_and(|inn| !is_inn(inn)) {
        wrong.push(problem(
            "inn",
            "digits",
            "В ИНН 10 или 12 цифр, и контрольные цифры должны сойтись",
        ));
    }
    if given(ogrn).is_some_and(|ogrn| !is_ogrn(ogrn)) {
        wrong.push(problem(
            "ogrn",
            "digits",
            "В ОГРН 13 или 15 цифр, и контрольная цифра должна сойтись",
        ));
    }
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if given(kpp).is_some_and(|kpp| !digits(kpp, 9)) {
        wrong.push(problem("kpp", "digits", "В КПП девять цифр"));
    }
    let bik = given(requisites.bik.as_ref());
    if bik.is_some_and(|bik| !digits(bik, 9)) {
        wrong.push(problem("bik", "digits", "В БИК девять цифр"));
    }
    let account = given(requisites.bank_account.as_ref());
    if let (Some(bik), Some(account)) = (bik, account)
        && !is_account(bik, account)
    {
        wrong.push(problem(
            "bankAccount",
            "digits",
            "В номере счёта 20 цифр, и контрольная цифра должна подходить к БИК",
        ));
    }
    let is_phone = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        (10..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || " +-()".contains(c))
    };
    if given(requisites.phone.as_ref()).is_some_and(|phone| !is_phone(phone)) {
        wrong.push(problem(
            "phone",
            "format",
            "Телефон записывают с кодом страны, например +7 495 000-00-00",
        ));
    }
    let is_email = |text: &str| {
        text.split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '))
    };
    if given(requisites.email.as_ref()).is_some_and(|email| !is_email(email)) {
        wrong.push(problem(
            "email",
            "format",
            "Адрес почты записывают как name@example.ru",
        ));
    }
    let day = format_description!("[year]-[month]-[day]");
    if given(requisites.director_appointed.as_ref()).is_some_and(|text| Date::parse(text, day).is_err()) {
        wrong.push(problem(
            "directorAppointed",
            "format",
            "Дату записывают как ГГГГ-ММ-ДД",
        ));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::new(Code::RequisitesInvalid).fields(wrong))
    }
}

impl Requisites {
    /// Refuses what ORG-21 asks for and is not here.
    pub(super) fn check_complete(
        &self,
        inn: Option<&String>,
        ogrn: Option<&String>,
        kpp: Option<&String>,
    ) -> Result<(), Refusal> {
        let is_person = given(inn).is_some_and(|inn| inn.len() == 12);
        let wanted = [
            ("inn", inn, "ИНН"),
            ("ogrn", ogrn, "ОГРН"),
            ("legalAddress", self.legal_address.as_ref(), "юридический адрес"),
            ("bankAccount", self.bank_account.as_ref(), "расчётный счёт"),
            ("bik", self.bik.as_ref(), "БИК"),
            ("bankName", self.bank_name.as_ref(), "наименование банка"),
            ("phone", self.phone.as_ref(), "телефон"),
            ("email", self.email.as_ref(), "адрес электронной почты"),
            (
                "directorName",
                self.director_name.as_ref(),
                "фамилию, имя и отчество руководителя",
            ),
            (
                "directorAppointed",
                self.director_appointed.as_ref(),
                "дату назначения руководителя",
            ),
            (
                "contactName",
                self.contact_name.as_ref(),
                "фамилию, имя и отчество контактного лица",
            ),
        ];
        // A sole proprietor has no КПП.
        let kpp = (!is_person).then_some(("kpp", kpp, "КПП"));
        let missing: Vec<FieldProblem> = wanted
            .into_iter()
            .chain(kpp)
            .filter(|(_, value, _)| given(*value).is_none())
            .map(|(name, _, what)| problem(name, "missing", &format!("Укажите {what}")))
            .collect();
        // One of both numbers finds the organisation.
        let found_by_one = given(inn).is_some() || given(ogrn).is_some();
        let missing: Vec<FieldProblem> = missing
            .into_iter()
            .filter(|field| !(found_by_one && matches!(field.name.as_str(), "inn" | "ogrn")))
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::new(Code::RequisitesIncomplete).fields(missing))
        }
    }

    /// What differs from the registry.
    pub(super) fn differences(&self, kpp: Option<&String>, entry: &Entry) -> Vec<FieldProblem> {
        let mut found = vec![];
        let mut compare = |name: &str, given_value: Option<&str>, registered: &str, message: &str| {
            if given_value.is_some_and(|value| normal(value) != normal(registered)) {
                found.push(problem(name, "differs", message));
            }
        };
        if entry.kind == Kind::Legal {
            let registered = entry.kpp.as_deref().unwrap_or_default();
            compare("kpp", given(kpp), registered, "КПП не совпадает с ЕГРЮЛ");
        }
        let address = given(self.legal_address.as_ref());
        compare(
            "legalAddress",
            address,
            &entry.legal_address,
            "Адрес не совпадает с ЕГРЮЛ",
        );
        compare(
            "fullName",
            given(self.full_name.as_ref()),
            &entry.full_name,
            "Наименование не совпадает с ЕГРЮЛ",
        );
        compare(
            "bik",
            given(self.bik.as_ref()),
            &entry.bic,
            "Счёт в этом банке в ФНС не значится",
        );
        let account = given(self.bank_account.as_ref());
        compare(
            "bankAccount",
            account,
            &entry.bank_account,
            "Такой счёт в ФНС не значится",
        );
        let director = given(self.director_name.as_ref());
        compare(
            "directorName",
            director,
            &entry.head.name(),
            "Руководитель не совпадает с ЕГРЮЛ",
        );
        let appointed = entry.head.appointed.to_string();
        let day = given(self.director_appointed.as_ref());
        compare(
            "directorAppointed",
            day,
            &appointed,
            "Дата назначения не совпадает с ЕГРЮЛ",
        );
        found
    }
}

/// Without what people write differently: case, quotes, spaces, ё.
fn normal(text: &str) -> String {
    text.to_lowercase()
        .replace('ё', "е")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}
