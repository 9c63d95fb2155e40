//! Answers → model.

use kabinet_domain::draft::Fields;
use kabinet_domain::poa::{
    Address, DelegatedFrom, Flags, ForeignOrganisation, IdentityDocument, Irrevocable, Joint, LegalEntity,
    Notary, Person, PoaNumber, Power, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
    Restriction, RestrictionValue, SoleProprietor,
};
use kabinet_domain::requisites::{self, Context, Kind};
use time::Date;

use super::super::document::{number, split_name};
use crate::form::value::date;

/// Where the tax service tells whether a power of attorney is in force (seen in what other programs write).
pub(super) const CHECK: &str = "https://m4d.nalog.gov.ru/EMCHD/check-status?guid=";
/// Stands for the number of the document in an address that was typed.
pub(super) const NUMBER: &str = "{number}";

/// Typed texts, read as they are meant.
pub(super) struct Answers<'f>(pub(super) &'f Fields);

impl<'f> Answers<'f> {
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = self.0.get(name)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.0.get(name).is_some_and(|text| text.trim() == value)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.is(name, "true")
    }

    pub(super) fn day(&self, name: &str) -> Option<Date> {
        date(&self.text(name)?)
    }

    /// The digits of a requisite that is good, else what was typed.
    fn requisite(&self, name: &str, kind: Kind) -> Option<String> {
        let typed = self.text(name)?;
        Some(requisites::check(kind, &typed, Context::default()).map_or(typed, |good| good.value))
    }

    /// Names of the rows of a table, in order.
    pub(super) fn rows(&self, table: &str) -> Vec<&'f str> {
        let prefix = format!("{table}/");
        let mut rows: Vec<&str> = self
            .0
            .range(prefix.clone()..)
            .map_while(|(name, _)| name.strip_prefix(&prefix))
            .filter_map(|rest| rest.split_once('/').map(|(row, _)| row))
            .collect();
        rows.dedup();
        rows
    }

    fn address(&self, region: &str, fias: &str, text: &str) -> Option<Address> {
        let address = Address {
            region: self.text(region),
            fias: self.text(fias),
            text: self.text(text).unwrap_or_default(),
        };
        (address != Address::default()).then_some(address)
    }

    /// The fields of one person, which begin with `prefix`.
    fn person(&self, prefix: &str) -> Person {
        let at = |name: &str| format!("{prefix}{name}");
        let small = |name: &str| self.text(&at(name)).and_then(|text| text.parse().ok());
        let document = IdentityDocument {
            kind: self.text(&at("passport.kind")).unwrap_or_else(|| "21".to_owned()),
            number: self.text(&at("passport.number")).unwrap_or_default(),
            issued: self.day(&at("passport.issued")),
            issuer: self.text(&at("passport.issuer")),
            issuer_code: self.text(&at("passport.issuer-code")),
        };
        Person {
            surname: self.text(&at("surname")).unwrap_or_default(),
            given_name: self.text(&at("given-name")).unwrap_or_default(),
            patronymic: self.text(&at("patronymic")),
            inn: self.requisite(&at("inn"), Kind::Inn),
            snils: self.requisite(&at("snils"), Kind::Snils),
            position: self.text(&at("position")),
            born: self.day(&at("born")),
            birthplace: self.text(&at("birthplace")),
            sex: small("sex"),
            citizenship: small("citizenship"),
            country: self.text(&at("country")),
            phone: self.text(&at("phone")),
            email: self.text(&at("email")),
            address: self.address(&at("region"), &at("fias"), &at("address")),
            document: (!document.number.is_empty()).then_some(document),
            authority: self.text(&at("authority")),
        }
    }

    fn organisation(&self, prefix: &str, inn: &str) -> LegalEntity {
        let at = |name: &str| format!("{prefix}{name}");
        LegalEntity {
            name: self.text(&at("name")).unwrap_or_default(),
            inn: self.requisite(&at(inn), Kind::Inn).unwrap_or_default(),
            kpp: self.requisite(&at("kpp"), Kind::Kpp),
            ogrn: self.requisite(&at("ogrn"), Kind::Ogrn),
            ..LegalEntity::default()
        }
    }

    fn principal(&self) -> Principal {
        match self.text("principal.kind").as_deref() {
            Some("entrepreneur") => {
                let mut person = self.person("head.");
                person.position = None;
                Principal::SoleProprietor(SoleProprietor {
                    name: self.text("entrepreneur.name"),
                    ogrnip: self
                        .requisite("entrepreneur.ogrnip", Kind::Ogrnip)
                        .unwrap_or_default(),
                    person,
                })
            }
            Some("person") => {
                let mut person = self.person("head.");
                (person.position, person.authority) = (None, None);
                Principal::Person(person)
            }
            Some("foreign") => {
                let organisation = ForeignOrganisation {
                    name: self.text("foreign.name").unwrap_or_default(),
                    inn: self.requisite("foreign.inn", Kind::Inn),
                    kpp: self.requisite("foreign.kpp", Kind::Kpp),
                    accreditation: self.text("foreign.accreditation"),
                    country: self.text("foreign.country"),
                    registration_number: self.text("foreign.registration"),
                    address: self.address("foreign.region", "foreign.fias", "foreign.address"),
                };
                let head = self.person("head.");
                Principal::Foreign {
                    organisation,
                    head: (!head.surname.is_empty()).then_some(head),
                }
            }
            _ => self.russian(),
        }
    }

    fn russian(&self) -> Principal {
        let mut organisation = self.organisation("principal.", "inn");
        organisation.phone = self.text("principal.phone");
        organisation.email = self.text("principal.email");
        organisation.address = self.address("principal.region", "principal.fias", "principal.address");
        let through = self.text("principal.through");
        let proprietor = (through.as_deref() == Some("entrepreneur")).then(|| {
            let mut person = self.person("head.");
            person.position = None;
            SoleProprietor {
                name: self.text("manager.name"),
                ogrnip: self.requisite("manager.ogrnip", Kind::Ogrnip).unwrap_or_default(),
                person,
            }
        });
        let mut heads = Vec::new();
        if proprietor.is_none() {
            heads.push(self.person("head."));
            heads.extend(self.rows("heads").into_iter().map(|row| {
                let mut head = self.person(&format!("heads/{row}/"));
                head.document = None;
                head
            }));
        }
        Principal::Russian {
            organisation,
            heads,
            managed_by: (through.as_deref() == Some("company")).then(|| self.organisation("company.", "inn")),
            managing_proprietor: proprietor,
            heads_together: self.flag("heads-together"),
        }
    }

    fn principals(&self) -> Vec<Principal> {
        let rows = self.rows("principals").into_iter();
        std::iter::once(self.principal())
            .chain(rows.map(|row| self.further_principal(row)))
            .collect()
    }

    /// A row of the table of further principals.
    fn further_principal(&self, row: &str) -> Principal {
        let at = |name: &str| format!("principals/{row}/{name}");
        let name = self.text(&at("name")).unwrap_or_default();
        let kind = self.text(&at("kind"));
        if !matches!(kind.as_deref(), Some("entrepreneur" | "person")) {
            let head = self.text(&at("head")).map(|head| Person {
                inn: self.requisite(&at("head-inn"), Kind::Inn),
                snils: self.requisite(&at("head-snils"), Kind::Snils),
                position: self.text(&at("head-position")),
                ..split_name(&head)
            });
            return Principal::Russian {
                organisation: LegalEntity {
                    name,
                    inn: self.requisite(&at("inn"), Kind::Inn).unwrap_or_default(),
                    kpp: self.requisite(&at("kpp"), Kind::Kpp),
                    ogrn: self.requisite(&at("ogrn"), Kind::Ogrn),
                    address: self.address(&at("region"), &at("fias"), &at("address")),
                    ..LegalEntity::default()
                },
                heads: head.into_iter().collect(),
                managed_by: None,
                managing_proprietor: None,
                heads_together: false,
            };
        }
        let person = Person {
            position: None,
            ..self.person_of_row(&name, at)
        };
        if kind.as_deref() == Some("person") {
            return Principal::Person(person);
        }
        Principal::SoleProprietor(SoleProprietor {
            name: None,
            ogrnip: self.requisite(&at("ogrn"), Kind::Ogrnip).unwrap_or_default(),
            person,
        })
    }

    /// The person of a row of either table of parties.
    fn person_of_row(&self, name: &str, at: impl Fn(&str) -> String) -> Person {
        Person {
            inn: self.requisite(&at("inn"), Kind::Inn),
            snils: self.requisite(&at("snils"), Kind::Snils),
            born: self.day(&at("born")),
            position: self.text(&at("position")),
            document: self.text(&at("document")).map(|number| IdentityDocument {
                kind: "21".to_owned(),
                number,
                issued: self.day(&at("document-issued")),
                issuer: self.text(&at("document-issuer")),
                issuer_code: None,
            }),
            ..split_name(name)
        }
    }

    fn representatives(&self) -> Vec<Representative> {
        let mut all = vec![self.representative()];
        all.extend(
            self.rows("representatives")
                .into_iter()
                .map(|row| self.further(row)),
        );
        all
    }

    fn representative(&self) -> Representative {
        if !self.is("representative.who", "organisation") {
            let mut person = self.person("representative.");
            return match self.requisite("representative.ogrnip", Kind::Ogrnip) {
                Some(ogrnip) => {
                    person.position = None;
                    Representative::SoleProprietor(SoleProprietor {
                        name: self.text("representative.title"),
                        ogrnip,
                        person,
                    })
                }
                None => Representative::Person(person),
            };
        }
        let mut organisation = self.organisation("representative.", "org-inn");
        organisation.address = self.address(
            "representative.org-region",
            "representative.org-fias",
            "representative.org-address",
        );
        match self.text("representative.kind").as_deref() {
            Some("branch") => Representative::Branch { organisation },
            Some("foreign-branch") => Representative::ForeignBranch {
                organisation: ForeignOrganisation {
                    name: organisation.name,
                    inn: (!organisation.inn.is_empty()).then_some(organisation.inn),
                    kpp: organisation.kpp,
                    accreditation: self.text("representative.accreditation"),
                    address: organisation.address,
                    ..ForeignOrganisation::default()
                },
            },
            _ => Representative::Organisation(organisation),
        }
    }

    /// A row of the table of further representatives.
    fn further(&self, row: &str) -> Representative {
        let at = |name: &str| format!("representatives/{row}/{name}");
        let name = self.text(&at("name")).unwrap_or_default();
        let organisation = || LegalEntity {
            name: name.clone(),
            inn: self.requisite(&at("inn"), Kind::Inn).unwrap_or_default(),
            kpp: self.requisite(&at("kpp"), Kind::Kpp),
            ogrn: self.requisite(&at("ogrn"), Kind::Ogrn),
            ..LegalEntity::default()
        };
        let person = || self.person_of_row(&name, at);
        match self.text(&at("kind")).as_deref() {
            Some("organisation") => Representative::Organisation(organisation()),
            Some("branch") => Representative::Branch {
                organisation: organisation(),
            },
            Some("foreign-branch") => {
                let one = organisation();
                Representative::ForeignBranch {
                    organisation: ForeignOrganisation {
                        name: one.name,
                        inn: (!one.inn.is_empty()).then_some(one.inn),
                        kpp: one.kpp,
                        accreditation: self.text(&at("ogrn")),
                        ..ForeignOrganisation::default()
                    },
                }
            }
            Some("entrepreneur") => Representative::SoleProprietor(SoleProprietor {
                name: None,
                ogrnip: self.requisite(&at("ogrn"), Kind::Ogrnip).unwrap_or_default(),
                person: Person {
                    position: None,
                    ..person()
                },
            }),
            _ => Representative::Person(person()),
        }
    }

    fn powers(&self) -> Powers {
        if self.is("powers.kind", "text") {
            return Powers::Text(self.text("powers.text").unwrap_or_default());
        }
        let mut count = 0;
        let powers = self.rows("powers").into_iter().map(|row| {
            let at = |name: &str| self.text(&format!("powers/{row}/{name}"));
            let code = at("code").unwrap_or_default();
            let limits = self
                .rows("limits")
                .into_iter()
                .filter(|limit| self.is(&format!("limits/{limit}/power"), &code));
            let restrictions = limits.map(|limit| {
                let at = |name: &str| self.text(&format!("limits/{limit}/{name}"));
                let value = at("value").unwrap_or_default();
                count += 1;
                Restriction {
                    id: Some(count.to_string()),
                    code: at("code").unwrap_or_default(),
                    name: at("name").unwrap_or_default(),
                    value_name: at("value-name"),
                    value: if at("kind").as_deref() == Some("code") {
                        RestrictionValue::Code(value)
                    } else {
                        RestrictionValue::Text(value)
                    },
                }
            });
            let restrictions = restrictions.collect();
            Power {
                mnemonic: at("mnemonic"),
                name: at("name").unwrap_or_default(),
                code,
                restrictions,
            }
        });
        Powers::Machine(powers.collect())
    }

    fn notary(&self) -> Option<Notary> {
        self.is("notary", "yes").then(|| Notary {
            name: self.text("notary.name").unwrap_or_default(),
            position: self.text("notary.position"),
            registration: self.text("notary.registration"),
            act: self.text("notary.act"),
            place: self.text("notary.place"),
            fee: self.text("notary.fee").map(|fee| fee.replace(',', ".")),
        })
    }

    fn delegated_from(&self) -> Option<DelegatedFrom> {
        let first = number(&self.text("from.first")?)?;
        let parent = self.text("from.parent").and_then(|text| number(&text));
        let is_other = parent.is_some_and(|parent| parent != first);
        Some(DelegatedFrom {
            first,
            parent: parent.unwrap_or(first),
            first_issued: self.day("from.first-issued"),
            first_expires: self.day("from.first-expires"),
            first_notarial: self.flag("from.first-notarial"),
            first_principal_inn: self.requisite("from.principal-inn", Kind::Inn),
            first_principal_name: self.text("from.principal-name"),
            parent_issued: self.day("from.parent-issued").filter(|_| is_other),
            parent_expires: self.day("from.parent-expires").filter(|_| is_other),
        })
    }
}

