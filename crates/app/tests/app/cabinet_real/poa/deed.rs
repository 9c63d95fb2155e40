//! Powers of attorney of the demo people as files, with signatures OpenSSL made.

use std::path::PathBuf;

use kabinet_domain::poa::{
    Flags, IdentityDocument, Joint, LegalEntity, Person, PoaNumber, Power, PowerOfAttorney, Powers,
    Principal, Redelegation, Representative, Restriction, RestrictionValue,
};
use kabinet_testkit::{OpenSsl, Stand};
use time::macros::{date, offset};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::desk::Desk;

/// What the director gives the representative when nothing is wrong.
pub const POWER: &str = "DEMO_SRCDOC_ALL";

/// A file in the making.
#[derive(Clone)]
pub struct Deed {
    pub poa: PowerOfAttorney,
    /// Whose key signs it; nobody's when empty.
    pub signer: &'static str,
    /// What is replaced in it before it is signed.
    edits: Vec<(String, String)>,
    /// What is replaced in it afterwards.
    altered: Vec<(String, String)>,
    /// Its name, if not by the rule.
    name: Option<String>,
}

/// Today in Moscow, so many days on.
pub fn day(after: i64) -> Date {
    OffsetDateTime::now_utc().to_offset(offset!(+3)).date() + Duration::days(after)
}

pub fn person(stand: &Stand, id: &str) -> Person {
    let one = stand.demo.employees.iter().find(|one| one.id == id).unwrap();
    let (given, patronymic) = one.given_name.split_once(' ').unwrap();
    Person {
        surname: one.surname.clone(),
        given_name: given.to_owned(),
        patronymic: Some(patronymic.to_owned()),
        inn: Some(one.inn.clone()),
        snils: Some(one.snils.clone()),
        position: Some(one.title.clone()),
        born: Some(date!(1985 - 04 - 12)),
        citizenship: Some(1),
        document: Some(IdentityDocument {
            kind: "21".to_owned(),
            number: "4500 123456".to_owned(),
            issued: Some(date!(2010 - 02 - 01)),
            issuer: Some("ОВД района Ромашки".to_owned()),
            issuer_code: None,
        }),
        ..Person::default()
    }
}

/// As it stands in the part for people, where nobody has a post.
pub fn private(stand: &Stand, id: &str) -> Person {
    Person {
        position: None,
        ..person(stand, id)
    }
}

pub fn organisation(stand: &Stand, index: usize) -> LegalEntity {
    let one = &stand.demo.organisations[index];
    LegalEntity {
        name: one.full_name.clone(),
        inn: one.inn.clone(),
        kpp: Some(one.kpp.clone()),
        ogrn: Some(one.ogrn.clone()),
        ..LegalEntity::default()
    }
}

/// An organisation of the demo, acting by these heads.
pub fn by(stand: &Stand, index: usize, heads: &[&str]) -> Principal {
    Principal::Russian {
        organisation: organisation(stand, index),
        heads: heads.iter().map(|id| person(stand, id)).collect(),
        managed_by: None,
        managing_proprietor: None,
        heads_together: false,
    }
}

pub fn power(code: &str) -> Power {
    Power {
        code: code.to_owned(),
        mnemonic: None,
        name: "Подписывать первичные документы".to_owned(),
        restrictions: Vec::new(),
    }
}

/// With a limit nobody here can know the truth of.
pub fn limited(code: &str) -> Power {
    Power {
        restrictions: vec![Restriction {
            id: Some("1".to_owned()),
            code: "SUM".to_owned(),
            name: "Сумма".to_owned(),
            value_name: Some("Не более".to_owned()),
            value: RestrictionValue::Text("100000".to_owned()),
        }],
        ..power(code)
    }
}

pub fn new_number() -> PoaNumber {
    PoaNumber(Uuid::new_v4())
}

