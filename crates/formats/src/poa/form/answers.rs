//! Model → answers, as a person would have typed them. What the form has no place for is found by comparing afterwards.

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::{
    Address, Joint, LegalEntity, Person, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
    RestrictionValue, SoleProprietor,
};
use time::Date;

use super::super::view::day;
use super::model::{CHECK, NUMBER};

struct Answers(Fields);

impl Answers {
    fn set(&mut self, name: impl Into<String>, value: impl AsRef<str>) {
        if !value.as_ref().is_empty() {
            self.0.insert(name.into(), value.as_ref().to_owned());
        }
    }

    fn maybe(&mut self, name: impl Into<String>, value: Option<&String>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    fn day(&mut self, name: impl Into<String>, value: Option<Date>) {
        if let Some(value) = value {
            self.set(name, day(value));
        }
    }

    fn flag(&mut self, name: &str, is: bool) {
        if is {
            self.set(name, "true");
        }
    }

    fn address(&mut self, address: Option<&Address>, region: String, fias: String, text: String) {
        if let Some(address) = address {
            self.maybe(region, address.region.as_ref());
            self.maybe(fias, address.fias.as_ref());
            self.set(text, &address.text);
        }
    }

    fn person(&mut self, prefix: &str, person: &Person) {
        let at = |name: &str| format!("{prefix}{name}");
        self.set(at("surname"), &person.surname);
        self.set(at("given-name"), &person.given_name);
        for (name, value) in [
            ("patronymic", &person.patronymic),
            ("inn", &person.inn),
            ("snils", &person.snils),
            ("position", &person.position),
            ("birthplace", &person.birthplace),
            ("country", &person.country),
            ("phone", &person.phone),
            ("email", &person.email),
            ("authority", &person.authority),
        ] {
            self.maybe(at(name), value.as_ref());
        }
        self.day(at("born"), person.born);
        for (name, value) in [("sex", person.sex), ("citizenship", person.citizenship)] {
            self.maybe(at(name), value.map(|one| one.to_string()).as_ref());
        }
        self.address(person.address.as_ref(), at("region"), at("fias"), at("address"));
        if let Some(document) = &person.document {
            self.set(at("passport.kind"), &document.kind);
            self.set(at("passport.number"), &document.number);
            self.day(at("passport.issued"), document.issued);
            self.maybe(at("passport.issuer"), document.issuer.as_ref());
            self.maybe(at("passport.issuer-code"), document.issuer_code.as_ref());
        }
    }

    fn organisation(&mut self, prefix: &str, inn: &str, one: &LegalEntity) {
        self.set(format!("{prefix}name"), &one.name);
        self.set(format!("{prefix}{inn}"), &one.inn);
        self.maybe(format!("{prefix}kpp"), one.kpp.as_ref());
        self.maybe(format!("{prefix}ogrn"), one.ogrn.as_ref());
    }

    fn principal(&mut self, principal: &Principal) {
        match principal {
            Principal::Russian {
                organisation,
                heads,
                managed_by,
                managing_proprietor,
                heads_together,
            } => {
                self.set("principal.kind", "organisation");
                self.organisation("principal.", "inn", organisation);
                self.maybe("principal.phone", organisation.phone.as_ref());
                self.maybe("principal.email", organisation.email.as_ref());
                let at = |name: &str| format!("principal.{name}");
                self.address(
                    organisation.address.as_ref(),
                    at("region"),
                    at("fias"),
                    at("address"),
                );
                self.flag("heads-together", *heads_together);
                let through = match (managed_by, managing_proprietor) {
                    (Some(company), _) => {
                        self.organisation("company.", "inn", company);
                        "company"
                    }
                    (None, Some(one)) => {
                        self.maybe("manager.name", one.name.as_ref());
                        self.set("manager.ogrnip", &one.ogrnip);
                        self.person("head.", &one.person);
                        "entrepreneur"
                    }
                    (None, None) => "head",
                };
                self.set("principal.through", through);
                let mut heads = heads.iter();
                if let Some(head) = heads.next() {
                    self.person("head.", head);
                }
                for (index, head) in heads.enumerate() {
                    self.person(&format!("heads/{}/", row(index)), head);
                }
            }
            Principal::Foreign { organisation, head } => {
                self.set("principal.kind", "foreign");
                self.set("foreign.name", &organisation.name);
                for (name, value) in [
                    ("foreign.inn", &organisation.inn),
                    ("foreign.kpp", &organisation.kpp),
                    ("foreign.accreditation", &organisation.accreditation),
                    ("foreign.country", &organisation.country),
                    ("foreign.registration", &organisation.registration_number),
                ] {
                    self.maybe(name, value.as_ref());
                }
                let at = |name: &str| format!("foreign.{name}");
                self.address(
                    organisation.address.as_ref(),
                    at("region"),
                    at("fias"),
                    at("address"),
                );
                if let Some(head) = head {
                    self.person("head.", head);
                }
            }
            Principal::SoleProprietor(one) => {
                self.set("principal.kind", "entrepreneur");
                self.maybe("entrepreneur.name", one.name.as_ref());
                self.set("entrepreneur.ogrnip", &one.ogrnip);
                self.person("head.", &one.person);
            }
            Principal::Person(person) => {
                self.set("principal.kind", "person");
                self.person("head.", person);
            }
            // The form has no place for it, and what is read again differs.
            Principal::Branch { .. } => {}
        }
    }

    fn representative(&mut self, one: &Representative) {
        let person = |answers: &mut Self, person: &Person| {
            answers.set("representative.who", "person");
            answers.person("representative.", person);
        };
        let organisation = |answers: &mut Self, kind: &str, one: &LegalEntity| {
            answers.set("representative.who", "organisation");
            answers.set("representative.kind", kind);
            answers.organisation("representative.", "org-inn", one);
            let at = |name: &str| format!("representative.org-{name}");
            answers.address(one.address.as_ref(), at("region"), at("fias"), at("address"));
        };
        match one {
            Representative::Person(one) => person(self, one),
            Representative::SoleProprietor(one) => {
                self.set("representative.ogrnip", &one.ogrnip);
                self.maybe("representative.title", one.name.as_ref());
                person(self, &one.person);
            }
            Representative::Organisation(one) => organisation(self, "organisation", one),
            Representative::Branch { organisation: one } => organisation(self, "branch", one),
            Representative::ForeignBranch { organisation: one } => {
                let plain = LegalEntity {
                    name: one.name.clone(),
                    inn: one.inn.clone().unwrap_or_default(),
                    kpp: one.kpp.clone(),
                    address: one.address.clone(),
                    ..LegalEntity::default()
                };
                organisation(self, "foreign-branch", &plain);
                self.maybe("representative.accreditation", one.accreditation.as_ref());
            }
        }
    }

    /// What a row has no place for is found by comparing.
    fn further_principal(&mut self, index: usize, one: &Principal) {
        let at = |name: &str| format!("principals/{}/{name}", row(index));
        match one {
            Principal::Russian {
                organisation, heads, ..
            } => {
                self.set(at("kind"), "organisation");
                self.organisation(&at(""), "inn", organisation);
                self.address(
                    organisation.address.as_ref(),
                    at("region"),
                    at("fias"),
                    at("address"),
                );
                if let Some(head) = heads.first() {
                    self.set(at("head"), head.full_name());
                    self.maybe(at("head-inn"), head.inn.as_ref());
                    self.maybe(at("head-snils"), head.snils.as_ref());
                    self.maybe(at("head-position"), head.position.as_ref());
                }
            }
            Principal::SoleProprietor(one) => {
                self.set(at("kind"), "entrepreneur");
                self.set(at("ogrn"), &one.ogrnip);
                self.person_of_row(at, &one.person);
            }
            Principal::Person(person) => {
                self.set(at("kind"), "person");
                self.person_of_row(at, person);
            }
            Principal::Foreign { .. } | Principal::Branch { .. } => {}
        }
    }

    fn person_of_row(&mut self, at: impl Fn(&str) -> String, person: &Person) {
        self.set(at("name"), person.full_name());
        self.maybe(at("inn"), person.inn.as_ref());
        self.maybe(at("snils"), person.snils.as_ref());
        self.maybe(at("position"), person.position.as_ref());
        self.day(at("born"), person.born);
        if let Some(document) = &person.document {
            self.set(at("document"), &document.number);
            self.day(at("document-issued"), document.issued);
            self.maybe(at("document-issuer"), document.issuer.as_ref());
        }
    }

    fn further(&mut self, index: usize, one: &Representative) {
        let at = |name: &str| format!("representatives/{}/{name}", row(index));
        let kind = match one {
            Representative::Person(_) => "person",
            Representative::SoleProprietor(_) => "entrepreneur",
            Representative::Organisation(_) => "organisation",
            Representative::Branch { .. } => "branch",
            Representative::ForeignBranch { .. } => "foreign-branch",
        };
        self.set(at("kind"), kind);
        match one {
            Representative::Person(person)
            | Representative::SoleProprietor(SoleProprietor { person, .. }) => {
                self.person_of_row(at, person);
            }
            Representative::Organisation(own) | Representative::Branch { organisation: own } => {
                self.set(at("name"), &own.name);
                self.set(at("inn"), &own.inn);
                self.maybe(at("kpp"), own.kpp.as_ref());
                self.maybe(at("ogrn"), own.ogrn.as_ref());
            }
            Representative::ForeignBranch { organisation: own } => {
                self.set(at("name"), &own.name);
                self.maybe(at("inn"), own.inn.as_ref());
                self.maybe(at("kpp"), own.kpp.as_ref());
                self.maybe(at("ogrn"), own.accreditation.as_ref());
            }
        }
        if let Representative::SoleProprietor(own) = one {
            self.set(at("ogrn"), &own.ogrnip);
        }
    }

    fn powers(&mut self, powers: &Powers) {
        let all = match powers {
            Powers::Text(text) => {
                self.set("powers.kind", "text");
                self.set("powers.text", text);
                return;
            }
            Powers::Machine(all) => all,
        };
        self.set("powers.kind", "codes");
        let mut count = 0;
        for (index, power) in all.iter().enumerate() {
            let at = |name: &str| format!("powers/{}/{name}", row(index));
            self.set(at("code"), &power.code);
            self.set(at("name"), &power.name);
            self.maybe(at("mnemonic"), power.mnemonic.as_ref());
            for limit in &power.restrictions {
                let place = row(count);
                let at = |name: &str| format!("limits/{place}/{name}");
                count += 1;
                let (kind, value) = match &limit.value {
                    RestrictionValue::Code(value) => ("code", value),
                    RestrictionValue::Text(value) => ("text", value),
                };
                self.set(at("power"), &power.code);
                self.set(at("code"), &limit.code);
                self.set(at("name"), &limit.name);
                self.set(at("value"), value);
                self.set(at("kind"), kind);
                self.maybe(at("value-name"), limit.value_name.as_ref());
            }
        }
    }
}

/// Far enough apart that rows can be put between them.
fn row(index: usize) -> String {
    format!("{:08}", (index + 1) * 100)
}

/// What is known of a person, by the names their fields have behind `head.` and `representative.`.
#[must_use]
pub fn person_facts(person: &Person) -> Fields {
    let mut answers = Answers(Fields::new());
    answers.person("", person);
    answers.0
}

/// Address, phone and e-mail of an organisation, by the names of the fields of the first principal.
#[must_use]
pub fn contact_facts(one: &LegalEntity) -> Fields {
    let mut answers = Answers(Fields::new());
    let at = |name: &str| format!("principal.{name}");
    answers.address(one.address.as_ref(), at("region"), at("fias"), at("address"));
    answers.maybe("principal.phone", one.phone.as_ref());
    answers.maybe("principal.email", one.email.as_ref());
    answers.0
}

/// The answers that say what a power of attorney says, but for its number.
pub(super) fn of(poa: &PowerOfAttorney) -> Fields {
    let mut answers = Answers(Fields::new());
    answers.maybe("number.internal", poa.internal_number.as_ref());
    answers.day("number.registered", poa.internally_registered);
    answers.day("issued", Some(poa.issued));
    answers.day("expires", Some(poa.expires));
    let mut principals = poa.principals.iter();
    if let Some(first) = principals.next() {
        answers.principal(first);
    }
    for (index, one) in principals.enumerate() {
        answers.further_principal(index, one);
    }
    let mut representatives = poa.representatives.iter();
    if let Some(first) = representatives.next() {
        answers.representative(first);
    }
    for (index, one) in representatives.enumerate() {
        answers.further(index, one);
    }
    let joint = match poa.joint {
        Joint::Each => "each",
        Joint::Together => "together",
    };
    answers.set("joint", joint);
    answers.powers(&poa.powers);
    let redelegation = match poa.redelegation {
        Redelegation::Forbidden => "forbidden",
        Redelegation::Once => "once",
        Redelegation::Further => "further",
    };
    answers.set("redelegation", redelegation);
    answers.flag("lost-on-redelegation", poa.lost_on_redelegation);
    match &poa.irrevocable {
        None => answers.set("revocability", "revocable"),
        Some(one) => {
            answers.set("revocability", "irrevocable");
            answers.set("irrevocable.condition", &one.condition);
            answers.maybe("irrevocable.description", one.description.as_ref());
            answers.flag("irrevocable.passed-on", one.may_be_passed_on);
        }
    }
    answers.flag("purpose.esia", poa.flags.esia);
    answers.flag("purpose.tax", poa.flags.tax);
    answers.flag("purpose.notary", poa.flags.notary && poa.notary.is_none());
    if poa.flags.other != 0 {
        answers.set("purpose.other", format!("{:05b}", poa.flags.other));
    }
    answers.maybe("tax.office", poa.tax_office.as_ref());
    answers.set("tax.offices", poa.tax_offices.join(", "));
    // The number is another one in every document; the usual address is made anew without being asked for.
    let number = poa.number.to_string();
    let systems = poa
        .systems
        .as_deref()
        .unwrap_or_default()
        .replace(&number, NUMBER);
    if systems != format!("{CHECK}{NUMBER}") {
        answers.set("systems", systems);
    }
    answers.set("notary", if poa.notary.is_some() { "yes" } else { "no" });
    if let Some(notary) = &poa.notary {
        answers.set("notary.name", &notary.name);
        for (name, value) in [
            ("notary.position", &notary.position),
            ("notary.registration", &notary.registration),
            ("notary.act", &notary.act),
            ("notary.place", &notary.place),
            ("notary.fee", &notary.fee),
        ] {
            answers.maybe(name, value.as_ref());
        }
    }
    if let Some(from) = &poa.delegated_from {
        answers.set("from.first", from.first.to_string());
        answers.day("from.first-issued", from.first_issued);
        answers.day("from.first-expires", from.first_expires);
        answers.flag("from.first-notarial", from.first_notarial);
        answers.maybe("from.principal-name", from.first_principal_name.as_ref());
        answers.maybe("from.principal-inn", from.first_principal_inn.as_ref());
        if from.parent != from.first {
            answers.set("from.parent", from.parent.to_string());
            answers.day("from.parent-issued", from.parent_issued);
            answers.day("from.parent-expires", from.parent_expires);
        }
    }
    answers.0
}
