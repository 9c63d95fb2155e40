/** Powers of attorney for somebody whose certificate names no organisation, in every state they can be met in on the signing sheet. */
import type { Check, CheckState, PoaChoice, PoaJudgement, PoaReason, PoaRow } from "../bindings";
import { foreign, inDays } from "./demoPeople";
import { demoPoaRow } from "./demoPoaRow";

const day = (days: number) => inDays(days).slice(0, 10);

export const poaRow = (number: string, part: Partial<PoaRow> = {}): PoaRow =>
  demoPoaRow({ number, documentId: `doc-${number}`, issued: day(-100), expires: day(265), representatives: [foreign.holder], powers: ["DEMO_SRCDOC_ALL"], registry: "active", heard: inDays(-0.1), ...part });

const reason = (number: string, code: string, weight: string, params: Record<string, string> = {}): PoaReason => ({ number, code: `poa.${code}`, params, weight });
const judged = (verdict: string, reasons: PoaReason[] = []): PoaJudgement => ({ verdict, reasons });

export const GOOD = "5d0c0a3e-7b1f-4c52-9f64-1c2d3e4f5a6b";
export const DOUBTFUL = "8a4b1c2d-3e5f-4a6b-8c7d-9e0f1a2b3c4d";
export const OVER = "1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9";
export const WEAK = "c0ffee00-1234-4abc-9def-0123456789ab";

export type DemoPoa = { row: PoaRow; judgement: PoaJudgement };

const good: DemoPoa = { row: poaRow(GOOD), judgement: judged("allowed") };
const doubtful: DemoPoa = {
  row: poaRow(DOUBTFUL, { expires: day(40), heard: inDays(-2) }),
  judgement: judged("cannot-tell", [reason(DOUBTFUL, "registry-stale", "doubt", { hours: "48" }), reason(DOUBTFUL, "systems", "note", { systems: "ЕПГУ" })]),
};
const over: DemoPoa = {
  row: poaRow(OVER, { state: "expired", expires: day(-10) }),
  judgement: judged("not-allowed", [reason(OVER, "expired", "bar", { expires: day(-10) })]),
};
const weak: DemoPoa = {
  row: poaRow(WEAK, { powers: ["DEMO_TAX_REPORT"] }),
  judgement: judged("not-allowed", [reason(WEAK, "power-missing", "bar", { powers: "«Подписывать все первичные документы»" })]),
};

/** By the name of a scenario of the fake mode. */
export const poasOf: Record<string, DemoPoa[]> = {
  "poa-allowed": [good, doubtful, over, weak],
  "poa-doubt": [doubtful, over],
  "poa-refused": [over, weak],
  "poa-none": [],
};

const usable = ({ judgement }: DemoPoa) => judgement.verdict !== "not-allowed";

/** What the host offers for these; `attached` are the copies a power of attorney was written into. */
export function chosenPoa(all: readonly DemoPoa[], wish: string | null, documents: readonly string[], carriers: ReadonlySet<string>, attached: ReadonlySet<string>): PoaChoice {
  const chosen = all.find(({ row }) => row.number === wish) ?? all[0];
  return {
    needed: true, chosen: chosen?.row.number ?? null, usable: all.filter(usable).map(({ row }) => row), others: all.filter((one) => !usable(one)).map(({ row }) => row),
    judgements: Object.fromEntries(all.map(({ row, judgement }) => [row.number, judgement])), judgement: chosen?.judgement ?? null,
    wordNeeded: chosen?.judgement.verdict === "cannot-tell", toAttach: documents.filter((id) => carriers.has(id) && !attached.has(id)),
  };
}

/** The lines of the pre-flight list about it. */
export function poaChecks({ chosen, judgement, toAttach }: PoaChoice): Check[] {
  if (chosen === null || judgement === null) return [{ code: "poa-none", state: "failed", params: {} }];
  const states = { bar: "failed", doubt: "warning", note: "ok" } as const;
  return [
    ...(toAttach.length > 0 ? [{ code: "poa-not-inside", state: "failed" as const, params: { count: String(toAttach.length) } }] : []),
    ...(judgement.verdict === "allowed" ? [{ code: "poa-allowed", state: "ok" as const, params: { number: chosen } }] : []),
    ...judgement.reasons.map(({ code, weight, params }) => ({ code: code.replace("poa.", "poa-"), state: states[weight as keyof typeof states], params })),
  ];
}

export const mayUnder = ({ judgement }: PoaChoice): CheckState => (judgement === null || judgement.verdict === "not-allowed" ? "failed" : judgement.verdict === "allowed" ? "ok" : "warning");
