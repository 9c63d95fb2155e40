/** One step: its state in an icon and a word, what was found, and folded behind it the details and the remedy. */
import type { DoctorLine } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Doctor.module.css";
import { tones, type Said } from "./words";

type Props = { line: DoctorLine; said: Said; isFirstBroken: boolean };

export function StepLine({ line, said, isFirstBroken }: Props) {
  const { t } = useTexts();
  // A remedy for a step that holds, or was not reached, would only distract.
  const todo = isFirstBroken || line.state === "warning" ? said.todo : null;
  const head = (
    <>
      <Label tone={tones[line.state]}>
        <span className={styles.step}>{t(`doctor.step.${line.step}`)}</span>
        <span className="visually-hidden"> ({t(`doctor.state.${line.state}`)})</span>
      </Label>
      <span className={styles.says}>{said.says}</span>
    </>
  );
  const isFoldable = said.more !== null || todo !== null;
  return (
    <li className={isFirstBroken ? styles.broken : undefined} data-testid={`step-${line.step}`} data-state={line.state} data-code={line.code}>
      {isFoldable ? (
        <details open={isFirstBroken}>
          <summary className={styles.line}>
            {head}
            <span className={styles.fold}><Icon name="down" size={14} /></span>
          </summary>
          <div className={styles.detail}>
            {said.more && <p className={styles.more}>{said.more}</p>}
            {todo && (
              <p data-testid={`todo-${line.step}`}>
                <b>{t("ui.doctor.todo")}: </b>
                {todo}
              </p>
            )}
            {(isFirstBroken || line.state === "warning") && <p className={`mono muted small ${styles.code}`}>{t("ui.error.code", { code: line.code })}</p>}
          </div>
        </details>
      ) : (
        <div className={styles.line}>{head}</div>
      )}
    </li>
  );
}
