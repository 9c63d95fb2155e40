/** How long a document is kept: its class, the end of its term and the law behind it; holding it, and deleting it. */
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { host, type DocumentPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts, Label } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { DeleteDialog } from "./DeleteDialog";
import { Holding } from "./Holding";
import styles from "./Retention.module.css";

export function RetentionTab({ page, onChanged }: { page: DocumentPage; onChanged: () => void }) {
  const { t, date } = useTexts();
  const [deleting, setDeleting] = useState(false);
  const { retention, row } = page;
  const choose = useAction(async (code: string) => {
    await host.setRetentionClass(row.id, code === "" ? null : code);
    onChanged();
  });
  if (!retention) return <ErrorNotice error={{ code: "app.retention-data", params: { file: "retention.json" }, retriable: false }} quiet />;
  const { class: its, classes, until } = retention;
  return (
    <div className={styles.tab} data-testid="retention">
      <Facts
        rows={[
          [t("ui.retention.class"), its.title],
          [t("ui.retention.term"), its.years === null ? t("ui.retention.noTerm") : t("ui.retention.years", { count: its.years })],
          [t("ui.retention.until"), until && (retention.ended ? <Label tone="warn">{t("ui.retention.ended", { until: date(until) })}</Label> : date(until))],
          [t("ui.retention.source"), its.source],
        ]}
      />
      <NativeSelect
        className={styles.wide ?? ""} label={t("ui.retention.choose")} value={retention.chosen ? its.code : ""} disabled={choose.busy} onChange={(event) => void choose.run(event.currentTarget.value)}
        data={[{ value: "", label: t("ui.retention.byFormat") }, ...classes.map(({ code, title }) => ({ value: code, label: title }))]} data-testid="retention-class"
      />
      {choose.error && <ErrorNotice error={choose.error} onClose={choose.clear} />}
      <Holding hold={retention.hold} text={t("ui.retention.hold.text")} set={async (why) => { await host.setHold(row.id, why); onChanged(); }} />
      <section className={styles.section}>
        <h2>{t("ui.retention.deleting.title")}</h2>
        <p className="muted">{t("ui.retention.deleting.text")}</p>
        <Button variant="default" leftSection={<Icon name="close" />} onClick={() => setDeleting(true)} data-testid="delete-document">{t("ui.retention.deleting.button")}</Button>
      </section>
      <DeleteDialog documents={deleting ? [row.id] : null} onClose={() => setDeleting(false)} onDeleted={() => go(paths.documents())} />
    </div>
  );
}
