use std::fmt;

use serde::{Deserialize, Serialize};
use time::Date;
use uuid::Uuid;

/// Number of a power of attorney in the registry (`НомДовер`): a GUID, the same as in the name of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PoaNumber(pub Uuid);

impl fmt::Display for PoaNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// What a power of attorney says (`Довер`, or `Передов` when [`Self::delegated_from`] is there).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PowerOfAttorney {
    /// Number in the registry (`НомДовер`).
    pub number: PoaNumber,
    /// Number the principal gives it (`ВнНомДовер`), 1 to 50 characters.
    pub internal_number: Option<String>,
    /// The day the principal entered it under that number (`ДатаВнРегДовер`).
    pub internally_registered: Option<Date>,
    /// First day it holds (`ДатаВыдДовер`).
    pub issued: Date,
    /// Last day it holds (`СрокДейст`).
    pub expires: Date,
    /// What it is meant for beside powers of a general kind (`ПрЭлФорм`).
    pub flags: Flags,
    /// Tax office it is given to (`КодНО`), 4 digits.
    pub tax_office: Option<String>,
    /// Tax offices it holds at (`КодНОДейст`); all when empty.
    pub tax_offices: Vec<String>,
    /// Information systems it is meant for (`СведСист`), as written.
    pub systems: Option<String>,
    /// The principal may not take it back before its time (`ВидДовер` 2, `Безотзыв`).
    pub irrevocable: Option<Irrevocable>,
    /// Whether the representative may pass powers on (`ПрПередов`).
    pub redelegation: Redelegation,
    /// Who gives the powers (`СвДоверит`); one, or several who give them together. In a redelegation, who passes them on (`СвПередПолн`).
    pub principals: Vec<Principal>,
    /// Who receives them (`СвУпПред`, `СвПолучПолн`).
    pub representatives: Vec<Representative>,
    /// How several representatives act (`ПрСовмПолн`).
    pub joint: Joint,
    /// The representative loses the powers that are passed on (`ПрУтрПолн`).
    pub lost_on_redelegation: bool,
    /// What may be done (`СвПолн`).
    pub powers: Powers,
    /// Notary who certified it (`СвНотУд`).
    pub notary: Option<Notary>,
    /// What it passes on, for a redelegation.
    pub delegated_from: Option<DelegatedFrom>,
}

/// `ПрЭлФорм`: eight signs `0` or `1`; those without a published meaning are kept as they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// Second sign: powers in ЕСИА.
    pub esia: bool,
    /// Third sign: certified by a notary.
    pub notary: bool,
    /// Fourth sign: powers before the tax service.
    pub tax: bool,
    /// The first sign and the fifth to the eighth, the first in the highest bit of five.
    pub other: u8,
}

/// Until when and why it cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Irrevocable {
    /// It may be passed on (`ПрПерБезДов`).
    pub may_be_passed_on: bool,
    /// Code of the condition under which it can be revoked all the same (`УслОтзыва`).
    pub condition: String,
    /// The condition in words (`ОписУслОт`).
    pub description: Option<String>,
}

/// `ПрПередов`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redelegation {
    /// 1: not allowed.
    Forbidden,
    /// 2: allowed once; who receives the powers may not pass them on.
    Once,
    /// 3: allowed, and further.
    Further,
}

/// `ПрСовмПолн`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joint {
    /// 1: each alone.
    Each,
    /// 2: only all together.
    Together,
}

/// Who gives powers (`ТипДоверит`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[allow(clippy::large_enum_variant, reason = "a document has one or two of them")]
pub enum Principal {
    /// 1: Russian organisation.
    Russian {
        /// The organisation.
        organisation: LegalEntity,
        /// Who acts for it without a power of attorney (`ЛицоБезДов`): persons.
        heads: Vec<Person>,
        /// The managing company (`ЕИОУК`) through whose heads it acts.
        managed_by: Option<LegalEntity>,
        /// The sole proprietor who manages it (`ЕИОИП`), instead of heads of its own.
        managing_proprietor: Option<SoleProprietor>,
        /// Several heads may act only together (`ПолнЮЛ` 2).
        heads_together: bool,
    },
    /// 2: foreign organisation.
    Foreign {
        /// The organisation.
        organisation: ForeignOrganisation,
        /// Head of its branch, or whoever acts for it.
        head: Option<Person>,
    },
    /// 3: sole proprietor.
    SoleProprietor(SoleProprietor),
    /// 4: natural person.
    Person(Person),
    /// A branch that passes powers on (`ФилПерПолн`); only in a redelegation.
    Branch {
        /// The branch: its own КПП.
        organisation: LegalEntity,
        /// Its head (`СвРукФил`).
        head: Option<Person>,
    },
}

