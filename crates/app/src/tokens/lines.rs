//! Lines of the lists: tokens and certificates as a person sees them.

use kabinet_domain::Organisation;
use kabinet_pki::{Certificate, PublicKey, Subject};
use kabinet_token::{
    Holder, KeySeen, PinState as RawPin, PukState as RawPuk, Scan, SignMechanism, Token, TokenAddress,
    TokenCertificate,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::expiry;
use crate::view::{
    AlsoView, CertificateView, FieldProblem, LoneKeyView, ModuleProblem, PinState, PukState, TokenHolder,
    TokenScan, TokenView, UiError, Use, day,
};

/// A line with what it is merged by.
struct Line {
    view: CertificateView,
    /// SubjectPublicKeyInfo; the certificate itself when it is damaged.
    key: Vec<u8>,
}

pub(super) fn view(scan: &Scan, organisation: Option<&Organisation>, now: OffsetDateTime) -> TokenScan {
    let certificates = merged(scan, organisation, now);
    TokenScan {
        tokens: scan.tokens.iter().map(token_view).collect(),
        expiring: expiry::warnings(&certificates, organisation, now),
        certificates,
        lone_keys: scan
            .lone_keys
            .iter()
            .filter_map(|key| lone_key(scan, key))
            .collect(),
        problems: scan.problems.iter().map(problem).collect(),
        pending: scan.pending.iter().map(|path| file_name(path)).collect(),
        no_service: None,
    }
}

/// One line a key, the certificate one would choose on top; those that can be used come first.
fn merged(scan: &Scan, organisation: Option<&Organisation>, now: OffsetDateTime) -> Vec<CertificateView> {
    let mut lines: Vec<Line> = Vec::with_capacity(scan.certificates.len());
    for on in &scan.certificates {
        let token = scan.tokens.iter().find(|token| token.address == on.token);
        let line = line(on, token, organisation, now);
        match lines.iter_mut().find(|known| known.key == line.key) {
            Some(known) => join(known, line),
            None => lines.push(line),
        }
    }
    let mut certificates: Vec<CertificateView> = lines.into_iter().map(|line| line.view).collect();
    certificates.sort_by(|a, b| {
        (!a.unfit.is_empty(), &a.holder, &b.not_after).cmp(&(!b.unfit.is_empty(), &b.holder, &a.not_after))
    });
    certificates
}

fn line(
    on: &TokenCertificate,
    token: Option<&Token>,
    organisation: Option<&Organisation>,
    now: OffsetDateTime,
) -> Line {
    match Certificate::from_der(&on.der) {
        Ok(certificate) => {
            let mut view = certificate_view(&certificate, now);
            view.unfit = unfit(&certificate, Some(on), token, organisation, now);
            view.uses = uses(&view.unfit, organisation.is_some());
            view.token = token.map(token_view);
            Line {
                view,
                key: certificate.spki_der().to_vec(),
            }
        }
        Err(_) => Line {
            view: damaged(on, token),
            key: on.der.clone(),
        },
    }
}

/// The one that can be used stays on top, and of two that can the later one.
fn join(known: &mut Line, mut other: Line) {
    let rank = |view: &CertificateView| (view.unfit.is_empty(), view.not_after.clone());
    if rank(&other.view) > rank(&known.view) {
        std::mem::swap(known, &mut other);
        known.view.also.append(&mut other.view.also);
    }
    let token = other.view.token;
    known.view.also.push(AlsoView {
        id: other.view.id,
        not_after: other.view.not_after,
        token_id: token.as_ref().map(|token| token.id.clone()).unwrap_or_default(),
        token_label: token.map(|token| token.label).unwrap_or_default(),
    });
}

/// What it can be used for, by what speaks against it.
fn uses(unfit: &[FieldProblem], organisation: bool) -> Vec<Use> {
    let for_organisation = |code: &str| matches!(code, "no-organisation" | "other-organisation");
    if unfit.iter().any(|problem| !for_organisation(&problem.code)) {
        Vec::new()
    } else if !organisation || !unfit.is_empty() {
        vec![Use::SignFiles]
    } else {
        vec![Use::Sign, Use::SignIn, Use::SignFiles]
    }
}

fn lone_key(scan: &Scan, key: &kabinet_token::LoneKey) -> Option<LoneKeyView> {
    let token = scan.tokens.iter().find(|token| token.address == key.token)?;
    Some(LoneKeyView {
        token_id: token_id(token),
        label: key.label.clone(),
    })
}

fn problem(problem: &kabinet_token::ScanProblem) -> ModuleProblem {
    ModuleProblem {
        module: file_name(&problem.module),
        error: UiError {
            code: problem.error.code().to_owned(),
            params: crate::error::owned(problem.error.params()),
            retriable: problem.error.is_retriable(),
        },
    }
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Identity while it is plugged in.
pub(super) fn token_id(token: &Token) -> String {
    address_id(&token.address)
}

/// The same by the address alone.
pub(super) fn address_id(address: &TokenAddress) -> String {
    format!("{}:{}", address.serial, address.model)
}

pub(crate) fn token_view(token: &Token) -> TokenView {
    TokenView {
        id: token_id(token),
        holder: match token.holder {
            Holder::Token => TokenHolder::Token,
            Holder::KeyFile => TokenHolder::KeyFile,
            Holder::SystemStore => TokenHolder::SystemStore,
        },
        // A token nobody has named is called by its model.
        label: if token.label.is_empty() {
            token.address.model.clone()
        } else {
            token.label.clone()
        },
        model: token.address.model.clone(),
        serial: token.address.serial.clone(),
        module: file_name(&token.address.module),
        manufacturer: token.manufacturer.clone(),
        firmware: (token.firmware != (0, 0)).then(|| format!("{}.{}", token.firmware.0, token.firmware.1)),
        reader: token.reader.clone(),
        pin: pin_state(&token.pin),
        puk: puk_state(token.puk),
        signs: token
            .mechanisms
            .iter()
            .map(|way| signs(*way).to_owned())
            .collect(),
        makes: token
            .key_pairs
            .iter()
            .flat_map(|way| makes(*way))
            .map(|name| (*name).to_owned())
            .collect(),
        blank: token.blank,
        passive: token.passive,
    }
}

fn signs(mechanism: SignMechanism) -> &'static str {
    match mechanism {
        SignMechanism::Gost256 => "gost-256",
        SignMechanism::Gost512 => "gost-512",
        SignMechanism::RsaPkcs1 => "rsa-pkcs1",
        SignMechanism::EcdsaP256 => "ecdsa-p256",
    }
}

/// The parameter sets every Russian authority takes, and what foreign ones take.
fn makes(mechanism: SignMechanism) -> &'static [&'static str] {
    match mechanism {
        SignMechanism::Gost256 => &["gost2012-256:tc26-b", "gost2012-256:cryptopro-a"],
        SignMechanism::Gost512 => &["gost2012-512:tc26-a"],
        SignMechanism::RsaPkcs1 => &["rsa:2048"],
        SignMechanism::EcdsaP256 => &["p256"],
    }
}

