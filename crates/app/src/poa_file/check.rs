//! Whether somebody may act under a power of attorney that lies in files.

use std::path::{Path, PathBuf};

use kabinet_domain::poa::judge::{
    FRESH, KnownPoa, PoaKind, PrincipalSignature, Question, RegistryWord, SignatureStanding, Signer, judge,
};
use kabinet_domain::poa::{PoaState, PowerOfAttorney, Powers, Principal, RegistryState, Representative};
use kabinet_domain::{Finding, Severity};
use kabinet_formats::{Formats, poa};
use kabinet_pki::Certificate;
use serde::Serialize;

use super::older;
use crate::blocking::blocking;
use crate::verification::{Basis, Verification};
use crate::view::{Params, PoaJudgement, PoaReason, rfc3339};
use crate::{AppError, PoaError, tools};

/// Who acts.
#[derive(Clone, Debug, Default)]
pub enum Acting {
    /// Nobody said so.
    #[default]
    Unknown,
    /// A person by numbers.
    Person {
        /// ИНН.
        inn: Option<String>,
        /// СНИЛС.
        snils: Option<String>,
    },
    /// The owner of the certificate in this file.
    Certificate(PathBuf),
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct PoaFileQuestion {
    /// The power of attorney.
    pub file: PathBuf,
    /// Its signatures; `FILE.sig` beside it when none is named.
    pub signatures: Vec<PathBuf>,
    /// Those it passes on, each with its `.sig` beside it.
    pub parents: Vec<PathBuf>,
    /// Who acts.
    pub acting: Acting,
    /// ИНН of the organisation it is done for; whoever gave the first of the chain when none is named.
    pub organisation: Option<String>,
    /// Format of the document that is to be signed: its rule says which powers are enough.
    pub format: Option<String>,
    /// Powers any of which is enough, besides.
    pub powers: Vec<String>,
    /// Tax office it goes to.
    pub tax_office: Option<String>,
    /// What the registry says of all of them now, where somebody has asked it.
    pub registry: Option<RegistryState>,
    /// How signatures are judged, and at which moment.
    pub by: Verification,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoaFileReport {
    /// Name of the file.
    pub file: String,
    /// `emchd`, or `dovel` with its version behind a space.
    pub format: String,
    /// Its number; of the older format as it is written there.
    pub number: String,
    /// First day.
    pub issued: Option<String>,
    /// Last day.
    pub expires: Option<String>,
    /// Who gives the powers.
    pub principals: Vec<PoaParty>,
    /// Who receives them.
    pub representatives: Vec<PoaParty>,
    /// Codes and names of powers; an empty code for powers in words.
    pub powers: Vec<(String, String)>,
    /// Number of the one it passes on.
    pub parent: Option<String>,
    /// What the check of the format found.
    pub findings: Vec<Finding>,
    /// Its signatures.
    pub signatures: Vec<PoaSignature>,
    /// Moment it was judged at, RFC 3339.
    pub at: String,
    /// `allowed`, `not-allowed`, `cannot-tell`.
    pub verdict: String,
    /// Why, the gravest first; texts under `poa.reasons.<code without "poa.">`.
    pub reasons: Vec<PoaReason>,
}

/// Somebody a power of attorney names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoaParty {
    /// Name.
    pub name: String,
    /// ИНН.
    pub inn: Option<String>,
}

/// A signature under a power of attorney.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoaSignature {
    /// `valid`, `broken`, `unknown`, `certificate-expired`, `certificate-revoked`, `certificate-untrusted`,
    /// `certificate-not-qualified`.
    pub standing: SignatureStanding,
    /// ИНН of the organisation the certificate names.
    pub organisation_inn: Option<String>,
    /// When it was made, RFC 3339.
    pub made: Option<String>,
}

/// Judges.
///
/// # Errors
/// [`PoaError::Unreadable`] for a file that is no power of attorney; [`AppError::File`]. What is wrong with one that is stands in
/// the answer.
pub async fn check(asked: PoaFileQuestion) -> Result<PoaFileReport, AppError> {
    blocking(move || judged(&asked)).await
}

