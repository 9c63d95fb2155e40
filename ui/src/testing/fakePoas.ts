/** Powers of attorney of the fake mode: each state, long names, a chain, and enough of them to scroll. */
import type { JournalRow, PoaAsk, PoaCard, PoaCounts, PoaFacet, PoaFacetsView, PoaFormat, PoaJudgement, PoaQuery, PoaRow } from "../bindings";
import { demoPoaRow } from "./demoPoaRow";
import { inDays } from "./demoPeople";

const dayIn = (days: number) => inDays(days).slice(0, 10);
export const numbered = (at: number) => `${(0x5d0c0a3e + at * 0x01a7f3).toString(16)}-7b1f-4c52-9f64-1c2d3e4f5a6b`;
const powers: [string, string][] = [
  ["DEMO_SRCDOC_ALL", "Подписание первичных учётных документов и счетов-фактур"],
  ["DEMO_TAX_REPORT", "Представление налоговой отчётности и получение требований"],
  ["DEMO_RECONCILE", "Подписание актов сверки взаимных расчётов"],
  ["DEMO_EPGU_SUBMIT", "Подача заявлений через Единый портал"],
];
const people = ["Соколова Мария Петровна", "Ландышева Ольга Николаевна", "Васильков Иван Сергеевич", "Ковалёв Дмитрий Олегович", "Рябинина-Черёмухова Александра Константиновна"];

export function poaRow(at: number, part: Partial<PoaRow> = {}): PoaRow {
  const own = powers.slice(at % powers.length, (at % powers.length) + 1 + (at % 3));
  const daysLeft = part.daysLeft ?? 40 + at * 11;
  return demoPoaRow({
    number: numbered(at), documentId: "doc-0003", issued: dayIn(-100 - at), expires: dayIn(daysLeft), daysLeft, representatives: [people[at % people.length] ?? ""], powers: own.map(([code]) => code),
    powerNames: own.map(([, name]) => name), registry: "active", heard: inDays(-0.2 - at / 20), ...part,
  });
}

const long = "Федеральное государственное бюджетное образовательное учреждение высшего образования «Северный учебный университет связи и информатики имени основателя», филиал в городе Учебном";
const named: PoaRow[] = [
  poaRow(0, { state: "made", registry: null, heard: null }),
  poaRow(1, { state: "signed", registry: null, heard: null, representatives: ["Ландышева Ольга Николаевна", "Васильков Иван Сергеевич"] }),
  poaRow(2, { state: "processing", registry: null, heard: null }),
  poaRow(3, { state: "outcome-unknown", registry: null, heard: null, error: "portal.unreachable" }),
  poaRow(4, { state: "refused", registry: null, heard: null, error: "poa.refused.not-the-head" }),
  poaRow(5, { daysLeft: 5 }),
  poaRow(6, { daysLeft: 0 }),
  poaRow(7, { state: "revoked", revoked: inDays(-0.1), registry: "active" }),
  poaRow(8, { state: "expired", daysLeft: -12, registry: "expired" }),
  poaRow(9, { parent: numbered(5), principal: "Соколова Мария Петровна", principalInn: "781433870662", daysLeft: 4 }),
  poaRow(10, { principal: long, representatives: [`${"Непереносимаяфамилия".repeat(4)} Александра Константиновна`], powers: [], powerNames: [] }),
  poaRow(11, { kind: "notarial-scan", registry: null, heard: null }),
];

const formats = (row: PoaRow, chosen: ReadonlyMap<string, string>): PoaFormat[] =>
  ([
    ["fns.on_nschfdoppr", "Счёт-фактура и первичный документ об отгрузке (УПД), информация продавца", "DEMO_SRCDOC_ALL"], ["fns.report", "Документ ФНС", "DEMO_TAX_REPORT"],
    ["fns.on_aktsverotp", "Акт сверки взаимных расчётов, информация отправителя", "DEMO_RECONCILE"], ["epgu.application", "Заявление на услугу", "DEMO_EPGU_SUBMIT"],
  ] as const)
    .map(([code, name, power]) => ({ code, name, suffices: row.powers.length === 0 ? null : row.powers.includes(power), chosen: chosen.get(code) ?? null }))
    .sort((one, other) => Number(other.suffices ?? 0.5) - Number(one.suffices ?? 0.5));

