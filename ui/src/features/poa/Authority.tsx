/** Whether somebody whose certificate names no organisation was allowed to sign for it: under which power of attorney, as of when, and why not. */
import type { PoaAuthority } from "../../ipc";
import { Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";

const tones: Record<string, Tone> = { allowed: "ok", "cannot-tell": "warn", "not-allowed": "bad" };

export function Authority({ authority }: { authority: PoaAuthority }) {
  const { t, coded, moscow } = useTexts();
  const { by, number, judgement, basis, at } = authority;
  const verdict = judgement?.verdict ?? "cannot-tell";
  return (
    <div data-testid="authority" data-verdict={judgement ? verdict : "unknown"} data-by={by}>
      <p><Label tone={tones[verdict] ?? "quiet"}>{t(`ui.authority.verdicts.${verdict}`)}</Label></p>
      <p>{t(`ui.authority.${by}`, { number: number ?? "" })}</p>
      {by !== "none" && judgement === null && <p>{t("ui.authority.absent")}</p>}
      {judgement && judgement.reasons.length > 0 && (
        <ul>
          {judgement.reasons.map(({ code, params }, index) => <li key={index}>{coded("poa.reasons", { code: code.replace(/^poa\./, ""), params })}</li>)}
        </ul>
      )}
      {judgement && <p className="muted small">{t(`ui.authority.basis.${basis}`, { time: moscow(at) })}</p>}
    </div>
  );
}
