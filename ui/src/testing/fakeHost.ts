/** A host made of plain data: answers every command of the bindings, for tests and for `vite --mode fake`. */
import { emit } from "@tauri-apps/api/event";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import type {
  AppState, CalendarProfile, CreateVault, Diagnosis, DocumentPage, DocumentRow, EmployeePage, FileCheck, FileToSign, GoskeyAsk, GoskeyOffer, GoskeyRequest, HandOverRow, HotFolder, ImportOutcome, InvitationRow, NamedSearch, NewOrganisation, OutboxRow, PoaAuthority, PoaChoice, Preflight, ProtectionChange, Reply, RepresentativeView, ServiceView, Settings, SignedUnderRow, SigningChoices, SigningRequest, TokenScan, UiError, WaitingFile,
} from "../bindings";
import type { Events } from "../ipc";
import { absentDrive, checked, demoBackups, foundBackup, noBackups, withNewBackup } from "./demoBackups";
import { demoConnection, noConnection } from "./demoConnection";
import { cabinetCommands, demoChannels, demoMine, demoNotifications, demoSecurity, registration, showCabinet } from "./demoCabinet";
import { demoStaff, employeeCommands, showEmployees } from "./demoEmployees";
import { demoInspections, showInspections } from "./demoInspections";
import { demoLicences, demoSubscriptions, representative, showSubscriptions, subscriptionCommands } from "./demoSubscriptions";
import { demoCalendar, demoEntries, entry, guessedProfile } from "./demoCalendar";
import { demoChain, demoDiagnosis, demoTested, hungModule, idleModule, lastTry, longChain, noService, notConnected, passiveToken } from "./demoDoctor";
import { demoDocuments, demoFindings, demoHistory, demoRaw, demoReadable, demoServices, demoSignatures, twoServices } from "./demoDocuments";
import { demoServiceForm, FakeServices } from "./fakeServices";
import { FakeMail } from "./fakeMail";
import { FakeOrders } from "./fakeOrders";
import { FakePoas, poaRow } from "./fakePoas";
import { demoArrivals, demoModules, demoOutbox, demoTrust, outboxRow } from "./demoOutbox";
import { goskeyRequest, showGoskey } from "./demoGoskey";
import { broken, demoJournal, journalCommands, without } from "./demoJournal";
import { FakeEsia, demoPerson, esiaCommands } from "./fakeEsia";
import { FakeDrafts, draftCommands, filled } from "./fakeDrafts";
import { director, foreign, fullScan, inDays, proprietor, scanOf, wind } from "./demoPeople";
import { poaBackCommands } from "./fakePoaBack";
import { poaPeople } from "./fakePoaForm";
import { demoChoices, demoWaiting } from "./demoSigning";
import { chosenPoa, mayUnder, poaChecks, poasOf, type DemoPoa } from "./demoSigningPoa";
import { showTokens, tokenCommands } from "./demoTokens";
import { searchCommands } from "./demoSearch";
import { demoCheck, demoReport, demoSigner, failedCheck } from "./demoVerification";
import { FakeRetention, demoProblems, retentionCommands } from "./fakeRetention";
import { FakeSigning, shownOf } from "./fakeSigning";
import { FakeToSign, showToSign } from "./fakeToSign";
import { nextActorOf } from "./nextActor";
import { checkRequisites } from "./requisites";

type Args = Record<string, never>;
type Handler = (args: never) => unknown;

export const uiError = (code: string, params: Record<string, string> = {}, retriable = false): UiError => ({ code, params, retriable });

export const readyState = (part: Partial<AppState> = {}): AppState => ({
  phase: "ready", version: "0.1.0", environment: "demo", protection: "both", recoveryCode: inDays(-40), keychainAvailable: true, organisation: wind, organisations: [wind, proprietor],
  session: {
    holder: director.holder, position: director.position, certificateId: director.id, way: "signature", renews: false, signedInAt: inDays(-0.05), expiresAt: inDays(0.28),
  },
  standing: null, sessionEnded: null, network: "online", lastSync: inDays(-0.002), failing: null, outboxPending: 3, settings: { language: "ru", theme: "system", lockAfterMinutes: 15, modules: [], timeStampServices: [], connection: noConnection, keepSignedIn: true }, ...part,
});

