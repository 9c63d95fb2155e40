//! Scopes: which there are, whose they are, and what they are called on the page of consent.

use super::refusal::Refusal;

/// Prefix of a scope of an organisation.
const ORGANISATION: &str = "http://esia.gosuslugi.ru/";
/// Scopes of API ЕПГУ an organisation's token has without asking, as the one by API key does.
pub(crate) const EPGU: [&str; 2] = [
    "http://lk.gosuslugi.ru/api-order",
    "http://lk.gosuslugi.ru/api-geps",
];

/// Scopes of a person (section 2.6 of our notes) and what the page of consent says; an empty text is not asked about.
const PERSON: &[(&str, &str)] = &[
    ("openid", ""),
    ("fullname", "Фамилия, имя и отчество"),
    ("birthdate", "Дата рождения"),
    ("gender", "Пол"),
    ("citizenship", "Гражданство"),
    ("snils", "СНИЛС"),
    ("inn", "ИНН"),
    ("id_doc", "Документ, удостоверяющий личность"),
    ("birthplace", "Место рождения"),
    ("medical_doc", "Полис ОМС"),
    ("military_doc", "Военный билет"),
    ("foreign_passport_doc", "Заграничный паспорт"),
    ("drivers_licence_doc", "Водительское удостоверение"),
    ("birth_cert_doc", "Свидетельство о рождении"),
    ("residence_doc", "Вид на жительство"),
    ("temporary_residence_doc", "Разрешение на временное проживание"),
    ("vehicles", "Транспортные средства"),
    ("email", "Адрес электронной почты"),
    ("mobile", "Номер мобильного телефона"),
    ("addresses", "Адреса"),
    ("usr_org", "Список организаций, в которых вы работаете"),
    ("usr_avt", "Изображение профиля"),
    ("self_employed", "Статус самозанятого"),
    ("kid_fullname", "Данные детей: ФИО"),
    ("kid_birthdate", "Данные детей: дата рождения"),
    ("kid_gender", "Данные детей: пол"),
    ("kid_snils", "Данные детей: СНИЛС"),
    ("kid_inn", "Данные детей: ИНН"),
    ("kid_birth_cert_doc", "Данные детей: свидетельство о рождении"),
    ("kid_medical_doc", "Данные детей: полис ОМС"),
    (
        "http://lk.gosuslugi.ru/api-order",
        "Подача заявлений через API ЕПГУ",
    ),
    ("http://lk.gosuslugi.ru/api-geps", "Госпочта через API ЕПГУ"),
];

/// Scopes of an organisation.
const OF_ORGANISATION: &[(&str, &str)] = &[
    ("org_shortname", "Краткое наименование"),
    ("org_fullname", "Полное наименование"),
    ("org_type", "Вид организации"),
    ("org_ogrn", "ОГРН"),
    ("org_inn", "ИНН"),
    ("org_leg", "Организационно-правовая форма"),
    ("org_kpp", "КПП"),
    ("org_agencyterrange", "Территориальная принадлежность ОГВ"),
    ("org_agencytype", "Тип ОГВ"),
    ("org_oktmo", "ОКТМО"),
    ("org_ctts", "Контакты"),
    ("org_addrs", "Адреса"),
    ("org_vhls", "Транспортные средства"),
    ("org_grps", "Группы"),
    ("org_emps", "Сотрудники"),
    ("org_brhs", "Филиалы"),
    ("org_brhs_ctts", "Контакты филиалов"),
    ("org_brhs_addrs", "Адреса филиалов"),
    ("org_rcs", "Центры обслуживания"),
    ("org_stms", "Системы"),
    ("org_invts", "Приглашения"),
    ("org_ra", "Администраторы"),
    ("categories", "Категории"),
];

/// `scope`: known names, each once, in their order.
pub(crate) fn parse_scope(text: &str) -> Result<Vec<String>, Refusal> {
    let mut all: Vec<String> = vec![];
    for name in text.split(' ').filter(|name| !name.is_empty()) {
        if !PERSON.iter().any(|(known, _)| *known == name) {
            return Err(Refusal::UnknownScope);
        }
        if !all.iter().any(|other| other == name) {
            all.push(name.to_owned());
        }
    }
    Ok(all)
}

/// `scope_org`: names without prefix, and the one organisation they are for, if one is named.
pub(crate) fn parse_scope_org(text: &str) -> Result<(Vec<String>, Option<u64>), Refusal> {
    let mut all: Vec<String> = vec![];
    let mut organisation: Option<Option<u64>> = None;
    for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
        let bare = scope.strip_prefix(ORGANISATION).unwrap_or(scope);
        let (name, oid) = match bare.split_once("?org_oid=") {
            Some((name, oid)) => (name, Some(oid.parse().map_err(|_| Refusal::UnknownScope)?)),
            None => (bare, None),
        };
        if !OF_ORGANISATION.iter().any(|(known, _)| *known == name) {
            return Err(Refusal::UnknownScope);
        }
        // A token is for one organisation.
        if *organisation.get_or_insert(oid) != oid {
            return Err(Refusal::UnknownScope);
        }
        if !all.iter().any(|other| other == name) {
            all.push(name.to_owned());
        }
    }
    Ok((all, organisation.flatten()))
}

/// A scope of an organisation as tokens carry it.
pub(crate) fn full_name(scope: &str, org_oid: u64) -> String {
    format!("{ORGANISATION}{scope}?org_oid={org_oid}")
}

/// What the page of consent calls the scopes; those nobody is asked about are left out.
pub(crate) fn describe<'s>(scopes: impl Iterator<Item = &'s String>) -> Vec<&'static str> {
    scopes
        .filter_map(|scope| {
            let mut all = PERSON.iter().chain(OF_ORGANISATION);
            all.find(|(name, _)| name == scope).map(|(_, text)| *text)
        })
        .filter(|text| !text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisation_scopes_are_for_one_organisation() {
        let one = "http://esia.gosuslugi.ru/org_inn?org_oid=5 http://esia.gosuslugi.ru/org_ogrn?org_oid=5";
        assert_eq!(
            parse_scope_org(one),
            Ok((vec!["org_inn".into(), "org_ogrn".into()], Some(5)))
        );
        assert_eq!(parse_scope_org("org_inn"), Ok((vec!["org_inn".into()], None)));
        for wrong in [
            "http://esia.gosuslugi.ru/org_inn?org_oid=5 http://esia.gosuslugi.ru/org_ogrn?org_oid=6",
            "http://esia.gosuslugi.ru/org_inn?org_oid=x",
            "org_gold",
            "fullname",
        ] {
            assert_eq!(parse_scope_org(wrong), Err(Refusal::UnknownScope), "{wrong}");
        }
        assert_eq!(parse_scope("openid org_inn"), Err(Refusal::UnknownScope));
    }
}
