//! The one judge of all formats: certificate, time stamps and proofs of existence (ETSI EN 319 102-1 §5.5, §5.6).

use kabinet_pki::cms::SignedData;
use kabinet_pki::tsp::{TstInfo, verify_token_by_digest};
use kabinet_pki::{Certificate, DigestAlgorithm, Evidence, Purpose, Trust, Verdict, validate};
use time::OffsetDateTime;

use crate::indication::SubIndication;
use crate::report::{Change, Form, Level, Note, Reason, SignatureReport, SignedPart, StampKind, StampReport};

/// What a judgement rests on.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Roots and known intermediates.
    pub trust: &'a Trust,
    /// What is at hand beside the file: revocation answers, certificates.
    pub evidence: &'a Evidence,
    /// The moment to judge at, unless a trusted time stamp proves an earlier one.
    pub at: OffsetDateTime,
}

/// A time stamp found in a signature and what it must be over.
pub(crate) struct Stamp<'a> {
    pub kind: StampKind,
    /// ContentInfo, DER or BER.
    pub token: &'a [u8],
    /// The digest of the octets it must stamp; `None` where they cannot be had.
    pub imprint: Box<dyn Fn(DigestAlgorithm) -> Option<Vec<u8>> + 'a>,
    /// Which other stamps it covers, by position: only archive stamps cover any.
    pub covers: Vec<usize>,
}

impl<'a> Stamp<'a> {
    /// A stamp over these octets that covers no other.
    pub(crate) fn over(kind: StampKind, token: &'a [u8], octets: Vec<u8>) -> Self {
        Self {
            kind,
            token,
            imprint: Box::new(move |algorithm| Some(algorithm.digest(&octets))),
            covers: Vec::new(),
        }
    }

    fn claimed_time(&self) -> Option<OffsetDateTime> {
        let data = SignedData::parse(self.token).ok()?;
        Some(TstInfo::from_der(&data.content_octets()?).ok()?.time)
    }
}

/// What a format found out about one signature by itself: everything but trust and time.
pub(crate) struct Facts<'a> {
    pub id: String,
    pub form: Form,
    /// Explicit signature policy.
    pub policy: Option<String>,
    pub certificate: Option<Certificate>,
    pub signing_time: Option<OffsetDateTime>,
    pub digest_algorithm: Option<DigestAlgorithm>,
    pub digest_ok: bool,
    pub signature_ok: bool,
    pub parts: Vec<SignedPart>,
    pub changes: Vec<Change>,
    pub stamps: Vec<Stamp<'a>>,
    /// Found inside, and believed no more than what came from elsewhere.
    pub evidence: Evidence,
    /// Whether the signature refers to all certificates and revocation answers it rests on.
    pub has_references: bool,
    pub counter_signatures: Vec<SignatureReport>,
    pub reasons: Vec<Reason>,
    pub notes: Vec<Note>,
}

