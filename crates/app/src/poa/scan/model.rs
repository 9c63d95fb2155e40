//! Requisites of a paper → what it says, and what of them is missing or wrong.

use kabinet_domain::poa::{
    Flags, IdentityDocument, Joint, LegalEntity, Notary, Person, PoaNumber, Power, PowerOfAttorney, Powers,
    Principal, Redelegation, Representative, SoleProprietor,
};
use kabinet_domain::requisites::{self, Context, Kind, Reason};
use kabinet_formats::poa::Classifier;
use time::Date;
use time::macros::format_description;

use crate::view::{DraftProblem, Params, ScanForm, ScanPerson};

/// What the person has to have looked at (POA-05, POA-17): no corrections, signed by the principal's own hand, sealed where a seal is
/// used, every page there, nothing against the law.
const DECLARED: [&str; 5] = ["no-corrections", "signed-by-hand", "seal", "whole", "lawful"];
/// And for a notarial one: the notary's inscription and seal.
const NOTARIAL: &str = "notary-inscription";
/// Longest text of powers, characters.
const LONGEST: usize = 10_000;

fn day(text: &str) -> Option<Date> {
    Date::parse(text.trim(), format_description!("[year]-[month]-[day]")).ok()
}

fn filled(text: Option<&String>) -> Option<String> {
    let text = text?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn digits(kind: Kind, text: Option<&String>) -> Option<String> {
    let text = filled(text)?;
    requisites::check(kind, &text, Context::default())
        .ok()
        .map(|good| good.value)
}

/// What the paper says; nothing for requisites that are not whole.
pub(super) fn of(form: &ScanForm, number: PoaNumber) -> Option<PowerOfAttorney> {
    let inn = digits(Kind::Inn, Some(&form.principal.inn))?;
    let signer = person(&form.principal.signer);
    let name = filled(Some(&form.principal.name))?;
    let principal = if inn.len() == 10 {
        Principal::Russian {
            organisation: LegalEntity {
                name,
                inn,
                ..LegalEntity::default()
            },
            heads: vec![signer],
            managed_by: None,
            managing_proprietor: None,
            heads_together: false,
        }
    } else {
        Principal::SoleProprietor(SoleProprietor {
            name: Some(name),
            person: Person {
                inn: Some(inn),
                ..signer
            },
            ..SoleProprietor::default()
        })
    };
    let is_notarial = form.kind == "notarial";
    Some(PowerOfAttorney {
        number,
        internal_number: filled(form.number.as_ref()),
        internally_registered: None,
        issued: day(&form.issued)?,
        expires: day(&form.expires)?,
        flags: Flags {
            notary: is_notarial,
            ..Flags::default()
        },
        tax_office: None,
        tax_offices: Vec::new(),
        systems: None,
        irrevocable: None,
        redelegation: Redelegation::Forbidden,
        principals: vec![principal],
        representatives: vec![Representative::Person(person(&form.representative))],
        joint: Joint::Each,
        lost_on_redelegation: false,
        powers: powers(form),
        notary: form.notary.as_ref().filter(|_| is_notarial).map(|one| Notary {
            name: one.name.trim().to_owned(),
            registration: filled(one.registration.as_ref()),
            act: filled(Some(&one.act)),
            ..Notary::default()
        }),
        delegated_from: None,
    })
}

fn person(one: &ScanPerson) -> Person {
    Person {
        surname: one.surname.trim().to_owned(),
        given_name: one.given_name.trim().to_owned(),
        patronymic: filled(one.patronymic.as_ref()),
        inn: digits(Kind::Inn, one.inn.as_ref()),
        snils: digits(Kind::Snils, one.snils.as_ref()),
        document: filled(one.passport.as_ref()).map(|number| IdentityDocument {
            kind: "21".to_owned(),
            number,
            issued: one.passport_issued.as_deref().and_then(day),
            issuer: filled(one.passport_issuer.as_ref()),
            issuer_code: None,
        }),
        ..Person::default()
    }
}

/// Codes where there are any: what stands in words beside them no machine judges.
fn powers(form: &ScanForm) -> Powers {
    if form.powers.is_empty() {
        return Powers::Text(form.text.trim().to_owned());
    }
    let known = Classifier::embedded();
    let one = |code: &String| Power {
        code: code.clone(),
        mnemonic: None,
        name: known
            .power(code)
            .map_or_else(|| code.clone(), |power| power.name.clone()),
        restrictions: Vec::new(),
    };
    Powers::Machine(form.powers.iter().map(one).collect())
}

fn values(reason: Reason) -> Params {
    let one = |name: &str, value: String| (name.to_owned(), value);
    match reason {
        Reason::Length { actual, allowed } => {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            [
                one("actual", actual.to_string()),
                one("expected", allowed.join("/")),
            ]
            .into()
        }
        Reason::Character { position } => [one("position", position.to_string())].into(),
        Reason::ControlDigit { position, expected } => [
            one("position", position.to_string()),
            one("expected", expected.to_string()),
        ]
        .into(),
        Reason::Empty | Reason::NeverIssued | Reason::BikNeeded | Reason::KindMismatch => Params::new(),
    }
}

struct Judge {
    found: Vec<DraftProblem>,
}

impl Judge {
    fn tell(&mut self, field: &str, code: &str, params: Params) {
        let field = Some(field.to_owned());
        if self.found.iter().all(|one| one.field != field) {
            self.found.push(DraftProblem {
                field,
                code: code.to_owned(),
                params,
            });
        }
    }

    fn required(&mut self, field: &str, text: Option<&String>) {
        if filled(text).is_none() {
            self.tell(field, "form.required", Params::new());
        }
    }

    fn requisite(&mut self, field: &str, kind: Kind, text: Option<&String>) {
        let Some(text) = filled(text) else { return };
        if let Err(error) = requisites::check(kind, &text, Context::default()) {
            self.tell(field, error.code(), values(error.reason));
        }
    }

    fn person(&mut self, prefix: &str, one: &ScanPerson, needs_passport: bool) {
        let at = |name: &str| format!("{prefix}.{name}");
        self.required(&at("surname"), Some(&one.surname));
        self.required(&at("givenName"), Some(&one.given_name));
        self.requisite(&at("inn"), Kind::Inn, one.inn.as_ref());
        if digits(Kind::Inn, one.inn.as_ref()).is_some_and(|inn| inn.len() != 12) {
            self.tell(&at("inn"), "poa.person-inn", Params::new());
        }
        self.requisite(&at("snils"), Kind::Snils, one.snils.as_ref());
        if needs_passport {
            self.required(&at("passport"), one.passport.as_ref());
            self.required(&at("passportIssued"), one.passport_issued.as_ref());
            self.required(&at("passportIssuer"), one.passport_issuer.as_ref());
        }
        let issued = filled(one.passport_issued.as_ref());
        if issued.is_some_and(|text| day(&text).is_none()) {
            self.tell(&at("passportIssued"), "form.date", Params::new());
        }
    }

    fn term(&mut self, form: &ScanForm, today: Date) {
        for (field, text) in [("issued", &form.issued), ("expires", &form.expires)] {
            self.required(field, Some(text));
            if day(text).is_none() {
                self.tell(field, "form.date", Params::new());
            }
        }
        let (Some(issued), Some(expires)) = (day(&form.issued), day(&form.expires)) else {
            return;
        };
        if expires < issued {
            self.tell("expires", "poa.term-order", Params::new());
        } else if expires < today {
            self.tell("expires", "poa.over", Params::new());
        }
    }
}

/// What is wrong, in the order of the form.
pub(super) fn problems(form: &ScanForm, today: Date) -> Vec<DraftProblem> {
    let mut judge = Judge { found: Vec::new() };
    let is_notarial = form.kind == "notarial";
    if !is_notarial && form.kind != "paper" {
        judge.tell("kind", "form.choice", Params::new());
    }
    judge.term(form, today);
    judge.required("principal.name", Some(&form.principal.name));
    judge.required("principal.inn", Some(&form.principal.inn));
    judge.requisite("principal.inn", Kind::Inn, Some(&form.principal.inn));
    // An organisation is known by its requisites; of a person both sides' passports are asked for.
    let is_person = digits(Kind::Inn, Some(&form.principal.inn)).is_some_and(|inn| inn.len() == 12);
    judge.person("principal.signer", &form.principal.signer, is_person);
    judge.person("representative", &form.representative, true);
    if form.powers.is_empty() && form.text.trim().is_empty() {
        judge.tell("text", "form.required", Params::new());
    }
    let length = form.text.chars().count();
    if length > LONGEST {
        let params = [
            ("value".to_owned(), length.to_string()),
            ("expected".to_owned(), LONGEST.to_string()),
        ];
        judge.tell("text", "form.too-long", params.into());
    }
    let known = Classifier::embedded();
    if form.powers.iter().any(|code| known.power(code).is_none()) {
        judge.tell("powers", "form.choice", Params::new());
    }
    if is_notarial {
        let notary = form.notary.clone().unwrap_or_default();
        judge.required("notary.name", Some(&notary.name));
        judge.required("notary.act", Some(&notary.act));
    }
    for code in DECLARED.into_iter().chain(is_notarial.then_some(NOTARIAL)) {
        if form.declared.iter().all(|one| one != code) {
            judge.tell(&format!("declared.{code}"), "poa.undeclared", Params::new());
        }
    }
    judge.found
}

#[cfg(test)]
pub(super) mod tests {
    use time::macros::date;

    use super::*;
    use crate::view::{ScanNotary, ScanPrincipal};

    pub(in crate::poa) fn whole() -> ScanForm {
        ScanForm {
            kind: "paper".to_owned(),
            number: Some("12".to_owned()),
            issued: "2026-01-10".to_owned(),
            expires: "2027-01-09".to_owned(),
            principal: ScanPrincipal {
                name: "ООО «Ромашка»".to_owned(),
                inn: "7707083893".to_owned(),
                signer: ScanPerson {
                    surname: "Ромашкина".to_owned(),
                    given_name: "Анна".to_owned(),
                    ..ScanPerson::default()
                },
            },
            representative: ScanPerson {
                surname: "Васильков".to_owned(),
                given_name: "Сергей".to_owned(),
                passport: Some("45 08 123456".to_owned()),
                passport_issued: Some("2010-05-01".to_owned()),
                passport_issuer: Some("ОВД".to_owned()),
                ..ScanPerson::default()
            },
            text: "Получать почту".to_owned(),
            declared: DECLARED.map(str::to_owned).to_vec(),
            ..ScanForm::default()
        }
    }

    fn wrong(change: impl FnOnce(&mut ScanForm)) -> Vec<(String, String)> {
        let mut form = whole();
        change(&mut form);
        problems(&form, date!(2026 - 11 - 29))
            .into_iter()
            .map(|one| (one.field.unwrap_or_default(), one.code))
            .collect()
    }

    #[test]
    fn what_the_law_asks_for_has_to_be_there() {
        assert_eq!(wrong(|_| {}), []);
        let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
        assert_eq!(wrong(|form| form.kind.clear()), one("kind", "form.choice"));
        assert_eq!(wrong(|form| form.issued.clear()), one("issued", "form.required"));
        assert_eq!(
            wrong(|form| form.expires = "2026-02-30".to_owned()),
            one("expires", "form.date")
        );
        assert_eq!(
            wrong(|form| form.expires = "2025-12-31".to_owned()),
            one("expires", "poa.term-order")
        );
        assert_eq!(
            wrong(|form| form.expires = "2026-11-28".to_owned()),
            one("expires", "poa.over")
        );
        assert_eq!(
            wrong(|form| form.principal.inn = "7707083894".to_owned()),
            one("principal.inn", "requisite.control-digit")
        );
        assert_eq!(
            wrong(|form| form.representative.passport = None),
            one("representative.passport", "form.required")
        );
        assert_eq!(
            wrong(|form| form.representative.inn = Some("7707083893".to_owned())),
            one("representative.inn", "poa.person-inn")
        );
        assert_eq!(
            wrong(|form| form.text = " ".to_owned()),
            one("text", "form.required")
        );
        assert_eq!(
            wrong(|form| form.powers = vec!["NO_SUCH".to_owned()]),
            one("powers", "form.choice")
        );
        assert_eq!(
            wrong(|form| form.declared.retain(|code| code != "no-corrections")),
            one("declared.no-corrections", "poa.undeclared")
        );
    }

    #[test]
    fn a_notarial_one_names_its_notary_and_a_person_who_gives_powers_a_passport() {
        let fields = |found: Vec<(String, String)>| found.into_iter().map(|one| one.0).collect::<Vec<_>>();
        let notarial = |form: &mut ScanForm| form.kind = "notarial".to_owned();
        assert_eq!(
            fields(wrong(notarial)),
            ["notary.name", "notary.act", "declared.notary-inscription"]
        );
        assert_eq!(
            fields(wrong(|form| {
                notarial(form);
                form.notary = Some(ScanNotary {
                    name: "Петрова Ольга Ивановна".to_owned(),
                    act: "77/1-н/77-2026-1-1".to_owned(),
                    registration: None,
                });
                form.declared.push(NOTARIAL.to_owned());
            })),
            Vec::<String>::new()
        );
        assert_eq!(
            fields(wrong(|form| form.principal.inn = "500100732259".to_owned())),
            [
                "principal.signer.passport",
                "principal.signer.passportIssued",
                "principal.signer.passportIssuer"
            ]
        );
    }
}