/// The power of attorney of good answers, under this number.
pub(super) fn of(fields: &Fields, number: PoaNumber, passes_on: bool) -> Option<PowerOfAttorney> {
    let answers = Answers(fields);
    let notary = answers.notary();
    let offices = answers.text("tax.offices").unwrap_or_default();
    Some(PowerOfAttorney {
        number,
        internal_number: answers.text("number.internal"),
        internally_registered: answers.day("number.registered"),
        issued: answers.day("issued")?,
        expires: answers.day("expires")?,
        flags: Flags {
            esia: answers.flag("purpose.esia"),
            notary: notary.is_some() || answers.flag("purpose.notary"),
            tax: answers.flag("purpose.tax"),
            other: answers
                .text("purpose.other")
                .and_then(|bits| u8::from_str_radix(&bits, 2).ok())
                .unwrap_or(0)
                & 0b1_1111,
        },
        tax_office: answers.text("tax.office"),
        tax_offices: list(&offices).map(str::to_owned).collect(),
        systems: Some(match answers.text("systems") {
            Some(text) => text.replace(NUMBER, &number.to_string()),
            None => format!("{CHECK}{number}"),
        }),
        irrevocable: answers.is("revocability", "irrevocable").then(|| Irrevocable {
            may_be_passed_on: answers.flag("irrevocable.passed-on"),
            condition: answers.text("irrevocable.condition").unwrap_or_default(),
            description: answers.text("irrevocable.description"),
        }),
        redelegation: match answers.text("redelegation").as_deref() {
            Some("once") => Redelegation::Once,
            Some("further") => Redelegation::Further,
            _ => Redelegation::Forbidden,
        },
        principals: answers.principals(),
        representatives: answers.representatives(),
        joint: if answers.is("joint", "together") {
            Joint::Together
        } else {
            Joint::Each
        },
        lost_on_redelegation: answers.flag("lost-on-redelegation"),
        powers: answers.powers(),
        notary,
        delegated_from: if passes_on {
            Some(answers.delegated_from()?)
        } else {
            None
        },
    })
}

/// Codes between commas and spaces.
pub(super) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', ' ', '\n'])
        .map(str::trim)
        .filter(|one| !one.is_empty())
}

/// Whether powers are the same but for the numbers their limits have inside the document.
pub(super) fn same_powers(one: &Powers, other: &Powers) -> bool {
    let plain = |powers: &Powers| {
        let mut powers = powers.clone();
        if let Powers::Machine(all) = &mut powers {
            for limit in all.iter_mut().flat_map(|power| &mut power.restrictions) {
                limit.id = None;
            }
        }
        powers
    };
    plain(one) == plain(other)
}
