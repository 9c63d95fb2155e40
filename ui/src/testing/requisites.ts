/** Control digits for the fake host only; the real rules live in Rust. */
import type { FieldProblem, Requisites, RequisitesVerdict } from "../bindings";

const weighted = (digits: string, weights: number[]) => (weights.reduce((sum, w, i) => sum + w * Number(digits[i]), 0) % 11) % 10;
const W10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const W11 = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const W12 = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

const problem = (code: string, params: Record<string, string> = {}): FieldProblem => ({ code, params });

function checkInn(inn: string): FieldProblem | null {
  if (inn === "") return null;
  if (!/^\d+$/.test(inn)) return problem("characters");
  if (inn.length !== 10 && inn.length !== 12) return problem("length", { expected: "10, 12", actual: String(inn.length) });
  const right = inn.length === 10
    ? weighted(inn, W10) === Number(inn[9])
    : weighted(inn, W11) === Number(inn[10]) && weighted(inn, W12) === Number(inn[11]);
  return right ? null : problem("control-digit");
}

function checkOgrn(ogrn: string, inn: string): FieldProblem | null {
  if (ogrn === "") return null;
  if (!/^\d+$/.test(ogrn)) return problem("characters");
  if (ogrn.length !== 13 && ogrn.length !== 15) return problem("length", { expected: "13, 15", actual: String(ogrn.length) });
  if ((inn.length === 10 && ogrn.length === 15) || (inn.length === 12 && ogrn.length === 13)) return problem("kind-mismatch");
  const body = BigInt(ogrn.slice(0, -1));
  return Number((body % BigInt(ogrn.length - 2)) % 10n) === Number(ogrn.at(-1)) ? null : problem("control-digit");
}

function checkKpp(kpp: string): FieldProblem | null {
  if (kpp === "") return null;
  if (kpp.length !== 9) return problem("length", { expected: "9", actual: String(kpp.length) });
  return /^\d{4}[\dA-Z]{2}\d{3}$/.test(kpp) ? null : problem("format");
}

export function checkRequisites({ inn, ogrn, kpp }: Requisites): RequisitesVerdict {
  const kind = inn.length === 12 ? "sole-proprietor" : inn.length === 10 ? "legal" : null;
  return { kind, inn: checkInn(inn), ogrn: checkOgrn(ogrn, inn), kpp: checkKpp(kpp) };
}
