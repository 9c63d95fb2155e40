import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import en from "@locales/en.json";
import ru from "@locales/ru.json";
import { describe, expect, it } from "vitest";
import { topics } from "../features/journal/place";
import { demoFindings, demoSignatures } from "../testing/demoDocuments";
import { demoJournal } from "../testing/demoJournal";
import { renewalSteps } from "../testing/demoTokens";
import type {
  CheckState, DoctorStep, FileKind, ItemState, JournalFault, NextActor, OutboxState, PinState, Protection, PukState, SecretKind, SecretPurpose, SigningPhase, Stage, StepState,
  TokenHolder, Use, Verdict,
} from "../bindings";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) flat.set(inner, text);
  }
  return flat;
}

const plural = /_(one|few|many|other)$/;
const base = (key: string) => key.replace(plural, "");
const texts = { ru: flatten(ru), en: flatten(en) };
const russian = new Set([...texts.ru.keys()].map(base));
const params = (text: string) => [...text.matchAll(/\{\{\s*([\w-]+)\s*\}\}/g)].map((match) => match[1]).sort();

describe("the two languages", () => {
  it("have the same keys", () => {
    expect([...new Set([...texts.en.keys()].map(base))].sort()).toEqual([...russian].sort());
  });

  it("use the same parameters in every text", () => {
    const differing = [...russian].filter((key) => {
      const of = (language: "ru" | "en") => params(texts[language].get(key) ?? texts[language].get(`${key}_other`) ?? "").join();
      return of("ru") !== of("en");
    });
    expect(differing).toEqual([]);
  });

  it("have every plural form their grammar asks for", () => {
    const forms = { ru: ["one", "few", "many", "other"], en: ["one", "other"] };
    for (const language of ["ru", "en"] as const) {
      const counted = new Set([...texts[language].keys()].filter((key) => plural.test(key)).map(base));
      for (const key of counted) for (const form of forms[language]) expect(texts[language].has(`${key}_${form}`), `${language} ${key}_${form}`).toBe(true);
    }
  });

  it("have no blank text", () => {
    for (const flat of Object.values(texts)) for (const [key, text] of flat) expect(text.trim(), key).not.toBe("");
  });
});

const isShipped = (path: string) => !path.includes("/testing/") && !/\.test\.tsx?$/.test(path);

function sources(folder: string, wanted: (path: string) => boolean = isShipped): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path, wanted);
    return /\.tsx?$/.test(entry.name) && wanted(path.replaceAll("\\", "/")) ? [path] : [];
  });
}

/** Texts the Rust side shows by itself: desktop notifications. */
const shownByHost = [
  "ui.lock.beforeSleep", "ui.notification.status", "ui.notification.expiring", "ui.tokens.order.fileKind", "ui.tokens.order.fileName", "ui.tokens.certificateKind", "ui.tokens.certificateFile", "ui.hotFolder.reason",
  "ui.notification.deadline", "ui.notification.deadlineToday", "ui.notification.security", "ui.notification.securityText", "ui.organisations.registration.fileName", "ui.organisations.registration.fileKind", "secret.code.fileName", "secret.code.fileKind", "ui.settings.protections.both", "ui.settings.protections.keychain",
  "ui.notification.statuses", "ui.notification.statusesText", "ui.notification.order", "ui.notification.licence", "ui.notification.poa", "ui.notification.poaToday", "ui.notification.poaText", "ui.notification.inspectionNew", "ui.notification.inspectionToday", "ui.notification.inspectionPapersToday", "ui.notification.inspectionPapers", "ui.notification.inspectionBegins", "ui.licences.fileName", "ui.licences.fileKind",
  "ui.settings.protections.passphrase",
];

const code = sources(join(import.meta.dirname, "..")).map((path) => readFileSync(path, "utf8")).join("\n");

it("every text named in the sources exists", () => {
  const named = [...code.matchAll(/"((?:ui|secret|errors|stage|signature|verification|reasons|findings|requisites|certificate|preflight|journal)\.[\w.-]+)"/g)].map((match) => match[1] ?? "");
  expect(named.length).toBeGreaterThan(100);
  // A code the screens act upon is no text, but it has one.
  expect(named.filter((key) => !russian.has(key) && !russian.has(`errors.${key}.what`) && ![...russian].some((other) => other.startsWith(`${key}.`)))).toEqual([]);
});

