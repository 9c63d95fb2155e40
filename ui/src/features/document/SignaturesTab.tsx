/** Signatures with their verdict in words and the reasons for it. */
import type { SignatureView, SignedUnderRow, Verdict } from "../../ipc";
import { Empty, Facts, Label, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { Authority } from "../poa/Authority";
import styles from "./Document.module.css";

const tones: Record<Verdict, Tone> = { valid: "ok", invalid: "bad", unknown: "warn" };

type Props = { signatures: readonly SignatureView[]; signedUnder: readonly SignedUnderRow[] };

export function SignaturesTab({ signatures, signedUnder }: Props) {
  const { t, exact, coded } = useTexts();
  if (signatures.length === 0) return <Empty icon="sign" title={t("ui.document.signatures.none")} />;
  return (
    <div className={styles.list}>
      {signedUnder.map((one) => <Under key={one.signature} one={one} />)}
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
              [t("ui.authority.title"), signature.authority ? <Authority authority={signature.authority} /> : null],
            ]}
          />
        </article>
      ))}
    </div>
  );
}

/** As it was judged when it was signed here, whatever has become of the power of attorney since. */
function Under({ one }: { one: SignedUnderRow }) {
  const { t, exact, coded } = useTexts();
  return (
    <article className={styles.item} aria-label={t("ui.document.signedUnder", { number: one.number })} data-testid="signed-under" data-number={one.number}>
      <h2>{t("ui.document.signedUnder", { number: one.number })}</h2>
      <Facts
        rows={[
          [t("ui.document.signatures.file"), one.signature],
          [t("ui.document.signatures.time"), exact(one.at)],
          [t("ui.document.judgedThen"), t(`ui.authority.verdicts.${one.judgement.verdict}`)],
          [t("ui.document.signatures.reasons"), one.judgement.reasons.map(({ code, params }) => coded("poa.reasons", { code: code.replace(/^poa\./, ""), params })).join("; ") || null],
        ]}
      />
      {one.word !== null && <p><Label tone="warn">{t("ui.document.signedUnderWord")}</Label></p>}
    </article>
  );
}
