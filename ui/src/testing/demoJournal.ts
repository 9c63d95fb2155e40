/** The journal of the fake host: filtered, checked, written out. */
import type { JournalCheck, JournalExport, JournalFault, JournalForm, JournalPage, JournalQuery, JournalRow, JournalTopic } from "../bindings";
import type { FakeHost } from "./fakeHost";
import { director, inDays } from "./demoPeople";
import { text } from "./texts";

const actions = [
  "result-received", "submission-finished", "status-changed", "order-pushed", "order-reserved", "document-queued", "document-signed", "document-added", "signed-in",
];

export function demoJournal(total = 1204): JournalRow[] {
  return Array.from({ length: total }, (_, index) => {
    const seq = total - index;
    const action = seq === 1 ? "organisation-added" : (actions[index % actions.length] ?? "signed-in");
    return {
      seq, at: inDays(-index * 0.06 - 0.01), actor: action === "document-added" || action === "organisation-added" ? "" : director.holder, action,
      documentId: action.startsWith("document") ? `doc-${String(index % 5000).padStart(4, "0")}` : null,
      params: { order: String(5_201_334_000 + seq), file: "Уведомление_о_приёме.pdf" }, missing: false,
    };
  });
}

const topicOf = (action: string): JournalTopic => {
  if (action.startsWith("signed")) return "access";
  if (action === "document-signed") return "signatures";
  if (action === "document-added") return "documents";
  return action === "organisation-added" ? "archive" : "sending";
};

const publicKey = "4f".repeat(32);

export const intact = (entries: number): JournalCheck => ({
  entries, brokenAt: null, fault: null, proven: entries, checkpoints: 72, lastCheckpoint: { seq: Math.max(entries - 4, 1), at: inDays(-0.3) }, publicKey,
});
export const broken = (entries: number, brokenAt: number, fault: JournalFault = "altered", proven = brokenAt - 1): JournalCheck => ({ ...intact(entries), brokenAt, fault, proven });

/** Without an entry: the list says so in its place. */
export const without = (rows: JournalRow[], seq: number): JournalRow[] =>
  rows.map((row) => (row.seq === seq ? { seq, at: "", actor: "", action: "", documentId: null, params: {}, missing: true } : row));

export const journalCommands = (fake: FakeHost) => ({
  journal: ({ query }: { query: JournalQuery }): JournalPage => {
    const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = fake.journal.filter((row) => {
      const said = `${row.seq} ${row.missing ? "" : text(`journal.${row.action}`)} ${row.actor} ${row.params.order ?? ""}`.toLowerCase();
      const { from, to } = query.period;
      return (
        (query.topic === null || topicOf(row.action) === query.topic) && (query.actor === null || row.actor === query.actor) &&
        (from === null || row.at.slice(0, 10) >= from) && (to === null || row.at.slice(0, 10) <= to) && words.every((word) => said.includes(word))
      );
    });
    return { rows: rows.slice(query.offset, query.offset + query.limit), total: rows.length, searched: null };
  },
  journal_actors: () => [...new Set(fake.journal.map((row) => row.actor))].sort(),
  verify_journal: () => intact(fake.journal.length),
  export_journal: (_: { query: JournalQuery; form: JournalForm }): JournalExport | null => ({ entries: fake.journal.length, publicKey }),
});