/// A file with its signatures.
struct Loaded {
    name: String,
    format: String,
    number: String,
    poa: Option<PowerOfAttorney>,
    findings: Vec<Finding>,
    signatures: Vec<PrincipalSignature>,
}

impl Loaded {
    fn of(path: &Path, signatures: &[PathBuf], basis: &mut Basis) -> Result<Self, AppError> {
        let (name, bytes) = (tools::name(path), tools::limited(path, poa::MAX_SIZE as u64)?);
        let (format, number, poa, findings) = read(&name, &bytes)?;
        let mut found = Vec::new();
        for signature in beside(path, signatures) {
            match basis.report(&tools::read(&signature)?, &bytes) {
                Ok(report) => found.extend(crate::poa::found(&report, &basis.trusted, basis.at)),
                Err(AppError::ReadSignature(_)) => found.push(PrincipalSignature {
                    standing: SignatureStanding::Broken,
                    signer: Signer::default(),
                    made: None,
                }),
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            name,
            format,
            number,
            poa,
            findings,
            signatures: found,
        })
    }

    fn known<'a>(&'a self, poa: &'a PowerOfAttorney, registry: Option<RegistryWord>) -> KnownPoa<'a> {
        KnownPoa {
            poa,
            kind: PoaKind::Electronic,
            state: PoaState::Signed,
            signatures: &self.signatures,
            registry,
            revoked_here: None,
            passed_on: &[],
        }
    }
}

type Content = (String, String, Option<PowerOfAttorney>, Vec<Finding>);

/// Format, number and content as far as they can be understood.
fn read(name: &str, bytes: &[u8]) -> Result<Content, PoaError> {
    let known = match poa::read(name, bytes) {
        Ok(read) => Some(read.poa),
        Err(poa::ReadError::Broken(_)) => None,
        Err(error) => {
            let Ok(older) = poa::older::read(bytes) else {
                return Err(error.into());
            };
            let format = format!("dovel {}", older.version);
            return Ok((
                format,
                older.number.clone(),
                Some(older::as_new(&older)),
                Vec::new(),
            ));
        }
    };
    let number = known.as_ref().map(|poa| poa.number);
    let number = number.or_else(|| poa::number_of_name(name));
    Ok((
        poa::FORMAT.to_owned(),
        number.map(|number| number.to_string()).unwrap_or_default(),
        known,
        Formats::embedded().check(name, bytes).findings,
    ))
}

/// The signatures that are named, else the one that lies beside the file.
fn beside(path: &Path, named: &[PathBuf]) -> Vec<PathBuf> {
    if !named.is_empty() {
        return named.to_vec();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".sig");
    Some(PathBuf::from(name))
        .filter(|path| path.is_file())
        .into_iter()
        .collect()
}

fn acting(asked: &Acting) -> Result<Signer, AppError> {
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    Ok(match asked {
        Acting::Unknown => Signer::default(),
        Acting::Person { inn, snils } => Signer {
            inn: inn.as_ref().map(digits),
            snils: snils.as_ref().map(digits),
            ..Signer::default()
        },
        Acting::Certificate(path) => {
            let certificate = Certificate::from_pem_or_der(&tools::read(path)?);
            crate::poa::signer_of(&certificate.map_err(|_| tools::unreadable(path))?)
        }
    })
}

fn judged(asked: &PoaFileQuestion) -> Result<PoaFileReport, AppError> {
    let mut basis = Basis::of(&asked.by)?;
    let own = Loaded::of(&asked.file, &asked.signatures, &mut basis)?;
    let mut parents = Vec::new();
    for path in &asked.parents {
        parents.push(Loaded::of(path, &[], &mut basis)?);
    }
    let signer = acting(&asked.acting)?;
    let judgement = match &own.poa {
        Some(poa) => judge_known(asked, &basis, &signer, &own, poa, &parents),
        None => PoaJudgement {
            verdict: NOT_ALLOWED.to_owned(),
            reasons: Vec::new(),
        },
    };
    Ok(report(own, &basis, judgement))
}

const NOT_ALLOWED: &str = "not-allowed";

