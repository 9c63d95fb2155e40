//! Makes the demo PKI: root, issuing authority, services and people.

use std::fs;
use std::path::Path;

use kabinet_gost::{ParameterSet, PublicKey, SecretKey};
use sha2::Digest as _;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::index::{ApiKeyEntry, CertificateEntry, CertificateRole as Role, DemoIndex, Ports, Urls};
use super::{
    AUTHORITY, AUTHORITY_INN, AUTHORITY_OGRN, DemoError, PKI_FOLDER, TrustListEntry, accounts, people, tls,
};
use crate::asn1::Der;
use crate::authority::{
    AuthorityError, CertificatePlan, DistinguishedName, Profile, Signatory, common_name_and_country,
    new_serial, self_signed,
};
use crate::trust_list;

/// When the demo authority was accredited: before any certificate it issued.
pub(crate) const ACCREDITED_SINCE: OffsetDateTime = datetime!(2020-01-01 00:00 +3);

/// Before the identity of an employee: the key on their phone.
pub(crate) const PHONE_PREFIX: &str = "phone-";

/// Ordinary validity of people's and services' certificates.
const LIFETIME: Duration = Duration::days(450);

pub(super) fn make(dir: &Path, ports: Ports) -> Result<DemoIndex, DemoError> {
    let now = OffsetDateTime::now_utc();
    fs::create_dir_all(dir.join(PKI_FOLDER))?;
    let mut factory = Factory {
        dir,
        urls: Urls::at(ports),
        now,
        made: vec![],
    };

    let name = "Учебный корневой УЦ";
    let root = factory.root("root", name, &ministry(name), Role::Root)?;
    let authority = factory.authority(&root)?;
    let trust_list = factory.trust_list(&root, &authority)?;
    factory.services(&authority)?;
    factory.people(&authority)?;
    // Its root is in no trust list: not even ours.
    let name = "Самозваный УЦ";
    let impostor = factory.root(
        "untrusted-root",
        name,
        &common_name_and_country(name),
        Role::Untrusted,
    )?;
    let director = Holder::Employee("director");
    factory.qualified(
        "director-untrusted",
        Role::Untrusted,
        &director,
        &impostor,
        ParameterSet::Tc26_256A,
    )?;

    let index = DemoIndex {
        version: 1,
        ports,
        urls: factory.urls.clone(),
        client_id: "KABINET_DEMO".into(),
        tls: tls::make(dir, now)?,
        trust_list: Some(trust_list),
        organisations: people::organisations(),
        employees: people::employees(),
        api_keys: api_keys(),
        systems: accounts::systems(),
        accounts: accounts::accounts(),
        esia_certificates: accounts::esia_certificates(dir)?,
        certificates: factory.made,
    };
    index.save(dir)?;
    Ok(index)
}

fn api_keys() -> Vec<ApiKeyEntry> {
    let key = |employee: &str, blocked| ApiKeyEntry {
        key: Uuid::new_v4(),
        employee: employee.into(),
        blocked,
        system: None,
    };
    let mut keys: Vec<_> = people::employees().iter().map(|e| key(&e.id, false)).collect();
    keys.push(key("accountant", true));
    // Another vendor's system at the same organisation: neither sees the other's orders.
    keys.push(ApiKeyEntry {
        system: Some("UCHET_DEMO".into()),
        ..key("accountant", false)
    });
    keys
}

