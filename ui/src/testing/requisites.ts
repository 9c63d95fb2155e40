/** Control digits for the fake host only; the real rules live in Rust. */
import type { FieldProblem, Requisites, RequisitesVerdict } from "../bindings";

const weighted = (digits: string, weights: number[]) => (weights.reduce((sum, w, i) => sum + w * Number(digits[i]), 0) % 11) % 10;
const W10 = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const W11 = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const W12 = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

const problem = (code: string, params: Record<string, string> = {}): FieldProblem => ({ code, params });

function checkInn(inn: string): FieldProblem | null {
  if (inn === "") return null;
  const foreign = inn.search(/\D/);
  if (foreign >= 0) return problem("character", { position: String(foreign + 1) });
  if (inn.length !== 10 && inn.length !== 12) return problem("length", { expected: "10/12", actual: String(inn.length) });
  const digits = inn.length === 10 ? [[9, W10] as const] : [[10, W11] as const, [11, W12] as const];
  for (const [at, weights] of digits) {
    const expected = weighted(inn, weights);
    if (expected !== Number(inn[at])) return problem("control-digit", { position: String(at + 1), expected: String(expected) });
  }
  return null;
}

function checkOgrn(ogrn: string, inn: string): FieldProblem | null {
  if (ogrn === "") return null;
  const foreign = ogrn.search(/\D/);
  if (foreign >= 0) return problem("character", { position: String(foreign + 1) });
  if (ogrn.length !== 13 && ogrn.length !== 15) return problem("length", { expected: "13/15", actual: String(ogrn.length) });
  if ((inn.length === 10 && ogrn.length === 15) || (inn.length === 12 && ogrn.length === 13)) return problem("kind-mismatch");
  const expected = String((BigInt(ogrn.slice(0, -1)) % BigInt(ogrn.length - 2)) % 10n);
  return expected === ogrn.at(-1) ? null : problem("control-digit", { position: String(ogrn.length), expected });
}

function checkKpp(kpp: string): FieldProblem | null {
  if (kpp === "") return null;
  if (kpp.length !== 9) return problem("length", { expected: "9", actual: String(kpp.length) });
  const foreign = [...kpp].findIndex((sign, index) => !(index === 4 || index === 5 ? /[\dA-Z]/ : /\d/).test(sign));
  return foreign < 0 ? null : problem("character", { position: String(foreign + 1) });
}

export function checkRequisites({ inn, ogrn, kpp }: Requisites): RequisitesVerdict {
  const kind = inn.length === 12 ? "sole-proprietor" : inn.length === 10 ? "legal" : null;
  return { kind, inn: checkInn(inn), ogrn: checkOgrn(ogrn, inn), kpp: checkKpp(kpp) };
}
