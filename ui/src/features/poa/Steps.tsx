/** The way to the registry and back: what is done, with its time, where it stands, what is ahead. */
import type { PoaCard, PoaErrand } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon, type IconName } from "../../shared/Icon";
import { Card } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Poa.module.css";
import { lookOf, RegistryWord } from "./states";

const waits = (errand: PoaErrand) => errand.step !== "done" && errand.step !== "ended";

export function Steps({ card }: { card: PoaCard }) {
  const { t, dateTime } = useTexts();
  const icon = (state: string, mark: string): IconName => (mark === "done" ? "check" : mark === "current" ? lookOf(state).icon : "dot");
  const errand = card.errands.find(waits);
  const ended = card.errands.find((one) => one.kind === "revoke" && one.step === "ended");
  return (
    <Card testId="poa-steps">
      <div className={styles.part}>
        <h2>{t("ui.poas.steps.title")}</h2>
        <ol className={styles.steps}>
          {card.steps.map((step) => (
            <li key={step.state} className={styles.step} data-mark={step.mark} data-state={step.state} aria-current={step.mark === "current" ? "step" : undefined}>
              <span className={styles.mark}><Icon name={icon(step.state, step.mark)} size={20} /></span>
              <span className={styles.stepText}>
                <span className={styles.stepName}>{t(`ui.poas.steps.${step.state}`)}</span>
                {step.at && <span className="muted small">{dateTime(step.at)}</span>}
                <span className="visually-hidden">{t(`ui.poas.steps.mark.${step.mark}`)}</span>
              </span>
            </li>
          ))}
        </ol>
        <p className="small"><RegistryWord row={card.row} /></p>
        {errand && (
          <p className="small" data-testid="poa-errand" data-kind={errand.kind}>
            {t(`ui.poas.errand.${errand.kind}.${errand.step}`)}{errand.attempts > 0 && ` ${t("ui.poas.errand.again", { at: dateTime(errand.due), count: errand.attempts })}`}
          </p>
        )}
        {errand?.error && <ErrorNotice error={{ code: errand.error, params: {}, retriable: true }} compact quiet />}
        {ended?.error && card.row.revocationConfirmed === null && <ErrorNotice error={{ code: ended.error, params: {}, retriable: false }} compact quiet />}
      </div>
    </Card>
  );
}