/** What becomes of the protection; the host refuses what would leave nothing, as the screen does not offer it. */
function changedProtection({ protection }: AppState, change: ProtectionChange): Partial<AppState> {
  switch (change) {
    case "set-passphrase":
      return { protection: protection === "keychain" ? "both" : protection };
    case "add-keychain":
      return { protection: "both" };
    case "remove-passphrase":
      return { protection: "keychain" };
    case "remove-keychain":
      return { protection: "passphrase" };
    case "make-recovery-code":
      return { recoveryCode: new Date().toISOString() };
    case "remove-recovery-code":
      return { recoveryCode: null };
  }
}

export class FakeHost {
  state: AppState;
  documents: DocumentRow[];
  scan: TokenScan = fullScan;
  diagnosis: Diagnosis = demoDiagnosis();
  outbox: OutboxRow[] = demoOutbox();
  orders = new FakeOrders();
  poas = new FakePoas(() => void this.emit("documents-changed", null));
  mail = new FakeMail(() => this.emit("mail-changed", null));
  journal = demoJournal();
  services: ServiceView[] = demoServices;
  trust = demoTrust();
  backups = demoBackups();
  /** Times documents were handed over, by their identities, and who waits for them. */
  readonly handOvers = new Map<string, HandOverRow[]>();
  reply: Reply | null = null;
  /** Requests to Госключ by the document they are shown at. */
  readonly goskey = new Map<string, GoskeyRequest[]>();
  goskeyOffer: Omit<GoskeyOffer, "documents"> = { people: [{ name: "Васильков Иван Сергеевич", snils: "900-000-002 83", oid: null }], problem: null, mostHours: 24 };
  imports: ImportOutcome[] = [{ name: "ON_AKTSVEROTP_1.xml", documentId: "doc-0002", draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] }];
  /** What the next chosen file turns out to be. */
  choices: SigningChoices = demoChoices();
  waiting: WaitingFile[] = [];
  savedSearches: NamedSearch[] = [];
  toVerify: FileCheck = demoCheck(demoReport([demoSigner("valid")]));
  verified: FileCheck | null = null;
  toSign: FileToSign | null = null;
  deadlines = demoEntries();
  calendarProfile: CalendarProfile = guessedProfile;
  mine = demoMine();
  registrations = [registration()];
  staff = demoStaff();
  /** What differs of single people. */
  readonly persons = new Map<string, Partial<EmployeePage>>();
  ownInvitations: InvitationRow[] = [];
  subscriptions = demoSubscriptions();
  licences = demoLicences();
  inspections = demoInspections();
  representative: RepresentativeView | null = representative({ status: "confirmed", method: "signature" });
  channels = demoChannels();
  security = demoSecurity();
  notifications = demoNotifications();
  hotFolder: HotFolder = { folder: null, problem: null, arrivals: [] };
  /** How long every command takes, milliseconds. */
  delay = 0;
  /** Every call in order, for tests to look at. */
  readonly calls: { command: string; args: unknown }[] = [];
  /** What was shown of the documents that were opened. */
  readonly opened = new Map<string, string>();
  /** What is known for {@link foreign}, whose certificate names no organisation. */
  signingPoas: DemoPoa[] = [];
  /** Documents that have to name their power of attorney, and the copies that do. */
  readonly carriers = new Set<string>();
  readonly attached = new Set<string>();
  /** What is said of the first signature of a document. */
  authority: PoaAuthority | null = null;
  readonly signedUnder = new Map<string, SignedUnderRow[]>();
  readonly signing = new FakeSigning({
    title: (id) => this.find(id).title,
    signed: (id) => this.setStage(id, "signed", true, false),
    changed: () => this.emit("documents-changed", null),
    progress: (progress) => this.emit("signing-progress", progress),
  });
  readonly toSignList = new FakeToSign(this);
  readonly retention = new FakeRetention();
  readonly esia = new FakeEsia();
  readonly drafts = new FakeDrafts(() => this.emit("drafts-changed", null));
  readonly catalogue = new FakeServices(() => this.emit("services-changed", null));
  private readonly overrides = new Map<string, Handler>();

  constructor(state: AppState = readyState(), documentCount = 5000) {
    this.state = state;
    this.documents = demoDocuments(documentCount);
  }

  /** Answers one command in another way; throw a UiError to reject. */
  on(command: string, handler: Handler): this {
    this.overrides.set(command, handler);
    return this;
  }

  fail(command: string, error: UiError): this {
    return this.on(command, () => {
      throw error;
    });
  }

  called = (command: string) => this.calls.filter((call) => call.command === command);

  emit<K extends keyof Events>(name: K, payload: Events[K]) {
    return emit(name, payload);
  }

  change(part: Partial<AppState>): AppState {
    this.state = { ...this.state, ...part };
    return this.state;
  }

  install(): this {
    mockIPC(
      async (command, args) => {
        this.calls.push({ command, args });
        if (this.delay > 0) await new Promise((done) => setTimeout(done, this.delay));
        const handler = this.overrides.get(command) ?? (this.commands as Record<string, Handler>)[command];
        if (!handler) throw uiError("app.unexpected", { detail: `no command ${command}` });
        return handler(args as never);
      },
      { shouldMockEvents: true },
    );
    return this;
  }

  uninstall() {
    clearMocks();
  }

  private find = (id: string): DocumentRow => {
    const row = this.documents.find((candidate) => candidate.id === id);
    if (!row) throw uiError("app.not-found");
    return row;
  };

  private setStage(id: string, stage: DocumentRow["stage"], signed = true, tell = true) {
    this.documents = this.documents.map((row) => (row.id === id ? { ...row, stage, signed, updated: new Date().toISOString() } : row));
    if (tell) void this.emit("documents-changed", null);
  }

  private page = (id: string): DocumentPage => {
    const row = this.find(id);
    const raw = demoRaw(row.id === "doc-0002" ? 3000 : 60);
    return {
      row, shown: shownOf(id),
      files: [{ name: "ON_AKTSVEROTP_1.xml", kind: "main", size: raw.length * 2, digest: "9c".repeat(32), signs: null },
        ...(row.signed ? [{ name: "ON_AKTSVEROTP_1.xml.sig", kind: "signature" as const, size: 3120, digest: "7e".repeat(32), signs: "ON_AKTSVEROTP_1.xml" }] : [])],
      findings: row.stage === "invalid" ? demoFindings : row.warnings > 0 ? demoFindings.slice(2) : [],
      readable: demoReadable(row), raw, rawTruncated: row.id === "doc-0002", encoding: "windows-1251",
      signatures: row.signed ? demoSignatures.map((one, index) => (index === 0 ? { ...one, authority: this.authority } : one)) : [], signedUnder: this.signedUnder.get(id) ?? [], history: row.orderId ? demoHistory : [],
      journal: this.journal.slice(0, 6).map((entry) => ({ ...entry, documentId: id })),
      submission: this.outbox.find((submission) => submission.documentId === id) ?? null, handOvers: this.handOvers.get(id) ?? [], goskey: this.goskey.get(id) ?? [], services: this.services, nextActor: nextActorOf(row.stage), retention: this.retention.view(row), answers: this.mail.answeredBy(id),
    };
  };

  private preflight = (documents: string[], poa: PoaChoice | null = null): Preflight => {
    const lines = poa ? poaChecks(poa) : [];
    return {
      poa,
      canSign: lines.every((check) => check.state !== "failed"),
      documents: documents.map((id) => ({ row: this.find(id), shown: shownOf(id), opened: this.opened.get(id) === shownOf(id) ? inDays(-0.01) : null })),
      checks: [
        ...["file-readable", "schema", "service", "limits"].map((code) => ({ code, state: "ok" as const, params: {} })),
        { code: "certificate-valid-now", state: "ok" as const, params: { until: director.notAfter.slice(0, 10) } },
        { code: "certificate-chain", state: "ok" as const, params: {} },
        { code: "certificate-revocation", state: "warning" as const, params: { reason: "pki.revocation-stale" } },
        { code: "organisation-match", state: poa ? ("skipped" as const) : ("ok" as const), params: { organisation: wind.name } },
        { code: "person-may-sign", state: poa ? mayUnder(poa) : ("ok" as const), params: { position: director.position ?? "" } },
        { code: "token-present", state: "ok" as const, params: { token: director.token?.label ?? "" } },
        { code: "pin-tries", state: "ok" as const, params: {} },
        { code: "clock", state: "skipped" as const, params: {} },
        ...lines,
      ],
    };
  };

  private readonly commands = {
    app_state: () => this.state,
    check_requisites: ({ requisites }: { requisites: Parameters<typeof checkRequisites>[0] }) => checkRequisites(requisites),
    create_vault: ({ request }: { request: CreateVault }) =>
      this.change({ phase: "no-organisation", environment: request.environment, protection: request.protection }),
    unlock: () => this.change({ phase: this.state.organisation ? "ready" : "no-organisation" }),
    lock: () => this.change({ phase: "locked", session: null }),
    unlock_by_code: () => this.change({ phase: this.state.organisation ? "ready" : "no-organisation", protection: this.state.protection === "keychain" ? "both" : this.state.protection }),
    change_protection: ({ change }: { change: ProtectionChange }) => this.change(changedProtection(this.state, change)),
    ready_to_lock: () => null,
    note_activity: () => null,
    add_organisation: ({ request }: { request: NewOrganisation }) => {
      const added = {
        ...request, id: `org-${request.inn}`, kind: request.inn.length === 12 ? ("sole-proprietor" as const) : ("legal" as const),
        environment: this.state.environment ?? "demo", hasApiKey: request.apiKey !== null,
      };
      return this.change({ phase: "ready", organisation: added, organisations: [...this.state.organisations, added], session: null });
    },
    select_organisation: ({ id }: { id: string }) =>
      this.change({ organisation: this.state.organisations.find((organisation) => organisation.id === id) ?? null, session: null }),
    ...tokenCommands(this),
    ...cabinetCommands(this),
    ...subscriptionCommands(this),
    ...employeeCommands(this),
    inspections: () => this.inspections,
    ...draftCommands(this.drafts),
    ...poaBackCommands(),
    ...this.catalogue.commands(() => this.drafts.add({ kind: "new" })),
    ...retentionCommands(this),
    diagnose: () => ({ ...this.diagnosis }),
    test_signature: ({ diagnosis, certificateId }: { diagnosis: Diagnosis; certificateId: string }) => demoTested(diagnosis, certificateId),
    sign_in: ({ certificateId }: { certificateId: string }) => {
      const holder = this.scan.certificates.find((candidate) => candidate.id === certificateId);
      const session = {
        holder: holder?.holder ?? "", position: holder?.position ?? null, certificateId, way: "signature" as const, renews: false, signedInAt: new Date().toISOString(), expiresAt: inDays(0.33),
      };
      this.change({ session, sessionEnded: null });
      return session;
    },
    sign_out: () => this.change({ session: null, sessionEnded: null }),
    ...esiaCommands(this),
    today: () => {
      const has = (stages: string[]) => this.documents.filter((row) => stages.includes(row.stage));
      return {
        needsAction: has(["needs-correction", "invalid", "ready", "signed", "refused", "failed"]).slice(0, 9),
        inProgress: has(["sent", "queued", "sending", "outcome-unknown"]), recent: has(["accepted", "cancelled"]).slice(0, 6),
        certificateExpiry: null, orders: { all: 128, open: 4, watched: 2 },
      };
    },
    pick_documents: () => this.imports,
    stop_import: () => null,
    hand_over_offer: () => ({ colleagues: this.drafts.colleagues, reply: this.reply }),
    hand_over_documents: () => true,
    goskey_offer: ({ ids }: { ids: string[] }): GoskeyOffer => ({
      ...this.goskeyOffer,
      documents: ids.map((id, place) => ({ documentId: id, title: this.find(id).title, file: `Акт сверки ${place + 1}.xml`, sentAs: `Akt_sverki_${place + 1}.xml` })),
    }),
    ask_goskey: ({ ids, ask }: { ids: string[]; ask: GoskeyAsk }) => {
      const request = goskeyRequest({ documentId: "doc-0004", kind: ask.kind, person: ask.name || null, snils: ask.snils || null, oid: ask.oid || null, state: "not-sent" }, ids);
      for (const id of [...ids, "doc-0004"]) this.goskey.set(id, [request]);
      return "doc-0004";
    },
    ...this.toSignList.commands(),
    ...searchCommands(this),
    document: ({ id }: { id: string }) => this.page(id),
    preflight: ({ documents, certificateId, poa }: { documents: string[]; certificateId: string | null; poa: string | null }) =>
      this.preflight(documents, certificateId === foreign.id ? chosenPoa(this.signingPoas, poa, documents, this.carriers, this.attached) : null),
    attach_poa: ({ document }: { document: string; number: string; certificateId: string }) => {
      const copy = `${document}-poa`;
      this.documents = [...this.documents, { ...this.find(document), id: copy }];
      this.attached.add(copy);
      return copy;
    },
    note_opened: ({ id, shown }: { id: string; shown: string }) => {
      this.opened.set(id, shown);
      return null;
    },
    start_signing: ({ request }: { request: SigningRequest }) => this.signing.start(request, director),
    continue_signing: ({ run, retry }: { run: string; retry: boolean }) => this.signing.goOn(run, retry),
    stop_signing: () => this.signing.stop(),
    signing_runs: () => this.signing.left(),
    drop_signing: ({ run }: { run: string }) => this.signing.drop(run),
    send_document: ({ id }: { id: string; service: string }) => {
      const row = outboxRow({ id: `sub-${id}`, documentId: id, state: "queued", canWithdraw: true });
      this.outbox = [row, ...this.outbox];
      this.setStage(id, "queued");
      return row;
    },
    withdraw: ({ submission }: { submission: string }) => {
      this.outbox = this.outbox.map((row) => (row.id === submission ? { ...row, state: "finished", outcome: "cancelled", canWithdraw: false } : row));
      void this.emit("outbox-changed", null);
      return this.outbox.find((row) => row.id === submission);
    },
    outbox: () => this.outbox,
    ...this.orders.commands(),
    ...this.poas.commands(),
    ...this.mail.commands(),
    sync_now: () => this.change({ lastSync: new Date().toISOString() }),
    export_documents: () => true,
    file_check: () => this.verified,
    choose_signed: () => (this.verified = this.toVerify),
    choose_content: () => (this.verified = demoCheck(demoReport([demoSigner("valid")]))),
    check_online: () => (this.verified = demoCheck(demoReport([demoSigner("valid")], { online: true }))),
    put_down: () => {
      this.verified = null;
      return null;
    },
    save_protocol: () => true,
    aim_drops: () => null,
    file_to_sign: () => this.toSign,
    choose_to_sign: () => (this.toSign = { name: "Договор поставки.pdf", size: 48_213, existing: null }),
    choose_existing: () => (this.toSign = this.toSign && { ...this.toSign, existing: "Договор поставки.pdf.sig" }),
    forget_existing: () => (this.toSign = this.toSign && { ...this.toSign, existing: null }),
    sign_file: () => ({ name: "Договор поставки.pdf.sig", folder: "/home/user/Документы", noStamp: null, queued: false, report: demoReport([demoSigner("valid")]) }),
    signing_choices: () => this.choices,
    raise_verified: () => {
      const report = demoReport([demoSigner("valid", { profile: "cades-lt" })]);
      report.file.name = "Договор поставки.pdf (2).sig";
      this.verified = demoCheck(report);
      return { name: report.file.name, folder: "/home/user/Документы", noStamp: null, queued: false, report };
    },
    waiting_files: () => this.waiting,
    stamp_now: () => (this.waiting = []),
    forget_waiting: ({ id }: { id: string }) => (this.waiting = this.waiting.filter((file) => file.id !== id)),
    ...journalCommands(this),
    backups: () => this.backups,
    back_up: () => (this.backups = withNewBackup(this.backups)),
    verify_backup: ({ id }: { id: string }) => (this.backups = checked(this.backups, id)),
    choose_backup_folder: () => (this.backups = { ...this.backups, folder: { path: "/media/user/Копии", present: true } }),
    forget_backup_folder: () => (this.backups = { ...this.backups, folder: null }),
    set_backup_keep: ({ keep }: { keep: number }) => (this.backups = { ...this.backups, keep }),
    find_backups: () => (this.backups = { ...this.backups, backups: [...this.backups.backups, foundBackup()] }),
    restore_backup: () => this.change({ phase: "ready" }),
    hot_folder: () => this.hotFolder,
    choose_hot_folder: () => (this.hotFolder = { ...this.hotFolder, folder: "/home/user/Выгрузка 1С" }),
    forget_hot_folder: () => (this.hotFolder = { ...this.hotFolder, folder: null }),
    take_back_arrival: ({ id }: { id: string }) =>
      (this.hotFolder = {
        ...this.hotFolder,
        arrivals: this.hotFolder.arrivals.map((row) => (row.id === id ? { ...row, outcome: "taken-back", documentId: null, title: null, canTakeBack: false } : row)),
      }),
    calendar: ({ from, to }: { from: string; to: string }) => demoCalendar(this.deadlines, this.calendarProfile, from, to),
    set_calendar_profile: ({ profile }: { profile: CalendarProfile }) => {
      this.calendarProfile = profile;
      return null;
    },
    mark_deadline: ({ id, done }: { id: string; done: boolean }) => {
      this.deadlines = this.deadlines.map((one) => (one.id === id ? { ...one, done } : one));
      return null;
    },
    add_deadline: ({ title, due }: { title: string; due: string }) => {
      this.deadlines = [...this.deadlines, { ...entry(`own/${this.deadlines.length}`, 0, { kind: "own", title, authority: null, source: null, period: null }), due, named: due }];
      return null;
    },
    remove_deadline: ({ id }: { id: string }) => {
      this.deadlines = this.deadlines.filter((one) => one.id !== id);
      return null;
    },
    save_settings: ({ settings }: { settings: Settings }) => this.change({ settings }),
    modules: demoModules,
    check_connection: () => demoConnection,
    add_module: demoModules,
    trust: () => this.trust,
    update_trust: () => (this.trust = demoTrust({ checkedAt: new Date().toISOString() })),
    add_trusted: () => this.trust,
    remove_trusted: ({ id }: { id: string }) => (this.trust = { ...this.trust, certificates: this.trust.certificates.filter((one) => one.id !== id) }),
  } satisfies Record<string, (args: Args & never) => unknown>;
}

