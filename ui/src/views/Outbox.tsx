/** Everything on its way to the portal, what it waits for, and what has ended. */
import { SubmissionCard } from "../features/outbox/SubmissionCard";
import styles from "../features/outbox/Outbox.module.css";
import { host, type OutboxRow } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Page } from "../shared/Page";
import { Empty, Loading } from "../shared/Pieces";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function Outbox() {
  const { t } = useTexts();
  const outbox = useHostQuery("outbox", host.outbox, ["outbox-changed", "documents-changed"]);
  const rows = outbox.data ?? [];
  const reload = () => void outbox.reload();
  return (
    <Page title={t("ui.outbox.title")} narrow>
      <div className={styles.stack}>
        {outbox.error && <ErrorNotice error={outbox.error} onRetry={reload} />}
        {!outbox.data && !outbox.error && <Loading rows={3} height={110} />}
        {outbox.data && rows.length === 0 && <Empty icon="outbox" title={t("ui.outbox.empty.title")}>{t("ui.outbox.empty.text")}</Empty>}
        <Group id="active" title={t("ui.outbox.active")} rows={rows.filter((row) => row.state !== "finished")} onChanged={reload} />
        <Group id="finished" title={t("ui.outbox.finished")} rows={rows.filter((row) => row.state === "finished")} onChanged={reload} />
      </div>
    </Page>
  );
}

function Group({ id, title, rows, onChanged }: { id: string; title: string; rows: OutboxRow[]; onChanged: () => void }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={`outbox-${id}`} className={styles.list} data-testid={`outbox-${id}`}>
      <h2 id={`outbox-${id}`}>{title}: {rows.length}</h2>
      {rows.map((row) => <SubmissionCard key={row.id} row={row} onChanged={onChanged} />)}
    </section>
  );
}