const entry = (seq: number, action: string, days: number): JournalRow => ({ seq, at: inDays(days), actor: "", action, documentId: "doc-0003", params: {}, missing: false });

export class FakePoas {
  rows: PoaRow[] = [...named, ...Array.from({ length: 21 }, (_, index) => poaRow(index + 12, index % 7 === 6 ? { state: "expired", daysLeft: -index * 9, registry: "expired" } : {}))];
  readonly chosen = new Map<string, string>([["fns.on_nschfdoppr", numbered(5)]]);
  judgement: PoaJudgement = {
    verdict: "cannot-tell",
    reasons: [
      { number: numbered(5), code: "poa.registry-stale", params: { hours: "31" }, weight: "doubt" }, { number: numbered(1), code: "poa.systems", params: { systems: "ЕПГУ" }, weight: "note" },
    ],
  };

  constructor(private readonly changed: () => void) {}

  find(number: string): PoaRow {
    const found = this.rows.find((row) => row.number === number);
    if (!found) throw { code: "store.no-power-of-attorney", params: {}, retriable: false };
    return found;
  }

  private set(number: string, part: Partial<PoaRow>): PoaRow {
    this.find(number);
    this.rows = this.rows.map((row) => (row.number === number ? { ...row, ...part } : row));
    this.changed();
    return this.find(number);
  }

