/** Before documents are deleted for good: what goes, what may not go and why, what stays, and for what reason. */
import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type Deleted, type DocumentToDelete } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Loading, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Retention.module.css";

type Way = { onClose: () => void; onDeleted: () => void };

export function DeleteDialog({ documents, ...way }: Way & { documents: readonly string[] | null }) {
  const { t } = useTexts();
  return (
    <Modal opened={documents !== null} onClose={way.onClose} title={t("ui.retention.dialog.title")} size="lg" closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      {documents && <Content documents={documents} {...way} />}
    </Modal>
  );
}

function Content({ documents, onClose, onDeleted }: Way & { documents: readonly string[] }) {
  const { t } = useTexts();
  const query = useHostQuery(`to-delete ${documents.join()}`, () => host.toDelete([...documents]));
  const [reason, setReason] = useState("");
  const [early, setEarly] = useState(false);
  const [done, setDone] = useState<Deleted | null>(null);
  const remove = useAction(async (ids: string[]) => {
    const deleted = await host.deleteDocuments({ documents: ids, reason, early });
    if (deleted.refused.length === 0) onDeleted();
    else setDone(deleted);
  });
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.reload()} />;
  if (!query.data) return <Loading rows={4} />;
  if (done) return <Result done={done} onClose={done.documents.length > 0 ? onDeleted : onClose} />;
  const free = query.data.filter((row) => !row.obstacle);
  const before = free.filter((row) => row.early);
  const going = early ? free : free.filter((row) => !row.early);
  return (
    <div className={styles.dialog} data-testid="delete-dialog">
      <Rows rows={query.data} />
      {free.length > 0 && (
        <>
          <What rows={free} />
          {before.length > 0 && (
            <Strip tone="warn" testId="early">
              <p><b>{t("ui.retention.dialog.early", { count: before.length })}</b></p>
              <p>{t("ui.retention.dialog.earlyText")}</p>
              <Checkbox mt="xs" checked={early} onChange={(event) => setEarly(event.currentTarget.checked)} label={t("ui.retention.dialog.earlyConfirm")} data-testid="confirm-early" />
            </Strip>
          )}
          <TextInput
            label={t("ui.retention.dialog.reason")} description={t("ui.retention.dialog.reasonText")} placeholder={t("ui.retention.dialog.example")} value={reason} maxLength={300} required
            onChange={(event) => setReason(event.currentTarget.value)} data-testid="delete-reason"
          />
        </>
      )}
      {remove.error && <ErrorNotice error={remove.error} onClose={remove.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose} disabled={remove.busy}>{t(free.length > 0 ? "ui.cancel" : "ui.close")}</Button>
        {free.length > 0 && (
          <Button color="red" loading={remove.busy} disabled={going.length === 0 || reason.trim() === ""} onClick={() => void remove.run(going.map(({ id }) => id))} data-testid="confirm-delete">
            {t("ui.retention.dialog.confirm", { count: going.length })}
          </Button>
        )}
      </div>
    </div>
  );
}

/** So many are told one by one; those that may not go come first. */
const TOLD = 100;

function Rows({ rows }: { rows: readonly DocumentToDelete[] }) {
  const { t, date } = useTexts();
  const told = [...rows].sort((a, b) => Number(b.obstacle !== null) - Number(a.obstacle !== null)).slice(0, TOLD);
  return (
    <ul className={styles.list} tabIndex={0} aria-label={t("ui.retention.dialog.documents")}>
      {told.map((row) => (
        <li key={row.id} className={styles.row} data-testid="to-delete">
          <b>{row.title}</b>
          {row.obstacle ? (
            <ErrorNotice error={row.obstacle} quiet compact />
          ) : (
            <span className="muted small">
              {row.until ? t(row.early ? "ui.retention.dialog.keep" : "ui.retention.ended", { until: date(row.until) }) : t("ui.retention.noTerm")}
            </span>
          )}
        </li>
      ))}
      {rows.length > told.length && <li className="muted">{t("ui.retention.dialog.more", { count: rows.length - told.length })}</li>}
    </ul>
  );
}

const parts = ["files", "signatures", "receipts", "statuses"] as const;

/** What goes with the documents, all together, and what does not. */
function What({ rows }: { rows: readonly DocumentToDelete[] }) {
  const { t, size } = useTexts();
  const sum = (of: (row: DocumentToDelete) => number) => rows.reduce((all, row) => all + of(row), 0);
  return (
    <>
      <section>
        <h3>{t("ui.retention.dialog.goes")}</h3>
        <ul className={styles.points}>
          {parts.map((part) => [part, sum((row) => row[part])] as const).filter(([, count]) => count > 0).map(([part, count]) => (
            <li key={part}>{t(`ui.retention.dialog.${part}`, { count })}</li>
          ))}
          <li>{t("ui.retention.dialog.size", { size: size(sum((row) => row.sizeKb) * 1000) })}</li>
        </ul>
      </section>
      <section>
        <h3>{t("ui.retention.dialog.stays")}</h3>
        <ul className={styles.points}>
          <li>{t("ui.retention.dialog.journal")}</li>
          <li>{t("ui.retention.dialog.backups")}</li>
          {sum((row) => row.drafts) > 0 && <li>{t("ui.retention.dialog.drafts")}</li>}
        </ul>
      </section>
    </>
  );
}

function Result({ done, onClose }: { done: Deleted; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <div className={styles.dialog} data-testid="delete-result">
      <p role="status">{t("ui.retention.dialog.result", { deleted: done.documents.length, refused: done.refused.length })}</p>
      <ul className={styles.list}>
        {done.refused.map(({ id, title, error }) => (
          <li key={id} className={styles.row}>
            <b>{title}</b>
            <ErrorNotice error={error} quiet compact />
          </li>
        ))}
      </ul>
      <div className={styles.foot}><Button onClick={onClose}>{t("ui.close")}</Button></div>
    </div>
  );
}
