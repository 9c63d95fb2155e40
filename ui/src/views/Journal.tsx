/** The journal of the archive and its check: an entry changed behind the program's back is found and named. */
import { Button } from "@mantine/core";
import { useMemo } from "react";
import styles from "../features/journal/Journal.module.css";
import { actionText, actorText } from "../features/journal/words";
import { host, type JournalCheck, type JournalRow } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { usePages } from "../shared/usePages";
import { useTexts } from "../shared/useTexts";
import { VirtualTable, type Column } from "../shared/VirtualTable";
import { useState } from "react";

export function Journal() {
  const texts = useTexts();
  const { t, exact } = texts;
  const pages = usePages("journal", host.journal, ["documents-changed", "outbox-changed"]);
  const [check, setCheck] = useState<JournalCheck | null>(null);
  const verify = useAction(async () => {
    setCheck(null);
    setCheck(await host.verifyJournal());
  });
  const columns = useMemo<Column<JournalRow>[]>(
    () => [
      { id: "seq", header: () => t("ui.journal.columns.seq"), cell: ({ row }) => <span className="muted">{row.original.row?.seq}</span> },
      { id: "at", header: () => t("ui.journal.columns.at"), cell: ({ row }) => row.original.row && <span className="small">{exact(row.original.row.at)}</span> },
      { id: "action", header: () => t("ui.journal.columns.action"), cell: ({ row }) => row.original.row && actionText(texts, row.original.row) },
      { id: "actor", header: () => t("ui.journal.columns.actor"), cell: ({ row }) => row.original.row && actorText(texts, row.original.row) },
      {
        id: "document", header: () => t("ui.journal.columns.document"),
        cell: ({ row }) => row.original.row?.documentId && <a href={`#${paths.document(row.original.row.documentId)}`}>{t("ui.journal.open")}</a>,
      },
    ],
    [texts, t, exact],
  );
  return (
    <Page
      title={t("ui.journal.title")} lead={<p className="muted">{t("ui.journal.lead")}</p>} fill
      actions={<Button variant="default" leftSection={<Icon name="shield" />} loading={verify.busy} onClick={() => void verify.run()} data-testid="verify-journal">{t("ui.journal.verify")}</Button>}
    >
      <div className={styles.tools}>
        {verify.error && <ErrorNotice error={verify.error} onClose={verify.clear} />}
        {check && <CheckResult check={check} />}
        {pages.error && <ErrorNotice error={pages.error} onRetry={pages.reload} />}
      </div>
      {pages.total === null && !pages.error && <Loading rows={8} height={40} />}
      {pages.total === 0 && <Empty icon="journal" title={t("ui.journal.empty.title")}>{t("ui.journal.empty.text")}</Empty>}
      {pages.total !== null && pages.total > 0 && (
        <VirtualTable
          label={t("ui.journal.grid")} columns={columns} rows={pages.slots} rowHeight={40} className={styles.columns} testId="journal"
          rowId={(row) => String(row.seq)} onRange={pages.show}
        />
      )}
    </Page>
  );
}

function CheckResult({ check }: { check: JournalCheck }) {
  const { t, number } = useTexts();
  if (check.brokenAt === null) {
    return <Strip tone="ok" testId="journal-intact"><p role="status">{t("ui.journal.intact", { count: check.entries, formatted: number(check.entries) })}</p></Strip>;
  }
  return (
    <Strip tone="bad" testId="journal-broken">
      <p role="alert"><b>{t("ui.journal.broken", { seq: check.brokenAt })}</b></p>
      <p>{t("ui.journal.brokenTodo")}</p>
    </Strip>
  );
}
