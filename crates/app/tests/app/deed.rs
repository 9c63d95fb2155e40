//! Powers of attorney of the demo organisation, written by the program and signed by whoever a test wants.

use kabinet_domain::poa::{
    DelegatedFrom, Flags, Joint, LegalEntity, Person, PoaNumber, Power, PowerOfAttorney, Powers, Principal,
    Redelegation, Representative,
};
use time::macros::offset;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use crate::desk::Desk;

/// What is enough for УПД, акт сверки and the notices about them.
pub const DOCUMENTS: &str = "DEMO_SRCDOC_ALL";

pub fn today() -> Date {
    OffsetDateTime::now_utc().to_offset(offset!(+3)).date()
}

pub fn number(at: u128) -> PoaNumber {
    PoaNumber(Uuid::from_u128(0x5d0c_0a3e_7b1f_4c52_9f64_0000_0000_0000 + at))
}

pub fn person(desk: &Desk, id: &str) -> Person {
    let all = &desk.stand.demo.employees;
    let one = all.iter().find(|one| one.id == id).unwrap();
    let (given, patronymic) = one.given_name.split_once(' ').unwrap();
    Person {
        surname: one.surname.clone(),
        given_name: given.to_owned(),
        patronymic: Some(patronymic.to_owned()),
        inn: Some(one.inn.clone()),
        snils: Some(one.snils.clone()),
        position: Some(one.title.clone()),
        born: Some(time::macros::date!(1980 - 01 - 02)),
        citizenship: Some(1),
        ..Person::default()
    }
}

pub fn power(code: &str) -> Power {
    Power {
        code: code.to_owned(),
        mnemonic: None,
        name: "Подписание документов".to_owned(),
        restrictions: Vec::new(),
    }
}

/// From the demo organisation by its director to the representative, for a year from today.
pub fn deed(desk: &Desk, at: u128) -> PowerOfAttorney {
    let owner = &desk.stand.demo.organisations[0];
    PowerOfAttorney {
        number: number(at),
        internal_number: Some(format!("{at}-ю")),
        internally_registered: None,
        issued: today(),
        expires: today() + Duration::days(365),
        flags: Flags::default(),
        tax_office: None,
        tax_offices: Vec::new(),
        systems: Some("ЕПГУ".to_owned()),
        irrevocable: None,
        redelegation: Redelegation::Forbidden,
        principals: vec![Principal::Russian {
            organisation: LegalEntity {
                name: owner.full_name.clone(),
                inn: owner.inn.clone(),
                kpp: Some(owner.kpp.clone()),
                ogrn: Some(owner.ogrn.clone()),
                address: Some(kabinet_domain::poa::Address {
                    region: Some("77".to_owned()),
                    text: "Москва".to_owned(),
                    fias: None,
                }),
                ..LegalEntity::default()
            },
            heads: vec![person(desk, "director")],
            managed_by: None,
            managing_proprietor: None,
            heads_together: false,
        }],
        representatives: vec![Representative::Person(person(desk, "representative"))],
        joint: Joint::Each,
        lost_on_redelegation: false,
        powers: Powers::Machine(vec![power(DOCUMENTS)]),
        notary: None,
        delegated_from: None,
    }
}

/// What the accountant, who was given `parent`, passes on of it.
pub fn passed_on(desk: &Desk, at: u128, parent: &PowerOfAttorney) -> PowerOfAttorney {
    PowerOfAttorney {
        principals: vec![Principal::Person(person(desk, "accountant"))],
        delegated_from: Some(DelegatedFrom {
            parent: parent.number,
            first: parent.number,
            first_issued: None,
            first_expires: None,
            first_notarial: false,
            first_principal_inn: None,
            first_principal_name: None,
            parent_issued: None,
            parent_expires: None,
        }),
        ..deed(desk, at)
    }
}

/// Its file, with its path.
pub fn file(desk: &Desk, poa: &PowerOfAttorney) -> std::path::PathBuf {
    let written = kabinet_formats::poa::write(poa, today(), None);
    let path = desk.path(&written.name);
    std::fs::write(&path, written.bytes).unwrap();
    path
}

/// Taken in, and signed by this certificate.
pub async fn given(desk: &Desk, poa: &PowerOfAttorney, by: &str) -> String {
    let id = desk.import(&[file(desk, poa)]).await;
    desk.sign_as(by, std::slice::from_ref(&id)).await.unwrap();
    id
}

/// The sample with so many line ends more: another document of the same kind.
pub fn variant(desk: &Desk, sample: &str, at: usize) -> std::path::PathBuf {
    let folder = desk.path(&format!("variant-{at}"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut content = std::fs::read(kabinet_testkit::sample(sample)).unwrap();
    content.extend(vec![b'\n'; at]);
    let path = folder.join(sample);
    std::fs::write(&path, content).unwrap();
    path
}
