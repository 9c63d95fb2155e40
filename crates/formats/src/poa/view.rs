//! A power of attorney as a person reads it before it is signed. Everything a file says is shown: what the program does not
//! know of it stands at the end by its path.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kabinet_domain::poa::{
    Address, ForeignOrganisation, Joint, LegalEntity, Person, PowerOfAttorney, Powers, Principal,
    Redelegation, Representative, SoleProprietor,
};
use serde::Deserialize;
use time::Date;
use time::macros::format_description;

use super::Read;
use super::changes::limit;
use crate::view::{Field, Section, Table};

#[derive(Deserialize)]
struct Words {
    words: BTreeMap<String, String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    // The file is part of the program and a test reads it: a mistake in it cannot reach a user.
    #[allow(clippy::expect_used)]
    serde_json::from_str(include_str!("../../../../assets/poa/words.json")).expect("words.json holds words")
});

fn word(key: &str) -> &'static str {
    let words: &'static Words = &WORDS;
    words.words.get(key).map_or("", String::as_str)
}

/// 31.03.2025.
pub(super) fn day(day: Date) -> String {
    day.format(format_description!("[day].[month].[year]"))
        .unwrap_or_default()
}

/// What a file says, section by section.
pub(crate) fn sections(read: &Read, heading: String) -> Vec<Section> {
    let poa = &read.poa;
    let mut page = Page { sections: Vec::new() };
    page.begin(0, heading);
    page.put("number", poa.number.to_string());
    page.maybe("internal-number", poa.internal_number.as_ref());
    page.maybe("registered", poa.internally_registered.map(day).as_ref());
    page.put("identifier", &read.identifier);
    page.parties(poa);
    page.powers(poa);
    page.terms(poa);
    page.parent(poa);
    let unknown = read.kept.unknown();
    if !unknown.is_empty() {
        page.begin(1, word("unknown"));
        for one in unknown {
            let label = one.path.trim_start_matches("Доверенность/").to_owned();
            page.field(label, one.value);
        }
    }
    page.sections
}

struct Page {
    sections: Vec<Section>,
}

impl Page {
    fn begin(&mut self, level: u8, heading: impl Into<String>) {
        self.sections.push(Section {
            level,
            heading: heading.into(),
            ..Section::default()
        });
    }

    fn field(&mut self, label: impl Into<String>, value: impl Into<String>) {
        let (label, value) = (label.into(), value.into());
        if value.is_empty() {
            return;
        }
        if let Some(section) = self.sections.last_mut() {
            section.fields.push(Field { label, value });
        }
    }

    fn put(&mut self, key: &str, value: impl Into<String>) {
        self.field(word(key), value);
    }

