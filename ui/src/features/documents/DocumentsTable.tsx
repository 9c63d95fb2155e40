/** The list of documents: title, state in words, order number, when it last changed. */
import { Checkbox } from "@mantine/core";
import { useMemo } from "react";
import type { DocumentRow } from "../../ipc";
import { Label } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import type { Pages } from "../../shared/usePages";
import { useTexts } from "../../shared/useTexts";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import styles from "./Documents.module.css";
import { StageLabel } from "./stages";

type Props = {
  pages: Pages<DocumentRow>; marked: ReadonlyMap<string, DocumentRow>; onToggle: (row: DocumentRow) => void; onToggleAll: () => void; markingAll: boolean;
};

export function DocumentsTable({ pages, marked, onToggle, onToggleAll, markingAll }: Props) {
  const { t, when } = useTexts();
  const all = pages.total !== null && pages.total > 0 && marked.size >= pages.total;
  const columns = useMemo<Column<DocumentRow>[]>(
    () => [
      {
        id: "select",
        header: () => (
          <Checkbox
            size="xs" checked={all} indeterminate={!all && marked.size > 0} onChange={onToggleAll} disabled={markingAll} aria-label={t("ui.documents.selectAll")}
            data-testid="select-all"
          />
        ),
        cell: ({ row }) => row.original.row && <Mark row={row.original.row} marked={marked.has(row.original.row.id)} onToggle={onToggle} />,
      },
      { id: "title", header: () => t("ui.documents.columns.title"), cell: ({ row }) => <span className={styles.title} title={row.original.row?.title}>{row.original.row?.title}</span> },
      { id: "stage", header: () => t("ui.documents.columns.stage"), cell: ({ row }) => row.original.row && <StageCell row={row.original.row} /> },
      {
        id: "order", header: () => t("ui.documents.columns.order"),
        cell: ({ row }) => <span className="mono small">{row.original.row?.orderId}</span>,
      },
      {
        id: "updated", header: () => t("ui.documents.columns.updated"),
        cell: ({ row }) => <span className="muted small nowrap">{row.original.row && when(row.original.row.updated)}</span>,
      },
    ],
    [t, when, marked, onToggle, onToggleAll, all, markingAll],
  );
  return (
    <VirtualTable
      label={t("ui.documents.grid")} columns={columns} rows={pages.slots} rowHeight={52} className={styles.columns} testId="documents"
      rowId={(row) => row.id} onRange={pages.show} onOpen={(row) => go(paths.document(row.id))} selected={(row) => marked.has(row.id)} onToggle={onToggle}
    />
  );
}

function Mark({ row, marked, onToggle }: { row: DocumentRow; marked: boolean; onToggle: (row: DocumentRow) => void }) {
  const { t } = useTexts();
  return (
    <Checkbox
      size="xs" checked={marked} onChange={() => onToggle(row)} onClick={(event) => event.stopPropagation()} tabIndex={-1}
      aria-label={t("ui.documents.selectRow", { title: row.title })} data-testid={`select-${row.id}`}
    />
  );
}

function StageCell({ row }: { row: DocumentRow }) {
  return (
    <>
      <StageLabel stage={row.stage} />
      <RowNotes row={row} />
    </>
  );
}

/** What the check and the portal said, where they said anything. */
export function RowNotes({ row }: { row: DocumentRow }) {
  const { t } = useTexts();
  // The portal often says the same word as the state.
  const status = row.statusTitle === t(`stage.${row.stage}`) ? null : row.statusTitle;
  if (row.errors === 0 && row.warnings === 0 && !status) return null;
  return (
    <span className={styles.sub}>
      {row.errors > 0 && <Label tone="bad">{t("ui.documents.errors", { count: row.errors })}</Label>}
      {row.errors === 0 && row.warnings > 0 && <Label tone="warn">{t("ui.documents.warnings", { count: row.warnings })}</Label>}
      {status && <span className="muted" title={status}>{status}</span>}
    </span>
  );
}
