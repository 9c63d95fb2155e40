/** Terms of keeping of the fake host: every fifth document is old enough, one is held, one is on its way. */
import type { Deletion, DocumentRow, DocumentToDelete, EndedQuery, EndedTerms, NotDeleted, RetentionClass, RetentionView, UiError } from "../bindings";
import type { FakeHost } from "./fakeHost";

export const demoClasses: RetentionClass[] = [
  { code: "invoices", title: "Счета-фактуры и УПД", years: 5, source: "НК РФ, ст. 23, п. 1, подп. 8: пять лет; 402-ФЗ, ст. 29, ч. 1: не менее пяти лет после отчётного года" },
  { code: "primary", title: "Первичные и бухгалтерские документы", years: 5, source: "402-ФЗ, ст. 29, ч. 1: не менее пяти лет после отчётного года" },
  { code: "staff", title: "Документы по личному составу", years: 50, source: "125-ФЗ, ст. 22.1, ч. 2: законченные делопроизводством после 1 января 2003 года — 50 лет" },
  { code: "letters", title: "Письма Госпочты", years: 5, source: "НК РФ, ст. 23, п. 1, подп. 8: пять лет для документов, нужных для исчисления и уплаты налогов" },
  { code: "other", title: "Прочие документы", years: null, source: "Срок определяет организация" },
];

/** What a service finds wrong with the files. */
export const demoProblems: UiError[] = [
  { code: "limits.file-size", params: { file: "Приложение к договору поставки.pdf", size: "12582912", limit: "10485760", megabytes: "10", sizeShown: "12\u00a0582\u00a0912", limitShown: "10\u00a0485\u00a0760" }, retriable: false },
  { code: "limits.name-letters", params: { file: "Приложение к договору поставки.pdf" }, retriable: false },
];

const numberOf = (id: string) => Number(id.slice(-4));
const isOld = (id: string) => numberOf(id) % 5 === 2;

export class FakeRetention {
  readonly chosen = new Map<string, string>();
  readonly held = new Map<string, string>();

  hold(id: string, reason: string) {
    this.held.set(id, reason);
  }

  private classOf(id: string): RetentionClass {
    const code = this.chosen.get(id) ?? (numberOf(id) % 2 === 0 ? "primary" : "invoices");
    return demoClasses.find((one) => one.code === code) as RetentionClass;
  }

  until(id: string): string | null {
    const { years } = this.classOf(id);
    return years === null ? null : `${(isOld(id) ? 2019 : 2026) + years + 1}-01-01`;
  }

  view({ id }: DocumentRow): RetentionView {
    const until = this.until(id);
    const reason = this.held.get(id);
    return {
      class: this.classOf(id), chosen: this.chosen.has(id), until, ended: until !== null && until < new Date().toISOString().slice(0, 10),
      hold: reason === undefined ? null : { reason, since: "2026-03-02T09:00:00Z" }, classes: demoClasses,
    };
  }

  ended(rows: DocumentRow[], { class: asked, text, offset, limit }: EndedQuery): EndedTerms {
    const old = rows.filter((row) => this.view(row).ended && !this.held.has(row.id) && row.title.toLowerCase().includes(text.toLowerCase()));
    const classes = demoClasses.map((one) => ({ class: one, documents: old.filter(({ id }) => this.classOf(id).code === one.code).length })).filter(({ documents }) => documents > 0);
    const code = asked ?? classes[0]?.class.code ?? null;
    const listed = old.filter(({ id }) => this.classOf(id).code === code);
    return { classes, class: code, rows: listed.slice(offset, offset + limit).map((row) => ({ ...row, added: "2019-04-11T08:00:00Z" })), total: listed.length, letters: [], lettersTotal: 0 };
  }

  obstacle(row: DocumentRow): UiError | null {
    const kept = (why: string): UiError => ({ code: `store.kept-${why}`, params: {}, retriable: false });
    if (this.held.has(row.id)) return kept("hold");
    return ["queued", "sending", "sent", "outcome-unknown"].includes(row.stage) ? kept("outbox") : null;
  }

  toDelete(row: DocumentRow): DocumentToDelete {
    return {
      id: row.id, title: row.title, files: 1, signatures: row.signed ? 1 : 0, receipts: row.orderId ? 2 : 0, statuses: row.orderId ? 4 : 0, sizeKb: 48, drafts: numberOf(row.id) % 3 === 0 ? 1 : 0,
      until: this.until(row.id), early: !this.view(row).ended, obstacle: this.obstacle(row),
    };
  }
}

export const retentionCommands = (fake: FakeHost) => ({
  set_retention_class: ({ id, chosen }: { id: string; chosen: string | null }) => {
    if (chosen === null) fake.retention.chosen.delete(id);
    else fake.retention.chosen.set(id, chosen);
    return null;
  },
  set_hold: ({ id, reason }: { id: string; reason: string | null }) => {
    if (reason === null) fake.retention.held.delete(id);
    else fake.retention.hold(id, reason.trim());
    return null;
  },
  ended_terms: ({ query }: { query: EndedQuery }) => fake.retention.ended(fake.documents, query),
  to_delete: ({ documents }: { documents: string[] }) => fake.documents.filter(({ id }) => documents.includes(id)).map((row) => fake.retention.toDelete(row)),
  delete_documents: ({ deletion }: { deletion: Deletion }) => {
    const refused: NotDeleted[] = [];
    const gone: string[] = [];
    for (const row of fake.documents.filter(({ id }) => deletion.documents.includes(id))) {
      const error = fake.retention.obstacle(row);
      if (error) refused.push({ id: row.id, title: row.title, error });
      else gone.push(row.id);
    }
    fake.documents = fake.documents.filter(({ id }) => !gone.includes(id));
    void fake.emit("documents-changed", null);
    return { documents: gone, refused };
  },
});
