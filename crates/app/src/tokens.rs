//! What tokens show, judged for the chosen organisation.

use std::path::PathBuf;

use kabinet_domain::Organisation;
use kabinet_pki::{Certificate, PublicKey};
use kabinet_token::{Catalogue, KeySeen, Module, PinState as RawPin, Scan, Token, TokenCertificate};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::view::{
    CertificateView, FieldProblem, ModuleProblem, PinState, TokenScan, TokenView, UiError, day,
};
use crate::{App, AppError};

/// A certificate together with the token that holds it.
pub(crate) struct Found {
    pub(crate) certificate: Certificate,
    pub(crate) on: TokenCertificate,
    pub(crate) token: Token,
}

impl App {
    /// Tokens and certificates of all modules; certificates fit for the chosen organisation come first.
    ///
    /// # Errors
    /// None of its own: what did not answer is listed in the result.
    pub async fn scan_tokens(&self) -> Result<TokenScan, AppError> {
        let scan = self.tokens().scan().await;
        let organisation = self.current().await.ok().map(|current| current.organisation);
        Ok(view(&scan, organisation.as_ref(), OffsetDateTime::now_utc()))
    }

    /// The certificate whose SHA-256 begins with these hexadecimal digits, looked up on the tokens now.
    pub(crate) async fn find_certificate(&self, id: &str) -> Result<Found, AppError> {
        let id = id.to_ascii_lowercase();
        let scan = self.tokens().scan().await;
        let mut found = None;
        for on in &scan.certificates {
            if !hex::encode(on.fingerprint).starts_with(&id) {
                continue;
            }
            let Some(token) = scan.tokens.iter().find(|token| token.address == on.token) else {
                continue;
            };
            let Ok(certificate) = Certificate::from_der(&on.der) else {
                continue;
            };
            match &found {
                Some(Found { on: other, .. }) if other.fingerprint != on.fingerprint => {
                    return Err(AppError::AmbiguousCertificate);
                }
                // One certificate on two tokens: the first that can sign serves.
                Some(Found { token: other, .. }) if !other.passive => {}
                _ => {
                    found = Some(Found {
                        certificate,
                        on: on.clone(),
                        token: token.clone(),
                    })
                }
            }
        }
        found.ok_or(AppError::NoCertificate)
    }

    /// Modules to look for tokens with: those the catalogue finds here and the user's own.
    pub(crate) fn token_modules(&self) -> Vec<Module> {
        if let Some(only) = &self.config().only_modules {
            return only.iter().cloned().map(own_module).collect();
        }
        let mut modules = Catalogue::bundled().installed();
        modules.extend(
            self.settings()
                .modules
                .into_iter()
                .map(|path| own_module(path.into())),
        );
        modules
    }
}

fn own_module(path: PathBuf) -> Module {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Module {
        name,
        path,
        generic: false,
        network: false,
    }
}

fn view(scan: &Scan, organisation: Option<&Organisation>, now: OffsetDateTime) -> TokenScan {
    let tokens: Vec<TokenView> = scan.tokens.iter().map(token_view).collect();
    let mut certificates: Vec<CertificateView> = Vec::with_capacity(scan.certificates.len());
    for on in &scan.certificates {
        let token = scan.tokens.iter().find(|token| token.address == on.token);
        let line = match Certificate::from_der(&on.der) {
            Ok(certificate) => {
                let mut line = certificate_view(&certificate, now);
                line.unfit = unfit(&certificate, Some(on), token, organisation, now);
                line.token = token.map(token_view);
                line
            }
            Err(_) => damaged(on, token),
        };
        // One line a key: several modules may show the same certificate.
        if certificates.iter().all(|known| known.id != line.id) {
            certificates.push(line);
        }
    }
    certificates.sort_by(|a, b| {
        (!a.unfit.is_empty(), &a.holder, &b.not_after).cmp(&(!b.unfit.is_empty(), &b.holder, &a.not_after))
    });
    let problems = scan
        .problems
        .iter()
        .map(|problem| ModuleProblem {
            module: problem
                .module
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            error: UiError {
                code: problem.error.code().to_owned(),
                params: crate::error::owned(problem.error.params()),
                retriable: problem.error.is_retriable(),
            },
        })
        .collect();
    TokenScan {
        tokens,
        certificates,
        problems,
    }
}

pub(crate) fn token_view(token: &Token) -> TokenView {
    TokenView {
        id: format!("{}:{}", token.address.serial, token.address.model),
        // A token nobody has named is called by its model.
        label: if token.label.is_empty() {
            token.address.model.clone()
        } else {
            token.label.clone()
        },
        model: token.address.model.clone(),
        serial: token.address.serial.clone(),
        module: token
            .address
            .module
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        pin: pin_state(&token.pin),
        passive: token.passive,
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
        organisation_inn: subject.organisation_inn().map(str::to_owned),
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
        match subject.organisation_inn() {
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
    }
}
