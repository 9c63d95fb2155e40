/** Prompts of the secret window for `vite --mode fake`, chosen by ?prompt=…; &theme= and &lang= as in the main window. */
import { mockIPC } from "@tauri-apps/api/mocks";
import type { SecretPrompt, StepUpPrompt } from "../bindings";

const base: SecretPrompt = {
  kind: "pin", language: "ru", theme: "system", purpose: "sign-in", holder: "Ермаков Андрей Викторович", organisation: "ООО «Северный ветер»",
  host: "esia.gosuslugi.ru", tokenLabel: "Рутокен Ермакова", tokenSerial: "3F0A91C2", documents: [], pinState: "ok", minLength: 6, maxLength: 32, revocation: null, stepUp: null, error: null,
};
const documents = Array.from({ length: 12 }, (_, i) => `Акт сверки № ${1240 - i} от 20.11.2026 — ООО «Балтика-Транс»`);
const ofVault: Partial<SecretPrompt> = { holder: null, organisation: null, host: null, tokenLabel: null, tokenSerial: null, pinState: null, minLength: 1, maxLength: 256 };
const ofToken: Partial<SecretPrompt> = { holder: null, organisation: null, host: null };
const ofFile: Partial<SecretPrompt> = { kind: "key-file", tokenLabel: "Ключ директора.p12", tokenSerial: null, pinState: null, minLength: 0, maxLength: 0 };

const stepUp: StepUpPrompt = {
  title: "Открепление организации ООО «Северный ветер»", operation: "unlink", factor: "sms", others: ["email", "app"], sentTo: "+7 ••• •••-01-82",
  resendAt: new Date(Date.now() + 45_000).toISOString(), expires: new Date(Date.now() + 300_000).toISOString(), attemptsLeft: null,
};

export const prompts: Record<string, SecretPrompt> = {
  "sign-in": { ...base, revocation: { code: "certificate-revocation", state: "ok", params: { hours: "3" } } },
  "sign-in-unknown": { ...base, revocation: { code: "certificate-revocation", state: "warning", params: { reason: "no-answer" } } },
  sign: { ...base, purpose: "sign", host: null, documents },
  low: { ...base, pinState: "low", error: { code: "token.pin-incorrect", params: {}, retriable: true } },
  "last-try": { ...base, purpose: "sign", host: null, documents: documents.slice(0, 1), pinState: "last-try" },
  locked: { ...base, pinState: "locked" },
  "must-change": { ...base, pinState: "must-change" },
  "on-device": { ...base, pinState: "on-device" },
  unlock: { ...base, kind: "passphrase", purpose: "unlock", holder: null, organisation: null, host: null, tokenLabel: null, tokenSerial: null, pinState: null, minLength: 1, maxLength: 1024 },
  "new-passphrase": {
    ...base, kind: "new-passphrase", purpose: "create-vault", holder: null, organisation: null, host: null, tokenLabel: null, tokenSerial: null, pinState: null,
    minLength: 8, maxLength: 1024,
  },
  "recovery-code": { ...base, ...ofVault, kind: "recovery-code", purpose: "recover-access" },
  "restore-by-code": { ...base, ...ofVault, kind: "recovery-code", purpose: "restore-backup" },
  "new-recovery-code": { ...base, ...ofVault, kind: "new-recovery-code", purpose: "make-recovery-code" },
  prove: { ...base, ...ofVault, kind: "passphrase", purpose: "change-protection" },
  "set-passphrase": { ...base, ...ofVault, kind: "new-passphrase", purpose: "set-passphrase", minLength: 8 },
  "change-pin": { ...base, ...ofToken, purpose: "change-pin" },
  "new-pin": { ...base, ...ofToken, purpose: "change-pin", kind: "new-pin", pinState: null },
  puk: { ...base, ...ofToken, purpose: "unblock", kind: "puk" },
  "puk-low": { ...base, ...ofToken, purpose: "unblock", kind: "puk", pinState: "low" },
  "puk-last-try": { ...base, ...ofToken, purpose: "unblock", kind: "puk", pinState: "last-try" },
  "make-key": { ...base, ...ofToken, purpose: "make-key" },
  "import-certificate": { ...base, ...ofToken, purpose: "import-certificate" },
  "key-file": { ...base, ...ofToken, ...ofFile, purpose: "open-key-file" },
  "confirm-choice": { ...base, ...ofVault, kind: "factor", purpose: "step-up", stepUp: { ...stepUp, factor: null, others: ["sms", "email", "app", "password", "token"], sentTo: null, resendAt: null } },
  "confirm-code": { ...base, ...ofVault, kind: "one-time-code", purpose: "step-up", stepUp },
  "confirm-again": {
    ...base, ...ofVault, kind: "one-time-code", purpose: "step-up", stepUp: { ...stepUp, attemptsLeft: 1, resendAt: new Date(0).toISOString() },
    error: { code: "cabinet.refused.factor-wrong", params: { left: "1", message: "", support: "" }, retriable: false },
  },
  "confirm-password": { ...base, ...ofVault, kind: "account-password", purpose: "step-up", stepUp: { ...stepUp, factor: "password", others: [], sentTo: null, resendAt: null } },
  "confirm-signature": { ...base, purpose: "step-up", documents: ["Открепить организацию ООО «Северный ветер»", "ИНН 7801234564", "Номер подтверждения 7f3a"] },
  "link-code": { ...base, ...ofVault, kind: "one-time-code", purpose: "link-organisation", organisation: "ООО «Северный ветер»", stepUp: { ...stepUp, title: null, operation: "link", factor: "director", others: [] } },
  "sign-with-file": { ...base, ...ofFile, purpose: "sign", host: null, documents },
};

/** The code the tests know. */
export const demoCode = "01237-4567K-89ABE-CDEFY-GHJKN-MNPQ1-RSTVW";

export function startFakeSecret(search: string) {
  const query = new URLSearchParams(search);
  const prompt = prompts[query.get("prompt") ?? "sign-in"] ?? base;
  window.__SECRET_PROMPT__ = {
    ...prompt, theme: (query.get("theme") as SecretPrompt["theme"] | null) ?? "system", language: query.get("lang") === "en" ? "en" : "ru",
  };
  window.__RECOVERY_CODE__ = demoCode;
  mockIPC(() => null);
}
