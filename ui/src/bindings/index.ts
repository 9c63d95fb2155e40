// Types and commands shared with the host. This file is generated from the Rust commands; never edit by hand.
import { invoke } from "@tauri-apps/api/core";

export type Environment = "production" | "test" | "demo";
export type Language = "ru" | "en";
export type Theme = "system" | "light" | "dark";
/** Text is looked up in assets/locales under errors.<code>. */
export type UiError = { code: string; params: { [key in string]: string }; retriable: boolean };

export type Phase = "first-start" | "locked" | "no-organisation" | "ready";
export type Protection = "keychain" | "passphrase" | "both";
export type AppState = {
  phase: Phase;
  version: string;
  environment: Environment | null;
  /** How the vault can be unlocked; null before it exists. */
  protection: Protection | null;
  keychainAvailable: boolean;
  organisation: OrganisationView | null;
  organisations: OrganisationView[];
  session: SessionView | null;
  network: Network;
  lastSync: string | null; // RFC 3339
  outboxPending: number;
  settings: Settings;
};
export type Network = "unknown" | "online" | "offline";
export type OrganisationKind = "legal" | "sole-proprietor";
export type OrganisationView = {
  id: string; name: string; kind: OrganisationKind; inn: string; ogrn: string; kpp: string | null; region: string;
  environment: Environment; hasApiKey: boolean;
};
export type SessionView = { holder: string; position: string | null; certificateId: string; signedInAt: string; expiresAt: string };
export type Settings = { language: Language; theme: Theme; lockAfterMinutes: number; modules: string[] };

export type CreateVault = { environment: Environment; protection: Protection };
export type NewOrganisation = { name: string; inn: string; ogrn: string; kpp: string | null; region: string; apiKey: string | null };
export type Requisites = { inn: string; ogrn: string; kpp: string };
/** null = nothing to complain about (empty fields included); else a code under requisites.<code>. */
export type RequisitesVerdict = { kind: OrganisationKind | null; inn: FieldProblem | null; ogrn: FieldProblem | null; kpp: FieldProblem | null };
export type FieldProblem = { code: string; params: { [key in string]: string } };

export type PinState = "ok" | "low" | "last-try" | "locked" | "must-change" | "on-device";
export type TokenView = { id: string; label: string; model: string; serial: string; module: string; pin: PinState; passive: boolean };
export type CertificateView = {
  id: string; // SHA-256 of the certificate, hex
  holder: string; organisation: string | null; position: string | null; inn: string | null; organisationInn: string | null; ogrn: string | null;
  issuer: string; serial: string; notBefore: string; notAfter: string; daysLeft: number; algorithm: string; token: TokenView | null;
  /** Empty = fit for signing in and signing for the chosen organisation. Codes under certificate.unfit.<code>. */
  unfit: FieldProblem[];
};
export type TokenScan = { tokens: TokenView[]; certificates: CertificateView[]; problems: ModuleProblem[] };
export type ModuleProblem = { module: string; error: UiError };

export type Stage = "invalid" | "ready" | "signed" | "queued" | "sending" | "outcome-unknown" | "sent" | "needs-correction" | "accepted" | "refused" | "failed" | "cancelled";
export type DocumentQuery = { stages: Stage[]; text: string; offset: number; limit: number };
export type DocumentRow = {
  id: string; title: string; format: string; stage: Stage; added: string; updated: string; errors: number; warnings: number; signed: boolean;
  orderId: string | null; statusTitle: string | null;
};
export type DocumentList = { rows: DocumentRow[]; total: number };
export type Severity = "warning" | "error";
export type FindingView = { code: string; severity: Severity; file: string; line: number | null; element: string | null; params: { [key in string]: string } };
export type FileKind = "main" | "companion" | "signature" | "result" | "result-signature";
export type FileView = { name: string; kind: FileKind; size: number; digest: string; signs: string | null };
export type ReadableField = { label: string; value: string };
export type ReadableTable = { columns: string[]; rows: string[][] };
export type ReadableSection = { heading: string; fields: ReadableField[]; tables: ReadableTable[] };
export type Readable = { title: string; sections: ReadableSection[] };
export type Verdict = "valid" | "invalid" | "unknown";
/** Reasons are codes under signature.<code>. */
export type SignatureView = { file: string; signer: string; organisation: string | null; signingTime: string | null; verdict: Verdict; reasons: string[]; certificateId: string; checkedAt: string };
export type StatusView = { title: string; comment: string | null; at: string; final: boolean; code: string | null };
export type ServiceView = { code: string; title: string; needsSignature: boolean };
export type NextActor = "you" | "program" | "portal" | "authority" | "nobody";
export type DocumentPage = {
  row: DocumentRow; files: FileView[]; findings: FindingView[]; readable: Readable | null; raw: string | null; rawTruncated: boolean; encoding: string | null;
  signatures: SignatureView[]; history: StatusView[]; journal: JournalRow[]; submission: OutboxRow | null; services: ServiceView[]; nextActor: NextActor;
};
export type ImportOutcome = { name: string; documentId: string | null; duplicateOf: string | null; error: UiError | null };