  private fits(query: Partial<PoaQuery>, row: PoaRow): boolean {
    const words = (query.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const all = `${row.number} ${row.principal} ${row.representatives.join(" ")} ${row.powerNames.join(" ")}`.toLowerCase();
    return (
      words.every((word) => all.includes(word)) && (!query.states?.length || query.states.includes(row.state)) && (!query.power || row.powers.includes(query.power)) &&
      (!query.representativeInn || row.representatives[0] === query.representativeInn) && (!query.ending || (row.state === "active" && row.daysLeft >= 0 && row.daysLeft <= 30)) &&
      (!query.unconfirmed || (row.revoked !== null && row.revocationConfirmed === null))
    );
  }

  private card(number: string): PoaCard {
    const row = this.find(number);
    const way = ["made", "signed", "queued", row.state === "outcome-unknown" ? "outcome-unknown" : "processing", ...(row.state === "refused" ? ["refused"] : row.state === "expired" || row.state === "revoked" ? ["active", row.state] : ["active"])];
    const here = way.indexOf(row.state);
    const of = (all: PoaRow[]) => all.filter((other) => other.number !== number);
    return {
      row, principals: [{ name: row.principal, inn: row.principalInn, position: null }],
      readable: { title: "Доверенность", sections: [{ level: 0, heading: "Доверенность", fields: [{ label: "Номер", value: row.number }, { label: "Последний день", value: row.expires }], tables: [] }, { level: 1, heading: "Что доверено", fields: [], tables: [{ heading: "Полномочия", columns: ["Полномочие", "Ограничения", "Код"], rows: row.powers.map((code, at) => [row.powerNames[at] ?? "", "без ограничений", code]) }] }] },
      representatives: row.representatives.map((name) => ({ name, inn: "781433870662", position: "Главный бухгалтер" })), together: row.representatives.length > 1,
      powers: row.powers.map((code, at) => ({ code, name: row.powerNames[at] ?? "", limits: at === 0 ? ["Сумма документа: не более 500 000 ₽"] : [] })), powersText: row.powers.length === 0 ? "Представлять интересы во всех учреждениях и подписывать необходимые документы." : null,
      redelegation: row.parent ? "forbidden" : "once", irrevocable: false, systems: "ЕПГУ", chain: row.parent ? this.rows.filter((other) => other.number === row.parent) : [], missingParent: null,
      children: of(this.rows.filter((other) => other.parent === number)), supersedes: null, supersededBy: null,
      steps: way.map((state, at) => ({ state, at: at > here ? null : state === "revoked" && row.revoked ? row.revoked : inDays(-9 + at), mark: at < here ? "done" : at === here ? "current" : "ahead" })),
      errands: row.state === "queued" ? [{ kind: "register", step: "waiting", attempts: 0, due: inDays(0), error: null }] : row.error === "portal.unreachable" ? [{ kind: "register", step: "leaving", attempts: 2, due: inDays(0.01), error: row.error }] : row.revoked && !row.revocationConfirmed ? [{ kind: "revoke", step: "waiting", attempts: 1, due: inDays(0.01), error: "portal.unreachable" }] : [],
      history: [entry(9, "poa-registered", -5), entry(8, "poa-taken", -6), entry(7, "poa-queued", -7), entry(6, "poa-signed", -8), entry(5, "poa-added", -9)],
      chosenFor: [...this.chosen].filter(([, of]) => of === number).map(([format]) => format), formats: formats(row, this.chosen),
    };
  }

  private facets(): PoaFacetsView {
    const counted = (all: [string, string][]): PoaFacet[] => {
      const found = new Map<string, PoaFacet>();
      for (const [code, name] of all) found.set(code, { code, name, count: (found.get(code)?.count ?? 0) + 1 });
      return [...found.values()].sort((one, other) => other.count - one.count);
    };
    return {
      representatives: counted(this.rows.map((row): [string, string] => [row.representatives[0] ?? "", row.representatives[0] ?? ""])),
      powers: counted(this.rows.flatMap((row) => row.powers.map((code, at): [string, string] => [code, row.powerNames[at] ?? ""]))),
    };
  }

  commands() {
    const sorted = (query: PoaQuery, rows: PoaRow[]) => {
      // As the host has it: what ends first, where that is asked for, else the last given first.
      const order = query.order ?? (query.ending ? "expires" : null);
      if (order === null) return rows;
      const by = (row: PoaRow) => (order === "issued" ? row.issued : order === "expires" ? row.expires : (row.representatives[0] ?? ""));
      const sign = query.order && query.descending ? -1 : 1;
      return [...rows].sort((one, other) => sign * by(one).localeCompare(by(other)));
    };
    return {
      poas: ({ query }: { query: PoaQuery }) => {
        const found = sorted(query, this.rows.filter((row) => this.fits(query, row)));
        return { items: found.slice(query.offset ?? 0, (query.offset ?? 0) + 200), total: found.length };
      },
      poa: ({ number }: { number: string }) => this.find(number),
      poa_card: ({ number }: { number: string }) => this.card(number),
      poa_counts: (): PoaCounts => {
        const count = (query: Partial<PoaQuery>) => this.rows.filter((row) => this.fits(query, row)).length;
        return { all: this.rows.length, waiting: count({ states: ["signed", "queued", "processing", "outcome-unknown"] }), refused: count({ states: ["refused"] }), ending: count({ ending: true }), unconfirmed: count({ unconfirmed: true }) };
      },
      poa_facets: () => this.facets(),
      register_poa: ({ number }: { number: string }) => this.set(number, { state: "queued" }),
      refresh_poa: ({ number }: { number: string }) => this.set(number, { registry: "active", heard: inDays(0), state: "active" }),
      sync_poas: () => 2,
      judge_poa: (_: { number: string; ask: PoaAsk }) => this.judgement,
      choose_poa: ({ format, number }: { format: string; number: string | null }) => {
        if (number === null) this.chosen.delete(format);
        else this.chosen.set(format, number);
        return null;
      },
      revoke_poa: () => null,
    };
  }
}
