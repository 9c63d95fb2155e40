/** The pre-flight list: every check as a sentence with its state in an icon and in a word. */
import type { Check, CheckState } from "../../ipc";
import { Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Signing.module.css";

const tones: Record<CheckState, Tone> = { ok: "ok", warning: "warn", failed: "bad", skipped: "quiet" };
const weight: Record<CheckState, number> = { failed: 0, warning: 1, skipped: 3, ok: 2 };

export function PreflightList({ checks }: { checks: readonly Check[] }) {
  const { t, has, coded } = useTexts();
  /** What a power of attorney is judged by has texts of its own, the same wherever it is judged. */
  const said = ({ code, state, params }: Check) => {
    const key = `${code}.${state}`;
    if (!code.startsWith("poa-") || has(`preflight.${key}`)) return coded("preflight", { code: key, params });
    const reason = coded("poa.reasons", { code: code.replace(/^poa-/, ""), params });
    return params.title ? t("ui.signing.poa.about", { text: reason, title: params.title }) : reason;
  };
  const sorted = [...checks].sort((a, b) => weight[a.state] - weight[b.state]);
  return (
    <ul className={styles.checks}>
      {sorted.map((check, index) => (
        <li key={`${check.code}-${index}`} data-testid={`check-${check.code}`} data-state={check.state}>
          <Label tone={tones[check.state]}>
            {said(check)}
            <span className="visually-hidden"> ({t(`ui.signing.checkStates.${check.state}`)})</span>
          </Label>
        </li>
      ))}
    </ul>
  );
}
