use serde::Serialize;
use specta::Type;

use super::{CertificateView, FieldProblem, PoaAuthority, QualificationView, TrustBasis, UiError, Verdict};

/// The version of the layout of [`VerificationReport`]; raised when a field changes its meaning or goes.
pub const VERIFICATION_SCHEMA: &str = "kabinet.verification/1";

/// The judgement of a signed file.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VerificationReport {
    /// [`VERIFICATION_SCHEMA`].
    pub schema: String,
    /// Code of the purpose whose rules had to be met as well.
    pub purpose: Option<String>,
    /// `cms`, `xml`, `pdf`, `asic`.
    pub format: String,
    /// The file with the signature.
    pub file: FileFacts,
    /// The file it signs, if it lies beside.
    pub content: Option<FileFacts>,
    /// The worst of all signatures.
    pub verdict: Verdict,
    /// The same in the terms of ETSI EN 319 102-1: `total-passed`, `indeterminate`, `total-failed`.
    pub indication: String,
    /// Whether the content is inside.
    pub attached: bool,
    /// When the check was made, RFC 3339.
    pub checked_at: String,
    /// The moment asked about, RFC 3339.
    pub asked_at: String,
    /// Whether the network could be asked.
    pub online: bool,
    /// The list of accredited authorities it rests on.
    pub trust: TrustBasis,
    /// Each signature.
    pub signers: Vec<SignerView>,
    /// What could be fetched to know more: certificates' and revocation addresses that gave nothing.
    pub missing: Vec<String>,
    /// Everything the judgement rests on beside the files themselves, so that it can be repeated elsewhere.
    pub material: Vec<MaterialView>,
}

impl VerificationReport {
    /// The report without its material, for a reader who only looks: revocation lists of large centres have tens of
    /// megabytes.
    #[must_use]
    pub fn without_material(mut self) -> Self {
        self.material.clear();
        self
    }
}

/// One thing a judgement rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MaterialView {
    /// `certificate`, `crl`, `ocsp`, `stamp`.
    pub kind: String,
    /// SHA-256 of its octets, hex.
    pub sha256: String,
    /// Its octets (DER, or BER as received), Base64.
    pub base64: String,
}

/// What became of a file that was to be verified; neither report nor error while it is being read.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileCheck {
    /// Name of the file.
    pub file: String,
    /// The judgement, without its material.
    pub report: Option<VerificationReport>,
    /// Why there is nothing to judge.
    pub error: Option<UiError>,
}

/// What identifies a file.
#[derive(Clone, Debug, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FileFacts {
    /// Name without folders.
    pub name: String,
    /// Bytes.
    pub size: f64,
    /// ГОСТ Р 34.11-2012 256, hex; empty for a file too large to be read once more.
    pub streebog256: String,
    /// SHA-256, hex; empty likewise.
    pub sha256: String,
}

/// The judgement of one signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SignerView {
    /// Name within the file.
    pub id: String,
    /// Verdict.
    pub verdict: Verdict,
    /// `total-passed`, `indeterminate`, `total-failed`.
    pub indication: String,
    /// Sub-indication of EN 319 102-1, as the standard writes it.
    pub sub_indication: Option<String>,
    /// Who signed, what exactly, when, and were they allowed to: texts under `verification`.
    pub sentences: Vec<FieldProblem>,
    /// Codes of what speaks against it; texts under `reasons`.
    pub reasons: Vec<String>,
    /// Codes of what is worth knowing; texts under `reasons`.
    pub notes: Vec<String>,
    /// The content is what was signed.
    pub content_ok: bool,
    /// The key of the certificate made the signature.
    pub signature_ok: bool,
    /// `cms-bare`, `cms`, `cades-bes`, `cades-t`, `xades-bes`, `pades-lta` and so on.
    pub profile: String,
    /// Explicit signature policy.
    pub policy: Option<String>,
    /// Digest of the content: `streebog256`, `sha256` and so on.
    pub digest_algorithm: Option<String>,
    /// Claimed time, RFC 3339.
    pub signing_time: Option<String>,
    /// The earliest moment it is proven to have existed at, RFC 3339.
    pub proven_at: Option<String>,
    /// Moment the certificate was judged at, RFC 3339.
    pub judged_at: String,
    /// The certificate.
    pub certificate: Option<CertificateView>,
    /// From the signer's certificate to the root, or as far as it could be followed.
    pub chain: Vec<ChainLink>,
    /// What made the end of the chain trusted: `list`, `program`, `administrator`, `command-line`; absent for a chain that
    /// ends in nothing trusted.
    pub anchor: Option<String>,
    /// Whether the certificate is a qualified one; absent while its key is not proven to have made the signature.
    pub qualification: Option<QualificationView>,
    /// Whether the signer was allowed to sign for the chosen organisation, where the certificate names none and a vault is open.
    pub authority: Option<PoaAuthority>,
    /// What is known about revocation of the signer's certificate.
    pub revocation: Option<RevocationView>,
    /// What exactly is signed.
    pub parts: Vec<PartView>,
    /// What was changed in the file afterwards.
    pub changes: Vec<ChangeView>,
    /// Time stamps.
    pub stamps: Vec<StampView>,
    /// Signatures over this one.
    pub counter_signatures: Vec<SignerView>,
}

/// One certificate of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChainLink {
    /// SHA-256 of the certificate, hex.
    pub id: String,
    /// Owner.
    pub subject: String,
    /// Serial number, hex.
    pub serial: String,
    /// RFC 3339.
    pub not_after: String,
    /// Codes of what is wrong with it; texts under `reasons`.
    pub problems: Vec<String>,
}

/// What is known about a revocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RevocationView {
    /// `good`, `revoked`, `unknown`, `anchor`.
    pub status: String,
    /// `crl` or `ocsp`.
    pub source: Option<String>,
    /// How old the knowledge is: when the answer was made, or since when it is revoked; RFC 3339.
    pub as_of: Option<String>,
    /// Code of the reason; text under `reasons`.
    pub code: Option<String>,
}

/// One thing that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PartView {
    /// File, path or reference; empty for the content itself.
    pub name: String,
    /// A whole document, not a part of one.
    pub whole: bool,
    /// Is what was signed.
    pub intact: bool,
    /// Digest as signed, hex.
    pub digest: Option<String>,
}

/// One change made after the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ChangeView {
    /// Code; text under `changes`.
    pub code: String,
    /// Object, field or file.
    pub what: String,
    /// Whether the signature leaves it open.
    pub allowed: bool,
}

/// One time stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StampView {
    /// `content`, `signature`, `references`, `archive`.
    pub kind: String,
    /// Its time, RFC 3339.
    pub time: Option<String>,
    /// Whether the time is proven.
    pub trusted: bool,
    /// The authority.
    pub authority: Option<String>,
    /// Codes of what speaks against it; texts under `reasons`.
    pub reasons: Vec<String>,
}