/** Scenarios of the fake mode, chosen by ?scenario=…; &theme= and &lang= set the settings. */
export function startFakeHost(search: string): FakeHost {
  const query = new URLSearchParams(search);
  const scenario = query.get("scenario") ?? "ready";
  const settings: Settings = {
    language: query.get("lang") === "en" ? "en" : "ru", theme: (query.get("theme") as Settings["theme"] | null) ?? "system", lockAfterMinutes: 15, modules: [], timeStampServices: [], connection: noConnection, keepSignedIn: true,
  };
  const fake = new FakeHost(readyState({ settings }));
  fake.delay = 40;
  const nothing = { organisation: null, organisations: [], session: null, outboxPending: 0, lastSync: null };
  switch (scenario) {
    case "first-start":
      fake.change({ ...nothing, phase: "first-start", environment: null, protection: null });
      break;
    case "no-organisation":
      fake.change({ ...nothing, phase: "no-organisation" });
      break;
    case "locked":
      fake.change({ phase: "locked", session: null });
      break;
    case "empty":
      fake.documents = [];
      fake.outbox = [];
      fake.change({ outboxPending: 0, session: null, lastSync: null, network: "unknown" });
      fake.on("today", () => ({ needsAction: [], inProgress: [], recent: [], certificateExpiry: null, orders: { all: 0, open: 0, watched: 0 } }));
      fake.scan = scanOf();
      fake.deadlines = [];
      fake.poas.rows = [];
      break;
    case "goskey":
      showGoskey(fake.goskey);
      break;
    case "backups-none":
      fake.backups = noBackups();
      break;
    case "backups-absent":
      fake.backups = absentDrive();
      break;
    case "journal-broken":
      fake.on("verify_journal", () => broken(fake.journal.length, 977));
      break;
    case "journal-missing":
      fake.journal = without(fake.journal, 977);
      fake.on("verify_journal", () => broken(fake.journal.length, 977, "missing"));
      break;
    case "journal-empty":
      fake.journal = [];
      break;
    case "damaged":
      fake.change({ phase: "locked", session: null });
      fake.fail("unlock", uiError("store.damaged"));
      break;
    case "doctor-nothing":
      fake.diagnosis = demoDiagnosis([notConnected, idleModule]);
      break;
    case "doctor-service":
      fake.diagnosis = demoDiagnosis([noService, idleModule]);
      break;
    case "doctor-passive":
      fake.diagnosis = demoDiagnosis([passiveToken, idleModule]);
      break;
    case "doctor-hung":
      fake.diagnosis = demoDiagnosis([demoChain(), lastTry, hungModule, idleModule]);
      break;
    case "doctor-long":
      fake.diagnosis = demoDiagnosis([longChain, demoChain()]);
      break;
    case "drafts": {
      // draft-1 is whole, draft-2 has a conflict, draft-3 is begun, draft-4 is a template, draft-5 lies in the bin.
      fake.drafts.add({ ...filled });
      const shared = fake.drafts.add({ ...filled, number: "16" });
      fake.drafts.save(shared.id, 1, { ...filled, number: "17", to: "30.06.2025" }, "Вера Полевая");
      fake.drafts.save(shared.id, 1, { ...filled, number: "18" });
      fake.drafts.add({ currency: "643", "sender.kind": "organisation", "sender.inn": "9900000017", "recipient.kind": "organisation" });
      fake.drafts.add({ ...filled, number: "" }, { isTemplate: true, title: "Василёк, квартальный акт" });
      fake.drafts.add({ ...filled, number: "3" }, { isRemoved: true });
      break;
    }
    case "service-form":
      // draft-1: an application begun.
      fake.drafts.add({ kind: "new", files: `${"a".repeat(64)}/2048/устав.pdf` }, { form: demoServiceForm.code, service: "99000000010", formChanged: true });
      fake.on("draft_form", () => demoServiceForm);
      break;
    case "poas-many":
      fake.poas.rows = Array.from({ length: 3000 }, (_, index) => poaRow(index));
      break;
    case "offline":
      fake.change({ network: "offline", session: null });
      fake.fail("sync_now", uiError("portal.unreachable", {}, true));
      break;
    case "arrivals":
      fake.hotFolder = demoArrivals();
      break;
    case "production":
      fake.change({ environment: "production", organisation: { ...wind, environment: "production" }, organisations: [{ ...wind, environment: "production" }] });
      break;
    case "limits":
      fake.services = fake.services.map((service) => ({ ...service, problems: demoProblems }));
      break;
    case "held":
      fake.retention.hold("doc-0012", "Выездная налоговая проверка");
      break;
    case "services":
      fake.services = twoServices;
      break;
    case "verified":
    case "indeterminate":
    case "forged":
    case "many": {
      const verdict = { verified: "valid", indeterminate: "unknown", forged: "invalid", many: "valid" }[scenario] as "valid";
      const counter = demoSigner("unknown", { id: "1.1" });
      const signers = scenario === "many" ? [demoSigner("valid", { counterSignatures: [counter] }), demoSigner("unknown", { id: "2" }), demoSigner("invalid", { id: "3" })] : [demoSigner(verdict)];
      fake.toVerify = fake.verified = demoCheck(demoReport(signers));
      break;
    }
    case "content-needed":
      fake.toVerify = fake.verified = failedCheck("Договор поставки.pdf.sig", uiError("signature.content-required"));
      break;
    case "unreadable":
      fake.toVerify = fake.verified = failedCheck("Отпуск.jpg", uiError("signature.unreadable"));
      break;
    case "to-sign":
      fake.toSign = { name: "Договор поставки.pdf", size: 48_213, existing: null };
      break;
    case "waiting":
      fake.waiting = [demoWaiting(uiError("app.time-stamp", { why: "pki.stamp-service-unreachable" }, true))];
      break;
    case "wrong-pin":
      fake.change({ session: null });
      fake.fail("sign_in", uiError("token.pin-incorrect", {}, true));
      break;
    case "signed-out":
      fake.change({ session: null });
      break;
    case "esia-waiting":
      fake.change({ session: null });
      fake.esia.answers = false;
      break;
    case "esia-roles":
      fake.change({ session: null });
      fake.esia.person = demoPerson;
      break;
    case "esia-off":
      fake.change({ session: null, environment: "production" });
      fake.esia.browser = false;
      break;
    case "esia-ended":
      fake.change({ session: null, sessionEnded: uiError("esia.ended", {}, true) });
      break;
    case "slow":
      fake.delay = 600_000;
      fake.on("app_state", () => fake.state);
      break;
    case "broken":
      for (const command of ["today", "documents", "document", "outbox", "journal", "modules"]) fake.fail(command, uiError("app.io", {}, true));
      break;
    case "long": {
      const long = (title: string) => `${"Непереносимоеслово".repeat(12)} ${title}`;
      const organisation = { ...wind, name: `ООО «${"Длинноеназвание".repeat(8)}»` };
      fake.documents = fake.documents.map((row) => ({ ...row, title: long(row.title) }));
      fake.outbox = fake.outbox.map((row) => ({ ...row, documentTitle: long(row.documentTitle) }));
      fake.change({ organisation, organisations: [organisation] });
      break;
    }
    case "poa-allowed":
    case "poa-doubt":
    case "poa-refused":
    case "poa-none":
      fake.signingPoas = poasOf[scenario] ?? [];
      fake.scan = { ...fake.scan, certificates: [foreign] };
      fake.change({ session: null });
      break;
    case "signing":
      fake.signing.pace = 700;
      break;
    case "signing-many":
      fake.signing.pace = 60;
      fake.documents = fake.documents.slice(0, 300).map((row) => ({ ...row, stage: "ready", signed: false, orderId: null, statusTitle: null }));
      break;
    case "signing-pulled":
      fake.signing.pace = 300;
      fake.signing.breaks = { after: 2, error: uiError("token.removed", {}, true) };
      break;
    case "signing-failed":
      fake.signing.fails = (_, index) => (index % 4 === 1 ? uiError("app.document-changed", { title: "Акт сверки № 1239" }) : null);
      break;
    case "unfinished":
      fake.signing.leave(fake.documents.filter((row) => row.stage === "ready").slice(0, 10).map((row) => row.id), 3, director);
      break;
    case "imports":
      fake.imports = [
        { name: "ON_AKTSVEROTP_1.xml", documentId: "doc-0002", draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: null, problems: [] },
        { name: "ON_AKTSVEROTP_1 (копия).xml", documentId: null, draftId: null, duplicateOf: "doc-0002", signatures: 0, renewed: false, letter: null, error: null, problems: [] },
        { name: "отпуск.jpg", documentId: null, draftId: null, duplicateOf: null, signatures: 0, renewed: false, letter: null, error: uiError("app.too-large", { megabytes: "50" }), problems: [] },
      ];
      break;
    case "handed-over": {
      const who = { who: "Анна Ромашкина", colleague: null, byAddress: true, at: inDays(-0.2) };
      const note = "Подпишите, пожалуйста, до пятницы: в понедельник сдаём.";
      fake.handOvers.set("doc-0002", [{ ...who, way: "came-to-sign", note }]);
      fake.reply = { name: who.who, address: `age1${"z".repeat(58)}`, colleague: null };
      fake.imports = ["Акт сверки № 15.xml", "УПД № 7 от 16.03.2025.xml", "Письмо контрагенту об очень длинном предмете договора и его приложениях.pdf"].map((name, index) => ({
        name, documentId: index === 2 ? null : `doc-000${index + 2}`, draftId: null, duplicateOf: null, signatures: 0, renewed: false,
        letter: { from: who.who, colleague: null, note, back: false, organisation: null }, error: index === 2 ? uiError("package.unfit-signature", { file: `${name}.sig` }) : null, problems: [],
      }));
      break;
    }
    case "importing":
      setTimeout(() => void fake.emit("import-progress", { done: 128, total: 1400, name: "ON_AKTSVEROTP_DEMO-9900000024-990001001_DEMO-9900000017.xml" }), 300);
      break;
    case "poa-form":
      fake.drafts.addPoa();
      break;
    case "poa-form-whole":
      fake.drafts.poaChanges = {
        previous: "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f", isKnown: true,
        items: [{ what: "power-added", params: { name: "Подписывать акты сверки расчётов" } }, { what: "expires", params: { before: "31.08.2027", after: "31.12.2027" } }],
      };
      fake.drafts.addPoa({
        expires: "31.12.2027", ...Object.fromEntries(Object.entries(poaPeople[1]?.facts ?? {}).map(([name, value]) => [`representative.${name}`, value])), "powers/00000100/code": "DEMO_SRCDOC_ALL",
        "powers/00000100/name": "Подписывать первичные учётные документы", "powers/00000200/code": "DEMO_RECONCILE", "powers/00000200/name": "Подписывать акты сверки расчётов", "limits/00000100/power": "DEMO_SRCDOC_ALL",
        "limits/00000100/code": "DEMO_SUM", "limits/00000100/name": "Не больше суммы, рублей", "limits/00000100/value": "100000", "limits/00000100/kind": "text",
      });
      break;
    case "poa-form-redelegation":
      fake.drafts.addPoa({}, "emchd.redelegation");
      break;
    default:
      if (!showCabinet(fake, scenario) && !showSubscriptions(fake, scenario) && !showEmployees(fake, scenario) && !showInspections(fake, scenario) && !showToSign(fake, scenario)) showTokens(fake, scenario);
  }
  return fake.install();
}