export type CheckState = "ok" | "warning" | "failed" | "skipped";
/** One line of the pre-flight list; text under preflight.<code>. */
export type Check = { code: string; state: CheckState; params: { [key in string]: string } };
export type Preflight = { checks: Check[]; canSign: boolean; documents: DocumentRow[] };
export type SignOutcome = { documentId: string; error: UiError | null };

export type OutboxState = "queued" | "reserving" | "reserved" | "uploading" | "following" | "collecting" | "finished";
export type OutboxRow = {
  id: string; documentId: string; documentTitle: string; service: string; serviceTitle: string; state: OutboxState; outcome: string | null; outcomeUnknown: boolean;
  orderId: string | null; attempts: number; nextTry: string | null; waitingFor: "network" | "sign-in" | "portal" | null; lastError: UiError | null; created: string; canWithdraw: boolean;
};
/** Text under journal.<action>. */
export type JournalRow = { seq: number; at: string; actor: string; action: string; documentId: string | null; params: { [key in string]: string } };
export type JournalPage = { rows: JournalRow[]; total: number };
export type JournalCheck = { entries: number; brokenAt: number | null };
export type Today = { needsAction: DocumentRow[]; inProgress: DocumentRow[]; recent: DocumentRow[]; certificateExpiry: { holder: string; daysLeft: number } | null };
export type ModuleView = { name: string; path: string; own: boolean; error: UiError | null };

export type SecretKind = "pin" | "passphrase" | "new-passphrase";
/** Put into the secret window as window.__SECRET_PROMPT__ before its script runs. */
export type SecretPrompt = {
  kind: SecretKind; language: Language; theme: Theme;
  purpose: "sign-in" | "sign" | "unlock" | "create-vault";
  holder: string | null; organisation: string | null; host: string | null; tokenLabel: string | null; tokenSerial: string | null;
  documents: string[]; pinState: PinState | null; minLength: number; maxLength: number; error: UiError | null;
};

export const commands = {
  appState: () => invoke<AppState>("app_state"),
  checkRequisites: (requisites: Requisites) => invoke<RequisitesVerdict>("check_requisites", { requisites }),
  createVault: (request: CreateVault) => invoke<AppState>("create_vault", { request }),
  unlock: () => invoke<AppState>("unlock"),
  lock: () => invoke<AppState>("lock"),
  addOrganisation: (request: NewOrganisation) => invoke<AppState>("add_organisation", { request }),
  selectOrganisation: (id: string) => invoke<AppState>("select_organisation", { id }),
  setApiKey: (apiKey: string) => invoke<AppState>("set_api_key", { apiKey }),
  scanTokens: () => invoke<TokenScan>("scan_tokens"),
  signIn: (certificateId: string) => invoke<SessionView>("sign_in", { certificateId }),
  signOut: () => invoke<AppState>("sign_out"),
  today: () => invoke<Today>("today"),
  pickDocuments: () => invoke<ImportOutcome[]>("pick_documents"),
  documents: (query: DocumentQuery) => invoke<DocumentList>("documents", { query }),
  document: (id: string) => invoke<DocumentPage>("document", { id }),
  preflight: (documents: string[], certificateId: string | null) => invoke<Preflight>("preflight", { documents, certificateId }),
  signDocuments: (documents: string[], certificateId: string) => invoke<SignOutcome[]>("sign_documents", { documents, certificateId }),
  sendDocument: (id: string, service: string) => invoke<OutboxRow>("send_document", { id, service }),
  withdraw: (submission: string) => invoke<OutboxRow>("withdraw", { submission }),
  outbox: () => invoke<OutboxRow[]>("outbox"),
  syncNow: () => invoke<AppState>("sync_now"),
  exportDocument: (id: string) => invoke<boolean>("export_document", { id }),
  journal: (offset: number, limit: number) => invoke<JournalPage>("journal", { offset, limit }),
  verifyJournal: () => invoke<JournalCheck>("verify_journal"),
  saveSettings: (settings: Settings) => invoke<AppState>("save_settings", { settings }),
  modules: () => invoke<ModuleView[]>("modules"),
  addModule: () => invoke<ModuleView[]>("add_module"),
};
/** The only command of the secret window; null = cancelled. */
export const secretCommands = { submitSecret: (value: string | null) => invoke<null>("submit_secret", { value }) };
/** Events of the host: name → payload. */
export type Events = { "state-changed": AppState; "documents-changed": null; "outbox-changed": null; imported: ImportOutcome[]; "tokens-changed": null };
