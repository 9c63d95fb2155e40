/** A grid of any length: only what is in sight is drawn; arrows walk, Enter opens, Space marks. */
import { Skeleton } from "@mantine/core";
import { FlexRender, tableFeatures, useTable, type ColumnDef } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import styles from "./VirtualTable.module.css";

export const features = tableFeatures({});
/** A row that is not loaded yet is null. */
export type Slot<T> = { index: number; row: T | null };
export type Column<T> = ColumnDef<typeof features, Slot<T>, unknown>;

type Props<T> = {
  label: string; columns: Column<T>[]; rows: Slot<T>[]; rowHeight: number; className: string | undefined; testId: string;
  rowId: (row: T) => string; onRange: (from: number, to: number) => void; onOpen?: (row: T) => void;
  /** What stands out. */
  toneOf?: (row: T) => "bad" | "warn" | undefined;
  /** The row to bring into sight, each time it is another object. */
  reveal?: { index: number } | null;
  selected?: (row: T) => boolean; onToggle?: (row: T) => void; sortOf?: (column: string) => "ascending" | "descending" | undefined;
};

export function VirtualTable<T>(props: Props<T>) {
  const { label, columns, rows, rowHeight, className = "", onOpen, onToggle, selected, onRange, rowId, reveal = null } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const table = useTable({ features, columns, data: rows, getRowId: (slot) => String(slot.index) });
  const model = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 8, scrollPaddingStart: 36,
    initialRect: { width: 800, height: 600 },
  });
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  useEffect(() => onRange(from, to), [onRange, from, to]);
  useEffect(() => setActive((old) => Math.min(old, Math.max(rows.length - 1, 0))), [rows.length]);

  useEffect(() => {
    if (reveal === null) return;
    setActive(reveal.index);
    virtual.scrollToIndex(reveal.index, { align: "center" });
  }, [reveal, virtual]);

  const move = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, index: number, row: T | null) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, to - from - 16);
    const steps: Record<string, () => void> = {
      ArrowDown: () => move(index + 1), ArrowUp: () => move(index - 1), PageDown: () => move(index + page), PageUp: () => move(index - page),
      Home: () => move(0), End: () => move(rows.length - 1), Enter: () => row && onOpen?.(row), " ": () => row && onToggle?.(row),
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  };
  // The row that can be reached with Tab must be one that is drawn.
  const reachable = active >= from && active <= to ? active : from;

  return (
    <div className={styles.table}>
      <div
        className={styles.scroll} ref={scroll} role="grid" aria-label={label} aria-rowcount={rows.length + 1} aria-multiselectable={onToggle ? true : undefined}
        data-testid={props.testId} data-keep-scroll={props.testId}
      >
        <div className={styles.head} role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <div key={group.id} role="row" aria-rowindex={1} className={`${styles.row} ${className}`}>
              {group.headers.map((header) => (
                <div key={header.id} role="columnheader" aria-sort={props.sortOf?.(header.column.id)} data-column={header.column.id} className={styles.cell}>
                  <FlexRender header={header} />
                </div>
              ))}
            </div>
          ))}
        </div>
        <div className={styles.space} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const slot = model[item.index];
            if (!slot) return null;
            const row = slot.original.row;
            return (
              <div
                key={item.key} role="row" aria-rowindex={item.index + 2} data-index={item.index} tabIndex={item.index === reachable ? 0 : -1}
                aria-selected={row && selected ? selected(row) : undefined} data-tone={row ? props.toneOf?.(row) : undefined} data-testid={row ? `row-${rowId(row)}` : undefined}
                className={`${styles.row} ${styles.body} ${onOpen ? styles.opens : ""} ${className}`}
                style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
                onFocus={() => setActive(item.index)} onKeyDown={(event) => onKeyDown(event, item.index, row)} onClick={() => row && onOpen?.(row)}
              >
                {row === null ? (
                  <div role="gridcell" className={styles.cell} aria-busy="true"><Skeleton height={14} width="70%" /></div>
                ) : (
                  slot.getAllCells().map((cell) => (
                    <div key={cell.id} role="gridcell" data-column={cell.column.id} className={styles.cell}>
                      <FlexRender cell={cell} />
                    </div>
                  ))
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
