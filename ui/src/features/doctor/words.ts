/** What the doctor says of a step: its own texts, those for this kind of system first, or those of the token's error. */
import type { Diagnosis, DoctorLine, StepState } from "../../ipc";
import type { Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";

export type Said = { says: string; more: string | null; todo: string | null };

const ofErrors = { says: "what", more: "why", todo: "todo" } as const;

export const tones: Record<StepState, Tone> = { ok: "ok", warning: "warn", broken: "bad", "not-applicable": "quiet", "not-checked": "quiet" };

export function useSaid(system: Diagnosis["system"]) {
  const { t, has } = useTexts();
  return ({ code, params }: DoctorLine): Said => {
    const part = (name: keyof typeof ofErrors) => {
      const keys = [`doctor.${code}.${name}_${system}`, `doctor.${code}.${name}`, `errors.${code}.${ofErrors[name]}`];
      const key = keys.find(has);
      return key === undefined ? null : t(key, params);
    };
    return { says: part("says") ?? t("ui.unknownCode", { code }), more: part("more"), todo: part("todo") };
  };
}
