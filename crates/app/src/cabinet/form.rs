//! The form of a link or a registration: judged here first, so that no attempt is wasted on a slip of the pen (ORG-21, 22, 33).

use kabinet_domain::OrganisationKind;
use kabinet_domain::requisites::{self, Context, Kind};
use kabinet_portal::cabinet::{
    AttachedDocument, LinkMethod, LinkRequest, LinkRequisites, RegistrationRequest, Representative,
};
use time::Date;
use time::macros::format_description;

use crate::AppError;
use crate::cabinet::ActError;
use crate::organisations::problem;
use crate::view::{FieldProblem, LinkCheck, LinkForm, NamedProblem};

/// What the form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Link,
    Registration,
}

/// A field with its name on the screen and at the portal, and its check.
type Field<'a> = (&'static str, &'a str, Option<FieldProblem>);

/// How complete the form is, and what is wrong with what is there.
pub(super) fn judge(form: &LinkForm, purpose: Purpose) -> LinkCheck {
    let kind = requisites::check(Kind::Inn, &form.inn, Context::default())
        .ok()
        .and_then(|inn| inn.organisation_kind());
    let needed = needed(form, purpose, kind);
    let missing: Vec<String> = needed
        .iter()
        .filter(|(_, value, _)| value.trim().is_empty())
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    let right = needed
        .iter()
        .filter(|(_, value, wrong)| !value.trim().is_empty() && wrong.is_none())
        .count();
    let total = needed.len();
    let problems: Vec<NamedProblem> = needed
        .into_iter()
        .chain(optional(form, purpose))
        .filter(|(_, value, _)| !value.trim().is_empty())
        .filter_map(|(field, _, problem)| {
            Some(NamedProblem {
                field: field.to_owned(),
                problem: problem?,
            })
        })
        .collect();
    LinkCheck {
        kind: kind.map(Into::into),
        ready: problems.is_empty() && missing.is_empty(),
        problems,
        missing,
        filled: u32::try_from(right).unwrap_or(u32::MAX),
        total: u32::try_from(total).unwrap_or(u32::MAX),
    }
}

fn needed<'a>(form: &'a LinkForm, purpose: Purpose, kind: Option<OrganisationKind>) -> Vec<Field<'a>> {
    let sole = kind == Some(OrganisationKind::SoleProprietor);
    let mut fields: Vec<Field<'a>> = vec![("inn", &form.inn, inn(form))];
    match purpose {
        Purpose::Link => {
            fields.push(("ogrn", &form.ogrn, ogrn(form, kind)));
            if !sole {
                fields.push(("kpp", &form.kpp, checked(Kind::Kpp, &form.kpp)));
            }
            fields.extend([
                ("legalAddress", form.legal_address.as_str(), None),
                ("bankAccount", &form.bank_account, account(form)),
                ("bik", &form.bik, checked(Kind::Bik, &form.bik)),
                ("bankName", &form.bank_name, None),
                ("phone", &form.phone, phone(&form.phone)),
                ("email", &form.email, email(&form.email)),
                ("directorName", &form.director_name, None),
                (
                    "directorAppointed",
                    &form.director_appointed,
                    date(&form.director_appointed),
                ),
                ("contactName", &form.contact_name, None),
                ("role", &form.role, None),
                ("method", &form.method, method(&form.method)),
            ]);
        }
        Purpose::Registration => fields.extend([
            ("name", form.name.as_str(), None),
            ("ownershipForm", &form.ownership_form, None),
            ("organisationType", &form.organisation_type, None),
            ("activityAims", &form.activity_aims, None),
            ("legalAddress", &form.legal_address, None),
            ("phone", &form.phone, phone(&form.phone)),
            ("email", &form.email, email(&form.email)),
        ]),
    }
    fields
}

fn optional(form: &LinkForm, purpose: Purpose) -> Vec<Field<'_>> {
    match purpose {
        Purpose::Link => Vec::new(),
        Purpose::Registration => {
            let kind = requisites::check(Kind::Inn, &form.inn, Context::default())
                .ok()
                .and_then(|inn| inn.organisation_kind());
            vec![
                ("ogrn", form.ogrn.as_str(), ogrn(form, kind)),
                ("kpp", &form.kpp, checked(Kind::Kpp, &form.kpp)),
                ("bik", &form.bik, checked(Kind::Bik, &form.bik)),
                ("bankAccount", &form.bank_account, account(form)),
                (
                    "directorAppointed",
                    &form.director_appointed,
                    date(&form.director_appointed),
                ),
            ]
        }
    }
}

fn checked(kind: Kind, value: &str) -> Option<FieldProblem> {
    requisites::check(kind, value, Context::default())
        .err()
        .map(|error| problem(&error))
}

/// ОГРН in the field of ИНН and the other way round is a slip of its own (ERR-029).
fn inn(form: &LinkForm) -> Option<FieldProblem> {
    let wrong = checked(Kind::Inn, &form.inn)?;
    let is = |kind, value: &str| requisites::check(kind, value, Context::default()).is_ok();
    let swapped = (is(Kind::Ogrn, &form.inn) || is(Kind::Ogrnip, &form.inn)) && is(Kind::Inn, &form.ogrn);
    Some(if swapped {
        FieldProblem::new("swapped")
    } else {
        wrong
    })
}

