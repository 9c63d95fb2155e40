//! From facts to steps: what each link of a chain shows, and which is the first that does not hold.

use kabinet_pki::Certificate;
use kabinet_token::{
    KeySeen, NoService, ScanProblem, Service, SignMechanism, Token, TokenCertificate, TokenError, Unloadable,
    mechanism_name,
};
use time::OffsetDateTime;

use super::chain::{Chain, is_named};
use super::facts::{Facts, ModuleFacts};
use super::finding::{Finding, failed, later};
use super::system::System;
use crate::tokens::certificate_view;
use crate::view::{DoctorCertificate, DoctorChain, DoctorLine, DoctorStep, StepState};

/// Stands for a version nobody tells.
const UNKNOWN: &str = "—";

/// What steps are judged with.
pub(super) struct Judge<'a> {
    pub(super) facts: &'a Facts,
    pub(super) system: &'a System,
    pub(super) now: OffsetDateTime,
}

impl Judge<'_> {
    /// The chain with all its steps; those behind the first broken one were not reached.
    pub(super) fn judge(&self, chain: &Chain<'_>) -> DoctorChain {
        let mut lines = vec![
            self.usb(chain),
            self.service(chain),
            self.reader(chain),
            self.card(chain),
        ];
        lines.extend(self.module(chain));
        lines.push(self.token(chain));
        lines.extend(self.objects(chain));
        lines.push(Finding::SIGNATURE_NOT_ASKED.line());
        lines.push(Finding::VERIFICATION_NOT_ASKED.line());
        let mut reached = true;
        for line in &mut lines {
            if !reached {
                *line = later(line.step);
            }
            reached &= line.state != StepState::Broken && line.code != Finding::SLOT_UNUSED.code;
        }
        DoctorChain {
            title: chain.title().to_owned(),
            is_module: chain.is_module(),
            broken: first_broken(&lines),
            lines,
            certificates: self.for_a_test(chain),
        }
    }

    fn usb(&self, chain: &Chain<'_>) -> DoctorLine {
        let Some(usb) = chain.usb else {
            let is_something = chain.reader.is_some() || chain.module.is_some();
            let finding = match (&self.facts.usb, is_something) {
                (_, true) => Finding::USB_NOT_NEEDED,
                (None, false) => Finding::USB_UNLISTED,
                (Some(_), false) => Finding::USB_NONE,
            };
            return finding.line();
        };
        let numbers = format!("{:04x}:{:04x}", usb.vendor, usb.product);
        match chain.model {
            Some(model) => Finding::USB_FOUND.line().with("name", model.name),
            None => Finding::USB_UNKNOWN.line().with("name", &usb.name),
        }
        .with("numbers", numbers)
    }

    /// Chains without a device or reader work without the service; a device that cannot sign anyway needs none.
    fn service(&self, chain: &Chain<'_>) -> DoctorLine {
        let alone = chain.usb.is_none() && chain.reader.is_none() && chain.module.is_some();
        if alone || chain.reader.is_none() && chain.is_passive() {
            return Finding::SERVICE_NOT_NEEDED.line();
        }
        let line = match self.facts.pcsc.as_ref().map(|state| state.service) {
            None | Some(Service::Starting) => Finding::SERVICE_SILENT.line(),
            Some(Service::Running) => Finding::SERVICE_RUNS.line(),
            Some(Service::Absent(NoService::NotRunning)) => Finding::SERVICE_STOPPED.line(),
            Some(Service::Absent(NoService::Denied)) => Finding::SERVICE_DENIED.line(),
            Some(Service::Absent(NoService::OtherVersion)) => Finding::SERVICE_OTHER_VERSION.line(),
            Some(Service::Absent(NoService::Failed { code })) => Finding::SERVICE_FAILED
                .line()
                .with("number", format!("{code:#010x}")),
        };
        self.with_packages(line)
    }

    fn reader(&self, chain: &Chain<'_>) -> DoctorLine {
        match (chain.reader, chain.usb, chain.module) {
            (Some(reader), ..) => Finding::READER_FOUND.line().with("reader", &reader.name),
            (None, None, Some(_)) => Finding::READER_NOT_NEEDED.line(),
            (None, ..) if chain.is_passive() => Finding::READER_NOT_NEEDED.line(),
            (None, ..) => self.with_packages(Finding::READER_NONE.line().with("name", chain.title())),
        }
    }

    fn card(&self, chain: &Chain<'_>) -> DoctorLine {
        let Some(reader) = chain.reader else {
            return Finding::CARD_NOT_NEEDED.line();
        };
        let line = match (&reader.card, chain.model) {
            (None, _) => Finding::CARD_ABSENT.line(),
            (Some(_), _) if reader.mute => Finding::CARD_MUTE.line(),
            (Some(_), _) if reader.exclusive => Finding::CARD_EXCLUSIVE.line(),
            (Some(_), Some(model)) => Finding::CARD_KNOWN.line().with("name", model.name),
            (Some(_), None) => Finding::CARD_PRESENT.line(),
        };
        line.with("reader", &reader.name)
    }

    /// File, bitness, load, slot.
    fn module(&self, chain: &Chain<'_>) -> Vec<DoctorLine> {
        if chain.is_passive() && chain.token.is_none() {
            let unused = [
                Finding::MODULE_NO_USE,
                Finding::BITNESS_NO_USE,
                Finding::LOAD_NO_USE,
                Finding::SLOT_NO_USE,
            ];
            return unused.into_iter().map(Finding::line).collect();
        }
        let Some(module) = chain.module else {
            let file = match chain.product {
                Some(product) => Finding::MODULE_ABSENT.line().with("product", &product.name).with(
                    "paths",
                    listed(product.paths.iter().map(|path| path.display().to_string())),
                ),
                None => Finding::MODULE_UNKNOWN.line().with("name", chain.title()),
            };
            let rest = [DoctorStep::Bitness, DoctorStep::Load, DoctorStep::Slot].map(later);
            return [file].into_iter().chain(rest).collect();
        };
        vec![file(module), bitness(module), load(module), slot(module, chain)]
    }

    fn token(&self, chain: &Chain<'_>) -> DoctorLine {
        let Some(token) = chain.token else {
            let passive = chain.model.filter(|_| chain.is_passive());
            return match passive {
                Some(model) => Finding::TOKEN_PASSIVE.line().with("name", model.name),
                None => later(DoctorStep::Token),
            };
        };
        let gost = token.offered.iter().filter_map(|number| mechanism_name(*number));
        let finding = match &token.pin {
            // Without mechanisms it can never sign; with them it was only never prepared.
            _ if token.passive && token.mechanisms.is_empty() => Finding::TOKEN_PASSIVE,
            _ if token.passive => Finding::TOKEN_EMPTY,
            pin if pin.locked => Finding::TOKEN_LOCKED,
            pin if pin.final_try => Finding::TOKEN_LAST_TRY,
            pin if pin.count_low => Finding::TOKEN_LOW,
            pin if pin.to_be_changed => Finding::TOKEN_MUST_CHANGE,
            _ if !token.mechanisms.iter().any(|one| is_gost(*one)) => Finding::TOKEN_NO_GOST,
            _ => Finding::TOKEN_READY,
        };
        finding
            .line()
            .with("name", chain.title())
            .with("label", &token.label)
            .with("model", &token.address.model)
            .with(
                "firmware",
                match token.firmware {
                    (0, 0) => UNKNOWN.to_owned(),
                    version => dotted(version),
                },
            )
            .with("mechanisms", listed(gost.filter(|name| name.contains("GOST"))))
    }

    /// Certificates and keys.
    fn objects(&self, chain: &Chain<'_>) -> [DoctorLine; 2] {
        let (Some(token), Some(module)) = (chain.token, chain.module) else {
            return [DoctorStep::Certificates, DoctorStep::Key].map(later);
        };
        let stored: Vec<_> = of_token(module, token).collect();
        let readable: Vec<(&TokenCertificate, Certificate)> = stored
            .iter()
            .filter_map(|on| Some((*on, Certificate::from_der(&on.der).ok()?)))
            .collect();
        let is_valid = |certificate: &Certificate| {
            (certificate.not_before()..=certificate.not_after()).contains(&self.now)
        };
        let valid: Vec<&TokenCertificate> = readable
            .iter()
            .filter(|(_, one)| is_valid(one))
            .map(|(on, _)| *on)
            .collect();
        let lone = module
            .scan
            .lone_keys
            .iter()
            .filter(|key| key.token == token.address)
            .count();
        let certificates = match (stored.len(), valid.len()) {
            (0, _) if lone > 0 => Finding::CERTIFICATES_KEY_ONLY,
            (0, _) => Finding::CERTIFICATES_NONE,
            (_, 0) => Finding::CERTIFICATES_UNUSABLE,
            (all, valid) if valid < all => Finding::CERTIFICATES_PARTLY,
            _ => Finding::CERTIFICATES_FOUND,
        };
        let certificates = certificates
            .line()
            .with("count", stored.len())
            .with("valid", valid.len())
            .with("outdated", readable.len() - valid.len())
            .with("damaged", stored.len() - readable.len())
            .with("keys", lone);
        [certificates, key(&valid, token)]
    }

    /// Certificates whose key can be tried: everything readable on a token that signs, outdated ones too.
    fn for_a_test(&self, chain: &Chain<'_>) -> Vec<DoctorCertificate> {
        let (Some(token), Some(module)) = (chain.token, chain.module) else {
            return Vec::new();
        };
        if token.passive || token.pin.locked {
            return Vec::new();
        }
        let fit = of_token(module, token).filter(|on| signs(token, on));
        let read = fit.filter_map(|on| Certificate::from_der(&on.der).ok());
        let shown = read.map(|certificate| {
            let view = certificate_view(&certificate, self.now);
            DoctorCertificate {
                id: view.id,
                holder: view.holder,
                not_after: view.not_after,
            }
        });
        shown.collect()
    }

    fn with_packages(&self, line: DoctorLine) -> DoctorLine {
        match &self.system.packages {
            Some(packages) if line.state == StepState::Broken => line
                .with("install", &packages.install)
                .with("packages", &packages.service),
            _ => line,
        }
    }
}

