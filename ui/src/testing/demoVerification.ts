/** Judgements of invented files, for tests and for `vite --mode fake`. */
import type { FileCheck, SignerView, UiError, Verdict, VerificationReport } from "../bindings";
import { director, inDays } from "./demoPeople";

const file = (name: string) => ({ name, size: 48_213, streebog256: "3f".repeat(32), sha256: "9c".repeat(32) });
const sentence = (code: string, params: Record<string, string> = {}) => ({ code, params });

const allowed: Record<Verdict, ReturnType<typeof sentence>> = {
  valid: sentence("allowed.certificate-valid", { time: "26.11.2026 10:12", known: "26.11.2026 09:00", issuer: director.issuer }),
  unknown: sentence("allowed.revocation-unknown"),
  invalid: sentence("allowed.certificate-valid", { time: "26.11.2026 10:12", known: "26.11.2026 09:00", issuer: director.issuer }),
};

export function demoSigner(verdict: Verdict, part: Partial<SignerView> = {}): SignerView {
  const invalid = verdict === "invalid";
  return {
    id: "1", verdict, indication: { valid: "total-passed", unknown: "indeterminate", invalid: "total-failed" }[verdict],
    subIndication: { valid: null, unknown: "TRY_LATER", invalid: "HASH_FAILURE" }[verdict],
    sentences: [
      sentence(invalid ? "who.officer-claimed" : "who.officer", {
        name: director.holder, title: director.position ?? "", organisation: director.organisation ?? "", inn: director.organisationInn ?? "",
      }),
      sentence(invalid ? "what.changed" : "what.whole", { file: "Договор поставки.pdf" }),
      sentence("when.proven", { time: "26.11.2026 10:12", authority: "Служба отметок времени (учебная)" }),
      allowed[verdict],
    ],
    reasons: { valid: [], unknown: ["signature.certificate-unknown", "pki.revocation-no-evidence"], invalid: ["signature.content-differs"] }[verdict],
    notes: [], contentOk: !invalid, signatureOk: !invalid, profile: "cades-t", policy: null, digestAlgorithm: "streebog256",
    signingTime: "2026-11-26T07:11:58Z", provenAt: "2026-11-26T07:12:00Z", judgedAt: "2026-11-26T07:12:00Z", certificate: { ...director, token: null },
    chain: [
      { id: director.id, subject: director.holder, serial: director.serial, notAfter: director.notAfter, problems: verdict === "unknown" ? ["pki.revocation-no-evidence"] : [] },
      { id: "f0".repeat(32), subject: director.issuer, serial: "01", notAfter: inDays(2000), problems: [] },
    ],
    authority: null,
    revocation: verdict === "unknown"
      ? { status: "unknown", source: null, asOf: null, code: "pki.revocation-no-evidence" }
      : { status: "good", source: "crl", asOf: "2026-11-26T06:00:00Z", code: null },
    anchor: "program",
    qualification: invalid ? null : {
      status: "qualified", at: "2026-11-26T07:12:00Z", proven: true, problems: [], centre: director.issuer, registryNumber: "1", toolClass: "КС1",
      subjectTool: "Учебное средство подписи", identification: "personal",
      sentences: [
        sentence("qualified.yes", { issuer: director.issuer, time: "26.11.2026 10:12" }),
        sentence("acts-for.organisation", { organisation: director.organisation ?? "", inn: director.organisationInn ?? "" }),
      ],
    },
    parts: [{ name: "", whole: true, intact: !invalid, digest: "3f".repeat(32) }], changes: [],
    stamps: [{ kind: "signature", time: "2026-11-26T07:12:00Z", trusted: true, authority: "Служба отметок времени (учебная)", reasons: [] }],
    counterSignatures: [], ...part,
  };
}

const worst = (signers: SignerView[]): Verdict =>
  signers.some((one) => one.verdict === "invalid") ? "invalid" : signers.some((one) => one.verdict === "unknown") ? "unknown" : "valid";

export function demoReport(signers: SignerView[], part: Partial<VerificationReport> = {}): VerificationReport {
  const verdict = worst(signers);
  return {
    schema: "kabinet.verification/1", purpose: null, format: "cms", file: file("Договор поставки.pdf.sig"), content: file("Договор поставки.pdf"), verdict,
    indication: demoSigner(verdict).indication, attached: false, checkedAt: "2026-11-27T09:30:00Z", askedAt: "2026-11-27T09:30:00Z", online: false, signers,
    trust: { listVersion: 812, listIssued: "2026-11-20T07:00:00Z", listAgeDays: 7, listOrigin: "fetched", listRefused: null }, missing: [], material: [],
    ...part,
  };
}

export const demoCheck = (report: VerificationReport): FileCheck => ({ file: report.file.name, report, error: null });
export const failedCheck = (file: string, error: UiError): FileCheck => ({ file, report: null, error });
