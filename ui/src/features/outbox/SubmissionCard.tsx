/** One sending: where it stands in words, what it waits for, what can be done; a lost answer is explained, not alarmed about. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { host, type OutboxRow, type OutboxState } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon, type IconName } from "../../shared/Icon";
import { Label, Strip, type Tone } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Outbox.module.css";

const icons: Record<OutboxState, IconName> = {
  queued: "clock", reserving: "outbox", reserved: "outbox", uploading: "outbox", following: "organisation", collecting: "save", finished: "ok",
};
const outcomeTones: Record<string, Tone> = { accepted: "ok", refused: "bad", failed: "bad", cancelled: "quiet" };

/** `apart`: shown on the document's own page, where the title and the way to it say nothing new. */
export function SubmissionCard({ row, onChanged, apart = false }: { row: OutboxRow; onChanged: () => void; apart?: boolean }) {
  const { t, dateTime, when } = useTexts();
  const [asking, setAsking] = useState(false);
  const withdraw = useAction(async () => {
    await host.withdraw(row.id);
    setAsking(false);
    onChanged();
  });
  return (
    <article className={styles.card} aria-label={row.documentTitle} data-testid={`submission-${row.id}`} data-state={row.state}>
      <div className={styles.head}>
        {!apart && <h3 className={styles.title}>{row.documentTitle}</h3>}
        <State row={row} />
      </div>
      <div className={styles.meta}>
        <span>{row.serviceTitle}</span>
        {row.orderId && <span>{t("ui.outbox.order", { id: row.orderId })}</span>}
        <span>{t("ui.outbox.created", { when: dateTime(row.created) })}</span>
        {row.attempts > 0 && row.state !== "finished" && (
          <span>{t("ui.outbox.attempt", { count: row.attempts })}{row.nextTry && `, ${t("ui.outbox.nextTry", { when: when(row.nextTry) })}`}</span>
        )}
      </div>
      {row.waitingFor && <div><Label tone="info" icon={row.waitingFor === "network" ? "offline" : "clock"}>{t(`ui.outbox.waiting.${row.waitingFor}`)}</Label></div>}
      {row.outcomeUnknown && (
        <Strip tone="warn" icon="question" testId="outcome-unknown">
          <p><b>{t("ui.outbox.unknown.title")}</b></p>
          <p>{t("ui.outbox.unknown.text")}</p>
        </Strip>
      )}
      {row.lastError && row.state !== "finished" && (
        <details className={styles.details}>
          <summary>{t("ui.outbox.details")}</summary>
          <ErrorNotice error={row.lastError} quiet />
        </details>
      )}
      <div className={styles.foot}>
        {!apart && (
          <Button component="a" href={`#${paths.document(row.documentId)}`} variant="default" size="compact-md" data-testid={`open-${row.documentId}`}>{t("ui.outbox.open")}</Button>
        )}
        {row.waitingFor === "sign-in" && (
          <Button component="a" href={`#${paths.signIn}`} size="compact-md" leftSection={<Icon name="token" size={16} />}>{t("ui.outbox.signIn")}</Button>
        )}
        {row.canWithdraw && (
          <Button variant="default" size="compact-md" leftSection={<Icon name="undo" size={16} />} onClick={() => setAsking(true)} data-testid={`withdraw-${row.id}`}>
            {t("ui.outbox.withdraw")}
          </Button>
        )}
      </div>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t("ui.outbox.withdrawTitle")} closeButtonProps={{ "aria-label": t("ui.close") }}>
        <div className={styles.stack}>
          <p>{t("ui.outbox.withdrawText", { title: row.documentTitle })}</p>
          {withdraw.error && <ErrorNotice error={withdraw.error} onClose={withdraw.clear} />}
          <div className={styles.foot}>
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>{t("ui.outbox.keep")}</Button>
            <Button onClick={() => void withdraw.run()} loading={withdraw.busy} data-testid="withdraw-confirm">{t("ui.outbox.withdrawConfirm")}</Button>
          </div>
        </div>
      </Modal>
    </article>
  );
}

function State({ row }: { row: OutboxRow }) {
  const { t, coded } = useTexts();
  if (row.state === "finished" && row.outcome) {
    return <Label pill tone={outcomeTones[row.outcome] ?? "quiet"}>{coded("ui.outbox.outcome", { code: row.outcome, params: {} })}</Label>;
  }
  return <Label pill tone={row.outcomeUnknown ? "warn" : "info"} icon={icons[row.state]}>{t(row.outcomeUnknown ? "stage.outcome-unknown" : `ui.outbox.state.${row.state}`)}</Label>;
}