impl Deed {
    /// From the demo organisation by its director to the representative, for many years.
    pub fn good(stand: &Stand) -> Self {
        Self {
            poa: PowerOfAttorney {
                number: new_number(),
                internal_number: Some("7-д".to_owned()),
                internally_registered: None,
                issued: date!(2026 - 01 - 10),
                expires: date!(2099 - 12 - 31),
                flags: Flags::default(),
                tax_office: None,
                tax_offices: Vec::new(),
                systems: Some("ЕПГУ".to_owned()),
                irrevocable: None,
                redelegation: Redelegation::Forbidden,
                principals: vec![by(stand, 0, &["director"])],
                representatives: vec![Representative::Person(person(stand, "representative"))],
                joint: Joint::Each,
                lost_on_redelegation: false,
                powers: Powers::Machine(vec![power(POWER)]),
                notary: None,
                delegated_from: None,
            },
            signer: "director",
            edits: Vec::new(),
            altered: Vec::new(),
            name: None,
        }
    }

    /// A good one, changed.
    pub fn with(stand: &Stand, change: impl FnOnce(&mut PowerOfAttorney)) -> Self {
        let mut deed = Self::good(stand);
        change(&mut deed.poa);
        deed
    }

    /// What the director got as a person and passes on to the representative.
    pub fn passed_on(stand: &Stand, parent: &PowerOfAttorney) -> Self {
        let first = parent
            .delegated_from
            .as_ref()
            .map_or(parent.number, |from| from.first);
        let mut deed = Self::good(stand);
        deed.poa.principals = vec![Principal::Person(private(stand, "director"))];
        deed.poa.powers = parent.powers.clone();
        deed.poa.issued = parent.issued;
        deed.poa.expires = parent.expires;
        deed.poa.delegated_from = Some(kabinet_domain::poa::DelegatedFrom {
            first,
            parent: parent.number,
            first_issued: Some(parent.issued),
            first_expires: Some(parent.expires),
            first_notarial: false,
            first_principal_inn: None,
            first_principal_name: None,
            parent_issued: None,
            parent_expires: None,
        });
        deed
    }

    /// One that may be passed on, from the organisation to its director as a person.
    pub fn to_pass_on(stand: &Stand) -> Self {
        Self::with(stand, |poa| {
            poa.redelegation = Redelegation::Once;
            poa.representatives = vec![Representative::Person(person(stand, "director"))];
        })
    }

    pub fn signed_by(mut self, signer: &'static str) -> Self {
        self.signer = signer;
        self
    }

    /// In a file of this name.
    pub fn named(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// Changed before it is signed.
    pub fn edit(mut self, from: &str, to: &str) -> Self {
        self.edits.push((from.to_owned(), to.to_owned()));
        self
    }

    /// Changed after it was signed.
    pub fn alter(mut self, from: &str, to: &str) -> Self {
        self.altered.push((from.to_owned(), to.to_owned()));
        self
    }

    pub fn number(&self) -> String {
        self.poa.number.to_string()
    }

    /// Its content without any change of letters.
    pub fn xml(&self) -> String {
        let written = kabinet_formats::poa::write(&self.poa, day(0), None);
        String::from_utf8(written.bytes).unwrap()
    }

    pub fn file_name(&self) -> String {
        let written = || kabinet_formats::poa::write(&self.poa, day(0), None).name;
        self.name.clone().unwrap_or_else(written)
    }

    /// Written into a folder of its own, with its signature beside it.
    pub fn write(&self, desk: &Desk) -> Vec<PathBuf> {
        let folder = desk.path(&format!("deed-{}", Uuid::new_v4()));
        std::fs::create_dir(&folder).unwrap();
        let signed = replaced(self.xml(), &self.edits);
        let content = replaced(signed.clone(), &self.altered);
        let path = folder.join(self.file_name());
        std::fs::write(&path, content).unwrap();
        let mut paths = vec![path];
        if !self.signer.is_empty() {
            let pki = |ending: &str| desk.stand.pki(&format!("{}.{ending}", self.signer));
            let signature = OpenSsl::new().sign(&pki("key"), &pki("crt"), signed.as_bytes(), &[]);
            let beside = folder.join(format!("{}.sig", self.file_name()));
            std::fs::write(&beside, signature).unwrap();
            paths.push(beside);
        }
        paths
    }

    /// Taken into the archive; its document.
    pub async fn import(&self, desk: &Desk) -> String {
        desk.import(&self.write(desk)).await
    }
}

fn replaced(text: String, changes: &[(String, String)]) -> String {
    changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from.as_str()), "{from}: {text}");
        text.replacen(from.as_str(), to, 1)
    })
}