fn judge_known(
    asked: &PoaFileQuestion,
    basis: &Basis,
    signer: &Signer,
    own: &Loaded,
    poa: &PowerOfAttorney,
    parents: &[Loaded],
) -> PoaJudgement {
    let registry = asked.registry.map(|state| RegistryWord {
        state,
        at: basis.at,
        revoked_at: None,
    });
    let parents: Vec<KnownPoa<'_>> = parents
        .iter()
        .filter_map(|one| Some(one.known(one.poa.as_ref()?, registry)))
        .collect();
    let first = first_of(poa, &parents);
    let inn = asked
        .organisation
        .as_deref()
        .or_else(|| first.principals.first().and_then(Principal::inn))
        .unwrap_or_default();
    let mut powers: Vec<&str> = asked.powers.iter().map(String::as_str).collect();
    if let Some(format) = &asked.format {
        powers.extend(poa::requirements(format).iter().map(String::as_str));
    }
    let question = Question {
        acting: signer,
        together_with: &[],
        inn,
        kpp: None,
        at: basis.at,
        powers: &powers,
        matter: &[],
        tax_office: asked.tax_office.as_deref(),
        fresh: FRESH,
    };
    crate::poa::judgement_view(&judge(&question, &own.known(poa, registry), &parents))
}

/// The first of the chain, as far as it is here.
fn first_of<'a>(poa: &'a PowerOfAttorney, parents: &[KnownPoa<'a>]) -> &'a PowerOfAttorney {
    let mut first = poa;
    for _ in parents {
        let Some(from) = &first.delegated_from else { break };
        match parents.iter().find(|one| one.poa.number == from.parent) {
            Some(parent) => first = parent.poa,
            None => break,
        }
    }
    first
}

fn report(own: Loaded, basis: &Basis, judgement: PoaJudgement) -> PoaFileReport {
    let PoaJudgement {
        mut verdict,
        mut reasons,
    } = judgement;
    let reason = |code: &str, weight: &str| PoaReason {
        number: own.number.clone(),
        code: code.to_owned(),
        params: Params::new(),
        weight: weight.to_owned(),
    };
    if own
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    {
        verdict = NOT_ALLOWED.to_owned();
        reasons.insert(0, reason("poa.format", "bar"));
    }
    if own.format != poa::FORMAT {
        // What else stands in it nobody knows.
        reasons.push(reason("poa.older-format", "doubt"));
        if verdict == "allowed" {
            verdict = "cannot-tell".to_owned();
        }
    }
    let content = own.poa.as_ref();
    let party = |name: String, inn: Option<&str>| PoaParty {
        name,
        inn: inn.map(str::to_owned),
    };
    let principal = |one: &Principal| party(one.name(), one.inn());
    let representative = |one: &Representative| party(one.name(), one.inn());
    PoaFileReport {
        issued: content.map(|poa| poa.issued.to_string()),
        expires: content.map(|poa| poa.expires.to_string()),
        principals: content
            .map(|poa| poa.principals.iter().map(principal).collect())
            .unwrap_or_default(),
        representatives: content
            .map(|poa| poa.representatives.iter().map(representative).collect())
            .unwrap_or_default(),
        powers: content.map(|poa| powers(&poa.powers)).unwrap_or_default(),
        parent: content
            .and_then(|poa| poa.delegated_from.as_ref())
            .map(|from| from.parent.to_string()),
        signatures: own
            .signatures
            .iter()
            .map(|one| PoaSignature {
                standing: one.standing,
                organisation_inn: one.signer.organisation_inn.clone(),
                made: one.made.map(rfc3339),
            })
            .collect(),
        at: rfc3339(basis.at),
        file: own.name,
        format: own.format,
        number: own.number,
        findings: own.findings,
        verdict,
        reasons,
    }
}

fn powers(powers: &Powers) -> Vec<(String, String)> {
    match powers {
        Powers::Text(text) => vec![(String::new(), text.clone())],
        Powers::Machine(all) => all
            .iter()
            .map(|power| (power.code.clone(), power.name.clone()))
            .collect(),
    }
}
