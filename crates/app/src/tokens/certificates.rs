//! The life of a certificate on a token: ordered for a new key, issued, written beside it, renewed.

use std::path::Path;

use kabinet_pki::oid::{attribute as id, extension};
use kabinet_pki::tlv::write;
use kabinet_pki::{Certificate, DistinguishedName, Extension, KeyUsage, Oid, issue};
use kabinet_token::key_file::{KeyAlgorithm, extensions_der};
use kabinet_token::{KeyOrder, Token, TokenError};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{certificate_view, token_view};
use crate::blocking::blocking;
use crate::key::{Requisites, of_attributes, subject_name};
use crate::view::{
    CertificateOrder, CertificateView, OrderedCertificate, RenewalStep, SecretPurpose, rfc3339,
};
use crate::{App, AppError, Event, journal, tools};

/// Setting of the organisation: requests that were made, so that none is lost with its file.
const ORDERED: &str = "certificate-orders";
/// Class КС1 of the tool that made the signature key (приказ ФСБ № 795, пункт 22).
const POLICY_KC1: Oid = Oid::new_unwrap("1.2.643.100.113.1");
/// identificationKind 0: the owner comes in person (приказ ФСБ № 795, пункт 28.1).
const IN_PERSON: &[u8] = &[0];

/// A request that was made.
#[derive(Clone, Serialize, Deserialize)]
struct Ordered {
    at: String,
    /// ИНН of the person, or the name where there is none.
    owner: String,
    /// Label of the token with the key.
    token: String,
    /// The request, DER, hex.
    request: String,
}

impl App {
    /// An order for the chosen organisation with everything that is known already; the person of a certificate to renew too.
    ///
    /// # Errors
    /// [`AppError::NoOrganisation`]; [`AppError::NoCertificate`].
    pub async fn draft_order(&self, renewed: Option<&str>) -> Result<CertificateOrder, AppError> {
        let organisation = self.current().await?.organisation;
        let mut order = CertificateOrder {
            organisation: organisation.name,
            organisation_inn: organisation.inn,
            ogrn: organisation.ogrn,
            ..CertificateOrder::default()
        };
        let Some(renewed) = renewed else { return Ok(order) };
        let found = self.find_certificate(renewed).await?;
        let subject = found.certificate.subject();
        order.surname = subject.surname.clone().unwrap_or_default();
        order.given_name = subject.given_name.clone().unwrap_or_default();
        order.position = subject.title.clone().unwrap_or_default();
        order.inn = subject.person_inn().unwrap_or_default().to_owned();
        order.snils = subject.snils.clone().unwrap_or_default();
        if let Some(name) = subject.organisation {
            order.organisation = name;
        }
        let value = |oid: Oid| {
            let mut attributes = found.certificate.subject_name().attributes();
            let value = attributes.find(|(attribute, _)| **attribute == oid);
            value.and_then(|(_, value)| value).unwrap_or_default().to_owned()
        };
        order.region = value(id::STATE);
        order.locality = value(id::LOCALITY);
        order.street = value(id::STREET);
        order.email = value(id::EMAIL);
        let makes = token_view(&found.token).makes;
        order.algorithm = makes.into_iter().next().unwrap_or_default();
        Ok(order)
    }

    /// Makes a key on the token and writes the request for its certificate (PKCS#10, DER) to `target`. The request is kept
    /// in the vault too.
    ///
    /// # Errors
    /// [`AppError::Subject`] and an unknown algorithm before the PIN; [`AppError::Cancelled`]; the token's own;
    /// [`AppError::RequestNotWritten`]: the request stays in the vault.
    pub async fn order_certificate(
        &self,
        token_id: &str,
        order: CertificateOrder,
        target: &Path,
    ) -> Result<OrderedCertificate, AppError> {
        let current = self.current().await?;
        let token = self.find_token(token_id).await?;
        let owner = owner(&order);
        let name = of_attributes(attributes(&order))?;
        let label = [order.surname.as_str(), order.given_name.as_str()].join(" ");
        let request = self
            .make_key(&token, &order.algorithm, name, label.trim())
            .await?;
        let kept = Ordered {
            at: rfc3339(OffsetDateTime::now_utc()),
            owner,
            token: token_view(&token).label,
            request: hex::encode(&request),
        };
        let (store, label) = (current.store.clone(), kept.token.clone());
        let entry = journal::with(
            journal::plain("certificate-ordered", &kept.owner),
            "token",
            &label,
        );
        blocking(move || {
            let mut all: Vec<Ordered> = store.setting(ORDERED)?.unwrap_or_default();
            all.push(kept);
            store.set_setting(ORDERED, &all)?;
            Ok(store.record(&entry)?)
        })
        .await?;
        self.tell(Event::TokensChanged);
        std::fs::write(target, request).map_err(|_| AppError::RequestNotWritten)?;
        Ok(written(target, label))
    }

