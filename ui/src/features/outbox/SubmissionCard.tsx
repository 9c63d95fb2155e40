/** One sending: where it stands in words, what it waits for, what can be done; a lost answer is explained, not alarmed about. */
import { Button, Modal, Progress } from "@mantine/core";
import { useState } from "react";
import { host, type Incoming as IncomingFile, type OutboxRow, type OutboxState } from "../../ipc";
import { Age } from "../../shared/Age";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon, type IconName } from "../../shared/Icon";
import { Label, Strip, type Tone } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { useSignIn } from "../session/SignInDialog";
import styles from "./Outbox.module.css";

const icons: Record<OutboxState, IconName> = {
  queued: "clock", reserving: "outbox", reserved: "outbox", uploading: "outbox", amending: "outbox", following: "organisation", cancelling: "undo", collecting: "save", finished: "ok",
};
const outcomeTones: Record<string, Tone> = { accepted: "ok", refused: "bad", failed: "bad", cancelled: "quiet", other: "warn" };

/** `apart`: shown on the document's own page, where the title and the way to it say nothing new. */
export function SubmissionCard({ row, onChanged, apart = false }: { row: OutboxRow; onChanged: () => void; apart?: boolean }) {
  const { t, dateTime, when } = useTexts();
  const signIn = useSignIn();
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
        {row.orderId && <a href={`#${paths.order(row.orderId)}`}>{t("ui.outbox.order", { id: row.orderId })}</a>}
        <span>{t("ui.outbox.created", { when: dateTime(row.created) })}</span>
        {row.attempts > 0 && row.state !== "finished" && (
          <span>{t("ui.outbox.attempt", { count: row.attempts })}{row.nextTry && `, ${t("ui.outbox.nextTry", { when: when(row.nextTry) })}`}</span>
        )}
      </div>
      {row.heard && row.state !== "finished" && <Heard at={row.heard} />}
      {row.incoming && <Incoming file={row.incoming} broken={row.lastError !== null} />}
      {row.waitingFor && !isWithAgency(row) && <div><Label tone="info" icon={row.waitingFor === "network" ? "offline" : "clock"}>{t(`ui.outbox.waiting.${row.waitingFor}`)}</Label></div>}
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
          <Button onClick={signIn} size="compact-md" leftSection={<Icon name="token" size={16} />} data-testid={`sign-in-for-${row.id}`}>{t("ui.outbox.signIn")}</Button>
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

/** The state says already whose turn it is; the portal has done its part. */
const isWithAgency = (row: OutboxRow) => row.state === "following" && row.lastError === null;

/** What is shown of an order is what the portal said then. */
function Heard({ at }: { at: string }) {
  const { t, dateTime } = useTexts();
  const { state } = useAppState();
  return (
    <p className="muted small" data-testid="heard">
      {t("ui.outbox.heard", { when: dateTime(at) })}<Age since={at} />{state.network === "offline" && `; ${t("ui.outbox.heardOffline")}`}
    </p>
  );
}

/** How far a result is that comes from the portal. */
function Incoming({ file: { file, received, total, resumable }, broken }: { file: IncomingFile; broken: boolean }) {
  const { t, size } = useTexts();
  const words = total === null
    ? t("ui.outbox.incoming.some", { file, received: size(received) })
    : t("ui.outbox.incoming.of", { file, received: size(received), total: size(total) });
  return (
    <div className={styles.incoming} data-testid="incoming">
      <span className={styles.file}>{words}</span>
      {total !== null && <Progress value={Math.round((received / Math.max(total, 1)) * 100)} size="sm" aria-label={words} />}
      {broken && resumable && <span className="muted small">{t("ui.outbox.incoming.resumes")}</span>}
      {!resumable && <span className="muted small">{t("ui.outbox.incoming.anew")}</span>}
    </div>
  );
}

function State({ row }: { row: OutboxRow }) {
  const { t, coded } = useTexts();
  if (row.state === "finished" && row.outcome) {
    return <Label pill tone={outcomeTones[row.outcome] ?? "quiet"}>{coded("ui.outbox.outcome", { code: row.outcome, params: {} })}</Label>;
  }
  return <Label pill tone={row.outcomeUnknown ? "warn" : "info"} icon={icons[row.state]}>{t(row.outcomeUnknown ? "stage.outcome-unknown" : `ui.outbox.state.${row.state}`)}</Label>;
}