fn ogrn(form: &LinkForm, kind: Option<OrganisationKind>) -> Option<FieldProblem> {
    let wanted = match kind {
        Some(OrganisationKind::SoleProprietor) => Kind::Ogrnip,
        _ => Kind::Ogrn,
    };
    checked(wanted, &form.ogrn)
}

/// The control digit of an account needs the БИК; without a good one the account is not judged.
fn account(form: &LinkForm) -> Option<FieldProblem> {
    let bik = requisites::check(Kind::Bik, &form.bik, Context::default()).ok()?;
    let context = Context {
        bik: Some(&bik.value),
        ..Context::default()
    };
    requisites::check(Kind::Account, &form.bank_account, context)
        .err()
        .map(|error| problem(&error))
}

fn phone(value: &str) -> Option<FieldProblem> {
    plain_phone(value).is_none().then(|| FieldProblem::new("phone"))
}

/// +7 and ten digits (C-17).
fn plain_phone(value: &str) -> Option<String> {
    let rest = value.trim();
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let is_clean = rest
        .chars()
        .all(|one| one.is_ascii_digit() || " +-()\u{a0}".contains(one));
    let local = match (digits.len(), rest.starts_with('+')) {
        (11, true) => digits.strip_prefix('7')?,
        (11, false) => digits.strip_prefix('8').or_else(|| digits.strip_prefix('7'))?,
        (10, false) => digits.as_str(),
        _ => return None,
    };
    is_clean.then(|| format!("+7{local}"))
}

fn email(value: &str) -> Option<FieldProblem> {
    let value = value.trim();
    let is_one = value.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.contains('@')
            && host.split('.').count() > 1
            && host.split('.').all(|part| !part.is_empty())
    }) && !value.contains(char::is_whitespace);
    (!is_one).then(|| FieldProblem::new("email"))
}

fn date(value: &str) -> Option<FieldProblem> {
    iso_date(value).is_none().then(|| FieldProblem::new("date"))
}

/// ДД.ММ.ГГГГ as people type it, or ISO; ISO goes to the portal (C-14).
fn iso_date(value: &str) -> Option<String> {
    let value = value.trim();
    let typed = Date::parse(value, format_description!("[day].[month].[year]"));
    let date = typed
        .or_else(|_| Date::parse(value, format_description!("[year]-[month]-[day]")))
        .ok()?;
    date.format(format_description!("[year]-[month]-[day]")).ok()
}

fn method(value: &str) -> Option<FieldProblem> {
    LinkMethod::from_name(value)
        .is_none()
        .then(|| FieldProblem::new("empty"))
}

/// The request for a form that was judged to be ready.
///
/// # Errors
/// [`AppError::Requisite`] with the first field that is not.
pub(super) fn link_request(
    form: &LinkForm,
    documents: Vec<AttachedDocument>,
) -> Result<LinkRequest, AppError> {
    ready(form, Purpose::Link)?;
    let kpp = digits(&form.kpp);
    Ok(LinkRequest {
        inn: digits(&form.inn),
        ogrn: digits(&form.ogrn),
        kpp: Some(kpp).filter(|kpp| !kpp.is_empty()),
        method: LinkMethod::from_name(&form.method).ok_or(AppError::Requisite { field: "method" })?,
        representative: Representative {
            role: form.role.clone(),
            name: form.representative_name.clone(),
            passport: form.representative_passport.clone(),
        },
        requisites: link_requisites(form),
        documents,
    })
}

/// The application for a form that was judged to be ready.
///
/// # Errors
/// [`AppError::Requisite`].
pub(super) fn registration(
    form: &LinkForm,
    documents: Vec<AttachedDocument>,
) -> Result<RegistrationRequest, AppError> {
    ready(form, Purpose::Registration)?;
    Ok(RegistrationRequest {
        full_name: form.name.clone(),
        inn: digits(&form.inn),
        ogrn: digits(&form.ogrn),
        kpp: digits(&form.kpp),
        ownership_form: form.ownership_form.clone(),
        organisation_type: form.organisation_type.clone(),
        activity_aims: form.activity_aims.clone(),
        requisites: link_requisites(form),
        documents,
    })
}

fn ready(form: &LinkForm, purpose: Purpose) -> Result<(), AppError> {
    if !form.accept_terms {
        return Err(ActError::TermsNotAccepted.into());
    }
    let judged = judge(form, purpose);
    let first = judged
        .problems
        .first()
        .map(|one| &one.field)
        .or(judged.missing.first());
    match first {
        None => Ok(()),
        Some(field) => Err(AppError::Requisite {
            field: match field.as_str() {
                "inn" => "inn",
                "ogrn" => "ogrn",
                "kpp" => "kpp",
                "name" => "name",
                _ => "other",
            },
        }),
    }
}