/// Who receives powers (`ТипПред`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Representative {
    /// An organisation.
    Organisation(LegalEntity),
    /// A sole proprietor.
    SoleProprietor(SoleProprietor),
    /// A natural person.
    Person(Person),
    /// A branch of an organisation; the format has no place for its head.
    Branch {
        /// The branch: its own КПП.
        organisation: LegalEntity,
    },
    /// A branch of a foreign organisation.
    ForeignBranch {
        /// The organisation.
        organisation: ForeignOrganisation,
    },
}

impl Principal {
    /// Name of the organisation, or of the person.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Russian { organisation, .. } | Self::Branch { organisation, .. } => {
                organisation.name.clone()
            }
            Self::Foreign { organisation, .. } => organisation.name.clone(),
            Self::SoleProprietor(one) => one.title(),
            Self::Person(person) => person.full_name(),
        }
    }

    /// ИНН of the organisation, or of the person.
    #[must_use]
    pub fn inn(&self) -> Option<&str> {
        match self {
            Self::Russian { organisation, .. } | Self::Branch { organisation, .. } => Some(&organisation.inn),
            Self::Foreign { organisation, .. } => organisation.inn.as_deref(),
            Self::SoleProprietor(one) => one.person.inn.as_deref(),
            Self::Person(person) => person.inn.as_deref(),
        }
    }

    /// Those who may sign for it without a power of attorney.
    pub fn signers(&self) -> Vec<&Person> {
        match self {
            Self::Russian {
                heads,
                managing_proprietor,
                ..
            } => managing_proprietor
                .iter()
                .map(|one| &one.person)
                .chain(heads)
                .collect(),
            Self::Foreign { head, .. } | Self::Branch { head, .. } => head.iter().collect(),
            Self::SoleProprietor(one) => vec![&one.person],
            Self::Person(person) => vec![person],
        }
    }
}

impl Representative {
    /// Name of the organisation, or of the person.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Organisation(organisation) | Self::Branch { organisation } => organisation.name.clone(),
            Self::ForeignBranch { organisation } => organisation.name.clone(),
            Self::SoleProprietor(one) => one.title(),
            Self::Person(person) => person.full_name(),
        }
    }

    /// ИНН of the organisation, or of the person.
    #[must_use]
    pub fn inn(&self) -> Option<&str> {
        match self {
            Self::Organisation(organisation) | Self::Branch { organisation } => Some(&organisation.inn),
            Self::ForeignBranch { organisation } => organisation.inn.as_deref(),
            Self::SoleProprietor(one) => one.person.inn.as_deref(),
            Self::Person(person) => person.inn.as_deref(),
        }
    }

    /// The person who receives the powers, unless an organisation does.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::SoleProprietor(one) => Some(&one.person),
            Self::Person(person) => Some(person),
            Self::Organisation(_) | Self::Branch { .. } | Self::ForeignBranch { .. } => None,
        }
    }
}

impl SoleProprietor {
    /// Name as registered, else that of the person.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.person.full_name())
    }
}

impl Person {
    /// Фамилия, имя, отчество in one line.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parts = [&self.surname, &self.given_name]
            .into_iter()
            .chain(&self.patronymic);
        parts
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A Russian organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalEntity {
    /// Full name.
    pub name: String,
    /// ИНН, 10 digits.
    pub inn: String,
    /// КПП, 9 characters.
    pub kpp: Option<String>,
    /// ОГРН, 13 digits.
    pub ogrn: Option<String>,
    /// Registered address.
    pub address: Option<Address>,
    /// Phone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// A foreign organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignOrganisation {
    /// Name.
    pub name: String,
    /// ИНН of its presence in Russia.
    pub inn: Option<String>,
    /// КПП of its presence in Russia.
    pub kpp: Option<String>,
    /// НЗА: number of the accreditation of the branch.
    pub accreditation: Option<String>,
    /// Country of registration, digits of ОКСМ.
    pub country: Option<String>,
    /// Number in the register of its country.
    pub registration_number: Option<String>,
    /// Address as written.
    pub address: Option<Address>,
}

/// A sole proprietor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoleProprietor {
    /// Name as registered (`НаимИП`).
    pub name: Option<String>,
    /// ОГРНИП, 15 digits.
    pub ogrnip: String,
    /// The person: ИНН and СНИЛС stand there.
    pub person: Person,
}

