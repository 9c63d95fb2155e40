/** Documents whose term of keeping has ended, by class. Nothing here is deleted by itself. */
import { Button, Checkbox, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import { useCallback, useEffect, useMemo, useState } from "react";
import { StageLabel } from "../features/documents/stages";
import { DeleteDialog } from "../features/retention/DeleteDialog";
import styles from "../features/retention/Retention.module.css";
import { host, type DocumentRow, type EndedTerms } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Back, Page } from "../shared/Page";
import { Empty, Loading } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { usePages } from "../shared/usePages";
import { useTexts } from "../shared/useTexts";
import { VirtualTable, type Column } from "../shared/VirtualTable";

const TYPING_PAUSE_MS = 200;

export function Retention() {
  const { t, date, number } = useTexts();
  const [chosen, setChosen] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const [about, setAbout] = useState<EndedTerms | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [deleting, setDeleting] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const key = JSON.stringify([chosen, text]);
  const pages = usePages(key, async (offset, limit) => {
    const answer = await host.endedTerms({ class: chosen, text, offset, limit });
    setAbout(answer);
    return answer;
  }, ["documents-changed", "mail-changed"]);
  useEffect(() => setMarked(new Set()), [key]);
  const toggle = useCallback((row: DocumentRow) => {
    setMarked((old) => {
      const next = new Set(old);
      if (!next.delete(row.id)) next.add(row.id);
      return next;
    });
  }, []);
  const { slots, total } = pages;
  const all = total !== null && total > 0 && marked.size >= total;
  const markAll = useAction(async () => {
    if (all || total === null) return setMarked(new Set());
    const everything = await host.endedTerms({ class: chosen, text, offset: 0, limit: total });
    setMarked(new Set(everything.rows.map(({ id }) => id)));
  });
  const columns = useMemo<Column<DocumentRow>[]>(
    () => [
      {
        id: "select",
        header: () => (
          <Checkbox
            size="xs" checked={all} indeterminate={!all && marked.size > 0} onChange={() => void markAll.run()} disabled={markAll.busy}
            aria-label={t("ui.documents.selectAll")} data-testid="select-all"
          />
        ),
        cell: ({ row: { original: { row } } }) => row && (
          <Checkbox
            size="xs" tabIndex={-1} checked={marked.has(row.id)} onChange={() => toggle(row)} onClick={(event) => event.stopPropagation()}
            aria-label={t("ui.documents.selectRow", { title: row.title })}
          />
        ),
      },
      { id: "title", header: () => t("ui.documents.columns.title"), cell: ({ row }) => row.original.row?.title },
      { id: "added", header: () => t("ui.retention.list.added"), cell: ({ row }) => <span className="muted small">{row.original.row && date(row.original.row.added)}</span> },
      { id: "stage", header: () => t("ui.documents.columns.stage"), cell: ({ row }) => row.original.row && <StageLabel stage={row.original.row.stage} /> },
    ],
    [t, date, marked, toggle, all, markAll.run, markAll.busy],
  );
  const listed = about?.classes.find((one) => one.class.code === about.class);
  return (
    <Page
      title={t("ui.retention.list.title")} fill lead={<p className="muted">{t("ui.retention.list.lead")}</p>}
      above={<Back to={paths.documents()} testId="retention-back">{t("ui.document.back")}</Back>}
      bar={marked.size > 0 && (
        <ActionBar lead={<span data-testid="marked">{t("ui.documents.selected", { count: marked.size })}</span>}>
          <Button variant="subtle" onClick={() => setMarked(new Set())}>{t("ui.documents.deselect")}</Button>
          <Button color="red" onClick={() => setDeleting(true)} data-testid="delete-marked">{t("ui.retention.list.delete", { count: marked.size })}</Button>
        </ActionBar>
      )}
    >
      <div className={styles.tools}>
        <TextInput
          className={styles.search ?? ""} type="search" label={t("ui.retention.list.search")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)}
          leftSection={<Icon name="search" size={16} />} data-testid="ended-search"
          rightSection={typed !== "" && <CloseButton size="sm" onClick={() => setTyped("")} aria-label={t("ui.documents.clear")} />}
        />
        {about !== null && about.classes.length > 0 && (
          <NativeSelect
            className={styles.class ?? ""} label={t("ui.retention.class")} value={about.class ?? ""} onChange={(event) => setChosen(event.currentTarget.value)} data-testid="ended-class"
            data={about.classes.map(({ class: { code, title }, documents }) => ({ value: code, label: t("ui.retention.list.class", { title, documents: number(documents) }) }))}
          />
        )}
      </div>
      {about !== null && about.lettersTotal > 0 && text === "" && (
        <details className={`${styles.source}`} data-testid="ended-letters">
          <summary>{t("ui.retention.list.letters", { count: about.lettersTotal })}</summary>
          <ul>
            {about.letters.map(({ letter, sender, subject, created }) => (
              <li key={letter.message}><a href={`#${paths.letter(letter)}`}>{sender}, {date(created)}{subject ? `: ${subject}` : ""}</a></li>
            ))}
          </ul>
        </details>
      )}
      {listed && <p className={`${styles.source} muted small`} data-testid="ended-source">{t("ui.retention.list.source", { source: listed.class.source })}</p>}
      {pages.error && <ErrorNotice error={pages.error} onRetry={pages.reload} />}
      {markAll.error && <ErrorNotice error={markAll.error} onClose={markAll.clear} />}
      {total === null && !pages.error && <Loading rows={6} height={44} />}
      {total === 0 && text === "" && <Empty icon="ok" title={t("ui.retention.list.none")}>{t("ui.retention.list.noneText")}</Empty>}
      {total === 0 && text !== "" && <Empty icon="search" title={t("ui.documents.notFound.title")}>{t("ui.documents.notFound.text")}</Empty>}
      {total !== null && total > 0 && (
        <VirtualTable
          label={t("ui.retention.list.title")} columns={columns} rows={slots} rowHeight={52} className={styles.columns} testId="ended" rowId={(row) => row.id} onRange={pages.show}
          onOpen={(row) => go(paths.document(row.id))} selected={(row) => marked.has(row.id)} onToggle={toggle}
        />
      )}
      <DeleteDialog
        documents={deleting ? [...marked] : null} onClose={() => setDeleting(false)}
        onDeleted={() => { setDeleting(false); setMarked(new Set()); pages.reload(); }}
      />
    </Page>
  );
}