/// In the words the secret window has for PINs.
pub(super) fn puk_as_pin(puk: RawPuk) -> PinState {
    match puk_state(puk) {
        PukState::Ok => PinState::Ok,
        PukState::Low => PinState::Low,
        PukState::LastTry => PinState::LastTry,
        PukState::Locked => PinState::Locked,
    }
}

fn puk_state(puk: RawPuk) -> PukState {
    match puk {
        puk if puk.locked => PukState::Locked,
        puk if puk.final_try => PukState::LastTry,
        puk if puk.count_low => PukState::Low,
        _ => PukState::Ok,
    }
}

pub(crate) fn pin_state(pin: &RawPin) -> PinState {
    match pin {
        pin if pin.locked => PinState::Locked,
        pin if pin.on_device => PinState::OnDevice,
        pin if pin.final_try => PinState::LastTry,
        pin if pin.count_low => PinState::Low,
        pin if pin.to_be_changed => PinState::MustChange,
        _ => PinState::Ok,
    }
}

/// ИНН in whose name the certificate acts: the organisation's, or the person's where it names a sole proprietor by ОГРНИП. A
/// certificate without either is a private one.
fn acting_inn(subject: &Subject) -> Option<&str> {
    let of_proprietor = || subject.ogrnip.as_ref().and(subject.person_inn());
    subject.organisation_inn().or_else(of_proprietor)
}

