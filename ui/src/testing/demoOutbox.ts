/** Demo outbox rows, modules and trusted authorities. */
import type { HotFolder, ModuleView, OutboxRow, TrustView } from "../bindings";
import { demoDocuments } from "./demoDocuments";
import { inDays } from "./demoPeople";

const documents = demoDocuments(16);
const titleOf = (id: string) => documents.find((row) => row.id === id)?.title ?? id;

export function outboxRow(part: Partial<OutboxRow> & Pick<OutboxRow, "id" | "documentId" | "state">): OutboxRow {
  return {
    documentTitle: titleOf(part.documentId), service: "10000000374", serviceTitle: "Обмен актами сверки с контрагентом", outcome: null, outcomeUnknown: false,
    orderId: null, attempts: 0, nextTry: null, waitingFor: null, lastError: null, created: inDays(-0.05), canWithdraw: false, heard: null, incoming: null, ...part,
  };
}

export const demoOutbox = (): OutboxRow[] => [
  outboxRow({
    id: "sub-1", documentId: "doc-0005", state: "uploading", outcomeUnknown: true, orderId: "5201334855", attempts: 1, nextTry: inDays(0.001),
    lastError: { code: "portal.outcome-unknown", params: {}, retriable: false },
  }),
  outboxRow({ id: "sub-2", documentId: "doc-0008", state: "queued", waitingFor: "sign-in", canWithdraw: true }),
  outboxRow({
    id: "sub-3", documentId: "doc-0009", state: "reserving", attempts: 3, nextTry: inDays(0.004), waitingFor: "network", canWithdraw: false,
    lastError: { code: "portal.unreachable", params: {}, retriable: true },
  }),
  outboxRow({ id: "sub-4", documentId: "doc-0007", state: "following", orderId: "5201334849", created: inDays(-1), heard: inDays(-0.13) }),
  outboxRow({
    id: "sub-7", documentId: "doc-0011", state: "collecting", orderId: "5201334840", created: inDays(-1), attempts: 2, nextTry: inDays(0.001), waitingFor: "portal", heard: inDays(-0.002),
    incoming: { file: "kvitanciya_5201334840.pdf", received: 3_407_872, total: 12_582_912, resumable: true }, lastError: { code: "portal.unavailable", params: {}, retriable: true },
  }),
  outboxRow({ id: "sub-5", documentId: "doc-0012", state: "finished", outcome: "accepted", orderId: "5201334834", created: inDays(-2) }),
  outboxRow({ id: "sub-6", documentId: "doc-0006", state: "finished", outcome: "refused", orderId: "5201334852", created: inDays(-2) }),
];

export const demoTrust = (part: Partial<TrustView> = {}): TrustView => ({
  environment: "demo", refused: null, checkedAt: inDays(-0.2),
  list: { version: 812, issued: inDays(-7), ageDays: 7, centres: 486, signer: "Учебное министерство", origin: "fetched" },
  certificates: [
    { id: "a1".repeat(32), holder: "Учебный корневой УЦ", organisation: "Учебное министерство", notAfter: inDays(3000), source: "program", root: true },
    { id: "b2".repeat(32), holder: "Корневой УЦ ООО «Ромашка»", organisation: "ООО «Ромашка»", notAfter: inDays(1500), source: "administrator", root: true },
  ],
  ...part,
});

export const demoArrivals = (): HotFolder => ({
  folder: "/home/user/Выгрузка 1С", problem: null,
  arrivals: [
    { id: "arr-1", name: "ON_AKTSVEROTP_1.xml", at: inDays(-0.01), outcome: "taken", documentId: "doc-0002", title: "Акт сверки № 15", error: null, canTakeBack: true },
    { id: "arr-2", name: "kl_to_1c.txt", at: inDays(-0.02), outcome: "known", documentId: "doc-0003", title: "kl_to_1c.txt", error: null, canTakeBack: false },
    {
      id: "arr-3", name: "выгрузка.xml", at: inDays(-0.03), outcome: "rejected", documentId: null, title: null, canTakeBack: false,
      error: { code: "app.unreadable", params: { finding: "xml.dtd", line: "1" }, retriable: false },
    },
  ],
});

export const demoModules = (): ModuleView[] => [
  { name: "Рутокен", path: "/usr/lib/librtpkcs11ecp.so", own: false, error: null },
  { name: "JaCarta", path: "/usr/lib/libjcPKCS11-2.so", own: false, error: null },
  {
    name: "libcastle.so.1.0.0", path: "/usr/lib/libcastle.so.1.0.0", own: true,
    error: { code: "token.module-missing", params: {}, retriable: false },
  },
];
