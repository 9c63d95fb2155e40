//! Turns a report into what people and scripts read.

use kabinet_pki::{Revocation, RevocationSource, Status};
use kabinet_signature::{Indication, Report, SignatureReport, StampReport};
use time::OffsetDateTime;

use super::{qualification, sentences};
use crate::trust::Trusted;
use crate::view::{
    ChainLink, ChangeView, FileFacts, PartView, RevocationView, SignerView, StampView, rfc3339,
};
use crate::{tokens, verdicts};

/// The indication of the whole file: that of its worst signature.
pub(super) fn indication(report: &Report) -> Indication {
    report
        .signatures
        .iter()
        .map(SignatureReport::indication)
        .max()
        .unwrap_or(Indication::Indeterminate)
}

pub(super) fn signers(
    report: &Report,
    file: &FileFacts,
    content: Option<&FileFacts>,
    trusted: &Trusted,
    now: OffsetDateTime,
) -> Vec<SignerView> {
    let names = sentences::Names { file, content };
    report
        .signatures
        .iter()
        .map(|one| signer(report, one, &names, trusted, now))
        .collect()
}

fn signer(
    report: &Report,
    signature: &SignatureReport,
    names: &sentences::Names<'_>,
    trusted: &Trusted,
    now: OffsetDateTime,
) -> SignerView {
    SignerView {
        id: signature.id.clone(),
        verdict: verdicts::verdict(signature.verdict()),
        indication: signature.indication().code().to_owned(),
        sub_indication: signature.sub_indication().map(|sub| sub.code().to_owned()),
        sentences: sentences::of(report, signature, names),
        reasons: verdicts::reasons(signature),
        notes: signature
            .notes
            .iter()
            .map(|note| note.code().to_owned())
            .collect(),
        content_ok: signature.digest_ok,
        signature_ok: signature.signature_ok,
        profile: signature.profile().to_owned(),
        policy: signature.policy.clone(),
        digest_algorithm: signature.digest_algorithm.map(|one| one.name().to_owned()),
        signing_time: signature.signing_time.map(rfc3339),
        proven_at: signature.proven_at.map(rfc3339),
        judged_at: rfc3339(signature.judged_at),
        certificate: signature
            .certificate
            .as_ref()
            .map(|certificate| tokens::certificate_view(certificate, now)),
        chain: chain(signature),
        anchor: signature
            .chain
            .as_ref()
            .and_then(|verdict| trusted.anchors.source_of(verdict.chain.last()?))
            .map(|source| source.code().to_owned()),
        qualification: qualification::of(signature, trusted, now),
        authority: None,
        revocation: signature
            .chain
            .as_ref()
            .map(|chain| revocation(&chain.revocation)),
        parts: signature.parts.iter().map(part).collect(),
        changes: signature
            .changes
            .iter()
            .map(|change| ChangeView {
                code: change.code.to_owned(),
                what: change.what.clone(),
                allowed: change.allowed,
            })
            .collect(),
        stamps: signature.stamps.iter().map(stamp).collect(),
        counter_signatures: signature
            .counter_signatures
            .iter()
            .map(|counter| signer(report, counter, names, trusted, now))
            .collect(),
    }
}

fn chain(signature: &SignatureReport) -> Vec<ChainLink> {
    let Some(verdict) = &signature.chain else {
        return Vec::new();
    };
    verdict
        .chain
        .iter()
        .enumerate()
        .map(|(position, certificate)| ChainLink {
            id: hex::encode(certificate.fingerprint()),
            subject: certificate
                .subject()
                .common_name
                .or(certificate.subject().organisation)
                .unwrap_or_default(),
            serial: certificate.serial_hex(),
            not_after: rfc3339(certificate.not_after()),
            problems: verdict
                .problems
                .iter()
                .filter(|problem| problem.position == position)
                .map(|problem| problem.code().to_owned())
                .collect(),
        })
        .collect()
}

pub(crate) fn revocation(revocation: &Revocation) -> RevocationView {
    let (status, source, as_of, code) = match revocation {
        Revocation::Good { by, as_of } => {
            let source = match by {
                RevocationSource::Crl => "crl",
                RevocationSource::Ocsp => "ocsp",
            };
            ("good", Some(source), Some(*as_of), None)
        }
        Revocation::Revoked { at, reason } => ("revoked", None, Some(*at), Some(reason.code())),
        Revocation::Unknown { why, .. } => ("unknown", None, None, Some(why.code())),
        Revocation::Anchor => ("anchor", None, None, None),
    };
    RevocationView {
        status: status.to_owned(),
        source: source.map(str::to_owned),
        as_of: as_of.map(rfc3339),
        code: code.map(str::to_owned),
    }
}

fn part(part: &kabinet_signature::SignedPart) -> PartView {
    PartView {
        name: part.name.clone(),
        whole: part.whole,
        intact: part.intact,
        digest: part.digest.as_ref().map(|(_, digest)| hex::encode(digest)),
    }
}

fn stamp(stamp: &StampReport) -> StampView {
    let kind = stamp.kind.code().to_owned();
    match &stamp.outcome {
        Ok(genuine) => StampView {
            kind,
            time: Some(rfc3339(genuine.time)),
            trusted: genuine.chain.status == Status::Valid,
            authority: genuine.certificate.subject().common_name,
            reasons: genuine
                .chain
                .problems
                .iter()
                .map(|problem| problem.code().to_owned())
                .collect(),
        },
        Err(error) => StampView {
            kind,
            time: None,
            trusted: false,
            authority: None,
            reasons: vec![error.code().to_owned()],
        },
    }
}