/// A person. Nothing of it may be logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Фамилия.
    pub surname: String,
    /// Имя.
    pub given_name: String,
    /// Отчество.
    pub patronymic: Option<String>,
    /// ИНН, 12 digits.
    pub inn: Option<String>,
    /// СНИЛС, 11 digits without signs.
    pub snils: Option<String>,
    /// Post held (`Должность`).
    pub position: Option<String>,
    /// Date of birth.
    pub born: Option<Date>,
    /// Place of birth.
    pub birthplace: Option<String>,
    /// 1 male, 2 female (`Пол`).
    pub sex: Option<u8>,
    /// `ПрГражд`: 1 citizen of Russia, 2 of another state, 3 of none.
    pub citizenship: Option<u8>,
    /// Country, digits of ОКСМ, when it is another state.
    pub country: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Where the person lives.
    pub address: Option<Address>,
    /// Passport or another document (`УдЛичнФЛ`).
    pub document: Option<IdentityDocument>,
    /// Document that proves the post (`ДокПдтв`), as written.
    pub authority: Option<String>,
}

/// `УдЛичнФЛ`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityDocument {
    /// Code of the kind: 21 for the passport of a citizen of Russia.
    pub kind: String,
    /// Series and number.
    pub number: String,
    /// Day it was given.
    pub issued: Option<Date>,
    /// By whom.
    pub issuer: Option<String>,
    /// Code of the office, `NNN-NNN`.
    pub issuer_code: Option<String>,
}

/// An address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Code of the region, 2 digits.
    pub region: Option<String>,
    /// Identifier in ФИАС.
    pub fias: Option<String>,
    /// The address in one line.
    pub text: String,
}

/// What may be done (`СвПолн`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "value")]
pub enum Powers {
    /// `ТипПолн` 0: in words; no machine can judge it.
    Text(String),
    /// `ТипПолн` 1: by the classifier.
    Machine(Vec<Power>),
}

/// One power of the classifier (`МашПолн`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Power {
    /// Code: opaque, compared as it is written (`КодПолн`).
    pub code: String,
    /// Mnemonic (`МнПолн`).
    pub mnemonic: Option<String>,
    /// Name as it stands in the document (`НаимПолн`).
    pub name: String,
    /// Limits; all of them hold.
    pub restrictions: Vec<Restriction>,
}

/// A limit of a power (`ОгрСвПолн`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Restriction {
    /// Identifier inside the document (`ИдОгр`).
    pub id: Option<String>,
    /// Code of the limit (`КодОгр`): opaque.
    pub code: String,
    /// Name of the limit (`НаимОгр`).
    pub name: String,
    /// Name of the value (`НаимЗначОгр`).
    pub value_name: Option<String>,
    /// The value.
    pub value: RestrictionValue,
}

/// Value of a limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "value")]
pub enum RestrictionValue {
    /// `КодЗначОгр`: from a list.
    Code(String),
    /// `ТексЗначОгр`: as written.
    Text(String),
}

/// `СвНотУд`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notary {
    /// Фамилия, имя, отчество, with one space between them (`ФИОНотДейств`).
    pub name: String,
    /// Post (`Должность`).
    pub position: Option<String>,
    /// Number of the notary (`РегНомНот`).
    pub registration: Option<String>,
    /// Number in the register of acts (`НомРНДДовер`).
    pub act: Option<String>,
    /// Where it was certified (`МестоДовер`).
    pub place: Option<String>,
    /// Roubles paid, as written (`УплНотДейст`).
    pub fee: Option<String>,
}

/// What a redelegation passes on (`СвПервДовер`, `СвПередов`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedFrom {
    /// The first power of attorney of the chain (`НомДоверПерв`).
    pub first: PoaNumber,
    /// The one it directly passes on; the same as [`Self::first`] at the first step.
    pub parent: PoaNumber,
    /// First day of the first one.
    pub first_issued: Option<Date>,
    /// Last day of the first one.
    pub first_expires: Option<Date>,
    /// The first one was certified by a notary (`ФормДовер` 2).
    pub first_notarial: bool,
    /// The whole first one was given by this organisation or person, where the file says so: ИНН.
    pub first_principal_inn: Option<String>,
    /// Its name, or фамилия, имя, отчество.
    pub first_principal_name: Option<String>,
    /// First day of the parent, when it is not the first one.
    pub parent_issued: Option<Date>,
    /// Last day of the parent, when it is not the first one.
    pub parent_expires: Option<Date>,
}

/// A revocation: a signed document of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// What is revoked.
    pub number: PoaNumber,
    /// Why, up to 500 characters.
    pub reason: String,
    /// Day it is declared.
    pub declared: Date,
    /// Name of whoever declares it.
    pub declarant: String,
    /// ИНН of whoever declares it.
    pub declarant_inn: String,
    /// КПП, of an organisation.
    pub declarant_kpp: Option<String>,
    /// ОГРН or ОГРНИП.
    pub declarant_ogrn: Option<String>,
    /// The person who signs.
    pub signer: Person,
}
