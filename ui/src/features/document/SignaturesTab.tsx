/** Signatures with their verdict in words and the reasons for it. */
import type { SignatureView, Verdict } from "../../ipc";
import { Empty, Facts, Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Document.module.css";

const tones: Record<Verdict, Tone> = { valid: "ok", invalid: "bad", unknown: "warn" };

export function SignaturesTab({ signatures }: { signatures: readonly SignatureView[] }) {
  const { t, exact, coded } = useTexts();
  if (signatures.length === 0) return <Empty icon="sign" title={t("ui.document.signatures.none")} />;
  return (
    <div className={styles.list}>
      {signatures.map((signature, index) => (
        <article key={index} className={styles.item} aria-label={signature.signer} data-testid="signature" data-verdict={signature.verdict}>
          <h2><Label tone={tones[signature.verdict]}>{t(`signature.verdict.${signature.verdict}`)}</Label></h2>
          {signature.reasons.length > 0 && (
            <p>{t("ui.document.signatures.reasons")}: {signature.reasons.map((code) => coded("reasons", { code, params: {} })).join("; ")}.</p>
          )}
          <Facts
            rows={[
              [t("ui.document.signatures.signer"), signature.signer],
              [t("ui.document.signatures.organisation"), signature.organisation],
              [
                t("ui.document.signatures.time"),
                signature.signingTime ? t("ui.document.signatures.timeClaimed", { time: exact(signature.signingTime) }) : t("ui.document.signatures.noTime"),
              ],
              [t("ui.document.signatures.file"), signature.file],
              [t("ui.document.signatures.checkedAt"), exact(signature.checkedAt)],
            ]}
          />
        </article>
      ))}
    </div>
  );
}