    /// Writes the request that was made last once more, for one whose file could not be written.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when none was made; [`AppError::RequestNotWritten`] again.
    pub async fn write_last_request(&self, target: &Path) -> Result<OrderedCertificate, AppError> {
        let orders = self.with_store(|store| Ok(store.setting::<Vec<Ordered>>(ORDERED)?));
        let last = orders
            .await?
            .and_then(|mut all| all.pop())
            .ok_or(AppError::NotFound)?;
        let request = hex::decode(last.request).map_err(|_| AppError::NotFound)?;
        std::fs::write(target, request).map_err(|_| AppError::RequestNotWritten)?;
        Ok(written(target, last.token))
    }

    /// Makes a key on the token and the request for its certificate, PKCS#10 DER; the name is that of
    /// [`crate::key::request`]. Nothing is kept.
    ///
    /// # Errors
    /// [`AppError::Subject`] and an unknown algorithm before the PIN; [`AppError::Cancelled`]; the token's own.
    pub async fn request_on_token(
        &self,
        token_id: &str,
        algorithm: &str,
        subject: &str,
        requisites: &Requisites,
    ) -> Result<Vec<u8>, AppError> {
        let name = subject_name(subject, requisites)?;
        let token = self.find_token(token_id).await?;
        let label = common_name(&name);
        self.make_key(&token, algorithm, name, &label).await
    }

    async fn make_key(
        &self,
        token: &Token,
        algorithm: &str,
        name: DistinguishedName,
        label: &str,
    ) -> Result<Vec<u8>, AppError> {
        let algorithm = KeyAlgorithm::try_from(algorithm.to_owned());
        let order = KeyOrder {
            algorithm: algorithm.map_err(|_| TokenError::KeyNotMade)?,
            label: label.to_owned(),
            subject: name.der().to_vec(),
            extensions: extensions_der(&extensions(token)),
        };
        let pin = self.ask_user_pin(token, SecretPurpose::MakeKey).await?;
        let tokens = self.tokens();
        Ok(tokens
            .make_key(&token.address, order, pin, token.pin.final_try)
            .await?)
    }

    /// Writes an issued certificate, DER or PEM, beside its key on the token.
    ///
    /// # Errors
    /// [`AppError::File`] when it is no certificate; [`AppError::Cancelled`]; the token's own.
    pub async fn import_certificate(&self, token_id: &str, file: &Path) -> Result<CertificateView, AppError> {
        let certificate = issued(file)?;
        let token = self.find_token(token_id).await?;
        let der = certificate.der().to_vec();
        let view = certificate_view(&certificate, OffsetDateTime::now_utc());
        let pin = self
            .ask_user_pin(&token, SecretPurpose::ImportCertificate)
            .await?;
        let confirmed = token.pin.final_try;
        let tokens = self.tokens();
        tokens
            .import_certificate(&token.address, der, pin, confirmed)
            .await?;
        if let Ok(current) = self.current().await {
            let entry = journal::with(
                journal::plain("certificate-imported", &view.holder),
                "certificate",
                &view.id[..16],
            );
            blocking(move || Ok(current.store.record(&entry)?)).await?;
        }
        self.tell(Event::TokensChanged);
        Ok(view)
    }

    /// Writes a certificate of a token to a file, DER: public, without its key.
    ///
    /// # Errors
    /// [`AppError::NoCertificate`]; [`AppError::File`].
    pub async fn export_certificate(&self, certificate_id: &str, target: &Path) -> Result<(), AppError> {
        let found = self.find_certificate(certificate_id).await?;
        std::fs::write(target, found.certificate.der()).map_err(|source| AppError::File {
            path: tools::name(target),
            source,
        })
    }

    /// How far the renewal of a certificate is.
    ///
    /// # Errors
    /// [`AppError::NoCertificate`]; failures of the vault.
    pub async fn renewal(&self, certificate_id: &str) -> Result<Vec<RenewalStep>, AppError> {
        let current = self.current().await?;
        let found = self.find_certificate(certificate_id).await?;
        let old = certificate_view(&found.certificate, OffsetDateTime::now_utc());
        let store = current.store.clone();
        let ordered: Vec<Ordered> = blocking(move || Ok(store.setting(ORDERED)?.unwrap_or_default())).await?;
        let person = old.inn.clone().unwrap_or_else(|| old.holder.clone());
        let mut own = ordered.iter().rev();
        // Requests of the time before this certificate led to it, not away from it.
        let request = own.find(|one| one.owner == person && one.at > old.not_before);
        let scan = self.scan_tokens().await?;
        let newer = scan.certificates.iter().find(|one| {
            one.id != old.id
                && one.holder == old.holder
                && one.inn == old.inn
                && one.not_after > old.not_after
        });
        let signed_in = current.session().filter(|session| {
            newer.is_some_and(|newer| session.view.certificate_id.as_deref() == Some(newer.id.as_str()))
        });
        let step = |code: &str, done: Option<bool>, at: Option<String>| RenewalStep {
            code: code.to_owned(),
            done,
            at,
        };
        Ok(vec![
            step(
                "data",
                (request.is_some() || newer.is_some()).then_some(true),
                None,
            ),
            step(
                "request",
                Some(request.is_some()),
                request.map(|one| one.at.clone()),
            ),
            step("centre", newer.map(|_| true), None),
            step(
                "import",
                Some(newer.is_some()),
                newer.map(|one| one.not_before.clone()),
            ),
            step("check", newer.map(|one| one.unfit.is_empty()), None),
            step(
                "sign-in",
                Some(signed_in.is_some()),
                signed_in.map(|one| one.view.signed_in_at),
            ),
        ])
    }
}

