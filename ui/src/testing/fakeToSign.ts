/** What waits for a signature and at the portal, as the fake host has it. */
import type { DocumentRow, HandOver, HandOverWhat, IncomingFile, PortalColleague, TakenIncoming, ToSign, ToSignGroup, ToSignItem, Unregistered } from "../bindings";
import { director, inDays } from "./demoPeople";
import type { FakeHost } from "./fakeHost";
import { shownOf } from "./fakeSigning";

export type Extra = Partial<Omit<ToSignItem, "document">> & { kind?: string };

const plain: Omit<ToSignItem, "document" | "formatName"> = { grants: [], revokes: null, from: null, heads: [], together: false, joins: false, signers: [] };

export class FakeToSign {
  /** What is special about a document, by its identity. */
  readonly extras = new Map<string, Extra>();
  /** Digests of documents that are not what they were. */
  readonly shown = new Map<string, string>();
  unregistered: Unregistered[] = [];
  incoming: IncomingFile[] = [];
  colleagues: PortalColleague[] = [
    { id: "101", name: "Лютикова Мария Петровна", position: "Главный бухгалтер", isHead: false, address: null },
    { id: "102", name: "Васильков Иван Сергеевич", position: "Генеральный директор", isHead: true, address: `age1${"v".repeat(58)}` },
  ];
  taken: TakenIncoming = { outcomes: [], address: null, taken: true };

  constructor(private readonly host: FakeHost) {}

  rows = () => this.host.documents.filter((row) => row.stage === "ready");

  private item(row: DocumentRow, certificates: string[]): ToSignItem {
    const { kind: _, ...extra } = this.extras.get(row.id) ?? {};
    const shown = this.shown.get(row.id) ?? shownOf(row.id);
    const opened = this.host.opened.get(row.id) === shown ? inDays(-0.01) : null;
    return { ...plain, formatName: row.title.split(" № ")[0] ?? row.format, signers: certificates, ...extra, document: { row, shown, opened } };
  }

  list(certificates: string[]): ToSign {
    const kinds = ["poa", "poa-revocation", "handed-over", "document"];
    const of = (kind: string): ToSignGroup => ({
      kind, items: this.rows().filter((row) => (this.extras.get(row.id)?.kind ?? "document") === kind).map((row) => this.item(row, certificates)),
    });
    return { groups: kinds.map(of).filter((group) => group.items.length > 0), more: false, unregistered: this.unregistered };
  }

  commands = () => ({
    to_sign: ({ certificates }: { certificates: string[] }) => this.list(certificates),
    count_to_sign: () => this.rows().length,
    register_signed: ({ numbers }: { numbers: string[] }) => {
      this.unregistered = this.unregistered.filter((one) => !numbers.includes(one.number));
      return numbers.map((number) => ({ number, error: null }));
    },
    portal_colleagues: () => this.colleagues,
    hand_over_by_portal: (_: { what: HandOverWhat; how: HandOver; note: string; recipient: PortalColleague }) => null,
    send_own_address: () => null,
    incoming: () => this.incoming,
    take_incoming: ({ id }: { id: string }) => {
      if (this.taken.taken) this.incoming = this.incoming.filter((one) => one.id !== id);
      return this.taken;
    },
    drop_incoming: ({ id }: { id: string }) => (this.incoming = this.incoming.filter((one) => one.id !== id)),
  });
}

export const incomingFile = (part: Partial<IncomingFile> = {}): IncomingFile => ({ id: "in-1", kind: "documents", count: 2, from: "Лютикова Мария Петровна", sent: inDays(-0.1), size: 48_200, ...part });

/** The screen as a director meets it. */
export function showToSign(fake: FakeHost, scenario: string): boolean {
  const toSign = fake.toSignList;
  const powers = ["Подписывать налоговую отчётность", "Подписывать первичные учётные документы (Сумма, не больше: 100 000)", "Получать документы Социального фонда", "Вести переписку с налоговым органом", "Подписывать акты сверки", "Отправлять заявления через ЕПГУ"];
  const given: Extra = {
    kind: "poa", formatName: "Доверенность", heads: [director.holder],
    grants: [{ who: "Иванова Анна Андреевна", may: powers, from: "2026-12-01", until: "2027-12-31", redelegate: false, revocable: true, joint: false }],
  };
  switch (scenario) {
    case "waiting-to-sign": {
      const [one, two, three, four] = toSign.rows();
      if (one) {
        toSign.extras.set(one.id, given);
        fake.documents = fake.documents.map((row) => (row.id === one.id ? { ...row, format: "emchd", title: "Доверенность № 17/26 — Иванова Анна Андреевна" } : row));
      }
      if (two) {
        toSign.extras.set(two.id, { kind: "poa", formatName: "Доверенность", heads: ["Полевая Вера Ивановна"], signers: [], grants: [{ who: "Громов Пётр Ильич", may: ["Получать груз и подписывать накладные"], from: "2026-12-01", until: "2027-06-30", redelegate: true, revocable: false, joint: false }] });
        fake.documents = fake.documents.map((row) => (row.id === two.id ? { ...row, format: "emchd", title: "Доверенность № 18/26 — Громов Пётр Ильич" } : row));
      }
      if (three) {
        toSign.extras.set(three.id, { kind: "poa-revocation", formatName: "Отзыв доверенности", revokes: { number: "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b", reason: "Уволен", who: ["Громов Пётр Ильич"] } });
        fake.documents = fake.documents.map((row) => (row.id === three.id ? { ...row, format: "emchd.withdrawal", title: "Отзыв доверенности" } : row));
      }
      if (four) {
        toSign.extras.set(four.id, { kind: "handed-over", from: { who: "Лютикова Мария Петровна", colleague: "Лютикова Мария Петровна", note: "До пятницы, пожалуйста." } });
        fake.opened.set(four.id, shownOf(four.id));
      }
      toSign.incoming = [incomingFile(), incomingFile({ id: "in-2", kind: "address", count: 1, size: 140, from: "Полевая Вера Ивановна" })];
      toSign.unregistered = [{ number: "7d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b", documentId: "doc-0004", title: "Доверенность № 16/26", awaited: [] }];
      return true;
    }
    case "nothing-to-sign":
      fake.documents = fake.documents.filter((row) => row.stage !== "ready");
      return true;
    default:
      return false;
  }
}