it("every interface text is used", () => {
  const dynamic = [...code.matchAll(/`((?:ui|secret)\.[\w.-]*?)\.?\$\{/g)].map((match) => match[1] ?? "");
  const prefixes = [...code.matchAll(/"((?:ui|secret)\.[\w.-]+)"/g)].map((match) => match[1] ?? "").filter((key) => !russian.has(key));
  const unused = [...russian].filter(
    (key) => /^(ui|secret)\./.test(key) && !code.includes(`"${key}"`) && !shownByHost.includes(key) && ![...dynamic, ...prefixes].some((prefix) => key.startsWith(`${prefix}.`)),
  );
  expect(unused).toEqual([]);
});

describe("every code of the host has a text", () => {
  const all = <T extends string>(codes: Record<T, true>) => Object.keys(codes);
  const stages = all<Stage>({
    invalid: true, ready: true, signed: true, queued: true, sending: true, "outcome-unknown": true, sent: true, "needs-correction": true, accepted: true,
    refused: true, failed: true, cancelled: true,
  });
  const checks = [
    "file-readable", "schema", "service", "limits", "certificate-valid-now", "certificate-chain", "certificate-revocation", "organisation-match", "person-may-sign",
    "token-present", "pin-tries", "clock", "not-signed-yet", "goskey-time", "poa-not-the-head", "poa-revocation-needless", "poa-allowed", "poa-none", "poa-not-inside", "poa-names-another",
  ];
  const states = all<CheckState>({ ok: true, warning: true, failed: true, skipped: true });
  const pinStates: Record<PinState, true> = { ok: true, low: true, "last-try": true, locked: true, "must-change": true, "on-device": true };
  const pukStates: Record<PukState, true> = { ok: true, low: true, "last-try": true, locked: true };
  const holders: Record<TokenHolder, true> = { token: true, "key-file": true, "system-store": true };
  const kinds = all<SecretKind>({ pin: true, passphrase: true, "new-passphrase": true, "new-pin": true, puk: true, "key-file": true, "recovery-code": true, "new-recovery-code": true, factor: true, "one-time-code": true, "account-password": true });
  const purposes = all<SecretPurpose>({
    "sign-in": true, sign: true, unlock: true, "restore-backup": true, "create-vault": true, "change-pin": true, unblock: true, "make-key": true, "import-certificate": true,
    "open-key-file": true, "test-signature": true, "hand-over": true, "take-over": true, "recover-access": true, "change-protection": true, "set-passphrase": true,
    "make-recovery-code": true, "step-up": true, "link-organisation": true,
  });
  const cases: [string, string[]][] = [
    ["stage", stages],
    ["ui.next.stage", stages],
    ["ui.outbox.state", all<OutboxState>({ queued: true, reserving: true, reserved: true, uploading: true, amending: true, following: true, cancelling: true, collecting: true, finished: true })],
    ["ui.outbox.outcome", ["accepted", "refused", "failed", "cancelled", "other"]],
    ["ui.journal.fault", all<JournalFault>({ altered: true, missing: true, moved: true, added: true, truncated: true, rewritten: true, checkpoint: true }).map((fault) => `${fault}.what`)],
    ["ui.journal.topics", topics],
    ["ui.outbox.waiting", ["network", "sign-in", "portal"]],
    ["preflight", checks.flatMap((check) => states.map((state) => `${check}.${state}`))],
    ["ui.signing.checkStates", states],
    ["ui.signing.items", all<ItemState>({ waiting: true, signed: true, failed: true, skipped: true })],
    ["ui.signing.phases", all<SigningPhase>({ checking: true, pin: true, device: true, signing: true, stopping: true })],
    [
      "doctor.step",
      all<DoctorStep>({
        usb: true, service: true, reader: true, card: true, module: true, bitness: true, load: true, slot: true, token: true, certificates: true, key: true,
        signature: true, verification: true,
      }),
    ],
    ["doctor.state", all<StepState>({ ok: true, warning: true, broken: true, "not-applicable": true, "not-checked": true })],
    [
      "journal",
      [
        "organisation-added", "signed-in", "sign-in-failed", "signed-out", "document-added", "document-taken-back", "document-handed-over", "document-taken-over", "document-merged", "goskey-asked", "goskey-joined", "goskey-not-joined", "retention-class-set", "retention-class-reset", "document-held", "document-released", "document-deleted", "document-deleted-early", "draft-begun", "draft-removed", "draft-taken-back", "draft-erased", "draft-filed", "draft-handed-over", "draft-merged", "draft-taken-over", "address-made", "address-sent", "incoming-dropped", "document-signed", "document-signed-unopened", "signed-under-poa", "poa-attached",
        "signing-started", "signing-resumed", "signing-stopped", "signing-dropped", "sign-failed", "document-queued",
        "order-requested", "order-reserved", "order-not-reserved", "order-lost", "upload-started", "upload-not-received", "order-pushed", "outcome-unknown",
        "final-status", "status-changed", "result-received", "submission-finished", "submission-withdrawn", "document-exported", "api-key-changed", "api-key-added", "api-key-removed", "session-ended", "session-forgotten", "session-renewed", "file-signed", "test-signature-made", "certificate-ordered", "certificate-imported",
        "order-stuck", "answer-queued", "answer-started", "answer-not-received", "cancel-wanted", "cancel-requested", "cancel-settled", "cancel-refused",
        "passphrase-added", "passphrase-changed", "passphrase-removed", "keychain-added", "keychain-removed", "recovery-code-made", "recovery-code-removed", "recovery-code-used",
        "not-permitted", "refused-by-portal", "link-requested", "link-withdrawn", "organisation-linked", "organisation-unlinked", "registration-requested", "registration-corrected", "notification-channels-changed", "device-revoked",
        "subscription-begun", "subscription-confirmed", "subscription-extended", "subscription-cancelled", "licence-saved", "access-reviewed", "employee-access-revoked", "employee-copy-saved", "employee-invited", "employee-removed", "employee-restored", "employee-role-changed", "invitation-accepted", "invitation-declined", "invitation-revoked", "role-changed", "role-made", "role-removed", "representative-requested", "representative-confirmed", "services-enabled",
        "poa-added", "poa-chosen", "poa-expired", "poa-heard", "poa-not-received", "poa-not-sent", "poa-outcome-unknown", "poa-queued", "poa-refused", "poa-registered", "poa-replaced", "poa-replacement-made", "poa-revocation-confirmed", "poa-revoked", "poa-scan-added", "poa-sent", "poa-signed", "poa-taken", "poa-unqueued",
        "mail-answered", "mail-deleted", "mail-deleted-early", "mail-exported", "mail-file-fetched", "mail-held", "mail-list-fetched", "mail-list-requested", "mail-not-opened", "mail-opened", "mail-opening", "mail-released",
      ],
    ],
    [
      "certificate.unfit",
      ["expired", "not-yet-valid", "other-organisation", "no-organisation", "no-key", "key-usage", "unsupported-algorithm", "passive-token", "damaged", "pin-locked"],
    ],
    ["verification.headline", all<Verdict>({ valid: true, invalid: true, unknown: true })],
    ["verification.format", ["cms", "xml", "pdf", "asic"]],
    ["verification.stamp", ["content", "signature", "references", "archive"]],
    ["verification.revocation", ["good-crl", "good-ocsp", "revoked", "unknown", "anchor"]],
    ["verification.material", ["certificate", "crl", "ocsp", "stamp"]],
    ["requisites", ["empty", "length", "character", "control-digit", "never-issued", "kind-mismatch"]],
    ["signature.verdict", all<Verdict>({ valid: true, invalid: true, unknown: true })],
    ["ui.pin", Object.keys(pinStates)],
    ["secret.state", Object.keys(pinStates)],
    ["secret.statePuk", ["low", "last-try", "locked"]],
    ["secret.title", purposes],
    ["secret.submit", [...purposes, "new-pin", "on-device"]],
    ["secret.field", kinds],
    ["ui.tokens.pin", [...Object.keys(pinStates).filter((state) => state !== "ok"), "dead"]],
    ["ui.tokens.puk", Object.keys(pukStates).filter((state) => state !== "ok")],
    ["ui.tokens.holder", Object.keys(holders).filter((holder) => holder !== "token")],
    ["ui.tokens.makes", ["gost2012-256-tc26-b", "gost2012-256-cryptopro-a", "gost2012-512-tc26-a", "rsa-2048", "p256"]],
    ["ui.tokens.renewal", renewalSteps.flatMap(({ code }) => [`${code}.what`, `${code}.todo`])],
    ["ui.certificate.uses", all<Use>({ sign: true, "sign-files": true, "sign-in": true })],
    [
      "ui.certificate.algorithms",
      [
        "gost-2001", "gost-2012-256", "gost-2012-512", "rsa", "rsa-pss", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ecdsa-brainpool-p256", "ecdsa-brainpool-p384", "dsa",
        "unsupported",
      ],
    ],
    ["ui.next", all<NextActor>({ you: true, program: true, portal: true, authority: true, nobody: true })],
    ["ui.document.filesKinds", all<FileKind>({ main: true, companion: true, signature: true, result: true, "result-signature": true })],
    ["ui.unlock.how", all<Protection>({ keychain: true, passphrase: true, both: true })],
  ];
  it.each(cases)("%s", (prefix, codes) => {
    expect(codes.filter((name) => !russian.has(`${prefix}.${name}`))).toEqual([]);
  });

  it("general errors have three parts", () => {
    for (const [name, parts] of Object.entries(ru.errors.app)) expect(Object.keys(parts).sort(), name).toEqual(["todo", "what", "why"]);
  });

  it("every code the tests and the fake host use is a real one", () => {
    const everything = sources(join(import.meta.dirname, ".."), () => true).map((path) => readFileSync(path, "utf8")).join("\n");
    const used = [...everything.matchAll(/(?:\buiError\(|rror: \{ code: )"([\w.-]+)"/g)].map((match) => match[1] ?? "");
    expect(used.length).toBeGreaterThan(20);
    const madeUp = ["cancelled", "future.code", "future.thing", "order.cancelled-by-portal"];
    expect(used.filter((name) => !madeUp.includes(name) && !russian.has(`errors.${name}.what`))).toEqual([]);
    for (const finding of demoFindings) expect(russian).toContain(`findings.${finding.code}`);
    for (const reason of demoSignatures.flatMap((signature) => signature.reasons)) expect(russian).toContain(`reasons.${reason}`);
    for (const entry of demoJournal()) expect(russian).toContain(`journal.${entry.action}`);
  });
});
