/** One signature: the verdict in a word, four plain sentences, what speaks against it; everything else folded. */
import type { FieldProblem, SignerView } from "../../ipc";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { Authority } from "../poa/Authority";
import { SignatureDetails } from "./SignatureDetails";
import styles from "./Verification.module.css";
import { verdictIcons, verdictTones } from "./verdicts";

const topics = ["who", "what", "when", "allowed"] as const;

type Props = { signer: SignerView; number: number; counter?: boolean };

export function SignatureCard({ signer, number, counter = false }: Props) {
  const { t, coded } = useTexts();
  const title = signer.profile === "time-stamp" ? t("verification.profile.time-stamp") : t(counter ? "verification.label.counterSignature" : "verification.label.signature", { number });
  return (
    <article className={`${styles.card} ${counter ? styles.counter : ""}`} aria-label={title} data-testid="signature" data-verdict={signer.verdict}>
      <header className={styles.cardHead}>
        <h3>{title}</h3>
        <Label tone={verdictTones[signer.verdict]} icon={verdictIcons[signer.verdict]} pill>{t(`signature.verdict.${signer.verdict}`)}</Label>
      </header>
      <dl className={styles.sentences}>
        {signer.sentences.map((sentence, index) => (
          <div key={sentence.code} className={styles.sentence} data-testid={`sentence-${topics[index] ?? index}`}>
            <dt>{t(`verification.heading.${topics[index] ?? "what"}`)}</dt>
            <dd>{coded("verification", sentence)}</dd>
          </div>
        ))}
        {signer.authority && (
          <div className={styles.sentence} data-testid="sentence-authority">
            <dt>{t("ui.authority.title")}</dt>
            <dd><Authority authority={signer.authority} /></dd>
          </div>
        )}
        {signer.qualification && (
          <div className={styles.sentence} data-testid="sentence-qualified" data-status={signer.qualification.status}>
            <dt>{t("verification.heading.qualified")}</dt>
            <dd>{signer.qualification.sentences.map((sentence) => coded("verification", sentence)).join(" ")}</dd>
          </div>
        )}
      </dl>
      <Codes title={t("verification.label.reasons")} codes={signer.reasons} />
      <Codes title={t("verification.label.notes")} codes={signer.notes} />
      {signer.qualification && <Problems title={t("verification.label.qualification")} problems={signer.qualification.problems} />}
      {signer.counterSignatures.length > 0 && <p className="small">{t("ui.verify.counter", { count: signer.counterSignatures.length })}</p>}
      <SignatureDetails signer={signer} />
      {signer.counterSignatures.map((one, index) => <SignatureCard key={one.id} signer={one} number={index + 1} counter />)}
    </article>
  );
}

function Codes({ title, codes }: { title: string; codes: readonly string[] }) {
  return <Problems title={title} problems={codes.map((code) => ({ code, params: {} }))} />;
}

function Problems({ title, problems }: { title: string; problems: readonly FieldProblem[] }) {
  const { coded } = useTexts();
  if (problems.length === 0) return null;
  return (
    <div className={styles.codes}>
      <h4>{title}</h4>
      <ul>
        {problems.map((problem, index) => <li key={index}>{coded("reasons", problem)}</li>)}
      </ul>
    </div>
  );
}