fn written(target: &Path, token_label: String) -> OrderedCertificate {
    OrderedCertificate {
        name: tools::name(target),
        folder: target
            .parent()
            .map(|folder| folder.display().to_string())
            .unwrap_or_default(),
        token_label,
    }
}

/// The certificate of a file; files of centres hold the chain above it too.
fn issued(file: &Path) -> Result<Certificate, AppError> {
    let nothing = || AppError::File {
        path: tools::name(file),
        source: std::io::ErrorKind::InvalidData.into(),
    };
    let all = crate::key::read_certificates(file)?;
    let mut all: Vec<Certificate> = all
        .iter()
        .filter_map(|der| Certificate::from_der(der).ok())
        .collect();
    let authority = |one: &Certificate| one.basic_constraints().is_some_and(|basic| basic.ca);
    let own = all.iter().position(|one| !authority(one)).unwrap_or(0);
    if all.is_empty() {
        Err(nothing())
    } else {
        Ok(all.swap_remove(own))
    }
}

fn common_name(name: &DistinguishedName) -> String {
    let mut attributes = name.attributes();
    let named = attributes.find(|(oid, _)| **oid == id::COMMON_NAME);
    named.and_then(|(_, value)| value).unwrap_or_default().to_owned()
}

/// By whom requests are found again.
fn owner(order: &CertificateOrder) -> String {
    if order.inn.is_empty() {
        format!("{} {}", order.surname, order.given_name)
    } else {
        order.inn.clone()
    }
}

/// Attributes in the order of приказ ФСБ № 795, пункты 16–20; those that are empty are left out. An organisation's
/// certificate is called after it, that of a sole proprietor or a person after the person.
fn attributes(order: &CertificateOrder) -> Vec<(Oid, String)> {
    let person = [order.surname.trim(), order.given_name.trim()].join(" ");
    let legal = order.organisation_inn.len() == 10;
    let (common_name, organisation, organisation_inn, inn) = if legal {
        (
            &order.organisation,
            &order.organisation,
            order.organisation_inn.as_str(),
            &order.inn,
        )
    } else {
        (
            &person,
            &order.organisation,
            "",
            if order.inn.is_empty() {
                &order.organisation_inn
            } else {
                &order.inn
            },
        )
    };
    let ogrn = if order.ogrn.len() == 15 {
        id::OGRNIP
    } else {
        id::OGRN
    };
    [
        (id::COMMON_NAME, common_name.as_str()),
        (id::SURNAME, order.surname.as_str()),
        (id::GIVEN_NAME, order.given_name.as_str()),
        (id::COUNTRY, "RU"),
        (id::STATE, order.region.as_str()),
        (id::LOCALITY, order.locality.as_str()),
        (id::STREET, order.street.as_str()),
        (id::ORGANISATION, if legal { organisation.as_str() } else { "" }),
        (id::TITLE, order.position.as_str()),
        (ogrn, order.ogrn.as_str()),
        (id::SNILS, order.snils.as_str()),
        (id::INN_LE, organisation_inn),
        (id::INN, inn.as_str()),
        (id::EMAIL, order.email.as_str()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.trim().is_empty())
    .map(|(oid, value)| (oid, value.trim().to_owned()))
    .collect()
}

/// What the centre is asked to put into the certificate: what the key is for, and what приказ ФСБ № 795 wants to know of the
/// signing tool and of how the owner was identified.
fn extensions(token: &Token) -> Vec<Extension> {
    let plain = |oid: Oid, value: Vec<u8>| Extension {
        oid,
        critical: false,
        value,
    };
    let policy = write::sequence(&[write::sequence(&[write::oid(&POLICY_KC1)])]);
    vec![
        issue::key_usage(KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::NON_REPUDIATION)),
        plain(extension::CERTIFICATE_POLICIES, policy),
        plain(
            extension::SUBJECT_SIGN_TOOL,
            write::utf8_string(&token.address.model),
        ),
        plain(extension::IDENTIFICATION_KIND, write::integer(IN_PERSON)),
    ]
}