impl Facts<'_> {
    /// Facts of a signature nothing is known of yet.
    pub(crate) fn new(id: String, form: Form) -> Self {
        Self {
            id,
            form,
            policy: None,
            certificate: None,
            signing_time: None,
            digest_algorithm: None,
            digest_ok: false,
            signature_ok: false,
            parts: Vec::new(),
            changes: Vec::new(),
            stamps: Vec::new(),
            evidence: Evidence::default(),
            has_references: false,
            counter_signatures: Vec::new(),
            reasons: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// Stamps judged of one signature. One renewed every year is far below; the rest proves nothing.
const MAX_STAMPS: usize = 256;

/// Judges the certificate at the best proven time and sums everything up.
pub(crate) fn conclude(facts: Facts<'_>, policy: &Policy<'_>) -> SignatureReport {
    let mut evidence = policy.evidence.clone();
    evidence.extend(facts.evidence.clone());
    let stamps = judge_stamps(
        &facts.stamps[..facts.stamps.len().min(MAX_STAMPS)],
        policy,
        &evidence,
    );
    let mut reasons = facts.reasons;
    if is_out_of_order(&stamps) {
        reasons.push(Reason::StampOrder);
    }

    // A stamp over the content proves that the signature is younger, any other one that it is older.
    let created_after = times(&stamps, StampKind::Content).max();
    let proven_at = stamps
        .iter()
        .filter(|stamp| stamp.kind != StampKind::Content)
        .filter_map(StampReport::trusted_time)
        .min();
    let judged_at = proven_at.unwrap_or(policy.at);
    let purpose = match facts.form {
        Form::TimeStamp => Purpose::TimeStamping,
        _ => Purpose::Signature,
    };
    let chain = facts
        .certificate
        .as_ref()
        .map(|certificate| validate(certificate, policy.trust, &evidence, judged_at, purpose));
    if let Some(why) = chain
        .as_ref()
        .and_then(|chain| chain_failure(chain, created_after))
    {
        reasons.push(Reason::Certificate { why });
    }

    let level = level(
        facts.form,
        facts.has_references,
        &facts.evidence,
        chain.as_ref(),
        &stamps,
    );
    SignatureReport {
        id: facts.id,
        form: facts.form,
        level,
        policy: facts.policy,
        certificate: facts.certificate,
        signing_time: facts.signing_time,
        digest_algorithm: facts.digest_algorithm,
        digest_ok: facts.digest_ok,
        signature_ok: facts.signature_ok,
        parts: facts.parts,
        changes: facts.changes,
        stamps,
        proven_at,
        judged_at,
        chain,
        evidence: facts.evidence,
        counter_signatures: facts.counter_signatures,
        reasons,
        notes: facts.notes,
    }
}

/// Judges the stamps in the order of the file, each at the earliest moment that a trusted archive stamp over it
/// proves (§5.6.3: past certificate validation, from the newest stamp back).
fn judge_stamps(stamps: &[Stamp<'_>], policy: &Policy<'_>, evidence: &Evidence) -> Vec<StampReport> {
    let mut newest_first: Vec<usize> = (0..stamps.len()).collect();
    newest_first.sort_by_cached_key(|&index| std::cmp::Reverse(stamps[index].claimed_time()));
    let mut judged: Vec<Option<StampReport>> = stamps.iter().map(|_| None).collect();
    for index in newest_first {
        let stamp = &stamps[index];
        let proven = judged.iter().zip(stamps).filter_map(|(report, other)| {
            let report = report.as_ref()?;
            other.covers.contains(&index).then(|| report.trusted_time())?
        });
        let judged_at = proven.min().unwrap_or(policy.at);
        judged[index] = Some(StampReport {
            kind: stamp.kind,
            outcome: verify_token_by_digest(stamp.token, &*stamp.imprint, policy.trust, evidence, judged_at),
            token: stamp.token.to_vec(),
            judged_at,
        });
    }
    judged.into_iter().flatten().collect()
}

fn times(stamps: &[StampReport], kind: StampKind) -> impl Iterator<Item = OffsetDateTime> {
    stamps
        .iter()
        .filter(move |stamp| stamp.kind == kind)
        .filter_map(StampReport::trusted_time)
}

/// EN 319 102-1 §5.6.2.4: content before signature before references before archive, each within its accuracy.
fn is_out_of_order(stamps: &[StampReport]) -> bool {
    const ORDER: [StampKind; 4] = [
        StampKind::Content,
        StampKind::Signature,
        StampKind::References,
        StampKind::Archive,
    ];
    let trusted = |kind| {
        stamps
            .iter()
            .filter(move |stamp| stamp.kind == kind && stamp.is_trusted())
            .filter_map(|stamp| stamp.outcome.as_ref().ok())
    };
    ORDER.windows(2).enumerate().any(|(index, pair)| {
        let earliest_latest = trusted(pair[0])
            .map(|one| one.time - one.accuracy.unwrap_or_default())
            .max();
        ORDER[index + 1..].iter().any(|&later| {
            let latest = trusted(later)
                .map(|one| one.time + one.accuracy.unwrap_or_default())
                .min();
            earliest_latest
                .zip(latest)
                .is_some_and(|(before, after)| before > after)
        })
    })
}

/// The sub-indication that explains most of what is wrong with the chain.
pub(crate) fn chain_failure(chain: &Verdict, created_after: Option<OffsetDateTime>) -> Option<SubIndication> {
    let all = || {
        chain
            .problems
            .iter()
            .map(|problem| SubIndication::of_problem(problem, created_after))
    };
    let worst = all().map(SubIndication::indication).max()?;
    all().filter(|sub| sub.indication() == worst).min()
}

fn level(
    form: Form,
    has_references: bool,
    inside: &Evidence,
    chain: Option<&Verdict>,
    stamps: &[StampReport],
) -> Level {
    if !matches!(form, Form::Cades | Form::Xades | Form::Pades) {
        return Level::None;
    }
    let has = |kind| {
        stamps
            .iter()
            .any(|stamp| stamp.kind == kind && stamp.is_trusted())
    };
    if !has(StampKind::Signature) && !has(StampKind::Archive) {
        return Level::Basic;
    }
    // Values count when they are those the certificate's chain needs.
    let has_values = chain.is_some_and(|chain| {
        let authorities = chain.chain.iter().skip(1).rev().skip(1);
        authorities
            .into_iter()
            .all(|one| inside.certificates.contains(one))
            && !(inside.crls.is_empty() && inside.ocsp.is_empty())
    });
    if has_values && has(StampKind::Archive) {
        Level::Archive
    } else if has_values && has_references && has(StampKind::References) {
        Level::ExtendedLong
    } else if has_values {
        Level::LongTerm
    } else if has_references {
        Level::References
    } else {
        Level::Timestamped
    }
}
