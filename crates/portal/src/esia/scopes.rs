//! What is asked for: scopes of the person and of one organisation.

/// The two lists of an authorization request; both travel in the order given, joined by one space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    person: Vec<String>,
    organisation: Vec<String>,
    /// The organisation in ЕСИА, when there is one.
    oid: Option<String>,
}

/// Who the person is and in which organisations they are.
const PERSON: [&str; 3] = ["openid", "fullname", "usr_org"];

/// What the program reads of an organisation.
const ORGANISATION: [&str; 10] = [
    "org_shortname",
    "org_fullname",
    "org_type",
    "org_ogrn",
    "org_inn",
    "org_kpp",
    "org_leg",
    "org_emps",
    "org_ctts",
    "org_addrs",
];

/// Orders of API ЕПГУ for the organisation.
const ORDERS: &str = "http://lk.gosuslugi.ru/api-order";

impl Scopes {
    /// The first step: the person and the list of their organisations.
    #[must_use]
    pub fn person() -> Self {
        Self {
            person: PERSON.map(str::to_owned).to_vec(),
            ..Self::default()
        }
    }

    /// The second step: one organisation, by its oid, and API ЕПГУ in its name. Organisation scopes are written
    /// `http://esia.gosuslugi.ru/{scope}?org_oid={oid}`.
    #[must_use]
    pub fn organisation(oid: &str) -> Self {
        let mut person = vec!["openid".to_owned(), ORDERS.to_owned()];
        person.insert(1, "fullname".to_owned());
        Self {
            person,
            organisation: ORGANISATION
                .iter()
                .map(|scope| format!("http://esia.gosuslugi.ru/{scope}?org_oid={oid}"))
                .collect(),
            oid: Some(oid.to_owned()),
        }
    }

    /// `scope`.
    pub(crate) fn scope(&self) -> String {
        self.person.join(" ")
    }

    /// `scope_org`; empty for a person.
    pub(crate) fn scope_org(&self) -> String {
        self.organisation.join(" ")
    }

    /// The organisation asked for.
    pub(crate) fn oid(&self) -> Option<&str> {
        self.oid.as_deref()
    }
}
