/** The verdict on the whole file in one line that can be read across the room. */
import type { VerificationReport } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Verification.module.css";
import { verdictIcons } from "./verdicts";

export function VerdictLine({ report }: { report: VerificationReport }) {
  const { t } = useTexts();
  const { verdict, file, content } = report;
  // Time stamps over a document are listed with its signatures; who signed are the others.
  const persons = report.signers.filter((signer) => signer.profile !== "time-stamp");
  const signers = verdict === "valid" && persons.length > 0 ? persons : report.signers;
  return (
    <div className={`${styles.verdict} ${styles[verdict]}`} role="status" data-testid="verdict" data-verdict={verdict}>
      <Icon name={verdictIcons[verdict]} size={40} />
      <div>
        <h2 className={styles.verdictWords}>
          {signers.length === 1 ? t(`signature.verdict.${verdict}`) : t(`verification.headline.${verdict}`, { count: signers.length })}
        </h2>
        <p className={styles.verdictFile}>
          {content ? content.name : file.name}
          {content && <span className="muted small"> · {t("ui.verify.pair", { file: file.name })}</span>}
        </p>
      </div>
    </div>
  );
}
