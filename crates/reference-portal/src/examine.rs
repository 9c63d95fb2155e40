//! What the portal checks in an archive before it passes the order on.

use std::path::Path;

use kabinet_pki::{ActsFor, Crl};
use roxmltree::Document;
use time::OffsetDateTime;

use crate::application;
use crate::archive::{self, ArchiveFault, Entry};
use crate::demo::Organisation;
use crate::judge::Signed;
use crate::poa::{self, Authorities, SignedDocument};
use crate::services::{Family, Service};
use crate::settings::Outcome;
use crate::sign_config;
use crate::store::StoreError;
use crate::world::World;

/// Processing code and message of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What was found in a good archive.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// A document may ask for an outcome: `<?reference-portal outcome="refuse"?>`.
    pub(crate) outcome: Option<Outcome>,
}

/// Everything an archive is checked against.
pub(crate) struct Examination<'a> {
    pub(crate) world: &'a World,
    pub(crate) service: &'a Service,
    pub(crate) owner: &'a Organisation,
    pub(crate) crls: Vec<Crl>,
    pub(crate) order: i64,
}

/// Why an examination stopped.
enum Stop {
    Refused(Refusal),
    Store(StoreError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn refusal(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal {
        code,
        message: message.into(),
    }
}

impl Examination<'_> {
    /// What was found, or why the archive is refused.
    pub(crate) fn run(
        &self,
        path: &Path,
        at: OffsetDateTime,
    ) -> Result<Result<Findings, Refusal>, StoreError> {
        match self.examined(path, at) {
            Ok(findings) => Ok(Ok(findings)),
            Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
            Err(Stop::Store(error)) => Err(error),
        }
    }

    fn examined(&self, path: &Path, at: OffsetDateTime) -> Result<Findings, Stop> {
        let entries = archive::read(path).map_err(|fault| archive_refusal(&fault))?;
        self.check_structure(&entries)?;
        if self.service.signed {
            self.check_signatures(&entries, at)?;
        }
        let mut findings = Findings::default();
        for entry in entries.iter().filter(|e| e.name.to_lowercase().ends_with(".xml")) {
            let text = decode(&entry.content);
            let Ok(document) = Document::parse(&text) else {
                let message = format!("{}: XML не разобран", entry.name);
                return Err(refusal("VALIDATION_ERROR", message).into());
            };
            // A power of attorney beside a document names whoever gave it.
            if !poa::is_deed(entry) {
                self.check_owner(&entry.name, &document)?;
            }
            if entry.name == "req.xml" {
                application::check(self.service, &document, &entries)
                    .map_err(|fault| refusal("VALIDATION_ERROR", fault.to_string()))?;
            }
            findings.outcome = findings.outcome.or_else(|| scripted_outcome(&document));
        }
        Ok(findings)
    }

    fn check_structure(&self, entries: &[Entry]) -> Result<(), Refusal> {
        let has = |name: &str| entries.iter().any(|e| e.name == name);
        match self.service.family {
            Family::Pension => self.check_pension(entries),
            Family::Enforcement if !has("req.xml") => Err(refusal("MPC_NOT_FOUND", "В архиве нет req.xml")),
            Family::Enforcement if !has("piev_epgu.xml") => {
                Err(refusal("REQ_NOT_FOUND", "В архиве нет piev_epgu.xml"))
            }
            Family::Vehicle if !entries.iter().any(is_transport) => Err(refusal(
                "REQ_NOT_FOUND",
                "В архиве нет транспортного файла trans_{guid}.xml",
            )),
            Family::Attachment | Family::Vehicle if !has("attach.xml") => {
                Err(refusal("MPC_NOT_FOUND", "В архиве нет attach.xml"))
            }
            Family::Request if !has("req.xml") => Err(refusal("MPC_NOT_FOUND", "В архиве нет req.xml")),
            _ => Ok(()),
        }
    }

    /// СФР: the transport file names the business file and carries the number of the order.
    fn check_pension(&self, entries: &[Entry]) -> Result<(), Refusal> {
        let trans = entries.iter().find(|e| is_transport(e)).ok_or_else(|| {
            refusal(
                "REQ_NOT_FOUND",
                "В архиве нет транспортного файла trans_{guid}.xml",
            )
        })?;
        let text = decode(&trans.content);
        let document = Document::parse(&text)
            .map_err(|_| refusal("VALIDATION_ERROR", format!("{}: XML не разобран", trans.name)))?;
        let value = |name: &str| text_of(&document, name);
        let business = value("ApplicationFileName").unwrap_or_default();
        if !entries.iter().any(|e| e.name == business) {
            return Err(refusal("MPC_NOT_FOUND", format!("В архиве нет файла {business}")));
        }
        if value("ExternalRegistrationNumber") != Some(self.order.to_string()) {
            return Err(refusal(
                "VALIDATION_ERROR",
                "ExternalRegistrationNumber не равен номеру заявления",
            ));
        }
        Ok(())
    }

    fn check_signatures(&self, entries: &[Entry], at: OffsetDateTime) -> Result<(), Stop> {
        let config =
            sign_config::read(entries).map_err(|fault| refusal("VALIDATION_ERROR", fault.to_string()))?;
        let signed_names: Vec<&str> = config
            .iter()
            .flat_map(|one| one.signatures.iter().map(String::as_str))
            .collect();
        for entry in entries {
            let is_signature = signed_names.contains(&entry.name.as_str())
                || entry
                    .name
                    .strip_suffix(".sig")
                    .is_some_and(|of| entries.iter().any(|e| e.name == of));
            if is_signature || entry.name == sign_config::FILE {
                continue;
            }
            let described = config.iter().find(|one| one.file == entry.name);
            let names = described.map_or_else(
                || vec![format!("{}.sig", entry.name)],
                |one| one.signatures.clone(),
            );
            let mut signers = vec![];
            for name in names {
                let found = self.check_signature(entries, entry, &name, at)?;
                signers.extend(found.into_iter().map(|signer| (name.clone(), signer)));
            }
            if !poa::is_deed(entry) {
                self.check_signers(entries, entry, &signers, at)?;
            }
        }
        Ok(())
    }

    fn check_signature(
        &self,
        entries: &[Entry],
        signed: &Entry,
        name: &str,
        at: OffsetDateTime,
    ) -> Result<Vec<Signed>, Refusal> {
        const FAILED: &str = "FILES_VERIFICATION_FAILED";
        let Some(signature) = entries.iter().find(|e| e.name == name) else {
            let message = format!("{}: нет файла подписи {name}", signed.name);
            return Err(refusal(FAILED, message));
        };
        self.world
            .judge
            .signed(&signature.content, &signed.content, self.crls.clone(), at)
            .map_err(|why| refusal(FAILED, format!("{name}: {}", why.message())))
    }

    /// Somebody who may sign for the organisation did: by its certificate, or by a power of attorney. Beside its certificate a
    /// private person may sign along (Госключ); nobody of another organisation may.
    fn check_signers(
        &self,
        entries: &[Entry],
        signed: &Entry,
        signers: &[(String, Signed)],
        at: OffsetDateTime,
    ) -> Result<(), Stop> {
        const CODE: &str = "REQ_VERIFY_FAILED";
        let authorities = Authorities {
            world: self.world,
            owner: self.owner,
            entries,
            at,
        };
        let all: Vec<Signed> = signers.iter().map(|(_, signer)| signer.clone()).collect();
        let document = SignedDocument {
            name: &signed.name,
            text: &decode(&signed.content),
            signers: &all,
        };
        let is_owner = |acts: &ActsFor| match acts {
            ActsFor::Organisation {
                inn: Some(inn),
                ogrn: Some(ogrn),
            }
            | ActsFor::Entrepreneur {
                inn: Some(inn),
                ogrnip: ogrn,
            } => *inn == self.owner.inn && *ogrn == self.owner.ogrn,
            _ => false,
        };
        let acts_for = |signer: &Signed| signer.certificate.subject().acts_for();
        let by_owner = all.iter().any(|signer| is_owner(&acts_for(signer)));
        for (name, signer) in signers {
            match acts_for(signer) {
                ActsFor::Person { .. } if by_owner => {}
                ActsFor::Person { .. } => {
                    if let Some(why) = authorities.refusal(&document, signer)? {
                        return Err(refusal(CODE, format!("{name}: {why}")).into());
                    }
                }
                acts if is_owner(&acts) => {}
                _ => {
                    let message = format!("{name}: подписано сотрудником другой организации");
                    return Err(refusal(CODE, message).into());
                }
            }
        }
        Ok(())
    }

    /// A document that names organisations must name the one that sends it.
    fn check_owner(&self, name: &str, document: &Document<'_>) -> Result<(), Refusal> {
        let mut named = document
            .descendants()
            .filter_map(|n| n.attribute("ИННЮЛ"))
            .peekable();
        if named.peek().is_some() && !named.any(|inn| inn == self.owner.inn) {
            let message = format!("{name}: ИНН организации не совпадает с данными маркера доступа");
            return Err(refusal("REQ_VERIFY_FAILED", message));
        }
        Ok(())
    }
}

fn is_transport(entry: &Entry) -> bool {
    entry.name.starts_with("trans_") && entry.name.ends_with(".xml")
}

fn archive_refusal(fault: &ArchiveFault) -> Refusal {
    const STRUCTURE: &str = "INVALID_FILES_STRUCTURE";
    match fault {
        ArchiveFault::Unreadable => refusal(STRUCTURE, "Файл не является архивом zip"),
        ArchiveFault::Empty => refusal(STRUCTURE, "В архиве нет файлов"),
        ArchiveFault::Folder(name) => refusal(STRUCTURE, format!("В архиве есть папка: {name}")),
        ArchiveFault::Nested(name) => refusal(STRUCTURE, format!("В архиве есть вложенный архив: {name}")),
        ArchiveFault::Twice(name) => refusal(STRUCTURE, format!("В архиве два файла с именем {name}")),
        ArchiveFault::TooLarge => refusal("LIMITATION_EXCEPTION", "Архив слишком велик"),
    }
}

fn text_of(document: &Document<'_>, name: &str) -> Option<String> {
    let node = document.descendants().find(|n| n.tag_name().name() == name)?;
    Some(node.text()?.trim().to_owned())
}

fn scripted_outcome(document: &Document<'_>) -> Option<Outcome> {
    let instruction = document
        .descendants()
        .filter_map(|n| n.pi())
        .find(|pi| pi.target == "reference-portal")?;
    let name = instruction
        .value?
        .trim()
        .strip_prefix("outcome=\"")?
        .strip_suffix('"')?;
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

/// XML text; ФНС documents are in windows-1251 and say so in their first line.
fn decode(content: &[u8]) -> String {
    let head = String::from_utf8_lossy(&content[..content.len().min(200)]).to_lowercase();
    let encoding = if head.contains("windows-1251") {
        encoding_rs::WINDOWS_1251
    } else {
        encoding_rs::UTF_8
    };
    encoding.decode(content).0.into_owned()
}