pub(crate) fn certificate_view(certificate: &Certificate, now: OffsetDateTime) -> CertificateView {
    let subject = certificate.subject();
    let rfc3339 = |at: OffsetDateTime| at.format(&Rfc3339).unwrap_or_default();
    CertificateView {
        id: hex::encode(certificate.fingerprint()),
        holder: subject
            .person_name()
            .or(subject.common_name.clone())
            .unwrap_or_default(),
        organisation: subject.organisation.clone(),
        position: subject.title.clone(),
        organisation_inn: acting_inn(&subject).map(str::to_owned),
        inn: subject.person_inn().map(str::to_owned),
        ogrn: subject.ogrn.clone().or(subject.ogrnip.clone()),
        issuer: certificate.issuer().common_name.unwrap_or_default(),
        serial: certificate.serial_hex(),
        not_before: rfc3339(certificate.not_before()),
        not_after: rfc3339(certificate.not_after()),
        days_left: i32::try_from((certificate.not_after() - now).whole_days()).unwrap_or(i32::MAX),
        algorithm: algorithm(certificate.public_key()).to_owned(),
        token: None,
        unfit: Vec::new(),
        uses: Vec::new(),
        also: Vec::new(),
    }
}

fn algorithm(key: &PublicKey) -> &'static str {
    match key {
        PublicKey::Gost(key) => match (key.standard(), key.parameter_set().size()) {
            (kabinet_gost::Standard::R2001, _) => "gost-2001",
            (_, kabinet_gost::KeySize::Bits256) => "gost-2012-256",
            (_, kabinet_gost::KeySize::Bits512) => "gost-2012-512",
        },
        PublicKey::Rsa(_) => "rsa",
        PublicKey::RsaPss(..) => "rsa-pss",
        PublicKey::EcP256(_) => "ecdsa-p256",
        PublicKey::EcP384(_) => "ecdsa-p384",
        PublicKey::EcP521(_) => "ecdsa-p521",
        PublicKey::EcBp256(_) => "ecdsa-brainpool-p256",
        PublicKey::EcBp384(_) => "ecdsa-brainpool-p384",
        PublicKey::Dsa(_) => "dsa",
        PublicKey::Unsupported { .. } => "unsupported",
    }
}

/// Why a certificate cannot be used for the organisation now. Everything here is known before a PIN is asked for.
pub(crate) fn unfit(
    certificate: &Certificate,
    on: Option<&TokenCertificate>,
    token: Option<&Token>,
    organisation: Option<&Organisation>,
    now: OffsetDateTime,
) -> Vec<FieldProblem> {
    let mut reasons = Vec::new();
    if now > certificate.not_after() {
        reasons.push(FieldProblem::new("expired").with("date", day(certificate.not_after())));
    }
    if now < certificate.not_before() {
        reasons.push(FieldProblem::new("not-yet-valid").with("date", day(certificate.not_before())));
    }
    if let Some(organisation) = organisation {
        let subject = certificate.subject();
        match acting_inn(&subject) {
            None => reasons.push(FieldProblem::new("no-organisation")),
            Some(inn) if inn != organisation.inn => {
                reasons.push(FieldProblem::new("other-organisation").with("inn", inn));
            }
            Some(_) => {}
        }
    }
    if !certificate.may_sign() {
        reasons.push(FieldProblem::new("key-usage"));
    }
    if certificate.public_key().signing_digest().is_none() || on.is_some_and(|on| on.mechanism.is_none()) {
        reasons.push(FieldProblem::new("unsupported-algorithm"));
    }
    if let Some(token) = token {
        if token.passive {
            reasons.push(FieldProblem::new("passive-token"));
        } else if token.pin.locked {
            reasons.push(FieldProblem::new("pin-locked"));
        } else if on.is_some_and(|on| on.key == KeySeen::No) && !token.pin.login_required {
            // Before a login private keys are invisible; only a token without a PIN proves a missing key.
            reasons.push(FieldProblem::new("no-key"));
        }
    }
    reasons
}

fn damaged(on: &TokenCertificate, token: Option<&Token>) -> CertificateView {
    CertificateView {
        id: hex::encode(on.fingerprint),
        holder: on.label.clone(),
        organisation: None,
        position: None,
        inn: None,
        organisation_inn: None,
        ogrn: None,
        issuer: String::new(),
        serial: String::new(),
        not_before: String::new(),
        not_after: String::new(),
        days_left: 0,
        algorithm: "unsupported".to_owned(),
        token: token.map(token_view),
        unfit: vec![FieldProblem::new("damaged")],
        uses: Vec::new(),
        also: Vec::new(),
    }
}
