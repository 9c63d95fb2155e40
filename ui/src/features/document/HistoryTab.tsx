/** What the portal and the authority said, newest last, as it happened. */
import type { DocumentPage } from "../../ipc";
import { Empty, Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { SubmissionCard } from "../outbox/SubmissionCard";
import styles from "./Document.module.css";

export function HistoryTab({ page, onChanged }: { page: DocumentPage; onChanged: () => void }) {
  const { t, dateTime } = useTexts();
  if (page.history.length === 0 && !page.submission) return <Empty icon="outbox" title={t("ui.document.history.none")} />;
  return (
    <div className={styles.list}>
      {page.submission && <SubmissionCard row={page.submission} onChanged={onChanged} apart />}
      <ol className={styles.steps} data-testid="history">
        {page.history.map((status, index) => (
          <li key={index} className={styles.step}>
            <span>
              <b>{status.title}</b> {status.final && <Label tone="quiet">{t("ui.document.history.final")}</Label>}
            </span>
            {status.comment && <p>{status.comment}</p>}
            <span className="muted small">{dateTime(status.at)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