fn link_requisites(form: &LinkForm) -> LinkRequisites {
    LinkRequisites {
        legal_address: form.legal_address.clone(),
        bank_account: digits(&form.bank_account),
        bik: digits(&form.bik),
        bank_name: form.bank_name.clone(),
        phone: plain_phone(&form.phone).unwrap_or_default(),
        email: form.email.trim().to_owned(),
        director_name: form.director_name.clone(),
        director_appointed: iso_date(&form.director_appointed).unwrap_or_default(),
        contact_name: form.contact_name.clone(),
        tax_account: form.tax_account.clone(),
        director_passport: form.director_passport.clone(),
        branch_code: form.branch_code.clone(),
        branch_address: form.branch_address.clone(),
    }
}

fn digits(value: &str) -> String {
    value
        .chars()
        .filter(|one| !one.is_whitespace() && *one != '-')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> LinkForm {
        let text = |value: &str| value.to_owned();
        LinkForm {
            inn: text("7707083893"),
            ogrn: text("1027700132195"),
            kpp: text("773601001"),
            method: text("code"),
            role: text("director"),
            legal_address: text("117312, г. Москва, ул. Вавилова, д. 19"),
            bank_account: text("40702810338000000008"),
            bik: text("044525225"),
            bank_name: text("ПАО Сбербанк"),
            phone: text("8 (495) 123-45-67"),
            email: text("a@b.ru"),
            director_name: text("Иванов Иван"),
            director_appointed: text("01.02.2020"),
            contact_name: text("Петров Пётр"),
            accept_terms: true,
            ..LinkForm::default()
        }
    }

    fn complaints(form: &LinkForm) -> Vec<(String, String)> {
        judge(form, Purpose::Link)
            .problems
            .into_iter()
            .map(|one| (one.field, one.problem.code))
            .collect()
    }

    #[test]
    fn slips_are_found_before_anything_is_sent() {
        for (field, value, code) in [
            ("inn", "7707083894", "control-digit"),
            ("inn", "770708389", "length"),
            ("ogrn", "1027700132196", "control-digit"),
            ("phone", "+8 495 123-45-67", "phone"),
            ("phone", "123-45-67", "phone"),
            ("email", "a@b", "email"),
            ("email", "a@b@c.ru", "email"),
            ("email", "a b@c.ru", "email"),
            ("directorAppointed", "31.02.2020", "date"),
            ("directorAppointed", "2020", "date"),
        ] {
            let mut form = whole();
            match field {
                "inn" => form.inn = value.to_owned(),
                "ogrn" => form.ogrn = value.to_owned(),
                "phone" => form.phone = value.to_owned(),
                "email" => form.email = value.to_owned(),
                _ => form.director_appointed = value.to_owned(),
            }
            let found = complaints(&form);
            assert!(
                found.contains(&(field.to_owned(), code.to_owned())),
                "{field} {value}: {found:?}"
            );
            assert!(link_request(&form, Vec::new()).is_err(), "{field} {value}");
        }
    }

    #[test]
    fn inn_and_ogrn_in_each_others_place_are_told_so() {
        let mut form = whole();
        std::mem::swap(&mut form.inn, &mut form.ogrn);
        assert!(complaints(&form).contains(&("inn".to_owned(), "swapped".to_owned())));
    }

    #[test]
    fn every_requisite_of_the_complete_set_is_needed() {
        let empty = judge(&LinkForm::default(), Purpose::Link);
        for field in [
            "ogrn",
            "inn",
            "kpp",
            "legalAddress",
            "bankAccount",
            "bik",
            "bankName",
            "phone",
            "email",
            "directorName",
            "directorAppointed",
            "contactName",
        ] {
            assert!(empty.missing.contains(&field.to_owned()), "{field}");
        }
        assert!(!empty.ready && empty.filled == 0);
    }

    #[test]
    fn an_account_is_judged_with_its_bank() {
        let mut form = whole();
        let right = account_that_fits(&form);
        // Any other last digit spoils the control digit.
        let last = if right.ends_with('8') { '9' } else { '8' };
        form.bank_account = format!("{}{last}", &right[..19]);
        let wrong = complaints(&form);
        assert!(wrong.iter().any(|(field, _)| field == "bankAccount"), "{wrong:?}");
        form.bik = String::new();
        assert!(complaints(&form).is_empty());
    }

    #[test]
    fn the_portal_gets_plain_values() {
        let mut form = whole();
        form.bank_account = account_that_fits(&form);
        let request = link_request(&form, Vec::new()).unwrap();
        assert_eq!(request.requisites.phone, "+74951234567");
        assert_eq!(request.requisites.director_appointed, "2020-02-01");
        form.accept_terms = false;
        assert!(matches!(
            link_request(&form, Vec::new()),
            Err(AppError::Act(ActError::TermsNotAccepted))
        ));
    }

    /// The account of the sample with the control digit that fits the bank.
    fn account_that_fits(form: &LinkForm) -> String {
        (0..10)
            .map(|digit| format!("40702810{digit}38000000008"))
            .find(|account| {
                complaints(&LinkForm {
                    bank_account: account.clone(),
                    ..form.clone()
                })
                .is_empty()
            })
            .unwrap()
    }
}