/// The first step that does not work.
pub(super) fn first_broken(lines: &[DoctorLine]) -> Option<DoctorStep> {
    let broken = lines.iter().find(|line| line.state == StepState::Broken);
    broken.map(|line| line.step)
}

fn file(module: &ModuleFacts) -> DoctorLine {
    let found = Finding::MODULE_FOUND.line();
    let line = match &module.file {
        Err(reason) if !is_about_the_image(reason) => failed(DoctorStep::Module, &reason.clone().into()),
        _ => found,
    };
    line.with("name", &module.module.name)
        .with("path", module.module.path.display())
}

fn bitness(module: &ModuleFacts) -> DoctorLine {
    match &module.file {
        Err(reason) => failed(DoctorStep::Bitness, &reason.clone().into()),
        Ok(()) => Finding::BITNESS_FITS
            .line()
            .with("architecture", std::env::consts::ARCH),
    }
}

fn is_about_the_image(reason: &Unloadable) -> bool {
    matches!(
        reason,
        Unloadable::NotALibrary | Unloadable::OtherSystem | Unloadable::OtherArchitecture { .. }
    )
}

fn load(module: &ModuleFacts) -> DoctorLine {
    match &module.info {
        Some(Ok(info)) => Finding::LOAD_DONE
            .line()
            .with("description", &info.description)
            .with("manufacturer", &info.manufacturer)
            .with("version", dotted(info.version))
            .with("cryptoki", dotted(info.cryptoki)),
        Some(Err(error)) => failed(DoctorStep::Load, error),
        None => later(DoctorStep::Load),
    }
}