/// Whose name stands in a qualified certificate.
enum Holder {
    /// An employee with the organisation's data.
    Employee(&'static str),
    /// An employee as a private person, without the organisation's data.
    Private(&'static str),
    /// The organisation itself, without a person («обезличенный»).
    Organisation(&'static str),
}

struct Factory<'a> {
    dir: &'a Path,
    urls: Urls,
    now: OffsetDateTime,
    made: Vec<CertificateEntry>,
}

impl Factory<'_> {
    fn root(&mut self, id: &str, name: &str, subject: &[u8], role: Role) -> Result<Signatory, DemoError> {
        let key = generate(ParameterSet::Tc26_512A)?;
        let serial = new_serial()?;
        let plan = self.plan(
            Profile::Root,
            &serial,
            subject,
            key.public_key(),
            Duration::days(3650),
        );
        let certificate = self_signed(&plan, &key)?;
        self.keep(id, role, None, name, &serial, Signatory::new(certificate, key)?)
    }

    fn authority(&mut self, root: &Signatory) -> Result<Signatory, DemoError> {
        let subject = organisation(AUTHORITY, AUTHORITY, AUTHORITY_INN, AUTHORITY_OGRN);
        self.issue(
            "ca",
            Role::Authority,
            Profile::Authority,
            AUTHORITY,
            &subject,
            root,
            ParameterSet::Tc26_256A,
        )
    }

    /// The ministry's certificate, and the first list it signs.
    fn trust_list(&mut self, root: &Signatory, authority: &Signatory) -> Result<TrustListEntry, DemoError> {
        let name = "Учебное министерство";
        let signer = self.issue(
            "ministry",
            Role::Ministry,
            Profile::Ministry,
            name,
            &ministry(name),
            root,
            ParameterSet::Tc26_256A,
        )?;
        let plan = trust_list::Plan {
            version: 1,
            issued: self.now,
            authority: authority.certificate(),
            history: &[(ACCREDITED_SINCE, trust_list::Accreditation::Active)],
            pki_url: &self.urls.pki,
        };
        fs::write(self.dir.join(trust_list::FILE), plan.signed(&signer)?)?;
        Ok(TrustListEntry {
            file: trust_list::FILE.into(),
            url: format!("{}/{}", self.urls.pki, trust_list::FILE),
        })
    }

    fn services(&mut self, authority: &Signatory) -> Result<(), DemoError> {
        let services = [
            ("ocsp", Role::Ocsp, Profile::OcspResponder, "Учебная служба OCSP"),
            (
                "tsa",
                Role::Tsa,
                Profile::TimeStamping,
                "Учебная служба штампов времени",
            ),
            (
                "result-signer",
                Role::ResultSigner,
                Profile::Service,
                "Учебный портал: результаты",
            ),
            (
                "token-signer",
                Role::TokenSigner,
                Profile::Service,
                "Учебная ЕСИА: маркеры",
            ),
            (
                accounts::NEXT_TOKEN_SIGNER,
                Role::TokenSigner,
                Profile::Service,
                "Учебная ЕСИА: маркеры после смены ключа",
            ),
            (
                accounts::SYSTEM,
                Role::System,
                Profile::Service,
                "Учебная информационная система",
            ),
        ];
        for (id, role, profile, name) in services {
            let subject = common_name_and_country(name);
            self.issue(
                id,
                role,
                profile,
                name,
                &subject,
                authority,
                ParameterSet::Tc26_256A,
            )?;
        }
        Ok(())
    }

    fn people(&mut self, authority: &Signatory) -> Result<(), DemoError> {
        use Holder::{Employee, Organisation, Private};
        let small = ParameterSet::Tc26_256A;
        let everyone = [
            ("accountant", Role::Person, Employee("accountant"), small),
            (
                "director",
                Role::Person,
                Employee("director"),
                ParameterSet::Tc26_512A,
            ),
            ("organisation", Role::Person, Organisation("romashka"), small),
            ("accountant-expired", Role::Expired, Employee("accountant"), small),
            ("accountant-revoked", Role::Revoked, Employee("accountant"), small),
            ("accountant-private", Role::Private, Private("accountant"), small),
            ("stranger", Role::Foreign, Employee("stranger"), small),
            ("beekeeper", Role::Person, Employee("beekeeper"), small),
            // They act for the organisation under powers of attorney only.
            ("representative", Role::Private, Private("representative"), small),
            ("storekeeper", Role::Private, Private("storekeeper"), small),
        ];
        for (id, role, holder, set) in everyone {
            self.qualified(id, role, &holder, authority, set)?;
        }
        for employee in [
            "accountant",
            "director",
            "stranger",
            "beekeeper",
            "representative",
            "storekeeper",
        ] {
            let id = format!("{PHONE_PREFIX}{employee}");
            self.qualified(&id, Role::Phone, &Private(employee), authority, small)?;
        }
        Ok(())
    }

    fn qualified(
        &mut self,
        id: &str,
        role: Role,
        holder: &Holder,
        authority: &Signatory,
        set: ParameterSet,
    ) -> Result<(), DemoError> {
        let (subject, name, employee) = subject(holder);
        let signatory = self.issue(id, role, Profile::Qualified, &name, &subject, authority, set)?;
        drop(signatory);
        if let Some(last) = self.made.last_mut() {
            last.employee = employee;
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one certificate in one line is easier to read than a builder"
    )]
    fn issue(
        &mut self,
        id: &str,
        role: Role,
        profile: Profile,
        name: &str,
        subject: &[u8],
        issuer: &Signatory,
        set: ParameterSet,
    ) -> Result<Signatory, DemoError> {
        let key = generate(set)?;
        let serial = new_serial()?;
        let lifetime = if profile == Profile::Authority {
            Duration::days(3600)
        } else {
            LIFETIME
        };
        let mut plan = self.plan(profile, &serial, subject, key.public_key(), lifetime);
        if role == Role::Expired {
            plan.not_before = self.now - LIFETIME - Duration::days(30);
            plan.not_after = self.now - Duration::days(30);
        }
        let certificate = issuer.issue(&plan)?;
        self.keep(id, role, None, name, &serial, Signatory::new(certificate, key)?)
    }

    fn plan<'p>(
        &'p self,
        profile: Profile,
        serial: &'p [u8],
        subject: &'p [u8],
        public_key: &'p PublicKey,
        lifetime: Duration,
    ) -> CertificatePlan<'p> {
        CertificatePlan {
            profile,
            serial,
            subject,
            public_key,
            // A day of slack: clocks of test machines differ.
            not_before: self.now - Duration::days(1),
            not_after: self.now + lifetime,
            pki_url: &self.urls.pki,
        }
    }

    fn keep(
        &mut self,
        id: &str,
        role: Role,
        employee: Option<String>,
        common_name: &str,
        serial: &[u8],
        signatory: Signatory,
    ) -> Result<Signatory, DemoError> {
        let folder = Path::new(PKI_FOLDER);
        signatory.save(&self.dir.join(folder), id)?;
        self.made.push(CertificateEntry {
            id: id.into(),
            role,
            employee,
            common_name: common_name.into(),
            serial: hex::encode(serial),
            fingerprint: hex::encode(sha2::Sha256::digest(signatory.certificate())),
            der: folder.join(format!("{id}.cer")),
            pem: folder.join(format!("{id}.crt")),
            key: folder.join(format!("{id}.key")),
        });
        Ok(signatory)
    }
}

