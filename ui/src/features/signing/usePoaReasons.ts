/** Reasons of a judgement of a power of attorney in words. */
import type { PoaJudgement } from "../../ipc";
import { useTexts } from "../../shared/useTexts";

export function usePoaReasons() {
  const { coded } = useTexts();
  return (judgement: PoaJudgement, weights: readonly string[] = ["bar", "doubt", "note"]): string[] =>
    judgement.reasons.filter((reason) => weights.includes(reason.weight)).map(({ code, params }) => coded("poa.reasons", { code: code.replace(/^poa\./, ""), params }));
}