fn dotted((major, minor): (u8, u8)) -> String {
    format!("{major}.{minor:02}")
}

fn slot(module: &ModuleFacts, chain: &Chain<'_>) -> DoctorLine {
    let here = |problem: &&ScanProblem| match (&problem.reader, chain.reader) {
        (None, _) => true,
        (Some(name), Some(reader)) => is_named(reader, name),
        // Of a chain of the module alone every trouble is its own.
        (Some(_), None) => chain.token.is_none(),
    };
    match (chain.token, module.scan.problems.iter().find(here)) {
        (Some(token), _) => Finding::SLOT_FOUND.line().with("reader", &token.reader),
        (None, Some(problem)) => failed(DoctorStep::Slot, &problem.error),
        (None, None) if chain.reader.is_some() || chain.usb.is_some() => {
            Finding::SLOT_EMPTY.line().with("module", &module.module.name)
        }
        (None, None) => Finding::SLOT_UNUSED.line(),
    }
}

fn of_token<'a>(module: &'a ModuleFacts, token: &'a Token) -> impl Iterator<Item = &'a TokenCertificate> {
    let certificates = module.scan.certificates.iter();
    certificates.filter(|certificate| certificate.token == token.address)
}

fn signs(token: &Token, on: &TokenCertificate) -> bool {
    on.mechanism
        .is_some_and(|mechanism| token.mechanisms.contains(&mechanism))
}

fn key(certificates: &[&TokenCertificate], token: &Token) -> DoctorLine {
    let fit: Vec<_> = certificates.iter().filter(|on| signs(token, on)).collect();
    let seen = fit.iter().filter(|on| on.key != KeySeen::No).count();
    let finding = match () {
        () if fit.is_empty() => Finding::KEY_UNSUPPORTED,
        () if seen > 0 => Finding::KEY_FOUND,
        // Before a login private keys are invisible.
        () if token.pin.login_required => Finding::KEY_HIDDEN,
        () => Finding::KEY_MISSING,
    };
    finding.line().with("count", seen)
}

fn is_gost(mechanism: SignMechanism) -> bool {
    matches!(mechanism, SignMechanism::Gost256 | SignMechanism::Gost512)
}

fn listed(names: impl Iterator<Item = impl ToString>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}

/// The step of signing that this error broke.
pub(super) fn unsigned(error: &TokenError) -> [DoctorLine; 2] {
    [
        failed(DoctorStep::Signature, error),
        later(DoctorStep::Verification),
    ]
}