    fn maybe(&mut self, key: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn address(&mut self, address: Option<&Address>) {
        let Some(address) = address else { return };
        let parts = [
            address.region.as_deref(),
            Some(address.text.as_str()),
            address.fias.as_deref(),
        ];
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        self.put("address", parts.join(", "));
    }

    fn organisation(&mut self, key: &str, one: &LegalEntity) {
        self.put(key, &one.name);
        self.put("inn", &one.inn);
        self.maybe("kpp", one.kpp.as_ref());
        self.maybe("ogrn", one.ogrn.as_ref());
        self.address(one.address.as_ref());
        self.maybe("phone", one.phone.as_ref());
        self.maybe("email", one.email.as_ref());
    }

    fn foreign(&mut self, key: &str, one: &ForeignOrganisation) {
        self.put(key, &one.name);
        self.maybe("inn", one.inn.as_ref());
        self.maybe("kpp", one.kpp.as_ref());
        self.maybe("accreditation", one.accreditation.as_ref());
        self.maybe("country", one.country.as_ref());
        self.maybe("registration-number", one.registration_number.as_ref());
        self.address(one.address.as_ref());
    }

    fn proprietor(&mut self, key: &str, one: &SoleProprietor) {
        self.put(key, one.title());
        self.put("ogrnip", &one.ogrnip);
        self.person("person", &one.person);
    }

    fn person(&mut self, key: &str, one: &Person) {
        self.put(key, one.full_name());
        self.maybe("position", one.position.as_ref());
        self.maybe("inn", one.inn.as_ref());
        self.maybe("snils", one.snils.as_ref());
        self.maybe("authority", one.authority.as_ref());
        self.maybe("born", one.born.map(day).as_ref());
        self.maybe("birthplace", one.birthplace.as_ref());
        if let Some(sex) = one.sex {
            self.put("sex", word(&format!("sex.{sex}")));
        }
        if let Some(citizenship) = one.citizenship {
            self.put("citizenship", word(&format!("citizenship.{citizenship}")));
        }
        self.maybe("country", one.country.as_ref());
        if let Some(document) = &one.document {
            let issued = document.issued.map(day);
            let parts = [
                Some(&document.kind),
                Some(&document.number),
                issued.as_ref(),
                document.issuer.as_ref(),
                document.issuer_code.as_ref(),
            ];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            self.put("document", parts.join(", "));
        }
        self.address(one.address.as_ref());
        self.maybe("phone", one.phone.as_ref());
        self.maybe("email", one.email.as_ref());
    }

    fn parties(&mut self, poa: &PowerOfAttorney) {
        for one in &poa.principals {
            self.begin(1, word("who"));
            self.principal(one);
        }
        for one in &poa.representatives {
            self.begin(1, word("whom"));
            match one {
                Representative::Organisation(one) => self.organisation("organisation", one),
                Representative::SoleProprietor(one) => self.proprietor("proprietor", one),
                Representative::Person(one) => self.person("person", one),
                Representative::Branch { organisation } => self.organisation("branch", organisation),
                Representative::ForeignBranch { organisation } => {
                    self.foreign("foreign-branch", organisation)
                }
            }
        }
    }

    fn principal(&mut self, one: &Principal) {
        match one {
            Principal::Russian {
                organisation,
                heads,
                managed_by,
                managing_proprietor,
                heads_together,
            } => {
                self.organisation("organisation", organisation);
                if let Some(company) = managed_by {
                    self.organisation("company", company);
                }
                if let Some(one) = managing_proprietor {
                    self.proprietor("managing-proprietor", one);
                }
                for head in heads {
                    self.person("head", head);
                }
                if *heads_together {
                    self.put("together", word("joint.together"));
                }
            }
            Principal::Foreign { organisation, head } => {
                self.foreign("foreign", organisation);
                if let Some(head) = head {
                    self.person("head", head);
                }
            }
            Principal::SoleProprietor(one) => self.proprietor("proprietor", one),
            Principal::Person(person) => self.person("person", person),
            Principal::Branch { organisation, head } => {
                self.organisation("branch", organisation);
                if let Some(head) = head {
                    self.person("branch-head", head);
                }
            }
        }
    }

    fn powers(&mut self, poa: &PowerOfAttorney) {
        self.begin(1, word("what"));
        match &poa.powers {
            Powers::Text(text) => {
                self.put("powers", text);
                self.put("kind-of-powers", word("text-only"));
            }
            Powers::Machine(all) => {
                let rows = all.iter().map(|power| {
                    let limits: Vec<String> = power.restrictions.iter().map(limit).collect();
                    let limits = if limits.is_empty() {
                        word("no-limits").to_owned()
                    } else {
                        limits.join("; ")
                    };
                    let mut codes = match &power.mnemonic {
                        Some(mnemonic) => format!("{} ({mnemonic})", power.code),
                        None => power.code.clone(),
                    };
                    for limit in &power.restrictions {
                        let id = limit.id.as_deref().map(|id| format!(" № {id}"));
                        codes.push_str(&format!("; {}{}", limit.code, id.unwrap_or_default()));
                    }
                    vec![power.name.clone(), limits, codes]
                });
                let table = Table {
                    heading: word("powers").to_owned(),
                    columns: ["power", "limits", "code"].map(|key| word(key).to_owned()).into(),
                    rows: rows.collect(),
                };
                if let Some(section) = self.sections.last_mut() {
                    section.tables.push(table);
                }
            }
        }
        if poa.representatives.len() > 1 || poa.joint == Joint::Together {
            let joint = match poa.joint {
                Joint::Each => "joint.each",
                Joint::Together => "joint.together",
            };
            self.put("joint", word(joint));
        }
    }

    fn terms(&mut self, poa: &PowerOfAttorney) {
        self.begin(1, word("until"));
        self.put("issued", day(poa.issued));
        self.put("expires", day(poa.expires));
        self.begin(1, word("redelegation"));
        let redelegation = match poa.redelegation {
            Redelegation::Forbidden => "redelegation.forbidden",
            Redelegation::Once => "redelegation.once",
            Redelegation::Further => "redelegation.further",
        };
        self.put("redelegation", word(redelegation));
        if poa.redelegation != Redelegation::Forbidden || poa.lost_on_redelegation {
            self.put(
                "lost",
                word(if poa.lost_on_redelegation {
                    "lost.yes"
                } else {
                    "lost.no"
                }),
            );
        }
        self.begin(1, word("revocation"));
        match &poa.irrevocable {
            None => self.put("revocation", word("revocable")),
            Some(one) => {
                self.put("revocation", word("irrevocable"));
                let condition = match word(&format!("irrevocable.condition.{}", one.condition)) {
                    "" => one.condition.as_str(),
                    known => known,
                };
                self.put("irrevocable.condition", condition);
                self.maybe("irrevocable.description", one.description.as_ref());
                self.put(
                    "irrevocable.passed-on",
                    word(if one.may_be_passed_on { "yes" } else { "no" }),
                );
            }
        }
        self.purpose(poa);
        if let Some(notary) = &poa.notary {
            self.begin(1, word("notary"));
            self.put("name", &notary.name);
            self.maybe("position", notary.position.as_ref());
            self.maybe("registration-number", notary.registration.as_ref());
            self.maybe("act", notary.act.as_ref());
            self.maybe("place", notary.place.as_ref());
            self.maybe("fee", notary.fee.as_ref());
        }
    }

    fn purpose(&mut self, poa: &PowerOfAttorney) {
        self.begin(1, word("purpose"));
        let flags = poa.flags;
        let named = [
            ("esia", flags.esia),
            ("tax", flags.tax),
            ("by-notary", flags.notary),
        ];
        let mut meant: Vec<String> = named
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(key, _)| word(key).to_owned())
            .collect();
        if flags.other != 0 {
            meant.push(format!("{}: {:05b}", word("other-signs"), flags.other));
        }
        if meant.is_empty() {
            meant.push(word("general").to_owned());
        }
        self.put("meant-for", meant.join(", "));
        self.maybe("tax-office", poa.tax_office.as_ref());
        if !poa.tax_offices.is_empty() {
            self.put("tax-offices", poa.tax_offices.join(", "));
        } else if flags.tax {
            self.put("tax-offices", word("everywhere"));
        }
        self.maybe("systems", poa.systems.as_ref());
    }

    fn parent(&mut self, poa: &PowerOfAttorney) {
        let Some(from) = &poa.delegated_from else { return };
        self.begin(1, word("parent"));
        self.put("first", from.first.to_string());
        self.maybe("issued", from.first_issued.map(day).as_ref());
        self.maybe("expires", from.first_expires.map(day).as_ref());
        let form = if from.first_notarial {
            "first-form.yes"
        } else {
            "first-form.no"
        };
        self.put("first-form", word(form));
        self.maybe("first-principal", from.first_principal_name.as_ref());
        self.maybe("inn", from.first_principal_inn.as_ref());
        if from.parent != from.first {
            self.put("direct", from.parent.to_string());
            self.maybe("issued", from.parent_issued.map(day).as_ref());
            self.maybe("expires", from.parent_expires.map(day).as_ref());
        }
    }
}