/// A name of the demo ministry: that of its root, and of its certificate.
fn ministry(common_name: &str) -> Der {
    organisation(common_name, "Учебное министерство", "9900000105", "1209900000100")
}

fn organisation(common_name: &str, name: &str, inn_le: &str, ogrn: &str) -> Der {
    DistinguishedName {
        common_name,
        organisation: Some(name),
        state: Some("77 г. Москва"),
        locality: Some("г. Москва"),
        street: Some("ул. Садовая, д. 3"),
        inn_le: Some(inn_le),
        ogrn: Some(ogrn),
        ..DistinguishedName::default()
    }
    .to_der()
}

fn generate(set: ParameterSet) -> Result<SecretKey, AuthorityError> {
    Ok(SecretKey::generate(set)?)
}

/// Subject name, common name and owner.
fn subject(holder: &Holder) -> (Der, String, Option<String>) {
    let (person, organisation) = match holder {
        Holder::Employee(id) => {
            let person = people::employees().into_iter().find(|e| e.id == *id);
            let organisation = person.as_ref().map(|p| p.organisation.clone());
            (person, organisation)
        }
        Holder::Private(id) => (people::employees().into_iter().find(|e| e.id == *id), None),
        Holder::Organisation(id) => (None, Some((*id).to_owned())),
    };
    let organisation = people::organisations()
        .into_iter()
        .find(|o| Some(&o.id) == organisation.as_ref());
    let common_name = match (&person, &organisation) {
        (Some(p), _) => format!("{} {}", p.surname, p.given_name),
        (None, Some(o)) => o.short_name.clone(),
        (None, None) => String::new(),
    };
    let name = DistinguishedName {
        common_name: &common_name,
        surname: person.as_ref().map(|p| p.surname.as_str()),
        given_name: person.as_ref().map(|p| p.given_name.as_str()),
        title: person
            .as_ref()
            .zip(organisation.as_ref())
            .map(|(p, _)| p.title.as_str()),
        inn: person.as_ref().map(|p| p.inn.as_str()),
        snils: person.as_ref().map(|p| p.snils.as_str()),
        organisation: organisation.as_ref().map(|o| o.short_name.as_str()),
        inn_le: organisation.as_ref().map(|o| o.inn.as_str()),
        ogrn: organisation.as_ref().map(|o| o.ogrn.as_str()),
        state: Some("77 г. Москва"),
        locality: Some("г. Москва"),
        street: organisation.as_ref().map(|o| o.address.as_str()),
        email: Some("demo@example.ru"),
    };
    let der = name.to_der();
    (der, common_name, person.map(|p| p.id))
}
