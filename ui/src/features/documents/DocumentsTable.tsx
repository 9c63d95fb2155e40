/** The list of documents: title, state in words, order number, when it last changed. */
import { Checkbox } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import type { DocumentRow, Order, Passage } from "../../ipc";
import { Label } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { Sorter } from "../../shared/Sorter";
import type { Pages } from "../../shared/usePages";
import { useTexts } from "../../shared/useTexts";
import { VirtualTable, type Column } from "../../shared/VirtualTable";
import styles from "./Documents.module.css";
import { Marked } from "./Marked";
import { nextOrder, sortOf } from "./search";
import { usePassages } from "./usePassages";
import { StageLabel } from "./stages";

type Props = {
  pages: Pages<DocumentRow>; marked: ReadonlyMap<string, DocumentRow>; onToggle: (row: DocumentRow) => void; onToggleAll: () => void; markingAll: boolean;
  /** What the list is narrowed to, and the words of it. */
  searched: string; text: string; order: Order; onOrder: (order: Order) => void;
};

export function DocumentsTable({ pages, marked, onToggle, onToggleAll, markingAll, searched, text, order, onOrder }: Props) {
  const { t, when } = useTexts();
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const passages = usePassages(searched, text, pages.slots, range);
  const { show, more } = pages;
  const onRange = useCallback((from: number, to: number) => {
    setRange([from, to]);
    show(from, to);
  }, [show]);
  const all = !more && pages.total !== null && pages.total > 0 && marked.size >= pages.total;
  const columns = useMemo<Column<DocumentRow>[]>(
    () => [
      {
        id: "select",
        header: () => (
          <Checkbox
            size="xs" checked={all} indeterminate={!all && marked.size > 0} onChange={onToggleAll} disabled={markingAll || more} title={more ? t("ui.documents.tooManyToSelect") : undefined}
            aria-label={more ? t("ui.documents.tooManyToSelect") : t("ui.documents.selectAll")} data-testid="select-all"
          />
        ),
        cell: ({ row }) => row.original.row && <Mark row={row.original.row} marked={marked.has(row.original.row.id)} onToggle={onToggle} />,
      },
      {
        id: "title", header: () => <Head column="title" order={order} onOrder={onOrder} />,
        cell: ({ row }) => row.original.row && <TitleCell row={row.original.row} passage={passages.get(row.original.row.id) ?? null} />,
      },
      { id: "stage", header: () => t("ui.documents.columns.stage"), cell: ({ row }) => row.original.row && <StageCell row={row.original.row} /> },
      {
        id: "order", header: () => t("ui.documents.columns.order"),
        cell: ({ row }) => <span className="mono small">{row.original.row?.orderId}</span>,
      },
      {
        id: "updated", header: () => <Head column="updated" order={order} onOrder={onOrder} />,
        cell: ({ row }) => <span className="muted small nowrap">{row.original.row && when(row.original.row.updated)}</span>,
      },
    ],
    [t, when, marked, onToggle, onToggleAll, all, markingAll, more, order, onOrder, passages],
  );
  return (
    <VirtualTable
      label={t("ui.documents.grid")} columns={columns} rows={pages.slots} rowHeight={52} className={styles.columns} testId="documents"
      rowId={(row) => row.id} onRange={onRange} sortOf={(column) => sortOf(column, order)} onOpen={(row) => go(paths.document(row.id))} selected={(row) => marked.has(row.id)} onToggle={onToggle}
    />
  );
}

function Head({ column, order, onOrder }: { column: "title" | "updated"; order: Order; onOrder: (order: Order) => void }) {
  const { t } = useTexts();
  const next = nextOrder(column, order);
  return (
    <Sorter column={column} sorted={sortOf(column, order)} title={t("ui.documents.columns.sort", { order: t(`ui.documents.order.${next}`) })} onSort={() => onOrder(next)}>
      {t(`ui.documents.columns.${column}`)}
    </Sorter>
  );
}

/** The title, and under it the place in the text where the words stand that the title has not. */
function TitleCell({ row, passage }: { row: DocumentRow; passage: Passage | null }) {
  return (
    <>
      <span className={`${styles.title} ${passage ? styles.single : ""}`} title={row.title}><Marked text={row.title} marks={row.marks} /></span>
      {passage && (
        <span className={styles.sub} data-testid={`passage-${row.id}`}>
          {passage.label && <span className="muted">{passage.label}: </span>}
          {passage.cutBefore && "…"}<Marked text={passage.text} marks={passage.marks} />{passage.cutAfter && "…"}
        </span>
      )}
    </>
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
